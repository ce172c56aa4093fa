"""What a correction moves, in words: the state, the terms and the lapses as they were and as they are."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from negotiation.cli import console
from negotiation.cli.console import table
from negotiation.core.labels import NOTICE_TITLES


def print_rewritten(rewritten: Mapping[str, Any]) -> None:
    """Prints what differs, and who had been told otherwise."""
    screen = console.console()
    was, now = rewritten["was"], rewritten["now"]
    screen.print(Text(f"状态：{was['state_title']} → {now['state_title']}"))
    rows = list(_terms(was, now))
    if rows:
        screen.print(table("变动的期限", ("期限", "原", "现"), rows))
    told = [each for each in rewritten["told"] if not each["waiting"]]
    if told:
        lines = [(NOTICE_TITLES[each["notice"]], each["to"], str(each["due"] or "")) for each in told]
        screen.print(table("此前的告知（将另行更正告知）", ("通知", "单位", "所载日期"), lines))


def _terms(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    before, after = ({term["n"]: term for term in side["terms"]} for side in (was, now))
    for n in sorted(before.keys() | after.keys()):
        title = (before.get(n) or after[n])["title"]
        yield title, _in_words(before.get(n)), _in_words(after.get(n))


def _in_words(term: Mapping[str, Any] | None) -> str:
    if term is None:
        return "—"
    days = (("届满日", "due"), ("答复", "answered"), ("届满登记", "lapsed"), ("结束", "ended"))
    return "，".join(f"{title} {term[key]}" for title, key in days if term[key])
