"""The desk as an operator starts it: it says what is missing, lets the first person in, and its worker runs with it."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.installed import PATIENCE
from tests.waiting import until

SERVE = [sys.executable, "-m", "negotiation", "serve", "--port"]


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEGOTIATION_")}
    return kept | {"NEGOTIATION_HOME": str(home)}


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def desk(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    with served(tmp_path, port) as running:
        yield running


def said_at_the_start(desk: subprocess.Popen[str]) -> str:
    """What it says up to its address."""
    assert desk.stderr is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("网页："):
        lines.append(desk.stderr.readline())
        assert lines[-1], "".join(lines)
    return "".join(lines)


def test_the_first_start_says_what_is_missing_and_lets_the_administrator_in(desk, port):
    said = said_at_the_start(desk)
    assert "没有设置邮件服务器" in said
    (password,) = re.findall(r"账号 admin，临时密码（只显示这一次，七天内有效）：(\S+)", said)
    with httpx2.Client(
        base_url=f"http://127.0.0.1:{port}",
        follow_redirects=True,
        timeout=PATIENCE,
        transport=httpx2.HTTPTransport(retries=8),
    ) as browser:
        page = browser.post("/signin", data={"login": "admin", "password": password, "back": "/"})
    assert page.url.path == "/password"


@contextmanager
def served(home: Path, port: int, *words: str, database_url: str = "") -> Iterator[subprocess.Popen[str]]:
    """A desk that is killed at the end; its worker goes with it."""
    own = environment(home) | ({"NEGOTIATION_DATABASE_URL": database_url} if database_url else {})
    desk = subprocess.Popen([*SERVE, str(port), *words], env=own, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        yield desk
    finally:
        desk.kill()
        desk.communicate()


def worker_of(home: Path, *, but: int = 0) -> int:
    """The process that left the last heartbeat of the sweep, by its number; another than ``but``."""

    def beat() -> int:
        with closing(sqlite3.connect(f"file:{home / 'negotiation.db'}?mode=ro", uri=True)) as database:
            known = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'heartbeat'").fetchone()
            found = known and database.execute("SELECT process FROM heartbeat WHERE job = 'sweep'").fetchone()
        number = int(found[0].split(":")[1]) if found else but
        return number if number != but else 0

    return until(beat)


def has_ended(process: int) -> bool:
    """Whether a process of that number runs no more; one that only waits to be counted does not run."""
    stat = Path(f"/proc/{process}/stat")
    try:
        os.kill(process, 0)
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def test_the_worker_runs_with_the_desk_and_is_heard_of_at_once(desk, port, tmp_path):
    said_at_the_start(desk)
    worker = worker_of(tmp_path)
    assert worker != desk.pid
    with httpx2.Client(transport=httpx2.HTTPTransport(retries=8)) as watching:
        answer = watching.get(f"http://127.0.0.1:{port}/health")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert answer.json()["heartbeats"]["sweep"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_end_when_the_desk_is_told_to(desk, tmp_path, number):
    said_at_the_start(desk)
    worker = worker_of(tmp_path)
    desk.send_signal(number)
    _, said = desk.communicate(timeout=PATIENCE)
    assert desk.returncode == 0
    assert has_ended(worker)
    assert "Traceback" not in said
    assert "自行停止" not in said


def test_a_desk_that_is_killed_leaves_no_worker_behind(desk, tmp_path):
    said_at_the_start(desk)
    worker = worker_of(tmp_path)
    desk.kill()
    desk.wait()
    assert until(lambda: has_ended(worker))


def test_a_worker_that_is_killed_is_started_again_and_that_is_said_in_a_sentence(desk, tmp_path):
    said_at_the_start(desk)
    first = worker_of(tmp_path)
    os.kill(first, signal.SIGKILL)
    second = worker_of(tmp_path, but=first)
    desk.send_signal(signal.SIGTERM)
    _, said = desk.communicate(timeout=PATIENCE)
    assert said.count("后台服务（检查期限、发送通知）自行停止：被信号9终止") == 1
    assert has_ended(second)


def test_who_runs_the_worker_alone_is_told_that_none_is_started(tmp_path, port):
    with served(tmp_path, port, "--no-worker") as desk:
        assert "已选 --no-worker，后台服务（检查期限、发送通知）须另行运行" in said_at_the_start(desk)
        assert children_of(desk) == ""


def test_on_postgresql_the_worker_is_a_process_of_its_own(tmp_path, port, prepared_postgres):
    url = prepared_postgres.engine.url.render_as_string(hide_password=False)
    with served(tmp_path, port, database_url=url) as desk:
        assert "数据库为 PostgreSQL，后台服务（检查期限、发送通知）须另行运行" in said_at_the_start(desk)
        assert children_of(desk) == ""


def children_of(desk: subprocess.Popen[str]) -> str:
    children = Path(f"/proc/{desk.pid}/task/{desk.pid}/children")
    if not children.exists():
        pytest.skip("this system does not tell who was started by whom")
    return children.read_text()


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        ended = subprocess.run(
            [*SERVE, taken], env=environment(tmp_path), capture_output=True, encoding="utf-8", check=False
        )
    assert ended.returncode == 2
    assert f"不能在 127.0.0.1:{taken} 上提供网页（地址和端口已被占用）" in ended.stderr
    assert "Traceback" not in ended.stderr
