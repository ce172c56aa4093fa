"""A terminal for the tests of commands: runs them in this process, as a script would."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from negotiation.cli.main import main
from tests.conftest import OFFICE, at, hold_clock

TODAY = at("2026-11-27")


class Terminal:
    """Runs commands in a home of its own; keeps what was printed."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.monkeypatch, self.capsys = home, monkeypatch, capsys
        monkeypatch.setenv("NEGOTIATION_OFFICE_NAME", OFFICE)
        self.at(TODAY)

    def at(self, instant: datetime) -> None:
        """From now on that is the time at which commands are run, whatever the machine's clock says."""
        hold_clock(self.monkeypatch, instant)

    def run(self, *words: str) -> tuple[int, str, str]:
        self.monkeypatch.setattr("sys.argv", ["negotiation", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self.capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return int(ended.value.code or 0), printed.out, printed.err

    def json(self, *words: str, status: int = 0) -> Any:
        """The JSON object that a command prints; its exit status must be ``status``."""
        code, out, err = self.run(*words, "--json")
        assert code == status, out + err
        return json.loads(out)

    def error(self, *words: str, status: int) -> dict[str, str]:
        error: dict[str, str] = self.json(*words, status=status)["error"]
        assert set(error) == {"what", "where", "todo"}
        assert error["what"]
        return error


def by(role: str, on: str = "") -> list[str]:
    """The words of an act of a role on a day (today); of a department's paper also who of it signed (条例第二十条)."""
    words = ["--by", role, *(["--on", on] if on else [])]
    if role not in ("applicant", "provider", "提供部门"):
        return words
    return [*words, "--signed-by", "来文盖章", "--signed-on", on or f"{TODAY:%Y-%m-%d}"]
