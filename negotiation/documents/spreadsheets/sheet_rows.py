"""Rows of a sheet, taken from its XML as it comes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from negotiation.core.errors import NegotiationError
from negotiation.documents.spreadsheets.cells import MAX_COLUMNS, MAX_ROWS, Range, Row, column_of, unsaved
from negotiation.documents.spreadsheets.number_formats import GENERAL, Code, read_moment, read_number, read_text

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$")


@dataclass(frozen=True, slots=True)
class CellValues:
    """The format codes and the shared texts of a workbook, by which its cells are read."""

    codes: Sequence[Code]
    texts: Sequence[str]
    is_1904: bool

    def read(self, kind: str, text: str, style: int) -> tuple[Any, Code]:
        """The value of a cell, by its kind (18.18.11), its text and its style; and its format code."""
        code = self.codes[style] if style < len(self.codes) else GENERAL
        if kind == "n":
            number = float(text) if any(sign in text for sign in ".Ee") else int(text)
            return read_number(number, code, is_1904=self.is_1904), code
        if kind == "s":
            return read_text(self.texts[int(text)], code), code
        if kind in ("str", "inlineStr"):
            return read_text(text, code), code
        if kind == "d":
            return read_moment(datetime.fromisoformat(text), code), code
        return bool(int(text)) if kind == "b" else text, code


class SheetReader:
    """Takes a sheet's XML as it comes, and gives its rows and ranges away."""

    def __init__(self, name: str, values: CellValues, *, is_recounted: bool) -> None:
        self.name, self.values, self.is_recounted = name, values, is_recounted
        self.found: list[Row | Range] = []
        self.number = 0
        self.cells: list[tuple[int, Any, Code]] = []
        self.column = -1
        self.kind, self.style = "n", 0
        self.pieces: list[str] = []
        self.formula: Mapping[str, str] | None = None
        self.saved = self.heard = self.spoken = False
        self.codes: dict[tuple[Code, ...], tuple[Code, ...]] = {}  # most rows have the same ones

    def take(self) -> list[Row | Range]:
        """Gives away the rows and ranges found since the last call."""
        found, self.found = self.found, []
        return found

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            where = attributes.get("r")
            self.column = column_of(where) if where else self.column + 1
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self.pieces, self.formula, self.saved = [], None, False
        elif tag == "v":
            self.heard = self.saved = True
        elif tag == "t":
            self.heard = not self.spoken
        elif tag == "f":
            self.formula = attributes
        elif tag == "rPh":
            self.spoken = True
        elif tag == "row":
            self._begin_row(int(float(attributes.get("r", self.number + 1))))
        elif tag == "mergeCell":
            self._range(attributes["ref"])

    def text(self, text: str) -> None:
        if self.heard:
            self.pieces.append(text)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self.column < MAX_COLUMNS:
                self._end_cell()
        elif tag in ("v", "t"):
            self.heard = False
        elif tag == "rPh":
            self.spoken = False
        elif tag == "row":
            self._end_row()

    def _begin_row(self, number: int) -> None:
        if number <= self.number:
            raise ValueError("rows out of order")
        if number > MAX_ROWS:
            where = f"工作表“{self.name}”"
            raise NegotiationError(f"超过{MAX_ROWS}行", where=where, todo="请只保留要导入的行后另存")
        self.number, self.column, self.cells = number, -1, []

    def _end_cell(self) -> None:
        text = "".join(self.pieces)
        if self.formula is not None and not self._is_saved(text):
            self.cells.append((self.column, unsaved(self.number, self.column), GENERAL))
            if self.formula.get("t") in ("array", "dataTable"):
                self._range(self.formula["ref"], array=True)
        elif text:
            self.cells.append((self.column, *self.values.read(self.kind, text, self.style)))

    def _is_saved(self, text: str) -> bool:
        """True if a formula has a result. A workbook that asks to be counted anew has 0 where nothing was counted."""
        return (bool(text) and not (text == "0" and self.is_recounted)) or (self.kind == "str" and self.saved)

    def _end_row(self) -> None:
        if not self.cells:
            return
        length = max(column for column, _, _ in self.cells) + 1
        values: list[Any] = [None] * length
        codes: list[Code] = [GENERAL] * length
        for column, value, code in self.cells:
            values[column], codes[column] = value, code
        shared = tuple(codes)
        self.found.append(Row(self.number, tuple(values), self.codes.setdefault(shared, shared)))

    def _range(self, reference: str, *, array: bool = False) -> None:
        match = _RANGE.match(reference)
        if match is None:
            raise ValueError(reference)
        left, top, right, bottom = match.groups()
        if right is not None and (left, top) != (right, bottom):
            self.found.append(Range(int(top), column_of(left), int(bottom), column_of(right), array))
