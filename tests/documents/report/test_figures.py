"""Every figure of the annual report by its definition, told with the fixed cast."""

import pytest

from negotiation.documents.report.definitions import DEFINITIONS, Part
from negotiation.documents.report.figures import TOTAL, Figure, Scope, Span
from tests.acceptance.steps import asked, drafted
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, Story
from tests.documents.report.year import again, behind, flow, of, said, year_of


@pytest.fixture
def other(database, context) -> Story:
    return again(database, context)


# ------------------------------------------------------------------------------------------- what came and what went


def test_a_case_received_last_year_is_carried_over_and_counted_when_it_ends(story):
    story.submitted("2025-12-22").act("agree", "provider", "2026-01-04").act("supply", "provider", "2026-01-09")
    story.act("confirm", "applicant", "2026-01-12")
    assert flow(year_of(story, 2025).main.total) == (0, 1, 0, 0, 0, 1)
    assert flow(year_of(story, 2026).main.total) == (1, 0, 0, 1, 0, 0)


def test_what_is_supplied_at_the_end_of_a_year_ends_in_the_next_where_nobody_says_that_it_arrived(story):
    """Receipt within five working days of 25 December: Sunday, 4 January, made up for 2 January. It ends on the 5th."""
    story.submitted("2025-12-15").act("agree", "provider", "2025-12-18").act("supply", "provider", "2025-12-25")
    story.sweep("2026-01-04")
    assert flow(year_of(story, 2026).main.total) == (1, 0, 0, 0, 0, 1)
    story.sweep("2026-01-05")
    assert flow(year_of(story, 2025).main.total) == (0, 1, 0, 0, 0, 1)
    assert flow(year_of(story, 2026).main.total) == (1, 0, 0, 1, 0, 0)
    assert said(year_of(story, 2025).main.total, "mean_supply") == ("5.0",)
    counted = DEFINITIONS["closed"].counted
    assert "确认收到期限届满次日办结" in counted
    assert "年底提供的可计入下一年度" in counted


def test_a_withdrawal_is_an_ending_and_a_void_case_is_outside_every_figure(story, other):
    story.submitted("2026-03-02").act("withdraw", "applicant", "2026-03-05")
    other.submitted("2026-03-02").act("void", "office", "2026-03-05", reason="重复登记")
    total = year_of(story).main.total
    assert flow(total) == (0, 1, 0, 1, 0, 0)
    assert total.outcomes == {"withdrawn": 1}


def test_a_reopening_is_received_again_and_each_end_counts(story):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-05").act("supply", "provider", "2026-03-20")
    story.act("confirm", "applicant", "2026-03-23")
    story.act("reopen", "office", "2026-04-01", reason="数据有误", reopen_to="supply")
    story.act("supply", "provider", "2026-04-10").act("confirm", "applicant", "2026-04-13")
    total = year_of(story).main.total
    assert flow(total) == (0, 2, 0, 2, 0, 0)
    assert said(total, "reopened", "issued") == ("1", "1")


def test_what_was_void_and_is_taken_up_again_counts_from_its_reopening(story):
    story.submitted("2025-11-03").act("void", "office", "2025-11-05", reason="误登记")
    story.act("reopen", "office", "2026-03-02", reason="恢复办理", reopen_to="reply")
    assert flow(year_of(story, 2025).main.total) == (0, 0, 0, 0, 0, 0)
    found = year_of(story).main.total
    assert (flow(found), said(found, "reopened")) == ((0, 1, 0, 0, 0, 1), ("1",))


def test_a_period_cuts_a_case_in_two(story):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-10").act("supply", "provider", "2026-05-11")
    story.act("confirm", "applicant", "2026-05-12")
    spring = year_of(story, since="2026-03-01", until="2026-03-31").main.total
    later = year_of(story, since="2026-04-01", until="2026-06-30").main.total
    assert (flow(spring), flow(later)) == ((0, 1, 0, 0, 0, 1), (1, 0, 0, 1, 0, 0))
    assert said(spring, "replies_due", "mean_reply") == ("1", "6.0")
    assert said(later, "replies_due", "mean_reply") == ("0", "—")


def test_a_year_without_data_prints_zeros_and_no_ratio(story):
    found = year_of(story)
    assert flow(found.main.total) == (0, 0, 0, 0, 0, 0)
    ratios = [figure.text for figure in found.main.total.figures() if figure.denominator is not None]
    assert set(ratios) == {"—"}
    assert (found.main.providers, found.imbalances, found.rows("rectifications")) == ((), (), ())
    assert found.rulebooks[0].id == story.context.rulebook.id


# ---------------------------------------------------------------------------------------------- units that change


def test_a_unit_merged_in_the_middle_of_the_year_gives_and_the_other_takes(story):
    """职责划转 as 划入/划出; the report names both, and last year stays what it was."""
    story.submitted("2025-12-22")
    before = year_of(story, 2025)
    story.act("transfer", "office", "2026-06-01", reason="机构改革，并入市司法局", provider=JUSTICE)
    found = year_of(story)
    assert flow(of(found, POLICE)) == (1, 0, 0, 0, 1, 0)
    assert flow(of(found, JUSTICE)) == (0, 0, 1, 0, 0, 1)
    assert flow(of(found, CIVIL, "applicants")) == (1, 0, 0, 0, 0, 1)
    (moved,) = found.moved
    assert (moved.given, moved.taken, moved.nos) == (POLICE, JUSTICE, (story.no,))
    assert any(POLICE in note and JUSTICE in note and "划出" in note for note in found.notes)
    assert flow(of(year_of(story, 2025), POLICE)) == flow(of(before, POLICE)) == (0, 1, 0, 0, 0, 1)


def test_who_applies_may_change_too_and_the_provider_has_no_part_in_that(story):
    story.submitted("2026-03-02").act("transfer", "office", "2026-04-01", reason="机构改革", applicant=CHAOYANG)
    found = year_of(story)
    assert flow(of(found, CIVIL, "applicants")) == (0, 1, 0, 0, 1, 0)
    assert flow(of(found, CHAOYANG, "applicants")) == (0, 0, 1, 0, 0, 1)
    assert flow(of(found, POLICE)) == (0, 1, 0, 0, 0, 1)


def test_an_assignment_moves_the_case_and_each_provider_has_its_own_term(story):
    story.submitted("2026-03-02").act("disclaim", "provider", "2026-03-05", reason="非本部门数据")
    story.act("assign", "office", "2026-03-06", provider=JUSTICE).act("agree", "provider", "2026-03-31")
    found = year_of(story)
    assert said(of(found, POLICE), "received", "moved_out", "replies_due", "on_time_rate") == ("1", "1", "1", "100.0%")
    assert said(of(found, JUSTICE), "received", "moved_in", "replies_due", "on_time_rate") == ("0", "1", "1", "0.0%")


def test_an_overdue_term_stays_with_who_was_bound_at_the_end_of_the_year(story):
    story.submitted("2025-12-01").act("transfer", "office", "2026-02-02", reason="机构改革", provider=JUSTICE)
    assert said(of(year_of(story, 2025), POLICE), "overdue", "unanswered") == ("1", "1")
    assert said(of(year_of(story, 2025), JUSTICE), "overdue", "unanswered") == ("0", "0")


# -------------------------------------------------------------------------------------------------------- the reply


def test_a_term_counts_in_the_period_of_its_due_date_and_a_reply_where_it_was_made(story):
    story.submitted("2025-12-22").act("agree", "provider", "2026-01-12")  # due on 6 January 2026
    assert said(year_of(story, 2025).main.total, "replies_due", "mean_reply") == ("0", "—")
    assert said(year_of(story, 2026).main.total, "replies_due", "replies_on_time", "overdue") == ("1", "0", "1")


def test_a_term_is_left_out_if_the_case_was_withdrawn_before_its_due_date_or_still_runs(story, other):
    story.submitted("2026-03-02").act("withdraw", "applicant", "2026-03-10")
    other.submitted("2026-03-09")
    found = year_of(story, as_of="2026-03-23").main.total  # the day on which the other falls due
    assert said(found, "replies_due", "on_time_rate") == ("0", "—")
    assert said(year_of(story, as_of="2026-03-24").main.total, "replies_due", "on_time_rate") == ("1", "0.0%")


def test_a_withdrawal_after_the_due_date_leaves_the_reply_overdue_but_not_unanswered_at_the_end(story):
    story.submitted("2026-03-02").act("withdraw", "applicant", "2026-03-20")
    assert said(year_of(story).main.total, "overdue", "overdue_1_5", "unanswered") == ("1", "1", "0")


@pytest.mark.parametrize(
    ("answered", "band"), [("2026-03-23", "1_5"), ("2026-03-24", "6_10"), ("2026-03-31", "over_10")]
)
def test_lateness_stands_in_bands_of_working_days(story, answered, band):
    story.submitted("2026-03-02").act("agree", "provider", answered)  # due on Monday, 16 March
    assert said(year_of(story).main.total, "overdue", f"overdue_{band}") == ("1", "1")


def test_suspended_days_are_left_out_and_a_reply_on_the_same_day_takes_none(story, other):
    story.submitted("2026-03-02").act("ask_supplement", "provider", "2026-03-04", materials="说明")
    story.act("supplement", "applicant", "2026-03-11", text="已补").act("agree", "provider", "2026-03-13")
    other.submitted("2026-03-02").act("agree", "provider", "2026-03-02")
    total = year_of(story).main.total
    assert (total["mean_reply"].numerator, total["mean_reply"].denominator) == (4, 2)
    assert said(total, "supplements") == ("1",)


def only_referred_to(story: Story, department: str) -> None:
    with story.database.write() as transaction:
        sql = f"UPDATE department SET level = 'reference' WHERE name = {transaction.param}"
        transaction.execute(sql, [department])
        transaction.execute("UPDATE counter SET last = last + 1 WHERE name = 'directory'")
        story.context.refresh(transaction)


def test_reference_bodies_are_never_overdue_and_stand_in_a_line_of_their_own(story):
    only_referred_to(story, POLICE)
    story.submitted("2026-03-02")
    found = year_of(story)
    *others, level = found.main.levels  # the columns of every year
    assert {said(each, "received", "replies_due") for each in others} == {("0", "0")}
    assert (level.scope.title, said(level, "replies_due", "overdue", "unanswered")) == ("参照单位", ("1", "0", "0"))


@pytest.mark.parametrize(("referred_to", "overdue"), [(CHAOYANG, "1"), (POLICE, "0")])
def test_a_term_is_late_for_whoever_was_bound_in_that_year_and_not_for_who_took_the_case_over(
    story, referred_to, overdue
):
    """Due at the police on 15 December, unanswered; the district takes the case over in January."""
    only_referred_to(story, referred_to)
    story.submitted("2025-12-01").act("transfer", "office", "2026-01-12", reason="职责调整", provider=CHAOYANG)
    found = year_of(story, 2025)
    assert said(of(found, POLICE), "replies_due", "overdue") == ("1", overdue)


# ------------------------------------------------------------------------------------------- supply, outcome, paths


def test_supply_has_its_own_rate_and_its_own_mean(story, other):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-04").act("supply", "provider", "2026-03-11")
    other.submitted("2026-03-02").act("agree", "provider", "2026-03-04", supply_by="2026-03-10")
    other.act("supply", "provider", "2026-03-18")
    total = year_of(story).main.total
    assert said(total, "supplies_due", "supply_rate", "mean_supply") == ("2", "50.0%", "7.5")


def test_a_case_withdrawn_after_agreement_supplies_nothing(story):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-04").act("withdraw", "applicant", "2026-03-06")
    assert said(year_of(story).main.total, "supplies_due", "mean_supply", "satisfied_rate") == ("0", "—", "—")


def test_satisfaction_counts_agreement_in_part_and_strictly_does_not(story, other, database, context):
    story.submitted("2026-03-02").act("agree_partly", "provider", "2026-03-04", reason="部分字段涉密")
    story.act("accept", "applicant", "2026-03-05").act("supply", "provider", "2026-03-10")
    story.act("confirm", "applicant", "2026-03-11")
    other.submitted("2026-03-02").act("refuse", "provider", "2026-03-04", reason="涉密", reason_class="protected")
    other.act("accept", "applicant", "2026-03-05")
    again(database, context).submitted("2026-03-02").act("withdraw", "applicant", "2026-03-05")
    total = year_of(story).main.total
    assert said(total, "satisfied_rate", "satisfied_strict_rate") == ("50.0%", "0.0%")
    assert total.outcomes == {"partly": 1, "refused": 1, "withdrawn": 1}
    assert (said(total, "refusals"), total.refusals) == (("1",), {"protected": 1})


def test_coordination_and_deliberation_are_counted_by_their_events_and_by_the_cases_they_closed(story):
    story.submitted("2026-03-02").act("refuse", "provider", "2026-03-10", reason="依法不予提供")
    story.act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
    story.act("fail", "office", "2026-03-20").act("report_up", "office", "2026-03-24")
    story.act("decide", "office", "2026-04-02", decision="share", meeting=story.met("2026-04-02"))
    story.act("supply", "provider", "2026-04-10").act("confirm", "applicant", "2026-04-13")
    found = year_of(story)
    keys = ("to_coordination", "to_deliberation", "coordinations_ended", "settled_rate", "mean_coordination")
    assert said(found.main.total, *keys) == ("1", "1", "1", "0.0%", "5.0")
    assert said(found.main.total, "negotiated_rate", "coordination_rate", "deliberation_rate") == (
        "0.0%", "100.0%", "100.0%",
    )  # fmt: skip
    (row,) = found.rows("coordination")
    assert (row.no, row.days, row.answer, row.decision) == (story.no, 5, "经协调仍未达成一致", "应予共享")


def test_a_referral_that_was_declined_is_asked_for_but_no_coordination(story):
    story.submitted("2026-03-02").act("refuse", "provider", "2026-03-10", reason="依法不予提供")
    story.act("refer", "applicant", "2026-03-12").act("decline_referral", "office", "2026-03-13", reason="先行协商")
    story.act("accept", "applicant", "2026-03-16")
    total = year_of(story).main.total
    assert said(total, "to_coordination", "coordinations_ended", "negotiated_rate") == ("1", "0", "100.0%")


def fraction(figure: Figure) -> tuple[int, int | None]:
    return figure.numerator, figure.denominator


def in_parts(story: Story, items: str = "姓名、住址、参保状态") -> Story:
    """An application for three items, due on 16 March."""
    return story.submitted("2026-03-02", items=items)


def test_data_items_agreed_are_counted_against_those_asked(story):
    in_parts(story).act(
        "agree_partly", "provider", "2026-03-04", reason="住址不宜", items="姓名、参保状态", refused_items="住址"
    )
    story.act("accept", "applicant", "2026-03-05").act("supply", "provider", "2026-03-10")
    assert fraction(year_of(story).main.total["items_rate"]) == (0, 0)  # the case has not ended yet
    story.act("confirm", "applicant", "2026-03-11")
    assert fraction(year_of(story).main.total["items_rate"]) == (2, 3)


def test_what_was_withdrawn_is_not_asked_for_and_what_names_no_items_has_none(story, other):
    in_parts(story).act("withdraw_items", "applicant", "2026-03-04", items="住址")
    story.act("agree", "provider", "2026-03-10", items="姓名").act("refuse", "provider", "2026-03-10", reason="涉密")
    story.act("accept", "applicant", "2026-03-11").act("supply", "provider", "2026-03-12")
    story.act("confirm", "applicant", "2026-03-13")
    other.submitted("2026-03-02").act("agree_partly", "provider", "2026-03-04", reason="部分字段涉密")
    other.act("accept", "applicant", "2026-03-05").act("supply", "provider", "2026-03-06")
    other.act("confirm", "applicant", "2026-03-09")
    total = year_of(story).main.total
    assert (fraction(total["items_rate"]), total.outcomes) == ((1, 2), {"partly": 2})


def test_what_was_decided_to_be_shared_is_agreed(story):
    in_parts(story).act("refuse", "provider", "2026-03-10", reason="依法不予提供")
    story.act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
    story.act("fail", "office", "2026-03-20").act("report_up", "office", "2026-03-24")
    meeting = story.met("2026-04-02")
    story.act("decide", "office", "2026-04-02", shared_items="姓名", refused_items="住址、参保状态", meeting=meeting)
    story.act("supply", "provider", "2026-04-10").act("confirm", "applicant", "2026-04-13")
    total = year_of(story).main.total
    assert (fraction(total["items_rate"]), total.outcomes) == ((1, 3), {"partly": 1})


def test_a_case_that_changed_hands_is_counted_like_any_other(story, other):
    """An event of a transfer is no answer: outcome and items are those of the case, not of its story told again."""
    for each in (story, other):
        in_parts(each).act("agree_partly", "provider", "2026-03-04", reason="涉密", items="姓名", refused_items="住址")
        each.act("withdraw_items", "applicant", "2026-03-05", items="参保状态")
    story.act("transfer", "office", "2026-03-06", reason="职责调整", provider=JUSTICE)
    for each in (story, other):
        each.act("accept", "applicant", "2026-03-09").act("supply", "provider", "2026-03-10")
        each.sweep("2026-03-18")
    found = year_of(story)
    for line in (of(found, POLICE), of(found, JUSTICE)):
        assert (fraction(line["items_rate"]), line.outcomes) == ((1, 2), {"partly": 1})


# ---------------------------------------------------------------------------------------- answers and supplies in parts


def test_a_reply_is_made_when_the_last_item_has_its_answer(story):
    in_parts(story).act("agree", "provider", "2026-03-04", items="姓名")
    assert said(year_of(story, as_of="2026-03-10").main.total, "mean_reply") == ("—",)
    story.act("refuse", "provider", "2026-03-19", reason="涉密")
    assert said(year_of(story).main.total, "replies_due", "replies_on_time", "mean_reply") == ("1", "0", "13.0")


def test_an_item_that_is_withdrawn_in_time_leaves_a_reply_in_time_and_later_one_that_was_late(story, other):
    for each, withdrawn in ((story, "2026-03-16"), (other, "2026-03-17")):
        in_parts(each).act("agree", "provider", "2026-03-04", items="姓名、住址")
        each.act("withdraw_items", "applicant", withdrawn, items="参保状态")
    keys = ("replies_due", "replies_on_time", "mean_reply", "overdue", "lapsed_otherwise")
    assert said(year_of(story).main.total, *keys) == ("2", "1", "2.0", "1", "1")
    assert said(year_of(story, as_of="2026-03-12").main.total, "replies_due", "mean_reply") == ("0", "—")


def test_a_supply_of_which_a_part_was_missing_on_a_day_was_not_made_then_however_the_case_ends(story):
    in_parts(story).act("agree", "provider", "2026-03-04").act("supply", "provider", "2026-03-10", items="姓名、住址")
    story.act("void", "office", "2026-03-20", reason="误登")
    assert said(year_of(story, as_of="2026-03-12").main.total, "supplies_due", "mean_supply") == ("0", "—")


def test_a_reply_that_is_made_in_dispute_is_made_with_its_last_item(story):
    """What the office settles, the provider has not answered."""
    in_parts(story, "姓名、住址").act("refer", "applicant", "2026-03-18")
    story.act("accept_referral", "office", "2026-03-19").act("agree", "provider", "2026-03-23", items="姓名")
    keys = ("lapsed_to_coordination", "replied_late", "mean_reply")
    assert said(year_of(story, as_of="2026-03-31").main.total, *keys) == ("1", "0", "—")
    story.act("agree", "provider", "2026-04-01")
    assert said(year_of(story).main.total, *keys) == ("0", "1", "22.0")


def test_a_coordination_in_which_something_is_still_open_has_not_ended(story):
    in_parts(story, "姓名、住址").act("refuse", "provider", "2026-03-10", reason="涉密")
    story.act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
    story.act("settle", "office", "2026-03-18", items="姓名")
    assert said(year_of(story).main.total, "coordinations_ended") == ("0",)
    story.act("fail", "office", "2026-03-20")
    assert said(year_of(story).main.total, "coordinations_ended", "settled_rate", "mean_coordination") == (
        "1", "0.0%", "5.0",
    )  # fmt: skip


def test_each_act_that_agrees_has_its_own_supply_and_the_last_item_of_it_ends_it(story):
    """37号 names no days; thirty by the office's own rule: from 4 March to 16 April, from the 12th to 24 April."""
    in_parts(story).act("agree", "provider", "2026-03-04", items="姓名、住址")
    story.act("agree", "provider", "2026-03-12").act("supply", "provider", "2026-03-18", items="姓名、参保状态")
    assert said(year_of(story, as_of="2026-03-31").main.total, "mean_supply") == ("4.0",)
    story.act("supply", "provider", "2026-04-30", items="住址")
    assert said(year_of(story).main.total, "supplies_due", "supply_rate") == ("2", "50.0%")


def test_what_is_supplied_once_more_is_no_other_supply(story):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-04").act("supply", "provider", "2026-03-11")
    story.act("object", "applicant", "2026-03-12", reason="无法打开").act("supply", "provider", "2026-04-20")
    assert said(year_of(story).main.total, "supplies_due", "supply_rate", "mean_supply") == ("1", "100.0%", "5.0")


def test_what_is_agreed_anew_after_its_day_was_not_supplied_in_time(story):
    """One item came in time; of the other, brought up and settled, the first day has passed."""
    in_parts(story, "姓名、住址").act("agree", "provider", "2026-03-04").act(
        "supply", "provider", "2026-03-11", items="姓名"
    )
    story.act("refer", "applicant", "2026-04-20").act("accept_referral", "office", "2026-04-21")
    story.act("settle", "office", "2026-04-28", supply_by="2026-05-20").act("supply", "provider", "2026-05-19")
    assert said(year_of(story).main.total, "supplies_due", "supplies_on_time") == ("2", "1")


# ------------------------------------------------------------------------------------------------- other procedures


def test_each_other_procedure_has_its_rate_under_the_name_of_its_file(story):
    asked(story, "correction", "doubt", "2026-03-02", doubt="住址有误")
    story.act("correct", "provider", "2026-03-10", outcome="已更正")
    found = year_of(story)
    figures = found.procedure("correction")
    assert figures is not None
    assert (figures.rate_title, figures.rated.text) == ("校核及时率", "100.0%")
    (row,) = found.rows("corrections")
    assert (row.no, row.provider, row.applicant, row.on_time) == (story.no, POLICE, CIVIL, True)


def test_rectification_is_finished_when_it_is_verified_and_its_report_to_the_leading_group_counts(story, other):
    issue = {"topic": "目录", "ground": "catalogue", "facts": "未更新", "demand": "更新", "rectify_by": "2026-04-10"}
    drafted(story, "rectification", "2026-03-02", **issue).act("issue", "office", "2026-03-02")
    story.act("finish", "provider", "2026-04-01", text="已更新").act("accept", "office", "2026-04-03")
    drafted(other, "rectification", "2026-03-02", **issue).act("issue", "office", "2026-03-02")
    other.act("report_up", "office", "2026-04-13", text="未完成").act(
        "conclude", "office", "2026-05-06", conclusion="close", meeting=other.met("2026-05-06")
    )
    figures = year_of(story).procedure("rectification")
    assert figures is not None
    assert (figures.rate_title, figures.rated.text) == ("整改完成率", "50.0%")
    assert said(figures.total, "issued", "to_deliberation", "closed_done", "closed_ended") == ("2", "1", "1", "1")


# ------------------------------------------------------------------------------------------------ the cases behind


def test_each_number_opens_the_very_cases_that_it_counts(story, other):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-04")
    other.submitted("2026-03-02").act("agree", "provider", "2026-03-31")
    police = of(year_of(story), POLICE).scope
    assert behind(story, "replies_on_time", TOTAL) == [story.no]
    assert behind(story, "on_time_rate", police, part=Part.DENOMINATOR) == sorted([story.no, other.no])
    assert behind(story, "overdue", police) == [other.no]
    assert behind(story, "overdue", Scope(Span.PROVIDER, "1", CIVIL)) == []


def test_as_many_cases_stand_behind_every_number_as_it_says(story, other):
    story.submitted("2025-12-22").act("refuse", "provider", "2026-01-05", reason="涉密")
    story.act("transfer", "office", "2026-02-02", reason="机构改革", provider=JUSTICE)
    other.submitted("2026-03-02").act("agree", "provider", "2026-03-04").act("supply", "provider", "2026-03-11")
    figures = year_of(story).main
    for line in (figures.total, *figures.providers, figures.months[0]):
        for key, each in DEFINITIONS.items():
            if each.unit == "件" and line[key].numerator:
                assert len(behind(story, key, line.scope)) == line[key].numerator, (line.scope.title, key)


# ---------------------------------------------------------------------------------------------------------- by month


def test_each_month_is_a_period_of_its_own(story):
    story.submitted("2026-03-02").act("agree", "provider", "2026-04-02")  # due on 16 March
    months = {line.scope.key: line for line in year_of(story).main.months}
    assert list(months) == [f"2026-{n:02}" for n in range(1, 13)]
    assert flow(months["2026-03"]) == (0, 1, 0, 0, 0, 1)
    assert said(months["2026-03"], "replies_due", "overdue", "unanswered") == ("1", "1", "1")
    assert said(months["2026-04"], "carried_over", "replies_due", "mean_reply") == ("1", "0", "23.0")
