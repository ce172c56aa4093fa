"""Row of a case: read as the state that the engine decides on, and kept up with its terms, parties and subject."""

from collections.abc import Iterable, Iterator
from typing import Any

from negotiation.core.enums import PARTY_ROLES
from negotiation.core.errors import FieldError
from negotiation.domain.items import Item
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.rulebook import Procedure
from negotiation.domain.terms import Term
from negotiation.store.case_reader import CaseRow

LONGEST_SUBJECT = 300  # characters: it stands in every list


def state_of(row: CaseRow, terms: tuple[Term, ...], items: tuple[Item, ...]) -> CaseState:
    """The case as far as the engine knows it."""
    return CaseState(
        state=row["state"],
        version=row["version"],
        last_on=row["last_on"],
        flags=row["flags"],
        terms=terms,
        parties={role: row[f"{role}_id"] for role in PARTY_ROLES if row[f"{role}_id"] is not None},
        back_state=row["back_state"],
        back_on=row["back_on"],
        back_seq=row["back_seq"],
        items=items,
    )


def take_step(row: CaseRow, step: Step, procedure: Procedure) -> None:
    """Brings the columns of a case up to a step: its state, parties, marks, dates and whether it has ended."""
    after, ended_before = step.after, row["ending"]
    ending = procedure.states[after.state].ending
    row.update(
        state=after.state,
        version=after.version,
        applicant_id=after.parties.get("applicant"),
        provider_id=after.parties["provider"],
        flags=after.flags,
        last_on=after.last_on,
        back_state=after.back_state,
        back_on=after.back_on,
        back_seq=after.back_seq,
        ending=ending,
        reopened=row["reopened"] + (1 if ended_before and not ending else 0),
        items=sum(not item.whole for item in after.items),
    )
    # what is passed on again, or taken up again, was received when it first came
    row.update(step.milestones, received_on=row["received_on"] or step.milestones.get("received_on"))


def facts_of_terms(row: CaseRow, terms: Iterable[Term]) -> CaseRow:
    """The columns of a case that sum up its terms, so that the desk need not read them."""
    facts: CaseRow = {"owed": False, "late": False, "next_due": None, "suspended": False}
    for term in terms:
        if term.struck_seq is not None:
            continue
        if term.main:
            owed = term.runs and term.answered_on is None
            facts |= {"due_on": term.due_on, "official": term.official, "owed": owed}
            facts["late"] = facts["late"] or was_late(term)
        if term.runs and not row["ending"]:
            facts["next_due"] = min(facts["next_due"] or term.due_on, term.due_on)
        facts["suspended"] = facts["suspended"] or (term.suspended_on is not None and term.ended_on is None)
    return facts


def was_late(term: Term) -> bool:
    """True for a main term that was answered after its due date, or ended after it without an answer."""
    answered = term.answered_on or term.ended_on
    return answered is not None and answered > term.due_on


def moved_parties(row: CaseRow, step: Step) -> Iterator[tuple[Any, ...]]:
    """The parts in a case that a step moves to another department (划出, 划入), as rows of their table."""
    for role, department in step.after.parties.items():
        before = row[f"{role}_id"]
        if before is not None and before != department:
            yield row["id"], step.after.version, role, before, department, step.on


def short_subject(procedure: Procedure, subject: str) -> str:
    """A subject that a list can show; what there is to say about it has fields of its own. Raises FieldError."""
    if len(subject) > LONGEST_SUBJECT:
        title = procedure.fields[procedure.subject].title
        what = f"“{title}”有{len(subject)}个字，至多{LONGEST_SUBJECT}个字"
        raise FieldError(what, field=procedure.subject, todo="请缩短，其余内容写在其他栏目或附件中")
    return subject
