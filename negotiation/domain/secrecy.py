"""Marks of secrecy (国家秘密标志, 工作秘密 and internal papers): what must not be entered, as the paper itself says it.

A mark is a level with ★ or with a period (机密★1年, 秘密 5年), wherever it stands; and a level that stands alone: as a
whole line or cell, in brackets at either end of one, after 密级：, or before a title. A level that is spoken of is none
(保密局, 秘密级以下, 商业秘密). GB/T 9704 puts the mark at the upper left of the first page, alone in its line.
"""

import re

_LEVEL = "绝密|机密|秘密"
_INTERNAL = "内部(?:资料|文件|材料|事项|参考|传阅|使用)"
_PERIOD = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:年|个?月|天|日)|长期"
_STAR = "★☆✩✭⭐"
_URGENCY = "特急|加急|急件|特提|平急"
_OPEN, _CLOSE = r"（(【\[〔〖「", r"）)】\]〕〗」"
# Where a level may begin and end: not within another word, such as 商业秘密 or 机密计算.
_APART = r"(?<![\u4e00-\u9fff])"
_ONLY = "内部资料注意保存|(?:仅供|限)内部(?:使用|参考|传阅)"
_ALONE = rf"(?:{_LEVEL}|工作秘密)(?:级|件)?(?:{_PERIOD})?|{_INTERNAL}|{_ONLY}"
_ANYWHERE = (
    re.compile(rf"(?:{_LEVEL})[{_STAR}]"),
    re.compile(rf"(?:{_LEVEL})[*＊](?=\d|长期)"),
    re.compile("内部资料"),
    re.compile(rf"{_APART}(?:{_LEVEL})(?:{_PERIOD})(?![\u4e00-\u9fff])"),
    re.compile(rf"(?:密级|秘密等级|保密等级|涉密等级)(?:为|[:：])(?:{_LEVEL}|内部)(?![\u4e00-\u9fff])"),
)
_LINE = re.compile(rf"[{_OPEN}]?(?:{_ALONE})(?:[·•、，,/]?(?:{_URGENCY}))?[{_CLOSE}]?")
_BRACKETED = rf"[{_OPEN}](?:{_ALONE}|内部)[{_CLOSE}]"
_AT_AN_END = re.compile(rf"^{_BRACKETED}|{_BRACKETED}$")
_GAP = r"[ \u3000\t]"
# Before a title; or beside 份号 and 紧急程度, where a file has them in one line.
_IN_HEAD = re.compile(rf"^(?:{_LEVEL}){_GAP}+(?=\S*[\u4e00-\u9fff])|(?<=\d{{6}}){_GAP}+(?:{_LEVEL})(?={_GAP}|$)")
_NAME = re.compile(
    rf"(?:^|[_\-—·\s])(?:{_LEVEL}|工作秘密|内部)(?:级|件)?(?=$|[_\-—·\s])|^(?:{_LEVEL})级?(?:文件|资料|材料)|{_BRACKETED}"
)
SPEAKS = re.compile("密|内部")  # a text without either bears no mark
_BREAK = re.compile(r"[\x00-\x08\x0a-\x1f\u2028\u2029]+")  # of an old format too, whose text lies among other bytes
_SPACE = re.compile(r"\s+")
TITLE_LINES = 3  # of a text, in which a level may stand before the title or beside the number of the copy
LEVELS = frozenset(_LEVEL.split("|"))


def mark_in(text: str) -> str:
    """The mark that a text bears, however it is spaced; "" if it bears none."""
    lines = [line for line in _BREAK.split(text) if line.strip()]
    close = [_SPACE.sub("", line) for line in lines]
    telling = [line for line in close if SPEAKS.search(line)]
    for line in telling:
        if mark := _first(line):
            return mark
    alone = [line for line in telling if _LINE.fullmatch(line)]
    if alone and not _is_code_table(close):
        return alone[0]
    return next((found[0].strip() for line in lines[:TITLE_LINES] if (found := _IN_HEAD.search(line.strip()))), "")


def mark_in_name(name: str) -> str:
    """The mark that the name of a file bears; "" if it bears none."""
    stem = name.rpartition(".")[0] or name
    found = _NAME.search(stem)
    return mark_in(stem) or (found[0].strip("_-—· ") if found else "")


def _first(line: str) -> str:
    found = next((match for pattern in (*_ANYWHERE, _AT_AN_END) if (match := pattern.search(line))), None)
    return found[0] if found else ""


def _is_code_table(lines: list[str]) -> bool:
    """True where all levels stand one beside the other, as in a list of codes: it speaks of them and bears none."""
    near = (set(lines[n : n + 9]) for n in range(len(lines)))
    return any(each >= LEVELS for each in near)
