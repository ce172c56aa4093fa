"""Legal basis of the figures: the articles of the rows that each counts, in the rulebooks of the report."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from negotiation.documents.report.definitions import Ground
from negotiation.domain.rulebook import OFFICE_BASIS, Procedure, Rulebook


class Ruled(NamedTuple):
    """A procedure as it is in the rulebook under which cases of the report were opened."""

    book: Rulebook
    rules: Procedure


def cited(ground: Ground, ruled: Iterable[Ruled]) -> str:
    """The articles as a table prints them, the earlier law first; 本办公室规定 where the office rules (``office``)."""
    in_order = sorted(ruled, key=lambda each: each.book.in_force_from)
    found = (each.book.cited_briefly(basis) for each in in_order for basis in _BASES[ground](each.rules))
    return "；".join(dict.fromkeys(found)) or OFFICE_BASIS


def _reply(rules: Procedure) -> Iterator[str]:
    return _lawful(term.basis for term in rules.terms.values() if term.main)


def _supply(rules: Procedure) -> Iterator[str]:
    return _lawful(rules.terms[kind].basis for kind in rules.report.supply)


def _referral(rules: Procedure) -> Iterator[str]:
    return _of_events(rules, _reaching(rules, "referred_on"))


def _coordination(rules: Procedure) -> Iterator[str]:
    return _of_events(rules, (*_reaching(rules, "accepted_on"), *_reaching(rules, "coordinated_on")))


def _deliberation(rules: Procedure) -> Iterator[str]:
    return _of_events(rules, _reaching(rules, "reported_on"))


def _finishing(rules: Procedure) -> Iterator[str]:
    return _lawful([rules.basis])


_BASES: dict[Ground, Callable[[Procedure], Iterator[str]]] = {
    Ground.OFFICE: lambda _rules: iter(()),
    Ground.REPLY: _reply,
    Ground.SUPPLY: _supply,
    Ground.REFERRAL: _referral,
    Ground.COORDINATION: _coordination,
    Ground.DELIBERATION: _deliberation,
    Ground.FINISHING: _finishing,
}


def _reaching(rules: Procedure, milestone: str) -> list[str]:
    return [event for event, column in rules.milestones.items() if column == milestone]


def _of_events(rules: Procedure, events: Iterable[str]) -> Iterator[str]:
    named = set(events)
    return _lawful(row.basis for row in rules.table.values() if row.event.key in named)


def _lawful(bases: Iterable[str]) -> Iterator[str]:
    """Articles without the office's own rules: where both stand, the figure is of the article."""
    return (basis for basis in dict.fromkeys(bases) if basis != OFFICE_BASIS)
