"""Every page of the desk, before every role: for who sees badly, who uses no mouse, who has no network.

The city of the demonstration as it stands on Monday, 23 November 2026: a case in every state, proposals, a matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from negotiation.accounts import passwords
from negotiation.demo import cast, city
from negotiation.demo.postbox import postbox
from negotiation.settings import Settings
from negotiation.store import queries
from negotiation.web import create_app
from tests.conftest import at
from tests.eyes.conftest import CHEAP
from tests.eyes.served import Seat, aside, seated, served
from tests.eyes.walking import walk

LOGINS = [each.login for each in cast.ACCOUNTS if each.login != "office-two"]  # one for each role
MONDAY = "2026-11-23"


@dataclass(frozen=True)
class Desk:
    """A served desk, and the number of a case in each state."""

    address: str
    cases: dict[str, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, office_mail="office@demo.gov.cn", office_phone="010-55550000")
    with pytest.MonkeyPatch.context() as patched, postbox(home / "mail", cast.REFUSED) as smtp_url:
        patched.setattr(passwords, "PARAMETERS", CHEAP)
        own = settings.model_copy(update={"smtp_url": smtp_url})
        built = aside(lambda: city.build(own, at(MONDAY, "11:00")))
        with built.database.reading() as connection:
            cases = {line.state: line.no for line in queries.list_cases(connection, built.today)}
        with served(create_app(settings, built.database, clock=lambda: at(MONDAY, "11:05"))) as address:
            yield Desk(address, cases)
        built.database.close()


@pytest.fixture
def seat(chromium: Browser, desk: Desk) -> Iterator[Seat]:
    with seated(chromium, desk.address) as empty:
        yield empty


def pages(seat: Seat, desk: Desk, login: str) -> Iterator[str]:
    """Every kind of page that is there for somebody, and a case in every state that they may see."""
    seat.sign_in(login, cast.PASSWORD)
    seen = [f"/cases/{no}" for no in desk.cases.values() if seat.page.request.get(f"{desk.address}/cases/{no}").ok]
    return walk(seat, ["/help", "/password", *seen])


def faults(seat: Seat) -> list[str]:
    """What axe finds on the open page."""
    found: list[dict[str, Any]] = Axe().run(seat.page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_shuts_out_who_sees_badly_or_asks_another_host_for_anything(seat, desk, login):
    asked: list[str] = []
    seat.page.on("request", lambda request: asked.append(request.url))
    found = {path: faults(seat) for path in pages(seat, desk, login)}
    print(login, len(found), list(found))
    assert {path: each for path, each in found.items() if each} == {}
    assert [url for url in asked if not url.startswith(desk.address)] == []
