"""职责划转 by data items in the browser: who takes over finds the application, its files and its own case."""

from tests.conftest import CIVIL, JUSTICE, POLICE
from tests.web.test_matter_pages import SCAN, applied
from tests.web.test_meeting_pages import words
from tests.web_client import TODAY

NO, ON = "GX2026-0001", "GX2026-0001-1"


def divided(browser_as):
    applied(browser_as("civil"), files=[SCAN], items="姓名、住址、户主")
    return browser_as("office").act(
        NO, "transfer", on=TODAY, provider=JUSTICE, items="户主", reason="职责划转", doc_no="京编发〔2026〕3号"
    )


def test_the_items_that_are_ticked_go_on_in_a_case_of_their_own(browser_as):
    page = divided(browser_as).page
    assert ON in page
    assert "已划转" in page
    there = browser_as("office").get(f"/cases/{ON}").page
    assert "接续办理（划入）" in there
    assert f"{CIVIL} → {JUSTICE}" in words(there)
    assert f'<a href="/matters/{NO}">' in there


def test_who_takes_over_reads_the_application_with_its_file_and_not_the_other_case(browser_as):
    divided(browser_as)
    justice = browser_as("justice")
    page = justice.get(f"/cases/{ON}").page
    assert "办理低保资格核对" in page
    assert SCAN[0] in page
    assert justice.client.get(f"/cases/{ON}/files/1").content == SCAN[1]
    assert justice.get(f"/cases/{NO}").status == 404
    assert browser_as("police").get(f"/cases/{ON}").status == 404


def test_all_items_ticked_hand_the_whole_case_over(browser_as):
    applied(browser_as("civil"), items="姓名、住址")
    browser_as("office").act(NO, "transfer", on=TODAY, provider=JUSTICE, items="姓名、住址", reason="职责划转")
    assert f"{CIVIL} → {JUSTICE}" in words(browser_as("office").get(f"/cases/{NO}").page)
    assert browser_as("office").get(f"/cases/{ON}").status == 404


def test_after_a_merger_of_both_parties_the_page_offers_the_ending_and_refuses_the_dead_name(browser_as, case):
    admin = browser_as("office")
    admin.get("/departments")
    number = admin.page.split(f">{POLICE}<")[0].rsplit("/departments/", 1)[1].split('"')[0]
    admin.get(f"/departments/{number}/reorganize")
    done = admin.post(f"/departments/{number}/reorganize", on=TODAY, doc_no="京编发〔2026〕3号", into=CIVIL)
    assert "合并后无须共享" in done.page
    refused = browser_as("office").act(case, "agree", on=TODAY, signed_by="王局长", signed_on=TODAY)
    assert "不能再以其名义办理" in refused.page
    ended = browser_as("director").act(case, "close_merged", on=TODAY, reason="机构合并")
    assert "办结" in ended.page
