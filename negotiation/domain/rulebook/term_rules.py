"""Rules of a term: its length, its reminders, what its end brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.domain.fields import Fields, Flags
from negotiation.domain.rulebook.options import Option

OPEN_ITEMS, SET_OF_ITEMS = "open", "set"  # ``items`` of a term


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A notice to a role, with its template; ``after`` counts working days from the due date (lapses only)."""

    to: str
    notice: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder of a term: ``days_before`` working days before the due date."""

    days_before: int
    notice: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermRule:
    """A term: its length in working days, a date of the year, or set by a field of the act; what its end brings.

    ``days_by``: (field, value → working days) where the length depends on what the case is about; ``basis_by``: the
    choice on which its article depends. ``until``: month and day of the year in which it begins (“11月底前” is not
    moved by a day off). ``items``: ``open``, it ends when no item is open any more; ``set``, each act that agrees to
    items starts one for them, and it ends through them alone. ``cap``: the kind of the term beyond whose end it does
    not reach. ``suppress_when``: with these flags no notice says that it has passed. ``awaits``: what a mail says is
    not registered yet, where that is not a reply. ``at_least``: how many working days the date that an act sets leaves.
    ``start_field``: the date of the act from which it counts, where that is not the act's own day;
    ``start_on_working_day``: what begins it on a day off counts as of the first working day after.
    ``supplies``: what was agreed is supplied in it. ``options``: key → the open question by which its value was chosen.
    """

    key: str
    title: str
    basis: str
    days: int | None
    due_field: str
    bound: str
    main: bool
    start: str
    start_basis: str
    on_lapse: str
    proposes: str
    lapse_basis: str
    lapse_title: str
    lapse_task: str
    reminders: tuple[Reminder, ...]
    lapse_notices: tuple[NoticeRule, ...]
    days_by: tuple[str, Mapping[str, int]] = ("", {})
    basis_by: str = ""
    until: tuple[int, int] | None = None
    items: str = ""
    cap: str = ""
    suppress_when: Flags = field(default_factory=dict)
    awaits: str = ""
    start_field: str = ""
    start_on_working_day: bool = False
    options: Mapping[str, Option] = field(default_factory=dict)
    at_least: int = 0
    supplies: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "supplies", self.items == SET_OF_ITEMS)

    def is_suppressed(self, flags: Flags) -> bool:
        """True if by the flags of the case nobody is notified that it has passed: more time is asked for."""
        return bool(self.suppress_when) and all(flags.get(key) == value for key, value in self.suppress_when.items())

    def days_for(self, known: Fields) -> int | None:
        """The working days of this term for a case of which these fields are known."""
        key, lengths = self.days_by
        return lengths.get(str(known.get(key, "")), self.days) if key else self.days
