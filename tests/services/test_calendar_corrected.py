"""Notices that come in again, corrected, out of order, in the wrong layer: what a clerk does to a calendar.

What is official must stay what the State Council published, whatever was imported before or after it.
"""

import json
from datetime import date

import pytest

from calendars import Arrangement
from calendars.national import national_arrangements, title_of
from calendars.notice import render_notice
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import NegotiationError
from negotiation.notifications import dispatcher
from negotiation.services.calendar import import_notice, read_notice
from negotiation.store import outbox
from negotiation.store.calendar_notices import read_almanac
from tests.conftest import CIVIL, POLICE, Story, at, day, everything, settle_in
from tests.notifications.test_dispatcher import letters, text_of
from tests.services.test_calendar_change import AS_FORECAST, EARLIER, LATER, STARTED, notice
from tests.whole_year import REST

TODAY = "2026-12-21"
CHANGED = {date(2027, 1, 4): "元旦"}


def take_in(database, context, arrangement, on=TODAY, *, layer=CalendarLayer.NATIONAL, title="", dry_run=False):
    with database.read() as transaction:
        context.refresh(transaction)
    text = title or ("国务院办公厅关于2027年部分节假日安排的通知" if layer is CalendarLayer.NATIONAL else "工作日安排")
    request = import_notice.ImportRequest(text, arrangement, layer, "测试", at(on))
    return import_notice.run(database, context, request, dry_run=dry_run)


def calendar(database, layer=CalendarLayer.NATIONAL):
    with database.read() as transaction:
        return read_almanac(transaction).of(layer)


# ---------------------------------------------------------------------------------------------- held already, for good


@pytest.mark.parametrize("shipped", national_arrangements()[2:], ids=lambda each: each.doc_no)
def test_whatever_is_shipped_is_held_already_and_changes_no_day(sqlite, settings, shipped):
    context = settle_in(sqlite, settings)
    done = take_in(sqlite, context, shipped, title=title_of(shipped.doc_no) or "国务院通知")
    assert (done.held_already, done.differences) == (True, ())


def test_an_amendment_imported_twice_does_not_take_back_the_rest_of_its_year(database, context):
    take_in(database, context, LATER)
    amending = Arrangement(2027, "国办发明电〔2027〕1号", day("2027-01-20"), {day("2027-02-09"): "春节"}, {})
    take_in(database, context, amending, "2027-01-20")
    assert take_in(database, context, amending, "2027-01-21").held_already
    assert not calendar(database).is_working(date(2027, 1, 1))
    assert not calendar(database).is_working(date(2027, 2, 8))


def test_the_original_notice_again_does_not_revoke_what_amended_it(database, context):
    of_2020 = next(each for each in national_arrangements() if each.year == 2020)
    take_in(database, context, of_2020)
    assert calendar(database).due(date(2020, 1, 23), 2) == date(2020, 2, 4)


def test_an_amending_text_read_again_says_what_it_said_the_first_time(database, context):
    take_in(database, context, notice())
    text = (
        "国务院办公厅关于延长2027年春节假期的通知\n国办发明电〔2027〕1号\n"
        "一、延长2027年春节假期至2月10日（星期三），2月11日（星期四）起正常上班。\n国务院办公厅\n2027年1月20日\n"
    )
    readings = []
    for _ in range(2):
        with database.read() as transaction:
            context.refresh(transaction)
        _, found = read_notice.read_text(text, CalendarLayer.NATIONAL, context.almanac)
        readings.append(found)
        take_in(database, context, found, "2027-01-20", title=text)
    assert readings[0] == readings[1]


# ------------------------------------------------------------------------------------------------------- a correction


def test_a_document_imported_again_replaces_what_was_read_from_it_before(database, context):
    corrected = notice(["2027-01-05"], ["2027-01-09"])
    take_in(database, context, notice(["2027-01-04", "2027-03-01"], ["2027-01-09", "2027-01-10"]))
    done = take_in(database, context, corrected)
    assert [str(each.day) for each in done.differences] == ["2027-01-04", "2027-01-05", "2027-01-10", "2027-03-01"]
    works = [calendar(database).is_working(date(2027, *day)) for day in ((1, 4), (1, 5), (3, 1))]
    assert works == [True, False, True]
    assert take_in(database, context, corrected).held_already


def test_a_form_typed_without_a_date_of_issue_gives_way_to_the_notice(database, context):
    typed = Arrangement(2027, None, None, {date(2027, 1, 1): "元旦"} | CHANGED | REST, {date(2027, 1, 9): "元旦"})
    take_in(database, context, typed)
    take_in(database, context, AS_FORECAST)
    assert calendar(database).is_working(date(2027, 1, 4))
    assert take_in(database, context, AS_FORECAST).held_already


def test_a_notice_that_is_said_to_be_issued_tomorrow_is_refused(database, context):
    with pytest.raises(NegotiationError, match="印发日期"):
        take_in(database, context, notice(issued="2062-11-20"))


def test_what_the_screen_calls_a_difference_is_one_in_the_calendar(database, context):
    take_in(database, context, AS_FORECAST)
    special = Arrangement(2027, "国发明电〔2027〕1号", day("2027-03-01"), {day("2027-07-01"): "纪念日"}, {})
    take_in(database, context, special, "2027-03-01")
    again = take_in(database, context, notice(["2027-01-04"], ["2027-01-09"]), "2027-03-02")
    assert [str(each.day) for each in again.differences] == ["2027-01-04", "2027-01-09"]
    assert not calendar(database).is_working(date(2027, 7, 1))


def test_a_local_correction_leaves_the_national_calendar_to_decide(database, context):
    first = Arrangement(2027, "京政办发〔2026〕1号", day("2026-12-01"), CHANGED, {})
    corrected = Arrangement(2027, "京政办发〔2026〕1号", day("2026-12-01"), {date(2027, 3, 1): "放假"}, {})
    take_in(database, context, first, layer=CalendarLayer.MUNICIPAL)
    take_in(database, context, corrected, layer=CalendarLayer.MUNICIPAL)
    take_in(database, context, LATER)
    assert not calendar(database, CalendarLayer.MUNICIPAL).is_working(date(2027, 1, 4))


# ------------------------------------------------------------------------------------- what must not become official


def test_one_day_of_an_unpublished_year_does_not_publish_the_year(database, context):
    before = everything(database)
    one = Arrangement(2027, "国发明电〔2026〕3号", day("2026-12-01"), {day("2027-07-01"): "纪念日"}, {})
    with pytest.raises(NegotiationError, match="全年"):
        take_in(database, context, one)
    assert everything(database) == before


@pytest.mark.parametrize(
    ("layer", "title", "doc_no"),
    [
        (CalendarLayer.NATIONAL, "北京市人民政府办公厅关于2027年元旦、春节、国庆节放假的通知", "京政办发〔2026〕52号"),
        (CalendarLayer.MUNICIPAL, "国务院办公厅关于2027年部分节假日安排的通知", "国办发明电〔2026〕9号"),
    ],
)
def test_a_notice_in_the_wrong_layer_is_refused_with_the_right_one(database, context, layer, title, doc_no):
    with pytest.raises(NegotiationError) as refused:
        take_in(database, context, notice(doc_no=doc_no), layer=layer, title=title)
    assert "层级" in refused.value.todo


def test_a_text_without_title_and_number_is_no_notice_of_the_state_council(database, context):
    local = Arrangement(2026, None, day("2026-12-01"), {day("2026-12-24"): "放假"}, {})
    with pytest.raises(NegotiationError) as refused:
        take_in(database, context, local, title="一、12月24日放假。")
    assert "层级“市级”" in refused.value.todo


# ------------------------------------------------------------------------------------------------------ who is told


@pytest.fixture
def waiting(story: Story) -> Story:
    return story.submitted(STARTED)


def test_nobody_is_reminded_of_an_earlier_date_before_it_was_told(waiting, database, context):
    take_in(database, context, EARLIER)
    waiting.sweep("2026-12-28")
    dispatcher.run(database, context, at("2026-12-28", "11:00"))
    assert [mail for mail in letters(context) if "12月31日" in text_of(mail)] == []
    with database.write() as transaction:
        assert outbox.release(transaction, at("2026-12-28", "14:00")) == 2
    dispatcher.run(database, context, at("2026-12-28", "14:00"))
    told = [mail for mail in letters(context) if "12月31日" in text_of(mail)]
    assert len(told) == 2
    assert any("期限变更" in text_of(mail) + str(mail["Subject"]) for mail in told)


def test_a_date_that_moves_there_and_back_before_it_was_told_is_told_once_and_truly(waiting, database, context):
    take_in(database, context, EARLIER)
    take_in(database, context, AS_FORECAST)
    assert str(waiting.term("reply").due_on) == "2027-01-04"
    assert [title for title, done_on in waiting.tasks() if done_on is None] == []
    dispatcher.run(database, context, at(TODAY, "14:00"))
    said = "".join(text_of(mail) for mail in letters(context))
    assert "12月31日变更" not in said
    assert "变更为2027年1月4日" not in said


def test_of_two_moves_that_were_not_told_yet_the_mail_speaks_from_the_date_that_is_known(waiting, database, context):
    take_in(database, context, EARLIER)
    take_in(database, context, LATER)
    facts = [eval_json(row[0]) for row in waiting.rows("notice", "facts", "key") if "was_due_on" in str(row[0])]
    moves = [(each["term"]["due_on"], each["move"]["was_due_on"]) for each in facts]
    assert {was for due, was in moves if due == "2027-01-05"} == {"2027-01-04"}
    assert [state for template, _, state in waiting.notices() if template == "moved"].count("obsolete") == 2


def eval_json(value):
    return value if isinstance(value, dict) else json.loads(value)


def test_void_and_withdrawn_cases_are_left_alone(database, context):
    void = Story(database, context).submitted(STARTED).act("void", "office", "2026-12-18", reason="误登")
    withdrawn = Story(database, context).submitted(STARTED).act("withdraw", "applicant", "2026-12-18")
    done = take_in(database, context, LATER)
    assert (done.recount.moved, done.recount.confirmed) == ([], [])
    assert {event for story in (void, withdrawn) for event, *_ in story.events()} == {"submit", "void", "withdraw"}


# --------------------------------------------------------------------------------------------------------- findings


def freed(number, *days, work=()):
    off = {day(each): "临时放假" for each in days}
    return Arrangement(
        2026, f"京政办发〔2026〕{number}号", day("2026-11-20"), off, {day(each): "上班" for each in work}
    )


def test_a_finding_is_made_once_and_withdrawn_when_the_calendar_goes_back(story, database, context):
    story.submitted("2026-11-02").sweep("2026-11-17")
    one = take_in(database, context, freed(1, "2026-11-10"), "2026-11-20", layer=CalendarLayer.MUNICIPAL)
    two = take_in(database, context, freed(2, "2026-11-11"), "2026-11-20", layer=CalendarLayer.MUNICIPAL)
    three = take_in(database, context, freed(3, "2026-10-26"), "2026-11-20", layer=CalendarLayer.MUNICIPAL)
    assert [len(each.recount.findings) for each in (one, two, three)] == [1, 1, 0]
    assert [title for title, done_on in story.tasks() if done_on is None and "应至2026年11月18日" in title]
    assert [title for title, done_on in story.tasks() if done_on is None and "应至2026年11月17日" in title] == []
    back = freed(4, work=("2026-11-10", "2026-11-11"))
    take_in(database, context, back, "2026-11-20", layer=CalendarLayer.MUNICIPAL)
    assert [title for title, done_on in story.tasks() if done_on is None and "应至" in title] == []


def test_a_suspended_term_that_used_other_days_is_a_finding(story, database, context):
    story.submitted("2026-11-02").act("ask_supplement", "provider", "2026-11-06", materials="补充方案")
    done = take_in(database, context, freed(1, "2026-11-04"), "2026-11-20", layer=CalendarLayer.MUNICIPAL)
    assert [each.no for each in done.recount.findings] == [story.no]


# ------------------------------------------------------------------------------------------------------------ screens


def test_a_rendered_notice_comes_in_as_it_went_out(database, context):
    of_2026 = next(each for each in national_arrangements() if each.year == 2026)
    _, again = read_notice.read_text(render_notice(of_2026), CalendarLayer.NATIONAL, context.almanac)
    assert (again.off, again.work) == (of_2026.off, of_2026.work)


def test_parties_are_named(waiting, database, context):
    done = take_in(database, context, LATER)
    assert done.recount.moved[0].notified == (CIVIL, POLICE)
