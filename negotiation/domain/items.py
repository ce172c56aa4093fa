"""Data items (数据项): each with its own answer, supply and receipt. What a case is follows from its items."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from negotiation.core.enums import ItemAnswer, ItemStage
from negotiation.domain.rulebook.item_rules import OVERDUE, ItemRules

AGREED_PART, REFUSED_PART, WHOLE = "〈同意的部分〉", "〈未同意的部分〉", "〈全部数据〉"

_ASKED, _AGREED, _REFUSED = ItemAnswer.ASKED.value, ItemAnswer.AGREED.value, ItemAnswer.REFUSED.value
_SHARED, _WITHDRAWN = ItemAnswer.DECIDED_SHARE.value, ItemAnswer.WITHDRAWN.value
_HANDED_OVER = ItemAnswer.HANDED_OVER.value
GRANTED = (_AGREED, _SHARED)  # the answers after which an item is to be supplied (809号令第二十二条)
GONE = (_WITHDRAWN, _HANDED_OVER)  # the answers of what is no longer the case's
OPEN, _CONTESTED = ItemStage.OPEN.value, ItemStage.CONTESTED.value
_DISPUTED, _SETTLED = ItemStage.DISPUTED.value, ItemStage.SETTLED.value
# The stage of an item that is not in dispute follows from its answer: a referral that is void leads back to it.
_STAGE_OF = {_ASKED: OPEN, _REFUSED: _CONTESTED}


class Item(NamedTuple):
    """A data item of a case, numbered from 1; ``whole``: it stands for all the data of a case that names none.

    ``answer``, ``stage``: values of ItemAnswer and ItemStage. ``term_n``: the number of the term in which it is to be
    answered or supplied. ``since_on``: the day since which it is owed, or is not: of its answer, of an objection to
    what was supplied, of its withdrawal. ``…_seq``: numbers of events; ``supplied_by``: that of a department.
    """

    n: int
    name: str
    code: str = ""
    whole: bool = False
    answer: str = _ASKED
    stage: str = OPEN
    condition: str = ""
    reason: str = ""
    reason_class: str = ""
    legal_basis: str = ""
    answered_on: date | None = None
    answered_seq: int | None = None
    since_on: date | None = None
    since_seq: int | None = None
    term_n: int | None = None
    supplied_on: date | None = None
    supplied_seq: int | None = None
    supplied_by: int | None = None
    received_on: date | None = None
    received_seq: int | None = None

    @property
    def is_asked(self) -> bool:
        """True of an item that was asked for by its name and is still the case's: the figures count it."""
        return not self.whole and not self.is_gone

    @property
    def is_granted(self) -> bool:
        """True of what was agreed, or decided to be shared."""
        return self.answer in GRANTED

    @property
    def is_open(self) -> bool:
        """True while it waits for its answer."""
        return self.stage == OPEN

    @property
    def is_withdrawn(self) -> bool:
        return self.answer == _WITHDRAWN

    @property
    def is_handed_over(self) -> bool:
        """True of what goes on in another case, as another department has taken it over."""
        return self.answer == _HANDED_OVER

    @property
    def is_gone(self) -> bool:
        """True of what is no longer the case's: withdrawn, or handed over."""
        return self.answer in GONE

    @property
    def is_owed(self) -> bool:
        """True while it is to be supplied."""
        return self.is_granted and self.supplied_on is None

    @property
    def awaits_receipt(self) -> bool:
        """True once it is supplied and nobody has confirmed that it arrived."""
        return self.supplied_on is not None and self.received_on is None

    def was_answered_since(self, on: date, seq: int) -> bool:
        """True if it was answered after the event ``seq`` of the day ``on``.

        What was entered late has a later number: of different days the numbers say nothing.
        """
        return self.answered_on is not None and (self.answered_on, self.answered_seq or 0) > (on, seq)

    def unsupplied(self) -> "Item":
        """The item as it was before it was supplied."""
        if self.supplied_seq is None and self.received_seq is None:
            return self
        return self._replace(supplied_on=None, supplied_seq=None, supplied_by=None, received_on=None, received_seq=None)

    @property
    def undisputed_stage(self) -> str:
        """The stage that it has outside a dispute."""
        return _STAGE_OF.get(self.answer, _SETTLED)


_SELECTS: Mapping[str, Callable[[Item], bool]] = {
    "any": lambda item: not item.is_handed_over,
    "open": lambda item: item.is_open,
    "contested": lambda item: item.stage == _CONTESTED,
    "disputed": lambda item: item.stage == _DISPUTED,
    "owed": lambda item: item.is_owed,
    "supplied": lambda item: item.awaits_receipt and item.stage == _SETTLED,
    "unsettled": lambda item: item.stage != _SETTLED,
    "unsupplied": lambda item: item.supplied_on is None and not item.is_gone,
}


def selected(items: Sequence[Item], among: tuple[str, ...], is_overdue: Callable[[Item], bool]) -> list[Item]:
    """The items that one of the selectors ``among`` takes; ``is_overdue``: whether the term of an item has passed."""
    found: dict[int, Item] = {}
    for item in items:
        for takes, only_overdue in _selectors(among):
            if takes(item) and (not only_overdue or is_overdue(item)):
                found[item.n] = item
    return list(found.values())


@lru_cache(maxsize=64)
def _selectors(among: tuple[str, ...]) -> list[tuple[Callable[[Item], bool], bool]]:
    """What each selector takes, and whether only of those whose term has passed."""
    return [(_SELECTS[name.removesuffix(OVERDUE)], name.endswith(OVERDUE)) for name in among]


def state_of(rules: ItemRules, items: Sequence[Item], current: str) -> str:
    """The state of a case that follows from its items: the first question that is still open decides.

    ``current``: the state it is in, in which a dispute, a supplement or the search for the provider goes on.
    """
    stages = {item.stage for item in items}
    if _DISPUTED in stages:
        return current
    if OPEN in stages:
        return current if current in rules.waiting else rules.states["open"]
    return rules.states[_outcome(items, stages)]


def _outcome(items: Sequence[Item], stages: Collection[str]) -> str:
    """The key of the state to which items come of which none is open or disputed; ``stages``: theirs."""
    if _CONTESTED in stages:
        return "partly_contested" if any(item.is_granted for item in items) else "contested"
    owed = [item for item in items if item.is_owed]
    if owed:
        return "owed_by_decision" if any(item.answer == _SHARED for item in owed) else "owed"
    if any(item.awaits_receipt for item in items):
        return "supplied"
    return "withdrawn" if all(item.is_gone for item in items) else "done"
