"""A case as its letters give it: dates in words, what the parties entered, the ruler of days, what was sent."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.core.enums import CLOCK, NOTE, DeadlineStatus, ProposalState
from negotiation.core.labels import DEADLINE_STATUS_TITLES, NOTICE_TITLES
from negotiation.core.local_time import local_date
from negotiation.documents.letters.item_facts import item_facts, state_with
from negotiation.documents.letters.model import CaseFacts, Day, EnteredField, NoticeFacts, Step, TermFacts
from negotiation.domain import forms, rulers, wording
from negotiation.domain.entered import in_one
from negotiation.domain.fields import Fields, field_of
from negotiation.domain.machine.values import Act
from negotiation.domain.rulebook import OFFICE_BASIS, EventRule, FieldRule, Transition
from negotiation.domain.terms import NUMBERS, Term
from negotiation.services import case_view, event_view
from negotiation.services.case_json import CaseJson, EventJson
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import outbox_list as outbox_letters
from negotiation.store import proposals
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction

PARAGRAPHS = "\a"  # what docxtpl turns into a new paragraph of the same form
UNANSWERED = "答复"


class Visibility(NamedTuple):
    """The side that writes a letter (0: the office), and the departments whose mails it may name (None: all)."""

    side: int
    readers: frozenset[int] | None


def case_facts(
    transaction: Transaction, file: CaseFile, visibility: Visibility, as_of: date
) -> tuple[CaseFacts, Mapping[str, str]]:
    """The facts of a case at the end of a day, and what was entered in it, by the keys of its rulebook."""
    case = case_view.case_json(transaction, file, file.context, as_of)
    proposed = _proposed(transaction, file, visibility.side)
    notices = tuple(_notices(transaction, file, visibility))
    return _facts(file, case, proposed, notices, as_of), _fields(transaction, file, case["events"], proposed)


def _facts(
    file: CaseFile, case: CaseJson, proposed: "Proposed | None", notices: tuple[NoticeFacts, ...], as_of: date
) -> CaseFacts:
    past, terms = event_view.history(file, case["events"]), file.case_state.terms
    steps = [PastStep(row, _step(file, event)) for event, row in past if event["role"] != CLOCK]
    status = DeadlineStatus(case["light"])
    return CaseFacts(
        no=case["no"],
        procedure=file.procedure.title,
        subject=wording.one_line(case["subject"]),
        applicant=case["applicant"],
        provider=case["provider"],
        state=case["state_title"],
        light=DEADLINE_STATUS_TITLES[status],
        received=in_words(case["received"]) if case["received"] else "",
        items=item_facts(file.procedure, state_with(file, proposed.act if proposed else None)),
        application=steps[0].step.said if steps else (),
        term=next((_term(file, term, status, as_of) for term in reversed(terms) if term.main), None),
        terms=tuple(_term(file, term, status, as_of) for term in _annexed_terms(file)),
        answer=_answer(file, steps, proposed),
        steps=tuple(each.step for each in steps),
        referral=_since_referral(steps),
        notices=notices,
    )


# ------------------------------------------------------------------------------------------- what the parties entered


class PastStep(NamedTuple):
    """A step of a party as a letter gives it, and the transition of the rulebook that it took."""

    transition: Transition
    step: Step


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
        return _step_of(proposed.on, proposed.event.title, _entered(file, proposed.fields))
    items = file.case_state.items
    in_part = main is None or any(item.was_answered_since(main.started_on, main.n // NUMBERS) for item in items)
    return answers[-1] if answers and in_part else None


def _since_referral(steps: Sequence[PastStep]) -> tuple[Step, ...]:
    """The steps from the last referral on; none of a case that was not referred."""
    starts = [n for n, each in enumerate(steps) if each.transition.remembers]
    return tuple(each.step for each in steps[starts[-1] :]) if starts else ()


def _step(file: CaseFile, event: EventJson) -> Step:
    return _step_of(event["on"], event["title"], _entered(file, event["fields"] or {}))


def _step_of(on: date, title: str, entered: tuple[EnteredField, ...]) -> Step:
    return Step(in_words(on), title, title.partition("：")[2] or title, entered)


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
    lines = [wording.one_line(line) for line in rule.choices.get(str(value), str(value)).splitlines()]
    return PARAGRAPHS.join(filter(None, lines))


# ------------------------------------------------------------------------------------------------------- the annex


def _annexed_terms(file: CaseFile) -> list[Term]:
    """The term of the annex: the one that the parties count by, or those that run where there is none; no day that
    will never come, or that nobody knows yet."""
    if rulers.was_given_up(file.procedure, file.case_state):
        return []
    known = [term for term in file.case_state.terms if not term.pauses]
    main = [term for term in known if term.main]
    return main[-1:] or [term for term in known if term.ended_on is None]


def _term(file: CaseFile, term: Term, status: DeadlineStatus, as_of: date) -> TermFacts:
    rule, calendar = file.procedure.terms[term.kind], file.calendar
    counted = (term.counts_from, term.counted) if term.counted else None
    return TermFacts(
        title=rule.title,
        basis=file.rulebook.cited(term.basis or rule.basis),
        according="参照" if status is DeadlineStatus.REFERENCE else "依据",
        start=rule.start,
        start_basis=file.rulebook.cited(rule.start_basis or OFFICE_BASIS) if rule.start else "",
        started=in_words(term.started_on),
        counts_from=in_words(term.counts_from),
        days=str(term.length or ""),
        counted=str(term.counted or ""),
        due=f"{in_words(term.due_on)}（{wording.weekday(term.due_on)}）",
        provisional=wording.provisional(calendar, term.due_on, term.official, counted),
        past=term.due_on < as_of,
        left=max(calendar.count_estimated(as_of, term.due_on), 0),
        answered=in_words(term.answered_on) if term.answered_on else "",
        awaits=rule.awaits or UNANSWERED,
        ruler=tuple(_ruler(file, term)),
    )


def _ruler(file: CaseFile, term: Term) -> Iterator[Day]:
    if not term.counted:
        return
    firm = date.max if term.official else file.calendar.firm_through
    days = file.calendar.explain(term.counts_from, term.counted)
    for row in wording.ruler_rows(days, firm, resumed=term.counts_from != term.started_on):
        yield Day(*row)


def _notices(transaction: Transaction, file: CaseFile, visibility: Visibility) -> Iterator[NoticeFacts]:
    """The notices sent to departments that the letter may name: a party does not learn how the other was reminded."""
    for sent in outbox_letters.sent_of_case(transaction, file.case_id):
        if visibility.readers is None or sent.department_id in visibility.readers:
            kind = NOTICE_TITLES.get(sent.template, sent.template)
            yield NoticeFacts(in_words(local_date(sent.at)), file.context.name_of(sent.department_id), kind)
