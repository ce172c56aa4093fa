"""The one writer of the web process: what shares a transaction stands or falls alone, and is on disk when answered."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from negotiation.core.errors import Conflict, DatabaseUnavailable, NegotiationError
from negotiation.core.settings import Settings
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.database import Database
from negotiation.store.numbers import next_number
from negotiation.store.transaction import Transaction
from negotiation.web.write_queue import Writer
from tests.conftest import Story, at, day, settle_in
from tests.installed import PATIENCE

Work = Callable[[Transaction], Any]


def drawn(transaction: Transaction) -> int:
    """The next number of a series that nobody else uses."""
    return next_number(transaction, "test")


def last_number(database: Database) -> int:
    with database.read() as transaction:
        return int(transaction.rows("SELECT coalesce(max(last), 0) FROM counter WHERE name = 'test'")[0][0])


async def together(writer: Writer, *works: Work) -> list[Any]:
    """All works in one transaction: they are asked for while the writer is held up. Errors are returned."""
    begun, go_on = threading.Event(), threading.Event()

    def held_up(_transaction: Transaction) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)

    first = asyncio.ensure_future(writer.write(held_up))
    await asyncio.to_thread(begun.wait, 30)
    others = [asyncio.ensure_future(writer.write(work)) for work in works]
    await asyncio.sleep(0)  # each has asked
    go_on.set()
    await first
    return await asyncio.gather(*others, return_exceptions=True)


def answer_of(database: Database, context: Context, talk: Callable[[Writer], Awaitable[Any]]) -> Any:
    """What comes of a talk with a writer."""

    async def talked() -> Any:
        with closing(Writer(database, context)) as writer:
            return await talk(writer)

    return asyncio.run(talked())


def test_works_run_in_the_order_in_which_they_were_asked_for(database: Database, context: Context) -> None:
    assert answer_of(database, context, lambda writer: together(writer, *[drawn] * 250)) == list(range(1, 251))
    assert last_number(database) == 250


def test_a_work_that_fails_is_undone_alone_and_only_its_author_hears_of_it(
    database: Database, context: Context
) -> None:
    def wrong(transaction: Transaction) -> None:
        drawn(transaction)
        raise NegotiationError("不可以")

    def ill_spelt(transaction: Transaction) -> None:
        drawn(transaction)
        transaction.execute("SELEKT")

    def empty(_transaction: Transaction) -> None:
        next(iter(()))

    first, refused, broken, stopped, last = answer_of(
        database, context, lambda writer: together(writer, drawn, wrong, ill_spelt, empty, drawn)
    )
    assert (first, last) == (1, 2)
    assert (type(refused), str(refused)) == (NegotiationError, "不可以")
    assert isinstance(broken, DatabaseUnavailable)
    assert isinstance(stopped, RuntimeError)
    assert last_number(database) == 2


def test_where_the_commit_fails_nothing_is_written_and_everybody_hears_of_it(
    database: Database, context: Context
) -> None:
    def spoils(transaction: Transaction) -> None:
        if database.is_sqlite:  # found only at the commit
            transaction.execute("PRAGMA defer_foreign_keys=ON")
            transaction.execute(
                "INSERT INTO clerk (department_id, duty, name, email, phone) VALUES (999, 'A', '', '', '')"
            )
        else:
            transaction.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    outcomes = answer_of(database, context, lambda writer: together(writer, drawn, spoils, drawn))
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 3
    assert last_number(database) == 0


def test_a_disk_that_fills_up_undoes_all_that_share_the_transaction_and_says_so(
    sqlite: Database, settings: Settings
) -> None:
    context, full = settle_in(sqlite, settings), Database(sqlite.url)
    event.listen(full.engine, "connect", lambda driver, _record: driver.execute("PRAGMA max_page_count=1"))

    def long(transaction: Transaction) -> None:
        for n in range(2_000):
            transaction.execute("INSERT INTO counter (name, last) VALUES (?, 1)", [f"{n}{'长' * 400}"])

    outcomes = answer_of(full, context, lambda writer: together(writer, drawn, long, drawn))
    full.close()
    assert [(type(each), "磁盘已满" in str(each)) for each in outcomes] == [(DatabaseUnavailable, True)] * 3
    assert last_number(sqlite) == 0


def test_after_a_transaction_that_failed_the_writer_goes_on(database: Database, context: Context) -> None:
    def spoils(transaction: Transaction) -> None:
        transaction.execute("ROLLBACK")

    async def twice(writer: Writer) -> int:
        with pytest.raises(DatabaseUnavailable):
            await writer.write(spoils)
        return await writer.write(drawn)

    assert answer_of(database, context, twice) == 1


def test_of_two_who_answer_the_same_case_at_once_the_second_is_told_that_it_has_moved_on(
    database: Database, context: Context, story: Story
) -> None:
    no = story.submitted("2026-09-18").no

    def noted(transaction: Transaction) -> CaseFile:
        return acting.act(
            UnitOfWork(transaction, context, at("2026-09-21")),
            no,
            ActRequest(
                "note", role="provider", actor="某", on=day("2026-09-21"), fields={"text": "已收"}, seen_version=1
            ),
        )

    one, other = answer_of(database, context, lambda writer: together(writer, noted, noted))
    assert one.version == 2
    assert isinstance(other, Conflict)
    assert story.record.version == 2


def test_nobody_is_answered_while_another_process_holds_the_database_and_the_loop_goes_on(
    database: Database, context: Context
) -> None:
    last = last_number(database)

    async def held_then_free(writer: Writer) -> int:
        with held(database):
            asked = asyncio.ensure_future(writer.write(drawn))
            done, _ = await asyncio.wait([asked], timeout=0.2)  # the loop comes back, the answer does not
            assert not done
            assert last_number(database) == last
        return await asked

    assert answer_of(database, context, held_then_free) == last + 1


@contextmanager
def held(database: Database) -> Iterator[None]:
    """As if another process were writing there."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.write() as transaction:
        if not database.is_sqlite:
            transaction.execute("LOCK TABLE counter IN EXCLUSIVE MODE")
        yield
    other.close()


def test_what_was_asked_for_before_the_end_is_still_written_and_nothing_after_it(
    database: Database, context: Context
) -> None:
    async def ended() -> list[int]:
        writer = Writer(database, context)
        asked = [asyncio.ensure_future(writer.write(drawn)) for _ in range(150)]
        await asyncio.sleep(0)
        writer.close()
        with pytest.raises(DatabaseUnavailable, match="正在停止"):
            await writer.write(drawn)
        return await asyncio.gather(*asked)

    assert asyncio.run(ended()) == list(range(1, 151))
    assert last_number(database) == 150


ANSWERING = """
import asyncio, os
from negotiation.services.context import Context
from negotiation.core.settings import read_settings
from negotiation.store.numbers import next_number
from negotiation.store.database import Database
from negotiation.web.write_queue import Writer
settings = read_settings()
database = Database(settings.url)
with database.read() as transaction:
    writer = Writer(database, Context.of(transaction, settings))
async def ask():
    while True:
        print(await writer.write(lambda transaction: next_number(transaction, "test")), flush=True)
async def many():
    await asyncio.gather(*(ask() for _ in range(8)))
asyncio.run(many())
"""


def test_what_was_answered_is_there_though_the_process_was_killed(database: Database, context: Context) -> None:
    environment = os.environ | {
        "NEGOTIATION_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "NEGOTIATION_HOME": str(context.settings.home),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", ANSWERING], env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdout is not None
    answered = [int(process.stdout.readline()) for _ in range(200)]
    process.kill()
    answered += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    assert sorted(answered) == list(range(1, len(answered) + 1))
    assert last_number(database) >= len(answered)
