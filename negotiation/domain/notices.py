"""Who hears of what, with which template, under which key. Pure: it makes rows of the outbox and sends nothing.

Mail carries the number, the resource name, dates and their article; never reasons, data items or personal data.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any, NamedTuple

from negotiation.core.enums import OFFICE_ID, PARTY_ROLES, QUIET, NoticeKind, NoticeState
from negotiation.core.local_time import at_local
from negotiation.domain.departments import Directory
from negotiation.domain.machine.values import NoticeRequest, Step
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Document

CORRECTION, COPY = "corrected", "copied"
NoticeRow = tuple[Any, ...]


class About(NamedTuple):
    """What a notice speaks of: a step, the case's row after it, and who and where the office is; ``at`` its instant.

    ``document``: what changed the calendar, where that is why. ``copied``: the departments that the case is copied to.
    """

    step: Step
    row: Mapping[str, Any]
    rulebook: Rulebook
    directory: Directory
    office_opens: time
    at: datetime
    document: Document | None = None
    copied: tuple[int, ...] = ()

    @property
    def procedure(self) -> Procedure:
        return self.rulebook.procedures[self.row["procedure"]]


def of_step(about: About) -> list[NoticeRow]:
    """The notices that a step sends; no reminders while the office has stopped the mail of the case."""
    if _is_private(about):
        return []
    quiet = about.row["flags"].get(QUIET)
    notice_requests = [tell for tell in about.step.notice_requests if tell.term is None or not quiet]
    notice_requests += _copies(notice_requests)
    facts = {term: _facts(about, term) for term in {tell.term for tell in notice_requests}}
    made = (
        _notice(about, tell, each, facts[tell.term]) for tell in notice_requests for each in _recipients(tell, about)
    )
    return list({notice[1]: notice for notice in made}.values())  # whoever is two of those told reads it once


def _copies(notice_requests: Iterable[NoticeRequest]) -> list[NoticeRequest]:
    """Of what the provider is told of an act, the departments that the case is copied to read a copy."""
    told = any(tell.to == "provider" and tell.term is None for tell in notice_requests)
    return [NoticeRequest("copied", COPY)] if told else []


def correction(about: About, department_id: int) -> NoticeRow:
    """更正告知: what those receive who were told of a lapse that was none."""
    tell = NoticeRequest("", CORRECTION, None, about.step.term)
    return _notice(about, tell, department_id, _facts(about, tell.term))


def _notice(about: About, tell: NoticeRequest, department_id: int, facts: dict[str, Any]) -> NoticeRow:
    """A row of the outbox, in the order of its columns."""
    step, row, at = about.step, about.row, about.at
    not_before = at_local(tell.not_before, about.office_opens) if tell.not_before else at
    return (
        row["id"],
        _key(step, tell, department_id),
        (NoticeKind.ACT if tell.term is None or tell.notice == CORRECTION else NoticeKind.REMINDER).value,
        tell.notice,
        department_id,
        tell.term,
        facts,
        (NoticeState.HELD if tell.held else NoticeState.WAITING).value,
        at,
        None if tell.held else max(at, not_before),
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


def _recipients(tell: NoticeRequest, about: About) -> Iterable[int]:
    if "office" in (tell.to, about.rulebook.entered_by.get(tell.to)):
        return (OFFICE_ID,)  # who enters what a body decides also reads what that body is told
    if tell.to == "copied":
        return about.copied
    department = about.row[f"{tell.to}_id"] if tell.to in PARTY_ROLES else None
    return () if department is None or _knows_nothing(about.row, department) else (department,)


def _knows_nothing(row: Mapping[str, Any], department: int) -> bool:
    """What was not handed in or passed on yet is known to its author alone."""
    return row["received_on"] is None and row["drafted_by"] != department


def _key(step: Step, tell: NoticeRequest, department_id: int) -> str:
    """Ids and ISO dates only; the due date is in it, as a moved term reminds again."""
    if tell.term is None or tell.notice == CORRECTION or step.recounted is not None:
        return f"event:{step.after.version}/{tell.notice}/to:{department_id}"
    term = next(term for term in step.after.terms if term.n == tell.term)
    moment = f"left:{tell.rung}" if tell.rung is not None else f"lapsed/{tell.notice}"
    return f"term:{term.n}/due:{term.due_on.isoformat()}/{moment}/to:{department_id}"


def _facts(about: About, n: int | None) -> dict[str, Any]:
    """What the mail says, frozen at this moment; ``n``: the term that it speaks of."""
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
        "version": step.after.version,
    }
    term = _term_spoken_of(procedure, step, n)
    if term is not None:
        facts |= term_facts(term, procedure, rulebook)
    if step.recounted is not None and about.document is not None:
        facts |= _recount_facts(step.recounted, about.document)
    return facts


def _recount_facts(before: Term, document: Document) -> dict[str, Any]:
    """What the date was, and which document changed it."""
    return {
        "was_due_on": before.due_on.isoformat(),
        "was_official": before.official,
        "document": document.no,
        "document_title": document.title,
        "document_on": document.issued and document.issued.isoformat(),
        "document_layer": document.layer.value,
    }


def _term_spoken_of(procedure: Procedure, step: Step, n: int | None) -> Term | None:
    """The term that a mail names; of an act, that of the state to which it led."""
    if n is not None:
        return next(term for term in step.after.terms if term.n == n)
    running = [term for term in step.after.terms if term.runs]
    own = procedure.states[step.after.state].term
    return min(running, key=lambda term: (term.kind != own, term.due_on), default=None)


def term_facts(term: Term, procedure: Procedure, rulebook: Rulebook) -> dict[str, Any]:
    """A term as a mail speaks of it: its length in working days, its dates, its article."""
    rule = procedure.terms[term.kind]
    return {
        "term": rule.title,
        "term_n": term.n,
        "layer": rulebook.calendar_layer.value,
        "term_basis": rulebook.cited(rule.basis),
        "awaits": rule.awaits,
        "days": term.days,
        "started_on": term.started_on.isoformat(),
        "counts_from": term.counts_from.isoformat(),
        "counted": term.counted,
        "due_on": term.due_on.isoformat(),
        "official": term.official,
    }
