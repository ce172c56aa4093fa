"""What becomes of a data item, told once more by hand, to hold the product against: answers, stages, the state."""

from collections.abc import Iterable, Sequence
from typing import Any

from negotiation.domain.items import Item
from negotiation.domain.rulebook import Procedure

# What is done to an item → its answer and its stage after it; None: as before.
DONE: dict[str, tuple[str | None, str | None]] = {
    "ask": ("asked", "open"),
    "agree": ("agreed", "settled"),
    "refuse": ("refused", "contested"),
    "accept": (None, "settled"),
    "dispute": (None, "disputed"),
    "restore": (None, None),  # to its stage from before the referral: see ``UNDISPUTED``
    "reopen": ("asked", "open"),
    "share": ("decided_share", "settled"),
    "not_share": ("decided_not_share", "settled"),
    "supply": (None, "settled"),
    "receive": (None, None),
    "object": (None, None),
    "withdraw": ("withdrawn", "settled"),
    "end": (None, "settled"),
}
UNDISPUTED = {"asked": "open", "refused": "contested"}  # and what was agreed or decided is settled
OWED = ("agreed", "decided_share")
SUPPLYING = ("supply", "implementation", "resupply")  # kinds of terms in which a set of items is supplied


def owed(item: Item) -> bool:
    return item.answer in OWED and item.supplied_on is None


def state_by_items(rules: Procedure, items: Iterable[Item], current: str) -> str:
    """The state to which items come: the first question that is still open decides (809号令第二十条至第二十八条)."""
    items = list(items)
    stages = {item.stage for item in items}
    if "disputed" in stages:
        return current
    if "open" in stages:
        return current if current in ("supplementing", "disclaimed") else "awaiting_reply"
    if "contested" in stages:
        return "partly_agreed" if any(item.answer in OWED for item in items) else "refused"
    waiting = [item for item in items if owed(item)]
    if waiting:
        return "decided" if any(item.answer == "decided_share" for item in waiting) else "agreed"
    if any(item.supplied_on and not item.received_on for item in items):
        return "supplied"
    return "withdrawn" if all(item.answer == "withdrawn" for item in items) else "closed"


def terms_hold(state: str, items: Sequence[Item], terms: Iterable[Any]) -> None:
    """What is owed has one running term of supply, what is open one of reply; and no term runs for anything else.

    Of what a provider has said that it is not its own, none runs until another is found.
    """
    running = [term for term in terms if term.ended_on is None and term.struck_seq is None]
    for kinds, asked in ((SUPPLYING, owed), (("reply",), lambda item: item.stage == "open")):
        of_kinds = [term for term in running if term.kind in kinds]
        for item in items:
            if asked(item) and (kinds != ("reply",) or state != "disclaimed"):
                assert [term.n for term in of_kinds if item.n in term.items] == [item.term_n], (item, of_kinds)
        held = {item.n for item in items if asked(item)}
        assert all(held.intersection(term.items) for term in of_kinds), (held, of_kinds)
