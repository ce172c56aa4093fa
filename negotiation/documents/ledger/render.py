"""Cells of a ledger row, rendered from the history of a case."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from negotiation.documents.ledger.form import Form
from negotiation.documents.ledger.reconcile import Happened, recording_events
from negotiation.documents.spreadsheets.sheet_writer import CellValue
from negotiation.domain.entered import in_one
from negotiation.domain.fields import FieldValue
from negotiation.domain.rulebook import LedgerStep, Procedure


@dataclass(frozen=True)
class RenderedCase:
    """A case as the form shows it: the values of its columns by title, and all that happened in it.

    ``path``: what of it no return to an earlier state has undone. ``sealed``: some of what was entered is gone, so that
    an empty value means nothing. ``endings``: the events of the form's words for an end that fit how it ended.
    """

    cells: Mapping[str, CellValue]
    happened: Sequence[Happened]
    path: Sequence[Happened]
    sealed: bool
    endings: frozenset[str] = frozenset()


def render_case(
    form: Form, no: str, parties: Mapping[str, str], draft: Mapping[str, FieldValue], happened: Sequence[Happened]
) -> RenderedCase:
    """The columns of a case: dates as dates, choices and results by their labels, everything else as text."""
    path = _path(form, happened)
    facts = _facts(form, draft, happened) | dict(parties)
    cells: dict[str, CellValue] = {form.number: no}
    for column in form.statics:
        cells[column.title] = shown(form.rules, column.field, facts.get(column.field))
    for step in form.steps:
        cells |= _step_cells(form, step, path, happened)
    endings = _endings(form, path)
    if form.remark is not None:
        cells[form.remark.title] = _with_words(str(cells[form.remark.title]), endings)
    sealed = any(each.fields is None for each in happened)
    return RenderedCase(cells, happened, path, sealed, frozenset(endings.values()))


def _path(form: Form, happened: Sequence[Happened]) -> list[Happened]:
    """The events that still stand: where a case came back to a state it had left, what lay between stands no longer.

    A later day that the ledger gives for the end of what had ended is no way back.
    """
    closing = {event for step in form.steps if step.until_ending for event in step.events}
    path: list[Happened] = []
    for each in happened:
        states = [form.rules.initial, *(earlier.state for earlier in path)]
        is_end = each.event in closing and bool(form.rules.states[each.state].ending)
        if each.state in states and not is_end:
            del path[states.index(each.state) :]
        else:
            path.append(each)
    return path


def _facts(form: Form, draft: Mapping[str, FieldValue], happened: Sequence[Happened]) -> dict[str, FieldValue]:
    """The fields that belong to the case, as they were entered last."""
    wanted = {column.field for column in form.statics}
    facts = {key: value for key, value in draft.items() if key in wanted}
    for each in happened:
        facts |= {key: value for key, value in (each.fields or {}).items() if key in wanted}
    return facts


def _step_cells(
    form: Form, step: LedgerStep, path: Sequence[Happened], happened: Sequence[Happened]
) -> dict[str, CellValue]:
    found = event_of_step(form, step, path)
    if found is None:
        return {}
    if in_part := _answer_in_part(form.rules, step, found):
        found = found._replace(event=in_part, fields=_entered_until(found, recording_events(form, step), happened))
    cells: dict[str, CellValue] = {form.date_of(step): found.on}
    if form.result_of(step):
        label = _label(step, found)
        if label is None and found.fields is not None:
            return {}  # the form has no word for it: it stays in the system
        cells[form.result_of(step)] = label
    if step is not form.steps[0]:
        fields = in_one(form.rules, found.fields or {})
        for column in form.fields_of(step):
            cells[column.title] = shown(form.rules, column.field, fields.get(column.field))
    return cells


def _answer_in_part(rules: Procedure, step: LedgerStep, found: Happened) -> str:
    """The event of an answer to a part, where the last of several answers leaves some items agreed and some refused."""
    if rules.item_rules is None or found.state != rules.item_rules.states["partly_contested"]:
        return ""
    effects = {row.event.key: row.items.verbs for row in rules.table.values() if row.items is not None}
    parts = {event for event, verbs in effects.items() if {"agree", "refuse"} <= verbs.keys()}
    return next((event for event in step.results.values() if event in parts and event != found.event), "")


def _entered_until(
    found: Happened, events: Collection[str], happened: Sequence[Happened]
) -> Mapping[str, FieldValue] | None:
    """What was entered with the answers up to the last, later ones deciding; None where that was sealed."""
    if found.fields is None:
        return None
    answers = [each.fields or {} for each in happened[: happened.index(found) + 1] if each.event in events]
    return {key: value for fields in answers for key, value in fields.items()}


def _label(step: LedgerStep, found: Happened) -> str | None:
    """The word of the form for what an event came to, None if it has none."""
    fields = found.fields or {}
    meaning = fields.get(step.field) if step.field else found.event
    by_words = fields.get(step.words_into) if step.words_into else None
    return next((label for label, each in step.results.items() if each == meaning or label == by_words), None)


def event_of_step(form: Form, step: LedgerStep, path: Sequence[Happened]) -> Happened | None:
    """The event that stands for a step: the last answer, the end of the case, the first of several on one date."""
    if step.until_ending:
        return path[-1] if path and form.rules.states[path[-1].state].ending else None
    return next((each for each in reversed(path) if each.event in recording_events(form, step)), None)


def _endings(form: Form, path: Sequence[Happened]) -> dict[str, str]:
    """The words of the form for the way in which a case ended, each with its event: 已撤回 item by item, too."""
    words = [pair for step in form.steps for pair in step.remarks.items()]
    return {word: event for word, event in words if path and _ends_so(form.rules, event, path[-1])}


def _ends_so(rules: Procedure, event: str, last: Happened) -> bool:
    ends = {row.target for row in rules.table.values() if row.event.key == event}
    return last.event == event or (bool(rules.states[last.state].ending) and last.state in ends)


def _with_words(remark: str, words: Collection[str]) -> str:
    return "；".join(filter(None, [remark, *(word for word in words if word not in remark)]))


def shown(rules: Procedure, field: str, value: FieldValue) -> str:
    """The text of a cell for a value: choices by their labels, several names with 、 between them."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    rule = rules.fields.get(field)
    text = str(value)
    return rule.choices.get(text, text) if rule else text
