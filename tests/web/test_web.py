"""The desk in a browser, page by page, on both databases: who sees what, how an act is done, what goes wrong plainly.

Today is 21 September 2026, ten in the morning. The civil affairs bureau applies, the police provide, justice looks on.
"""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from negotiation.core.enums import AccountRole
from negotiation.services.accounts import management
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, admin_at, at
from tests.web_client import PASSWORD, TODAY

SIGNED = {"signed_by": "王局长", "signed_on": TODAY}

# ---------------------------------------------------------------------------------------------------------- sign-in


def test_the_link_in_a_mail_leads_to_the_case_after_signing_in(browser_as, case):
    browser = browser_as().get(f"/cases/{case}")
    assert (browser.status, browser.url) == (200, "/signin")
    browser.post("/signin", login="police", password=PASSWORD, back=browser.hidden("back"))
    assert browser.url == f"/cases/{case}"
    assert "常住人口基本信息" in browser.page


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(browser_as):
    one = browser_as().post("/signin", login="police", password="错了错了错了错了错了", back="/")
    other = browser_as().post("/signin", login="nobody", password="错了错了错了错了错了", back="/")
    assert one.status == other.status == 400
    assert one.page.replace("police", "") == other.page.replace("nobody", "")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"])
def test_signing_in_leads_nobody_elsewhere(browser_as, back):
    assert browser_as().post("/signin", login="police", password=PASSWORD, back=back).url == "/"


def test_a_session_that_was_idle_too_long_is_over_and_the_way_back_is_kept(browser_as, fake_clock, case):
    browser = browser_as("police").get(f"/cases/{case}")
    fake_clock.now += timedelta(hours=2)
    browser.get(f"/cases/{case}")
    assert browser.url == "/signin"
    assert browser.hidden("back") == f"/cases/{case}"


def test_signing_out_ends_the_session(browser_as):
    browser = browser_as("police").get("/")
    browser.post("/signout")
    assert browser.get("/").url == "/signin"


def test_a_temporary_password_opens_only_the_page_on_which_it_is_changed(browser_as, database, fake_clock):
    _, temporary = management.create_account(
        database, login="new", name="新来", roles={AccountRole.OFFICE_CLERK}, operation=admin_at(fake_clock.now)
    )
    browser = browser_as().post("/signin", login="new", password=temporary, back="/")
    assert browser.url == "/password"
    assert browser.get("/tasks").url == "/password"
    weak = browser.post("/password", old=temporary, new="12345", again="12345")
    assert weak.status == 400
    browser.get("/password").post("/password", old=temporary, new=PASSWORD, again=PASSWORD)
    assert browser.url == "/"


def test_a_form_that_did_not_come_from_a_page_of_this_session_does_nothing(browser_as, case, story):
    browser = browser_as("police").get(f"/cases/{case}")
    answer = browser.client.post(f"/cases/{case}/acts/agree", data={"csrf": "forged", "reviewed": "yes"})
    assert answer.status_code == 400
    assert story.state == "awaiting_reply"


# ------------------------------------------------------------------------------------------------------ who sees what


def test_a_department_sees_its_own_cases_only_and_not_even_that_there_are_others(browser_as, case):
    assert case in browser_as("civil").get("/cases").page
    assert case in browser_as("police").get("/cases").page
    assert case not in browser_as("justice").get("/cases").page
    assert "没有编号为" in browser_as("justice").get(f"/cases/{case}").page


def test_a_draft_is_seen_by_its_author_and_the_office_only(browser_as, story):
    story.open("2026-09-18")
    assert browser_as("civil").get(f"/cases/{story.no}").status == 200
    assert browser_as("police").get(f"/cases/{story.no}").status == 404
    assert story.no not in browser_as("police").get("/?all=1").page


def test_tasks_and_notices_of_a_case_are_for_the_office(browser_as, case, story):
    story.sweep("2026-10-10")
    assert "请核实是否已书面答复" in browser_as("office").get(f"/cases/{case}").page
    assert "请核实是否已书面答复" not in browser_as("police").get(f"/cases/{case}").page


# --------------------------------------------------------------------------------------------------------- a case page


def test_the_case_shows_whose_turn_it_is_and_the_days_one_by_one(browser_as, case):
    page = browser_as("police").get(f"/cases/{case}").page
    assert "由提供部门办理" in page
    assert "2026年10月9日（星期五）" in page
    assert len(re.findall(r'<li class="day day-', page)) == 21
    assert "国办发明电〔2025〕7号" in page
    assert re.search(r'day-make-up[^>]*title="2026-09-20', page)
    assert re.search(r'class="day day-working is-due"', page)


def test_the_buttons_are_those_of_the_person(browser_as, case):
    police, civil, auditor = (browser_as(login).get(f"/cases/{case}").page for login in ("police", "civil", "auditor"))
    assert f"/cases/{case}/acts/agree" in police
    assert f"/cases/{case}/acts/agree" not in civil
    assert f"/cases/{case}/acts/withdraw" in civil
    assert "/acts/" not in auditor


# -------------------------------------------------------------------------------------------------------------- an act


def test_an_answer_given_in_the_browser_is_recorded_with_its_author(browser_as, case, story):
    browser = browser_as("police").act(case, "agree", on=TODAY, doc_no="京公函〔2026〕12号", **SIGNED)
    assert (browser.status, browser.url) == (200, f"/cases/{case}")
    assert story.state == "agreed"
    assert "police某" in browser.page
    assert "京公函〔2026〕12号" in browser.page


def test_a_missing_field_brings_the_form_back_with_the_error_beside_it_and_nothing_lost(browser_as, case, story):
    browser = browser_as("police").act(case, "refuse", on=TODAY, doc_no="京公函〔2026〕12号")
    assert browser.status == 400
    assert "没有提交" in browser.page
    assert re.search(r'id="f-reason"[^>]*aria-invalid="true"', browser.page)
    assert "京公函〔2026〕12号" in browser.page
    assert story.state == "awaiting_reply"


def test_the_secrecy_review_is_demanded_and_a_marked_text_refused(browser_as, case, story):
    browser = browser_as("police").get(f"/cases/{case}/acts/agree")
    unticked = browser.post(f"/cases/{case}/acts/agree", version=browser.hidden("version"), on=TODAY)
    assert (unticked.status, "保密审查" in unticked.page) == (400, True)
    marked = browser_as("police").act(case, "refuse", on=TODAY, reason="见附件（机密★1年）")
    assert (marked.status, "不得录入" in marked.page) == (400, True)
    assert story.state == "awaiting_reply"


def test_who_fills_in_a_form_while_another_acts_is_shown_what_happened_and_loses_nothing(browser_as, case, story):
    browser = browser_as("police").get(f"/cases/{case}/acts/refuse")
    version = browser.hidden("version")
    story.act("note", "office", TODAY, text="已电话联系")
    fields = {"on": TODAY, "reason": "涉及个人信息", "reviewed": "yes", **SIGNED}
    browser.post(f"/cases/{case}/acts/refuse", version=version, **fields)
    assert browser.status == 409
    assert "办理记录" in browser.page
    assert "涉及个人信息" in browser.page
    assert story.state == "awaiting_reply"
    browser.post(f"/cases/{case}/acts/refuse", version=browser.hidden("version"), **fields)
    assert story.state == "refused"


def test_what_the_clock_did_meanwhile_does_not_stop_a_form(browser_as, case, story, fake_clock):
    browser = browser_as("police")
    fake_clock.now = at("2026-09-29")
    browser.get("/signin").post("/signin", login="police", password=PASSWORD, back="/")
    browser.get(f"/cases/{case}/acts/agree")
    version = browser.hidden("version")
    story.sweep("2026-09-29")
    browser.post(f"/cases/{case}/acts/agree", version=version, on="2026-09-29", reviewed="yes", **SIGNED)
    assert story.state == "agreed"


def test_a_date_in_the_future_is_refused_beside_its_field(browser_as, case):
    browser = browser_as("police").act(case, "agree", on="2026-09-25")
    assert browser.status == 400
    assert "只能登记已经发生的事" in browser.page


def test_an_act_that_is_no_longer_possible_says_so_and_keeps_what_was_typed(browser_as, case, story):
    browser = browser_as("police").get(f"/cases/{case}/acts/refuse")
    version = browser.hidden("version")
    story.act("withdraw", "applicant", TODAY)
    browser.post(
        f"/cases/{case}/acts/refuse", version=version, on=TODAY, reason="涉及个人信息", reviewed="yes", **SIGNED
    )
    assert browser.status in (400, 409)
    assert "涉及个人信息" in browser.page
    assert story.state == "withdrawn"


def test_the_items_of_a_partial_answer_are_ticked(browser_as, case, story):
    browser = browser_as("police").act(
        case, "agree_partly", on=TODAY, reason="住址涉及隐私", items=["姓名"], refused_items=["住址"], **SIGNED
    )
    assert browser.url == f"/cases/{case}"
    answers = [("姓名", "agreed", ""), ("住址", "refused", "住址涉及隐私")]
    assert story.rows("item", "name, answer, reason", "n") == answers, "the reason is that of the refusal"


# --------------------------------------------------------------------------------------------------------- application

FORM = {
    "provider": POLICE, "resource": "常住人口基本信息", "use_basis": "《社会救助暂行办法》第五十八条",
    "scenario": "办理低保资格核对", "mode": "服务接口", "period": "长期", "on": TODAY, "reviewed": "yes",
    **SIGNED,
}  # fmt: skip


def test_a_department_applies_in_its_own_name(browser_as):
    browser = browser_as("civil").get("/apply/sharing")
    assert CIVIL in browser.page
    browser.post("/apply/sharing", applicant=CIVIL, submit="submit", **FORM)
    assert browser.url.startswith("/cases/GX2026-")
    assert "待答复" in browser.page
    other = browser_as("civil").get("/apply/sharing").post("/apply/sharing", applicant=JUSTICE, submit="submit", **FORM)
    assert (other.status, "只能以本单位的名义申请" in other.page) == (400, True)


def test_an_application_may_wait_as_a_draft_and_be_handed_in_later(browser_as):
    browser = browser_as("civil").get("/apply/sharing").post("/apply/sharing", applicant=CIVIL, submit="draft", **FORM)
    assert "草稿" in browser.page
    no = browser.url.rpartition("/")[2]
    assert "待答复" in browser_as("civil").act(no, "submit", on=TODAY, **SIGNED).page


def test_an_incomplete_application_comes_back_whole(browser_as):
    fields = {**FORM, "provider": "市公安"}
    browser = (
        browser_as("civil").get("/apply/sharing").post("/apply/sharing", applicant=CIVIL, submit="submit", **fields)
    )
    assert browser.status == 400
    assert "市公安局" in browser.page
    assert "办理低保资格核对" in browser.page


def test_the_office_enters_the_paper_of_any_department(browser_as):
    browser = (
        browser_as("office").get("/apply/sharing").post("/apply/sharing", applicant=JUSTICE, submit="submit", **FORM)
    )
    assert "待答复" not in browser.page or browser.url.startswith("/cases/")


# ------------------------------------------------------------------------------------------------------------ the list


def test_the_list_is_filtered_ordered_and_given_out_as_a_sheet(browser_as, case, story):
    Story(story.database, story.context).submitted("2026-09-10", provider=JUSTICE, resource="律师执业信息")
    browser = browser_as("office")
    assert case not in browser.get("/?text=律师").page
    assert "律师执业信息" in browser.page
    book = load_workbook(io.BytesIO(browser.client.get("/export?text=律师").content))
    texts = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert "律师执业信息" in texts
    assert "常住人口基本信息" not in texts
    assert browser.get("/?after=broken").status == 400


# -------------------------------------------------------------------------------------------------------- the calendar

NOTICE = "放假：2026-09-28 会议调休\n上班：2026-10-11 会议调休\n"


def test_a_pasted_notice_is_rehearsed_and_then_taken_in(browser_as, case, story):
    browser = browser_as("director").get("/calendar")
    browser.post("/calendar/rehearsal", layer="municipal", text=NOTICE)
    assert "预演结果（尚未写入）" in browser.page
    assert case in browser.page
    assert str(story.term("reply").due_on) == "2026-10-09"
    browser.post("/calendar/import", layer="municipal", text=NOTICE)
    assert (browser.status, browser.url) == (200, "/calendar")
    assert str(story.term("reply").due_on) == "2026-10-10"


def test_a_text_that_is_no_notice_is_refused_and_given_back(browser_as):
    browser = browser_as("office").get("/calendar").post("/calendar/rehearsal", layer="national", text="今天天气很好")
    assert browser.status == 400
    assert "今天天气很好" in browser.page


def test_only_the_office_takes_notices_in(browser_as):
    for login in ("police", "auditor", "secretary"):
        browser = browser_as(login).get("/calendar")
        assert "收录通知" not in browser.page
        assert browser.post("/calendar/import", layer="municipal", text=NOTICE).status == 404


# ------------------------------------------------------------------------------------------------------------- answers


def test_every_answer_forbids_scripts_and_frames_from_elsewhere(browser_as):
    answer = browser_as("police").client.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "http://" not in answer.text.replace("http://testserver", "")


def test_what_people_typed_is_never_markup(browser_as, story):
    story.submitted("2026-09-18", resource="<script>alert(1)</script>")
    page = browser_as("police").get(f"/cases/{story.no}").page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_health_is_told_without_signing_in(browser_as):
    answer = browser_as().client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
