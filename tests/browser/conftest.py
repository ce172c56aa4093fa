"""A real browser before a really served desk.

Needs Chromium and Chinese fonts, which ``make test`` installs on Debian.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from argon2 import Parameters, Type
from playwright.sync_api import Browser, sync_playwright

from negotiation.core.enums import AccountRole
from negotiation.core.settings import Settings
from negotiation.services.accounts import management, passwords
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.web import create_app
from tests.browser.served import Seat, seated, served
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, admin_at, at, emptied, settle_in
from tests.installed import PATIENCE, needed

PASSWORD = "正确的马 蓝色电池 订书钉"
PEOPLE = {
    "civil": (CIVIL, AccountRole.CLERK, "王办"),
    "civil-head": (CIVIL, AccountRole.HEAD, "陈局"),
    "police": (POLICE, AccountRole.CLERK, "李警"),
    "police-head": (POLICE, AccountRole.HEAD, "赵局"),
    "justice": (JUSTICE, AccountRole.CLERK, "孙法"),
    "office": (None, AccountRole.OFFICE_CLERK, "周经办"),
    "office-two": (None, AccountRole.OFFICE_CLERK, "吴经办"),
    "office-head": (None, AccountRole.OFFICE_HEAD, "韩主任"),
}
CHEAP = Parameters(Type.ID, 19, 16, 32, 1, 8, 1)  # no test guesses passwords, so none need take long to check


@pytest.fixture(scope="module")  # and no longer: while it is open, nothing else on this thread can run a loop
def chromium() -> Iterator[Browser]:
    old = os.environ.get("NEGOTIATION_OLD_CHROMIUM")
    if not old:
        needed("chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    alone = ["--no-zygote", "--disable-gpu", "--disable-dev-shm-usage"] if old else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=old or shutil.which("chromium"), args=[*sandbox, *alone], timeout=1000 * PATIENCE
        )
        yield browser
        browser.close()


class FakeClock:
    """A hand on the clock: ten in the morning of the day that was set."""

    def __init__(self) -> None:
        self.now = at("2026-09-21")

    def on(self, day: str, hour: str = "10:00") -> None:
        self.now = at(day, hour)


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PARAMETERS", CHEAP)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Database:
    """SQLite; a story that asks for it by ``parametrize`` runs on PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        lite: Database = request.getfixturevalue("sqlite")
        return lite
    return emptied(request.getfixturevalue("prepared_postgres"))


@pytest.fixture
def context(database: Database, settings: Settings) -> Context:
    return settle_in(database, settings)


@pytest.fixture
def sit(
    chromium: Browser,
    database: Database,
    context: Context,
    settings: Settings,
    fake_clock: FakeClock,
    cheap_hashes: None,
) -> Iterator[Callable[[str], Seat]]:
    """Lets one of the cast sit down, signed in; each has a browser of their own."""
    for login, (unit, role, name) in PEOPLE.items():
        department = context.directory.by_name[unit].id if unit else None
        management.create_account(
            database,
            login=login,
            name=name,
            roles={role},
            department_id=department,
            password=PASSWORD,
            operation=admin_at(fake_clock.now),
        )
    with ExitStack() as stack:
        address = stack.enter_context(served(create_app(settings, database, clock=lambda: fake_clock.now)))
        yield lambda login: stack.enter_context(seated(chromium, address)).sign_in(login, PASSWORD)


@pytest.fixture
def story(database: Database, context: Context) -> Story:
    return Story(database, context)
