"""A case as it was on a day, as people and scripts see it."""

from negotiation.core.local_time import local_date
from negotiation.domain.then import Then
from negotiation.services import case_view
from negotiation.services.case_json import CaseWithActs
from negotiation.services.cases.case_file import CaseFile
from negotiation.store.transaction import Transaction


def case_then_json(transaction: Transaction, file: CaseFile, then: Then) -> CaseWithActs:
    """A case as it was, by a transaction that looks back; what waits for people is today's, and is left out."""
    case = case_view.case_json(transaction, file, file.context, then.day)
    sent = [each for each in case["notices"] if each["sent_at"] and local_date(each["sent_at"]) <= then.day]
    return {**case, "tasks": [], "notices": sent, "acts": [], "acts_later": [], "waiting": []}


def in_words(then: Then) -> str:
    """截至……，按……为止的登记"""
    happened = f"截至 {then.as_of}" if then.as_of else ""
    known = f"按 {then.known_on} 为止的登记" if then.known_on else ""
    return "，".join(filter(None, (happened, known)))
