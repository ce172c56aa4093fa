"""职责划转 by data items: they go on in a case of their own, …-n, with their running terms; 划入, never 新收.

国务院令第809号 第二十一条, 第二十二条: the days of reply and of supply count from the application and from the answer;
that another department has the duty now begins neither anew.
"""

from typing import Any

import pytest
from sqlalchemy import select

from negotiation.core.enums import OFFICE, OFFICE_ID
from negotiation.core.errors import DateError, FieldError, InvalidTransition
from negotiation.documents.report.compiler import compiled
from negotiation.documents.report.days import Days
from negotiation.documents.report.model import Report
from negotiation.domain.entered import EnteredBy
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.case_history import verify
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.context import UnitOfWork
from negotiation.store.columns import NOTICE
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at, day

DOC = "京编发〔2026〕3号"
ITEMS = "姓名、住址、户主"


def handed(story: Story, on: str, items: str, **fields: Any) -> Story:
    """The justice bureau takes these items over; the story of the case in which they go on."""
    said = {"provider": JUSTICE, "reason": "职责划转", "doc_no": DOC} | fields
    story.act("transfer", "office", on, items=items, **said)
    there = Story(story.database, story.context)
    there.no = f"{story.no}-1"
    return there


def differs(*stories: Story, on: str = "2026-06-01") -> list[str]:
    found: list[str] = []
    for story in stories:
        with story.database.write() as transaction:
            file = acting.take(UnitOfWork(transaction, story.context, at(on)), story.no)
            found += verify(transaction, file)
    return found


def year(story: Story, as_of: str) -> Report:
    return compiled(story.database, story.context, 2026, Days(day("2026-01-01"), day("2026-12-31"), day(as_of)))


def items(story: Story) -> dict[str, str]:
    return {item.name: item.answer for item in story.file.case_state.items}


def name(story: Story, department: int | None) -> str:
    return story.context.directory.name(department)


def test_an_item_that_waits_for_its_answer_goes_on_with_the_days_that_are_left(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    due = story.term("reply").due_on
    there = handed(story, "2026-03-05", "户主")
    assert items(story) == {"姓名": "asked", "住址": "asked", "户主": "handed_over"}
    assert items(there) == {"户主": "asked"}
    assert (there.state, story.state) == ("awaiting_reply", "awaiting_reply")
    term = there.term("reply")
    assert (term.started_on, term.due_on, name(there, term.department_id)) == (day("2026-03-02"), due, JUSTICE)
    assert (name(there, there.record.provider_id), name(story, story.record.provider_id)) == (JUSTICE, POLICE)
    assert (there.record.received_on, there.record.matter) == (day("2026-03-02"), story.no)
    assert story.record.matter == story.no
    assert differs(story, there, on="2026-03-06") == []


def test_both_are_answered_each_by_its_own_department_and_in_its_own_term(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-05", "户主")
    story.act("agree", "provider", "2026-03-10")
    there.act("refuse", "provider", "2026-03-20", reason="不掌握")
    assert (story.state, there.state) == ("agreed", "refused")
    assert (story.record.late, there.record.late) == (False, True)
    assert differs(story, there, on="2026-03-23") == []


def test_the_answer_to_what_stays_is_on_time_although_the_rest_went_on_unanswered(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS).act(
        "agree_partly", "provider", "2026-03-06", items="姓名、住址", reason="x"
    )
    there = handed(story, "2026-03-10", "户主")
    reply = story.term("reply")
    assert (reply.answered_on, reply.ended_on) == (day("2026-03-06"), day("2026-03-10"))
    assert (story.state, there.state) == ("agreed", "awaiting_reply")
    assert differs(story, there, on="2026-03-11") == []


def test_what_was_agreed_is_owed_by_whoever_took_it_over_until_the_same_day(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS).act("agree", "provider", "2026-03-06")
    due = story.term("supply").due_on
    there = handed(story, "2026-03-12", "住址、户主")
    assert there.state == "agreed"
    assert there.term("supply").due_on == due
    assert (story.term("supply").due_on, story.term("supply").runs) == (due, True)
    story.act("supply", "provider", "2026-03-16")
    there.act("supply", "provider", "2026-03-18").act("confirm", "applicant", "2026-03-19")
    assert (story.state, there.state) == ("supplied", "closed")
    assert differs(story, there, on="2026-03-20") == []


def test_a_dispute_goes_on_with_the_coordination_s_own_days(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS).act("refuse", "provider", "2026-03-06", reason="x")
    story.act("refer", "applicant", "2026-03-09").act("accept_referral", "office", "2026-03-10")
    due = story.term("coordination").due_on
    there = handed(story, "2026-03-12", "户主")
    assert (there.state, there.term("coordination").due_on) == ("in_coordination", due)
    there.act("settle", "office", "2026-03-16")
    assert (there.state, story.state) == ("agreed", "in_coordination")
    assert differs(story, there, on="2026-03-17") == []


def test_a_suspended_reply_stays_suspended_with_the_days_that_were_left(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS).act("ask_supplement", "provider", "2026-03-05", materials="使用范围说明")
    left = story.term("reply").frozen
    there = handed(story, "2026-03-06", "户主")
    assert (there.state, there.term("reply").frozen) == ("supplementing", left)
    there.act("supplement", "applicant", "2026-03-09", text="已补充")
    story.act("supplement", "applicant", "2026-03-09", text="已补充")
    assert there.term("reply").due_on == story.term("reply").due_on
    assert differs(story, there, on="2026-03-10") == []


def test_a_lapse_after_the_division_is_that_of_whoever_has_the_item_now(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-05", "户主")
    story.act("agree", "provider", "2026-03-06")
    story.sweep("2026-03-18")
    assert there.term("reply").lapsed_on is not None
    assert story.term("reply").lapsed_on is None
    assert differs(story, there, on="2026-03-18") == []


def test_the_year_counts_what_was_taken_over_as_taken_over_and_both_sides_balance(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-05", "户主")
    there.act("agree", "provider", "2026-03-10").act("supply", "provider", "2026-03-11")
    there.act("confirm", "applicant", "2026-03-12")
    report = year(story, "2026-03-31")
    lines = {line.scope.title: line for line in report.main.lines}
    wanted = ("carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward")
    counted = {title: tuple(lines[title].counts.get(key, 0) for key in wanted) for title in (POLICE, JUSTICE, CIVIL)}
    assert counted == {
        POLICE: (0, 1, 0, 0, 0, 1),
        JUSTICE: (0, 0, 1, 1, 0, 0),
        CIVIL: (0, 1, 1, 1, 0, 1),
    }
    assert all(line.balances for line in report.main.lines)
    assert report.imbalances == ()
    assert [(move.given, move.taken, move.nos) for move in report.moved] == [(POLICE, JUSTICE, (there.no,))]
    assert report.main.total.counts["replies_due"] == 2  # each department has its own to give


def test_one_department_becomes_two_and_none_of_it_is_left(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-05", "户主")
    story.act("transfer", "office", "2026-03-05", provider="市税务局", reason="职责划转", doc_no=DOC)
    assert name(story, story.record.provider_id) == "市税务局"
    assert differs(story, there, on="2026-03-06") == []
    report = year(story, "2026-03-06")
    assert all(line.balances for line in report.main.lines)
    assert report.main.total.counts["received"] == 1


def test_all_items_named_or_none_hand_the_whole_case_over(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    story.act("transfer", "office", "2026-03-05", items=ITEMS, provider=JUSTICE, reason="职责划转")
    assert name(story, story.record.provider_id) == JUSTICE
    assert set(items(story).values()) == {"asked"}


def test_a_second_division_takes_the_next_number(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    handed(story, "2026-03-05", "户主")
    story.act("transfer", "office", "2026-03-06", items="住址", provider=JUSTICE, reason="职责划转")
    second = Story(story.database, story.context)
    second.no = f"{story.no}-2"
    assert items(second) == {"住址": "asked"}
    assert differs(story, second, on="2026-03-09") == []


def test_who_takes_over_sees_the_application_and_is_told(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-05", "户主")
    with story.database.read() as transaction:
        rows = transaction.rows(
            f"SELECT template, d.name FROM notice n JOIN department d ON d.id = n.department_id "
            f"WHERE n.case_id = {there.record.id} ORDER BY template"
        )
    assert [tuple(row) for row in rows] == [("new_case", JUSTICE), ("recorded", CIVIL)]


# ----------------------------------------------------------------------------------------------------- what is refused


def test_an_item_that_was_handed_over_is_no_longer_answered_or_handed_over_here(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    handed(story, "2026-03-05", "户主")
    with pytest.raises(FieldError, match="户主"):
        story.act("agree_partly", "provider", "2026-03-06", items="户主", refused_items="姓名、住址", reason="x")
    with pytest.raises(FieldError, match="户主"):
        handed(story, "2026-03-06", "户主")


def test_a_division_stands_in_the_order_in_which_it_happened(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS).act("agree_partly", "provider", "2026-03-06", items="姓名", reason="x")
    with pytest.raises(DateError, match="划转"):
        story.act("transfer", "office", "2026-03-05", entered="2026-03-09", items="户主", provider=JUSTICE, reason="x")


def test_a_late_paper_that_would_change_what_was_handed_over_is_refused_with_a_sentence(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-09", "户主")
    with pytest.raises(InvalidTransition, match="另案续办"):
        story.act("agree", "provider", "2026-03-06", entered="2026-03-10")
    story.act("agree_partly", "provider", "2026-03-06", entered="2026-03-10", items="姓名、住址", reason="x")
    assert items(story) == {"姓名": "agreed", "住址": "agreed", "户主": "handed_over"}
    assert differs(story, there, on="2026-03-11") == []


BY = EnteredBy("周颖", side=OFFICE_ID)


def corrected(story: Story, changes: Changes) -> None:
    with story.database.write() as transaction:
        corrections.rewrite(UnitOfWork(transaction, story.context, at("2026-03-10")), story.no, changes)


def test_a_division_is_corrected_in_neither_case_while_the_other_goes_on(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-05", "户主")
    for case, changes in (
        (story, Changes("误登", BY, OFFICE, corrections=(Correction(2, day("2026-03-06"), {}),))),
        (story, Changes("误登", BY, OFFICE, strikes=(2,))),
        (there, Changes("误登", BY, OFFICE, strikes=(1,))),
    ):
        with pytest.raises(InvalidTransition):
            corrected(case, changes)


@pytest.mark.parametrize(
    "wrong",
    [
        Correction(3, None, {"provider": "市税务局"}),
        Correction(1, day("2026-03-03")),
        Correction(1, None, {"applicant": "市税务局"}),
        Correction(1, None, {"class": "conditional"}),
    ],
    ids=["who takes it over", "the day of receipt", "the applicant", "the class"],
)
def test_what_the_other_case_has_from_this_one_is_not_corrected_in_this_one_alone(
    story: Story, wrong: Correction
) -> None:
    story.submitted("2026-03-02", items=ITEMS).act("agree", "provider", "2026-03-04")
    there = handed(story, "2026-03-05", "户主")
    with pytest.raises(InvalidTransition, match="更正后重新划转"):
        corrected(story, Changes("误登", BY, OFFICE, corrections=(wrong,)))
    with pytest.raises(InvalidTransition, match="请将本案作废"):
        corrected(there, Changes("误登", BY, OFFICE, strikes=(1,)))
    there.act("void", "office", "2026-03-06", reason="误登")
    corrected(story, Changes("误登", BY, OFFICE, strikes=(3,)))
    if wrong.seq == 1:
        corrected(story, Changes("误登", BY, OFFICE, corrections=(wrong,)))
    assert differs(story, there, on="2026-03-10") == []


def test_a_division_by_mistake_is_struck_once_the_other_case_is_void(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    due = story.term("reply").due_on
    there = handed(story, "2026-03-05", "户主").act("void", "office", "2026-03-06", reason="误登")
    corrected(story, Changes("误登", BY, OFFICE, strikes=(2,)))
    assert set(items(story).values()) == {"asked"}
    assert (story.term("reply").due_on, story.term("reply").items) == (due, (1, 2, 3))
    assert differs(story, there, on="2026-03-10") == []


def test_the_mail_to_who_takes_over_does_not_say_that_it_received_the_application(story: Story) -> None:
    story.submitted("2026-03-02", items=ITEMS)
    there = handed(story, "2026-03-05", "户主")
    with story.database.read() as transaction:
        told = select(NOTICE.c.facts).where(NOTICE.c.case_id == there.record.id)
        found = list(transaction.connection.execute(told).scalars())
    assert [facts.received_on for facts in found] == [None, None]
