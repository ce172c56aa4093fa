"""A case as its letters give it: dates in words, what the parties entered, the ruler of days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.core.enums import CLOCK, NOTE, OFFICE, DeadlineStatus, ProposalState
from negotiation.core.labels import DEADLINE_STATUS_TITLES
from negotiation.core.local_time import local_date
from negotiation.documents.letters.dispute import NUMBER, PastStep, decision_of, dispute_of, texts, told
from negotiation.documents.letters.item_facts import item_facts, owed_facts, state_with
from negotiation.documents.letters.model import CaseFacts, Decision, Dispute, EnteredField, Step
from negotiation.documents.letters.term_facts import annexed_terms, term_facts
from negotiation.domain import forms, wording
from negotiation.domain.entered import in_one
from negotiation.domain.fields import Fields, field_of
from negotiation.domain.machine.values import Act
from negotiation.domain.rulebook import EventRule, FieldRule, Rulebook
from negotiation.domain.terms import NUMBERS
from negotiation.services import case_view, event_view
from negotiation.services.case_json import CaseJson, EventJson
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import proposals
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction

PARAGRAPHS = "\a"  # what docxtpl turns into a new paragraph of the same form


class Past(NamedTuple):
    """The steps of the parties so far, what waits for the head, and what came of the dispute."""

    steps: Sequence[PastStep]
    proposed: "Proposed | None"
    dispute: Dispute | None
    decision: Decision | None


def case_facts(transaction: Transaction, file: CaseFile, side: int, as_of: date) -> tuple[CaseFacts, Mapping[str, str]]:
    """The facts of a case at the end of a day, and what was entered in it, by the keys of its rulebook.

    ``side``: who writes (0: the office); what waits for the head there is among the facts.
    """
    case = case_view.case_json(transaction, file, file.context, as_of)
    proposed = _proposed(transaction, file, side)
    steps = list(_steps(file, case["events"]))
    past = Past(steps, proposed, dispute_of(transaction, file, steps), decision_of(file, steps))
    return _facts(file, case, past, as_of), _fields(transaction, file, case["events"], proposed)


def _steps(file: CaseFile, events: Sequence[EventJson]) -> Iterator[PastStep]:
    """What the parties did, without the clock's acts and what was struck."""
    past = [(event, row) for event, row in event_view.history(file, events) if event["role"] != CLOCK]
    for n, (event, row) in enumerate(past):
        if not event["struck"]:
            yield PastStep(row, event["on"], _step(file, event, first=n == 0))


def _facts(file: CaseFile, case: CaseJson, past: Past, as_of: date) -> CaseFacts:
    steps, terms = past.steps, file.case_state.terms
    after = state_with(file, past.proposed.act if past.proposed else None)
    status, subject = DeadlineStatus(case["light"]), wording.one_line(case["subject"])
    doc_no, application = _application(steps)
    return CaseFacts(
        no=case["no"],
        procedure=file.procedure.title,
        subject=subject,
        applicant=case["applicant"],
        provider=case["provider"],
        state=case["state_title"],
        light=DEADLINE_STATUS_TITLES[status],
        received=in_words(case["received"]) if case["received"] else "",
        doc_no=doc_no,
        items=item_facts(file.procedure, after),
        owed=owed_facts(file.procedure, after, subject),
        application=application,
        term=next((term_facts(file, term, status, as_of) for term in reversed(terms) if term.main), None),
        terms=tuple(term_facts(file, term, status, as_of) for term in annexed_terms(file)),
        answer=_answer(file, steps, past.proposed),
        steps=tuple(each.step for each in steps),
        dispute=past.dispute,
        decision=past.decision,
    )


def _application(steps: Sequence[PastStep]) -> tuple[str, tuple[EnteredField, ...]]:
    """The number of the letter of application, and what an application must state."""
    if not steps:
        return "", ()
    said, needed = steps[0].step.said, steps[0].transition.event.required
    number = next((each.text for each in said if each.key == NUMBER), "")
    return number, tuple(each for each in said if each.key in needed)


# ------------------------------------------------------------------------------------------- what the parties entered


class Proposed(NamedTuple):
    """An act that waits for the head of the side that writes: its event, and its fields as values."""

    event: EventRule
    fields: Fields
    on: date
    role: str

    @property
    def act(self) -> Act:
        """The act that it becomes once it is signed."""
        return Act(self.event.key, self.role, self.on, self.fields)


def _proposed(transaction: Transaction, file: CaseFile, side: int) -> Proposed | None:
    """A letter is often drafted together with the act that it carries out, while the head has yet to sign both."""
    for row in proposals.of_case(transaction, file.case_id):
        if row.state == ProposalState.OPEN and row.department_id == side and row.event in file.procedure.events:
            return _read(file, row)
    return None


def _read(file: CaseFile, row: ProposalRow) -> Proposed:
    event = file.procedure.events[row.event]
    known = {key: value for key, value in row.entered["fields"].items() if field_of(key) in event.fields}
    fields, _ = forms.read_fields(file.procedure, event, known, file.context.directory)
    return Proposed(event, fields, local_date(row.proposed_at), row.role)


def _answer(file: CaseFile, steps: Sequence[PastStep], proposed: Proposed | None) -> Step | None:
    """The provider's answer to what is asked now: the one on record, or the one that waits for its head.

    While a part is still open, what waits comes before the answer to the other part.
    """
    main = next((term for term in reversed(file.case_state.terms) if term.main), None)
    answers = [each.step for each in steps if each.transition.answers]
    if answers and (main is None or main.answered_on is not None):
        return answers[-1]
    row = file.procedure.table.get((file.state, proposed.event.key)) if proposed else None
    if proposed is not None and row is not None and row.answers:
        said = _entered(file, proposed.fields)
        return _step_of(proposed.on, _who(file, proposed.role), proposed.event.title, said)
    items = file.case_state.items
    in_part = main is None or any(item.was_answered_since(main.started_on, main.n // NUMBERS) for item in items)
    return answers[-1] if answers and in_part else None


def _step(file: CaseFile, event: EventJson, *, first: bool) -> Step:
    who, said = _who(file, event["role"]), _entered(file, event["fields"] or {})
    step, key, rules = _step_of(event["on"], who, event["title"], said), event["event"], file.procedure
    own = not first and key not in rules.general_events and rules.milestones.get(key) != "reported_on"
    return replace(step, words=texts(told(file, said)), own=own)


def _step_of(on: date, who: str, title: str, said: tuple[EnteredField, ...]) -> Step:
    return Step(in_words(on), who, title, title.partition("：")[2] or title, said)


def _who(file: CaseFile, role: str) -> str:
    """Who did it, as a letter of the office says it: a department by its name, the office itself as 我办."""
    party = file.case_state.parties.get(role)
    if party is not None:
        return file.context.name_of(party)
    return we_of(file.rulebook) if role == OFFICE else file.rulebook.organs.get(role) or file.rulebook.role_title(role)


OURSELVES = "我单位"


def we_of(book: Rulebook, author: str = OFFICE) -> str:
    """The word by which the author of a letter speaks of itself: the office has one of its own."""
    return book.address.get("self", OURSELVES) if author == OFFICE else OURSELVES


def _entered(file: CaseFile, fields: Mapping[str, object]) -> tuple[EnteredField, ...]:
    """The fields entered, in the order of the rulebook, without subject and items, which a letter gives itself."""
    rules, fields = file.procedure, in_one(file.procedure, fields, file.case_state.item_names)
    apart = {rules.subject, *(rules.item_fields if file.case.items else ())}
    return tuple(
        EnteredField(key, rule.title, in_text(rule, fields[key]))
        for key, rule in rules.fields.items()
        if key in fields and key not in apart
    )


def _fields(
    transaction: Transaction, file: CaseFile, events: Sequence[EventJson], proposed: Proposed | None
) -> dict[str, str]:
    """Every field of the rulebook, as it was entered last; empty where it never was."""
    file.read_draft(transaction)
    entered: dict[str, object] = dict(file.draft or {})
    names = file.case_state.item_names
    for event in events:
        if event["event"] != NOTE:
            entered |= in_one(file.procedure, event["fields"] or {}, names)
    entered |= in_one(file.procedure, proposed.fields, names) if proposed else {}
    rules = file.procedure.fields
    return {key: in_text(rule, entered[key]) if key in entered else "" for key, rule in rules.items()}


def in_text(rule: FieldRule, value: object) -> str:
    """A value as a letter prints it: dates in words, choices by their label, lists with 、 between."""
    if rule.kind == "date":
        return in_words(date.fromisoformat(str(value)))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(wording.one_line(str(each)) for each in value)
    return in_paragraphs(rule.choices.get(str(value), str(value)))


def in_paragraphs(text: str) -> str:
    """A text that a person typed, its lines as paragraphs."""
    return PARAGRAPHS.join(filter(None, map(wording.one_line, text.splitlines())))
