"""Which mistake is made with which case: of those that can be made with it the one that is the rarest so far."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from tests.services.recovery.desk import Desk, Twin
from tests.services.recovery.mistakes import (
    NAMING,
    CellsMerged,
    ClockAhead,
    DayMistyped,
    EnteredTwice,
    ItemForgotten,
    LatePaper,
    NumbersSwapped,
    OnTheWrongCase,
    Slip,
    SupplyBeforeAgreement,
    WrongDepartment,
    granted_before,
)
from tests.services.recovery.truth import History, Paper

OFTEN_REFUSED = {OnTheWrongCase.kind: -8, NumbersSwapped.kind: -8, EnteredTwice.kind: -6}  # of these more are planned
FREE = 4  # one case in so many has no mistake of its own: papers of others are entered on it
KINDS: dict[str, type[Slip]] = {
    each.kind: each
    for each in (
        DayMistyped, ItemForgotten, OnTheWrongCase, NumbersSwapped, LatePaper, EnteredTwice, CellsMerged,
        SupplyBeforeAgreement, ClockAhead, WrongDepartment,
    )
}  # fmt: skip


class Plan:
    """The mistakes of a city: one in most cases, and another where nothing came of it."""

    def __init__(self) -> None:
        self.planned: Counter[str] = Counter(OFTEN_REFUSED)

    def spoil_most(self, desk: Desk) -> None:
        """Gives a mistake to most cases, none of which is opened yet."""
        for n, twin in enumerate(desk.twins):
            if n % FREE:
                self.spoil(desk, twin)

    def spoil(self, desk: Desk, twin: Twin, after: int = -1) -> None:
        """Gives a case a mistake with one of the papers behind this place, if one can be made."""
        places = {kind: list(possible(kind, twin.history, after)) for kind in KINDS}
        kinds = [kind for kind in KINDS if places[kind]]
        if kinds:
            kind = min(kinds, key=lambda each: self.planned[each])
            self.count(kind)
            twin.mistakes.append(KINDS[kind](desk, twin, _place(desk.chance, kind, places[kind])))

    def count(self, kind: str) -> None:
        """One more of this kind."""
        self.planned[kind] += 1

    def missed(self, kind: str) -> None:
        """One of this kind could not be made."""
        self.planned[kind] -= 1


def _place(chance: Random, kind: str, places: list[int]) -> int:
    """The place of a mistake; every second case that is entered twice is so as a whole."""
    return places[0] if kind == EnteredTwice.kind and chance.random() < 0.5 else chance.choice(places)


def possible(kind: str, history: History, after: int = -1) -> Iterator[int]:
    """The places, behind one, of the papers with which a mistake of a kind can be made."""
    first = next((paper.n for paper in history.papers if paper.event == "submit"), None)
    for paper in history.papers:
        begins = granted_before(history, paper.n) if kind == SupplyBeforeAgreement.kind else paper.n
        if first is not None and paper.n >= first and begins > after and _fits(kind, history, paper):
            yield paper.n


def _fits(kind: str, history: History, paper: Paper) -> bool:
    match kind:
        case "item forgotten":
            return any(len(paper.fields.get(key, ())) > 1 for key in NAMING)
        case "wrong case" | "numbers swapped" | "merged cells":
            return paper.moves and paper.event != "submit" and "provider" not in paper.fields
        case "supply before agreement":
            grant = granted_before(history, paper.n)
            return paper.event == "supply" and grant >= 0 and history.papers[grant].on < paper.on
        case "wrong department":
            before = history.papers[: paper.n]
            given = any("provider" in each.fields for each in before)
            # what was done in the draft is done again, and of two entries of a day the later stands behind
            acted = any(each.role == "provider" and each.on == paper.on for each in before)
            return (paper.event == "submit" and not given and not acted) or "provider" in paper.fields
        case "late paper":
            return paper.moves and paper.event != "submit"
    return paper.moves
