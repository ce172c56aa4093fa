"""Values of the engine: a case, an act on it, and the step that follows."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import QUIET, ItemStage
from negotiation.domain.fields import Flags
from negotiation.domain.items import Item
from negotiation.domain.rulebook import Procedure, Transition
from negotiation.domain.terms import NUMBERS, Term


class CaseState(NamedTuple):
    """A case as the engine knows it when somebody acts on it. ``last_on``: the date of its last valid event.

    ``handed_on``: the day on which a part in it was last handed over to another department.
    """

    state: str
    version: int
    last_on: date | None
    flags: Flags
    terms: tuple[Term, ...]
    parties: Mapping[str, int]
    back_state: str | None = None
    back_on: date | None = None
    back_seq: int | None = None
    handed_on: date | None = None
    items: tuple[Item, ...] = ()

    def term(self, kind: str) -> Term | None:
        """The latest term of a kind, running or not."""
        for term in reversed(self.terms):
            if term.kind == kind and term.struck_seq is None:
                return term
        return None

    @property
    def standing_terms(self) -> dict[int, Term]:
        """The terms by number, without those that turned out never to have run."""
        return {term.n: term for term in self.terms if term.struck_seq is None}

    @property
    def item_names(self) -> dict[int, str]:
        """The names of the data items by number."""
        return {item.n: item.name for item in self.items}

    def term_of(self, item: Item) -> Term | None:
        """The term in which an item is to be answered or supplied."""
        return next((term for term in self.terms if term.n == item.term_n), None)

    def was_disputed(self, item: Item) -> bool:
        """True of an item that is in dispute, and of one that was answered since the last referral."""
        begun = next((term for term in self.terms if term.n // NUMBERS == self.back_seq), None)
        since = begun is not None and item.was_answered_since(begun.started_on, begun.n // NUMBERS)
        return item.stage == ItemStage.DISPUTED.value or since

    def has_passed(self, item: Item, on: date) -> bool:
        """True if the term of an item has passed on the day ``on``."""
        term = self.term_of(item)
        return term is not None and term.pauses is False and term.due_on < on


class Act(NamedTuple):
    """An act of a party or of the clock, on the day on which it happened; ``fields``: what was entered, read already.

    ``parties``: the department ids of those who take a part in the case by this act. ``replayed``: history that a
    ledger reports, of which only what the ledger has columns for is demanded. ``seq``: the number that its event has
    already; None: the next one of the case.
    """

    event: str
    role: str
    on: date
    fields: Mapping[str, Any] = {}
    parties: Mapping[str, int] = {}
    replayed: bool = False
    seq: int | None = None


class NoticeRequest(NamedTuple):
    """A notice to be sent: to which role, by which template, from which day on, about which term.

    ``days_before``: of a reminder, the working days before the due date. ``held``: it is sent after a click.
    """

    to: str
    notice: str
    not_before: date | None = None
    term: int | None = None
    days_before: int | None = None
    held: bool = False


class Step(NamedTuple):
    """One event and all that follows from it; ``changed``, ``items``: the terms and the items that it changed."""

    event: str
    role: str
    on: date
    basis: str
    transition: Transition
    after: CaseState
    changed: tuple[Term, ...] = ()
    items: tuple[Item, ...] = ()
    milestones: Mapping[str, date | None] = {}
    notice_requests: tuple[NoticeRequest, ...] = ()
    term: int | None = None
    lapsed: Term | None = None
    annulled: Term | None = None
    ended: tuple[int, ...] = ()
    reopened: tuple[Term, ...] = ()
    recounted: Term | None = None
    proposes: str = ""


class Move(NamedTuple):
    """An act on its way: by its row of the table, from a case to the state ``target``, as the event ``seq``.

    ``items``: the data items after it; ``owed``: the numbers of those that it makes owed; ``are_open``: an item waits
    for its answer. ``parties``: the departments that have the parts after it.
    """

    procedure: Procedure
    row: Transition
    case_state: CaseState
    act: Act
    seq: int
    target: str
    items: tuple[Item, ...]
    owed: tuple[int, ...]
    are_open: bool
    parties: Mapping[str, int]


def has_place(procedure: Procedure, row: Transition, fields: Collection[str]) -> bool:
    """True if an act with these fields has its place by its day: it moves the case, or leaves a mark on it.

    Whether the mail of a case is stopped says nothing of the case.
    """
    return row.moves or not (row.set.keys() <= {QUIET} and set(fields).isdisjoint(procedure.mark_fields))
