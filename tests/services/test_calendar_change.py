"""A notice comes in: which terms move, by which event, who is told; on SQLite and on PostgreSQL.

Today is in December 2026; the arrangement of 2027 is not published. Dates by hand: ten working days from Friday
18 December are 21-25 and 28-31 December and, if 1 to 3 January are off as forecast, Monday 4 January.
"""

from dataclasses import replace
from datetime import date

import pytest

from calendars import Arrangement
from calendars.national import national_arrangements
from negotiation.core.enums import CalendarLayer
from negotiation.domain.working_days import ImportedNotice
from negotiation.notifications import dispatcher
from negotiation.services import recount
from negotiation.services.calendar import import_notice, reconcile
from negotiation.services.cases import timers
from negotiation.services.context import Context
from negotiation.store import outbox
from negotiation.store.calendar_notices import read_almanac, read_held, read_revisions
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at, day, everything
from tests.whole_year import REST

STARTED, IMPORTED = "2026-12-18", "2026-12-21"


def notice(off=(), work=(), *, year=2027, doc_no="国办发明电〔2026〕9号", issued="2026-12-20"):
    """The notice of 2027 with these days of New Year."""
    named = {date(2027, 1, 1): "元旦"} | {day(each): "元旦" for each in off} | REST
    return Arrangement(year, doc_no, day(issued), named, {day(each): "元旦" for each in work})


AS_FORECAST = notice(["2027-01-02", "2027-01-03"])
LATER = notice(["2027-01-02", "2027-01-03", "2027-01-04"], ["2027-01-09"])
EARLIER = notice(["2027-01-02", "2027-01-03"], ["2026-12-27"])
TEXT = "国务院办公厅关于2027年部分节假日安排的通知\n……"


def take_in(database, context, arrangement, on=IMPORTED, *, layer=CalendarLayer.NATIONAL, dry_run=False):
    text = TEXT if layer is CalendarLayer.NATIONAL else "工作日安排"
    request = import_notice.ImportRequest(text, arrangement, layer, "测试", at(on))
    return import_notice.run(database, context, request, dry_run=dry_run)


@pytest.fixture
def waiting(story: Story) -> Story:
    """A reply that waits for an arrangement: due on 4 January by the forecast."""
    story.submitted(STARTED)
    assert (str(story.term("reply").due_on), story.term("reply").official) == ("2027-01-04", False)
    return story


# ------------------------------------------------------------------------------------------------- what becomes of it


def test_a_date_that_moves_later_is_written_with_its_event_and_both_parties_are_told(waiting, database, context):
    done = take_in(database, context, LATER)
    assert [(each.no, str(each.was), str(each.now), each.notified) for each in done.recount.moved] == [
        (waiting.no, "2027-01-04", "2027-01-05", (CIVIL, POLICE))
    ]
    term = waiting.term("reply")
    assert (str(term.due_on), term.official, term.days) == ("2027-01-05", True, 10)
    assert (str(waiting.record.due_on), bool(waiting.record.official)) == ("2027-01-05", True)
    assert waiting.events()[-1] == ("recount", IMPORTED, "clock")
    assert ("moved", 1, "waiting") in waiting.notices()
    assert ("moved", 2, "waiting") in waiting.notices()


def test_the_event_says_which_document_moved_which_term_from_when_to_when(waiting, database, context):
    take_in(database, context, LATER)
    (body,) = waiting.rows("content", "body", "seq")[-1]
    assert "因国办发明电〔2026〕9号，答复期限由 2027年1月4日（暂定） 变更为 2027年1月5日，天数不变" in body
    (basis,) = waiting.rows("event", "basis", "seq")[-1]
    assert basis == "国办发明电〔2026〕9号"


def test_a_date_that_only_becomes_official_keeps_its_day_and_says_so(waiting, database, context):
    done = take_in(database, context, AS_FORECAST)
    assert (done.recount.moved, len(done.recount.confirmed)) == ([], 1)
    assert (str(waiting.term("reply").due_on), waiting.term("reply").official) == ("2027-01-04", True)
    assert {template for template, *_ in waiting.notices()} == {"new_case", "confirmed"}


def test_a_date_that_becomes_earlier_moves_at_once_but_is_told_only_after_a_click(waiting, database, context):
    done = take_in(database, context, EARLIER)
    assert [(str(each.now), each.held) for each in done.recount.moved] == [("2026-12-31", True)]
    assert str(waiting.term("reply").due_on) == "2026-12-31"
    assert [state for template, _, state in waiting.notices() if template == "moved"] == ["held", "held"]
    assert [title for title, done_on in waiting.tasks() if done_on is None and "请确认后告知双方" in title]
    with database.write() as transaction:
        assert outbox.release(transaction, at("2026-12-22")) == 2
    assert [state for template, _, state in waiting.notices() if template == "moved"] == ["waiting", "waiting"]
    assert [title for title, done_on in waiting.tasks() if done_on is None] == []


def test_what_is_held_does_not_leave_with_the_post(waiting, database, context):
    take_in(database, context, EARLIER)
    dispatcher.run(database, context, at(IMPORTED, "11:00"))
    assert [state for template, _, state in waiting.notices() if template == "moved"] == ["held", "held"]


def test_a_term_that_ends_before_the_change_stays_untouched(story, database, context):
    story.submitted("2026-12-01")
    before = everything(database)
    done = take_in(database, context, LATER)
    assert (done.recount.moved, done.recount.confirmed, done.recount.findings) == ([], [], [])
    after = everything(database)
    written = {"arrangement", "calendar_revision", "admin_entry", "counter"}  # the last two: its entry in the log
    assert {table for table in before if before[table] != after[table]} == written


def test_a_suspended_term_keeps_its_days_and_is_counted_anew_when_it_resumes(waiting, database, context):
    waiting.act("ask_supplement", "provider", IMPORTED, materials="补充方案")
    left = waiting.term("reply").frozen
    take_in(database, context, LATER, "2026-12-22")
    assert waiting.term("reply").frozen == left == 9
    waiting.act("supplement", "applicant", "2026-12-23", text="已补充")
    assert (str(waiting.term("reply").due_on), waiting.term("reply").official) == ("2027-01-07", True)


def test_a_date_that_an_act_set_is_moved_by_no_calendar(story, database, context):
    story.submitted("2026-12-14").act("agree", "provider", "2026-12-15", supply_by="2027-01-04")
    done = take_in(database, context, LATER)
    assert [each.term for each in done.recount.moved] == []
    assert str(story.term("supply").due_on) == "2027-01-04"


def test_the_reminders_of_a_moved_term_follow_its_new_date(waiting, database, context):
    assert str(waiting.term("reply").next_on) == "2026-12-29"  # 29, 30 and 31 December are left before 4 January
    take_in(database, context, EARLIER)
    assert str(waiting.term("reply").next_on) == "2026-12-28"
    assert timers.run(database, context, at("2026-12-28")).reminded == 1


# ------------------------------------------------------------------------------------------------ nothing is re-opened


def test_what_was_decided_by_a_date_that_has_passed_is_a_finding_and_stays(story, database, context):
    story.submitted("2026-11-02").sweep("2026-11-17")
    assert story.term("reply").lapsed_on == day("2026-11-16")
    freed = Arrangement(2026, "国办发明电〔2026〕8号", day("2026-11-20"), {day("2026-11-10"): "临时放假"}, {})
    done = take_in(database, context, freed, "2026-11-20")
    assert [(each.no, str(each.was), str(each.now)) for each in done.recount.findings] == [
        (story.no, "2026-11-16", "2026-11-17")
    ]
    assert story.term("reply").lapsed_on == day("2026-11-16")
    assert [title for title, _ in story.tasks() if "应至2026年11月17日" in title]


def test_a_reply_made_before_an_amendment_is_not_reckoned_again(story, database, context):
    story.submitted("2026-11-02").act("agree", "provider", "2026-11-16")
    worked = Arrangement(2026, "国办发明电〔2026〕8号", day("2026-11-20"), {}, {day("2026-11-07"): "临时上班"})
    done = take_in(database, context, worked, "2026-11-20")
    assert [each.term for each in done.recount.findings] == ["答复期限"]
    assert not story.record.late


def test_a_running_term_whose_new_day_is_already_past_is_for_a_person(story, database, context):
    """Nobody becomes overdue by a paper that comes in later."""
    story.submitted("2026-11-02")
    worked = Arrangement(2026, None, day("2026-11-16"), {}, {day("2026-11-07"): "上班", day("2026-11-08"): "上班"})
    done = take_in(database, context, worked, "2026-11-16")
    assert [str(each.now) for each in done.recount.findings] == ["2026-11-12"]
    assert str(story.term("reply").due_on) == "2026-11-16"


def test_an_answer_given_before_the_year_was_published_gets_its_official_date_too(waiting, database, context):
    waiting.act("agree", "provider", "2026-12-21")
    done = take_in(database, context, LATER, "2026-12-22")
    assert ("答复期限", (), date(2027, 1, 5)) in [(each.term, each.notified, each.now) for each in done.recount.moved]
    assert (str(waiting.record.due_on), bool(waiting.record.official)) == ("2027-01-05", True)


# ---------------------------------------------------------------------------------------------------------- rehearsal


def test_a_rehearsal_says_the_same_and_writes_nothing(waiting, database, context):
    before = everything(database)
    rehearsed = take_in(database, context, LATER, dry_run=True)
    assert everything(database) == before
    done = take_in(database, context, LATER)
    assert rehearsed.recount.moved == done.recount.moved
    assert (rehearsed.revision, done.revision) == (None, 1)


def test_the_import_is_whole_or_not_at_all(waiting, database, context, monkeypatch):
    before = everything(database)
    monkeypatch.setattr(import_notice, "_write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_in(database, context, LATER)
    assert everything(database) == before


# ------------------------------------------------------------------------------------------------------- the same again


def test_the_same_notice_again_changes_nothing(waiting, database, context):
    take_in(database, context, LATER)
    before = everything(database)
    assert take_in(database, context, LATER, "2026-12-22").held_already
    assert everything(database) == before


def test_a_shipped_notice_is_held_already(database, context):
    of_2026 = next(each for each in national_arrangements() if each.year == 2026)
    assert take_in(database, context, of_2026).held_already


def test_a_notice_for_a_year_already_held_is_shown_as_a_difference_and_replaces_what_it_names(
    waiting, database, context
):
    take_in(database, context, LATER)
    done = take_in(database, context, AS_FORECAST, "2026-12-22")
    assert [(str(each.day), each.was, each.now) for each in done.differences] == [
        ("2027-01-04", "放假（元旦）", "上班"),
        ("2027-01-09", "上班（元旦）", "放假"),
    ]
    assert [(str(each.was), str(each.now)) for each in done.recount.moved] == [("2027-01-05", "2027-01-04")]
    with database.read() as transaction:
        calendar = read_almanac(transaction).of(CalendarLayer.NATIONAL)
    assert calendar.is_working(date(2027, 1, 4))
    assert not calendar.is_working(date(2027, 1, 9))


def test_an_amending_notice_leaves_the_days_that_it_does_not_name(database, context):
    take_in(database, context, LATER)
    amending = Arrangement(2027, "国办发明电〔2027〕1号", day("2027-02-01"), {day("2027-05-06"): "劳动节"}, {})
    done = take_in(database, context, amending, "2027-02-01")
    assert [str(each.day) for each in done.differences] == ["2027-05-06"]
    with database.read() as transaction:
        calendar = read_almanac(transaction).of(CalendarLayer.NATIONAL)
    assert not calendar.is_working(date(2027, 1, 4))
    assert not calendar.is_working(date(2027, 5, 6))


def test_what_was_imported_is_kept_with_its_text_and_its_author(waiting, database, context):
    take_in(database, context, LATER)
    with database.read() as transaction:
        (held,) = read_held(transaction, 1)
        (revision,) = read_revisions(transaction)
        ((source,),) = transaction.rows("SELECT source FROM arrangement")
    assert (held.arrangement, held.author, source) == (LATER, "测试", TEXT)
    assert (revision.id, revision.moved, revision.confirmed, revision.findings) == (1, 1, 0, 0)
    assert revision.what == "国家：国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕9号）"


# -------------------------------------------------------------------------------------------------------------- layers


def test_a_municipal_arrangement_moves_the_terms_of_the_city_and_names_itself(story, database, context):
    """APEC in Beijing, told of 2026: off from 7 to 12 November, at work on the Sunday before."""
    story.submitted("2026-10-30")
    before = story.term("reply").due_on
    apec = Arrangement(
        2026,
        None,
        day("2026-10-30"),
        {date(2026, 11, n): "会议调休" for n in range(9, 13)},
        {day("2026-11-01"): "会议调休"},
    )
    done = take_in(database, context, apec, "2026-10-30", layer=CalendarLayer.MUNICIPAL)
    assert [(each.was, str(each.now)) for each in done.recount.moved] == [(before, "2026-11-18")]


def test_the_organ_s_own_day_off_moves_no_term_of_the_city(story, database, context):
    story.submitted("2026-10-30")
    closed = Arrangement(2026, None, day("2026-10-30"), {day("2026-11-03"): "搬迁"}, {})
    done = take_in(database, context, closed, "2026-10-30", layer=CalendarLayer.ORGAN)
    assert done.recount.moved == []
    context = refreshed(database, context)
    assert not context.calendar.is_working(date(2026, 11, 3))
    assert not timers.in_office_hours(context, at("2026-11-03"))


def test_the_later_layer_decides(database, context):
    take_in(
        database, context, Arrangement(2026, "甲", None, {day("2026-11-03"): "放假"}, {}), layer=CalendarLayer.MUNICIPAL
    )
    take_in(
        database, context, Arrangement(2026, "乙", None, {}, {day("2026-11-03"): "上班"}), layer=CalendarLayer.ORGAN
    )
    almanac = refreshed(database, context).almanac
    works = [almanac.of(layer).is_working(date(2026, 11, 3)) for layer in CalendarLayer]
    assert works == [True, False, True]


def refreshed(database, context):
    with database.read() as transaction:
        context.refresh(transaction)
    return context


# ------------------------------------------------------------------------------------------------------ other processes


def test_a_process_that_was_running_counts_its_next_step_with_the_new_calendar(story, database, context):
    with database.read() as transaction:
        other = Context.of(transaction, context.settings)
    take_in(database, other, LATER)
    story.submitted("2026-12-21")
    assert (str(story.term("reply").due_on), story.term("reply").official) == ("2027-01-06", True)


def test_a_term_that_was_begun_while_a_notice_came_in_is_counted_again_when_somebody_looks(waiting, database, context):
    """As if the step had been decided in the very moment of the import: with the calendar of before."""
    stale = context.almanac
    done = take_in(database, context, LATER)
    assert done.revision == 1
    context.almanac = stale
    stale.revision = 1
    other = Story(database, context).submitted("2026-12-21", provider=JUSTICE)
    assert not other.term("reply").official
    stale.revision = 0
    assert reconcile.run(database, context, at("2026-12-22")).counted == 1
    assert (str(other.term("reply").due_on), other.term("reply").official) == ("2027-01-06", True)
    assert reconcile.run(database, context, at("2026-12-22")).counted == 0


def test_a_newer_program_that_brings_the_notice_counts_the_terms_again_with_an_event(waiting, database, context):
    """A term's date never changes without an event, whoever brought the calendar."""
    newer = replace(context, almanac=context.almanac.plus(held_by_program(LATER)))
    with database.write() as transaction:
        done = recount.run(transaction, newer, newer.almanac.newest(), at("2026-12-22"))
    assert [str(each.now) for each in done.moved] == ["2027-01-05"]
    assert waiting.events()[-1][0] == "recount"


def held_by_program(arrangement):
    return ImportedNotice(
        1, CalendarLayer.NATIONAL, "国务院办公厅关于2027年部分节假日安排的通知", arrangement, "程序", at("2026-12-20")
    )
