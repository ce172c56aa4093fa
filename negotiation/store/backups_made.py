"""Backups that this program made: rows in and out. They are files, and may have been moved or removed since."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select

from negotiation.store.schema.keeping import BackupMade
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

BACKUP = table_of(BackupMade)


class Backup(NamedTuple):
    """A backup: when it was made, where it was written, its SHA-256, "" where it is not known; is it encrypted."""

    made_at: datetime
    path: str
    sha256: str
    encrypted: bool


def add(transaction: Transaction, backup: Backup) -> None:
    """Records a backup that was made."""
    last = transaction.connection.execute(select(func.coalesce(func.max(BACKUP.c.id), 0))).scalar_one()
    transaction.connection.execute(insert(BACKUP), [{"id": last + 1, **backup._asdict()}])


def made_between(transaction: Transaction, since: datetime, until: datetime) -> list[Backup]:
    """The backups made from an instant until another, in order."""
    query = select(BACKUP.c.made_at, BACKUP.c.path, BACKUP.c.sha256, BACKUP.c.encrypted)
    query = query.where(BACKUP.c.made_at >= since, BACKUP.c.made_at <= until)
    return [Backup(*row) for row in transaction.connection.execute(query.order_by(BACKUP.c.made_at))]
