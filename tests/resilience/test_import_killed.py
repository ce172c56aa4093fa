"""An import of a notice that is killed at any moment is whole or not at all: no date has moved without its event."""

import os
import random
import subprocess
import sys
import time

from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.database import Database
from tests.conftest import APPLICATION, CIVIL, POLICE, at, day
from tests.resilience.test_engine_killed import broken_chains, rows

MANY, KILLS = 200, 6
# Batches so small that there are many moments between a write and the commit.
IMPORT = """
import os, signal, sys
from datetime import date, datetime
from calendars import Arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.core.settings import read_settings
from negotiation.services import recount, recount_cases
from negotiation.services.calendar import import_notice
from negotiation.services.context import Context
from negotiation.store.database import Database
recount_cases.BATCH, save, lives = 20, recount._save, int(sys.argv[1])
def mortal(*args):
    global lives
    save(*args)
    lives -= 1
    if lives == 0:
        os.kill(os.getpid(), signal.SIGKILL)
recount._save = mortal
settings = read_settings()
database = Database(settings.url)
with database.read() as transaction:
    context = Context.of(transaction, settings)
print("begun", flush=True)
freed = Arrangement(2026, "京政办发〔2026〕1号", date(2026, 3, 2), {date(2026, 3, 11): "调休"}, {})
at = datetime.fromisoformat(sys.argv[2])
request = import_notice.ImportRequest("工作日安排", freed, CalendarLayer.MUNICIPAL, "测试", at)
done = import_notice.run(database, context, request)
print(len(done.recount.moved), flush=True)
"""


def test_an_import_killed_at_random_moments_is_whole_or_not_at_all(database: Database, context: Context) -> None:
    hand_in(database, context)
    random.seed(17)
    for kill in range(KILLS):
        with begun(database, context, dies_in_batch=random.randint(1, MANY // 20) if kill % 2 else 0) as process:
            if kill % 2 == 0:
                time.sleep(random.uniform(0, 0.05))
                process.kill()
        whole_or_not_at_all(database)
    with begun(database, context) as process:
        assert process.wait() == 0
    assert whole_or_not_at_all(database) == MANY
    assert broken_chains(database) == []


def hand_in(database: Database, context: Context) -> None:
    """So many applications of 2 March 2026, each due on the 16th."""
    raw = {"applicant": CIVIL, "provider": POLICE} | APPLICATION
    with database.write() as transaction:
        for _ in range(MANY):
            file = opening.open_case(UnitOfWork(transaction, context, at("2026-03-02")), "sharing", raw)
            acting.perform(
                transaction, file, ActRequest("submit", role="applicant", actor="测试", on=day("2026-03-02"))
            )
            case_writer.save(transaction, file.change())


def begun(database: Database, context: Context, *, dies_in_batch: int = 0) -> "subprocess.Popen[str]":
    """An import in a process of its own, which has begun."""
    environment = os.environ | {
        "NEGOTIATION_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "NEGOTIATION_HOME": str(context.settings.home),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(dies_in_batch), at("2026-03-02", "11:00").isoformat()],
        env=environment, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def whole_or_not_at_all(database: Database) -> int:
    """How many terms have moved: none, or all, each with its event and both its notices, under one revision."""
    wait_for_the_dead(database)
    ((moved,),) = rows(database, "SELECT count(*) FROM term WHERE due_on = '2026-03-17'")
    ((events,),) = rows(database, "SELECT count(*) FROM event WHERE event = 'recount'")
    ((told,),) = rows(database, "SELECT count(*) FROM notice WHERE template = 'moved'")
    ((revisions,),) = rows(database, "SELECT count(*) FROM calendar_revision WHERE id > 0")
    ((arrangements,),) = rows(database, "SELECT count(*) FROM arrangement")
    assert moved in (0, MANY)
    once = int(moved == MANY)
    assert (events, told, revisions, arrangements) == (moved, 2 * moved, once, once)
    return int(moved)


def wait_for_the_dead(database: Database) -> None:
    """PostgreSQL notices a moment later that the process at the other end is gone."""
    with database.write() as transaction:
        transaction.execute("SELECT 1" if database.is_sqlite else "LOCK TABLE calendar_revision IN EXCLUSIVE MODE")
