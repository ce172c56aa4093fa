"""The tables that list cases one by one (表4–表8), and what moved between departments."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from negotiation.casework import Practice
from negotiation.report.counting import Coordination
from negotiation.report.gathering import Gathering
from negotiation.report.values import Moved, Row
from negotiation.rulebook import Procedure
from negotiation.store import figures

BY_MEETINGS = "coordination"  # the table of cases that were coordinated; the others list whatever was in hand


def tables(gathering: Gathering) -> dict[str, tuple[Row, ...]]:
    """The rows of each table, in the order in which the cases were received."""
    feeds: dict[str, set[str]] = {}
    for rules in gathering.books.every:
        if rules.report.table:
            feeds.setdefault(rules.report.table, set()).add(rules.key)
    return {table: _rows(gathering, table, procedures) for table, procedures in feeds.items()}


def _rows(gathering: Gathering, table: str, procedures: set[str]) -> tuple[Row, ...]:
    coordinated = table == BY_MEETINGS
    ended = {each.row.no: each for each in gathering.coordinations} if coordinated else {}
    found = figures.case_rows(gathering.connection, gathering.span, procedures, coordinated=coordinated)
    return tuple(_row(gathering, case, ended.get(case.no)) for case in found)


def _row(gathering: Gathering, case: Any, coordination: Coordination | None) -> Row:
    rules = gathering.rules_of(case.rulebook, case.edition, case.procedure)
    directory, as_of = gathering.books.practice.directory, gathering.span.as_of
    answered = case.replied_on
    choices = _choices(rules, case.marks)
    return Row(
        no=case.no,
        procedure=case.procedure,
        provider=directory.name(case.provider_id),
        applicant=directory.name(case.applicant_id),
        subject=case.subject,
        state=rules.states[case.state].title,
        received_on=case.received_on,
        due_on=case.due_on,
        answered_on=answered,
        on_time=_on_time(case.due_on, answered, as_of),
        answer=_title(rules, coordination.row.event if coordination else case.marks.get("answer", "")),
        referred_on=case.referred_on,
        accepted_on=coordination.begun if coordination else case.accepted_on,
        ended_on=coordination.ended if coordination else case.coordinated_on,
        days=_days(gathering, coordination),
        reported_on=case.reported_on,
        decided_on=case.decided_on,
        decision=choices[-1] if case.decided_on and choices else "",
        closed_on=case.closed_on,
        class_title=choices[0] if choices else "",
    )


def _on_time(due: date | None, answered: date | None, as_of: date) -> bool | None:
    """None where nothing is due, or the term still runs."""
    if due is None or (answered is None and due >= as_of):
        return None
    return answered is not None and answered <= due


def _days(gathering: Gathering, coordination: Coordination | None) -> int | None:
    if coordination is None:
        return None
    calendar = gathering.books.calendar((coordination.row.rulebook, coordination.row.edition))
    return calendar.count_estimated(coordination.begun, coordination.ended)


def _title(rules: Procedure, event: str) -> str:
    return rules.events[event].title if event in rules.events else ""


def _choices(rules: Procedure, marks: Mapping[str, Any]) -> list[str]:
    """The choices that are kept on a case, in words and in the order of the procedure's fields."""
    fields = (rules.fields[key] for key in rules.mark_fields)
    return [field.choices[marks[field.key]] for field in fields if marks.get(field.key) in field.choices]


def moved(gathering: Gathering) -> tuple[Moved, ...]:
    """Which cases went from which department to which within the period, in official order of who gave."""
    found: dict[tuple[str, str, int, int], list[str]] = {}
    span = gathering.span
    for life in gathering.lives.values():
        for spell in life.counted:
            for move in spell.moves:
                if span.since <= move.on <= span.until:
                    found.setdefault((life.rules.key, move.role, move.given, move.taken), []).append(life.no)
    order = [unit.id for unit in gathering.books.practice.directory.in_order()]
    keys = sorted(found, key=lambda key: (key[0], key[1], order.index(key[2]), order.index(key[3])))
    return tuple(_moved(gathering.books.practice, key, found[key]) for key in keys)


def _moved(practice: Practice, key: tuple[str, str, int, int], nos: Iterable[str]) -> Moved:
    procedure, role, given, taken = key
    name = practice.directory.name
    return Moved(procedure, practice.roles.get(role, role), name(given), name(taken), tuple(dict.fromkeys(nos)))
