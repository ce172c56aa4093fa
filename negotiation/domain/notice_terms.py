"""Terms as the mails name them: frozen facts, with what silence means and what comes next."""

from negotiation.domain.notice_facts import TermFacts
from negotiation.domain.rulebook import Procedure, Rulebook, TermRule
from negotiation.domain.terms import Term


def _silence_of(rule: TermRule, rulebook: Rulebook) -> str:
    """The meaning of a term that passes without an answer: no consent, unless a document that is named says so."""
    if rule.lapse_says:
        return rule.lapse_says
    if rule.is_consent:
        return f"依据{rulebook.cited(rule.lapse_basis)}，届满未{rule.awaits or '答复'}的，视为同意。"
    return "未答复不视为同意。" if rule.main and not rule.awaits else ""


def term_facts(term: Term, procedure: Procedure, rulebook: Rulebook) -> TermFacts:
    """A term as a mail names it: its length in working days, its dates, its article."""
    rule = procedure.terms[term.kind]
    return TermFacts(
        title=rule.title,
        layer=rulebook.calendar_layer,
        counts_from=term.counts_from,
        counted=term.counted,
        due_on=term.due_on,
        official=term.official,
        n=term.n,
        basis=rulebook.cited(term.basis or rule.basis),
        awaits=rule.awaits,
        days=term.days,
        started_on=term.started_on,
        silence=_silence_of(rule, rulebook),
        consent=rule.is_consent,
        next=rule.lapse_next,
    )
