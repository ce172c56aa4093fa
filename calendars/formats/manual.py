"""An arrangement typed by hand, one fact on a line."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendars.arrangement import HALF_DAY, STOPPAGE, Arrangement
from calendars.dates import is_weekend
from calendars.formats.errors import Unreadable
from calendars.names import NO_NAME, plain_name
from calendars.whole_days import SOME, why_no_day

LONGEST = 100_000
WORDS = ("年份", "文号", "印发", "放假", "上班", HALF_DAY, STOPPAGE)
LINE = re.compile(rf"\s*({'|'.join(WORDS)})\s*[：:]\s*(.*?)\s*", re.DOTALL)
DAY = r"(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}年\s*[0-9]{1,2}月\s*[0-9]{1,2}日)"
HALF_WIDTH = str.maketrans("０１２３４５６７８９－\u3000", "0123456789- ")
PERIOD = re.compile(rf"({DAY})(?:\s*(?:至|到|~|～|—+)\s*({DAY}))?")
DOC_NO = re.compile(r"([\u4e00-\u9fff]{2,10})[〔［\[(（【]([0-9]{4})[〕］\])）】]([0-9]{1,4})号")
LONGEST_PERIOD = 60
OTHERWISE_OFF = re.compile("[上补值加]班|照常|[不未无免]|取消")
OTHERWISE_WORK = re.compile("[值加夜]班|照常[放休]|[不未无免]|取消")
EXAMPLE = "放假：2027-01-01至2027-01-03 元旦"


def looks_typed(text: str) -> bool:
    """True if the first line with a fact begins with one of the form's words."""
    first = next((line for line in text.splitlines() if _is_fact(line)), "")
    return bool(LINE.fullmatch(first))


def read_typed(text: str) -> Arrangement:
    """The arrangement of a text such as

        年份：2027
        文号：国办发明电〔2026〕9号
        印发：2026-11-10
        放假：2027-01-01至2027-01-03 元旦
        上班：2026-12-27 元旦
        停止办公：2027-08-12 台风
        放假半天：2027-12-31 元旦

    The first three may be left out; the year is then that of the latest day off. The others may stand on any number of
    lines, each with several days, 2027-04-28、2027-04-29, and the holiday's name at the end; a stop of work and half a
    day off need none. Any other line of a part of a day, or of some people only, is refused. Blank lines and lines
    that begin with # do not count. Raises Unreadable, with the line and what to write instead, for anything else.
    """
    if len(text) > LONGEST:
        raise Unreadable(f"全文{len(text)}字，超过{LONGEST}字")
    form = Form()
    for number, line in enumerate(text.splitlines(), 1):
        if _is_fact(line):
            _read_line(form, line, number)
    return form.arrangement()


def _is_fact(line: str) -> bool:
    return bool(line.strip("\ufeff \t\u3000")) and not line.strip("\ufeff \t\u3000").startswith(("#", "＃"))


@dataclass
class Form:
    """The days typed so far, and the line of each day."""

    year: int | None = None
    doc_no: str | None = None
    issued: date | None = None
    off: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)
    lines: dict[date, tuple[str, int]] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)

    def arrangement(self) -> Arrangement:
        """The arrangement of the days typed. Raises Unreadable for none, and for days of another year."""
        if not self.off and not self.work:
            raise Unreadable(f"没有写放假、上班、放假半天或停止办公的日期，请写成：{EXAMPLE}")
        year = self.year or max(self.off or self.work).year
        for day in (*self.off, *self.work):
            if day.year != year and (day.year, day.month) != (year - 1, 12):
                line, number = self.lines[day]
                raise Unreadable(f"{day}不在{year}年，也不在上一年12月；请分年份各写一份", line, number)
        return Arrangement(
            year, self.doc_no, self.issued, dict(sorted(self.off.items())), dict(sorted(self.work.items()))
        )


def _read_line(form: Form, line: str, number: int) -> None:
    found = LINE.fullmatch(line.strip("\ufeff").translate(HALF_WIDTH))
    if not found:
        raise Unreadable(f"每行请以“{'”“'.join(WORDS)}”之一加冒号开头，例如：{EXAMPLE}", line, number)
    word, value = found.groups()
    if word in form.once:
        raise Unreadable(f"“{word}”已经写过一次，请删去一行", line, number)
    if word in ONCE:
        form.once.add(word)
    try:
        READERS[word](form, value)
    except ValueError as fault:
        raise Unreadable(str(fault), line, number) from None
    for day in (*form.off, *form.work):
        form.lines.setdefault(day, (line, number))


def _year(form: Form, value: str) -> None:
    found = re.fullmatch("([12][0-9]{3})年?", value)
    if not found:
        raise ValueError("请写四位年份，例如：年份：2027")
    form.year = int(found[1])


def _doc_no(form: Form, value: str) -> None:
    found = DOC_NO.fullmatch("".join(value.split()))
    if not found:
        raise ValueError("请写成：文号：国办发明电〔2026〕9号")
    form.doc_no = f"{found[1]}〔{found[2]}〕{int(found[3])}号"


def _issued(form: Form, value: str) -> None:
    if not re.fullmatch(DAY, value):
        raise ValueError("请写成：印发：2026-11-10")
    form.issued = _day(value)


def _off(form: Form, value: str) -> None:
    days, name = _named_days(value, OTHERWISE_OFF)
    _add(form.off, form.work, days, name, "上班")


def _work(form: Form, value: str) -> None:
    days, name = _named_days(value, OTHERWISE_WORK)
    _add(form.work, form.off, days, name, "放假")


def _stop(form: Form, value: str) -> None:
    days, cause = _days_and_name(value)
    name = cause if STOPPAGE in cause else f"{STOPPAGE}（{cause}）" if cause else STOPPAGE
    _add(form.off, form.work, days, name, "上班")


def _half(form: Form, value: str) -> None:
    days, cause = _days_and_name(value, whole=False)
    for day in filter(is_weekend, days):
        raise ValueError(f"{day}是休息日，请核对日期")
    _add(form.work, form.off, days, f"{HALF_DAY}（{cause}）" if cause else HALF_DAY, "放假")


def _add(days: dict[date, str], others: dict[date, str], new: list[date], name: str, other: str) -> None:
    """The days of a line, under their name."""
    for day in new:
        if day in others:
            raise ValueError(f"{day}前面已经写作{other}，请删去一处")
        if days.setdefault(day, name) != name:
            raise ValueError(f"{day}前面已经写过，名称是{days[day]}，请删去一处")


def _named_days(value: str, otherwise: re.Pattern[str]) -> tuple[list[date], str]:
    """The days of a line and their holiday; `otherwise`: what in a name contradicts the line's first word."""
    days, name = _days_and_name(value)
    if not name:
        raise ValueError(f"日期后面请写节日名称，例如：{EXAMPLE}")
    if contradiction := otherwise.search(name):
        raise ValueError(f"“{contradiction[0]}”与这一行开头的意思不合，日期后面请只写节日名称，例如：{EXAMPLE}")
    plain = plain_name(name)
    if some := SOME.search(plain):
        raise ValueError(f"“{some[0]}”只涉及一部分人，不改变全体的工作日；请删去这一行")
    return days, plain or NO_NAME


def _days_and_name(value: str, *, whole: bool = True) -> tuple[list[date], str]:
    """The days of a line and what stands behind them. ValueError, too, for a line that turns no whole day for all."""
    if whole and (why := why_no_day(value)):
        raise ValueError(f"{why}；请删去这一行")
    days: list[date] = []
    while found := PERIOD.match(value):
        days += _period(_day(found[1]), _day(found[2] or found[1]))
        value = value[found.end() :].lstrip()
        if value[:1] not in ("、", "，", ","):
            break
        value = value[1:].lstrip()
    if not days or re.search("[0-9]|^[至到~～—-]", value):
        raise ValueError(f"日期请写成年-月-日，一段写作“至”，几天用顿号隔开，例如：{EXAMPLE}")
    return days, value


def _period(first: date, last: date) -> list[date]:
    length = (last - first).days + 1
    if not 0 < length <= LONGEST_PERIOD:
        raise ValueError(f"{first}至{last}起讫颠倒或者过长，请核对日期")
    return [first + timedelta(days=n) for n in range(length)]


def _day(written: str) -> date:
    year, month, day = map(int, re.findall("[0-9]+", written))
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"没有{year}年{month}月{day}日这一天，请核对日期") from None


ONCE = {"年份", "文号", "印发"}
READERS: dict[str, Callable[[Form, str], None]] = {
    "年份": _year,
    "文号": _doc_no,
    "印发": _issued,
    "放假": _off,
    "上班": _work,
    HALF_DAY: _half,
    STOPPAGE: _stop,
}
