"""Cases as the templates read them, worked out of frozen facts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from negotiation.domain.lengths import in_words
from negotiation.domain.notice_facts import DueFacts, EarlierDue, MoveFacts, NoticeFacts, OfficeLine, TermFacts
from negotiation.domain.wording import one_line
from negotiation.notifications.email.due_reading import DueReading
from negotiation.notifications.email.sentences import cause_of, until_of

Names: TypeAlias = Mapping[str, object]  # values by the names under which the templates read them
Record = TypeVar("Record", bound=NoticeFacts | OfficeLine | DueFacts | EarlierDue)
# A notice may name no term, or one that never moved, and no data items; its template asks for these.
_NO_TERM: Names = {
    "term": "", "awaits": "", "main": False, "due_on": None, "was_due_on": None, "ruler": (),
    "item_count": None, "differing": 0, "silence": "", "consent": False, "next": "", "offers": "",
}  # fmt: skip


@dataclass(frozen=True)
class Matter:
    """A case of a mail; ``reading``: its due date as it reads on the day of sending; None: the notice names no term.

    ``case_id`` and ``template`` are those of the notice; lines for the office have none.
    """

    facts: NoticeFacts | OfficeLine
    reading: DueReading | None
    link: str
    case_id: int = 0
    template: str = ""

    @cached_property
    def names(self) -> Names:
        """Its facts, and what follows from them, as the templates read them."""
        facts, term, move = self.facts, self.facts.term, self.facts.move
        names = {**_NO_TERM, **_case_names(facts), "link": self.link, "template": self.template}
        if term is None or self.reading is None:
            return names
        until = until_of(term, move, self.reading.provisional)
        return {**names, **_term_names(term, self.reading), "until": until, **_move_names(move, term)}


def one_lined(record: Record) -> Record:
    """A record of facts with each of its texts on one line, whatever people typed."""
    cleaned: dict[str, Any] = {field.name: _one_lined(getattr(record, field.name)) for field in fields(record)}
    return replace(record, **cleaned)


def _one_lined(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Enum):
        return one_line(value)
    return one_lined(value) if isinstance(value, (DueFacts, EarlierDue)) else value


def _case_names(facts: NoticeFacts | OfficeLine) -> Names:
    return {field.name: getattr(facts, field.name) for field in fields(facts) if field.name not in ("term", "move")}


def _term_names(term: DueFacts, reading: DueReading) -> Names:
    own = _own_names(term) if isinstance(term, TermFacts) else {}
    return {
        "term": term.title,
        "counts_from": term.counts_from,
        "counted": term.counted,
        "counted_in_words": in_words(term.counted or 0),
        "due_on": term.due_on,
        "official": reading.official,
        "provisional": reading.provisional,
        "left": reading.left,
        "left_days": reading.left_days,
        "past": reading.past,
        "due_now": reading.due_now,
        **own,
    }


def _own_names(term: TermFacts) -> Names:
    return {
        "term_basis": term.basis,
        "awaits": term.awaits,
        "days": term.days,
        "days_in_words": in_words(term.days or 0),
        "silence": term.silence,
        "consent": term.consent,
        "next": term.next,
        "started_on": term.started_on,
        "offers": term.offers,
        "main": term.main and not term.awaits,  # the words of a reply are for a reply
        "bound": term.bound,
    }


def _move_names(move: EarlierDue | None, term: DueFacts) -> Names:
    if move is None:
        return {}
    names: Names = {"was_due_on": move.was_due_on, "was_official": move.was_official}
    if not isinstance(move, MoveFacts):
        return names
    titles = {"document": move.document, "document_title": move.document_title}
    return {**names, **titles, "cause": cause_of(move, term.due_on)}
