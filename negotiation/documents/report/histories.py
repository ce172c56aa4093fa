"""The lives of the cases that were reopened or changed a party, read from their events.

A life is spells: from the receipt, or a reopening, to the end. 作废 is outside every figure and a reopening counts as
新收, so that a spell that ended void is left out whole. Within a spell each change of a party has its day.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import PARTY_ROLES
from negotiation.domain.rulebook import Procedure, Transition

COORDINATION = "coordination"  # of the agendas: the state in which a case is coordinated


class Happened(NamedTuple):
    """An event of a case; ``entered``: what was entered with it, nothing where that was sealed."""

    seq: int
    event: str
    state: str
    happened_on: date
    entered: Mapping[str, Any]


class Move(NamedTuple):
    """A part that was given away; ``on`` is not earlier than the move before it, whenever it was entered."""

    seq: int
    role: str
    given: int
    taken: int
    on: date


@dataclass
class Spell:
    """From a receipt or a reopening (``again``) to the end (None: open). ``parties``: who had which part at first."""

    begun: date
    begun_seq: int
    again: bool
    ended: date | None = None
    ended_seq: int | None = None
    void: bool = False
    outcome: str = ""
    coordinated: bool = False
    deliberated: bool = False
    parties: dict[str, int | None] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)

    def party(self, role: str, day: date) -> int | None:
        """Who had a part at the end of a day."""
        given = [move.taken for move in self.moves if move.role == role and move.on <= day]
        return given[-1] if given else self.parties.get(role)

    def is_open_after(self, day: date) -> bool:
        return self.begun <= day and (self.ended is None or self.ended > day)


@dataclass
class Life:
    """A case: its spells in order, those that ended void among them, and every move of a part.

    ``row``: the case as it stands; ``state``: as its last event left it; ``events``: by their seq, in order.
    """

    no: str
    rules: Procedure
    row: Any
    state: str
    spells: list[Spell]
    moves: list[Move]
    events: dict[int, Happened]

    @property
    def counted(self) -> list[Spell]:
        return [spell for spell in self.spells if not spell.void]

    def counts(self, seq: int | None) -> bool:
        """Whether an event (None: one that is still to come) belongs to a spell that counts."""
        within = [spell for spell in self.spells if _within(spell, seq)]
        return bool(within) and not within[-1].void

    def party(self, role: str, seq: int | None, day: date) -> int | None:
        """Who had a part after the event ``seq`` (None: now), and not later than the end of a day."""
        found: int | None = getattr(self.row, f"{role}_id")
        for move in reversed(self.moves):
            if move.role == role and (move.on > day or (seq is not None and move.seq > seq)):
                found = move.given
        return found


def _within(spell: Spell, seq: int | None) -> bool:
    if seq is None:
        return spell.ended_seq is None
    return spell.begun_seq <= seq and (spell.ended_seq is None or seq <= spell.ended_seq)


def lives_of(cases: Iterable[Any], events: Iterable[Any], moves: Iterable[Any], rules_of: Any) -> dict[int, Life]:
    """The lives by case id. ``rules_of``: (rulebook, edition, procedure) → the procedure under which it was opened."""
    told = {case_id: [_happened(row) for row in rows] for case_id, rows in _by_case(events).items()}
    moved = _by_case(moves)
    found = {}
    for row in cases:
        rules = rules_of(row.rulebook, row.edition, row.procedure)
        spells = list(_spells(rules, told.get(row.id, [])))
        gone = _dated(moved.get(row.id, []), spells)
        state = told[row.id][-1].state if row.id in told else rules.initial
        by_seq = {event.seq: event for event in told.get(row.id, [])}
        life = Life(row.no, rules, row, state, spells, gone, by_seq)
        for spell in spells:
            _settle(life, spell)
        found[row.id] = life
    return found


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _happened(row: Any) -> Happened:
    return Happened(row.seq, row.event, row.state, row.happened_on, json.loads(row.body) if row.body else {})


def _dated(rows: Iterable[Any], spells: Iterable[Spell]) -> list[Move]:
    """The moves with their days in order: none is earlier than the one before, or than the receipt it came after."""
    found: list[Move] = []
    for row in rows:
        begun = [spell.begun for spell in spells if spell.begun_seq < row.seq]
        earliest = max([*begun, *(move.on for move in found[-1:])], default=row.happened_on)
        on = max(row.happened_on, earliest)
        found.append(Move(row.seq, row.role, row.from_id, row.to_id, on))
    return found


def _settle(life: Life, spell: Spell) -> None:
    """Who had the parts when it began, and what moved while it lasted."""
    spell.parties = {role: life.party(role, spell.begun_seq, date.max) for role in PARTY_ROLES}
    for move in life.moves:
        if move.seq > spell.begun_seq and _by_its_end(spell, move):
            spell.moves.append(move)


def _by_its_end(spell: Spell, move: Move) -> bool:
    return spell.ended is None or (move.on <= spell.ended and move.seq < (spell.ended_seq or 0))


# ---------------------------------------------------------------------------------------------- from event to event


@dataclass
class _Told:
    """What is known after the events told so far."""

    state: str
    flags: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""
    received: bool = False
    spell: Spell | None = None


def _spells(rules: Procedure, events: Iterable[Happened]) -> Iterator[Spell]:
    told = _Told(rules.initial)
    for event in events:
        row = rules.table.get((told.state, event.event))
        was_over = bool(rules.states[told.state].ending)
        over = bool(rules.states[event.state].ending)
        _note(rules, told, row, event)
        if told.spell is None and not over and ((told.received and was_over) or _receives(rules, event)):
            told.spell = Spell(event.happened_on, event.seq, again=told.received)
            told.received = True
            yield told.spell
        if told.spell is not None:
            _follow(rules, told, told.spell, event)
        told.state = event.state


def _receives(rules: Procedure, event: Happened) -> bool:
    return "received_on" in (rules.milestones.get(event.event), rules.milestones.get(event.state))


def _follow(rules: Procedure, told: _Told, spell: Spell, event: Happened) -> None:
    state = rules.states[event.state]
    spell.coordinated |= state.agenda == COORDINATION
    spell.deliberated |= rules.milestones.get(event.event) == "reported_on"
    if state.ending:
        spell.ended, spell.ended_seq, spell.void = event.happened_on, event.seq, state.ending == "void"
        spell.outcome = _last(rules, told, event.state)
        told.spell = None


def _note(rules: Procedure, told: _Told, row: Transition | None, event: Happened) -> None:
    """The marks after an event; the last that speaks of the outcome decides it."""
    new = _flags(rules, row, event) if row is not None else {}  # what the clock does outside every rulebook marks none
    if not new:
        return
    told.flags |= new
    for rule in rules.report.outcomes:
        if not rule.state and new.keys() & rule.when.keys() and rule.holds("", told.flags):
            told.outcome = rule.outcome
            return


def _flags(rules: Procedure, row: Transition, event: Happened) -> dict[str, Any]:
    flags = dict(row.set) | {key: event.entered[key] for key in rules.mark_fields if key in event.entered}
    return flags | ({"answer": event.event} if row.answers else {})


def _last(rules: Procedure, told: _Told, state: str) -> str:
    by_state = rules.report.outcome(state, {})
    return told.outcome or "done" if by_state == "done" else by_state
