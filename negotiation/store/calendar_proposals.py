"""Changes of the calendar that wait for the head of the office: rows in and out."""

from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import ProposalState
from negotiation.store.codec import codec
from negotiation.store.numbers import next_number
from negotiation.store.schema.calendar import CalendarProposal
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import IS_OPEN, insert, settle


class CalendarProposalRow(NamedTuple):
    """A proposal as it is stored; the fields are the columns of ``schema.calendar.CalendarProposal`` in their order."""

    id: int
    layer: str
    title: str
    body: str
    revokes: int | None
    author_id: int
    author: str
    proposed_at: datetime
    state: str = ProposalState.OPEN.value
    decided_by: str = ""
    decided_by_id: int | None = None
    decided_at: datetime | None = None
    said: str = ""


def add(transaction: Transaction, new: CalendarProposalRow) -> CalendarProposalRow:
    """Writes a proposal under the next number, and gives it with that."""
    row = new._replace(id=next_number(transaction, "calendar_proposal"))
    insert(transaction, CalendarProposal, row)
    return row


def waiting(transaction: Transaction) -> list[CalendarProposalRow]:
    """The proposals that wait, the oldest first."""
    return _rows(transaction, IS_OPEN, [])


def find(transaction: Transaction, number: int) -> CalendarProposalRow | None:
    """A proposal, whatever became of it."""
    return next(iter(_rows(transaction, f"id = {transaction.param}", [number])), None)


def decide(transaction: Transaction, row: CalendarProposalRow) -> bool:
    """Writes what became of an open proposal; False, and nothing written, if somebody did so before."""
    return settle(transaction, CalendarProposal, row.id, row)


def _rows(transaction: Transaction, where: str, values: list[int]) -> list[CalendarProposalRow]:
    table = codec(CalendarProposal, transaction.database.dialect)
    sql = f"SELECT {table.listed} FROM calendar_proposal WHERE {where} ORDER BY id"
    return [CalendarProposalRow(*table.read(row)) for row in transaction.rows(sql, values)]
