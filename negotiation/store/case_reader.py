"""Cases as they stand: one or many loaded whole with their terms, and what else a step asks of its own case."""

import json
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy.engine import Dialect

from negotiation.core.enums import CLOCK
from negotiation.core.errors import NotFound
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.entered import Data
from negotiation.domain.items import Item as DataItem
from negotiation.domain.terms import Term as RunningTerm
from negotiation.store.calendar_notices import REVISION
from negotiation.store.codec import Below, TableCodec, codec
from negotiation.store.schema.cases import Case, Item
from negotiation.store.schema.terms import Term
from negotiation.store.transaction import Transaction


class Loaded(NamedTuple):
    """A case as it stands in the database: its record, its terms and items; the calendar's revision then.

    ``copied``: the departments that it is copied to.
    """

    record: CaseRecord
    terms: tuple[RunningTerm, ...]
    calendar_revision: int = 0
    copied: tuple[int, ...] = ()
    items: tuple[DataItem, ...] = ()


def load(transaction: Transaction, *, no: str) -> Loaded:
    """A case by its number. Raises NotFound."""
    found = [] if "\0" in no else _load(transaction, f"no = {transaction.param}", [no])  # PostgreSQL holds no NUL
    if not found:
        raise NotFound(f"没有编号为“{no}”的案件", todo="请核对编号", command="negotiation cases 列出全部案件")
    return found[0]


def id_of(transaction: Transaction, no: str) -> int | None:
    """The id of a case by its number; None for a number that no case here has."""
    rows = [] if "\0" in no else transaction.rows(f'SELECT id FROM "case" WHERE no = {transaction.param}', [no])
    return rows[0][0] if rows else None


def load_many(transaction: Transaction, ids: Sequence[int], *, held: bool = False) -> list[Loaded]:
    """Cases by their ids, in the order of the ids; those that do not exist are left out.

    ``held``: nobody else changes them before this transaction ends.
    """
    if not ids:
        return []
    if held:
        alone(transaction, *ids)  # before they are read: what was waited for is read too
    found = _load(transaction, f"id IN ({', '.join([transaction.param] * len(ids))})", ids)
    by_id = {loaded.record.id: loaded for loaded in found}
    return [by_id[case_id] for case_id in ids if case_id in by_id]


def _load(transaction: Transaction, wanted: str, values: Sequence[Any]) -> list[Loaded]:
    """The cases of which ``wanted`` holds, with their items, and their terms by their days: in one statement."""
    case, terms, items = _read_together(transaction.database.dialect)
    query = f"SELECT {case.listed}, {REVISION}, {terms.gathered}, {items.gathered} FROM {case.name} WHERE {wanted}"
    found = []
    for *row, revision, its_terms, its_items in transaction.rows(query, values):
        record = CaseRecord._make(case.read(row))
        copied = _copied(transaction, record.id) if record.copied else ()
        in_order = sorted(terms.read(its_terms), key=_BY_DAY)
        found.append(Loaded(record, tuple(in_order), revision, copied, tuple(sorted(items.read(its_items)))))
    return found


_BY_DAY = attrgetter("started_on", "n")


@lru_cache(maxsize=4)
def _read_together(dialect: Dialect) -> tuple[TableCodec, Below[RunningTerm], Below[DataItem]]:
    """The cases with what is below them, in either dialect."""
    case = codec(Case, dialect)
    return case, Below(codec(Term, dialect), case, RunningTerm), Below(codec(Item, dialect), case, DataItem)


def _copied(transaction: Transaction, case_id: int) -> tuple[int, ...]:
    sql = f"SELECT department_id FROM copied WHERE case_id = {transaction.param} ORDER BY department_id"
    return tuple(row[0] for row in transaction.rows(sql, [case_id]))


def alone(transaction: Transaction, *ids: int) -> None:
    """Locks cases until this transaction ends; SQLite has one writer anyway."""
    if not transaction.database.is_sqlite:
        params = ", ".join([transaction.param] * len(ids))
        transaction.rows(f'SELECT 1 FROM "case" WHERE id IN ({params}) ORDER BY id FOR UPDATE', ids)


def open_numbers(transaction: Transaction, department_id: int) -> list[str]:
    """The numbers of the open cases in which a department has a part, drafts too."""
    param = transaction.param
    sql = f"SELECT no FROM \"case\" WHERE ending = '' AND (applicant_id = {param} OR provider_id = {param}) ORDER BY id"
    return [row[0] for row in transaction.rows(sql, [department_id, department_id])]


def acted_since(transaction: Transaction, case: CaseRecord, seen: int) -> bool:
    """True if a person has acted on a case after the version that was seen; what the clock does is no act."""
    param = transaction.param
    sql = f"SELECT 1 FROM event WHERE case_id = {param} AND seq > {param} AND role <> {param} LIMIT 1"
    return seen < case.version and bool(transaction.rows(sql, [case.id, seen, CLOCK]))


def read_draft(transaction: Transaction, case_id: int) -> Data:
    """The fields of a draft, as they were entered; empty if there was none, or it was sealed."""
    sql = f"SELECT body FROM content WHERE case_id = {transaction.param} AND seq = 0"
    rows = transaction.rows(sql, [case_id])
    found: Data = json.loads(rows[0][0]) if rows and rows[0][0] else {}
    return found
