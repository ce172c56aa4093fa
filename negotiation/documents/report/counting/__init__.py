"""From facts to counts: every rule of counting, each once, and pure.

Each function emits what a fact adds to which count, on whose account and in which month. Adding up the
counts and naming the cases behind a count are the same walk with another ``Emit``, so that neither can say more or less
than the other.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from calendars import WorkingCalendar
from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.report.definitions import REFUSED
from negotiation.documents.report.histories import CaseHistory, Interval
from negotiation.domain.rulebook import WITHDRAWN, Procedure
from negotiation.store.report_parts import AFTER, BEFORE, Span
from negotiation.store.report_terms import ANSWERED, GONE, LATE, ON_TIME, OPEN

SUPPLIED = {"agreed", "partly", "decided_share"}  # who ends so has the data
WHOLE = ""  # no single month: what stands at one end of the period


class Account(NamedTuple):
    """Of which procedure and whose: the provider, the applicant (None: on nobody's account); the case, if asked for."""

    procedure: str
    provider: int | None
    applicant: int | None
    no: str | None = None


class Emit(Protocol):
    """Takes what a fact adds to a count. ``month``: 2026-03, or ``WHOLE``; ``period``: whether it counts in the period
    too, and not in its month alone."""

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None: ...


def account_of(row: Any) -> Account:
    return Account(row.procedure, row.provider_id, row.applicant_id, row.no)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


# --------------------------------------------------------------------------------------- what came in and what went out


def count_cases(rows: Iterable[Any], outcome_of: Callable[[Any], str], emit: Emit) -> None:
    """Cases that were never reopened and never changed a party: equal ones come as one row."""
    for row in rows:
        account, many = account_of(row), row.n
        is_open = row.ended == AFTER
        if row.begun == BEFORE and row.ended != BEFORE:
            emit("carried_over", many, account, WHOLE)
        if row.begun != BEFORE:
            emit("received", many, account, row.begun)
            emit("issued", many, account, row.begun)
        if is_open:
            emit("carried_forward", many, account, WHOLE)
        elif row.ended != BEFORE:
            outcome = outcome_of(row)
            _closed(emit, many, account, row.ended, outcome, bool(row.coordinated), bool(row.deliberated))
            if outcome == "done" and row.begun != BEFORE:
                _finished(emit, many, account, row.begun, row.ended)


def count_intervals(histories: Iterable[CaseHistory], span: Span, emit: Emit) -> None:
    """The others, from their events: each reopening is received again, each change of a party is 划出 and 划入."""
    for history in histories:
        for interval in history.counted:
            _count_interval(history, interval, span, emit)


def _count_interval(history: CaseHistory, interval: Interval, span: Span, emit: Emit) -> None:
    yesterday = span.since - timedelta(days=1)
    if interval.is_open_after(yesterday):
        emit("carried_over", 1, account_on(history, interval, yesterday), WHOLE)
    if is_within(interval.begun, span):
        begun, month = _at_first(history, interval), month_of(interval.begun)
        emit("received", 1, begun, month)
        emit("reopened" if interval.again else "issued", 1, begun, month)
    _count_moves(history, interval, span, emit)
    if interval.ended is not None and is_within(interval.ended, span):
        ended, month = account_on(history, interval, interval.ended), month_of(interval.ended)
        _closed(emit, 1, ended, month, interval.outcome, interval.coordinated, interval.deliberated)
        if interval.outcome == "done" and not interval.again and is_within(interval.begun, span):
            _finished(emit, 1, ended, month_of(interval.begun), month)
    if interval.is_open_after(span.until):
        emit("carried_forward", 1, account_on(history, interval, span.until), WHOLE)


def _count_moves(history: CaseHistory, interval: Interval, span: Span, emit: Emit) -> None:
    """Each part is given and taken on its own account: whoever has the other part is not touched by it."""
    for move in interval.moves:
        if is_within(move.on, span):
            for name, department in (("moved_out", move.given), ("moved_in", move.taken)):
                parts = {role: department if role == move.role else None for role in PARTY_ROLES}
                emit(name, 1, account_for(history, parts), month_of(move.on))


def _closed(
    emit: Emit, many: int, account: Account, month: str, outcome: str, coordinated: bool, deliberated: bool
) -> None:
    emit("closed", many, account, month)
    emit(f"closed_{outcome}", many, account, month)
    if outcome != WITHDRAWN:
        emit("closed_coordinated" if coordinated else "closed_negotiated", many, account, month)
        if deliberated:
            emit("closed_deliberated", many, account, month)


def _finished(emit: Emit, many: int, account: Account, issued: str, ended: str) -> None:
    """Of what was issued in a month only what was finished in it counts there; in the period, what was by its end."""
    emit("finished", many, account, WHOLE)
    if issued == ended:
        emit("finished", many, account, issued, period=False)


def is_within(day: date, span: Span) -> bool:
    return span.since <= day <= span.until


def account_on(history: CaseHistory, interval: Interval, day: date) -> Account:
    return account_for(history, {role: interval.party(role, day) for role in PARTY_ROLES})


def _at_first(history: CaseHistory, interval: Interval) -> Account:
    return account_for(history, interval.parties)


def account_for(history: CaseHistory, parts: dict[str, int | None]) -> Account:
    return Account(history.rules.key, parts["provider"], parts["applicant"], history.no)


# ------------------------------------------------------------------------------------------------- reply and supply


class Side(NamedTuple):
    """The names of the counts of a kind of term; only of replies it is said how late they are."""

    due: str
    on_time: str
    days: str
    many: str
    overdue: str = ""


REPLY = Side("replies_due", "replies_on_time", "reply_days", "replies", "overdue")
SUPPLY = Side("supplies_due", "supplies_on_time", "supply_days", "supplies")


def count_term(
    side: Side, row: Any, account: Account, emit: Emit, *, done: bool, reference: bool, disputed: bool
) -> None:
    """A term in the period of its due date, its answer in the period in which it was made (``done``: it was).

    ``reference``: whoever was bound is a body to which the terms do not apply, and never 逾期 (809号令第四十三条);
    ``disputed``: what ended it without an answer was that the case was referred.
    """
    fate = row.fate if done else row.undone
    if fate in (ON_TIME, LATE):
        emit(side.due, row.n, account, row.due_month)
    if fate == ON_TIME:
        emit(side.on_time, row.n, account, row.due_month)
    if fate == LATE and side.overdue and not reference:
        gone = "lapsed_to_coordination" if disputed else "lapsed_otherwise"
        how = {ANSWERED: "replied_late", OPEN: "unanswered", GONE: gone}
        _count_late(side, row.late_days, how[row.how_at_end], row.n, account, WHOLE, emit)
        _count_late(side, row.late_then, how[row.how_then], row.n, account, row.due_month, emit)
    if done and row.made_month:
        emit(side.days, int(row.taken), account, row.made_month)
        emit(side.many, row.n, account, row.made_month)


def _count_late(side: Side, days: int, how: str, many: int, account: Account, month: str, emit: Emit) -> None:
    """Each month is a period of its own: what was answered in the next is unanswered at its end."""
    names = [side.overdue, f"{side.overdue}_{_band(days)}", how]
    names += [f"{how}_{_band(days)}"] if how == "unanswered" else []
    for name in names:
        emit(name, many, account, month, period=month == WHOLE)


def _band(days: int) -> str:
    return "1_5" if days <= 5 else "6_10" if days <= 10 else "over_10"


@lru_cache(maxsize=16)
def working_day_counter(calendar: WorkingCalendar) -> Any:
    """Working days from a day (not counted) to another, each pair once."""
    return lru_cache(maxsize=100_000)(calendar.count_estimated)


# ------------------------------------------------------------------------------------- coordination, counted events


class Coordination(NamedTuple):
    """From its acceptance (or the day on which it was sent back to be coordinated further) to its end."""

    begun: date
    ended: date
    settled: bool
    row: Any


def coordinations_in(
    rows: Iterable[Any], rules_of: Any, histories: dict[int, CaseHistory], span: Span
) -> Iterator[Coordination]:
    """The coordinations that ended within the period; ``rows`` are their beginnings and ends, case by case."""
    begun: dict[int, date] = {}
    for row in rows:
        counts = rules_of(row.rulebook, row.edition, row.procedure).report.counts
        settled = row.event in counts.get("coordinations_settled", ())
        if not settled and row.event not in counts.get("coordinations_failed", ()):
            begun[row.case_id] = row.happened_on
        elif is_within(row.happened_on, span) and row.case_id in begun and is_counted(histories, row.case_id, row.seq):
            yield Coordination(begun[row.case_id], row.happened_on, settled, row)


def count_coordinations(
    found: Iterable[Coordination], histories: dict[int, CaseHistory], calendar_of: Any, emit: Emit
) -> None:
    """How many ended, how many of them settled, and the working days that they took."""
    for each in found:
        account, month = account_then(each.row, each.row.case_id, each.row.seq, histories), month_of(each.ended)
        days = working_day_counter(calendar_of((each.row.rulebook, each.row.edition)))(each.begun, each.ended)
        emit("coordinations_ended", 1, account, month)
        emit("coordination_days", days, account, month)
        if each.settled:
            emit("coordinations_settled", 1, account, month)


def count_events(rows: Iterable[Any], rules_of: Any, histories: dict[int, CaseHistory], emit: Emit) -> None:
    """Events that are counted by the day on which they happened."""
    for row in rows:
        if is_counted(histories, row.case_id, row.seq):
            account = account_then(row, row.case_id, row.seq, histories)
            for name in _counted_as(rules_of(row.rulebook, row.edition, row.procedure), row.event):
                emit(name, row.n, account, row.month)


def count_refusals(
    rows: Iterable[Any], rules_of: Any, histories: dict[int, CaseHistory], fields: tuple[str, str], emit: Emit
) -> None:
    """Refusals, and each by the class of its reason, of the procedures that keep class and reason in ``fields``."""
    for row in rows:
        report = rules_of(row.rulebook, row.edition, row.procedure).report
        kept_in = report.refusal_class, report.refusal_reason
        counts = row.event in report.counts.get("refusals", ()) and kept_in == fields
        if counts and is_counted(histories, row.case_id, row.seq):
            account = account_then(row, row.case_id, row.seq, histories)
            emit("refusals", row.n, account, row.month)
            emit(REFUSED + row.entered, row.n, account, row.month)


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


def is_counted(histories: dict[int, CaseHistory], case_id: int | None, seq: int) -> bool:
    history = histories.get(case_id) if case_id is not None else None
    return history is None or history.counts(seq)


def account_then(row: Any, case_id: int | None, seq: int, histories: dict[int, CaseHistory]) -> Account:
    """Who had the parts when it happened."""
    history = histories.get(case_id) if case_id is not None else None
    if history is None:
        return account_of(row)
    return account_for(history, {role: history.party(role, seq, date.max) for role in PARTY_ROLES})


# ---------------------------------------------------------------------------------------------------------- items


def count_items(rows: Iterable[Any], rules_of: Any, emit: Emit) -> None:
    """Data items of the cases that ended in the period and were not withdrawn: agreed ÷ asked."""
    for row in rows:
        rules = rules_of(row.rulebook, row.edition, row.procedure)
        if rules.report.outcome(row.state, {}) != WITHDRAWN:
            account = account_of(row)
            emit("items_asked", row.n, account, row.month)
            emit("items_agreed", int(row.agreed), account, row.month)


def count_items_of(
    histories: dict[int, CaseHistory], items: Iterable[Any], agreed: str, span: Span, emit: Emit
) -> None:
    """Data items of the cases whose history is read from their events, as each item was answered by the end."""
    for item in items:
        history = histories[item.case_id]
        for interval in history.counted:
            if interval.ended is not None and is_within(interval.ended, span) and interval.outcome != WITHDRAWN:
                account, month = account_on(history, interval, interval.ended), month_of(interval.ended)
                emit("items_asked", 1, account, month)
                if item.answer == agreed and item.answered_seq <= (interval.ended_seq or 0):
                    emit("items_agreed", 1, account, month)
