"""An imported arrangement is revoked, by a row of its own: nothing is deleted, and what it moved is counted again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from negotiation.core.enums import OFFICE_ID, AdminKind, CalendarLayer
from negotiation.core.errors import Conflict, FieldError, NotFound
from negotiation.core.local_time import local_date
from negotiation.domain.administration import AdminAct
from negotiation.domain.entered import EnteredBy
from negotiation.domain.working_days import Almanac, Document, ImportedNotice
from negotiation.services import recount
from negotiation.services.administration import Operation
from negotiation.services.calendar import shipped
from negotiation.services.calendar.import_notice import Difference, differences_of
from negotiation.services.context import Context
from negotiation.services.recount import Recount
from negotiation.services.recount_findings import Past
from negotiation.store import calendar_notices
from negotiation.store.calendar_notices import Imported, Revision
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RevokeRequest:
    """An arrangement to revoke, by its document number (文号) or its number in the list of changes, and why."""

    which: str
    reason: str
    author: str
    at: datetime
    account_id: int | None = None


@dataclass(frozen=True)
class Revoked:
    """A revocation and its effect. ``almanac``: as it is, or would be, without the arrangement.

    ``differences``: the days that it turns. ``revision``: its number once it is written.
    """

    notice: ImportedNotice
    reason: str
    almanac: Almanac
    differences: tuple[Difference, ...]
    recount: Recount = field(default_factory=Recount)
    revision: int | None = None

    @property
    def year(self) -> int:
        return self.notice.arrangement.year

    @property
    def layer(self) -> CalendarLayer:
        return self.notice.layer


def run(
    database: Database,
    context: Context,
    request: RevokeRequest,
    *,
    dry_run: bool = False,
    progress: recount.Progress = lambda _: None,
    also: Callable[[Transaction], object] = lambda _: None,
) -> Revoked:
    """Revokes an arrangement, or rehearses it (``dry_run``): all of it or nothing, and with it what is done ``also``.

    ``progress`` gets the number of cases that were counted again. Raises FieldError without a reason, NotFound for an
    arrangement that was not imported, Conflict for one that was revoked before or a number that several bear.
    """
    with shipped.changing(database, context, request.at, write=not dry_run) as (transaction, current):
        notice = _wanted(calendar_notices.read_imported(transaction), request)
        found = _revoked(transaction, current, notice, request, dry_run=dry_run, progress=progress)
        if not dry_run:
            also(transaction)
        return found


def _wanted(imported: Sequence[Imported], request: RevokeRequest) -> ImportedNotice:
    if not request.reason.strip():
        raise FieldError("撤销一份工作日安排须写明理由", field="reason", todo="请填写理由")
    which = request.which.strip()
    meant = [each for each in imported if which in (each.notice.arrangement.doc_no, str(each.notice.id))]
    standing = [each.notice for each in meant if each.revoked is None]
    if len(standing) > 1:
        numbers = "、".join(str(each.id) for each in standing)
        raise Conflict(f"“{which}”收录过{len(standing)}次，都在生效", todo=f"请写明要撤销的序号：{numbers}")
    if meant and not standing:
        raise Conflict(f"{meant[-1].notice.name}已经撤销：{meant[-1].reason}", todo="无须再次撤销")
    if not meant:
        raise NotFound(
            f"没有收录过“{which}”",
            todo="请核对文号或序号；随程序提供的安排不能撤销，有新通知的请收录新通知",
            command="negotiation calendar list 列出收录的安排",
        )
    return standing[0]


def _revoked(
    transaction: Transaction,
    context: Context,
    notice: ImportedNotice,
    request: RevokeRequest,
    *,
    dry_run: bool,
    progress: recount.Progress,
) -> Revoked:
    before, number = context.almanac, context.almanac.revision + 1
    after = before.without(notice, number)
    turned = before.of(notice.layer).differences(after.of(notice.layer))
    past = Past.turned(before, notice.layer, turned, local_date(request.at))
    current, document = replace(context, almanac=after), _document(notice)
    counted = recount.run(transaction, current, document, request.at, past=past, write=not dry_run, progress=progress)
    if not dry_run:
        _write(transaction, notice, after, counted, request)
        by, became = EnteredBy(request.author, request.account_id, OFFICE_ID), {"理由": request.reason.strip()}
        act = AdminAct(AdminKind.IMPORT, "撤销放假调休安排", notice.name, became=became)
        Operation(by, request.at).record(transaction, act)
    differences = differences_of(before, after, notice.layer, turned)
    return Revoked(notice, request.reason.strip(), after, differences, counted, None if dry_run else number)


def _write(
    transaction: Transaction, notice: ImportedNotice, after: Almanac, counted: Recount, request: RevokeRequest
) -> None:
    revision = Revision(after.revision, f"撤销{notice.name}", request.author, request.at, *counted.counts)
    calendar_notices.add_revision(transaction, revision, after.days)
    calendar_notices.add_revocation(transaction, after.revision, notice, request.reason.strip())
    transaction.log("calendar_revoked", revision=after.revision, layer=notice.layer, notice=notice.id)


def _document(notice: ImportedNotice) -> Document:
    """The revocation as the events and mails cite it: 撤销 and the number of what is revoked, else its title."""
    arranged = notice.arrangement
    revoked = Document(arranged.doc_no or "", notice.title, arranged.issued, notice.layer)
    return Document(f"撤销{revoked.name}", "", None, notice.layer)


def in_sentences(done: Revoked) -> str:
    """The summary of a revocation, done or rehearsed, for a person."""
    moved, confirmed, findings = done.recount.counts
    held = sum(each.held for each in done.recount.moved)
    waits = f"（其中{held}项提前，确认后才告知）" if held else ""
    return (
        f"撤销{done.notice.name}，理由：{done.reason}。工作日改变{len(done.differences)}天。期限变更{moved}项{waits}，"
        f"只改变暂定或确定{confirmed}项，涉及已过日期、只请核实{findings}项。"
    )
