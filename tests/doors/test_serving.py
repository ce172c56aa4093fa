"""The desk as an operator starts it: it says what is missing, lets the first person in, and starts nothing else."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.installed import PATIENCE

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
    running = subprocess.Popen([*SERVE, str(port)], env=environment(tmp_path), stderr=subprocess.PIPE, encoding="utf-8")
    yield running
    running.kill()
    running.communicate()


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
    (password,) = re.findall(r"账号 admin，临时密码（只显示这一次）：(\S+)", said)
    with httpx2.Client(
        base_url=f"http://127.0.0.1:{port}",
        follow_redirects=True,
        timeout=PATIENCE,
        transport=httpx2.HTTPTransport(retries=8),
    ) as browser:
        page = browser.post("/signin", data={"login": "admin", "password": password, "back": "/"})
    assert page.url.path == "/password"


def test_nothing_else_is_started_beside_the_desk(desk):
    said_at_the_start(desk)
    children = Path(f"/proc/{desk.pid}/task/{desk.pid}/children")
    if not children.exists():
        pytest.skip("this system does not tell who was started by whom")
    assert children.read_text() == ""


def test_it_ends_when_it_is_told_to(desk):
    said_at_the_start(desk)
    desk.send_signal(signal.SIGTERM)
    _, said = desk.communicate(timeout=PATIENCE)
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        ended = subprocess.run(
            [*SERVE, taken], env=environment(tmp_path), capture_output=True, encoding="utf-8", check=False
        )
    assert ended.returncode == 2
    assert f"不能在 127.0.0.1:{taken} 上提供网页（地址和端口已被占用）" in ended.stderr
    assert "Traceback" not in ended.stderr
