"""Cases as they stand: one or many loaded whole with their terms, and what else a step asks of its own case."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

from negotiation.core.enums import CLOCK
from negotiation.core.errors import NotFound
from negotiation.domain.entered import Fields
from negotiation.domain.terms import Term as RunningTerm
from negotiation.store.calendar_notices import REVISION
from negotiation.store.codec import TableCodec, codec
from negotiation.store.schema.cases import Case
from negotiation.store.schema.terms import Term
from negotiation.store.transaction import Transaction

CaseRow = dict[str, Any]


class Loaded(NamedTuple):
    """A case as it stands in the database: its row by column name, its terms in order; the calendar's revision then.

    ``copied``: the departments that it is copied to.
    """

    row: CaseRow
    terms: tuple[RunningTerm, ...]
    calendar_revision: int = 0
    copied: tuple[int, ...] = ()


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
    lock = " FOR UPDATE" if held and not transaction.database.is_sqlite else ""
    found = _load(transaction, f"id IN ({', '.join([transaction.param] * len(ids))}){lock}", ids)
    by_id = {loaded.row["id"]: loaded for loaded in found}
    return [by_id[case_id] for case_id in ids if case_id in by_id]


def _load(transaction: Transaction, wanted: str, values: Sequence[Any]) -> list[Loaded]:
    """The cases of which the condition ``wanted`` holds, with their terms."""
    case, term = codecs(transaction.database.dialect, Case, Term)
    sql = f"SELECT {case.listed}, {REVISION} FROM {case.name} WHERE {wanted}"
    rows = transaction.rows(sql, values)
    found = [dict(zip(case.columns, case.read(row[:-1]), strict=True)) for row in rows]
    terms: dict[int, list[RunningTerm]] = {row["id"]: [] for row in found}
    if terms:
        params = ", ".join([transaction.param] * len(terms))
        sql = f"SELECT {term.listed} FROM {term.name} WHERE case_id IN ({params}) ORDER BY case_id, started_on, n"
        for row in transaction.rows(sql, list(terms)):
            case_id, *rest = term.read(row)
            terms[case_id].append(RunningTerm._make(rest))
    return [
        Loaded(row, tuple(terms[row["id"]]), rows[0][-1], _copied(transaction, row["id"]) if row["copied"] else ())
        for row in found
    ]


def _copied(transaction: Transaction, case_id: int) -> tuple[int, ...]:
    sql = f"SELECT department_id FROM copied WHERE case_id = {transaction.param} ORDER BY department_id"
    return tuple(row[0] for row in transaction.rows(sql, [case_id]))


def read_items(transaction: Transaction, case_id: int) -> list[tuple[int, str, str]]:
    """The data items of a case: number, name, answer."""
    sql = f"SELECT n, name, answer FROM item WHERE case_id = {transaction.param} ORDER BY n"
    return [tuple(row) for row in transaction.rows(sql, [case_id])]


def alone(transaction: Transaction, case_id: int) -> None:
    """Locks a case until this transaction ends; SQLite has one writer anyway."""
    if not transaction.database.is_sqlite:
        transaction.rows(f'SELECT 1 FROM "case" WHERE id = {transaction.param} FOR UPDATE', [case_id])


def open_numbers(transaction: Transaction, department_id: int) -> list[str]:
    """The numbers of the open cases in which a department has a part, drafts too."""
    param = transaction.param
    sql = f"SELECT no FROM \"case\" WHERE ending = '' AND (applicant_id = {param} OR provider_id = {param}) ORDER BY id"
    return [row[0] for row in transaction.rows(sql, [department_id, department_id])]


def acted_since(transaction: Transaction, row: CaseRow, seen: int) -> bool:
    """True if a person has acted on a case after the version that was seen; what the clock does is no act."""
    param = transaction.param
    sql = f"SELECT 1 FROM event WHERE case_id = {param} AND seq > {param} AND role <> {param} LIMIT 1"
    return seen < row["version"] and bool(transaction.rows(sql, [row["id"], seen, CLOCK]))


def read_draft(transaction: Transaction, case_id: int) -> Fields:
    """The fields of a draft, as they were entered; empty if there was none, or it was sealed."""
    sql = f"SELECT body FROM content WHERE case_id = {transaction.param} AND seq = 0"
    rows = transaction.rows(sql, [case_id])
    found: Fields = json.loads(rows[0][0]) if rows and rows[0][0] else {}
    return found


@lru_cache(maxsize=16)
def codecs(dialect: Dialect, *models: type[SQLModel]) -> list[TableCodec]:
    """The codecs of these tables, in their order."""
    return [codec(model, dialect) for model in models]
