"""退回修改 in the browser: what the head returned comes back filled in, and the head sees what was changed since."""

from typing import Any

import pytest

from tests.web_client import TODAY

PAPER = ("数据项说明.txt", "住址一项另附。".encode(), "text/plain")


def sent(browser: Any, no: str, event: str, files: tuple[Any, ...] = (), **fields: Any) -> Any:
    """The page after the form of an act was sent with these files."""
    data = {"csrf": browser.csrf, "version": browser.hidden("version"), "on": TODAY, "reviewed": "yes", **fields}
    return browser._read(
        browser.client.post(f"/cases/{no}/acts/{event}", data=data, files=[("files", each) for each in files])
    )


@pytest.fixture
def returned(browser_as: Any, case: str) -> Any:
    """The police clerk refused with a file, and the chief returned it."""
    form = browser_as("police").get(f"/cases/{case}/acts/refuse")
    sent(form, case, "refuse", (PAPER,), reason="涉及隐私", doc_no="京公函〔2026〕12号")
    browser_as("chief").get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/return", said="请写明具体条款")
    return browser_as("police")


def form_of(browser: Any, case: str) -> Any:
    """The form that the case's page offers for what was returned."""
    link = f"/cases/{case}/acts/refuse?as=provider&amp;returned=1"
    assert f'href="{link}">修改后再提' in browser.get(f"/cases/{case}").page
    return browser.get(link.replace("&amp;", "&"))


def test_what_was_returned_is_on_its_author_s_desk_and_leads_to_its_form(returned, case, browser_as):
    desk = returned.get("/").page
    assert "请写明具体条款" in desk
    assert f"/cases/{case}/acts/refuse?as=provider&amp;returned=1" in desk


def test_the_form_comes_back_filled_in_with_the_reason_above_and_its_files(returned, case):
    page = form_of(returned, case).page
    assert page.index("请写明具体条款") < page.index("涉及隐私")
    for words in ("京公函〔2026〕12号", "数据项说明.txt", "退回前已附"):
        assert words in page


def test_the_head_sees_what_was_changed_since_and_the_files_come_along(returned, case, browser_as, story):
    sent(
        form_of(returned, case),
        case,
        "refuse",
        reason="涉及隐私，《条例》第十五条",
        doc_no="京公函〔2026〕12号",
        returned="1",
    )
    page = browser_as("chief").get("/proposals").page
    changes = page[page.index("退回后的改动") :]
    assert "<del>涉及隐私</del> → <ins>涉及隐私，《条例》第十五条</ins>" in changes
    assert "请写明具体条款" in changes
    assert "京公函" not in changes  # what was not changed
    browser_as("chief").get("/proposals").post(f"/cases/{case}/proposals/2/approve")
    assert "数据项说明.txt" in browser_as("civil").get(f"/cases/{case}").page


def test_a_file_that_was_dropped_does_not_come_along_and_that_is_a_change(returned, case, browser_as, story):
    sent(form_of(returned, case), case, "refuse", reason="涉及隐私", returned="1", dropped="数据项说明.txt")
    changes = browser_as("chief").get(f"/cases/{case}").page.partition("退回后的改动")[2]
    assert "→ <ins>无</ins>" in changes.partition("</section>")[0]


def test_what_is_wrong_with_it_is_said_and_it_is_still_the_one_that_was_returned(returned, case):
    page = sent(form_of(returned, case), case, "refuse", returned="1", reason="").page
    assert "请写明具体条款" in page
    assert "退回前已附" in page


def test_nobody_else_takes_it_up(returned, case, browser_as):
    """Another side of the case fills in a form of its own: neither the reason nor the files are shown to it."""
    page = browser_as("office").get(f"/cases/{case}/acts/refuse?as=provider&returned=1").page
    assert "涉及隐私" not in page
    assert "请写明具体条款" not in page


def test_a_correction_that_was_returned_comes_back_too(browser_as, case):
    signed = {"signed_by": "王局长", "signed_on": TODAY}
    browser_as("office").act(case, "refuse", **{"as": "provider"}, on=TODAY, reason="涉及隐私", **signed)
    path = f"/cases/{case}/corrections/2"
    form = browser_as("office").get(path)
    asked = {"on": "2026-09-18", "reason": "涉及隐私", "reviewed": "yes", "version": "2", "do": "enter"}
    assert 'href="#f-reason_of_correction"' in form.post(path, **asked).page
    form.post(path, **asked, reason_of_correction="收文日期录错")
    browser_as("director").get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/return", said="请附收文登记")
    assert f"{path}?returned=1" in browser_as("office").get(f"/cases/{case}").page
    page = browser_as("office").get(f"{path}?returned=1").page
    for words in ("请附收文登记", "收文日期录错", 'value="2026-09-18"'):
        assert words in page
