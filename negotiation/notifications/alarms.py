"""Mails to the office when something of the system is not as it should be: one then, and one when it is over.

What was told stands in the outbox, under a number for each time: so no restart and no second worker tells it again.
The mail that it is over waits for an hour, and for office hours, and is taken back where the trouble comes again before
it has left: what comes and goes is told once.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from negotiation.core.checks import CHECKED_TITLES, Checked, CheckState
from negotiation.core.local_time import local_date
from negotiation.domain.notice_facts import AlarmFacts
from negotiation.notifications.office_lines import add
from negotiation.services.findings import Check
from negotiation.store import notices_made, outbox
from negotiation.store.transaction import Transaction

TEMPLATE, OVER = "system_alarm", "/over"
STEADY = timedelta(hours=1)  # that all must be well before it is said to be over
# From which state on there is a mail. The missing notice of next year has one of its own, weekly (``missing_year``).
TOLD_FROM = {
    Checked.SWEEP: CheckState.HINT,
    Checked.POST: CheckState.FAULT,
    Checked.DISK: CheckState.HINT,
    Checked.BACKUP: CheckState.FAULT,
    Checked.SEAL: CheckState.HINT,
    Checked.DATABASE: CheckState.FAULT,
}


def watch(transaction: Transaction, checks: Iterable[Check], at: datetime) -> list[str]:
    """Adds the mails that are due; returns a sentence for each."""
    return [said for check in checks if check.of in TOLD_FROM for said in [_said(transaction, check, at)] if said]


def _said(transaction: Transaction, check: Check, at: datetime) -> str:
    known = notices_made.of_no_case(transaction, f"alarm:{check.of}/")
    times = sum(not key.endswith(OVER) for key in known)
    last, title = f"alarm:{check.of}/{times}", CHECKED_TITLES[check.of]
    over = f"{last}{OVER}"
    told = known.get(last) if over not in known else None
    if _is_told(check) and told is None and not outbox.take_back(transaction, over):
        add(transaction, f"alarm:{check.of}/{times + 1}", TEMPLATE, _facts(check, at), at)
        return f"已提示办公室：{title}，{check.what}"
    if not _is_told(check) and isinstance(told, AlarmFacts):
        add(transaction, over, TEMPLATE, replace(told, over=True), at + STEADY)
        return f"{title}恢复正常，一小时内不再异常即告知办公室"
    return ""


def _is_told(check: Check) -> bool:
    return check.state is CheckState.FAULT or check.state is TOLD_FROM[check.of]


def _facts(check: Check, at: datetime) -> AlarmFacts:
    since = check.since or at
    day = local_date(since) if isinstance(since, datetime) else since
    return AlarmFacts(CHECKED_TITLES[check.of], check.what, check.todo, day)
