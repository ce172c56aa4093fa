"""Counts of coordinations and of single events: referrals, extensions, supplements, refusals."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from calendars import WorkingCalendar
from negotiation.documents.report.counting.accounts import (
    Emit,
    account_at,
    account_of,
    account_then,
    is_counted,
    is_within,
    month_of,
)
from negotiation.documents.report.definitions import REFUSED, UNCLASSED, UNREASONED
from negotiation.documents.report.histories import COORDINATION, CaseHistory, Happened
from negotiation.domain.rulebook import Procedure
from negotiation.store.report_parts import Span


@lru_cache(maxsize=16)
def working_day_counter(calendar: WorkingCalendar) -> Any:
    """Working days from a day (not counted) to another, each pair once."""
    return lru_cache(maxsize=100_000)(calendar.count_estimated)


class Coordination(NamedTuple):
    """From its acceptance (or the day on which it was sent back to be coordinated further) to its end."""

    begun: date
    ended: date
    settled: bool
    row: Any


def coordinations_in(
    rows: Iterable[Any], rules_of: Any, histories: dict[int, CaseHistory], span: Span
) -> Iterator[Coordination]:
    """The coordinations that ended within the period; ``rows`` are their beginnings and ends, case by case.

    What is settled while other data items are still coordinated ends none.
    """
    begun: dict[int, date] = {}
    for row in rows:
        rules = rules_of(row.rulebook, row.edition, row.procedure)
        counts = rules.report.counts
        settled = row.event in counts.get("coordinations_settled", ())
        if not settled and row.event not in counts.get("coordinations_failed", ()):
            begun[row.case_id] = row.happened_on
        elif (
            rules.states[row.state].agenda != COORDINATION
            and is_within(row.happened_on, span)
            and row.case_id in begun
            and is_counted(histories, row.case_id, row.seq)
        ):
            yield Coordination(begun[row.case_id], row.happened_on, settled, row)


def count_coordinations(
    found: Iterable[Coordination], histories: dict[int, CaseHistory], calendar_of: Any, emit: Emit
) -> None:
    """Coordinations that ended, those of them that were settled, and the working days that they took."""
    for each in found:
        account, month = account_then(each.row, each.row.case_id, each.row.seq, histories), month_of(each.ended)
        days = working_day_counter(calendar_of((each.row.rulebook, each.row.edition)))(each.begun, each.ended)
        emit("coordinations_ended", 1, account, month)
        emit("coordination_days", days, account, month)
        if each.settled:
            emit("coordinations_settled", 1, account, month)


class Moment(NamedTuple):
    """An event of a case whose life is derived, as the database gives those of the others."""

    no: str
    procedure: str
    rulebook: str
    edition: str
    case_id: int
    seq: int
    event: str
    state: str
    happened_on: date


def moments_of(histories: Mapping[int, CaseHistory], names: Collection[str]) -> Iterator[Moment]:
    """The events of these names that stand, case by case, in order."""
    for case_id, history in histories.items():
        row = history.row
        for seq, each in history.events.items():
            if each.event in names:
                whose = (history.no, history.rules.key, row.rulebook, row.edition)
                yield Moment(*whose, case_id, seq, each.event, each.state, each.happened_on)


def count_events(rows: Iterable[Any], rules_of: Any, emit: Emit) -> None:
    """Events that are counted by the day on which they happened."""
    for row in rows:
        for name in _counted_as(rules_of(row.rulebook, row.edition, row.procedure), row.event):
            emit(name, row.n, account_of(row), row.month)


def count_events_of(histories: Iterable[CaseHistory], span: Span, emit: Emit) -> None:
    """The events of cases whose lives are derived, refusals among them, by the day that is right."""
    for history in histories:
        for seq, event in history.events.items():
            if is_within(event.happened_on, span) and history.counts(seq):
                account, month = account_at(history, seq), month_of(event.happened_on)
                for name in (*_counted_as(history.rules, event.event), *_refused_as(history.rules, event)):
                    emit(name, 1, account, month)


def _refused_as(rules: Procedure, event: Happened) -> tuple[str, ...]:
    report = rules.report
    if event.event not in report.counts.get("refusals", ()):
        return ()
    kind = event.entered.get(report.refusal_class, "")
    unreasoned = report.refusal_reason and not event.entered.get(report.refusal_reason)
    return "refusals", REFUSED + (kind or (UNREASONED if unreasoned else UNCLASSED))


def count_refusals(rows: Iterable[Any], rules_of: Any, fields: tuple[str, str], emit: Emit) -> None:
    """Refusals, and each by the class of its reason, of the procedures that keep class and reason in ``fields``."""
    for row in rows:
        report = rules_of(row.rulebook, row.edition, row.procedure).report
        kept_in = report.refusal_class, report.refusal_reason
        if row.event in report.counts.get("refusals", ()) and kept_in == fields:
            emit("refusals", row.n, account_of(row), row.month)
            emit(REFUSED + row.entered, row.n, account_of(row), row.month)


def disputing_states(rules: Procedure) -> set[str]:
    """The states to which a referral, or its acceptance, leads."""
    events = {event for event, column in rules.milestones.items() if column in ("referred_on", "accepted_on")}
    return {row.target for row in rules.table.values() if row.event.key in events}


MILESTONES = {"referred_on": "to_coordination", "reported_on": "to_deliberation"}
COUNTED_SO = ("extensions_asked", "extensions_granted", "supplements")


def _counted_as(rules: Procedure, event: str) -> list[str]:
    names = [name for name in COUNTED_SO if event in rules.report.counts.get(name, ())]
    return names + [MILESTONES[column] for column in [rules.milestones.get(event, "")] if column in MILESTONES]


def counted_events(rules: Procedure) -> set[str]:
    """The events of a procedure that are counted by their day."""
    return {event for event in rules.events if _counted_as(rules, event)}
