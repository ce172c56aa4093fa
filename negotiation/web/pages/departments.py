"""The departments: in official order, who works where, who is away and who stands in.

The office and the administrator keep all of it. A department keeps its own clerks and their absences; its level, its
place in the order and whether it is mailed are not its own to decide.
"""

from collections.abc import Callable, Mapping
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ACT_AS_OFFICE, DEPARTMENT_ROLES, AccountRole, Duty, Level
from negotiation.core.errors import FieldError, NegotiationError, NotFound
from negotiation.core.labels import DUTY_TITLES, LEVEL_TITLES
from negotiation.domain import forms
from negotiation.domain.departments import Contact, Department, tidy_name
from negotiation.notifications.email.composer import is_allowed
from negotiation.services import departments as reorganizing
from negotiation.services.departments import Merged, Order
from negotiation.store import case_reader
from negotiation.store import departments as directory
from negotiation.store.transaction import Transaction
from negotiation.web.form_data import WAS
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
KEEPERS = ACT_AS_OFFICE | {AccountRole.ADMINISTRATOR}
CLERKS = (Duty.A, Duty.B)  # 经办人: theirs are the duties that automatic mail goes to, so theirs are the absences


# ------------------------------------------------------------------------------------------------------ all of them


@router.get("/departments")
async def departments(ctx: CurrentRequest) -> Response:
    """In official order; addresses and telephones are for the office and for the department's own people."""
    with ctx.app_state.read():
        units = ctx.app_state.context.directory.in_order()
    own = {unit.id for unit in units if _knows_contacts(ctx, unit)}
    facts = ctx.facts(units=units, own=own, duties=DUTY_TITLES, may_add=_keeps_all(ctx), here="departments")
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
        name, level = _new_name(ctx, typed), _level(typed) if typed.get("level") else None
        return directory.add_department(transaction, name, level).id

    try:
        number = await ctx.write(added)
    except NegotiationError as error:
        return _blank(ctx, typed, error)
    return RedirectResponse(f"/departments/{number}", status_code=303)


def _blank(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    return page("new_department.html", ctx.facts(typed=typed, error=error, here="departments"), status=_status(error))


def _new_name(ctx: RequestContext, typed: Mapping[str, str]) -> str:
    name = tidy_name(_text(typed, "name", "名称"))
    if not name:
        raise FieldError("须填写部门名称", field="name", todo="请填写规范的全称")
    if name in ctx.app_state.context.directory.by_name:
        raise FieldError(f"已有名为“{name}”的部门", field="name", todo="请在部门列表中查看")
    return name


# --------------------------------------------------------------------------------------------------------- one of them


@router.get("/departments/{department_id:int}")
async def department(department_id: int, ctx: CurrentRequest) -> Response:
    with ctx.app_state.read():
        unit = _unit(ctx, department_id)
    return _department(ctx, unit, {}, None)


@router.post("/departments/{department_id:int}")
async def change(department_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Writes what this person may change of it."""
    typed = {"mail_stopped": "", **await form_of(request, ctx)}

    def changed(transaction: Transaction) -> None:
        unit = _unit(ctx, department_id)
        duties, wanted = _demand_duties(ctx, unit), {**_stored(unit), **_touched(typed)}
        if _keeps_all(ctx):
            _set_department(transaction, unit, wanted)
        for duty in duties:
            _set_person(transaction, unit, duty, wanted)

    return await _done(ctx, department_id, typed, changed)


@router.get("/departments/{department_id:int}/reorganize")
async def change_of(department_id: int, ctx: CurrentRequest) -> Response:
    """更名 or 并入: what would go over. Nothing is written."""
    ctx.demand(*KEEPERS)
    return _change_of(ctx, _unit(ctx, department_id), {}, None)


@router.post("/departments/{department_id:int}/reorganize")
async def reorganize(department_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Another name, or part of another department: its open cases go over, and what could not is told."""
    typed = await form_of(request, ctx)
    ctx.demand(*KEEPERS)
    unit, context = _unit(ctx, department_id), ctx.app_state.context

    def done(transaction: Transaction) -> Merged | None:
        order = _order(ctx, typed)
        if not typed.get("name"):
            return reorganizing.merge(transaction, context, unit, _successor(ctx, typed), order)
        reorganizing.rename(transaction, context, unit, _text(typed, "name", "名称"), order)
        return None

    try:
        merged = await ctx.write(done)
    except NegotiationError as error:
        return _change_of(ctx, unit, typed, error)
    if merged is None:
        return RedirectResponse(f"/departments/{department_id}", status_code=303)
    facts = ctx.facts(shown=unit, into=_successor(ctx, typed), done=merged, here="departments")
    return page("reorganized.html", facts)


def _order(ctx: RequestContext, typed: Mapping[str, str]) -> Order:
    on, doc_no = _day(typed, "on", "日期"), _text(typed, "doc_no", "文号")
    return Order(on, doc_no, ctx.person.name, ctx.app_state.clock())


def _successor(ctx: RequestContext, typed: Mapping[str, str]) -> Department:
    if not typed.get("into"):
        raise FieldError("须填写新的名称，或选择并入哪个部门", field="name", todo="更名的填名称，并入的选部门")
    try:
        return ctx.app_state.context.directory.find(typed["into"])
    except NotFound as error:
        raise FieldError(error.what, field="into", todo=error.todo) from None


def _change_of(
    ctx: RequestContext, unit: Department, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    with ctx.app_state.read() as transaction:
        numbers = case_reader.open_numbers(transaction, unit.id)
    others = {each.name: each.name for each in ctx.app_state.context.directory.active() if each.id != unit.id}
    filled = {"on": ctx.app_state.today().isoformat(), **typed}
    facts = ctx.facts(shown=unit, numbers=numbers, others=others, typed=filled, error=error, here="departments")
    return page("reorganize.html", facts, status=_status(error))


@router.post("/departments/{department_id:int}/absences")
async def away(department_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Registers that a clerk is away, and who stands in."""
    typed = await form_of(request, ctx)

    def added(transaction: Transaction) -> None:
        unit = _unit(ctx, department_id)
        _demand_duties(ctx, unit)
        duty, since, until = _clerk(typed), _day(typed, "since", "第一天"), _day(typed, "until", "最后一天")
        directory.add_absence(transaction, unit.id, duty, since, until, _stand_in(duty, typed))

    return await _done(ctx, department_id, typed, added)


@router.post("/departments/{department_id:int}/absences/{absence_id:int}/remove")
async def back(department_id: int, absence_id: int, request: Request, ctx: CurrentRequest) -> Response:
    """Takes an absence back that was entered by mistake, or ended early."""
    typed = await form_of(request, ctx)

    def removed(transaction: Transaction) -> None:
        unit = _unit(ctx, department_id)
        _demand_duties(ctx, unit)
        if absence_id in {each.id for each in unit.absences}:
            directory.remove_absence(transaction, unit.id, absence_id)

    return await _done(ctx, department_id, typed, removed)


Work = Callable[[Transaction], None]


async def _done(ctx: RequestContext, department_id: int, typed: Mapping[str, str], work: Work) -> Response:
    """Does it and leads back to the department; or gives its forms back, with what was typed and what is wrong."""
    try:
        await ctx.write(work)
    except NotFound:
        raise
    except NegotiationError as error:
        return _department(ctx, _unit(ctx, department_id), typed, error)
    return RedirectResponse(f"/departments/{department_id}", status_code=303)


def _department(
    ctx: RequestContext, unit: Department, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    facts = ctx.facts(
        shown=unit,
        was=_stored(unit),
        typed={**_stored(unit), **typed},
        error=error,
        duties=DUTY_TITLES,
        clerks={duty: DUTY_TITLES[duty] for duty in CLERKS},
        editable=_duties(ctx, unit),
        keeps_all=_keeps_all(ctx),
        changes=ctx.app_state.context.directory.changes_of(unit.id),
        contacts=_knows_contacts(ctx, unit),
        refused=_refused(ctx, unit),
        here="departments",
    )
    return page("department.html", facts, status=_status(error))


def _stored(unit: Department) -> dict[str, str]:
    """The edit form as it stands."""
    stopped = "yes" if unit.mail_stopped else ""
    found = {"level": unit.level.value, "sort_no": str(unit.sort_no), "mail_stopped": stopped}
    for duty, person in unit.people.items():
        found |= {f"{duty}-name": person.name, f"{duty}-email": person.email, f"{duty}-phone": person.phone}
    return found


def _touched(typed: Mapping[str, str]) -> dict[str, str]:
    """What is other than the form had it: what somebody else wrote meanwhile is not undone by who did not mean it."""
    return {key: value for key, value in typed.items() if value != typed.get(f"{WAS}{key}")}


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


def _unit(ctx: RequestContext, department_id: int) -> Department:
    unit = ctx.app_state.context.directory.by_id.get(department_id)
    if unit is None:
        raise NotFound("没有这个部门", todo="请从部门列表进入")
    return unit


# ---------------------------------------------------------------------------------------------------- what was typed


def _set_department(transaction: Transaction, unit: Department, typed: Mapping[str, str]) -> None:
    place = reorganizing.read_place(typed["sort_no"])
    stopped = typed["mail_stopped"] == "yes"
    directory.set_department(
        transaction, unit.id, level=_level(typed), sort_no=place, mail_stopped=stopped
    )  # fmt: skip


def _level(typed: Mapping[str, str]) -> Level:
    if typed.get("level") not in list(Level):
        raise FieldError("没有这个层级", field="level", todo="可选：" + "、".join(LEVEL_TITLES.values()))
    return Level(typed["level"])


def _set_person(transaction: Transaction, unit: Department, duty: Duty, typed: Mapping[str, str]) -> None:
    """Writes who has a duty, if it is not who had it before."""
    person = _person(duty, typed, f"{duty}-")
    if person != unit.people.get(duty, Contact(duty, "", "", "")):
        directory.set_person(transaction, unit.id, person)


def _stand_in(duty: Duty, typed: Mapping[str, str]) -> Contact | None:
    person = _person(duty, typed, "")
    return person if person.name or person.email else None


def _person(duty: Duty, typed: Mapping[str, str], prefix: str) -> Contact:
    name, email, phone = (typed.get(prefix + key, "") for key in ("name", "email", "phone"))
    return reorganizing.read_contact(duty, name, email, phone, prefix=prefix)


def _clerk(typed: Mapping[str, str]) -> Duty:
    if typed.get("duty") not in CLERKS:
        raise FieldError("须写明谁外出", field="duty", todo="请选择 A 角或 B 角")
    return Duty(typed["duty"])


def _day(typed: Mapping[str, str], key: str, title: str) -> date:
    try:
        found = forms.read_date(typed.get(key, ""))
    except ValueError as error:
        raise FieldError(str(error), field=key, todo="日期写成 2026-09-18") from None
    if found is None:
        raise FieldError(f"须填写{title}", field=key, todo="日期写成 2026-09-18")
    return found


def _text(typed: Mapping[str, str], key: str, title: str) -> str:
    return reorganizing.read_line(typed.get(key, ""), key, title)


def _status(error: NegotiationError | None) -> int:
    return 400 if error else 200
