"""No page shows a command, a setting, a field's key, what a server said, or a word of the program."""

import html
import re
from collections.abc import Iterable

import pytest

from negotiation.core.errors import DatabaseUnavailable
from negotiation.notifications.channels.smtp_answers import meaning
from negotiation.store import tasks
from tests.web.test_routes import FORMS, NO, PAGES, city  # noqa: F401 (a fixture)
from tests.web_client import PEOPLE, TODAY

OF_THE_PROGRAM = re.compile(
    r"negotiation |NEGOTIATION_|(?<![-\w])--[a-z]|\b[245]\d\d [245]\.\d\.\d|\b5\d\d [a-z]|no such|"
    r"\b[A-Z][a-z]+(?:Error|Exception)\b|Traceback|\bNone\b"
)


def read(page: str) -> str:
    """What a page says to its reader, without the elements that say it; hints and labels too."""
    said = re.findall(r'(?:title|placeholder|aria-label|content)="([^"]*)"', page)
    return html.unescape(re.sub(r"<[^>]+>", " ", page) + " ".join(said))


def of_the_program(page: str, keys: Iterable[str]) -> list[str]:
    """The words of a page that are the program's own; ``keys``: those of fields that no prose has."""
    text = read(page)
    return OF_THE_PROGRAM.findall(text) + [key for key in keys if re.search(rf"(?<!\w){key}(?!\w)", text)]


@pytest.fixture
def keys(context) -> set[str]:
    fields = {key for rules in context.procedures.values() for key in rules.fields}
    return {key for key in fields if "_" in key}


@pytest.mark.parametrize("login", list(PEOPLE))
def test_no_page_shows_a_word_of_the_program(browser_as, city, keys, login, story):  # noqa: F811
    with story.database.write() as transaction:
        words = meaning(550, "5.1.1 no such mailbox")
        transaction.execute(f"UPDATE notice SET state = 'failed', said = {transaction.param}", [words])
        transaction.execute(f"UPDATE task SET title = {transaction.param}", [f"请电话联系：来件（{words}）"])
    browser = browser_as(login).get("/help")
    for row in PAGES:
        answer = browser.client.get(row.address)
        if answer.headers["content-type"].startswith("text/html"):
            assert of_the_program(answer.text, keys) == [], row.address


@pytest.mark.parametrize("login", ["civil", "chief", "director", "admin"])
def test_no_refused_form_shows_a_word_of_the_program(browser_as, city, keys, login):  # noqa: F811
    browser = browser_as(login).get("/help")
    for row in FORMS[:-1]:
        answer = browser.client.post(row.address, data={"csrf": browser.csrf, **row.fields, "reviewed": "yes"})
        if answer.headers["content-type"].startswith("text/html"):
            assert of_the_program(answer.text, keys) == [], row.address


def test_a_blank_answer_is_asked_for_by_the_titles_of_its_fields(browser_as, case, story, keys):
    browser = browser_as("police").act(case, "refuse", on=TODAY)
    assert browser.status == 400
    assert of_the_program(browser.page, keys) == []
    assert of_the_program(browser.page, {"reason"}) == []
    assert "请补填“理由”" in browser.page


def test_what_a_database_says_stays_with_whoever_keeps_it(browser_as, case, monkeypatch):
    def broken(*_words, **_more):
        raise DatabaseUnavailable("数据库报错：FATAL: too many clients", todo="请运行 negotiation doctor 查看详情")

    monkeypatch.setattr(tasks, "open_tasks", broken)
    browser = browser_as("office").get("/tasks")
    assert browser.status == 503
    assert "数据库暂时不能使用" in browser.page
    assert "FATAL" not in browser.page
    assert NO not in browser.page
