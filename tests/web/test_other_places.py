"""The pages of an office in another place: who fills a role there signs in, finds its cases and
acts; its words are its own."""

import pytest

from negotiation.core.enums import AccountRole, Duty
from negotiation.core.settings import Settings
from negotiation.domain.departments import Contact
from negotiation.services.accounts import management
from negotiation.services.context import Context
from negotiation.store.departments import add_department, set_person
from tests.acceptance.other_places import CENTRE, Place
from tests.conftest import CIVIL, POLICE, admin_at, settle_in
from tests.domain.test_rulebook_copies import install
from tests.foreign import FOREIGN, OF_BEIJING
from tests.web_client import PASSWORD, TODAY

PAGES = (
    "/", "/agenda", "/help", "/meetings", "/outbox", "/tasks", "/rulebook", "/rulebook/qinghe/access", "/apply",
)  # fmt: skip


@pytest.fixture
def settings(tmp_path):
    home = tmp_path / "home"
    install(home, "qinghe", {path.name: path.read_text("utf-8") for path in FOREIGN["qinghe"].glob("*.toml")})
    return Settings(home=home, office_mail="office@qinghe.gov.cn", rulebook="qinghe")


@pytest.fixture
def context(database, settings, cheap_hashes, fake_clock):
    settle_in(database, settings)
    with database.write() as transaction:
        unit = add_department(transaction, CENTRE)
        set_person(transaction, unit.id, Contact(Duty.A, "甲", "a@dsj.gov.cn", "1"))
        found = Context.of(transaction, settings)
    for login, role in (("centre", AccountRole.CLERK), ("centre-head", AccountRole.HEAD)):
        management.create_account(
            database,
            login=login,
            name="某",
            roles={role},
            department_id=unit.id,
            password=PASSWORD,
            operation=admin_at(fake_clock.now),
        )
    return found


@pytest.fixture
def confirmed(database, context):
    """A case that the data centre has to open."""
    place = Place(database, context, "qinghe")
    return place.act(place.opened(TODAY, CIVIL, POLICE), "confirm", "provider", TODAY)


def test_the_data_centre_finds_its_case_and_opens_the_access(confirmed, browser_as):
    clerk = browser_as("centre")
    assert confirmed.no in clerk.get("/cases").page
    clerk.act(confirmed.no, "open_access", interface="JK-001")
    assert clerk.status == 200
    assert confirmed.state == "in_use"
    assert confirmed.events()[-1] == ("open_access", TODAY, "centre")


def test_what_its_head_must_sign_waits_for_its_head(confirmed, browser_as):
    confirmed.act("open_access", "centre", TODAY, interface="JK-001")
    confirmed.act("report_misuse", "provider", TODAY, facts="超出调用场景")
    browser_as("centre").act(confirmed.no, "stop_access", facts="已停止")
    assert confirmed.state == "stopping"
    head = browser_as("centre-head").get("/proposals")
    assert confirmed.no in head.page
    assert "1" in head.get("/").page


def test_nobody_else_finds_the_case(confirmed, browser_as):
    assert browser_as("justice").get(f"/cases/{confirmed.no}").status == 404
    assert browser_as("justice").get("/").page.count(confirmed.no) == 0


def test_the_office_may_enter_its_letter_too(confirmed, browser_as):
    browser_as("office").act(confirmed.no, "open_access", interface="JK-001", on=TODAY)
    assert confirmed.state == "in_use"


@pytest.mark.parametrize("page", [*PAGES, "case"])
def test_no_word_of_another_place_stands_on_its_pages(confirmed, browser_as, page):
    shown = browser_as("director").get(f"/cases/{confirmed.no}" if page == "case" else page)
    assert shown.status == 200
    assert [word for word in OF_BEIJING if word in shown.page] == []
    assert CIVIL in shown.page or POLICE in shown.page or page != "case"
