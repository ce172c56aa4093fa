"""Format codes of spreadsheets taken apart: their sections, and the parts of each. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple


class Token(NamedTuple):
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


class Section(NamedTuple):
    tokens: tuple[Token, ...]

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
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a code: positive, negative, zero, text; at least one."""
    sections: list[list[Token]] = [[]]
    for match in _TOKENS.finditer(code):
        kind = match.lastgroup or "other"
        if kind == "end":
            sections.append([])
        else:
            sections[-1].append(Token(kind, match[kind]))
    return tuple(Section(tuple(each)) for each in sections)


def text_section(code: str) -> Section | None:
    sections = sections_of(code)
    last = sections[-1]
    return last if len(sections) > 3 or any(token.kind == "at" for token in last.tokens) else None


def fill(tokens: Sequence[Token], content: str) -> str | None:
    """Literal parts around a content that stands at ``@`` or ``General``; None if nothing would be seen."""
    parts = [content if token.kind in ("at", "general") else literal_of(token) for token in tokens]
    shown = "".join(part for part in parts if part is not None)
    return None if None in parts or not shown.strip() else shown


def literal_of(token: Token) -> str | None:
    """The text of a token that stands for no part of the value, None if that is unclear."""
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
