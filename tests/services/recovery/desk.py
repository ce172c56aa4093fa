"""The office's desk: the papers of true histories as they come in, entered rightly or wrongly, and put right again.

What the product refuses because of a mistake waits on the desk until the mistake is found. It is mended by what the
product offers and by nothing else: 更正登记, 撤销登记, 补登, 作废.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any, ClassVar, Protocol

from negotiation.core.enums import OFFICE, OFFICE_ID
from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import at_local
from negotiation.domain.entered import EnteredBy
from negotiation.domain.machine.derivation import Unfit
from negotiation.services.cases import acting, corrections, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, standing_in
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.meetings import outcomes, planning
from negotiation.services.meetings.planning import Plan
from negotiation.store import case_writer
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction
from tests.services.recovery.truth import ONE_DAY, History, Paper, TrueCity, post

BY = EnteredBy("测试", side=OFFICE_ID)
PATIENCE = 40  # strikes that a single mistake may make necessary
Action = Callable[[], None]


class Mistake(Protocol):
    """A mistake that is made with a case: what the desk does with its draft and its papers."""

    kind: ClassVar[str]

    def draft(self, twin: "Twin") -> Mapping[str, Any]:
        """The form with which the case is opened."""

    def arrives(self, paper: Paper) -> bool:
        """True if the paper was taken by the mistake; else it is entered as it is."""


class Planned(Protocol):
    """Which mistake is made with which case."""

    def spoil(self, desk: "Desk", twin: "Twin", after: int = -1) -> None:
        """Gives a case a mistake with one of the papers behind this place, if one can be made."""

    def count(self, kind: str) -> None:
        """One more of this kind."""

    def missed(self, kind: str) -> None:
        """One of this kind could not be made."""


@dataclass
class Twin:
    """A case as the office has it: its number, and the number of each paper's event; what waits on the desk."""

    history: History
    no: str = ""
    seqs: dict[int, int] = field(default_factory=dict)
    waiting: list[Paper] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def next(self) -> Paper | None:
        """The next paper that will come in."""
        held = {*self.seqs, *(paper.n for paper in self.waiting)}
        return next((paper for paper in self.history.papers if paper.n not in held), None)


class Desk:
    """The office that enters what comes in from day to day, in the same database as the true city."""

    def __init__(self, city: TrueCity, histories: Sequence[History], plan: Planned, seed: int) -> None:
        self.city, self.plan, self.chance = city, plan, Random(seed)
        self.database: Database = city.database
        self.twins = [Twin(each) for each in histories]
        self.today, self._entered = city.first, 0
        self.made: Counter[str] = Counter()  # mistakes that the product took, by kind
        self.stuck: list[str] = []  # where neither the product nor the office knew how to go on
        self.agenda: dict[date, list[Action]] = defaultdict(list)
        self.mending: dict[date, list[Action]] = defaultdict(list)
        for twin in self.twins:
            self.agenda[twin.history.opened].append(lambda twin=twin: self._open(twin))  # type: ignore[misc]
            for paper in twin.history.papers:
                self.agenda[paper.came].append(lambda paper=paper: self.arrive(paper))  # type: ignore[misc]

    def live(self) -> None:
        """Lets all days pass."""
        while self.today <= self.city.last:
            context = self.city.context(self.today)
            if context.calendar.is_working_estimated(self.today):
                timers.run(self.database, context, at_local(self.today, time(9, 30)))
            for actions in (self.agenda, self.mending):
                while actions[self.today]:  # to which a mistake of the last day adds its own mending
                    self._go_on(actions[self.today].pop(0))
            post(self.database, self.today)
            self.today, self._entered = self.today + ONE_DAY, 0

    def _go_on(self, action: Action) -> None:
        """Whatever one case comes to, the others are lived."""
        try:
            action()
        except (AssertionError, NegotiationError) as error:
            self.stuck.append(f"{self.today}: {error}")

    def moment(self) -> datetime:
        """Now: whatever is entered on a day is entered a second after what was entered before it."""
        self._entered += 1
        return at_local(self.today, time(10)) + timedelta(seconds=self._entered)

    def later(self, days: int, action: Action) -> None:
        """The mistake is found after some days, in the afternoon; by the last day at the latest."""
        self.mending[min(self.today + days * ONE_DAY, self.city.last)].append(action)

    # -------------------------------------------------------------------------------------------------- what comes in

    def _open(self, twin: Twin) -> None:
        draft = dict(twin.history.draft)
        for mistake in twin.mistakes:
            draft |= mistake.draft(twin)
        twin.no = self.opened(twin.history, draft)

    def opened(self, history: History, draft: Mapping[str, Any]) -> str:
        """A draft of this form; its number."""
        with self.database.write() as transaction:
            file = opening.open_case(self._work(transaction), history.procedure.key, draft)
            case_writer.save(transaction, file.change())
        return file.no

    def arrive(self, paper: Paper) -> None:
        twin = self.twins[paper.case]
        if not any(mistake.arrives(paper) for mistake in twin.mistakes):
            self.enter(paper)

    def enter(self, paper: Paper) -> None:
        """Enters a paper as it is; what is refused because of a mistake waits until that is found."""
        twin = self.twins[paper.case]
        refusal = self.tried(paper)
        if refusal is not None:
            if not twin.mistakes:
                raise AssertionError(f"{twin.no} {paper}: {refusal}")
            twin.waiting.append(paper)

    def tried(self, paper: Paper, **changed: Any) -> NegotiationError | None:
        """Enters a paper with what is mistyped in it (``on``, ``fields``); the error by which it was refused."""
        twin = self.twins[paper.case]
        wrong = paper._replace(**changed)
        found = self.act(twin, wrong)
        if isinstance(found, NegotiationError):
            return found
        twin.seqs[paper.n] = found
        return None

    def act(self, twin: Twin, paper: Paper) -> int | NegotiationError:
        """Enters a paper on any case; the number of its event, or the error by which it was refused."""
        try:
            with self.database.write() as transaction:
                file = acting.take(self._work(transaction), twin.no)
                fields = paper.fields | self._met(transaction, file, paper)
                request = ActRequest(paper.event, role=paper.role, actor="测试", on=paper.on, fields=fields)
                acting.act_on(transaction, file, request)
                return max(seq for seq, event in self._events(transaction, file) if event == paper.event)
        except NegotiationError as error:
            return error

    def _events(self, transaction: Transaction, file: CaseFile) -> list[tuple[int, str]]:
        sql = f"SELECT seq, event FROM event WHERE case_id = {transaction.param}"
        return [tuple(row) for row in transaction.rows(sql, [file.case_id])]

    def _met(self, transaction: Transaction, file: CaseFile, paper: Paper) -> dict[str, str]:
        """The meeting of that day on this case, where the paper names one."""
        if "meeting" not in paper.fields:
            return {}
        sql = f"SELECT kind FROM meeting WHERE no = {transaction.param}"
        ((kind,),) = transaction.rows(sql, [paper.fields["meeting"]])
        plan = Plan(kind, paper.on, "09:00", "会议室", "主持人", [file.no])
        no = planning.plan(transaction, file.context, plan, author="测试", at=self.moment()).no
        outcomes.hold(transaction, no, ["与会者"], "", today=paper.on)
        return {"meeting": no}

    def _work(self, transaction: Transaction) -> UnitOfWork:
        return UnitOfWork(transaction, self.context, self.moment())

    @property
    def context(self) -> Context:
        """The office of today."""
        return self.city.context(self.today)

    # ----------------------------------------------------------------------------------------------- how it is mended

    def rewrite(self, twin: Twin, *corrected: Correction, strikes: Iterable[int] = ()) -> None:
        """Corrects and strikes entries; what no longer fits is struck too, as the product offers, and waits."""
        right, struck = {each.seq: each for each in corrected}, {*strikes}
        for _ in range(PATIENCE):
            try:
                self._rewritten(twin, Changes("登记有误", BY, OFFICE, tuple(right.values()), tuple(sorted(struck))))
                break
            except Unfit as unfit:
                offered = unfit.command.removeprefix("--strike ") if unfit.command.startswith("--strike") else ""
                struck |= {unfit.entry.seq, *map(int, filter(None, offered.split(",")))}
                right = {seq: each for seq, each in right.items() if seq not in struck}
        else:
            raise AssertionError(f"{twin.no}: {struck}")
        for paper in twin.history.papers:
            if twin.seqs.get(paper.n) in struck:
                del twin.seqs[paper.n]
                twin.waiting.append(paper)

    def _rewritten(self, twin: Twin, changes: Changes) -> None:
        with self.database.write() as transaction:
            corrections.rewrite(self._work(transaction), twin.no, changes)

    def catch_up(self, twin: Twin) -> None:
        """Enters what waits, in the order in which it came; papers of one day behind each other as they came."""
        sorted_out = 0
        for _ in range(PATIENCE):
            if not twin.waiting:
                inverted = self._inverted(twin) if sorted_out < len(twin.history.papers) else None
                if inverted is None:
                    return
                sorted_out += 1
                self.rewrite(twin, strikes=[inverted])
            paper = min(twin.waiting, key=lambda each: each.n)
            twin.waiting.remove(paper)
            self._enter_late(twin, paper)
        raise AssertionError(f"{twin.no}: {twin.waiting}")

    def _inverted(self, twin: Twin) -> int | None:
        """The entry of a paper that stands before one that it followed, as the file shows."""
        with self.database.read() as transaction:
            file = acting.take(self._work(transaction), twin.no)
            given = [each.seq for each in standing_in(file, history_of(transaction, file))]
        moving = {paper.n for paper in twin.history.papers if paper.moves and paper.n in twin.seqs}
        in_order = sorted(moving, key=lambda n: given.index(twin.seqs[n]))
        for one, other in pairwise(in_order):
            if twin.history.order.index(one) > twin.history.order.index(other):
                return twin.seqs[one]
        return None

    def _enter_late(self, twin: Twin, paper: Paper) -> None:
        behind = [each for each in twin.history.papers if each.n > paper.n and each.n in twin.seqs]
        same_day = [twin.seqs[each.n] for each in behind if each.on == paper.on and each.moves and paper.moves]
        if same_day:
            self.rewrite(twin, strikes=same_day)
        for _ in range(PATIENCE):
            refusal = self.tried(paper)
            if refusal is None:
                return
            later = [twin.seqs[each.n] for each in behind if each.n in twin.seqs and each.moves]
            if isinstance(refusal, Unfit):
                later = [refusal.entry.seq]
            inverted = None if later else self._inverted(twin)
            if inverted is not None:  # entered in the wrong order on one day: that one comes first
                self.rewrite(twin, strikes=[inverted])
                twin.waiting.append(paper)
                return
            if not later:
                raise AssertionError(f"{twin.no} {paper}: {refusal}")
            self.rewrite(twin, strikes=later)  # and all that waits is entered again, in order
        raise AssertionError(f"{twin.no} {paper}")

    def strike_again(self, twin: Twin, n: int) -> None:
        """An entry of a paper that has to be entered anew."""
        self.rewrite(twin, strikes=[twin.seqs[n]])
