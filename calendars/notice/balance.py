"""True if the arrangement of a year balances: what it frees beyond the statutory days is made up on weekends.

《全国年节及纪念日放假办法》 art. 2 gives the statutory days of each era, art. 6 a weekday for one on a weekend. All
yearly notices since 2004 balance to the day; an amending one need not (those of 2015 and 2020 gave days away).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from calendars.arrangement import Arrangement
from calendars.dates import is_weekend
from calendars.notice.header import holidays_in

LAW_KNOWN_UNTIL = 2026  # a later year may follow a law that is not known here
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def statutory_count(name: str, year: int) -> int:
    """Days that a holiday has by the law of the year; 0 for one that the law does not know."""
    if year <= 2007:
        return {"元旦": 1, "春节": 3, "劳动节": 3, "国庆节": 3}.get(name, 0)
    since_2025 = year >= 2025
    days = {"春节": 3 + since_2025, "劳动节": 1 + since_2025, "国庆节": 3}
    return days.get(name, int(name in HOLIDAYS))


class Share(NamedTuple):
    """A holiday, or two that are arranged as one: weekdays freed, statutory days, weekend days worked for it."""

    names: frozenset[str]
    freed: tuple[date, ...]
    statutory: int
    made_up: tuple[date, ...]

    @property
    def owed(self) -> int:
        return len(self.freed) - self.statutory

    @property
    def missing(self) -> int:
        return self.owed - len(self.made_up)


class Reckoning(NamedTuple):
    """The balance of a year, whole and by holiday; `unnamed`: the share of days under no name of the law."""

    year: int
    shares: tuple[Share, ...]
    unnamed: Share

    @property
    def freed(self) -> tuple[date, ...]:
        return tuple(sorted(day for share in self._all for day in share.freed))

    @property
    def made_up(self) -> tuple[date, ...]:
        return tuple(sorted(day for share in self._all for day in share.made_up))

    @property
    def statutory(self) -> int:
        return sum(share.statutory for share in self.shares)

    @property
    def missing(self) -> int:
        """The make-up days that lack, over the whole year or by holiday: one too many for a holiday helps no other.

        But a statutory day on a weekend that its own holiday does not compensate is compensated by another (中秋节 of
        2015 within 国庆节).
        """
        lent = sum(max(-share.owed, 0) for share in self.shares) + len(self.unnamed.made_up) - len(self.unnamed.freed)
        return max(0, self._difference, sum(share.missing for share in self.short) - lent)

    @property
    def surplus(self) -> int:
        """The days worked for which nothing was freed."""
        return max(0, -self._difference)

    @property
    def is_balanced(self) -> bool:
        return not self.missing and (not self.surplus or self.year > LAW_KNOWN_UNTIL)

    @property
    def short(self) -> tuple[Share, ...]:
        """The holidays for which days are missing."""
        return tuple(share for share in self.shares if share.missing > 0)

    @property
    def _difference(self) -> int:
        return sum(share.missing for share in self._all)

    @property
    def _all(self) -> tuple[Share, ...]:
        return (*self.shares, self.unnamed)


def reckon(arrangement: Arrangement) -> Reckoning:
    """The balance of a yearly arrangement."""
    groups = _groups([*arrangement.off.values(), *arrangement.work.values()])
    shares = tuple(_share(names, arrangement) for names in groups)
    known = frozenset().union(*groups)
    freed = (day for day, name in arrangement.off.items() if not is_weekend(day) and not known & _names(name))
    made_up = (day for day, name in arrangement.work.items() if is_weekend(day) and not known & _names(name))
    return Reckoning(arrangement.year, shares, Share(frozenset(), tuple(freed), 0, tuple(made_up)))


def statutory_days_at_work(arrangement: Arrangement) -> list[tuple[date, str]]:
    """The statutory days of its year on which a yearly arrangement would have people work, and the name of each."""
    from calendars.forecast.forecast import statutory_days  # noqa: PLC0415 - it imports `holidays`, 75-95 ms

    return sorted(
        (day, name)
        for name, days in statutory_days(arrangement.year).items()
        for day in days
        if day not in arrangement.off and (not is_weekend(day) or day in arrangement.work)
    )


def _groups(names: Iterable[str]) -> list[frozenset[str]]:
    """The holidays of the law, those that are named together in one group."""
    groups = [frozenset({name}) for name in HOLIDAYS]
    for together in map(_names, names):
        joined = [group for group in groups if group & together]
        if len(joined) > 1:
            groups = [group for group in groups if group not in joined] + [frozenset().union(*joined)]
    return groups


def _names(name: str) -> frozenset[str]:
    return frozenset(holidays_in(name))


def _share(names: frozenset[str], arrangement: Arrangement) -> Share:
    freed = tuple(day for day in _days_of(names, arrangement.off.items()) if not is_weekend(day))
    made_up = tuple(day for day in _days_of(names, arrangement.work.items()) if is_weekend(day))
    return Share(names, freed, sum(statutory_count(name, arrangement.year) for name in names), made_up)


def _days_of(names: frozenset[str], days: Iterable[tuple[date, str]]) -> Iterator[date]:
    return (day for day, name in sorted(days) if names & _names(name))
