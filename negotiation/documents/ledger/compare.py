"""A row of the ledger beside its case: what it says otherwise, what is new in it, what it no longer says. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from negotiation.core.errors import NegotiationError
from negotiation.documents.ledger.form import Fault, Form
from negotiation.documents.ledger.reconcile import Happened, events_of, recording_events
from negotiation.documents.ledger.render import RenderedCase, event_of_step, shown
from negotiation.documents.ledger.row import Entry, LedgerRow
from negotiation.documents.spreadsheets.cell_text import squeeze
from negotiation.documents.spreadsheets.sheet_writer import CellValue
from negotiation.domain.fields import FieldValue
from negotiation.domain.rulebook import LedgerColumn

DAY, EVENT = "on", "event"  # what differs of an entry, where it is no field: its day, what it was


class Difference(NamedTuple):
    """A cell that says otherwise than the case: ``was`` in the case, ``now`` in the row.

    ``event`` of the entry that is meant, by its key; ``field``: that of its form, ``on`` for its day, ``event`` where
    something else happened. ``step``: the key of the step, "" for what belongs to the case.
    """

    column: str
    event: str
    field: str
    was: CellValue
    now: CellValue
    step: str = ""


class RejectedRow(NegotiationError):
    """A row that is not stored, with the fault that is shown for it; what the row has done so far is undone.

    ``differences``: what it says otherwise than its case; ``further``: what is wrong in its other cells.
    """

    def __init__(self, fault: Fault, differences: Sequence[Difference] = (), further: Sequence[Fault] = ()) -> None:
        super().__init__(fault.why)
        self.fault, self.differences = fault, differences
        self.further = [each for each in further if each.column != fault.column]


class Compared(NamedTuple):
    """A row beside its case: what differs, the steps that are new, the facts that are new.

    ``emptied``: what the ledger brought and the row has no more: steps whose cells are blank, an end by its remark.
    """

    form: Form
    row: LedgerRow
    rendered: RenderedCase
    differences: tuple[Difference, ...]
    onward: tuple[Entry, ...]
    news: Mapping[str, FieldValue]
    emptied: tuple[Difference, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The differences as faults of a row that is to be what its case is."""
        return tuple(Fault(each.column, _contradicts(each)) for each in self.differences)


def _contradicts(difference: Difference) -> str:
    known = str(difference.was or "无")
    return (
        f"与系统中的登记（{known}）不一致：台账有误的请改正；登记有误的请在系统中更正，或写明理由以更正方式导入本台账"
    )


def compare(form: Form, row: LedgerRow, rendered: RenderedCase) -> Compared:
    """Compares a row with its case. A blank cell is no difference; a remark may change."""
    differences: list[Difference] = []
    news: dict[str, FieldValue] = {}
    for column in form.statics:
        _compare_static(form, column, row, rendered, differences, news)
    onward = [entry for entry in row.entries if not _compare_step(form, entry, rendered, differences)]
    emptied = _emptied(form, row, rendered)
    return Compared(form, row, rendered, tuple(differences), tuple(onward), news, tuple(emptied))


def _compare_static(
    form: Form,
    column: LedgerColumn,
    row: LedgerRow,
    rendered: RenderedCase,
    differences: list[Difference],
    news: dict[str, FieldValue],
) -> None:
    given = row.parties.get(column.field) or row.facts.get(column.field)
    known = rendered.cells[column.title]
    if given is None or alike(shown(form.rules, column.field, given), known):
        return
    if column.kind == "remark" or not known:
        if not rendered.sealed:
            news[column.field] = given
        return
    holder = holder_of(rendered.happened, column.field)
    event = holder.event if holder is not None else form.steps[0].events[0]
    now = shown(form.rules, column.field, given)
    differences.append(Difference(column.title, event, column.field, known, now))


def holder_of(happened: Sequence[Happened], field: str) -> Happened | None:
    """The entry from which a case has a field: the last that names it, else the first of all."""
    named = [each for each in happened if (each.fields or {}).get(field) not in (None, "")]
    return named[-1] if named else next(iter(happened), None)


def _compare_step(form: Form, entry: Entry, rendered: RenderedCase, differences: list[Difference]) -> bool:
    """True if a step of a row is known already, be it as in the row or otherwise (which is a difference)."""
    on_title, result_title = form.date_of(entry.step), form.result_of(entry.step)
    on = rendered.cells.get(on_title)
    label = str(rendered.cells.get(result_title) or "")
    result = entry.step.results.get(label, "") if label or not rendered.sealed else entry.result
    if on == entry.on and result == entry.result and not _ended_otherwise(entry, rendered):
        _compare_fields(form, entry, rendered, differences)
        return True
    if any(_is_recorded(form, entry, each) for each in rendered.happened):
        return True
    if on is None:
        return False
    found, key = event_of_step(form, entry.step, rendered.path), entry.step.key
    event = found.event if found is not None else ""
    if on != entry.on:
        differences.append(Difference(on_title, event, DAY, on, entry.on, key))
    if result != entry.result:
        meant = next((each for each, meaning in entry.step.results.items() if meaning == entry.result), "")
        differences.append(Difference(result_title, event, entry.step.field or EVENT, label, meant, key))
    if _ended_otherwise(entry, rendered) and form.remark is not None:
        was, now = (form.rules.events[each].title if each else "" for each in (event, entry.ending))
        differences.append(Difference(form.remark.title, event, EVENT, was, now, key))
    _compare_fields(form, entry, rendered, differences)
    return True


def _compare_fields(form: Form, entry: Entry, rendered: RenderedCase, differences: list[Difference]) -> None:
    if entry.step is form.steps[0]:
        return
    found = event_of_step(form, entry.step, rendered.path)
    for column in form.fields_of(entry.step):
        given, known = entry.fields.get(column.field), rendered.cells.get(column.title)
        if given and known and not alike(given, known):
            event = found.event if found is not None else ""
            now = shown(form.rules, column.field, given)
            differences.append(Difference(column.title, event, column.field, known, now, entry.step.key))


def _is_recorded(form: Form, entry: Entry, each: Happened) -> bool:
    """True if an event, though it may stand no longer, is the one that the row means."""
    if each.on != entry.on or each.event not in events_of(entry):
        return False
    if entry.step.until_ending and not form.rules.states[each.state].ending:
        return False
    return not entry.step.field or (each.fields or {}).get(entry.step.field) == entry.result


def _ended_otherwise(entry: Entry, rendered: RenderedCase) -> bool:
    """True if the remark names another end than the one recorded."""
    known = {*rendered.endings, *(each.event for each in rendered.happened)}
    return bool(entry.ending) and entry.ending not in known


def _emptied(form: Form, row: LedgerRow, rendered: RenderedCase) -> Iterator[Difference]:
    filled = {entry.step.key: entry for entry in row.entries}
    unread = {fault.column for fault in row.faults}
    remark = form.remark.title if form.remark is not None else ""
    for step in form.steps[1:]:
        old = entries_of(form, step.key, rendered)
        if not old or not old[0].replayed or unread & form.columns_of(step):
            continue
        title, entry, event = form.date_of(step), filled.get(step.key), old[-1].event
        if entry is None and title in form.places and rendered.cells.get(title):
            yield Difference(title, event, EVENT, rendered.cells[title], "", step.key)
        elif entry is not None and not entry.ending and event in step.remarks.values() and remark in form.places:
            yield Difference(remark, event, EVENT, form.rules.events[event].title, "", step.key)


def missing(form: Form, entries: Iterable[Entry]) -> Iterator[Difference]:
    """The steps of a row that its case lacks, as differences."""
    for entry in entries:
        yield Difference(form.date_of(entry.step), events_of(entry)[0], EVENT, "", entry.on, entry.step.key)


def entries_of(form: Form, key: str, rendered: RenderedCase) -> list[Happened]:
    """The entries by which a step of the form was recorded: the one that stands for it, and its others of that day.

    None where another step stands for it: a decision by which the case ended is no end of its own.
    """
    step = form.ledger.steps[key]
    events = {*step.events, *recording_events(form, step), *step.remarks.values()}
    found = event_of_step(form, step, rendered.path)
    if found is None or found.event not in events:
        return []
    return [
        each
        for each in rendered.path
        if each is found or (each.event in events and each.on == found.on and each.replayed and found.replayed)
    ]


def alike(one: FieldValue | CellValue, other: CellValue) -> bool:
    """True if two cells say the same, however they are spaced."""
    return squeeze(one) == squeeze(other)
