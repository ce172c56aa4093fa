"""The parts of a workbook (.xlsx): its sheets, and the cells of one as they stand in the file, row by row.

Office Open XML, ECMA-376 part 1, transitional and strict: both have the same elements in other namespaces, so that
elements are known by their local names. Nothing is kept of what has been passed: a sheet may be larger than memory.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple
from xml.parsers import expat

from negotiation.core.errors import NegotiationError, NotFound, reason
from negotiation.documents.spreadsheets.number_formats import (
    BUILT_IN,
    GENERAL,
    Code,
    Unclear,
    read_moment,
    read_number,
    read_text,
)
from negotiation.documents.spreadsheets.sheets import MAX_ROWS

MAX_COLUMNS = 128  # a used range can be huge for one stray format
MAX_UNPACKED = 1 << 30  # bytes; a zip that unpacks to more is no ledger
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # a compound file: .xls, or an encrypted .xlsx
_CHUNK = 1 << 16
Start = Callable[[str, Mapping[str, str]], None]  # of an element: its local name, its attributes
OfText = Callable[[str], object]
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$")


class Range(NamedTuple):
    """Rows and columns from, to, both included; rows from 1, columns from 0.

    A merged one, or (``array``) that of an array formula whose results were not saved.
    """

    top: int
    left: int
    bottom: int
    right: int
    array: bool = False


class Row(NamedTuple):
    """A row as it stands: its number from 1, its values and their format codes, without trailing empty cells."""

    number: int
    values: tuple[Any, ...]
    codes: tuple[Code, ...]


class SheetPart(NamedTuple):
    """A sheet of a workbook: its name, whether people see it, and the part of the package that holds it."""

    name: str
    visible: bool
    part: str


def cell_name(row: int, column: int) -> str:
    """The name of a cell (row from 1, column from 0) as people call it: N3."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def unsaved(row: int, column: int) -> Unclear:
    """A formula of which no result was saved; an error stands in its copies, lest they be read as empty."""
    cell = cell_name(row, column)
    return Unclear("#N/A", f"单元格 {cell} 的公式没有保存结果，请用表格软件打开并保存一次，或改为粘贴数值")


# -------------------------------------------------------------------------------------------------------- the package


@contextmanager
def open_workbook(path: Path) -> Iterator["Workbook"]:
    """The workbook in a file. Raises a sentence for what is no workbook, also while it is read."""
    _demand_workbook(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield Workbook(archive)
    except NegotiationError:
        raise
    except Exception as error:  # what a damaged file does to the readers of its parts has no common class
        raise NegotiationError(
            f"文件内容无法读取（{type(error).__name__}）", where=path.name, todo="请用表格软件打开并另存为 .xlsx"
        ) from error


def _demand_workbook(path: Path) -> None:
    """A sentence for what can be told before the workbook is opened."""
    if path.is_dir() or not path.exists():
        raise NotFound("没有这个文件", where=str(path), todo="请核对文件名和路径")
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == _OLD_OR_LOCKED:
            raise NegotiationError(
                "文件已加密，或是旧版 .xls 格式", where=path.name, todo="请去掉打开密码，另存为 .xlsx 后再导入"
            )
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except OSError as error:
        raise NegotiationError(
            f"文件无法读取（{reason(error)}）", where=path.name, todo="请检查文件的读取权限"
        ) from None
    except zipfile.BadZipFile:
        raise NegotiationError(
            "文件不是 .xlsx，或已损坏", where=path.name, todo="请用表格软件打开并另存为 .xlsx"
        ) from None
    if unpacked > MAX_UNPACKED:
        raise NegotiationError("文件解压后过大", where=path.name, todo="请只保留要导入的工作表后另存")


class Workbook:
    """A workbook that is open: its sheets in their order, and by which epoch it counts days."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        (main,) = [target for kind, target in self._related("") if kind == "officeDocument"]
        self.is_1904 = self.is_recounted = False
        self._named: list[tuple[str, bool, str]] = []
        self._parse(main, self._of_workbook)
        targets = {id: target for id, (_, target) in self._relations(main).items()}
        parts = set(archive.namelist())
        self.sheets = [SheetPart(name, shown, targets[id]) for name, shown, id in self._named if targets[id] in parts]
        others = dict(self._related(main))
        codes = self._read_codes(others["styles"]) if "styles" in others else []
        texts = self._read_texts(others["sharedStrings"]) if "sharedStrings" in others else []
        self.values = CellValues(codes, texts, self.is_1904)

    def _parse(self, part: str, start: Start, *, end: OfText | None = None, text: OfText | None = None) -> None:
        with self._archive.open(part) as file:
            for _ in parsed(file, start, end=end, text=text):
                pass

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by id: the kind and the part that is meant."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = (posixpath.basename(attributes["Type"]), target)

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations in self._archive.namelist():
            self._parse(relations, start)
        return found

    def _related(self, part: str) -> list[tuple[str, str]]:
        return list(self._relations(part).values())

    def _of_workbook(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "workbookPr":
            self.is_1904 = _is_true(attributes.get("date1904"))
        elif tag == "calcPr":
            self.is_recounted = _is_true(attributes.get("fullCalcOnLoad"))
        elif tag == "sheet":
            visible = attributes.get("state", "visible") == "visible"
            id = next(value for key, value in attributes.items() if key.endswith(" id"))  # r:id, by its namespace
            self._named.append((attributes["name"], visible, id))

    def _read_codes(self, part: str) -> list[Code]:
        """The format codes of the cell styles, in their order."""
        own: dict[int, str] = {}
        used: list[int] = []
        inside = ""

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal inside
            if tag == "numFmt":
                own.setdefault(int(attributes["numFmtId"]), attributes["formatCode"])
            elif tag in ("cellXfs", "cellStyleXfs", "dxfs"):
                inside = tag
            elif tag == "xf" and inside == "cellXfs":
                used.append(int(attributes.get("numFmtId", "0")))

        self._parse(part, start)
        return [own[each] if each in own else BUILT_IN.get(each, each) for each in used]

    def _read_texts(self, part: str) -> list[str]:
        """The shared texts; how a Chinese or Japanese text is pronounced is no part of it."""
        texts: list[str] = []
        pieces: list[str] = []
        taken = spoken = False

        def start(tag: str, _attributes: Mapping[str, str]) -> None:
            nonlocal taken, spoken
            spoken = spoken or tag == "rPh"
            taken = tag == "t" and not spoken

        def end(tag: str) -> None:
            nonlocal taken, spoken
            taken, spoken = False, spoken and tag != "rPh"
            if tag == "si":
                texts.append("".join(pieces).replace("x005F_", ""))
                pieces.clear()

        self._parse(part, start, end=end, text=lambda text: pieces.append(text) if taken else None)
        return texts

    def read(self, sheet: SheetPart) -> Iterator[Row | Range]:
        """The rows of a sheet that hold anything, and its ranges; the merged ones come after the rows.

        Raises a sentence for rows that are out of order or too many; ValueError, KeyError and the errors of ``zipfile``
        and ``expat`` for what is damaged.
        """
        with self._archive.open(sheet.part) as file:
            reader = _SheetReader(sheet.name, self.values, is_recounted=self.is_recounted)
            for _ in parsed(file, reader.start, end=reader.end, text=reader.text):
                yield from reader.take()


def _is_true(text: str | None) -> bool:
    return text in ("1", "true", "on")


def parsed(file: IO[bytes], start: Start, *, end: OfText | None = None, text: OfText | None = None) -> Iterator[None]:
    """Parses XML piece by piece, and calls with local names; after each piece the caller has its turn.

    Raises ValueError for a document type declaration, ExpatError for what is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    while chunk := file.read(_CHUNK):
        parser.Parse(chunk)
        yield
    parser.Parse(b"", True)
    yield


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _refuse(*_declared: Any) -> None:
    raise ValueError("a document type declaration")  # no workbook has one; entities are declared there


# ------------------------------------------------------------------------------------------------------ a sheet's cells


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


class _SheetReader:
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
            self.column = _column_of(where) if where else self.column + 1
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
        """Whether a formula has a result. A workbook that asks to be counted anew has 0 where nothing was counted."""
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
            self.found.append(Range(int(top), _column_of(left), int(bottom), _column_of(right), array))


@lru_cache(maxsize=4096)
def _letters_to_column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _column_of(where: str) -> int:
    """The column (from 0) of a cell: N3 → 13."""
    return _letters_to_column(where.rstrip("0123456789").replace("$", "").upper())
