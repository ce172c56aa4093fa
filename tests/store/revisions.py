"""The schema of an earlier revision, as the migrations made it then."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from negotiation import store
from negotiation.store.database import Database

CONFIG = Config()
CONFIG.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))


def upgrade(database: Database, revision: str) -> None:
    """The migrations up to a revision, as ``migrate`` runs them up to the newest."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN")
        CONFIG.attributes["connection"] = connection
        command.upgrade(CONFIG, revision)
        connection.exec_driver_sql("COMMIT")
