"""The dispute that 表4 shows of a case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from calendars import WorkingCalendar
from negotiation.documents.report.histories import Happened
from negotiation.documents.report.sources import coordinating
from negotiation.domain.rulebook import Procedure

DISPUTES = "disputes"  # of the events that a procedure's [report.counts] names


@dataclass(frozen=True)
class EventNames:
    """The events of a procedure by what they do, found once for all of its cases."""

    disputes: Collection[str]
    brings: Collection[str]
    accepts: Collection[str]
    reports: Collection[str]
    deliberates: Collection[str]
    decides: Collection[str]
    coordinates: Collection[str]
    ends: Collection[str]
    answers: Collection[str]

    @classmethod
    def of(cls, rules: Procedure) -> "EventNames":
        """The names in the rules of a procedure."""
        counts = rules.report.counts
        return cls(
            disputes=counts.get(DISPUTES, ()),
            brings=_sets(rules, "referred_on"),
            accepts=_sets(rules, "accepted_on"),
            reports=_sets(rules, "reported_on"),
            deliberates=counts.get("deliberations", ()),
            decides=_sets(rules, "decided_on"),
            coordinates=set(coordinating(rules)),
            ends={*counts.get("coordinations_settled", ()), *counts.get("coordinations_failed", ())},
            answers={row.event.key for row in rules.table.values() if row.answers},
        )


class Dispute:
    """The last dispute brought up by the end of the period, and nothing of an earlier or a later one."""

    def __init__(self, events: list[Happened], named: EventNames, until: date) -> None:
        brings = named.brings
        brought = [n for n, e in enumerate(events) if e.event in brings and e.happened_on <= until]
        events = events[brought[-1] :] if brought else events
        later = [n for n, event in enumerate(events) if n and event.event in brings]
        events = events[: later[0]] if later else events
        self.referred = last(events, brings)
        self.accepted = last(events, named.accepts)
        self.reported = last(events, named.reports)
        self.deliberated = last(events, named.deliberates)
        self.decided = last(events, named.decides)
        self.ended = last(events, named.ends)
        before = [event for event in events if self.ended is not None and event.seq < self.ended.seq]
        self.begun = last(before, named.coordinates)

    def days(self, calendar: WorkingCalendar) -> int | None:
        """The working days that the coordination took."""
        if self.begun is None or self.ended is None:
            return None
        return calendar.count_estimated(self.begun.happened_on, self.ended.happened_on)


def last(events: list[Happened], names: Collection[str]) -> Happened | None:
    """The last event of any of these names, None if there is none."""
    return next((event for event in reversed(events) if event.event in names), None)


def _sets(rules: Procedure, milestone: str) -> set[str]:
    return {event for event, column in rules.milestones.items() if column == milestone}
