"""Acts that wait for the head (签批): rows in and out. Their rules are in ``negotiation.services.approvals``."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypedDict

from negotiation.core.enums import ProposalState
from negotiation.domain.event_chain import body_of
from negotiation.domain.fields import Fields, FieldValue, RawFields
from negotiation.store.codec import TableCodec, codec
from negotiation.store.schema.proposals import Proposal as ProposalTable
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import IS_OPEN, insert

# A proposal of a department that has no part in the case any more concerns nobody.
_TAKES_PART = (
    "(p.department_id IN (0, c.applicant_id, c.provider_id) OR EXISTS "
    "(SELECT 1 FROM copied k WHERE k.case_id = c.id AND k.department_id = p.department_id))"
)


class Packed(TypedDict):
    """The values that an act was entered with: those of its form, and what came beside it."""

    fields: dict[str, FieldValue]
    beside: dict[str, FieldValue]


class ProposalRow(NamedTuple):
    """A proposal as it is stored; the fields are the columns of ``schema.proposals.Proposal`` in their order."""

    case_id: int
    n: int
    event: str
    role: str
    department_id: int
    version: int
    body: str | None
    author_id: int
    author: str
    proposed_at: datetime
    state: str = ProposalState.OPEN.value
    decided_by: str = ""
    decided_at: datetime | None = None
    said: str = ""
    token: int | None = None

    @property
    def entered(self) -> Packed:
        """The entered values; none if they were sealed."""
        found: Packed = json.loads(self.body) if self.body else {"fields": {}, "beside": {}}
        return found


class Waiting(NamedTuple):
    """A proposal in a list, with the case that it is about."""

    no: str
    subject: str
    procedure: str
    rulebook: str
    edition: str
    state: str
    version: int
    proposal: ProposalRow


def packed(fields: RawFields, beside: Fields) -> str:
    """The entered values, as they are stored."""
    return body_of({"fields": dict(fields), "beside": dict(beside)})


def next_n(transaction: Transaction, case_id: int) -> int:
    """The number of a case's next proposal."""
    rows = transaction.rows(f"SELECT coalesce(max(n), 0) FROM proposal WHERE case_id = {transaction.param}", [case_id])
    return int(rows[0][0]) + 1


def add(transaction: Transaction, new: ProposalRow) -> None:
    """Writes a new proposal."""
    insert(transaction, ProposalTable, new)


def of_case(transaction: Transaction, case_id: int) -> list[ProposalRow]:
    """Every proposal that was ever made on a case, the newest first."""
    table = _table(transaction)
    sql = f"SELECT {table.listed} FROM proposal WHERE case_id = {transaction.param} ORDER BY n DESC"
    return [ProposalRow(*table.read(row)) for row in transaction.rows(sql, [case_id])]


def waiting(transaction: Transaction, department_id: int | None, author_id: int | None = None) -> list[Waiting]:
    """Proposals for the head of a side (0: the office; None: of all), the oldest first; of one author, if given.

    Not of a department that a transfer (职责划转) has taken out of the case: it no longer sees how that goes on.
    """
    conditions, values = [f"p.{IS_OPEN}", _TAKES_PART], []
    for column, value in (("department_id", department_id), ("author_id", author_id)):
        if value is not None:
            conditions.append(f"p.{column} = {transaction.param}")
            values.append(value)
    return _with_case(transaction, conditions, values)


def returned(transaction: Transaction, author_id: int) -> list[Waiting]:
    """Proposals of an account in open cases that its head returned, unless something was put forward since."""
    last = "p.n = (SELECT max(q.n) FROM proposal q WHERE q.case_id = p.case_id AND q.department_id = p.department_id)"
    mine = f"p.author_id = {transaction.param}"
    conditions = [f"p.state = '{ProposalState.RETURNED.value}'", mine, last, "c.ending = ''", _TAKES_PART]
    return _with_case(transaction, conditions, [author_id])


def _with_case(transaction: Transaction, conditions: Sequence[str], values: Sequence[int]) -> list[Waiting]:
    """The proposals that meet all conditions, each with its case, the oldest first."""
    table = _table(transaction)
    own = ", ".join(f"p.{name}" for name in table.quoted)
    rows = transaction.rows(
        f"SELECT c.no, c.subject, c.procedure, c.rulebook, c.edition, c.state, c.version, {own} FROM proposal p "
        f'JOIN "case" c ON c.id = p.case_id WHERE {" AND ".join(conditions)} ORDER BY p.proposed_at, p.case_id, p.n',
        values,
    )
    return [Waiting._make([*row[:7], ProposalRow(*table.read(row[7:]))]) for row in rows]


def decide(
    transaction: Transaction, row: ProposalRow, state: ProposalState, *, by: str, at: datetime, reason: str = ""
) -> bool:
    """Records what became of an open proposal; False, and nothing written, if somebody did so before."""
    param, table = transaction.param, _table(transaction)
    cursor = transaction.execute(
        f"UPDATE proposal SET state = {param}, decided_by = {param}, decided_at = {param}, said = {param} "
        f"WHERE case_id = {param} AND n = {param} AND {IS_OPEN}",
        [state.value, by, table.bind_value("decided_at", at), reason, row.case_id, row.n],
    )
    return bool(cursor.rowcount)


def return_all(transaction: Transaction, case_id: int, *, by: str, at: datetime, reason: str) -> None:
    """Returns every proposal of a case that waits."""
    for row in of_case(transaction, case_id):
        if row.state == ProposalState.OPEN:
            decide(transaction, row, ProposalState.RETURNED, by=by, at=at, reason=reason)


def _table(transaction: Transaction) -> TableCodec:
    return codec(ProposalTable, transaction.database.dialect)
