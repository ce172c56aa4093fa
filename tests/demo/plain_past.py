"""How the cases of the city stood on a day, counted once more by hand from what was recorded, beside the product.

Nothing of the engine is asked: the rows of the events are read as they are, corrections and strikes are applied to
them, and working days are Monday to Friday, but for one Sunday and the one day that the city declared off.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

REPLY_DAYS, RECEIPT_DAYS = 10, 5
WORKED = (date(2026, 9, 20),)  # a Sunday, for the National Day (国务院办公厅关于2026年部分节假日安排的通知)
LAST = date(2026, 9, 24)  # from the next day on the holidays of the autumn would have to be known
AMENDMENTS = ("correct_entry", "strike_entry")
REPLIES = ("agree", "refuse")
# The state to which an act of a case with a single answer leads; what is not here leaves it as it is.
LEADS_TO = {
    "submit": "awaiting_reply", "agree": "agreed", "refuse": "refused", "refer": "referred", "supply": "supplied",
    "accept_referral": "in_coordination", "settle": "agreed", "fail": "coordination_failed", "withdraw": "withdrawn",
    "confirm": "closed", "accept": "closed", "ask_supplement": "supplementing", "supplement": "awaiting_reply",
    "disclaim": "disclaimed", "assign": "awaiting_reply",
}  # fmt: skip
# What makes the reply term another one than ten working days from the receipt, or a state a question of the items.
NOT_COUNTED = {
    "agree_partly", "report_up", "deliberate", "submit_up", "decide", "object", "reopen", "void", "transfer",
    "withdraw_items", "return_to_parties", "remit", "defer", "hand_up",
}  # fmt: skip
OTHER_TERM = {"request_extension", "ask_supplement", "disclaim"}


class Recorded(NamedTuple):
    """An event as its row has it."""

    seq: int
    event: str
    role: str
    on: date
    data: Mapping[str, Any]
    after_seq: int | None


@dataclass
class DayOff:
    """The day that the city declared off, and the day on which it did."""

    off: date
    announced: date


class Stood(NamedTuple):
    """A case at the end of a day."""

    state: str
    received: date | None
    replied: date | None
    due: date | None
    overdue: bool | None


@dataclass
class PlainCase:
    """A case with all that was recorded of it."""

    no: str
    events: list[Recorded] = field(default_factory=list)

    def stood(self, day: date, off: DayOff) -> Stood | None:
        """How it stood at the end of a day by the entries that are right now; None where it had not been handed in."""
        entries = [(event, on) for event, on in self._right() if on <= day]
        names = [event for event, _ in entries]
        if "submit" not in names or NOT_COUNTED.intersection(names):
            return None
        state = ""
        for name in names:
            state = LEADS_TO.get(name, state)
        supplied = [on for name, on in entries if name == "supply"]
        if state == "supplied" and day > counted(supplied[-1], RECEIPT_DAYS, self._known(day, off)):
            state = "closed"
        received = next(on for name, on in entries if name == "submit")
        replied = next((on for name, on in entries if name in REPLIES), None)
        if {*OTHER_TERM, "withdraw", "refer"}.intersection(names) or replied == off.announced:
            return Stood(state, received, replied, None, None)
        known = self._known(min(day, replied or day), off)
        due = counted(received, REPLY_DAYS, known)
        if due > LAST:
            return Stood(state, received, replied, None, None)
        return Stood(state, received, replied, due, (replied or day) > due)

    def _known(self, until: date, off: DayOff) -> Sequence[date]:
        """The days off that were known by a day, while a term ran."""
        return [off.off] if off.announced <= until else []

    def _right(self) -> Iterator[tuple[str, date]]:
        """The entries that stand, in their order, with their right days."""
        days, behind, struck = {}, {}, set()
        for each in self.events:
            days[each.seq], behind[each.seq] = each.on, each.after_seq
            if each.event == "strike_entry":
                struck.add(each.data["seq"])
            elif each.event == "correct_entry":
                now = each.data.get("now", {})
                days[each.data["seq"]] = date.fromisoformat(now["on"]) if "on" in now else days[each.data["seq"]]
                if "after_seq" in now:
                    behind[each.data["seq"]] = now["after_seq"]
        order = [each for each in self.events if behind[each.seq] is None]
        for each in self.events:
            if behind[each.seq] is not None:
                place = next((n for n, other in enumerate(order) if other.seq == behind[each.seq]), -1)
                order.insert(place + 1, each)
        for each in order:
            if each.role != "clock" and each.event not in AMENDMENTS and each.seq not in struck:
                yield each.event, days[each.seq]


def counted(start: date, many: int, off: Sequence[date]) -> date:
    """The n-th working day after a day."""
    day = start
    while many:
        day += timedelta(days=1)
        many -= (day.weekday() < 5 or day in WORKED) and day not in off
    return day


def cases_in(rows: Sequence[Any]) -> dict[str, PlainCase]:
    """The cases of rows: number, then the columns of ``Recorded``."""
    found: dict[str, PlainCase] = {}
    for no, *columns in rows:
        seq, event, role, on, data, after_seq = columns
        read = json.loads(data) if isinstance(data, str) else data
        on = date.fromisoformat(on) if isinstance(on, str) else on
        found.setdefault(no, PlainCase(no)).events.append(Recorded(seq, event, role, on, read, after_seq))
    return found
