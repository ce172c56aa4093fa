"""A dispute and its decision as letters tell them: who brought it, what was tried, what stays apart, who decided."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.core.enums import MeetingState
from negotiation.documents.letters.model import Decision, Dispute, EnteredField, Step, Voice
from negotiation.domain.rulebook import AGENDAS, Transition
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import meetings
from negotiation.store.transaction import Transaction

NUMBER = "doc_no"
ASIDE = (NUMBER, "remark")  # what no narrative repeats
_COORDINATION, _DELIBERATION = AGENDAS


class PastStep(NamedTuple):
    """A step of a party as a letter gives it, its day, and the transition of the rulebook that it took."""

    transition: Transition
    day: date
    step: Step


def dispute_of(transaction: Transaction, file: CaseFile, steps: Sequence[PastStep]) -> Dispute | None:
    """The way of the last dispute; None of a case that was not referred. Which acts these are, the milestones say."""
    starts = [n for n, each in enumerate(steps) if each.transition.remembers]
    if not starts:
        return None
    since = steps[starts[-1] :]
    first = since[0]
    ended = _last(file, since, "coordinated_on")
    return Dispute(
        referred=first.step.on,
        by=first.step.who,
        act=first.step.title,
        reason=texts(told(file, first.step.said)),
        accepted=_day(_last(file, since, "accepted_on")),
        met="、".join(in_words(day) for day in _sessions(transaction, file, first.day)),
        ended=_day(ended),
        apart=texts(told(file, ended.step.said)) if ended else "",
        deliberated=tuple(_deliberated(file, since)),
    )


def decision_of(file: CaseFile, steps: Sequence[PastStep]) -> Decision | None:
    """The last decision on the case; None before there is one."""
    found = _last(file, steps, "decided_on")
    if found is None:
        return None
    said = found.step.said
    number = next((each.text for each in said if each.key == NUMBER), "")
    return Decision(found.step.on, _holder(file, found), number, tuple(told(file, said)))


def texts(said: Iterable[EnteredField]) -> str:
    """The texts of what was said, without numbers of letters and remarks."""
    return "；".join(each.text.rstrip("。；") for each in said if each.key not in ASIDE)


def told(file: CaseFile, said: Iterable[EnteredField]) -> Iterable[EnteredField]:
    """The fields in which something was said in words of one's own, or chosen."""
    fields = file.procedure.fields
    return (each for each in said if each.key not in ASIDE and fields[each.key].kind in ("text", "choice"))


def _last(file: CaseFile, steps: Sequence[PastStep], column: str) -> PastStep | None:
    """The last of the steps by which the case reached a milestone."""
    milestones = file.procedure.milestones
    found = [each for each in steps if milestones.get(each.transition.event.key) == column]
    return found[-1] if found else None


def _day(found: PastStep | None) -> str:
    return found.step.on if found else ""


def _sessions(transaction: Transaction, file: CaseFile, since: date) -> list[date]:
    """The days of the sessions of coordination that were held on the case."""
    held = (each for each in meetings.of_case(transaction, file.case_id) if each.state is MeetingState.HELD)
    return sorted({each.on for each in held if each.kind == _COORDINATION and each.on >= since})


def _deliberated(file: CaseFile, steps: Sequence[PastStep]) -> Iterable[Voice]:
    """What those who deliberated said: the acts of their sessions, by the state from which they led."""
    rules = file.procedure
    for each in steps:
        source = rules.states[each.transition.source]
        if source.agenda == _DELIBERATION and rules.takes_meeting(each.transition.event):
            yield Voice(each.step.on, _holder(file, each), texts(told(file, each.step.said)) or each.step.title)


def _holder(file: CaseFile, each: PastStep) -> str:
    """The full name of who held the case when it happened, its title where none is given."""
    role = file.procedure.states[each.transition.source].held_by
    return file.rulebook.organs.get(role) or file.rulebook.role_title(role)
