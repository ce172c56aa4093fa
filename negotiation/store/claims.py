"""Claims on notices that nobody will settle: their process has ended."""

from datetime import datetime

from negotiation.core.enums import NoticeState
from negotiation.core.process import is_gone
from negotiation.store.codec import codec
from negotiation.store.schema.notices import Notice
from negotiation.store.transaction import Transaction


def free(transaction: Transaction, at: datetime) -> int:
    """The claims of processes of this machine that have ended want sending by ``at``; returns how many there were."""
    param, moment = transaction.param, codec(Notice, transaction.database.dialect).bind_value("next_try", at)
    claimed = f"state = '{NoticeState.CLAIMED.value}' AND next_try > {param}"
    rows = transaction.rows(f"SELECT DISTINCT claimed_by FROM notice WHERE {claimed}", [moment])
    freeing = f"UPDATE notice SET next_try = {param} WHERE {claimed} AND claimed_by = {param}"
    gone = [name for (name,) in rows if is_gone(name)]
    return sum(transaction.execute(freeing, [moment, moment, name]).rowcount for name in gone)
