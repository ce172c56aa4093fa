"""The title of an event in a holiday calendar: whether people work on its days, and the name of the holiday."""

import re
from typing import Any

from calendars.arrangement import STOPPAGE
from calendars.formats.errors import Unreadable
from calendars.names import NO_NAME, plain_name

BRACKETED = re.compile(r"[（(【\[]([^（(【\[）)】\]]*)[）)】\]]")
MADE_UP = re.compile("^上班|补班|调休上班")
MADE_UP_LABEL = re.compile("补班日?|(?:调休)?上班")
DAY_NAMED = re.compile("[0-9]+[月日号]")
WORK = re.compile("补班|上班|调班|[（(【\\[\\s]班[)）】\\]]?|班$|^班")
OFF = re.compile("停止办公|放假|假期|休假|补休|调休|公休|[（(【\\[\\s]休[)）】\\]]?|休$|^休|假$")
COUNTED = "[0-9一二三四五六七八九十]+天"
AFFIXES = re.compile(
    f"补班日?|上班日?|调班|放假|假期|休假|补休|公休|调休|第{COUNTED}(?:\\s*[/／，,]?\\s*共{COUNTED})?|[0-9]+/[0-9]+|[休班]$|^[休班]|[（(【\\[][休班假][）)】\\]]"
)
DENIED = re.compile("(?:不|无|未|非|免|勿|停止?|取消)[^，,。 ]{0,3}(?:[上补调]班|放假|假期|[休公]假|[补调公]?休|班$)")
SHIFT = re.compile("[加值夜倒轮早晚白下替顶]班")  # of some people's own
APPLE = {"WORK-HOLIDAY": False, "ALTERNATE-WORKDAY": True}


def works_on(component: Any, summary: str, line: int) -> bool:
    """True for a make-up day: by Apple's property, else by the title. Raises Unreadable for none or both."""
    special = APPLE.get(str(component.get("X-APPLE-SPECIAL-DAY", "")).strip().upper())
    claims = _claims(summary) | ({special} if special is not None else set())
    if len(claims) != 1:
        raise Unreadable("看不出这一天是放假还是上班；标题请写“元旦 休”或“元旦 班”", summary, line)
    return claims.pop()


def _claims(summary: str) -> set[bool]:
    """The claims of a title: work (True), no work (False), both, or none; a denial (不上班) makes none."""
    if DENIED.search(summary) or SHIFT.search(summary):
        return set()
    if _titled_made_up(summary):
        return {True}
    claims = {works for works, pattern in ((True, WORK), (False, OFF)) if pattern.search(summary)}
    if "调休" in summary and claims == {True, False} and not re.search("放假|假期|补休|公休", summary):
        return {True}  # 调休上班
    return claims


def _titled_made_up(summary: str) -> bool:
    """上班(补春节假期), 春节假期（补班）; not 春节放假（1月31日补班）, which speaks of another day."""
    bare = BRACKETED.sub(lambda found: found[1] if MADE_UP_LABEL.fullmatch(found[1].strip()) else "", summary).strip()
    return bool(MADE_UP.search(bare)) and not (OFF.search(bare) and DAY_NAMED.search(bare))


def holiday_name(summary: str) -> str:
    """The holiday of a title: 春节（班） and 上班(补春节假期) are 春节."""
    if STOPPAGE in summary:
        return STOPPAGE
    bare = AFFIXES.sub("", summary.strip())
    for _ in range(2):
        bare = re.sub(r"[（(【\[]\s*[）)】\]]", "", bare).strip(" 　-—·:：、，,（()）【】[]")
        bare = AFFIXES.sub("", bare)
    return plain_name(bare.strip().removeprefix("补").strip()) or NO_NAME
