"""What was just done in a case, in words: which entry, how the case stands by it, until when, whose move is next."""

from collections.abc import Collection
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.core.enums import CLOCK
from negotiation.domain.wording import weekday
from negotiation.web.pages.case_shown import CaseShown
from negotiation.web.request_context import RequestContext
from negotiation.web.said import ENTERED

_EFFECTIVE = (ENTERED, "approved")


class Done(NamedTuple):
    """The sentence about the last act, and the number of its entry where this person may have it corrected, else 0."""

    what: str
    correct: int


def said_of(ctx: RequestContext, case: CaseShown, correctable: Collection[int]) -> dict[str, object]:
    """The facts of a case's page about the act that led to it: of one that took effect in its own words."""
    done = _done(ctx, case, correctable)
    return {"done": done} if done is None else {"done": done, "said": ""}


def _done(ctx: RequestContext, case: CaseShown, correctable: Collection[int]) -> Done | None:
    """The act that led to a case's page; None where none did, or none that takes effect."""
    entries = [each for each in case["events"] if each["role"] != CLOCK]
    if ctx.said not in _EFFECTIVE or not entries:
        return None
    last = entries[-1]
    verb = "已登记" if ctx.said == ENTERED else "已签批生效"
    what = f"{verb}“{last['title']}”（{in_words(last['on'])}）。{_next(case)}"
    return Done(what, last["seq"] if last["seq"] in correctable else 0)


def _next(case: CaseShown) -> str:
    """How the case stands now: closed, or until when who is to act."""
    if case["closed"]:
        return f"案件现为“{case['state_title']}”，已办结。"
    due, turn = case["next_due"], case["turn"]
    until = f"{in_words(due)}（{weekday(due)}{'' if case['next_official'] else '，暂定'}）" if due is not None else ""
    term = case["own"]["title"] if case["own"] else "本环节"
    who = f"，由{turn}办理" if turn else ""
    return (
        f"案件现为“{case['state_title']}”{who}；{term}至{until}届满。"
        if until
        else f"案件现为“{case['state_title']}”{who}。"
    )
