"""How well the forecast would have served: each year since 2008 foretold on the eve of its notice.

Asked are terms of 5, 10, 15 and 20 working days from every day between 15 November of the year before and 31 December,
as far as they truly end in the year; true is the calendar with all its notices, amendments that nobody could foresee
(2015, 2019, 2020) included. A year's notice and all later ones are withheld.

`in_sample`: the rules as they stand, written with all the notices at hand: how faithful they are to the practice.

`out_of_sample`: every practice (`calendars.forecast.practice`) only from the year after the notice that first showed
it, on the statutory days of the decrees issued before the notice; 国务院令第644号 came on the day of the notice of
2014, so that year is laid by the law of 2013. Each parameter is thus read from earlier notices alone. The choice of
what to have parameters for was not: that a weekend which the holiday touches is worked first, and else the nearest days
on either side, fits the notices of 2004 to 2009 and was written down later."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest

from calendars import WorkingCalendar
from calendars.forecast import forecast, practice
from calendars.national import national_notices

CHINA = WorkingCalendar.official()
YEARS = range(2008, 2027)
ONE_DAY = timedelta(days=1)


class Score(NamedTuple):
    """Of so many terms: how many due dates were named to the day, how many lay in the range, days of range in all."""

    terms: int
    exact: int
    within: int
    width: int

    def in_words(self):
        exact, within, width = (value / self.terms for value in self[1:])
        return f"{exact:.2%} exact, {within:.2%} within, {width:.2f} days wide"


def score(year):
    issued = next(notice.issued for notice in national_notices() if notice.year == year)
    assert issued
    withheld = WorkingCalendar.official(known_on=issued - ONE_DAY)
    terms = exact = within = width = 0
    for start, n, true in ending_in(year):
        foretold = withheld.estimate(start, n)
        terms += 1
        exact += foretold.day == true
        within += foretold.earliest <= true <= foretold.latest
        width += (foretold.latest - foretold.earliest).days
    return Score(terms, exact, within, width)


def ending_in(year):
    first = date(year - 1, 11, 15)
    for start in (first + n * ONE_DAY for n in range((date(year, 12, 31) - first).days)):
        for n in (5, 10, 15, 20):
            if start.year < year or CHINA.count(start, date(year, 12, 31)) >= n:
                true = CHINA.due(start, n)
                if true.year == year:
                    yield start, n, true


def all_years(record_property):
    """The score of all years together; the figures of each are recorded, and told when the test fails."""
    scores = {year: score(year) for year in YEARS}
    total = Score(*map(sum, zip(*scores.values(), strict=True)))
    for name, of_one in (*scores.items(), ("2008-2026", total)):
        record_property(str(name), of_one.in_words())
        print(name, of_one.in_words())
    return total


@pytest.fixture
def only_what_earlier_notices_show(monkeypatch):
    practice_of, statutory_days = practice.practice_of, forecast.statutory_days
    law_of_2013 = {"农历除夕": [date(2014, 1, 30)], "春节": [date(2014, 1, 31), date(2014, 2, 1)]}
    monkeypatch.setattr(forecast, "practice_of", lambda year: practice_of(year - 1))
    monkeypatch.setattr(
        forecast, "statutory_days", lambda year: statutory_days(year) | (law_of_2013 if year == 2014 else {})
    )
    forecast.plausible.cache_clear()
    yield
    forecast.plausible.cache_clear()


def test_in_sample_the_forecast_names_19_due_dates_in_20_and_its_range_holds_98_in_100(record_property):
    """Measured: 98.5 % exact, 98.9 % within the range, 0.43 days wide."""
    total = all_years(record_property)
    assert total.exact / total.terms >= 0.95
    assert total.within / total.terms >= 0.98
    assert total.width / total.terms <= 1


def test_in_sample_no_year_is_foretold_worse_than_nine_in_ten():
    """2015 is the worst: 3 September was declared in May, and 中秋节, a Sunday, was compensated within 国庆节."""
    assert all(of_one.exact / of_one.terms >= 0.9 for of_one in map(score, YEARS))


def test_out_of_sample_the_forecast_names_more_than_nine_due_dates_in_ten(
    only_what_earlier_notices_show, record_property
):
    """Measured: 95.7 % exact, 97.9 % within the range, 0.45 days wide."""
    total = all_years(record_property)
    assert total.exact / total.terms >= 0.95
    assert total.within / total.terms >= 0.97
    assert total.width / total.terms <= 1
