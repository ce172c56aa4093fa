"""What a command writes is its user's alone: the database, the log, mails, workbooks."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from negotiation.cli import demo
from tests.cli.terminal import Terminal
from tests.conftest import APPLICATION, CIVIL, POLICE


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """Of most machines: what is made may be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def readable(folder: Path) -> list[str]:
    """What others than the owner may read or change below a folder, itself included."""
    found = [folder, *folder.rglob("*")]
    return [str(each) for each in found if stat.S_IMODE(each.stat().st_mode) & 0o077]


def test_nobody_else_reads_what_commands_write_into_the_home(usual_umask: None, office: Terminal, tmp_path: Path):
    fields = {**APPLICATION, "applicant": CIVIL, "provider": POLICE}
    typed = (word for key, value in fields.items() for word in ("--field", f"{key}={value}"))
    office.json("case", "open", "sharing", *typed)
    office.json("post")
    office.json("ledger", "export", str(tmp_path / "台账.xlsx"))
    office.json("audit", "seal")
    assert (office.home / "negotiation.db").exists()
    assert (office.home / "logs").is_dir()
    assert readable(office.home) == []
    assert stat.S_IMODE((tmp_path / "台账.xlsx").stat().st_mode) == 0o600


def test_nobody_else_reads_the_home_of_the_demonstration(
    usual_umask: None, office: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(demo, "build", lambda settings, _at: (settings.home / "demo").mkdir(parents=True))
    office.run("demo", "--build-only")
    assert readable(office.home / "demo") == []


def test_a_home_that_others_may_read_is_named_by_doctor(usual_umask: None, office: Terminal):
    assert not any("其他用户可以读取" in each["what"] for each in office.json("doctor")["findings"])
    office.home.chmod(0o755)
    (office.home / "negotiation.db").chmod(0o644)
    (found,) = [each for each in office.json("doctor")["findings"] if "其他用户可以读取" in each["what"]]
    assert found["todo"] == f"请运行 chmod -R o-rwx {office.home}"
