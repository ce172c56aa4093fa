"""Rules of data items: which field names them, what an act does to which of them, which state follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

VERBS = (
    "ask", "agree", "refuse", "accept", "dispute", "restore", "reopen", "share", "not_share",
    "supply", "receive", "object", "withdraw", "end", "hand_over",
)  # fmt: skip
HAND_OVER = "hand_over"  # they go on in a case of their own, as another department has taken them over
OVERDUE = "_overdue"  # a selector with this ending: and the term of the item has passed
SELECTORS = ("any", "open", "contested", "disputed", "owed", "supplied", "unsettled", "unsupplied")
STATES = ("open", "partly_contested", "contested", "owed", "owed_by_decision", "supplied", "withdrawn", "done")
# What an item comes to by what is done to it, where no other item is left.
COMES_TO = {
    "agree": ("owed",), "refuse": ("contested", "partly_contested"), "accept": ("owed", "done"),
    "restore": ("open", "contested", "partly_contested", "owed"), "reopen": ("open",), "share": ("owed_by_decision",),
    "not_share": ("done",), "supply": ("supplied",), "receive": ("done",), "object": ("owed",),
    "withdraw": ("withdrawn",), "end": ("done",),
}  # fmt: skip
# Which answers the items of a case have: kept as flags, so that conditions and outcomes can ask for them.
ANSWER_FLAGS = {answer: f"has_{answer}" for answer in ("agreed", "refused", "decided_share", "decided_not_share")}
KEPT = ("condition", "reason", "reason_class", "legal_basis")


@dataclass(frozen=True, slots=True)
class ItemRules:
    """``field``: the field in which an application and its acts name items. ``keeps``: fact of an item → field.

    ``states``: what the items come to → the state of the case (``STATES``). While one is open, the case stays in the
    states ``waiting``.
    """

    field: str
    keeps: Mapping[str, str]
    states: Mapping[str, str]
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemEffect:
    """The effect of a row on the items among its selectors.

    ``verbs``: what is done → the field that names the items; where none is named, all. ``by``: the choice whose value
    says what is done to those that no other field names; ``chosen``: its value → verb.
    """

    verbs: Mapping[str, str]
    among: tuple[str, ...]
    by: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


def is_selector(name: str) -> bool:
    """True for the name of a selector, alone or with ``_overdue``."""
    return name.removesuffix(OVERDUE) in SELECTORS
