"""A past day on a page: the dates that its address asks for, and the words above what is shown."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from calendars.dates import in_words
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.core.texts import searched
from negotiation.domain import forms
from negotiation.domain.then import AS_OF, KNOWN_ON, TITLES, Then, looking_back

DAYS = (AS_OF, KNOWN_ON)


class PastShown(NamedTuple):
    """The form of the two dates as it was typed, and what the page says: nothing where it shows today.

    ``query``: the part of an address that keeps the day; ``reasons``: what was entered only later.
    """

    as_of: str = ""
    known_on: str = ""
    says: str = ""
    query: str = ""
    reasons: Sequence[str] = ()
    fault: NegotiationError | None = None


def read_past(asked: Mapping[str, str], today: date) -> Then | None:
    """The past day that an address asks for; None for today. Raises FieldError for what is none, or is to come."""
    as_of, known_on = (_day(asked.get(key, ""), key) for key in DAYS)
    return looking_back(as_of, known_on, today)


def _day(text: str, key: str) -> date | None:
    try:
        return forms.read_date(text)
    except ValueError as error:
        raise FieldError(str(error), field=key, where=TITLES[key], todo="日期写成 2026-09-18") from None


def past_shown(
    asked: Mapping[str, str], then: Then | None, reasons: Sequence[str] = (), fault: NegotiationError | None = None
) -> PastShown:
    """The form and the banner of a page that shows a past day, or could not (``fault``)."""
    as_of, known_on = (searched(asked.get(key, "")) for key in DAYS)
    if then is None:
        return PastShown(as_of, known_on, fault=fault)
    days = {AS_OF: then.as_of, KNOWN_ON: then.known_on}
    query = urlencode({key: day for key, day in days.items() if day})
    return PastShown(as_of, known_on, _says(then), query, reasons, fault)


def _says(then: Then) -> str:
    """本页为截至2026年10月20日的情况，按2026年11月4日所知"""
    known = f"按{in_words(then.known_on) if then.known_on else '今天'}所知"
    return f"本页为截至{in_words(then.day)}的情况，{known}"
