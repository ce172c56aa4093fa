"""更正登记 and 撤销登记 in the browser: shown with all that they move before they are done, signed by the head.

Received on 2026-09-18, so that the reply is due on 2026-10-09; refused on 2026-09-21, so that the applicant
considers until 2026-10-12. What is corrected was entered by the office from a paper.
"""

from typing import Any

import pytest

from tests.conftest import Story
from tests.web_client import TODAY

REASON = "登记人误将收文日期录为办理日期"


@pytest.fixture
def refused(browser_as: Any, case: str, story: Story) -> Story:
    """A refusal of today, of which the office entered the paper."""
    signed = {"signed_by": "王局长", "signed_on": TODAY}
    browser_as("office").act(case, "refuse", **{"as": "provider"}, on=TODAY, reason="涉及隐私", **signed)
    return story


def corrected(browser_as: Any, case: str, login: str = "director", do: str = "enter", **fields: Any) -> Any:
    """The page after a correction of the refusal was asked for."""
    page = browser_as(login).get(f"/cases/{case}/corrections/2")
    typed = {"on": TODAY, "reason": "涉及隐私", "reason_of_correction": REASON, "reviewed": "yes", "version": "2"}
    return page.post(f"/cases/{case}/corrections/2", **typed | fields, do=do)


def test_the_page_of_a_case_leads_to_the_correction_of_what_people_entered(browser_as, case, refused):
    page = browser_as("director").get(f"/cases/{case}").page
    assert f'href="/cases/{case}/corrections/2"' in page
    form = browser_as("director").get(f"/cases/{case}/corrections/2").page
    assert "更正登记：第2项“答复：不同意共享”" in form
    assert "涉及隐私" in form


def test_a_correction_is_shown_before_it_is_done(browser_as, case, refused):
    shown = corrected(browser_as, case, do="preview", on="2026-09-18")
    assert shown.status == 200
    for words in ("更正后的变动（尚未登记）", "确认答复意见期限", "届满日 2026-10-12", "届满日 2026-10-09"):
        assert words in shown.page
    assert refused.record.replied_on.isoformat() == TODAY


def test_what_ended_a_term_to_supply_is_called_a_supply_and_not_a_reply(browser_as, case, story):
    signed = {"signed_by": "王局长", "signed_on": TODAY}
    for act in ("agree", "supply"):
        browser_as("office").act(case, act, **{"as": "provider"}, on=TODAY, **signed)
    typed = {"on": "2026-09-18", "reason_of_correction": REASON, "reviewed": "yes", "do": "preview"}
    page = browser_as("director").get(f"/cases/{case}/corrections/2")
    shown = page.post(f"/cases/{case}/corrections/2", **typed, besides="3", version=str(story.record.version)).page
    assert "答复 2026-09-18" in shown
    assert f"提供 {TODAY}" in shown
    assert f"答复 {TODAY}，结束 {TODAY}" in shown


def test_a_correction_moves_the_dates_and_leaves_the_old_value_readable(browser_as, case, refused):
    page = corrected(browser_as, case, on="2026-09-18").page
    assert refused.record.replied_on.isoformat() == "2026-09-18"
    for words in ("（已更正）", f"{TODAY} → 2026-09-18", REASON):
        assert words in page


def test_an_entry_that_was_a_mistake_is_struck_and_the_term_goes_on(browser_as, case, refused):
    page = corrected(browser_as, case, strike="yes").page
    assert refused.state == "awaiting_reply"
    assert "<del>答复：不同意共享</del>（已撤销）" in page


def test_only_the_head_of_the_side_that_entered_it_signs_a_correction(browser_as, case, refused):
    refusal = corrected(browser_as, case, login="office", on="2026-09-18")
    assert (refusal.status, refused.record.replied_on.isoformat()) == (400, TODAY)
    assert "负责人签批" in refusal.page
    assert "2026-09-18" in refusal.page, "what was typed is not lost"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"reason_of_correction": ""}, "更正须写明理由"),
        ({}, "没有要更正的"),
        ({"on": "2027-01-05"}, "之后"),
        ({"on": "2026-09-17"}, "不再成立"),
    ],
)
def test_what_cannot_be_corrected_is_refused_with_a_sentence(browser_as, case, refused, fields, says):
    page = corrected(browser_as, case, **fields)
    assert (page.status, says in page.page) == (400, True)
    assert refused.record.version == 2


def test_what_another_side_entered_is_not_there_for_a_party(browser_as, case, refused):
    assert browser_as("chief").get(f"/cases/{case}/corrections/2").status == 404
    assert f"/cases/{case}/corrections/2" not in browser_as("chief").get(f"/cases/{case}").page
