"""Cases as they stand: one or many loaded whole with their terms, and what else a step asks of its own case."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

from negotiation.core.enums import CLOCK
from negotiation.core.errors import NotFound
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.entered import Data
from negotiation.domain.items import Item as DataItem
from negotiation.domain.terms import Term as RunningTerm
from negotiation.store.calendar_notices import REVISION
from negotiation.store.codec import TableCodec, codec
from negotiation.store.schema.cases import Case, Item
from negotiation.store.schema.terms import Term
from negotiation.store.transaction import Transaction

Below = TypeVar("Below", RunningTerm, DataItem)


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
    named = f"no = {transaction.param}"
    below = f'case_id = (SELECT id FROM "case" WHERE {named})'
    found = [] if "\0" in no else _load(transaction, named, below, [no])  # PostgreSQL holds no NUL
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
    lock = " FOR UPDATE" if held and not transaction.database.is_sqlite else ""
    params = ", ".join([transaction.param] * len(ids))
    found = _load(transaction, f"id IN ({params}){lock}", f"case_id IN ({params})", ids)
    by_id = {loaded.record.id: loaded for loaded in found}
    return [by_id[case_id] for case_id in ids if case_id in by_id]


def _load(transaction: Transaction, wanted: str, below: str, values: Sequence[Any]) -> list[Loaded]:
    """The cases of which ``wanted`` holds, with their items, and their terms by their days; ``below``: these cases'."""
    case, term, item = codecs(transaction.database.dialect, Case, Term, Item)
    rows, term_rows, item_rows = transaction.rows_of_each(
        [
            f"SELECT {case.listed}, {REVISION} FROM {case.name} WHERE {wanted}",
            f"SELECT {term.listed} FROM {term.name} WHERE {below} ORDER BY started_on, n",
            f"SELECT {item.listed} FROM {item.name} WHERE {below} ORDER BY n",
        ],
        values,
    )
    terms, items = _by_case(term, RunningTerm, term_rows), _by_case(item, DataItem, item_rows)
    records = [CaseRecord._make(case.read(row[:-1])) for row in rows]
    return [
        Loaded(
            each,
            tuple(terms.get(each.id, ())),
            rows[0][-1],
            _copied(transaction, each.id) if each.copied else (),
            tuple(items.get(each.id, ())),
        )
        for each in records
    ]


def _by_case(table: TableCodec, made: type[Below], rows: Sequence[Sequence[Any]]) -> dict[int, list[Below]]:
    """Rows of a table as values, by the id of the case, in their order."""
    found: dict[int, list[Below]] = {}
    for row in rows:
        case_id, *rest = table.read(row)
        found.setdefault(case_id, []).append(made(*rest))
    return found


def _copied(transaction: Transaction, case_id: int) -> tuple[int, ...]:
    sql = f"SELECT department_id FROM copied WHERE case_id = {transaction.param} ORDER BY department_id"
    return tuple(row[0] for row in transaction.rows(sql, [case_id]))


def alone(transaction: Transaction, case_id: int) -> None:
    """Locks a case until this transaction ends; SQLite has one writer anyway."""
    if not transaction.database.is_sqlite:
        transaction.rows(f'SELECT 1 FROM "case" WHERE id = {transaction.param} FOR UPDATE', [case_id])


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


@lru_cache(maxsize=16)
def codecs(dialect: Dialect, *models: type[SQLModel]) -> list[TableCodec]:
    """The codecs of these tables, in their order."""
    return [codec(model, dialect) for model in models]
