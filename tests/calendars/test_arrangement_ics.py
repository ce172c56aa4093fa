"""Arrangements out of holiday calendars as they are published for telephones."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.formats.errors import Unreadable
from calendars.formats.ics import read_ics
from calendars.formats.reading import read_arrangement


def calendar(*events: str, head: str = "") -> str:
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//test//CN",
            *([head] if head else []),
            *events,
            "END:VCALENDAR",
            "",
        ]
    )


def event(summary: str, first: str, after: str = "", *more: str) -> str:
    end = [f"DTEND;VALUE=DATE:{after}"] if after else []
    lines = [
        "BEGIN:VEVENT",
        f"UID:{first}@test",
        f"DTSTART;VALUE=DATE:{first}",
        *end,
        f"SUMMARY:{summary}",
        *more,
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


NEW_YEAR = event("元旦 休", "20260101", "20260104")


def refusal(text: str, year: int | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_ics(text, year)
    return caught.value


def test_the_end_of_an_event_is_the_day_after_its_last():
    read = read_ics(calendar(NEW_YEAR, event("元旦 班", "20260104")))
    assert read.off == dict.fromkeys([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)], "元旦")
    assert (read.work, read.year, read.doc_no, read.issued) == ({date(2026, 1, 4): "元旦"}, 2026, None, None)


@pytest.mark.parametrize(
    "summary",
    [
        "春节 休",
        "春节（休）",
        "春节 假期",
        "春节放假",
        "春节假期 第2天/共9天",
        "春节(休)",
        "【休】春节",
        "休：春节",
        "春节 补休",
        "春节休",
    ],
)
def test_a_day_off_by_its_summary(summary):
    assert read_ics(calendar(event(summary, "20260217"))).off[date(2026, 2, 17)].startswith("春节")


@pytest.mark.parametrize(
    "summary",
    ["春节 班", "春节（班）", "春节 补班", "春节上班", "春节 调休上班", "【班】春节", "春节补班日", "班 春节"],
)
def test_a_make_up_day_by_its_summary(summary):
    assert read_ics(calendar(event(summary, "20260228"))).work == {date(2026, 2, 28): "春节"}


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("上班(补春节假期)", "春节"),
        ("上班（补国庆节假期）", "国庆节"),
        ("上班（春节放假调休）", "春节"),
        ("上班 补劳动节假期", "劳动节"),
        ("春节假期（补班）", "春节"),
        ("调休上班（春节假期）", "春节"),
    ],
)
def test_a_title_of_a_make_up_day_is_one_whatever_stands_in_its_brackets(summary, name):
    assert read_ics(calendar(event(summary, "20260228"))).work == {date(2026, 2, 28): name}


@pytest.mark.parametrize("summary", ["春节放假（2月28日补班）", "春节放假，2月28日补班", "班（春节假期）"])
def test_a_title_that_speaks_of_another_day_is_refused(summary):
    assert "放假还是上班" in refusal(calendar(event(summary, "20260217", "20260224"))).why


def test_a_day_off_without_a_name_is_called_that():
    assert read_ics(calendar(event("放假", "20260217"))).off == {date(2026, 2, 17): "放假"}


def test_apples_mark_decides_where_the_summary_says_nothing():
    off = event("国庆节", "20261001", "20261008", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY")
    work = event("国庆节", "20261010", "20261011", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY")
    read = read_ics(calendar(off, work))
    assert (len(read.off), read.work) == (7, {date(2026, 10, 10): "国庆节"})


def test_the_one_document_number_of_the_descriptions_is_taken():
    number = "DESCRIPTION:根据国办发明电〔2025〕7号"
    assert read_ics(calendar(event("元旦 休", "20260101", "", number))).doc_no == "国办发明电〔2025〕7号"
    two = event("春节 休", "20260217", "", "DESCRIPTION:国办发明电〔2025〕8号")
    assert read_ics(calendar(event("元旦 休", "20260101", "", number), two)).doc_no is None


def test_new_years_days_of_december_belong_to_the_year_after():
    read = read_ics(calendar(event("元旦 休", "20221231", "20230103"), event("春节 休", "20230121")))
    assert (read.year, min(read.off)) == (2023, date(2022, 12, 31))


@pytest.mark.parametrize("summary", ["元旦补班", "2027年元旦 班", "补班"])
def test_a_make_up_day_late_in_december_belongs_to_the_year_after(summary):
    holidays = event("元旦 休", "20270101", "20270104"), event("春节 休", "20270206")
    read = read_ics(calendar(*holidays, event(summary, "20261227")))
    assert (read.year, set(read.work)) == (2027, {date(2026, 12, 27)})


def test_a_nameless_make_up_day_is_asked_about_where_its_own_year_is_held_too():
    text = calendar(NEW_YEAR, event("元旦 休", "20270101"), event("补班", "20261227"))
    assert "2026年、2027年" in refusal(text).why


@pytest.mark.parametrize(
    "summary",
    ["元旦假期 第1天/共3天", "元旦（第1天，共3天）休", "元旦 休 第一天 / 共三天", "元旦 休 1/3"],
)
def test_the_place_of_a_day_in_its_holiday_is_no_part_of_the_name(summary):
    assert read_ics(calendar(event(summary, "20260101"))).off == {date(2026, 1, 1): "元旦"}


def timed(start: str, end: str, *more: str) -> str:
    ending = [f"DTEND{end}"] if end else []
    return "\r\n".join(["BEGIN:VEVENT", f"DTSTART{start}", *ending, "SUMMARY:元旦 休", *more, "END:VEVENT"])


ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
ZONE = ";TZID=Asia/Shanghai"


@pytest.mark.parametrize(
    "whole",
    [
        timed(":20260101T000000", ":20260104T000000", ALL_DAY),
        timed(":20260101T000000", ":20260104T000000"),
        timed(f"{ZONE}:20260101T000000", f"{ZONE}:20260104T000000"),
        timed(";TZID=China Standard Time:20260101T000000", ";TZID=China Standard Time:20260104T000000", ALL_DAY),
        timed(":20260101T000000", "", "DURATION:P3D"),
    ],
)
def test_an_event_from_midnight_to_midnight_is_of_whole_days(whole):
    assert read_ics(calendar(whole)) == read_ics(calendar(NEW_YEAR))


def test_a_marked_event_without_an_end_is_of_one_day():
    assert set(read_ics(calendar(timed(":20260101T000000", "", ALL_DAY))).off) == {date(2026, 1, 1)}


@pytest.mark.parametrize(
    "part",
    [
        timed(":20260101T000000", ""),
        timed(":20260101T000000", ":20260104T080000", ALL_DAY),
        timed(":20260101T080000", ":20260104T080000", ALL_DAY),
        timed(":20260101T000000Z", f"{ZONE}:20260104T000000"),
        timed(":20260101T000000", ":20260104T000000", ALL_DAY.replace("TRUE", "FALSE")),
        timed(";VALUE=DATE:20260101", ":20260104T000000", ALL_DAY),
    ],
)
def test_an_event_of_parts_of_days_is_refused(part):
    assert "时刻" in refusal(calendar(part)).why


def made_up(start: str, end: str, summary: str = "春节补班") -> str:
    return timed(start, end).replace("元旦 休", summary)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (f"{ZONE}:20260228T090000", f"{ZONE}:20260228T180000"),
        (":20260228T083000", ":20260228T173000"),
        (":20260228T010000Z", ":20260228T100000Z"),
        (":20260227T230000Z", ":20260228T090000Z"),
        (":20260228T000000", ":20260228T235959"),
        (":20260228T090000", ""),
    ],
)
def test_a_make_up_day_given_by_its_office_hours_is_worked(start, end):
    assert read_ics(calendar(made_up(start, end))).work == {date(2026, 2, 28): "春节"}


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (":20260228T090000", ":20260228T120000", "半天"),
        (":20260228T140000", ":20260228T180000", "半天"),
        (":20260228T110000", ":20260228T133000", "半天"),
        (":20260228T090000", ":20260301T180000", "同一天"),
    ],
)
def test_half_a_make_up_day_or_one_over_two_days_is_refused(start, end, why):
    assert why in refusal(calendar(made_up(start, end))).why


@pytest.mark.parametrize(
    "title",
    ["不上班", "春节 不补班", "无需上班", "元旦 不放假", "国庆 无休", "停止上班", "取消补班", "加班", "值班", "夜班"],
)
def test_a_title_that_denies_or_speaks_of_somebodys_shift_turns_no_day(title):
    assert "看不出" in refusal(calendar(NEW_YEAR, event(title, "20260228"))).why


@pytest.mark.parametrize("status", ["CANCELLED", "TENTATIVE"])
def test_an_event_that_is_cancelled_or_tentative_turns_no_day(status):
    fault = refusal(calendar(NEW_YEAR, event("春节 休", "20260217", "", f"STATUS:{status}")))
    assert ("删去" in fault.why, fault.line) == (True, 10)


@pytest.mark.parametrize("remark", ["COMMENT:下午放假", "CATEGORIES:半天", "LOCATION:学校"])
def test_what_stands_beside_the_title_counts_wherever_it_stands(remark):
    assert refusal(calendar(NEW_YEAR, event("春节 休", "20260217", "", remark))).line == 10


@pytest.mark.parametrize(
    ("part", "word"),
    [
        (event("总结会 下午放假", "20261224"), "下午"),
        (event("春节 补班（上午）", "20260228"), "上午"),
        (event("元旦 休", "20260102", "", "DESCRIPTION:放假半天"), "半天"),
        (event("元旦 休", "20260102", "", "DESCRIPTION:14:00起"), "14:00"),
        (event("妇女节 放假", "20260309"), "妇女"),
        (event("元旦 休", "20260102", "", "DESCRIPTION:限女职工"), "女职工"),
    ],
)
def test_an_event_that_speaks_of_a_part_of_a_day_or_of_the_people_is_refused_with_its_line(part, word):
    fault = refusal(calendar(NEW_YEAR, part))
    assert (f"“{word}”" in fault.why, fault.line) == (True, 10)


@pytest.mark.parametrize("told", ["更新于2026-11-10 12:00", "国办发明电〔2025〕7号"])
def test_what_a_description_says_of_the_file_stops_nothing(told):
    assert read_ics(calendar(event("元旦 休", "20260101", "", f"DESCRIPTION:{told}"))).off


def test_the_office_hours_of_a_make_up_day_may_be_told():
    told = event("春节 班", "20260228", "", "DESCRIPTION:9:00-18:00")
    assert read_ics(calendar(told)).work == {date(2026, 2, 28): "春节"}


def test_a_stop_of_work_may_come_in_a_feed():
    assert read_ics(calendar(event("台风停止办公", "20260812"))).off == {date(2026, 8, 12): "停止办公"}


FEEDS = Path(__file__).parent / "feeds"


@pytest.mark.parametrize("feed", ["holidaycn_style_2027", "timed_makeup_2027"])
def test_the_feeds_that_an_administrator_has_in_november(feed):
    read = read_ics((FEEDS / f"{feed}.ics").read_text(encoding="utf-8"))
    worked = {
        (1, 31): "春节",
        (2, 20): "春节",
        (4, 25): "劳动节",
        (5, 8): "劳动节",
        (9, 26): "国庆节",
        (10, 9): "国庆节",
    }
    assert read.work == {date(2027, *day): name for day, name in worked.items()}
    assert len(read.off) == 28


def test_a_calendar_of_several_years_needs_the_year():
    text = calendar(NEW_YEAR, event("元旦 休", "20270101"))
    assert "2026年、2027年" in refusal(text).why
    assert read_ics(text, 2027).off == {date(2027, 1, 1): "元旦"}
    assert "没有2028年" in refusal(text, 2028).why
    assert read_arrangement(text, year=2026).year == 2026


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (event("元旦 休", "20260101", "", "RRULE:FREQ=YEARLY"), "重复"),
        ("BEGIN:VEVENT\r\nDTSTART:20260101T090000Z\r\nSUMMARY:元旦 休\r\nEND:VEVENT", "时刻"),
        (event("元旦", "20260101"), "放假还是上班"),
        (event("元旦 休", "20260101", "", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY"), "放假还是上班"),
        (event("元旦 休", "2026013"), "读不出来"),
        (event("元旦 休", "20260104", "20260101"), "早于开始"),
        (event("元旦 休", "20260101", "20270101"), "过长"),
        ("BEGIN:VEVENT\r\nSUMMARY:元旦 休\r\nEND:VEVENT", "没有开始日期"),
        (event("元旦 班", "20260103"), "既放假又上班"),
    ],
)
def test_an_event_that_no_arrangement_can_hold_is_refused_with_its_line(bad, why):
    fault = refusal(calendar(NEW_YEAR, bad))
    assert why in fault.why
    assert fault.line == 10
    assert "元旦" in fault.sentence


def test_a_file_that_stops_anywhere_is_refused():
    text = calendar(NEW_YEAR, event("元旦 班", "20260104"))
    for end in range(len(text) - len("R\r\n")):
        assert refusal(text[:end]).line >= 1
    assert "没有结束" in refusal(text[: text.rindex("END:VEVENT")]).why
    assert refusal(text[: text.rindex("END:VEVENT")]).line == 10


@pytest.mark.parametrize("text", ["", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "END:VEVENT\n", "x" * 500_001])
def test_what_is_no_calendar_is_refused(text):
    assert refusal(text).why


@given(st.data())
def test_no_mutilated_calendar_is_more_than_refused(data):
    text = calendar(NEW_YEAR, event("元旦 班", "20260104", "", "DESCRIPTION:国办发明电〔2025〕7号"))
    place = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.text(alphabet="0123456789:;=\r\n TZVALUEDATE休班", max_size=4))
    with suppress(Unreadable):
        read_ics(text[:place] + put + text[place + data.draw(st.integers(0, 9)) :])
