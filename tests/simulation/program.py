"""The program of a home: begun, stopped by a crash, begun anew on what the crash left of its files."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from negotiation.core.enums import Job
from negotiation.core.settings import Settings
from negotiation.documents.report.unit_figures import own_figures
from negotiation.services.context import Context
from negotiation.store import migrate
from negotiation.store.database import Database
from negotiation.worker.scheduler import SCHEDULE, Round
from tests.conftest import hold_clock
from tests.simulation.mortal import Crash, Life
from tests.store import revisions, written

LEFT = ("", "-wal")  # the files of a database that a process leaves when it is killed


class Program:
    """A program at its home, which holds a database of 0.2.0; whoever begins it migrates first."""

    database: Database
    context: Context

    def __init__(self, settings: Settings, patch: pytest.MonkeyPatch) -> None:
        self.settings, self._patch = settings, patch
        self.life = Life(settings.home)
        self.said: list[str] = []  # sentences in which jobs were refused

    def upgrade(self) -> None:
        """Brings the database to this program's revision, however often it dies over it."""
        while True:
            try:
                self._open()
                migrate.migrate(self.database)
                break
            except Crash:
                self._take_what_is_left()
        self._read()

    def begin_anew(self) -> None:
        """After a crash: nothing is left but the files."""
        self._take_what_is_left()
        self._open()
        migrate.prepare(self.database)
        self._read()

    def work(self, at: datetime, *jobs: Job) -> bool:
        """The worker's jobs (all, where none is named) at an instant; False if it died over one of them."""
        hold_clock(self._patch, at)
        try:
            for name, each in self.rounds.items():
                if not jobs or name in jobs:
                    each()
                    self.said += [each.failure] if each.failure else []
        except Crash:
            self.begin_anew()
            return False
        return True

    def close(self) -> None:
        self.database.close()
        self.life.leaves()

    def _take_what_is_left(self) -> None:
        """The files as they are: what a connection does when it is closed is done to others."""
        left = {end: self.settings.home.with_name(f"left{end}") for end in LEFT if self._file(end).exists()}
        for end, copy in left.items():
            shutil.copyfile(self._file(end), copy)
        self.life.begins()
        for end in (*LEFT, "-shm"):
            self._file(end).unlink(missing_ok=True)
        for end, copy in left.items():
            copy.rename(self._file(end))

    def _file(self, end: str) -> Path:
        return self.settings.home / f"negotiation.db{end}"

    def _open(self) -> None:
        self.database = Database(self.settings.url)
        self.life.connect(self.database.engine)

    def _read(self) -> None:
        with self.database.read() as transaction:
            self.context = Context.of(transaction, self.settings, own_figures)
        self.rounds = {alarm.name: Round(alarm, self.database, self.context) for alarm in SCHEDULE}


def settle(home: Path) -> None:
    """A home with the database that 0.2.0 wrote: cases in which each kind of event happened."""
    home.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{home / 'negotiation.db'}")
    revisions.upgrade(database, "0001_initial")
    written.load(database, written.read((written.FOLDER / "0001_initial.json").read_text("utf-8")))
    database.close()
