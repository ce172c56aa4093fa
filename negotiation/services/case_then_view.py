"""A case as it was on a day, as people and scripts see it."""

from datetime import date
from typing import Any

from negotiation.core.local_time import local_date
from negotiation.domain.then import Then
from negotiation.services import case_view
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.store import case_queries
from negotiation.store.case_queries import CaseLine
from negotiation.store.transaction import Transaction


def case_then_json(transaction: Transaction, file: CaseFile, context: Context, then: Then) -> dict[str, Any]:
    """A case as it was: ``file`` has it as of that day; what waits for people is today's, and is left out."""
    events = [
        each
        for each in case_queries.events_of(transaction, file.row["id"])
        if then.shows(each.happened_on, each.recorded_at)
    ]
    sent = [
        each
        for each in case_queries.notices_of(transaction, file.row["id"])
        if each["sent_at"] is not None and local_date(each["sent_at"]) <= then.day
    ]
    facts = case_view.facts_json(file, line_of(file, then.day), context, then.day)
    nothing: dict[str, Any] = {"items": [], "tasks": [], "acts": [], "acts_later": [], "waiting": []}
    return facts | nothing | {"events": list(case_view.events_json(events, file)), "notices": sent}


def line_of(file: CaseFile, day: date) -> CaseLine:
    """The line of the list of a case as its file has it, at the end of a day."""
    row, directory = file.row, file.context.directory
    provider = directory.by_id[row["provider_id"]]
    late = row["late"] or (row["owed"] and row["due_on"] < day)
    next_terms = [each for each in file.case_state.terms if each.runs and each.due_on == row["next_due"]]
    counted = next(((each.counts_from, each.counted) for each in file.case_state.terms[::-1] if each.main), None)
    return CaseLine(
        row["id"], row["no"], row["procedure"], row["rulebook"], row["edition"], row["state"],
        directory.name(row["applicant_id"]), provider.name, provider.level.value, row["subject"],
        row["received_on"], row["due_on"], row["official"], late and row["ending"] != "void",
        row["next_due"], all(each.official for each in next_terms), row["suspended"],
        row["replied_on"], row["closed_on"], row["version"],
        (counted[0], counted[1]) if counted is not None and counted[1] is not None and not row["official"] else None,
    )  # fmt: skip
