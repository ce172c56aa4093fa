"""The notices of a case in the words in which they left, for whoever reads the case outside.

A notice is kept as its frozen facts; its words are made of them again, as of the day of its sending and with the
calendar that was known on that day.
"""

from bisect import bisect_right
from datetime import datetime

from negotiation.core.enums import NoticeState
from negotiation.domain.notices import NoticeRecord
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
    known = _Known(transaction, file.context)
    return [_read(known, file, each) for each in outbox_list.kept_of_case(transaction, file.case_id)]


class _Known:
    """The calendar as it was known at an instant."""

    def __init__(self, transaction: Transaction, context: Context) -> None:
        self._transaction, self._context = transaction, context
        revisions = calendar_notices.read_revisions(transaction)[::-1]
        self._numbers, self._since = [each.id for each in revisions], [each.recorded_at for each in revisions]

    def composer(self, at: datetime) -> Composer:
        """The composer of the mails of an instant."""
        place, context = bisect_right(self._since, at), self._context
        number = self._numbers[place - 1] if place else 0
        almanac = calendar_notices.almanac_at(self._transaction, number)
        return Composer(context.settings, almanac.of, at, context.office_name)


def _read(known: _Known, file: CaseFile, kept: Kept) -> SentNotice:
    record, mail = kept.record, kept.digest or kept.record
    reader = file.context.name_of(record.department_id)
    sent_at = mail.sent_at if record.state in LEFT else None
    text = _text(known.composer(sent_at), file, record, reader) if sent_at else ""
    within = kept.digest is not None
    return SentNotice(record, kept.facts, reader, sent_at, mail.address, mail.message_id, within, text)


def _text(composer: Composer, file: CaseFile, record: NoticeRecord, reader: str) -> str:
    try:
        words = composer.words(record.template, facts_now(record, file.case_state.terms), reader)
    except UNWRITABLE:
        return ""
    return f"{words.subject}\n\n{words.text}"
