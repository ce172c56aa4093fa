"""The many ways of writing the same notice, and the faults that it is refused for."""

import re
import time
from datetime import date

import pytest

from calendars.notice.parser import Unreadable, parse_notice

HEAD = "关于2016年放假安排的通知\n"
SPRING = "一、春节：2月7日至13日放假调休，共7天。2月6日（星期六）、2月14日（星期日）上班。\n"
SPRING_OFF = {date(2016, 2, day) for day in range(7, 14)}
SPRING_WORK = {date(2016, 2, 6), date(2016, 2, 14)}
NOTICE_2016 = """国务院办公厅关于2016年部分节假日安排的通知
国办发明电〔2015〕18号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2016年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日放假，与周末连休。
二、春节：2月7日至13日放假调休，共7天。2月6日（星期六）、2月14日（星期日）上班。
三、清明节：4月4日放假，与周末连休。
四、劳动节：5月1日放假，5月2日（星期一）补休。
五、端午节：6月9日至11日放假调休，共3天。6月12日（星期日）上班。
六、中秋节：9月15日至17日放假调休，共3天。9月18日（星期日）上班。
七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，确保人民群众祥和平安度过节日假期。
国务院办公厅
2015年12月10日
"""


def refusal(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse_notice(text)
    return caught.value


def off_of(clauses: str, year: int = 2016) -> set[str]:
    """The days off of one item, as month-day."""
    return {f"{day.month}-{day.day}" for day in parse_notice(f"关于{year}年放假安排的通知\n一、{clauses}\n").off}


# ---------------------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize(
    "spring",
    [
        "一、春节：2月7日－13日放假调休，共7天。2月6日(星期六)、2月14日(星期日)上班。",
        "一、春节:２月７日～１３日放假调休,共７天｡2月6日（周六）、14日（周日）上班.",
        "一、春节：2月7日———13日放假，共七天。2月6日（礼拜六）、2月14日（礼拜天）上班。",
        "1. 春节：2月7日到2月13日放假公休，共7天；2月6日、14日（星期六、星期日）上班。",
        "（一）春节：2016年2月7日至2016年2月13日放假休息7天。2月6日星期六、2月14日星期日调休上班。",
        "一、 春 节：2\u200b月7日\u00a0至 13\n日放假\n调休，共7天。2月6日（星期\n六）、2月14日（星期日）上班。",
        "一、春节：2月7日（农历除夕，星期日）至13日（农历正月初六（周六））放假调休，共7天。2月6日、14日上班。",
        "一、春节：放假时间为2月7日至13日，共7天，2月6日（星期六）和14日（星期日）正常上班。",
        "一，春节:2月7日至13日放假,共7天.2月6日(星期\n六,初六前),2月14日(星期日)上班.",
        "一、春节\n2月7-13日放假调休，共7天。2⽉6⽇（星期六）、2⽉14⽇（星期⽇）补班。",
    ],
)
def test_the_same_holiday_in_another_spelling(spring):
    read = parse_notice(f"{HEAD}{spring}\n")
    assert (set(read.off), set(read.work)) == (SPRING_OFF, SPRING_WORK)
    assert set(read.off.values()) == {"春节"}


def test_a_single_line_holds_a_whole_notice():
    read = parse_notice(NOTICE_2016.replace("\n", ""))
    assert read == parse_notice(NOTICE_2016)
    assert (read.doc_no, read.issued) == ("国办发明电〔2015〕18号", date(2015, 12, 10))


@pytest.mark.parametrize(
    "number", ["国办发明电[2015]18号", "国办发明电［2015］18号", "国办发明电（2015）18号", "国办发明电 【2015】 18 号"]
)
def test_the_document_number_in_any_brackets(number):
    assert parse_notice(NOTICE_2016.replace("国办发明电〔2015〕18号", number)).doc_no == "国办发明电〔2015〕18号"


@pytest.mark.parametrize("written", ["二〇一五年十二月十日", "二○一五年十二月十日", "2015 年 12 月 10 日"])
def test_the_date_of_signature_in_digits_and_numerals(written):
    assert parse_notice(NOTICE_2016.replace("2015年12月10日", written)).issued == date(2015, 12, 10)


def test_what_a_web_page_adds_below_the_signature_is_not_read():
    below = "（此件公开发布）\n扫一扫在手机打开当前页\n责任编辑：张三 2015-12-10 16:00\n"
    assert parse_notice(NOTICE_2016 + below) == parse_notice(NOTICE_2016)


def test_only_the_day_that_is_named_is_listed_beside_a_weekend():
    assert off_of("元旦：1月1日放假，与周末连休。") == {"1-1"}


def test_a_holiday_on_a_sunday_and_the_monday_instead():
    assert off_of("劳动节：5月1日放假，5月2日（星期一）补休。") == {"5-1", "5-2"}


def test_weekdays_tell_the_year_where_nothing_else_does():
    assert parse_notice("一、春节：2月7日至13日放假。2月6日（星期六）上班。\n某市人民政府\n2016年1月5日\n").year == 2016


def test_working_again_after_the_holiday_is_no_make_up_day():
    read = parse_notice(f"{HEAD}一、春节：2月7日至13日放假，共7天。2月15日（星期一）起正常上班。\n")
    assert read.work == {}


HALF_WIDTH = str.maketrans("、，。：（）", ",,.:()")


def test_a_notice_with_every_mark_half_width_and_every_pause_a_comma():
    assert parse_notice(NOTICE_2016.translate(HALF_WIDTH)) == parse_notice(NOTICE_2016)


@pytest.mark.parametrize("work", ["2月6日(星期六),2月14日(星期日)上班.", "2月6日,2月14日上班."])
def test_a_comma_between_whole_dates_of_a_list(work):
    assert set(parse_notice(f"{HEAD}一、春节:2月7日至13日放假,共7天.{work}").work) == SPRING_WORK


FOOTERS = [
    "上一篇：2026年元旦1月1日至3日放假",
    "下一篇：关于2017年放假安排的通知",
    "扫一扫在手机打开当前页",
    "责任编辑：张三\n上一条：2026年元旦1月1日至3日放假\n版权所有 某市人民政府",
    "相关链接：2015年9月3日放假，9月6日（星期日）上班。",
    "【相关链接】\n2017年元旦1月1日至3日放假\n2017年春节1月27日至2月2日放假",
]


@pytest.mark.parametrize("below", FOOTERS)
def test_links_below_the_signature_are_not_read(below):
    assert parse_notice(f"{NOTICE_2016}{below}\n") == parse_notice(NOTICE_2016)


# --------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    "below",
    [
        "一、元旦：1月1日放假。",
        "上一篇：某通知\n八、中秋节：9月14日（星期三）放假。",
        "相关链接\n关于2016年中秋节放假安排的通知\n9月14日（星期三）放假。",
        "责任编辑：张三\n另：10月15日（星期六）上班。",
        "上一篇：某通知\n另：10月15日（星期六）上班",
        "另：10月15日（星期六）上班。\n上一篇：某通知",
        "责任编辑：张三\n10月15日\n上班。",
    ],
)
def test_an_arrangement_below_the_signature_is_never_passed_over(below):
    refusal(f"{NOTICE_2016}{below}\n")


@pytest.mark.parametrize(
    "clauses",
    [
        "2月6日（星期六），2月14日（星期日）上班。2月7日至13日放假。",
        "2月7日至13日放假。2月14日（星期日），2月6日（星期六）上班。",
        "2月7日至13日放假。2月6日（星期六），2月14日上班。",
        "2月7日至13日放假。2月6日，14日上班。",
        "2月7日至13日放假。2月6日至7日，2月14日上班。",
        "2月7日至13日放假。2月6日，2月14日照常公休。",
        "2月7日至13日放假。2月6日（星期六），2月14日（星期六）上班。",
    ],
)
def test_a_comma_between_other_dates_is_no_list(clauses):
    refusal(f"{HEAD}一、春节：{clauses}\n")


@pytest.mark.parametrize(
    "title",
    [
        "通知（征求意见稿）",
        "通知(草案)",
        "通知\n（征求意见稿）",
        "通知 征求意见稿",
        "通知〔送审稿〕",
        "通知（公开征求意见稿）",
        "草案的通知",
    ],
)
def test_a_draft_is_no_notice(title):
    assert "征求意见" in refusal(NOTICE_2016.replace("安排的通知", f"安排的{title}", 1)).why


@pytest.mark.parametrize("above", ["征求意见稿\n", "（讨论稿）\n", "关于公开征求放假安排意见的通知\n"])
def test_a_draft_that_says_so_above_its_title_is_no_notice(above):
    assert "征求意见" in refusal(above + NOTICE_2016).why


def test_a_refusal_names_line_sentence_and_reason():
    fault = refusal(NOTICE_2016.replace("5月2日（星期一）补休", "5月2日（星期四）补休"))
    assert fault.why == "5月2日是星期一，通知写作星期四"
    assert fault.line == 8
    assert fault.sentence.startswith("四、劳动节：5月1日放假")
    assert str(fault) == f"第8行：“{fault.sentence}”读不准：{fault.why}"


WEEKDAYS = [(found.start(), found[0]) for found in re.finditer("(?<=星期)[一二三四五六日]", NOTICE_2016)]


@pytest.mark.parametrize(("place", "name"), WEEKDAYS)
def test_no_weekday_can_be_changed(place, name):
    for other in "一二三四五六日".replace(name, ""):
        assert "星期" in refusal(NOTICE_2016[:place] + other + NOTICE_2016[place + 1 :]).why


COUNTS = [found.start(1) for found in re.finditer("共([0-9])天", NOTICE_2016)]


@pytest.mark.parametrize("place", COUNTS)
def test_no_number_of_days_can_be_changed(place):
    for other in set("123456789") - {NOTICE_2016[place]}:
        assert "天" in refusal(NOTICE_2016[:place] + other + NOTICE_2016[place + 1 :]).why


def test_a_notice_cut_anywhere_before_its_last_item_is_complete_is_refused():
    complete = NOTICE_2016.index("节假日期间")
    for end in range(complete - 1):
        refusal(NOTICE_2016[:end])
    assert parse_notice(NOTICE_2016[:complete]).issued is None


def test_no_item_can_be_left_out():
    lines = NOTICE_2016.splitlines(keepends=True)
    for place in range(4, 11):
        refusal("".join(lines[:place] + lines[place + 1 :]))


def test_no_make_up_days_can_be_left_out():
    for found in re.finditer("[^。\n]*上班。", NOTICE_2016):
        assert "补班" in refusal(NOTICE_2016[: found.start()] + NOTICE_2016[found.end() :]).why


@pytest.mark.parametrize(
    ("clauses", "why"),
    [
        ("春节：2月7日至13日放假。2月10日（星期三）上班。", "上班"),
        ("春节：2月7日至13日放假。2月13日（星期六）上班。", "既放假又上班"),
        ("春节：2月7日至13日放假。2月16日（星期二）上班。", "不是周末"),
        ("春节：2月13日至7日放假。", "起讫颠倒"),
        ("春节：2月7日至30日放假。", "没有2月30日这一天"),
        ("春节：2月7日至13放假。", "日期"),
        ("春节：2月7日至13日放假，共7天。2月6日（星期）上班。", "没有写全"),
        ("春节：2月7日至13日放假，共7天。2月6日（星期六上班。", "括号没有写完"),
        ("春节：2月7日至13日。", "没有读到"),
        ("春节：二月七日至十三日放假。", "日期没有写全"),
        ("春节：2月7日至13日除外单位放假。", "看不出"),
        ("春节：中小学2月7日至13日放假。", "一部分人"),
        ("春节：可于2月7日至13日放假。", "不确定"),
        ("春节：2月7日至13日酌情放假。", "看不出"),
        ("元旦：1月6日放假，与周末连休。", "不挨着周末"),
        ("元旦：2014年1月1日放假。", "2014年"),
        ("元旦：1月1日放假，1月2日，共2天。", "共2天"),
        ("劳动节：5月3日放假，5月4日（星期三）补休。", "没有逢周末"),
        ("劳动节：5月1日放假，5月9日（星期一）补休。", "没有逢周末"),
        ("劳动节：5月1日放假。将4月30日（星期六）、5月7日（星期六）两个公休日调至5月2日（星期一）。", "调出2个"),
        ("劳动节：5月1日至3日放假。将4月30日（星期六）三个公休日调至5月2日（星期一）。", "列出的是1个"),
    ],
)
def test_an_item_in_doubt_is_refused(clauses, why):
    assert why in refusal(f"{HEAD}一、{clauses}\n").why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "没有文字"),
        (" \n\u3000\n", "没有文字"),
        ("床前明月光，疑是地上霜。", "不像"),
        (f"{HEAD}一、请各单位做好值班工作。\n", "没有读到"),
        ("放" * 100_001, "超过"),
        ("一、春节：2月7日至13日放假。\n", "哪一年"),
        (f"{HEAD}二、春节：2月7日至13日放假。\n", "缺了第1项"),
        (f"{HEAD}现将2017年放假安排通知如下：\n{SPRING}", "不是同一年"),
        (f"{HEAD}国办发明电〔2011〕3号\n{SPRING}", "2011年"),
        (f"{HEAD}{SPRING}某局\n2016年1月5日\n二、五一：5月1日放假。\n", "两份通知"),
    ],
)
def test_a_text_that_is_no_single_notice_is_refused(text, why):
    assert why in refusal(text).why


JUNK = [
    "（", "）", "《", "。", "至", "一、", "如下", "关于", "2016年", "1月1日、", "1月1日放假，",
    "放假上班调休", "关于2016年通知", "1月1日（星期五）", "国办发明电〔2016〕",
    "一、元旦：1月1日放假。", "\n。", "1月1日报报报报报报报报", "\n2016年1月1日\n上一篇：1日放假", "1月1日(星期五),",
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_junk_of_the_longest_length_is_refused_at_once(junk):
    started = time.perf_counter()
    refusal((HEAD + junk * 99_000)[:99_000])
    refusal((junk * 99_000)[:99_000])
    refusal(junk * 1_000_000)
    assert time.perf_counter() - started < 10
