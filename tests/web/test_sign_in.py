"""Signing in beside those who guess and those who flood: pages answer, everybody is told in a sentence when to come."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Event, Lock, Semaphore
from typing import Any

import pytest
from fastapi.testclient import TestClient

from negotiation.core.errors import DatabaseUnavailable
from negotiation.core.settings import Settings
from negotiation.services.accounts import sessions
from negotiation.store.database import Database
from negotiation.web.hashing import AT_ONCE, COME_AGAIN, WAITING
from tests.conftest import everything
from tests.installed import PATIENCE
from tests.web_client import PASSWORD

WRONG = "错了错了错了错了错了"
NEW = "另一句很长很长的密码 紫色帆船"
POST = Callable[..., Any]


def sign_in(client: TestClient, login: str = "office", password: str = PASSWORD, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = {"login": login, "password": password, "back": "/"}
    return client.post("/signin", data=data, headers=named, follow_redirects=False)


def from_elsewhere(client: TestClient) -> TestClient:
    """Another browser, at another address, of the same application."""
    return TestClient(client.app, base_url=str(client.base_url), client=("198.51.100.7", 1234))


# ----------------------------------------------------------------------------------------------- the places for hashing


class Held:
    """Stands in for the hashing: everybody who comes in waits until they are let go; how many are inside is counted."""

    def __init__(self) -> None:
        self.came, self.let_go = Semaphore(0), Event()
        self._lock, self._inside, self.most = Lock(), 0, 0

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        self.let_go.set()

    def __call__(self, _password_hash: str, _password: str) -> bool:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self.came.release()
        assert self.let_go.wait(PATIENCE)
        with self._lock:
            self._inside -= 1
        return False


class TestACrowd:
    """Sixty who post sign-ins at once, from one address."""

    CROWD = 60

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"sign_in_address_tries": 1000})

    @pytest.fixture
    def held(self) -> Held:
        return Held()

    def test_pages_are_served_while_every_place_is_taken_and_no_more_are_hashed_at_once(
        self, browser_as: Any, held: Held, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = browser_as("office").client
        monkeypatch.setattr(sessions, "matches", held)
        with ThreadPoolExecutor(self.CROWD) as crowd, held:
            sent = [crowd.submit(sign_in, client, f"nobody{n}", WRONG) for n in range(self.CROWD)]
            for _ in range(AT_ONCE):
                assert held.came.acquire(timeout=PATIENCE)
            assert client.get("/help").status_code == 200
            too_many = self.CROWD - AT_ONCE - WAITING
            refused = [each.result() for each in islice(as_completed(sent, timeout=PATIENCE), too_many)]
            assert client.get("/help").status_code == 200
        assert {each.status_code for each in refused} == {503}
        assert {each.headers["Retry-After"] for each in refused} == {str(COME_AGAIN)}
        assert all("同时登录的人过多" in each.text and "请在5秒后重试" in each.text for each in refused)
        assert Counter(each.result().status_code for each in sent) == {503: too_many, 400: AT_ONCE + WAITING}
        assert held.most == AT_ONCE

    def test_who_is_signed_in_still_comes_in_where_the_queue_of_strangers_is_full(
        self, browser_as: Any, held: Held, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser = browser_as("office").get("/password")
        monkeypatch.setattr(sessions, "matches", held)
        with ThreadPoolExecutor(self.CROWD) as crowd, held:
            sent = [crowd.submit(sign_in, browser.client, f"nobody{n}", WRONG) for n in range(self.CROWD)]
            too_many = self.CROWD - AT_ONCE - WAITING
            assert len(list(islice(as_completed(sent, timeout=PATIENCE), too_many))) == too_many
            own = crowd.submit(sign_in, browser.client, "office", PASSWORD)  # known by its cookie
            other = crowd.submit(sign_in, browser.client, "police", PASSWORD)  # a stranger at that account
            assert other.result(PATIENCE).status_code == 503
            assert not own.done()
        assert own.result().status_code == 400  # it was heard: what stands in for the hashing takes no password


# ------------------------------------------------------------------------------------------------------------ budgets


def test_who_guesses_is_told_when_to_come_again_and_what_was_typed_but_the_password_stays(browser_as: Any) -> None:
    client = browser_as().client
    for _ in range(5):
        assert sign_in(client, "police", WRONG).status_code == 400
    answer = sign_in(client, "police", PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "180")
    assert "尝试的次数过多" in answer.text
    assert "请在3分钟后重试" in answer.text
    assert 'value="police"' in answer.text
    assert PASSWORD not in answer.text


def test_nobody_learns_by_trying_too_often_whether_there_is_such_an_account(browser_as: Any) -> None:
    client, answers = browser_as().client, []
    for login in ("police", "nobody"):
        tried = [sign_in(client, login, WRONG) for _ in range(6)]
        answers.append(
            [(each.status_code, each.text.replace(login, ""), each.headers.get("retry-after")) for each in tried]
        )
    assert answers[0] == answers[1]


def test_nobody_locks_out_somebody_else(browser_as: Any) -> None:
    """Finding 18: five posts by anybody kept the office's head out for a minute, each later one for longer."""
    client = browser_as().client
    for _ in range(8):
        sign_in(client, "director", WRONG)
    assert sign_in(from_elsewhere(client), "director").status_code == 303


def test_a_browser_that_was_let_in_before_is_let_in_where_a_stranger_at_its_address_has_tried_too_often(
    browser_as: Any,
) -> None:
    browser = browser_as("police").get("/")
    browser.post("/signout")
    known = browser.client.cookies["known"]
    for _ in range(6):
        browser.client.cookies.clear()
        last = sign_in(browser.client, "police", WRONG)
    assert last.status_code == 429
    browser.client.cookies.set("known", known)
    assert sign_in(browser.client, "police").status_code == 303


def test_who_found_a_screen_unlocked_cannot_guess_the_password_at_leisure(browser_as: Any) -> None:
    browser = browser_as("police").get("/password")
    for _ in range(5):
        assert browser.post("/password", old=WRONG, new=NEW, again=NEW).status == 400
    assert browser.post("/password", old=PASSWORD, new=NEW, again=NEW).status == 429
    assert "请在3分钟后重试" in browser.page


def test_a_locked_database_is_not_the_fault_of_who_signs_in(
    browser_as: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding 15: a sign-in answered 400."""
    client = browser_as().client

    def locked(*_args: object, **_named: object) -> None:
        raise DatabaseUnavailable("被占用 /var/lib/secret.db")

    monkeypatch.setattr(sessions, "sign_in", locked)
    for _ in range(7):
        answer = sign_in(client)
        assert answer.status_code == 503
    assert "secret.db" not in answer.text


# ------------------------------------------------------------------------------------------------------------- sessions


def test_the_session_of_before_ends_at_sign_in(browser_as: Any) -> None:
    client = browser_as("police").client
    before = client.cookies["session"]
    assert sign_in(client, "chief").status_code == 303
    assert client.cookies["session"] != before
    client.cookies.set("session", before, domain="testserver.local")
    other = from_elsewhere(client)
    other.cookies.set("session", before)
    assert other.get("/", follow_redirects=False).headers["location"].startswith("/signin")


def test_a_new_password_opens_a_new_session_and_ends_the_old_one(browser_as: Any) -> None:
    browser = browser_as("police").get("/password")
    before = browser.client.cookies["session"]
    assert browser.post("/password", old=PASSWORD, new=NEW, again=NEW).url == "/"
    assert browser.client.cookies["session"] != before
    other = from_elsewhere(browser.client)
    other.cookies.set("session", before)
    assert other.get("/", follow_redirects=False).headers["location"].startswith("/signin")


class TestBehindTls:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"base_url": "https://sharing.example.gov.cn"})

    def test_the_cookies_are_for_this_host_over_tls_alone(self, browser_as: Any) -> None:
        client = browser_as().client
        client.base_url = "https://testserver"
        answer = sign_in(client)
        cookies = answer.headers.get_list("set-cookie")
        assert sorted(each.partition("=")[0] for each in cookies) == ["__Host-known", "__Host-session"]
        for each in cookies:
            assert "Secure" in each
            assert "HttpOnly" in each
            assert "Path=/" in each
            assert "Domain" not in each
        assert client.get("/").url.path == "/"

    def test_a_cookie_that_a_neighbour_under_the_domain_could_set_opens_nothing(self, browser_as: Any) -> None:
        client = browser_as().client
        client.base_url = "https://testserver"
        sign_in(client)
        token = client.cookies["__Host-session"]
        client.cookies.clear()
        client.cookies.set("session", token)
        assert client.get("/").url.path == "/signin"

    def test_every_answer_says_that_the_site_is_opened_over_tls_alone(self, browser_as: Any) -> None:
        client = browser_as().client
        for path in ("/signin", "/static/desk.css", "/nothing", "/api/v1/cases", "/health"):
            assert client.get(path).headers["strict-transport-security"] == "max-age=31536000", path

    def test_a_page_of_the_public_address_may_send(self, browser_as: Any) -> None:
        answer = sign_in(browser_as().client, Origin="https://sharing.example.gov.cn")
        assert answer.status_code == 303


def test_without_tls_nothing_is_promised(browser_as: Any) -> None:
    assert "strict-transport-security" not in browser_as().client.get("/signin").headers


# ------------------------------------------------------------------------------------------- where a request comes from

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "http://evil.example/testserver"},
    {"Origin": "http://["},
    {"Referer": "https://evil.example/page"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://testserver"},
    {"Referer": "http://testserver/signin"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_what_another_site_sends_is_refused_even_with_the_right_mark(
    browser_as: Any, database: Database, headers: dict[str, str]
) -> None:
    browser = browser_as("police").get("/help")
    before = everything(database)
    marked = {"csrf": browser.csrf}
    for path in ("/signout", "/password", "/signin", "/cases/GX2026-0001/acts/agree", "/nothing"):
        answer = browser.client.post(path, data=marked, headers=headers)
        assert answer.status_code == 403, path
        assert "不是从本系统的页面提交的" in answer.text
        assert "set-cookie" not in answer.headers
    program = browser.client.post("/api/v1/cases", json={}, headers=headers)
    assert (program.status_code, program.headers["content-type"]) == (403, "application/problem+json")
    assert everything(database) == before


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_what_a_page_of_this_site_or_no_page_sends_is_taken(browser_as: Any, headers: dict[str, str]) -> None:
    assert sign_in(browser_as().client, **headers).status_code == 303


def test_a_page_may_be_asked_for_from_anywhere(browser_as: Any) -> None:
    """As by the link in a mail that is read in the browser."""
    assert browser_as("police").client.get("/help", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
