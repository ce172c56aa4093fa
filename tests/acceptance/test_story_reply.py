"""The application and the reply (第十七条): a department without permission negotiates; ten days for the reply.

Due dates are counted by hand: March 2026 has no holiday; 6 April and 1, 4, 5 May are off, Saturday 9 May is worked.
"""

import pytest

from negotiation.core.errors import DateError, FieldError, InvalidTransition, WrongRole
from tests.acceptance.steps import heard, items, notice_requests, open_tasks, reach, refused, stands, supplies
from tests.conftest import APPLICATION, CIVIL, JUSTICE, POLICE, Story


@notice_requests("submit", "draft")
def test_an_application_starts_ten_working_days_for_the_reply__article_17(story: Story) -> None:
    story.open("2026-09-16")
    stands(story, "draft", "applicant")
    story.act("submit", "applicant", "2026-09-18")
    stands(
        story, "awaiting_reply", "provider", reply="2026-10-09"
    )  # over 中秋节 and 国庆节; Sunday 20 September is worked
    term = story.term("reply")
    assert (term.main, term.days, str(term.started_on), term.official) == (True, 10, "2026-09-18", True)
    assert term.department_id == story.record.provider_id
    assert str(story.record.received_on) == "2026-09-18"
    assert str(story.record.due_on) == "2026-10-09"
    assert heard(story) == {("new_case", POLICE)}
    assert story.tasks() == []


@pytest.mark.parametrize("role", ["provider", "office", "clock", "nobody"])
def test_only_the_applicant_applies(story: Story, role: str) -> None:
    story.open("2026-03-02")
    with refused(story, WrongRole):
        story.act("submit", role, "2026-03-02")


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("resource", "资源名称"), ("use_basis", "使用依据"), ("scenario", "使用场景"),
        ("mode", "共享方式"), ("period", "使用期限"),
    ],
)  # fmt: skip
def test_an_application_says_what_for_on_what_basis_how_and_how_long(story: Story, field: str, title: str) -> None:
    story.open("2026-03-02", **{field: ""})
    with refused(story, FieldError, f"须填写“{title}”") as caught:
        story.act("submit", "applicant", "2026-03-02")
    assert caught.value.field == field
    story.act("submit", "applicant", "2026-03-02", **{field: APPLICATION[field]})
    assert story.state == "awaiting_reply"


def test_a_case_that_was_received_is_not_received_again(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, InvalidTransition, "待答复", "提出申请"):
        story.act("submit", "applicant", "2026-03-03", **APPLICATION)


def test_nobody_answers_a_draft(story: Story) -> None:
    story.open("2026-03-02")
    for event in ("agree", "refuse", "refer", "supply", "lapse", "remind"):
        with refused(story, InvalidTransition, "草稿", "提出申请"):
            story.act(event, "provider", "2026-03-02")


def test_the_fields_of_a_draft_outlive_a_note_on_it(story: Story) -> None:
    story.open("2026-03-02").act("note", "office", "2026-03-02", text="已电话沟通")
    story.act("submit", "applicant", "2026-03-03")
    assert story.state == "awaiting_reply"
    assert story.record.subject == APPLICATION["resource"]


# ------------------------------------------------------------------------------------------------------ agreeing


@notice_requests("agree", "awaiting_reply")
def test_agreeing_ends_the_reply_term_and_starts_the_supply__article_17(story: Story) -> None:
    reach(story, "awaiting_reply", items="姓名、身份证号").act("agree", "provider", "2026-03-10")
    stands(story, "agreed", "provider", supply="2026-04-22")
    reply = story.term("reply")
    assert (str(reply.ended_on), str(reply.answered_on)) == ("2026-03-10", "2026-03-10")
    assert str(story.record.replied_on) == "2026-03-10"
    assert str(story.record.due_on) == "2026-03-16"  # kept after the reply
    assert (story.record.owed, story.record.late) == (False, False)
    assert items(story) == {"姓名": "agreed", "身份证号": "agreed"}
    assert heard(story) == {("recorded", CIVIL)}


def test_the_supply_date_that_the_reply_sets_is_that_date(story: Story) -> None:
    reach(story, "awaiting_reply").act("agree", "provider", "2026-03-10", supply_by="2026年4月5日")
    stands(story, "agreed", "provider", supply="2026-04-05")  # a Sunday: a fixed date is not moved
    with refused(story, DateError, "今天"):
        story.act("supply", "provider", "2026-03-21", entered="2026-03-20")


def test_a_supply_date_before_the_reply_is_no_date(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, FieldError, "提供期限", "2026-03-09"):
        story.act("agree", "provider", "2026-03-10", supply_by="2026-03-09")


@pytest.mark.parametrize("event", ["agree", "agree_partly", "refuse", "disclaim", "ask_supplement"])
@pytest.mark.parametrize("role", ["applicant", "office", "leading_group", "clock"])
def test_only_the_provider_replies(story: Story, event: str, role: str) -> None:
    reach(story, "awaiting_reply")
    with refused(story, WrongRole):
        story.act(event, role, "2026-03-03")


# ------------------------------------------------------------------------------------------------------ partly


@notice_requests("agree_partly", "awaiting_reply")
def test_the_agreed_items_are_supplied_from_the_reply_day_even_if_the_rest_is_disputed(story: Story) -> None:
    reach(story, "awaiting_reply", items="姓名、住址、户籍").act(
        "agree_partly", "provider", "2026-03-10", reason="户籍另有规定", items="姓名、住址", refused_items="户籍"
    )
    stands(story, "partly_agreed", "applicant", consideration="2026-03-24", supply="2026-04-22")
    assert items(story) == {"姓名": "agreed", "住址": "agreed", "户籍": "refused"}
    assert heard(story) == {("recorded", CIVIL)}
    story.act("refer", "applicant", "2026-03-12")
    stands(story, "referred", "office", admission="2026-03-17", supply="2026-04-22")
    story.act("accept_referral", "office", "2026-03-13").act("settle", "office", "2026-03-20")
    # What was settled is owed from the settlement: 23–27, 30, 31 March, 1–3, 7–10, 13–17, 20–24, 27–30 April, 6, 7 May.
    assert supplies(story) == {"姓名、住址": "2026-04-22", "户籍": "2026-05-07"}
    assert story.state == "agreed"
    assert items(story) == {"姓名": "agreed", "住址": "agreed", "户籍": "agreed"}


def test_a_partial_agreement_gives_its_reason_and_names_items_that_were_asked_for(story: Story) -> None:
    reach(story, "awaiting_reply", items="姓名、住址")
    with refused(story, FieldError, "理由") as caught:
        story.act("agree_partly", "provider", "2026-03-10", items="姓名")
    assert caught.value.field == "reason"
    with refused(story, FieldError, "指纹", "姓名、住址"):
        story.act("agree_partly", "provider", "2026-03-10", reason="—", items="姓名、指纹")


# ------------------------------------------------------------------------------------------------------ refusing


@notice_requests("refuse", "awaiting_reply")
def test_a_refusal_gives_reasons_and_leaves_the_applicant_ten_days__article_17(story: Story) -> None:
    reach(story, "awaiting_reply", items="姓名、住址")
    with refused(story, FieldError, "理由"):
        story.act("refuse", "provider", "2026-03-10", reason="  ")
    story.act("refuse", "provider", "2026-03-10", reason="依法不予提供", legal_basis="《居民身份证法》第十九条")
    stands(story, "refused", "applicant", consideration="2026-03-24")
    assert items(story) == {"姓名": "refused", "住址": "refused"}
    assert heard(story) == {("recorded", CIVIL)}
    assert open_tasks(story) == []


def test_a_reply_stands_once_and_is_not_refused_again(story: Story) -> None:
    for state in ("refused", "partly_agreed", "agreed"):
        reach(story, state)
        with refused(story, InvalidTransition, "答复：不同意共享"):
            story.act("refuse", "provider", "2026-03-12", reason="—")


# ------------------------------------------------------------------------------------------------------ not ours


@notice_requests("disclaim", "awaiting_reply")
def test_a_department_that_does_not_hold_the_data_says_so_and_the_office_looks_for_the_right_one(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, FieldError, "理由"):
        story.act("disclaim", "provider", "2026-03-05")
    story.act("disclaim", "provider", "2026-03-05", reason="该数据由市司法局掌握")
    stands(story, "disclaimed", "office", assignment="2026-03-10")
    assert heard(story) == {("recorded", CIVIL), ("recorded", "office")}
    assert story.record.late is False


@notice_requests("assign", "disclaimed")
def test_the_new_providers_ten_days_start_with_its_own_receipt(story: Story) -> None:
    reach(story, "disclaimed").act("assign", "office", "2026-03-09", provider=JUSTICE)
    stands(story, "awaiting_reply", "provider", reply="2026-03-23")  # 10–13, 16–20, 23 March
    assert story.term("reply").department_id == story.record.provider_id == 3
    assert heard(story) == {("new_case", JUSTICE), ("recorded", CIVIL)}
    assert [term.kind for term in story.file.case_state.terms] == ["reply", "assignment", "reply"]


def test_the_office_assigns_a_department_that_exists_and_is_not_the_applicant(story: Story) -> None:
    reach(story, "disclaimed")
    with refused(story, FieldError, "提供部门"):
        story.act("assign", "office", "2026-03-09")
    with refused(story, FieldError, "没有名为“市公安居”的部门", POLICE):
        story.act("assign", "office", "2026-03-09", provider="市公安居")
    with refused(story, FieldError, "双方的部门相同"):
        story.act("assign", "office", "2026-03-09", provider=CIVIL)
    with refused(story, WrongRole):
        story.act("assign", "applicant", "2026-03-09", provider=JUSTICE)


# ------------------------------------------------------------------------------------------------------ supplement


@notice_requests("ask_supplement", "awaiting_reply")
def test_asking_for_supplements_suspends_the_reply_term_with_the_days_left_frozen(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, FieldError, "需补充的材料"):
        story.act("ask_supplement", "provider", "2026-03-05")
    story.act("ask_supplement", "provider", "2026-03-05", materials="使用范围说明")
    stands(story, "supplementing", "applicant", supplement="2026-03-19")
    reply = story.term("reply")
    assert (str(reply.suspended_on), reply.frozen, reply.ended_on) == ("2026-03-05", 7, None)  # 3, 4, 5 March are spent
    assert story.record.suspended is True
    assert story.record.owed is False
    assert heard(story) == {("recorded", CIVIL)}


@notice_requests("supplement", "supplementing")
def test_the_remaining_days_are_counted_from_the_supplement(story: Story) -> None:
    reach(story, "supplementing")
    with refused(story, FieldError, "办理记录"):
        story.act("supplement", "applicant", "2026-03-18")
    with refused(story, WrongRole):
        story.act("supplement", "provider", "2026-03-18", text="材料已补")
    story.act("supplement", "applicant", "2026-03-18", text="材料已补")
    stands(story, "awaiting_reply", "provider", reply="2026-03-27")  # 19, 20, 23–27 March: the seven that were left
    reply = story.term("reply")
    assert (str(reply.started_on), reply.n, reply.paused, reply.frozen) == ("2026-03-02", 8, 9, None)
    assert str(story.record.due_on) == "2026-03-27"
    assert heard(story) == {("recorded", POLICE)}


def test_supplements_are_asked_for_once(story: Story) -> None:
    reach(story, "supplementing").act("supplement", "applicant", "2026-03-06", text="材料已补")
    with refused(story, InvalidTransition, "一次性"):
        story.act("ask_supplement", "provider", "2026-03-06", materials="再补一份")


def test_supplements_are_asked_for_within_five_working_days(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, InvalidTransition, "5个工作日"):
        story.act("ask_supplement", "provider", "2026-03-10", materials="使用范围说明")
    story.act("ask_supplement", "provider", "2026-03-09", materials="使用范围说明")
    assert story.state == "supplementing"


def test_a_new_provider_may_ask_for_supplements_in_its_turn(story: Story) -> None:
    reach(story, "supplementing").act("supplement", "applicant", "2026-03-06", text="材料已补")
    story.act("disclaim", "provider", "2026-03-09", reason="非本部门数据")
    story.act("assign", "office", "2026-03-10", provider=JUSTICE)
    story.act("ask_supplement", "provider", "2026-03-11", materials="本部门所需说明")
    assert story.state == "supplementing"


def test_a_suspended_term_never_lapses_and_never_reminds(story: Story) -> None:
    reach(story, "supplementing").sweep("2026-03-17")
    assert "lapse" not in [event for event, _, _ in story.events()]
    assert [row for row in story.notices() if row[0] in ("due_soon", "due_today") and row[1] == 2] == []


# ------------------------------------------------------------------------------------------------------ dates


def test_the_day_of_receipt_does_not_count_and_a_receipt_on_a_day_off_changes_nothing(story: Story) -> None:
    for received in ("2026-03-06", "2026-03-07", "2026-03-08"):  # Friday, Saturday, Sunday
        story.submitted(received)
        assert str(story.term("reply").due_on) == "2026-03-20"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2025-09-22", "2025-10-11"),  # a make-up Saturday
        ("2026-02-09", "2026-02-28"),  # a make-up Saturday after 春节
        ("2026-04-28", "2026-05-14"),  # over 劳动节, with a make-up Saturday inside
    ],
)
def test_make_up_days_count_and_freed_weekdays_do_not(story: Story, received: str, due: str) -> None:
    story.submitted(received)
    assert str(story.term("reply").due_on) == due


def test_a_term_that_reaches_a_year_without_a_notice_is_provisional(story: Story) -> None:
    story.submitted("2026-12-18")
    term = story.term("reply")
    assert term.official is False  # nine working days are left of 2026; the tenth waits for the notice on 2027
    assert story.record.official is False
    assert str(term.due_on) == "2027-01-04"  # 1 January, a Friday, is a statutory day


def test_a_reply_dated_before_the_receipt_is_refused(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, DateError, "2026-03-01", "2026-03-02"):
        story.act("agree", "provider", "2026-03-01", entered="2026-03-10")


def test_an_act_may_be_entered_later_than_it_happened_but_never_sooner(story: Story) -> None:
    reach(story, "awaiting_reply")
    with refused(story, DateError, "2026-03-11", "今天"):
        story.act("agree", "provider", "2026-03-11", entered="2026-03-10")
    story.act("agree", "provider", "2026-03-06", entered="2026-03-10")
    assert story.events()[-1] == ("agree", "2026-03-06", "provider")
    recorded = story.rows("event", "recorded_at", "seq")[-1][0]
    assert str(recorded).startswith("2026-03-10 02:00") or "2026-03-10 10:00" in str(recorded)


def test_two_acts_on_one_day_are_in_order(story: Story) -> None:
    reach(story, "awaiting_reply").act("agree", "provider", "2026-03-02")
    assert story.state == "agreed"


@pytest.mark.parametrize("on", ["1999-12-31", "1000-01-01"])
def test_a_date_that_no_calendar_knows_is_refused_with_a_sentence(story: Story, on: str) -> None:
    story.open("2026-03-02")
    with refused(story, DateError):
        story.act("submit", "applicant", on, entered="2026-03-02")


@pytest.mark.parametrize("supply_by", ["2999-01-01", "9999-12-31"])
def test_a_supply_date_that_no_calendar_knows_is_refused_with_a_sentence(story: Story, supply_by: str) -> None:
    reach(story, "awaiting_reply")
    with refused(story, DateError):
        story.act("agree", "provider", "2026-03-10", supply_by=supply_by)
