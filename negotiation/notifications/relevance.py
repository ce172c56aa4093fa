"""Relevance of waiting notices: what its case knows now decides whether a notice may still be sent."""

from dataclasses import replace
from datetime import date, timedelta

from negotiation.core.enums import OFFICE_ID, QUIET, NoticeKind
from negotiation.domain.case_record import VOID
from negotiation.domain.notice_facts import Facts, NoticeFacts, TermFacts
from negotiation.domain.notices import AMENDMENT, NoticeLine, NoticeRecord
from negotiation.domain.terms import Term
from negotiation.notifications.channels.base import Refusal
from negotiation.store.case_reader import Loaded

NOT_IN_TIME = "届满日前未能发出"
REMINDER_BY_HAND = "reminder"  # 催办: an act, but true only while its term runs


class NoLongerRelevant(Exception):
    """A notice that is no longer relevant, and why."""


class Missed(NoLongerRelevant):
    """A reminder that did not leave before its day, though nobody had done what it reminds of."""


def stopped(kind: str, why: str) -> NoLongerRelevant | Refusal:
    """The error of stopped mail: a reminder is dropped, an act must reach its reader through a person."""
    return NoLongerRelevant(why) if kind == NoticeKind.REMINDER else Refusal(why)


def demand_relevant(line: NoticeLine, department_id: int, kind: str, loaded: Loaded | None, today: date) -> None:
    """Demands that a notice (or a line of a digest) about the case ``loaded`` may be sent on the day ``today``.

    Raises NoLongerRelevant where there is nothing to notify any more (Missed: the day has passed meanwhile), Refusal
    where a person must write or call.
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
    if kind != NoticeKind.REMINDER and line.template != REMINDER_BY_HAND:
        return
    frozen, term = line.facts.term, term_of(line, loaded.terms)
    is_of_a_day = kind == NoticeKind.REMINDER and "/lapsed/" not in line.key and line.facts.move is None
    if is_of_a_day and _ended_by_its_lapse(frozen, term):
        raise Missed(NOT_IN_TIME)
    _demand_term_runs(line, frozen, term)
    if is_of_a_day and frozen.due_on < today:  # a date that moved is worth knowing also after it has passed
        raise Missed(NOT_IN_TIME)


def _says_it_was_taken_back(line: NoticeLine, loaded: Loaded) -> bool:
    """True for what tells that all of a case was entered wrongly: who was told otherwise hears of it."""
    return line.template == AMENDMENT and loaded.record.is_taken_back


def _ended_by_its_lapse(frozen: TermFacts, term: Term | None) -> bool:
    """True if nobody acted: the term lapsed, and what follows from that on the next day has ended it."""
    if term is None or term.ended_on is None or term.answered_on is not None:
        return False
    return term.lapsed_on == frozen.due_on and term.ended_on == frozen.due_on + timedelta(days=1)


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
