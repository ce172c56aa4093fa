"""Terms as the mails name them: frozen facts, with what silence means and what comes next."""

from negotiation.domain.notice_facts import TermFacts
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.domain.rulebook.term_rules import CONSENT
from negotiation.domain.terms import Term

NO_CONSENT = "未答复不视为同意。"


def term_facts(term: Term, procedure: Procedure, rulebook: Rulebook) -> TermFacts:
    """A term as a mail names it; silence in it is no consent, unless a document that is named says so."""
    rule = procedure.terms[term.kind]
    silence = NO_CONSENT if rule.main and not rule.awaits else ""
    if rule.silence == CONSENT:
        silence = f"依据{rulebook.cited(rule.lapse_basis)}，届满未{rule.awaits or '答复'}的，视为同意。"
    return TermFacts(
        title=rule.title,
        layer=rulebook.day_rule.layer,
        day_choices=rulebook.day_rule.choices,
        counts_from=term.counts_from,
        counted=term.counted,
        due_on=term.due_on,
        official=term.official,
        n=term.n,
        basis=rulebook.cited(term.basis or rule.basis),
        awaits=rule.awaits,
        days=term.days,
        started_on=term.started_on,
        silence=rule.lapse_says or silence,
        consent=rule.silence == CONSENT,
        next=rule.lapse_next,
        offers=rule.offers,
    )
