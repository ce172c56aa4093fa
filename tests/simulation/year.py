"""A year of the simulated city at a program that crashes, on a clock that jumps, by a mail server of every temper.

It begins with what 0.2.0 wrote, and goes on with late papers, corrections, the year's arrangement of days and the
report of the year before. The same seed gives the same year.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, time
from random import Random

from calendars.formats.reading import read_arrangement
from negotiation.core.enums import CLOCK, OFFICE, OFFICE_ID, CalendarLayer, Job
from negotiation.core.errors import DatabaseUnavailable, NegotiationError
from negotiation.core.local_time import at_local
from negotiation.documents.report import publishing
from negotiation.domain.entered import EnteredBy
from negotiation.services import unattended
from negotiation.services.calendar import import_notice
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.case_history import history_of, standing_in
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.transaction import Transaction
from tests.documents.report.simulated.city import ONE_DAY, City, Plan
from tests.simulation.hazards import Hazards, extent
from tests.simulation.mail import MailServer
from tests.simulation.mortal import Crash
from tests.simulation.program import Program
from tests.whole_year import REST_TYPED

FIRST, LAST = date(2026, 11, 30), date(2027, 11, 29)
CALM = 7  # days at the end on which nothing happens, so that what waits can leave
ARRANGED = date(2026, 12, 16)  # on which the days of the next year become known
ARRANGEMENT = f"""年份：2027
文号：国办发明电〔2026〕9号
放假：2027-01-01至2027-01-04 元旦
{REST_TYPED}上班：2027-01-09 元旦
"""
PUBLISHED = date(2027, 1, 12)  # the report of the year before
BY = EnteredBy("模拟", side=OFFICE_ID)
MORNING, NOON, EVENING = time(9, 5), time(10), time(16, 30)
IN_THE_DAY = (Job.SWEEP, Job.POST, Job.YEARLY)
CORRECTED, STRUCK = 15, 30  # of a hundred days, of a hundred corrections
Work = Callable[[Transaction], object]


@dataclass
class Year(City):
    """The city for a year at its program; ``told`` counts what happened, ``untrue`` says what must never be."""

    program: Program = field(kw_only=True)
    mail: MailServer = field(kw_only=True)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.agenda: dict[date, list[Plan]] = defaultdict(list)
        self.lived, self.known = self.first, 0
        self.taken: dict[tuple[str, ...], int] = defaultdict(int)
        self.told, self.untrue = Counter[str](crashes=self.program.life.crashes), list[str]()
        self.acknowledged: dict[int, tuple[int, bytes]] = {}
        days = (self.first, self.first, self.last - CALM * ONE_DAY)
        self.hazards = Hazards(self.program, self.mail, self.chance, self.told, self.untrue, *days)
        self.opening = self._openings()
        self.orders = {ARRANGED: self._arrange, PUBLISHED: self._publish}
        self._turn_to_mail()
        self._meet_new(self.first)
        self._acknowledge()

    def context(self, day: date) -> Context:  # noqa: ARG002 - the city's own changes on a day
        """The office as its program knows it."""
        return self.program.context

    # ------------------------------------------------------------------------------------------------------ a day

    def _live(self, day: date) -> None:
        if day < self.hazards.off_until:  # the machine stands still, and what people wanted waits
            self.agenda[day + ONE_DAY] += self.agenda.pop(day, [])
            self.opening[day + ONE_DAY] += self.opening.pop(day, 0)
            return
        if day >= self.hazards.calm_from:
            self.hazards.spare()
        else:
            self.hazards.befall(day)
        if self.database is not self.program.database:
            self._renew()
        self._turn_to_mail()
        self._morning(day)
        self._people(day)
        if self.context(day).calendar.is_working_estimated(day):
            self._jobs(day, EVENING, *IN_THE_DAY)
        self.program.life.fill(full=False)

    def _morning(self, day: date) -> None:
        """On Mondays all jobs, as a worker that was started anew; then what is ordered of the office."""
        self._jobs(day, MORNING, *(() if day.weekday() == 0 or day == self.last else IN_THE_DAY))
        self._confirm_clock(day)
        for since, work in tuple(self.orders.items()):
            if since <= day and self._entered(lambda _, work=work: work(day), whole=False):  # type: ignore[misc]
                del self.orders[since]

    def _jobs(self, day: date, hour: time, *jobs: Job) -> None:
        """The worker at an hour; what it died over it does again when it has begun anew."""
        while not self.program.work(at_local(day, hour), *jobs):
            self._renew()
        self._acknowledge()
        self._meet_new(day)

    def _renew(self) -> None:
        """Everything in memory is another's, and nothing that was acknowledged is gone."""
        self.database = self.program.database
        self._turn_to_mail()
        self.told["crashes"] += 1
        with self.database.read() as transaction:
            kept = {(key, seq): bytes(digest) for key, seq, digest in _digests(transaction)}
        for key, (version, head) in self.acknowledged.items():
            if version and kept.get((key, version)) != head:
                self.untrue.append(f"case {key}: its event {version} was acknowledged and is lost")

    def _turn_to_mail(self) -> None:
        self.program.settings = self.program.settings.model_copy(update={"smtp_url": self.mail.url})
        self.program.context.settings = self.program.settings

    def _acknowledge(self) -> None:
        """All that stands by now was acknowledged to somebody: the heads of all cases."""
        with self.database.read() as transaction:
            for key, version, head in transaction.rows('SELECT id, version, head FROM "case"'):
                self.acknowledged[key] = (version, bytes(head))

    def _confirm_clock(self, day: date) -> None:
        """After a long standstill a person confirms the day; the program waited for that."""
        with self.database.read() as transaction:
            waits = unattended.read(transaction).open_jump is not None
        if waits and self._entered(lambda _: self._confirmed(day), whole=False):
            self.told["days confirmed"] += 1
            self._jobs(day, NOON, *IN_THE_DAY)

    def _confirmed(self, day: date) -> None:
        unattended.confirm_clock(self.database, self.context(day), at_local(day, NOON), by="模拟")

    def _meet_new(self, day: date) -> None:
        """Cases that were there before, and those that the clock has opened, are people's from then on."""
        with self.database.read() as transaction:
            sql = f'SELECT no FROM "case" WHERE id > {transaction.param} AND ending IS NULL ORDER BY id'
            for (no,) in transaction.rows(sql, [self.known]):
                self._plan(acting.take(self._work(transaction, day), no), day)
            self._note_known(transaction)

    # ----------------------------------------------------------------------------------------------------- people

    def _people(self, day: date) -> None:
        """All that people enter on a day; what is refused for want of room they enter tomorrow."""
        for _ in range(self.opening.pop(day, 0)):
            if not self._entered(lambda transaction: self._open(transaction, day)):
                self.opening[day + ONE_DAY] += 1
        if self.hazards.happens(CORRECTED):
            self._entered(lambda transaction: self._correct(transaction, day))
        while self.agenda[day]:
            plan = self.agenda[day].pop()
            if not self._entered(lambda transaction, plan=plan: self._act(transaction, plan, day)):  # type: ignore[misc]
                self.agenda[day + ONE_DAY].append(plan)

    def _entered(self, work: Work, *, whole: bool = True) -> bool:
        """Enters something until it is there, however often the program dies; False where there is no room for it.

        ``whole``: in one transaction, which is given to ``work``; else it has transactions of its own.
        """
        before = extent(self.database)
        while True:
            kept = deepcopy((self.agenda, self.known, self.taken))
            try:
                with self.database.write() if whole else self.database.read() as transaction:
                    work(transaction)
            except Crash:
                self.program.begin_anew()
                self._renew()
                if extent(self.database) == before:
                    self.agenda, self.known, self.taken = kept
                    continue
                self.told["done, and nobody told"] += 1
            except DatabaseUnavailable:
                if not self.program.life.is_full:
                    raise
                self.agenda, self.known, self.taken = kept
                self.told["refused by a full disk"] += 1
                return False
            self._acknowledge()
            return True

    def _correct(self, transaction: Transaction, day: date) -> None:
        """An entry of some case is corrected to an earlier day, or struck."""
        no = self.chance.choice([no for (no,) in transaction.rows('SELECT no FROM "case" ORDER BY id')])
        file = acting.take(self._work(transaction, day), no)
        entries = [each for each in standing_in(file, history_of(transaction, file)) if each.role != CLOCK]
        if not entries:  # nobody but the clock has done anything yet
            return
        entry = self.chance.choice(entries)
        right = Correction(entry.seq, entry.on - self.chance.randint(1, 4) * ONE_DAY)
        changes = Changes("登记有误", BY, OFFICE, corrections=(right,))
        if self.hazards.happens(STRUCK):
            changes = Changes("登记有误", BY, OFFICE, strikes=(entry.seq,))
        try:
            with transaction.savepoint():
                corrections.rewrite(self._work(transaction, day), no, changes)
        except NegotiationError:
            self.told["corrections refused"] += 1
        else:
            self.told["entries corrected or struck"] += 1

    def _work(self, transaction: Transaction, day: date) -> UnitOfWork:
        return UnitOfWork(transaction, self.context(day), at_local(day, NOON))

    # ------------------------------------------------------------------------------------------------- the office

    def _arrange(self, day: date) -> None:
        arrangement = read_arrangement(ARRANGEMENT)
        request = import_notice.ImportRequest(
            ARRANGEMENT, arrangement, CalendarLayer.NATIONAL, "模拟", at_local(day, NOON)
        )
        import_notice.run(self.database, self.context(day), request)

    def _publish(self, day: date) -> None:
        publishing.publish(self.database, self.context(day), day.year - 1, author="模拟", at=at_local(day, NOON))


def _digests(transaction: Transaction) -> list[tuple[int, int, bytes]]:
    return transaction.rows("SELECT case_id, seq, digest FROM event")
