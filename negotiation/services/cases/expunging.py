"""Destruction on an order (封存清除): what of a case goes, what is left of it, and the event that says so.

The case stays what its entries make it: their days, choices and numbers are never destroyed, and where a text was that
a form requires stands that it was sealed.
"""

from collections.abc import Iterable, Mapping, Sequence

from negotiation.core.enums import ATTACHED, EXPUNGE, EXPUNGE_TITLE, OFFICE, OFFICE_ID
from negotiation.core.errors import FieldError, InvalidTransition
from negotiation.domain.entered import OFFLINE, SEALED, TARGET, Entered, EnteredBy, readable
from negotiation.domain.expunging import DRAFT, Expunged, Order, texts_of
from negotiation.domain.fields import proofs_in
from negotiation.domain.items import Item
from negotiation.domain.machine.amendments import handed_in
from negotiation.domain.machine.derivation import Unfit
from negotiation.domain.people import Person
from negotiation.domain.rulebook import EventRule
from negotiation.services.cases import acting, case_history
from negotiation.services.cases.amending_steps import own_step
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.store import attachments, audit, case_reader, case_writer
from negotiation.store.attachments import AttachmentRow
from negotiation.store.audit import Recorded
from negotiation.store.transaction import Transaction

_RULE = EventRule(EXPUNGE, EXPUNGE_TITLE, (), (), (), (), approval=False, notify=())


def expunge(work: UnitOfWork, no: str, order: Order, entered_by: str, confirmed_by: Person) -> CaseFile:
    """Destroys in the tables what an order means, with the event that says so; nothing brings it back.

    Raises FieldError for an order that names what is not there, InvalidTransition where nothing is left to destroy,
    Conflict while a mail of the case is being sent.
    """
    file = acting.take(work, no)
    order.demand_sound(file.today)
    demand_over(file, order)
    gone = scope_of(work.transaction, file, order)
    subject, items = left(work.transaction, file, gone)
    after = file.case_state
    step = own_step(after, after.version + 1, _RULE, file)._replace(role=OFFICE, basis=order.basis)
    by = EnteredBy(confirmed_by.name, confirmed_by.id, OFFICE_ID)
    file.record_event(step, by, Entered(gone.as_data(order, entered_by), {}))
    file.forget(subject, items, gone)
    case_writer.save(work.transaction, file.change())
    return file


def demand_over(file: CaseFile, order: Order) -> None:
    """Raises InvalidTransition for a case that runs here and is to go on on paper alone: it is ended here first."""
    if order.offline and not file.ending and file.received_on is not None:
        todo = "请先作废或撤回（理由写明转线下办理），再登记决定"
        raise InvalidTransition("案件尚在系统中办理，不能转线下", where=f"案件 {file.no}", todo=todo)


# --------------------------------------------------------------------------------------------------- what goes


def scope_of(transaction: Transaction, file: CaseFile, order: Order) -> Expunged:
    """Works out what an order takes away. Raises FieldError, or InvalidTransition where nothing of it is there."""
    events = audit.recorded_of(transaction, file.case_id)
    files = attachments.list_of(transaction, file.case_id)
    draft = (DRAFT,) if case_reader.read_draft(transaction, file.case_id) else ()
    whole = (*draft, *(each.record.seq for each in events if each.body is not None))
    if order.is_whole:
        names = tuple(each.n for each in files)
        gone = Expunged(True, whole, tuple(each.n for each in files if _is_left(each)), names, order.offline)
    else:
        gone = _of_some(transaction, file, order, events, files, draft)
    goes_offline = order.offline and file.subject != OFFLINE
    if not (gone.contents or gone.files or goes_offline):
        raise InvalidTransition("所列的内容都已清除，或本来没有内容", where=f"案件 {file.no}", todo="请核对决定的范围")
    return gone


def _is_left(row: AttachmentRow) -> bool:
    return row.sealed_at is None or row.name != SEALED


def _of_some(
    transaction: Transaction, file: CaseFile, order: Order, events: Sequence[Recorded], files: Sequence[AttachmentRow],
    draft: tuple[int, ...],
) -> Expunged:  # fmt: skip
    """Some entries, with what was corrected of them, the draft that went with them and the files that they name."""
    _demand_known(order.entries, [each.record.seq for each in events], "entries", "项登记")
    _demand_known(order.files, [each.n for each in files], "files", "个附件")
    named = set(order.entries)
    meant = [each for each in events if {each.record.seq, each.record.data.get(TARGET)} & named]
    first = handed_in(file.procedure, case_history.history_of(transaction, file).entries)
    begun = draft if first is not None and first.seq in named else ()
    contents = (*begun, *(each.record.seq for each in meant if each.body is not None))
    names = {n for each in meant for n in _files_of(each)}
    bodies = {each.n for each in files if each.sealed_at is None} & {*names, *order.files}
    return Expunged(False, contents, tuple(sorted({*bodies, *names})), tuple(sorted(names)))


def _demand_known(named: Iterable[int], known: Sequence[int], field: str, what: str) -> None:
    strange = sorted(set(named) - set(known))
    if strange:
        raise FieldError(f"本案没有第{strange[0]}{what}", field=field, todo="请照案件页上的序号填写")


def _files_of(each: Recorded) -> list[int]:
    if each.body is None:
        return []
    return [proof["n"] for proof in proofs_in(readable(each.record.data, each.body).get(ATTACHED))]


# --------------------------------------------------------------------------------------------------- what is left


def left(transaction: Transaction, file: CaseFile, gone: Expunged) -> tuple[str, tuple[Item, ...]]:
    """Derives what the case will be called, and its data items, from its entries without those texts."""
    history = case_history.history_of(transaction, file, gone)
    given = case_history.standing_in(file, history)
    try:
        items = case_history.as_stored_by(transaction, file, history, given).case_state.items
    except Unfit:  # a record that does not follow from its entries anyway is destroyed all the same
        items = tuple(_blank(item, gone.stands) for item in file.case_state.items)
    subjects = case_history.subjects_in(file.procedure, given)
    if subjects:
        return subjects[-1], items
    return gone.stands if gone.is_whole or _was_named_in(transaction, file, gone) else file.subject, items


def _blank(item: Item, stands: str) -> Item:
    return item._replace(name=f"{stands}{item.n}", code="", condition="", reason="", legal_basis="")


def _was_named_in(transaction: Transaction, file: CaseFile, gone: Expunged) -> bool:
    """True where what goes has the words by which the case is called."""
    own: list[Mapping[str, object]] = [
        readable(each.record.data, each.body)
        for each in audit.recorded_of(transaction, file.case_id)
        if each.record.seq in gone.contents
    ]
    return file.subject in set(texts_of(own))
