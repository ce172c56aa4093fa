"""Who handles a case on each side: the 经办人 (rank 1) and the second (rank 2)."""

from collections.abc import Sequence

from negotiation.store.database import Transaction


def names_of(transaction: Transaction, case_ids: Sequence[int], department_id: int) -> dict[int, str]:
    """The names of who handles these cases on one side (0: the office), the 经办人 first; by case id."""
    if not case_ids:
        return {}
    marks = ", ".join([transaction.mark] * len(case_ids))
    found: dict[int, str] = {}
    for case_id, name in transaction.rows(
        "SELECT h.case_id, a.name FROM handler h JOIN account a ON a.id = h.account_id "
        f"WHERE h.case_id IN ({marks}) AND h.department_id = {transaction.mark} AND h.until IS NULL "
        "ORDER BY h.case_id, h.rank",
        [*case_ids, department_id],
    ):
        found[case_id] = f"{found[case_id]}、{name}" if case_id in found else name
    return found
