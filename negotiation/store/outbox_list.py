"""The outbox as people read it: a page of notices at a time, and one notice whole. Reading only.

The newest stand first. A page begins after the last line of the one before it, as those of the list of cases do.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_

from negotiation.core.enums import NoticeState
from negotiation.core.errors import NotFound
from negotiation.domain.notices import NoticeRecord
from negotiation.store import paging
from negotiation.store.columns import CASE, DEPARTMENT, NOTICE
from negotiation.store.schema.notice_facts import to_json
from negotiation.store.transaction import Transaction

LONGEST_CURSOR = 1_000
_PLACE = (NOTICE.c.created_at, NOTICE.c.case_id, NOTICE.c.key)
_NAMES = (
    "case_id", "key", "no", "notice", "to", "state", "address", "created_at", "sent_at", "tries", "next_try", "said",
)  # fmt: skip
_COLUMNS = (
    NOTICE.c.case_id, NOTICE.c.key, CASE.c.no, NOTICE.c.template, DEPARTMENT.c.name, NOTICE.c.state, NOTICE.c.address,
    NOTICE.c.created_at, NOTICE.c.sent_at, NOTICE.c.tries, NOTICE.c.next_try, NOTICE.c.said,
)  # fmt: skip


class Wanted(NamedTuple):
    """Filters of the outbox; what is empty does not filter. ``departments``: their ids, 0 is the office.

    ``text``: words, each a part of the case's number, the address, or what the server said.
    """

    state: str = ""
    departments: tuple[int, ...] = ()
    text: str = ""


class Cursor(NamedTuple):
    """After which notice a page begins. People see it as opaque text."""

    created_at: datetime
    case_id: int
    key: str

    @property
    def text(self) -> str:
        return paging.written(self.created_at, self.case_id, self.key)

    @classmethod
    def read(cls, given: str) -> "Cursor":
        """The cursor that was written as text. UsageError if it is none."""
        return paging.read(given, _cursor, LONGEST_CURSOR)


def _cursor(created_at: Any, case_id: Any, key: Any) -> Cursor:
    moment = datetime.fromisoformat(created_at)
    if moment.tzinfo is None or type(case_id) is not int or abs(case_id) >= 2**63:
        raise ValueError("not a place")
    return Cursor(moment, case_id, str(key).encode().decode().replace("\0", ""))


class Page(NamedTuple):
    """Notices by the names of their columns, and after which the next page begins (None: there is none)."""

    lines: list[dict[str, Any]]
    next: Cursor | None


def page(transaction: Transaction, wanted: Wanted, after: Cursor | None = None, limit: int = 50) -> Page:
    """The page after a notice, or the first."""
    query = (
        select(*_COLUMNS)
        .outerjoin(CASE, CASE.c.id == NOTICE.c.case_id)
        .outerjoin(DEPARTMENT, DEPARTMENT.c.id == NOTICE.c.department_id)
        .where(*_conditions(wanted, after))
        .order_by(*(column.desc() for column in _PLACE))
        .limit(limit + 1)
    )
    rows: Sequence[Any] = transaction.connection.execute(query).all()
    lines = [dict(zip(_NAMES, row, strict=True)) for row in rows[:limit]]
    last = lines[-1] if len(rows) > limit else None
    return Page(lines, Cursor(last["created_at"], last["case_id"], last["key"]) if last else None)


def _conditions(wanted: Wanted, after: Cursor | None) -> list[ColumnElement[bool]]:
    conditions = [_contains(word) for word in wanted.text.split()]
    if wanted.state:
        conditions.append(NOTICE.c.state == wanted.state)
    if wanted.departments:
        conditions.append(NOTICE.c.department_id.in_(wanted.departments))
    if after is not None:
        place = tuple_(*(literal(value, column.type) for value, column in zip(after, _PLACE, strict=True)))
        conditions.append(tuple_(*_PLACE) < place)
    return conditions


def _contains(word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in (CASE.c.no, NOTICE.c.address, NOTICE.c.said)))


class Sent(NamedTuple):
    """A notice that has left: when, to which department (0: the office), with which template."""

    at: datetime
    department_id: int
    template: str


def sent_of_case(transaction: Transaction, case_id: int) -> list[Sent]:
    """Every notice of a case that has left, alone or within a digest, in the order in which they did."""
    digest = NOTICE.alias("digest")
    alone, within = NOTICE.c.state == NoticeState.SENT, NOTICE.c.state == NoticeState.DIGESTED
    at = func.coalesce(digest.c.sent_at, NOTICE.c.sent_at)
    query = (
        select(at, NOTICE.c.department_id, NOTICE.c.template)
        .outerjoin(digest, and_(within, digest.c.case_id == 0, digest.c.key == NOTICE.c.digest_key))
        .where(NOTICE.c.case_id == case_id, or_(alone, digest.c.state == NoticeState.SENT))
        .order_by(at, NOTICE.c.key)
    )
    return [Sent(*row) for row in transaction.connection.execute(query)]


def find(transaction: Transaction, case_id: int, key: str) -> NoticeRecord:
    """One notice with its frozen facts. Raises NotFound."""
    row = transaction.connection.execute(select(NOTICE).where(NOTICE.c.case_id == case_id, NOTICE.c.key == key)).first()
    if row is None:
        raise NotFound("没有这封通知", todo="请从“通知”页进入")
    return NoticeRecord(*row)


class Kept(NamedTuple):
    """A notice of a case, its frozen facts as JSON, and the digest in which it left, if it left in one."""

    record: NoticeRecord
    facts: Mapping[str, Any]
    digest: NoticeRecord | None


def kept_of_case(transaction: Transaction, case_id: int) -> list[Kept]:
    """Every notice of a case, in the order in which they were made."""
    query = select(NOTICE).where(NOTICE.c.case_id == case_id).order_by(NOTICE.c.created_at, NOTICE.c.key)
    rows = [NoticeRecord(*row) for row in transaction.connection.execute(query)]
    keys = {row.digest_key for row in rows if row.digest_key}
    asked = select(NOTICE).where(NOTICE.c.case_id == 0, NOTICE.c.key.in_(keys), NOTICE.c.state == NoticeState.SENT)
    digests = {row.key: row for row in (NoticeRecord(*row) for row in transaction.connection.execute(asked))}
    return [Kept(row, to_json(row.facts), digests.get(row.digest_key)) for row in rows]
