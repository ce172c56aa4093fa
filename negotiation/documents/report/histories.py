"""The histories of the cases that were reopened or changed a party, read from their events.

A history is intervals: from the receipt, or a reopening, to the end. 作废 is outside every figure and a reopening
counts as 新收, so that an interval that ended void is left out whole. Within one each change of a party has its day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import PARTY_ROLES
from negotiation.domain.entered import readable
from negotiation.domain.fields import FlagValue
from negotiation.domain.rulebook import Procedure, Transition

COORDINATION = "coordination"  # of the agendas: the state in which a case is coordinated


class Happened(NamedTuple):
    """An event of a case; ``entered``: what was entered with it, without the texts where it was sealed."""

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
class Interval:
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
        """The department that had a part at the end of a day."""
        given = [move.taken for move in self.moves if move.role == role and move.on <= day]
        return given[-1] if given else self.parties.get(role)

    def is_open_after(self, day: date) -> bool:
        """True where it had begun and not ended at the end of a day."""
        return self.begun <= day and (self.ended is None or self.ended > day)


@dataclass
class CaseHistory:
    """A case: its intervals in order, those that ended void among them, and every move of a part.

    ``row``: the case as it stands; ``state``: as its last event left it; ``events``: by their seq, in order.
    """

    no: str
    rules: Procedure
    row: Any
    state: str
    intervals: list[Interval]
    moves: list[Move]
    events: dict[int, Happened]

    @property
    def counted(self) -> list[Interval]:
        """The intervals that did not end void."""
        return [interval for interval in self.intervals if not interval.void]

    def counts(self, seq: int | None) -> bool:
        """True for an event (None: one that is still to come) of an interval that counts."""
        within = [interval for interval in self.intervals if _within(interval, seq)]
        return bool(within) and not within[-1].void

    def party(self, role: str, seq: int | None, day: date) -> int | None:
        """The department that had a part after the event ``seq`` (None: now), not later than the end of a day."""
        found: int | None = getattr(self.row, f"{role}_id")
        for move in reversed(self.moves):
            if move.role == role and (move.on > day or (seq is not None and move.seq > seq)):
                found = move.given
        return found


def _within(interval: Interval, seq: int | None) -> bool:
    if seq is None:
        return interval.ended_seq is None
    return interval.begun_seq <= seq and (interval.ended_seq is None or seq <= interval.ended_seq)


def histories_of(
    cases: Iterable[Any], events: Iterable[Any], moves: Iterable[Any], rules_of: Any
) -> dict[int, CaseHistory]:
    """The histories by case id. ``rules_of``: (rulebook, edition, procedure) → the procedure of a case opened so."""
    by_case = {case_id: [_happened(row) for row in rows] for case_id, rows in _by_case(events).items()}
    moved = _by_case(moves)
    found = {}
    for row in cases:
        rules = rules_of(row.rulebook, row.edition, row.procedure)
        intervals = list(_intervals(rules, by_case.get(row.id, [])))
        gone = _dated(moved.get(row.id, []), intervals)
        state = by_case[row.id][-1].state if row.id in by_case else rules.initial
        by_seq = {event.seq: event for event in by_case.get(row.id, [])}
        history = CaseHistory(row.no, rules, row, state, intervals, gone, by_seq)
        for interval in intervals:
            _settle(history, interval)
        found[row.id] = history
    return found


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _happened(row: Any) -> Happened:
    return Happened(row.seq, row.event, row.state, row.happened_on, readable(row.data, row.body))


def _dated(rows: Iterable[Any], intervals: Iterable[Interval]) -> list[Move]:
    """The moves with their days in order: none is earlier than the one before, or than the receipt it came after."""
    found: list[Move] = []
    for row in rows:
        begun = [interval.begun for interval in intervals if interval.begun_seq < row.seq]
        earliest = max([*begun, *(move.on for move in found[-1:])], default=row.happened_on)
        on = max(row.happened_on, earliest)
        found.append(Move(row.seq, row.role, row.from_id, row.to_id, on))
    return found


def _settle(history: CaseHistory, interval: Interval) -> None:
    """Sets the departments that had the parts when it began, and the moves while it lasted."""
    interval.parties = {role: history.party(role, interval.begun_seq, date.max) for role in PARTY_ROLES}
    for move in history.moves:
        if move.seq > interval.begun_seq and _by_its_end(interval, move):
            interval.moves.append(move)


def _by_its_end(interval: Interval, move: Move) -> bool:
    return interval.ended is None or (move.on <= interval.ended and move.seq < (interval.ended_seq or 0))


# ---------------------------------------------------------------------------------------------- from event to event


@dataclass
class _Progress:
    """The state of a case after the events followed so far."""

    state: str
    flags: dict[str, FlagValue] = field(default_factory=dict)
    outcome: str = ""
    received: bool = False
    interval: Interval | None = None


def _intervals(rules: Procedure, events: Iterable[Happened]) -> Iterator[Interval]:
    progress = _Progress(rules.initial)
    for event in events:
        row = rules.table.get((progress.state, event.event))
        was_over = bool(rules.states[progress.state].ending)
        over = bool(rules.states[event.state].ending)
        _note(rules, progress, row, event)
        if progress.interval is None and not over and ((progress.received and was_over) or _receives(rules, event)):
            progress.interval = Interval(event.happened_on, event.seq, again=progress.received)
            progress.received = True
            yield progress.interval
        if progress.interval is not None:
            _follow(rules, progress, progress.interval, event)
        progress.state = event.state


def _receives(rules: Procedure, event: Happened) -> bool:
    return "received_on" in (rules.milestones.get(event.event), rules.milestones.get(event.state))


def _follow(rules: Procedure, progress: _Progress, interval: Interval, event: Happened) -> None:
    state = rules.states[event.state]
    interval.coordinated |= state.agenda == COORDINATION
    interval.deliberated |= rules.milestones.get(event.event) == "reported_on"
    if state.ending:
        interval.ended, interval.ended_seq, interval.void = event.happened_on, event.seq, state.ending == "void"
        interval.outcome = _last(rules, progress, event.state)
        progress.interval = None


def _note(rules: Procedure, progress: _Progress, row: Transition | None, event: Happened) -> None:
    """Takes the flags of an event; the last that decides the outcome counts."""
    new = _flags(rules, row, event) if row is not None else {}  # what the clock does outside every rulebook marks none
    if not new:
        return
    progress.flags |= new
    for rule in rules.report.outcomes:
        if not rule.state and new.keys() & rule.when.keys() and rule.holds("", progress.flags):
            progress.outcome = rule.outcome
            return


def _flags(rules: Procedure, row: Transition, event: Happened) -> dict[str, FlagValue]:
    flags = dict(row.set) | {key: event.entered[key] for key in rules.mark_fields if key in event.entered}
    return flags | ({"answer": event.event} if row.answers else {})


def _last(rules: Procedure, progress: _Progress, state: str) -> str:
    by_state = rules.report.outcome(state, {})
    return progress.outcome or "done" if by_state == "done" else by_state
