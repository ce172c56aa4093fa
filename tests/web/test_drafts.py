"""Drafts that save themselves: what was typed and chosen comes back, is its author's alone, and ends with the form."""

from datetime import timedelta
from typing import Any

from negotiation.web import held_files
from tests.web_client import TODAY

NOTE = "数据项说明.txt"


def saved(browser: Any, no: str, **fields: str) -> Any:
    """The answer after the form that is open saved itself."""
    files = [("files", (NOTE, "住址一项另附。".encode(), "text/plain"))]
    data = {"csrf": browser.csrf, "on": TODAY, **fields}
    return browser.client.post(f"/drafts/cases/{no}/acts/refuse", data=data, files=files)


def opened(browser: Any, no: str) -> Any:
    return browser.get(f"/cases/{no}/acts/refuse")


def test_what_was_typed_comes_back_with_its_files_and_ends_when_it_is_sent(browser_as, case, fake_clock, story):
    assert saved(opened(browser_as("chief"), case), case, reason="涉及隐私").status_code == 200
    fake_clock.now += timedelta(days=1)
    form = opened(browser_as("chief"), case)
    for words in (
        "已恢复 2026-09-21 10:00 自动保存的内容",
        "涉及隐私",
        NOTE,
        'name="on" type="date" value="2026-09-22"',
    ):
        assert words in form.page
    fields = {"reason": "涉及隐私", "reviewed": "yes", "held": form.hidden("held"), "version": form.hidden("version")}
    sent = form.post(f"/cases/{case}/acts/refuse", **fields)
    assert NOTE in sent.page
    assert story.state == "refused"
    assert not list(held_files._about(story.context.settings.home, case).glob("*"))


def test_it_is_its_author_s_alone_and_can_be_let_go(browser_as, case):
    saved(opened(browser_as("chief"), case), case, reason="涉及隐私")
    assert "涉及隐私" not in opened(browser_as("police"), case).page
    form = opened(browser_as("chief"), case)
    assert "涉及隐私" not in form.post(f"/drafts/cases/{case}/acts/refuse", drop="yes").page


def test_what_bears_a_mark_of_secrecy_is_not_saved_and_no_other_form_is(browser_as, case):
    browser = opened(browser_as("chief"), case)
    assert saved(browser, case, reason="机密★10年").status_code == 400
    assert "已恢复" not in opened(browser, case).page
    assert browser.client.post("/drafts/password", data={"csrf": browser.csrf, "old": "x"}).status_code == 404
    assert opened(browser_as("justice"), case).status == 404
    justice = browser_as("justice").get("/")
    assert saved(justice, case, reason="外人").status_code == 404
