"""A case that is entered day by day at a terminal, under the Regulation, on either database; and mistakes made so."""

from typing import Any

import pytest

from negotiation.store.database import Database
from tests.cli.terminal import Terminal, by
from tests.conftest import CIVIL, POLICE, at

FIELDS = (f"applicant={CIVIL}", f"provider={POLICE}", "resource=常住人口基本信息", "class=conditional", "scope=全市")
FORM = ("scenario=办理低保资格核对", "use_basis=《社会救助暂行办法》第五十八条", "mode=服务接口", "period=长期")


class Office:
    """An office at its terminal, under the Regulation: one case, entered day by day."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.no = ""

    def opened(self, on: str) -> "Office":
        self.terminal.at(at(on))
        self.no = self.terminal.json("case", "open", "sharing", "--on", on, *given(*FIELDS, *FORM))["no"]
        return self.act("submit", "applicant", on)

    def act(self, event: str, role: str, on: str, *fields: str, entered: str = "") -> "Office":
        self.terminal.at(at(entered or on))
        self.terminal.json("case", "act", self.no, event, *by(role, on), *given(*fields))
        return self

    def correct(self, seq: int, *words: str, on: str = "2026-11-05") -> Any:
        self.terminal.at(at(on))
        return self.terminal.json("case", "correct", self.no, str(seq), *words, "--reason", "来文日期登记有误")

    def strike(self, seqs: str, *words: str, on: str = "2026-11-05") -> Any:
        self.terminal.at(at(on))
        return self.terminal.json("case", "strike", self.no, seqs, *words, "--reason", "登记错了案件")

    def refused(self, *words: str, on: str = "2026-11-05") -> dict[str, str]:
        self.terminal.at(at(on))
        before = self.shown(on)
        error = self.terminal.error("case", *words[:1], self.no, *words[1:], "--reason", "登记有误", status=1)
        assert self.shown(on) == before
        return error

    def shown(self, on: str) -> Any:
        return self.terminal.json("case", "show", self.no, "--as-of", on)

    def then(self, clock: str, day: str) -> Any:
        return self.terminal.json("case", "show", self.no, clock, day)


def given(*fields: str) -> list[str]:
    return [word for field in fields for word in ("--field", field)]


@pytest.fixture
def by_command(terminal: Terminal, database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "beijing-2025")
    for name, mailbox in ((CIVIL, "mzj"), (POLICE, "gaj")):
        words = ("--duty", "A", "--person", "甲", "--email", f"a@{mailbox}.gov.cn")
        terminal.json("department", "set", name, *words)
    return Office(terminal)


@pytest.fixture
def refused_late(by_command: Office) -> Office:
    by_command.opened("2026-09-24").act("refuse", "provider", "2026-10-16", "reason=依法不予提供")
    by_command.act("refer", "applicant", "2026-10-19").act("accept_referral", "office", "2026-10-21")
    return by_command


@pytest.fixture
def agreed_late(by_command: Office) -> Office:
    by_command.opened("2026-09-24").act("refer", "applicant", "2026-10-16").act(
        "accept_referral", "office", "2026-10-20"
    )
    return by_command.act("agree", "provider", "2026-10-28")


@pytest.fixture
def mistaken(by_command: Office) -> Office:
    by_command.opened("2026-09-24").act("agree", "provider", "2026-10-12").act("supply", "provider", "2026-10-20")
    by_command.terminal.at(at("2026-11-02"))
    by_command.terminal.json("sweep")
    return by_command
