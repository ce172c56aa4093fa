"""A terminal in a home of its own, and an office with two departments in it; browsers in which the cast sits."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import Parameters, Type
from fastapi import FastAPI
from fastapi.testclient import TestClient

from negotiation.core import log
from negotiation.core.settings import Settings
from negotiation.services.accounts import management, passwords
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.web.app import application, opening
from negotiation.web.app_state import AppState
from negotiation.web.metrics import Tally
from tests.cli.terminal import Terminal
from tests.conftest import Story, admin_at
from tests.documents.ledgers import AS_OF
from tests.log_lines import LogLines
from tests.web_client import PASSWORD, PEOPLE, Browser, FakeClock


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


@pytest.fixture
def bring(office: Terminal) -> Callable[..., Any]:
    """Imports a ledger by command."""

    def bring(path: Path, *, status: int = 0) -> Any:
        return office.json("ledger", "import", str(path), "--as-of", AS_OF, status=status)

    return bring


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test guesses passwords, so none need take long to check."""
    monkeypatch.setattr(passwords, "PARAMETERS", Parameters(Type.ID, 19, 16, 32, 1, 8, 1))


@pytest.fixture
def log_lines(tmp_path: Path) -> Iterator[LogLines]:
    """The log of this process, kept in a home of its own."""
    log.keep_in(tmp_path / "logged")
    yield LogLines(tmp_path / "logged")
    log.keep_in(None)


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


class SharedApp:
    """One application for the test process: putting it together takes longer than most tests. Each test opens a state
    of its own in it."""

    def __init__(self) -> None:
        self.opened: Callable[[], AppState] | None = None
        self.app = application(self._open)

    def of(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> FastAPI:
        self.opened = opening(settings, database, clock)
        self.app.state.tally = Tally()
        return self.app

    def _open(self) -> AppState:
        assert self.opened is not None, "a test opens its state before it enters"
        return self.opened()


@pytest.fixture(scope="session")
def shared_app() -> SharedApp:
    return SharedApp()


@pytest.fixture
def browser_as(
    database: Database,
    context: Context,
    settings: Settings,
    fake_clock: FakeClock,
    shared_app: SharedApp,
    cheap_hashes: None,
) -> Iterator[Any]:
    """Opens a browser for one of the cast, signed in; without a name, nobody is."""
    for login, (unit, role) in PEOPLE.items():
        department = context.directory.by_name[unit].id if unit else None
        management.create_account(
            database,
            login=login,
            name=f"{login}某",
            roles={role},
            department_id=department,
            password=PASSWORD,
            operation=admin_at(fake_clock.now),
        )
    app = shared_app.of(settings, database, lambda: fake_clock.now)
    as_found = list(app.routes)
    opened: list[TestClient] = []

    def enter(login: str = "") -> Browser:
        client = TestClient(app, base_url="http://testserver", follow_redirects=True, client=("127.0.0.1", 50000))
        client.__enter__()
        opened.append(client)
        browser = Browser(client)
        if login:
            browser.post("/signin", login=login, password=PASSWORD, back="/")
        return browser

    yield enter
    for client in opened:
        client.__exit__(None, None, None)
    assert app.routes == as_found, "a test leaves the application, which others share, as it found it"


@pytest.fixture
def case(story: Story) -> str:
    """Handed in on Friday, 18 September 2026: due on 9 October."""
    story.submitted("2026-09-18", items="姓名、住址")
    return story.no
