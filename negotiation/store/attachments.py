"""Files that came with acts: rows in and out. What may be kept is decided in ``negotiation.domain.attachments``.

A file that several cases of one letter (来文事项) have is held once: by the case that had it first.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from negotiation.core.errors import NegotiationError, NotFound
from negotiation.store import case_reader
from negotiation.store.codec import TableCodec, codec
from negotiation.store.schema.attachments import Attachment
from negotiation.store.transaction import Transaction
from negotiation.store.whole_rows import insert

# name, media type, size in bytes, SHA-256, content: what ``files.Upload`` is
Upload = tuple[str, str, int, bytes, bytes]
GREATEST_N = 2**31 - 1  # what the column of either database can hold


class AttachmentRow(NamedTuple):
    """A file as it is stored; the fields are the columns of ``schema.attachments.Attachment`` in their order.

    ``body`` is None where it was sealed, in lists, and where another case of the same letter holds it.
    """

    case_id: int
    n: int
    name: str
    media: str
    size: int
    digest: bytes
    body: bytes | None
    author: str
    added_at: datetime
    sealed_at: datetime | None


class Sealed(NegotiationError):
    """The content of a file was destroyed; that it was there, and its digest, stay."""


def add(transaction: Transaction, case_id: int, uploads: Iterable[Upload], author: str, at: datetime) -> list[int]:
    """Keeps files with a case, in a transaction that writes; their numbers within the case."""
    numbers = []
    for n, upload in enumerate(uploads, _next_n(transaction, case_id)):
        row = AttachmentRow(case_id, n, *upload, author, at, None)
        if _held_beside(transaction, case_id, row.digest, "1") is not None:
            row = row._replace(body=None)
        insert(transaction, Attachment, row)
        numbers.append(n)
    return numbers


def share(transaction: Transaction, case_id: int, other_id: int, numbers: Collection[int]) -> None:
    """Gives another case of the same letter these files of a case, under the same numbers; they are held once."""
    for row in list_of(transaction, case_id):
        if row.n in numbers:
            insert(transaction, Attachment, row._replace(case_id=other_id, body=None))


def list_of(transaction: Transaction, case_id: int) -> list[AttachmentRow]:
    """The files of a case without their bodies, in the order in which they came."""
    return _read(transaction, "ORDER BY n", [case_id], with_body=False)


def read(transaction: Transaction, case_id: int, n: int) -> AttachmentRow:
    """A file with its body. Raises NotFound, or Sealed."""
    found = _read(transaction, f"AND n = {transaction.param}", [case_id, n]) if 0 < n <= GREATEST_N else []
    if not found:
        raise NotFound("没有这个附件", todo="请从案件页进入")
    row = found[0]
    if row.sealed_at is None and row.body is None:
        row = row._replace(body=_held_beside(transaction, case_id, row.digest, "a.body"))
    if row.body is None:
        raise Sealed(f"附件“{row.name}”已封存清除，内容不再保存", todo="如需核对，请与留存的原件比对摘要值")
    return row


def _held_beside(transaction: Transaction, case_id: int, digest: bytes, wanted: str) -> Any:
    """What is wanted of a file of this digest that another case of the same letter holds; None if none does."""
    param = transaction.param
    rows = transaction.rows(
        f'SELECT {wanted} FROM attachment a JOIN "case" c ON c.id = a.case_id JOIN "case" own ON own.id = {param} '
        f"WHERE c.matter = own.matter AND own.matter <> '' AND a.case_id <> own.id AND a.digest = {param} "
        "AND a.body IS NOT NULL ORDER BY a.case_id, a.n LIMIT 1",
        [case_id, digest],
    )
    return rows[0][0] if rows else None


def _read(transaction: Transaction, rest: str, values: list[int], *, with_body: bool = True) -> list[AttachmentRow]:
    table = _table(transaction)
    listed = table.listed if with_body else table.listed.replace("body", "NULL")
    sql = f"SELECT {listed} FROM attachment WHERE case_id = {transaction.param} {rest}"
    return [AttachmentRow(*table.read(row)) for row in transaction.rows(sql, values)]


def _next_n(transaction: Transaction, case_id: int) -> int:
    """The number of a case's next file; who adds to the same case at the same time waits for the other."""
    case_reader.alone(transaction, case_id)
    rows = transaction.rows(
        f"SELECT coalesce(max(n), 0) FROM attachment WHERE case_id = {transaction.param}", [case_id]
    )
    return int(rows[0][0]) + 1


def _table(transaction: Transaction) -> TableCodec:
    return codec(Attachment, transaction.database.dialect)
