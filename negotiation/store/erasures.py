"""What an order has destroyed in the tables and what lies elsewhere still: mails, sheets, pages of the database itself.

A row that is emptied leaves its bytes behind: in free pages and the write-ahead log of SQLite, in dead rows of
PostgreSQL. The database is therefore written anew; what a server keeps beside its tables no program reaches.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, exists, select, update

from negotiation.core.errors import DatabaseUnavailable
from negotiation.domain.notice_facts import SealedFacts
from negotiation.store import search_index
from negotiation.store.columns import CASE, NOTICE
from negotiation.store.database import Database
from negotiation.store.schema.keeping import Erasure
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

ERASURE = table_of(Erasure)
# The tables in which texts of cases stand, and the index pages beside them.
_TABLES = (
    '"case"', "content", "item", "attachment", "notice", "proposal", "meeting_case", "task", "seal_leaf",
    "report_edition", "search_case", "file_text",
)  # fmt: skip
MAINTAIN_SINCE = 170000  # PostgreSQL's version from which on this right can be given
_LOCK_WAIT = "5s"  # nobody waits longer for a table that is written anew


class Pending(NamedTuple):
    """A case of which something was destroyed that may lie in files still: its id, its number, by which event."""

    case_id: int
    no: str
    seq: int
    ordered_at: datetime


def pending(transaction: Transaction) -> list[Pending]:
    """Reads what is not done yet, the oldest first."""
    query = select(ERASURE.c.case_id, CASE.c.no, ERASURE.c.seq, ERASURE.c.ordered_at)
    query = query.join(CASE, CASE.c.id == ERASURE.c.case_id).where(ERASURE.c.done_at.is_(None))
    return [Pending(*row) for row in transaction.connection.execute(query.order_by(ERASURE.c.ordered_at))]


def done(transaction: Transaction, found: Sequence[Pending], at: datetime) -> None:
    """Records that these are done."""
    for each in found:
        own = and_(ERASURE.c.case_id == each.case_id, ERASURE.c.seq == each.seq)
        transaction.connection.execute(update(ERASURE).where(own).values(done_at=at))


def message_ids(transaction: Transaction, no: str) -> list[str]:
    """The mails with facts of a case that were destroyed, as they may be kept as files."""
    gone = and_(cast(NOTICE.c.facts, String).like('%"sealed":%'), NOTICE.c.message_id != "")
    rows = transaction.connection.execute(select(NOTICE.c.message_id, NOTICE.c.facts).where(gone))
    return [sent for sent, facts in rows if isinstance(facts, SealedFacts) and facts.sealed == no]


def are_mails_claimed(transaction: Transaction) -> bool:
    """True while a mail is being sent: it may be one that was read before its facts were destroyed."""
    return bool(transaction.connection.scalar(select(exists().where(NOTICE.c.state == "claimed"))))


def rewrite(database: Database) -> bool:
    """Writes the database anew, so that no page of it has what was taken out; False if others are in the way."""
    with database.outside_transactions() as driver:
        return _rewrite_sqlite(driver) if database.is_sqlite else _rewrite_postgres(driver)


def _rewrite_sqlite(driver: Any) -> bool:
    """The file, then the log beside it, which is cut to nothing once no reader needs it."""
    try:
        search_index.merge(driver)
        driver.execute("VACUUM")
        busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            return False
        raise
    return not busy


def _rewrite_postgres(driver: Any) -> bool:
    from psycopg.errors import LockNotAvailable  # noqa: PLC0415 - an extra: with SQLite alone it need not be installed

    _demand_owner(driver)
    driver.execute(f"SET lock_timeout = '{_LOCK_WAIT}'")
    try:
        for table in _TABLES:
            driver.execute(f"VACUUM (FULL) {table}")
    except LockNotAvailable:
        return False
    finally:
        driver.execute("RESET lock_timeout")
    return True


def _demand_owner(driver: Any) -> None:
    """Raises DatabaseUnavailable for a role that may not write the tables anew: the server would only skip them."""
    granted = "has_table_privilege(c.oid, 'MAINTAIN')" if driver.info.server_version >= MAINTAIN_SINCE else "false"
    names = ", ".join(f"'{each}'::regclass" for each in _TABLES)
    owned = f"SELECT bool_and(pg_has_role(c.relowner, 'USAGE') OR {granted}) FROM pg_class c WHERE c.oid IN ({names})"
    if not driver.execute(owned).fetchone()[0]:
        raise DatabaseUnavailable(
            "封存清除的内容已从表中删除，但数据库用户无权重写这些表",
            where="、".join(_TABLES),
            todo="请由表的所有者运行 VACUUM (FULL)；PostgreSQL 17 起也可授权 GRANT MAINTAIN",
        )
