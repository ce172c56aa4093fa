"""Commands in terminals of any locale: what is said arrives, and nothing fails because of a character."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "negotiation"]


def run(home: Path, encoding: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"NEGOTIATION_HOME": str(home), "PYTHONIOENCODING": encoding}
    return subprocess.run([*COMMAND, *words], env=environment, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("encoding", "arrives_as"), [("utf-8", "utf-8"), ("gb18030", "gb18030"), ("ascii", "utf-8"), ("latin-1", "utf-8")]
)
def test_a_terminal_without_chinese_is_sent_utf_8(tmp_path: Path, encoding: str, arrives_as: str) -> None:
    done = run(tmp_path, encoding, "calendar", "due", "2026-09-18", "10")
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert "2026-10-09" in done.stdout.decode(arrives_as)
    assert "国庆节" in done.stdout.decode(arrives_as)


@pytest.mark.parametrize(
    ("encoding", "shown"), [("gb18030", "𠮷野区"), ("gbk", "\\U00020bb7野区"), ("ascii", "𠮷野区")]
)
def test_a_character_that_the_terminal_lacks_stands_there_by_its_number(
    tmp_path: Path, encoding: str, shown: str
) -> None:
    assert run(tmp_path, encoding, "migrate").returncode == 0
    done = run(
        tmp_path, encoding, "department", "set", "𠮷野区", "--duty", "A", "--person", "张三", "--email", "a@gov.cn"
    )
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout.decode("utf-8" if encoding == "ascii" else encoding)
