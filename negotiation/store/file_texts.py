"""The texts of files: which were not read yet, and what was read."""

from typing import NamedTuple

from sqlalchemy import and_, exists, func, insert, select

from negotiation.store import search_index
from negotiation.store.search_sources import ATTACHMENT, FILE_TEXT
from negotiation.store.transaction import Transaction

_OF_IT = and_(FILE_TEXT.c.case_id == ATTACHMENT.c.case_id, FILE_TEXT.c.n == ATTACHMENT.c.n)


class Unread(NamedTuple):
    """A file that was not read yet: its case, its number in it, its name."""

    case_id: int
    n: int
    name: str


def unread(transaction: Transaction, most: int) -> list[Unread]:
    """Files that nobody has read and no order has destroyed, the oldest first."""
    query = select(ATTACHMENT.c.case_id, ATTACHMENT.c.n, ATTACHMENT.c.name)
    query = query.where(~exists().where(_OF_IT), ATTACHMENT.c.sealed_at.is_(None))
    rows = transaction.connection.execute(query.order_by(ATTACHMENT.c.case_id, ATTACHMENT.c.n).limit(most))
    return [Unread(*row) for row in rows]


def keep(transaction: Transaction, file: Unread, body: str | None) -> None:
    """Keeps the text of a file, None where none can be read; of one that was destroyed meanwhile nothing is kept."""
    search_index.alone(transaction)
    own = and_(ATTACHMENT.c.case_id == file.case_id, ATTACHMENT.c.n == file.n)
    stands = select(ATTACHMENT.c.n).where(own, ATTACHMENT.c.sealed_at.is_(None), ~exists().where(_OF_IT))
    if transaction.connection.scalar(stands) is not None:
        transaction.connection.execute(insert(FILE_TEXT).values(case_id=file.case_id, n=file.n, body=body))


def without_text(transaction: Transaction) -> int:
    """The number of files of which no text can be read."""
    query = select(func.count()).select_from(FILE_TEXT).where(FILE_TEXT.c.body.is_(None))
    return int(transaction.connection.scalar(query) or 0)
