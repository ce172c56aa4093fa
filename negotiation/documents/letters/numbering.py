"""文号 and ordinals as official letters write them (GB/T 9704-2012, 7.2.5 and 7.3.3)."""

import re
from collections.abc import Iterable

from negotiation.core.errors import FieldError
from negotiation.documents.letters.model import Item

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,20}〔(?:19|20)\d{2}〕[1-9]\d{0,4}号")
_DIGITS = "零一二三四五六七八九"
TITLE_CHARACTERS = 20  # of 22 pt in 156 mm
EXAMPLE = "京政数〔2026〕37号"


def blank(year: int, code: str = "") -> str:
    """The number of a draft: 机关代字 and the year stand, the rest is given out when the letter is issued."""
    return f"{code}〔{year}〕  号"


def read_number(text: str) -> str:
    """A number as it was given, empty if it was not. Raises FieldError for any other form."""
    number = text.strip()
    if number and not _NUMBER.fullmatch(number):
        raise FieldError(
            f"“{number}”不是公文的发文字号",
            field="number",
            todo=f"请写成 {EXAMPLE}：机关代字、六角括号〔〕括起的年份、序号（不加“第”，不编虚位）、号；不编号的不填",
        )
    return number


def numeral(n: int) -> str:
    """一, 二, … 十, 十一, … 二十, … up to 九十九: the first level of a letter's structure."""
    tens, ones = divmod(n, 10)
    return f"{'' if tens < 2 else _DIGITS[tens]}{'十' if tens else ''}{_DIGITS[ones] if ones or not tens else ''}"


def sentence(text: str) -> str:
    """A text that ends with one full stop, whatever its author ended it with."""
    return clause(text) + "。"


def clause(text: str) -> str:
    """A text as a part of a sentence: without the stop that its author put behind it."""
    return text.rstrip("。；;，,、 ")


def alike(found: Iterable[Item], key: str, before: str = "") -> str:
    """Data items, those of which the same is to be said together: 姓名、住址（同意提供）；户籍（未同意）."""
    together: dict[str, list[str]] = {}
    for item in found:
        together.setdefault(getattr(item, key), []).append(item.name)
    return "；".join("、".join(names) + (f"（{before}{said}）" if said else "") for said, names in together.items())
