"""The figures of a year: rows → figures. A figure is a count with its definition, never a score.

Definitions: 《办法》第二十九条 has each unit sum up and the office report; how they are counted is the office's rule.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection

from calendars import WorkingCalendar
from negotiation.casework import Practice
from negotiation.errors import WrongUse
from negotiation.rulebook import Procedure
from negotiation.store import queries


@dataclass
class Figures:
    """Counts of cases and reply terms in a period; ``mean_reply_working_days`` is [sum, number of replies]."""

    carried_over: int = 0
    received: int = 0
    closed: int = 0
    carried_forward: int = 0
    replies_due: int = 0
    replies_on_time: int = 0
    mean_reply_working_days: list[int] = field(default_factory=lambda: [0, 0])
    to_coordination: int = 0
    to_deliberation: int = 0

    def balances(self) -> bool:
        """上年结转 + 本年新收 = 本年办结 + 结转下年."""
        return self.carried_over + self.received == self.closed + self.carried_forward

    def add(self, other: "Figures") -> None:
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            total = [a + b for a, b in zip(mine, theirs, strict=True)] if isinstance(mine, list) else mine + theirs
            setattr(self, each.name, total)


@dataclass
class Report:
    """The figures of a period, overall and by providing department in official order."""

    procedure: Procedure
    since: date
    until: date
    total: Figures
    by_department: dict[str, Figures]

    def as_json(self) -> dict[str, Any]:
        period = {"from": self.since.isoformat(), "to": self.until.isoformat()}
        departments = {name: asdict(figures) for name, figures in self.by_department.items()}
        return {**period, **asdict(self.total), "by_department": departments}

    def imbalances(self) -> list[str]:
        """Whose figures do not balance: they stop the report."""
        named = {"全部": self.total, **self.by_department}
        return [name for name, figures in named.items() if not figures.balances()]


def period(year: int, as_of: date, since: date | None, until: date | None) -> tuple[date, date]:
    """The days that a report covers: the calendar year up to the as-of day, or what is given."""
    if not 2000 <= year <= 2100:
        raise WrongUse(f"“{year}”不是可以统计的年份", todo="请写成四位年份，如 2026")
    start, end = since or date(year, 1, 1), until or date(year, 12, 31)
    if end < start:
        raise WrongUse(f"统计期间的结束日期 {end} 早于开始日期 {start}", todo="请核对 --from 和 --to")
    if start > as_of:
        raise WrongUse(f"统计期间从 {start} 开始，尚未到来（截至 {as_of}）", todo="请核对年份或 --as-of")
    return start, min(end, as_of)


def figures(
    connection: Connection, practice: Practice, procedure: Procedure, since: date, until: date, as_of: date
) -> Report:
    """The figures of one procedure from ``since`` to ``until``, as known at the end of ``as_of``."""
    calendar = practice.calendar_of(practice.rulebook)
    departments: dict[str, Figures] = {}
    for name, *counts in queries.case_figures(connection, procedure.key, since, until):
        over, received, closed, forward, coordinated, deliberated = (int(count or 0) for count in counts)
        departments[name] = Figures(
            carried_over=over,
            received=received,
            closed=closed,
            carried_forward=forward,
            to_coordination=coordinated,
            to_deliberation=deliberated,
        )
    for name, found in _reopened(connection, procedure, since, until):
        departments.setdefault(name, Figures()).add(found)
    for row in queries.main_terms(connection, procedure.key, since, until):
        departments.setdefault(row.name, Figures()).add(_term_figures(row, calendar, since, until, as_of))
    order = [unit.name for unit in practice.directory.in_order() if unit.name in departments]
    by_department = {name: departments[name] for name in order if departments[name] != Figures()}
    total = Figures()
    for each in by_department.values():
        total.add(each)
    return Report(procedure, since, until, total, by_department)


def _term_figures(row: Any, calendar: WorkingCalendar, since: date, until: date, as_of: date) -> Figures:
    """A main term is counted in the period of its due date; a reply in the period in which it was made."""
    found = Figures()
    if since <= row.due_on <= until and _counts_as_due(row, as_of):
        found.replies_due = 1
        found.replies_on_time = int(row.answered_on is not None and row.answered_on <= row.due_on)
    if row.answered_on is not None and since <= row.answered_on <= until:
        taken = calendar.count_estimated(row.started_on, row.answered_on) - row.paused
        found.mean_reply_working_days = [taken, 1]
    return found


def _counts_as_due(row: Any, as_of: date) -> bool:
    """Left out only if it ended unanswered by its due date (withdrawn), or still runs at the as-of date."""
    if row.answered_on is not None:
        return True
    if row.ended_on is not None:
        return bool(row.ended_on > row.due_on)
    return row.suspended_on is None and bool(row.due_on < as_of)


def _reopened(connection: Connection, procedure: Procedure, since: date, until: date) -> Iterator[tuple[str, Figures]]:
    """Cases that were reopened are received and closed more than once: they are counted from their events."""
    history: dict[tuple[str, int], list[Any]] = {}
    for row in queries.reopened_cases(connection, procedure.key):
        history.setdefault((row.name, row.id), []).append(row)
    for (name, _), events in history.items():
        yield name, _from_events(procedure, events, since, until)


def _from_events(procedure: Procedure, events: Iterable[Any], since: date, until: date) -> Figures:
    found = Figures()
    was_open, opened_before = False, False
    columns = procedure.milestones
    for row in events:
        is_open = not procedure.states[row.state].ending
        within = since <= row.happened_on <= until
        if within:
            found.received += int(is_open and not was_open)
            found.closed += int(was_open and not is_open)
            found.to_coordination += int(columns.get(row.event) == "referred_on")
            found.to_deliberation += int(columns.get(row.event) == "reported_on")
        if row.happened_on < since:
            opened_before = is_open
        was_open = is_open
        if row.happened_on <= until:
            found.carried_forward = int(is_open)
    found.carried_over = int(opened_before)
    return found
