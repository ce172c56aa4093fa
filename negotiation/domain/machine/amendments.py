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
from negotiation.domain.machine.places import is_moving, place_anew, place_of
from negotiation.domain.rulebook import STAY, Procedure, Rulebook
from negotiation.domain.terms import ONE_DAY

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
    ordered = in_order(_with_their_changes(procedure, entries, by_seq, struck))
    opens = procedure.opening.event if procedure.opening else ""
    kept = (each for each in ordered if _has_own_place(each) or each.event == opens)
    return [_with_names(procedure, each, renamed) for each in kept if each.seq not in struck]


def _with_their_changes(
    procedure: Procedure, entries: Iterable[Entry], right: Mapping[int, Entry], struck: Collection[int]
) -> list[Entry]:
    """The entries as they are ``right``, each change of law that was made for an act, or put in, on its first day.

    There it finds the case open, or waits until it is taken up again, whatever was corrected since. ``entries``: as
    they were entered; a change was made for an act at one instant with that, and bears the number before it.
    """
    found = list(right.values())
    for change in [each for each in found if each.law is not None]:
        act = right.get(change.seq + 1)
        is_for_it = act is not None and act.recorded_at == change.recorded_at and takes_up(procedure, act.event)
        if not is_for_it and change.after_seq is None:
            continue
        stood = [each for each in entries if each.seq not in struck and each.seq < change.seq]
        last = _last_day_before(procedure, change, stood) if is_for_it else change.on - ONE_DAY
        if last >= _first_day(change):  # something was done under the former law since: it stays with its act
            continue
        ordered = [each for each in in_order(_beside(found, change)) if each.seq not in struck and _has_own_place(each)]
        anew = change._replace(on=last + ONE_DAY, after_seq=place_of(procedure, ordered, last))
        found = [anew._replace(moved_by=max(right) + change.seq) if each is change else each for each in found]
    return found


def _beside(entries: Sequence[Entry], change: Entry) -> list[Entry]:
    """The entries that do not stand behind a change of law by being put there: these go with it."""
    behind = {change.seq}
    while more := {each.seq for each in entries if each.after_seq in behind} - behind:
        behind |= more
    return [each for each in entries if each.seq not in behind]


def _last_day_before(procedure: Procedure, change: Entry, entries: Iterable[Entry]) -> date:
    """The last day of the former law: that before the new one is in force, or of what was entered by it later than that
    (never backwards). ``entries``: those before the change, as they were entered."""
    own = (each.on for each in entries if _has_own_place(each) and is_moving(procedure, each.event, each.fields))
    return max(_first_day(change) - ONE_DAY, *own)


def _first_day(change: Entry) -> date:
    assert change.law is not None, "asked of changes of law"
    return change.law.in_force_from


def _has_own_place(entry: Entry) -> bool:
    return entry.law is not None or _is_entered(entry)


def takes_up(procedure: Procedure, event: str) -> bool:
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

    ``entries``: those that stand with these amendments, in order. Of several each is placed among those that stay and
    those of an earlier day, which have their places by then.
    """
    moved = {each.target for each in amendments if each.on is not None}
    stands = [each for each in entries if each.seq not in moved]
    behind: dict[int, int | None] = {}
    for entry in sorted((each for each in entries if each.seq in moved), key=lambda each: each.on):
        own = _own_place(entries, stands, entry)
        behind[entry.seq] = place_anew(procedure, [*stands[:own], entry, *stands[own:]], own)
        place = own if behind[entry.seq] is None else _place_behind(stands, behind[entry.seq])
        stands.insert(place, entry)
    anew = {seq: place for seq, place in behind.items() if place is not None}
    return [each._replace(after_seq=anew[each.target]) if each.target in anew else each for each in amendments]


def _own_place(entries: Sequence[Entry], stands: Sequence[Entry], entry: Entry) -> int:
    """The place among those that ``stands`` that an entry has among all: behind the last of those that came before."""
    before = {each.seq for each in entries[: entries.index(entry)]}
    return max((n for n, each in enumerate(stands, 1) if each.seq in before), default=0)


def _place_behind(entries: Sequence[Entry], seq: int | None) -> int:
    return next((n for n, each in enumerate(entries, 1) if each.seq == seq), 0)
