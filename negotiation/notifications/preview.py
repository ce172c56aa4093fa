"""What an act would send, before it is done: to whom, under which subject, or why a person must write or call."""

from negotiation.domain.notices import NoticeRecord
from negotiation.domain.planned_mail import PlannedMail
from negotiation.notifications.channels.base import Refusal
from negotiation.notifications.email.composer import Writer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.screening import NoLongerRelevant, Screening
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.store.case_reader import Loaded
from negotiation.store.transaction import Transaction

BY_HAND = "任务：请电话或发函联系"


def mails_of(transaction: Transaction, context: Context, file: CaseFile) -> list[PlannedMail]:
    """What the steps on a file that was not saved would send at its instant. Nothing is written."""
    sorting = Screening(transaction, context, _writer(context, file), file.at)
    sorting.cases = {file.row["id"]: Loaded(file.row, file.case_state.terms)}
    return [_mail(sorting, notice) for notice in file.change().notices]


def _writer(context: Context, file: CaseFile) -> Writer:
    return Writer(context.settings, context.calendar, file.at, context.calendar_down_to)


def _mail(sorting: Screening, row: NoticeRecord) -> PlannedMail:
    context = sorting.context
    name = context.name_of(row.department_id)
    subject = _subject(sorting.writer, row, name)
    try:
        return PlannedMail(name, sorting.weigh(row).recipient.address, subject)
    except Refusal as why:
        return PlannedMail(name, "", subject, f"{BY_HAND}（{why}）")
    except NoLongerRelevant as why:
        return PlannedMail(name, "", subject, f"不发送（{why}）")


def _subject(writer: Writer, row: NoticeRecord, reader: str) -> str:
    try:
        return writer.subject(row.template, row.facts, reader)
    except UNWRITABLE as error:
        return f"通知无法生成：{error}"
