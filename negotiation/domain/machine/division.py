"""Division of a case, pure: data items that another department has taken over go on in a case of their own (职责划转).

They take their terms along as they run, with the days that are left of them: nothing begins anew. What a case begins
with then stands in its first event, as JSON, and is all that it is derived from.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from negotiation.core.enums import OFFICE, TAKE_OVER, TAKE_OVER_TITLE
from negotiation.domain.fields import Flags
from negotiation.domain.items import Item, state_of
from negotiation.domain.machine.values import CaseState, NoticeRequest, Step
from negotiation.domain.rulebook import OFFICE_BASIS, OPEN_ITEMS, EventRule, Procedure, Transition
from negotiation.domain.rulebook.item_rules import ANSWER_FLAGS
from negotiation.domain.terms import NUMBERS, Term

FIRST = 1  # the number of the event by which such a case begins
_RULE = EventRule(TAKE_OVER, TAKE_OVER_TITLE, (OFFICE,), (), (), (), approval=False, notify=())
_TEXTS = ("name", "code", "condition", "reason", "legal_basis")  # of an item: what can be sealed
Data = Mapping[str, Any]


class Carried(NamedTuple):
    """What a case begins with that takes data items over: how they stand, their terms, flags and milestones."""

    state: str
    items: tuple[Item, ...]
    terms: tuple[Term, ...]
    flags: Flags
    milestones: Mapping[str, date | None]
    parties: Mapping[str, int]

    def as_data(self) -> Data:
        """The part that is never sealed, as JSON."""
        return {
            "state": self.state,
            "flags": dict(self.flags),
            "items": [_written(item, leave=_TEXTS) for item in self.items],
            "terms": [_written(term) for term in self.terms],
            "milestones": {key: day.isoformat() for key, day in self.milestones.items() if day is not None},
        }

    def as_texts(self) -> dict[str, dict[str, str]]:
        """The names of the items, and what was said of each: number → text, by what can be sealed."""
        return {str(item.n): {key: text for key in _TEXTS if (text := getattr(item, key))} for item in self.items}


def read_carried(data: Data, texts: Data, parties: Mapping[str, int], sealed: str) -> Carried:
    """Reads back ``as_data`` and ``as_texts``; ``sealed``: what stands for a name that was destroyed."""
    items = [
        Item(**_values({"name": f"{sealed}{row['n']}", **row, **texts.get(str(row["n"]), {})})) for row in data["items"]
    ]
    terms = [Term(**{**dict.fromkeys(_EMPTY), **_values(row)}) for row in data["terms"]]
    days = {key: date.fromisoformat(day) for key, day in data["milestones"].items()}
    return Carried(data["state"], tuple(items), tuple(terms), data["flags"], days, parties)


def carried_by(
    procedure: Procedure, before: CaseState, step: Step, parties: Mapping[str, int], days: Mapping[str, date | None]
) -> Carried:
    """All that goes on elsewhere by a step that hands items over. ``before``: the case until then; ``parties``: those
    of the other; ``days``: the milestones of the case."""
    gone = {item.n for item in step.items if item.is_handed_over}
    items = [item for item in before.items if item.n in gone]
    assert procedure.item_rules is not None, "only of a procedure with data items"
    state = state_of(procedure.item_rules, items, before.state)
    taken = list(_terms_of(procedure, before, items, state))
    numbers = {term.n: FIRST * NUMBERS + k for k, term in enumerate(taken)}
    return Carried(
        state,
        tuple(_item_there(item, numbers) for item in items),
        tuple(_term_there(term, gone, numbers[term.n], before.parties, parties) for term in taken),
        {**before.flags, **{flag: any(i.answer == answer for i in items) for answer, flag in ANSWER_FLAGS.items()}},
        days,
        parties,
    )


def _terms_of(procedure: Procedure, before: CaseState, items: Iterable[Item], state: str) -> Iterable[Term]:
    """The terms that go along: those of the items, that of the state, and what is decided within one of these."""
    items = list(items)
    numbers = {item.term_n for item in items}
    is_open = any(item.is_open for item in items)
    found = set[str]()
    for term in before.terms:
        rule = procedure.terms[term.kind]
        if term.ended_on is not None or term.struck_seq is not None:
            continue
        if rule.supplies:
            goes = term.n in numbers
        elif rule.items == OPEN_ITEMS:
            goes = is_open
        else:
            goes = procedure.states[state].term == term.kind or (bool(rule.cap) and rule.cap in found)
        if goes:
            found.add(term.kind)
            yield term


def _item_there(item: Item, numbers: Mapping[int, int]) -> Item:
    """An item as the first event of the other case brings it."""
    seqs = {key: FIRST for key in item._fields if key.endswith("_seq") and getattr(item, key) is not None}
    return item._replace(term_n=None if item.term_n is None else numbers.get(item.term_n), **seqs)  # type: ignore[arg-type]


def _term_there(term: Term, gone: set[int], n: int, before: Mapping[str, int], parties: Mapping[str, int]) -> Term:
    """A running term as it goes on: of these items, binding whoever has the part now; its days are the same."""
    role = next((role for role, department in before.items() if department == term.department_id), "")
    whose = parties.get(role, term.department_id)
    return term._replace(n=n, department_id=whose, items=tuple(each for each in term.items if each in gone))


def taken_over(procedure: Procedure, blank: CaseState, carried: Carried, on: date) -> Step:
    """The step by which a case begins with what it takes over on the day ``on``. ``blank``: with the parties before."""
    row = Transition(_RULE, (OFFICE,), procedure.initial, carried.state, OFFICE_BASIS)
    after = blank._replace(
        state=carried.state,
        version=FIRST,
        last_on=on,
        flags=carried.flags,
        terms=carried.terms,
        parties=carried.parties,
        back_on=on,
        handed_on=on,
        items=carried.items,
    )
    told = (NoticeRequest("provider", "new_case"), NoticeRequest("applicant", "recorded"))
    return Step(TAKE_OVER, OFFICE, on, OFFICE_BASIS, row, after, carried.terms, carried.items, carried.milestones, told)


def _written(value: Item | Term, leave: Iterable[str] = ()) -> Data:
    """The fields that are not empty; days as they are written in ISO 8601."""
    given = ((key, each) for key, each in value._asdict().items() if key not in leave and each is not None)
    return {key: each.isoformat() if isinstance(each, date) else each for key, each in given}


def _values(row: Data) -> Data:
    """The fields as they were, days and numbers of items among them."""
    read: dict[str, Any] = {key: date.fromisoformat(each) if key in _DAYS else each for key, each in row.items()}
    return read | ({"items": tuple(read["items"])} if "items" in read else {})


_DAYS = {key for key in (*Item._fields, *Term._fields) if key.endswith("_on")} | {"counts_from"}
_EMPTY = ("department_id", "days", "counted", "next_on")  # fields of a term that may be empty and must be named
