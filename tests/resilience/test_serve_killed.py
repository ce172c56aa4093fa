"""A desk that is killed under load, again and again, loses nothing that it acknowledged. In make soak 200 times."""

import os
import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import httpx2
import pytest

from negotiation.core.clock import now
from negotiation.core.enums import AccountRole
from negotiation.core.scopes import Scope
from negotiation.core.settings import Settings
from negotiation.services.accounts import management, tokens
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.conftest import Story, admin_at
from tests.resilience.test_engine_killed import broken_chains, rows
from tests.waiting import until
from tests.web.test_serving import served

KILLS = 3 if int(os.environ.get("NEGOTIATION_SOAK", "0")) < 1000 else 200
WRITERS = 4


class Desk:
    """Programs that write notes to a case, and what was acknowledged to them: a text each."""

    def __init__(self, port: int, token: str, no: str) -> None:
        self.port, self.token, self.no = port, token, no
        self.acknowledged: list[str] = []
        self.stopped = False

    def write(self, writer: int, round_: int) -> None:
        """Writes until the desk is gone."""
        own = {"Authorization": f"Bearer {self.token}"}
        with httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=own) as client:
            n = 0
            while not self.stopped:
                n += 1
                text = f"第{round_}轮第{writer}人第{n}条"
                body = {"by": "office", "fields": {"text": text}}
                try:
                    answer = client.post(f"/api/v1/cases/{self.no}/acts/note", json=body)
                except httpx2.TransportError:
                    return
                if answer.status_code == 200:
                    self.acknowledged.append(text)

    def answers(self) -> bool:
        try:
            return httpx2.get(f"http://127.0.0.1:{self.port}/health").status_code in (200, 503)
        except httpx2.TransportError:
            return False


@pytest.fixture
def desk(database: Database, context: Context, cheap_hashes: None) -> Desk:
    return desk_on(database, context)


def desk_on(database: Database, context: Context) -> Desk:
    """A case to write to, and the token of a program that may."""
    no = Story(database, context).submitted("2026-03-02").no
    made = management.create_account(
        database, login="platform", name="市级平台", roles={AccountRole.OFFICE_HEAD}, operation=admin_at(now())
    )
    with database.write() as transaction:
        until_then = now() + timedelta(days=2)
        owner, by = made.person.id, admin_at(now())
        token = tokens.create_token(transaction, owner, "平台", tuple(Scope), operation=by, expires_at=until_then)
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    return Desk(port, token, no)


def test_killed_under_load_it_has_lost_nothing_that_it_acknowledged(
    desk: Desk, database: Database, settings: Settings
) -> None:
    dice = random.Random(11)
    url = database.engine.url.render_as_string(hide_password=False)
    for round_ in range(KILLS):
        desk.stopped = False
        with served(settings.home, desk.port, database_url=url) as running, ThreadPoolExecutor(WRITERS) as writers:
            until(desk.answers)
            writing = [writers.submit(desk.write, writer, round_) for writer in range(WRITERS)]
            before = len(desk.acknowledged)
            until(lambda: len(desk.acknowledged) > before + 5)  # noqa: B023 - called in this round alone
            time.sleep(dice.uniform(0, 0.1))
            running.kill()
            desk.stopped = True
            for each in writing:
                each.result()
    written = [body for (body,) in rows(database, "SELECT body FROM content WHERE seq > 1")]
    kept = {text for text in desk.acknowledged if any(f'"{text}"' in body for body in written)}
    print(f"{KILLS} kills, {len(desk.acknowledged)} acknowledged, {len(written)} written")
    assert kept == set(desk.acknowledged)
    assert len(desk.acknowledged) > 5 * KILLS
    assert len(written) <= len(desk.acknowledged) + KILLS * WRITERS  # what was written as nobody heard of it any more
    assert broken_chains(database) == []
