"""verify.py counts days by itself: it is held equal to the program's own counter on random terms and calendars.

``make soak`` takes a million terms. The calendars are as they are kept with each revision: the shipped one, those known
on random days of the past, where the years to come are forecast, and each with random local arrangements upon it.
"""

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from calendars import Arrangement, WorkingCalendar
from negotiation.core.enums import CalendarLayer
from negotiation.documents.export.members import with_plans
from negotiation.domain import lengths
from negotiation.domain.kept_days import LAYERS, kept_days, written
from negotiation.domain.lengths import Unit
from tests.documents.export.archives import VERIFIER, loaded

TERMS = 1_000_000 if "NEGOTIATION_SOAK" in os.environ else 10_000
OF_EACH = 500  # terms that are counted with one calendar
FIRST, LAST = date(2004, 1, 2), (date(2026, 12, 31), date(2028, 12, 31), date(2033, 12, 31))
LONGEST = {Unit.WORKING_DAYS: 45, Unit.CALENDAR_DAYS: 90, Unit.MONTHS: 3}
verify = loaded(VERIFIER)


def local(random: Random, year: int) -> Arrangement:
    """A local arrangement: some days off, among them a stop of work, and some made up."""
    days = random.sample([date(year, 1, 1) + n * timedelta(1) for n in range(365)], 12)
    off = {day: random.choice(("本地节日", "台风停止办公")) for day in days[:6]}
    return Arrangement(year, f"京政办〔{year}〕{random.randrange(1, 99)}号", None, off, dict.fromkeys(days[6:], "补班"))


def calendars(random: Random) -> Iterator[str]:
    """The texts of calendars as they are kept: of what was known on some day, with layers of one's own."""
    while True:
        known_on = random.choice([None, date(random.randrange(2008, 2027), random.randrange(1, 13), 15)])
        years = [random.randrange(2004, 2028) for _ in range(2)]
        layers = [[], [local(random, years[0])], [local(random, each) for each in years]]
        made = {layer: WorkingCalendar.official(known_on=known_on, layers=layers[n]) for n, layer in enumerate(LAYERS)}
        yield written(made.__getitem__)


def the_program(calendar: WorkingCalendar, after: date, length: int) -> tuple[Any, ...]:
    """The end of a term, whether it is official, its range, its days, and what is left of it a few days before."""
    due, official, earliest, latest = lengths.end_of(after, length, calendar)
    days = lengths.days_of(after, length, calendar) if lengths.number_of(length) else ()
    left = lengths.left_of(length, after + timedelta(3), due, calendar)
    rows = [[day.date.isoformat(), *day[1:]] for day in days]
    return due, official, None if official else (earliest, latest), rows, lengths.number_of(left)


def a_stranger(page: Any, after: date, number: int, unit: str) -> tuple[Any, ...]:
    """The same, by verify.py."""
    due, official = page.end(after, number, unit)
    rows = page.rows(after, due, number, unit, official) if number else []
    since, of = after + timedelta(3), unit if unit == "working_days" else "calendar_days"
    rest = page.rows(since, due, max((due - since).days, 0), of, due <= page.firm)
    left = sum(row[1] is not None for row in rest)
    return due, official, None if official else page.span(after, number, unit), rows, left


@pytest.mark.parametrize("seed", [20261128])
def test_two_counters_that_know_nothing_of_each_other_agree_on_random_terms(seed: int) -> None:
    random = Random(seed)
    texts = calendars(random)
    counted, provisional, past = 0, 0, 0
    while counted < TERMS:
        text, layer = next(texts), random.choice(list(CalendarLayer))
        calendar, last = kept_days.__wrapped__(text).of(layer), random.choice(LAST)
        page = verify.Page(with_plans(json.loads(text), last + timedelta(366)), layer.value)
        for _ in range(OF_EACH):
            after = FIRST + random.randrange((last - FIRST).days) * timedelta(1)
            if random.random() < 0.3:
                after = date(calendar.through.year, random.randrange(10, 13), random.randrange(1, 31))
            unit = random.choice(list(Unit))
            length = lengths.length_of(random.randrange(LONGEST[unit] + 1), unit)
            expected = the_program(calendar, after, length)
            found = a_stranger(page, after, lengths.number_of(length), unit.value)
            assert found == expected, f"seed {seed}: {layer} {after} {lengths.in_words(length)}"
            counted, provisional, past = counted + 1, provisional + (not found[1]), past + (found[0] < date(2026, 1, 1))
    assert provisional > TERMS // 50
    assert past > TERMS // 4


def test_a_page_says_where_it_knows_no_more() -> None:
    """A year without a notice and without a plan is not counted as if it had no holidays."""
    national = WorkingCalendar.official()
    page = verify.Page(json.loads(written(lambda _: national)), "national")
    beyond = date(national.through.year + 3, 1, 4)
    for after, number in ((beyond, 10), (date(2003, 12, 1), 3)):
        with pytest.raises(verify.Unknown):
            page.end(after, number, "working_days")


def test_days_that_no_notice_will_move_are_firm_to_the_last() -> None:
    """A calendar that waits for no notice has no forecast: 28 December 2026 is a Monday, 31 December its third day."""
    own = WorkingCalendar(off=[date(2026, 12, 25)], since=date(2026, 1, 1), through=date(2026, 12, 31))
    page = verify.Page(json.loads(written(lambda _: own)), "organ")
    assert page.end(date(2026, 12, 28), 3, "working_days") == (date(2026, 12, 31), True)
    assert page.end(date(2026, 12, 24), 1, "working_days") == (date(2026, 12, 28), True)
    with pytest.raises(verify.Unknown):
        page.end(date(2026, 12, 28), 4, "working_days")
