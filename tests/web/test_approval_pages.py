"""签批 in the browser: a clerk proposes, the head approves; what is signed on paper is entered with its signer.

The police clerk answers, the police chief signs; the office's clerk and its director likewise.
"""

import re
from typing import Any

import pytest

from negotiation.core.scopes import Scope
from negotiation.services.accounts import management, tokens
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, admin_at, at
from tests.web_client import TODAY

SIGNED = {"signed_by": "王局长", "signed_on": TODAY}
FORM = {
    "applicant": CIVIL, "resource": "常住人口基本信息", "use_basis": "《社会救助暂行办法》第五十八条",
    "scenario": "办理低保资格核对", "mode": "服务接口", "period": "长期", "on": TODAY, "reviewed": "yes",
}  # fmt: skip


def proposed(browser_as, case: str, event: str = "agree", login: str = "police", **fields: Any):
    return browser_as(login).act(case, event, on=TODAY, **fields)


def sign(browser_as, case: str, login: str = "chief", verb: str = "approve", **fields: Any):
    return browser_as(login).get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/{verb}", **fields)


def test_an_answer_of_a_clerk_waits_for_the_head_and_takes_effect_when_signed(browser_as, case, story):
    page = proposed(browser_as, case, doc_no="京公函〔2026〕12号").page
    assert "已送签" in page
    assert story.state == "awaiting_reply"
    signed = sign(browser_as, case)
    assert (signed.status, story.state) == (200, "agreed")
    assert ("agree", TODAY, "provider") in story.events()
    for words in ("police某", "签批人：chief某", f"签批日期：{TODAY}", "京公函〔2026〕12号"):
        assert words in signed.page


def test_it_counts_on_the_day_of_the_signature_and_not_of_the_proposal(browser_as, case, story, fake_clock):
    proposed(browser_as, case)
    fake_clock.now = fake_clock.now.replace(month=10, day=12)
    sign(browser_as, case)
    assert story.record.replied_on.isoformat() == "2026-10-12"
    assert story.record.late


def test_the_head_s_own_act_needs_nobody_else(browser_as, case, story):
    assert "签批人：chief某" in proposed(browser_as, case, login="chief").page
    assert story.state == "agreed"


def test_what_was_signed_on_paper_takes_effect_at_once(browser_as, case, story):
    page = proposed(browser_as, case, **SIGNED).page
    assert story.state == "agreed"
    assert "签批人：王局长" in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"signed_by": "王局长"}, "请补填“签批日期”"),
        ({"signed_on": TODAY}, "请补填“签批人”"),
        ({"signed_by": "王局长", "signed_on": "2026-09-31"}, "不是一个存在的日期"),
    ],
)
def test_half_a_signature_is_refused_beside_its_field(browser_as, case, story, fields, says):
    browser = proposed(browser_as, case, **fields)
    assert (browser.status, says in browser.page) == (400, True)
    assert story.state == "awaiting_reply"


def test_a_paper_is_signed_before_it_is_sent(browser_as, case, story):
    browser = browser_as("police").act(case, "agree", on="2026-09-19", **SIGNED)
    assert (browser.status, "晚于办理日期" in browser.page) == (400, True)


def test_what_cannot_be_done_is_said_to_the_clerk_and_not_to_the_head(browser_as, case, story):
    assert proposed(browser_as, case, "refuse").status == 400
    assert "待签批" not in browser_as("chief").get(f"/cases/{case}").page


def test_only_one_act_of_a_side_waits_at_a_time(browser_as, case):
    proposed(browser_as, case)
    again = browser_as("police").get(f"/cases/{case}/acts/refuse")
    assert (again.status, "已有待签批的" in again.page) == (400, True)
    fields = {"version": "1", "reviewed": "yes", "on": TODAY, "reason": "涉及个人信息"}
    again = browser_as("police").get(f"/cases/{case}").post(f"/cases/{case}/acts/refuse", **fields)
    assert (again.status, "已有待签批的" in again.page) == (400, True)


def test_the_head_returns_it_with_a_word_and_the_clerk_sees_it(browser_as, case, story):
    proposed(browser_as, case)
    assert sign(browser_as, case, verb="return", said="").status == 400
    sign(browser_as, case, verb="return", said="请先核对数据项")
    assert "请先核对数据项" in browser_as("police").get(f"/cases/{case}").page
    assert story.state == "awaiting_reply"
    proposed(browser_as, case)
    assert "待签批" in browser_as("chief").get("/proposals").page


def test_the_clerk_takes_it_back(browser_as, case, story):
    proposed(browser_as, case)
    sign(browser_as, case, login="police", verb="withdraw")
    assert case not in browser_as("chief").get("/proposals").page
    assert sign(browser_as, case).status == 409
    assert story.state == "awaiting_reply"


def test_nobody_else_signs_nor_sees_what_waits_in_a_department(browser_as, case, story):
    proposed(browser_as, case, reason="内部意见如此")
    for login in ("civil", "office", "director"):
        assert "内部意见如此" not in browser_as(login).get(f"/cases/{case}").page
        assert case not in browser_as(login).get("/proposals").page
    assert "内部意见如此" in browser_as("auditor").get(f"/cases/{case}").page
    for login, status in {"police": 400, "director": 400, "civil": 400, "justice": 404, "auditor": 400}.items():
        browser = browser_as(login).get("/help")
        assert browser.post(f"/cases/{case}/proposals/1/approve").status == status, login
    assert story.state == "awaiting_reply"


def test_a_proposal_that_the_case_has_outrun_is_refused_in_a_sentence(browser_as, case, story):
    proposed(browser_as, case)
    story.act("withdraw", "applicant", TODAY)
    browser = sign(browser_as, case)
    assert (browser.status, "不能办理" in browser.page) == (400, True)
    assert "待签批" in browser_as("chief").get(f"/cases/{case}").page


def test_the_office_s_head_signs_the_office_s_acts(browser_as, case, story):
    story.act("refuse", "provider", TODAY, reason="涉及个人信息").act("refer", "applicant", TODAY)
    proposed(browser_as, case, "accept_referral", "office")
    assert story.state == "referred"
    assert sign(browser_as, case, "chief").status == 400
    sign(browser_as, case, "director")
    assert story.state == "in_coordination"


def test_several_are_signed_at_once_and_each_is_accounted_for(browser_as, case, story):
    first = story.no
    story.submitted("2026-09-18", resource="居住证登记信息")
    for no in (first, story.no):
        proposed(browser_as, no)
    browser = browser_as("chief").get("/proposals")
    browser.post("/proposals/approve", pick=[f"{first}/1", f"{story.no}/1", "GX2026-0099/1"])
    assert browser.page.count("已签批") == 2
    assert "没有编号为" in browser.page
    assert story.state == "agreed"
    assert browser.get("/proposals").post("/proposals/approve").status == 400


def test_an_application_waits_as_a_draft_for_the_applicant_s_head(browser_as, database):
    browser = browser_as("civil").get("/apply/sharing").post("/apply/sharing", provider=POLICE, submit="submit", **FORM)
    assert "已送签" in browser.page
    assert "草稿" in browser.page
    no = browser.url.rpartition("/")[2]
    assert browser_as("police").get(f"/cases/{no}").status == 404


# ---------------------------------------------------------------------------------------------------------- on paper


def test_the_office_enters_the_paper_of_a_party_with_its_signer(browser_as, case, story):
    office = browser_as("office").get(f"/cases/{case}")
    assert "代录单位来文" in office.page
    unsigned = office.act(case, "agree", on=TODAY)
    assert (unsigned.status, "须填写签批人" in unsigned.page) == (400, True)
    office.act(case, "agree", on=TODAY, doc_no="京公函〔2026〕12号", **SIGNED)
    assert story.state == "agreed"
    assert ("agree", TODAY, "provider") in story.events()


def test_a_paper_that_was_in_time_and_came_late_undoes_the_lapse(browser_as, case, story, fake_clock):
    fake_clock.now = fake_clock.now.replace(month=10, day=13)
    story.sweep("2026-10-13")
    assert "答复期限届满" in browser_as("office").get(f"/cases/{case}").page
    signed = {"signed_by": "王局长", "signed_on": "2026-10-08"}
    browser = browser_as("office").act(case, "agree", on="2026-10-09", **signed)
    assert "更正：期限内已答复" in browser.page
    assert not story.record.late


def test_the_office_refers_of_its_own_motion_or_enters_the_applicant_s_letter(browser_as, case, story, fake_clock):
    fake_clock.now = fake_clock.now.replace(month=10, day=13)
    office = browser_as("office").get(f"/cases/{case}")
    assert f"/cases/{case}/acts/refer?as=office" in office.page
    assert f"/cases/{case}/acts/refer?as=applicant" in office.page
    office.get(f"/cases/{case}/acts/refer?as=applicant")
    fields = {"version": office.hidden("version"), "as": office.hidden("as"), "on": "2026-10-13", "reviewed": "yes"}
    office.post(f"/cases/{case}/acts/refer", **fields)
    assert ("refer", "2026-10-13", "applicant") in story.events()


# ----------------------------------------------------------------------------------------------------------- a matter


def test_one_letter_to_three_providers_is_one_matter_and_three_cases(browser_as):
    names = f"{POLICE}、{JUSTICE}、市税务局"
    browser = browser_as("civil").get("/apply/sharing")
    browser.post("/apply/sharing", provider=names, submit="submit", **FORM, **SIGNED)
    assert browser.url == "/matters/GX2026-0001"
    for n, name in enumerate((POLICE, JUSTICE, "市税务局"), 1):
        assert f"GX2026-0001-{n}" in browser.page
        assert name in browser.page
    assert "GX2026-0001-2" in browser_as("civil").get("/cases/GX2026-0001-1").page
    police = browser_as("police").get("/matters/GX2026-0001").page
    assert "GX2026-0001-1" in police
    assert "GX2026-0001-2" not in police
    assert browser_as("auditor").get("/matters/GX2026-0009").status == 404


def test_a_letter_with_one_unknown_provider_opens_nothing(browser_as):
    browser = browser_as("civil").get("/apply/sharing")
    browser.post("/apply/sharing", provider=f"{POLICE}、市公安", submit="submit", **FORM, **SIGNED)
    assert browser.status == 400
    assert f"{POLICE}、市公安" in browser.page
    assert "没有符合条件的案件" in browser_as("office").get("/cases").page


def test_a_copied_department_sees_the_case_is_told_and_does_not_act(browser_as, story):
    browser = browser_as("civil").get("/apply/sharing")
    browser.post("/apply/sharing", provider=POLICE, copied=JUSTICE, submit="submit", **FORM, **SIGNED)
    story.no = browser.url.rpartition("/")[2]
    justice = browser_as("justice").get(f"/cases/{story.no}")
    assert (justice.status, "配合单位：市司法局" in justice.page) == (200, True)
    assert "/acts/" not in justice.page
    assert story.no in justice.get("/cases").page
    copies = [(template, department) for template, department, _ in story.notices() if template == "copied"]
    assert copies == [("copied", story.context.directory.find(JUSTICE).id)]
    both = browser_as("civil").get("/apply/sharing")
    both.post("/apply/sharing", provider=POLICE, copied=POLICE, submit="submit", **FORM, **SIGNED)
    assert (both.status, "有本案的双方" in both.page) == (400, True)


# ------------------------------------------------------------------------------------------------------------- files

LETTER = ("files", ("复函.txt", "经研究，同意共享。".encode(), "text/plain"))


def with_files(browser_as, case: str, login: str, *files: Any, **fields: Any):
    browser = browser_as(login).get(f"/cases/{case}/acts/agree")
    data = {"csrf": browser.csrf, "version": browser.hidden("version"), "on": TODAY, "reviewed": "yes", **fields}
    return browser._read(browser.client.post(f"/cases/{case}/acts/agree", data=data, files=list(files)))


def test_a_file_comes_with_an_act_and_its_digest_stands_in_the_event(browser_as, case, story, database):
    browser = with_files(browser_as, case, "police", LETTER, **SIGNED)
    assert browser.status == 200
    assert "复函.txt" in browser.page
    answer = browser_as("civil").client.get(f"/cases/{case}/files/1")
    assert answer.content.decode() == "经研究，同意共享。"
    assert "attachment" in answer.headers["content-disposition"]
    kept = [row for row in story.rows("content", "body", "seq") if "sha256" in (row[0] or "")]
    assert len(kept) == 1


def test_a_file_of_a_proposal_stays_in_its_house_until_it_is_signed(browser_as, case, story):
    with_files(browser_as, case, "police", LETTER)
    assert browser_as("chief").client.get(f"/cases/{case}/files/1").status_code == 200
    assert browser_as("civil").client.get(f"/cases/{case}/files/1").status_code == 404
    assert "复函.txt" not in browser_as("civil").get(f"/cases/{case}").page
    sign(browser_as, case)
    assert "复函.txt" in browser_as("civil").get(f"/cases/{case}").page


def test_a_forbidden_file_brings_the_form_back_and_writes_nothing(browser_as, case, story):
    program = ("files", ("工具.exe", b"MZ\x90\x00" + bytes(100), "application/octet-stream"))
    browser = with_files(browser_as, case, "police", LETTER, program, doc_no="京公函〔2026〕12号", **SIGNED)
    assert browser.status == 400
    assert "京公函〔2026〕12号" in browser.page
    assert 'id="files-e1"' in browser.page
    assert story.state == "awaiting_reply"
    assert story.rows("attachment", "n", "n") == []


def test_the_files_of_a_letter_come_to_each_of_its_cases(browser_as):
    browser = browser_as("civil").get("/apply/sharing")
    data = {"csrf": browser.csrf, "provider": f"{POLICE}、{JUSTICE}", "submit": "submit", **FORM, **SIGNED}
    browser._read(browser.client.post("/apply/sharing", data=data, files=[LETTER]))
    for no in ("GX2026-0001-1", "GX2026-0001-2"):
        assert "复函.txt" in browser.get(f"/cases/{no}").page


def test_the_desk_counts_what_waits_for_a_signature_of_its_own_department(browser_as, case, fake_clock):
    proposed(browser_as, case)
    fake_clock.now = fake_clock.now.replace(hour=11)  # counts are kept for a second
    assert "<strong>1</strong>待签批" in browser_as("chief").get("/").page
    assert "<strong>0</strong>待签批" in browser_as("office").get("/").page
    assert "待签批" not in browser_as("auditor").get("/").page


# --------------------------------------------------------------------------------------- signatures that are typed


def agreed(browser: Any, case: str, files: Any, **signed: str) -> Any:
    """The answer of the police as a form with these files."""
    browser.get(f"/cases/{case}/acts/agree")
    data = {"csrf": browser.csrf, "version": browser.hidden("version"), "reviewed": "yes", "on": TODAY, **signed}
    return browser._read(browser.client.post(f"/cases/{case}/acts/agree", data=data, files=files))


PAPER = [("files", ("签批件.txt", "同意。".encode(), "text/plain"))]


@pytest.mark.parametrize(
    ("files", "signer", "state"),
    [
        (PAPER, "王局长", "agreed"),  # the head of the directory
        (PAPER, "chief某", "agreed"),  # a head with an account
        (PAPER, "李某某", "awaiting_reply"),
        (PAPER, "police某", "awaiting_reply"),
        (None, "王局长", "awaiting_reply"),
    ],
)
def test_a_signature_that_a_clerk_types_waits_unless_its_paper_is_there_and_the_signer_is_a_head(
    browser_as: Any, case: str, story: Story, files: Any, signer: str, state: str
) -> None:
    page = agreed(browser_as("police"), case, files, signed_by=signer, signed_on=TODAY)
    assert (page.status, story.state) == (200, state)
    assert ("来文签批（由经办人填报）" in page.page) == (state == "agreed")
    if state != "agreed":
        browser_as("chief").get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/approve")
        assert story.state == "agreed"
        shown = browser_as("civil").get(f"/cases/{case}").page
        assert "签批人：chief某" in re.sub("<[^>]+>", "", shown)


def test_a_paper_that_the_office_enters_says_so_and_waits_for_nobody(browser_as: Any, case: str, story: Story) -> None:
    page = agreed(browser_as("office"), case, None, signed_by="李局长", signed_on=TODAY, doc_no="京公函〔2026〕12号")
    assert story.state == "agreed"
    assert all(words in page.page for words in ("来文签批（由办公室登记）", "李局长", "京公函〔2026〕12号"))


@pytest.mark.parametrize("login", ["police", "chief"])
def test_a_program_of_a_department_signs_nothing(
    browser_as: Any, database: Any, fake_clock: Any, case: str, story: Story, login: str
) -> None:
    client = browser_as().client
    with database.write() as transaction:
        whose, ends = management.find(transaction, login).person.id, at("2026-12-31")
        token = tokens.create_token(transaction, whose, "平台", [Scope.ACT], admin_at(fake_clock.now), expires_at=ends)
    body, headers = {"by": "provider", "on": TODAY, **SIGNED}, {"Authorization": f"Bearer {token}"}
    answer = client.post(f"/api/v1/cases/{case}/acts/agree", json=body, headers=headers)
    assert (answer.status_code, story.state) == (202, "awaiting_reply")
    browser_as("chief").get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/approve")
    assert story.state == "agreed"
    assert "由程序“平台”代填，令牌签发人测试" in browser_as("police").get(f"/cases/{case}").page
