"""From facts to counts: every rule of counting, each once, and pure.

Each function says with ``put`` what a fact adds to which count, on whose account and in which month. Adding up the
counts and naming the cases behind a count are the same walk with another ``put``, so that neither can say more or less
than the other.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from calendars import WorkingCalendar
from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.report.definitions import REFUSED
from negotiation.documents.report.histories import Life, Spell
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


class Put(Protocol):
    """Takes what a fact adds to a count. ``month``: 2026-03, or ``WHOLE``; ``period``: whether it counts in the period
    too, and not in its month alone."""

    def __call__(self, name: str, many: int, account: Account, month: str, *, period: bool = True) -> None: ...


def account_of(row: Any) -> Account:
    return Account(row.procedure, row.provider_id, row.applicant_id, row.no)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


# --------------------------------------------------------------------------------------- what came in and what went out


def count_lives(rows: Iterable[Any], outcome_of: Callable[[Any], str], put: Put) -> None:
    """Cases that were never reopened and never changed a party: equal ones come as one row."""
    for row in rows:
        account, many = account_of(row), row.n
        is_open = row.ended == AFTER
        if row.begun == BEFORE and row.ended != BEFORE:
            put("carried_over", many, account, WHOLE)
        if row.begun != BEFORE:
            put("received", many, account, row.begun)
            put("issued", many, account, row.begun)
        if is_open:
            put("carried_forward", many, account, WHOLE)
        elif row.ended != BEFORE:
            outcome = outcome_of(row)
            _closed(put, many, account, row.ended, outcome, bool(row.coordinated), bool(row.deliberated))
            if outcome == "done" and row.begun != BEFORE:
                _finished(put, many, account, row.begun, row.ended)


def count_spells(lives: Iterable[Life], span: Span, put: Put) -> None:
    """The others, from their events: each reopening is received again, each change of a party is 划出 and 划入."""
    for life in lives:
        for spell in life.counted:
            _count_spell(life, spell, span, put)


def _count_spell(life: Life, spell: Spell, span: Span, put: Put) -> None:
    yesterday = span.since - timedelta(days=1)
    if spell.is_open_after(yesterday):
        put("carried_over", 1, _held(life, spell, yesterday), WHOLE)
    if _within(spell.begun, span):
        begun, month = _at_first(life, spell), month_of(spell.begun)
        put("received", 1, begun, month)
        put("reopened" if spell.again else "issued", 1, begun, month)
    _count_moves(life, spell, span, put)
    if spell.ended is not None and _within(spell.ended, span):
        ended, month = _held(life, spell, spell.ended), month_of(spell.ended)
        _closed(put, 1, ended, month, spell.outcome, spell.coordinated, spell.deliberated)
        if spell.outcome == "done" and not spell.again and _within(spell.begun, span):
            _finished(put, 1, ended, month_of(spell.begun), month)
    if spell.is_open_after(span.until):
        put("carried_forward", 1, _held(life, spell, span.until), WHOLE)


def _count_moves(life: Life, spell: Spell, span: Span, put: Put) -> None:
    """Each part is given and taken on its own account: whoever has the other part is not touched by it."""
    for move in spell.moves:
        if _within(move.on, span):
            for name, department in (("moved_out", move.given), ("moved_in", move.taken)):
                parts = {role: department if role == move.role else None for role in PARTY_ROLES}
                put(name, 1, _account(life, parts), month_of(move.on))


def _closed(
    put: Put, many: int, account: Account, month: str, outcome: str, coordinated: bool, deliberated: bool
) -> None:
    put("closed", many, account, month)
    put(f"closed_{outcome}", many, account, month)
    if outcome != WITHDRAWN:
        put("closed_coordinated" if coordinated else "closed_negotiated", many, account, month)
        if deliberated:
            put("closed_deliberated", many, account, month)


def _finished(put: Put, many: int, account: Account, issued: str, ended: str) -> None:
    """Of what was issued in a month only what was finished in it counts there; in the period, what was by its end."""
    put("finished", many, account, WHOLE)
    if issued == ended:
        put("finished", many, account, issued, period=False)


def _within(day: date, span: Span) -> bool:
    return span.since <= day <= span.until


def _held(life: Life, spell: Spell, day: date) -> Account:
    return _account(life, {role: spell.party(role, day) for role in PARTY_ROLES})


def _at_first(life: Life, spell: Spell) -> Account:
    return _account(life, spell.parties)


def _account(life: Life, parts: dict[str, int | None]) -> Account:
    return Account(life.rules.key, parts["provider"], parts["applicant"], life.no)


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
    side: Side, row: Any, account: Account, put: Put, *, done: bool, reference: bool, disputed: bool
) -> None:
    """A term in the period of its due date, its answer in the period in which it was made (``done``: it was).

    ``reference``: whoever was bound is a body to which the terms do not apply, and never 逾期 (809号令第四十三条);
    ``disputed``: what ended it without an answer was that the case was referred.
    """
    fate = row.fate if done else row.undone
    if fate in (ON_TIME, LATE):
        put(side.due, row.n, account, row.due_month)
    if fate == ON_TIME:
        put(side.on_time, row.n, account, row.due_month)
    if fate == LATE and side.overdue and not reference:
        gone = "lapsed_to_coordination" if disputed else "lapsed_otherwise"
        how = {ANSWERED: "replied_late", OPEN: "unanswered", GONE: gone}
        _count_late(side, row.late_days, how[row.how_at_end], row.n, account, WHOLE, put)
        _count_late(side, row.late_then, how[row.how_then], row.n, account, row.due_month, put)
    if done and row.made_month:
        put(side.days, int(row.taken), account, row.made_month)
        put(side.many, row.n, account, row.made_month)


def _count_late(side: Side, days: int, how: str, many: int, account: Account, month: str, put: Put) -> None:
    """Each month is a period of its own: what was answered in the next is unanswered at its end."""
    names = [side.overdue, f"{side.overdue}_{_band(days)}", how]
    names += [f"{how}_{_band(days)}"] if how == "unanswered" else []
    for name in names:
        put(name, many, account, month, period=month == WHOLE)


def _band(days: int) -> str:
    return "1_5" if days <= 5 else "6_10" if days <= 10 else "over_10"


@lru_cache(maxsize=16)
def _counter(calendar: WorkingCalendar) -> Any:
    """Working days from a day (not counted) to another, each pair once."""
    return lru_cache(maxsize=100_000)(calendar.count_estimated)


# ------------------------------------------------------------------------------------- coordination, counted events


class Coordination(NamedTuple):
    """From its acceptance (or the day on which it was sent back to be coordinated further) to its end."""

    begun: date
    ended: date
    settled: bool
    row: Any


def coordinations_in(rows: Iterable[Any], rules_of: Any, lives: dict[int, Life], span: Span) -> Iterator[Coordination]:
    """The coordinations that ended within the period; ``rows`` are their beginnings and ends, case by case."""
    begun: dict[int, date] = {}
    for row in rows:
        counts = rules_of(row.rulebook, row.edition, row.procedure).report.counts
        settled = row.event in counts.get("coordinations_settled", ())
        if not settled and row.event not in counts.get("coordinations_failed", ()):
            begun[row.case_id] = row.happened_on
        elif _within(row.happened_on, span) and row.case_id in begun and _stands(lives, row.case_id, row.seq):
            yield Coordination(begun[row.case_id], row.happened_on, settled, row)


def count_coordinations(found: Iterable[Coordination], lives: dict[int, Life], calendar_of: Any, put: Put) -> None:
    """How many ended, how many of them settled, and the working days that they took."""
    for each in found:
        account, month = _then(each.row, each.row.case_id, each.row.seq, lives), month_of(each.ended)
        days = _counter(calendar_of((each.row.rulebook, each.row.edition)))(each.begun, each.ended)
        put("coordinations_ended", 1, account, month)
        put("coordination_days", days, account, month)
        if each.settled:
            put("coordinations_settled", 1, account, month)


def count_events(rows: Iterable[Any], rules_of: Any, lives: dict[int, Life], put: Put) -> None:
    """Events that are counted by the day on which they happened."""
    for row in rows:
        if _stands(lives, row.case_id, row.seq):
            account = _then(row, row.case_id, row.seq, lives)
            for name in _counted_as(rules_of(row.rulebook, row.edition, row.procedure), row.event):
                put(name, row.n, account, row.month)


def count_refusals(
    rows: Iterable[Any], rules_of: Any, lives: dict[int, Life], fields: tuple[str, str], put: Put
) -> None:
    """Refusals, and each by the class of its reason, of the procedures that keep class and reason in ``fields``."""
    for row in rows:
        report = rules_of(row.rulebook, row.edition, row.procedure).report
        kept_in = report.refusal_class, report.refusal_reason
        counts = row.event in report.counts.get("refusals", ()) and kept_in == fields
        if counts and _stands(lives, row.case_id, row.seq):
            account = _then(row, row.case_id, row.seq, lives)
            put("refusals", row.n, account, row.month)
            put(REFUSED + row.entered, row.n, account, row.month)


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


def _stands(lives: dict[int, Life], case_id: int | None, seq: int) -> bool:
    life = lives.get(case_id) if case_id is not None else None
    return life is None or life.counts(seq)


def _then(row: Any, case_id: int | None, seq: int, lives: dict[int, Life]) -> Account:
    """Who had the parts when it happened."""
    life = lives.get(case_id) if case_id is not None else None
    if life is None:
        return account_of(row)
    return _account(life, {role: life.party(role, seq, date.max) for role in PARTY_ROLES})


# ---------------------------------------------------------------------------------------------------------- items


def count_items(rows: Iterable[Any], rules_of: Any, put: Put) -> None:
    """Data items of the cases that ended in the period and were not withdrawn: agreed ÷ asked."""
    for row in rows:
        rules = rules_of(row.rulebook, row.edition, row.procedure)
        if rules.report.outcome(row.state, {}) != WITHDRAWN:
            account = account_of(row)
            put("items_asked", row.n, account, row.month)
            put("items_agreed", int(row.agreed), account, row.month)


def count_items_of(lives: dict[int, Life], items: Iterable[Any], agreed: str, span: Span, put: Put) -> None:
    """The same of the cases whose lives are read from their events, as each item was answered by the end."""
    for item in items:
        life = lives[item.case_id]
        for spell in life.counted:
            if spell.ended is not None and _within(spell.ended, span) and spell.outcome != WITHDRAWN:
                account, month = _held(life, spell, spell.ended), month_of(spell.ended)
                put("items_asked", 1, account, month)
                if item.answer == agreed and item.answered_seq <= (spell.ended_seq or 0):
                    put("items_agreed", 1, account, month)
