"""Preview of the mails of an act before it is done: recipient and subject, or why a person must write or call."""

from negotiation.domain.notices import NoticeRecord
from negotiation.domain.planned_mail import PlannedMail
from negotiation.notifications.channels.base import Refusal
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.recipients import recipient_of
from negotiation.notifications.relevance import NoLongerRelevant
from negotiation.notifications.screening import Screening
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.store.case_reader import Loaded
from negotiation.store.transaction import Transaction

BY_HAND = "任务：请电话或发函联系"


def mails_of(transaction: Transaction, context: Context, file: CaseFile) -> list[PlannedMail]:
    """The mails that the steps on an unsaved file would send at its instant. Nothing is written."""
    screening = Screening(transaction, context, _composer(context, file), file.at)
    screening.cases = {file.case_id: Loaded(file.case, file.case_state.terms)}
    return [_mail(screening, notice) for notice in file.change().notices]


def _composer(context: Context, file: CaseFile) -> Composer:
    return Composer(context.settings, context.calendar_by, file.at, context.office_name)


def _mail(screening: Screening, row: NoticeRecord) -> PlannedMail:
    context = screening.context
    name = context.name_of(row.department_id)
    subject = _subject(screening.composer, row, name)
    try:
        return PlannedMail(
            name, recipient_of(screening.relevant(row), context, screening.composer.today).address, subject
        )
    except Refusal as why:
        return PlannedMail(name, "", subject, f"{BY_HAND}（{why}）")
    except NoLongerRelevant as why:
        return PlannedMail(name, "", subject, f"不发送（{why}）")


def _subject(composer: Composer, row: NoticeRecord, reader: str) -> str:
    try:
        return composer.subject(row.template, row.facts, reader)
    except UNWRITABLE as error:
        return f"通知无法生成：{error}"
