"""A paper that came in: the clerk of the office finds its case, says what came, and enters it as the paper stands."""

import pytest

from tests.conftest import Story
from tests.documents.ledgers import state

NO = "GX2026-0001"
ANSWER = f"/cases/{NO}/acts/agree?as=provider"


@pytest.fixture
def office(browser_as, story: Story):
    story.submitted("2026-09-14")
    return browser_as("office")


@pytest.mark.parametrize("typed", [NO, "gx2026-1", "ＧＸ2026-0001"])
def test_the_number_leads_to_what_may_have_come(office, typed):
    page = office.get(f"/papers?no={typed}").page
    assert "市民政局 → 市公安局" in page
    assert f'href="{ANSWER}"' in page
    assert "代录" in office.get(ANSWER).page


def test_what_came_is_entered_in_one_form_with_its_day_and_signer(office, database):
    office.get(ANSWER)
    fields = {"reviewed": "yes", "on": "2026-09-16", "signed_by": "王局长", "signed_on": "2026-09-16"}
    office.post(f"/cases/{NO}/acts/agree", **{"as": "provider", "version": office.hidden("version"), **fields})
    assert state(database, NO) == "agreed"


def test_a_number_that_is_none_stays_and_is_told_so(office):
    page = office.get("/papers?no=GX2026-0999").page
    assert (office.status, "没有编号为“GX2026-0999”的案件" in page, 'value="GX2026-0999"' in page) == (404, True, True)


def test_a_part_of_several_numbers_leads_to_each_of_them(office, story):
    Story(story.database, story.context).submitted("2025-09-15")
    page = office.get("/papers?no=1").page
    assert (office.status, "没有编号为" in page) == (200, False)
    assert all(f'href="/papers?no={no}"' in page for no in (NO, "GX2025-0001"))
    assert f'href="{ANSWER}"' in office.get(f"/papers?no={NO}").page


def test_a_finished_case_says_that_nothing_more_can_come(office, story):
    story.act("withdraw", "applicant", "2026-09-15")
    assert "没有可以代为登记的来文" in office.get(f"/papers?no={NO}").page


def test_a_department_enters_no_papers(browser_as, story):
    assert browser_as("civil").get("/papers").status == 404
