"""The log of what is sealed: the leaves that a seal adds, and the seals."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, exists, func, insert, select

from negotiation.core.batches import batches
from negotiation.core.local_time import local_date
from negotiation.core.log_chain import LogHead
from negotiation.core.merkle import Tree, leaf_hash
from negotiation.domain.seal_facts import SealFacts
from negotiation.store.columns import CASE, IDS_ASKED_AT_ONCE
from negotiation.store.registers import CASES, REGISTERS, Register
from negotiation.store.schema.seals import Seal, SealLeaf
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

LEAF, SEAL = table_of(SealLeaf), table_of(Seal)
LOG = "log"  # the kind of the leaves of the log's chain; their key: how many lines it had
GONE = b""  # in the place of a digest: the row is not there any more, by right
_MEANWHILE = timedelta(days=1)  # between the instant that a row bears and its writing


class Leaf(NamedTuple):
    """A leaf of the log; the fields are the columns of ``schema.seals.SealLeaf`` without its place."""

    kind: str
    key: str
    version: int
    digest: bytes
    content_digest: bytes | None = None
    salt: bytes | None = None

    @property
    def hashed(self) -> bytes:
        """Its hash in the tree: of canonical JSON, keys sorted, digests in hexadecimal; the salt is no part of it."""
        content = self.content_digest.hex() if self.content_digest is not None else None
        named = {"content": content, "digest": self.digest.hex(), "key": self.key, "kind": self.kind}
        written = json.dumps({**named, "version": self.version}, ensure_ascii=False, separators=(",", ":"))
        return leaf_hash(written.encode())


class SealRecord(NamedTuple):
    """A seal; the fields are the columns of ``schema.seals.Seal``."""

    n: int
    sealed_at: datetime
    size: int
    root: bytes
    note: str

    @property
    def facts(self) -> SealFacts:
        """The seal as mails and reports carry it out of the system."""
        root = base64.b64encode(self.root).decode()
        return SealFacts(self.n, local_date(self.sealed_at), self.size, root, self.note)


# ---------------------------------------------------------------------------------------------------------- sealing


def lock(transaction: Transaction) -> None:
    """Lets nobody else seal until the transaction ends."""
    if not transaction.database.is_sqlite:  # which has one writer at a time
        transaction.execute("LOCK TABLE seal IN SHARE ROW EXCLUSIVE MODE")


def grown(transaction: Transaction, n: int, at: datetime, log_head: LogHead | None = None) -> Tree:
    """The tree over all leaves, after those are added that stand for what is not sealed yet, for the chain of the log
    (None where there is none) and for the seal ``n``."""
    tree = Tree()
    for leaf in leaves(transaction):
        tree.add(leaf.hashed)
    new = [*_unsealed(transaction), *_unsealed_log(transaction, log_head), seal_leaf(n, at)]
    for some in batches(new, IDS_ASKED_AT_ONCE):
        rows = [{"n": place, **leaf._asdict()} for place, leaf in enumerate(some, tree.size)]
        transaction.connection.execute(insert(LEAF), rows)
        for leaf in some:
            tree.add(leaf.hashed)
    return tree


def seal_leaf(n: int, at: datetime) -> Leaf:
    """The leaf of a seal itself: the last one that it covers."""
    return Leaf("seal", str(n), 0, hashlib.sha256(at.astimezone(UTC).isoformat().encode()).digest())


def add(transaction: Transaction, record: SealRecord) -> None:
    """Writes a seal."""
    transaction.connection.execute(insert(SEAL), [record._asdict()])


def _unsealed(transaction: Transaction) -> Iterator[Leaf]:
    last = select(func.max(LEAF.c.version)).where(LEAF.c.kind == CASES, LEAF.c.key == CASE.c.no).scalar_subquery()
    query = select(CASE.c.no, CASE.c.version, CASE.c.head).where(CASE.c.version > func.coalesce(last, 0))
    for no, version, head in transaction.connection.execute(query.order_by(CASE.c.id)):
        yield Leaf(CASES, no, version, bytes(head))
    for register in REGISTERS:
        is_once = register.fixed and not register.grows
        yield from _once(transaction, register) if is_once else _again(transaction, register)


def _unsealed_log(transaction: Transaction, head: LogHead | None) -> Iterator[Leaf]:
    if head is not None and head not in log_heads(transaction):
        yield Leaf(LOG, str(head.lines), 0, head.digest)


def _once(transaction: Transaction, register: Register) -> Iterator[Leaf]:
    for row in without_leaf(transaction, register):
        yield _leaf(register, row, 0)
    last = last_seal(transaction)
    for row, before in renewed_since(transaction, register, last.sealed_at) if last is not None else ():
        yield _leaf(register, row, before.version + 1)


def _again(transaction: Transaction, register: Register) -> Iterator[Leaf]:
    known = latest(transaction, register.kind)
    for row in transaction.connection.execute(register.rows().order_by(*register.table.primary_key)).mappings():
        before = known.get(row["sealed_as"])
        if register.grows and (before is None or before.version < row[register.grows]):
            yield _leaf(register, row, row[register.grows])
        elif not register.grows and (before is None or not fits(register, before, row)):
            yield _leaf(register, row, before.version + 1 if before is not None else 0)
    if not register.fixed:
        yield from (Leaf(register.kind, key, known[key].version + 1, GONE) for key in gone(transaction, register))


def _leaf(register: Register, row: RowMapping, version: int) -> Leaf:
    salt = secrets.token_bytes(16) if register.content else None
    content = register.content_digest(row, salt) if salt is not None else None
    return Leaf(register.kind, row["sealed_as"], version, register.digest(row), content, salt)


# ---------------------------------------------------------------------------------------------------------- reading


def leaves(transaction: Transaction) -> Iterator[Leaf]:
    """All leaves in order. A place that is missing ends them."""
    query = select(LEAF).order_by(LEAF.c.n)
    for at, row in enumerate(transaction.connection.execute(query, execution_options={"yield_per": 1000})):
        if row.n != at:
            return
        yield _read(row)


def all_seals(transaction: Transaction) -> list[SealRecord]:
    """The seals in order."""
    rows = transaction.connection.execute(select(SEAL).order_by(SEAL.c.n))
    return [_seal(row) for row in rows]


def last_seal(transaction: Transaction) -> SealRecord | None:
    """The newest seal, None before the first."""
    row = transaction.connection.execute(select(SEAL).order_by(SEAL.c.n.desc()).limit(1)).first()
    return _seal(row) if row is not None else None


def log_heads(transaction: Transaction) -> list[LogHead]:
    """The heads of the log's chain that were sealed, in order."""
    query = select(LEAF.c.key, LEAF.c.digest).where(LEAF.c.kind == LOG).order_by(LEAF.c.n)
    return [LogHead(int(key), bytes(digest)) for key, digest in transaction.connection.execute(query)]


def _seal(row: Any) -> SealRecord:
    return SealRecord(row.n, row.sealed_at, row.size, bytes(row.root), row.note)


def _read(row: Any) -> Leaf:
    content = bytes(row.content_digest) if row.content_digest is not None else None
    return Leaf(row.kind, row.key, row.version, bytes(row.digest), content, bytes(row.salt) if row.salt else None)


def latest(transaction: Transaction, kind: str) -> dict[str, Leaf]:
    rows = transaction.connection.execute(select(LEAF).where(LEAF.c.kind == kind).order_by(LEAF.c.version))
    return {row.key: _read(row) for row in rows}


# ------------------------------------------------------------------------------------------------------- comparison


def is_new(register: Register) -> ColumnElement[bool]:
    return ~exists().where(LEAF.c.kind == register.kind, LEAF.c.key == register.key)


def gone(transaction: Transaction, register: Register) -> Iterator[str]:
    """The keys of the rows that were sealed and are not there; not of those whose last leaf says so."""
    stands = set(transaction.connection.scalars(register.rows().with_only_columns(register.key)))
    query = select(LEAF.c.key).where(LEAF.c.kind == register.kind).distinct().order_by(LEAF.c.key)
    lost = [
        key for key in transaction.connection.scalars(query) if key not in stands
    ]  # asked row by row it takes hours
    for some in batches(lost, IDS_ASKED_AT_ONCE):
        known = leaves_of(transaction, register, some)
        yield from (key for key in some if register.fixed or known[key].digest != GONE)


def renewed_since(
    transaction: Transaction, register: Register, sealed_at: datetime
) -> Iterator[tuple[RowMapping, Leaf]]:
    if register.renewed is None:
        return
    query = register.rows().where(register.renewed(sealed_at - _MEANWHILE))
    for some in batches(list(transaction.connection.execute(query).mappings()), IDS_ASKED_AT_ONCE):
        known = leaves_of(transaction, register, [row["sealed_as"] for row in some])
        for row in some:
            leaf = known.get(row["sealed_as"])
            if leaf is not None and not fits(register, leaf, row):
                yield row, leaf


def without_leaf(transaction: Transaction, register: Register) -> Iterable[RowMapping]:
    query = register.rows().where(is_new(register)).order_by(*register.table.primary_key)
    return transaction.connection.execute(query).mappings()


def leaves_of(transaction: Transaction, register: Register, keys: Sequence[str]) -> dict[str, Leaf]:
    """The last leaf of each row; of what is sealed once the first, as no other may be there."""
    query = select(LEAF).where(LEAF.c.kind == register.kind, LEAF.c.key.in_(keys)).order_by(LEAF.c.version, LEAF.c.n)
    rows = list(transaction.connection.execute(query))
    return {row.key: _read(row) for row in (reversed(rows) if register.is_sealed_once else rows)}


def fits(register: Register, leaf: Leaf, row: RowMapping) -> bool:
    if leaf.digest != register.digest(row) or (register.grows and row[register.grows] < leaf.version):
        return False
    if leaf.salt is None:  # of what was destroyed on an order nothing can be said any more but that it is gone
        return leaf.content_digest is None or register.is_emptied(row)
    return leaf.content_digest == register.content_digest(row, leaf.salt)
