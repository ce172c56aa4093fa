"""A pasted text made plain: one width, one kind of bracket, dash and quotation mark, no stray spaces.

Every character remembers where it stood, so that a refusal can quote the text as it was given.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from calendars.formats.errors import Unreadable

LONGEST = 100_000
PLAIN = str.maketrans(
    {
        **dict.fromkeys("([〔【［{", "("),
        **dict.fromkeys(")]〕】］}", ")"),
        **dict.fromkeys("-~‐‑‒–—―−─━〜～﹣", "-"),
        **dict.fromkeys("\"'“”‘’„‟〝〞「」『』", '"'),
        **dict.fromkeys("○◯", "〇"),
        ",": "，",
        "﹐": "，",
        ";": "；",
        ":": "：",
        "︰": "：",
        "!": "。",
        "?": "。",
        "<": "〈",
        ">": "〉",
        "､": "、",
        "｡": "。",
        "臘": "腊",
    }
)
NUMERALS = frozenset("一二三四五六七八九十0123456789")
BROKEN_BEFORE = frozenset("期拜周初月第共廿十")
LEFT_OUT = ("Cf", "Co", "Cc", "Cn", "Cs")  # zero-width, private, control: nothing that a reader sees


@dataclass(frozen=True)
class NoticeText:
    """source: the text as given; text: the same made plain, its line breaks kept; at: where each character stood."""

    source: str
    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, source: str) -> "NoticeText":
        """A text made plain. Raises Unreadable for one too long to be a notice, and for an empty one."""
        if len(source) > LONGEST:
            raise Unreadable(f"全文{len(source)}字，超过{LONGEST}字，不像一份放假通知；请只粘贴通知正文")
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        kept = [(char, place) for place, raw in enumerate(source) for char in _plain(raw)]
        chars = [char for char, _ in kept]
        _settle_points(chars)
        if not "".join(chars).strip("\n"):
            raise Unreadable("没有文字")
        return cls(source, "".join(chars), tuple(place for _, place in kept))

    def upto(self, end: int) -> "NoticeText":
        """The text before that place."""
        return NoticeText(self.source, self.text[:end], self.at[:end])

    def refusal(self, why: str, start: int, end: int) -> Unreadable:
        """The refusal of text[start:end], quoted and numbered as the source has it."""
        while start < end - 1 and self.text[start] == "\n":
            start += 1
        if start >= len(self.at):
            return Unreadable(why, "", self.source.count("\n") + 1)
        place = self.at[start]
        last = self.at[max(start, min(end, len(self.at)) - 1)]
        return Unreadable(why, self.source[place : last + 1], self._line(place))

    def _line(self, place: int) -> int:
        return bisect_right(self._line_starts, place)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(place + 1 for place, char in enumerate(self.source) if char == "\n")]


def _plain(raw: str) -> Iterator[str]:
    """The plain characters for one as given: none for a space, several for a ligature such as ㈠."""
    if raw == "\n":
        yield raw
        return
    wide = raw if raw == "…" else unicodedata.normalize("NFKC", raw)
    for char in wide:
        if not char.isspace() and unicodedata.category(char) not in LEFT_OUT:
            yield char.translate(PLAIN)


def _settle_points(chars: list[str]) -> None:
    """A half-width point is a numbering's mark (1.), a decimal point (1.1) or a full stop; a comma may be the first."""
    line_start = 0
    for place, char in enumerate(chars):
        if char == "\n":
            line_start = place + 1
        elif char in ".，":
            before = chars[place - 1] if place else ""
            after = chars[place + 1] if place + 1 < len(chars) else ""
            numbers = line_start < place <= line_start + 3 and NUMERALS.issuperset(chars[line_start:place])
            broken = line_start > 1 and chars[line_start - 2] in BROKEN_BEFORE  # 星期, and 六 on this line
            if numbers and (char == "." or not (after.isdigit() or broken)):
                chars[place] = "、"
            elif char == "." and not (before.isdigit() and after.isdigit()):
                chars[place] = "。"
