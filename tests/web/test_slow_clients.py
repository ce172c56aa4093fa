"""Who is slow, over real sockets: what never becomes a request is ended, and others are served meanwhile."""

import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from uvicorn import Config

from negotiation.store import database as databases
from negotiation.web import limits, server
from negotiation.web.server import BoundedProtocol, EndingServer
from tests.installed import PATIENCE
from tests.log_lines import LogLines
from tests.waiting import until
from tests.web.test_serving import desk as desk  # noqa: PLC0414 - the fixtures of that file
from tests.web.test_serving import port as port  # noqa: PLC0414
from tests.web.test_serving import said_at_the_start
from tests.web_client import PASSWORD

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a socket knows no database
HALF_A_HEAD = b"GET /signin HTTP/1.1\r\nHost: testserver\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n"
HALF_A_BODY = b"POST /signin HTTP/1.1\r\nHost: testserver\r\n" + FORM + b"login="


@contextmanager
def served(app: Any) -> Iterator[int]:
    """The port on which an application is served as ``serve`` does."""
    config = Config(app, host="127.0.0.1", port=0, http=BoundedProtocol, ws="none", log_level="critical", lifespan="on")
    running = EndingServer(config, lambda: None)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started and thread.is_alive():
        thread.join(0.02)
    try:
        yield running.servers[0].sockets[0].getsockname()[1]
    finally:
        running.should_exit = True
        thread.join()


def opened(port: int, sends: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.sendall(sends)
    return connection


def has_ended(connection: socket.socket, more: bytes) -> bool:
    """Whether the other side takes no more."""
    try:
        connection.sendall(more)
    except OSError:
        return True
    return False


def all_that_comes(connection: socket.socket) -> bytes:
    """What comes until the other side ends the connection."""
    with connection:
        parts = iter(lambda: connection.recv(65536), b"")
        return b"".join(parts)


@SQLITE
@pytest.mark.parametrize("sends", [b"", HALF_A_HEAD])
def test_a_connection_on_which_no_request_becomes_whole_is_ended(
    browser_as: Any, monkeypatch: pytest.MonkeyPatch, sends: bytes
):
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    with served(browser_as().client.app) as port:
        waiting = [opened(port, sends) for _ in range(40)]
        assert [all_that_comes(each) for each in waiting] == [b""] * 40


@SQLITE
def test_a_head_that_comes_byte_by_byte_is_not_waited_for(browser_as: Any, monkeypatch: pytest.MonkeyPatch):
    """Neither at the beginning nor after an answer: the rest of a body that nobody read keeps no connection open."""
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    unread = b"POST /nowhere HTTP/1.1\r\nHost: testserver\r\nContent-Length: 100000\r\n\r\n"
    with served(browser_as().client.app) as port:
        for begins in (b"", unread):
            with opened(port, begins) as connection:
                assert until(partial(has_ended, connection, b"G"))


@SQLITE
def test_a_head_without_end_is_refused(browser_as: Any):
    with served(browser_as().client.app) as port, opened(port, HALF_A_HEAD + b"X-Long: ") as connection:
        assert until(lambda: has_ended(connection, b"x" * 8192))


@SQLITE
def test_a_body_that_stops_coming_is_answered_and_ended(browser_as: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "PATIENCE", 0.3)
    with served(browser_as().client.app) as port:
        answer = all_that_comes(opened(port, HALF_A_BODY)).decode()
    head, _, page = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 408 ")
    assert "connection: close" in head.lower()
    assert "没有及时传完" in page


@SQLITE
def test_who_goes_away_in_the_midst_of_a_form_leaves_one_line(browser_as: Any, log_lines: LogLines):
    """No traceback: anybody could fill the disk with them."""
    with served(browser_as().client.app) as port:
        opened(port, HALF_A_BODY).close()
        assert until(lambda: [each["status"] for each in log_lines.of("request")] == [499])
    assert log_lines.of("error") == []


@SQLITE
def test_while_many_send_nothing_whole_others_are_served(browser_as: Any):
    with served(browser_as().client.app) as port:
        waiting = [opened(port, HALF_A_HEAD) for _ in range(300)]
        with httpx2.Client(timeout=PATIENCE) as browser:
            assert browser.get(f"http://127.0.0.1:{port}/signin").status_code == 200
        for each in waiting:
            each.close()


@SQLITE
def test_one_address_has_no_more_connections_than_its_share(browser_as: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "FROM_ONE_ADDRESS", 10)
    monkeypatch.setattr(server, "LOOPBACK", ())
    with served(browser_as().client.app) as port:
        kept = [opened(port, HALF_A_HEAD) for _ in range(10)]
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as another:
            assert until(lambda: has_ended(another, b"G"))
        for each in kept:
            each.close()


def test_a_stop_waits_for_no_client(desk: subprocess.Popen[str], port: int, tmp_path: Path):
    """Half a request, half a body, an answer that nobody reads: it ends all the same, and says nothing of it."""
    said_at_the_start(desk)
    with httpx2.Client(transport=httpx2.HTTPTransport(retries=8), timeout=PATIENCE) as browser:
        browser.get(f"http://127.0.0.1:{port}/signin")
    waiting = [opened(port, HALF_A_HEAD), opened(port, HALF_A_BODY)]
    desk.send_signal(signal.SIGTERM)
    _, said = desk.communicate(timeout=60)
    for each in waiting:
        each.close()
    assert desk.returncode == 0
    assert "Traceback" not in said
    assert "ERROR" not in said


def test_what_hangs_is_ended_by_force():
    """A thread that never ends would keep the process for ever."""
    hanging = (
        "import threading; from negotiation.core.ending import end_by_force; end_by_force(0.2); "
        "threading.Thread(target=threading.Event().wait).start()"
    )
    done = subprocess.run(
        [sys.executable, "-c", hanging], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 1
    assert "已强行停止；已经登记的内容不受影响" in done.stderr


@SQLITE
def test_a_locked_database_is_said_to_who_signs_in_with_when_to_come_again(
    browser_as: Any, database: Any, monkeypatch: pytest.MonkeyPatch
):
    """Reading goes on, also for who was away for more than a minute, whose use of the session would be noted."""
    monkeypatch.setattr(databases, "LOCK_WAIT_SECONDS", 0.5)
    monkeypatch.setattr("negotiation.services.accounts.sessions.LOCK_SECONDS", 0.2)
    office, stranger = browser_as("office"), browser_as()
    with closing(sqlite3.connect(database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = stranger.client.post("/signin", data={"login": "chief", "password": PASSWORD})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "数据库暂时不能使用" in answer.text
        assert office.get("/tasks").status == 200
        sent = office.client.post(
            "/password", data={"csrf": office.get("/help").csrf, "old": "a", "new": "b", "again": "b"}
        )
        assert sent.status_code in (400, 503)
        other.execute("ROLLBACK")
    assert stranger.post("/signin", login="chief", password=PASSWORD).status == 200
