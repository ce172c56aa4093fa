"""Cases as people and scripts see them: the same facts for the terminal, for JSON and, later, for pages."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from negotiation import terms
from negotiation.casework import CaseFile, Practice
from negotiation.rulebook import Procedure, Rulebook, StateRule
from negotiation.store import queries
from negotiation.store.database import Database, Transaction
from negotiation.store.queries import CaseLine
from negotiation.terms import Term
from negotiation.vocabulary import ANNUL, CLOCK, LAPSE, REMIND, Level, Light


def light_of(line: CaseLine, practice: Practice, as_of: date) -> Light:
    """The light of a case at the end of a day."""
    reference = Level(line.provider_level) is Level.REFERENCE
    return terms.light(line.next_due, as_of, practice.calendar, suspended=line.suspended, reference=reference)


def lines_json(database: Database, practice: Practice, lines: Iterable[CaseLine], as_of: date) -> list[dict[str, Any]]:
    """Lines of the list of cases; each state is called as the rulebook of its own case calls it."""
    with database.looking() as transaction:
        return [line_json(line, state_of(transaction, practice, line), practice, as_of) for line in lines]


def state_of(transaction: Transaction, practice: Practice, line: CaseLine) -> StateRule:
    """The state of a case in the rulebook that it was opened under, which need not be today's."""
    book = practice.rulebooks.of(transaction, line.rulebook, line.edition)
    return book.procedures[line.procedure].states[line.state]


def line_json(line: CaseLine, state: StateRule, practice: Practice, as_of: date) -> dict[str, Any]:
    """A line of the list of cases, with the keys that scripts rely on."""
    return {
        "no": line.no,
        "procedure": line.procedure,
        "state": line.state,
        "state_title": state.title,
        "held_by": state.held_by,
        "light": light_of(line, practice, as_of).value,
        "applicant": line.applicant,
        "provider": line.provider,
        "subject": line.subject,
        "received": line.received,
        "due": line.due,
        "official": line.official,
        "overdue": line.overdue,
        "next_due": line.next_due,
        "replied": line.replied,
        "closed": line.closed,
    }


def case_json(connection: Connection, file: CaseFile, practice: Practice, as_of: date) -> dict[str, Any]:
    """A case whole: its facts, events with what was entered, items, terms, tasks, notices and possible acts."""
    line = next(each for each in queries.list_cases(connection, as_of, no=file.row["no"]))
    rules, case_id = file.procedure, file.row["id"]
    return line_json(line, rules.states[line.state], practice, as_of) | {
        "rulebook": f"{file.row['rulebook']}@{file.row['edition']}",
        "law": f"《{file.rulebook.title}》（{file.rulebook.document}）",
        "version": file.row["version"],
        "events": [_event_json(each, file) for each in queries.events_of(connection, case_id)],
        "items": [{"name": name, "answer": answer} for name, answer in queries.items_of(connection, case_id)],
        "terms": [_term_json(term, rules, file.rulebook) for term in file.standing.terms],
        "tasks": queries.tasks_of(connection, case_id),
        "notices": queries.notices_of(connection, case_id),
        "acts": acts_json(rules, file.row["state"]),
    }


def acts_json(rules: Procedure, state: str) -> list[dict[str, Any]]:
    """What may be done in a state, by whom, and what its form asks."""
    return [
        {
            "event": row.event.key,
            "title": row.event.title,
            "by": [role for role in row.by if role != CLOCK],
            "required": list(row.event.required),
            "optional": list(row.event.optional),
            "basis": row.basis,
        }
        for row in rules.from_state(state)
        if set(row.by) != {CLOCK} and row.event.key != ANNUL
    ]


def event_title(rules: Procedure, event: queries.EventLine, terms: tuple[Term, ...]) -> str:
    """The title of an event; a lapse is called after its term."""
    if event.event == LAPSE and event.term is not None:
        rule = rules.terms[next(term.kind for term in terms if term.n == event.term)]
        return rule.lapse_title or f"{rule.title}届满"
    if event.event == REMIND and event.role == CLOCK:
        return "到期提醒"  # nobody is chased before the term has passed
    return rules.events[event.event].title


def _event_json(event: queries.EventLine, file: CaseFile) -> dict[str, Any]:
    """An event; ``shown`` is what was entered, as the form called it."""
    title = event_title(file.procedure, event, file.standing.terms)
    shown = {} if event.fields is None else _shown(file.procedure, event.fields)
    return asdict(event) | {"title": title, "cited": file.rulebook.cited(event.basis), "shown": shown}


def _shown(rules: Procedure, fields: dict[str, Any]) -> dict[str, str]:
    """Fields under their titles, choices by their labels."""
    shown = {}
    for key, value in fields.items():
        rule = rules.fields.get(key)
        text = "、".join(value) if isinstance(value, list) else str(value)
        shown[rule.title if rule else key] = rule.choices.get(text, text) if rule else text
    return shown


def _term_json(term: Term, rules: Procedure, rulebook: Rulebook) -> dict[str, Any]:
    rule = rules.terms[term.kind]
    facts = {key: value for key, value in term._asdict().items() if key != "department_id"}
    return facts | {"title": rule.title, "basis": rule.basis, "cited": rulebook.cited(rule.basis), "runs": term.runs}


def jsonable(value: object) -> str:
    """For json.dumps: dates in ISO form, instants in UTC with their offset."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
