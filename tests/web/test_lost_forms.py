"""A form sent after its session is over: also without the cookie, it comes back with its files after signing in."""

import html
import re
from datetime import timedelta
from typing import Any

from tests.web_client import PASSWORD, TODAY

REASON = "涉及个人信息，已征求本单位法制机构意见"
FILES = [("附件一.txt", "第一份".encode()), ("坏的.exe", b"MZ\x90")]


def sent(browser: Any, no: str, files: list[tuple[str, bytes]], **fields: str) -> Any:
    """The page after a refusal was sent from the form that is open."""
    data = {"csrf": browser.csrf, "version": browser.hidden("version"), "on": TODAY, "reason": REASON, **fields}
    parts = [("files", (name, content, "text/plain")) for name, content in files]
    return browser._read(browser.client.post(f"/cases/{no}/acts/refuse", data=data, files=parts))


def signed_in_again(browser: Any, login: str = "chief") -> Any:
    kept = html.unescape(browser.hidden("kept"))
    return browser.post("/signin", login=login, password=PASSWORD, back="/", kept=kept)


def gone_on(browser: Any, no: str, **fields: str) -> Any:
    """Clicks “继续”; the fields of the page are sent, as they are."""
    shown = browser.page.partition("<h1>继续刚才的表单</h1>")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown)
    typed = {key: html.unescape(value) for key, value in found if key != "csrf"}
    return browser.post(f"/cases/{no}/acts/refuse", **typed | fields)


def test_a_form_whose_cookie_is_gone_comes_back_with_its_files_after_signing_in(browser_as, case, story):
    browser = browser_as("chief").get(f"/cases/{case}/acts/refuse")
    browser.client.cookies.clear()
    assert "所填内容没有丢失" in sent(browser, case, FILES, reviewed="yes").page
    shown = signed_in_again(browser).page
    assert "附件已保留：附件一.txt" in shown
    assert "须重新选择：坏的.exe" in shown
    form = gone_on(browser, case)  # the secrecy review is confirmed anew
    assert form.status == 400
    assert REASON in form.page
    assert "附件一.txt" in form.page
    assert story.state == "awaiting_reply"
    sent(form, case, [], reviewed="yes", held=form.hidden("held"))
    assert story.state == "refused"
    assert "附件一.txt" in browser.page


def test_files_are_held_too_where_the_session_was_idle_too_long(browser_as, case, fake_clock):
    browser = browser_as("chief").get(f"/cases/{case}/acts/refuse")
    fake_clock.now += timedelta(hours=2)
    sent(browser, case, FILES[:1], reviewed="yes")
    assert "附件已保留：附件一.txt" in signed_in_again(browser).page


def test_somebody_else_who_signs_in_gets_nothing_of_it(browser_as, case):
    browser = browser_as("chief").get(f"/cases/{case}/acts/refuse")
    browser.client.cookies.clear()
    sent(browser, case, FILES[:1])
    assert REASON not in signed_in_again(browser, "civil").page


def test_of_a_form_without_a_mark_of_any_session_nothing_is_kept(browser_as, case, settings):
    """A stranger leaves nothing on the disk, whatever is sent, and is led to the sign-in page."""
    browser = browser_as("chief").get(f"/cases/{case}/acts/refuse")
    version = browser.hidden("version")
    browser.client.cookies.clear()
    for mark in ("x", f"{browser.csrf}x", "999999999999.x", "1."):
        browser.page = f'name="csrf" value="{mark}" name="version" value="{version}"'
        assert REASON not in sent(browser, case, FILES[:1]).page
        assert browser.url == "/signin"
    assert not list(settings.home.glob("**/*附件一*"))
