"""A case is what its entries, the law and the calendar make of it: stories by hand, and what holds in any history."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import WorkingCalendar
from negotiation.domain.machine.derivation import Calendars, Derived, Unfit, derive
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import CaseState
from tests.acceptance.paths import WEEKDAYS, filled, opened
from tests.conftest import at, day
from tests.domain.lived import LAW, PROPERTIES, Life, alike, lived

SHARING = LAW["beijing-2025/sharing"]
OFFICIAL = Calendars(lambda _revision: WorkingCalendar.official())


def entry(seq: int, event: str, on: str, after: int | None = None, **fields: Any) -> Entry:
    """An act of sharing as it was entered on its day, its form filled in."""
    row = next(row for (_, key), row in SHARING.table.items() if key == event)
    own = next(filled(SHARING, row, day(on), opened(SHARING))) | {"class": "conditional"} | fields
    return Entry(seq, event, row.by[0], "测试", day(on), own, {}, False, after, at(on), 0, 0)


def noted(seq: int, on: str, resource_class: str) -> Entry:
    """A note that says the class of the resource."""
    written = entry(seq, "note", on)
    return written._replace(fields={**written.fields, "class": resource_class})


def told(derived: Derived) -> list[tuple[str, str]]:
    return [(step.event, str(step.on)) for step, _ in derived.steps]


def running(derived: Derived) -> dict[str, str]:
    return {term.kind: str(term.due_on) for term in derived.case_state.terms if term.runs}


def of(*entries: Entry, until: str = "2026-11-05") -> Derived:
    return derive(SHARING, opened(SHARING), entries, OFFICIAL, day(until))


# ------------------------------------------------------------------------------------------------- stories by hand


def test_a_refusal_entered_as_late_is_late_and_the_clock_lets_the_reply_lapse() -> None:
    derived = of(
        entry(1, "submit", "2026-09-24"),
        entry(3, "refuse", "2026-10-16"),
        entry(4, "refer", "2026-10-19"),
        entry(5, "accept_referral", "2026-10-21"),
    )
    assert told(derived) == [
        ("submit", "2026-09-24"), ("lapse", "2026-10-15"), ("refuse", "2026-10-16"),
        ("refer", "2026-10-19"), ("accept_referral", "2026-10-21"),
    ]  # fmt: skip
    assert running(derived) == {"coordination": "2026-11-11"}
    assert str(derived.case_state.term("consideration").due_on) == "2026-10-30"  # type: ignore[union-attr]


def test_its_day_corrected_the_reply_is_on_time_and_what_follows_is_unchanged() -> None:
    derived = of(
        entry(1, "submit", "2026-09-24"),
        entry(3, "refuse", "2026-10-14"),
        entry(4, "refer", "2026-10-19"),
        entry(5, "accept_referral", "2026-10-21"),
    )
    assert [event for event, _ in told(derived)] == ["submit", "refuse", "refer", "accept_referral"]
    assert running(derived) == {"coordination": "2026-11-11"}
    consideration = derived.case_state.term("consideration")
    assert consideration is not None
    assert (str(consideration.due_on), str(consideration.ended_on)) == ("2026-10-28", "2026-10-19")


def test_what_no_longer_follows_is_named_by_its_number_and_its_title() -> None:
    with pytest.raises(Unfit, match="第4项“申请协调处理”不再成立") as caught:
        of(entry(1, "submit", "2026-09-24"), entry(3, "agree", "2026-10-14"), entry(4, "refer", "2026-10-16"))
    assert caught.value.entry.seq == 4


def test_a_term_is_numbered_by_the_entry_that_starts_it_wherever_that_stands() -> None:
    first, late, later = (
        entry(1, "submit", "2026-09-24"),
        entry(7, "refuse", "2026-10-14", 1),
        entry(4, "refer", "2026-10-19"),
    )
    derived = of(first, late, later)
    assert [(term.kind, term.n // 8) for term in derived.case_state.terms] == [
        ("reply", 1), ("consideration", 7), ("admission", 4),
    ]  # fmt: skip


def test_a_supply_entered_behind_a_note_of_the_class_is_received_from_its_day_and_the_note_stays_the_last() -> None:
    """Five working days from 16 October; what the clock finds on the 24th comes before the note of the 26th."""
    derived = of(
        entry(1, "submit", "2026-09-24"),
        entry(3, "agree", "2026-10-12"),
        noted(4, "2026-10-26", "unconditional"),
        entry(5, "supply", "2026-10-16"),
    )
    receipt = derived.case_state.term("receipt")
    assert receipt is not None
    assert (str(receipt.started_on), str(receipt.lapsed_on)) == ("2026-10-16", "2026-10-23")
    assert str(derived.case_state.last_on) == "2026-10-26"


@pytest.mark.parametrize("reopened_on", ["2026-10-12", "2026-10-13"])
def test_a_reply_is_answered_though_what_asks_for_it_was_entered_after_the_answer(reopened_on: str) -> None:
    derived = of(
        entry(1, "submit", "2026-09-24"),
        entry(3, "withdraw", "2026-10-09"),
        entry(9, "reopen", reopened_on, 3),
        entry(5, "agree", "2026-10-13"),
        entry(6, "withdraw", "2026-10-20"),
    )
    replies = [term for term in derived.case_state.terms if term.kind == "reply"]
    assert [str(term.answered_on) for term in replies] == ["None", "2026-10-13"]


def test_the_end_of_the_last_day_is_asked_and_no_day_after_it() -> None:
    submit = entry(1, "submit", "2026-09-24")
    assert told(of(submit, until="2026-10-15")) == [("submit", "2026-09-24")]
    assert told(of(submit, until="2026-10-16")) == [("submit", "2026-09-24"), ("lapse", "2026-10-15")]


def test_an_entry_is_counted_with_the_calendar_of_its_day_and_again_on_the_day_of_a_new_one() -> None:
    """Ten working days from 2 March end on the 16th; by a notice of the 5th, the 11th being a day off, on the 17th."""
    more = WorkingCalendar(off=[day("2026-03-11")], work=[], since=date(2000, 1, 1), through=date(2040, 12, 31))
    calendars = Calendars(lambda revision: more if revision else WEEKDAYS, [(day("2026-03-05"), 1)])
    until, submit = day("2026-03-06"), entry(1, "submit", "2026-03-02")
    derived = derive(SHARING, opened(SHARING), [submit], calendars, until)
    assert told(derived) == [("submit", "2026-03-02"), ("recount", "2026-03-05")]
    assert running(derived) == {"reply": "2026-03-17"}
    later = submit._replace(calendar_revision=1)
    derived = derive(SHARING, opened(SHARING), [later], calendars, until)
    assert (told(derived), running(derived)) == ([("submit", "2026-03-02")], {"reply": "2026-03-17"})


def test_a_date_that_was_past_when_the_calendar_changed_stays() -> None:
    more = WorkingCalendar(off=[day("2026-03-11")], work=[], since=date(2000, 1, 1), through=date(2040, 12, 31))
    calendars = Calendars(lambda revision: more if revision else WEEKDAYS, [(day("2026-03-18"), 1)])
    derived = derive(SHARING, opened(SHARING), [entry(1, "submit", "2026-03-02")], calendars, day("2026-03-20"))
    assert told(derived) == [("submit", "2026-03-02"), ("lapse", "2026-03-16")]


@pytest.mark.parametrize(
    "between",
    [
        entry(3, "agree", "2026-10-19", items=["姓名"]),
        noted(3, "2026-10-19", "unconditional"),
        entry(3, "note", "2026-10-19")._replace(
            event="withdraw_items", role="applicant", fields={"items": ["户籍地址"], "reason": "不再需要"}
        ),
    ],
    ids=["an answer", "a class", "fewer items"],
)
def test_what_was_done_while_a_void_referral_waited_holds_and_orders_what_follows(between: Entry) -> None:
    """A referral that is declined is as though it never was (第十七条); what stands besides it keeps its day."""
    derived = of(
        entry(1, "submit", "2026-09-24", items=["姓名", "户籍地址"]),
        entry(2, "refer", "2026-10-16"),
        between,
        entry(4, "decline_referral", "2026-10-20"),
    )
    assert str(derived.case_state.last_on) == "2026-10-19"


# ------------------------------------------------------------------------------------------------ in any history


@pytest.mark.parametrize("name", LAW)
@given(seed=st.integers(0, 10**6))
def test_what_is_stored_follows_from_the_entries_whatever_was_corrected_struck_or_late(name: str, seed: int) -> None:
    for holds in PROPERTIES:
        holds(lived(name, seed))


def unnumbered(case_state: CaseState) -> CaseState:
    """The case without the numbers of its receipt terms."""
    terms = (term._replace(n=0) if term.kind == "receipt" else term for term in case_state.terms)
    return case_state._replace(terms=tuple(terms))


@pytest.mark.parametrize("name", ["beijing-2025/sharing", "beijing-2017/sharing", "beijing-2017/correction"])
@given(seed=st.integers(0, 10**6))
def test_papers_of_different_days_make_the_same_case_in_any_order_in_which_all_are_taken(name: str, seed: int) -> None:
    """A receipt begins when both a supply and what settles the rest are there, and is numbered by what was read last.

    A handover here may be to whom has the part already, which orders nothing.
    """
    life = Life(LAW[name], Random(seed))
    life.live(6)
    for late in range(1, len(life.entries)):
        one, other = life.entries[late - 1], life.entries[late]
        if one.on == other.on or not {one.seq, other.seq} <= life.moving:
            continue
        pair = {one.event, other.event}
        if pair == {"supply", "transfer"}:
            continue
        swapped = [*life.entries[: late - 1], other, one, *life.entries[late + 1 :]]
        try:
            derived = life.derived(swapped)
        except Unfit:
            continue
        assert alike(unnumbered(derived.case_state), unnumbered(life.derived().case_state))
