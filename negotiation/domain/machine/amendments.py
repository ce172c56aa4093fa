"""Amendments of entries: one is corrected, or struck. The entry stays as it was; what stands follows from both.

Pure: which entries stand in the end, in their order, and where one of another day has its place.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from negotiation.core.enums import CLOCK, KEEPING
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.machine.clock_numbers import ClockEvent
from negotiation.domain.machine.entries import Entry, in_order
from negotiation.domain.machine.values import has_place
from negotiation.domain.rulebook import STAY, Procedure, Rulebook

Fields = Mapping[str, Any]


class Amendment(NamedTuple):
    """An event by which an entry is corrected or struck. ``seq``: its own number; ``target``: that of the entry.

    ``on``: the day that is right, None if it was; ``fields`` and ``parties``: those that are right; ``cleared``: fields
    that were to be empty. ``after_seq``: the entry behind which it stands now, None if that has not changed.
    """

    seq: int
    target: int
    struck: bool
    recorded_at: datetime
    calendar_revision: int
    on: date | None = None
    fields: Mapping[str, Any] = {}
    parties: Mapping[str, int] = {}
    cleared: tuple[str, ...] = ()
    after_seq: int | None = None


class History(NamedTuple):
    """All that was recorded of a case, by number: its entries, what amends them, and what the clock recorded.

    ``law``: the rulebook by which it began, None if it still goes by it.
    """

    entries: Sequence[Entry]
    amendments: Sequence[Amendment]
    by_clock: Sequence[ClockEvent]
    law: Rulebook | None = None

    def right(self, seq: int, before: int | None = None) -> Entry:
        """An entry with all that amends it; ``before``: with the amendments alone that came before this event."""
        entry = next(each for each in self.entries if each.seq == seq)
        for amendment in self.amendments:
            if amendment.target == seq and (before is None or amendment.seq < before):
                entry = corrected(entry, amendment)
        return entry

    def first_rules(self, now: Procedure) -> Procedure:
        """The procedure by which it began; ``now``: the one by which it goes."""
        return now if self.law is None else self.law.procedure(now.key)

    def recorded_before(self, instant: datetime) -> "History":
        """The part of it that had been recorded before an instant."""
        entries = [each for each in self.entries if each.recorded_at < instant]
        last = max((each.seq for each in entries), default=0)
        amendments = [each for each in self.amendments if each.seq <= last]
        return History(entries, amendments, [each for each in self.by_clock if each.seq <= last], self.law)


def _is_entered(entry: Entry) -> bool:
    """True of what people entered; what corrects it, or tells of its keeping, is none of it."""
    return entry.role != CLOCK and entry.event not in AMENDMENT_TITLES and entry.event not in KEEPING


def standing(procedure: Procedure, entries: Sequence[Entry], amendments: Iterable[Amendment]) -> list[Entry]:
    """The entries that stand, in order and as they are right; of the clock's only its opening and its successions.

    ``entries``: all of the case, by number; ``amendments``: by number too. Data items that a correction renames are
    renamed wherever they are named.
    """
    by_seq = {each.seq: each for each in sorted(entries, key=lambda each: each.seq)}
    struck: set[int] = set()
    renamed: dict[str, str] = {}
    for amendment in amendments:
        before = by_seq[amendment.target]
        by_seq[before.seq] = corrected(before, amendment)
        if amendment.struck:
            struck.add(before.seq)
        if before.event in procedure.asking:
            renamed |= _renamed_items(procedure, before.fields, amendment.fields)
    ordered = in_order(_with_their_changes(procedure, by_seq))
    opens = procedure.opening.event if procedure.opening else ""
    kept = (each for each in ordered if each.law or (_is_entered(each) or each.event == opens))
    return [_with_names(procedure, each, renamed) for each in kept if each.seq not in struck]


def _with_their_changes(procedure: Procedure, by_seq: Mapping[int, Entry]) -> list[Entry]:
    """The entries, each change of law that was made for an act in front of it on the day that is right of that act.

    A case that has ended goes over when it is taken up again: at one instant with that, and by the number before it.
    An open one goes over on the law's first day, whatever was done then: so does one taken up before that day.
    """
    found = dict(by_seq)
    for change in by_seq.values():
        act = by_seq.get(change.seq + 1)
        if change.law is None or act is None or act.recorded_at != change.recorded_at:
            continue
        if not _takes_up(procedure, act.event):
            continue
        if act.on < change.law.in_force_from:
            found[change.seq] = change._replace(on=change.law.in_force_from, after_seq=act.seq, moved_by=act.moved_by)
        else:
            found[change.seq] = change._replace(on=act.on, after_seq=act.after_seq, moved_by=act.moved_by)
            if act.after_seq is not None:
                found[act.seq] = act._replace(after_seq=change.seq)
    return list(found.values())


def _takes_up(procedure: Procedure, event: str) -> bool:
    """True of an act by which a case that has ended is taken up again."""
    rows = (row for (state, key), row in procedure.table.items() if key == event and procedure.states[state].ending)
    return any(row.target != STAY for row in rows)


def corrected(entry: Entry, amendment: Amendment) -> Entry:
    """An entry as an amendment makes it: counted with the calendar that was known when it was corrected."""
    if amendment.struck:
        return entry
    fields = {key: value for key, value in entry.fields.items() if key not in amendment.cleared}
    parties = {role: unit for role, unit in entry.parties.items() if role not in amendment.cleared}
    return entry._replace(
        on=amendment.on or entry.on,
        fields=fields | dict(amendment.fields),
        parties=parties | dict(amendment.parties),
        calendar_revision=amendment.calendar_revision,
        after_seq=entry.after_seq if amendment.after_seq is None else amendment.after_seq,
        moved_by=entry.moved_by if amendment.after_seq is None else amendment.seq,
    )


def _renamed_items(procedure: Procedure, before: Fields, now: Fields) -> dict[str, str]:
    """The data items that bear another name by a correction: by their numbers, which are their places in the list.

    A name that stays in the list is no other item's, though the items beside it are moved by one that was forgotten.
    """
    old, new = before.get(procedure.items) or (), now.get(procedure.items) or ()
    return {was: name for was, name in zip(old, new, strict=False) if was not in new and name not in old}


def _with_names(procedure: Procedure, entry: Entry, renamed: Mapping[str, str]) -> Entry:
    named = procedure.item_fields & entry.fields.keys() if renamed else ()
    if not named:
        return entry
    fields = {key: [renamed.get(name, name) for name in entry.fields[key]] for key in named}
    return entry._replace(fields={**entry.fields, **fields})


def handed_in(procedure: Procedure, entries: Iterable[Entry]) -> Entry | None:
    """The entry by which a draft was handed in: the first that leads out of the first state; None if none did yet.

    One that ends the draft hands in nothing.
    """
    ends = {key for key, state in procedure.states.items() if state.ending}
    for entry in entries:
        row = procedure.table.get((procedure.initial, entry.event))
        if row is not None and row.target not in (STAY, *ends):
            return entry
    return None


def placed(procedure: Procedure, entries: Sequence[Entry], amendments: Sequence[Amendment]) -> list[Amendment]:
    """Corrections of a day, each with the place that its entry has now, where it no longer is the one it had.

    ``entries``: those that stand with these amendments, in order.
    """
    found = []
    for amendment in amendments:
        own = next((n for n, each in enumerate(entries) if each.seq == amendment.target), None)
        behind = None
        if amendment.on is not None and own is not None:
            behind = _place_anew(procedure, entries, own)
        found.append(amendment if behind is None else amendment._replace(after_seq=behind))
    return found


def _place_anew(procedure: Procedure, entries: Sequence[Entry], own: int) -> int | None:
    """The number of the entry behind which a corrected one stands: where it was entered, if its day is in order there.

    None if it stays where it is.
    """
    entry, others = entries[own], [*entries[:own], *entries[own + 1 :]]
    if entry.after_seq is not None:
        place = next((n for n, each in enumerate(others) if each.after_seq is None and each.seq > entry.seq), None)
        place = len(others) if place is None else place
        if not _is_out_of_place(procedure, [*others[:place], entry, *others[place:]], place):
            return others[place - 1].seq if place else 0
    if _is_out_of_place(procedure, entries, own):
        return place_of(procedure, entries, entry.on, entry.seq)
    return None


def _is_out_of_place(procedure: Procedure, entries: Sequence[Entry], own: int) -> bool:
    """True if an entry that moves the case stands behind one that comes later, or before one that comes earlier."""
    entry = entries[own]
    if not is_moving(procedure, entry.event, entry.fields):
        return False
    others = [(n, each) for n, each in enumerate(entries) if n != own]
    moving = [(n, _moment(each)) for n, each in others if is_moving(procedure, each.event, each.fields)]
    mine = _moment(entry)
    return any((n < own and moment > mine) or (n > own and moment < mine) for n, moment in moving)


def _moment(entry: Entry) -> tuple[date, bool]:
    """The day of an entry; on the first day of a new law the change to it comes before all else."""
    return entry.on, entry.law is None or entry.on != entry.law.in_force_from


def place_of(procedure: Procedure, entries: Sequence[Entry], on: date, seq: int | None = None) -> int:
    """The number of the entry behind which a paper of the day ``on`` stands: before the first moving one that is later.

    ``entries``: those that stand, in order; ``seq``: that of the paper if it is one of them. 0: before all others.
    """
    behind = 0
    for entry in entries:
        if entry.seq == seq:
            continue
        if entry.on > on and is_moving(procedure, entry.event, entry.fields):
            break
        behind = entry.seq
    return behind


def is_moving(procedure: Procedure, event: str, fields: Collection[str] = ()) -> bool:
    """True if an event can change the state, a term, a party or a mark: its day has a place among the others.

    ``fields``: those that were filled in. One that the procedure does not know is a former law's, or the change of law.
    """
    rows = (row for (_, key), row in procedure.table.items() if key == event)
    return event not in procedure.events or any(has_place(procedure, row, fields) for row in rows)
