"""Recipients, templates and keys of the notices of a step. Pure: it makes rows of the outbox and sends nothing.

Mail carries the number, the resource name, dates and their article; never reasons, data items or personal data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time
from operator import attrgetter
from typing import NamedTuple, Self, TypeAlias

from negotiation.core.enums import OFFICE_ID, QUIET, NoticeKind, NoticeState
from negotiation.core.local_time import at_local
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.departments import Directory
from negotiation.domain.machine.values import NoticeRequest, Step
from negotiation.domain.notice_facts import (
    NO_SUBJECT,
    AmendedFacts,
    DigestFacts,
    DigestLine,
    Facts,
    ItemCount,
    MoveFacts,
    NoticeFacts,
    UnreadableFacts,
)
from negotiation.domain.notice_terms import term_facts
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.domain.terms import Term
from negotiation.domain.working_days import Document

CORRECTION, COPY, AMENDMENT, RECORDED = "corrected", "copied", "amended", "recorded"
_OF_ACT, _OF_TERM = NoticeKind.ACT.value, NoticeKind.REMINDER.value
_HELD, _WAITING = NoticeState.HELD.value, NoticeState.WAITING.value


class NoticeRecord(NamedTuple):
    """A row of the outbox; the fields are the columns of its table, in their order.

    ``case_id`` 0: no case (digests); ``department_id`` 0: the office; ``facts``: the content of the mail, frozen.
    """

    case_id: int
    key: str
    kind: str
    template: str
    department_id: int
    term: int | None
    facts: Facts
    state: str
    created_at: datetime
    next_try: datetime | None
    tries: int = 0
    address: str = ""
    message_id: str = ""
    said: str = ""
    sent_at: datetime | None = None
    digest_key: str = ""
    claimed_by: str = ""

    @classmethod
    def of_no_case(cls, key: str, template: str, department_id: int, facts: Facts, at: datetime) -> Self:
        """A waiting notice that belongs to no case, made at the instant ``at``."""
        kind, state = NoticeKind.DIGEST.value, NoticeState.WAITING.value
        return cls(0, key, kind, template, department_id, None, facts, state, at, at)

    @property
    def no(self) -> str:
        """The number of its case; "" for a notice of no case."""
        return self.facts.no if isinstance(self.facts, (NoticeFacts, UnreadableFacts)) else ""

    @property
    def event_seq(self) -> int | None:
        """The number of the event that it tells of; None of a reminder."""
        stem = self.key.partition("/")[0]
        return int(stem.removeprefix("event:")) if stem.startswith("event:") else None

    @property
    def lines(self) -> Sequence["NoticeLine"]:
        """The members of a digest, else the notice itself."""
        return self.facts.members if isinstance(self.facts, DigestFacts) else (self,)


NoticeLine: TypeAlias = DigestLine | NoticeRecord  # either has case, key, template, term and facts


class About(NamedTuple):
    """The subject of a notice: a step, the case's record, and who and where the office is; ``at`` its instant.

    Parties and flags of the case are those of the step, the record's may be older. ``document``: what changed the
    calendar, where that is why. ``copied``: the departments that the case is copied to. ``differing``: the numbers of a
    unit's own figures that the office counted otherwise.
    """

    step: Step
    record: CaseRecord
    rulebook: Rulebook
    directory: Directory
    office_opens: time
    at: datetime
    document: Document | None = None
    copied: tuple[int, ...] = ()
    differing: int = 0

    @property
    def procedure(self) -> Procedure:
        return self.rulebook.procedures[self.record.procedure]


def of_step(about: About) -> list[NoticeRecord]:
    """The notices that a step sends; no reminders while the office has stopped the mail of the case."""
    initial, state = about.procedure.initial, about.step.after.state
    if about.step.transition.source == initial and (state == initial or about.procedure.states[state].ending):
        return []  # a draft concerns nobody but its author until it is handed in
    quiet = about.step.after.flags.get(QUIET)
    requests = [request for request in about.step.notice_requests if request.term is None or not quiet]
    if any(request.to == "provider" and request.term is None for request in requests):  # of an act: copied
        requests.append(NoticeRequest("copied", COPY))
    facts: dict[int | None, NoticeFacts] = {}  # the same for all who read of one term, or of the act
    made: dict[str, NoticeRecord] = {}  # whoever is two of the recipients reads it once
    for request in requests:
        for department_id in _recipients(request, about):
            if request.term not in facts:
                facts[request.term] = _facts(about, request.term)
            notice = _notice(about, request, department_id, facts[request.term])
            made[notice.key] = notice
    return list(made.values())


def correction(about: About, department_id: int) -> NoticeRecord:
    """更正告知: for a department (0: the office) that was notified of a lapse that was none."""
    n = about.step.term
    return _notice(about, NoticeRequest("", CORRECTION, None, n), department_id, _facts(about, n))


def amendment(about: About, department_id: int, amended: AmendedFacts) -> NoticeRecord:
    """更正告知: for a department (0: the office) that was notified of what turned out to be entered wrongly."""
    facts = replace(_facts(about, None), amended=amended)
    return _notice(about, NoticeRequest("", AMENDMENT), department_id, facts)


def to_office(about: About) -> NoticeRecord:
    """The notice of a step for the office."""
    return _notice(about, NoticeRequest("office", RECORDED), OFFICE_ID, _facts(about, None))


def _notice(about: About, request: NoticeRequest, department_id: int, facts: NoticeFacts) -> NoticeRecord:
    step, at = about.step, about.at
    not_before = at_local(request.not_before, about.office_opens) if request.not_before else at
    return NoticeRecord(
        case_id=about.record.id,
        key=_key(step, request, department_id),
        kind=_OF_ACT if request.term is None or request.notice == CORRECTION else _OF_TERM,
        template=request.notice,
        department_id=department_id,
        term=request.term,
        facts=facts,
        state=_HELD if request.held else _WAITING,
        created_at=at,
        next_try=None if request.held else max(at, not_before),
    )


def _recipients(request: NoticeRequest, about: About) -> Iterable[int]:
    if "office" in (request.to, about.rulebook.entered_by.get(request.to)):
        return (OFFICE_ID,)  # who enters what a body decides also reads its notices
    parties = about.step.after.parties
    if request.to == "copied":
        return [each for each in about.copied if each not in parties.values()]
    if request.to in about.procedure.seats and request.to not in parties:
        return (OFFICE_ID,)  # nobody fills the role yet: the office sees to it
    department = parties.get(request.to)
    is_its_author = about.record.drafted_by == department  # of what was not handed in yet nobody else knows
    return (department,) if department and (is_its_author or about.record.received_on is not None) else ()


def _key(step: Step, request: NoticeRequest, department_id: int) -> str:
    """Ids and ISO dates only; the due date is in it, as a moved term reminds again."""
    if request.term is None or request.notice == CORRECTION or step.recounted is not None:
        return f"event:{step.after.version}/{request.notice}/to:{department_id}"
    term = next(term for term in step.after.terms if term.n == request.term)
    moment = f"left:{request.days_before}" if request.days_before is not None else f"lapsed/{request.notice}"
    return f"term:{term.n}/due:{term.due_on.isoformat()}/{moment}/to:{department_id}"


def _facts(about: About, n: int | None) -> NoticeFacts:
    """The content of the mail, frozen at this moment; ``n``: the term that it names."""
    step, record, rulebook, procedure = about.step, about.record, about.rulebook, about.procedure
    term, subject = _term_spoken_of(procedure, step, n), procedure.fields.get(procedure.subject)
    return NoticeFacts(
        no=record.no,
        subject=record.subject,
        procedure=procedure.title,
        applicant=about.directory.name(step.after.parties.get("applicant")),
        provider=about.directory.name(step.after.parties["provider"]),
        event=step.transition.event.title,
        on=step.on,
        received_on=record.received_on if about.step.after.handed_on is None else None,  # another received it
        state=procedure.states[step.after.state].title,
        basis=rulebook.cited(step.basis),
        address=rulebook.address["mail"],
        version=step.after.version,
        term=term and term_facts(term, procedure, rulebook),
        move=_move_facts(step.recounted, about.document),
        item_count=_item_count(step, n) if len(step.after.items) > 1 else None,
        applicant_title=rulebook.roles["applicant"],
        provider_title=rulebook.roles["provider"],
        subject_title=subject.title if subject else NO_SUBJECT,
        differing=about.differing,
    )


def _item_count(step: Step, n: int | None) -> ItemCount | None:
    """The number of data items that the term ``n`` is about, else of those that the step changed."""
    named = {item.n for item in step.after.items if not item.whole}
    told = [item.n for item in step.items] if n is None else next(t.items for t in step.after.terms if t.n == n)
    about = named.intersection(told)
    return ItemCount(len(about), len(named)) if about and len(named) > 1 else None


def _move_facts(before: Term | None, document: Document | None) -> MoveFacts | None:
    """The date before the calendar changed it, and the document that changed it; None of any other step."""
    if before is None or document is None:
        return None
    return MoveFacts(before.due_on, before.official, document.no, document.title, document.issued, document.layer)


def _term_spoken_of(procedure: Procedure, step: Step, n: int | None) -> Term | None:
    """The term that a mail names; of an act, that of the state to which it led."""
    if n is not None:
        return next(term for term in step.after.terms if term.n == n)
    running = [term for term in step.after.terms if term.runs]
    own = procedure.states[step.after.state].term
    of_state = [term for term in running if term.kind == own]
    return min(of_state or running, key=attrgetter("due_on"), default=None)
