"""Record of a case: read as the state that the engine decides on, and joined with the state that it came to."""

from collections.abc import Iterator, Mapping
from typing import Any

from negotiation.core.errors import FieldError
from negotiation.domain.case_record import VOID, CaseRecord
from negotiation.domain.items import Item
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.rulebook import Procedure
from negotiation.domain.terms import Term
from negotiation.store.records import MovedRecord

LONGEST_SUBJECT = 300  # characters: it stands in every list


def state_of(
    record: CaseRecord, terms: tuple[Term, ...], items: tuple[Item, ...], seats: Mapping[str, int]
) -> CaseState:
    """The case as far as the engine knows it; ``seats``: the departments that its rulebook gives a role in each."""
    return CaseState(
        state=record.state,
        version=record.version,
        last_on=record.last_on,
        flags=record.flags,
        terms=terms,
        parties={**record.parties, **seats},
        back_state=record.back_state,
        back_on=record.back_on,
        back_seq=record.back_seq,
        handed_on=record.handed_on,
        items=items,
    )


def ending_of(record: CaseRecord, state: str, procedure: Procedure) -> str:
    """The way in which a case has ended, "" while it is open.

    What an import opened and what is before its first event again was taken back: it ended as though it never was.
    """
    taken_back = record.batch is not None and record.version > 0 and state == procedure.initial
    return VOID if taken_back else procedure.states[state].ending


def joined(record: CaseRecord, case_state: CaseState, procedure: Procedure, head: bytes) -> CaseRecord:
    """The record of a case with the state that it came to, and what its terms and items sum up to.

    ``head``: the digest of its last event.
    """
    state, parties, ending = case_state.state, case_state.parties, ending_of(record, case_state.state, procedure)
    terms = [term for term in case_state.terms if term.struck_seq is None]
    mains = [term for term in terms if term.main]
    main = mains[-1] if mains else None
    due = [] if ending else [term.due_on for term in terms if term.runs]
    return record._replace(
        state=state, version=case_state.version, flags=case_state.flags, last_on=case_state.last_on,
        applicant_id=parties.get("applicant"), provider_id=parties["provider"],
        back_state=case_state.back_state, back_on=case_state.back_on, back_seq=case_state.back_seq,
        handed_on=case_state.handed_on, ending=ending,
        due_on=None if main is None else main.due_on,
        official=main is None or main.official,
        owed=main is not None and main.runs and main.answered_on is None,
        late=any(was_late(term) for term in mains), next_due=min(due, default=None),
        items=len([item for item in case_state.items if not item.whole]),
        suspended=any(term.pauses for term in terms), head=head,
    )  # fmt: skip


def followed(record: CaseRecord, before: CaseState, step: Step, procedure: Procedure) -> CaseRecord:
    """The record after a step, with the days of its milestones; a case that had ended and goes on is reopened.

    What is passed on or taken up again was received when it first came.
    """
    states, milestones = procedure.states, step.milestones
    if milestones:
        days: dict[str, Any] = {**milestones, "received_on": record.received_on or milestones.get("received_on")}
        record = record._replace(**days)
    if states[before.state].ending and not states[step.after.state].ending:
        record = record._replace(reopened=record.reopened + 1)
    return record


def was_late(term: Term) -> bool:
    """True for a main term that was answered after its due date, or ended after it without an answer."""
    answered = term.answered_on or term.ended_on
    return answered is not None and answered > term.due_on


def moved_parties(case_id: int, parties: Mapping[str, int], step: Step) -> Iterator[MovedRecord]:
    """The parts in a case that a step moves to another department (划出, 划入); ``parties``: before it."""
    for role, department in step.after.parties.items():
        before = parties.get(role)
        if before is not None and before != department:
            yield MovedRecord(case_id, step.after.version, role, before, department, step.on)


def short_subject(procedure: Procedure, subject: str) -> str:
    """A subject that a list can show; what there is to say about it has fields of its own. Raises FieldError."""
    if len(subject) > LONGEST_SUBJECT:
        title = procedure.fields[procedure.subject].title
        what = f"“{title}”有{len(subject)}个字，至多{LONGEST_SUBJECT}个字"
        raise FieldError(what, field=procedure.subject, todo="请缩短，其余内容写在其他栏目或附件中")
    return subject
