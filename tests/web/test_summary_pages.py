"""The unit's summary in the browser and for programs (37号第二十九条): filled in, checked, compared by both sides."""

import re
from html import unescape

import pytest

from negotiation.core.scopes import Scope
from negotiation.services.accounts import management, tokens
from negotiation.worker import yearly_cases
from tests.conftest import POLICE, Story, admin_at, at
from tests.documents.report.test_summaries import summary

MONDAY = "2026-11-16"


@pytest.fixture
def asked(story: Story, fake_clock) -> str:
    """The summary of the police, in whose year two cases came."""
    for on in ("2026-09-01", "2026-09-02"):
        Story(story.database, story.context).submitted(on)
    with story.database.write() as transaction:
        yearly_cases.run(transaction, story.context, at("2026-10-08"))
    fake_clock.now = at(MONDAY)
    return summary(story, POLICE).no


def words(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    return (re.findall(r'value="([^"]*)"', found[0]) or [""])[0]


def test_the_form_is_filled_with_the_figures_of_today(browser_as, asked, story):
    browser = browser_as("chief").get(f"/cases/{asked}/acts/revise")
    assert value(browser.page, "provided_received") == "2"
    assert value(browser.page, "provided_carried_forward") == "2"
    Story(story.database, story.context).submitted("2026-11-02")
    assert value(browser.get(f"/cases/{asked}/acts/revise").page, "provided_received") == "3"
    assert "作为提供部门：本年新收 3" in words(browser.get(f"/cases/{asked}/acts/confirm").page)


def test_numbers_that_do_not_balance_come_back_with_the_form(browser_as, asked):
    browser = browser_as("chief").act(asked, "revise", on=MONDAY, provided_received="5", provided_carried_forward="2")
    assert browser.status == 400
    assert "作为提供部门的数字不平衡" in browser.page
    assert value(browser.page, "provided_received") == "5"


def test_unit_and_office_see_where_they_differ(browser_as, asked):
    browser_as("chief").act(asked, "revise", on=MONDAY, provided_received="5", provided_carried_forward="5")
    for login in ("chief", "office"):
        page = words(browser_as(login).get(f"/cases/{asked}").page)
        assert "与系统统计不同" in page
        assert "作为提供部门：本年新收 报5，系统2；作为提供部门：结转下年 报5，系统2" in page
    assert browser_as("justice").get(f"/cases/{asked}").status == 404


def test_what_the_head_approves_is_counted_on_the_day_of_approval(browser_as, asked, story):
    browser_as("police").act(asked, "confirm", on=MONDAY)
    assert summary(story, POLICE).state == "awaiting_summary"
    assert "待签批" in words(browser_as("chief").get(f"/cases/{asked}").page)


def test_a_program_hands_in_and_reads_the_differences(browser_as, asked, database, fake_clock):
    client = browser_as().client
    with database.write() as transaction:
        whose, ends = management.find(transaction, "police").person.id, at("2026-12-31")
        token = tokens.create_token(
            transaction, whose, "平台", tuple(Scope), expires_at=ends, operation=admin_at(fake_clock.now)
        )
    fields = {"provided_received": "5", "provided_carried_forward": "5"}
    signed = {"by": "provider", "on": MONDAY, "signed_by": "王局长", "signed_on": MONDAY}
    path, headers = f"/api/v1/cases/{asked}/acts/revise", {"Authorization": f"Bearer {token}"}
    refused = client.post(path, json={**signed, "fields": {"provided_received": "5"}}, headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (400, "provided_carried_forward")
    done = client.post(path, json={**signed, "fields": fields}, headers=headers)
    assert done.status_code == 202, done.text
    browser_as("chief").get(f"/cases/{asked}").post(f"/cases/{asked}/proposals/1/approve")
    read = client.get(f"/api/v1/cases/{asked}", headers=headers).json()
    found = read["events"][-1]["differences"]
    assert [(each["field"], each["handed_in"], each["counted"]) for each in found] == [
        ("provided_received", 5, 2), ("provided_carried_forward", 5, 2),
    ]  # fmt: skip
