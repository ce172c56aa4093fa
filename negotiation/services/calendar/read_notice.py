"""The text of a notice, out of a file or pasted, and the arrangement in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calendars import Arrangement
from calendars.arrangement import in_force, marks_of
from calendars.formats.errors import Unreadable
from calendars.formats.reading import read_arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import NegotiationError, UsageError, reason
from negotiation.domain.working_days import Almanac
from negotiation.services.calendar.checks import of_year

BY_HAND = "“文号：…”“印发：2026-11-10”“放假：日期 名称”“上班：日期 名称”“停止办公：日期 事由”“放假半天：日期 事由”"


_YEAR = re.compile(r"(20\d\d)\s*年")


_ABOUT_YEAR = re.compile(r"关于[^\n]{0,20}?(20\d\d)\s*年")


_NUMBER = re.compile(r"[〔\[［（(【](\d{4})[〕\]］）)】]\s*第?(\d{1,4})\s*号")


_HEAD = 200  # characters in which a notice's own number stands


def read_file(path: Path, layer: CalendarLayer, almanac: Almanac, year: int | None = None) -> tuple[str, Arrangement]:
    """The text of a file and the arrangement in it. Raises NegotiationError that quotes the line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"不能读取文件（{reason(error)}）", where=str(path), todo="请核对文件名") from None
    return read_text(_decoded(data, path.name), layer, almanac, where=path.name, year=year)


@contextmanager
def located(where: str) -> Iterator[None]:
    """Names the file, or whatever the text came from, in each NegotiationError that names no place itself."""
    try:
        yield
    except NegotiationError as error:
        error.where = error.where or where
        raise


def _decoded(data: bytes, name: str) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NegotiationError("不是文本文件", where=name, todo="请把通知正文粘贴到文本文件（.txt）后再导入，或使用 .ics")


def read_text(
    text: str, layer: CalendarLayer, almanac: Almanac, *, where: str = "", year: int | None = None
) -> tuple[str, Arrangement]:
    """The text and the arrangement in it, for a text pasted or typed. Raises NegotiationError as ``read_file``."""
    try:
        return text, read_arrangement(text, amends=_amended(text, layer, almanac), year=year)
    except Unreadable as error:
        raise NegotiationError(
            str(error), where=where, todo=f"请核对原文后重新粘贴；也可逐行手工填写{BY_HAND}，有文号、印发日期的都要写上"
        ) from None


def _amended(text: str, layer: CalendarLayer, almanac: Almanac) -> Arrangement | None:
    """The days that an amending notice changes, where notices were imported for its year; None: the shipped ones.

    The notice itself, should it be held already, is no part of what it amends.
    """
    named = _ABOUT_YEAR.search(text) or _YEAR.search(text)
    if named is None or not any(each.year == int(named[1]) for each in almanac.imported(layer)):
        return None
    year, number = int(named[1]), _NUMBER.search(text[:_HEAD])
    before = [each for each in of_year(almanac, layer, year) if number is None or _digits(each) != number.groups()]
    marks = marks_of(in_force(before))
    off = {day: mark.name for day, mark in marks.items() if not mark.working}
    return Arrangement(year, None, None, off, {day: mark.name for day, mark in marks.items() if mark.working})


def _digits(arrangement: Arrangement) -> tuple[str, ...]:
    """Year and number of a document number, as a text may write them in any brackets."""
    found = _NUMBER.search(arrangement.doc_no or "")
    return found.groups() if found else ()
