"""Arrangements of working days that should be known by now and are not."""

from datetime import date

from negotiation.core.enums import CalendarLayer
from negotiation.domain.working_days import Almanac

# 次年安排一般在10月下旬至12月中旬公布 (notices since 2006): from November on its absence is worth a word.
NOTICE_EXPECTED_FROM = 11


def missing_year(almanac: Almanac, today: date) -> int | None:
    """The year whose arrangement should be known by now and is not."""
    through = almanac.of(CalendarLayer.NATIONAL).official_through
    if through.year < today.year:
        return through.year + 1
    return today.year + 1 if through.year == today.year and today.month >= NOTICE_EXPECTED_FROM else None


def missed_since(almanac: Almanac, today: date) -> date | None:
    """Since when an arrangement is missed that should be known by now; None if none is."""
    year = missing_year(almanac, today)
    return date(year - 1, NOTICE_EXPECTED_FROM, 1) if year else None
