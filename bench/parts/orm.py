"""The idiomatic way: the same step with SQLModel's objects and a session."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, create_engine, select

from bench.parts.lives import Written
from negotiation.store.database import Database, column_json
from negotiation.store.schema.cases import Case, Content, Event, Item
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of


def engine_of(database: Database) -> Engine:
    return create_engine(database.url, json_serializer=column_json)


def take_step(engine: Engine, written: Written) -> None:
    """Loads the case and its terms, changes them as the step did, adds its new rows, commits."""
    change = written.change
    with Session(engine) as session:
        case = session.exec(select(Case).where(Case.no == change.record.no)).one()
        terms = {term.n: term for term in session.exec(select(Term).where(Term.case_id == case.id))}
        _set(case, change.record._asdict().items())
        items = {item.n: item for item in session.exec(select(Item).where(Item.case_id == case.id))}
        for table, known, held in ((Term, terms, change.terms), (Item, items, change.items)):
            for each in held:
                if each.n in known:
                    _set(known[each.n], each._asdict().items())
            session.add_all(table(case_id=case.id, **each._asdict()) for each in held if each.n not in known)
        for model, rows in (
            (Event, change.events), (Content, change.contents),
            (Notice, [tuple(notice) for notice in change.notices]), (Task, change.tasks),
        ):  # fmt: skip
            session.add_all(model(**_named(model, row)) for row in rows)
        session.commit()


def _named(model: type[SQLModel], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip((column.name for column in table_of(model).columns), row, strict=True))


def _set(thing: SQLModel, values: Iterable[tuple[str, Any]]) -> None:
    for key, value in values:
        setattr(thing, key, value)
