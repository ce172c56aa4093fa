"""The outbox as a page: what was sent to whom in which words, what was not and why, and what is sent again.

Cases are handed in on Friday, 18 September 2026; the office looks on Monday.
"""

import email
import email.policy
import re
from html import unescape
from urllib.parse import quote

import pytest

from negotiation.core.enums import Duty
from negotiation.domain.departments import Contact
from negotiation.notifications import dispatcher
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.screening import Screening
from negotiation.store.departments import read_directory, set_person
from negotiation.store.outbox_list import find
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at
from tests.web_client import TODAY

FRIDAY = "2026-09-18"


def address(database, name: str, mailbox: str) -> None:
    with database.write() as transaction:
        unit = read_directory(transaction).find(name)
        set_person(transaction, unit.id, Contact(Duty.A, "甲", mailbox, "010-1"))


def row(browser, *words: str) -> str:
    """The line of the list that has all these words."""
    rows = re.findall(r"<tr>.*?</tr>", browser.page, re.DOTALL)
    found = [each for each in rows if all(word in each for word in words)]
    assert len(found) == 1, words
    return found[0]


def mails(context) -> list:
    paths = context.settings.mail_folder.glob("*.eml")
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]


@pytest.fixture
def sent(database, context, story) -> str:
    """A case of which the police have the mail."""
    story.submitted(FRIDAY)
    assert dispatcher.run(database, context, at(FRIDAY)).sent == 1
    return story.no


@pytest.fixture
def failed(database, context, story) -> str:
    """A case whose mail could not go: the address of the police was none."""
    address(database, POLICE, "not an address")
    story.submitted(FRIDAY)
    assert dispatcher.run(database, context, at(FRIDAY)).failed == 1
    return story.no


def resend(browser, **more: str):
    fields = {name: browser.hidden(name) for name in ("case_id", "key")}
    return browser.post("/outbox/resend", **fields, **more)


# ------------------------------------------------------------------------------------------------------- what is there


def test_each_mail_is_listed_with_its_state_its_tries_and_what_the_server_said(browser_as, failed):
    line = row(browser_as("office").get("/outbox"), failed, "来件")
    assert "未能发出" in line
    assert "not an address" in line
    assert POLICE in line


def test_mails_are_found_by_state_department_and_words(browser_as, sent, story):
    other = Story(story.database, story.context).submitted("2026-09-21", provider=JUSTICE)
    browser = browser_as("office")
    for narrowed in ("state=waiting", f"department={quote(JUSTICE)}", f"text={other.no}"):
        browser.get(f"/outbox?{narrowed}")
        assert other.no in browser.page
        assert sent not in browser.page
    browser.get("/outbox?text=gaj.gov")
    assert sent in browser.page
    assert other.no not in browser.page
    assert browser.get("/outbox?state=nonsense").status == 400
    assert "没有名称中含“没有的局”的部门" in browser.get(f"/outbox?department={quote('没有的局')}").page
    assert browser.get("/outbox?after=broken").status == 400


def test_more_than_a_page_is_walked_without_losing_or_repeating_one(browser_as, story):
    numbers = [story.submitted(FRIDAY).no for _ in range(53)]
    browser, seen = browser_as("office").get("/outbox"), []
    while True:
        seen += re.findall(r'<td class="number"><a href="/cases/([^"]+)">', browser.page)
        link = re.search(r'<a href="([^"]+)">下一页', browser.page)
        if link is None:
            break
        browser.get(unescape(link[1]))
    assert sorted(seen) == sorted(numbers)
    assert "← 第一页" in browser.page


def test_a_mail_is_read_as_its_reader_has_it(browser_as, sent, context):
    browser = browser_as("office").get("/outbox")
    link = re.search(r'href="(/outbox/\d+/[^"]+)"', row(browser, sent))
    assert link
    page = unescape(browser.get(link[1]).page)
    (mail,) = mails(context)
    assert str(mail["Subject"]) in page
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n").strip()
    assert text in page
    assert "a@gaj.gov.cn" in page
    assert str(mail["Message-ID"]) in page


def test_what_is_still_to_be_sent_can_be_read_before(browser_as, case, story):
    browser = browser_as("secretary").get("/outbox")
    link = re.search(r'href="(/outbox/\d+/[^"]+)"', row(browser, case))
    assert link
    browser.get(link[1])
    assert f"〔来件〕{case} 请办理" in browser.page
    assert "重发" not in browser.page


# ------------------------------------------------------------------------------------------------------------ once more


def test_what_failed_is_sent_again_when_the_address_is_mended_and_its_task_is_done(browser_as, failed, story, context):
    (task,) = story.tasks()
    assert (failed in task[0], task[1]) == (True, None)
    address(story.database, POLICE, "c@gaj.gov.cn")
    browser = resend(browser_as("office").get(f"/outbox?text={failed}"))
    assert browser.status == 200
    assert "待发" in browser.page
    assert story.tasks()[0][1] is not None
    assert dispatcher.run(story.database, context, at(TODAY)).sent == 1
    assert [mail["To"].addresses[0].addr_spec for mail in mails(context)] == ["c@gaj.gov.cn"]


def test_what_fails_again_is_a_task_again(browser_as, failed, story, context):
    resend(browser_as("office").get(f"/outbox?text={failed}"))
    assert dispatcher.run(story.database, context, at(TODAY)).failed == 1
    assert [done for _, done in story.tasks()] == [None]


def test_what_was_sent_is_sent_again_only_when_confirmed_and_is_the_same_mail(browser_as, sent, story, context):
    (first,) = mails(context)
    browser = resend(browser_as("office").get(f"/outbox?text={sent}"))
    assert browser.url == "/outbox/resend"
    assert "收件人会再收到同一封信" in browser.page
    assert dispatcher.run(story.database, context, at(TODAY)).sent == 0
    resend(browser, confirmed="yes")
    assert dispatcher.run(story.database, context, at(TODAY)).sent == 1
    assert {str(mail["Message-ID"]) for mail in mails(context)} == {str(first["Message-ID"])}
    assert "2026-09-21 10:00" in row(browser_as("office").get("/outbox"), sent)


def test_a_reminder_that_is_sent_again_does_not_join_a_digest(browser_as, story, context, fake_clock):
    other = Story(story.database, context).submitted("2026-09-17")
    story.submitted(FRIDAY)
    fake_clock.now = at("2026-09-28")
    dispatcher.run(story.database, context, at("2026-09-21"))
    other.sweep("2026-09-28", "10:00")
    dispatcher.run(story.database, context, at("2026-09-28"))
    reminder = next(mail for mail in mails(context) if "〔提醒〕" in str(mail["Subject"]))
    browser = resend(browser_as("office").get(f"/outbox?text={other.no}&state=sent"))
    assert "〔提醒〕" in browser.page
    resend(browser, confirmed="yes")
    fake_clock.now = at("2026-09-29")
    story.sweep("2026-09-29")
    assert dispatcher.run(story.database, context, at("2026-09-29")).sent == 2
    assert [str(mail["Message-ID"]) for mail in mails(context)].count(str(reminder["Message-ID"])) == 1


def test_a_digest_that_was_refused_is_sent_again_and_the_task_of_each_case_in_it_is_done(
    browser_as, story, context, fake_clock
):
    other = Story(story.database, context).submitted(FRIDAY)
    story.submitted(FRIDAY)
    dispatcher.run(story.database, context, at(FRIDAY))
    fake_clock.now = at("2026-09-29")
    story.sweep("2026-09-29")
    dispatcher.run(story.database, context, at("2026-09-29"))
    refused_by_the_server(story.database, context)
    assert [done for each in (story, other) for _, done in each.tasks()] == [None, None]
    browser = browser_as("office").get("/outbox?state=failed")
    link = re.search(r'href="(/outbox/0/digest[^"]+)"', browser.page)
    assert link
    page = browser.get(link[1]).page
    assert story.no in page
    assert other.no in page
    resend(browser)
    assert [str(done) for each in (story, other) for _, done in each.tasks()] == ["2026-09-29"] * 2
    assert dispatcher.run(story.database, context, at("2026-09-29")).sent == 1


def refused_by_the_server(database, context) -> None:
    """The digest that is under way is answered with a 550, as the post records it."""
    with database.read() as transaction:
        (key,) = transaction.connection.exec_driver_sql("SELECT key FROM notice WHERE template = 'digest'").scalars()
        row = find(transaction, 0, key)
    with database.write() as transaction:
        transaction.execute("UPDATE notice SET state = 'claimed' WHERE template = 'digest'")
        writer = Composer(context.settings, context.calendar_by, at("2026-09-29"))
        Screening(transaction, context, writer, at("2026-09-29")).fail(row, "550 没有这个用户")


def test_what_still_waits_or_was_dropped_is_not_sent_again(browser_as, case, story):
    browser = browser_as("office").get("/outbox")
    assert "/outbox/resend" not in row(browser, case)
    key = story.rows("notice", "key", "key")[0][0]
    browser.post("/outbox/resend", case_id=str(story.record.id), key=key)
    assert (browser.status, "只有未能发出的和已发的" in browser.page) == (409, True)


# ------------------------------------------------------------------------------------------------------------ for whom


@pytest.mark.parametrize("login", ["secretary", "auditor"])
def test_who_only_looks_sends_nothing(browser_as, failed, story, login):
    browser = browser_as(login).get("/outbox")
    assert failed in browser.page
    assert "/outbox/resend" not in browser.page
    key = story.rows("notice", "key", "key")[0][0]
    case_id = story.record.id
    assert browser.get(f"/outbox/resend?case_id={case_id}&key={key}").status == 404
    assert browser.get("/help").post("/outbox/resend", case_id=str(case_id), key=key).status == 404


def test_a_mail_about_a_case_is_not_for_departments_and_administrators(browser_as, sent, story):
    address = f"/outbox/{story.record.id}/{story.rows('notice', 'key', 'key')[0][0]}"
    found = {
        login: browser_as(login).get(address).status for login in ("office", "auditor", "civil", "police", "admin")
    }
    assert found == {"office": 200, "auditor": 200, "civil": 404, "police": 404, "admin": 404}
    assert browser_as("office").get("/outbox/1/nothing").status == 404
    assert browser_as("office").get("/outbox/x/nothing").status == 404
    assert CIVIL in browser_as("office").get("/departments").page
