"""A department gets another name, or becomes part of another one (机构改革): its open cases go with it.

Every open case in which it has a part is transferred (职责划转) through the one door, each with an event that names the
document; the figures of the year show it as 划出 of the one and 划入 of the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.enums import OFFICE, TRANSFER
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.domain.departments import Department, Reorganization, tidy_name
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context
from negotiation.services.context import UnitOfWork
from negotiation.store import case_reader
from negotiation.store import case_writer
from negotiation.store import departments
from negotiation.store.transaction import Transaction


class Order(NamedTuple):
    """By what document (文号), from which day on; who entered it, and when (UTC)."""

    on: date
    doc_no: str
    author: str
    at: datetime


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
            _leave(transaction, context, no, unit, into, order.at)
            left.append((no, str(error)))
        else:
            moved.append(no)
    if unit.active:
        change = Reorganization(unit.id, into.id, unit.name, into.name, order.on, order.doc_no)
        departments.close(transaction, change, order.author, order.at)
    departments.changed(transaction)
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
    day = max(order.on, file.case_state.last_on or order.on)
    raw = {**parts, "reason": f"{unit.name}并入{into.name}", "doc_no": order.doc_no}
    acting.act_on(transaction, file, ActRequest(TRANSFER, role=OFFICE, actor=order.author, on=day, fields=raw))


def _parts(parties: Mapping[str, int], unit: Department) -> Iterator[str]:
    return (role for role, department in parties.items() if department == unit.id)


def _leave(
    transaction: Transaction, context: Context, no: str, unit: Department, into: Department, at: datetime
) -> None:
    file = acting.take(UnitOfWork(transaction, context, at), no)
    file.add_task(f"merged:{unit.id}/{into.id}", f"{unit.name}已并入{into.name}，本案未能划转，请逐件处理")
    case_writer.save(transaction, file.change())
