"""One numbered item of a notice while it is read, with its days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from calendars.arrangement import STOPPAGE
from calendars.dates import ONE_DAY, is_weekend
from calendars.names import NO_NAME
from calendars.notice.clauses import Clause, Kind
from calendars.notice.dates import AmbiguousDate, DateContext
from calendars.notice.header import holidays_in, name_of
from calendars.notice.sections import Segment

ADDS = {Kind.OFF, Kind.INSTEAD, Kind.SHIFTED, Kind.STOP}
TURNS_NOTHING = {Kind.EXPLAINED, Kind.RESUME}


@dataclass
class Item:
    """One numbered item while it is read: its name, its days by what becomes of them, its sentences that turn none."""

    number: str
    start: int
    name: str
    context: DateContext
    end: int = 0
    text: str = ""
    off: set[date] = field(default_factory=set)
    work: set[date] = field(default_factory=set)
    quoted_off: set[date] = field(default_factory=set)
    quoted_work: set[date] = field(default_factory=set)
    moved: set[date] = field(default_factory=set)
    stopped: set[date] = field(default_factory=set)  # those of `off` on which the offices stop working
    asides: list[Segment] = field(default_factory=list)  # the sentences that turn no day
    freed: set[date] = field(default_factory=set)  # the days that rest days move to
    rest: set[date] = field(default_factory=set)
    statutory: set[date] = field(default_factory=set)
    resumed: set[date] = field(default_factory=set)
    extended: tuple[str, date] | None = None
    shifted: int = 0  # days off that some day must be worked for
    spans: bool = False  # 放假 stands beside days, and not only which are statutory
    with_weekend: bool = False  # its days are joined to the weekend
    promised: int | None = None  # 放假2天, before the days

    @property
    def arranges(self) -> bool:
        return bool(self.end)

    @property
    def named(self) -> str:
        return self.name or _in_quotes(self.text) or "、".join(holidays_in(self.text)) or NO_NAME

    def name_for(self, day: date) -> str:
        """The name under which the calendar keeps a day that the item frees."""
        return STOPPAGE if day in self.stopped else self.named

    def add(self, clauses: list[Clause], *, quoted: bool, end: int) -> None:
        """Takes in the clauses of a sentence. Raises AmbiguousDate where they contradict what the item has."""
        self.end = end
        off, work = (self.quoted_off, self.quoted_work) if quoted else (self.off, self.work)
        last: Clause | None = None
        for clause in clauses:
            self._add_days(clause, off, work)
            self.with_weekend = self.with_weekend or clause.kind is Kind.WITH_WEEKEND
            self._count(clause, last)
            if clause.kind is Kind.WITH_WEEKEND and not (last and all(map(_touches_weekend, _runs(last.days)))):
                raise AmbiguousDate("写的是与周末连休，放假的日期却不挨着周末")
            last = clause if clause.days else last

    def _add_days(self, clause: Clause, off: set[date], work: set[date]) -> None:
        kind, days = clause.kind, set(clause.days)
        if kind is Kind.INSTEAD and not all(_follows_weekend(day, self.off | off) for day in days):
            raise AmbiguousDate("补休的前几天没有逢周末的放假日")
        if kind in ADDS:
            off |= days
            self.spans = True
            self.shifted += len(days) if kind is Kind.SHIFTED else 0
            self.stopped |= days if kind is Kind.STOP else set()
        elif kind is Kind.WORK:
            work |= days
        elif kind is Kind.SWAP:
            off |= days
            work |= set(clause.to)
        elif kind is Kind.MOVE:
            self.moved |= days
            self.freed |= set(clause.to)
        elif kind is Kind.REST:
            self.rest |= days
        elif kind is Kind.STATUTORY:
            self.statutory |= days
        elif kind is Kind.RESUME:
            self.resumed |= days
        elif kind is Kind.EXTEND:
            self.extended = clause.holiday, clause.days[0]

    def _count(self, clause: Clause, last: Clause | None) -> None:
        """Hold 共N天 against the days that it counts: those just named, or those of the whole item."""
        if clause.count is None:
            if self.promised is not None and clause.kind in ADDS:
                _require_count(self.promised, {len(clause.days), len(self.off)})
                self.promised = None
        elif clause.kind is Kind.SWAP:
            self.shifted = max(self.shifted, clause.count)
        elif clause.days:
            _require_count(clause.count, {len(clause.days)})
        elif last and last.kind in ADDS:
            whole = {len(_with_weekends(self.off))} if self.with_weekend else set()
            _require_count(clause.count, {len(last.days), len(self.off)} | whole)
        else:
            self.promised = clause.count


def _in_quotes(text: str) -> str:
    """“壮族三月三” gives 壮族三月三."""
    parts = text.split('"', 2)
    return name_of(f'"{parts[1]}"') if len(parts) == 3 and 0 < len(parts[1]) <= 20 else ""


def _follows_weekend(day: date, off: set[date]) -> bool:
    """True if a day off on a Saturday or Sunday lies at most three days before."""
    return any(is_weekend(other) and ONE_DAY <= day - other <= 3 * ONE_DAY for other in off)


def _runs(days: Iterable[date]) -> Iterator[list[date]]:
    """Days that follow one another, together."""
    for _, run in groupby(enumerate(sorted(days)), key=lambda pair: pair[1] - pair[0] * ONE_DAY):
        yield [day for _, day in run]


def _touches_weekend(run: list[date]) -> bool:
    """True if the days that follow one another reach a Saturday or Sunday on either side."""
    return any(map(is_weekend, (run[0] - ONE_DAY, *run, run[-1] + ONE_DAY)))


def _with_weekends(days: set[date]) -> set[date]:
    """The days and the Saturdays and Sundays that lie next to them."""
    found = set(days)
    while near := {day + step for day in found for step in (-ONE_DAY, ONE_DAY) if is_weekend(day + step)} - found:
        found |= near
    return found


def _require_count(stated: int, counted: set[int]) -> None:
    if stated not in counted:
        raise AmbiguousDate(f"写的是共{stated}天，日期却是{'或'.join(f'{n}天' for n in sorted(counted))}")
