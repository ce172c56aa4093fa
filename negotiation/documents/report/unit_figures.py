"""Figures of one unit in the year so far, as the report counts them: what it confirms or corrects in its summary."""

from datetime import date

from negotiation.documents.report.compiler import compiled_in
from negotiation.documents.report.days import Days
from negotiation.services.context import Context
from negotiation.store.transaction import Transaction

SIDES = ("provider", "applicant")


def own_figures(transaction: Transaction, context: Context, unit: int, on: date) -> dict[str, int]:
    """The counts of a unit as each party of the main procedure, from the year's first day to ``on``.

    Named as the rulebook names them: ``provider.received``; 0 where it had no case.
    """
    days = Days(date(on.year, 1, 1), on, on)
    main = compiled_in(transaction, context, on.year, days, tables=False)[0].main
    found: dict[str, int] = {}
    for side, lines in zip(SIDES, (main.providers, main.applicants), strict=True):
        counts = next((line.counts for line in lines if line.scope.key == str(unit)), {})
        found |= {f"{side}.{key}": counts.get(key, 0) for key in _COUNTS if key not in main.lacking}
    return found


_COUNTS = (
    "carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward", "replies_due", "replies_on_time",
    "overdue", "to_coordination", "to_deliberation",
)  # fmt: skip
