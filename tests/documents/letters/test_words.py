"""Each kind of letter in its words, kind, address, article and closing as offices write them."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from negotiation.core.enums import BANNED_WORDS, AccountRole, Level
from negotiation.core.errors import FieldError, InvalidTransition, NegotiationError
from negotiation.core.settings import Settings
from negotiation.domain.people import Person
from negotiation.domain.rulebook import parse
from negotiation.services import approvals
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import departments
from negotiation.store.database import Database
from tests.acceptance.steps import asked
from tests.conftest import CHAOYANG, CIVIL, POLICE, TAX, Story, at, settle_in
from tests.documents.letters.steps import (
    MEASURES,
    REGULATION,
    SIGNED,
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
        "市民政局关于“常住人口基本信息”的共享申请，贵单位于2026年9月18日收到。"
        f"依据{MEASURES}第十七条，答复期限为10个工作日，至2026年10月9日（星期五）届满。涉及的数据项为姓名、住址。",
        "截至2026年10月12日，我办尚未收到贵单位的书面答复。现商请贵单位研究办理并书面函复。"
        "已书面答复的，请告知文号及日期；尚在办理的，请告知预计时间。",
        "特此函商，请予函复。",
        "附件：期限计算明细",
        "市信息化工作领导小组办公室",
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
    assert f"我办尚未收到贵单位的书面校核结果。依据{MEASURES}第十九条，现商请贵单位研究办理" in said


def test_a_body_that_is_bound_by_reference_is_never_told_that_the_law_rules_it(story: Story) -> None:
    """809号令第四十三条: party organs, courts: 参照."""
    with story.database.write() as transaction:
        unit = story.context.directory.by_name[POLICE].id
        departments.set_department(transaction, unit, level=Level.REFERENCE, sort_no=None, mail_stopped=None)
        story.context.refresh(transaction)
    assert f"参照{MEASURES}第十七条，答复期限" in "".join(lines(written(overdue(story), "chase", "2026-10-12")))


def test_asking_for_deliberation_is_a_request_of_one_matter_to_one_addressee_by_a_named_signer(story: Story) -> None:
    """It tells a story in sentences, gives the office's own view, and says whom to telephone."""
    said = lines(written(disputed(story), "request", "2026-10-27", **SIGNED))
    assert said[:3] == [
        "〔2026〕  号\t签发人：韩主任",
        "关于提请审议常住人口基本信息\n共享事项的请示",
        "市信息化工作领导小组：",
    ]
    assert said[3] == (
        "市民政局与市公安局关于“常住人口基本信息”的共享申请，经协商、协调仍未达成一致。"
        f"依据{MEASURES}第十七条，现提请审议。有关情况如下："
    )
    assert said[4] == (
        "一、申请情况。2026年9月18日，市公安局收到市民政局的申请。使用依据为《社会救助暂行办法》第五十八条，"
        "使用场景为办理低保资格核对，共享方式为服务接口，使用期限为长期。申请的数据项为姓名、住址。"
    )
    assert said[5] == (
        "二、市公安局的意见。2026年9月30日，市公安局答复不同意共享，理由为涉及公民个人信息，现有依据不足，"
        "依据为《居民身份证法》第十九条。各数据项的意见为：姓名、住址（未同意）。"
    )
    assert said[6] == (
        "三、协调情况。2026年10月9日，市民政局提请协调，认为办理低保资格核对确有需要。2026年10月12日我办受理。"
        "截至2026年10月26日，双方仍未达成一致，主要情况是：双方对共享范围仍有分歧。"
    )
    assert said[7:] == [
        "四、我办意见。建议同意共享姓名、住址两项，用途限于低保资格核对。",
        "五、请示事项。请市信息化工作领导小组审议是否同意共享。",
        "妥否，请批示。",
        "附件：数据项情况表",
        "市信息化工作领导小组办公室",
        "2026年10月27日",
        "（联系人：周颖；联系电话：010-12345678）",
    ]


def test_a_request_names_the_sessions_that_were_held(story: Story) -> None:
    story.submitted("2026-09-18").act("refuse", "provider", "2026-09-30", reason="无依据")
    story.act("refer", "applicant", "2026-10-09").act("accept_referral", "office", "2026-10-12")
    held = story.met("2026-10-20", kind="coordination")
    story.act("fail", "office", "2026-10-26", meeting=held)
    said = "".join(lines(written(story, "request", "2026-10-27", **SIGNED)))
    assert "2026年10月12日我办受理，2026年10月20日召开协调会议。截至2026年10月26日，双方仍未达成一致。" in said
    assert held not in said


@pytest.mark.parametrize(("without", "what"), [("proposal", "请示须写明拟办意见"), ("contact", "须在附注处注明联系人")])
def test_a_request_without_the_offices_own_view_or_without_anybody_to_ask_is_refused(
    story: Story, without: str, what: str
) -> None:
    with pytest.raises(FieldError, match=what):
        written(disputed(story), "request", "2026-10-27", **(SIGNED | {without: ""}))


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
    said = lines(written(story, "request", "2026-10-27", **SIGNED))
    assert said[5] == "二、市公安局的意见。截至2026年10月27日，我办未收到市公安局的书面答复。"


def test_a_rectification_notice_cites_article_33_and_says_your_unit(story: Story) -> None:
    said = lines(written(rectifying(story), "rectify", "2026-10-26", number="京政数〔2026〕37号"))
    assert said == [
        "京政数〔2026〕37号",
        "关于常住人口基本信息提供问题整改的通知",
        "市公安局：",
        "经查，2026年9月30日同意共享后至今未提供。单位说明：接口改造尚未完成。"
        f"上述情形属于{MEASURES}第三十三条所列“（二）不提供或拖延提供共享开放资源”的情形。"
        "依据上述规定，现通知你单位限期整改如下：",
        "一、整改要求。完成接口改造并提供数据。",
        "二、整改期限。请于2026年11月30日前（含当日）完成整改，并将整改情况书面告知我办。"
        "你单位对上述事实有不同意见的，请在整改期限内书面说明。",
        "特此通知。",
        "市信息化工作领导小组办公室",
        "2026年10月26日",
        "（联系电话：010-12345678）",
    ]


def test_a_body_under_central_administration_is_asked_by_a_han_and_not_told_by_a_notice(story: Story) -> None:
    """The tax office is no subordinate of the city's office (党政机关公文处理工作条例第八条): 函."""
    rectifying(story, provider=TAX)
    with pytest.raises(InvalidTransition, match="不能起草“整改通知”"):
        written(story, "整改通知", "2026-10-26")
    said = lines(written(story, "商请整改函", "2026-10-26"))
    assert said[1:3] == ["关于商请整改常住人口基本信息提供问题的函", "市税务局："]
    assert "现商请贵单位限期整改：" in said[3]
    assert "特此函商，请予函复。" in said


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
        "二、数据项。姓名、住址（未同意）。",
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
    """It cites the letter that it answers by that letter's own number."""
    story.submitted("2026-09-18", items="姓名、住址", doc_no="京民函〔2026〕8号")
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
        "贵单位关于“常住人口基本信息”的共享申请（京民函〔2026〕8号）于2026年9月18日收悉。"
        f"依据{MEASURES}第十七条，经研究，现函复如下：",
        "一、答复意见。部分同意。",
        "二、数据项。姓名（同意提供）；住址（未同意）。",
        "三、理由。住址涉及个人隐私。",
        "特此函复。",
        "附件：数据项情况表",
        "市公安局",
        "2026年9月30日",
        "（联系电话：010-1）",
    ]


def test_a_reply_in_parts_says_what_is_still_open_and_the_next_one_what_it_carries(story: Story) -> None:
    story.submitted("2026-09-18", items="姓名、住址").act("agree", "provider", "2026-09-25", items="姓名")
    said = lines(written(story, "reply", "2026-09-25"))
    assert said[4:6] == ["一、答复意见。同意共享。", "二、数据项。姓名（同意提供）；住址（待答复）。"]
    proposed(story, "refuse", "2026-09-29", reason="涉及个人信息")
    said = lines(written(story, "reply", "2026-09-29"))
    assert said[4:6] == ["一、答复意见。不同意共享。", "二、数据项。姓名（同意提供）；住址（未同意）。"]


def test_what_is_not_finished_in_the_period_is_a_report_after_it_has_passed(story: Story) -> None:
    rectifying(story)
    with pytest.raises(InvalidTransition):
        written(story, "rectify_report", "2026-11-30", signer="韩主任")
    said = lines(written(story, "rectify_report", "2026-12-01", signer="韩主任"))
    assert said[:3] == [
        "〔2026〕  号\t签发人：韩主任",
        "关于常住人口基本信息提供问题\n整改情况的报告",
        "市信息化工作领导小组：",
    ]
    assert said[5] == (
        "二、整改进展。整改期限已于2026年11月30日（星期一）届满，截至2026年12月1日，整改尚未完成，"
        "我办未收到市公安局的整改完成情况。"
    )
    assert said[6] == "特此报告。"


def test_a_report_tells_what_the_department_reported_and_what_the_office_found(story: Story) -> None:
    rectifying(story).act("finish", "provider", "2026-11-20", text="接口已开通")
    story.act("reject", "office", "2026-11-25", reason="经测试不能返回数据")
    story.act("report_up", "office", "2026-12-02", text="整改未完成")
    wishes = {"signer": "韩主任", "proposal": "建议领导小组研究处理意见"}
    told = lines(written(story, "rectify_report", "2026-12-03", **wishes))
    assert told[5] == (
        "二、整改进展。2026年11月20日，市公安局报告整改完成：接口已开通。"
        "2026年11月25日，我办核实，整改未完成：经测试不能返回数据。"
        "整改期限已于2026年11月30日（星期一）届满，截至2026年12月3日，整改尚未完成。"
    )  # that it was reported up is this letter, and not told in it
    assert told[6] == "三、我办意见。建议领导小组研究处理意见。"


# ------------------------------------------------------------------------------------------------ what holds for all


def test_a_district_gets_a_notice_only_if_it_cites_its_article(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    rectifying(story, provider=CHAOYANG)
    assert "第三十三条" in "".join(lines(written(story, "rectify", "2026-10-26")))
    unfounded(story, monkeypatch)
    with pytest.raises(NegotiationError, match="发往朝阳区人民政府的通知须引用条文"):
        written(story, "rectify", "2026-10-26")


def test_a_rulebook_that_does_not_say_how_departments_are_addressed_has_letters_too(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = dict(overdue(story).file.rulebook.source)
    before, _, after = source["rulebook.toml"].partition("[address]")
    source["rulebook.toml"] = before + after[after.index("\n[") :] if "\n[" in after else before
    changed = parse(source)
    monkeypatch.setattr(type(story.context.rulebooks), "of", lambda *_: changed)
    said = "".join(lines(written(story, "chase", "2026-10-12")))
    assert "我单位尚未收到贵单位的书面答复" in said


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
    assert f"依据{MEASURES}第十七条，现提请审议" in lines(written(story, "request", "2026-10-27", **SIGNED))[3]
    story.act("report_up", "office", "2026-10-28")
    story.act("deliberate", "office", "2026-11-04", opinion="应予共享", meeting=story.met("2026-11-04"))
    said = lines(written(story, "request", "2026-11-05", **SIGNED))
    assert said[1:3] == ["关于提请决定常住人口基本信息\n共享事项的请示", "市人民政府："]
    assert f"依据{REGULATION}第二十八条，现提请决定" in said[3]
    assert "2026年10月9日，市民政局申请协调处理。" in said[6]
    assert said[6].endswith("2026年11月4日，市信息化工作领导小组审议，意见为：应予共享。")
    assert said[8] == "五、请示事项。请市人民政府决定是否同意共享。"


def test_no_letter_says_a_banned_word_of_its_own(two: Any, database: Database, context: Context) -> None:
    """Only the ground of article 33, which is quoted, may. Nor does any give a number of ours, or speak of a system."""
    late, refused, told = (Story(database, context) for _ in range(3))
    drafts = [
        written(overdue(late), "chase", "2026-10-12"),
        written(disputed(refused), "request", "2026-10-27", **SIGNED),
        written(rectifying(told), "rectify", "2026-10-26"),
        written(told, "rectify_report", "2026-12-02", signer="韩主任"),
        of_meeting(two[0], met(*two), "meeting_notice", "2026-10-28"),
        of_meeting(two[0], met(*two), "meeting_letter", "2026-10-28"),
        of_meeting(two[0], met(*two), "minutes", "2026-11-09"),
    ]
    for draft in drafts:
        text = "".join(lines(draft) + annex(draft)).replace("（二）不提供或拖延提供共享开放资源", "")
        assert not [word for word in BANNED_WORDS if word in text]
        assert "第〔" not in text
        assert not re.search(r"(GX|ZG|HY)\d{4}-\d|系统", text), text


def test_every_page_says_that_it_is_a_draft(story: Story) -> None:
    section = Document(BytesIO(written(overdue(story), "chase", "2026-10-12").content)).sections[0]
    said = {section.header.paragraphs[0].text, section.even_page_header.paragraphs[0].text}
    assert said == {"草稿，未经签批不得印发"}


# ------------------------------------------------------------------------------------------- organs, codes, decisions


@pytest.fixture
def unnamed(database: Database, settings: Any) -> Story:
    """An office whose full name was never set, under rules that name no organ: the regulation alone."""
    own = type(settings)(home=settings.home, office_phone="010-1", rulebook="national-2025")
    return Story(database, settle_in(database, own))


def test_no_letter_bears_the_name_of_an_office_that_was_never_named(unnamed: Story) -> None:
    """成文须署发文机关全称或规范化简称 (GB/T 9704-2012, 7.3.5): a paper with a nickname is no paper."""
    unnamed.submitted("2026-09-18", **{"class": "conditional", "scope": "本市低保窗口"})
    with pytest.raises(NegotiationError, match="没有设置本办公室的全称") as refused:
        written(unnamed, "chase", "2026-09-30")
    assert "NEGOTIATION_OFFICE_NAME" in refused.value.todo


def test_no_letter_goes_to_an_organ_that_the_rulebook_does_not_name(unnamed: Story) -> None:
    named = unnamed.context.settings.model_copy(update={"office_name": "市数据局"})
    unnamed.context.settings = named
    more = {"class": "conditional", "scope": "本市低保窗口"}
    unnamed.submitted("2026-09-18", **more).act("refuse", "provider", "2026-09-30", reason="无依据")
    unnamed.act("refer", "applicant", "2026-10-09").act("accept_referral", "office", "2026-10-12")
    unnamed.act("fail", "office", "2026-10-26")
    with pytest.raises(NegotiationError, match="不知道“本级政府”的全称") as refused:
        written(unnamed, "request", "2026-10-27", **SIGNED)
    assert "[organs]" in refused.value.todo


def test_the_offices_own_letters_bear_its_code_and_those_of_departments_do_not(story: Story) -> None:
    story.context.settings = story.context.settings.model_copy(update={"office_code": "京政数"})
    story.submitted("2026-09-18").act("agree", "provider", "2026-09-25")
    assert lines(written(story, "商请提供函", "2026-10-12"))[0] == "京政数〔2026〕  号"
    assert lines(written(story, "reply", "2026-10-12"))[0] == "〔2026〕  号"


def test_what_was_agreed_and_is_not_supplied_is_asked_for(story: Story) -> None:
    """第三十三条（二）: before anything else the provider is asked."""
    story.submitted("2026-09-18", items="姓名、住址")
    story.act("agree_partly", "provider", "2026-09-30", reason="隐私", items="姓名", refused_items="住址")
    said = lines(written(story, "商请提供函", "2026-10-12"))
    assert said[1:3] == ["关于商请提供常住人口基本信息共享数据的函", "市公安局："]
    assert "下列数据应由贵单位提供：姓名（提供期限至2026年11月17日）。" in said[3]
    story.act("supply", "provider", "2026-10-12")
    with pytest.raises(InvalidTransition):
        written(story, "商请提供函", "2026-10-12")


def test_a_decision_is_told_to_both_parties_with_its_number_item_by_item(story: Story) -> None:
    disputed(story).act("report_up", "office", "2026-10-28")
    with pytest.raises(InvalidTransition):
        written(story, "告知决定的函", "2026-10-28")
    chosen = {"shared_items": "姓名", "refused_items": "住址", "doc_no": "京信领〔2026〕2号"}
    story.act("decide", "office", "2026-11-10", meeting=story.met("2026-11-10"), **chosen)
    said = lines(written(story, "告知决定的函", "2026-11-11"))
    assert said[2] == "市民政局、市公安局："
    assert said[3].endswith(
        f"依据{MEASURES}第十七条，市信息化工作领导小组于2026年11月10日作出决定（京信领〔2026〕2号）。"
        "现将有关事项函告如下："
    )
    assert said[4] == "一、决定事项。各数据项为：姓名（决定应予共享）；住址（决定不予共享）。"
    assert said[5].startswith("二、落实要求。请市公安局提供下列数据：姓名（提供期限至2026年12月22日）。")


def test_a_provider_asks_by_letter_that_data_be_disposed_of_as_it_demands__article_27(
    sqlite: Database, settings: Settings
) -> None:
    """条例第二十七条. A department speaks of itself as 我单位, not as the office does."""
    story = Story(sqlite, settle_in(sqlite, settings.model_copy(update={"rulebook": "beijing-2025"})))
    asked(story, "disposal", "stop", "2026-03-02").act("demand", "provider", "2026-03-03", demand="删除全部副本")
    said = lines(written(story, "disposal", "2026-03-10"))
    assert "关于商请处置常住人口基本信息共享数据的函" in said
    assert f"{CIVIL}：" in said
    text = "".join(said)
    assert "依据《政务数据共享条例》（国务院令第809号）第二十七条，停止使用的，应当按照提供部门的要求" in text
    assert "处置要求为：删除全部副本。" in text
    assert "我单位尚未收到贵单位已处置的告知" in text
    assert "我办" not in text
    assert said[-3:-1] == [POLICE, "2026年3月10日"]
