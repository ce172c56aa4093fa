"""Relevance of waiting notices: what its case knows now decides whether a notice may still be sent."""

from dataclasses import replace
from datetime import date

from negotiation.core.enums import OFFICE_ID, QUIET, NoticeKind
from negotiation.domain.case_record import VOID
from negotiation.domain.notice_facts import Facts, NoticeFacts, TermFacts
from negotiation.domain.notices import AMENDMENT, NoticeLine, NoticeRecord
from negotiation.domain.terms import Term
from negotiation.notifications.channels.base import Refusal
from negotiation.store.case_reader import Loaded

REMINDER_BY_HAND = "reminder"  # 催办: an act, but true only while its term runs


class NoLongerRelevant(Exception):
    """A notice that is no longer relevant, and why."""


def stopped(kind: str, why: str) -> NoLongerRelevant | Refusal:
    """The error of stopped mail: a reminder is dropped, an act must reach its reader through a person."""
    return NoLongerRelevant(why) if kind == NoticeKind.REMINDER else Refusal(why)


def demand_relevant(line: NoticeLine, department_id: int, kind: str, loaded: Loaded | None, today: date) -> None:
    """Demands that a notice (or a line of a digest) about the case ``loaded`` may be sent on the day ``today``.

    Raises NoLongerRelevant where there is nothing to notify any more, Refusal where a person must write or call.
    """
    if loaded is None or (loaded.record.ending == VOID and not _says_it_was_taken_back(line, loaded)):
        raise NoLongerRelevant("案件已作废")
    if loaded.record.flags.get(QUIET):
        raise stopped(kind, "本案已停发自动提醒")
    parties = (loaded.record.applicant_id, loaded.record.provider_id, OFFICE_ID, *loaded.copied)
    if kind == NoticeKind.REMINDER and department_id not in parties:
        raise NoLongerRelevant("该部门已不是本案的办理部门")
    if not isinstance(line.facts, NoticeFacts) or line.facts.term is None:
        return
    if kind == NoticeKind.REMINDER or line.template == REMINDER_BY_HAND:
        _demand_term_runs(line, line.facts.term, term_of(line, loaded.terms))
        if kind == NoticeKind.REMINDER and "/lapsed/" not in line.key:
            _demand_to_come(line.facts.term.due_on, today, moved=line.facts.move is not None)


def _says_it_was_taken_back(line: NoticeLine, loaded: Loaded) -> bool:
    """True for what tells that all of a case was entered wrongly: who was told otherwise hears of it."""
    return line.template == AMENDMENT and loaded.record.is_taken_back


def _demand_term_runs(line: NoticeLine, frozen: TermFacts, term: Term | None) -> None:
    """A reminder is relevant while its term runs unanswered to the same day; a lapse hint, until it is corrected."""
    if term is None or term.ended_on is not None or term.answered_on is not None:
        raise NoLongerRelevant("期限已终止")
    if term.suspended_on is not None:
        raise NoLongerRelevant("期限已暂停计时")
    if term.due_on != frozen.due_on:
        raise NoLongerRelevant("期限已变更")
    if "/lapsed/" in line.key and term.lapsed_on is None:
        raise NoLongerRelevant("届满登记已更正")


def _demand_to_come(due_on: date, today: date, *, moved: bool) -> None:
    """A date that moved is worth knowing also after it has passed."""
    if due_on < today and not moved:
        raise NoLongerRelevant("届满日已过")


def facts_now(row: NoticeRecord, terms: tuple[Term, ...]) -> Facts:
    """The facts of a notice, and of its term: is it the main one of the case, does it bind the recipient."""
    facts, term = row.facts, term_of(row, terms)
    if not isinstance(facts, NoticeFacts) or facts.term is None or term is None:
        return facts
    bound = term.department_id in (None, row.department_id)
    return replace(facts, term=replace(facts.term, main=term.main, bound=bound))


def term_of(line: NoticeLine, terms: tuple[Term, ...]) -> Term | None:
    """The term of a notice: by its number, else (an act) the running one with its dates."""
    if line.term is not None:
        return next((term for term in terms if term.n == line.term), None)
    frozen = line.facts.term if isinstance(line.facts, NoticeFacts) else None
    if frozen is None:
        return None
    running = (term for term in terms if term.ended_on is None)
    dates = (frozen.started_on, frozen.due_on)
    return next((term for term in running if (term.started_on, term.due_on) == dates), None)
