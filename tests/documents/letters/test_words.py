"""Each kind of letter in its words, kind, address, article and closing as offices write them."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from negotiation.core.enums import BANNED_WORDS, AccountRole, Level
from negotiation.core.errors import FieldError, InvalidTransition, NegotiationError
from negotiation.domain.people import Person
from negotiation.domain.rulebook import parse
from negotiation.services import approvals
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import departments
from negotiation.store.database import Database
from tests.conftest import CHAOYANG, CIVIL, POLICE, Story, at, settle_in
from tests.documents.letters.steps import (
    MEASURES,
    REGULATION,
    annex,
    disputed,
    lines,
    met,
    of_meeting,
    opened,
    overdue,
    rectifying,
    written,
)


def test_a_chasing_letter_is_a_han_that_says_only_what_the_system_knows(story: Story) -> None:
    said = lines(written(overdue(story), "chase", "2026-10-12", attention="科技信息化处"))
    assert said == [
        "〔2026〕  号",
        "关于商请答复常住人口基本信息共享申请的函",
        "市公安局：",
        "市民政局关于“常住人口基本信息”的共享申请事项（编号GX2026-0001），贵单位于2026年9月18日收到。"
        f"依据{MEASURES}第十七条，答复期限为10个工作日，至2026年10月9日（星期五）届满。数据项：姓名、住址。",
        "截至2026年10月12日，系统尚未登记贵单位的答复。现商请贵单位研究答复：如已书面答复，请告知文号和日期，"
        "我办即行补登；如尚在办理，请尽快答复并告知预计时间。未答复不视为同意。",
        "特此函商，请予函复。",
        "附件：1. 期限计算明细",
        "2. 系统通知记录",
        "领导小组办公室",
        "2026年10月12日",
        "（请转科技信息化处；联系电话：010-12345678）",
    ]


def test_before_the_term_has_passed_the_letter_says_what_is_left(story: Story) -> None:
    story.submitted("2026-09-18")
    said = lines(written(story, "chase", "2026-09-30"))
    assert "至2026年10月9日（星期五）届满，尚余2个工作日。" in said[3]


def test_a_term_that_the_office_set_is_not_said_to_be_the_law(story: Story) -> None:
    """37号 knows no term for verifying data: the ten days are the office's, the article only founds the duty."""
    opened(story, "correction", "2026-09-18", applicant=CIVIL, provider=POLICE, resource="常住人口基本信息")
    story.act("doubt", "applicant", "2026-09-18", doubt="住址与实际不符")
    said = "".join(lines(written(story, "chase", "2026-09-30")))
    assert "依据本办公室规定，校核期限为10个工作日" in said
    assert f"依据{MEASURES}第十九条，现商请贵单位研究答复" in said


def test_a_body_that_is_bound_by_reference_is_never_told_that_the_law_rules_it(story: Story) -> None:
    """809号令第四十三条: party organs, courts: 参照."""
    with story.database.write() as transaction:
        unit = story.context.directory.by_name[POLICE].id
        departments.set_department(transaction, unit, level=Level.REFERENCE, sort_no=None, mail_stopped=None)
        story.context.refresh(transaction)
    assert f"参照{MEASURES}第十七条，答复期限" in "".join(lines(written(overdue(story), "chase", "2026-10-12")))


def test_asking_for_deliberation_is_a_request_of_one_matter_to_one_addressee_by_a_named_signer(story: Story) -> None:
    said = lines(written(disputed(story), "request", "2026-10-27", signer="韩主任"))
    assert said[:3] == ["〔2026〕  号\t签发人：韩主任", "关于提请审议常住人口基本信息\n共享事项的请示", "领导小组："]
    assert said[3] == (
        "市民政局关于“常住人口基本信息”的共享申请事项（编号GX2026-0001），经协商、协调仍未达成一致。"
        f"依据{MEASURES}第十七条，现提请审议。有关情况如下："
    )
    assert said[4].startswith(
        "一、申请情况。2026年9月18日，市公安局收到申请。使用依据：《社会救助暂行办法》第五十八条。"
    )
    assert said[5] == (
        "二、市公安局的意见。2026年9月30日，不同意共享。理由：涉及公民个人信息，现有依据不足。"
        "依据：《居民身份证法》第十九条。各数据项：姓名（未同意）、住址（未同意）。"
    )
    assert said[6] == (
        "三、协调情况。2026年10月9日，提请协调。意见：办理低保资格核对确有需要。2026年10月12日，受理。"
        "2026年10月26日，经协调仍未达成一致。意见：双方对共享范围仍有分歧。"
    )
    assert said[8] == "妥否，请批示。"


def test_a_request_without_a_signer_is_refused(story: Story) -> None:
    with pytest.raises(FieldError, match="请示须标注签发人"):
        written(disputed(story), "request", "2026-10-27")


def test_a_letter_that_goes_to_an_equal_bears_no_signer(story: Story) -> None:
    with pytest.raises(FieldError, match="函不标注签发人"):
        written(overdue(story), "chase", "2026-10-12", signer="韩主任")


def test_a_dispute_that_went_unanswered_says_so_in_the_request(story: Story) -> None:
    story.submitted("2026-09-18")
    story.sweep("2026-10-12")
    story.act("refer", "applicant", "2026-10-12").act("accept_referral", "office", "2026-10-13")
    story.act("fail", "office", "2026-10-26")
    said = lines(written(story, "request", "2026-10-27", signer="韩主任"))
    assert said[5] == "二、市公安局的意见。截至2026年10月27日，系统未登记答复。"


def test_a_rectification_notice_cites_article_33_and_says_your_unit(story: Story) -> None:
    said = lines(written(rectifying(story), "rectify", "2026-10-26", number="京政数〔2026〕37号"))
    assert said[:9] == [
        "京政数〔2026〕37号",
        "关于常住人口基本信息提供问题整改的通知",
        "市公安局：",
        f"依据{MEASURES}第三十三条，现通知你单位整改：",
        "一、整改情形。（二）不提供或拖延提供共享开放资源。",
        "二、有关事实和原因。2026年9月30日同意共享后至今未提供。单位说明：接口改造尚未完成。",
        "三、整改要求。完成接口改造并提供数据。",
        "四、完成期限。请于2026年11月30日前（含当日）完成整改，并将整改情况书面告知我办。"
        "你单位对上述事实有不同意见的，请在期限内书面说明。",
        "特此通知。",
    ]


def test_a_notice_is_not_drafted_before_its_ground_is_before_the_head(story: Story) -> None:
    opened(story, "rectification", "2026-10-26", provider=POLICE, topic="提供问题")
    with pytest.raises(InvalidTransition, match="须先登记：整改情形、事实和单位说明的原因、整改要求、整改完成日期"):
        written(story, "整改通知", "2026-10-26")


def test_what_waits_for_the_head_is_drafted_with_the_act(story: Story) -> None:
    """The clerk proposes the refusal and drafts the letter that carries it: the head sees both."""
    story.submitted("2026-09-18", items="姓名、住址")
    with pytest.raises(InvalidTransition, match="须先登记：答复意见"):
        written(story, "reply", "2026-09-30")
    proposed(story, "refuse", "2026-09-30", reason="涉及个人信息")
    said = lines(written(story, "reply", "2026-09-30"))
    assert said[4:7] == [
        "一、答复意见。不同意共享。",
        "二、数据项。姓名（未同意）、住址（未同意）。",
        "三、理由。涉及个人信息。",
    ]


def proposed(story: Story, event: str, on: str, **raw: Any) -> None:
    """A clerk of the police sends an act to the chief."""
    unit = story.context.directory.by_name[POLICE].id
    with story.database.write() as transaction:
        account = transaction.rows(
            "INSERT INTO account (login, name, department_id, roles, password_hash, must_change, active, created_at, "
            f"failures) VALUES ('li', '李警', {unit}, '[\"clerk\"]', '', false, true, '2026-01-01 00:00:00', 0) "
            "RETURNING id"
        )[0][0]
        clerk = Person(account, "li", "李警", unit, frozenset({AccountRole.CLERK}), False)
        file = acting.take(UnitOfWork(transaction, story.context, at(on)), story.no)
        approvals.enter(
            transaction,
            file,
            clerk,
            ActRequest(event, role="provider", actor=clerk.name, on=date.fromisoformat(on), fields=raw),
        )


def test_a_reply_is_the_providers_own_letter_to_the_applicant(story: Story) -> None:
    story.submitted("2026-09-18", items="姓名、住址")
    story.act(
        "agree_partly",
        "provider",
        "2026-09-30",
        reason="住址涉及个人隐私",
        items="姓名",
        refused_items="住址",
        doc_no="京公函15号",
    )
    said = lines(written(story, "reply", "2026-09-30", number="京公函〔2026〕15号"))
    assert said == [
        "京公函〔2026〕15号",
        "关于常住人口基本信息共享申请的复函",
        "市民政局：",
        "贵单位关于“常住人口基本信息”的共享申请事项（编号GX2026-0001）于2026年9月18日收悉。"
        f"依据{MEASURES}第十七条，经研究，现答复如下：",
        "一、答复意见。部分同意。",
        "二、数据项。姓名（同意提供）、住址（未同意）。",
        "三、理由。住址涉及个人隐私。",
        "特此函复。",
        "附件：1. 期限计算明细",
        "2. 系统通知记录",
        "市公安局",
        "2026年9月30日",
        "（联系电话：010-1）",
    ]


def test_a_reply_in_parts_says_what_is_still_open_and_the_next_one_what_it_carries(story: Story) -> None:
    story.submitted("2026-09-18", items="姓名、住址").act("agree", "provider", "2026-09-25", items="姓名")
    said = lines(written(story, "reply", "2026-09-25"))
    assert said[4:6] == ["一、答复意见。同意共享。", "二、数据项。姓名（同意提供）、住址（待答复）。"]
    proposed(story, "refuse", "2026-09-29", reason="涉及个人信息")
    said = lines(written(story, "reply", "2026-09-29"))
    assert said[4:6] == ["一、答复意见。不同意共享。", "二、数据项。姓名（同意提供）、住址（未同意）。"]


def test_what_is_not_finished_in_the_period_is_a_report_after_it_has_passed(story: Story) -> None:
    rectifying(story)
    with pytest.raises(InvalidTransition):
        written(story, "rectify_report", "2026-11-30", signer="韩主任")
    said = lines(written(story, "rectify_report", "2026-12-01", signer="韩主任"))
    assert said[:3] == ["〔2026〕  号\t签发人：韩主任", "关于常住人口基本信息提供问题\n整改情况的报告", "领导小组："]
    assert said[5] == "二、整改进展。整改期限已届满；截至2026年12月1日，系统尚未登记整改完成情况。"
    assert said[6] == "特此报告。"


def test_a_report_tells_what_the_department_reported_and_what_the_office_found(story: Story) -> None:
    rectifying(story).act("finish", "provider", "2026-11-20", text="接口已开通")
    story.act("reject", "office", "2026-11-25", reason="经测试不能返回数据")
    story.act("report_up", "office", "2026-12-02", text="整改未完成")
    told = "".join(lines(written(story, "rectify_report", "2026-12-03", signer="韩主任")))
    assert "2026年11月20日，报告整改完成。办理记录：接口已开通。" in told
    assert "2026年11月25日，核实：整改未完成。理由：经测试不能返回数据。" in told
    assert "系统尚未登记" not in told


# ------------------------------------------------------------------------------------------------ what holds for all


def test_a_district_gets_a_notice_only_if_it_cites_its_article(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    rectifying(story, provider=CHAOYANG)
    assert "第三十三条" in "".join(lines(written(story, "rectify", "2026-10-26")))
    unfounded(story, monkeypatch)
    with pytest.raises(NegotiationError, match="发往朝阳区人民政府的通知须引用条文"):
        written(story, "rectify", "2026-10-26")


def unfounded(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office's own rulebook, in which the notice rests on nothing but the office's rule."""
    book = story.file.rulebook
    source = dict(book.source)
    head, sign, letters = source["rectification.toml"].partition("[[letters]]")
    source["rectification.toml"] = head + sign + letters.replace('basis = "第三十三条"', 'basis = "office"')
    changed = parse(source)
    monkeypatch.setattr(type(story.context.rulebooks), "of", lambda *_: changed)


def test_since_the_regulation_the_government_decides_and_the_article_names_its_document(
    database: Database, settings: Any
) -> None:
    context = settle_in(database, settings.model_copy(update={"rulebook": "beijing-2025"}))
    more = {"class": "conditional", "scope": "本市低保窗口"}
    story = (
        Story(database, context)
        .submitted("2026-09-18", **more)
        .act("refuse", "provider", "2026-09-30", reason="无依据")
    )
    story.act("refer", "applicant", "2026-10-09").act("accept_referral", "office", "2026-10-12")
    story.act("fail", "office", "2026-10-26")
    assert f"依据{MEASURES}第十七条，现提请审议" in lines(written(story, "request", "2026-10-27", signer="韩主任"))[3]
    story.act("report_up", "office", "2026-10-28")
    story.act("deliberate", "office", "2026-11-04", opinion="应予共享", meeting=story.met("2026-11-04"))
    said = lines(written(story, "request", "2026-11-05", signer="韩主任"))
    assert said[1:3] == ["关于提请决定常住人口基本信息\n共享事项的请示", "本级政府："]
    assert f"依据{REGULATION}第二十八条，现提请决定" in said[3]


def test_no_letter_says_a_banned_word_of_its_own(two: Any, database: Database, context: Context) -> None:
    """Only the ground of article 33, which is quoted, may."""
    late, refused, told = (Story(database, context) for _ in range(3))
    drafts = [
        written(overdue(late), "chase", "2026-10-12"),
        written(disputed(refused), "request", "2026-10-27", signer="韩主任"),
        written(rectifying(told), "rectify", "2026-10-26"),
        written(told, "rectify_report", "2026-12-02", signer="韩主任"),
        of_meeting(two[0], met(*two), "meeting_notice", "2026-10-28"),
        of_meeting(two[0], met(*two), "minutes", "2026-11-09"),
    ]
    for draft in drafts:
        text = "".join(lines(draft) + annex(draft)).replace("（二）不提供或拖延提供共享开放资源", "")
        assert not [word for word in BANNED_WORDS if word in text]
        assert "第〔" not in text


def test_every_page_says_that_it_is_a_draft(story: Story) -> None:
    section = Document(BytesIO(written(overdue(story), "chase", "2026-10-12").content)).sections[0]
    said = {section.header.paragraphs[0].text, section.even_page_header.paragraphs[0].text}
    assert said == {"草稿，未经签批不得印发"}
