"""An arrangement written as a notice, in the manner of the yearly ones."""

from collections.abc import Iterable, Mapping
from datetime import date

from calendars.arrangement import Arrangement
from calendars.dates import ONE_DAY, in_words

NUMERALS = "一二三四五六七八九十"
WEEKDAYS = "一二三四五六日"


def render_notice(arrangement: Arrangement) -> str:
    """The text of a notice that makes an arrangement; parse_notice reads the same arrangement out of it.

    It cannot express, and does not refuse: an arrangement without days; days outside its year and the December before;
    a working day on Monday to Friday; a make-up day more than 45 days from any day off of its name; more than 99 names;
    a name with punctuation, digits, quotation marks, or a word such as 放假; a document number in a form other
    than 国办发明电〔2025〕7号, or not of the year of issue; an issue neither in its year nor in the one before.
    """
    names = list(dict.fromkeys(name for _, name in sorted([*arrangement.off.items(), *arrangement.work.items()])))
    items = [f"{_numeral(n)}、{name}：{_item(arrangement, name)}" for n, name in enumerate(names, 1)]
    year = f"{arrangement.year}年"
    head = [f"关于{year}节假日安排的通知", *([arrangement.doc_no] if arrangement.doc_no else [])]
    below = [f"现将{year}放假调休日期的具体安排通知如下。"]
    signed = [in_words(arrangement.issued)] if arrangement.issued else []
    return "\n".join([*head, *below, *items, *signed]) + "\n"


def _item(arrangement: Arrangement, name: str) -> str:
    """1月1日（星期四）至3日（星期六）放假，共3天。1月4日（星期日）上班。"""
    off, work = _named(arrangement.off, name), _named(arrangement.work, name)
    runs = "".join(f"{_span(run, arrangement.year)}放假，共{len(run)}天。" for run in _runs(off))
    made_up = "、".join(_day(day, arrangement.year) for day in work)
    return runs + (f"{made_up}上班。" if made_up else "")


def _named(days: Mapping[date, str], name: str) -> list[date]:
    return sorted(day for day, own in days.items() if own == name)


def _runs(days: Iterable[date], longest: int = 31) -> list[list[date]]:
    """Days that follow one another, together."""
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + ONE_DAY == day and len(runs[-1]) < longest:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _span(run: list[date], year: int) -> str:
    if len(run) == 1:
        return _day(run[0], year)
    first, last = run[0], run[-1]
    short = f"{last.day}日（星期{WEEKDAYS[last.weekday()]}）"
    return f"{_day(first, year)}至{short if last.month == first.month else _day(last, year)}"


def _day(day: date, year: int) -> str:
    """With its year in December, which might be the one before, and wherever it is another."""
    written = f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"
    return f"{day.year}年{written}" if day.year != year or day.month == 12 else written


def _numeral(n: int) -> str:
    """1 is 一, 11 is 十一, 42 is 四十二."""
    tens, ones = divmod(n, 10)
    if n <= 10:
        return NUMERALS[n - 1]
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")
