"""Where the database differs from what was sealed, and what has come since."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import and_, exists, select

from negotiation.store.columns import CASE, EVENT, IDS_ASKED_AT_ONCE
from negotiation.store.proof import Part
from negotiation.store.registers import CASES, FILES, Register
from negotiation.store.seals import (
    LEAF,
    SealRecord,
    fits,
    gone,
    is_new,
    latest,
    leaves_of,
    renewed_since,
    seal_leaf,
    without_leaf,
)
from negotiation.store.transaction import Transaction


def unsealed_part() -> Part:
    """The cases that have gone on since they were last sealed, or never were, and the files that never were."""
    last = exists().where(LEAF.c.kind == CASES, LEAF.c.key == CASE.c.no, LEAF.c.version == CASE.c.version)
    return Part(~last.where(LEAF.c.digest == CASE.c.head), is_new(FILES))


def misdated(transaction: Transaction, kept: Sequence[SealRecord]) -> list[SealRecord]:
    """The seals whose own leaf says another instant, or is not there."""
    known = latest(transaction, "seal")
    return [each for each in kept if known.get(str(each.n)) != seal_leaf(each.n, each.sealed_at)]


def unsigned(transaction: Transaction, size: int) -> bool:
    """True where there are leaves behind the first so many, that no seal covers: they are written with their seal."""
    return transaction.connection.scalars(select(LEAF.c.n).where(LEAF.c.n >= size).limit(1)).first() is not None


def cut_chains(transaction: Transaction) -> list[tuple[str, int]]:
    """The numbers of the cases, and of their events, that were sealed and are not there, or not as they were."""
    query = (
        select(LEAF.c.key, LEAF.c.version)
        .outerjoin(CASE, CASE.c.no == LEAF.c.key)
        .outerjoin(EVENT, and_(EVENT.c.case_id == CASE.c.id, EVENT.c.seq == LEAF.c.version))
        .where(LEAF.c.kind == CASES, EVENT.c.digest.is_distinct_from(LEAF.c.digest))
        .order_by(LEAF.c.n)
    )
    return [(row.key, row.version) for row in transaction.connection.execute(query)]


def altered(transaction: Transaction, register: Register) -> Iterator[str]:
    """The keys of the rows of a register that differ from their last leaf, or are gone."""
    rows = transaction.connection.execute(register.rows(), execution_options={"yield_per": IDS_ASKED_AT_ONCE})
    for some in rows.mappings().partitions():
        known = leaves_of(transaction, register, [row["sealed_as"] for row in some])
        yield from (
            row["sealed_as"] for row in some if (leaf := known.get(row["sealed_as"])) and not fits(register, leaf, row)
        )
    yield from gone(transaction, register)


def renewed(transaction: Transaction, register: Register, sealed_at: datetime) -> set[str]:
    """The keys of the rows of a fixed register that differ from their last leaf by right since a seal."""
    return {row["sealed_as"] for row, _ in renewed_since(transaction, register, sealed_at)}


def added(transaction: Transaction, register: Register) -> list[str]:
    """The keys of the rows of a register that have no leaf yet."""
    return [row["sealed_as"] for row in without_leaf(transaction, register)]
