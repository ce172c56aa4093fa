"""Texts from outside: one rule for what comes in by a page, a command, a sheet, a program, a file's name or a setting.

A text is kept as it was entered, never normalised: NFC and NFKC change characters of names (GB 18030-2022 has them as
they are). Only what nobody sees is tidied: line ends become LF, tabs blanks, and zero-width characters are dropped.
What another machine could not show as it was meant is refused in a sentence that names the character.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from negotiation.core.errors import FieldError


class TextError(FieldError):
    """A text that cannot be kept: a character that is none, a text that is too long, a line break in a name."""


class Kind(NamedTuple):
    """The limits of a field: the most characters, and whether it may have several lines."""

    most: int
    lines: bool = True


NUMBER = Kind(64, lines=False)  # 编号、文号、电话
NAME = Kind(300, lines=False)  # a person, a department, a place, an address
TEXT = Kind(4_000)
NOTE = Kind(10_000)  # remarks, lists of data items, what was agreed
NOTICE = Kind(200_000)  # a whole notice, as it is pasted
CELL = Kind(32_767)  # what a cell of a spreadsheet can hold
SECRET = Kind(1_000)  # a password: kept nowhere, and taken as it was typed
LONGEST_SEARCH = 100  # characters of a filter
CARRIED = Kind(2**31)  # what a page of ours carries on and nobody types; its form is bounded as a whole

# By the key of a field, the same in forms, commands and JSON; ``in_case`` says it for the fields of a rulebook.
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("number", "doc_no", "minutes_no", "phone", "version", "sort_no"), NUMBER),
    **dict.fromkeys(("login", "name", "person", "email", "actor", "author", "signed_by", "signer"), NAME),
    **dict.fromkeys(("place", "chair", "who", "to", "into", "department", "attention", "token", "by"), NAME),
    **dict.fromkeys(("reason", "said", "cause"), TEXT),
    **dict.fromkeys(
        ("agreed", "present", "items", "refused_items", "shared_items", "note", "remark", "field", "fields"), NOTE
    ),
    **dict.fromkeys(("password", "old", "new", "again"), SECRET),
    "kept": CARRIED,
}
_OF_FIELDS: Mapping[str, Kind] = {
    "case": NUMBER, "meeting": NUMBER, "number": NUMBER, "date": NUMBER, "department": NAME, "choice": NAME,
    "yes_no": NAME, "departments": NOTE, "list": NOTE,
}  # fmt: skip

# Almost every text is made of these alone, and need not be looked at character by character.
_ORDINARY = re.compile(
    r"[\n\x20-\x7e\xa0-\xac\xae-\xff\u2010-\u2027\u2030-\u205e\u3000-\u303f\u4e00-\u9fef\uff01-\uff5e]*"
)
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(r"[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff]")
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # bidirectional formatting (UAX 9)
_HIDDEN = re.compile(
    r"[\u206a-\u206f\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)  # deprecated formats, annotations, tags
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no page can hold
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOST = "\ufffd"  # what a decoder leaves of a character that it could not read
# Planes of ideographs: what is there is one, whether or not this Python's own tables know it already.
_IDEOGRAPHS = range(0x20000, 0x40000)


def in_case(kind: str) -> Kind:
    """The kind of a rulebook's field by the field's own kind (text, list, number …)."""
    return _OF_FIELDS.get(kind, TEXT)


@lru_cache(maxsize=1024)
def kind_of(key: str, otherwise: Kind = NOTE) -> Kind:
    """The kind of a field by its key: its name, what stands before a colon or a bracket, or behind a dash."""
    for part in (key, key.partition(":")[0], key.partition("[")[0], key.rpartition("-")[2]):
        if part in KINDS:
            return KINDS[part]
    return otherwise


def read(text: str, kind: Kind, field: str, title: str = "") -> str:
    """The text as it is kept. Raises TextError for one that cannot be; ``title``: what people call the field."""
    if kind is CARRIED:
        return shown(text)
    tidy = text if kind is SECRET else tidied(text)
    wrong = flaw(tidy, kind)
    if wrong is not None:
        named = f"“{title}”：" if title else ""
        raise TextError(named + wrong.what, field=field, todo=wrong.todo)
    return tidy


def read_all(found: Any, field: str = "") -> Any:
    """Every text in what a program sent (objects, lists, texts), read by its key. Raises TextError with that key."""
    if isinstance(found, str):
        return read(found, kind_of(field), field)
    if isinstance(found, Mapping):
        return {read(str(key), NAME, field): read_all(each, str(key)) for key, each in found.items()}
    if isinstance(found, (list, tuple)):
        return [read_all(each, field) for each in found]
    return found


def tidied(text: str) -> str:
    """A text without what nobody sees: line ends are LF, tabs are blanks, zero-width characters are dropped."""
    if _ORDINARY.fullmatch(text):
        return text
    return _UNSEEN.sub("", _LINE_END.sub("\n", text).replace("\t", " "))


class Flaw(NamedTuple):
    """A flaw of a text, and what to do about it."""

    what: str
    todo: str

    @property
    def sentence(self) -> str:
        return f"{self.what}（{self.todo}）"


def flaw(text: str, kind: Kind) -> Flaw | None:
    """The first flaw of a tidied text; None if it has none."""
    if len(text) > kind.most:
        return Flaw(f"有{len(text)}个字，最多{kind.most}个字", "请缩短后再提交，长的材料请作为附件")
    if not kind.lines and "\n" in text.strip():
        return Flaw("这一项只能写一行", "请删去换行")
    if _ORDINARY.fullmatch(text):
        return None
    return next((found for n, char in enumerate(text, 1) if (found := _flaw_of(char, n))), None)


def _flaw_of(char: str, n: int) -> Flaw | None:
    """The flaw of the n-th character; None if it has none."""
    named = f"第{n}个字 U+{ord(char):04X} "
    category = unicodedata.category(char)
    if category == "Co":
        return Flaw(f"{named}在私用区（本机自造的字），别的电脑显示不出", "请改用标准汉字")
    if category == "Cs" or char == _LOST:
        return Flaw(f"{named}不是完整的字，原字已在传送中损坏", "请删去后重新输入")
    if _TURNING.match(char):
        return Flaw(f"{named}会改变文字的书写方向", "请删去这个看不见的符号，或手工重新输入")
    if (category == "Cc" and char != "\n") or _HIDDEN.match(char):
        return Flaw(f"{named}是看不见的控制字符", "请删去后重新输入")
    if category == "Cn" and not _is_ideograph(char):
        return Flaw(f"{named}没有定义为文字", "请删去，或改用标准汉字")
    return None


def _is_ideograph(char: str) -> bool:
    return ord(char) in _IDEOGRAPHS and ord(char) & 0xFFFE != 0xFFFE  # the last two of a plane are no characters


def is_printable(char: str) -> bool:
    """True for a character that is seen, or a blank; str.isprintable lacks ideographs newer than Python's tables."""
    return char.isprintable() or _is_ideograph(char)


def is_line(text: str) -> bool:
    """True for one line of characters that are seen."""
    return text.isprintable() or all(map(is_printable, text))


def shown(text: str) -> str:
    """A text as a page can give it back: what is no character stands as U+FFFD."""
    return _NO_CHARACTER.sub(_LOST, text)


def asked(text: str) -> str:
    """A text that is asked for and not kept: without what no text can hold, and no longer than one."""
    return _NO_CHARACTER.sub("", tidied(text))[: TEXT.most]


def searched(text: str) -> str:
    """A text that is typed into a filter: no blanks around it, and no more than a person types."""
    return asked(text).strip()[:LONGEST_SEARCH]


def half_width(text: str) -> str:
    """Full-width Latin letters, digits and signs as half-width ones; nothing else changes (NFKC would change more)."""
    return text.translate(_HALF)
