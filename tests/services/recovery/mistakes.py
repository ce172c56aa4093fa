"""Ten kinds of mistakes with the entries of a case, as offices make them, each with the way in which it is mended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, ClassVar

from negotiation.core.enums import LAPSE
from negotiation.core.local_time import at_local
from negotiation.services.cases import acting
from negotiation.services.cases.changes import Correction
from negotiation.services.context import UnitOfWork
from negotiation.store import case_writer
from tests.documents.report.simulated.city import REGULATION
from tests.services.recovery.desk import Desk, Twin
from tests.services.recovery.truth import ONE_DAY, History, Paper

WAYS_TO_MISTYPE = (1, -1, 2, -2, 3, -3, 7, -7, 10, -10, 20, -20, 31, -31)
TOGETHER = 7  # days within which papers lie on one heap
NAMING = ("items", "refused_items", "shared_items")


@dataclass
class Slip:
    """A mistake with one paper of a case; ``done`` once it was made, or not taken."""

    kind: ClassVar[str]
    desk: Desk
    twin: Twin
    n: int
    done: bool = False

    def draft(self, _twin: Twin) -> Mapping[str, Any]:
        return {}

    def arrives(self, paper: Paper) -> bool:
        if self.done or (paper.case, paper.n) != (self.paper.case, self.n):
            return False
        self.done = True
        return self.make(paper)

    def make(self, paper: Paper) -> bool:
        """Makes the mistake; True if the paper is taken by it."""
        raise NotImplementedError

    @property
    def paper(self) -> Paper:
        return self.twin.history.papers[self.n]

    def missed(self) -> bool:
        """Nothing came of the mistake: another is made with a later paper of the case."""
        self.desk.plan.missed(self.kind)
        self.desk.plan.spoil(self.desk, self.twin, after=self.paper.n)
        return False

    def taken(self, mend: Callable[[], None], *, within: int = 25) -> bool:
        """The product took the mistake: it is found after some days."""
        self.desk.made[self.kind] += 1
        self.desk.later(self.desk.chance.randint(0, within), mend)
        return True

    def correct(self, twin: Twin, n: int, **right: Any) -> None:
        """Corrects the entry of a paper if it still stands, and enters what waits."""
        if n in twin.seqs:
            self.desk.rewrite(twin, Correction(twin.seqs[n], **right))
        self.desk.catch_up(twin)


class DayMistyped(Slip):
    kind = "day mistyped"

    def make(self, paper: Paper) -> bool:
        days = [paper.on + by * ONE_DAY for by in self.desk.chance.sample(WAYS_TO_MISTYPE, 6)]
        for wrong in (day for day in days if day <= self.desk.today):
            if self.desk.tried(paper, on=wrong) is None:
                return self.taken(lambda: self.correct(self.twin, paper.n, on=paper.on))
        return self.missed()


class ItemForgotten(Slip):
    """An item that was asked for, or that was answered with others."""

    kind = "item forgotten"

    def draft(self, twin: Twin) -> Mapping[str, Any]:
        names = twin.history.draft.get("items")
        return {"items": self._without(names)} if self.paper.event == "submit" and names else {}

    def _without(self, names: list[str]) -> list[str]:
        return [name for name in names if name != names[self.n_of(names)]]

    def n_of(self, names: list[str]) -> int:
        return (self.n + self.twin.history.opened.day) % len(names)

    def make(self, paper: Paper) -> bool:
        key = next(key for key in NAMING if len(paper.fields.get(key, ())) > 1)
        right = paper.fields[key]
        if self.desk.tried(paper, fields=paper.fields | {key: self._without(right)}) is not None:
            return self.missed()
        return self.taken(lambda: self.correct(self.twin, paper.n, fields={key: right}))


class OnTheWrongCase(Slip):
    kind = "wrong case"

    def make(self, paper: Paper) -> bool:
        for other in self.desk.chance.sample(self.desk.twins, min(len(self.desk.twins), 60)):
            if other is self.twin or not other.no or other.mistakes or other.next is None:
                continue
            seq = self.desk.act(other, paper)
            if isinstance(seq, int):
                other.mistakes.append(self)
                self.twin.waiting.append(paper)
                return self.taken(lambda: self.mend(other, seq))  # noqa: B023
        return self.missed()

    def mend(self, other: Twin, seq: int) -> None:
        self.desk.rewrite(other, strikes=[seq])
        for twin in (other, self.twin):
            self.desk.catch_up(twin)


class NumbersSwapped(Slip):
    """Two letters of the same sort, each entered under the number of the other's case."""

    kind = "numbers swapped"

    def make(self, paper: Paper) -> bool:
        for other in self.desk.twins:
            theirs = other.next
            if other is self.twin or not other.no or other.mistakes or theirs is None:
                continue
            days = (theirs.came - self.desk.today).days
            of_one_law = (theirs.on >= REGULATION) == (paper.on >= REGULATION)  # else the forms are not the same
            if theirs.event != paper.event or days > 2 * TOGETHER or not of_one_law:
                continue
            seq = self.desk.act(other, paper)
            if isinstance(seq, int):
                other.mistakes.append(Swapped(self.desk, other, theirs.n, self.twin, paper))
                other.seqs[theirs.n] = seq
                return True
        return self.missed()


class Swapped(Slip):
    """The other of the two letters."""

    kind = "numbers swapped"

    def __init__(self, desk: Desk, twin: Twin, n: int, first: Twin, paper: Paper) -> None:
        super().__init__(desk, twin, n)
        self.first, self.first_paper = first, paper

    def make(self, paper: Paper) -> bool:
        wrong = self.desk.act(self.first, paper)
        if isinstance(wrong, int):
            self.first.seqs[self.first_paper.n] = wrong
        else:
            self.first.waiting.append(self.first_paper)
        return self.taken(self.mend)

    def mend(self) -> None:
        for twin, right, wrong in (
            (self.twin, self.paper, self.first_paper),
            (self.first, self.first_paper, self.paper),
        ):
            fields = {**dict.fromkeys(wrong.fields, ""), **right.fields}
            differs = (right.on, right.fields) != (wrong.on, wrong.fields)
            if right.n in twin.seqs and differs:
                self.desk.rewrite(twin, Correction(twin.seqs[right.n], right.on, fields))
        for twin in (self.twin, self.first):
            self.desk.catch_up(twin)


class LatePaper(Slip):
    kind = "late paper"

    def make(self, paper: Paper) -> bool:
        self.twin.waiting.append(paper)
        return self.taken(lambda: self.desk.catch_up(self.twin))


class EnteredTwice(Slip):
    """A paper that is entered again on its case, or as another case."""

    kind = "entered twice"

    def make(self, paper: Paper) -> bool:
        self.desk.enter(paper)
        days = 0 if paper.event == "submit" else self.desk.chance.randint(0, 5)
        self.desk.later(days, lambda: self._again(paper))
        return True

    def _again(self, paper: Paper) -> None:
        if paper.event == "submit":
            again = Twin(self.twin.history, self.desk.opened(self.twin.history, self.twin.history.draft))
            if not isinstance(self.desk.act(again, paper), int):
                self.missed()  # a new law is in force, and asks for more
                return
            void = Paper(
                paper.case, -1, "void", "office", self.desk.today, self.desk.today, {"reason": "重复登记"}, True
            )
            self.taken(lambda: self._void(again, void))
            return
        seq = self.desk.act(self.twin, paper)
        if isinstance(seq, int):
            self.taken(lambda: self._strike(seq))
        else:
            self.missed()

    def _void(self, again: Twin, void: Paper) -> None:
        assert isinstance(self.desk.act(again, void._replace(on=self.desk.today)), int)

    def _strike(self, seq: int) -> None:
        self.desk.rewrite(self.twin, strikes=[seq])
        self.desk.catch_up(self.twin)


class CellsMerged(Slip):
    """Two letters in rows of one sheet, whose cell for the day is merged: both bear that of the first."""

    kind = "merged cells"

    def make(self, paper: Paper) -> bool:
        for other in self.desk.twins:
            theirs = other.next
            if other is self.twin or not other.no or other.mistakes or theirs is None or not theirs.moves:
                continue
            if 0 <= (theirs.came - self.desk.today).days <= TOGETHER and theirs.on != paper.on:
                other.mistakes.append(OfTheFirst(self.desk, other, theirs.n, paper))
                return False
        return self.missed()


class OfTheFirst(Slip):
    """The other letter."""

    kind = "merged cells"

    def __init__(self, desk: Desk, twin: Twin, n: int, first: Paper) -> None:
        super().__init__(desk, twin, n)
        self.first = first

    def make(self, paper: Paper) -> bool:
        if self.desk.tried(paper, on=self.first.on) is not None:
            return self.missed()
        return self.taken(lambda: self.correct(self.twin, paper.n, on=paper.on))


class SupplyBeforeAgreement(Slip):
    """The data are there, the letter that agrees is not: it is entered with the day of the supply until it comes."""

    kind = "supply before agreement"

    def arrives(self, paper: Paper) -> bool:
        if self.done:
            return False
        if paper.n == granted_before(self.twin.history, self.n):
            return True
        return super().arrives(paper)

    def make(self, paper: Paper) -> bool:
        grant = self.twin.history.papers[granted_before(self.twin.history, self.n)]
        refusal = self.desk.tried(paper)
        assert refusal is not None, "nothing is supplied that was not agreed"
        if self.desk.tried(grant, on=paper.on) is not None:
            self.twin.waiting += [grant, paper]
            self.desk.later(self.desk.chance.randint(0, 25), lambda: self.desk.catch_up(self.twin))
            return True
        self.desk.enter(paper)
        return self.taken(lambda: self.correct(self.twin, grant.n, on=grant.on))


def granted_before(history: History, n: int) -> int:
    """The place of the only paper before a supply that grants anything; -1 if there is none, or several."""
    papers = history.papers[:n]
    found = [paper.n for paper in papers if paper.event in ("agree", "agree_partly", "settle", "decide")]
    return found[0] if len(found) == 1 else -1


class ClockAhead(Slip):
    """The machine's clock was ahead for a moment, and the sweep let terms lapse that had not passed."""

    kind = "clock ahead"

    def make(self, paper: Paper) -> bool:
        self.desk.enter(paper)
        self.desk.later(self.desk.chance.randint(0, 3), self._sweep)
        return True

    def _sweep(self) -> None:
        with self.desk.database.write() as transaction:
            file = acting.take(UnitOfWork(transaction, self.desk.context, self.desk.moment()), self.twin.no)
            due = [term.due_on for term in file.case_state.terms if term.next_on is not None and term.runs]
            if not due:
                self.missed()
                return
            ahead = max(min(due), self.desk.today) + self.desk.chance.randint(1, 9) * ONE_DAY
            file = acting.take(UnitOfWork(transaction, self.desk.context, at_local(ahead, time(9, 30))), self.twin.no)
            file.lapse(ahead)
            case_writer.save(transaction, file.change())
        self.taken(self._mend, within=max((min(due) - self.desk.today).days, 0))

    def _mend(self) -> None:
        with self.desk.database.read() as transaction:
            file = acting.take(UnitOfWork(transaction, self.desk.context, self.desk.moment()), self.twin.no)
            param = transaction.param
            sql = f"SELECT seq, term FROM event WHERE case_id = {param} AND event = '{LAPSE}' ORDER BY seq"
            seqs = {term: seq for seq, term in transaction.rows(sql, [file.case_id])}
        wrong = [t.n for t in file.case_state.terms if t.lapsed_on is not None and t.lapsed_on >= self.desk.today]
        if wrong:
            self.desk.rewrite(self.twin, strikes=[seqs[n] for n in wrong])
        self.desk.catch_up(self.twin)


class WrongDepartment(Slip):
    """The part of the provider given to another department, by the application or by a later act."""

    kind = "wrong department"

    def draft(self, _twin: Twin) -> Mapping[str, Any]:
        return {"provider": self.wrong} if self.paper.event == "submit" else {}

    @property
    def wrong(self) -> str:
        history, names = self.twin.history, self.desk.context.directory.in_order()
        known = {history.draft["provider"], history.draft["applicant"]}
        known |= {paper.fields.get(role) for paper in history.papers for role in history.procedure.parties}
        known |= {name for paper in history.papers for name in paper.fields.get("copied", ())}
        return next(unit.name for unit in names if unit.name not in known)

    def make(self, paper: Paper) -> bool:
        if paper.event == "submit":
            self.desk.enter(paper)
        elif self.desk.tried(paper, fields=paper.fields | {"provider": self.wrong}) is not None:
            return self.missed()
        return self.taken(lambda: self._mend(paper))

    def _mend(self, paper: Paper) -> None:
        right = paper.fields.get("provider", self.twin.history.draft["provider"])
        if paper.event == "submit":
            acted = [
                self.twin.seqs[p.n] for p in self.twin.history.papers if p.role == "provider" and p.n in self.twin.seqs
            ]
            if acted:
                self.desk.rewrite(self.twin, strikes=acted)
        self.correct(self.twin, paper.n, fields={"provider": right})
