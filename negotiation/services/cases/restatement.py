"""What a rewriting moves: the state, the terms, the lapses, as they were and as they are."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from negotiation.domain.items import Item
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import CaseState
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.rewriting import Rewritten

_OF_A_TERM = ("due_on", "answered_on", "ended_on", "suspended_on", "lapsed_on")
_OF_AN_ITEM = ("n", "name", "answer", "stage", "answered_on", "supplied_on", "received_on")
_OF_A_CASE = ("received_on", "replied_on", "closed_on", "due_on", "late")


class Moved(NamedTuple):
    """The two sides of a rewriting, each as scripts read it: state, dates, terms and lapses that differ."""

    was: dict[str, Any]
    now: dict[str, Any]


def moved_by(file: CaseFile, anew: Rewritten) -> Moved:
    """The differences between a case as it stands in the file and as it is derived anew.

    What the clock had not recorded yet, and records today all the same, is no difference.
    """
    before = lifecycle.state_on(file.procedure, file.case_state, file.today, file.calendar)
    stands = file.case._asdict()
    found = anew.anew.record._asdict()
    was, now = _sides(file, before, anew.anew.case_state)
    for key in _OF_A_CASE:
        if stands[key] != found[key]:
            was[_named(key)], now[_named(key)] = stands[key], found[key]
    return Moved(_side(file, before.state, was), _side(file, anew.anew.record.state, now))


def _side(file: CaseFile, state: str, differing: Mapping[str, Any]) -> dict[str, Any]:
    return {"state": state, "state_title": file.procedure.states[state].title, **differing}


def _sides(file: CaseFile, before: CaseState, after: CaseState) -> tuple[dict[str, Any], dict[str, Any]]:
    """The terms, the lapses among them and the items that differ."""
    old, new = before.standing_terms, after.standing_terms
    differ = [n for n in sorted(old.keys() | new.keys()) if _dates(old.get(n)) != _dates(new.get(n))]
    sides = []
    for held, others, case_state in ((old, after, before), (new, before, after)):
        of = [held[n] for n in differ if n in held]
        there = [_item_json(each) for each in others.items]
        items = [each for each in map(_item_json, case_state.items) if each not in there]
        sides.append({"terms": [_term_json(file, each) for each in of], "lapses": _lapses(file, of), "items": items})
    return sides[0], sides[1]


def _item_json(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _OF_AN_ITEM}


def _dates(term: Term | None) -> tuple[date | None, ...] | None:
    return None if term is None else tuple(getattr(term, name) for name in _OF_A_TERM)


def _term_json(file: CaseFile, term: Term) -> dict[str, Any]:
    rule = file.procedure.terms[term.kind]
    facts = {"n": term.n, "kind": term.kind, "title": rule.title, "supplies": rule.supplies, "official": term.official}
    days = {_named(name): getattr(term, name) for name in ("started_on", *_OF_A_TERM)}
    return {**facts, **days}


def _named(column: str) -> str:
    """The name that a day has in the JSON of a case."""
    return column.removesuffix("_on")


def _lapses(file: CaseFile, held: Iterable[Term]) -> list[dict[str, Any]]:
    lapsed = [term for term in held if term.lapsed_on is not None]
    return [{"term": file.procedure.terms[term.kind].title, "on": term.lapsed_on} for term in lapsed]
