"""The histories of cases, from what happened to them: intervals and moves of parts.

A history is intervals: from the receipt, or a reopening, to the end. 作废 is outside every figure and a reopening
counts as 新收, so that an interval that ended void is left out whole. Within one each change of a party has its day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from negotiation.core.enums import PARTY_ROLES, TAKE_OVER
from negotiation.domain.entered import readable
from negotiation.domain.items import Item
from negotiation.domain.machine.values import CaseState
from negotiation.domain.rulebook import Procedure

COORDINATION = "coordination"  # of the agendas: the state in which a case is coordinated


class Happened(NamedTuple):
    """An event of a case; ``entered``: what was entered with it, without the texts where it was sealed.

    ``after``: the case after it, where it was derived (``lives``).
    """

    seq: int
    event: str
    state: str
    happened_on: date
    entered: Mapping[str, Any]
    after: CaseState | None = None


class Move(NamedTuple):
    """A part that was given away; ``on`` is not earlier than the move before it, whenever it was entered."""

    seq: int
    role: str
    given: int
    taken: int
    on: date


@dataclass
class Interval:
    """From a receipt, a reopening (``again``) or a taking over of data items (``taken``) to the end (None: open).

    ``parties``: who had which part at first.

    ``outcome`` and ``items``: how it ended, and the data items then, where its life was derived.
    """

    begun: date
    begun_seq: int
    again: bool
    taken: bool = False
    ended: date | None = None
    ended_seq: int | None = None
    void: bool = False
    outcome: str = ""
    items: tuple[Item, ...] = ()
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

    @cached_property
    def _places(self) -> dict[int, int]:
        return {seq: place for place, seq in enumerate(self.events)}

    def place(self, seq: int) -> float:
        """The place of an event among all of the case; one that changed nothing stands behind those recorded before."""
        found = self._places.get(seq)
        return found if found is not None else max((n for s, n in self._places.items() if s < seq), default=-1) + 0.5

    def counts(self, seq: int | None) -> bool:
        """True for an event (None: one that is still to come) of an interval that counts."""
        within = [interval for interval in self.intervals if self._is_within(interval, seq)]
        return bool(within) and not within[-1].void

    def state_after(self, seq: int | None) -> str:
        """The state after an event as the case has gone, which the event itself, if it came late, does not tell."""
        event = self.events.get(seq or 0)
        return event.state if event is not None else ""

    def _is_within(self, interval: Interval, seq: int | None) -> bool:
        if seq is None:
            return interval.ended_seq is None
        ended = None if interval.ended_seq is None else self.place(interval.ended_seq)
        return self.place(interval.begun_seq) <= self.place(seq) and (ended is None or self.place(seq) <= ended)

    def party(self, role: str, seq: int | None, day: date) -> int | None:
        """The department that had a part after the event ``seq`` (None: now), not later than the end of a day."""
        found: int | None = getattr(self.row, f"{role}_id")
        for move in reversed(self.moves):
            if move.role == role and (move.on > day or (seq is not None and self.place(move.seq) > self.place(seq))):
                found = move.given
        return found


def histories_of(
    cases: Iterable[Any], happened: Mapping[int, Sequence[Happened]], moves: Iterable[Any], rules_of: Any
) -> dict[int, CaseHistory]:
    """The histories by case id. ``rules_of``: (rulebook, edition, procedure) → the procedure of a case opened so."""
    moved = by_case(moves)
    found = {}
    for row in cases:
        rules = rules_of(row.rulebook, row.edition, row.procedure)
        events = happened.get(row.id, ())
        intervals = list(_intervals(rules, events))
        state = events[-1].state if events else rules.initial
        history = CaseHistory(row.no, rules, row, state, intervals, [], {event.seq: event for event in events})
        history.moves.extend(_dated(history, moved.get(row.id, [])))
        for interval in intervals:
            _settle(history, interval)
        found[row.id] = history
    return found


def happened_in(rows: Iterable[Any]) -> dict[int, list[Happened]]:
    """The events of cases as they were recorded, by the id of the case."""
    return {case_id: [_happened(row) for row in events] for case_id, events in by_case(rows).items()}


def by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows below cases, by the id of the case."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _happened(row: Any) -> Happened:
    return Happened(row.seq, row.event, row.state, row.happened_on, readable(row.data, row.body))


def _dated(history: CaseHistory, rows: Iterable[Any]) -> Iterator[Move]:
    """The moves as they stand, days in order: none is before the last one, or before the receipt that it came after."""
    earliest = date.min
    for row in sorted(rows, key=lambda row: (history.place(row.seq), row.role)):
        begun = [each.begun for each in history.intervals if history.place(each.begun_seq) < history.place(row.seq)]
        earliest = max(earliest, row.happened_on, *begun)
        yield Move(row.seq, row.role, row.from_id, row.to_id, earliest)


def _settle(history: CaseHistory, interval: Interval) -> None:
    """Sets the departments that had the parts when it began, and the moves while it lasted."""
    interval.parties = {role: history.party(role, interval.begun_seq, date.max) for role in PARTY_ROLES}
    for move in history.moves:
        if history.place(move.seq) > history.place(interval.begun_seq) and _by_its_end(history, interval, move):
            interval.moves.append(move)


def _by_its_end(history: CaseHistory, interval: Interval, move: Move) -> bool:
    if interval.ended is None or interval.ended_seq is None:
        return True
    return move.on <= interval.ended and history.place(move.seq) < history.place(interval.ended_seq)


# ---------------------------------------------------------------------------------------------- from event to event


def _intervals(rules: Procedure, events: Iterable[Happened]) -> Iterator[Interval]:
    state, received = rules.initial, False
    interval: Interval | None = None
    for event in events:
        was_over, over = (bool(rules.states[each].ending) for each in (state, event.state))
        taken = event.event == TAKE_OVER
        counts = not over and not rules.states[event.state].uncounted
        if interval is None and counts and ((received and was_over) or _receives(rules, event) or taken):
            interval = Interval(event.happened_on, event.seq, again=received, taken=taken)
            received = True
            yield interval
        if interval is not None:
            _follow(rules, interval, event)
            interval = None if over else interval
        state = event.state


def _receives(rules: Procedure, event: Happened) -> bool:
    return "received_on" in (rules.milestones.get(event.event), rules.milestones.get(event.state))


def _follow(rules: Procedure, interval: Interval, event: Happened) -> None:
    state = rules.states[event.state]
    interval.coordinated |= state.agenda == COORDINATION
    interval.deliberated |= rules.milestones.get(event.event) == "reported_on"
    if state.ending:
        interval.ended, interval.ended_seq, interval.void = event.happened_on, event.seq, state.ending == "void"
        if event.after is not None:
            interval.outcome = rules.report.outcome(event.state, event.after.flags)
            interval.items = event.after.items
