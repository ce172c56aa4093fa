"""The idiomatic way: the same step with SQLModel's objects and a session."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, create_engine, select

from bench.parts.lives import Written
from negotiation.store.database import Database
from negotiation.store.schema.cases import Case, Content, Event, Item
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of


def engine_of(database: Database) -> Engine:
    return create_engine(database.url)


def take_step(engine: Engine, written: Written) -> None:
    """Loads the case and its terms, changes them as the step did, adds its new rows, commits."""
    change = written.change
    with Session(engine) as session:
        case = session.exec(select(Case).where(Case.no == change.record.no)).one()
        terms = {term.n: term for term in session.exec(select(Term).where(Term.case_id == case.id))}
        _set(case, change.record._asdict().items())
        for changed in change.changed_terms:
            _set(terms[changed.n], changed._asdict().items())
        for n, answered in ((row[1], row) for row in change.changed_items):
            item = session.exec(select(Item).where(Item.case_id == case.id, col(Item.n) == n)).one()
            _set(item, _named(Item, answered).items())
        session.add_all(Term(case_id=case.id, **term._asdict()) for term in change.new_terms)
        for model, rows in (
            (Event, change.events), (Content, change.contents), (Item, change.new_items),
            (Notice, [tuple(notice) for notice in change.notices]), (Task, change.tasks),
        ):  # fmt: skip
            session.add_all(model(**_named(model, row)) for row in rows)
        session.commit()


def _named(model: type[SQLModel], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip((column.name for column in table_of(model).columns), row, strict=True))


def _set(thing: SQLModel, values: Iterable[tuple[str, Any]]) -> None:
    for key, value in values:
        setattr(thing, key, value)
