"""Search (查找): the cases in which words stand, of those that a person may see, and where in each they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from negotiation.core.errors import FieldError
from negotiation.core.labels import AMENDMENT_TITLES, OUTSIDE
from negotiation.core.local_time import local_date
from negotiation.core.texts import searched
from negotiation.domain import searching
from negotiation.domain.expunging import DRAFT
from negotiation.domain.searching import Passage, PassageKind, Piece, words_in
from negotiation.services import case_list
from negotiation.services.case_json import HandledLine
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import file_texts, search_index, search_sources
from negotiation.store.case_list.query import numbered
from negotiation.store.search_index import Looked
from negotiation.store.transaction import Transaction

MOST_CASES = 1000  # that are counted and can be leafed through; a word that is in more is no search
CASES_OF_A_PAGE = 20
PLACES_OF_A_CASE = 4


class Place(NamedTuple):
    """Where words stand in a case: ``where`` in words, the path of the page that has it, the excerpt."""

    kind: PassageKind
    n: int
    where: str
    path: str
    pieces: list[Piece]

    @property
    def text(self) -> str:
        """The excerpt as plain text."""
        return "".join(each.text for each in self.pieces)


class FoundCase(NamedTuple):
    """A case that was found: its line as in the list, the places where the words stand, how many there are besides."""

    line: HandledLine
    places: list[Place]
    besides: int


@dataclass(frozen=True)
class Found:
    """A page of what was found. ``count``: of all cases, at most ``MOST_CASES``; ``due``: cases that the index lacks
    still; ``unread``: files of which no text could be read, and which are found by their names alone (the office is
    told, which sees them all)."""

    words: tuple[str, ...]
    count: int
    page: int
    cases: list[FoundCase]
    due: int
    unread: int

    @property
    def is_cut(self) -> bool:
        """True where more cases were found than are counted."""
        return self.count >= MOST_CASES

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(-(-self.count // CASES_OF_A_PAGE), 1)


WHERE = {PassageKind.CASE: "编号、案由、部门、资源", PassageKind.FILE: "附件", PassageKind.MEETING: "会议"}


def catch_up(transaction: Transaction) -> None:
    """Has the index hold what was written until now, of a few hundred cases at once; the worker does the rest."""
    search_index.fill(transaction)


def find(work: UnitOfWork, typed: str, scope: int | None, page: int = 1) -> Found:
    """The cases that ``scope`` sees (a department, None: the office) in which every word stands, the latest first; in
    front of them those whose number was typed. Raises FieldError for a page that is none."""
    words, transaction = words_in(typed), work.transaction
    ids = _ids(transaction, typed, words, scope) if words else []
    shown = ids[(page - 1) * CASES_OF_A_PAGE : page * CASES_OF_A_PAGE]
    if page < 1 or (page > 1 and not shown):
        raise FieldError(f"没有第{page}页", field="page", todo="请从第一页重新开始")
    cases = _cases(work, shown, words, scope)
    due, unread = search_index.how_many_due(transaction), 0 if scope else file_texts.without_text(transaction)
    return Found(words, len(ids), page, cases, due, unread)


def _ids(transaction: Transaction, typed: str, words: tuple[str, ...], scope: int | None) -> list[int]:
    named = [each.id for each in numbered(transaction, searched(typed), scope)]
    found = search_index.find(transaction, Looked(words, scope, MOST_CASES))
    return list(dict.fromkeys([*named, *found]))[:MOST_CASES]


def _cases(work: UnitOfWork, ids: Sequence[int], words: tuple[str, ...], scope: int | None) -> list[FoundCase]:
    lines = case_list.lines_of(work.transaction, work.context, ids, local_date(work.at), scope)
    passages = search_sources.passages(work.transaction, ids)
    return [_case(work.context, line, passages[each], words) for each, line in zip(ids, lines, strict=True)]


def _case(context: Context, line: HandledLine, passages: Sequence[Passage], words: Sequence[str]) -> FoundCase:
    places = _places(context, line, passages, words)
    return FoundCase(line, places[:PLACES_OF_A_CASE], len(places[PLACES_OF_A_CASE:]))


def _places(context: Context, line: HandledLine, passages: Sequence[Passage], words: Sequence[str]) -> list[Place]:
    """The places of a case in which one of the words stands, those of its own facts first."""
    found = ((each, searching.excerpt(each.text, words)) for each in passages)
    return [
        Place(each.kind, each.n, _where(context, line, each), _path(line["no"], each), pieces)
        for each, pieces in found
        if pieces
    ]


def _where(context: Context, line: HandledLine, found: Passage) -> str:
    """A place in words: 第3项登记 2026-03-02 答复：同意共享."""
    if found.kind is not PassageKind.ENTRY:
        return " ".join(filter(None, (WHERE[found.kind], found.title)))
    if found.n == DRAFT:
        return "草稿"
    rules = context.procedures.get(line["procedure"])
    event = rules.events.get(found.title) if rules is not None else None
    title = event.title if event is not None else {**OUTSIDE, **AMENDMENT_TITLES}.get(found.title, "")
    return f"第{found.n}项登记 {found.on} {title}".rstrip()


def _path(no: str, found: Passage) -> str:
    if found.kind is PassageKind.FILE:
        return f"/cases/{quote(no, safe='')}/files/{found.n}"
    if found.kind is PassageKind.MEETING:
        return f"/meetings/{quote(found.title, safe='')}"
    return f"/cases/{quote(no, safe='')}"
