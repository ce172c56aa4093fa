"""An arrangement typed by hand, and the one entrance that tells it from a notice and a calendar file."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import Arrangement
from calendars.formats.errors import Unreadable
from calendars.formats.manual import read_typed
from calendars.formats.reading import read_arrangement

FORM = """# 2027年，据来电记录
年份：2027
文号：国办发明电〔2026〕9号
印发：2026-11-10

放假：2027-01-01至2027-01-03 元旦
上班：2026-12-27 元旦
"""
MEANT = Arrangement(
    2027,
    "国办发明电〔2026〕9号",
    date(2026, 11, 10),
    dict.fromkeys([date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)], "元旦"),
    {date(2026, 12, 27): "元旦"},
)
NOTICE = "关于2016年放假安排的通知\n一、元旦：1月1日放假，与周末连休。\n"


def refusal(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_typed(text)
    return caught.value


def test_the_form_of_the_documentation():
    assert read_typed(FORM) == MEANT


@pytest.mark.parametrize(
    "text",
    [
        FORM.replace("：", ":").replace("〔", "[").replace("〕", "]"),
        FORM.replace("\n", "\r\n").replace("放假：", "  放假 ： "),
        FORM.replace("年份：2027\n", ""),
        FORM.replace("2027-01-01至2027-01-03 元旦", "2027-01-01、2027-1-2、2027年1月3日 元旦"),
        FORM.replace("放假：2027-01-01至2027-01-03 元旦", "放假：2027-01-01至2027-01-02 元旦\n放假：2027-01-03 元旦"),
        FORM.translate(str.maketrans("0123456789- ", "０１２３４５６７８９－\u3000")),
        FORM.replace("放假：", "\u3000放假\u3000：\u3000").replace("2026-12-27", "2026年\u300012月\u300027日"),
        "\ufeff" + FORM.removeprefix("# 2027年，据来电记录\n"),
    ],
)
def test_the_same_in_another_hand(text):
    assert read_typed(text) == MEANT


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("放假 2027-02-05 春节", "开头"),
        ("年份：2028", "已经写过"),
        ("印发：昨天", "已经写过"),
        ("放假：2027-02-30 春节", "没有2027年2月30日"),
        ("放假：2027-02-05", "名称"),
        ("放假：2月5日 春节", "年-月-日"),
        ("放假：2027-02-12至2027-02-05 春节", "起讫颠倒"),
        ("放假：2027-02-05至 春节", "至"),
        ("上班：2027-01-02 元旦", "前面已经写作放假"),
        ("放假：2027-01-02 春节", "名称是元旦"),
        ("放假：2029-01-02 春节", "不在2027年"),
    ],
)
def test_a_fault_names_its_line_and_what_to_write(line, why):
    fault = refusal(FORM + line + "\n")
    assert (fault.line, fault.sentence) == (8, "".join(line.split()))
    assert why in fault.why or why in fault.sentence


@pytest.mark.parametrize(
    "text", ["", "# 只有说明\n", "年份：2027\n", "印发：2026-13-10\n", "文号：9号\n", "#\n" * 60_000]
)
def test_a_form_without_days_is_refused(text):
    assert refusal(text).why


@given(st.text(alphabet="年份文号印发放假上班：: 2027-01至、元旦\n#〔〕", max_size=80))
def test_no_typing_whatever_is_more_than_refused(text):
    with suppress(Unreadable):
        read_typed(text)


# ---------------------------------------------------------------------------------------------------- the entrance


def test_the_entrance_knows_a_form_from_a_notice():
    assert read_arrangement(FORM) == MEANT
    assert read_arrangement(NOTICE).off == {date(2016, 1, 1): "元旦"}


def test_the_entrance_holds_a_text_to_the_year_asked_for():
    assert read_arrangement(FORM, year=2027) == MEANT
    with pytest.raises(Unreadable, match="这是2016年的安排，不是2017年的"):
        read_arrangement(NOTICE, year=2017)


def test_the_entrance_gives_an_amending_notice_what_it_amends():
    text = "关于延长2016年春节假期的通知\n一、延长2016年春节假期至2月15日。\n"
    amends = Arrangement(2016, None, None, {date(2016, 2, 13): "春节"}, {})
    assert set(read_arrangement(text, amends=amends).off) == {date(2016, 2, 14), date(2016, 2, 15)}
