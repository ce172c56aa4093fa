"""Lists of cases that people keep under a name, for themselves or for all of their side (the office, a department)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from negotiation.core.errors import FieldError, NotFound
from negotiation.core.texts import is_line
from negotiation.domain import forms
from negotiation.domain.people import Person
from negotiation.store import saved_views
from negotiation.store.saved_views import ViewRow
from negotiation.store.transaction import Transaction

LONGEST, MOST = 20, 30  # characters of a name, views of one person


@dataclass(frozen=True, slots=True)
class View:
    """A view as a person sees it: the ``filters`` of a list by name; ``deletable``: theirs, or of a side they head."""

    id: int
    name: str
    filters: Mapping[str, str]
    shared: bool
    deletable: bool


def views_of(transaction: Transaction, person: Person) -> list[View]:
    """The views that a person sees, their own and those of their side, by name."""
    return [_shown(row, person) for row in saved_views.of(transaction, person.id, person.side)]


def _shown(row: ViewRow, person: Person) -> View:
    deletable = row.account_id == person.id or (row.department_id == person.side and person.is_head)
    return View(row.id, row.name, dict(parse_qsl(row.query)), row.shared, deletable)


def save(
    transaction: Transaction, person: Person, name: str, filters: Mapping[str, str], at: datetime, *, shared: bool
) -> None:
    """Keeps a list under a name; one's own view of that name is replaced.

    Raises FieldError for a name that cannot be or is somebody else's here, or for one view too many, or of no filters.
    """
    called = _name(name)
    if not filters:
        raise FieldError("没有筛选条件，不必存为视图", field="name", todo="请先在“案件”页筛选")
    seen = saved_views.of(transaction, person.id, person.side)
    own = [row for row in seen if row.account_id == person.id]
    same = [row for row in seen if row.name == called]
    if any(row.account_id != person.id for row in same):
        raise FieldError(f"已有名为“{called}”的共享视图", field="name", todo="请另取一个名称")
    if not same and len(own) >= MOST:
        raise FieldError(f"已存{MOST}个视图", field="name", todo="请先删除不用的")
    for row in same:
        saved_views.remove(transaction, row.id)
    saved_views.add(transaction, ViewRow(0, person.id, person.side, called, urlencode(filters), shared, at))


def _name(text: str) -> str:
    called = text.strip()
    if not called or not is_line(called) or len(called) > LONGEST:
        raise FieldError(f"视图的名称为1至{LONGEST}个字", field="name", todo="请填写名称")
    forms.demand_clean(called, "name")
    return called


def remove(transaction: Transaction, person: Person, view_id: int) -> View:
    """Deletes a view of one's own, or as head one that is shared on one's side. Raises NotFound for any other."""
    for view in views_of(transaction, person):
        if view.id == view_id and view.deletable:
            saved_views.remove(transaction, view_id)
            return view
    raise NotFound("没有这个视图，或不是您的", todo="请返回“案件”查看")
