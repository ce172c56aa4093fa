"""Due dates as calendar files: what a calendar program reads in them, and what nobody can smuggle into them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from icalendar import Alarm
from icalendar.alarms import Alarms

from calendars import WorkingCalendar
from negotiation.notifications import ics
from negotiation.notifications.ics import Entry
from negotiation.services.context import Context
from negotiation.store.database import Database
from negotiation.store.digest_queries import FeedLine
from tests.conftest import CIVIL, POLICE, Story, at, day

RECEIVED = "2026-09-18"
DOMAIN = "sharing.gov.cn"
ARTICLE = "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第十七条"
ENTRY = Entry(
    case_id=7,
    term_n=1,
    version=3,
    no="GX2026-0001",
    subject="常住人口基本信息",
    title="答复期限",
    basis=ARTICLE,
    due_on=day("2026-10-09"),
    official=True,
    earliest=None,
    latest=None,
    awaited="",
    applicant=CIVIL,
    provider=POLICE,
    applicant_title="使用部门",
    link="https://sharing.gov.cn/cases/GX2026-0001",
    alarm_on=day("2026-10-08"),
)
PROVISIONAL = ENTRY._replace(
    due_on=day("2027-02-14"),
    official=False,
    earliest=day("2027-02-04"),
    latest=day("2027-02-15"),
    awaited="暂定，待国务院办公厅公布2027年节假日安排后确定",
    alarm_on=day("2027-02-04"),
)


def written(*entries: Entry, now: datetime | None = None, organizer: str = "") -> bytes:
    moment = now or at(RECEIVED)
    return ics.calendar(entries, name="共享协商期限", at=moment, domain=DOMAIN, organizer=organizer)


def read(content: bytes) -> Any:
    """The file as a calendar program reads it; what it finds wrong is an error."""
    found = icalendar.Calendar.from_ical(content)
    assert not found.errors
    return found


def events(*entries: Entry, **options: Any) -> list[Any]:
    found: list[Any] = read(written(*entries, **options)).events
    return found


def event(entry: Entry = ENTRY, **options: Any) -> Any:
    (found,) = events(entry, **options)
    assert not found.errors
    return found


def alarms(found: Any) -> list[Any]:
    return [each for each in found.subcomponents if isinstance(each, Alarm)]


# What stands in it


def test_the_file_says_what_it_is() -> None:
    found = read(written(ENTRY))
    assert (found["VERSION"], found["METHOD"], found["X-WR-CALNAME"]) == ("2.0", "PUBLISH", "共享协商期限")
    assert found["PRODID"]


def test_a_due_date_is_one_whole_day_and_blocks_nobodys_time() -> None:
    found = event()
    assert (found.start, found.end) == (date(2026, 10, 9), date(2026, 10, 10))
    assert (found["STATUS"], found["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")
    assert found["SUMMARY"] == "GX2026-0001 答复期限届满"
    assert found["DTSTAMP"].dt == datetime(2026, 9, 18, 2, 0, tzinfo=UTC)
    assert found["URL"] == "https://sharing.gov.cn/cases/GX2026-0001"


def test_the_description_names_resource_parties_article_and_date() -> None:
    assert str(event()["DESCRIPTION"]).splitlines() == [
        "资源名称：常住人口基本信息",
        "使用部门：市民政局",
        "提供部门：市公安局",
        "答复期限：至2026年10月9日（星期五）届满",
        f"依据：{ARTICLE}",
        "自动提示，非公文；日期以系统登记为准。",
    ]


def test_a_provisional_date_is_tentative_and_says_what_it_waits_for() -> None:
    found = event(PROVISIONAL)
    assert found["STATUS"] == "TENTATIVE"
    assert found["SUMMARY"] == "GX2026-0001 答复期限届满（暂定）"
    assert (
        "答复期限：至2027年2月14日（星期日）届满，暂定，待国务院办公厅公布2027年节假日安排后确定；"
        "目前推算在2027年2月4日至2027年2月15日之间"
    ) in found["DESCRIPTION"]


def test_a_term_that_has_ended_is_cancelled_and_reminds_nobody() -> None:
    found = event(ENTRY._replace(ended=True))
    assert (found["STATUS"], found["SUMMARY"]) == ("CANCELLED", "GX2026-0001 答复期限届满（已终止）")
    assert alarms(found) == []


def test_who_publishes_is_named_where_it_is_known() -> None:
    assert event(organizer="noreply@sharing.gov.cn")["ORGANIZER"] == "mailto:noreply@sharing.gov.cn"
    assert "ORGANIZER" not in event()


# The same term again


def test_a_moved_date_is_the_same_entry_in_a_later_version() -> None:
    before, after = event(), event(ENTRY._replace(version=5, due_on=day("2026-10-12")))
    assert before["UID"] == after["UID"] == "case-7-term-1@sharing.gov.cn"
    assert before["SEQUENCE"] < after["SEQUENCE"]
    assert after.start == date(2026, 10, 12)


def test_terms_and_cases_are_entries_of_their_own() -> None:
    found = events(ENTRY, ENTRY._replace(term_n=2), ENTRY._replace(case_id=8))
    assert len({each["UID"] for each in found}) == 3


@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_entries_for_one_term_the_later_version_stands(swapped: bool) -> None:
    both = (ENTRY, ENTRY._replace(version=5, due_on=day("2026-10-12")))
    (found,) = events(*(reversed(both) if swapped else both))
    assert (found["SEQUENCE"], found.start) == (5, date(2026, 10, 12))


# The reminder


@pytest.mark.parametrize(
    ("due_on", "alarm_on"),
    [("2026-10-09", "2026-10-08"), ("2026-10-08", "2026-09-30"), ("2027-02-14", "2027-02-04")],
)
def test_it_reminds_at_nine_on_the_working_day_before(due_on: str, alarm_on: str) -> None:
    found = event(ENTRY._replace(due_on=day(due_on), alarm_on=day(alarm_on)))
    (alarm,) = alarms(found)
    assert (alarm["ACTION"], alarm["DESCRIPTION"]) == ("DISPLAY", "GX2026-0001 答复期限届满")
    (when,) = Alarms(found).times
    assert when.trigger == datetime.fromisoformat(f"{alarm_on}T09:00")


def test_a_reminder_that_has_passed_is_left_out() -> None:
    assert len(alarms(event(now=at("2026-10-08", "08:59")))) == 1
    assert alarms(event(now=at("2026-10-08", "09:00"))) == []
    assert alarms(event(ENTRY._replace(alarm_on=None))) == []


def test_the_day_of_the_reminder_is_a_working_day() -> None:
    calendar = WorkingCalendar.official()
    assert ics.alarm_day(calendar, day("2026-10-09")) == date(2026, 10, 8)
    assert ics.alarm_day(calendar, day("2026-10-08")) == date(2026, 9, 30)


# The letter of RFC 5545

LONG = ENTRY._replace(subject="常住人口、户籍人口与流动人口（含居住证持有人）基本信息" * 12)
HOSTILE = "人口,信息;第一批\\N第二批\r\nBEGIN:VALARM\r\nEND:VEVENT\u2028\x85\x00：甲"


@pytest.mark.parametrize("entry", [ENTRY, PROVISIONAL, LONG, ENTRY._replace(subject=HOSTILE)])
def test_lines_end_in_crlf_and_no_line_is_longer_than_75_octets(entry: Entry) -> None:
    content = written(entry)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")  # no character is torn in two


def test_a_long_name_is_whole_again_when_it_is_read() -> None:
    assert f"资源名称：{LONG.subject}\n" in event(LONG)["DESCRIPTION"]


def test_commas_and_semicolons_are_read_as_they_were_typed() -> None:
    entry = ENTRY._replace(subject="人口,户籍;流动:甲", applicant="市民政局,甲")
    assert r"人口\,户籍\;流动:甲" in written(entry).replace(b"\r\n ", b"").decode()
    assert "资源名称：人口,户籍;流动:甲\n使用部门：市民政局,甲\n" in event(entry)["DESCRIPTION"]


def test_a_backslash_is_no_line_break_to_any_reader() -> None:
    assert r"资源名称：甲＼n乙＼N丙" in event(ENTRY._replace(subject=r"甲\n乙\N丙"))["DESCRIPTION"]


@pytest.mark.parametrize("field", ["no", "subject", "title", "basis", "applicant", "provider", "link"])
def test_no_name_can_add_a_line_of_its_own(field: str) -> None:
    changes: dict[str, Any] = {field: f"{getattr(ENTRY, field)}{HOSTILE}"}
    found = event(ENTRY._replace(**changes))
    assert set(found) == set(event())
    assert len(alarms(found)) == 1
    assert len(str(found["DESCRIPTION"]).splitlines()) == len(str(event()["DESCRIPTION"]).splitlines())
    assert len(str(found["SUMMARY"]).splitlines()) == 1


def test_an_address_with_a_comma_is_not_escaped_as_text() -> None:
    assert event(ENTRY._replace(link="https://sharing.gov.cn/a,b;c"))["URL"] == "https://sharing.gov.cn/a,b;c"


def test_a_file_without_entries_can_still_be_read() -> None:
    assert read(written()).events == []


# Out of the database


def line_of(story: Story, n: int = 0) -> FeedLine:
    """A term of the case as a query finds it."""
    record, term = story.record, story.file.case_state.terms[n]
    directory = story.context.directory
    return FeedLine(
        case_id=record.id,
        no=record.no,
        subject=record.subject,
        applicant=directory.name(record.applicant_id),
        provider=directory.name(record.provider_id),
        procedure=record.procedure,
        rulebook=record.rulebook,
        edition=record.edition,
        n=term.n,
        kind=term.kind,
        basis=term.basis,
        counts_from=term.counts_from,
        counted=term.counted,
        due_on=term.due_on,
        official=term.official,
        version=record.version,
        ended=term.ended_on is not None,
    )


def entries_of(lines: Iterable[FeedLine], database: Database, context: Context) -> list[Entry]:
    with database.read() as transaction:
        return list(ics.entries(lines, context, transaction))


def test_a_term_is_called_as_the_rulebook_of_its_case_calls_it(
    story: Story, database: Database, context: Context
) -> None:
    story.submitted(RECEIVED)
    (entry,) = entries_of([line_of(story)], database, context)
    assert (entry.title, entry.basis, entry.due_on) == ("答复期限", ARTICLE, date(2026, 10, 9))
    assert (entry.official, entry.awaited, entry.earliest, entry.latest) == (True, "", None, None)
    assert entry.alarm_on == date(2026, 10, 8)
    assert entry.link.endswith(f"/cases/{story.no}")
    assert event(entry).start == date(2026, 10, 9)


def test_a_provisional_term_carries_its_range(story: Story, database: Database, context: Context) -> None:
    story.submitted("2027-01-25")
    (entry,) = entries_of([line_of(story)], database, context)
    assert not entry.official
    assert entry.awaited == "暂定，待国务院办公厅公布2027年节假日安排后确定"
    assert entry.earliest is not None
    assert entry.latest is not None
    assert entry.earliest < entry.latest
    assert entry.latest - entry.earliest < timedelta(days=30)
    assert event(entry, now=at("2027-01-25"))["STATUS"] == "TENTATIVE"


def test_an_answered_term_stays_in_the_file_as_cancelled(story: Story, database: Database, context: Context) -> None:
    before = line_of(story.submitted(RECEIVED))
    after = line_of(story.act("agree", "provider", "2026-09-21"))
    first, second = (event(entry) for entry in entries_of([before, after], database, context))
    assert (first["UID"], first["STATUS"], second["STATUS"]) == (second["UID"], "CONFIRMED", "CANCELLED")
    assert first["SEQUENCE"] < second["SEQUENCE"]


def test_the_installations_own_file_is_published_under_its_senders_domain(context: Context) -> None:
    content = ics.published([ENTRY], context.settings, name="市公安局", at=at(RECEIVED))
    (found,) = read(content).events
    assert re.fullmatch(r"case-7-term-1@sharing\.gov\.cn", found["UID"])
    assert found["ORGANIZER"] == f"mailto:{context.settings.mail_from}"


def test_nothing_that_was_entered_into_a_case_stands_in_it(story: Story, database: Database, context: Context) -> None:
    story.submitted(RECEIVED, items="姓名、身份证号", contact="张三 13800000000")
    said = written(*entries_of([line_of(story)], database, context)).replace(b"\r\n ", b"").decode()
    assert not [word for word in ("身份证号", "张三", "低保资格", "社会救助") if word in said]
