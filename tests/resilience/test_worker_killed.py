"""A worker that is killed again and again loses no lapse and no mail, and doubles none."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from negotiation.core.settings import Settings
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.database import Database
from tests.conftest import APPLICATION, CIVIL, POLICE, at
from tests.installed import PATIENCE

# A long run (make soak) takes 2,000 terms and 2,000 notices; the suite takes fewer of the same.
MANY = int(os.environ.get("NEGOTIATION_SOAK", "120"))
HANDED_IN = "case_id IN (SELECT id FROM \"case\" WHERE procedure = 'sharing')"  # and not what the clock opens yearly
LIVES = 6 if MANY < 1000 else 40  # as many as find time in an office's day
DAYS = 1 if MANY < 1000 else 5  # 200 lives

# The real worker under the real scheduler, with a clock that this test holds: a life begins four minutes after the
# last, whose leases have not run out, and nobody waits for them. The scheduler keeps the machine's own time: an alarm
# that is weeks late by it would first count every second that it missed.
WORKER = """
import sys, time
from datetime import datetime, timedelta
from negotiation.core import clock
from negotiation.worker import scheduler
from negotiation.core.settings import read_settings
from negotiation.store.database import Database
began, base = time.monotonic(), datetime.fromisoformat(sys.argv[1])
class Scheduler(scheduler.BackgroundScheduler):
    def add_job(self, *what, **how):
        super().add_job(*what, **how | {"next_run_time": clock.now()})
scheduler.BackgroundScheduler = Scheduler
scheduler.now = lambda: base + timedelta(seconds=time.monotonic() - began)
scheduler.SCHEDULE = tuple(scheduler.Alarm(each.name, each.work, 1) for each in scheduler.SCHEDULE)
settings = read_settings()
scheduler.run(Database(settings.url), settings)
"""


class Mailbox:
    """A real SMTP server that keeps what it was given."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        return "250 kept"

    def ids(self) -> Counter[str]:
        return Counter(message_from_bytes(each, policy=policy.default)["Message-ID"] for each in self.received)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE)
    server.start()
    yield box, port
    server.stop()


@pytest.mark.parametrize("seed", range(37, 37 + DAYS))
def test_killed_at_random_moments_it_loses_none_and_doubles_none(
    database: Database, context: Context, settings: Settings, mailbox: tuple[Mailbox, int], seed: int
) -> None:
    box, port = mailbox
    _hand_in(database, context, MANY)
    environment = os.environ | {
        "NEGOTIATION_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "NEGOTIATION_HOME": str(settings.home),
        "NEGOTIATION_SMTP_URL": f"smtp://127.0.0.1:{port}",
    }
    dice, interrupted = random.Random(seed), 0
    for life in range(LIVES):
        minutes = life * 4 if life < LIVES - 1 else 6 * 60  # by then what a server had refused is tried again
        began = at("2026-10-10", f"{9 + minutes // 60:02}:{minutes % 60:02}")
        with subprocess.Popen(
            [sys.executable, "-c", WORKER, began.isoformat()], env=environment, stderr=subprocess.PIPE, encoding="utf-8"
        ) as worker:
            _first_act(worker)
            more = dice.randint(1, 2 * MANY // LIVES)
            _works(database, worker, until=_done(database) + more if life < LIVES - 1 else None)
            worker.send_signal(signal.SIGKILL)
        interrupted += min(_outstanding(database), _done(database)) > 0
    assert interrupted >= LIVES // 2
    assert _outstanding(database) == 0
    assert _lapses(database) == {1: MANY}
    told = f"SELECT count(*) FROM notice WHERE template = 'new_case' AND state = 'sent' AND {HANDED_IN}"
    assert _rows(database, told) == [(MANY,)]
    ids = box.ids()
    keys = _rows(database, "SELECT DISTINCT message_id FROM notice WHERE state = 'sent' AND department_id <> 0")
    assert {key for (key,) in keys} <= set(ids)
    apart = "SELECT count(*) FROM notice WHERE state = 'sent' AND (case_id = 0 OR template = 'new_case')"
    assert len(ids) == _rows(database, apart)[0][0], "a second Message-ID for the same notice"


def _hand_in(database: Database, context: Context, many: int) -> None:
    """Cases whose reply term ends on 9 October 2026, and of whose arrival the provider is yet to be told."""
    raw = {"applicant": CIVIL, "provider": POLICE} | APPLICATION
    moment = at("2026-10-09")
    with database.write() as transaction:
        for _ in range(many):
            file = opening.open_case(UnitOfWork(transaction, context, moment), "sharing", raw)
            acting.perform(
                transaction, file, ActRequest("submit", role="applicant", actor="测试", on=at("2026-09-18").date())
            )
            case_writer.save(transaction, file.change())


def _first_act(worker: subprocess.Popen[str]) -> None:
    """Waits until the worker says that it runs."""
    assert worker.stderr is not None
    line = worker.stderr.readline()
    assert "开始运行" in line, line + worker.stderr.read()


def _works(database: Database, worker: subprocess.Popen[str], until: int | None) -> None:
    """Until so many things are done; None: until nothing is left to do. A worker that stops before is a defect."""
    while _outstanding(database) and (until is None or _done(database) < until):
        time.sleep(0.01)
        assert worker.poll() is None, "the worker ended by itself"


def _done(database: Database) -> int:
    """Terms that have lapsed, and mails that have left."""
    terms = _rows(database, f"SELECT count(*) FROM term WHERE lapsed_on IS NOT NULL AND {HANDED_IN}")[0][0]
    return int(terms + _rows(database, "SELECT count(*) FROM notice WHERE state = 'sent'")[0][0])


def _outstanding(database: Database) -> int:
    """Terms not yet lapsed, and mails that may leave and have not."""
    terms = _rows(database, f"SELECT count(*) FROM term WHERE lapsed_on IS NULL AND {HANDED_IN}")[0][0]
    later = "('lapsed_note', 'system_alarm')"  # the end of an alarm is told an hour after it
    mails = f"SELECT count(*) FROM notice WHERE state IN ('waiting', 'claimed') AND template NOT IN {later}"
    return int(terms + _rows(database, mails)[0][0])


def _lapses(database: Database) -> dict[int, int]:
    """How many cases have how many lapses, all dated by law."""
    rows = _rows(database, "SELECT case_id, count(*) FROM event WHERE event = 'lapse' GROUP BY case_id")
    dates = _rows(database, "SELECT DISTINCT happened_on FROM event WHERE event = 'lapse'")
    assert [str(each[0]) for each in dates] == ["2026-10-09"]
    return dict(Counter(count for _, count in rows))


def _rows(database: Database, sql: str) -> list[tuple]:
    with database.read() as transaction:
        return [tuple(row) for row in transaction.connection.exec_driver_sql(sql)]
