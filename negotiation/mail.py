"""Writes mails: frozen facts in, subject, text, HTML and a finished message out. Pure: it sends and asks nothing.

A notice's ``NAME.txt`` holds the subject in its first line and the paragraphs below it; the layouts put the facts, the
ruler of days, the link and the footer under them. The HTML says the same words, escaped by its layout.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from calendars import Day, WorkingCalendar
from negotiation.carrier import Letter
from negotiation.clock import local
from negotiation.settings import Settings
from negotiation.terms import awaited

SYSTEM_NAME = "政务信息资源共享协商系统"
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
PROVISIONAL = "暂定"
# The lists of the office's digest: fact → heading.
OFFICE_LISTS = {
    "overdue": "期限已届满，系统尚未登记办理",
    "soon": "今日及三个工作日内届满",
    "tasks": "新增待办",
    "failed": "未能发出的通知",
}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_DATES = ("on", "received_on", "started_on", "counts_from", "due_on", "created_on")
# What writing raises when the facts of a notice are not those that its template asks for.
UNWRITABLE = (TemplateError, LookupError, TypeError, ValueError, AttributeError)
# A notice may speak of no term; what its template asks for is there all the same.
_NO_TERM: Mapping[str, Any] = {
    "term": "", "term_basis": "", "days": None, "counted": None, "received_on": None, "started_on": None,
    "counts_from": None, "due_on": None, "official": True, "main": False, "bound": True,
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


class RulerRow(NamedTuple):
    """A counted day, or a run of days that do not count; ``why`` names the holiday and its document."""

    number: str
    days: str
    why: str


class Writer:
    """Writes the mails of one moment. ``at`` is the instant of sending: what the system knows, it knows as of then."""

    def __init__(self, settings: Settings, calendar: WorkingCalendar, at: datetime) -> None:
        self.settings = settings
        self.calendar = calendar
        self.at = at
        self.today = local(at).date()

    def letter(self, template: str, facts: Mapping[str, Any], recipient: Recipient, case_id: int, key: str) -> Letter:
        """The finished mail of a notice; the same notice always has the same Message-ID."""
        words = self.words(template, facts, recipient.name)
        message_id = message_id_of(case_id, key, self.settings.mail_from)
        message = self._message(words, recipient, message_id)
        return Letter(self.settings.mail_from, recipient.address, message_id, message.as_bytes())

    def subject(self, template: str, facts: Mapping[str, Any], recipient: str) -> str:
        """The subject line: what the notice is about, by its number only."""
        return self._subject_and_paragraphs(template, self._context(facts, recipient))[0]

    def words(self, template: str, facts: Mapping[str, Any], recipient: str) -> Words:
        """A notice in words. ``recipient`` is the name of the department that will read it."""
        context = self._context(facts, recipient)
        subject, paragraphs = self._subject_and_paragraphs(template, context)
        context |= {"headline": subject, "paragraphs": paragraphs}
        text = environment().get_template("_layout.txt.j2").render(context)
        html = environment().get_template(f"{template}.html").render(context)
        return Words(subject, text, html)

    def _subject_and_paragraphs(self, template: str, context: Mapping[str, Any]) -> tuple[str, list[str]]:
        subject, _, rest = environment().get_template(f"{template}.txt").render(context).strip().partition("\n")
        paragraphs = ["".join(line.strip() for line in part.splitlines()) for part in rest.split("\n\n")]
        return subject.strip(), [paragraph for paragraph in paragraphs if paragraph]

    def _message(self, words: Words, recipient: Recipient, message_id: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(SYSTEM_NAME, addr_spec=self.settings.mail_from)
        message["To"] = Address(recipient.name, addr_spec=recipient.address)
        message["Subject"] = words.subject
        message["Date"] = format_datetime(local(self.at))
        message["Message-ID"] = message_id
        message["Content-Language"] = "zh-CN"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(words.text, cte="base64")
        message.add_alternative(words.html, subtype="html", cte="base64")
        return message

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
        }
        spoken |= {key: [self._matter(line, recipient) for line in lines] for key, lines in lists.items()}
        spoken["groups"] = _groups(spoken.get("members", []))
        spoken["office_groups"] = [
            (heading, spoken[key], spoken[f"{key}_count"]) for key, heading in OFFICE_LISTS.items() if spoken.get(key)
        ]
        return spoken

    def _matter(self, facts: Mapping[str, Any], recipient: str) -> dict[str, Any]:
        """One case as the templates speak of it: dates are dates, and what follows from them is worked out."""
        plain = {key: one_line(value) if isinstance(value, str) else value for key, value in facts.items()}
        said = {**_NO_TERM, **plain, "recipient": recipient}
        said |= {key: date.fromisoformat(said[key]) for key in _DATES if said.get(key)}
        number = said.get("no")
        path = f"/cases/{quote(number, safe='')}" if number else ""
        said["link"] = f"{self.settings.base_url.rstrip('/')}{path}"
        said |= {"left": 0, "left_days": [], "past": False, "due_now": False, "ruler": [], "provisional": ""}
        return said | self._of_term(said) if said["due_on"] else said

    def _of_term(self, said: Mapping[str, Any]) -> dict[str, Any]:
        left = self.calendar.count_estimated(self.today, said["due_on"])
        ahead = self.calendar.explain(self.today, left) if left > 0 else ()
        return {
            "left": left,
            "past": said["due_on"] < self.today,
            "due_now": said["due_on"] == self.today,
            "left_days": [day.date for day in ahead if day.ordinal],
            "ruler": self._ruler(said),
            "provisional": "" if said["official"] else self._provisional(said),
        }

    def _ruler(self, said: Mapping[str, Any]) -> list[RulerRow]:
        """Day by day; nothing where an act set the date, or the calendar has changed since the facts were frozen."""
        if not said["counted"]:
            return []
        days = self.calendar.explain(said["counts_from"], said["counted"])
        return list(ruler_rows(days)) if days[-1].date == said["due_on"] else []

    def _provisional(self, said: Mapping[str, Any]) -> str:
        """暂定 in full: which arrangement is awaited, and between which days the due date can lie."""
        words = awaited(self.calendar, said["due_on"])
        if not said["counted"]:
            return words
        due = self.calendar.estimate(said["counts_from"], said["counted"])
        if due.earliest == due.latest:
            return words
        return f"{words}；目前推算在{in_words(due.earliest)}至{in_words(due.latest)}之间"


def _groups(members: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The lines of a digest under their headings: what is to be done first stands first."""
    headings = ("期限已届满", "今日届满", "即将届满", "供了解（期限由对方办理）")
    placed: list[list[Mapping[str, Any]]] = [[] for _ in headings]
    for line in sorted(members, key=lambda line: (line["due_on"], line["no"])):
        place = 3 if not line["bound"] else 0 if line["past"] else 1 if line["due_now"] else 2
        placed[place].append(line)
    return [(heading, lines) for heading, lines in zip(headings, placed, strict=True) if lines]


# ---------------------------------------------------------------------------------------------------------- ruler


def ruler_rows(days: Iterable[Day]) -> Iterator[RulerRow]:
    """Counted days one by one; days off of one reason together."""
    for (ordinal, why), group in groupby(days, key=lambda day: (day.ordinal, _why(day))):
        run = [day.date for day in group]
        yield RulerRow(f"第{ordinal}日" if ordinal else "不计", _span(run), why)


def _why(day: Day) -> str:
    if day.kind == "working":
        return ""
    if day.kind == "weekend":
        return "周末"
    name = day.name or ""
    what = f"{name}调休上班" if day.kind == "make-up" else (name or "放假")
    source = PROVISIONAL if (day.source or "").startswith(PROVISIONAL) else day.source
    return f"{what}（{source}）" if source else what


def _span(days: list[date]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return f"{in_words(first)}（{weekday(first)}）"
    return f"{in_words(first)}至{in_words(last) if first.year != last.year else f'{last.month}月{last.day}日'}"


def in_words(day: date) -> str:
    """2026年10月9日."""
    return f"{day.year}年{day.month}月{day.day}日"


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


# -------------------------------------------------------------------------------------------------------- headers


def message_id_of(case_id: int, key: str, sender: str) -> str:
    """Stable: a notice that is sent twice, after a crash, is one mail to its reader."""
    digest = hashlib.sha256(f"{case_id}/{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def is_address(text: str) -> bool:
    """A plain address, as official mailboxes have: no display name, no quoting, no line break."""
    return _ADDRESS.fullmatch(text) is not None


def is_header_safe(text: str) -> bool:
    """Whether a name or number can stand in a header: no line break or other control character."""
    return text.isprintable()


def one_line(text: str) -> str:
    """A text without line breaks and control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


# ------------------------------------------------------------------------------------------------------ templates


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment of the mails: HTML is escaped, and a fact that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(str(files("templates") / "mail")),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": in_words, "weekday": weekday}
    return made
