"""《政务数据共享条例》（国务院令第809号), article by article, under the nation's rulebook and under Beijing's.

In Beijing 37号 rules what the regulation leaves open. Due dates are counted by hand; in 2025 国庆 is 1–8 October, and
Sunday 28 September and Saturday 11 October are worked.
"""

import tomllib

import pytest

from negotiation.core.enums import Level
from negotiation.core.errors import FieldError, InvalidTransition, WrongRole
from negotiation.core.settings import Settings
from negotiation.documents.report import compiler
from negotiation.documents.report.days import Days
from negotiation.domain.rulebook import load, shipped
from negotiation.services.permissions import first_event
from negotiation.store.database import Database
from negotiation.store.departments import set_department
from tests.acceptance.steps import asked, cited, drafted, heard, light, open_tasks, past, refused, stands
from tests.conftest import APPLICATION, CIVIL, POLICE, Story, day, settle_in

REGULATION, MEASURES = (
    "《政务数据共享条例》（国务院令第809号）",
    "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）",
)
BOTH = ("national-2025", "beijing-2025")


def under(database: Database, settings: Settings, rulebook: str) -> Story:
    return Story(database, settle_in(database, settings.model_copy(update={"rulebook": rulebook})))


@pytest.fixture(params=BOTH)
def story(request: pytest.FixtureRequest, database: Database, settings: Settings) -> Story:
    """A story under either rulebook."""
    return under(database, settings, request.param)


@pytest.fixture
def national(database: Database, settings: Settings) -> Story:
    return under(database, settings, "national-2025")


@pytest.fixture
def beijing(database: Database, settings: Settings) -> Story:
    return under(database, settings, "beijing-2025")


def applied(story: Story, on: str = "2025-09-22", label: str = "有条件共享") -> Story:
    return story.submitted(on, scope="低保审核岗位", **{"class": label})


def replied(story: Story, event: str = "refuse", on: str = "2025-09-26") -> Story:
    return applied(story).act(event, "provider", on, reason="超出提供部门职责范围")


# ------------------------------------------------------------------------------------------- 第十四条, 第二十条


def test_a_provider_adds_no_conditions_of_its_own__article_14(story: Story) -> None:
    applied(story)
    for event in ("agree", "agree_partly"):
        with refused(story, FieldError, "conditions"):
            story.act(event, "provider", "2025-09-26", reason="—", conditions="须另签协议")


def test_a_refusal_by_class_rests_on_law_regulation_or_state_council_decision__article_15(story: Story) -> None:
    assert applied(story).file.procedure.fields["legal_basis"].title == "依据（法律、行政法规或国务院决定）"
    story.act("refuse", "provider", "2025-09-26", reason="属不予共享类", legal_basis="《居民身份证法》第六条")
    assert story.state == "refused"


@pytest.mark.parametrize("field", ["use_basis", "scenario", "scope", "mode", "period", "class"])
def test_an_application_states_basis_scenario_scope_mode_and_period__article_20(story: Story, field: str) -> None:
    stated = APPLICATION | {"scope": "低保审核岗位", "class": "有条件共享"}
    story.open("2025-09-22", **stated | {field: ""})
    with refused(story, FieldError, "须填写") as caught:
        story.act("submit", "applicant", "2025-09-22")
    assert caught.value.field == field


def test_application_and_reply_are_approved_by_the_head_of_each_side__article_20(story: Story) -> None:
    events = applied(story).file.procedure.events
    assert all(events[key].approval for key in ("submit", "agree", "agree_partly", "refuse", "disclaim"))
    assert cited(story) == f"{REGULATION}第二十条"


# ----------------------------------------------------------------------------------------------- 第二十一条 答复


@pytest.mark.parametrize(
    ("label", "on", "due"),
    [
        ("无条件共享", "2025-09-22", "2025-09-23"),
        ("无条件共享", "2026-09-30", "2026-10-08"),  # over 国庆
        ("有条件共享", "2025-09-22", "2025-10-11"),  # 23–26, 28–30 September; 9, 10 and Saturday 11 October
        ("有条件共享", "2026-02-09", "2026-02-28"),
        ("不予共享", "2025-09-22", "2025-10-11"),
    ],
)
def test_the_reply_is_due_in_one_or_in_ten_working_days_by_class__article_21(
    story: Story, label: str, on: str, due: str
) -> None:
    applied(story, on, label)
    stands(story, "awaiting_reply", "provider", reply=due)


def test_an_unconditional_class_unanswered_for_a_day_is_overdue__article_21(story: Story) -> None:
    applied(story, label="无条件共享").sweep("2025-09-24")
    assert (past(story)[-1], light(story, "2025-09-24")) == (("lapse", "2025-09-23"), "overdue")


def test_an_extension_is_asked_granted_and_told_and_adds_at_most_ten_working_days__article_21(story: Story) -> None:
    applied(story)
    with refused(story, InvalidTransition, "没有待批的延期申请"):
        story.act("grant_extension", "office", "2025-09-29", more_days="10")
    story.act("request_extension", "provider", "2025-09-29", reason="须会商网信部门")
    # asking alone extends nothing; the authority has two working days: 30 September, 9 October
    stands(story, "awaiting_reply", "provider", reply="2025-10-11", extension_decision="2025-10-09")
    assert heard(story) == {("recorded", "office")}
    for more in ("0", "11"):
        with refused(story, FieldError, "10"):
            story.act("grant_extension", "office", "2025-09-30", more_days=more)
    with refused(story, WrongRole):
        story.act("grant_extension", "provider", "2025-09-30", more_days="10")
    story.act("grant_extension", "office", "2025-09-30", more_days="10")
    stands(story, "awaiting_reply", "provider", reply="2025-10-24")  # 13–17, 20–24 October
    assert heard(story) == {("recorded", POLICE), ("recorded", CIVIL)}  # the applicant is told
    with refused(story, InvalidTransition, "已延长过"):
        story.act("request_extension", "provider", "2025-10-15", reason="仍须会商")


def test_an_extension_is_asked_before_the_term_has_ended__article_21(story: Story) -> None:
    applied(story)
    with refused(story, InvalidTransition, "2025-10-11", "申请延长答复期限"):
        story.act("request_extension", "provider", "2025-10-13", reason="须会商网信部门")
    story.act("request_extension", "provider", "2025-10-11", entered="2025-10-13", reason="须会商网信部门")
    assert past(story)[-1] == ("request_extension", "2025-10-11")


def test_the_decision_on_an_extension_is_not_due_beyond_the_term_that_it_would_extend__article_21(
    story: Story,
) -> None:
    applied(story).act("request_extension", "provider", "2025-10-10", reason="须会商网信部门")
    decision = story.term("extension_decision")
    assert str(decision.due_on) == "2025-10-11"  # two working days would be 13 October


def test_while_an_extension_is_asked_for_it_is_told_as_ever_that_the_term_has_passed__article_21(story: Story) -> None:
    """What is not decided by then is not granted."""
    applied(story).act("request_extension", "provider", "2025-10-11", reason="须会商网信部门")
    assert len(open_tasks(story)) == 1  # the authority itself is asked
    story.sweep("2025-10-13")
    assert ("lapse", "2025-10-11") in past(story)
    assert {template for template, _, _ in story.notices() if template.startswith("lapsed")} == {
        "lapsed", "lapsed_note",
    }  # fmt: skip
    with refused(story, InvalidTransition, "2025-10-11"):
        story.act("grant_extension", "office", "2025-10-14", more_days="5")
    assert str(story.term("reply").due_on) == "2025-10-11"


def test_an_extension_is_granted_up_to_the_due_date__article_21(story: Story) -> None:
    applied(story).act("request_extension", "provider", "2025-10-11", reason="须会商网信部门")
    story.act("grant_extension", "office", "2025-10-11", more_days="5")
    stands(story, "awaiting_reply", "provider", reply="2025-10-17")
    assert open_tasks(story) == []


def test_an_extension_that_is_declined_leaves_the_date_and_the_lapse_is_told__article_21(story: Story) -> None:
    applied(story).act("request_extension", "provider", "2025-09-29", reason="须会商网信部门")
    story.act("decline_extension", "office", "2025-09-30", reason="理由不足")
    assert heard(story) == {("recorded", POLICE), ("recorded", CIVIL)}  # the applicant is told
    stands(story, "awaiting_reply", "provider", reply="2025-10-11")
    story.sweep("2025-10-13")
    assert {template for template, _, _ in story.notices() if template.startswith("lapsed")} == {
        "lapsed", "lapsed_note",
    }  # fmt: skip


def test_what_is_missing_is_told_once_and_the_clock_runs_on__article_21(story: Story) -> None:
    applied(story).act("ask_supplement", "provider", "2025-09-25", materials="使用范围说明")
    stands(story, "supplementing", "applicant", reply="2025-10-11", supplement="2025-10-15")
    story.sweep("2025-10-13")
    assert past(story)[-1] == ("lapse", "2025-10-11")
    story.act("supplement", "applicant", "2025-10-13", text="已补")
    stands(story, "awaiting_reply", "provider", reply="2025-10-11")
    with refused(story, InvalidTransition, "一次性告知"):
        story.act("ask_supplement", "provider", "2025-10-13", materials="另一份说明")


def test_an_incomplete_application_is_not_refused_outright__article_21(story: Story) -> None:
    applied(story).act("ask_supplement", "provider", "2025-09-25", materials="使用范围说明")
    with refused(story, InvalidTransition, "2025-10-15", "不同意共享"):
        story.act("refuse", "provider", "2025-09-30", reason="材料不全")
    story.act("refuse", "provider", "2025-10-16", reason="逾期未补充")
    stands(story, "refused", "applicant", consideration="2025-10-30")


def test_what_is_complete_enough_is_answered_while_more_is_awaited__article_21(story: Story) -> None:
    applied(story).act("ask_supplement", "provider", "2025-09-25", materials="使用范围说明")
    story.act("agree", "provider", "2025-09-30")
    stands(story, "agreed", "provider", supply="2025-11-04")  # 9–11, 13–17, 20–24, 27–31 October; 3, 4 November
    assert story.record.late is False


def test_who_does_not_agree_gives_the_reasons__article_21(story: Story) -> None:
    applied(story)
    with refused(story, FieldError, "理由"):
        story.act("refuse", "provider", "2025-09-26")


# ----------------------------------------------------------------------------------------------- 第二十二条 提供


def test_supply_is_due_in_twenty_working_days_from_the_making_of_the_agreeing_reply__article_22(story: Story) -> None:
    applied(story, "2026-02-02").act("agree_partly", "provider", "2026-02-09", entered="2026-02-11", reason="部分字段")
    assert str(story.term("supply").due_on) == "2026-03-13"  # 10–14, 24–28 February, 2–6, 9–13 March
    story.act("accept", "applicant", "2026-02-26")
    stands(story, "agreed", "provider", supply="2026-03-13")  # not from the acceptance
    story.act("supply", "provider", "2026-03-13")
    assert (story.state, cited(story)) == ("supplied", f"{REGULATION}第二十二条")
    stands(story, "supplied", "applicant", receipt="2026-03-20")  # 16–20 March
    story.act("confirm", "applicant", "2026-03-16")
    assert story.state == "closed"


def test_supply_that_is_not_there_in_twenty_days_is_asked_for__article_22(story: Story) -> None:
    applied(story, "2026-02-02").act("agree", "provider", "2026-02-09").sweep("2026-03-16")
    assert past(story)[-1] == ("lapse", "2026-03-13")
    assert [title for title in open_tasks(story) if "提供期限届满" in title]


# --------------------------------------------------------------------------------------- 第十七条 目录, 第二十六条


def changed(story: Story) -> Story:
    drafted(story, "catalogue-update", "2026-09-18", resource="户籍登记信息目录", cause="国务院决定调整")
    return story.act("change", "provider", "2026-09-18")


def test_a_catalogue_is_updated_and_submitted_in_ten_working_days__article_17(story: Story) -> None:
    changed(story)
    stands(story, "updating", "provider", update="2026-10-09")
    assert cited(story) == f"{REGULATION}第十七条"
    story.act("update", "provider", "2026-10-09", text="新增一项")
    assert story.record.late is False


def test_with_the_authoritys_consent_it_may_take_five_days_more__article_17(story: Story) -> None:
    changed(story).act("request_extension", "provider", "2026-09-28", reason="须汇总区级目录")
    with refused(story, FieldError, "5"):
        story.act("grant_extension", "office", "2026-09-29", more_days="6")
    story.act("grant_extension", "office", "2026-09-29", more_days="5")
    stands(story, "updating", "provider", update="2026-10-15")  # worked Saturday 10, 12–15 October


def test_the_authority_audits_a_catalogue_in_two_working_days__article_17(story: Story) -> None:
    changed(story).act("update", "provider", "2026-10-09", text="新增一项")
    audit = story.term("audit")
    assert str(audit.due_on) == "2026-10-12"  # Saturday 10 October is worked
    story.sweep("2026-10-13")
    assert [title for title in open_tasks(story) if "审核" in title]
    story.act("send_back", "office", "2026-10-13", reason="缺更新周期").act(
        "update", "provider", "2026-10-14", text="已补更新周期"
    )
    story.act("pass", "office", "2026-10-15")
    assert story.state == "closed"


def test_a_correction_is_verified_made_and_reported_back_in_ten_working_days__article_26(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-04-28", doubt="同一人有两条记录")
    stands(story, "awaiting_verification", "provider", verification="2026-05-14")
    assert story.file.rulebook.cited(story.file.procedure.terms["verification"].basis) == f"{REGULATION}第二十六条"
    story.act("correct", "provider", "2026-05-14", outcome="已合并记录")
    assert ("recorded", CIVIL) in heard(story)
    assert (story.state, story.record.late) == ("closed", False)


def test_in_beijing_the_competent_authority_still_receives_a_copy_of_a_correction__measures_19(beijing: Story) -> None:
    asked(beijing, "correction", "doubt", "2026-04-28", doubt="同一人有两条记录")
    assert ("recorded", "office") in heard(beijing)


# ------------------------------------------------------------------------------- 第二十五条, 第二十七条, 第三十九条


def test_a_wider_use_needs_the_providers_consent__article_25(story: Story) -> None:
    asked(story, "wider-use", "ask", "2026-03-02", wider="提供给街道办事处", purpose="入户核查")
    stands(story, "awaiting_reply", "provider", reply="2026-03-16")
    assert cited(story) == f"{REGULATION}第二十五条"
    with refused(story, WrongRole):
        story.act("consent", "applicant", "2026-03-06")
    story.act("consent", "provider", "2026-03-06")
    assert story.state == "closed"


def test_when_the_use_ends_the_data_are_disposed_of_and_the_access_closed__article_27(story: Story) -> None:
    asked(story, "disposal", "stop", "2026-03-02")
    stands(story, "disposing", "applicant", disposal="2026-03-16")
    story.act("dispose", "applicant", "2026-03-09", disposal="已删除全部副本")
    stands(story, "disposed", "provider", closing="2026-03-16")
    story.act("confirm", "provider", "2026-03-10")
    assert (story.state, cited(story)) == ("closed", f"{REGULATION}第二十七条")


def in_use(story: Story) -> Story:
    """Data that 市民政局 may use until Tuesday 30 June 2026, as its application says."""
    drafted(story, "disposal", "2025-12-08", applicant=CIVIL, resource="常住人口基本信息", use_until="2026-06-30")
    return story.act("register_use", "applicant", "2025-12-08")


def test_when_the_time_of_use_ends_the_disposal_begins_whoever_is_silent__articles_20_and_27(story: Story) -> None:
    stands(in_use(story), "in_use", "applicant", use="2026-06-30")
    with refused(story, InvalidTransition, "2026-06-30"):
        story.act("end_use", "provider", "2026-06-30")
    story.sweep("2026-07-01")
    assert any("使用时限届满" in text for text in open_tasks(story))
    assert any("使用时限届满，转入处置" in text for text in open_tasks(story))
    story.act("end_use", "provider", "2026-07-01", demand="删除全部副本")
    stands(story, "disposing", "applicant", disposal="2026-07-15")
    assert cited(story) == f"{REGULATION}第二十七条"
    assert open_tasks(story) == []


def test_who_may_go_on_using_the_data_has_a_new_last_day__article_20(story: Story) -> None:
    in_use(story)
    with refused(story, WrongRole, "提供部门"):
        story.act("renew_use", "applicant", "2026-06-29", use_until="2026-12-31")
    story.act("renew_use", "provider", "2026-06-29", use_until="2026-12-31", reason="继续办理低保核对")
    stands(story, "in_use", "applicant", use="2026-12-31")


def disposals(story: Story, since: str, until: str) -> dict[str, int]:
    """What the figures of these days say of disposals: 上年结转, 新收, 办结, 结转下年."""
    days = Days(day(since), day(until), day(until))
    with story.database.read() as transaction:
        report, _ = compiler.compiled_in(transaction, story.context, days.since.year, days)
        total = next(each for each in report.procedures if each.key == "disposal").total
    return {key: total[key].numerator for key in ("carried_over", "received", "closed", "carried_forward")}


def test_a_disposal_is_received_on_the_day_on_which_it_begins_and_once__article_27(story: Story) -> None:
    nothing = dict.fromkeys(("carried_over", "received", "closed", "carried_forward"), 0)
    in_use(story)
    assert disposals(story, "2025-12-01", "2025-12-31") == nothing
    story.act("end_use", "provider", "2026-07-01", demand="删除全部副本")
    assert disposals(story, "2025-12-01", "2026-06-30") == nothing
    story.act("dispose", "applicant", "2026-07-08", disposal="已删除").act(
        "send_back", "provider", "2026-07-09", reason="备份未删"
    )
    assert disposals(story, "2026-07-01", "2026-07-31") == nothing | {"received": 1, "carried_forward": 1}
    story.act("dispose", "applicant", "2026-07-10", disposal="备份已删除").act("confirm", "provider", "2026-08-03")
    assert disposals(story, "2026-08-01", "2026-08-31") == nothing | {"carried_over": 1, "closed": 1}
    assert disposals(story, "2026-01-01", "2026-12-31") == nothing | {"received": 1, "closed": 1}


def test_what_is_handed_in_at_once_is_that_the_use_has_ended__article_27(story: Story) -> None:
    """By the form and by programs: a time of use is registered on the draft's own page."""
    assert first_event(story.context.procedures["disposal"]).key == "stop"
    drafted(story, "disposal", "2026-03-02", applicant=CIVIL, resource="常住人口基本信息")
    assert {"register_use", "stop"} <= {row.event.key for row in story.file.procedure.from_state("draft")}


def test_use_that_was_registered_in_error_is_in_no_figure__article_27(story: Story) -> None:
    in_use(story).act("void", "office", "2026-03-02", reason="登记有误")
    assert set(disposals(story, "2025-01-01", "2026-12-31").values()) == {0}


def test_a_provider_that_ends_a_service_negotiates_and_files_it__article_27(story: Story) -> None:
    drafted(
        story,
        "service-change",
        "2026-03-02",
        applicant=CIVIL,
        resource="人口查询接口",
        change="终止服务",
        reason="系统下线",
    )
    story.act("propose", "provider", "2026-03-02")
    stands(story, "negotiating", "applicant", opinion="2026-03-16")
    story.act("object", "applicant", "2026-03-06", reason="尚无替代服务")
    with refused(story, InvalidTransition, "待继续协商"):
        story.act("file", "provider", "2026-03-09")
    story.act("agree", "applicant", "2026-03-20").act("file", "provider", "2026-03-23")
    assert (story.state, cited(story)) == ("closed", f"{REGULATION}第二十七条")
    assert ("recorded", "office") in heard(story)


def test_the_provider_says_how_data_are_disposed_of_and_has_it_done_again__article_27(story: Story) -> None:
    asked(story, "disposal", "stop", "2026-03-02")
    story.act("demand", "provider", "2026-03-04", demand="删除副本并出具证明")
    stands(story, "disposing", "applicant", disposal="2026-03-16")
    story.act("dispose", "applicant", "2026-03-09", disposal="已删除").act(
        "send_back", "provider", "2026-03-10", reason="没有删除证明"
    )
    stands(story, "disposing", "applicant", disposal="2026-03-24")  # 11–13, 16–20, 23, 24 March
    assert heard(story) == {("recorded", CIVIL)}


def settled(story: Story, on: str, settlement: str, by: str = "经协调达成一致") -> Story:
    return story.act("resolve", "office", on, settlement=settlement, settled_by=by, doc_no="京数协〔2026〕9号")


def test_a_dispute_over_the_disposal_either_brings_to_the_authority__article_28(story: Story) -> None:
    for role in ("applicant", "provider"):
        asked(story, "disposal", "stop", "2026-03-02").act("dispose", "applicant", "2026-03-09", disposal="已删除")
        story.act("refer", role, "2026-03-11", opinion="对删除范围有分歧")
        stands(story, "in_coordination", "competent_authority", coordination="2026-04-01")
        assert cited(story) == f"{REGULATION}第二十八条"
    settled(story, "2026-03-20", "重新处置")
    stands(story, "disposing", "applicant", disposal="2026-04-03")
    story.act("refer", "provider", "2026-03-23")
    settled(story, "2026-03-27", "处置完毕，已关闭访问权限", "本级政府决定")
    assert story.state == "closed"


def test_a_service_change_that_is_not_agreed_goes_to_the_authority__article_28(story: Story) -> None:
    notice = {"resource": "人口查询接口", "change": "终止服务", "reason": "系统下线"}
    for settlement, state in (("可以变更或终止", "change_agreed"), ("维持原服务", "closed")):
        drafted(story, "service-change", "2026-03-02", applicant=CIVIL, **notice)
        story.act("propose", "provider", "2026-03-02").act("object", "applicant", "2026-03-06", reason="尚无替代服务")
        story.act("propose", "provider", "2026-03-09", **notice)
        with refused(story, InvalidTransition, "2026-03-23"):
            story.act("refer", "provider", "2026-03-23")  # its answer may still come
        story.act("object", "applicant", "2026-03-24", reason="尚无替代服务").act("refer", "applicant", "2026-03-25")
        stands(story, "in_coordination", "competent_authority", coordination="2026-04-16")  # 6 April is 清明
        assert settled(story, "2026-04-10", settlement).state == state


def test_a_change_that_is_never_filed_the_authority_closes__article_27(story: Story) -> None:
    drafted(
        story, "service-change", "2026-03-02", applicant=CIVIL, resource="接口", change="终止服务", reason="系统下线"
    )
    story.act("propose", "provider", "2026-03-02").act("agree", "applicant", "2026-03-06")
    with refused(story, InvalidTransition, "2026-03-13"):
        story.act("close_undone", "office", "2026-03-13", reason="未报备")
    story.act("close_undone", "office", "2026-03-16", reason="未报备")
    assert story.state == "closed"


def test_a_wider_use_that_is_refused_or_unanswered_goes_to_the_authority__article_28(story: Story) -> None:
    asked(story, "wider-use", "ask", "2026-03-02", wider="提供给街道办事处", purpose="入户核查")
    with refused(story, InvalidTransition, "2026-03-16"):
        story.act("refer", "applicant", "2026-03-16")
    story.act("refuse", "provider", "2026-03-16", reason="街道无权使用")
    stands(story, "not_consented", "applicant", consideration="2026-03-30")
    story.act("refer", "applicant", "2026-03-18")
    with refused(story, FieldError, "会议", "文字号"):
        story.act("resolve", "office", "2026-03-25", settlement="同意扩大使用", settled_by="经协调达成一致")
    settled(story, "2026-03-25", "同意扩大使用")
    assert (story.state, story.record.late) == ("closed", False)
    asked(story, "wider-use", "ask", "2026-03-02", wider="提供给街道办事处", purpose="入户核查")
    settled(story.act("refer", "applicant", "2026-03-17"), "2026-03-25", "不同意扩大使用", "本级政府决定")
    assert (story.state, story.record.late) == ("not_widened", True)


def test_a_refused_wider_use_ends_when_the_applicant_accepts_it_or_the_provider_consents__article_25(
    story: Story,
) -> None:
    for event, role, state in (("accept", "applicant", "not_widened"), ("consent", "provider", "closed")):
        asked(story, "wider-use", "ask", "2026-03-02", wider="提供给街道办事处", purpose="入户核查")
        story.act("refuse", "provider", "2026-03-06", reason="街道无权使用").act(event, role, "2026-03-09")
        assert story.state == state


def test_a_correction_that_stays_in_doubt_goes_to_the_authority__article_28(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-03-02", doubt="同一人有两条记录")
    story.act("uphold", "provider", "2026-03-06", outcome="系两人同名").act("refer", "applicant", "2026-03-10")
    stands(story, "in_coordination", "competent_authority", coordination="2026-03-31")
    assert (cited(story), heard(story)) == (f"{REGULATION}第二十八条", {("recorded", "office"), ("recorded", POLICE)})
    settled(story, "2026-03-20", "数据有误，已更正")
    assert story.state == "closed"


def test_in_beijing_a_refused_citation_goes_to_the_authority__article_28(beijing: Story) -> None:
    asked(beijing, "citation-consent", "ask", "2026-03-02", document="《救助规划》", purpose="测算覆盖率")
    beijing.act("refuse", "provider", "2026-03-06", reason="数据尚未核定").act("refer", "applicant", "2026-03-10")
    assert cited(beijing) == f"{REGULATION}第二十八条"
    assert settled(beijing, "2026-03-20", "不同意引用", "本级政府决定").state == "not_cited"


def test_a_catalogue_sent_back_and_not_mended_the_authority_closes__article_17(story: Story) -> None:
    changed(story).act("update", "provider", "2026-10-09", text="新增一项").act(
        "send_back", "office", "2026-10-12", reason="缺更新周期"
    )
    with refused(story, InvalidTransition, "2026-10-19"):
        story.act("close_undone", "office", "2026-10-19", reason="另行责令整改")
    story.act("close_undone", "office", "2026-10-20", reason="另行责令整改")
    assert (story.state, story.record.ending) == ("left_undone", "closed")


def ordered(story: Story, ground: str) -> Story:
    facts = {"topic": "扩大使用范围", "facts": "日志显示超范围调用", "demand": "停止超范围使用"}
    drafted(story, "rectification", "2026-06-01", **facts, ground=ground, rectify_by="2026-06-30")
    return story.act("issue", "office", "2026-06-01")


def test_misuse_suspends_the_access_until_it_is_put_right__article_27(story: Story) -> None:
    ordered(story, "beyond").act("suspend_access", "office", "2026-06-02", reason="防止扩散")
    assert cited(story) == f"{REGULATION}第二十七条"
    with refused(story, InvalidTransition, "已暂停共享"):
        story.act("suspend_access", "office", "2026-06-03", reason="—")
    stands(story, "rectifying", "provider", rectification="2026-06-30")
    story.act("finish", "provider", "2026-06-20", text="已停止").act("accept", "office", "2026-06-23")
    story.act("restore_access", "office", "2026-06-24")
    assert story.state == "closed"
    with refused(story, InvalidTransition, "没有暂停共享"):
        story.act("restore_access", "office", "2026-06-25")


def test_a_late_reply_without_good_reason_is_a_ground_that_a_person_chooses__article_39(story: Story) -> None:
    applied(story).sweep("2025-12-01")
    assert story.state == "awaiting_reply"  # the clock orders nobody
    ordered(story, "late")
    assert cited(story) == f"{REGULATION}第三十九条第四项"
    with refused(story, InvalidTransition, "2026-06-30"):
        story.act("report_up", "office", "2026-06-30", text="—")


# ----------------------------------------------------------------------------------------- 第二十八条, 第四十一条


def test_what_cannot_be_negotiated_the_applicant_alone_brings_to_the_authority__article_28(story: Story) -> None:
    replied(story)
    for role in ("office", "provider"):
        with refused(story, WrongRole):
            story.act("refer", role, "2025-09-29")
    story.act("refer", "applicant", "2025-09-29")
    assert story.file.procedure.states["referred"].title == "申请协调处理（待受理）"
    stands(story, "referred", "competent_authority", admission="2025-10-10")
    assert cited(story) == f"{REGULATION}第二十八条"


def test_silence_is_brought_to_the_authority_only_after_the_term__article_28(story: Story) -> None:
    applied(story)
    with refused(story, InvalidTransition, "2025-10-11"):
        story.act("refer", "applicant", "2025-10-11")
    story.act("refer", "applicant", "2025-10-13")
    assert story.state == "referred"


def test_an_authority_that_does_not_take_a_case_up_is_asked_to__article_41(story: Story) -> None:
    replied(story).act("refer", "applicant", "2025-09-29").sweep("2025-10-11")
    assert [title for title in open_tasks(story) if "尚未登记受理或退回" in title]


def failed(story: Story) -> Story:
    replied(story).act("refer", "applicant", "2025-09-29")
    return story.act("accept_referral", "office", "2025-09-30", authority="市政务服务和数据管理局").act(
        "fail", "office", "2025-10-15"
    )


def test_what_the_authority_cannot_settle_the_government_decides__article_28(national: Story) -> None:
    failed(national).act("report_up", "office", "2025-10-17")
    titles = national.file.procedure.states
    assert (titles["coordination_failed"].title, titles["awaiting_decision"].title) == (
        "经协调未达成一致（待报政府决定）", "待本级政府决定",
    )  # fmt: skip
    stands(national, "awaiting_decision", "government", decision="2025-11-28")
    national.act("decide", "government", "2025-11-10", decision="应予共享", doc_no="京政函〔2025〕18号")
    stands(national, "decided", "provider", implementation="2025-12-08")
    assert cited(national) == f"{REGULATION}第二十八条"
    national.act("supply", "provider", "2025-12-01")
    stands(national, "supplied", "applicant", receipt="2025-12-08")  # 2–5, 8 December
    national.act("confirm", "applicant", "2025-12-03")
    assert national.state == "closed"


def test_in_beijing_the_leading_group_deliberates_before_the_government_decides__article_28(beijing: Story) -> None:
    failed(beijing).act("report_up", "office", "2025-10-17")
    stands(beijing, "in_deliberation", "leading_group", deliberation="2025-11-28")
    assert cited(beijing) == f"{MEASURES}第十七条"
    with refused(beijing, InvalidTransition, "待领导小组审议"):
        beijing.act("decide", "office", "2025-10-20", decision="应予共享")
    beijing.act("deliberate", "leading_group", "2025-10-22", opinion="建议共享", meeting=beijing.met("2025-10-22"))
    stands(beijing, "deliberated", "competent_authority", submission="2025-10-29")
    beijing.act("submit_up", "office", "2025-10-24")
    beijing.act("decide", "government", "2025-11-10", decision="不予共享", doc_no="京政函〔2025〕18号")
    assert (beijing.state, cited(beijing)) == ("closed", f"{REGULATION}第二十八条")  # nothing is left to be supplied
    assert str(beijing.record.closed_on) == "2025-11-10"


# --------------------------------------------------------------------------------------------- 第四十三条 参照执行


def test_to_a_body_that_is_bound_by_reference_only_nothing_is_ever_overdue__article_43(story: Story) -> None:
    with story.database.write() as transaction:
        unit = story.context.directory.find(POLICE).id
        set_department(transaction, unit, level=Level.REFERENCE, sort_no=None, mail_stopped=None)
        story.context.refresh(transaction)
    applied(story).sweep("2025-10-13")
    assert light(story, "2025-10-13") == "reference"


# ----------------------------------------------------------------------------------------------- the two rulebooks


def test_both_are_in_force_from_the_day_of_the_regulation() -> None:
    assert {str(load(shipped()[name]).in_force_from) for name in BOTH} == {"2025-08-01"}


def test_the_nations_rulebook_rests_on_the_regulation_alone() -> None:
    book = load(shipped()["national-2025"])
    assert book.law == REGULATION
    assert all("37号" not in text for text in book.source.values())


def test_beijings_rulebook_names_both_documents() -> None:
    book = load(shipped()["beijing-2025"])
    assert book.law == f"{REGULATION}、{MEASURES}"
    assert book.cited("条例第二十一条") == f"{REGULATION}第二十一条"
    assert book.cited("37号第三十三条") == f"{MEASURES}第三十三条"
    assert book.cited("office") == "本办公室规定"


@pytest.mark.parametrize("file", ["aggregation-exemption", "annual-summary", "open-demand", "opening-plan"])
def test_where_the_regulation_is_silent_beijing_goes_on_as_before(file: str) -> None:
    """Only the document of a basis and the regulation's word for the applicant differ."""
    before, after = (load(shipped()[name]).source[f"{file}.toml"] for name in ("beijing-2017", "beijing-2025"))
    as_before = after.replace('basis = "37号第', 'basis = "第').replace("需求部门", "使用部门")
    assert tomllib.loads(as_before) == tomllib.loads(before)
