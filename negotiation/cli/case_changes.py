"""What a correction moves, in words: the state, the terms and the lapses as they were and as they are."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from negotiation.cli import console
from negotiation.cli.console import table
from negotiation.core.labels import NOTICE_TITLES
from negotiation.services.rewriting_view import terms_moved


def print_rewritten(rewritten: Mapping[str, Any] | None) -> None:
    """Prints what differs, and who had been told otherwise; nothing where nothing was corrected."""
    if rewritten is None:
        return
    screen = console.console()
    was, now = rewritten["was"], rewritten["now"]
    screen.print(Text(f"状态：{was['state_title']} → {now['state_title']}"))
    rows = list(terms_moved(was, now))
    if rows:
        screen.print(table("变动的期限", ("期限", "原", "现"), rows))
    told = [each for each in rewritten["told"] if not each["waiting"]]
    if told:
        lines = [(NOTICE_TITLES[each["notice"]], each["to"], str(each["due"] or "")) for each in told]
        screen.print(table("此前的告知（将另行更正告知）", ("通知", "单位", "所载日期"), lines))
