"""A newer program ships another calendar: one revision, each moved term with its event, nothing moved in silence.

Today is in December 2026; dates by hand as in ``test_calendar_change``.
"""

import pytest

from calendars import Arrangement
from calendars.forecast.forecast import plausible
from calendars.national import national_arrangements
from negotiation.core.enums import CalendarLayer
from negotiation.services import doctor
from negotiation.services.calendar import reconcile
from negotiation.services.context import Context
from negotiation.store.calendar_notices import almanac_at, read_almanac, read_revisions
from tests.conftest import Story, at, day, everything
from tests.services.test_calendar_change import AS_FORECAST, LATER, STARTED, take_in
from tests.services.test_calendar_revoked import revoked

UPGRADED = "2026-12-22"
STORM = Arrangement(2026, "京政办发〔2026〕9号", day("2026-12-21"), {day("2026-12-24"): "停止办公"}, {})


def ship(monkeypatch: pytest.MonkeyPatch, *more: Arrangement) -> None:
    """From now on the program is one that ships these notices too."""
    shipped = (*national_arrangements(), *more)
    monkeypatch.setattr("calendars.calendar.national_arrangements", lambda: shipped)
    monkeypatch.setattr("negotiation.domain.working_days.national_arrangements", lambda: shipped)


@pytest.fixture
def waiting(story: Story) -> Story:
    """A reply that waits for an arrangement: due on 4 January by the forecast."""
    return story.submitted(STARTED)


def revisions(database):
    with database.read() as transaction:
        return [(each.id, each.what, each.author, each.moved) for each in read_revisions(transaction)]


def test_a_new_database_keeps_the_calendar_that_was_shipped(database):
    with database.read() as transaction:
        first = almanac_at(transaction, 0)
        assert read_almanac(transaction) is first
    assert first.made_anew() is first


def test_until_it_is_taken_over_another_shipped_calendar_moves_no_date(waiting, database, context, monkeypatch):
    before = everything(database)
    ship(monkeypatch, LATER)
    with database.read() as transaction:
        started = Context.of(transaction, context.settings)
    assert started.calendar.official_through == day("2026-12-31")
    other = Story(database, started).submitted("2026-12-21")
    assert not other.term("reply").official
    assert [row for row in before["term"] if row not in everything(database)["term"]] == []


def test_an_upgrade_makes_one_revision_and_moves_each_term_with_its_event(waiting, database, context, monkeypatch):
    ship(monkeypatch, LATER)
    assert reconcile.run(database, context, at(UPGRADED)).counted == 1
    assert revisions(database) == [(1, "随程序更新的日历", "系统", 1)]
    assert (str(waiting.term("reply").due_on), waiting.term("reply").official) == ("2027-01-05", True)
    assert waiting.events()[-1] == ("recount", UPGRADED, "clock")
    (basis,) = waiting.rows("event", "basis", "seq")[-1]
    assert basis == "国办发明电〔2026〕9号"
    assert reconcile.run(database, context, at(UPGRADED)).counted == 0
    assert len(revisions(database)) == 1


def test_an_upgrade_that_ships_the_same_days_makes_no_revision(waiting, database, context):
    before = everything(database)
    reconcile.run(database, context, at(UPGRADED))
    assert everything(database) == before


def test_the_calendar_of_before_an_upgrade_can_still_be_asked(database, context, monkeypatch):
    ship(monkeypatch, LATER)
    reconcile.run(database, context, at(UPGRADED))
    with database.read() as transaction:
        old, new = (almanac_at(transaction, n).of(CalendarLayer.ORGAN) for n in (0, 1))
    assert (str(old.estimate(day(STARTED), 10).day), old.estimate(day(STARTED), 10).official) == ("2027-01-04", False)
    assert (str(new.due(day(STARTED), 10)), new.official_through) == ("2027-01-05", day("2027-12-31"))


def test_a_program_that_forecasts_otherwise_is_an_upgrade_too(waiting, database, context, monkeypatch):
    """By the other forecast 4 January is off, and the reply would be due on the 5th."""

    def otherwise(year: int) -> tuple[Arrangement, ...]:
        return tuple(
            Arrangement(year, each.doc_no, None, {**each.off, day("2027-01-04"): "元旦"}, each.work)
            for each in plausible(year)
        )

    monkeypatch.setattr("calendars.forecast.forecast.plausible", otherwise)
    with database.read() as transaction:
        kept = read_almanac(transaction).of(CalendarLayer.ORGAN)
    assert str(kept.estimate(day(STARTED), 10).day) == "2027-01-04"
    reconcile.run(database, context, at(UPGRADED))
    assert revisions(database) == [(1, "随程序更新的日历", "系统", 1)]
    assert str(waiting.term("reply").due_on) == "2027-01-05"


def test_days_gone_by_that_an_upgrade_turns_are_for_a_person(story, database, context, monkeypatch):
    story.submitted("2026-12-02").act("agree", "provider", "2026-12-16", conditions="无")
    off = Arrangement(2026, "国办发明电〔2026〕8号", day("2026-12-05"), {day("2026-12-07"): "纪念日"}, {})
    ship(monkeypatch, off)
    reconcile.run(database, context, at(UPGRADED))
    assert str(story.term("reply").due_on) == "2026-12-16"
    assert [title for title, done_on in story.tasks() if done_on is None and "请核实" in title]


@pytest.mark.parametrize("change", ["import", "revocation"])
def test_a_change_after_an_upgrade_takes_that_over_first_as_a_revision_of_its_own(
    waiting, database, context, monkeypatch, change
):
    take_in(database, context, STORM, "2026-12-21", layer=CalendarLayer.MUNICIPAL)
    ship(monkeypatch, AS_FORECAST)
    if change == "revocation":
        revoked(database, context, STORM.doc_no)
    else:
        take_in(database, context, LATER, UPGRADED)
    newest, upgrade, _ = revisions(database)
    assert upgrade[1] == "随程序更新的日历"
    assert (newest[0], newest[1][:2]) == (3, "撤销" if change == "revocation" else "国家")
    assert [name for name, *_ in waiting.events()][-2:] == ["recount", "recount"]


def test_doctor_says_that_the_shipped_calendar_waits(database, context, monkeypatch, settings):
    ship(monkeypatch, LATER)
    found = doctor._calendar(context.almanac, 0, day(UPGRADED), {})
    assert [each.what for each in found] == ["本程序带来的日历尚未启用"]
