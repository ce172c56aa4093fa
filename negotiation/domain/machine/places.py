"""Places of entries among those of a case: before which others one of another day, or a late one, stands. Pure."""

from collections.abc import Collection, Sequence
from datetime import date

from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.values import has_place
from negotiation.domain.rulebook import Procedure


def place_anew(procedure: Procedure, entries: Sequence[Entry], own: int) -> int | None:
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
