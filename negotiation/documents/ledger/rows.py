"""Cases of the store as the ledger compares and exports them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from negotiation.core.enums import EXPUNGE, PARTY_ROLES
from negotiation.core.errors import NotFound
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.documents.ledger.form import Form
from negotiation.documents.ledger.reconcile import Happened
from negotiation.documents.ledger.render import RenderedCase, render_case
from negotiation.domain.departments import Directory
from negotiation.domain.entered import REPLAYED, readable
from negotiation.domain.event_chain import EventRecord
from negotiation.domain.expunging import says
from negotiation.domain.fields import FieldValue
from negotiation.domain.machine.amendments import standing
from negotiation.services.cases.case_history import calendars_of, derived_by
from negotiation.services.context import Context
from negotiation.store import case_reader, entries
from negotiation.store.case_reader import Loaded
from negotiation.store.codec import codec
from negotiation.store.schema.cases import Content, Event
from negotiation.store.transaction import Transaction

ROWS_PER_COMMIT = 100


@dataclass
class StoredCase:
    """A case with its history as it stands, corrected and without what was struck.

    ``order``: in words, that something of it was destroyed on the newest order (封存清除); "" where nothing was.
    """

    loaded: Loaded
    draft: Mapping[str, FieldValue]
    happened: list[Happened]
    order: str = ""

    def rendered(self, form: Form, directory: Directory) -> RenderedCase:
        """The case as that form shows it."""
        record = self.loaded.record
        parties = {role: directory.name(record.parties.get(role)) for role in PARTY_ROLES}
        return render_case(form, record.no, parties, self.draft, self.happened)


def known_cases(transaction: Transaction, context: Context, numbers: Sequence[str]) -> dict[str, StoredCase]:
    """The cases that have these numbers, by number."""
    wanted = sorted({no for no in numbers if no})
    if not wanted:
        return {}
    params = ", ".join([transaction.param] * len(wanted))
    ids = [row[0] for row in transaction.rows(f'SELECT id FROM "case" WHERE no IN ({params})', wanted)]
    return {stored.loaded.record.no: stored for stored in stored_cases(transaction, context, ids)}


def stored_cases(transaction: Transaction, context: Context, ids: Sequence[int]) -> list[StoredCase]:
    """Cases with their histories, in the order of the ids."""
    if not ids:
        return []
    contents = {(case_id, seq): body for case_id, seq, _, body, _ in _rows_of(transaction, Content, ids)}
    found = {loaded.record.id: StoredCase(loaded, {}, []) for loaded in case_reader.load_many(transaction, ids)}
    for case_id, stored in found.items():
        stored.draft = json.loads(contents.get((case_id, 0)) or "{}")
    rewritten: set[int] = set()
    for record in map(EventRecord._make, _rows_of(transaction, Event, ids)):
        found[record.case_id].happened.append(_happened(record, contents.get((record.case_id, record.seq), "{}")))
        if record.event == EXPUNGE:
            found[record.case_id].order = says(record.basis)
        if record.event in AMENDMENT_TITLES or record.after_seq is not None:
            rewritten.add(record.case_id)
    for case_id in rewritten:
        found[case_id].happened = _standing(transaction, context, found[case_id])
    return list(found.values())


def _happened(record: EventRecord, body: str | None) -> Happened:
    fields = None if body is None else readable(record.data, body)
    replayed = bool(record.data.get(REPLAYED))
    return Happened(record.event, record.happened_on, record.state, fields, record.seq, replayed)


def _standing(transaction: Transaction, context: Context, stored: StoredCase) -> list[Happened]:
    """What happened in a case that was corrected, as it stands now; nothing is left of what was struck."""
    record = stored.loaded.record
    book = context.rulebooks.of(transaction, record.rulebook, record.edition)
    rules = book.procedures[record.procedure]
    history = entries.history_of(transaction, record.id, rules, context.directory, context.rulebooks)
    given = standing(rules, history.entries, history.amendments)
    until = max((each.on for each in given), default=record.opened_at.date())
    derived, _ = derived_by(rules, history, record.parties, calendars_of(transaction, book), until)
    sealed = {each.seq for each in stored.happened if each.fields is None}
    return [
        Happened(
            step.event,
            step.on,
            step.after.state,
            None if step.after.version in sealed else entry.fields if entry else {},
            step.after.version,
            entry is not None and entry.replayed,
        )
        for step, entry in derived.steps
    ]


def _rows_of(transaction: Transaction, model: type[Event] | type[Content], ids: Sequence[int]) -> Iterator[list[Any]]:
    table = codec(model, transaction.database.dialect)
    params = ", ".join([transaction.param] * len(ids))
    sql = f"SELECT {', '.join(table.quoted)} FROM {table.name} WHERE case_id IN ({params}) ORDER BY case_id, seq"
    return (table.read(row) for row in transaction.rows(sql, ids))


def ledger_forms(context: Context) -> list[Form]:
    """The forms of the procedures that have a ledger, each as the newest rulebook has it. Raises NotFound for none."""
    forms = [Form(rules, rules.ledger, {}) for rules in context.procedures.values() if rules.ledger is not None]
    if not forms:
        titles = "、".join(book.id for book in context.books)
        raise NotFound(f"规则 {titles} 中没有台账的样式", todo="请在办理事项中写明 [ledger]")
    return forms
