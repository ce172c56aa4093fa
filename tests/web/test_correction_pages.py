"""更正登记 and 撤销登记 in the browser: shown with all that they move before they are done, signed by the head.

Received on 2026-09-18, so that the reply is due on 2026-10-09; refused on 2026-09-21, so that the applicant
considers until 2026-10-12. What is corrected was entered by the office from a paper.
"""

from typing import Any

import pytest

from negotiation.notifications import dispatcher
from negotiation.services import acts_view, offers
from negotiation.services.cases import acting
from negotiation.services.cases.case_history import verify
from negotiation.services.context import UnitOfWork
from tests.conftest import CIVIL, POLICE, Story, at
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


def test_a_clerks_correction_waits_for_the_head_of_the_side_that_made_the_entry(browser_as, case, refused):
    page = corrected(browser_as, case, login="office", on="2026-09-18")
    assert (page.status, refused.record.replied_on.isoformat(), refused.record.version) == (200, TODAY, 2)
    assert "待签批：更正登记" in page.page


def test_the_head_sees_on_the_desk_what_is_corrected_what_moves_and_which_mails_bear_the_old_date(
    browser_as, case, refused
):
    dispatcher.run(refused.database, refused.context, at(TODAY, "10:30"))
    corrected(browser_as, case, login="office", on="2026-09-18")
    assert "<strong>1</strong>待签批" in browser_as("director").get("/").page
    page = browser_as("director").get("/proposals").page
    for words in (
        f"第2项“答复：不同意共享”（{TODAY}）", "2026-09-18", REASON, "签批后的变动",
        "届满日 2026-10-12", "届满日 2026-10-09", "此前已发出、将另行更正告知的通知", CIVIL,
    ):  # fmt: skip
        assert words in page
    assert "涉及隐私" not in page, "what was not changed is not spoken of"


def approve(browser_as, case, login="director", n=1):
    page = browser_as(login).get(f"/cases/{case}")
    return page.post(f"/cases/{case}/proposals/{n}/approve", version=page.hidden("version"))


def test_confirmed_by_the_head_it_takes_effect_as_its_authors_with_the_heads_name(browser_as, case, refused):
    corrected(browser_as, case, login="office", on="2026-09-18")
    page = approve(browser_as, case).page
    assert refused.record.replied_on.isoformat() == "2026-09-18"
    for words in ("（已更正）", f"{TODAY} → 2026-09-18", REASON, "office某", "签批人：director某"):
        assert words in page
    with refused.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, refused.context, at(TODAY)), case)
        assert verify(transaction, file) == []


def test_programs_read_of_a_correction_that_waits(browser_as, case, refused):
    corrected(browser_as, case, login="office", on="2026-09-18")
    with refused.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, refused.context, at(TODAY)), case)
        (waiting,) = acts_view.acts_json(file, [], offers.open_proposals(transaction, file))["waiting"]
    assert (waiting["event"], waiting["title"], waiting["author"]) == ("correct_entry", "更正登记", "office某")


def test_a_clerk_strikes_an_entry_by_way_of_the_head_as_well(browser_as, case, refused):
    corrected(browser_as, case, login="office", strike="yes")
    assert "撤销登记" in browser_as("director").get("/proposals").page
    approve(browser_as, case)
    assert refused.state == "awaiting_reply"


def test_returned_by_the_head_it_stands_with_the_opinion_and_nothing_has_happened(browser_as, case, refused):
    corrected(browser_as, case, login="office", on="2026-09-18")
    page = browser_as("director").get(f"/cases/{case}")
    page.post(f"/cases/{case}/proposals/1/return", said="请附来文复印件")
    assert (refused.record.version, refused.record.replied_on.isoformat()) == (2, TODAY)
    assert "请附来文复印件" in browser_as("office").get(f"/cases/{case}").page


def test_it_is_checked_again_when_it_is_confirmed_and_refused_where_the_case_has_moved(browser_as, case, refused):
    """Prepared while the refusal was the last; then it was referred, which a struck refusal does not allow."""
    corrected(browser_as, case, login="office", strike="yes")
    refused.act("refer", "applicant", TODAY)
    page = browser_as("director").get("/proposals").page
    assert "现在不能签批" in page
    assert "“提请协调”不再成立" in page
    outcome = browser_as("director").get("/proposals").post("/proposals/approve", pick=f"{case}/1/3")
    assert "没有签批" in outcome.page
    assert (refused.state, refused.record.version) == ("referred", 3)


def test_the_head_of_another_side_confirms_no_correction(browser_as, case, refused):
    corrected(browser_as, case, login="office", on="2026-09-18")
    assert browser_as("chief").get("/proposals").page.count("更正登记") == 0
    page = browser_as("chief").get(f"/cases/{case}")
    refusal = page.post(f"/cases/{case}/proposals/1/approve", version="2")
    assert (refusal.status, refused.record.version) == (400, 2)


def test_a_party_prepares_and_confirms_the_correction_of_its_own_entry(browser_as, case, story):
    browser_as("chief").act(case, "refuse", on=TODAY, reason="涉及隐私")
    corrected(browser_as, case, login="police", reason="涉及个人信息")
    assert story.record.version == 2
    approve(browser_as, case, login="chief")
    assert story.entered(2)["reason"] == "涉及隐私", "what was entered stays"
    assert story.file.case_state.items[0].reason == "涉及个人信息"


def test_the_office_prepares_no_correction_of_what_a_party_entered(browser_as, case, story):
    browser_as("chief").act(case, "refuse", on=TODAY, reason="涉及隐私")
    refusal = corrected(browser_as, case, login="office", reason="涉及个人信息")
    assert (refusal.status, f"由{POLICE}负责人签批" in refusal.page) == (400, True)


def test_the_office_is_told_beforehand_whose_head_signs_and_is_offered_the_preview_alone(browser_as, case, story):
    said, sends = f"本项由{POLICE}登记，更正和撤销由{POLICE}负责人签批", 'value="enter"'
    browser_as("chief").act(case, "refuse", on=TODAY, reason="涉及隐私")
    assert said in browser_as("office").get(f"/cases/{case}/corrections/2").page
    shown = corrected(browser_as, case, login="office", do="preview", reason="涉及个人信息")
    assert (shown.status, "更正后的变动" in shown.page, said in shown.page, sends in shown.page) == (
        200,
        True,
        True,
        False,
    )
    own = corrected(browser_as, case, login="chief", do="preview", reason="涉及个人信息")
    assert (own.status, said in own.page, sends in own.page) == (200, False, True)


def test_while_a_correction_waits_the_side_puts_nothing_else_before_its_head(browser_as, case, refused):
    corrected(browser_as, case, login="office", on="2026-09-18")
    again = corrected(browser_as, case, login="office", on="2026-09-18")
    assert (again.status, "本案已有待签批的“更正登记”" in again.page) == (400, True)


def test_what_is_not_lawful_is_refused_to_its_author_and_not_to_the_head(browser_as, case, refused):
    page = corrected(browser_as, case, login="office", on="2026-09-17")
    assert (page.status, "不再成立" in page.page) == (400, True)
    assert "没有待签批的事项" in browser_as("director").get("/proposals").page


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


def test_the_page_for_an_entry_that_is_not_there_leads_back_to_the_case(browser_as, case, refused):
    page = browser_as("chief").get(f"/cases/{case}/corrections/2").page
    assert "没有可以更正的第2项登记" in page
    assert f'<a href="/cases/{case}">回到案件 {case}</a>' in page
    assert "回到工作台" not in page


def test_the_page_for_a_case_that_is_not_there_leads_to_no_case(browser_as, case, refused):
    page = browser_as("justice").get(f"/cases/{case}/corrections/2").page
    assert f"/cases/{case}" not in page
    assert "回到工作台" in page
