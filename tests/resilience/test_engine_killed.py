"""A sweep killed at random moments loses no lapse and doubles none. NEGOTIATION_SOAK=2000 takes so many terms."""

import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

from negotiation.domain.event_chain import GENESIS, EventRecord, event_digest
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.database import Database
from negotiation.store.schema.cases import Event
from negotiation.store.schema.types import table_of
from tests.conftest import APPLICATION, CIVIL, POLICE, at, day

MANY = max(int(os.environ.get("NEGOTIATION_SOAK", "0")), 300)
KILLS = 6 if MANY < 1000 else 200
# A sweep of small batches, so that there are many moments between a write and a commit.
SWEEP = """
import os, signal, sys
from datetime import datetime
from negotiation.services.cases import timers
from negotiation.services.context import Context
from negotiation.core.settings import read_settings
from negotiation.store.database import Database
timers.BATCH, act, lives = 7, timers._act, int(sys.argv[2])
def mortal(*args):
    global lives
    act(*args)
    lives -= 1
    if lives == 0:  # all is written, nothing committed
        os.kill(os.getpid(), signal.SIGKILL)
timers._act = mortal
settings = read_settings()
database = Database(settings.url)
with database.write() as transaction:
    context = Context.of(transaction, settings)
print("begun", flush=True)
done = timers.run(database, context, datetime.fromisoformat(sys.argv[1]))
print(done.acted, done.parked, flush=True)
"""


def test_a_sweep_killed_at_random_moments_loses_none_and_doubles_none(database: Database, context: Context) -> None:
    hand_in(database, context)
    moment = at("2026-03-25").isoformat()
    random.seed(17)
    with begun(database, context, moment, dies_in_batch=4) as process:
        assert process.wait() == -signal.SIGKILL
    assert lapsed(database) == 3 * 7  # three batches were committed, the fourth was not
    for kill in range(KILLS):
        with begun(database, context, moment, dies_in_batch=random.randint(1, 3) if kill % 2 else 0) as process:
            if kill % 2 == 0:
                time.sleep(random.uniform(0, 0.06))
                process.kill()
    with begun(database, context, moment) as process:
        assert process.stdout is not None
        assert process.stdout.read().split()[1] == "0"
    # Each case: the reply was given in part on the 10th, so what the applicant thinks of it was due on the 24th.
    assert rows(database, "SELECT count(*), count(DISTINCT case_id), min(happened_on), max(happened_on) FROM event "
                          "WHERE event = 'lapse'") == [(MANY, MANY, "2026-03-24", "2026-03-24")]  # fmt: skip
    assert rows(database, "SELECT count(*), count(DISTINCT case_id) FROM task") == [(MANY, MANY)]
    assert rows(database, "SELECT count(*) FROM term WHERE kind = 'consideration' AND lapsed_on IS NOT NULL "
                          "AND next_on IS NULL") == [(MANY,)]  # fmt: skip
    assert rows(database, 'SELECT count(*) FROM "case" c WHERE version <> '
                          "(SELECT count(*) FROM event e WHERE e.case_id = c.id)") == [(0,)]  # fmt: skip
    assert broken_chains(database) == []


def hand_in(database: Database, context: Context) -> None:
    """So many cases with a partial reply of 10 March 2026."""
    raw = {"applicant": CIVIL, "provider": POLICE} | APPLICATION
    with database.write() as transaction:
        for _ in range(MANY):
            file = opening.open_case(UnitOfWork(transaction, context, at("2026-03-10")), "sharing", raw)
            for event, role, on, own in (
                ("submit", "applicant", "2026-03-02", {}),
                ("agree_partly", "provider", "2026-03-10", {"reason": "—"}),
            ):
                acting.perform(transaction, file, ActRequest(event, role=role, actor="测试", on=day(on), fields=own))
            case_writer.save(transaction, file.change())


def begun(database: Database, context: Context, moment: str, *, dies_in_batch: int = 0) -> "subprocess.Popen[str]":
    """A sweep in a process of its own, which has begun."""
    environment = os.environ | {
        "NEGOTIATION_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "NEGOTIATION_HOME": str(context.settings.home),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SWEEP, moment, str(dies_in_batch)],
        env=environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def lapsed(database: Database) -> int:
    return int(rows(database, "SELECT count(*) FROM event WHERE event = 'lapse'")[0][0])


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.read() as transaction:
        return [
            tuple(str(each) if hasattr(each, "year") else each for each in row)
            for row in transaction.connection.exec_driver_sql(sql)
        ]


def broken_chains(database: Database) -> list[str]:
    """The cases whose events do not lead to their head."""
    heads = dict(tuple(row) for row in rows(database, 'SELECT id, head FROM "case"'))
    numbers = dict(tuple(row) for row in rows(database, 'SELECT id, no FROM "case"'))
    reached = dict.fromkeys(heads, GENESIS)
    events = table_of(Event)
    with database.read() as transaction:
        for event in transaction.connection.execute(events.select().order_by(events.c.case_id, events.c.seq)):
            before, no = reached[event.case_id], numbers[event.case_id]
            reached[event.case_id] = event_digest(before, no, EventRecord(**event._mapping))
    return [numbers[case_id] for case_id, head in heads.items() if bytes(head) != reached[case_id]]
