"""What a figure needs of the rules of a procedure: where they lack it, the figure is left out and named, never 0."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from negotiation.documents.report.histories import COORDINATION as COORDINATING
from negotiation.domain.rulebook import Procedure

GRANTED = ("agreed", "partly", "decided_share", "deliberated_share")  # the outcomes by which a demand is satisfied


class Need(NamedTuple):
    """A thing that the rules must say: the keys in which they say it, and the sentence where they do not."""

    keys: str
    missing: str


RECEIPT = Need("milestones: received_on", "规则没有写明何为收到")
FLOW = Need("milestones: received_on, closed_on", "规则没有写明何为收到、何为办结")
REPLY = Need("terms: main", "规则没有主要期限")
LATE_COORDINATION = Need("terms: main; milestones: referred_on", "规则没有写明何为提请协调")
SUPPLY = Need("report.supply", "规则没有提供期限")
OUTCOMES = Need("report.outcomes", "规则没有写明哪些结果为同意")
REFERRAL = Need("milestones: referred_on", "规则没有写明何为提请协调")
ACCEPTANCE = Need("milestones: accepted_on; states: agenda", "规则没有写明何为受理协调")
COORDINATION = Need(
    "states: agenda; report.counts: coordinations_settled, coordinations_failed", "规则没有写明何为协调中、何为协调结束"
)
REPORTING = Need("milestones: reported_on", "规则没有写明何为报请审议")
EXTENSIONS_ASKED = Need("report.counts: extensions_asked", "规则没有延长期限的申请")
EXTENSIONS_GRANTED = Need("report.counts: extensions_granted", "规则没有延长期限的申请")
SUPPLEMENTS = Need("report.counts: supplements", "规则没有补充材料的告知")
REFUSALS = Need("report.counts: refusals", "规则没有写明何为答复不同意")
ITEMS = Need("items", "规则没有数据项")


def lacking(needs: Mapping[str, Need], ruling: Iterable[Procedure]) -> dict[str, Need]:
    """The figures, by key, of which the rules of none of these editions of a procedure have what is needed."""
    editions = tuple(ruling)
    had = {need for need, have in _HAVE.items() if any(have(rules) for rules in editions)}
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
    return any(state.agenda == COORDINATING for state in rules.states.values())


_ends_coordinations = _counts("coordinations_settled", "coordinations_failed")
_HAVE: dict[Need, Callable[[Procedure], bool]] = {
    RECEIPT: _reaches("received_on"),
    FLOW: _reaches("received_on", "closed_on"),
    REPLY: _replies,
    LATE_COORDINATION: lambda rules: _replies(rules) and _reaches("referred_on")(rules),
    SUPPLY: lambda rules: bool(rules.report.supply),
    OUTCOMES: lambda rules: any(each.outcome in GRANTED for each in rules.report.outcomes),
    REFERRAL: _reaches("referred_on"),
    ACCEPTANCE: lambda rules: _coordinates(rules) and _reaches("accepted_on")(rules),
    COORDINATION: lambda rules: _coordinates(rules) and _ends_coordinations(rules),
    REPORTING: _reaches("reported_on"),
    EXTENSIONS_ASKED: _counts("extensions_asked"),
    EXTENSIONS_GRANTED: _counts("extensions_granted"),
    SUPPLEMENTS: _counts("supplements"),
    REFUSALS: _counts("refusals"),
    ITEMS: lambda rules: rules.item_rules is not None,
}
