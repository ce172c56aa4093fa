"""Databases for the tests of the store."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from negotiation.store import migrate
from negotiation.store.database import Database
from tests.store import written


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own in which there is nothing yet, no table either."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        server = request.getfixturevalue("postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS empty WITH (FORCE)")
            connection.execute("CREATE DATABASE empty")
        database = Database(make_url(server).set(database="empty").render_as_string(hide_password=False))
    yield database
    database.close()


@pytest.fixture
def city(empty: Database) -> Database:
    """The demonstration city as 0.2.0 wrote it, in this version's schema: in its cases each kind of event happened."""
    migrate.migrate(empty)
    written.load(empty, written.read((written.FOLDER / "0001_initial.json").read_text("utf-8")))
    return empty
