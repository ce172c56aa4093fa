"""Rules of states, fields and events, and the rows of the table: state and event → transition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from negotiation.core.enums import ANNUL, CLOCK, LAPSE, PARTY_ROLES, REMIND
from negotiation.domain.fields import Fields, Flags
from negotiation.domain.rulebook.item_rules import HAND_OVER, ItemEffect
from negotiation.domain.rulebook.options import Option
from negotiation.domain.rulebook.term_rules import NoticeRule

MEETING = "meeting"  # the kind of a field that names the meeting on which an act rests, by its number
FIELD_KINDS = (
    "text", "date", "list", "choice", "department", "departments", "number", "yes_no", "resource", "case", MEETING,
)  # fmt: skip
STAY, BACK, ITEMS = "stay", "back", "items"  # as targets: no other state; that before the referral; what items come to


_PARTIES = frozenset(PARTY_ROLES)
MILESTONE_COLUMNS = (
    "received_on", "replied_on", "referred_on", "accepted_on",
    "coordinated_on", "reported_on", "decided_on", "closed_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of a form. A ``mark`` is kept on the case, where later conditions can ask for it.

    ``bases``: the article of a choice, for the rows and terms that depend on it (``basis_by``). ``counted``: the figure
    of the report that a number is, of the unit as a party: provider.received.
    """

    key: str
    title: str
    kind: str
    choices: Mapping[str, str]
    mark: bool
    bases: Mapping[str, str] = field(default_factory=dict)
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """A term that a transition starts, if the flags or fields named in ``when`` hold; ``anew``: one that runs ends.

    ``basis``: on what it rests where that is not the basis of its kind.
    """

    term: str
    when: Flags
    anew: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class StateRule:
    """A state, who holds it and the term that runs in it, which it ``begins``; an ``ending`` state ends the case.

    ``agenda``: of whose sessions its cases are the business (``AGENDAS``); ``uncounted``: the parties have the case,
    and it counts as received only when it comes out of this state.
    """

    key: str
    title: str
    basis: str
    held_by: str
    term: str
    ending: str
    agenda: str = ""
    uncounted: bool = False
    begins: tuple[Start, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Works out once what every step asks."""
        object.__setattr__(self, "begins", (Start(self.term, {}),) if self.term else ())


@dataclass(frozen=True, slots=True)
class EventRule:
    """An event: its title, who may send it, what its form asks, who is notified.

    ``required_if``: field → the values of others with which it must be filled in; ``in_order``: dates none of which is
    before the one named before it. ``counts``: the unit's own figures of that day are kept beside it, and stand where
    the form gives no other.
    """

    key: str
    title: str
    by: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    one_of: tuple[str, ...]
    approval: bool
    notify: tuple[NoticeRule, ...]
    required_if: Mapping[str, Flags] = field(default_factory=dict)
    in_order: tuple[str, ...] = ()
    counts: bool = False
    fields: tuple[str, ...] = field(init=False)  # of its form: those it demands, then those it asks besides

    def __post_init__(self) -> None:
        """Works out once what every step asks."""
        object.__setattr__(self, "fields", self.required + self.optional)


# What the clock does in every open state; a rulebook says it only to call it otherwise, or to let others do it too.
CLOCK_EVENTS = {
    key: EventRule(key, title, (CLOCK,), (), (), (), approval=False, notify=())
    for key, title in ((LAPSE, "期限届满"), (ANNUL, "更正：期限内已办理"), (REMIND, "催办"))
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit to how often an act may happen in a case: counted in a flag, ``at_most`` times."""

    flag: str
    at_most: int


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: in ``source``, ``event`` leads to ``target``; its conditions, its effects, its article.

    ``items``: what it does to which data items; ``by_items``: its day is held against theirs, and not against the
    case's last event.
    ``history``: it happens only while a ledger's history is replayed; nobody is offered it and nobody can do it by
    hand. ``basis_by``: the choice on which its article depends. ``task``: what a person is asked to look at once it has
    been recorded.
    ``moves``: it changes the state, a term or a party: only such an event orders the dates of later ones.
    ``suspends``: the terms that stand still until it is taken up again; of these ``restarts`` then have all their days.
    ``options``: the open questions by which some of this was chosen.
    ``goes_back``: it makes a referral void: what the referral ended goes on. ``hands_over``: data items may go on in a
    case of their own by it.
    """

    event: EventRule
    by: tuple[str, ...]
    source: str
    target: str
    basis: str
    target_field: str = ""
    targets: Mapping[str, str] = field(default_factory=dict)
    answers: str = ""
    starts: tuple[Start, ...] = ()
    stops: tuple[str, ...] = ()
    suspends: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    restarts: tuple[str, ...] = ()
    lengthens: str = ""
    lengthen_field: str = ""
    lengthen_at_most: int = 0
    after_due: str = ""
    before_due: str = ""
    within: tuple[str, int] | None = None
    when: Flags = field(default_factory=dict)
    when_says: str = ""
    unless: Flags = field(default_factory=dict)
    unless_says: str = ""
    set: Flags = field(default_factory=dict)
    items: ItemEffect | None = None
    by_items: bool = False
    limit: Limit | None = None
    remembers: bool = False
    history: bool = False
    basis_by: str = ""
    task: str = ""
    options: tuple[Option, ...] = ()
    moves: bool = field(init=False)
    goes_back: bool = field(init=False)
    hands_over: bool = field(init=False)

    def __post_init__(self) -> None:
        """Works out once what every step asks."""
        changes_term = bool(self.starts or self.stops or self.suspends or self.lengthens)
        moves = self.target != STAY or changes_term or not _PARTIES.isdisjoint(self.event.fields)
        goes_back = self.target == BACK or (self.items is not None and "restore" in self.items.verbs)
        object.__setattr__(self, "hands_over", self.items is not None and HAND_OVER in self.items.verbs)
        object.__setattr__(self, "moves", moves)
        object.__setattr__(self, "goes_back", goes_back)


class Based(Protocol):
    """A row, a term or a letter: it rests on an article, which may depend on a choice."""

    @property
    def basis(self) -> str: ...

    @property
    def basis_by(self) -> str: ...


def basis_of(rule: Based, rules: Mapping[str, FieldRule], known: Fields) -> str:
    """The article of a row, a term or a letter for a case of which these fields are known."""
    chosen = rules[rule.basis_by].bases if rule.basis_by else {}
    return chosen.get(str(known.get(rule.basis_by, "")), rule.basis)
