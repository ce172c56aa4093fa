"""The chain over the log: what is altered afterwards is named, what goes by right is not."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from negotiation.core import log, log_chain
from tests.conftest import at

DAY, NEXT = "2026-03-02.jsonl", "2026-03-03.jsonl"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A log of two days under a chain of three lines."""
    folder = tmp_path / log.FOLDER
    folder.mkdir()
    written(tmp_path, DAY, "one\n")
    assert log_chain.extend(tmp_path, at("2026-03-02")) == 1
    written(tmp_path, DAY, "two\n")
    written(tmp_path, NEXT, "three\n")
    assert log_chain.extend(tmp_path, at("2026-03-03")) == 2
    return tmp_path


def written(home: Path, name: str, text: str) -> None:
    with (home / log.FOLDER / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_log_that_nobody_touched_has_no_fault_and_goes_on(home: Path):
    written(home, NEXT, "four\n")
    assert list(log_chain.faults(home)) == []
    assert log_chain.extend(home, at("2026-03-03") + timedelta(minutes=59)) == 0
    assert log_chain.extend(home, at("2026-03-03") + timedelta(hours=1)) == 1
    assert list(log_chain.faults(home)) == []


def test_a_home_without_a_log_has_no_fault(tmp_path: Path):
    assert list(log_chain.faults(tmp_path)) == []


def changed(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        path = home / log.FOLDER / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return change


def cut(name: str) -> Callable[[Path], None]:
    return lambda home: (home / log.FOLDER / name).unlink()


def without_line(number: int) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        path = home / log.FOLDER / log_chain.FILE
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed(DAY, "one", "eno"),
        changed(DAY, "two\n", ""),
        changed(NEXT, "three", "and more\nthree"),
        cut(NEXT),
        without_line(0),
        without_line(1),
        changed(log_chain.FILE, '"since":0', '"since":1'),
        changed(log_chain.FILE, "{", "["),
    ],
)
def test_whatever_is_altered_afterwards_is_named(home: Path, change: Callable[[Path], None]):
    change(home)
    assert list(log_chain.faults(home)) != []


def test_the_oldest_days_go_by_right(home: Path):
    cut(DAY)(home)
    assert list(log_chain.faults(home)) == []


def test_a_line_that_a_crash_cut_short_is_no_line_and_the_chain_goes_on(home: Path):
    path = home / log.FOLDER / log_chain.FILE
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines()[-1][:40])
    assert list(log_chain.faults(home)) == []
    written(home, NEXT, "four\n")
    assert log_chain.extend(home, at("2026-03-04")) == 1
    assert path.read_bytes().startswith(whole)
    assert list(log_chain.faults(home)) == []


@pytest.mark.parametrize("line", ["[]", "{}", "half", '{"at":"2026-03-03"}', "null"])
def test_a_line_that_the_program_never_wrote_is_named_and_not_gone_on_from(home: Path, line: str):
    with (home / log.FOLDER / log_chain.FILE).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    assert list(log_chain.faults(home)) == ["日志的链第4行无法读取"]
    with pytest.raises(ValueError, match=r"no line|Expecting"):
        log_chain.extend(home, at("2026-03-04"))
