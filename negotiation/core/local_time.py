"""Instants are UTC; people and the law live in Asia/Shanghai. Nothing here asks what time it is."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(instant: datetime) -> datetime:
    """An instant as the wall clock in Beijing shows it."""
    return instant.astimezone(SHANGHAI)


@lru_cache(maxsize=1024)
def local_date(instant: datetime) -> date:
    """The date on which an instant falls in Asia/Shanghai: the date that the law counts with."""
    return instant.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """The last second of a local date as an instant: what "as of that day" means."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC) - timedelta(seconds=1)


@lru_cache(maxsize=1024)
def at_local(day: date, hour: time) -> datetime:
    """A local date and time of day as an instant in UTC."""
    return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)
