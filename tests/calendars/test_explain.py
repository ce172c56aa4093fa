"""The ruler: why the date is that date, day by day, with the document number behind each day that is not plain."""

from datetime import date, timedelta

import pytest

from calendars import Arrangement, WorkingCalendar

CHINA = WorkingCalendar.official()
NOTICE_OF_2026 = "国办发明电〔2025〕7号"


def test_ten_days_from_18_september_2026_are_drawn_as_a_person_would_draw_them():
    make_up = ("make-up", "国庆节", NOTICE_OF_2026)
    mid_autumn = ("holiday", "中秋节", NOTICE_OF_2026)
    national = ("holiday", "国庆节", NOTICE_OF_2026)
    plain = ("working", None, None)
    assert CHINA.explain(date(2026, 9, 18), 10) == (
        (date(2026, 9, 19), None, "weekend", "星期六", None),
        (date(2026, 9, 20), 1, *make_up),
        (date(2026, 9, 21), 2, *plain),
        (date(2026, 9, 22), 3, *plain),
        (date(2026, 9, 23), 4, *plain),
        (date(2026, 9, 24), 5, *plain),
        *((date(2026, 9, day), None, *mid_autumn) for day in (25, 26, 27)),
        (date(2026, 9, 28), 6, *plain),
        (date(2026, 9, 29), 7, *plain),
        (date(2026, 9, 30), 8, *plain),
        *((date(2026, 10, day), None, *national) for day in range(1, 8)),
        (date(2026, 10, 8), 9, *plain),
        (date(2026, 10, 9), 10, *plain),
    )


def test_counting_back_is_drawn_backwards_with_negative_numbers():
    drawn = CHINA.explain(date(2026, 10, 9), -2)
    assert [day.ordinal for day in drawn] == [-1, None, None, None, None, None, None, None, -2]
    assert (drawn[0].date, drawn[-1].date) == (date(2026, 10, 8), date(2026, 9, 30))


def sole_day(day):
    """How the ruler shows that day."""
    return next(shown for shown in CHINA.explain(day - timedelta(days=1), 15) if shown.date == day)


@pytest.mark.parametrize(
    ("day", "kind", "name", "source"),
    [
        (date(2005, 12, 31), "make-up", "元旦", "国办发明电〔2005〕35号"),
        (date(2006, 12, 31), "make-up", "元旦", "国办发明电〔2006〕49号"),
        (date(2007, 12, 31), "holiday", "元旦", "国办发明电〔2007〕52号"),
        (date(2018, 12, 29), "make-up", "元旦", "国办发明电〔2018〕15号"),
        (date(2015, 9, 3), "holiday", "抗战胜利纪念日", "国发明电〔2015〕1号"),
        (date(2015, 9, 5), "holiday", "抗战胜利纪念日", "国发明电〔2015〕1号"),
        (date(2015, 9, 6), "make-up", "抗战胜利纪念日", "国发明电〔2015〕1号"),
        (date(2015, 10, 1), "holiday", "国庆节", "国办发明电〔2014〕28号"),
        (date(2019, 4, 28), "make-up", "劳动节", "国办发明电〔2019〕3号"),
        (date(2019, 5, 1), "holiday", "劳动节", "国办发明电〔2018〕15号"),
        (date(2019, 5, 4), "holiday", "劳动节", "国办发明电〔2019〕3号"),
        (date(2020, 1, 30), "holiday", "春节", "国办发明电〔2019〕16号"),
        (date(2020, 1, 31), "holiday", "春节", "国办发明电〔2020〕1号"),
        (date(2020, 2, 2), "holiday", "春节", "国办发明电〔2020〕1号"),
        (date(2024, 4, 4), "holiday", "清明节", "国办发明电〔2023〕7号"),
        (date(2011, 6, 5), "holiday", "端午节", "国办发明电〔2010〕40号"),
        (date(2020, 2, 1), "holiday", "春节", "国办发明电〔2020〕1号"),
        (date(2025, 10, 6), "holiday", "国庆节、中秋节", "国办发明电〔2024〕12号"),
    ],
)
def test_a_day_is_traced_to_the_notice_that_set_it(day, kind, name, source):
    shown = sole_day(day)
    assert (shown.kind, shown.name, shown.source) == (kind, name, source)


def test_every_day_that_is_not_plain_is_named_in_chinese_and_since_2006_has_its_document_number():
    shown = [day for year in range(2004, 2026) for day in CHINA.explain(date(year, 1, 1) - timedelta(year > 2004), 240)]
    set_by_notice = [day for day in shown if day.kind in ("holiday", "make-up")]
    assert {day.name for day in set_by_notice} == {
        "元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节", "国庆节、中秋节", "中秋节、国庆节",
        "抗战胜利纪念日"
    }  # fmt: skip
    assert all(day.source for day in set_by_notice if day.date >= date(2005, 12, 31))


def test_a_day_set_by_a_local_arrangement_names_that_one():
    local = Arrangement(2026, "京政办发〔2026〕1号", None, {date(2026, 3, 3): "会议调休"}, {})
    day = WorkingCalendar.official(layers=[local]).explain(date(2026, 3, 2), 1)[0]
    assert day == (date(2026, 3, 3), None, "holiday", "会议调休", "京政办发〔2026〕1号")


def test_before_an_amendment_was_known_its_number_is_not_quoted():
    before = WorkingCalendar.official(known_on=date(2019, 3, 21)).explain(date(2019, 4, 30), 3)
    assert {day.source for day in before if day.kind == "holiday"} == {"国办发明电〔2018〕15号"}


def test_the_ruler_of_a_term_that_reaches_an_unpublished_year_says_that_it_is_provisional():
    drawn = CHINA.explain(date(2026, 12, 18), 10)
    assert (drawn[-1].date, drawn[-1].ordinal) == (date(2027, 1, 4), 10)
    new_year = next(day for day in drawn if day.date == date(2027, 1, 1))
    assert new_year.kind == "holiday"
    assert new_year.source == "暂定，待国务院办公厅公布2027年节假日安排后确定"
