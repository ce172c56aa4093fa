"""A department gets another name, or becomes part of another one (机构改革): its open cases go with it.

Every open case in which it has a part is transferred (职责划转) by ``cases.acting``, each with an event that names the
document; the figures of the year show it as 划出 of the one and 划入 of the other.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.addresses import is_address
from negotiation.core.enums import MERGE, OFFICE, OFFICE_ID, PARTY_ROLES, TRANSFER, Duty
from negotiation.core.errors import FieldError, InvalidTransition, NegotiationError
from negotiation.core.texts import is_line
from negotiation.domain import forms
from negotiation.domain.departments import Contact, Department, Reorganization, tidy_name
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_reader, case_writer, departments
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


class Order(NamedTuple):
    """By what document (文号), from which day on; who entered it (with which account, if with one), and when (UTC)."""

    on: date
    doc_no: str
    author: str
    at: datetime
    account_id: int | None = None


@dataclass(frozen=True)
class Merged:
    """The numbers of the cases that went over, and of those that a person must look at, with the reason."""

    moved: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


def rename(transaction: Transaction, context: Context, unit: Department, name: str, order: Order) -> None:
    """Gives a department another name; its cases are the same. Raises FieldError."""
    acting.demand_past(order.on, order.at)
    name = tidy_name(name)
    if not name:
        raise FieldError("须填写新的名称", field="name", todo="请填写规范的全称")
    known = context.directory.by_name.get(name)
    if known is not None and known.id != unit.id:
        raise FieldError(f"已有名为“{name}”的部门", field="name", todo="两个部门合并的，请用“并入”")
    change = Reorganization(unit.id, None, unit.name, name, order.on, order.doc_no)
    departments.rename(transaction, change, order.author, order.at)
    transaction.log("department_renamed", department=unit.id)
    departments.changed(transaction)


def merge(transaction: Transaction, context: Context, unit: Department, into: Department, order: Order) -> Merged:
    """Transfers every open case of ``unit`` to ``into`` and closes it; what cannot go gets a task.

    A case between the two is one of those: nobody applies to itself. It may be done again, and takes what is left.
    """
    acting.demand_past(order.on, order.at)
    _demand_two(unit, into)
    moved: list[str] = []
    left: list[tuple[str, str]] = []
    for no in case_reader.open_numbers(transaction, unit.id):
        try:
            with transaction.savepoint():
                _transfer(transaction, context, no, unit, into, order)
        except NegotiationError as error:
            left.append((no, _leave(transaction, context, no, unit, into, order) or str(error)))
        else:
            moved.append(no)
    if unit.active:
        change = Reorganization(unit.id, into.id, unit.name, into.name, order.on, order.doc_no)
        departments.close(transaction, change, order.author, order.at)
    departments.changed(transaction)
    transaction.log("department_merged", department=unit.id, into=into.id, cases=len(moved), left=len(left))
    return Merged(tuple(moved), tuple(left))


def _demand_two(unit: Department, into: Department) -> None:
    if unit.id == into.id:
        raise FieldError("不能并入本部门", field="into", todo="请选择另一个部门")
    if not into.active:
        raise FieldError(f"“{into.name}”已并入其他部门", field="into", todo="请选择现有的部门")


def _transfer(
    transaction: Transaction, context: Context, no: str, unit: Department, into: Department, order: Order
) -> None:
    """One case. The day is that of the merger, or of the last event if that was later."""
    file = acting.take(UnitOfWork(transaction, context, order.at), no)
    parts = dict.fromkeys(_parts(file.case_state.parties, unit), into.name)
    acting.act_on(transaction, file, _request(file, TRANSFER, unit, into, order, parts))


def _request(
    file: CaseFile, event: str, unit: Department, into: Department, order: Order, parts: Mapping[str, str]
) -> ActRequest:
    raw = {**parts, "reason": f"{unit.name}并入{into.name}", "doc_no": order.doc_no}
    day = max(order.on, file.case_state.last_on or order.on)
    return ActRequest(
        event, role=OFFICE, actor=order.author, on=day, fields=raw, account_id=order.account_id, side=OFFICE_ID
    )


def _parts(parties: Mapping[str, int], unit: Department) -> Iterator[str]:
    return (role for role in PARTY_ROLES if parties.get(role) == unit.id)


def _leave(
    transaction: Transaction, context: Context, no: str, unit: Department, into: Department, order: Order
) -> str:
    """A case that could not go over: a person is asked to look at it. Gives why, where both of its parties are one."""
    file = acting.take(UnitOfWork(transaction, context, order.at), no)
    row = file.procedure.table.get((file.state, MERGE))
    if set(file.case_state.parties.values()) != {unit.id, into.id} or row is None:
        file.tasks.add(f"merged:{unit.id}/{into.id}", f"{unit.name}已并入{into.name}，本案未能划转，请逐件处理")
        case_writer.save(transaction, file.change())
        return ""
    with suppress(InvalidTransition):  # it was told before
        acting.act_on(transaction, file, _request(file, MERGE, unit, into, order, {}))
    return row.task
