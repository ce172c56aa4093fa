"""What a correction moves, in words: each term as it was and as it is, and the mails that said otherwise."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from negotiation.core.labels import NOTICE_TITLES
from negotiation.services.case_view import answered_title
from negotiation.services.cases.corrections import Corrected
from negotiation.services.cases.restatement import Moved


class TermMoved(NamedTuple):
    """A term with what it was and what it is; “—” where it was or is none."""

    title: str
    was: str
    now: str


class Preview(NamedTuple):
    """What a correction moves: the state, the terms, and those who had been told otherwise (notice, unit, its date)."""

    was: str
    now: str
    terms: list[TermMoved]
    told: list[tuple[str, str, str]]


def preview_of(done: Corrected) -> Preview:
    """A correction in words."""
    was, now = done.moved
    told = [(NOTICE_TITLES[each.notice], each.to, str(each.due or "")) for each in done.told if not each.waiting]
    return Preview(was["state_title"], now["state_title"], list(_terms_moved(done.moved)), told)


def _terms_moved(moved: Moved) -> Iterator[TermMoved]:
    """The terms that differ between the two sides of a correction."""
    before, after = ({term["n"]: term for term in side["terms"]} for side in moved)
    for n in sorted(before.keys() | after.keys()):
        title = (before.get(n) or after[n])["title"]
        yield TermMoved(title, _in_words(before.get(n)), _in_words(after.get(n)))


def _in_words(term: Mapping[str, object] | None) -> str:
    if term is None:
        return "—"
    answered = answered_title(bool(term["supplies"]))
    days = (("届满日", "due"), (answered, "answered"), ("届满登记", "lapsed"), ("结束", "ended"))
    return "，".join(f"{title} {term[key]}" for title, key in days if term[key])
