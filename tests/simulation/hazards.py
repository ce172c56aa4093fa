"""What happens to a machine by chance: crashes, a clock that jumps, standstills, a full disk, bad mail servers."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from negotiation.core.local_time import at_local
from negotiation.store.database import Database
from tests.simulation.mail import BAD, MailServer, Temper
from tests.simulation.program import Program

ONE_DAY = timedelta(days=1)
# On how many days of a hundred it happens, or begins.
CRASHES, JUMPS, STANDSTILLS, FULL_DISKS, BAD_MAIL = 12, 2, 2, 2, 5
WRITES = 120  # within which a crash comes
COUNTED = ("event", '"case"', "meeting", "notice", "arrangement", "calendar_revision", "report_edition")


@dataclass
class Hazards:
    """Hazards of one machine; ``told`` counts them, ``untrue`` says what must never be.

    It stands still until ``off_until``, its mail server is bad until ``bad_until``; from ``calm_from`` on all is well.
    """

    program: Program
    mail: MailServer
    chance: Random
    told: Counter[str]
    untrue: list[str]
    off_until: date
    bad_until: date
    calm_from: date

    def happens(self, of_hundred: int) -> bool:
        return self.chance.random() * 100 < of_hundred

    def befall(self, day: date) -> None:
        """What happens on a day before anything is done on it."""
        if self.happens(JUMPS):
            self._jump(day)
        if self.happens(STANDSTILLS):
            self.off_until = min(day + self.chance.randint(2, 14) * ONE_DAY, self.calm_from)
            self.told["standstills"] += 1
        if day >= self.bad_until and self.happens(BAD_MAIL):
            self.mail.temper = self.chance.choice(BAD)
            self.bad_until = day + self.chance.randint(1, 9) * ONE_DAY
            self.told[f"mail {self.mail.temper}"] += 1
        elif day >= self.bad_until:
            self.mail.temper = Temper.GOOD
        if self.happens(CRASHES):
            self.program.life.dies_after(self.chance.randint(1, WRITES))
        if self.happens(FULL_DISKS):
            self.program.life.fill(full=True)
            self.told["full disks"] += 1

    def spare(self) -> None:
        """A day on which nothing happens."""
        self.mail.temper = Temper.GOOD

    def _jump(self, day: date) -> None:
        """For a night the clock shows another time, long past or far ahead: nothing is done by it."""
        by = self.chance.choice((-1, 1)) * self.chance.randint(40, 4000)
        before = extent(self.program.database)
        while not self.program.work(at_local(day + by * ONE_DAY, time(10))):
            pass
        if extent(self.program.database) != before:
            self.untrue.append(f"{day}: the clock jumped by {by} days, and something was done")
        self.told["jumps of the clock"] += 1


def extent(database: Database) -> tuple[int, ...]:
    """How much there is, to tell if something came to be."""
    counted = ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED)
    with database.read() as transaction:
        sql = f"SELECT {counted}, (SELECT count(*) FROM clock_jump WHERE confirmed_at IS NOT NULL)"
        return tuple(transaction.rows(sql)[0])
