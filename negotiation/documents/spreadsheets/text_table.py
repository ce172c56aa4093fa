"""A table kept as text (.csv), in the encodings and with the separators that spreadsheet programs write."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from negotiation.core.errors import NegotiationError
from negotiation.documents.spreadsheets.cells import MAX_COLUMNS, MAX_ROWS, Range, Row, SheetPart, cell_name, row_of
from negotiation.documents.spreadsheets.number_formats import Unclear

_SEPARATORS = ",\t;"
_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # as "Unicode text" is saved
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ROUNDED = re.compile(r"\s*\d(\.\d+)?[Ee]\+\d+\s*$")  # what a program makes of a long number


class TextTable:
    """The one sheet of a text file. Raises NegotiationError for a file that is no table of text."""

    is_1904 = False

    def __init__(self, path: Path) -> None:
        self._text = _text_of(path.read_bytes())
        self._separator = max(_SEPARATORS, key=self._text.count)
        if self._separator not in self._text or _NO_TEXT.search(self._text):
            raise NegotiationError(
                "文件不是 .xlsx、.xls、.ods 或 .csv，或已损坏", where=path.name, todo="请用表格软件打开并另存为 .xlsx"
            )
        self.sheets = [SheetPart(path.stem, visible=True, part="")]

    def read(self, sheet: SheetPart) -> Iterator[Row | Range]:
        """The rows of the text that are not empty. Raises NegotiationError for too many."""
        lines = csv.reader(self._text.splitlines(keepends=True), delimiter=self._separator)
        for number, values in enumerate(lines, 1):
            if number > MAX_ROWS:
                raise NegotiationError(f"超过{MAX_ROWS}行", where=sheet.name, todo="请只保留要导入的行后另存")
            if row := row_of(number, [_cell(number, *each) for each in enumerate(values[:MAX_COLUMNS])]):
                yield row


def _text_of(content: bytes) -> str:
    """The text of a file, "" if it is in none of the encodings."""
    for encoding in ("utf-16",) if content[:2] in _UTF_16 else _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _cell(row: int, column: int, text: str) -> Any:
    if _ROUNDED.match(text):
        why = f"单元格 {cell_name(row, column)} 的长数字已存成“{text.strip()}”，后几位已丢失，请重新填写"
        return Unclear(text, why)
    return text or None
