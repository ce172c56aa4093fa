"""A terminal in a home of its own, and an office with two departments in it."""

from pathlib import Path

import pytest

from tests.doors.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    home = tmp_path / "home"
    monkeypatch.setenv("NEGOTIATION_HOME", str(home))
    for name in ("NEGOTIATION_DATABASE_URL", "NEGOTIATION_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    return Terminal(home, monkeypatch, capsys)


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    """An office with two departments that can be mailed."""
    for name, mailbox in (("市民政局", "mzj"), ("市公安局", "gaj")):
        words = ("--duty", "A", "--person", "甲", "--email", f"a@{mailbox}.gov.cn")
        terminal.json("department", "set", name, *words)
    return terminal
