"""A case as it was on a day, as people and scripts see it."""

from datetime import date

from negotiation.core.local_time import local_date
from negotiation.domain.case_record import VOID
from negotiation.domain.then import Then
from negotiation.services import case_view, event_view
from negotiation.services.case_json import CaseWithActs
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.services.event_laws import laws_of
from negotiation.store import case_queries
from negotiation.store.case_queries import CaseLine
from negotiation.store.transaction import Transaction


def case_then_json(transaction: Transaction, file: CaseFile, context: Context, then: Then) -> CaseWithActs:
    """A case as it was: ``file`` has it as of that day; what waits for people is today's, and is left out."""
    events = case_queries.events_of(transaction, file.case_id)
    laws = laws_of(transaction, file, events)
    shown = [each for each in events if then.shows(each.happened_on, each.recorded_at)]
    sent = case_queries.notices_of(transaction, file.case_id)
    return {
        **case_view.line_json(line_of(file, then.day), file.rulebook, context, then.day),
        "rulebook": f"{file.case.rulebook}@{file.case.edition}",
        "law": file.rulebook.law,
        "version": file.version,
        "events": list(event_view.events_json(shown, file, laws)),
        "items": [case_view.item_json(item, file) for item in file.case_state.items],
        "terms": [case_view.term_json(term, file, laws.of_term(term)) for term in file.case_state.terms],
        "tasks": [],
        "notices": [each for each in sent if each["sent_at"] and local_date(each["sent_at"]) <= then.day],
        "acts": [],
        "acts_later": [],
        "waiting": [],
    }


def line_of(file: CaseFile, day: date) -> CaseLine:
    """The line of the list of a case as its file has it, at the end of a day."""
    case, directory = file.case, file.context.directory
    provider = directory.by_id[case.provider_id]
    late = case.late or (case.owed and case.due_on is not None and case.due_on < day)
    running = [each for each in file.case_state.terms if each.runs and each.due_on == case.next_due]
    return CaseLine(
        case.id, case.no, case.procedure, case.rulebook, case.edition, case.state,
        directory.name(case.applicant_id), provider.name, provider.level.value, case.subject,
        case.received_on, case.due_on, case.official, late and case.ending != VOID,
        case.next_due, all(each.official for each in running), case.suspended,
        case.replied_on, case.closed_on, case.is_taken_back, case.version, _counted(file),
    )  # fmt: skip


def _counted(file: CaseFile) -> tuple[date, int] | None:
    """How the due date was counted, if that is not official."""
    main = [each for each in file.case_state.terms if each.main]
    if not main or file.case.official or main[-1].counted is None:
        return None
    return main[-1].counts_from, main[-1].counted
