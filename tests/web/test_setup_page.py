"""The first day: an empty home says what comes first, and each thing that is to be set up has its state and its way."""

import re

import pytest

from negotiation.store import departments
from tests.conftest import Story
from tests.documents.ledgers import made, row
from tests.web.test_ledger_pages import sent

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ROW = re.compile(r'<tr><th scope="row">(.*?)</th><td>.*?</span> (\S+)</span></td><td>(.*?)</td><td>(.*?)</td></tr>')


@pytest.fixture
def empty(database, context):
    """Nobody has entered anything but the accounts."""

    def made_empty(browser):
        with database.write() as transaction:
            transaction.execute("DELETE FROM clerk")
            transaction.execute("UPDATE account SET department_id = NULL")
            transaction.execute("DELETE FROM department")
            departments.changed(transaction)
        return browser

    return made_empty


def rows(page: str) -> dict[str, tuple[str, str, str]]:
    return {title: tuple(rest) for title, *rest in ROW.findall(page)}


def test_each_thing_has_its_state_and_its_next_step(browser_as):
    found = rows(browser_as("admin").get("/setup").page)
    assert found["台账"][:2] == ("注意", "还没有案件")
    assert found["邮件服务器"][:2] == ("注意", "没有设置邮件服务器，邮件只存在本机")
    assert "机关代字" in found["办公室名称和文头"][1]
    assert 'href="/calendar"' in found["节假日安排"][2]
    assert found["备份"][:2] == ("注意", "没有设置定时备份")
    assert 'href="/accounts"' in found["账户"][2]


def test_what_was_set_is_shown_without_its_password(browser_as, settings):
    settings.smtp_url = "smtps://post:geheim@mail.example.gov.cn:465"
    settings.office_name, settings.office_code = "京州市大数据局", "京数协"
    page = browser_as("office").get("/setup").page
    assert rows(page)["邮件服务器"][:2] == ("正常", "mail.example.gov.cn，发件人 noreply@sharing.gov.cn")
    assert rows(page)["办公室名称和文头"][1] == "京州市大数据局，京数协"
    assert "geheim" not in page


def test_once_there_is_a_case_the_page_is_the_settings(browser_as, story: Story):
    story.submitted("2026-09-01")
    page = browser_as("office").get("/setup").page
    assert rows(page)["台账"][:2] == ("正常", "已有案件")
    assert "<h1>设置</h1>" in page


def test_a_trial_mail_goes_out_and_is_said(browser_as, settings):
    browser = browser_as("office").get("/setup")
    assert "存在本机" in browser.post("/setup/mail", email="office@sharing.gov.cn").page
    (kept,) = settings.mail_folder.glob("**/*.eml")
    assert b"office@sharing.gov.cn" in kept.read_bytes()


@pytest.mark.parametrize("address", ["", "nobody", "a@example.com"])
def test_an_address_that_cannot_be_is_told_so_and_stays(browser_as, settings, address):
    browser = browser_as("office").get("/setup")
    page = browser.post("/setup/mail", email=address).page
    assert (browser.status, 'role="alert"' in page, f'value="{address}"' in page) == (400, True, True)
    assert not list(settings.mail_folder.glob("**/*.eml"))


def test_an_empty_home_leads_there_and_a_ledger_is_what_comes_first(browser_as, empty, tmp_path):
    director = empty(browser_as("director")).get("/")
    assert "第一步：把办公室自己的台账放进来" in director.page
    sent(director, made(tmp_path / "first.xlsx", [row("B-1", "2026-09-14")]), "import")
    assert "B-1" in director.get("/cases").page
    assert rows(director.get("/setup").page)["部门和经办人"][0] == "注意"


def test_whoever_only_looks_is_not_led_there(browser_as, empty):
    auditor = empty(browser_as("auditor")).get("/")
    assert "第一步" not in auditor.page
    assert auditor.get("/setup").status == 404
