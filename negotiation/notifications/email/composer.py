"""Writes mails: frozen facts in, subject, text, HTML and a finished message out. Pure: it sends and asks nothing.

A notice's ``NAME.txt`` holds the subject in its first line and the paragraphs below it; the layouts put the facts, the
ruler of days, the link and the footer under them. The HTML says the same words, escaped by its layout. A due date that
is still to come goes along as a calendar file.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from calendars import Due, WorkingCalendar
from negotiation.core.enums import CalendarLayer
from negotiation.core.local_time import local
from negotiation.core.settings import Settings
from negotiation.domain.wording import between, one_line, waits_for
from negotiation.notifications import ics
from negotiation.notifications.channels.base import OutgoingEmail
from negotiation.notifications.email.addresses import Recipient, message_id_of
from negotiation.notifications.email.facts import DATES, NO_TERM, cause_of, ruler_of, until_of
from negotiation.notifications.email.layout import OFFICE_LISTS, environment, groups_of, subject_and_paragraphs
from negotiation.notifications.email.mime import CALENDAR_FILE, CRLF, Words, body_of
from negotiation.notifications.ics import Entry

SYSTEM_NAME = "政务信息资源共享协商系统"
CALENDAR_NAME = "共享协商期限"


class Composer:
    """Writes the mails of one moment. ``at`` is the instant of sending: what the system knows, it knows as of then.

    ``calendars``: the calendar of each layer of arrangements; a notice that names no layer is counted by ``calendar``.
    """

    def __init__(
        self,
        settings: Settings,
        calendar: WorkingCalendar,
        at: datetime,
        calendars: Callable[[CalendarLayer], WorkingCalendar] | None = None,
    ) -> None:
        self.settings = settings
        self.calendar = calendar
        self.calendars = calendars
        self.at = at
        self.today = local(at).date()

    def compose(
        self, template: str, facts: Mapping[str, Any], recipient: Recipient, case_id: int, key: str
    ) -> OutgoingEmail:
        """The finished mail of a notice; the same notice always has the same Message-ID."""
        context = self._context(facts, recipient.name)
        message_id = message_id_of(case_id, key, self.settings.mail_from)
        words = self._words(template, context)
        calendar = self._calendar_file(context["dated"], case_id) if context["dated"] else None
        content = self._headers(words.subject, recipient, message_id) + body_of(words, calendar, message_id)
        return OutgoingEmail(self.settings.mail_from, recipient.address, message_id, content)

    def subject(self, template: str, facts: Mapping[str, Any], recipient: str) -> str:
        """The subject line: what the notice is about, by its number only."""
        return subject_and_paragraphs(template, self._context(facts, recipient))[0]

    def words(self, template: str, facts: Mapping[str, Any], recipient: str) -> Words:
        """A notice in words. ``recipient`` is the name of the department that will read it."""
        return self._words(template, self._context(facts, recipient))

    def _words(self, template: str, context: dict[str, Any]) -> Words:
        subject, paragraphs = subject_and_paragraphs(template, context)
        context |= {"headline": subject, "paragraphs": paragraphs}
        text = environment().get_template("_layout.txt.j2").render(context)
        html = environment().get_template(f"{template}.html").render(context)
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

    def _calendar_file(self, dated: Iterable[Mapping[str, Any]], case_id: int) -> bytes:
        found = [self._entry(line, case_id) for line in dated]
        return ics.published(found, self.settings, name=CALENDAR_NAME, at=self.at)

    def _entry(self, said: Mapping[str, Any], case_id: int) -> Entry:
        """A term that a mail speaks of, as it stands in a calendar; a line of a digest knows its own case."""
        due: Due | None = said["estimate"]
        return Entry(
            case_id=said.get("case_id") or case_id,
            term_n=said["term_n"],
            version=said["version"],
            no=said["no"],
            subject=said["subject"],
            title=said["term"],
            basis=said["term_basis"],
            due_on=said["due_on"],
            official=said["official"],
            earliest=due and due.earliest,
            latest=due and due.latest,
            awaited=said["awaited"],
            applicant=said["applicant"],
            provider=said["provider"],
            link=said["link"],
            alarm_on=ics.alarm_day(self._calendar_of(said), said["due_on"]),
        )

    # --------------------------------------------------------------------------------------------- what is spoken of

    def _context(self, facts: Mapping[str, Any], recipient: str) -> dict[str, Any]:
        lists = {key: value for key, value in facts.items() if isinstance(value, list)}
        spoken = self._matter(facts, recipient) | {
            "at": local(self.at),
            "today": self.today,
            "office_name": self.settings.office_name,
            "office_mail": self.settings.office_mail,
            "office_phone": self.settings.office_phone,
            "system_name": SYSTEM_NAME,
            "calendar_file": CALENDAR_FILE,
        }
        spoken |= {key: [self._matter(line, recipient) for line in lines] for key, lines in lists.items()}
        spoken["ruler"] = ruler_of(spoken, self._calendar_of(spoken))
        spoken["groups"] = groups_of(spoken.get("members", []))
        spoken["office_groups"] = [
            (heading, spoken[key], spoken[f"{key}_count"]) for key, heading in OFFICE_LISTS.items() if spoken.get(key)
        ]
        spoken["dated"] = [line for line in spoken.get("members", [spoken]) if self._is_dated(line)]
        return spoken

    def _matter(self, facts: Mapping[str, Any], recipient: str) -> dict[str, Any]:
        """One case as the templates speak of it: dates are dates, and what follows from them is worked out."""
        plain = {key: one_line(value) if isinstance(value, str) else value for key, value in facts.items()}
        said = {**NO_TERM, **plain, "recipient": recipient}
        said |= {key: date.fromisoformat(said[key]) for key in DATES if said.get(key)}
        said["main"] = said["main"] and not said["awaits"]  # the words of a reply are for a reply
        said["link"] = ics.link_of(self.settings.base_url, said.get("no") or "")
        said |= {"left": 0, "left_days": [], "past": False, "due_now": False, "provisional": "", "estimate": None}
        if said["due_on"]:
            said |= self._of_term(said)
            said |= {"cause": cause_of(said), "until": until_of(said)}
        return said

    def _of_term(self, said: Mapping[str, Any]) -> dict[str, Any]:
        calendar, due_on = self._calendar_of(said), said["due_on"]
        left = calendar.count_estimated(self.today, due_on)
        ahead = calendar.explain(self.today, left) if left > 0 else ()
        due = calendar.estimate(said["counts_from"], said["counted"]) if said["counted"] else None
        official = said["official"] or (due is not None and due.official and due.day == due_on)
        waits = "" if official else waits_for(calendar, due_on, due)
        return {
            "left": left,
            "past": due_on < self.today,
            "due_now": due_on == self.today,
            "left_days": [day.date for day in ahead if day.ordinal],
            "official": official,
            "estimate": due,
            "awaited": waits,
            "provisional": waits and waits + between(due and due.earliest, due and due.latest),
        }

    def _calendar_of(self, said: Mapping[str, Any]) -> WorkingCalendar:
        """The working days by which the term of a notice is counted; one that speaks of no term names no layer."""
        layer = said["layer"]
        return self.calendars(CalendarLayer(layer)) if self.calendars and layer else self.calendar

    def _is_dated(self, said: Mapping[str, Any]) -> bool:
        """Whether a calendar file can hold its due date: one to come, or one that moves an entry made before."""
        known = said["due_on"] is not None and said["term_n"] is not None and said["version"] is not None
        return known and (said["due_on"] >= self.today or said["was_due_on"] is not None)


# -------------------------------------------------------------------------------------------------------- headers


# ----------------------------------------------------------------------------------------------------------- body
# The parts of a mail are always the same, so they are written out: the library's own ``set_content`` and
# ``add_attachment`` parse their headers anew for each email, which costs more than all the rest of it.


# ------------------------------------------------------------------------------------------------------ templates
