"""The preview of a ledger: its cases as they stand, its own due dates with their rulers, cells mended on the page."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from negotiation.documents.ledger.due_days import DueDay
from negotiation.documents.ledger.outcome import CellPlace, Imported
from negotiation.documents.spreadsheets.rejections import Rejection
from negotiation.web.form_data import WAS
from negotiation.web.timeline import Timeline, timeline_of

SHOWN = 200  # rows of a list on the page
_MEND = "mend:"
_OWN = "您表"  # what the sheet's own date is called in the ruler


class Mendable(NamedTuple):
    """A rejected row with the field in which its faulty cell is mended, "" where the sheet has no such column.

    ``was``: what the cell holds in the file; None once it has been mended, as then it counts whatever it says.
    """

    row: Rejection
    name: str
    was: str | None


class WrongDay(NamedTuple):
    """A wrong due date with its ruler, in which the sheet's own date is marked."""

    day: DueDay
    timeline: Timeline


class Preview(NamedTuple):
    """What a page shows of a ledger beside its counts; ``carried``: the mends that go along, by their fields."""

    rejected: list[Mendable]
    wrong: list[WrongDay]
    carried: dict[str, str]


def mends_of(typed: Mapping[str, str]) -> dict[CellPlace, str]:
    """The cells that were mended on the page; one that was left as it is in the file is none."""
    places = {key: _place(key) for key in typed if key.startswith(_MEND)}
    return {place: typed[key] for key, place in places.items() if place and typed[key] != typed.get(WAS + key)}


def previewed(done: Imported, mends: Mapping[CellPlace, str], today: date) -> Preview:
    """The preview of an import after some mends; ``today`` is marked in the rulers."""
    rejected = list(_mendable(done, mends))
    asked = {each.name for each in rejected}
    carried = {_name(place): value for place, value in mends.items() if _name(place) not in asked}
    return Preview(rejected, [_wrong(each, today) for each in done.due_days.wrong[:SHOWN]], carried)


def _mendable(done: Imported, mends: Mapping[CellPlace, str]) -> Iterator[Mendable]:
    for row in (each for rejected in done.rejected[:SHOWN] for each in rejected.faults):
        place = CellPlace(row.sheet, row.row, row.column)
        name = "" if row.given is None else _name(place)
        yield Mendable(row, name, None if place in mends else row.given)


def _wrong(day: DueDay, today: date) -> WrongDay:
    ruler = day.ruler._replace(names={**day.ruler.names, day.written: _OWN})
    return WrongDay(day, timeline_of(ruler, today))


def _name(place: CellPlace) -> str:
    return f"{_MEND}{place.row}:{place.column}:{place.sheet}"


def _place(name: str) -> CellPlace | None:
    """The cell of a field, None for a name that no page gave."""
    row, _, rest = name.removeprefix(_MEND).partition(":")
    column, _, sheet = rest.partition(":")
    return CellPlace(sheet, int(row), column) if row.isascii() and row.isdigit() and len(row) < 8 else None
