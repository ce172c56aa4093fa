"""The index of the search: a row for each case with the bigrams of its texts, and the texts as they are compared.

The index narrows, the text decides; so both engines find the same, and nothing that a person types is an operator of
theirs. Its rows are content like what they were made of: an order to destroy takes them away in its own transaction.
"""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.types import UserDefinedType

from negotiation.core.enums import OFFICE_ID
from negotiation.domain.searching import compared, grams_asked, indexed
from negotiation.store import search_sources
from negotiation.store.case_list.conditions import handled_by
from negotiation.store.case_list.text_match import like, literally
from negotiation.store.case_queries import of_scope
from negotiation.store.columns import ACCOUNT, CASE
from negotiation.store.search_sources import FILE_TEXT
from negotiation.store.transaction import Transaction

DUE = table("search_due", column("id"), column("case_id"))  # written by triggers: cases whose texts have changed
FILLED_AT_ONCE = 200  # cases
_ONE_WRITES = 37_2018  # any number that only this program uses


class Looked(NamedTuple):
    """What is looked for: words as they are compared, by whom (a department, None: the office), at most how many."""

    words: tuple[str, ...]
    scope: int | None
    most: int


# ------------------------------------------------------------------------------------------------------------ filling


def is_due(transaction: Transaction) -> bool:
    """True while the index lacks something."""
    return transaction.connection.scalar(select(DUE.c.id).limit(1)) is not None


def how_many_due(transaction: Transaction) -> int:
    """The number of cases of which it lacks something."""
    return int(transaction.connection.scalar(select(func.count(DUE.c.case_id.distinct()))) or 0)


def fill(transaction: Transaction) -> int:
    """Reads cases that wait, the oldest first, at most ``FILLED_AT_ONCE``; returns how many."""
    alone(transaction)
    waiting = select(DUE.c.id, DUE.c.case_id).order_by(DUE.c.id).limit(FILLED_AT_ONCE)
    rows = transaction.connection.execute(waiting).all()
    ids = sorted({row.case_id for row in rows})
    _write(transaction, ids)
    transaction.connection.execute(delete(DUE).where(DUE.c.id.in_([row.id for row in rows])))
    return len(ids)


def alone(transaction: Transaction) -> None:
    """Has others who write into the index wait: who reads a case after an order to destroy finds what is left of it."""
    if not transaction.database.is_sqlite:
        transaction.execute(f"SELECT pg_advisory_xact_lock({_ONE_WRITES})")


def _write(transaction: Transaction, ids: Sequence[int]) -> None:
    found, parties = search_sources.passages(transaction, ids), search_sources.parties(transaction, ids)
    forget(transaction, ids)
    index = _Index(transaction)
    rows = []
    for case_id, passages in found.items():
        texts = [compared(each.text) for each in passages]
        words = [*map(_party, sorted(parties[case_id])), *indexed(texts)]
        rows.append(_Row(case_id, words, "\n".join(texts)))
    if rows:
        index.add(rows)


def forget(transaction: Transaction, ids: Collection[int]) -> None:
    """Takes cases out of the index."""
    index = _Index(transaction)
    transaction.connection.execute(delete(index.table).where(index.case_id.in_(ids)))


def expunge(transaction: Transaction, case_id: int, files: Collection[int]) -> None:
    """Takes out of the index what it has of a case, and the texts of these files; what is left is read anew."""
    alone(transaction)
    transaction.connection.execute(delete(FILE_TEXT).where(FILE_TEXT.c.case_id == case_id, FILE_TEXT.c.n.in_(files)))
    forget(transaction, [case_id])
    transaction.connection.execute(insert(DUE).values(case_id=case_id))


def merge(driver: Any) -> None:
    """Has SQLite write the bigrams anew, without those of rows that are gone."""
    driver.execute("INSERT INTO search_case (search_case) VALUES ('optimize')")


# ------------------------------------------------------------------------------------------------------------ finding


def find(transaction: Transaction, looked: Looked) -> list[int]:
    """The cases in which every word stands, the latest first, or that somebody handles who is called so."""
    index, side = _Index(transaction), looked.scope or OFFICE_ID
    people = {word: _called(transaction, word) for word in looked.words}
    plain = [word for word in looked.words if not people[word]]
    query = select(CASE.c.id).where(*of_scope(looked.scope))
    if plain:
        query = query.join(index.table, index.case_id == CASE.c.id).where(*index.has(plain, looked.scope))
    for word, accounts in people.items():
        if accounts:
            query = query.where(CASE.c.id.in_(union_all(handled_by(accounts, side), index.having(word, looked.scope))))
    query = query.order_by((index.case_id if plain else CASE.c.id).desc()).limit(looked.most)
    return list(transaction.connection.scalars(query))


def _called(transaction: Transaction, word: str) -> list[int]:
    """The accounts in whose name a word stands."""
    matches = like(transaction.connection.dialect.name, ACCOUNT.c.name, f"%{literally(word)}%")
    return list(transaction.connection.scalars(select(ACCOUNT.c.id).where(matches)))


class TsQuery(UserDefinedType[str]):
    """PostgreSQL's type of what is looked for; named here, as its dialect is not loaded for SQLite."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type."""
        return "TSQUERY"


class _Index:
    """The table of the index in a transaction, in the words of its engine."""

    def __init__(self, transaction: Transaction) -> None:
        self.is_sqlite, self.connection = transaction.database.is_sqlite, transaction.connection
        key = "rowid" if self.is_sqlite else "case_id"
        self.words = "search_case" if self.is_sqlite else "words"  # FTS5 searches in the table, by its name
        self.table = table("search_case", column(key), column(self.words), column("body"))
        self.case_id: ColumnElement[int] = self.table.c[key]

    def add(self, rows: Sequence["_Row"]) -> None:
        """Adds rows."""
        key, words = self.case_id.name, ":words" if self.is_sqlite else "array_to_tsvector(CAST(:words AS text[]))"
        statement = text(f"INSERT INTO search_case ({key}, words, body) VALUES (:case_id, {words}, :body)")
        written = ({**each._asdict(), "words": " ".join(each.words) if self.is_sqlite else each.words} for each in rows)
        self.connection.execute(statement, list(written))

    def has(self, words: Sequence[str], scope: int | None) -> list[ColumnElement[bool]]:
        """The conditions of a row in whose text every word stands, of a case of which a department is a party."""
        asked = dict.fromkeys(chain.from_iterable(map(grams_asked, words)))
        terms = [*map(self._term, asked), *([] if scope is None else [self._term(_party(scope))])]
        stands = func.instr if self.is_sqlite else func.strpos
        return [self._match(terms), *(stands(self.table.c.body, literal(word)) > 0 for word in words)]

    def having(self, word: str, scope: int | None) -> Select[Any]:
        """The cases in whose text a word stands."""
        return select(self.case_id).where(*self.has([word], scope))

    def _match(self, terms: Sequence[str]) -> ColumnElement[bool]:
        if self.is_sqlite:
            return self.table.c[self.words].op("MATCH", is_comparison=True)(" AND ".join(terms))
        return self.table.c[self.words].op("@@", is_comparison=True)(cast(literal(" & ".join(terms)), TsQuery()))

    def _term(self, gram: str) -> str:
        """A bigram as a term; of a single sign, every bigram that it begins. It is letters and digits alone."""
        begins = "" if len(gram) > 1 else "*" if self.is_sqlite else ":*"
        return f'"{gram}"{begins}' if self.is_sqlite else f"'{gram}'{begins}"


class _Row(NamedTuple):
    case_id: int
    words: list[str]
    body: str


def _party(department_id: int) -> str:
    """The word by which the cases of a department are found; longer than any bigram."""
    return f"party{department_id}"
