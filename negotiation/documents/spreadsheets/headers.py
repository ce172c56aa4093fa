"""Headers of tables: the titles of a form, found in the rows of a sheet."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from negotiation.documents.spreadsheets.cell_text import squeeze
from negotiation.documents.spreadsheets.lines import Line

FEWEST_TITLES = 3


class Header(NamedTuple):
    form: int
    places: dict[str, int]
    last: int
    doubled: tuple[str, ...]


def find_header(line: Line, forms: Sequence[Collection[str]]) -> Header | None:
    """The line as a header: that of the form of which it has the most titles, if it has enough."""
    found = [match_titles(line, number, forms) for number in range(len(forms))]
    best = max(found, key=lambda header: len(header.places), default=None)
    return best if best is not None and len(best.places) >= min(FEWEST_TITLES, len(forms[best.form])) else None


def match_titles(line: Line, form: int, forms: Sequence[Collection[str]]) -> Header:
    wanted = {_plain(title): title for title in forms[form]}
    places: dict[str, int] = {}
    doubled: list[str] = []
    for place, value in enumerate(line.values):
        title = wanted.get(_plain(value))
        if title in places:
            doubled.append(title)
        elif title is not None:
            places[title] = place
    return Header(form, places, line.number, tuple(doubled))


def _plain(title: Any) -> str:
    """A title without spaces, line breaks and the marks of a required column."""
    return squeeze(title).strip("*:")


def join_headers(upper: Header, lower: Header | None) -> Header:
    """A header of two rows: group titles above, columns below."""
    if lower is None or lower.form != upper.form:
        return upper
    return Header(upper.form, lower.places | upper.places, max(upper.last, lower.last), upper.doubled + lower.doubled)
