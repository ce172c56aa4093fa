"""A day to which one looks back, by either clock: what had happened by then, or what had been recorded."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from negotiation.core.errors import FieldError
from negotiation.core.local_time import at_local, local_date

AS_OF, KNOWN_ON = "as_of", "known_on"
TITLES = {AS_OF: "截至", KNOWN_ON: "按…所知"}


class Then(NamedTuple):
    """A day to which one looks back; ``as_of``: what had happened by its end; ``known_on``: what had been recorded.

    ``recorded_before``: the instant at which ``known_on`` ends, where it is not the end of that day.
    """

    as_of: date | None = None
    known_on: date | None = None
    recorded_before: datetime | None = None

    @classmethod
    def of_instant(cls, at: datetime) -> "Then":
        """A look back at all that had been recorded at an instant."""
        return cls(known_on=local_date(at), recorded_before=at)

    @property
    def day(self) -> date:
        """The day at whose end the case is looked at."""
        days = [day for day in (self.as_of, self.known_on) if day is not None]
        return min(days)

    @property
    def in_words(self) -> str:
        """截至……，按……为止的登记"""
        happened = f"截至 {self.as_of}" if self.as_of else ""
        known = f"按 {self.known_on} 为止的登记" if self.known_on else ""
        return "，".join(filter(None, (happened, known)))

    @property
    def known_before(self) -> datetime | None:
        """The instant before which what is known had been recorded; None: all that is recorded by now."""
        if self.known_on is None or self.recorded_before is not None:
            return self.recorded_before
        return end_of(self.known_on)


def end_of(day: date) -> datetime:
    """The instant at which a day ends in Beijing."""
    return at_local(day + timedelta(days=1), time.min)


def looking_back(as_of: date | None, known_on: date | None, today: date) -> Then | None:
    """The past day that is asked for; None where it is today. Raises FieldError for a day that is still to come."""
    for key, day in ((AS_OF, as_of), (KNOWN_ON, known_on)):
        if day is not None and day > today:
            raise FieldError(
                f"“{TITLES[key]}”的日期 {day} 尚未到来（今天是 {today}）", field=key, todo="请填今天或以前的日期"
            )
    happened, known = (day if day is not None and day < today else None for day in (as_of, known_on))
    return Then(happened, known) if happened or known else None
