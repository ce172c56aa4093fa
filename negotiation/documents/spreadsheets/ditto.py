"""Marks by which a cell repeats the one above it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from negotiation.documents.spreadsheets.cell_text import clean, squeeze
from negotiation.documents.spreadsheets.lines import Line, with_cells
from negotiation.documents.spreadsheets.number_formats import Code, Unclear

_AROUND = "()[]【】〔〕「」<>-—–―－…_·.。,，、;；:："  # people write a mark into brackets or between dashes
_PLACE = r"([面文述方])?(一?[行栏项格列])?"
_DITTO = re.compile(
    rf"[同仝][上前]{_PLACE}|[与和跟][上前]{_PLACE}相?同|上同|仝|[〃〞〟„\"“”‘’`]+|''|′+|ditto", re.IGNORECASE
)  # as squeezed
_POINTER = re.compile(
    rf"([同如见]|参见)[左右下后]{_PLACE}|([如见]|参见)[上前]{_PLACE}|[同见]第?\d+[行栏项号]|[↑↓←→⇑⇧]+"
)
_MARK_STARTS = frozenset(_AROUND + "（）［］＜＞－—，；：．同仝与和跟如见参上〃〞〟„\"“”″‶‴′‘’'`＂＇dDｄＤ↑↓←→⇑⇧")
_LONGEST_DITTO = 12


def repeated(lines: Iterable[Line]) -> Iterator[Line]:
    """Ditto marks replaced by what they repeat, from row to row; above the first row there is nothing."""
    above: Line | None = None
    for line in lines:
        marks = {place: mark for place, value in enumerate(line.values) if (mark := _pointing(value))}
        if marks:
            line = with_cells(line, _repeats(above, line, marks))  # noqa: PLW2901
        above = line
        yield line


def _repeats(above: Line | None, line: Line, marks: Mapping[int, re.Pattern[str]]) -> dict[int, tuple[Any, Code]]:
    return {place: _repeat(above, line, place, mark) for place, mark in marks.items()}


def _repeat(above: Line | None, line: Line, place: int, mark: re.Pattern[str]) -> tuple[Any, Code]:
    if above is not None and mark is _DITTO:
        return above.at(place), above.code_at(place)
    value = line.at(place)
    why = "的上面没有数据行" if mark is _DITTO else "指的是哪一格无法确定"
    return Unclear(value, f"“{clean(value)}”{why}，请填写实际内容"), line.code_at(place)


def _pointing(value: Any) -> re.Pattern[str] | None:
    """The pattern of a mark: _DITTO repeats the cell above, _POINTER points elsewhere; None for any other value."""
    if not isinstance(value, str) or len(value) > _LONGEST_DITTO or value.lstrip()[:1] not in _MARK_STARTS:
        return None
    bare = squeeze(value).strip(_AROUND)
    return next((kind for kind in (_DITTO, _POINTER) if kind.fullmatch(bare)), None)
