"""机构改革: a department gets another name, or becomes part of another one; its open cases go over by 职责划转."""

import pytest

from negotiation.core.errors import FieldError, InvalidTransition, WrongRole
from negotiation.documents.report.compiler import compiled
from negotiation.documents.report.days import Days
from negotiation.services import departments
from negotiation.services.cases import acting, opening
from negotiation.services.cases.case_history import verify
from negotiation.services.context import UnitOfWork
from negotiation.services.departments import Order
from negotiation.store import case_queries
from negotiation.store.case_list import query
from negotiation.store.departments import read_directory
from tests.conftest import APPLICATION, CIVIL, JUSTICE, POLICE, Story, at, day

DOC = "京编发〔2026〕3号"
ORDER = Order(day("2026-03-10"), DOC, "周颖", at("2026-03-10"))


def merged(story: Story, name: str, into: str, on: str = "2026-03-10"):
    directory = story.context.directory
    with story.database.write() as transaction:
        done = departments.merge(
            transaction, story.context, directory.find(name), directory.find(into), Order(day(on), DOC, "周颖", at(on))
        )
        story.context.refresh(transaction)
    return done


def renamed(story: Story, name: str, to: str) -> None:
    unit = story.context.directory.find(name)
    with story.database.write() as transaction:
        departments.rename(transaction, story.context, unit, to, ORDER)
        story.context.refresh(transaction)


def parties(story: Story, no: str) -> tuple[str, str]:
    with story.database.read() as transaction:
        (line,) = query.lines_numbered(transaction, [no], day("2026-03-10"), None)
    return line.applicant, line.provider


def test_the_open_cases_of_a_department_that_becomes_part_of_another_go_over_and_their_terms_go_on(
    story: Story,
) -> None:
    story.submitted("2026-03-02")
    due = story.term("reply").due_on
    assert merged(story, POLICE, JUSTICE).moved == (story.no,)
    assert parties(story, story.no) == (CIVIL, JUSTICE)
    assert story.term("reply").due_on == due
    assert story.events()[-1][0] == "transfer"


def test_what_was_closed_before_stays_with_the_department_that_did_it(story: Story) -> None:
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-04").act("supply", "provider", "2026-03-06")
    story.act("confirm", "applicant", "2026-03-09")  # what is supplied awaits its receipt, and is open still
    assert story.state == "closed"
    assert merged(story, POLICE, JUSTICE).moved == ()
    assert parties(story, story.no) == (CIVIL, POLICE)


def test_a_case_between_the_two_is_left_to_a_person(story: Story) -> None:
    story.submitted("2026-03-02")
    done = merged(story, POLICE, CIVIL)
    assert [no for no, _ in done.left] == [story.no]
    assert parties(story, story.no) == (CIVIL, POLICE)
    with story.database.read() as transaction:
        assert any("未能划转" in each["title"] for each in case_queries.tasks_of(transaction))


def test_what_was_left_goes_over_when_it_is_done_again(story: Story) -> None:
    story.submitted("2026-03-02")
    merged(story, POLICE, CIVIL)
    story.act("transfer", "office", "2026-03-10", applicant=JUSTICE, reason="民政并入")
    assert merged(story, POLICE, CIVIL).moved == (story.no,)


def test_no_new_case_goes_to_a_department_that_is_part_of_another_and_the_sentence_names_the_other(
    story: Story,
) -> None:
    merged(story, POLICE, JUSTICE)
    raw = {"applicant": CIVIL, "provider": POLICE, **APPLICATION}
    with story.database.write() as transaction, pytest.raises(FieldError, match="并入") as fault:
        opening.open_case(UnitOfWork(transaction, story.context, at("2026-03-11")), "sharing", raw)
    assert JUSTICE in fault.value.todo
    assert DOC in fault.value.what


def test_a_new_name_changes_no_case_and_the_old_one_still_finds_the_department(story: Story) -> None:
    story.submitted("2026-03-02")
    renamed(story, POLICE, "市公安和移民局")
    assert parties(story, story.no) == (CIVIL, "市公安和移民局")
    assert story.context.directory.find(POLICE).name == "市公安和移民局"


def test_a_name_that_another_department_has_is_refused(story: Story) -> None:
    with pytest.raises(FieldError, match="已有"):
        renamed(story, POLICE, JUSTICE)


def test_no_department_becomes_part_of_itself_or_of_one_that_is_gone(story: Story) -> None:
    with pytest.raises(FieldError, match="本部门"):
        merged(story, POLICE, POLICE)
    merged(story, POLICE, JUSTICE)
    with pytest.raises(FieldError, match="已并入"):
        merged(story, CIVIL, POLICE)


def test_what_changed_is_told_in_a_sentence_with_its_document(story: Story) -> None:
    merged(story, POLICE, JUSTICE)
    with story.database.read() as transaction:
        (change,) = read_directory(transaction).changes
    assert change.says == f"{POLICE}自2026年3月10日起并入{JUSTICE}（{DOC}）"


# ------------------------------------------------------------------------------------- the two parties became one


def titles(story: Story) -> list[str]:
    with story.database.read() as transaction:
        return [each["title"] for each in case_queries.tasks_of(transaction, story.record.id)]


def test_what_may_be_done_with_a_case_of_two_that_are_one_is_said_in_a_task(story: Story) -> None:
    story.submitted("2026-03-02")
    done = merged(story, POLICE, CIVIL)
    (title,) = titles(story)
    assert all(words in title for words in ("合并后无须共享", "职责划转", "不再以原部门的名义"))
    assert done.left == ((story.no, title),)
    assert merged(story, POLICE, CIVIL).left == ((story.no, title),)  # done again it is asked once
    assert titles(story) == [title]


def test_the_office_ends_it_as_no_longer_to_be_shared_and_it_is_no_refusal(story: Story) -> None:
    story.submitted("2026-03-02", items="姓名、住址")
    merged(story, POLICE, CIVIL)
    story.act("close_merged", "office", "2026-03-11", reason="机构合并，数据归同一部门")
    assert (story.state, story.record.late) == ("closed", False)
    report = compiled(
        story.database, story.context, 2026, Days(day("2026-01-01"), day("2026-12-31"), day("2026-12-31"))
    )
    counted = report.main.total.counts
    assert (counted["closed"], counted["closed_merged"], counted.get("refusals", 0)) == (1, 1, 0)
    assert report.main.total["satisfied_rate"].denominator == 0  # it stands in no rate
    with story.database.write() as transaction:
        file = acting.take(UnitOfWork(transaction, story.context, at("2026-12-31")), story.no)
        assert verify(transaction, file) == []


def test_a_case_of_two_departments_is_not_ended_so(story: Story) -> None:
    story.submitted("2026-03-02")
    with pytest.raises(InvalidTransition, match="没有合并"):
        story.act("close_merged", "office", "2026-03-05", reason="x")


def test_nobody_answers_in_the_name_of_a_department_that_is_no_more(story: Story) -> None:
    story.submitted("2026-03-02")
    merged(story, POLICE, CIVIL)
    with pytest.raises(WrongRole, match="不能再以其名义办理") as fault:
        story.act("agree", "provider", "2026-03-10")
    assert DOC in fault.value.what
    assert CIVIL in fault.value.todo


def test_nor_does_the_other_answer_itself(story: Story) -> None:
    """条例第二十条: a department applies to another one; of two that are one nobody is left to be answered."""
    story.submitted("2026-03-02")
    merged(story, CIVIL, POLICE)
    with pytest.raises(WrongRole, match="并入") as fault:
        story.act("agree", "provider", "2026-03-10")
    assert CIVIL in fault.value.what
    assert "由办公室办结或划转" in fault.value.todo
    story.act("refuse", "provider", "2026-03-09", entered="2026-03-12", reason="依法不予提供")
    assert story.state == "refused"


def test_a_paper_that_it_sent_before_it_was_merged_is_still_entered(story: Story) -> None:
    story.submitted("2026-03-02")
    merged(story, POLICE, CIVIL)
    story.act("refuse", "provider", "2026-03-09", entered="2026-03-12", reason="依法不予提供")
    assert (story.state, story.record.replied_on) == ("refused", day("2026-03-09"))


def test_another_department_that_takes_the_duty_over_goes_on(story: Story) -> None:
    story.submitted("2026-03-02")
    merged(story, POLICE, CIVIL)
    story.act("transfer", "office", "2026-03-11", provider=JUSTICE, reason="职责划转")
    story.act("agree", "provider", "2026-03-12")
    assert story.state == "agreed"
    with pytest.raises(InvalidTransition, match="没有合并"):
        story.act("close_merged", "office", "2026-03-13", reason="x")
