"""Who hears of what, with which template, under which key. Pure: it makes rows of the outbox and sends nothing.

Mail carries the number, the resource name, dates and their article; never reasons, data items or personal data.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from negotiation.clock import at_local
from negotiation.lifecycle import Step, Tell
from negotiation.rulebook import Procedure, Rulebook
from negotiation.settings import Settings
from negotiation.store.directory import Directory
from negotiation.terms import Term
from negotiation.vocabulary import OFFICE_ID, PARTY_ROLES, NoticeKind, NoticeState

CORRECTION = "corrected"
NoticeRow = tuple[Any, ...]


class About(NamedTuple):
    """What a notice speaks of: a step, the case's row after it, and who and where the office is; ``at`` its instant."""

    step: Step
    row: Mapping[str, Any]
    rulebook: Rulebook
    directory: Directory
    settings: Settings
    at: datetime

    @property
    def procedure(self) -> Procedure:
        return self.rulebook.procedures[self.row["procedure"]]


def of_step(about: About) -> list[NoticeRow]:
    """The notices that a step sends; no reminders while the office has stopped the mail of the case."""
    if _is_private(about):
        return []
    quiet = about.row["marks"].get("quiet")
    tells = [tell for tell in about.step.tells if tell.term is None or not quiet]
    return [_notice(about, tell, department) for tell in tells for department in _recipients(tell, about.row)]


def correction(about: About, department_id: int) -> NoticeRow:
    """更正告知: what those receive who were told of a lapse that was none."""
    return _notice(about, Tell("", CORRECTION, None, about.step.term), department_id)


def _notice(about: About, tell: Tell, department_id: int) -> NoticeRow:
    """A row of the outbox, in the order of its columns."""
    step, row, at = about.step, about.row, about.at
    not_before = at_local(tell.not_before, about.settings.office_hours_from) if tell.not_before else at
    facts = _facts(about, tell)
    return (
        row["id"],
        _key(step, tell, department_id),
        (NoticeKind.ACT if tell.term is None or tell.notice == CORRECTION else NoticeKind.REMINDER).value,
        tell.notice,
        department_id,
        tell.term,
        facts,
        NoticeState.WAITING.value,
        at,
        max(at, not_before),
        0,
        "",
        "",
        "",
        None,
        "",
    )


def _is_private(about: About) -> bool:
    """A draft concerns nobody but the applicant: what happens to it is told to nobody until it is handed in."""
    initial, state = about.procedure.initial, about.step.after.state
    return about.step.transition.source == initial and (state == initial or bool(about.procedure.states[state].ending))


def _recipients(tell: Tell, row: Mapping[str, Any]) -> Iterator[int]:
    if tell.to == "office":
        yield OFFICE_ID
    elif tell.to in PARTY_ROLES:
        yield row[f"{tell.to}_id"]


def _key(step: Step, tell: Tell, department_id: int) -> str:
    """Ids and ISO dates only; the due date is in it, as a moved term reminds again."""
    if tell.term is None or tell.notice == CORRECTION:
        return f"event:{step.after.version}/{tell.notice}/to:{department_id}"
    term = next(term for term in step.after.terms if term.n == tell.term)
    moment = f"left:{tell.rung}" if tell.rung is not None else f"lapsed/{tell.notice}"
    return f"term:{term.n}/due:{term.due_on.isoformat()}/{moment}/to:{department_id}"


def _facts(about: About, tell: Tell) -> dict[str, Any]:
    """What the mail says, frozen at this moment."""
    step, row, rulebook, procedure = about.step, about.row, about.rulebook, about.procedure
    facts = {
        "no": row["no"],
        "subject": row["subject"],
        "procedure": procedure.title,
        "applicant": about.directory.name(row["applicant_id"]),
        "provider": about.directory.name(row["provider_id"]),
        "event": step.transition.event.title,
        "on": step.on.isoformat(),
        "received_on": row["received_on"] and row["received_on"].isoformat(),
        "state": procedure.states[step.after.state].title,
        "basis": rulebook.cited(step.basis),
        "address": rulebook.address.get("mail", "贵单位"),
    }
    term = _term_spoken_of(step, tell)
    if term is not None:
        facts |= term_facts(term, procedure, rulebook)
    return facts


def _term_spoken_of(step: Step, tell: Tell) -> Term | None:
    if tell.term is not None:
        return next(term for term in step.after.terms if term.n == tell.term)
    running = [term for term in step.after.terms if term.runs]
    return min(running, key=lambda term: term.due_on, default=None)


def term_facts(term: Term, procedure: Procedure, rulebook: Rulebook) -> dict[str, Any]:
    """A term as a mail speaks of it: its length in working days, its dates, its article."""
    rule = procedure.terms[term.kind]
    return {
        "term": rule.title,
        "term_basis": rulebook.cited(rule.basis),
        "days": term.days,
        "started_on": term.started_on.isoformat(),
        "counts_from": term.counts_from.isoformat(),
        "counted": term.counted,
        "due_on": term.due_on.isoformat(),
        "official": term.official,
    }
