"""The data items of a sharing case and its terms, followed from its events and from what was entered with them.

Written once more from the law and not from the rulebooks: each item has its own answer, the reply is made with the last
of them, and each act that agrees starts one term for the supply of what it agrees to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from calendars import WorkingCalendar
from tests.documents.report.simulated.clocks import Clock, begun, on_its_way, taken_up
from tests.documents.report.simulated.history import ENDED, MEASURES, REGULATION, Entry, History, Interval

MERGED = "merged"  # how a case ended whose parties had become one department
AGREED, REFUSED, SHARED, NOT_SHARED, WITHDRAWN = "agreed", "refused", "shared", "not shared", "withdrawn"
GRANTED = (AGREED, SHARED)
SUPPLY_DAYS = {MEASURES: 30, REGULATION: 20}  # 809号第二十二条: twenty, from the agreeing reply
AGAIN_DAYS = 10  # by the office's own rule, after an objection
BACK = ("decline_referral", "withdraw_referral")
WHOLE, PART_AGREED, PART_REFUSED = "〈全部数据〉", "〈同意的部分〉", "〈未同意的部分〉"


@dataclass(eq=False)
class Item:
    """A data item. ``answer``: "" until it has one; ``since``: the event that gave it; ``supply``: its term.

    ``over``: the case ended without one.
    """

    name: str
    whole: bool = False
    answer: str = ""
    since: int = 0
    answered: date | None = None
    contested: bool = False
    disputed: bool = False
    supplied: date | None = None
    received: bool = False
    over: bool = False
    supply: Clock | None = None

    @property
    def is_open(self) -> bool:
        return not self.answer and not self.disputed and not self.over

    @property
    def is_in_question(self) -> bool:
        return self.is_open or self.contested or self.disputed

    @property
    def is_owed(self) -> bool:
        return self.answer in GRANTED and self.supplied is None

    @property
    def waits_for_receipt(self) -> bool:
        return self.supplied is not None and not self.received and not self.disputed

    def take_answer(self, answer: str, entry: Entry) -> None:
        self.answer, self.since, self.answered = answer, entry.seq, entry.on
        self.contested, self.disputed = answer == REFUSED, False
        self.supplied, self.received, self.over = None, False, False


@dataclass
class Life:
    """A case as it is followed: its items, the terms of its replies and supplies, and the items at each end."""

    history: History
    calendar: WorkingCalendar
    items: list[Item] = field(default_factory=list)
    replies: list[Clock] = field(default_factory=list)
    supplies: list[Clock] = field(default_factory=list)
    again: list[Clock] = field(default_factory=list)
    at_ends: dict[int, list[Item]] = field(default_factory=dict)

    def follow(self, interval: Interval, entry: Entry) -> None:
        """What an event does to the items first, then to the terms that run, then which terms it begins."""
        waited = any(not item.answer for item in self.items)
        made_owed = self._done(entry)
        self._reply(interval, entry, completes=waited and all(item.answer for item in self.items))
        for clock in (*self.supplies, *self.again):
            self._supply(clock, entry, made_owed)
        if made_owed:
            self._begin_supply(interval, entry, made_owed)
        if entry.state in ENDED:
            self.at_ends[entry.seq] = [replace(item) for item in self.items]

    # ---------------------------------------------------------------------------------------------------- the items

    def _done(self, entry: Entry) -> list[Item]:
        """Does to the items what an event does; which of them are owed by it."""
        match entry.event:
            case "submit":
                names = entry.fields.get("items") or []
                self.items += [Item(name) for name in names] or [Item(WHOLE, whole=True)]
            case "agree" | "settle" | "agree_partly" | "decide":
                return self._answered(entry)
            case "object" | "reopen":
                return self._taken_up(entry)
            case "return_to_parties":
                self.items = [Item(item.name, item.whole) if item.disputed else item for item in self.items]
            case event if event in _DONE:
                applies, change = _DONE[event]
                for item in self._named(entry, [item for item in self.items if applies(self, item, entry)]):
                    change(item, entry)
        return []

    def _answered(self, entry: Entry) -> list[Item]:
        """An answer of the provider, a settlement or a decision; what it does not name it does to all in question."""
        decided = entry.event == "decide"
        in_question = [item for item in self.items if item.disputed]
        if entry.event in ("agree", "agree_partly"):
            in_question = [item for item in self.items if item.is_in_question]
        yes = [
            item for item in in_question if item.name in entry.fields.get("shared_items" if decided else "items", ())
        ]
        no = [item for item in in_question if item.name in entry.fields.get("refused_items", ())]
        rest = [item for item in in_question if item not in yes and item not in no]
        if decided and entry.fields.get("decision") == "share":
            yes = yes or rest
        elif decided and entry.fields.get("decision") == "not_share":
            no = no or rest
        elif entry.event in ("agree", "settle"):
            yes = yes or rest
        elif not decided and not yes and not no:
            yes, no = self._parted(rest)
        for item in yes:
            item.take_answer(SHARED if decided else AGREED, entry)
        for item in no:
            item.take_answer(NOT_SHARED if decided else REFUSED, entry)
        return yes

    def _parted(self, rest: list[Item]) -> tuple[list[Item], list[Item]]:
        """部分同意 where no items are named makes two of what is in question."""
        (whole,) = rest
        assert whole.whole
        whole.name = PART_AGREED
        self.items.append(Item(PART_REFUSED, whole=True))
        return [whole], self.items[-1:]

    def _taken_up(self, entry: Entry) -> list[Item]:
        """What could not be used, or is supplied once more after the case had ended, is owed again."""
        if entry.event == "reopen" and entry.fields["reopen_to"] == "reply":
            self.items = [Item(item.name, item.whole) for item in self.items]
            return []
        possible = self.items if entry.event == "reopen" else [item for item in self.items if item.waits_for_receipt]
        named = self._named(entry, possible)
        for item in named:
            item.supplied, item.received, item.disputed = None, False, False
        return [item for item in named if item.is_owed]

    def _named(self, entry: Entry, possible: Iterable[Item]) -> list[Item]:
        names = entry.fields.get("items")
        return [item for item in possible if not names or item.name in names]

    def may_dispute(self, item: Item, entry: Entry) -> bool:
        """What was refused, not answered in time or not supplied in time; while a term runs, nothing has failed."""
        if entry.before == "disclaimed":
            return item.is_open
        if entry.before == "supplied":
            return item.waits_for_receipt
        silent = bool(self.replies) and self.replies[-1].suspended is None and self.replies[-1].due < entry.on
        unsupplied = item.is_owed and item.supply is not None and item.supply.due < entry.on
        return (item.contested and not item.disputed) or (item.is_open and silent) or unsupplied

    # ---------------------------------------------------------------------------------------------------- the terms

    def _reply(self, interval: Interval, entry: Entry, *, completes: bool) -> None:
        """The reply is made with the answer to the last item; it is over when none is open any more."""
        clock = self.replies[-1] if self.replies and self.replies[-1].interval is interval else None
        if clock is not None:
            answers = entry.event in ("agree", "agree_partly", "refuse")
            if entry.event == "disclaim" or (answers and completes):
                clock.answered = clock.answered or entry.on
            if clock.runs:
                on_its_way(self.history, clock, entry, self.calendar)
                if entry.event == "return_to_parties":  # what is negotiated again is answered in one new term
                    clock.ended = entry.on
                if entry.event == "disclaim" or entry.state in ENDED or not any(item.is_open for item in self.items):
                    self._end_reply(clock, entry)
        if entry.state != "awaiting_reply" or entry.before == "awaiting_reply":
            return
        if clock is None or (not clock.runs and entry.event not in BACK):
            self.replies.append(begun(self.history, interval, entry, self.calendar))
        else:
            taken_up(clock, entry, self.calendar)

    def _end_reply(self, clock: Clock, entry: Entry) -> None:
        """What is left is withdrawn in time: the reply was made with the last answer before it."""
        clock.ended = entry.on
        asked = [item for item in self.items if item.answer != WITHDRAWN]
        answers = [item.answered for item in asked if not item.answer or item.since > clock.since]
        days = [day for day in answers if day is not None]
        if days and len(days) == len(answers) and entry.on <= clock.due:
            clock.answered = clock.answered or max(days)

    def _supply(self, clock: Clock, entry: Entry, made_owed: list[Item]) -> None:
        """A supply is over when none of its items is owed any more; no other act ends it but the end of the case."""
        if not clock.runs:
            return
        clock.last = entry
        members = [item for item in self.items if item.supply is clock and item not in made_owed]
        if entry.state not in ENDED and any(item.is_owed for item in members):
            return
        clock.ended = entry.on
        days = [item.supplied for item in members if item.supplied]
        if days and (entry.event == "supply" or entry.on <= clock.due):
            clock.answered = max(days)
            clock.ended = max(days) if entry.event == "supply" else entry.on

    def _begin_supply(self, interval: Interval, entry: Entry, owed: list[Item]) -> None:
        by, again = entry.fields.get("supply_by"), entry.event == "object"
        days = AGAIN_DAYS if again else SUPPLY_DAYS[entry.law]
        due = date.fromisoformat(by) if by else self.calendar.due(entry.on, days)
        clock = Clock(interval, entry.on, due, since=entry.seq, last=entry)
        (self.again if again else self.supplies).append(clock)
        for item in owed:
            item.supply = clock


def _dispute(item: Item, _entry: Entry) -> None:
    item.disputed = True


def _restore(item: Item, _entry: Entry) -> None:
    item.disputed = False


def _accept(item: Item, _entry: Entry) -> None:
    item.contested = False


def _supplied(item: Item, entry: Entry) -> None:
    item.supplied, item.disputed, item.contested = entry.on, False, False


def _received(item: Item, _entry: Entry) -> None:
    item.received = True


def _withdrawn(item: Item, _entry: Entry) -> None:
    item.answer, item.disputed, item.contested = WITHDRAWN, False, False


def _over(item: Item, _entry: Entry) -> None:
    item.over, item.disputed, item.contested = True, False, False


# An event → the items to which it applies, and what becomes of those that it names (all of them where it names none).
_DONE: dict[str, tuple[Callable[[Life, Item, Entry], bool], Callable[[Item, Entry], None]]] = {
    "refuse": (lambda _, item, __: item.is_open, lambda item, entry: item.take_answer(REFUSED, entry)),
    "accept": (lambda _, item, __: item.contested and not item.disputed, _accept),
    "refer": (Life.may_dispute, _dispute),
    "accept_referral": (lambda _, item, entry: entry.before == "disclaimed" and item.is_open, _dispute),
    "decline_referral": (lambda _, item, __: item.disputed, _restore),
    "withdraw_referral": (lambda _, item, __: item.disputed, _restore),
    "supply": (lambda _, item, entry: item.is_owed and bool(item.answered and item.answered <= entry.on), _supplied),
    "confirm": (lambda _, item, __: item.waits_for_receipt, _received),
    "withdraw": (lambda _, item, __: item.supplied is None, _withdrawn),
    "withdraw_items": (lambda _, item, __: item.supplied is None, _withdrawn),
    "close_no_data": (lambda _, item, __: item.is_open, _over),
    "hand_up": (lambda _, item, __: item.disputed, _over),
}


def life_of(history: History, calendar: WorkingCalendar) -> Life:
    """A sharing case followed through all that happened to it; the terms of voided intervals are left out."""
    life = Life(history, calendar)
    for interval in history.all_intervals():
        for entry in interval.entries:
            life.follow(interval, entry)
    for clocks in (life.replies, life.supplies):
        clocks[:] = [clock for clock in clocks if not clock.interval.is_void]
    return life


def counted(items: Iterable[Item]) -> tuple[int, int]:
    """How many items were asked for by name and not withdrawn, and how many of them are to be supplied."""
    asked = [item for item in items if not item.whole and item.answer != WITHDRAWN]
    return len(asked), sum(item.answer in GRANTED for item in asked)


def outcome(items: Iterable[Item], ended_by: str) -> str:
    """How a case ended, by the answers of its items."""
    answers: set[Any] = {item.answer for item in items} - {"", WITHDRAWN}
    if ended_by == "close_no_data":
        return "no_data"
    if ended_by == "hand_up":
        return "handed_up"
    if ended_by == "close_merged":
        return MERGED
    if answers & {*GRANTED} and answers - {*GRANTED}:
        return "partly"
    for answer, title in ((SHARED, "decided_share"), (NOT_SHARED, "decided_not_share")):
        if answer in answers:
            return title
    return AGREED if AGREED in answers else REFUSED if REFUSED in answers else "done"
