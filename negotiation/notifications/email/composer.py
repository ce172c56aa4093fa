"""Writes mails: frozen facts in, subject, text, HTML and a finished message out. Pure: it sends and asks nothing.

A notice's ``NAME.txt`` holds the subject in its first line and the paragraphs below it; the layouts put the facts, the
ruler of days, the link and the footer under them. The HTML says the same words, escaped by its layout. A due date that
is still to come goes along as a calendar file.
"""

import hashlib
from base64 import encodebytes
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from calendars import Due, WorkingCalendar
from calendars.dates import in_words
from negotiation import template_folder
from negotiation.core.enums import Layer
from negotiation.core.local_time import local
from negotiation.core.settings import Settings
from negotiation.core.texts import is_line
from negotiation.domain.wording import PROVISIONAL, RulerRow, between, one_line, ruler_rows, waits_for, weekday
from negotiation.notifications import ics
from negotiation.notifications.channels.pool import Letter
from negotiation.notifications.ics import Entry

SYSTEM_NAME = "政务信息资源共享协商系统"
CALENDAR_NAME = "共享协商期限"
CALENDAR_FILE = "期限.ics"
MOVED, CONFIRMED = "moved", "confirmed"
# The lists of the office's digest: fact → heading.
OFFICE_LISTS = {
    "overdue": "期限已届满，系统尚未登记办理",
    "soon": "今日及三个工作日内届满",
    MOVED: "期限因工作日安排变更",
    CONFIRMED: "暂定期限已确定",
    "tasks": "新增待办",
    "failed": "未能发出的通知",
}
# The groups of a department's digest, in the order in which they stand.
MOVED_GROUP, LAPSED_GROUP, TODAY_GROUP, SOON_GROUP = "期限变更", "期限已届满", "今日届满", "即将届满"
OTHERS_GROUP, CONFIRMED_GROUP = "供了解（期限由对方办理）", "期限已确定"
GROUPS = (MOVED_GROUP, LAPSED_GROUP, TODAY_GROUP, SOON_GROUP, OTHERS_GROUP, CONFIRMED_GROUP)
CRLF = b"\r\n"
STATE_COUNCIL_NUMBER = "国办发"  # the numbers of the State Council's General Office: 国办发, 国办发明电
_DATES = (
    "on", "received_on", "started_on", "counts_from", "due_on", "was_due_on", "document_on", "created_on", "since",
)  # fmt: skip
# What writing raises when the facts of a notice are not those that its template asks for.
UNWRITABLE = (TemplateError, LookupError, TypeError, ValueError, AttributeError)
# A notice may speak of no term, or of one that never moved; what its template asks for is there all the same.
_NO_TERM: Mapping[str, Any] = {
    "term": "", "term_basis": "", "awaits": "", "days": None, "counted": None, "received_on": None, "started_on": None,
    "counts_from": None, "due_on": None, "official": True, "main": False, "bound": True,
    "template": "", "term_n": None, "version": None, "layer": None,
    "was_due_on": None, "was_official": True, "document": "", "document_title": "", "document_on": None,
    "document_layer": "",
}  # fmt: skip


class Words(NamedTuple):
    """A mail as people read it."""

    subject: str
    text: str
    html: str


class Recipient(NamedTuple):
    """A department (or the office) by name, and the address to which its mail goes."""

    name: str
    address: str


class Writer:
    """Writes the mails of one moment. ``at`` is the instant of sending: what the system knows, it knows as of then.

    ``calendars``: the calendar of each layer of arrangements; a notice that names no layer is counted by ``calendar``.
    """

    def __init__(
        self,
        settings: Settings,
        calendar: WorkingCalendar,
        at: datetime,
        calendars: Callable[[Layer], WorkingCalendar] | None = None,
    ) -> None:
        self.settings = settings
        self.calendar = calendar
        self.calendars = calendars
        self.at = at
        self.today = local(at).date()

    def letter(self, template: str, facts: Mapping[str, Any], recipient: Recipient, case_id: int, key: str) -> Letter:
        """The finished mail of a notice; the same notice always has the same Message-ID."""
        context = self._context(facts, recipient.name)
        message_id = message_id_of(case_id, key, self.settings.mail_from)
        words = self._words(template, context)
        calendar = self._calendar_file(context["dated"], case_id) if context["dated"] else None
        content = self._headers(words.subject, recipient, message_id) + _body(words, calendar, message_id)
        return Letter(self.settings.mail_from, recipient.address, message_id, content)

    def subject(self, template: str, facts: Mapping[str, Any], recipient: str) -> str:
        """The subject line: what the notice is about, by its number only."""
        return _subject_and_paragraphs(template, self._context(facts, recipient))[0]

    def words(self, template: str, facts: Mapping[str, Any], recipient: str) -> Words:
        """A notice in words. ``recipient`` is the name of the department that will read it."""
        return self._words(template, self._context(facts, recipient))

    def _words(self, template: str, context: dict[str, Any]) -> Words:
        subject, paragraphs = _subject_and_paragraphs(template, context)
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
        spoken["ruler"] = _ruler(spoken, self._calendar_of(spoken))
        spoken["groups"] = _groups(spoken.get("members", []))
        spoken["office_groups"] = [
            (heading, spoken[key], spoken[f"{key}_count"]) for key, heading in OFFICE_LISTS.items() if spoken.get(key)
        ]
        spoken["dated"] = [line for line in spoken.get("members", [spoken]) if self._is_dated(line)]
        return spoken

    def _matter(self, facts: Mapping[str, Any], recipient: str) -> dict[str, Any]:
        """One case as the templates speak of it: dates are dates, and what follows from them is worked out."""
        plain = {key: one_line(value) if isinstance(value, str) else value for key, value in facts.items()}
        said = {**_NO_TERM, **plain, "recipient": recipient}
        said |= {key: date.fromisoformat(said[key]) for key in _DATES if said.get(key)}
        said["main"] = said["main"] and not said["awaits"]  # the words of a reply are for a reply
        said["link"] = ics.link_of(self.settings.base_url, said.get("no") or "")
        said |= {"left": 0, "left_days": [], "past": False, "due_now": False, "provisional": "", "estimate": None}
        if said["due_on"]:
            said |= self._of_term(said)
            said |= {"cause": _cause(said), "until": _until(said)}
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
        return self.calendars(Layer(layer)) if self.calendars and layer else self.calendar

    def _is_dated(self, said: Mapping[str, Any]) -> bool:
        """Whether a calendar file can hold its due date: one to come, or one that moves an entry made before."""
        known = said["due_on"] is not None and said["term_n"] is not None and said["version"] is not None
        return known and (said["due_on"] >= self.today or said["was_due_on"] is not None)


def _subject_and_paragraphs(template: str, context: Mapping[str, Any]) -> tuple[str, list[str]]:
    subject, _, rest = environment().get_template(f"{template}.txt").render(context).strip().partition("\n")
    paragraphs = ["".join(line.strip() for line in part.splitlines()) for part in rest.split("\n\n")]
    return subject.strip(), [paragraph for paragraph in paragraphs if paragraph]


def _ruler(said: Mapping[str, Any], calendar: WorkingCalendar) -> list[RulerRow]:
    """Day by day; nothing where an act set the date, or the calendar has changed since the facts were frozen."""
    due: Due | None = said["estimate"]
    if due is None or due.day != said["due_on"]:
        return []
    days = calendar.explain(said["counts_from"], said["counted"])
    firm = date.max if said["official"] else calendar.firm_through
    *rows, last = ruler_rows(days, firm, resumed=said["started_on"] != said["counts_from"])
    return [*rows, last._replace(why="，".join(filter(None, (last.why, "届满日"))))]


def _cause(said: Mapping[str, Any]) -> str:
    """Why a date moved, up to the date: only what the State Council's General Office issued is said to be its own."""
    number, title = said["document"], said["document_title"].strip("《》")
    named = f"《{title}》（{number}）" if title and number else f"《{title}》" if title else number
    if said["document_layer"] == Layer.NATIONAL.value and number.startswith(STATE_COUNCIL_NUMBER):
        issued = f"于{in_words(said['document_on'])}" if said["document_on"] else ""
        return f"国务院办公厅{issued}印发{named if title else f'通知（{number}）'}。据此，"
    what = "工作日安排已确定" if said["was_due_on"] == said["due_on"] else "因工作日安排变更"
    return f"{what}（{named}），" if named else f"{what}，"


def _until(said: Mapping[str, Any]) -> str:
    """A due date as a line of a list says it, with what it was before."""
    due = _day(said["due_on"], said["provisional"])
    if said["was_due_on"] is None:
        return f"{said['term']}至{due}"
    if said["was_due_on"] == said["due_on"]:
        return f"{said['term']}确定于{due}届满"
    before = _day(said["was_due_on"], "" if said["was_official"] else PROVISIONAL)
    return f"{said['term']}由{before}变更为{due}"


def _day(day: date, note: str) -> str:
    return f"{in_words(day)}（{'，'.join(filter(None, (weekday(day), note)))}）"


def _groups(members: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The lines of a digest under their headings: what is to be done first stands first."""
    placed: dict[str, list[Mapping[str, Any]]] = {heading: [] for heading in GROUPS}
    for line in sorted(members, key=lambda line: (line["due_on"], line["no"])):
        placed[_group(line)].append(line)
    return [(heading, lines) for heading, lines in placed.items() if lines]


def _group(line: Mapping[str, Any]) -> str:
    if line["template"] in (MOVED, CONFIRMED):
        return MOVED_GROUP if line["template"] == MOVED else CONFIRMED_GROUP
    if not line["bound"]:
        return OTHERS_GROUP
    return LAPSED_GROUP if line["past"] else TODAY_GROUP if line["due_now"] else SOON_GROUP


# -------------------------------------------------------------------------------------------------------- headers


def message_id_of(case_id: int, key: str, sender: str) -> str:
    """Stable: a notice that is sent twice, after a crash, is one mail to its reader."""
    digest = hashlib.sha256(f"{case_id}/{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def is_allowed(address: str, domains: Iterable[str]) -> bool:
    """Whether an address is in one of these domains or below it (政务邮箱)."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == allowed.lower() or domain.endswith(f".{allowed.lower()}") for allowed in domains)


def is_header_safe(text: str) -> bool:
    """Whether a name or number can stand in a header: no line break or other control character."""
    return is_line(text)


# ----------------------------------------------------------------------------------------------------------- body
# The parts of a mail are always the same, so they are written out: the library's own ``set_content`` and
# ``add_attachment`` parse their headers anew for each letter, which costs more than all the rest of it.

_TEXT = b'Content-Type: text/plain; charset="utf-8"'
_HTML = b'Content-Type: text/html; charset="utf-8"'
_CALENDAR = (
    b'Content-Type: text/calendar; charset="utf-8"; method="PUBLISH"\r\n'
    b"Content-Disposition: attachment; filename*=utf-8''" + quote(CALENDAR_FILE).encode()  # RFC 2231
)


def _body(words: Words, calendar: bytes | None, message_id: str) -> bytes:
    """Text and HTML as alternatives; with a calendar file, that pair and the file beside it."""
    boundary = hashlib.sha256(message_id.encode()).hexdigest()[:32].encode()
    readings = _parts(b"alternative", boundary, (_part(_TEXT, _lines(words.text)), _part(_HTML, _lines(words.html))))
    if calendar is None:
        return readings
    return _parts(b"mixed", boundary + b".0", (readings, _part(_CALENDAR, calendar)))


def _parts(kind: bytes, boundary: bytes, parts: Iterable[bytes]) -> bytes:
    """Several parts as one; nothing in base64 looks like their boundary, which has an underscore."""
    inside = b"".join(b"--=_%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return b'Content-Type: multipart/%s; boundary="=_%s"\r\n\r\n%s--=_%s--\r\n' % (kind, boundary, inside, boundary)


def _part(headers: bytes, content: bytes) -> bytes:
    encoded = encodebytes(content).replace(b"\n", CRLF)
    return headers + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded


def _lines(text: str) -> bytes:
    return text.encode().replace(b"\n", CRLF)


# ------------------------------------------------------------------------------------------------------ templates


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment of the mails: HTML is escaped, and a fact that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(template_folder("mail")),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": in_words, "weekday": weekday}
    return made
