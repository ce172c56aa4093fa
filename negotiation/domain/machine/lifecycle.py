"""The engine, pure: (rulebook, case state, act, calendar) → what follows. No clock, no database, no mail.

``follow`` is the whole of it: it puts the lapses that fell due before the act in front of it, annuls a lapse that a
late paper disproves, and returns one ``Step`` for each event, in order. Days are dates in Asia/Shanghai; terms are
counted in working days by the calendar that is passed in.
"""

from dataclasses import replace
from datetime import date

from calendars import WorkingCalendar
from negotiation.core.enums import CLOCK
from negotiation.core.errors import DateError, InvalidTransition, NotTheirs, OutOfPlace, refuse
from negotiation.domain.machine.clock_events import annulment, disproved_lapses, lapses
from negotiation.domain.machine.effects import apply
from negotiation.domain.machine.guards import demand_conditions, demand_order, lacking
from negotiation.domain.machine.values import Act, CaseState, Step
from negotiation.domain.rulebook import Procedure, Transition


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
    for term in disproved_lapses(case_state, step):
        steps.append(annulment(procedure, case_state, act.on, term))
        case_state = steps[-1].after
        step = decide(procedure, case_state, act, calendar)
    return [*steps, step]


def decide(procedure: Procedure, case_state: CaseState, act: Act, calendar: WorkingCalendar) -> Step:
    """The one step that an act is, in this state of the case.

    Raises InvalidTransition, WrongRole, FieldError or DateError if it is not lawful.
    """
    row = procedure.table.get((case_state.state, act.event))
    if row is None or (row.history and not act.replayed):
        raise _out_of_place(procedure, case_state, act.event, act.on, calendar)
    if act.role not in row.by:
        raise NotTheirs(row.event.title, act.role, row.by)
    refuse(lacking(procedure, row, act))
    demand_order(procedure, row, case_state, act)
    demand_conditions(procedure, row, case_state, act, calendar)
    return apply(procedure, row, case_state, act, calendar)


def hindrance(
    procedure: Procedure, case_state: CaseState, event: str, on: date, calendar: WorkingCalendar
) -> InvalidTransition | DateError | None:
    """The reason for which an act on the day ``on`` would be refused whatever its form says; None if it could succeed.

    The demands that refuse an act are asked themselves, so that what is offered and what is refused cannot differ.
    ``case_state``: as of that day (``state_on``). Who acts is not asked.
    """
    row = procedure.table.get((case_state.state, event))
    if row is None or row.history:
        return _out_of_place(procedure, case_state, event, on, calendar)
    act = Act(event, "", on)
    try:
        demand_order(procedure, row, case_state, act)
        demand_conditions(procedure, _left_open(row), case_state, act, calendar)
    except (InvalidTransition, DateError) as error:
        return error
    return None


def state_on(procedure: Procedure, case_state: CaseState, on: date, calendar: WorkingCalendar) -> CaseState:
    """The state on which an act of the day ``on`` would be decided: after the lapses that fall due before it."""
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
    return OutOfPlace(state, title, todo=f"现在可以办理：{possible}")
