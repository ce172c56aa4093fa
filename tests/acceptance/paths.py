"""Walks through any procedure, knowing nothing of it but its rulebook: which acts are lawful where, and what follows.

Pure: no database, no clock. The days are those of a calendar without holidays, so that a plain loop can check them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import product
from typing import Any, NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import CLOCK
from negotiation.core.errors import NegotiationError
from negotiation.domain.machine import clock_events, lifecycle
from negotiation.domain.machine.item_effects import candidates
from negotiation.domain.machine.values import Act, CaseState, Step
from negotiation.domain.rulebook import FieldRule, Procedure, Transition

ONE_DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
WEEKDAYS = WorkingCalendar(off=[], work=[], since=date(2000, 1, 1), through=date(2040, 12, 31))
TWO, THREE, FOUR = 1, 2, 3  # departments: whoever has the first two parts in a case, and another
ASIDE = ("stop_mail", "resume_mail", "note", "transfer")  # taken, but no way leads on from them
ASKED = ["姓名", "住址"]  # the data items of an application that names any
AT_REST = 800  # as many standings from which nothing new was taken, and the walk ends


class Taken(NamedTuple):
    """A row that was taken: the standing before it, the act, and the step that it was (one of ``steps``)."""

    before: CaseState
    act: Act
    step: Step
    steps: list[Step]


def opened(rules: Procedure) -> CaseState:
    """A draft of the procedure."""
    parties = dict(zip(rules.parties, (TWO, THREE), strict=False))
    return CaseState(rules.initial, 0, None, {}, (), parties)


def walk(rules: Procedure) -> dict[tuple[str, str], Taken]:
    """Each row of the table that can be taken, as it is first taken.

    Of the standings that wait, one comes first that has something which few before it had in its state.
    """
    found: dict[tuple[str, str], Taken] = {}
    asked = _marks_asked(rules)
    first = opened(rules)
    waiting, seen, likes = [(0, 0, first, MONDAY)], {_kind(first, asked)}, Counter[Any]()
    since = 0
    while waiting and found.keys() != rules.table.keys() and since < AT_REST:
        _, _, case_state, today = heappop(waiting)
        known, since = len(found), since + 1
        for taken in _all_taken(rules, case_state, today):
            for step in taken.steps:
                found.setdefault((step.transition.source, step.event), taken._replace(step=step))
            after = taken.steps[-1].after
            kind = _kind(after, asked)
            if kind not in seen and taken.act.event not in ASIDE:
                seen.add(kind)
                traits = [(kind[0], trait) for trait in kind[1:]] + [(kind[0], flag) for flag in kind[2]]
                heappush(waiting, (min(likes[trait] for trait in traits), len(seen), after, _next_day(taken, today)))
                likes.update(traits)
        since = 0 if len(found) > known else since
    return found


def _next_day(taken: Taken, today: date) -> date:
    return max(today, taken.act.on) + ONE_DAY


def _marks_asked(rules: Procedure) -> set[str]:
    """The marks on which a row depends."""
    conditions = [
        each for row in rules.table.values() for each in (row.when, row.unless, *(s.when for s in row.starts))
    ]
    return {key for condition in conditions for key in condition}


def _kind(case_state: CaseState, asked: set[str]) -> tuple[Any, ...]:
    """What distinguishes two standings for the law: not the days, but what has passed of them."""
    terms = {(t.kind, t.suspended_on is None, t.lapsed_on is None) for t in case_state.terms if t.ended_on is None}
    flags = {key: value for key, value in case_state.flags.items() if value and key in asked}
    standing = case_state.state, frozenset(terms), frozenset(flags.items()), case_state.back_state
    return *standing, _kind_of_items(case_state)


def _kind_of_items(case_state: CaseState) -> frozenset[Any]:
    return frozenset((item.answer, item.stage, item.is_owed, item.received_on is None) for item in case_state.items)


def _all_taken(rules: Procedure, case_state: CaseState, today: date) -> Iterator[Taken]:
    """Every act on a standing: today, on the day after a term that ends, and late paper of the days before."""
    yield from _by_the_clock(rules, case_state)
    running = [term.due_on for term in case_state.terms if term.runs and term.lapsed_on is None]
    passed = [term.due_on for term in case_state.terms if term.lapsed_on and term.ended_on is None]
    days = [today, *passed, *(due + ONE_DAY for due in sorted(running)[:1])]
    for row in (row for (state, _), row in rules.table.items() if state == case_state.state):
        awaited = case_state.term(row.after_due)
        later = [awaited.due_on + ONE_DAY] if awaited is not None else []
        before = _stopped(case_state) if row.set.get("quiet") is False else case_state
        for on, fields in product([*days, *later], filled(rules, row, today, case_state)):
            for role in row.by:
                if role != CLOCK:
                    yield from _tried(rules, before, act_of(rules, row, role, on, fields))


def _stopped(case_state: CaseState) -> CaseState:
    """The same with its reminders stopped: only what was stopped goes on again."""
    return case_state._replace(flags={**case_state.flags, "quiet": True})


def _by_the_clock(rules: Procedure, case_state: CaseState) -> Iterator[Taken]:
    for term in case_state.terms:
        act = Act("", CLOCK, term.due_on)
        if term.runs and term.lapsed_on is None and term.next_on is not None:
            if term.next_on <= term.due_on:
                step = clock_events.remind(rules, case_state, term, term.next_on, WEEKDAYS)
                yield Taken(case_state, act._replace(event=step.event, on=step.on), step, [step])
            steps = list(clock_events.lapse(rules, case_state, term, WEEKDAYS))
            yield Taken(case_state, act._replace(event=steps[0].event), steps[0], steps)


def _tried(rules: Procedure, case_state: CaseState, act: Act) -> Iterator[Taken]:
    try:
        steps = lifecycle.follow(rules, case_state, act, WEEKDAYS)
    except NegotiationError:
        return
    yield Taken(case_state, act, steps[-1], steps)


def act_of(rules: Procedure, row: Transition, role: str, on: date, fields: Mapping[str, Any]) -> Act:
    parties = {key: FOUR for key in fields if key in rules.parties}
    return Act(row.event.key, role, on, fields, parties, replayed=row.history)


def filled(rules: Procedure, row: Transition, today: date, case_state: CaseState) -> Iterator[dict[str, Any]]:
    """What the form asks, filled in; each choice in turn; dates that it may set are set, as no other row would."""
    keys = [*row.event.required, *row.event.one_of[-1:]]
    keys += [key for key in row.event.optional if rules.fields[key].kind == "date" and row.target_field]
    keys += [key for key in row.event.optional if rules.fields[key].mark]
    naming = row.items.verbs.values() if row.items else ()
    asked = [key for key in dict.fromkeys(keys) if key not in naming]
    for named in _named(row, case_state):
        for values in product(*(_values(rules.fields[key], today) for key in asked)):
            yield dict(zip(asked, values, strict=True)) | named


def _named(row: Transition, case_state: CaseState) -> Iterator[dict[str, Any]]:
    """The ways of naming items: none; the first that the act may name; this one, and the rest by another field."""
    keys = [key for key in (row.items.verbs.values() if row.items else ()) if key]
    if not keys or keys[0] not in row.event.required:
        yield {}
    if row.items is None or not keys:
        return
    if "ask" in row.items.verbs:
        yield {keys[0]: ASKED}
        return
    names = [item.name for item in candidates(row, case_state, date.max)]
    if len(names) > 1 or (names and keys[0] in row.event.required):
        yield {keys[0]: names[:1]}
        if len(keys) > 1:
            yield {keys[0]: names[:1], keys[1]: names[1:]}


def _values(field: FieldRule, today: date) -> list[Any]:
    if field.kind == "choice":
        return list(field.choices)
    kinds: dict[str, Any] = {"date": today + 60 * ONE_DAY, "number": 1, "list": ["姓名"], "yes_no": True}
    return [kinds.get(field.kind, "据实填写")]
