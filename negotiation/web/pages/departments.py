"""The departments: in official order, who works where, who is away and who stands in.

The office and the administrator keep all of it. A department keeps its own clerks and their absences; its level, its
place in the order and whether it is mailed are not its own to decide.
"""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.addresses import is_allowed
from negotiation.core.enums import ACT_AS_OFFICE, DEPARTMENT_ROLES, AccountRole, Duty
from negotiation.core.errors import NegotiationError, NotFound
from negotiation.core.labels import DUTY_TITLES
from negotiation.domain.departments import Absence, Department
from negotiation.services import department_keeping as keeping
from negotiation.store.transaction import Transaction
from negotiation.web.pages.department_form import (
    CLERKS,
    changed_only,
    levels_for,
    read_clerk,
    read_day,
    read_level,
    read_new_name,
    read_stand_in,
    stored,
    write_department,
    write_person,
)
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
KEEPERS = ACT_AS_OFFICE | {AccountRole.ADMINISTRATOR}


# ------------------------------------------------------------------------------------------------------ all of them


@router.get("/departments")
async def departments(ctx: CurrentRequest) -> Response:
    """In official order; addresses and telephones are for the office and for the department's own people."""
    with ctx.app_state.read():
        units = ctx.app_state.context.directory.in_order()
    own = {unit.id for unit in units if _knows_contacts(ctx, unit)}
    facts = ctx.facts(
        units=units,
        own=own,
        duties=DUTY_TITLES,
        may_add=_keeps_all(ctx),
        title_of=ctx.app_state.context.level_title,
        here="departments",
    )
    return page("departments.html", facts)


@router.get("/departments/new")
async def blank(ctx: CurrentRequest) -> Response:
    ctx.demand(*KEEPERS)
    return _blank(ctx, {}, None)


@router.post("/departments/new")
async def add(request: Request, ctx: CurrentRequest) -> Response:
    """Registers a department at the end of the official order, and leads to its page."""
    typed = await form_of(request, ctx)
    ctx.demand(*KEEPERS)

    def added(transaction: Transaction) -> int:
        name, level = read_new_name(ctx, typed), read_level(ctx, typed) if typed.get("level") else None
        return keeping.register(transaction, ctx.app_state.context, name, level, ctx.operation).id

    try:
        number = await ctx.write(added)
    except NegotiationError as error:
        return _blank(ctx, typed, error)
    return RedirectResponse(f"/departments/{number}?said=added", status_code=303)


def _blank(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    facts = ctx.facts(typed=typed, levels=ctx.app_state.context.levels, error=error, here="departments")
    return page("new_department.html", facts, status=400 if error else 200)


# --------------------------------------------------------------------------------------------------------- one of them


@router.get("/departments/{department_id:int}")
async def department(department_id: int, ctx: CurrentRequest) -> Response:
    with ctx.app_state.read():
        unit = department_of(ctx, department_id)
    return _department(ctx, unit, {}, None)


@router.post("/departments/{department_id:int}")
async def change(department_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Writes what this person may change of it."""
    typed = {"mail_stopped": "", **await form_of(request, ctx)}

    def changed(transaction: Transaction) -> None:
        unit = department_of(ctx, department_id)
        duties, wanted = _demand_duties(ctx, unit), {**stored(unit), **changed_only(typed)}
        if _keeps_all(ctx):
            write_department(transaction, unit, wanted, ctx)
        for duty in duties:
            write_person(transaction, unit, duty, wanted, ctx)

    return await _done(ctx, department_id, typed, changed)


@router.post("/departments/{department_id:int}/absences")
async def away(department_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Registers that a clerk is away, and who stands in."""
    typed = await form_of(request, ctx)

    def added(transaction: Transaction) -> None:
        unit = department_of(ctx, department_id)
        _demand_duties(ctx, unit)
        duty, since, until = read_clerk(typed), read_day(typed, "since", "第一天"), read_day(typed, "until", "最后一天")
        absence = Absence(0, duty, since, until, read_stand_in(duty, typed, ctx))
        keeping.away(transaction, unit, absence, ctx.operation)

    return await _done(ctx, department_id, typed, added)


@router.post("/departments/{department_id:int}/absences/{absence_id:int}/remove")
async def back(department_id: int, absence_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Takes an absence back that was entered by mistake, or ended early."""
    typed = await form_of(request, ctx)

    def removed(transaction: Transaction) -> None:
        unit = department_of(ctx, department_id)
        _demand_duties(ctx, unit)
        for absence in unit.absences:
            if absence.id == absence_id:
                keeping.back(transaction, unit, absence, ctx.operation)

    return await _done(ctx, department_id, typed, removed)


Work = Callable[[Transaction], None]


async def _done(ctx: RequestContext, department_id: int, typed: Mapping[str, str], work: Work) -> Response:
    """Does it and leads back to the department; or gives its forms back, with what was typed and what is wrong."""
    try:
        await ctx.write(work)
    except NotFound:
        raise
    except NegotiationError as error:
        return _department(ctx, department_of(ctx, department_id), typed, error)
    return RedirectResponse(f"/departments/{department_id}?said=department", status_code=303)


def _department(
    ctx: RequestContext, unit: Department, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    facts = ctx.facts(
        shown=unit,
        was=stored(unit),
        levels=levels_for(ctx, unit),
        typed={**stored(unit), **typed},
        error=error,
        duties=DUTY_TITLES,
        clerks={duty: DUTY_TITLES[duty] for duty in CLERKS},
        editable=_duties(ctx, unit),
        keeps_all=_keeps_all(ctx),
        may_reorganize=ctx.person.acts_as_office,
        changes=ctx.app_state.context.directory.changes_of(unit.id),
        contacts=_knows_contacts(ctx, unit),
        refused=_refused(ctx, unit),
        here="departments",
    )
    return page("department.html", facts, status=400 if error else 200)


def _refused(ctx: RequestContext, unit: Department) -> list[str]:
    """Addresses that no mail will be sent to, as their domain is not on the list (政务邮箱)."""
    standing_in = (each.stand_in for each in unit.absences if each.until >= ctx.app_state.today())
    known = [person.email for person in (*unit.people.values(), *standing_in) if person and person.email]
    return [email for email in known if not is_allowed(email, ctx.app_state.settings.mail_domains)]


# ------------------------------------------------------------------------------------------------------ who may what


def _keeps_all(ctx: RequestContext) -> bool:
    return bool(ctx.person.roles.intersection(KEEPERS))


def _works_there(ctx: RequestContext, unit: Department) -> bool:
    return ctx.person.department_id == unit.id and not DEPARTMENT_ROLES.isdisjoint(ctx.person.roles)


def _knows_contacts(ctx: RequestContext, unit: Department) -> bool:
    return ctx.person.is_office or _works_there(ctx, unit)


def _duties(ctx: RequestContext, unit: Department) -> tuple[Duty, ...]:
    """The duties whose people this person may enter."""
    if _keeps_all(ctx):
        return tuple(Duty)
    return CLERKS if _works_there(ctx, unit) else ()


def _demand_duties(ctx: RequestContext, unit: Department) -> tuple[Duty, ...]:
    duties = _duties(ctx, unit)
    if not duties:
        raise NotFound("没有这一页", todo="请从上方的目录进入")
    return duties


def department_of(ctx: RequestContext, department_id: int) -> Department:
    """A department by its id. Raises NotFound."""
    unit = ctx.app_state.context.directory.by_id.get(department_id)
    if unit is None:
        raise NotFound("没有这个部门", todo="请从部门列表进入")
    return unit
