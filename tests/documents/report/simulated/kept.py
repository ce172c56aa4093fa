"""The terms as the product keeps them, in the form in which the second path counts them."""

from collections.abc import Iterator
from datetime import date

from negotiation.store.transaction import Transaction
from tests.documents.report.simulated.clocks import Clock

TermRow = tuple[object, ...]  # start, due date, answer, end (ISO), suspended days


def terms_kept(transaction: Transaction) -> dict[tuple[str, str], list[TermRow]]:
    """Every main term and every term of supply, by the number of its case and ``main`` or ``supply``."""
    found: dict[tuple[str, str], list[TermRow]] = {}
    sql = (
        "SELECT c.no, t.main, t.started_on, t.due_on, t.answered_on, t.ended_on, t.paused FROM term t "
        "JOIN \"case\" c ON c.id = t.case_id WHERE t.main OR t.kind IN ('supply', 'implementation') ORDER BY c.id, t.n"
    )
    for no, main, *row in transaction.connection.exec_driver_sql(sql):
        found.setdefault((no, "main" if main else "supply"), []).append(tuple(row))
    return found


def as_row(clock: Clock) -> TermRow:
    """A term of the second path in the same form."""
    return (*texts(clock.started, clock.due, clock.answered, clock.ended), clock.paused)


def texts(*days: date | None) -> Iterator[str | None]:
    """Days as SQLite keeps them."""
    return (str(day) if day else None for day in days)
