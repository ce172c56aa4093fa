"""Due dates for people's own calendars: iCalendar (RFC 5545), one all-day event for each term.

An event keeps its UID for the life of the term, and its SEQUENCE is the case's version: whoever imports a later file
sees the date move instead of a second entry. It gives the number, the resource name, the parties, the article and the
dates; never data items, reasons or personal data.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

from calendars import WorkingCalendar
from calendars.dates import in_words
from negotiation.core.local_time import at_local
from negotiation.core.settings import Settings
from negotiation.domain.lengths import end_of
from negotiation.domain.notice_facts import NO_SUBJECT
from negotiation.domain.rulebook import Rulebook
from negotiation.domain.terms import awaited
from negotiation.domain.wording import between, one_line, weekday
from negotiation.services.context import Context
from negotiation.store.digest_queries import FeedLine
from negotiation.store.transaction import Transaction

Properties: TypeAlias = Iterator[tuple[str, str]]  # name and unescaped value, in the order of the file
URIS = ("URL", "ORGANIZER")  # these are no text
URI_SAFE = ":/?#[]@!$&'()*+,;=%~"
PRODUCT = "-//negotiation//due dates//ZH-CN"
CATEGORY = "政务信息资源共享协商"
ALARM_AT = time(9, 0)
ONE_DAY = timedelta(days=1)


class Entry(NamedTuple):
    """A due date as it stands in a calendar.

    ``version``: the case's, it rises with each event. ``awaited``: what a provisional date waits for, "" if it is
    official; ``earliest`` and ``latest``: its range, where there is one. ``alarm_on``: the day whose morning reminds.
    """

    case_id: int
    term_n: int
    version: int
    no: str
    subject: str
    title: str
    basis: str
    due_on: date
    official: bool
    earliest: date | None
    latest: date | None
    awaited: str
    applicant: str
    provider: str
    link: str
    applicant_title: str = "申请部门"
    provider_title: str = "提供部门"
    subject_title: str = "资源名称"
    ended: bool = False
    alarm_on: date | None = None


def entries(lines: Iterable[FeedLine], context: Context, transaction: Transaction) -> Iterator[Entry]:
    """Entries of the lines that a query found; each term is called as the rulebook of its own case calls it."""
    for line in lines:
        yield _entry(line, context, context.rulebooks.of(transaction, line.rulebook, line.edition))


def _entry(line: FeedLine, context: Context, book: Rulebook) -> Entry:
    rules, calendar = book.procedures[line.procedure], context.calendar_of(book)
    due = end_of(line.counts_from, line.counted, calendar) if line.counted and not line.official else None
    return Entry(
        case_id=line.case_id,
        term_n=line.n,
        version=line.version,
        no=line.no,
        subject=line.subject,
        title=rules.terms[line.kind].title,
        basis=book.cited(line.basis or rules.terms[line.kind].basis),
        due_on=line.due_on,
        official=line.official,
        earliest=due and due.earliest,
        latest=due and due.latest,
        awaited="" if line.official else awaited(calendar, line.due_on),
        applicant=line.applicant,
        provider=line.provider,
        applicant_title=book.role_title("applicant"),
        provider_title=book.role_title("provider"),
        subject_title=rules.fields[rules.subject].title if rules.subject in rules.fields else NO_SUBJECT,
        link=link_of(context.settings.base_url, line.no),
        ended=line.ended,
        alarm_on=alarm_day(calendar, line.due_on),
    )


def link_of(base_url: str, no: str) -> str:
    """The address of a case's page, which asks for a sign-in; without a number, that of the front page."""
    return f"{base_url.rstrip('/')}/cases/{quote(no, safe='')}" if no else base_url.rstrip("/")


def alarm_day(calendar: WorkingCalendar, due_on: date) -> date:
    """The working day before a due date."""
    return calendar.estimate(due_on, -1).day


# ------------------------------------------------------------------------------------------------------ iCalendar


def published(
    entries: Iterable[Entry], settings: Settings, *, name: str, at: datetime, until: date | None = None
) -> bytes:
    """A calendar file as this installation publishes it: in a mail and in a feed a term has the same UID."""
    sender = settings.mail_from
    return calendar(entries, name=name, at=at, domain=sender.rpartition("@")[2], organizer=sender, until=until)


def calendar(
    entries: Iterable[Entry], *, name: str, at: datetime, domain: str, organizer: str = "", until: date | None = None
) -> bytes:
    """A calendar file of these entries as of the instant ``at``; of two entries for one term the later version stands.

    ``domain`` makes the UIDs unique in the world; ``organizer``: the address that publishes (RFC 5546 wants one);
    ``until``: the last day of a subscription, which says so itself, as it would otherwise fall silent.
    The library escapes and folds; its component objects would cost four times as much, and a digest has many entries.
    """
    from icalendar import vText  # noqa: PLC0415 - 65 ms, for which few commands need wait
    from icalendar.parser import Contentline, Contentlines  # noqa: PLC0415

    def line(name: str, value: str) -> Contentline:
        text = quote(value, URI_SAFE) if name in URIS else vText(_plain(value)).to_ical().decode()
        return Contentline(f"{name}:{text}")  # type: ignore[no-untyped-call]  # the library has no types here

    properties = _calendar(_latest(entries), name, at, domain, organizer, until)
    content: bytes = Contentlines(line(*each) for each in properties).to_ical()  # type: ignore[no-untyped-call]
    return content


def _plain(text: str) -> str:
    """A text without backslashes: careless readers, the library among them, take an escaped one for a line break."""
    return text.replace("\\", "＼")


def _latest(entries: Iterable[Entry]) -> Iterable[Entry]:
    known: dict[tuple[int, int], Entry] = {}
    for entry in entries:
        place = (entry.case_id, entry.term_n)
        if place not in known or known[place].version <= entry.version:
            known[place] = entry
    return known.values()


def _calendar(
    entries: Iterable[Entry], name: str, at: datetime, domain: str, organizer: str, until: date | None
) -> Properties:
    yield "BEGIN", "VCALENDAR"
    yield "VERSION", "2.0"
    yield "PRODID", PRODUCT
    yield "METHOD", "PUBLISH"
    yield "X-WR-CALNAME", one_line(name)
    for entry in entries:
        yield from _event(entry, at, domain, organizer)
    if until is not None:
        yield from _end_of_subscription(until, at, domain)
    yield "END", "VCALENDAR"


def _end_of_subscription(until: date, at: datetime, domain: str) -> Properties:
    yield "BEGIN", "VEVENT"
    yield "UID", f"subscription-{until:%Y%m%d}@{domain}"
    yield "DTSTAMP", f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "DTSTART;VALUE=DATE", f"{until:%Y%m%d}"
    yield "SUMMARY", "日历订阅今日到期"
    yield "DESCRIPTION", "此后日期不再更新；请在系统“我的账户”重新订阅，并在日历软件中换上新地址。"
    yield "TRANSP", "TRANSPARENT"
    yield "END", "VEVENT"


def _event(entry: Entry, at: datetime, domain: str, organizer: str) -> Properties:
    yield "BEGIN", "VEVENT"
    yield "UID", f"case-{entry.case_id}-term-{entry.term_n}@{domain}"
    yield "SEQUENCE", str(entry.version)
    yield "DTSTAMP", f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "DTSTART;VALUE=DATE", f"{entry.due_on:%Y%m%d}"
    yield "DTEND;VALUE=DATE", f"{entry.due_on + ONE_DAY:%Y%m%d}"
    yield "SUMMARY", _summary(entry)
    yield "DESCRIPTION", _description(entry)
    yield "STATUS", "CANCELLED" if entry.ended else "CONFIRMED" if entry.official else "TENTATIVE"
    yield "TRANSP", "TRANSPARENT"
    yield "CATEGORIES", CATEGORY
    if entry.link:
        yield "URL", entry.link
    if organizer:
        yield "ORGANIZER", f"mailto:{organizer}"
    yield from _alarm(entry, at)
    yield "END", "VEVENT"


def _summary(entry: Entry) -> str:
    status = "（已终止）" if entry.ended else "" if entry.official else "（暂定）"
    return one_line(f"{entry.no} {entry.title}届满{status}")


def _description(entry: Entry) -> str:
    """What stands behind the date, line by line; a line is one line whatever people typed."""
    lines = (
        f"{entry.subject_title}：{entry.subject}",
        f"{entry.applicant_title}：{entry.applicant}",
        f"{entry.provider_title}：{entry.provider}",
        f"{entry.title}：至{in_words(entry.due_on)}（{weekday(entry.due_on)}）届满{_provisional(entry)}",
        f"依据：{entry.basis}",
        "自动提示，非公文；日期以系统登记为准。",
    )
    return "\n".join(map(one_line, lines))


def _provisional(entry: Entry) -> str:
    return "" if entry.official else f"，{entry.awaited}{between(entry.earliest, entry.latest)}"


def _alarm(entry: Entry, at: datetime) -> Properties:
    """Nine in the morning of its day, counted from the beginning of the due date: China's clocks never change."""
    if entry.ended or entry.alarm_on is None or at_local(entry.alarm_on, ALARM_AT) <= at:
        return
    yield "BEGIN", "VALARM"
    yield "ACTION", "DISPLAY"
    yield "TRIGGER", f"-PT{24 * (entry.due_on - entry.alarm_on).days - ALARM_AT.hour}H"
    yield "DESCRIPTION", _summary(entry)
    yield "END", "VALARM"
