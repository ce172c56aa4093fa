"""THE ONE DOOR through which a case changes.

A ``CaseFile`` is a case taken out of the database: acts are decided on it (by ``lifecycle``), and its ``change`` is all
that follows, written in one piece: the case, its events with their chain, contents, terms, items, notices and tasks.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from calendars import Unpublished
from negotiation.core.enums import CLOCK, CONTRADICTS
from negotiation.core.errors import DateError, NegotiationError, NotTheirs, WrongRole
from negotiation.core.local_time import local_date
from negotiation.domain import forms
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, Step
from negotiation.services.cases import meeting_basis, relations
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.context import Context
from negotiation.store import case_reader, case_writer, outbox
from negotiation.store.case_reader import Loaded
from negotiation.store.transaction import Transaction


def demand_past(on: date, at: datetime) -> None:
    """Raises DateError for a day after today: only what has happened is put on record."""
    if on > local_date(at):
        raise DateError(f"日期 {on} 在今天（{local_date(at)}）之后", todo="请核对日期；只能登记已经发生的事")


def take(transaction: Transaction, context: Context, no: str, *, at: datetime) -> CaseFile:
    """A case out of the database, to be acted on. Raises NotFound."""
    return file_of(transaction, context, case_reader.load(transaction, no=no), at=at)


def file_of(transaction: Transaction, context: Context, loaded: Loaded, *, at: datetime) -> CaseFile:
    """The file of a case that was loaded already; the calendar is read again if it has changed since."""
    context.keep_up(transaction, loaded.calendar_revision)
    rulebook = context.rulebooks.of(transaction, loaded.row["rulebook"], loaded.row["edition"])
    return CaseFile(context, rulebook, loaded, at=at)


def act(
    transaction: Transaction,
    context: Context,
    no: str,
    event: str,
    *,
    role: str,
    actor: str,
    on: date,
    at: datetime,
    raw: Mapping[str, Any] | None = None,
    version: int | None = None,
    beside: Mapping[str, Any] | None = None,
) -> CaseFile:
    """One act on one case, decided and written.

    ``on`` is the day on which it happened (Asia/Shanghai), ``at`` the instant of its entry (UTC), ``raw`` the form's
    fields as entered, ``version`` the version that the actor saw, ``beside`` what no form of the rulebook asks and
    the event keeps all the same (who signed, which files came with it). Raises a sentence if the act is not lawful,
    Conflict if the case has moved on since; nothing is written then.
    """
    file = take(transaction, context, no, at=at)
    if version is not None and version != file.row["version"]:
        raise case_writer.conflict(no)
    act_on(transaction, file, event, role=role, actor=actor, on=on, raw=raw or {}, beside=beside)
    return file


def act_on(
    transaction: Transaction,
    file: CaseFile,
    event: str,
    *,
    role: str,
    actor: str,
    on: date,
    raw: Mapping[str, Any],
    beside: Mapping[str, Any] | None = None,
) -> None:
    """The same on a case that was taken out already."""
    try:
        perform(transaction, file, event, role=role, actor=actor, on=on, raw=raw, beside=beside or {})
    except NegotiationError as error:
        error.where = error.where or f"案件 {file.row['no']}"
        raise
    case_writer.save(transaction, file.change())


def perform(
    transaction: Transaction,
    file: CaseFile,
    event: str,
    *,
    role: str,
    actor: str,
    on: date,
    raw: Mapping[str, Any],
    clock: bool = True,
    beside: Mapping[str, Any] = {},
) -> list[Step]:
    """Decides one act on a file without writing it. ``clock=False`` replays history: no lapse, no ladder, no notice."""
    demand_past(on, file.at)
    file.read_draft(transaction)
    role = file.rulebook.entered_by.get(role, role)
    resource, raw = relations.of_act(transaction, file, event, forms.sound(file.procedure, raw), live=clock)
    fields, parties = file.read_fields(event, raw)
    meeting = meeting_basis.meeting_of(transaction, file.procedure, file.row, fields, on)
    if meeting is not None:
        fields = file.agreed_at(meeting, event, fields)
    if role == CLOCK and actor != SYSTEM:
        raise WrongRole("系统的事件由时钟自己登记，不能由人办理", todo="请以办理该事项的单位的身份登记")
    try:
        steps = lifecycle.follow(
            file.procedure,
            file.case_state,
            Act(event, role, on, fields, parties, replayed=not clock),
            file.calendar,
            clock=clock,
        )
    except NotTheirs as error:
        raise error.titled(file.rulebook.role_title) from None
    except (ValueError, Unpublished) as error:  # the calendar knows neither that day nor how to estimate it
        raise DateError(f"日期无法计算：{error}", todo="请核对日期") from None
    for step in steps[:-1]:
        file.record(step, actor=SYSTEM)
    file.answer_items(transaction, steps[-1].transition, fields)
    contradicts = relations.contradiction(transaction, file, event, fields) if clock else {}
    file.record(steps[-1], actor=actor, fields={**fields, **contradicts, **beside}, silent=not clock)
    if contradicts:
        file.point_out(file.row["version"], contradicts[CONTRADICTS])
    relations.keep(transaction, file, fields, resource)
    if meeting is not None:
        file.rests_on(meeting)
    for step in steps:
        if step.annulled is not None:
            lapse = (step.annulled.n, step.annulled.due_on)
            file.correct(step, outbox.told_of_lapse(transaction, file.row["id"], *lapse))
    return steps
