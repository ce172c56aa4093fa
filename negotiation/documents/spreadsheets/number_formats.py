"""Number formats of spreadsheets (ECMA-376 part 1, 18.8.30 and 18.8.31): what people see of a number. Pure.

Only what comes out the same in every program is rendered; all other formats are unclear.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from negotiation.documents.spreadsheets.format_codes import Section, fill, literal_of, sections_of, text_section
from negotiation.documents.spreadsheets.shown_numbers import shown_number

GENERAL = "General"
Code = str | int  # a format code; the number of a built-in format that each language of a program shows in its own way

_YEAR_MONTH, _MONTH_DAY, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_HOUR, _SECOND = 'h"时"mm"分"', 'h"时"mm"分"ss"秒"'
_NOON_HOUR, _NOON_SECOND = f"上午/下午{_HOUR}", f"上午/下午{_SECOND}"
BUILT_IN: dict[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
    # As the Chinese programs show them (18.8.30, zh-cn); a workbook need not spell them out.
    27: _YEAR_MONTH, 28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m-d-yy", 31: _DAY, 32: _HOUR, 33: _SECOND, 34: _NOON_HOUR,
    35: _NOON_SECOND, 36: _YEAR_MONTH, 50: _YEAR_MONTH, 51: _MONTH_DAY, 52: _YEAR_MONTH, 53: _MONTH_DAY,
    54: _MONTH_DAY, 55: _NOON_HOUR, 56: _NOON_SECOND, 57: _YEAR_MONTH, 58: _MONTH_DAY,
}  # fmt: skip
_AS_IT_IS = frozenset({GENERAL, "general", "GENERAL", "G/通用格式", "@", ""})
_SINCE_1900, _SINCE_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (a cell knows no zone)
BETWEEN_EPOCHS = (_SINCE_1904 - _SINCE_1900).days
_SERIALS = range(1, 2_958_466)  # to the end of the year 9999
_NO_LEAP_DAY = 60  # 1900-02-29, which spreadsheets count and which never was


class Shown(NamedTuple):
    """A value that people see otherwise than it is stored: ``text``, None where that is not certain."""

    value: Any
    code: Code
    text: str | None


class Unclear(NamedTuple):
    """A cell that cannot be read: what is to stand in a copy of it, and why, as a sentence."""

    value: Any
    why: str


def read_number(number: float, code: Code, *, is_1904: bool) -> Any:
    """A number as its format means it: itself, a date and time, or what is shown of either (``Shown``)."""
    if code in _AS_IT_IS or (code == "0" and isinstance(number, int)):
        return number
    if isinstance(code, int):
        return Shown(number, code, None)
    if not sections_of(code)[0].is_date:
        return Shown(number, code, shown_number(number, code))
    moment = _moment(number, is_1904=is_1904)
    return Shown(number, code, None) if moment is None else read_moment(moment, code)


def read_moment(moment: datetime, code: Code) -> Any:
    """A date and time as its format shows it: itself where that is the whole date, else ``Shown``."""
    section = sections_of(code)[0] if isinstance(code, str) and code not in _AS_IT_IS else None
    if section is None or not section.is_date:
        return moment
    text = _shown_moment(moment, section)
    return moment if text == str(moment).removesuffix(" 00:00:00") else Shown(moment, code, text)


def read_text(text: str, code: Code) -> Any:
    """A text as its format shows it: itself, or with what the format adds (``@"局"``)."""
    if isinstance(code, int) or code in _AS_IT_IS or ("@" not in code and code.count(";") < 3):
        return text
    section = text_section(code)
    shown = text if section is None else fill(section.tokens, text)
    return text if shown == text else Shown(text, code, shown)


# ------------------------------------------------------------------------------------------------------------- dates


def _moment(number: float, *, is_1904: bool) -> datetime | None:
    if int(number) not in _SERIALS or (int(number) == _NO_LEAP_DAY and not is_1904):
        return None
    if is_1904:
        return _SINCE_1904 + timedelta(seconds=round(number * 86_400))
    days = number + 1 if number < _NO_LEAP_DAY else number
    return _SINCE_1900 + timedelta(seconds=round(days * 86_400))


def _shown_moment(moment: datetime, section: Section) -> str | None:
    """One form for every format: 2027-12-31, 2027年12月 where no day is shown; None if too little is shown.

    The day and month of a format without a year belong to the year that is stored.
    """
    signs = [literal_of(token) for token in section.tokens if token.kind == "bracket" and token.text[:2] != "DB"]
    letters = section.letters
    year = any(run[0] in "yeg" for run in letters)
    month = any(run[0] == "m" for run in letters)
    day = any(run in ("d", "dd") for run in letters)
    whole = moment.time() == datetime.min.time()
    figures = any(token.kind == "digit" for token in section.tokens) and not any(run[0] == "s" for run in letters)
    if figures or None in signs or any(run[0] == "b" for run in letters):
        return None
    if month and day:
        timed = any(run[0] == "h" for run in letters) and not whole
        return str(moment) if timed else moment.date().isoformat()
    if year and not day:
        return f"{moment.year}年{moment.month}月" if month else f"{moment.year}年"
    return moment.date().isoformat() if whole and {run[0] for run in letters} <= set("hNs") else None
