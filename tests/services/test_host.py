"""The machine under an installation, as ``doctor`` sees it: room on the disk, a home to write in, a whole file."""

import errno
import os
import shutil
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest

from negotiation.core.settings import Settings
from negotiation.services import host
from tests.cli.terminal import Terminal
from tests.conftest import at

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(("free", "serious"), [(99 << 20, [True]), (101 << 20, [False]), (2 << 30, [])])
def test_a_disk_that_is_short_of_room_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, serious: list[bool]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, free))
    found = [each for each in host.examine(settings, at("2026-03-02")) if "磁盘" in each.what]
    assert [each.serious for each in found] == serious
    assert all(f"{free >> 20} MB" in each.what for each in found)


def test_a_disk_that_takes_nothing_more_is_found_by_writing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.home.mkdir()

    def full(*_args: object, **_words: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    (found,) = [each for each in host.examine(settings, at("2026-03-02")) if each.serious]
    assert "磁盘已满" in found.what
    assert list(settings.home.iterdir()) == []


def test_doctor_writes_nothing_that_stays(settings: Settings) -> None:
    settings.home.mkdir()
    assert [each for each in host.examine(settings, at("2026-03-02")) if each.serious] == []
    assert list(settings.home.iterdir()) == []
    assert not host.examine(settings.model_copy(update={"home": Path("gone")}), at("2026-03-02"))[0].serious


def test_a_damaged_file_is_named_by_doctor(office: Terminal) -> None:
    assert office.json("doctor")["ok"]
    path = office.home / "negotiation.db"
    content = bytearray(path.read_bytes())
    for page in range(40, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    findings = office.json("doctor", status=1)["findings"]
    assert any(each["serious"] and "损坏" in each["what"] and "恢复" in each["todo"] for each in findings)
