"""Whatever is arranged, however often: a running term ends where a finger on the wall calendar finds it.

Local arrangements come in on days of spring 2026, each freeing or claiming days of that spring, the later deciding.
What a plain loop over the days says is held against what the engine stored.
"""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import Arrangement, WorkingCalendar
from negotiation.core.enums import CalendarLayer
from negotiation.services.calendar import import_notice, reconcile
from negotiation.services.cases import timers
from negotiation.store.audit import broken_links
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of
from tests.conftest import Story, at, empty

FIRST, LAST = date(2026, 3, 2), date(2026, 4, 30)
NATIONAL = WorkingCalendar.official()
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

arranged = st.dictionaries(st.sampled_from(DAYS), st.booleans(), min_size=1, max_size=8)
# What happens on a day: a term begins, an arrangement comes in, or the clock looks.
happenings = st.lists(st.tuples(st.integers(0, 5), st.one_of(st.just("term"), st.just("sweep"), arranged)), max_size=14)


def finger(start, n, turned):
    """The n-th working day after a day, found day by day."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= turned.get(day, NATIONAL.is_working(day))
    return day


@settings(max_examples=40)
@given(happenings=happenings)
def test_a_running_term_always_ends_where_a_plain_loop_over_the_days_ends_it(database, context, happenings):
    begin_anew(database)
    turned: dict[date, bool] = {}
    today, number = FIRST, 0
    for days, what in happenings:
        today = min(today + timedelta(days=days), LAST)
        if what == "term":
            Story(database, context).submitted(today.isoformat())
        elif what == "sweep":
            timers.run(database, context, at(today.isoformat()))
        else:
            number += 1
            turned |= what
            take_in(database, context, what, number, today)
            the_terms_are_right(database, context, turned, today)
    with database.read() as transaction:
        assert list(broken_links(transaction)) == []


def begin_anew(database):
    with database.write() as transaction:
        empty(transaction, keeping=("clerk", "department"))


def take_in(database, context, turned, number, today):
    off = {day: "放假" for day, works in turned.items() if not works}
    work = {day: "上班" for day, works in turned.items() if works}
    arrangement = Arrangement(2026, f"京政办发〔2026〕{number}号", today, off, work)
    before = decided(database, today)
    done = import_notice.run(
        database,
        context,
        import_notice.ImportRequest("", arrangement, CalendarLayer.MUNICIPAL, "测试", at(today.isoformat(), "12:00")),
    )
    after = decided(database, today)
    assert {key: after[key] for key in before} == before, "what was decided was touched"
    with database.read() as transaction:
        context.refresh(transaction)
    again = reconcile.run(database, context, at(today.isoformat(), "13:00"))
    assert again.counted == 0, "the same was counted twice"
    return done


def the_terms_are_right(database, context, turned, today):
    for term in terms(database):
        if term.next_on is None or term.due_on < today:
            continue
        ends = finger(term.counts_from, term.counted, turned)
        assert term.due_on == ends or ends < today, term


def decided(database, today):
    """The terms on whose date something has already hung."""
    return {
        (term.case_id, term.n): (term.due_on, term.lapsed_on, term.ended_on)
        for term in terms(database)
        if term.next_on is None or term.due_on < today
    }


def terms(database):
    with database.read() as transaction:
        return transaction.connection.execute(table_of(Term).select()).all()
