"""The notices of a case in the words in which they left, for whoever reads the case outside.

A notice is kept as its frozen facts; its words are made of them again, as of the day of its sending and with the
calendar that was known on that day.
"""

from bisect import bisect_right
from datetime import datetime

from negotiation.core.enums import NoticeState
from negotiation.domain.sent_notice import SentNotice
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.relevance import facts_now
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.store import calendar_notices, outbox_list
from negotiation.store.outbox_list import Kept
from negotiation.store.transaction import Transaction

LEFT = (NoticeState.SENT, NoticeState.DIGESTED)


def notices_of(transaction: Transaction, file: CaseFile) -> list[SentNotice]:
    """Every notice of a case, in the order in which they were made."""
    return [_read(transaction, file, each) for each in outbox_list.kept_of_case(transaction, file.case_id)]


def _read(transaction: Transaction, file: CaseFile, kept: Kept) -> SentNotice:
    record, mail = kept.record, kept.digest or kept.record
    reader = file.context.name_of(record.department_id)
    sent_at = mail.sent_at if record.state in LEFT else None
    text = _text(transaction, file, kept, reader, sent_at) if sent_at else ""
    within = kept.digest is not None
    return SentNotice(record, kept.facts, reader, sent_at, mail.address, mail.message_id, within, text)


def _text(transaction: Transaction, file: CaseFile, kept: Kept, reader: str, at: datetime) -> str:
    context, record = _known(transaction, file.context, at), kept.record
    composer = Composer(context.settings, context.calendar_down_to, at, context.office_name)
    try:
        words = composer.words(record.template, facts_now(record, file.case_state.terms), reader)
    except UNWRITABLE:
        return ""
    return f"{words.subject}\n\n{words.text}"


def _known(transaction: Transaction, context: Context, at: datetime) -> Context:
    """The context with the calendar that was known at an instant."""
    revisions = calendar_notices.read_revisions(transaction)[::-1]
    place = bisect_right([each.recorded_at for each in revisions], at)
    number = revisions[place - 1].id if place else 0
    return Context(
        context.settings, calendar_notices.almanac_at(transaction, number), context.rulebooks, context.directory
    )
