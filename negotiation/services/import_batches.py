"""An import of the ledger taken back: every entry that it wrote is struck, and what it corrected is as it was.

All of it or nothing, and only while nobody has acted on its cases since; the numbers of the cases are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import OFFICE
from negotiation.core.errors import Conflict, InvalidTransition
from negotiation.domain.entered import EnteredBy
from negotiation.domain.machine.amendments import Amendment, History
from negotiation.domain.people import Person
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.amendment_notices import Told
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, standing_in
from negotiation.services.cases.changes import Changes, Correction, NewEntry, demand_reason
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import import_batches
from negotiation.store.database import Database
from negotiation.store.import_batches import BatchCase, BatchRecord

_NAMED = 10  # cases that a refusal names


@dataclass(frozen=True, slots=True)
class TakeBackRequest:
    """An import to take back, why, by whom; ``signer``: who signs it on a page. A dry run writes nothing."""

    batch: int
    reason: str
    by: EnteredBy
    at: datetime
    signer: Person | None = None
    dry_run: bool = False


class CaseTakenBack(NamedTuple):
    """A case without what an import wrote: how many entries are struck; as it stands, ``empty`` if nothing does."""

    no: str
    struck: int
    state_title: str
    empty: bool
    told: Sequence[Told]


class TakenBack(NamedTuple):
    """An import taken back, or what that would come to."""

    batch: BatchRecord
    cases: Sequence[CaseTakenBack]


def take_back(database: Database, context: Context, request: TakeBackRequest) -> TakenBack:
    """Strikes every entry of an import, and gives what it corrected its old values.

    Raises NotFound for a number that no import has, FieldError without a reason, Conflict where it was taken back
    before or somebody has acted on its cases since, WrongRole where the signer is not the head of the office.
    """
    demand_reason(request.reason, "撤回")
    with database.write(keep=not request.dry_run) as transaction:
        own = replace(context)  # another request may read the shared one meanwhile
        own.refresh(transaction)
        work = UnitOfWork(transaction, own, request.at)
        batch, cases = _wanted(work, request)
        done = [_taken_back(work, each, request) for each in cases]
        import_batches.take_back(transaction, batch.id, request.by.actor, request.at, request.reason.strip())
        transaction.log("ledger_taken_back", batch=batch.id, cases=len(done))
    return TakenBack(batch, done)


def _wanted(work: UnitOfWork, request: TakeBackRequest) -> tuple[BatchRecord, list[BatchCase]]:
    batch = import_batches.find(work.transaction, request.batch, held=True)
    name = f"第{batch.id}次导入（{batch.file}）"
    if batch.taken_back_at is not None:
        raise Conflict(f"{name}已经撤回", todo="如需恢复，请再次导入该台账")
    cases = import_batches.cases_of(work.transaction, batch.id)
    if not cases:
        raise InvalidTransition(f"{name}没有写入任何登记，没有可以撤回的", todo="请核对序号")
    acted = import_batches.acted_since(work.transaction, batch.id)
    if acted:
        more = f"等{len(acted)}件" if len(acted) > _NAMED else ""
        what = f"{name}之后已有人办理其中的案件：{'、'.join(acted[:_NAMED])}{more}，不能整批撤回"
        raise Conflict(what, todo="请逐件更正或撤销登记；后来的导入有误的，先撤回后来的导入")
    return batch, cases


def _taken_back(work: UnitOfWork, case: BatchCase, request: TakeBackRequest) -> CaseTakenBack:
    file = acting.take(work, case.no)
    changes = _changes(file, history_of(work.transaction, file), case, request)
    done = corrections.rewrite(work, case.no, changes, signer=None if request.dry_run else request.signer)
    record, title = done.file.case, done.file.procedure.states[done.file.state].title
    return CaseTakenBack(case.no, len(changes.strikes), title, record.is_taken_back, done.told)


def _changes(file: CaseFile, history: History, case: BatchCase, request: TakeBackRequest) -> Changes:
    """What takes back all that an import wrote to a case: its entries struck, its corrections corrected back."""
    stands, own = {each.seq for each in standing_in(file, history)}, _written(history, case)
    undone = [each for each in history.amendments if each.seq in case.events]
    return Changes(
        request.reason,
        request.by._replace(batch=request.batch),
        OFFICE,
        tuple(_corrected_back(file, history, each) for each in undone if not each.struck),
        tuple(seq for seq in own if seq in stands),
        entries=tuple(_entered_again(history, each) for each in undone if each.struck),
    )


def _written(history: History, case: BatchCase) -> list[int]:
    """The numbers of what an import wrote to a case, and of what stands in its place since.

    Every later import was taken back: behind an entry of this one stands only what that entered again as it was.
    """
    found = list(case.events)
    for entry in history.entries:
        if entry.seq > found[0] and entry.after_seq in found and entry.seq not in found:
            found.append(entry.seq)
    return found


def _corrected_back(file: CaseFile, history: History, amendment: Amendment) -> Correction:
    """The correction that gives an entry the values that it had before an amendment."""
    before, directory = history.right(amendment.target, amendment.seq), file.context.directory
    fields = {key: before.fields.get(key, "") for key in (*amendment.fields, *amendment.cleared)}
    names = {role: directory.name(before.parties[role]) for role in amendment.parties}
    return Correction(amendment.target, before.on if amendment.on is not None else None, {**fields, **names})


def _entered_again(history: History, amendment: Amendment) -> NewEntry:
    """An entry that was struck, entered once more in its place."""
    struck = history.right(amendment.target, amendment.seq)
    return NewEntry(struck.event, struck.role, struck.on, struck.fields, struck.seq, struck.replayed)
