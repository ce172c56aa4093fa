"""The calendar as known at a revision answers every question as the calendar that was in force then."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import Arrangement, WorkingCalendar
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import NotFound
from negotiation.domain.working_days import Almanac
from negotiation.services.calendar import import_notice, revoke
from negotiation.store.calendar_notices import almanac_at, read_imported, revision
from tests.conftest import at, empty
from tests.services.test_calendar_change import AS_FORECAST, EARLIER, LATER, TEXT

TODAY = date(2026, 12, 21)
SPRING = [date(2026, 12, 20) + timedelta(days=n) for n in range(40)]
ASKED = [
    date(2004, 1, 2),
    date(2026, 12, 18),
    date(2026, 12, 28),
    date(2026, 12, 31),
    date(2027, 2, 3),
    date(2029, 5, 1),
]

days = st.dictionaries(st.sampled_from(SPRING), st.booleans(), min_size=1, max_size=6)
local = st.tuples(
    st.sampled_from([CalendarLayer.MUNICIPAL, CalendarLayer.ORGAN]), days, st.sampled_from(["", "停止办公"])
)
national = st.sampled_from([AS_FORECAST, LATER, EARLIER])
changes = st.lists(st.one_of(local, national, st.integers(0, 5)), max_size=6)


@settings(max_examples=6)
@given(changes=changes)
def test_whatever_was_imported_and_revoked_each_revision_answers_as_the_calendar_did_then(database, context, changes):
    with database.write() as transaction:
        empty(transaction, keeping=("clerk", "department"))
    then = [Almanac()]
    for number, change in enumerate(changes):
        then += changed(database, context, change, number)
    with database.read() as transaction:
        assert revision(transaction) == len(then) - 1
        for number, almanac in enumerate(then):
            known = almanac_at(transaction, number)
            assert (known.held, known.days) == (almanac.held, almanac.days)
            for layer in CalendarLayer:
                assert answers(known.of(layer)) == answers(almanac.of(layer))


def changed(database, context, change, number):
    """The calendar after a change, made from the notices that stand then; none where nothing was written."""
    if isinstance(change, int):
        with database.read() as transaction:
            standing = [each.notice for each in read_imported(transaction) if each.revoked is None]
        if not standing:
            return []
        wanted = standing[change % len(standing)]
        gone = revoke.run(database, context, revoke.RevokeRequest(str(wanted.id), "误收", "测试", at("2026-12-21")))
        return [Almanac((each for each in standing if each.id != wanted.id), revision=gone.revision or 0)]
    done = import_notice.run(database, context, request_of(change, number))
    if done.revision is None:
        return []
    with database.read() as transaction:
        standing = [each.notice for each in read_imported(transaction) if each.revoked is None]
    return [Almanac(standing, revision=done.revision)]


def request_of(change, number):
    if isinstance(change, Arrangement):
        layer, text, found = CalendarLayer.NATIONAL, TEXT, change
    else:
        layer, turned, name = change
        off = {day: name or "放假" for day, works in turned.items() if not works}
        work = {day: "上班" for day, works in turned.items() if works}
        text, found = "", Arrangement(2027, f"京政办发〔2026〕{number}号", TODAY, off, work)
    return import_notice.ImportRequest(text, found, layer, "测试", at("2026-12-21"))


def answers(calendar: WorkingCalendar) -> list[object]:
    """Every question: what is published, the end of terms either way, counts, each day, and why."""
    found: list[object] = [calendar.since, calendar.official_through, calendar.firm_through, calendar.line]
    for start in ASKED:
        found += [calendar.estimate(start, n) for n in (1, 10, 250)]
        found += [calendar.explain(start, 15), calendar.count_estimated(ASKED[0], start)]
    found += [calendar.is_working_estimated(day) for day in SPRING]
    found += [calendar.due(date(2026, 12, 31), -n) for n in (1, 10)]
    return [*found, calendar.days_of(2026), calendar.days_of(2027)]


def test_a_revision_is_read_once_in_a_transaction_and_its_days_made_once_in_a_process(database, context):
    with database.read() as transaction:
        first = almanac_at(transaction, 0)
        assert almanac_at(transaction, 0) is first
    with database.read() as transaction:
        assert almanac_at(transaction, 0).of(CalendarLayer.ORGAN) is first.of(CalendarLayer.ORGAN)


def test_a_layer_that_adds_no_day_is_counted_with_the_calendar_below_it(database, context):
    with database.read() as transaction:
        known = almanac_at(transaction, 0)
    assert known.of(CalendarLayer.ORGAN) is known.of(CalendarLayer.NATIONAL)


def test_a_revision_that_there_is_not_is_refused(database):
    with database.read() as transaction, pytest.raises(NotFound, match="第7次"):
        almanac_at(transaction, 7)


def test_a_kept_line_is_short(database):
    with database.read() as transaction:
        assert len(almanac_at(transaction, 0).days.encode()) < 10_000
