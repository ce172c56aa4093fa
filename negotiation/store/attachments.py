"""Files that came with acts: rows in and out. What may be kept is decided in ``negotiation.domain.attachments``."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from negotiation.core.errors import NegotiationError, NotFound
from negotiation.store import case_reader
from negotiation.store.codec import TableCodec, codec
from negotiation.store.schema.attachments import Attachment
from negotiation.store.transaction import Transaction

# name, media type, size in bytes, SHA-256, content: what ``files.Upload`` is
Upload = tuple[str, str, int, bytes, bytes]
GREATEST_N = 2**31 - 1  # what the column of either database can hold


class AttachmentRow(NamedTuple):
    """A file as it is stored; the fields are the columns of ``schema.attachments.Attachment`` in their order.

    ``body`` is None where it was sealed, and in lists.
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
    table, first = _table(transaction), _next_n(transaction, case_id)
    params = ", ".join([transaction.param] * len(table.columns))
    numbers = []
    for n, upload in enumerate(uploads, first):
        row = AttachmentRow(case_id, n, *upload, author, at, None)
        transaction.execute(f"INSERT INTO attachment ({table.listed}) VALUES ({params})", table.bind(row))
        numbers.append(n)
    return numbers


def list_of(transaction: Transaction, case_id: int) -> list[AttachmentRow]:
    """The files of a case without their bodies, in the order in which they came."""
    return _read(transaction, "ORDER BY n", [case_id], with_body=False)


def read(transaction: Transaction, case_id: int, n: int) -> AttachmentRow:
    """A file with its body. Raises NotFound, or Sealed."""
    found = _read(transaction, f"AND n = {transaction.param}", [case_id, n]) if 0 < n <= GREATEST_N else []
    if not found:
        raise NotFound("没有这个附件", todo="请从案件页进入")
    if found[0].sealed_at is not None:
        raise Sealed(f"附件“{found[0].name}”已封存清除，内容不再保存", todo="如需核对，请与留存的原件比对摘要值")
    return found[0]


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
