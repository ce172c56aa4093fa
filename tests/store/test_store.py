"""What the driver writes the ORM finds, column by column; the rows of a case hang together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint, select
from sqlmodel import Session, SQLModel

from negotiation.core.errors import DatabaseUnavailable, NotFound
from negotiation.core.settings import Settings
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.items import Item as DataItem
from negotiation.domain.notice_facts import NoticeFacts
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.terms import Term as RunningTerm
from negotiation.store import case_writer, departments, outbox
from negotiation.store.case_reader import Loaded
from negotiation.store.change_statements import Change
from negotiation.store.codec import codec
from negotiation.store.database import Database
from negotiation.store.import_batches import BatchRecord
from negotiation.store.numbers import next_number, number_taken
from negotiation.store.records import ContentRecord, MovedRecord, TaskRecord
from negotiation.store.schema.cases import Case, Content, Counter, Event, Item, MovedParty
from negotiation.store.schema.import_batches import ImportBatch
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.resources import Resource
from negotiation.store.schema.rulebooks import RulebookVersion
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of
from negotiation.store.tasks import add_task
from tests.conftest import CIVIL, POLICE, Story, at, settle_in
from tests.notifications.flat_facts import case_facts
from tests.notifications.test_mail_words import CASE, REPLY

MOMENT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
DAY = date(2026, 3, 2)
KEPT = ("id", "version", "applicant_id", "provider_id", "resource_id")  # what other rows must be there for
FACTS = {"no": "GX2026-0001", "subject": "常住人口“基本”信息", "days": 10, "due_on": None}
NOTICE_FACTS = case_facts(CASE | REPLY)


def numbered(model: type[SQLModel], **given: Any) -> dict[str, Any]:
    """A row of which every column has a value of its own."""
    row: dict[str, Any] = {}
    for n, column in enumerate(table_of(model).columns, 1):
        kind = str(column.type).split("(")[0]
        row[column.name] = {
            "DATETIME": MOMENT + timedelta(seconds=n), "TIMESTAMP": MOMENT + timedelta(seconds=n),
            "DATE": DAY + timedelta(days=n), "BOOLEAN": n % 2 == 1, "JSON": FACTS | {"n": n},
            "BLOB": bytes([n]) * 32, "VARCHAR": f"{column.name} 第{n}列", "TEXT": f"{column.name} 第{n}列",
        }.get(kind, n)  # fmt: skip
    return row | given


def every_column() -> tuple[Change, dict[type[SQLModel], dict[str, Any]]]:
    """A change that fills every column of every table that the driver writes."""
    case = numbered(Case, id=7, applicant_id=1, provider_id=2, resource_id=1)
    rows: dict[type[SQLModel], dict[str, Any]] = {
        Case: case,
        Event: numbered(Event, case_id=7),
        Content: numbered(Content, case_id=7),
        Term: numbered(Term, case_id=7, items=(1, 2)),
        Item: numbered(Item, case_id=7, supplied_by=2),
        Notice: numbered(Notice, case_id=7, facts=NOTICE_FACTS),
        Task: numbered(Task, case_id=7),
    }
    change = Change(
        record=CaseRecord(**case),
        loaded=None,
        events=[EventRecord(**rows[Event])],
        contents=[ContentRecord(**rows[Content])],
        terms=[RunningTerm(*list(rows[Term].values())[1:])],
        items=[DataItem(*list(rows[Item].values())[1:])],
        notices=[NoticeRecord(**rows[Notice])],
        tasks=[TaskRecord(**rows[Task])],
    )
    return change, rows


@pytest.fixture
def settled(database: Database, settings: Settings) -> None:
    """The rows that a case refers to: its departments, its resource."""
    settle_in(database, settings)
    row = codec(Resource, database.dialect).bind(tuple(numbered(Resource, id=1, provider_id=1).values()))
    with database.write() as transaction:
        transaction.execute(f"INSERT INTO resource VALUES ({', '.join([database.param] * len(row))})", row)


def found(database: Database, model: type[SQLModel], row: dict[str, Any]) -> None:
    """The ORM finds the row by each of its columns, and reads in it what was written."""
    with database.read() as transaction, Session(bind=transaction.connection) as session:
        for column in table_of(model).columns:
            value = row[column.name]
            if isinstance(value, (dict, NoticeFacts)):  # JSON is not compared in SQL
                (one,) = session.execute(select(model)).scalars().all()
            else:
                query = select(model).where(getattr(model, column.name) == value)
                (one,) = session.execute(query).scalars().all()
            assert getattr(one, column.name) == value, column.name
            assert type(getattr(one, column.name)) is type(value), column.name


def test_the_orm_finds_every_column_that_the_driver_wrote(database: Database, settled: None) -> None:
    change, rows = every_column()
    with database.write() as transaction:
        case_writer.save(transaction, change)
    for model, row in rows.items():
        found(database, model, row)


def test_the_orm_finds_every_column_that_the_driver_changed(database: Database, settled: None) -> None:
    change, rows = every_column()
    (term,), (item,) = change.terms, change.items
    other = {key: _other(value) for key, value in change.record._asdict().items() if key not in KEPT}
    blank = change._replace(
        record=change.record._replace(**other, provider_id=1),
        terms=[RunningTerm(term.n, *(_other(value) for value in term[1:]))],
        items=[DataItem(item.n, *(_other(value) for value in item[1:]))._replace(supplied_by=1)],
        tasks=[change.tasks[0]._replace(done_on=None)],
    )
    later = Change(
        record=change.record,
        loaded=Loaded(blank.record, tuple(blank.terms), items=tuple(blank.items)),
        terms=change.terms,
        items=change.items,
        tasks_done=[(rows[Task]["done_on"], rows[Task]["term"])],
    )
    with database.write() as transaction:
        case_writer.save(transaction, blank)
        case_writer.save(transaction, later)
    for model in (Case, Term, Item, Task):
        found(database, model, rows[model])


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):  # instants too
        return value - timedelta(days=400)
    return {str: "", int: 10**6, dict: {}, bytes: b"", tuple: ()}.get(type(value))


def test_the_orm_finds_what_the_smaller_writes_wrote(story: Story) -> None:
    story.submitted("2026-03-02")
    with story.database.write() as transaction:
        add_task(transaction, 1, "手工", "请核实", DAY)
        claimed = outbox.claim(transaction, at("2026-03-02", "12:00"), at("2026-03-02", "12:10"), 10)
        number_taken(transaction, "sharing/2026", 40)
    with story.database.read() as transaction, Session(bind=transaction.connection) as session:
        assert session.execute(select(Task).where(Task.created_on == DAY)).scalar_one().title == "请核实"  # type: ignore[arg-type]
        waiting = select(Notice).where(Notice.next_try == at("2026-03-02", "12:10"))  # type: ignore[arg-type]
        assert session.execute(waiting).scalar_one().key == claimed[0].key
        opened = select(Case).where(Case.opened_at == at("2026-03-02"))  # type: ignore[arg-type]
        assert session.execute(opened).scalar_one().no == story.no
        kept = select(RulebookVersion).where(RulebookVersion.stored_at == at("2026-03-02"))  # type: ignore[arg-type]
        assert session.execute(kept).scalar_one().rulebook == "beijing-2017"
        numbers = select(Counter).where(Counter.last == 40)  # type: ignore[arg-type]
        assert session.execute(numbers).scalar_one().name == "sharing/2026"
    assert story.open("2026-03-03").no == "GX2026-0041"


def test_a_naive_instant_is_refused(story: Story) -> None:
    story.submitted("2026-03-02")
    with pytest.raises(ValueError, match="time zone"), story.database.write() as transaction:
        outbox.claim(transaction, datetime(2026, 3, 2), at("2026-03-02"), 1)  # noqa: DTZ001


def test_a_case_comes_back_from_the_database_as_it_was_written(story: Story) -> None:
    story.submitted("2026-03-02", items="姓名").act("refuse", "provider", "2026-03-10", reason="—")
    first = story.file
    again = story.file
    assert (first.case, first.case_state) == (again.case, again.case_state)
    assert first.case.opened_at == at("2026-03-02")
    assert type(first.case.flags) is dict


def test_a_case_that_is_not_there_is_named(story: Story) -> None:
    story.no = "GX2026-9999"
    with pytest.raises(NotFound, match="GX2026-9999"):
        story.act("agree", "provider", "2026-03-02")


def test_a_counter_gives_out_again_what_was_rolled_back(story: Story) -> None:
    with pytest.raises(ZeroDivisionError), story.database.write() as transaction:
        _ = 1 // (next_number(transaction, "x") - 1)  # the number was 1
    with story.database.write() as transaction:
        assert [next_number(transaction, "x") for _ in range(3)] == [1, 2, 3]


# ------------------------------------------------------------------------------------------------------ one schema


def test_every_row_below_a_case_carries_its_id_and_every_unique_key_contains_it() -> None:
    for model in (Event, Content, Term, Item, Notice, Task):
        table = table_of(model)
        assert "case_id" in table.primary_key.columns
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                assert "case_id" in {column.name for column in constraint.columns}


def test_sqlite_waits_for_the_disk_and_keeps_foreign_keys(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'n.db'}")
    with database.engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {each}").scalar()
            for each in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]
    database.close()


def test_no_foreign_row_is_written_below_a_case_that_is_not_there(database: Database) -> None:
    events = codec(Event, database.dialect)
    params = ", ".join([database.param] * len(events.columns))
    row = tuple(numbered(Event, case_id=99).values())
    with pytest.raises(DatabaseUnavailable), database.write() as transaction:
        transaction.execute(f"INSERT INTO event VALUES ({params})", events.bind(row))


def test_the_parties_of_a_case_are_departments(story: Story) -> None:
    story.submitted("2026-03-02")
    departments = story.context.directory
    assert (departments.name(story.record.applicant_id), departments.name(story.record.provider_id)) == (CIVIL, POLICE)


def test_two_who_register_the_same_department_at_once_find_one_department(database: Database) -> None:
    both = Barrier(2)

    def register(_n: int) -> int:
        both.wait()
        with database.write() as transaction:
            return departments.add_department(transaction, "市文物局").id

    with ThreadPoolExecutor(2) as pool:
        ids = set(pool.map(register, range(2)))
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("record", "model"),
    [
        (CaseRecord, Case), (ContentRecord, Content), (MovedRecord, MovedParty), (NoticeRecord, Notice),
        (TaskRecord, Task), (EventRecord, Event), (BatchRecord, ImportBatch),
    ],
)  # fmt: skip
def test_a_record_has_the_columns_of_its_table_in_their_order(record: Any, model: type[SQLModel]) -> None:
    assert list(record._fields) == [column.name for column in table_of(model).columns]
