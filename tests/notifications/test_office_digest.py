"""What the office is told of by itself: what a change of the calendar did, and weekly that next year's is missing."""

import pytest
from chinese_calendar import constants

from calendars import Arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.core.signed_notes import found_in, opened
from negotiation.notifications import dispatcher, missing_year, office_digest
from negotiation.services.calendar import import_notice, reconcile
from negotiation.services.proof import sealing
from negotiation.store.case_queries import tasks_of
from tests.conftest import at, day
from tests.notifications.test_dispatcher import letters, text_of
from tests.whole_year import REST

NOTICE = Arrangement(
    2027,
    "国办发明电〔2026〕9号",
    day("2026-12-20"),
    {day(f"2027-01-0{n}"): "元旦" for n in (1, 2, 3, 4)} | REST,
    {day("2027-01-09"): "元旦"},
)


def missing(database, context, on, hour="10:00"):
    with database.write() as transaction:
        context.refresh(transaction)
        return missing_year.next_year_missing(transaction, context, at(on, hour))


def digest(database, context, on):
    with database.write() as transaction:
        assert office_digest.office_digest(transaction, context, at(on))
    dispatcher.run(database, context, at(on))
    (mail,) = [mail for mail in letters(context) if "在办事项" in mail["Subject"]]
    return text_of(mail)


def test_from_the_first_of_november_the_office_is_told_once_a_week_that_next_year_is_missing(database, context):
    told = [on for on in ("2026-10-30", "2026-11-02", "2026-11-03", "2026-11-06", "2026-11-09", "2026-12-31")
            if missing(database, context, on)]  # fmt: skip
    assert told == ["2026-11-02", "2026-11-09", "2026-12-31"]


def test_not_on_a_day_off_nor_in_the_night(database, context):
    assert not missing(database, context, "2026-11-01")
    assert not missing(database, context, "2026-11-02", "20:00")


def test_the_reminder_names_the_terms_that_wait_and_their_range(story, database, context):
    story.submitted("2026-12-18")
    assert missing(database, context, "2026-12-21")
    dispatcher.run(database, context, at("2026-12-21"))
    (mail,) = [mail for mail in letters(context) if "2027年" in mail["Subject"]]
    assert mail["To"].addresses[0].addr_spec == "office@sharing.gov.cn"
    said = text_of(mail)
    assert story.no in said
    assert "2027年1月4日" in said
    assert "暂定，待国务院办公厅公布2027年节假日安排后确定" in said


def test_once_the_notice_is_held_nobody_is_reminded_of_it(database, context):
    take_in(database, context, "2026-12-20")
    assert not missing(database, context, "2026-12-21")


def take_in(database, context, on):
    text = "国务院办公厅关于2027年部分节假日安排的通知"
    import_notice.run(
        database, context, import_notice.ImportRequest(text, NOTICE, CalendarLayer.NATIONAL, "测试", at(on))
    )


def test_the_office_reads_in_its_digest_what_moved_and_what_became_official(story, database, context):
    story.submitted("2026-12-18")
    take_in(database, context, "2026-12-21")
    said = digest(database, context, "2026-12-22")
    assert "【期限因工作日安排变更】1件" in said
    assert story.no in said
    assert "2027年1月4日" in said
    assert "2027年1月5日" in said


def test_the_digest_counts_the_dates_that_are_not_yet_official(story, database, context):
    story.submitted("2026-12-18")
    assert "暂定" in digest(database, context, "2026-12-21")


# --------------------------------------------------------------------------------------------- the package is watched


@pytest.fixture
def a_day_flipped(monkeypatch):
    """The package takes 8 October 2026 for a day off."""
    monkeypatch.setitem(constants.holidays, day("2026-10-08"), "National Day")


def test_a_day_on_which_the_package_and_the_notices_differ_is_an_alarm_that_names_it(a_day_flipped, database, context):
    watched = reconcile.run(database, context, at("2026-11-22"))
    assert [trouble for trouble in watched.troubles if "2026-10-08" in trouble and "国办发明电〔2025〕7号" in trouble]
    with database.read() as transaction:
        assert ["2026-10-08" in task["title"] for task in tasks_of(transaction)] == [True]
    reconcile.run(database, context, at("2026-11-23"))
    with database.read() as transaction:
        assert len(tasks_of(transaction)) == 1


def test_the_notices_decide_all_the_same(a_day_flipped, context):
    assert context.calendar.is_working(day("2026-10-08"))


def test_where_they_agree_the_watch_says_nothing_and_writes_nothing(story, database, context):
    story.submitted("2026-12-18")
    watched = reconcile.run(database, context, at("2026-12-18"))
    assert (watched.counted, watched.troubles) == (0, [])


def test_the_digest_carries_the_newest_seal_out_of_the_system(database, context):
    sealed = sealing.seal(database, context.settings, at("2026-10-08")).record
    said = digest(database, context, "2026-10-09")
    assert f"第1次，2026年10月8日，共{sealed.size}条登记" in said
    head = opened(found_in(said), sealing.verifiers_of(context.settings))
    assert (head.size, head.root) == (sealed.size, sealed.root)
