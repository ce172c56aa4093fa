"""What must hold of any notice: written out and read again it is the same; mutilated it means no other day."""

import re
from datetime import date, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from calendars import Arrangement
from calendars.national import national_arrangements
from calendars.notice.parser import Unreadable, parse_notice, render_notice

TEXTS = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "notices").glob("*.txt"))]
MEANT = {text: parse_notice(text) for text in TEXTS}
NAMES = [
    "元旦",
    "春节",
    "清明节",
    "劳动节",
    "端午节",
    "中秋节",
    "国庆节",
    "国庆节、中秋节",
    "壮族三月三",
    "古尔邦节",
    "二十国集团峰会",
    "纪念日",
]
texts = st.sampled_from(TEXTS)
LETTERS = (
    "一二三、（）()：，。；\n 0123456789年月日至—-放假上班调休补公将星期六元旦春节共天2016关于的通知如下《》〔〕号起"
)


@st.composite
def arrangements(draw) -> Arrangement:
    """Days off in weeks of a year, under one name each, and weekend days worked near them."""
    year = draw(st.integers(1990, 2080))
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True)):
        start = draw(st.dates(date(year - 1, 12, 1), date(year, 12, 20)))
        for day in draw(st.sets(st.integers(0, 11), min_size=1).map(sorted)):
            off.setdefault(start + timedelta(days=day), name)
        for before in draw(st.sets(st.integers(-30, 30), max_size=3).map(sorted)):
            _add_work(work, off, start + timedelta(days=before), name, year)
    kept = set(off.values())
    work = {day: name for day, name in work.items() if name in kept and day not in off}
    issued = draw(st.none() | st.dates(date(year - 1, 1, 1), date(year, 12, 31)))
    numbered = issued.year if issued else draw(st.sampled_from([year - 1, year]))
    doc_no = draw(st.none() | st.just(f"国办发明电〔{numbered}〕{draw(st.integers(1, 999))}号"))
    return Arrangement(year, doc_no, issued, off, work)


def _add_work(work: dict[date, str], off: dict[date, str], day: date, name: str, year: int) -> None:
    in_reach = day.year == year or (day.year, day.month) == (year - 1, 12)
    near = [other for other, own in off.items() if own == name and abs(other - day).days <= 30]
    if day.weekday() >= 5 and day not in off and in_reach and near:
        work.setdefault(day, name)


@given(arrangements())
def test_an_arrangement_written_out_and_read_again_is_the_same(arrangement):
    text = render_notice(arrangement)
    if all(_near(day, name, arrangement.off) for day, name in arrangement.work.items()):
        assert parse_notice(text) == arrangement, text


def _near(day: date, name: str, off) -> bool:
    return any(own == name and abs((other - day).days) <= 45 for other, own in off.items())


def test_every_shipped_arrangement_can_be_written_out_and_read_again():
    for shipped in national_arrangements():
        assert parse_notice(render_notice(shipped)) == shipped


def test_a_notice_written_out_looks_like_one():
    lines = render_notice(parse_notice(next(text for text in TEXTS if "关于2026年" in text))).splitlines()
    assert lines[:3] == [
        "关于2026年节假日安排的通知",
        "国办发明电〔2025〕7号",
        "现将2026年放假调休日期的具体安排通知如下。",
    ]
    assert lines[3] == "一、元旦：1月1日（星期四）至3日（星期六）放假，共3天。1月4日（星期日）上班。"
    assert lines[-1] == "2025年11月4日"


def read(text: str) -> Arrangement | None:
    """The arrangement, or nothing where it is refused; any other fault is a fault of ours."""
    try:
        return parse_notice(text)
    except Unreadable as refused:
        _require_sentence(refused, text)
        return None


def _require_sentence(refused: Unreadable, text: str) -> None:
    """Every refusal is a sentence that names a line of the text."""
    assert re.fullmatch(r"第[0-9]+行(：“.+”)?读不准：.+", str(refused), re.DOTALL)
    assert 1 <= refused.line <= text.count("\n") + text.count("\r") + 1


@given(st.text(alphabet=LETTERS, max_size=120))
@example("1月1日")
@example("\n" * 5)
@example("关于的通知1月1日（星期")
@example("关于2016年放假的通知\n一、13月1日放假。")
@example("关于9999年放假的通知\n一、元旦：9998年12月31日至1月1日放假。\n0000年00月00日")
@example("关于0001年放假的通知\n一、元旦：12月31日放假。")
def test_no_text_whatever_is_more_than_refused(text):
    read(text)


@given(st.text(max_size=60))
def test_no_text_of_any_script_is_more_than_refused(text):
    read(text)
    read("关于2016年放假的通知\n一、元旦：1月1日放假" + text + "\n")


@given(texts, st.data())
def test_a_slice_of_a_notice_is_refused_or_means_no_other_day(text, data):
    start = data.draw(st.integers(0, len(text)))
    found = read(text[start : data.draw(st.integers(start, len(text)))])
    if found:
        meant = MEANT[text]
        assert found.year == meant.year
        assert set(found.work) <= set(meant.work) | GUANGXI
        assert set(found.off) <= set(meant.off)


GUANGXI = {date(2017, 4, 1)}  # quoted from the national notice; turned off only in the sentence after


@settings(max_examples=300)
@given(texts, st.data())
def test_shuffled_doubled_and_lost_characters_never_break_it(text, data):
    chars = list(text)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(chars) - 2))
        kind = data.draw(st.sampled_from(["lose", "double", "swap"]))
        if kind == "swap":
            chars[place], chars[place + 1] = chars[place + 1], chars[place]
        else:
            chars[place : place + 1] = [] if kind == "lose" else [chars[place]] * 2
    read("".join(chars))


@given(texts, st.data())
def test_a_lost_line_is_found_out_or_changes_no_day(text, data):
    lines = text.splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    found = read("".join(lines[:place] + lines[place + 1 :]))
    if found and not text.startswith(
        ("杭州", "北京", "广西", "自治区", "关于")
    ):  # what a local notice promises is not known
        assert (found.off.keys(), found.work.keys()) == (MEANT[text].off.keys(), MEANT[text].work.keys())


@given(texts, st.data())
def test_white_space_anywhere_changes_nothing(text, data):
    place = data.draw(st.integers(0, len(text)))
    space = data.draw(st.sampled_from([" ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\t"]))
    assert parse_notice(text[:place] + space + text[place:]) == MEANT[text]
