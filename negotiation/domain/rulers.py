"""The rulers of a case, pure: of each term that runs, or was agreed, its days one by one and what they come to.

Pages, commands and letters ask here, so that the ruler and the sentence beside it speak of the same term.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from calendars import Day, WorkingCalendar
from calendars.arrangement import HALF_DAY, STOPPAGE
from calendars.dates import in_words
from negotiation.core.day_rules import DayChoice
from negotiation.domain import lengths
from negotiation.domain.fields import Flags
from negotiation.domain.machine.values import CaseState
from negotiation.domain.rulebook import WITHDRAWN, Option, Procedure, TermRule
from negotiation.domain.terms import Term
from negotiation.domain.wording import RulerRow, plain_rows, provisional, ruler_rows, weekday

AGREED, OF_THE_YEAR = "约定日期", "规定日期"
DUE, LAST_DAY, PAUSED, ANSWERED = "届满", "末日", "暂停", "答复"
VOID = "void"  # how a case ends that is declared void
LONGEST = 366  # days: nobody reads a longer strip


class Ruler(NamedTuple):
    """A term day by day. ``says``: from when, how many days, until when; ``notes``: what else is to be known of it.

    ``days``: none of a date that is more than a year away; ``rows``: the same in words; ``names``: what a day is
    called; ``last``: the last day of the term, None while it is suspended, as nobody knows it then. ``choices``: what
    the office has chosen where the law leaves the date open.
    """

    title: str
    says: str
    notes: tuple[str, ...]
    days: tuple[Day, ...]
    rows: tuple[RulerRow, ...]
    names: Mapping[date, str]
    last: date | None
    choices: tuple[str, ...] = ()


def rulers_of(
    procedure: Procedure,
    case_state: CaseState,
    calendar: WorkingCalendar,
    day_options: Mapping[DayChoice, Option] | None = None,
) -> list[Ruler]:
    """The rulers that a case shows: the term of its state first. ``day_options``: as of its rulebook."""
    found = []
    for term in shown_terms(procedure, case_state):
        one = ruler(procedure.terms[term.kind], term, calendar)
        chosen = choices_of(procedure, case_state, term, calendar)
        chosen += tuple(option.says for key, option in (day_options or {}).items() if _is_among(key, one.days))
        found.append((term, one._replace(choices=chosen)))
    return [each if term.ended_on is None else _over(each) for term, each in found]


def past_rulers_of(procedure: Procedure, case_state: CaseState, calendar: WorkingCalendar) -> list[Ruler]:
    """The rulers of the terms that are over, the newest first, without those that were struck."""
    over = [term for term in case_state.terms if term.ended_on is not None and term.struck_seq is None]
    known = [term for term in reversed(over) if term.kind in procedure.terms]
    shown = shown_terms(procedure, case_state)
    return [_over(ruler(procedure.terms[term.kind], term, calendar)) for term in known if term not in shown]


def _over(was: Ruler) -> Ruler:
    """The ruler of a term that has ended: its last day is not to come."""
    return was._replace(title=f"{was.title}（已结束）", last=None)


def shown_terms(procedure: Procedure, case_state: CaseState) -> list[Term]:
    """The terms that run or are suspended, that of the state first; of a finished case the main term, as it was.

    None of a case that was withdrawn or declared void: its days will never come.
    """
    state = procedure.states[case_state.state]
    if state.ending:
        return _kept(procedure, case_state)
    running = [term for term in case_state.terms if term.ended_on is None]
    return sorted(running, key=lambda term: term.kind != state.term)


def _kept(procedure: Procedure, case_state: CaseState) -> list[Term]:
    if is_given_up(procedure, case_state.state, case_state.flags):
        return []
    main = [term for term in case_state.terms if term.main]
    return [term for term in main[-1:] if term.answered_on is not None]


def is_given_up(procedure: Procedure, state: str, flags: Flags) -> bool:
    """True for a state, with the flags of a case, in which it was withdrawn or declared void."""
    ending = procedure.states[state].ending if state in procedure.states else ""
    return ending == VOID or (bool(ending) and procedure.report.outcome(state, flags) == WITHDRAWN)


def date_title(rule: TermRule) -> str:
    """The title of a term's day that no count gave: agreed by those who act, or the same day of every year."""
    return OF_THE_YEAR if rule.until is not None else AGREED


def ruler(rule: TermRule, term: Term, calendar: WorkingCalendar) -> Ruler:
    """The ruler of one term."""
    if term.pauses:
        return _suspended(rule, term, calendar)
    if not lengths.number_of(term.counted or 0):
        return _to_a_date(rule, term, calendar)
    firm = date.max if term.official else calendar.firm_through
    counted = term.counted or 0
    days = lengths.days_of(term.counts_from, counted, calendar)
    resumed = term.counts_from != term.started_on
    how = _how(counted, resumed=resumed)
    says = f"{in_words(term.counts_from)}当日不计，自次日起{how}，至{_with_weekday(term.due_on)}"
    return Ruler(
        rule.title,
        says,
        tuple(_notes(rule, term, calendar)),
        days,
        tuple(ruler_rows(days, firm, resumed=resumed)),
        _names(term, DUE),
        term.due_on,
    )


def _how(counted: int, *, resumed: bool) -> str:
    """How far is counted, in the unit of a term: 第10个工作日, 第30日, 满3个月, 续计5个工作日."""
    if resumed:
        return f"续计{lengths.in_words(counted)}"
    return f"{'满' if lengths.unit_of(counted) is lengths.Unit.MONTHS else '第'}{lengths.in_words(counted)}"


def choices_of(procedure: Procedure, case_state: CaseState, term: Term, calendar: WorkingCalendar) -> tuple[str, ...]:
    """The choices, where the law leaves something open, that bear on the date of a term, each as a sentence.

    They are: how it starts, whether it stands still in the state of the case, what comes of its end.
    """
    rule = procedure.terms[term.kind]
    found = {option.key: option for key, option in rule.options.items() if _bears(key, option, term, calendar)}
    for row in procedure.table.values():
        if row.target == case_state.state and term.kind in (*row.suspends, *row.keeps):
            found |= {option.key: option for option in row.options}
    return tuple(option.says for option in found.values())


def _is_among(choice: DayChoice, days: tuple[Day, ...]) -> bool:
    """True where a term has a day that a choice counts, or does not."""
    word = STOPPAGE if choice is DayChoice.STOPPAGES_WORK else HALF_DAY
    return any(word in (day.name or "") for day in days)


def _bears(key: str, option: Option, term: Term, calendar: WorkingCalendar) -> bool:
    """A start on a day off is a question only where it began on one, or where another choice moved it away from one."""
    if key == "start_on_working_day":
        return not option.is_default or not calendar.is_working_estimated(term.started_on)
    return key in ("start", "start_field", "lapse_task")


def _to_a_date(rule: TermRule, term: Term, calendar: WorkingCalendar) -> Ruler:
    """To a date that was agreed; or to the first working day after a pause that left no working day of the term."""
    counted = term.counted is not None
    since = term.counts_from if counted else term.started_on
    days = _plain(calendar, since, term.due_on)
    name = DUE if counted else date_title(rule)
    none_left = "没有剩余的工作日，" if term.counts_from != term.started_on else "当日，"
    says = f"{none_left if counted else name}至{_with_weekday(term.due_on)}"
    rows = tuple(plain_rows(days))
    return Ruler(rule.title, says, tuple(_notes(rule, term, calendar)), days, rows, _names(term, name), term.due_on)


def _suspended(rule: TermRule, term: Term, calendar: WorkingCalendar) -> Ruler:
    """Up to the day of its suspension: what is left is counted on from the day on which it resumes."""
    assert term.suspended_on is not None
    on, left = term.suspended_on, term.frozen or 0
    if not lengths.number_of(term.counted or 0):
        days = _plain(calendar, term.started_on, on)
        rows, gone = tuple(plain_rows(days)), ""
    else:
        counted = term.counted or 0
        days = lengths.numbered(calendar.days_between(term.counts_from, on), counted)
        rows = tuple(ruler_rows(days, resumed=term.counts_from != term.started_on))
        is_alike = lengths.unit_of(counted) is lengths.unit_of(left) and counted >= left
        gone = f"已计{lengths.in_words(counted - lengths.number_of(left))}，" if is_alike else ""
    says = f"{in_words(on)}起暂停计时，{gone}尚余{lengths.in_words(left)}，自恢复计时之日的次日起续计"
    return Ruler(rule.title, says, (), days, rows, {on: PAUSED}, None)


def _plain(calendar: WorkingCalendar, after: date, until: date) -> tuple[Day, ...]:
    """The days without numbers: they lead to the date, and are not counted to find it."""
    if (until - after).days > LONGEST:
        return ()
    days = calendar.days_between(after, until) or (calendar.day(until),)
    return tuple(day._replace(ordinal=None) for day in days)


def _notes(rule: TermRule, term: Term, calendar: WorkingCalendar) -> Iterator[str]:
    if term.ended_on is not None and term.answered_on is not None:
        yield f"{rule.awaits or ANSWERED}日期：{in_words(term.answered_on)}"
        return
    counted = (term.counts_from, term.counted) if term.counted else None
    awaits = provisional(calendar, term.due_on, term.official, counted)
    if awaits:
        yield awaits


def _names(term: Term, due: str) -> dict[date, str]:
    if term.ended_on is None:
        return {term.due_on: due}
    names = {term.due_on: LAST_DAY if due == DUE else due}
    return names | ({term.answered_on: ANSWERED} if term.answered_on else {})


def _with_weekday(day: date) -> str:
    return f"{in_words(day)}（{weekday(day)}）"
