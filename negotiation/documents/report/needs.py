"""What a figure needs of the rules of a procedure: where they lack it, the figure is left out and named, never 0."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from negotiation.documents.report.histories import COORDINATION
from negotiation.domain.rulebook import Procedure

GRANTED = ("agreed", "partly", "decided_share", "deliberated_share")  # the outcomes by which a demand is satisfied


class Need(StrEnum):
    """What the rules must say, by the keys in which they say it."""

    RECEIPT = "milestones: received_on"
    FLOW = "milestones: received_on, closed_on"
    REPLY = "terms: main"
    LATE_COORDINATION = "terms: main; milestones: referred_on"
    SUPPLY = "report.supply"
    OUTCOMES = "report.outcomes"
    REFERRAL = "milestones: referred_on"
    ACCEPTANCE = "milestones: accepted_on; states: agenda"
    COORDINATION = "states: agenda; report.counts: coordinations_settled, coordinations_failed"
    REPORTING = "milestones: reported_on"
    EXTENSIONS_ASKED = "report.counts: extensions_asked"
    EXTENSIONS_GRANTED = "report.counts: extensions_granted"
    SUPPLEMENTS = "report.counts: supplements"
    REFUSALS = "report.counts: refusals"
    ITEMS = "items"


NEED_TITLES = {
    Need.RECEIPT: "规则没有写明何为收到",
    Need.FLOW: "规则没有写明何为收到、何为办结",
    Need.REPLY: "规则没有主要期限",
    Need.LATE_COORDINATION: "规则没有写明何为提请协调",
    Need.SUPPLY: "规则没有提供期限",
    Need.OUTCOMES: "规则没有写明哪些结果为同意",
    Need.REFERRAL: "规则没有写明何为提请协调",
    Need.ACCEPTANCE: "规则没有写明何为受理协调",
    Need.COORDINATION: "规则没有写明何为协调中、何为协调结束",
    Need.REPORTING: "规则没有写明何为报请审议",
    Need.EXTENSIONS_ASKED: "规则没有延长期限的申请",
    Need.EXTENSIONS_GRANTED: "规则没有延长期限的申请",
    Need.SUPPLEMENTS: "规则没有补充材料的告知",
    Need.REFUSALS: "规则没有写明何为答复不同意",
    Need.ITEMS: "规则没有数据项",
}


def lacking(needs: Mapping[str, Need], ruling: Iterable[Procedure]) -> dict[str, Need]:
    """The figures, by key, of which the rules of none of these editions of a procedure have what is needed."""
    editions = tuple(ruling)
    had = {need for need in Need if any(_HAVE[need](rules) for rules in editions)}
    return {key: need for key, need in needs.items() if need not in had}


def outcomes_of(ruling: Iterable[Procedure]) -> frozenset[str]:
    """The outcomes to which cases can come: what no rule names is done."""
    return frozenset(("done", *(each.outcome for rules in ruling for each in rules.report.outcomes)))


def _reaches(*columns: str) -> Callable[[Procedure], bool]:
    return lambda rules: set(columns) <= set(rules.milestones.values())


def _counts(*names: str) -> Callable[[Procedure], bool]:
    return lambda rules: any(rules.report.counts.get(name) for name in names)


def _replies(rules: Procedure) -> bool:
    return any(term.main for term in rules.terms.values())


def _coordinates(rules: Procedure) -> bool:
    return any(state.agenda == COORDINATION for state in rules.states.values())


_ends_coordinations = _counts("coordinations_settled", "coordinations_failed")
_HAVE: dict[Need, Callable[[Procedure], bool]] = {
    Need.RECEIPT: _reaches("received_on"),
    Need.FLOW: _reaches("received_on", "closed_on"),
    Need.REPLY: _replies,
    Need.LATE_COORDINATION: lambda rules: _replies(rules) and _reaches("referred_on")(rules),
    Need.SUPPLY: lambda rules: bool(rules.report.supply),
    Need.OUTCOMES: lambda rules: any(each.outcome in GRANTED for each in rules.report.outcomes),
    Need.REFERRAL: _reaches("referred_on"),
    Need.ACCEPTANCE: lambda rules: _coordinates(rules) and _reaches("accepted_on")(rules),
    Need.COORDINATION: lambda rules: _coordinates(rules) and _ends_coordinations(rules),
    Need.REPORTING: _reaches("reported_on"),
    Need.EXTENSIONS_ASKED: _counts("extensions_asked"),
    Need.EXTENSIONS_GRANTED: _counts("extensions_granted"),
    Need.SUPPLEMENTS: _counts("supplements"),
    Need.REFUSALS: _counts("refusals"),
    Need.ITEMS: lambda rules: rules.item_rules is not None,
}
