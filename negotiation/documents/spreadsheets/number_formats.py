"""Number formats of spreadsheets (ECMA-376 part 1, 18.8.30 and 18.8.31): what people see of a number. Pure.

Only what comes out the same in every program is rendered; of all other formats it is said that they are unclear.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

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
    """A value that people see otherwise than it is stored: ``text``, None if that cannot be told with certainty."""

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
    if not _sections(code)[0].is_date:
        return Shown(number, code, _shown_number(number, code))
    moment = _moment(number, is_1904=is_1904)
    return Shown(number, code, None) if moment is None else read_moment(moment, code)


def read_moment(moment: datetime, code: Code) -> Any:
    """A date and time as its format shows it: itself where that is the whole date, else ``Shown``."""
    section = _sections(code)[0] if isinstance(code, str) and code not in _AS_IT_IS else None
    if section is None or not section.is_date:
        return moment
    text = _shown_moment(moment, section)
    return moment if text == str(moment).removesuffix(" 00:00:00") else Shown(moment, code, text)


def read_text(text: str, code: Code) -> Any:
    """A text as its format shows it: itself, or with what the format adds (``@"局"``)."""
    if isinstance(code, int) or code in _AS_IT_IS or ("@" not in code and code.count(";") < 3):
        return text
    section = _text_section(code)
    shown = text if section is None else _filled(section.tokens, text)
    return text if shown == text else Shown(text, code, shown)


# ------------------------------------------------------------------------------------------------- the format's parts


class _Token(NamedTuple):
    kind: str
    text: str


_TOKENS = re.compile(
    r'"(?P<literal>[^"]*)"|\\(?P<escaped>.)|_(?P<pad>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]|(?P<end>;)'
    r"|(?P<general>General|G/通用格式)|(?P<noon>AM/PM|A/P|上午/下午)|(?P<power>E[+-])|(?P<digit>[0#?])|(?P<point>\.)"
    r"|(?P<comma>,)|(?P<percent>%)|(?P<at>@)|(?P<letters>([A-Za-z])\16*)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_COLOURS = re.compile(
    r"(black|blue|cyan|green|magenta|red|white|yellow|[黑蓝青绿红白黄洋].{0,2}|(color|颜色)\s*\d+)$", re.I
)
_ELAPSED = re.compile(r"(h+|m+|s+)$", re.IGNORECASE)
_LOCALE = re.compile(r"\$(?P<sign>[^-]*)(-(?P<where>.*))?$")
_BARE = frozenset("$-+():&'~{}<>= ")  # shown as they stand, without quotes


class _Section(NamedTuple):
    tokens: tuple[_Token, ...]

    @property
    def letters(self) -> list[str]:
        """The runs of date letters, with minutes written N; elapsed hours are none."""
        runs = [token.text.lower() for token in self.tokens if token.kind == "letters"]
        minutes = {
            n
            for n, run in enumerate(runs)
            if run[0] == "m" and ((n and runs[n - 1][0] == "h") or (n + 1 < len(runs) and runs[n + 1][0] == "s"))
        }
        return ["N" if n in minutes else run for n, run in enumerate(runs)]

    @property
    def is_date(self) -> bool:
        elapsed = any(token.kind == "bracket" and _ELAPSED.match(token.text) for token in self.tokens)
        return elapsed or any(run[0] in "ymdhsegabN" for run in self.letters)


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    """The sections of a code: positive, negative, zero, text; at least one."""
    sections: list[list[_Token]] = [[]]
    for match in _TOKENS.finditer(code):
        kind = match.lastgroup or "other"
        if kind == "end":
            sections.append([])
        else:
            sections[-1].append(_Token(kind, match[kind]))
    return tuple(_Section(tuple(each)) for each in sections)


def _text_section(code: str) -> _Section | None:
    sections = _sections(code)
    last = sections[-1]
    return last if len(sections) > 3 or any(token.kind == "at" for token in last.tokens) else None


def _filled(tokens: Sequence[_Token], content: str) -> str | None:
    """Literal parts around a content that stands at ``@`` or ``General``; None if nothing would be seen."""
    parts = [content if token.kind in ("at", "general") else _literal(token) for token in tokens]
    shown = "".join(part for part in parts if part is not None)
    return None if None in parts or not shown.strip() else shown


def _literal(token: _Token) -> str | None:
    """What a token shows that stands for no part of the value, None if that is unclear."""
    if token.kind in ("literal", "escaped"):
        return token.text
    if token.kind == "pad":
        return " "
    if token.kind == "fill":
        return "" if token.text == " " else None
    if token.kind == "bracket":
        locale = _LOCALE.match(token.text)
        if locale and _is_plain_locale(locale["where"] or ""):
            return locale["sign"]
        return "" if _COLOURS.match(token.text) else None
    return token.text if token.kind == "other" and (token.text in _BARE or not token.text.isascii()) else None


def _is_plain_locale(where: str) -> bool:
    """A language, with the usual digits and the usual calendar: no lunar year, no Arabic figures."""
    number = re.match(r"[0-9A-Fa-f]+", where)
    return number is None or int(number[0], 16) >> 16 in (0, 1)


# ------------------------------------------------------------------------------------------------------------- dates


def _moment(number: float, *, is_1904: bool) -> datetime | None:
    if int(number) not in _SERIALS or (int(number) == _NO_LEAP_DAY and not is_1904):
        return None
    if is_1904:
        return _SINCE_1904 + timedelta(seconds=round(number * 86_400))
    days = number + 1 if number < _NO_LEAP_DAY else number
    return _SINCE_1900 + timedelta(seconds=round(days * 86_400))


def _shown_moment(moment: datetime, section: _Section) -> str | None:
    """One form for every format: 2027-12-31, 2027年12月 where no day is shown; None if too little is shown.

    The day and month of a format without a year belong to the year that is stored.
    """
    signs = [_literal(token) for token in section.tokens if token.kind == "bracket" and token.text[:2] != "DB"]
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


# ----------------------------------------------------------------------------------------------------------- numbers


def _shown_number(number: float, code: str) -> str | None:
    text = _text_section(code)
    sections = [each for each in _sections(code) if each is not text or len(_sections(code)) == 1]
    if any(_is_condition(token) for each in sections for token in each.tokens):
        return None  # which section is meant depends on a comparison that programs do not make alike
    which = 1 if number < 0 and len(sections) > 1 else 2 if number == 0 and len(sections) > 2 else 0
    if not sections[which].tokens:
        return "" if number == 0 else None  # zeros are often hidden; anything else that is hidden was meant to be kept
    shown = _figures(sections[which].tokens, abs(Decimal(repr(number))))
    negative = number < 0 and which == 0 and shown is not None and re.search("[1-9]", shown)
    return f"-{shown}" if negative else shown


def _is_condition(token: _Token) -> bool:
    return token.kind == "bracket" and token.text[:1] in ("<", ">", "=")


def _figures(tokens: Sequence[_Token], number: Decimal) -> str | None:
    """A number that is not negative by one section."""
    if not any(token.kind == "digit" for token in tokens):
        return _filled(tokens, _plain(number))
    point = next((n for n, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    whole, rest = tokens[:point], tokens[point:]
    places = [n for n, token in enumerate(whole) if token.kind == "digit"]
    commas = [n for n, token in enumerate(whole) if token.kind == "comma"]
    last = places[-1] if places else 0
    thousands = sum(n > last for n in commas)
    percents = sum(token.kind == "percent" for token in tokens)
    decimals = sum(token.kind == "digit" for token in rest)
    exact = number.scaleb(2 * percents - 3 * thousands)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    integer, _, fraction = f"{rounded:f}".partition(".")
    before = _integer([token for token in whole if token.kind != "comma"], integer.lstrip("0"), len(commas) > thousands)
    after = _fraction(rest, fraction)
    return None if before is None or after is None else before + after


def _plain(number: Decimal) -> str:
    return f"{number:f}".removesuffix(".0")


def _integer(tokens: Sequence[_Token], digits: str, grouped: bool) -> str | None:
    """The digits from the right under their placeholders; those that are more stand before the first one."""
    places = [n for n, token in enumerate(tokens) if token.kind == "digit"]
    if not places:
        return None if digits else _joined([_piece(token) for token in tokens])
    blanks = {"0": "0", "#": "", "?": " "}
    under = [*([""] * (len(places) - len(digits))), *digits[max(0, len(digits) - len(places)) :]]
    first_zero = next((n for n, place in enumerate(places) if tokens[place].text == "0"), len(places))
    filled = ["0" if not digit and n > first_zero else digit or blanks[tokens[place].text]
              for n, (place, digit) in enumerate(zip(places, under, strict=True))]  # fmt: skip
    filled[0] = digits[: max(0, len(digits) - len(places))] + filled[0]
    if grouped:
        if places != list(range(places[0], places[-1] + 1)):
            return None
        filled = [f"{'':{len(filled) - 1}}", *filled]
        joined = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", "".join(filled).lstrip())
        filled = [joined, *[""] * (len(places) - 1)]
    shown = dict(zip(places, filled, strict=True))
    return _joined([shown[n] if n in shown else _piece(token) for n, token in enumerate(tokens)])


def _fraction(tokens: Sequence[_Token], digits: str) -> str | None:
    """The decimal point and what follows; zeros at the end are shown under a 0 only."""
    pieces: list[str | None] = []
    left = iter(digits)
    places = [token.text for token in tokens if token.kind == "digit"]
    shown = len(digits)
    while shown and places[shown - 1] != "0" and digits[shown - 1] == "0":
        shown -= 1
    seen = 0
    for token in tokens:
        if token.kind == "digit":
            digit = next(left)
            seen += 1
            pieces.append(digit if seen <= shown else " " if token.text == "?" else "")
        else:
            pieces.append("." if token.kind == "point" and not seen else _piece(token))
    return _joined(pieces)


def _piece(token: _Token) -> str | None:
    return "%" if token.kind == "percent" else _literal(token)


def _joined(pieces: Sequence[str | None]) -> str | None:
    return None if None in pieces else "".join(piece for piece in pieces if piece)
