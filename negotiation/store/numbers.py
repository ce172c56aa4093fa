"""Numbers that are given out once: ids of new rows, and the counters behind case and letter numbers."""

from negotiation.store.schema.cases import Counter
from negotiation.store.transaction import Transaction

GREATEST_ID = 2**63 - 1  # what the column of either database can hold


def next_id(transaction: Transaction) -> int:
    """The id of a new case."""
    return next_number(transaction, "case")


def next_number(transaction: Transaction, name: str) -> int:
    """The next number under a name, without a gap: a number that is rolled back is given out again."""
    param = transaction.param
    sql = (
        f"INSERT INTO counter (name, last) VALUES ({param}, 1) "
        "ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last"
    )
    number: int = transaction.rows(sql, [name])[0][0]
    return number


def counters_like(transaction: Transaction, stem: str) -> set[str]:
    """The names that begin with a stem and under which a number was given out."""
    param = transaction.param
    rows = transaction.rows(f"SELECT name FROM counter WHERE name >= {param} AND name < {param}", [stem, stem + "~"])
    return {row[0] for row in rows}


def number_taken(transaction: Transaction, name: str, number: int) -> None:
    """A number that came from outside (a ledger) is not given out again."""
    greatest = (
        "max(counter.last, excluded.last)"
        if transaction.database.is_sqlite
        else "greatest(counter.last, excluded.last)"
    )
    param = transaction.param
    transaction.execute(
        f"INSERT INTO {Counter.__tablename__} (name, last) VALUES ({param}, {param}) "
        f"ON CONFLICT (name) DO UPDATE SET last = {greatest}",
        [name, number],
    )
