"""Ends of terms: with which act a term is over, and on which day it was answered."""

from datetime import date
from typing import Any

from negotiation.domain.items import Item
from negotiation.domain.machine.values import Move
from negotiation.domain.rulebook import OPEN_ITEMS, STAY
from negotiation.domain.terms import NUMBERS, Term


def ends(move: Move, term: Term) -> bool:
    """True if a running term ends with an act."""
    procedure, row, source = move.procedure, move.row, move.case_state.state
    if procedure.states[move.target].ending or term.kind in row.stops:
        return True
    rule = procedure.terms[term.kind]
    if rule.supplies:
        return not any(item.is_owed for item in _members(move, term))
    if rule.items == OPEN_ITEMS and row.items is not None:
        return not move.are_open
    if row.target == STAY or term.kind in row.keeps or (row.items is not None and move.target == source):
        return False
    return term.kind == procedure.states[source].term


def _members(move: Move, term: Term) -> list[Item]:
    """The items that a term is about, without those for which the act starts another."""
    return [item for item in move.items if item.term_n == term.n and item.n not in move.owed]


def end_of(move: Move, term: Term) -> dict[str, Any]:
    """The end of a term: its day, and where it ends through its items the day of the last answer or supply.

    What has passed and ends otherwise, as what was left is withdrawn or agreed anew, is answered no more. A term of
    which nothing is left, as all of it was handed over, goes on elsewhere: here it never ran.
    """
    on, rule = move.act.on, move.procedure.terms[term.kind]
    end: dict[str, Any] = {"ended_on": on, "ended_seq": move.seq, "next_on": None}
    if not rule.items:
        return end
    days = _answers(move, term) if rule.items == OPEN_ITEMS else _supplies(move, term)
    answered = max([day for day in days if day is not None], default=None) if None not in days else None
    if move.row.hands_over and not any(days):
        return end | {"struck_seq": move.seq}
    completes = move.row.answers == term.kind or move.row.by_items or move.row.hands_over
    if answered and move.row.by_items:
        end["ended_on"] = answered
        last = max(_withdrawals(move, term), default=None)
        if last is not None and last[0] > answered:  # entered before what was supplied by then
            completes, end["ended_on"], end["ended_seq"] = False, *last
    if answered is None or term.answered_on or (end["ended_on"] > term.due_on and not completes):
        return end
    return end | {"answered_on": answered}


def _withdrawals(move: Move, term: Term) -> list[tuple[date, int]]:
    """The days on which items of a supply term were withdrawn, each with the number of its event."""
    gone = (item for item in _members(move, term) if item.is_gone)
    return [(item.since_on, item.since_seq) for item in gone if item.since_on and item.since_seq is not None]


def _answers(move: Move, term: Term) -> list[date | None]:
    """The days on which the items were answered since a reply term began, None for each that was not.

    It began with the end of another term, or there was none: of one day alone their numbers tell the order.
    """
    rules, terms = move.procedure.terms, move.case_state.terms
    others = (each.ended_on for each in terms if each.n != term.n and not rules[each.kind].supplies)
    since = max((on for on in others if on is not None and on <= term.started_on), default=date.min)
    seq = term.n // NUMBERS
    asked = (item for item in move.items if not item.is_gone)
    return [item.answered_on for item in asked if item.answered_on is None or item.was_answered_since(since, seq)]


def _supplies(move: Move, term: Term) -> list[date | None]:
    """The days on which the items of a supply term were supplied, without those that are not to be supplied."""
    return [item.supplied_on for item in _members(move, term) if item.supplied_on]
