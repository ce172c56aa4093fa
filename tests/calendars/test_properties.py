"""What must hold on any calendar whatever."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from calendars import Arrangement, WorkingCalendar

SINCE, THROUGH = date(2020, 1, 1), date(2021, 12, 31)
CHINA = WorkingCalendar.official()
ONE_DAY = timedelta(days=1)

days = st.dates(SINCE, THROUGH)
steps = st.integers(-40, 40).filter(bool)


@st.composite
def calendars(draw):
    off = draw(st.sets(days, max_size=60))
    work = draw(st.sets(days, max_size=60)) - off
    return WorkingCalendar(off=off, work=work, since=SINCE, through=THROUGH), off, work


def worked_days(off, work):
    every_day = (SINCE + timedelta(days=n) for n in range((THROUGH - SINCE).days + 1))
    return [day for day in every_day if day in work or (day.weekday() < 5 and day not in off)]


@given(calendars(), days, st.integers(1, 40))
def test_the_due_date_is_the_last_of_the_n_days_counted_and_a_working_day(made, start, n):
    calendar, off, work = made
    later = [day for day in worked_days(off, work) if day > start]
    assume(len(later) >= n)
    assert calendar.due(start, n) == later[n - 1]
    assert calendar.count(start, calendar.due(start, n)) == n
    assert calendar.is_working(calendar.due(start, n))


@given(calendars(), days, st.integers(1, 40))
def test_counting_back_is_the_last_of_the_n_days_counted_back(made, start, n):
    calendar, off, work = made
    earlier = [day for day in worked_days(off, work) if day < start]
    assume(len(earlier) >= n)
    found = calendar.due(start, -n)
    assert found == earlier[-n]
    assert calendar.is_working(found)
    assert calendar.count(found, start) == n - (not calendar.is_working(start))


@given(calendars(), days, st.integers(1, 40))
def test_from_a_working_day_forward_and_back_returns_to_it(made, start, n):
    calendar, off, work = made
    assume(calendar.is_working(start) and len([day for day in worked_days(off, work) if day > start]) >= n)
    assert calendar.due(calendar.due(start, n), -n) == start


@given(calendars(), days, days, steps)
def test_a_later_start_never_ends_earlier_nor_a_longer_term(made, one, other, n):
    calendar, off, work = made
    first, second = sorted((one, other))
    worked = worked_days(off, work)
    assume(len([day for day in worked if day < first]) >= 41 and len([day for day in worked if day > second]) >= 42)
    assert calendar.due(first, n) <= calendar.due(second, n)
    longer = n + 1 or 1
    assert calendar.due(first, n) < calendar.due(first, longer)


@given(calendars(), days, days, days)
def test_counts_add_up_and_change_sign_in_reverse(made, one, two, three):
    calendar, *_ = made
    assert calendar.count(one, three) == calendar.count(one, two) + calendar.count(two, three)
    assert calendar.count(one, two) == -calendar.count(two, one)


@given(calendars(), days)
def test_rolling_finds_the_first_working_day_and_leaves_a_working_day_alone(made, day):
    calendar, off, work = made
    later = [other for other in worked_days(off, work) if other >= day]
    assume(later)
    assert calendar.roll(day) == later[0]


@given(st.dates(date(2004, 4, 1), date(2026, 9, 1)), st.integers(-50, 50).filter(bool))
def test_inside_the_published_years_an_estimate_is_the_due_date_and_official(start, n):
    due = CHINA.due(start, n)
    assert CHINA.estimate(start, n) == (due, True, due, due)


@given(st.dates(date(2026, 12, 29), date(2049, 12, 31)), st.integers(-60, 60).filter(bool))
def test_past_them_it_lies_within_its_range_and_agrees_with_the_count(start, n):
    estimate = CHINA.estimate(start, n)
    assume(not estimate.official)
    assert estimate.earliest <= estimate.day <= estimate.latest
    assert CHINA.is_working_estimated(estimate.day)
    if n > 0:
        assert CHINA.count_estimated(start, estimate.day) == n
    else:
        assert CHINA.count_estimated(estimate.day - ONE_DAY, start - ONE_DAY) == -n


@given(st.dates(date(2004, 4, 1), date(2030, 6, 1)), st.integers(-40, 40).filter(bool))
def test_the_ruler_ends_on_the_due_date_with_the_number_of_the_term(start, n):
    drawn = CHINA.explain(start, n)
    step = 1 if n > 0 else -1
    assert (drawn[-1].date, drawn[-1].ordinal) == (CHINA.estimate(start, n).day, n)
    assert [day.ordinal for day in drawn if day.ordinal] == list(range(step, n + step, step))
    assert [day.date for day in drawn] == [start + step * timedelta(days=k) for k in range(1, len(drawn) + 1)]
    assert all((day.ordinal is None) == (day.kind in ("weekend", "holiday")) for day in drawn)


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=30), st.data())
def test_a_local_arrangement_decides_its_own_days_and_no_other(chosen, data):
    off = data.draw(st.sets(st.sampled_from(sorted(chosen)))) if chosen else set()
    layer = Arrangement(2026, None, None, dict.fromkeys(off, "地方"), dict.fromkeys(chosen - off, "地方"))
    local = WorkingCalendar.official(layers=[layer])
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        assert local.is_working(day) == (day not in off if day in chosen else CHINA.is_working(day))
