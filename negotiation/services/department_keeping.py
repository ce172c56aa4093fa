"""Departments kept up to date: registered, their level, order and clerks, who is away; each change is put on record."""

from dataclasses import replace

from negotiation.core.addresses import is_address, is_allowed
from negotiation.core.enums import AdminKind, Duty, Level
from negotiation.core.errors import FieldError
from negotiation.core.labels import DUTY_TITLES
from negotiation.core.settings import Settings
from negotiation.core.texts import is_line
from negotiation.domain import forms
from negotiation.domain.administration import NOTHING, AdminAct, Words
from negotiation.domain.departments import Absence, Contact, Department
from negotiation.services.administration import Operation
from negotiation.services.context import Context
from negotiation.store import departments
from negotiation.store.transaction import Transaction

LONGEST = 100  # characters of a name, an address, a telephone number
LAST_PLACE = 999_999


def read_contact(duty: Duty, name: str, email: str, phone: str, *, prefix: str = "") -> Contact:
    """The person of a duty as typed; ``prefix``: of the fields' names. Raises FieldError for what cannot be kept."""
    name, email = read_line(name, f"{prefix}name", "姓名"), read_line(email, f"{prefix}email", "邮箱")
    phone = read_line(phone, f"{prefix}phone", "电话")
    if email and not is_address(email):
        raise FieldError(f"“{email}”不是可用的邮箱地址", field=f"{prefix}email", todo="只填地址本身，例如 a@mzj.gov.cn")
    return Contact(duty, name, email, phone)


def demand_allowed(email: str, settings: Settings, field: str) -> None:
    """Raises FieldError for an address outside the domains to which mail goes (政务邮箱)."""
    if email and not is_allowed(email, settings.mail_domains):
        known = "、".join(settings.mail_domains)
        raise FieldError(f"“{email}”不在允许的政务邮箱域名内", field=field, todo=f"请填写 {known} 或其下级域名的邮箱")


def read_place(text: str) -> int:
    """The place of a department in the official order. Raises FieldError."""
    text = read_line(text, "sort_no", "次序")
    place = forms.read_number(text, LAST_PLACE)
    if place is None:
        raise FieldError(f"“{text}”不能作次序", field="sort_no", todo=f"请填写 0 至 {LAST_PLACE} 的整数")
    return place


def read_line(text: str, key: str, title: str) -> str:
    """A text of one line, trimmed. Raises FieldError with the field ``key`` for one that is none or is too long."""
    text = text.strip()
    if not is_line(text) or len(text) > LONGEST:
        raise FieldError(f"{title}含有不可用的字符，或超过{LONGEST}个字", field=key, todo="请改正后重试")
    return text


def register(
    transaction: Transaction, context: Context, name: str, level: Level | None, operation: Operation
) -> Department:
    """Registers a department at the end of the official order; its level is guessed from the name unless given."""
    unit = departments.add_department(transaction, name, level)
    _record(transaction, operation, "登记部门", unit.name, became={"部门": unit.name, **_words(context, unit)})
    return unit


def change(
    transaction: Transaction,
    context: Context,
    unit: Department,
    operation: Operation,
    *,
    level: Level | None = None,
    sort_no: int | None = None,
    mail_stopped: bool | None = None,
) -> None:
    """Changes what is given of a department; None leaves it as it is."""
    departments.set_department(transaction, unit.id, level=level, sort_no=sort_no, mail_stopped=mail_stopped)
    changed = replace(
        unit,
        level=unit.level if level is None else level,
        sort_no=unit.sort_no if sort_no is None else sort_no,
        mail_stopped=unit.mail_stopped if mail_stopped is None else mail_stopped,
    )
    _record(transaction, operation, "更改部门", unit.name, _words(context, unit), _words(context, changed))


def _record(
    transaction: Transaction,
    operation: Operation,
    act: str,
    subject: str,
    was: Words = NOTHING,
    became: Words = NOTHING,
) -> None:
    operation.record_change(transaction, AdminAct.of_change(AdminKind.DEPARTMENT, act, subject, was, became))


def _words(context: Context, unit: Department) -> Words:
    stopped = "停发" if unit.mail_stopped else "发送"
    return {"层级": context.level_title(unit.level), "次序": str(unit.sort_no), "自动提醒": stopped}


def appoint(transaction: Transaction, unit: Department, person: Contact, operation: Operation) -> None:
    """Registers who has a duty in a department."""
    before = unit.people.get(person.duty, Contact(person.duty, "", "", ""))
    departments.set_person(transaction, unit.id, person)
    subject = _of_duty(unit, person.duty)
    _record(transaction, operation, "更改联系人", subject, _contact(before), _contact(person))


def _contact(person: Contact) -> Words:
    return {"姓名": person.name, "邮箱": person.email, "电话": person.phone}


def away(transaction: Transaction, unit: Department, absence: Absence, operation: Operation) -> None:
    """Registers that who has a duty is away for some days, and who stands in. Raises FieldError."""
    departments.add_absence(
        transaction, unit.id, absence.duty, absence.since, absence.until, absence.stand_in
    )  # fmt: skip
    _record(transaction, operation, "登记外出", _of_duty(unit, absence.duty), became=_absence(absence))


def back(transaction: Transaction, unit: Department, absence: Absence, operation: Operation) -> None:
    """Takes an absence back. Raises NotFound."""
    departments.remove_absence(transaction, unit.id, absence.id)
    _record(transaction, operation, "删去外出登记", _of_duty(unit, absence.duty), was=_absence(absence))


def _of_duty(unit: Department, duty: Duty) -> str:
    return f"{unit.name} {DUTY_TITLES[duty]}"


def _absence(absence: Absence) -> Words:
    stand_in = _contact(absence.stand_in) if absence.stand_in else {}
    return {"自": str(absence.since), "至": str(absence.until), **stand_in}
