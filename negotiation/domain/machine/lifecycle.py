"""The engine, pure: (rulebook, standing, act, calendar) → what follows. No clock, no database, no mail.

``follow`` is the whole of it: it puts the lapses that fell due before the act in front of it, annuls a lapse that a
late paper disproves, and returns one ``Step`` for each event, in order. Days are dates in Asia/Shanghai; terms are
counted in working days by the calendar that is passed in.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from calendars import WorkingCalendar
from negotiation.core.enums import ANNUL, CLOCK, LAPSE, QUIET, RECOUNT, RECOUNT_TITLE, REMIND
from negotiation.core.errors import DateError, FieldError, InvalidTransition, NotTheirs
from negotiation.domain import terms
from negotiation.domain.rulebook import (
    BACK,
    FLAG,
    MEETING,
    PROPOSE,
    STAY,
    EventRule,
    FieldRule,
    NoticeRule,
    Procedure,
    TermRule,
    Transition,
)
from negotiation.domain.terms import ONE_DAY, Term


class CaseState(NamedTuple):
    """What is known of a case when somebody acts on it. ``last_on``: the date of its last standing event."""

    state: str
    version: int
    last_on: date | None
    flags: Mapping[str, Any]
    terms: tuple[Term, ...]
    parties: Mapping[str, int]
    back_state: str | None = None
    back_on: date | None = None
    back_seq: int | None = None

    def term(self, kind: str) -> Term | None:
        """The latest term of a kind, running or not."""
        for term in reversed(self.terms):
            if term.kind == kind:
                return term
        return None


class Act(NamedTuple):
    """What a party does: ``on`` is the day on which it happened, ``fields`` what was entered (already read).

    ``parties``: the department ids of those who take a part in the case by this act. ``replayed``: history that a
    ledger tells, of which only what the ledger has columns for is demanded.
    """

    event: str
    role: str
    on: date
    fields: Mapping[str, Any] = {}
    parties: Mapping[str, int] = {}
    replayed: bool = False


class NoticeRequest(NamedTuple):
    """Somebody to be told: a role, a template, from which day on, the term it speaks of; ``held``: after a click."""

    to: str
    notice: str
    not_before: date | None = None
    term: int | None = None
    rung: int | None = None
    held: bool = False


class Step(NamedTuple):
    """One event and all that follows from it."""

    event: str
    role: str
    on: date
    basis: str
    transition: Transition
    after: CaseState
    changed: tuple[Term, ...] = ()
    milestones: Mapping[str, date | None] = {}
    notice_requests: tuple[NoticeRequest, ...] = ()
    term: int | None = None
    lapsed: Term | None = None
    annulled: Term | None = None
    ended: tuple[int, ...] = ()
    reopened: tuple[Term, ...] = ()
    recounted: Term | None = None
    proposes: str = ""


def follow(
    procedure: Procedure, case_state: CaseState, act: Act, calendar: WorkingCalendar, *, clock: bool = True
) -> list[Step]:
    """All that follows from an act: lapses that fell due before it, the annulment it causes, the act itself.

    ``clock=False`` replays history: no lapse is written. Raises InvalidTransition, WrongRole, FieldError
    or DateError; nothing has happened then.
    """
    steps: list[Step] = []
    if clock:
        for step in lapses(procedure, case_state, act.on, calendar):
            steps.append(step)
            case_state = step.after
    step = decide(procedure, case_state, act, calendar)
    for term in _disproved(case_state, step):
        steps.append(_annul(procedure, case_state, act.on, term))
        case_state = steps[-1].after
        step = decide(procedure, case_state, act, calendar)
    return [*steps, step]


def decide(procedure: Procedure, case_state: CaseState, act: Act, calendar: WorkingCalendar) -> Step:
    """The one step that an act is, in this standing. Raises a sentence if it is not lawful."""
    row = procedure.table.get((case_state.state, act.event))
    if row is None or (row.history and not act.replayed):
        raise _out_of_place(procedure, case_state, act.event, act.on, calendar)
    if act.role not in row.by:
        raise NotTheirs(row.event.title, act.role, row.by)
    _demand_fields(procedure, row, act)
    _demand_order(row, case_state, act)
    _demand_conditions(procedure, row, case_state, act, calendar)
    return _apply(procedure, row, case_state, act, calendar)


def hindrance(
    procedure: Procedure, case_state: CaseState, event: str, on: date, calendar: WorkingCalendar
) -> InvalidTransition | DateError | None:
    """Why an act on the day ``on`` would be refused whatever its form says; None if it could succeed.

    The demands that refuse an act are asked themselves, so that what is offered and what is refused cannot differ.
    ``standing``: as of that day (``standing_on``). Who acts is not asked.
    """
    row = procedure.table.get((case_state.state, event))
    if row is None or row.history:
        return _out_of_place(procedure, case_state, event, on, calendar)
    act = Act(event, "", on)
    try:
        _demand_order(row, case_state, act)
        _demand_conditions(procedure, _left_open(row), case_state, act, calendar)
    except (InvalidTransition, DateError) as error:
        return error
    return None


def standing_on(procedure: Procedure, case_state: CaseState, on: date, calendar: WorkingCalendar) -> CaseState:
    """The standing on which an act of the day ``on`` would be decided: after the lapses that fall due before it."""
    for step in lapses(procedure, case_state, on, calendar):
        case_state = step.after
    return case_state


def _left_open(row: Transition) -> Transition:
    """The row without the conditions that its form decides."""
    asked = row.event.fields
    if not any(key in row.when or key in row.unless for key in asked):
        return row
    when = {key: value for key, value in row.when.items() if key not in asked}
    return replace(row, when=when, unless={} if any(key in row.unless for key in asked) else row.unless)


def lapses(procedure: Procedure, case_state: CaseState, on: date, calendar: WorkingCalendar) -> Iterator[Step]:
    """What the clock owes by the day ``on``: the lapses of terms due before it, in the order of their due dates."""
    while True:
        passed = [term for term in case_state.terms if _has_lapsed(term, on)]
        if not passed:
            return
        term = min(passed, key=lambda term: (term.due_on, term.n))
        for step in lapse(procedure, case_state, term, calendar):
            yield step
            case_state = step.after


def lapse(procedure: Procedure, case_state: CaseState, term: Term, calendar: WorkingCalendar) -> Iterator[Step]:
    """The clock records that a term has passed, dated by law: the last day of the term, however late it is noticed.

    Where a local document says so (``on_lapse`` names an event), that event follows on the next day, and nothing more.
    """
    rule = procedure.terms[term.kind]
    lapsed = term._replace(lapsed_on=term.due_on, next_on=None)
    after = _with_terms(case_state, (lapsed,))
    yield Step(
        event=LAPSE,
        role=CLOCK,
        on=term.due_on,
        basis=rule.basis,
        transition=_row(procedure, case_state, LAPSE),
        after=after,
        changed=(lapsed,),
        notice_requests=()
        if rule.is_suppressed(case_state.flags)
        else tuple(_lapse_tells(rule.lapse_notices, lapsed, calendar)),
        term=term.n,
        lapsed=lapsed,
        proposes=rule.proposes if rule.on_lapse == PROPOSE else "",
    )
    row = procedure.table.get((case_state.state, rule.on_lapse))
    if row is not None and rule.on_lapse not in (FLAG, PROPOSE):
        act = Act(rule.on_lapse, CLOCK, term.due_on + ONE_DAY)
        yield _apply(procedure, row, after, act, calendar)._replace(basis=rule.lapse_basis)


def remind(procedure: Procedure, case_state: CaseState, term: Term, on: date, calendar: WorkingCalendar) -> Step:
    """The clock sends the rung of the ladder that stands on the day ``on``; rungs that it missed are passed over."""
    rule = procedure.terms[term.kind]
    left = calendar.count_estimated(on, term.due_on)
    rung = min([rung for rung in rule.reminders if rung.days_before >= left], key=attrgetter("days_before"))
    later = terms.next_rung(rule, term.started_on, term.due_on, rung.days_before, calendar)
    reminded = term._replace(rung=rung.days_before, next_on=later or term.due_on + ONE_DAY)
    row = _row(procedure, case_state, REMIND)
    return Step(
        event=REMIND,
        role=CLOCK,
        on=on,
        basis=row.basis,
        transition=row,
        after=_with_terms(case_state, (reminded,)),
        changed=(reminded,),
        notice_requests=tuple([NoticeRequest(to, rung.notice, on, term.n, rung.days_before) for to in rung.to]),
        term=term.n,
    )


def recount(
    procedure: Procedure,
    case_state: CaseState,
    term: Term,
    on: date,
    basis: str,
    calendar: WorkingCalendar,
    told_of: date,
) -> Step:
    """The clock counts a term again, as the calendar has changed: the same working days, another date or a firm one.

    ``basis`` is the document that changed the calendar. Its parties are told, unless they know that very date
    (``told_of``: what they were last told); of an earlier date only after a click.
    """
    quiet = bool(case_state.flags.get(QUIET))
    moved = terms.recounted(procedure.terms[term.kind], term, on, calendar, quiet=quiet)
    return Step(
        event=RECOUNT,
        role=CLOCK,
        on=on,
        basis=basis,
        transition=Transition(_RECOUNT, (CLOCK,), case_state.state, STAY, basis),
        after=_with_terms(case_state, (moved,)),
        changed=(moved,),
        notice_requests=tuple(_recount_tells(case_state, moved, told_of, firm=moved.official and not term.official)),
        term=term.n,
        recounted=term,
    )


def _recount_tells(case_state: CaseState, moved: Term, told_of: date, *, firm: bool) -> Iterator[NoticeRequest]:
    """Both parties wait for the date of a term that binds one of them; the office reads of its own in its digest."""
    if not moved.runs or moved.department_id not in case_state.parties.values():
        return
    if moved.due_on == told_of and not firm:
        return
    notice = "confirmed" if moved.due_on == told_of else "moved"
    for role in case_state.parties:
        yield NoticeRequest(role, notice, term=moved.n, held=moved.due_on < told_of)


_RECOUNT = EventRule(RECOUNT, RECOUNT_TITLE, (CLOCK,), (), (), (), approval=False, notify=())


# ------------------------------------------------------------------------------------------------------ demands


def _out_of_place(
    procedure: Procedure, case_state: CaseState, event: str, on: date, calendar: WorkingCalendar
) -> InvalidTransition:
    state = procedure.states[case_state.state].title
    open_now = [
        row.event
        for row in procedure.from_state(case_state.state)
        if set(row.by) != {CLOCK} and hindrance(procedure, case_state, row.event.key, on, calendar) is None
    ]
    if event not in procedure.events:
        keys = "、".join(f"{each.key}（{each.title}）" for each in open_now)
        return InvalidTransition(f"“{procedure.title}”没有事件“{event}”", todo=f"现在可以办理：{keys}")
    possible = "、".join(each.title for each in open_now)
    title = procedure.events[event].title
    row = procedure.table.get((case_state.state, event))
    if row is not None and row.history:
        return InvalidTransition(f"“{title}”只在导入台账的历史时登记，不能另行办理", todo=f"现在可以办理：{possible}")
    return InvalidTransition(f"案件现为“{state}”，不能办理“{title}”", todo=f"现在可以办理：{possible}")


def _demand_fields(procedure: Procedure, row: Transition, act: Act) -> None:
    event = row.event
    unknown = set(event.fields) - procedure.ledger_fields if act.replayed else set()
    for key in event.required:
        value = act.fields.get(key)
        if not value and value in (None, "", [], ()) and key not in unknown:  # 0 and no are answers
            rule = procedure.fields[key]
            what, (todo, command) = f"办理“{event.title}”须填写“{rule.title}”", _how_to_fill(rule)
            raise FieldError(what, field=key, todo=todo, command=command)
    if event.one_of and not any(act.fields.get(key) for key in event.one_of) and unknown.isdisjoint(event.one_of):
        titles = "、".join(procedure.fields[key].title for key in event.one_of)
        raise FieldError(
            f"办理“{event.title}”须填写以下至少一项：{titles}",
            field=event.one_of[0],
            todo="请补填其中一项",
            command=" 或 ".join(f"--field {key}=…" for key in event.one_of),
        )


def _how_to_fill(rule: FieldRule) -> tuple[str, str]:
    """What to do to fill a field, and by which command."""
    command = f"--field {rule.key}=…"
    if rule.kind == MEETING:
        todo = "请先登记会议、列入本案（“议程”页），召开后填写会议编号"
        return todo, f"negotiation meeting plan，召开后 {command}"
    return f"请补填“{rule.title}”", command


def _demand_order(row: Transition, case_state: CaseState, act: Act) -> None:
    if row.moves and case_state.last_on is not None and act.on < case_state.last_on:
        raise DateError(
            f"“{row.event.title}”的日期 {act.on} 早于上一办理环节的日期 {case_state.last_on}", todo="请核对日期"
        )


def _demand_conditions(
    procedure: Procedure, row: Transition, case_state: CaseState, act: Act, calendar: WorkingCalendar
) -> None:
    if row.when and not _holds(row.when, case_state, act):
        raise InvalidTransition(f"不能办理“{row.event.title}”：{row.when_says}")
    if row.unless and _holds(row.unless, case_state, act):
        raise InvalidTransition(f"不能办理“{row.event.title}”：{row.unless_says}")
    if row.target == BACK:
        _way_back_of(row, case_state)
    if QUIET in row.set:
        _demand_other_mail(row, case_state)
    if row.after_due:
        _demand_passed(procedure, row, case_state, act)
    if row.before_due:
        _demand_unpassed(procedure, row, case_state, act)
    if row.within:
        kind, days = row.within
        term = case_state.term(kind)
        if term is not None and calendar.count_estimated(term.started_on, act.on) > days:
            raise InvalidTransition(
                f"“{row.event.title}”须在{procedure.terms[kind].title}开始后{days}个工作日内办理",
                todo="期限继续计算，请按期答复",
            )


def _demand_other_mail(row: Transition, case_state: CaseState) -> None:
    """The reminders of a case are stopped once, and go on only where they were stopped: else nothing has happened."""
    stopped = bool(case_state.flags.get(QUIET))
    if stopped == row.set[QUIET]:
        so = "自动提醒已经停发" if stopped else "自动提醒没有停发"
        raise InvalidTransition(f"不能办理“{row.event.title}”：{so}", todo="无须办理")


def _way_back_of(row: Transition, case_state: CaseState) -> str:
    """The state to which an event leads that leads back."""
    if case_state.back_state is None:
        raise InvalidTransition(f"不能办理“{row.event.title}”：没有可以退回的环节")
    return case_state.back_state


def _demand_passed(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> None:
    """Silence is not yet 协商未果: while the term runs, nothing has failed (第十七条)."""
    term = case_state.term(row.after_due)
    if term is not None and act.on <= term.due_on:
        raise InvalidTransition(
            f"{procedure.terms[term.kind].title}至 {term.due_on} 届满，在此之前不能办理“{row.event.title}”",
            todo=f"请在 {term.due_on} 之后办理，或先登记答复",
        )


def _demand_unpassed(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> None:
    """An extension is asked for before the term has ended: afterwards there is nothing left to extend."""
    term = case_state.term(row.before_due)
    if term is not None and act.on > term.due_on:
        raise InvalidTransition(
            f"{procedure.terms[term.kind].title}已于 {term.due_on} 届满，不能再办理“{row.event.title}”",
            todo="请尽快办理；如在届满前已书面提出，请照其日期登记",
        )


def _holds(conditions: Mapping[str, Any], case_state: CaseState, act: Act) -> bool:
    return all(act.fields.get(key, case_state.flags.get(key)) == value for key, value in conditions.items())


# ------------------------------------------------------------------------------------------------------ effects


def _apply(procedure: Procedure, row: Transition, case_state: CaseState, act: Act, calendar: WorkingCalendar) -> Step:
    version = case_state.version + 1
    target = _target(row, case_state, act)
    parties = {**case_state.parties, **act.parties} if act.parties else case_state.parties
    changed = _terms_left(procedure, row, case_state, act, target, calendar)
    held = {term.n: term for term in case_state.terms} | changed
    reopened: dict[int, Term] = {}
    if row.target == BACK:
        changed |= (reopened := _reopened(procedure, case_state, held, act, calendar))
    else:
        changed |= _terms_begun(procedure, row, case_state, held, parties, act, target, calendar)
    flags = _flags(procedure, row, case_state, act)
    if QUIET in flags:
        changed |= _ladders(procedure, (held | changed).values(), calendar, quiet=flags[QUIET])
    held |= changed
    after = CaseState(
        target,
        version,
        _last_on(row, case_state, act),
        flags,
        tuple(held.values()),
        parties,
        *_way_back(row, case_state, version),
    )
    return Step(
        act.event,
        act.role,
        act.on,
        row.basis,
        row,
        after,
        tuple(changed.values()),
        _milestones(procedure, case_state, act, target),
        tuple([NoticeRequest(told.to, told.notice) for told in row.event.notify]),
        ended=tuple([n for n, term in changed.items() if term.ended_seq == version]),
        reopened=tuple(reopened.values()),
    )


def _target(row: Transition, case_state: CaseState, act: Act) -> str:
    if row.target_field:
        return row.targets[act.fields[row.target_field]]
    if row.target == STAY:
        return case_state.state
    if row.target == BACK:
        return _way_back_of(row, case_state)
    return row.target


def _flags(procedure: Procedure, row: Transition, case_state: CaseState, act: Act) -> Mapping[str, Any]:
    flags = {key: act.fields[key] for key in procedure.mark_fields if key in act.fields}
    if row.answers:
        flags["answer"] = act.event
    return {**case_state.flags, **row.set, **flags} if flags or row.set else case_state.flags


def _last_on(row: Transition, case_state: CaseState, act: Act) -> date | None:
    """A referral that was withdrawn or declined stands no longer: dates are checked against what was before it."""
    if row.target == BACK:
        return case_state.back_on
    return act.on if row.moves else case_state.last_on


def _way_back(row: Transition, case_state: CaseState, version: int) -> tuple[str | None, date | None, int | None]:
    """The state before a referral, its date, and the referral's event: what "back" means."""
    if row.remembers:
        return case_state.state, case_state.last_on, version
    return case_state.back_state, case_state.back_on, case_state.back_seq


def _milestones(procedure: Procedure, case_state: CaseState, act: Act, target: str) -> Mapping[str, date | None]:
    dates: dict[str, date | None] = {}
    for key in (act.event, target if target != case_state.state else ""):
        if key in procedure.milestones:
            dates[procedure.milestones[key]] = act.on
    ending = procedure.ending_column
    if ending and procedure.states[target].ending and target != case_state.state:
        dates[ending] = act.on
    elif ending and procedure.states[case_state.state].ending and not procedure.states[target].ending:
        dates[ending] = None
    return dates


# -------------------------------------------------------------------------------------------------------- terms


def _has_lapsed(term: Term, on: date) -> bool:
    return term.next_on is not None and term.runs and term.lapsed_on is None and term.due_on < on


def _row(procedure: Procedure, case_state: CaseState, event: str) -> Transition:
    row = procedure.table.get((case_state.state, event))
    if row is None:
        state = procedure.states[case_state.state].title
        raise InvalidTransition(f"案件现为“{state}”，不能办理“{procedure.events[event].title}”")
    return row


def _with_terms(case_state: CaseState, changed: tuple[Term, ...]) -> CaseState:
    """The standing after an event that changes nothing but terms."""
    by_number = {term.n: term for term in changed}
    held = tuple([by_number.get(term.n, term) for term in case_state.terms])
    return case_state._replace(version=case_state.version + 1, terms=held)


def _lapse_tells(
    notice_requests: tuple[NoticeRule, ...], term: Term, calendar: WorkingCalendar
) -> Iterator[NoticeRequest]:
    for told in notice_requests:
        yield NoticeRequest(told.to, told.notice, calendar.estimate(term.due_on, told.after).day, term.n)


def _disproved(case_state: CaseState, step: Step) -> list[Term]:
    """The recorded lapses that an act shows to be wrong: it was done in time, and entered late."""
    after = {term.n: term for term in step.changed}
    return [
        term
        for term in case_state.terms
        if term.lapsed_on is not None
        and term.ended_on is None
        and step.on <= term.lapsed_on
        and _settles(term, after.get(term.n, term))
    ]


def _settles(before: Term, after: Term) -> bool:
    """Whether a step answers, ends, suspends or moves a term: only then was its lapse wrong."""
    return (before.answered_on, before.ended_on, before.suspended_on, before.due_on) != (
        after.answered_on, after.ended_on, after.suspended_on, after.due_on,
    )  # fmt: skip


def _annul(procedure: Procedure, case_state: CaseState, on: date, term: Term) -> Step:
    """A reply made in time and entered late undoes the lapse; those who were told of it are told of this."""
    restored = term._replace(lapsed_on=None)
    return Step(
        event=ANNUL,
        role=CLOCK,
        on=on,
        basis=procedure.terms[term.kind].basis,
        transition=_row(procedure, case_state, ANNUL),
        after=_with_terms(case_state, (restored,)),
        changed=(restored,),
        term=term.n,
        annulled=term,
    )


def _terms_left(
    procedure: Procedure, row: Transition, case_state: CaseState, act: Act, target: str, calendar: WorkingCalendar
) -> dict[int, Term]:
    """The terms that an event answers, suspends, extends or ends, as they are after it."""
    changed: dict[int, Term] = {}
    answered = case_state.term(row.answers) if row.answers else None
    for term in case_state.terms:
        new = term
        news: dict[str, Any] = {}
        if term is answered and term.answered_on is None:
            news["answered_on"] = act.on
        if term.ended_on is None:
            if act.parties:
                new = _handed_over(new, case_state, act)
            if row.lengthens == term.kind:
                more = _days_more(procedure, row, act)
                new = terms.extended(procedure.terms[term.kind], new, more, calendar)
            if term.kind in row.suspends:
                new = terms.suspended(new, act.on, calendar)
            elif _ends(procedure, row, case_state, term, target):
                news.update(ended_on=act.on, ended_seq=case_state.version + 1, next_on=None)
        if news:
            new = new._replace(**news)
        if new is not term:
            changed[term.n] = new
    return changed


def _handed_over(term: Term, case_state: CaseState, act: Act) -> Term:
    """A running term follows the part it binds to the department that takes the part over."""
    for role, department in act.parties.items():
        if term.ended_on is None and term.department_id == case_state.parties.get(role) != department:
            return term._replace(department_id=department)
    return term


def _ends(procedure: Procedure, row: Transition, case_state: CaseState, term: Term, target: str) -> bool:
    if procedure.states[target].ending or term.kind in row.stops:
        return True
    if row.target == STAY or term.kind in row.keeps:
        return False
    return term.kind == procedure.states[case_state.state].term


def _days_more(procedure: Procedure, row: Transition, act: Act) -> int:
    more = int(act.fields[row.lengthen_field])
    if more < 1 or (row.lengthen_at_most and more > row.lengthen_at_most):
        title = procedure.fields[row.lengthen_field].title
        raise FieldError(
            f"“{title}”应为 1 至 {row.lengthen_at_most} 个工作日", field=row.lengthen_field, todo="请改为允许的天数"
        )
    return more


def _terms_begun(
    procedure: Procedure,
    row: Transition,
    case_state: CaseState,
    held: Mapping[int, Term],
    parties: Mapping[str, int],
    act: Act,
    target: str,
    calendar: WorkingCalendar,
) -> dict[int, Term]:
    """The terms that the event and the state it leads to start; a suspended one resumes, a running one runs on."""
    state = procedure.states[target]
    kinds = {start.term: start.anew for start in row.starts if _holds(start.when, case_state, act)}
    if target != case_state.state and state.term:
        kinds.setdefault(state.term, False)
    begun: dict[int, Term] = {}
    for kind, anew in kinds.items():
        rule = procedure.terms[kind]
        by = _date_set(rule, act)
        running = _unended(held, kind)
        if running is not None and anew:
            begun[running.n] = running._replace(ended_on=act.on, ended_seq=case_state.version + 1, next_on=None)
        if running is None or anew:
            n = len(held) + sum(number not in held for number in begun) + 1
            days = rule.days_for({**case_state.flags, **act.fields}) if rule.days_by[0] else rule.days
            begun[n] = terms.begun(rule, n, parties.get(rule.bound or state.held_by), act.on, days, by, calendar)
        elif running.suspended_on is not None:
            begun[running.n] = terms.resumed(rule, running, act.on, calendar)
        elif by is not None:
            begun[running.n] = terms.set_by_act(rule, running, by, calendar)
    return begun


def _unended(held: Mapping[int, Term], kind: str) -> Term | None:
    for term in held.values():
        if term.kind == kind and term.ended_on is None:
            return term
    return None


def _date_set(rule: TermRule, act: Act) -> date | None:
    """The date that an act sets for a term, if it may and does; else the date of the year on which it ends."""
    day: date | None = act.fields.get(rule.due_field) if rule.due_field else None
    if day is None and rule.until is not None:
        day = date(act.on.year, *rule.until)
        return day if day >= act.on else day.replace(year=day.year + 1)
    if day is None and rule.days is None:
        command = f"--field {rule.due_field}=日期"
        raise FieldError(f"须填写{rule.title}的日期", field=rule.due_field, todo="请补填日期", command=command)
    if day is not None and day < act.on:
        raise FieldError(f"{rule.title} {day} 早于办理日期 {act.on}", field=rule.due_field, todo="请核对日期")
    return day


def _ladders(procedure: Procedure, held: Iterable[Term], calendar: WorkingCalendar, *, quiet: bool) -> dict[int, Term]:
    """While the office has stopped a case's mail the clock has no rungs to climb; lapses it records all the same."""
    changed = {}
    for term in held:
        if term.next_on is not None:
            day = terms.next_day(procedure.terms[term.kind], term, calendar, quiet=quiet)
            if day != term.next_on:
                changed[term.n] = term._replace(next_on=day)
    return changed


def _reopened(
    procedure: Procedure, case_state: CaseState, held: Mapping[int, Term], act: Act, calendar: WorkingCalendar
) -> dict[int, Term]:
    """Back means: as it was. The terms that the referral ended go on with the days that were left of them."""
    reopened: dict[int, Term] = {}
    for term in held.values():
        if term.ended_on is None or term.ended_seq != case_state.back_seq:
            continue
        rule = procedure.terms[term.kind]
        running = term._replace(ended_on=None, ended_seq=None)
        if term.lapsed_on is None and term.ended_on <= term.due_on:
            left = calendar.count_estimated(term.ended_on, term.due_on)
            running = terms.due_again(rule, running, act.on, left, calendar)
        reopened[term.n] = running
    return reopened
