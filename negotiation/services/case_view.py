"""Cases as people and scripts see them: the same facts for the terminal, for JSON and, later, for pages."""

from collections.abc import Iterable
from datetime import date

from calendars import WorkingCalendar
from negotiation.core.enums import (
    DeadlineStatus,
    Level,
)
from negotiation.core.labels import TAKEN_BACK_TITLE
from negotiation.core.local_time import local
from negotiation.domain import lengths, rulers, terms, wording
from negotiation.domain.items import Item
from negotiation.domain.rulebook import OFFICE_BASIS, Rulebook
from negotiation.domain.terms import Term
from negotiation.services import event_view
from negotiation.services.case_json import (
    CaseJson,
    ItemJson,
    LineJson,
    MatterJson,
    ProvisionalJson,
    TermJson,
)
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.services.event_laws import laws_of
from negotiation.services.item_lines import unobjected_on
from negotiation.store import case_queries, event_lines
from negotiation.store.case_list import query
from negotiation.store.case_queries import CaseLine
from negotiation.store.instants import OddInstant
from negotiation.store.transaction import Transaction


def deadline_status_of(line: CaseLine, calendar: WorkingCalendar, as_of: date) -> DeadlineStatus:
    """The deadline status of a case at the end of a day."""
    reference = not Level(line.provider_level).bound_by_terms
    return terms.deadline_status(line.next_due, as_of, calendar, suspended=line.suspended, reference=reference)


def lines_json(transaction: Transaction, context: Context, lines: Iterable[CaseLine], as_of: date) -> list[LineJson]:
    """Lines of the list of cases; each is read by the rulebook that it was opened under, which need not be today's."""
    return [
        line_json(line, context.rulebooks.of(transaction, line.rulebook, line.edition), context, as_of)
        for line in lines
    ]


def line_json(line: CaseLine, book: Rulebook, context: Context, as_of: date) -> LineJson:
    """A line of the list of cases, with the keys that scripts rely on."""
    state, calendar = book.procedures[line.procedure].states[line.state], context.calendar_of(book)
    return {
        "no": line.no,
        "procedure": line.procedure,
        "state": line.state,
        "state_title": TAKEN_BACK_TITLE if line.taken_back else state.title,
        "held_by": state.held_by,
        "light": deadline_status_of(line, calendar, as_of).value,
        "applicant": line.applicant,
        "provider": line.provider,
        "subject": line.subject,
        **matter_json(line),
        "received": line.received,
        "due": line.due,
        "official": line.official,
        **provisional_json(calendar, line.due, line.official, line.counted),
        "overdue": line.overdue,
        "next_due": line.next_due,
        "next_official": line.next_official,
        "replied": line.replied,
        "closed": line.closed,
    }


def matter_json(line: CaseLine) -> MatterJson:
    """The letter (来文事项) of a case, where it asks for more."""
    return {"matter": line.matter} if line.matter else {}


def provisional_json(
    calendar: WorkingCalendar, due: date | None, official: bool, counted: tuple[date, int] | None
) -> ProvisionalJson:
    """The arrangement that a provisional date waits for, and its range; nothing of an official one."""
    if due is None or official:
        return {"awaits": "", "earliest": None, "latest": None}
    counted = counted if counted and counted[1] else None
    found = lengths.end_of(*counted, calendar) if counted else None
    earliest, latest = (found.earliest, found.latest) if found else (None, None)
    return {"awaits": wording.provisional(calendar, due, False, counted), "earliest": earliest, "latest": latest}


def case_json(transaction: Transaction, file: CaseFile, context: Context, as_of: date) -> CaseJson:
    """A case whole: its facts, events with what was entered, items, terms, tasks and notices."""
    (line,) = query.lines_numbered(transaction, [file.no], as_of, None)
    case_id = file.case_id
    events = event_lines.events_of(transaction, case_id)
    laws = laws_of(transaction, file, events)
    return {
        **line_json(line, file.rulebook, context, as_of),
        "expunged": event_view.expunged_in(events),
        "rulebook": f"{file.case.rulebook}@{file.case.edition}",
        "law": file.rulebook.law,
        "version": file.version,
        "events": list(event_view.events_json(events, file, laws)),
        "items": [item_json(item, file) for item in file.case_state.items],
        "terms": [term_json(term, file, laws.of_term(term)) for term in file.case_state.terms],
        "tasks": case_queries.tasks_of(transaction, case_id),
        "notices": case_queries.notices_of(transaction, case_id),
    }


def term_json(term: Term, file: CaseFile, law: Rulebook) -> TermJson:
    """A term of a case; ``law``: the rulebook under which it began."""
    rule = law.procedure(file.procedure.key).terms[term.kind]
    names = file.case_state.item_names
    counted = (term.counts_from, term.counted) if term.counted else None
    waits = provisional_json(file.calendar, term.due_on, term.official, counted)
    return {
        "n": term.n, "kind": term.kind, "main": term.main, "items": [names[n] for n in term.items if n in names],
        "started": term.started_on, "counts_from": term.counts_from, "days": _number(term.length),
        "unit": lengths.unit_of(term.length or 0).value, "length": lengths.plain(term.length),
        "counted": _number(term.counted), "frozen": _number(term.frozen),
        "left": "" if term.frozen is None else lengths.in_words(term.frozen),
        "due": term.due_on, "official": term.official, "suspended": term.suspended_on,
        "paused": term.paused, "lapsed": term.lapsed_on, "answered": term.answered_on, "ended": term.ended_on,
        "basis": term.basis, "title": rule.title, "cited": law.cited(term.basis), "runs": term.runs,
        "supplies": rule.supplies, "struck": term.struck_seq is not None,
        "dated": "" if term.length is not None else rulers.date_title(rule), "pauses": term.pauses,
        "awaits": waits["awaits"], "earliest": waits["earliest"], "latest": waits["latest"],
    }  # fmt: skip


def _number(length: int | None) -> int | None:
    return None if length is None else lengths.number_of(length)


def item_json(item: Item, file: CaseFile) -> ItemJson:
    """A data item; ``due``: the day by which it is to be answered or supplied."""
    term = file.case_state.term_of(item)
    return {
        "n": item.n,
        "name": item.name,
        "whole": item.whole,
        "answer": item.answer,
        "stage": item.stage,
        "reason": item.reason,
        "reason_class": item.reason_class,
        "condition": item.condition,
        "legal_basis": item.legal_basis,
        "answered": item.answered_on,
        "due": term.due_on if term else None,
        "official": term is None or term.official,
        "supplied": item.supplied_on,
        "supplied_by": file.context.directory.name(item.supplied_by),
        "confirmed": item.received_on,
        "unobjected": unobjected_on(file.procedure, file.case_state, item),
    }


def answered_title(supplies: bool) -> str:
    """The word for what ended a term in time or late: its data were supplied, or it was answered."""
    return "提供" if supplies else "答复"


def term_status(term: TermJson) -> str:
    """The status of a term, as ``case_json`` gives it, in words."""
    if term["struck"]:
        return "已撤销"
    if term["answered"]:
        late = "（逾期）" if term["answered"] > term["due"] else ""
        return f"{term['answered']} {answered_title(term['supplies'])}{late}"
    if term["ended"]:
        return f"{term['ended']} 结束"
    if term["suspended"]:
        return f"自 {term['suspended']} 暂停计时，尚余{term['left']}"
    return "已届满" if term["lapsed"] else "计时中"


def basis(article: str) -> str:
    """An article as the case's own law counts them, or the office's rule, which is not law and says so."""
    return "本办公室规定" if article == OFFICE_BASIS else article


def odd_instant(odd: OddInstant) -> str:
    """The sentence on what is odd about the instant at which an event was recorded, with the instants in Beijing."""
    shown = f"登记时刻 {local(odd.recorded_at):%Y-%m-%d %H:%M:%S} "
    if odd.before_at is None:
        return shown + "晚于现在"
    return shown + f"早于前一个事件的 {local(odd.before_at):%Y-%m-%d %H:%M:%S}"
