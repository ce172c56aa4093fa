"""Balances, published years that stay what they were, and what people enter beside the figures."""

import pytest

from negotiation.core.errors import NegotiationError, UsageError
from negotiation.documents import report
from negotiation.documents.report import manual_figures
from negotiation.documents.report.model import Published
from negotiation.services.proof import sealing
from tests.conftest import POLICE, Story, at
from tests.documents.report.year import again, flow, said, year_of


def published(story: Story, year: int = 2025, on: str = "2026-01-20", reason: str = "") -> Published:
    return report.publish(story.database, story.context, year, author="办公室主任", at=at(on), reason=reason)


def alter(story: Story, change: str) -> None:
    """Somebody alters the case's own row by hand, past the program."""
    case_id = story.record.id
    with story.database.write() as transaction:
        transaction.execute(f'UPDATE "case" SET {change} WHERE id = {case_id}')


# ------------------------------------------------------------------------------------------------------- the balance


@pytest.mark.parametrize(
    "change", ["closed_on = '2025-03-01'", "closed_on = NULL", "ending = ''", "received_on = '2026-12-01'"]
)
def test_a_row_altered_by_hand_stops_the_report_and_is_named(story, change):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-05").act("supply", "provider", "2026-03-20")
    story.act("confirm", "applicant", "2026-03-23")
    again(story.database, story.context).submitted("2026-03-02")
    alter(story, change)
    found = year_of(story)
    with pytest.raises(NegotiationError, match="不平衡") as caught:
        report.demand_balance(found)
    assert story.no in caught.value.where
    assert "GX2026-0002" not in caught.value.where


def test_a_sound_year_is_not_stopped(story):
    story.submitted("2026-03-02").act("withdraw", "applicant", "2026-03-05")
    report.demand_balance(year_of(story))


# ------------------------------------------------------------------------------------------------------ frozen years


def test_a_published_year_is_kept_with_its_digest_who_and_when(story):
    story.submitted("2025-12-01").act("agree", "provider", "2025-12-10")
    first = published(story)
    found = year_of(story, 2025, as_of="2026-03-02")
    assert found.published == first
    assert (first.edition, first.published_by, len(first.digest), found.differences) == (1, "办公室主任", 64, ())


def test_late_paper_after_publication_is_shown_cell_by_cell(story):
    """A reply made in time and entered after publication: the report says which cells are others now."""
    story.submitted("2025-12-01")  # due on 15 December
    published(story)
    story.act("agree", "provider", "2025-12-10", entered="2026-02-02")
    found = year_of(story, 2025, as_of="2026-03-02")
    cells = {each.place: (each.published, each.now) for each in found.differences}
    assert cells[f"共享申请 · {POLICE} · 按时答复"] == ("0", "1")
    assert cells["共享申请 · 合计 · 本年逾期"] == ("1", "0")
    assert not any("本年新收" in place for place in cells)


def test_another_edition_needs_a_reason_and_the_first_stays(story):
    story.submitted("2025-12-01")
    first = published(story)
    with pytest.raises(UsageError, match="第1版"):
        published(story, on="2026-02-03")
    second = published(story, on="2026-02-03", reason="补登12月答复")
    assert report.editions_of(story.database, 2025) == [first, second]
    assert year_of(story, 2025, as_of="2026-03-02").published == second


def test_a_year_that_is_not_over_cannot_be_published(story):
    with pytest.raises(UsageError, match="尚未结束"):
        published(story, 2026, on="2026-12-31")


def test_what_was_published_as_carried_forward_must_be_carried_over(story):
    """A case voided after publication: the next year's report stops, names it, and says how it can go on."""
    story.submitted("2025-12-22")
    other = again(story.database, story.context).submitted("2025-12-22")
    published(story)
    assert flow(year_of(story).main.total)[0] == 2
    other.act("void", "office", "2026-02-02", reason="重复登记")
    found = year_of(story)
    with pytest.raises(NegotiationError, match="2025年度结转下年不一致") as caught:
        report.demand_balance(found)
    assert (caught.value.where, "重新发布2025年度" in caught.value.todo) == (f"案件 {other.no}", True)
    published(story, on="2026-02-10", reason="一件重复登记，已作废")
    report.demand_balance(year_of(story))


def test_a_snapshot_that_was_altered_is_found_out(story):
    published(story)
    with story.database.write() as transaction:
        transaction.execute("UPDATE report_edition SET body = replace(body, '\"received\": 0', '\"received\": 7')")
    with pytest.raises(NegotiationError, match="与其摘要不符"):
        report.demand_balance(year_of(story, 2025, as_of="2026-03-02"))


def test_a_transfer_after_publication_leaves_the_published_year_as_it_was(story):
    story.submitted("2025-12-22")
    published(story)
    story.act("transfer", "office", "2026-02-02", reason="机构改革", provider="市司法局")
    assert year_of(story, 2025, as_of="2026-03-02").differences == ()
    report.demand_balance(year_of(story))


# ---------------------------------------------------------------------------------------------------- what is entered


def enter(story: Story, source: str = "目录系统", **values: str) -> None:
    moment = at("2026-12-01")
    manual_figures.enter(story.database, 2026, values, source=source, author="张三", at=moment)


def test_entered_figures_bear_their_source_and_who_entered_them_and_the_last_one_holds(story):
    enter(story, 目录数="1200", open_datasets="85")
    enter(story, catalogue_entries="1234")
    found = {each.title: (each.value, each.unit, each.source, each.entered_by) for each in year_of(story).entered}
    assert found == {"目录数": ("1234", "条", "目录系统", "张三"), "开放数据集": ("85", "个", "目录系统", "张三")}
    assert year_of(story, 2025).entered == ()


@pytest.mark.parametrize(
    ("source", "values"), [("", {"目录数": "1"}), ("系统", {"得分": "99"}), ("系统", {"目录数": " "})]
)
def test_an_unknown_figure_an_empty_value_or_no_source_is_refused_and_nothing_is_kept(story, source, values):
    with pytest.raises(UsageError):
        enter(story, source=source, **{"开放数据集": "85"} | values)
    assert year_of(story).entered == ()


def test_what_is_entered_otherwise_after_publication_is_a_difference_too(story):
    published(story)
    manual_figures.enter(story.database, 2025, {"目录数": "9"}, source="目录系统", author="张三", at=at("2026-02-02"))
    (difference,) = year_of(story, 2025, as_of="2026-03-02").differences
    assert (difference.place, difference.published, difference.now) == ("填报 · 目录数", "", "9")


# ---------------------------------------------------------------------------------------------------- on a past day


def test_what_came_after_the_as_of_day_was_not_known(story):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-31")
    then, now = year_of(story, as_of="2026-03-20").main.total, year_of(story).main.total
    assert said(then, "mean_reply", "unanswered") == ("—", "1")
    assert said(now, "mean_reply", "unanswered") == ("21.0", "0")


def test_a_referral_that_was_declined_after_the_as_of_day_had_ended_the_term_by_then(story):
    """Today the term runs again and is unanswered; on that day it had ended, unanswered, with the referral."""
    story.submitted("2026-01-05").act("refer", "applicant", "2026-01-20")  # due on the 19th
    story.act("decline_referral", "office", "2026-02-10", reason="先行协商")
    then, now = year_of(story, as_of="2026-02-05").main.total, year_of(story).main.total
    assert said(then, "overdue", "overdue_1_5", "unanswered") == ("1", "1", "0")
    assert said(now, "overdue", "unanswered") == ("1", "1")


def test_a_term_that_was_suspended_on_the_as_of_day_was_not_due_whatever_became_of_it(story):
    story.submitted("2026-03-02").act("ask_supplement", "provider", "2026-03-04", materials="说明")
    story.act("supplement", "applicant", "2026-03-30", text="已补").act("agree", "provider", "2026-04-20")
    assert said(year_of(story, as_of="2026-03-20").main.total, "replies_due", "overdue") == ("0", "0")
    assert said(year_of(story).main.total, "replies_due", "overdue") == ("1", "1")


def test_a_published_report_carries_the_seal_of_its_day(story):
    """Whoever holds the printed report can hold the record against it."""
    assert published(story).seal is None
    sealed = sealing.seal(story.database, story.context.settings, at("2026-01-21")).record
    assert published(story, on="2026-01-21", reason="更正").seal == sealed.facts
    second = report.editions_of(story.database, 2025)[1]
    assert second.seal == sealed.facts
    (*_, proof) = year_of(story, 2025, as_of="2026-01-22").remarks
    assert f"第1次封印（2026年1月21日）共{sealed.size}条登记，根摘要为{sealed.facts.root}" in proof
