"""A calendar program finds the due dates at an address without signing in. Today is Monday, 21 September 2026."""

import re
from typing import Any

import pytest
from icalendar import Calendar

from negotiation.core.settings import Settings
from tests.web_client import Browser


def address(browser: Browser, scope: str = "calendar", name: str = "手机日历") -> str:
    """The path of a new address, from the page that shows it once."""
    browser.get("/me").post("/me/calendar", token=name, scope=scope)
    found = re.search(r"<code>http://127\.0\.0\.1:8000(/calendar/feed/\S+\.ics)</code>", browser.page)
    assert found, browser.page
    return found[1]


def events(browser: Browser, path: str) -> list[Any]:
    answer = browser.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def titles(browser: Browser, path: str) -> list[str]:
    return [str(each["summary"]) for each in events(browser, path)]


@pytest.fixture
def stranger(browser_as: Any) -> Browser:
    """Nobody is signed in."""
    return browser_as()


class TestWhereTheOfficeAllowsIt:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"calendar_days": 180})

    def test_a_department_finds_its_own_terms_and_the_day_on_which_the_address_ends(self, browser_as, stranger, case):
        path = address(browser_as("police"))
        reply, last = events(stranger, path)
        assert case in str(reply["summary"])
        assert (str(last["summary"]), str(last.decoded("dtstart"))) == ("日历订阅今日到期", "2027-03-20")
        assert titles(stranger, address(browser_as("justice"))) == ["日历订阅今日到期"]

    @pytest.mark.usefixtures("case")
    def test_the_office_finds_every_term_and_a_handler_those_of_their_own_cases(self, browser_as, stranger):
        office = browser_as("office")
        everything, own = address(office), address(office, "own_calendar", "电脑日历")
        assert len(titles(stranger, everything)) == 2
        assert titles(stranger, own) == ["日历订阅今日到期"]

    @pytest.mark.usefixtures("case")
    def test_a_date_that_moves_is_the_same_entry_with_a_higher_sequence(self, browser_as, stranger):
        path = address(browser_as("office"))
        before = events(stranger, path)[0]
        storm = "文号：京政办发〔2026〕9号\n停止办公：2026-09-28 台风\n"
        browser_as("director").get("/calendar").post("/calendar/import", layer="municipal", text=storm)
        after = events(stranger, path)[0]
        assert after["uid"] == before["uid"]
        assert after["sequence"] > before["sequence"]
        assert after.decoded("dtstart") > before.decoded("dtstart")

    def test_an_address_that_was_revoked_or_whose_password_was_reset_gives_nothing(self, browser_as, stranger):
        police = browser_as("police")
        path = address(police)
        police.get("/me").post("/me/tokens/revoke", token="手机日历")
        refused = stranger.get(path)
        assert (refused.status, "已经到期、撤销" in refused.page) == (404, True)
        path = address(police)
        police.get("/me").post("/me/end")
        assert stranger.get(path).status == 404

    def test_an_address_opens_nothing_but_its_calendar(self, browser_as, stranger):
        secret = address(browser_as("office")).rpartition("/")[2].removesuffix(".ics")
        asked = stranger.client.get("/api/v1/cases", headers={"Authorization": f"Bearer {secret}"})
        assert asked.status_code == 403
        assert stranger.get("/calendar/feed/ngt_unknown.ics").status == 404

    def test_two_addresses_do_not_bear_one_name_and_one_has_a_name(self, browser_as):
        police = browser_as("police")
        address(police)
        assert "已有名为" in police.get("/me").post("/me/calendar", token="手机日历", scope="calendar").page
        assert "没有写名称" in police.get("/me").post("/me/calendar", token=" ", scope="calendar").page
        assert police.get("/me").post("/me/calendar", token="别的", scope="act").status == 404

    def test_an_administrator_sees_no_case_and_subscribes_to_nothing(self, browser_as):
        admin = browser_as("admin").get("/me")
        assert "日历订阅" not in admin.page
        assert admin.post("/me/calendar", token="手机日历", scope="calendar").status == 404


def test_an_office_that_does_not_want_it_sees_none_of_it(browser_as):
    office = browser_as("office").get("/me")
    assert "日历订阅" not in office.page
    assert office.post("/me/calendar", token="手机日历", scope="calendar").status == 404
