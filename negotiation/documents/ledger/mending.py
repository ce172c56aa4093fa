"""Mending of a case by its row: entries corrected, struck, and others put in in their place. Pure.

The row is the truth of the office's ledger: a step that says otherwise is corrected, one that is something else now
takes the place of what is struck, and one whose cells were emptied is struck.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from negotiation.documents.ledger.compare import EVENT, Compared, alike, entries_of, holder_of
from negotiation.documents.ledger.form import Form
from negotiation.documents.ledger.reconcile import Happened, Planned, recording_events
from negotiation.documents.ledger.render import RenderedCase, shown
from negotiation.documents.ledger.row import Entry
from negotiation.domain.fields import FieldValue
from negotiation.services.cases.changes import Correction, NewEntry


def needs_plan(found: Compared) -> bool:
    """True if a row is mended in more than days and fields, so that its steps must be followed from the first."""
    results = {found.form.result_of(step) for step in found.form.steps}
    otherwise = any(each.field == EVENT or each.column in results for each in found.differences)
    return bool(otherwise or found.onward or found.emptied)


@dataclass
class Mending:
    """The changes of a case that a row asks for, gathered step by step; ``acts``: those that the whole row comes to."""

    form: Form
    rendered: RenderedCase
    acts: Sequence[Planned]
    right: dict[int, Correction] = field(default_factory=dict)
    strikes: list[int] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)

    @classmethod
    def of(cls, found: Compared, acts: Sequence[Planned]) -> "Mending":
        """The changes; ``acts``: those that the whole row comes to, none where only days and fields differ."""
        row, mending = found.row, cls(found.form, found.rendered, acts)
        for each in found.differences:
            if not each.step and (holder := holder_of(found.rendered.happened, each.field)) is not None:
                value = row.parties.get(each.field) or row.facts.get(each.field)
                mending._correct(holder, None, {each.field: value})
        differing = {each.step for each in (*found.differences, *found.emptied)}
        differing |= {each.step.key for each in found.onward}
        for key in differing - {entry.step.key for entry in row.entries} - {""}:
            mending.strikes += [each.seq for each in entries_of(found.form, key, found.rendered)]
        for entry in row.entries:
            mending._step(entry, [act for act in acts if act.step == entry.step.key], entry.step.key in differing)
        return mending

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The entries that are corrected, each once."""
        return tuple(self.right.values())

    def _step(self, entry: Entry, acts: Sequence[Planned], differs: bool) -> None:
        """A step of the row: one that differs or is new, or whose same cells come to other acts than before."""
        old = entries_of(self.form, entry.step.key, self.rendered)
        if not acts and differs:
            acts = [self._as_before(entry, each) for each in old]
        if differs or (acts and self._ends_otherwise(old, acts)):
            self._replace(old, acts)

    def _ends_otherwise(self, old: Sequence[Happened], acts: Sequence[Planned]) -> bool:
        """True if a step that was recorded comes to something else now, after an earlier one that is another."""
        was, now = [each.event for each in old], [act.event for act in acts]
        only_told = all(each.replayed for each in self.rendered.path)  # else what lies between may be a person's entry
        return bool(old) and (was != now if only_told else was[-1] != now[-1])

    def _as_before(self, entry: Entry, old: Happened) -> Planned:
        """An entry of before, on the day and with the fields of the row."""
        described = old.event in (*recording_events(self.form, entry.step), entry.ending)
        known = self.form.rules.events[old.event].fields if described and entry.step is not self.form.steps[0] else ()
        fields = {key: value for key, value in entry.fields.items() if key in known}
        return Planned(old.event, "", entry.on, fields, entry.step.key)

    def _replace(self, old: Sequence[Happened], acts: Iterable[Planned]) -> None:
        """Entries corrected to these acts; those for which there is none are struck, and their place is taken."""
        left, new = list(old), list[Planned]()
        for act in acts:
            same = next((each for each in left if each.event == act.event), None)
            if same is None:
                new.append(act)
            else:
                left.remove(same)
                self._correct(same, act.on, act.fields)
        self.strikes += [each.seq for each in left]
        for act in new:
            place = next((each.seq for each in left if self._has_room(each, act.on)), self._before_others(act))
            self.entries.append(NewEntry(act.event, act.role, act.on, act.fields, place))

    def _before_others(self, act: Planned) -> int | None:
        """The number of the entry behind which an act stands where what follows it was recorded on the same day."""
        path = self.rendered.path
        for later in self.acts[self.acts.index(act) + 1 :]:
            old = entries_of(self.form, later.step, self.rendered) if later.on == act.on else []
            for each in old:
                if each.event == later.event and each.seq not in self.strikes:
                    return path[path.index(each) - 1].seq if path.index(each) else None
        return None

    def _has_room(self, struck: Happened, on: date) -> bool:
        """True if an entry of a day can stand where this one stood."""
        at = self.rendered.path.index(struck)
        before, behind = self.rendered.path[:at][-1:], self.rendered.path[at + 1 :][:1]
        return all(each.on <= on for each in before) and all(on <= each.on for each in behind)

    def _correct(self, entry: Happened, on: date | None, fields: Mapping[str, FieldValue]) -> None:
        """Keeps what differs of an entry: its day, and the fields that say something else."""
        known = entry.fields or {}
        rules = self.form.rules
        new = {
            key: value
            for key, value in fields.items()
            if entry.fields is not None and not alike(shown(rules, key, value), shown(rules, key, known.get(key)))
        }
        day = on if on != entry.on else None
        if day is not None or new:
            before = self.right.get(entry.seq, Correction(entry.seq))
            self.right[entry.seq] = Correction(entry.seq, day or before.on, {**before.fields, **new})
