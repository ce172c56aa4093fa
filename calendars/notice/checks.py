"""Checks that a notice agrees with itself, with the calendar and with the law that it carries out."""

from datetime import date, timedelta

from calendars.arrangement import Arrangement, marks_of
from calendars.dates import ONE_DAY, is_weekend
from calendars.national import national_arrangements
from calendars.notice.balance import HOLIDAYS, LAW_KNOWN_UNTIL, statutory_count
from calendars.notice.dates import AmbiguousDate
from calendars.notice.header import Heading, holidays_in
from calendars.notice.item import Item
from calendars.notice.text import NoticeText

FARTHEST = timedelta(days=45)  # a make-up day from the days off that it makes up for
FARTHEST_NATIONAL = timedelta(days=16)  # the farthest so far: 20 September 2026, eleven days before 国庆节
SEASONS = {  # between which days, month and day, some day of the holiday must fall
    "元旦": ((1, 1), (1, 1)),
    "春节": ((1, 20), (2, 24)),
    "清明节": ((4, 4), (4, 6)),
    "劳动节": ((5, 1), (5, 1)),
    "端午节": ((5, 28), (6, 26)),
    "中秋节": ((9, 7), (10, 9)),
    "国庆节": ((10, 1), (10, 1)),
}


def check_item(
    notice: NoticeText, item: Item, year: int, issued: date | None, heading: Heading, amends: Arrangement | None
) -> None:
    """Settles what the item leaves to be concluded. Raises Unreadable where it contradicts itself."""
    base = _base(year, issued, heading, amends)
    try:
        _settle_extension(item, base)
        _settle_moves(item)
        _check_work(item, base, FARTHEST_NATIONAL if heading.national else FARTHEST)
        if heading.national and not item.extended:
            _check_season(item)
        _check_yield(item)
    except AmbiguousDate as error:
        raise notice.refusal(str(error), item.start, max(item.end, item.start + 40)) from None


def _base(year: int, issued: date | None, heading: Heading, amends: Arrangement | None) -> list[Arrangement]:
    """The days before this notice: the arrangement given, else the shipped ones of the year that are older."""
    if amends is not None:
        return [amends]
    return [
        one
        for one in national_arrangements()
        if one.year == year and one.doc_no != heading.doc_no and (issued is None or one.is_known(issued - ONE_DAY))
    ]


def _settle_extension(item: Item, base: list[Arrangement]) -> None:
    """延长春节假期至2月2日: the days after the last one of the holiday."""
    if item.extended is None:
        return
    holiday, until = item.extended
    names = holidays_in(holiday) or [holiday]
    known = [day for one in base for day, name in one.off.items() if any(part in name for part in names)]
    before = [day for day in known if day < until]
    if not before or until - max(before) > timedelta(days=15):
        raise AmbiguousDate(f"没有找到要延长的{holiday}假期；请先导入被调整的通知")
    start = max(before)
    item.off |= {start + n * ONE_DAY for n in range(1, (until - start).days + 1)}
    item.name = item.name or names[0]


def _settle_moves(item: Item) -> None:
    """A rest day moved elsewhere is worked, unless it is a day off; statutory days lie within the days off."""
    if not item.spans:
        item.off |= item.statutory | item.freed | (item.rest if item.statutory else set())
    outside = sorted((item.statutory | item.freed) - item.off - item.quoted_off)
    if outside:
        raise AmbiguousDate(f"{_short(outside)}不在放假的日期之内")
    for kind, days in (("调出的公休日", item.moved), ("公休日", item.rest)):
        if weekdays := sorted(day for day in days if not is_weekend(day)):
            raise AmbiguousDate(f"{_short(weekdays)}不是周末，不会是{kind}")
    moved = item.moved - item.off
    if item.moved and item.work - moved:
        raise AmbiguousDate(f"{_short(sorted(item.work - moved))}上班，却没有把这天的公休日调走")
    item.work |= moved


def _check_work(item: Item, base: list[Arrangement], farthest: timedelta) -> None:
    """Make-up days fall on a weekend, near the days off, and never on one."""
    marks = marks_of(base)
    for day in sorted(item.work | item.quoted_work):
        mark = marks.get(day)
        if not is_weekend(day) and (mark is None or mark.working):
            raise AmbiguousDate(f"{_short([day])}不是周末，也没有通知在这天放假，不必另说上班")
    if both := sorted(item.off & item.work):
        raise AmbiguousDate(f"{_short(both)}既放假又上班")
    days_off = item.off or set(marks)
    for day in item.work if days_off else ():
        if min(abs(day - other) for other in days_off) > farthest:
            raise AmbiguousDate(f"{_short([day])}上班，离放假的日期太远")
    for day in sorted(item.resumed):
        if is_weekend(day) or day in item.off:
            raise AmbiguousDate(f"{_short([day])}起上班，这一天却是周末或放假日")


def _check_season(item: Item) -> None:
    """国庆节 without 1 October, or 清明节 in July, is a date gone wrong."""
    for name in item.named.split("、"):
        if name in SEASONS and item.off:
            first, last = SEASONS[name]
            if not any(first <= (day.month, day.day) <= last for day in item.off):
                raise AmbiguousDate(f"{name}放假的日期不在{name}前后")


def _check_yield(item: Item) -> None:
    if item.promised is not None:
        raise AmbiguousDate(f"写的是{item.promised}天，却没有读到日期")
    silent = not (item.off or item.work or item.quoted_off or item.quoted_work)
    if silent and (item.end or (item.number and holidays_in(item.name) and _dated(item.text))):
        raise AmbiguousDate("这一项没有读出放假或上班的日期")


def _dated(text: str) -> bool:
    return "日" in text and any(char.isdigit() for char in text)


def check_notice(notice: NoticeText, heading: Heading, year: int, items: list[Item]) -> None:
    """Checks all items together. Raises Unreadable."""
    _check_make_up(notice, heading, year, items)
    _check_shifts(notice, heading, items)
    _check_promises(notice, heading, year, items)


def _check_make_up(notice: NoticeText, heading: Heading, year: int, items: list[Item]) -> None:
    """The law gives so many days; whatever else is freed on working days is made up for (全国年节及纪念日放假办法).

    Over the whole notice: a holiday on a Sunday may be compensated within another (中秋节 of 2015 within 国庆节).
    """
    known = [item for item in items if item.arranges and not item.extended and item.off]
    given = [[statutory_count(name, year) for name in item.named.split("、")] for item in known]
    if not heading.national or not known or not all(map(all, given)):
        return
    freed = sum(not is_weekend(day) for item in known for day in item.off)
    worked = sum(len(item.work) for item in items)
    owed = freed - sum(map(sum, given))
    if worked < owed or (worked != owed and year <= LAW_KNOWN_UNTIL):
        why = f"放假占了{freed}个工作日，法定假日共{sum(map(sum, given))}天，应有{owed}天补班，只读到{worked}天"
        raise notice.refusal(why, known[0].start, known[-1].end)


def _due_names(heading: Heading, year: int) -> list[str]:
    """The holidays that the notice must arrange: those it announces, or, of a yearly notice, those of the law."""
    if heading.announced or not heading.yearly:
        return list(heading.announced)
    return [name for name in HOLIDAYS if statutory_count(name, year)]


def _check_shifts(notice: NoticeText, heading: Heading, items: list[Item]) -> None:
    """调休 means that some other day is worked: a notice that says so and names none was cut off."""
    worked = sum(len(item.work | item.quoted_work) for item in items)
    shifted = sum(item.shifted for item in items)
    moved = any(item.moved for item in items)
    if worked < shifted or (not worked and not moved and not heading.yearly and "调休" in heading.title):
        last = max(items, key=lambda item: item.end)
        raise notice.refusal("写了调休，却没有读到相应的上班日期，恐怕没有贴全", last.start, last.end)


def _check_promises(notice: NoticeText, heading: Heading, year: int, items: list[Item]) -> None:
    """Every holiday that was announced has been arranged: a notice that was cut off is found out."""
    named = {name for item in items if item.arranges for name in [*holidays_in(item.named), *holidays_in(item.text)]}
    missing = [name for name in _due_names(heading, year) if name not in named]
    if missing:
        end = len(notice.text)
        raise notice.refusal(f"通知应有{'、'.join(missing)}的安排，正文里没有，恐怕没有贴全", max(0, end - 40), end)


def check_years(notice: NoticeText, heading: Heading, year: int, issued: date | None) -> None:
    """Raises Unreadable unless issued in the year arranged or the one before, and numbered in the year of issue."""
    stated = [one for one in (issued.year if issued else None, heading.numbered) if one is not None]
    for one in stated:
        if one not in (year, year - 1):
            raise notice.refusal(f"文号或落款是{one}年，安排的却是{year}年", 0, min(80, len(notice.text)))
    if len(set(stated)) > 1:
        raise notice.refusal(f"文号是{heading.numbered}年，落款却是{stated[0]}年", 0, min(80, len(notice.text)))


def _short(days: list[date]) -> str:
    return "、".join(f"{day.month}月{day.day}日" for day in days)
