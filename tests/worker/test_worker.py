"""The worker as an operator meets it: it starts, it stops when it is told to, it says what is missing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.installed import PATIENCE

WORKER = [sys.executable, "-m", "negotiation", "worker"]


def started(home: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"NEGOTIATION_HOME": str(home)}
    return subprocess.Popen(WORKER, env=environment, stderr=subprocess.PIPE, encoding="utf-8")


def test_it_refuses_an_empty_home_and_says_what_to_do(tmp_path: Path) -> None:
    worker = started(tmp_path)
    _, said = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 1
    assert "negotiation migrate" in said
    assert "Traceback" not in said


def test_it_stops_when_it_is_told_to_even_twice(tmp_path: Path) -> None:
    migrate = [sys.executable, "-m", "negotiation", "migrate"]
    subprocess.run(migrate, env=os.environ | {"NEGOTIATION_HOME": str(tmp_path)}, check=True, capture_output=True)
    worker = started(tmp_path)
    assert worker.stderr is not None
    assert "开始运行" in worker.stderr.readline()
    worker.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    assert "已停止" in said
    assert "Traceback" not in said
