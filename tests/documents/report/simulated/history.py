"""What happened to each case, read from its events and from what was entered with them, and from nothing else.

No column of a case, of an item or of a term is asked: who has which part when, when a case was received, closed and
reopened, follows here from the events alone. The law is written down by hand once more, as 《办法》 and the office say
it and not as the rulebooks do.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from negotiation.store.transaction import Transaction

# By which events a case comes in: it is received by the department that has to act.
RECEIPT = {
    "sharing": ("submit",), "catalogue-update": ("change",), "correction": ("doubt",), "open-demand": ("pass_on",),
    "citation-consent": ("ask",), "wider-use": ("ask",), "aggregation-exemption": ("apply",),
    "rectification": ("issue",), "annual-summary": ("call",), "opening-plan": ("call",),
    "disposal": ("stop", "end_use"), "service-change": ("propose",),
}  # fmt: skip
MEASURES, REGULATION = "beijing-2017", "beijing-2025"
GOES_OVER = "succession"  # 适用新规定
LEFT_UNDONE, WITHDRAWN, VOID = "left_undone", "withdrawn", "void"
CLOSED = ("closed", "not_cited", "not_widened", LEFT_UNDONE)
ENDED = (*CLOSED, WITHDRAWN, VOID)


class Entry(NamedTuple):
    """An event: the state before and after it, its day, what was entered with it, and who has which part after it.

    ``law``: the rules that hold after it. 国务院令第809号 rules open cases from its first day on.
    """

    seq: int
    event: str
    before: str
    state: str
    on: date
    fields: dict[str, Any]
    provider: str
    applicant: str
    law: str


class Interval(NamedTuple):
    """The time from a receipt or a reopening (``again``) to the end; ``ended`` is None while the case is open.

    作废 is outside every figure, and a reopening counts as 新收: an interval that ended void is therefore left out
    whole, and what follows its reopening is another interval.
    """

    entries: tuple[Entry, ...]
    again: bool
    ended: Entry | None

    @property
    def since(self) -> date:
        return self.entries[0].on

    @property
    def is_void(self) -> bool:
        return self.ended is not None and self.ended.state == VOID

    def is_open_after(self, day: date) -> bool:
        """Whether it had begun and not yet ended at the end of a day."""
        return self.since <= day and (self.ended is None or self.ended.on > day)

    def at(self, day: date) -> Entry:
        """The last entry up to the end of a day: who had which part then."""
        return [entry for entry in self.entries if entry.on <= day][-1]


@dataclass(frozen=True)
class History:
    """A case as its events tell it, up to the day as of which it is asked for."""

    no: str
    procedure: str
    entries: tuple[Entry, ...]

    def as_of(self, day: date) -> "History":
        """What had happened by the end of a day, whenever it was entered."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.on <= day))

    def intervals(self) -> list[Interval]:
        """Its intervals in order, those that ended void left out."""
        return [interval for interval in self.all_intervals() if not interval.is_void]

    def all_intervals(self) -> list[Interval]:
        """Its intervals in order; a draft has none, and what ended before it was received was never there."""
        found: list[Interval] = []
        running: list[Entry] = []
        for entry in self.entries:
            if not running:
                received = entry.event in RECEIPT[self.procedure] or (found and entry.event == "reopen")
                running = [entry] if received else []
                continue
            running.append(entry)
            if entry.state in ENDED:
                found.append(Interval(tuple(running), bool(found), entry))
                running = []
        return [*found, Interval(tuple(running), bool(found), None)] if running else found


def histories(transaction: Transaction) -> list[History]:
    """Every case with its events, in the order of their numbers."""
    bodies = {(case, seq): json.loads(body) for case, seq, body in _rows(transaction, "case_id, seq, body", "content")}
    events: dict[int, list[Any]] = {}
    columns = "case_id, seq, event, state, happened_on, data"
    for case, seq, event, state, on, data in _rows(transaction, columns, "event ORDER BY case_id, seq"):
        values = (json.loads(data) if isinstance(data, str) else data or {}).get("values", {})
        events.setdefault(case, []).append((seq, event, state, on, values))
    return [
        History(no, procedure, _entries(case, events.get(case, []), bodies, rulebook))
        for case, no, procedure, rulebook in _rows(transaction, "id, no, procedure, rulebook", '"case" ORDER BY id')
    ]


def _rows(transaction: Transaction, columns: str, table: str) -> list[Any]:
    return list(transaction.connection.exec_driver_sql(f"SELECT {columns} FROM {table}"))


def _entries(
    case: int, events: list[Any], bodies: dict[tuple[int, int], dict[str, Any]], rulebook: str
) -> tuple[Entry, ...]:
    """The events of a case; ``rulebook``: by which it goes now, and has gone always if it never went over to it."""
    draft = bodies.get((case, 0), {})
    law = MEASURES if any(event == GOES_OVER for _, event, *_ in events) else rulebook
    state, provider, applicant = "draft", draft.get("provider", ""), draft.get("applicant", "")
    found: list[Entry] = []
    for seq, event, after, on, values in events:
        fields = values | bodies.get((case, seq), {})
        provider, applicant = fields.get("provider", provider), fields.get("applicant", applicant)
        day = on if isinstance(on, date) else date.fromisoformat(on)
        law = REGULATION if event == GOES_OVER else law
        found.append(Entry(seq, event, state, after, day, fields, provider, applicant, law))
        state = after
    return tuple(found)
