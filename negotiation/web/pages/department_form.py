"""The forms of a department's page: their values as they stand, and what was entered in them."""

from collections.abc import Mapping
from datetime import date

from negotiation.core.enums import Duty, Level
from negotiation.core.errors import FieldError
from negotiation.domain import forms
from negotiation.domain.departments import Contact, Department, tidy_name
from negotiation.services import department_keeping as keeping
from negotiation.store.transaction import Transaction
from negotiation.web.form_data import WAS
from negotiation.web.request_context import RequestContext

CLERKS = (Duty.A, Duty.B)  # 经办人: theirs are the duties that automatic mail goes to, so theirs are the absences


def read_new_name(ctx: RequestContext, typed: Mapping[str, str]) -> str:
    """The name of a new department, tidied. Raises FieldError for none or one that is taken."""
    name = tidy_name(read_text(typed, "name", "名称"))
    if not name:
        raise FieldError("须填写部门名称", field="name", todo="请填写规范的全称")
    if name in ctx.app_state.context.directory.by_name:
        raise FieldError(f"已有名为“{name}”的部门", field="name", todo="请在部门列表中查看")
    return name


def stored(unit: Department) -> dict[str, str]:
    """The edit form as it stands."""
    stopped = "yes" if unit.mail_stopped else ""
    found = {"level": unit.level.value, "sort_no": str(unit.sort_no), "mail_stopped": stopped}
    for duty, person in unit.people.items():
        found |= {f"{duty}-name": person.name, f"{duty}-email": person.email, f"{duty}-phone": person.phone}
    return found


def changed_only(typed: Mapping[str, str]) -> dict[str, str]:
    """The fields that are other than the form had them: what somebody else wrote meanwhile is not undone."""
    return {key: value for key, value in typed.items() if value != typed.get(f"{WAS}{key}")}


def levels_for(ctx: RequestContext, unit: Department) -> dict[Level, str]:
    """The levels that a department may be given: those of the rulebook, and its own."""
    context = ctx.app_state.context
    return context.levels | {unit.level: context.level_title(unit.level)}


def write_department(transaction: Transaction, unit: Department, typed: Mapping[str, str], ctx: RequestContext) -> None:
    place, stopped = keeping.read_place(typed["sort_no"]), typed["mail_stopped"] == "yes"
    level = read_level(ctx, typed)
    keeping.change(
        transaction, ctx.app_state.context, unit, ctx.operation, level=level, sort_no=place, mail_stopped=stopped
    )


def read_level(ctx: RequestContext, typed: Mapping[str, str]) -> Level:
    """The level that was chosen. Raises FieldError for one that there is not."""
    if typed.get("level") not in list(Level):
        titles = ctx.app_state.context.levels.values()
        raise FieldError("没有这个层级", field="level", todo="可选：" + "、".join(titles))
    return Level(typed["level"])


def write_person(
    transaction: Transaction, unit: Department, duty: Duty, typed: Mapping[str, str], ctx: RequestContext
) -> None:
    """Writes who has a duty, if it is not who had it before."""
    person = _person(duty, typed, f"{duty}-")
    before = unit.people.get(duty, Contact(duty, "", "", ""))
    if person.email != before.email:
        keeping.demand_allowed(person.email, ctx.app_state.settings, f"{duty}-email")
    if person != before:
        keeping.appoint(transaction, unit, person, ctx.operation)


def read_stand_in(duty: Duty, typed: Mapping[str, str], ctx: RequestContext) -> Contact | None:
    """The person who stands in, None for nobody. Raises FieldError for what cannot be kept or gets no mail."""
    person = _person(duty, typed, "")
    keeping.demand_allowed(person.email, ctx.app_state.settings, "email")
    return person if person.name or person.email else None


def _person(duty: Duty, typed: Mapping[str, str], prefix: str) -> Contact:
    name, email, phone = (typed.get(prefix + key, "") for key in ("name", "email", "phone"))
    return keeping.read_contact(duty, name, email, phone, prefix=prefix)


def read_clerk(typed: Mapping[str, str]) -> Duty:
    """The clerk (A 角 or B 角) who is away. Raises FieldError for none of them."""
    if typed.get("duty") not in CLERKS:
        raise FieldError("须写明谁外出", field="duty", todo="请选择 A 角或 B 角")
    return Duty(typed["duty"])


def read_day(typed: Mapping[str, str], key: str, title: str) -> date:
    """A day that must be filled in. Raises FieldError, with the title of the field, for none or no day."""
    try:
        found = forms.read_date(typed.get(key, ""))
    except ValueError as error:
        raise FieldError(str(error), field=key, todo="日期写成 2026-09-18") from None
    if found is None:
        raise FieldError(f"须填写{title}", field=key, todo="日期写成 2026-09-18")
    return found


def read_text(typed: Mapping[str, str], key: str, title: str) -> str:
    return keeping.read_line(typed.get(key, ""), key, title)
