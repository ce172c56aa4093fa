"""The second factor in the browser: set up with a picture, asked for at sign-in, demanded by role, reset by another."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.settings import Settings
from negotiation.services.accounts import management
from negotiation.store.database import Database
from tests.services.test_second_factor import shown_by_telephone
from tests.web_client import PASSWORD, Browser, FakeClock

MINUTE = timedelta(minutes=1)


def set_up(browser: Browser, clock: FakeClock) -> tuple[str, list[str]]:
    """Sets it up by the pages; the secret and the recovery codes."""
    browser.get("/second-factor").post("/second-factor/begin", password=PASSWORD)
    assert "<svg" in browser.page
    (secret,) = re.findall(r"<code>([A-Z2-7]{32})</code>", browser.page)
    browser.post("/second-factor/confirm", code=shown_by_telephone(secret, clock.now))
    codes = re.findall(r"<code>([a-z2-9-]{19})</code>", browser.page)
    assert len(codes) == 10
    assert "只显示这一次" in browser.page
    assert secret not in browser.get("/second-factor").page
    assert not any(each in browser.page for each in codes)
    return secret, codes


def first_step(browser_as: Any, login: str = "police", back: str = "/help") -> Browser:
    browser: Browser = browser_as().post("/signin", login=login, password=PASSWORD, back=back)
    assert "输入验证码" in browser.page
    assert "session" not in browser.client.cookies
    return browser


def second_step(browser: Browser, code: str) -> Browser:
    return browser.post(
        "/signin/code", ticket=browser.hidden("ticket"), back=unescape(browser.hidden("back")), code=code
    )


def test_who_has_one_comes_in_by_password_and_code_to_where_they_wanted_to_go(
    browser_as: Any, fake_clock: FakeClock
) -> None:
    secret, codes = set_up(browser_as("police"), fake_clock)
    fake_clock.now += MINUTE
    browser = second_step(first_step(browser_as), shown_by_telephone(secret, fake_clock.now))
    assert (browser.status, browser.url) == (200, "/help")
    assert second_step(first_step(browser_as), codes[0]).url == "/help"


def test_a_wrong_code_is_said_in_a_sentence_and_the_step_can_be_taken_again(
    browser_as: Any, fake_clock: FakeClock
) -> None:
    secret, _ = set_up(browser_as("police"), fake_clock)
    fake_clock.now += MINUTE
    browser = second_step(first_step(browser_as), "123")
    assert browser.status == 400
    assert "验证码不正确，或已经用过" in browser.page
    assert "session" not in browser.client.cookies
    assert second_step(browser, shown_by_telephone(secret, fake_clock.now)).url == "/help"


def test_codes_cannot_be_guessed_at_leisure(browser_as: Any, fake_clock: FakeClock) -> None:
    secret, _ = set_up(browser_as("police"), fake_clock)
    fake_clock.now += MINUTE
    browser = first_step(browser_as)
    for _ in range(5):
        assert second_step(browser, "123").status == 400
    assert second_step(browser, shown_by_telephone(secret, fake_clock.now)).status == 429
    assert "请在3分钟后重试" in browser.page


@pytest.mark.parametrize("ticket", ["", "1.2.3", "\x00", "é", "9" * 3000])
def test_a_second_step_without_the_first_leads_back_to_it(browser_as: Any, ticket: str) -> None:
    browser = browser_as().post("/signin/code", ticket=ticket, back="/help", code="123456")
    assert browser.status == 400
    assert "请重新输入登录名和密码" in browser.page
    assert browser.hidden("back") == "/help"


def test_a_step_that_took_too_long_begins_anew(browser_as: Any, fake_clock: FakeClock) -> None:
    secret, _ = set_up(browser_as("police"), fake_clock)
    browser = first_step(browser_as)
    fake_clock.now += 11 * MINUTE
    assert "没有在十分钟内" in second_step(browser, shown_by_telephone(secret, fake_clock.now)).page


def test_it_is_set_up_only_by_who_shows_the_password_once_more(browser_as: Any) -> None:
    browser = browser_as("police").get("/second-factor").post("/second-factor/begin", password="错了错了错了错了")
    assert browser.status == 400
    assert "密码不正确" in browser.page
    assert "<svg" not in browser.page


def test_it_is_ended_and_its_codes_are_renewed_by_a_code(browser_as: Any, fake_clock: FakeClock) -> None:
    browser = browser_as("police")
    secret, codes = set_up(browser, fake_clock)
    fake_clock.now += MINUTE
    browser.get("/second-factor").post("/second-factor/codes", code=shown_by_telephone(secret, fake_clock.now))
    assert len(re.findall(r"<code>([a-z2-9-]{19})</code>", browser.page)) == 10
    assert browser.get("/second-factor").post("/second-factor/remove", code=codes[0]).status == 400
    fake_clock.now += MINUTE
    browser.post("/second-factor/remove", code=shown_by_telephone(secret, fake_clock.now))
    assert "开始设置" in browser.page
    assert browser_as("police").url == "/"


def test_an_administrator_resets_it_for_who_lost_the_telephone(
    browser_as: Any, fake_clock: FakeClock, database: Database
) -> None:
    own = browser_as("police")
    set_up(own, fake_clock)
    with database.read() as transaction:
        number = management.find(transaction, "police").person.id
    browser = browser_as("admin").get(f"/accounts/{number}")
    assert "重置双因素认证" in browser.page
    browser.post(f"/accounts/{number}/second-factor")
    assert "重置双因素认证" not in browser.page
    assert own.get("/").url == "/signin"
    assert browser_as("police").url == "/"


class TestDemandedOfTheOffice:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(
            update={"second_factor_roles": [AccountRole.OFFICE_CLERK, AccountRole.ADMINISTRATOR]}
        )

    def test_who_has_none_sees_the_page_alone_on_which_it_is_set_up(
        self, browser_as: Any, fake_clock: FakeClock
    ) -> None:
        browser = browser_as("office")
        assert browser.url == "/second-factor"
        assert "设置好之后才能办理" in browser.page
        for path in ("/tasks", "/apply/sharing", "/meetings"):
            assert browser.get(path).url == "/second-factor", path
        set_up(browser, fake_clock)
        assert browser.get("/tasks").url == "/tasks"
        assert "不能停用" in browser.get("/second-factor").page

    def test_others_need_none(self, browser_as: Any) -> None:
        assert browser_as("police").url == "/"
