"""Query of the report's page: the days, whose figures stand first, and of which procedure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from negotiation.core.errors import UsageError
from negotiation.documents import report
from negotiation.documents.report.definitions import Part
from negotiation.documents.report.figures import Figure
from negotiation.domain import forms
from negotiation.domain.then import KNOWN_ON, Then, looking_back

VIEWS = {"provider": "按提供部门", "applicant": "按使用部门", "overall": "总体、分月、各事项和图"}


class Asked(NamedTuple):
    """The query of the page: the days, whose figures stand first, and of which procedure."""

    year: int
    since: date
    until: date
    as_of: date
    procedure: str
    by: str
    today: date
    main: str
    known: Then | None = None

    @classmethod
    def read(cls, asked: Mapping[str, str], year: int, today: date, main: str) -> "Asked":
        """From an address; a day that is none, or a period that cannot be, is refused in a sentence."""
        known = looking_back(None, _day(asked, KNOWN_ON), today)
        last = known.day if known else today
        as_of = min(_day(asked, "as_of") or last, last)
        shown = year or as_of.year
        since, until = report.period(shown, as_of, _day(asked, "from"), _day(asked, "to"))
        by = asked.get("by", "")
        by = by if by in VIEWS else next(iter(VIEWS))
        return cls(shown, since, until, as_of, asked.get("procedure") or main, by, today, main, known)

    @property
    def is_part(self) -> bool:
        """True for another period than the year."""
        return (self.since, self.until) != (date(self.year, 1, 1), min(date(self.year, 12, 31), self.as_of))

    @property
    def fields(self) -> list[tuple[str, date]]:
        """The fields that keep the period; none where it is the year as known today."""
        days = {"from": self.since, "to": self.until} if self.is_part else {}
        days |= {} if self.as_of == self.today else {"as_of": self.as_of}
        return list((days | ({KNOWN_ON: self.known.day} if self.known else {})).items())

    @property
    def days(self) -> str:
        """The part of an address that keeps the period."""
        return urlencode(self.fields)

    @property
    def span(self) -> report.Days:
        """The days as the report takes them."""
        return report.Days(self.since, self.until, self.as_of, self.known)

    def cases(self, figure: Figure, part: str) -> str:
        """The address of the cases behind a figure, as short as can be: it stands in a page a thousand times.

        What it leaves out is what ``read`` takes for granted.
        """
        query = {"figure": figure.definition.key, "of": figure.scope.text}
        query |= {} if figure.procedure == self.main else {"procedure": figure.procedure}
        query |= {} if part == Part.NUMERATOR else {"part": part}
        return f"/report/{self.year}/cases?{'&'.join(filter(None, [urlencode(query, safe=':'), self.days]))}"


def _day(asked: Mapping[str, str], key: str) -> date | None:
    try:
        return forms.read_date(asked.get(key, ""))
    except ValueError as error:
        raise UsageError(str(error), where="统计期间", todo="日期写成 2026-09-18") from None
