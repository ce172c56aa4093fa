"""《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号), article by article: what a case of each procedure does.

Article 17 has its own stories (test_story_*.py), article 34 its own (test_rulebook_copies.py). Due dates are counted by
hand; in 2026 中秋 is 25 September, 国庆 1–7 October, worked are 20 September and 10 October.
"""

import pytest

from negotiation.core.errors import FieldError, InvalidTransition, WrongRole
from negotiation.services.cases import opening
from negotiation.services.context import UnitOfWork
from negotiation.worker import yearly_cases
from tests.acceptance.steps import asked, cited, drafted, heard, light, open_tasks, past, refused, stands
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, TAX, Story, at

LAW = "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）"


# -------------------------------------------------------------------------------------- 第三条, 第十六条 and 第十七条


def test_a_state_secret_does_not_get_in__article_3(story: Story) -> None:
    with pytest.raises(FieldError, match="机密★"):
        drafted(story, "correction", "2026-03-02", applicant=CIVIL, doubt="机密★5年")


def test_data_are_shared_unconditionally_conditionally_or_not__article_16(story: Story) -> None:
    for label, key in (("无条件共享", "unconditional"), ("有条件共享", "conditional"), ("不予共享", "none")):
        story.submitted("2026-03-02", **{"class": label})
        assert story.file.procedure.fields["class"].choices[key] == label
    with pytest.raises(FieldError, match="共享类型"):
        story.open("2026-03-02", **{"class": "酌情共享"})


def test_a_refusal_may_name_the_law_on_which_the_class_rests__article_16(story: Story) -> None:
    story.submitted("2026-03-02").act(
        "refuse", "provider", "2026-03-05", reason="属不予共享类", legal_basis="《居民身份证法》第六条"
    )
    assert story.state == "refused"


def test_the_reply_is_due_in_ten_working_days__article_17(story: Story) -> None:
    story.submitted("2026-09-18")
    stands(story, "awaiting_reply", "provider", reply="2026-10-09")
    assert cited(story) == f"{LAW}第十七条"


# ------------------------------------------------------------------------------------------------ 第九条 目录更新


def changed(story: Story, on: str = "2026-09-18", entered: str = "") -> Story:
    drafted(story, "catalogue-update", on, resource="户籍登记信息目录", cause="法律法规修改")
    return story.act("change", "provider", on, entered=entered)


def test_a_catalogue_is_updated_in_fifteen_working_days_from_the_change_of_law__article_9(story: Story) -> None:
    changed(story, "2026-09-18", entered="2026-09-28")  # ten days go by before anybody writes it down
    stands(
        story, "updating", "provider", update="2026-10-15"
    )  # 21–24, 28–30 Sept.; 8, 9, 10 (worked), 12–15 Oct.; 20 Sept.
    assert cited(story) == f"{LAW}第九条"
    story.act("update", "provider", "2026-10-15", text="新增住址变动日期一项")
    assert (story.state, story.record.late) == ("closed", False)


def test_an_update_that_is_not_there_in_time_is_overdue_and_the_office_asks__article_9(story: Story) -> None:
    changed(story).sweep("2026-10-16")
    assert past(story)[-1] == ("lapse", "2026-10-15")
    assert [title for title in open_tasks(story) if "目录更新期限届满" in title]
    assert light(story, "2026-10-16") == "overdue"
    story.act("update", "provider", "2026-10-19", text="已更新")
    assert (story.state, story.record.late, open_tasks(story)) == ("closed", True, [])


# -------------------------------------------------------------------------------------------- 第十五条 不予汇聚


def exempt(story: Story) -> Story:
    drafted(story, "aggregation-exemption", "2026-03-02", resource="人口库原始档案", cause="数据体量过大")
    story.act("apply", "provider", "2026-03-02")
    return story.act("consent", "office", "2026-03-09", review_by="2026-11-16", valid_until="2026-12-31")


def test_what_is_not_gathered_needs_the_offices_consent_and_it_has_an_end__article_15(story: Story) -> None:
    drafted(story, "aggregation-exemption", "2026-03-02", resource="人口库原始档案", cause="数据体量过大")
    story.act("apply", "provider", "2026-03-02")
    stands(story, "awaiting_consent", "office", consent="2026-03-16")
    with refused(story, WrongRole):
        story.act("consent", "provider", "2026-03-09", review_by="2026-11-16", valid_until="2026-12-31")
    with refused(story, FieldError, "有效期至"):
        story.act("consent", "office", "2026-03-09", review_by="2026-11-16")
    with refused(story, FieldError, "有效期至", "2026-12-31", "复核日期", "2027-09-01"):  # nobody would look in time
        story.act("consent", "office", "2026-03-09", review_by="2027-09-01", valid_until="2026-12-31")
    story.act("consent", "office", "2026-03-09", review_by="2026-11-16", valid_until="2026-12-31")
    stands(story, "exempt", "office", review="2026-11-16", validity="2026-12-31")
    assert cited(story) == f"{LAW}第十五条"


def test_an_exemption_is_reviewed_before_it_ends__article_15(story: Story) -> None:
    exempt(story).sweep("2026-11-17")
    assert [title for title in open_tasks(story) if "请复核" in title]
    story.act("review", "office", "2026-11-18")
    stands(story, "reviewing", "office", verdict="2026-12-02", validity="2026-12-31")
    story.act("renew", "office", "2026-11-25", review_by="2027-11-15", valid_until="2027-12-31")
    stands(story, "exempt", "office", review="2027-11-15", validity="2027-12-31")


def test_an_exemption_that_ended_unreviewed_is_asked_for_and_gathering_follows__article_15(story: Story) -> None:
    exempt(story).act("review", "provider", "2026-11-18").sweep("2027-01-04")
    assert ("lapse", "2026-12-31") in past(story)
    assert [title for title in open_tasks(story) if "有效期届满" in title]
    story.act("end_exemption", "office", "2027-01-05", reason="特殊原因已消除")
    assert (story.state, {term.kind for term in story.file.case_state.terms if term.runs}) == (
        "to_aggregate", {"aggregation"},
    )  # fmt: skip
    story.act("aggregate", "provider", "2027-01-11")
    assert story.state == "closed"


def test_what_the_office_does_not_exempt_is_gathered__article_15(story: Story) -> None:
    drafted(story, "aggregation-exemption", "2026-03-02", resource="人口库原始档案", cause="数据体量过大")
    story.act("apply", "provider", "2026-03-02").act("decline", "office", "2026-03-09", reason="理由不充分")
    stands(story, "to_aggregate", "provider", aggregation="2026-04-07")


# ------------------------------------------------------------------------------------ 第十九条 校核更正, 引用同意


def test_who_doubts_shared_data_says_so_and_the_provider_verifies__article_19(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-02-09", doubt="同一人有两条记录")
    stands(story, "awaiting_verification", "provider", verification="2026-02-28")  # over 春节 to a worked Saturday
    assert heard(story) == {("new_case", POLICE), ("recorded", "office")}  # 抄送 the competent authority
    assert cited(story) == f"{LAW}第十九条"
    story.act("correct", "provider", "2026-02-25", outcome="已合并记录")
    assert story.state == "closed"
    assert heard(story) == {("recorded", CIVIL), ("recorded", "office")}


def test_the_days_for_a_verification_are_the_offices_rule__article_19(story: Story) -> None:
    """“及时” is no number."""
    rules = asked(story, "correction", "doubt", "2026-02-09", doubt="—").file.procedure
    assert (rules.terms["verification"].basis, rules.states["awaiting_verification"].basis) == ("office", "第十九条")


def test_data_that_are_upheld_may_be_doubted_again__article_19(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-03-02", doubt="同一人有两条记录")
    story.act("uphold", "provider", "2026-03-06", outcome="系两人同名")
    stands(story, "upheld", "applicant", consideration="2026-03-20")
    story.act("doubt_again", "applicant", "2026-03-10", doubt="证件号码相同")
    stands(story, "awaiting_verification", "provider", verification="2026-03-24")
    story.act("uphold", "provider", "2026-03-12", outcome="—").act("accept", "applicant", "2026-03-13")
    assert story.state == "closed"


def test_who_cites_shared_data_asks_the_provider_and_names_the_source__article_19(story: Story) -> None:
    asked(story, "citation-consent", "ask", "2026-03-02", document="《救助规划》", purpose="测算覆盖率")
    stands(story, "awaiting_reply", "provider", reply="2026-03-16")
    story.act("consent", "provider", "2026-03-06")
    with refused(story, FieldError, "来源注明"):
        story.act("cite", "applicant", "2026-03-20")
    story.act("cite", "applicant", "2026-03-20", source_note="数据来源：市公安局")
    assert (story.state, cited(story)) == ("closed", f"{LAW}第十九条")


def test_without_consent_nothing_is_cited__article_19(story: Story) -> None:
    asked(story, "citation-consent", "ask", "2026-03-02", document="《救助规划》", purpose="测算覆盖率")
    with refused(story, InvalidTransition, "待答复"):
        story.act("cite", "applicant", "2026-03-03", source_note="—")
    story.act("refuse", "provider", "2026-03-06", reason="数据尚未核定")
    stands(story, "not_consented", "applicant", consideration="2026-03-20")
    story.act("accept", "applicant", "2026-03-09")
    assert (story.state, story.record.ending) == ("not_cited", "closed")


def test_a_citation_refused_or_unanswered_the_office_settles__article_19(story: Story) -> None:
    asked(story, "citation-consent", "ask", "2026-03-02", document="《救助规划》", purpose="测算覆盖率")
    with refused(story, InvalidTransition, "2026-03-16"):
        story.act("refer", "applicant", "2026-03-16")
    story.act("refer", "applicant", "2026-03-17")
    stands(story, "in_coordination", "office", coordination="2026-04-08")  # 6 April is 清明
    assert cited(story) == "本办公室规定"
    story.act(
        "resolve", "office", "2026-03-24", settlement="不同意引用", meeting=story.met("2026-03-24", "coordination")
    )
    assert (story.state, story.record.late) == ("not_cited", True)
    asked(story, "citation-consent", "ask", "2026-03-02", document="《救助规划》", purpose="测算覆盖率")
    story.act("refuse", "provider", "2026-03-06", reason="数据尚未核定").act("refer", "applicant", "2026-03-10")
    story.act("resolve", "office", "2026-03-20", settlement="同意引用", doc_no="京数协〔2026〕9号")
    stands(story, "consented", "applicant", citation="2026-05-07")  # 7 days of March, 21 of April, 6 and 7 May


def test_a_provider_may_still_consent_to_what_it_refused__article_19(story: Story) -> None:
    asked(story, "citation-consent", "ask", "2026-03-02", document="《救助规划》", purpose="测算覆盖率")
    story.act("refuse", "provider", "2026-03-06", reason="数据尚未核定").act("consent", "provider", "2026-03-09")
    assert story.state == "consented"


def test_what_was_consented_to_and_never_cited_the_office_closes__article_19(story: Story) -> None:
    asked(story, "citation-consent", "ask", "2026-03-02", document="《救助规划》", purpose="测算覆盖率")
    story.act("consent", "provider", "2026-03-06")
    due = str(story.term("citation").due_on)
    with refused(story, InvalidTransition, due):
        story.act("close_undone", "office", due, reason="规划未出台")
    story.act("close_undone", "office", "2026-05-20", reason="规划未出台")
    assert (story.state, story.record.ending) == ("closed", "closed")


def test_data_in_doubt_for_good_the_office_settles__article_19(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-03-02", doubt="同一人有两条记录")
    story.act("uphold", "provider", "2026-03-06", outcome="系两人同名").act("refer", "applicant", "2026-03-10")
    stands(story, "in_coordination", "office", coordination="2026-03-31")
    with refused(story, FieldError, "会议", "文字号"):
        story.act("resolve", "office", "2026-03-20", settlement="数据无误")
    story.act("resolve", "office", "2026-03-20", settlement="数据无误", doc_no="京数协〔2026〕9号")
    assert (story.state, story.record.late) == ("closed", False)


def test_a_doubt_that_is_not_verified_in_time_goes_to_the_office__article_19(story: Story) -> None:
    asked(story, "correction", "doubt", "2026-03-02", doubt="同一人有两条记录")
    with refused(story, InvalidTransition, "2026-03-16"):
        story.act("refer", "applicant", "2026-03-16")
    story.act("refer", "applicant", "2026-03-17")
    assert (story.state, story.record.late) == ("in_coordination", True)


# ---------------------------------------------------------------------------------- 第二十条 开放需求, 开放计划


def demanded(story: Story) -> Story:
    drafted(story, "open-demand", "2026-04-20", resource="公园入园人数", demand="按日提供")
    return story.act("record", "office", "2026-04-20")


def test_a_demand_of_the_public_is_passed_on_and_answered_in_fifteen_working_days__article_20(story: Story) -> None:
    demanded(story)
    stands(story, "recorded", "competent_authority", passing="2026-04-23")
    story.act("pass_on", "competent_authority", "2026-04-28")
    stands(story, "awaiting_reply", "provider", response="2026-05-21")  # 29, 30 April; 6–9, 11–15, 18–21 May
    assert str(story.record.received_on) == "2026-04-28"
    assert heard(story) == {("new_case", POLICE)}
    story.act("respond", "provider", "2026-05-20", result="同意开放")
    assert heard(story) == {("recorded", "office")}  # the competent authority, through whom it enters its acts
    story.act("report_back", "provider", "2026-05-22", text="已上线").act(
        "tell_public", "competent_authority", "2026-05-25", channel="开放平台回复"
    )
    assert (story.state, story.record.late, cited(story)) == ("closed", False, f"{LAW}第二十条")


def test_a_demand_that_is_not_passed_on_is_nobodys_business_yet__article_20(story: Story) -> None:
    demanded(story).act("withdraw", "office", "2026-04-21")
    assert story.notices() == []


def test_a_demand_for_data_of_another_department_is_passed_on_anew__article_20(story: Story) -> None:
    demanded(story).act("pass_on", "office", "2026-04-28")
    story.act("disclaim", "provider", "2026-05-06", reason="该数据由市司法局掌握")
    stands(story, "recorded", "competent_authority", passing="2026-05-09")
    story.act("pass_on", "office", "2026-05-08", provider=JUSTICE)
    assert str(story.term("response").due_on) == "2026-05-28"
    assert heard(story) == {("new_case", JUSTICE)}


def test_where_no_department_has_the_data_the_authority_says_so__article_20(story: Story) -> None:
    demanded(story).act("pass_on", "office", "2026-04-28")
    story.act("disclaim", "provider", "2026-05-06", reason="本市没有这项数据")
    story.act("enter_result", "office", "2026-05-08", text="经核实，各部门均无此数据")
    stands(story, "result_reported", "competent_authority", telling="2026-05-14")  # Saturday 9 May is worked
    story.act("tell_public", "office", "2026-05-11", channel="开放平台回复")
    assert story.state == "closed"


def test_of_a_silent_department_the_authority_enters_the_result__article_20(story: Story) -> None:
    demanded(story).act("pass_on", "office", "2026-04-28")
    with refused(story, InvalidTransition, "2026-05-21"):
        story.act("enter_result", "office", "2026-05-21", text="责任部门未答复")
    story.act("enter_result", "office", "2026-05-22", text="责任部门未答复")
    assert (story.state, story.record.late) == ("result_reported", True)
    demanded(story).act("pass_on", "office", "2026-04-28").act("respond", "provider", "2026-05-20", result="同意开放")
    with refused(story, InvalidTransition, "2026-05-27"):
        story.act("enter_result", "office", "2026-05-27", text="责任部门未反馈")
    story.act("enter_result", "office", "2026-05-28", text="已在平台上线")
    assert (story.state, story.record.late) == ("result_reported", False)


def test_an_unanswered_demand_is_overdue_from_the_day_after__article_20(story: Story) -> None:
    demanded(story).act("pass_on", "office", "2026-04-28")
    assert light(story, "2026-05-21") == "due_soon"
    story.sweep("2026-05-22")
    assert (past(story)[-1], light(story, "2026-05-22")) == (("lapse", "2026-05-21"), "overdue")


def opened_by_the_clock(story: Story, on: str) -> int:
    with story.database.write() as transaction:
        return yearly_cases.run(transaction, story.context, at(on))


def of_procedure(story: Story, procedure: str) -> list[str]:
    with story.database.read() as transaction:
        sql = f"SELECT no FROM \"case\" WHERE procedure = '{procedure}' ORDER BY no"
        return [row[0] for row in transaction.connection.exec_driver_sql(sql)]


def test_each_unit_makes_a_yearly_plan_of_what_it_opens__article_20(story: Story) -> None:
    opened_by_the_clock(story, "2026-11-02")
    plans = of_procedure(story, "opening-plan")
    assert len(plans) == 4  # three municipal departments and a district; the tax office answers to Beijing's ministry
    story.no = plans[0]
    stands(story, "awaiting_plan", "provider", plan="2026-12-31")
    story.act("hand_in", "provider", "2026-12-18", plan="公园名录，6月").act(
        "send_back", "office", "2026-12-21", reason="未列时间"
    )
    assert story.state == "returned"
    story.act("hand_in", "provider", "2026-12-24", plan="公园名录，6月1日").act("receive", "office", "2026-12-25")
    assert (story.state, story.record.late) == ("received", False)


def test_the_authority_sums_the_plans_up_and_publishes_them__article_20(story: Story) -> None:
    drafted(story, "opening-plan", "2026-11-02", topic="2027年开放计划").act("call", "office", "2026-11-02")
    story.act("hand_in", "provider", "2026-12-18", plan="公园名录，6月").act("receive", "office", "2026-12-21")
    stands(story, "received", "competent_authority", publication="2027-01-19")
    with refused(story, FieldError, "公布渠道"):
        story.act("publish", "office", "2026-12-30")
    story.act("publish", "office", "2026-12-30", channel="市政务数据资源网")
    assert (story.state, cited(story)) == ("closed", f"{LAW}第二十条")
    assert story.events()[-1] == (
        "publish",
        "2026-12-30",
        "competent_authority",
    )  # 市经信委 is its author, not the office


def test_a_refusal_to_open_data_gives_its_reasons__article_20(story: Story) -> None:
    demanded(story).act("pass_on", "office", "2026-04-28")
    with refused(story, FieldError, "答复结果", "不予开放", "理由"):
        story.act("respond", "provider", "2026-05-20", result="不予开放")
    story.act("respond", "provider", "2026-05-20", result="不予开放", reason="涉及商业秘密")
    assert story.state == "responded"


# ------------------------------------------------------------------------------------------ 第二十九条 年度总结


def test_the_clock_asks_each_unit_once_for_its_summary_due_at_the_end_of_november__article_29(story: Story) -> None:
    assert opened_by_the_clock(story, "2026-09-30") == 0
    assert opened_by_the_clock(story, "2026-10-08") == 4  # the first working day of October
    assert opened_by_the_clock(story, "2026-10-09") == 0
    units = set()
    for no in of_procedure(story, "annual-summary"):
        story.no = no
        stands(story, "awaiting_summary", "provider", summary="2026-11-30")
        assert story.record.subject.startswith("2026年度")
        units.add(story.context.directory.name(story.record.provider_id))
    assert units == {CIVIL, POLICE, JUSTICE, CHAOYANG}
    assert TAX not in units
    assert cited(story) == f"{LAW}第二十九条"


def called(story: Story, on: str) -> Story:
    drafted(story, "annual-summary", on, topic="年度总结", figures="办结3件")
    return story.act("call", "office", on)


def reminded(story: Story, *days: str) -> list[str]:
    for each in days:
        story.sweep(each)
    return [on for event, on, _ in story.events() if event == "remind"]


def test_30_november_2026_is_a_monday_and_warned_of_on_the_friday_before__article_29(story: Story) -> None:
    called(story, "2026-10-08")
    days = ("2026-11-13", "2026-11-16", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-30")
    assert reminded(story, *days) == ["2026-11-16", "2026-11-27", "2026-11-30"]
    story.sweep("2026-12-01")
    assert past(story)[-1] == ("lapse", "2026-11-30")
    assert [title for title in open_tasks(story) if "年度总结" in title]


def test_30_november_2025_is_a_sunday_not_moved_and_warned_of_on_friday_28__article_29(story: Story) -> None:
    called(story, "2025-10-09")
    stands(story, "awaiting_summary", "provider", summary="2025-11-30")
    assert reminded(story, "2025-11-17", "2025-11-27", "2025-11-28", "2025-11-29", "2025-11-30") == [
        "2025-11-17", "2025-11-28",
    ]  # fmt: skip
    assert past(story)[-1] == ("call", "2025-10-09")  # on Sunday it has not passed
    story.sweep("2025-12-01")
    assert past(story)[-1] == ("lapse", "2025-11-30")
    assert light(story, "2025-12-01") == "overdue"


def test_a_unit_confirms_or_corrects_its_figures_and_the_office_receives_or_returns_them__article_29(
    story: Story,
) -> None:
    called(story, "2026-10-08").act("confirm", "provider", "2026-11-20")
    stands(story, "summary_handed_in", "office", reception="2026-12-04")
    story.act("send_back", "office", "2026-11-23", reason="缺开放情况")
    stands(story, "returned", "provider", amendment="2026-11-30")
    with refused(story, FieldError, "作为提供部门的数字不平衡"):
        story.act("revise", "provider", "2026-12-02", provided_received="4", provided_closed="3")
    story.act("revise", "provider", "2026-12-02", provided_received="4", provided_closed="4")
    story.act("receive", "office", "2026-12-03")
    assert (story.state, story.record.late) == ("closed", False)  # it was in time on 20 November


def test_a_summary_that_arrives_in_december_is_late__article_29(story: Story) -> None:
    called(story, "2026-10-08").act("confirm", "provider", "2026-12-01")
    assert story.record.late is True


def test_a_summary_or_a_plan_that_never_comes_the_office_closes_as_such__article_29(story: Story) -> None:
    called(story, "2026-10-08")
    with refused(story, InvalidTransition, "2026-11-30"):
        story.act("close_undone", "office", "2026-11-30", reason="经催办未报送")
    story.act("close_undone", "office", "2026-12-15", reason="经催办未报送")
    assert (story.state, story.record.ending, story.record.late) == ("left_undone", "closed", True)
    story.act("reopen", "office", "2026-12-21", reason="已送来总结")
    assert story.state == "returned"
    story.act("close_undone", "office", "2027-01-11", reason="仍未报送")
    drafted(story, "opening-plan", "2026-11-02", topic="开放计划").act("call", "office", "2026-11-02")
    story.act("close_undone", "office", "2027-01-04", reason="经催办未报送")
    assert (story.state, story.record.late) == ("left_undone", True)


def test_what_is_never_updated_or_gathered_the_office_closes_as_such__articles_9_and_15(story: Story) -> None:
    changed(story)
    with refused(story, InvalidTransition, "2026-10-15"):
        story.act("close_undone", "office", "2026-10-15", reason="另行责令整改")
    story.act("close_undone", "office", "2026-10-16", reason="另行责令整改")
    assert (story.state, story.record.ending, story.record.late) == ("left_undone", "closed", True)
    drafted(story, "aggregation-exemption", "2026-03-02", resource="人口库原始档案", cause="数据体量过大")
    story.act("apply", "provider", "2026-03-02").act("decline", "office", "2026-03-09", reason="理由不充分")
    story.act("close_undone", "office", "2026-04-08", reason="另行责令整改")
    assert (story.state, heard(story)) == ("left_undone", {("recorded", POLICE)})


# ------------------------------------------------------------------------------------------------ 第三十三条 整改

NOTICE = {
    "topic": "未按期更新户籍登记信息目录", "ground": "（一）未按规定编制或更新目录",
    "facts": "目录应于10月15日前更新，经询问，因系统改造延后", "demand": "完成更新",
}  # fmt: skip


def issued(story: Story, by: str = "2026-06-30") -> Story:
    drafted(story, "rectification", "2026-06-01", **NOTICE, rectify_by=by)
    return story.act("issue", "office", "2026-06-01")


def test_the_office_issues_a_rectification_on_one_of_five_grounds_and_sets_the_period__article_33(story: Story) -> None:
    drafted(story, "rectification", "2026-06-01", **NOTICE)
    assert [label[:3] for label in story.file.procedure.fields["ground"].choices.values()] == [
        "（一）", "（二）", "（三）", "（四）", "（五）",
    ]  # fmt: skip
    with refused(story, FieldError, "整改完成日期"):
        story.act("issue", "office", "2026-06-01")
    with refused(story, WrongRole):
        story.act("issue", "provider", "2026-06-01", rectify_by="2026-06-30")
    assert story.notices() == []  # a ground that is only considered, the department never sees
    story.act("issue", "office", "2026-06-01", rectify_by="2026-06-30")
    stands(story, "rectifying", "provider", rectification="2026-06-30")
    assert (heard(story), cited(story)) == ({("new_case", POLICE)}, f"{LAW}第三十三条")


def test_what_was_put_right_is_verified_by_the_office_and_closed__article_33(story: Story) -> None:
    issued(story).act("finish", "provider", "2026-06-26", text="目录已更新")
    stands(story, "verifying", "office", verification="2026-07-10")
    with refused(story, WrongRole):
        story.act("accept", "provider", "2026-06-29")
    story.act("accept", "office", "2026-06-29")
    assert (story.state, story.record.late) == ("closed", False)


def test_what_is_not_finished_in_time_the_office_reports_by_an_act_of_its_own__article_33(story: Story) -> None:
    issued(story)
    with refused(story, InvalidTransition, "2026-06-30", "报告领导小组"):
        story.act("report_up", "office", "2026-06-30", text="—")
    story.sweep("2026-07-01")
    assert past(story)[-1] == ("lapse", "2026-06-30")
    assert story.state == "rectifying"  # the clock reports nobody
    (task,) = open_tasks(story)
    assert "起草整改情况报告" in task
    story.act("report_up", "office", "2026-07-03", text="整改情况报告")
    stands(story, "reported_up", "leading_group", conclusion="2026-08-14")
    assert (open_tasks(story), cited(story)) == ([], f"{LAW}第三十三条")


def test_what_is_found_unfinished_gets_another_period_or_is_reported__article_33(story: Story) -> None:
    issued(story).act("finish", "provider", "2026-06-26", text="目录已更新")
    story.act("reject", "office", "2026-06-29", reason="缺两项")
    with refused(story, InvalidTransition, "2026-06-30"):
        story.act("report_up", "office", "2026-06-30", text="—")  # the period in the notice still runs
    story.act("renew", "office", "2026-06-30", reason="补充两项", rectify_by="2026-07-15")
    stands(story, "rectifying", "provider", rectification="2026-07-15")
    story.act("finish", "provider", "2026-07-14", text="已补充").act("accept", "office", "2026-07-15")
    assert (story.state, story.record.late) == ("closed", False)


def test_a_period_may_be_set_anew_while_it_runs__article_33(story: Story) -> None:
    issued(story).act("renew", "office", "2026-06-20", reason="工作量大", rectify_by="2026-07-15")
    stands(story, "rectifying", "provider", rectification="2026-07-15")


def test_after_a_report_the_unit_may_still_finish__article_33(story: Story) -> None:
    issued(story).act("report_up", "office", "2026-07-03", text="整改情况报告")
    story.act("finish", "provider", "2026-07-10", text="目录已更新").act("accept", "office", "2026-07-13")
    assert (story.state, story.record.late) == ("closed", True)


def test_the_leading_group_may_have_it_put_right_after_all__article_33(story: Story) -> None:
    issued(story).act("report_up", "office", "2026-07-03", text="整改情况报告")
    with refused(story, FieldError, "会议"):
        story.act("conclude", "leading_group", "2026-07-20", conclusion="继续整改", rectify_by="2026-08-31")
    no = story.met("2026-07-20")
    with refused(story, FieldError, "整改期限"):
        story.act("conclude", "leading_group", "2026-07-20", conclusion="继续整改", meeting=no)
    story.act("conclude", "leading_group", "2026-07-20", conclusion="继续整改", rectify_by="2026-08-31", meeting=no)
    stands(story, "rectifying", "provider", rectification="2026-08-31")


# ------------------------------------------------------------------------------------------------------- numbers


def test_each_procedure_has_its_own_numbers(story: Story) -> None:
    with story.database.write() as transaction:
        files = [
            opening.open_case(UnitOfWork(transaction, story.context, at("2026-03-02")), key, _blank(story, key))
            for key in story.context.rulebook.procedures
        ]
    assert {file.no for file in files} == {
        "HJ2026-0001", "ZJ2026-0001", "ML2026-0001", "YY2026-0001", "JH2026-0001", "KF2026-0001", "JHKF2026-0001",
        "ZG2026-0001", "GX2026-0001",
    }  # fmt: skip


def _blank(story: Story, key: str) -> dict[str, str]:
    parties = story.context.rulebook.procedure(key).parties
    return {"provider": POLICE} | ({"applicant": CIVIL} if "applicant" in parties else {})
