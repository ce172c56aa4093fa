"""An imported arrangement is revoked: what it moved moves back, by events, and its row stays.

Today is in December 2026; dates by hand as in ``test_calendar_change``: the reply is due on 4 January by the forecast,
on 5 January by the notice.
"""

from dataclasses import replace

import pytest

from calendars import Arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import Conflict, FieldError, NotFound
from negotiation.notifications import dispatcher
from negotiation.services.calendar import reconcile, revoke
from negotiation.services.calendar.revoke import RevokeRequest
from negotiation.store.audit import broken_links
from negotiation.store.calendar_notices import almanac_at, read_almanac, read_imported, read_revisions
from tests.conftest import CIVIL, POLICE, Story, at, day, everything
from tests.services.test_calendar_change import AS_FORECAST, IMPORTED, LATER, STARTED, notice, take_in

REVOKED = "2026-12-22"
NUMBER = "国办发明电〔2026〕9号"


def revoked(database, context, which=NUMBER, *, reason="误收", on=REVOKED, dry_run=False):
    return revoke.run(database, context, RevokeRequest(which, reason, "王主任", at(on)), dry_run=dry_run)


@pytest.fixture
def waiting(story: Story) -> Story:
    """A reply that waits for an arrangement."""
    return story.submitted(STARTED)


def test_what_an_arrangement_moved_moves_back_with_an_event_and_both_parties_are_told(waiting, database, context):
    """The date becomes earlier, so that it is told after a click."""
    take_in(database, context, LATER)
    dispatcher.run(database, context, at(IMPORTED, "11:00"))
    done = revoked(database, context)
    assert [(str(each.was), str(each.now), each.official, each.notified) for each in done.recount.moved] == [
        ("2027-01-05", "2027-01-04", False, (CIVIL, POLICE))
    ]
    assert [state for template, _, state in waiting.notices() if template == "moved"][2:] == ["held", "held"]
    term = waiting.term("reply")
    assert (str(term.due_on), term.official) == ("2027-01-04", False)
    assert waiting.events()[-1] == ("recount", REVOKED, "clock")
    (body,) = waiting.rows("content", "body", "seq")[-1]
    assert f"因撤销{NUMBER}，答复期限由 2027年1月5日 变更为 2027年1月4日（暂定），天数不变" in body
    with database.read() as transaction:
        assert list(broken_links(transaction)) == []


def test_who_has_not_yet_been_told_of_the_date_that_is_revoked_is_told_nothing(waiting, database, context):
    take_in(database, context, LATER)
    assert [each.notified for each in revoked(database, context).recount.moved] == [()]
    assert [state for template, _, state in waiting.notices() if template == "moved"] == ["obsolete", "obsolete"]


def test_a_date_that_only_becomes_provisional_again_keeps_its_day_and_nobody_is_mailed(waiting, database, context):
    take_in(database, context, AS_FORECAST)
    dispatcher.run(database, context, at(IMPORTED, "11:00"))
    mailed = waiting.notices()
    done = revoked(database, context)
    assert (done.recount.moved, len(done.recount.confirmed)) == ([], 1)
    assert (str(waiting.term("reply").due_on), waiting.term("reply").official) == ("2027-01-04", False)
    (body,) = waiting.rows("content", "body", "seq")[-1]
    assert "答复期限 2027年1月4日 由确定改为暂定，天数不变" in body
    assert waiting.notices() == mailed


def test_the_arrangement_stays_and_a_row_says_who_revoked_it_when_and_why(waiting, database, context):
    take_in(database, context, LATER)
    before = everything(database)
    assert revoked(database, context, reason="  文号有误  ").revision == 2
    after = everything(database)
    assert after["arrangement"] == before["arrangement"]
    assert set(before["calendar_revision"]) < set(after["calendar_revision"])
    with database.read() as transaction:
        (held,) = read_imported(transaction)
        newest = read_revisions(transaction)[0]
    assert (held.notice.id, held.revoked, held.reason) == (1, 2, "文号有误")
    assert (newest.author, newest.recorded_at, newest.moved) == ("王主任", at(REVOKED), 1)
    assert newest.what == f"撤销国家：国务院办公厅关于2027年部分节假日安排的通知（{NUMBER}）"


def test_a_rehearsal_of_a_revocation_says_what_would_move_and_writes_nothing(waiting, database, context):
    take_in(database, context, LATER)
    before = everything(database)
    found = revoked(database, context, dry_run=True)
    assert [tuple(map(str, each)) for each in found.differences][:2] == [
        ("2027-01-04", "放假（元旦）", "推算上班"),
        ("2027-01-09", "上班（元旦）", "推算放假"),
    ]
    assert (len(found.recount.moved), found.revision) == (1, None)
    assert everything(database) == before
    assert revoked(database, context).recount == found.recount


def test_what_was_revoked_can_be_imported_again(waiting, database, context):
    take_in(database, context, LATER)
    revoked(database, context)
    again = take_in(database, context, LATER, REVOKED)
    assert (again.held_already, again.revision) == (False, 3)
    assert str(waiting.term("reply").due_on) == "2027-01-05"


def test_the_arrangement_that_was_corrected_decides_again_once_its_correction_is_revoked(database, context):
    take_in(database, context, LATER)
    take_in(database, context, notice(["2027-01-02", "2027-01-03"], ["2027-01-09"]))
    with pytest.raises(Conflict, match="收录过2次") as caught:
        revoked(database, context)
    assert "1、2" in caught.value.todo
    revoked(database, context, "2")
    with database.read() as transaction:
        assert not read_almanac(transaction).of(CalendarLayer.NATIONAL).is_working(day("2027-01-04"))


def test_a_revocation_of_days_gone_by_changes_nothing_and_asks_a_person_to_look(story, database, context):
    storm = Arrangement(2026, "京政办发〔2026〕9号", day("2026-12-01"), {day("2026-12-07"): "停止办公"}, {})
    take_in(database, context, storm, "2026-12-01", layer=CalendarLayer.MUNICIPAL)
    story.submitted("2026-12-02").act("agree", "provider", "2026-12-17", conditions="无")
    due = story.term("reply").due_on
    assert str(due) == "2026-12-17"
    done = revoked(database, context, "京政办发〔2026〕9号", on="2026-12-18")
    assert [(str(each.was), str(each.now)) for each in done.recount.findings] == [("2026-12-17", "2026-12-16")]
    assert story.term("reply").due_on == due


@pytest.mark.parametrize(
    ("which", "reason", "error", "words"),
    [
        (NUMBER, " ", FieldError, "须写明理由"),
        ("国办发明电〔2025〕7号", "误收", NotFound, "没有收录过"),
        ("7", "误收", NotFound, "没有收录过"),
    ],
)
def test_a_revocation_without_a_reason_or_of_what_was_not_imported_is_refused(
    database, context, which, reason, error, words
):
    take_in(database, context, LATER)
    before = everything(database)
    with pytest.raises(error, match=words):
        revoked(database, context, which, reason=reason)
    assert everything(database) == before


def test_nothing_is_revoked_twice(database, context):
    take_in(database, context, LATER)
    revoked(database, context, reason="印错了")
    with pytest.raises(Conflict, match="已经撤销：印错了"):
        revoked(database, context, "1")


def test_after_a_revocation_the_watch_finds_nothing_to_count_again(waiting, database, context):
    take_in(database, context, LATER)
    revoked(database, context)
    assert reconcile.run(database, context, at(REVOKED, "12:00")).counted == 0
    with database.read() as transaction:
        assert [each.id for each in read_revisions(transaction)] == [2, 1]


def test_a_process_that_was_running_counts_its_next_step_without_the_arrangement(story, database, context):
    take_in(database, context, LATER)
    with database.read() as transaction:
        other = replace(context, almanac=read_almanac(transaction))
    revoked(database, context)
    Story(database, other).submitted("2026-12-22")
    with database.read() as transaction:
        other.refresh(transaction)
        assert other.almanac is not almanac_at(transaction, 1)
    assert other.calendar.official_through == day("2026-12-31")
