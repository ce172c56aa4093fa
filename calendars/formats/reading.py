"""The one entrance for an arrangement that somebody brings: a calendar file, a typed form or a notice."""

from calendars.arrangement import Arrangement
from calendars.formats.errors import Unreadable
from calendars.formats.manual import looks_typed, read_typed
from calendars.notice import parse_notice


def is_calendar(text: str) -> bool:
    """True if a text is a calendar file (.ics)."""
    return "BEGIN:VCALENDAR" in text[:2000].upper()


def read_arrangement(text: str, amends: Arrangement | None = None, year: int | None = None) -> Arrangement:
    """The arrangement in a text, by what the text is.

    amends: what an amending notice starts from. year: the one to take out of a calendar with several; any other text
    must be of that year, if one is given. Raises Unreadable for what none of the three readers can
    read with certainty.
    """
    if is_calendar(text):
        from calendars.formats.ics import read_ics  # noqa: PLC0415 - with its library, only where a calendar is brought

        return read_ics(text, year)
    arrangement = read_typed(text) if looks_typed(text) else parse_notice(text, amends)
    if year not in (None, arrangement.year):
        raise Unreadable(f"这是{arrangement.year}年的安排，不是{year}年的", text[:60])
    return arrangement
