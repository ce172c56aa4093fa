"""A day to which one looks back, by either clock: what had happened by then, or what had been recorded."""

from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.local_time import local_date


class Then(NamedTuple):
    """A day to which one looks back; ``as_of``: what had happened by its end; ``known_on``: what had been recorded."""

    as_of: date | None = None
    known_on: date | None = None

    @property
    def day(self) -> date:
        """The day at whose end the case is looked at."""
        days = [day for day in (self.as_of, self.known_on) if day is not None]
        return min(days)

    def shows(self, happened_on: date, recorded_at: datetime) -> bool:
        """True for an event that belongs to the case of that day."""
        happened = self.as_of is None or happened_on <= self.as_of
        return happened and (self.known_on is None or local_date(recorded_at) <= self.known_on)
