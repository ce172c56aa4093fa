"""What a correction moves, in words: the state, the terms and the lapses as they were and as they are."""

from rich.text import Text

from negotiation.cli import console
from negotiation.cli.console import table
from negotiation.services.cases.corrections import Corrected
from negotiation.services.rewriting_view import preview_of


def print_rewritten(done: Corrected) -> None:
    """Prints what differs, and who had been told otherwise."""
    screen, preview = console.console(), preview_of(done)
    screen.print(Text(f"状态：{preview.was} → {preview.now}"))
    if preview.terms:
        screen.print(table("变动的期限", ("期限", "原", "现"), preview.terms))
    if preview.told:
        screen.print(table("此前的告知（将另行更正告知）", ("通知", "单位", "所载日期"), preview.told))
