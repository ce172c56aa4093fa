"""Changes that people ask of a case's entries: read, and refused where they cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypedDict

from negotiation.core.errors import FieldError, InvalidTransition
from negotiation.domain import forms
from negotiation.domain.entered import EnteredBy
from negotiation.domain.machine.amendments import Amendment, History, handed_in
from negotiation.domain.machine.entries import Entry
from negotiation.domain.rulebook import Procedure
from negotiation.services.cases.acting import demand_past
from negotiation.services.cases.case_file import CaseFile, demand_distinct
from negotiation.services.cases.changeable import demand_changeable


class Correction(NamedTuple):
    """What is right of an entry: its day, and the fields as they are typed; of what is not named nothing was wrong."""

    seq: int
    on: date | None = None
    fields: Mapping[str, Any] = {}


class NewEntry(NamedTuple):
    """An entry that is put in. ``instead_of``: the number of the one whose place it takes.

    ``replayed``: it comes with a ledger's history.
    """

    event: str
    role: str
    on: date
    fields: Mapping[str, Any]
    instead_of: int | None = None
    replayed: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """Several entries corrected, struck and put in in one act: why, by whom and in which role it is entered.

    ``signed_by``: the head who confirmed what another had prepared.
    """

    reason: str
    by: EnteredBy
    role: str
    corrections: tuple[Correction, ...] = ()
    strikes: tuple[int, ...] = ()
    seen_version: int | None = None
    signed_by: str = ""
    entries: tuple[NewEntry, ...] = ()

    @property
    def targets(self) -> tuple[int, ...]:
        """The numbers of all entries that are changed, in order."""
        return tuple(sorted({*(each.seq for each in self.corrections), *self.strikes}))


class StoredCorrection(TypedDict):
    """A correction as it is stored; ``on`` in ISO 8601."""

    seq: int
    on: str | None
    fields: dict[str, Any]


class StoredChanges(TypedDict):
    """Changes as they are stored while they wait for a head."""

    reason: str
    corrections: list[StoredCorrection]
    strikes: list[int]


def stored(changes: Changes) -> StoredChanges:
    """Changes as they are stored: what is asked, and why."""
    found = [
        StoredCorrection(seq=each.seq, on=each.on.isoformat() if each.on else None, fields=dict(each.fields))
        for each in changes.corrections
    ]
    return StoredChanges(reason=changes.reason, corrections=found, strikes=list(changes.strikes))


def restored(found: StoredChanges, by: EnteredBy, role: str) -> Changes:
    """Changes as they were asked, none where they were sealed; ``by``, ``role``: who asked them, and in which role."""
    read = [
        Correction(each["seq"], date.fromisoformat(each["on"]) if each["on"] else None, each["fields"])
        for each in found.get("corrections", [])
    ]
    return Changes(found.get("reason", ""), by, role, tuple(read), tuple(found.get("strikes", [])))


def amendments_of(file: CaseFile, history: History, standing: Sequence[Entry], changes: Changes) -> list[Amendment]:
    """The changes read, numbered as the next events of the case; a lapse that is taken back is none of them.

    Raises a sentence for what cannot be changed: the clock's own, what is struck, a day to come, nothing new.
    """
    demand_reason(changes.reason)
    entries = {each.seq: each for each in standing}
    demand_changeable(file, history, entries, [each.seq for each in changes.corrections], changes.strikes)
    free, revision = file.version + 1, file.context.almanac.revision
    read = [_corrected(file, entries, each) for each in changes.corrections]
    read += [Amendment(0, seq, True, file.at, revision) for seq in changes.strikes if seq in entries]
    ordered = sorted(read, key=lambda each: each.target)
    return [each._replace(seq=free + n, recorded_at=file.at) for n, each in enumerate(ordered)]


def demand_reason(reason: str, act: str = "更正", field: str = "reason") -> None:
    """Raises FieldError for a correction without a reason, or with one that may not be kept.

    ``field``: as the form calls it, where the entry has a reason of its own beside it.
    """
    if not reason.strip():
        raise FieldError(f"{act}须写明理由", field=field, todo="请写明原登记错在何处、依据是什么", command="--reason …")
    forms.demand_clean(reason, field)


def entries_of(file: CaseFile, changes: Changes, free: int) -> list[Entry]:
    """The entries that are put in, read by their forms and numbered from ``free`` on. Raises a sentence."""
    found: list[Entry] = []
    behind: dict[int, int] = {}  # of those that take one place each stands behind the one before it
    for seq, new in enumerate(changes.entries, free):
        demand_past(new.on, file.at)
        rule = file.procedure.events[new.event]
        raw = forms.sound(file.procedure, new.fields)
        fields, parties = forms.read_fields(file.procedure, rule, raw, file.context.directory)
        place = None if new.instead_of is None else behind.get(new.instead_of, new.instead_of)
        if new.instead_of is not None:
            behind[new.instead_of] = seq
        found.append(
            Entry(
                seq, new.event, new.role, changes.by.actor, new.on, fields, parties, new.replayed, after_seq=place,
                recorded_at=file.at, side=changes.by.side, calendar_revision=file.context.almanac.revision,
            )
        )  # fmt: skip
    return found


def _corrected(file: CaseFile, entries: Mapping[int, Entry], correction: Correction) -> Amendment:
    """A correction read by the form of its entry, that of the law under which it was entered.

    Raises a sentence if it cannot be, or if nothing of it is new.
    """
    entry = entries[correction.seq]
    rules = file.rules_of(entry)
    if correction.on is not None:
        demand_past(correction.on, file.at)
    raw = forms.sound(rules, correction.fields)
    is_first = entry is handed_in(file.procedure, entries.values())
    fields, parties = _read(file, rules, entry, raw, draft=is_first)
    new = {key: value for key, value in fields.items() if entry.fields.get(key) != value}
    moved = {role: unit for role, unit in parties.items() if entry.parties.get(role) != unit}
    cleared = tuple(key for key in raw if key not in fields and key in entry.fields)
    on = correction.on if correction.on != entry.on else None
    if on is None and not (new or moved or cleared):
        title = rules.events[entry.event].title
        raise InvalidTransition(
            f"第{entry.seq}项“{title}”与更正的内容相同，没有要更正的", todo="请核对要更正的日期或栏目"
        )
    if moved:
        _demand_parties(file, entry, entries, moved, is_first)
    revision = file.context.almanac.revision
    return Amendment(0, entry.seq, False, file.at, revision, on, new, moved, cleared)


def _read(
    file: CaseFile, rules: Procedure, entry: Entry, raw: Mapping[str, Any], *, draft: bool
) -> tuple[dict[str, Any], dict[str, int]]:
    """The fields of a correction; with the first entry those of the draft are corrected, parties among them."""
    rule = rules.events[entry.event]
    beyond = draft and not set(raw) <= set(rule.fields)
    return forms.read_fields(rules, None if beyond else rule, raw, file.context.directory)


def _demand_parties(
    file: CaseFile, entry: Entry, entries: Mapping[int, Entry], moved: Mapping[str, int], is_first: bool
) -> None:
    """Another department can take the part of one by a correction only while that one has not acted."""
    if is_first:  # of what comes after it, each entry is looked at as it then stands
        demand_distinct({**entry.parties, **moved}, moved)
    later = [each for each in entries.values() if each.seq != entry.seq and each.role in moved]
    if is_first and later:
        title = file.procedure.fields[later[0].role].title
        raise InvalidTransition(
            f"“{title}”已经办理过本案，不能再更正为另一单位", todo="请办理“职责划转”，或先撤销该单位的登记"
        )
