"""Composes mails: frozen facts in, subject, text, HTML and a finished message out. Pure: it sends and asks nothing.

A notice's ``NAME.txt`` has the subject in its first line and the paragraphs below it; the layouts put the facts, the
ruler of days, the link and the footer under them. The HTML has the same words, escaped by its layout. A due date that
is still to come goes along as a calendar file.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from operator import methodcaller

from negotiation.core.local_time import local
from negotiation.core.settings import Settings
from negotiation.domain.notice_facts import Facts
from negotiation.notifications import ics
from negotiation.notifications.channels.base import OutgoingMessage, Recipient
from negotiation.notifications.email.addresses import message_id_of
from negotiation.notifications.email.content import CalendarOf, Content, ContentReader
from negotiation.notifications.email.layout import environment, subject_and_paragraphs
from negotiation.notifications.email.matters import Names
from negotiation.notifications.email.mime import CALENDAR_FILE, CRLF, Words, body_of
from negotiation.notifications.ics import Entry

SYSTEM_NAME = "政务信息资源共享协商系统"
CALENDAR_NAME = "共享协商期限"
_WITHOUT_LINK = methodcaller("_replace", link="")


class Composer:
    """Composes the mails of one moment. ``at`` is the instant of sending: what the system knows, it knows as of then.

    ``calendar_of``: the calendar of each layer of arrangements; ``office``: its name, if the settings have none.
    """

    def __init__(self, settings: Settings, calendar_of: CalendarOf, at: datetime, office: str = "") -> None:
        self.settings = settings
        self.office = office
        self.calendar_of = calendar_of
        self.at = at
        self.today = local(at).date()
        self._reader = ContentReader(self.today, calendar_of, settings.base_url)

    def compose(self, template: str, facts: Facts, recipient: Recipient, case_id: int, key: str) -> OutgoingMessage:
        """The finished mail of a notice; the same notice always has the same Message-ID.

        Raises one of ``UNWRITABLE`` where the facts are not those that the template asks for.
        """
        content = self._reader.content(facts, case_id)
        message_id = message_id_of(case_id, key, self.settings.mail_from)
        words = self._words(template, self._context(content, recipient.name, signs_in=recipient.signs_in))
        message = self._headers(words.subject, recipient, message_id)
        entries = content.entries if recipient.signs_in else map(_WITHOUT_LINK, content.entries)
        message += body_of(words, self._calendar_file(list(entries)), message_id)
        return OutgoingMessage(self.settings.mail_from, recipient.address, message_id, message)

    def subject(self, template: str, facts: Facts, recipient: str) -> str:
        """The subject line: the kind of mail and the number of its case. Raises as ``compose`` does."""
        return subject_and_paragraphs(template, self._context(self._reader.content(facts, 0), recipient))[0]

    def words(self, template: str, facts: Facts, recipient: str, *, signs_in: bool = True) -> Words:
        """A notice in words. ``recipient``: the name of the department that reads it. Raises as ``compose`` does."""
        return self._words(template, self._context(self._reader.content(facts, 0), recipient, signs_in=signs_in))

    def _context(self, content: Content, recipient: str, *, signs_in: bool = True) -> Names:
        """All names that a template may read."""
        return {
            "recipient": recipient,
            "at": local(self.at),
            "today": self.today,
            "office_name": self.office or self.settings.office_name,
            "office_mail": self.settings.office_mail,
            "office_phone": self.settings.office_phone,
            "system_name": SYSTEM_NAME,
            "calendar_file": CALENDAR_FILE,
            "link": ics.link_of(self.settings.base_url, ""),
            "dated": bool(content.entries),
            "signs_in": signs_in,
            **content.names,
        }

    def _words(self, template: str, context: Names) -> Words:
        subject, paragraphs = subject_and_paragraphs(template, context)
        whole = {**context, "headline": subject, "paragraphs": paragraphs}
        text = environment().get_template("_layout.txt.j2").render(whole)
        html = environment().get_template(f"{template}.html").render(whole)
        return Words(subject, text, html)

    def _headers(self, subject: str, recipient: Recipient, message_id: str) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(SYSTEM_NAME, addr_spec=self.settings.mail_from)
        message["To"] = Address(recipient.name, addr_spec=recipient.address)
        message["Subject"] = subject
        message["Date"] = format_datetime(local(self.at))
        message["Message-ID"] = message_id
        message["Content-Language"] = "zh-CN"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["MIME-Version"] = "1.0"
        return message.as_bytes().removesuffix(CRLF)  # the empty line after them follows the header of the body

    def _calendar_file(self, entries: list[Entry]) -> bytes | None:
        return ics.published(entries, self.settings, name=CALENDAR_NAME, at=self.at) if entries else None
