"""A search as commands and programs answer it."""

from typing import TypedDict

from negotiation.services.case_json import HandledLine
from negotiation.services.search import Found


class PlaceJson(TypedDict):
    """Where words were found in a case: ``kind`` (case, entry, file, meeting), in words, the page, the excerpt."""

    kind: str
    where: str
    path: str
    text: str


class FoundJson(TypedDict):
    """A case that was found, the first places where the words stand, and how many there are besides."""

    case: HandledLine
    places: list[PlaceJson]
    besides: int


class SearchJson(TypedDict):
    """A page of what was found. ``words``: as they were compared; ``more``: there are more cases than were counted.

    ``due``: cases that the index lacks still; ``files_without_text``: files that are found by their names alone.
    """

    words: list[str]
    count: int
    more: bool
    page: int
    pages: int
    cases: list[FoundJson]
    due: int
    files_without_text: int


def as_json(found: Found) -> SearchJson:
    """A page of what was found, for programs."""
    cases = [
        FoundJson(
            case=each.line,
            places=[
                PlaceJson(kind=one.kind.value, where=one.where, path=one.path, text=one.text) for one in each.places
            ],
            besides=each.besides,
        )
        for each in found.cases
    ]
    return SearchJson(
        words=list(found.words), count=found.count, more=found.is_cut, page=found.page, pages=found.pages, cases=cases,
        due=found.due, files_without_text=found.unread,
    )  # fmt: skip
