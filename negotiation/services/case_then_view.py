"""A case as it was on a day, as people and scripts see it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from negotiation.core.local_time import local_date
from negotiation.domain.then import Then
from negotiation.services import case_view, later_entries
from negotiation.services.case_json import CaseWithActs
from negotiation.services.cases import as_known
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.store import case_reader
from negotiation.store.transaction import Transaction


class CaseThenJson(CaseWithActs):
    """A case as it was; ``entered_later``: the late papers, corrections and strikes of that time, in words."""

    as_of: date | None
    known_on: date | None
    entered_later: Sequence[str]


class CaseThen(NamedTuple):
    """A case as it was: its file, as scripts read it."""

    file: CaseFile
    json: CaseThenJson


def case_then(work: UnitOfWork, no: str, then: Then) -> CaseThen:
    """A case as it was; the transaction looks back from here on. Raises NotFound for one that did not exist yet."""
    case_id = case_reader.load(work.transaction, no=no).record.id
    entered_later = later_entries.reasons(work, [case_id], then).get(case_id, [])
    file = as_known.take_then(work, no, then)
    case = _case_json(work.transaction, file, then)
    then_json: CaseThenJson = {
        **case, "as_of": then.as_of, "known_on": then.known_on, "entered_later": entered_later,
    }  # fmt: skip
    return CaseThen(file, then_json)


def _case_json(transaction: Transaction, file: CaseFile, then: Then) -> CaseWithActs:
    """The case by a transaction that looks back; what waits for people is today's, and is left out."""
    case = case_view.case_json(transaction, file, file.context, then.day)
    sent = [each for each in case["notices"] if each["sent_at"] and local_date(each["sent_at"]) <= then.day]
    return {**case, "tasks": [], "notices": sent, "acts": [], "acts_later": [], "waiting": []}
