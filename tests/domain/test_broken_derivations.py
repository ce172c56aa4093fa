"""A derivation that is broken is noticed by what holds in any history: each is broken after the cases were lived."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from negotiation.domain import terms
from negotiation.domain.machine import amendments, derivation, lifecycle
from negotiation.domain.machine.derivation import Unfit
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import Step
from tests.acceptance.paths import WEEKDAYS
from tests.domain.lived import (
    Life,
    a_paper_that_was_entered_late_stands_in_its_place,
    an_entry_that_is_struck_has_not_been_made,
    answered_in_time_and_entered_late,
    lived,
    what_is_stored_follows_from_the_entries,
)

HISTORIES = 60  # lived; one is enough to tell
_STANDING, _FOLLOW = amendments.standing, lifecycle.follow


def _struck_entries_too(rules: Any, entries: Sequence[Entry], changes: Sequence[Any]) -> list[Entry]:
    return _STANDING(rules, entries, [each for each in changes if not each.struck])


def _by_number(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.seq)


def _begun_again(rules: Any, case_state: Any, act: Any, calendar: Any, **clock: bool) -> list[Step]:
    """Every term that runs on is counted from the day of the act."""
    *before, own = _FOLLOW(rules, case_state, act, calendar, **clock)
    ran = {term.n for term in case_state.terms if term.runs}
    held = [
        terms.due_again(rules.terms[each.kind], each, act.on, each.counted, WEEKDAYS)
        if each.n in ran and each.runs and each.counted and rules.table[case_state.state, act.event].moves
        else each
        for each in own.after.terms
    ]
    return [*before, own._replace(after=own.after._replace(terms=tuple(held)))]


def _kept(_self: Any, _annulment: Step) -> None:
    """Leaves the lapse that a later entry shows to be wrong."""


BROKEN: dict[str, tuple[Any, str, Any, Callable[[Life], None]]] = {
    "a struck entry is applied": (
        amendments, "standing", _struck_entries_too, an_entry_that_is_struck_has_not_been_made,
    ),
    "entries are replayed by their numbers": (
        amendments, "in_order", _by_number, a_paper_that_was_entered_late_stands_in_its_place,
    ),
    "a term begins again": (lifecycle, "follow", _begun_again, what_is_stored_follows_from_the_entries),
    "a lapse is kept": (derivation._Replay, "_withdraw", _kept, what_is_stored_follows_from_the_entries),
}  # fmt: skip


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    names = [f"beijing-{year}/sharing" for year in (2017, 2025)]
    seeds = range(HISTORIES // len(names) // 2)
    return [live(name, seed) for live in (lived, answered_in_time_and_entered_late) for name in names for seed in seeds]


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_derivation_is_noticed(what: str, lives: list[Life], monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, broken, holds = BROKEN[what]
    for life in lives:
        holds(life)
    monkeypatch.setattr(where, name, broken)
    assert any(_is_refused(holds, life) for life in lives)


def _is_refused(holds: Callable[[Life], None], life: Life) -> bool:
    try:
        holds(life)
    except (AssertionError, Unfit):
        return True
    return False
