"""Spreadsheets: finds a table under its header, copies rows out of it, writes one. Knows cells, knows no case."""

import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from itertools import count
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

from openpyxl import load_workbook
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from negotiation.errors import NegotiationError, NotFound, reason

HEADER_WITHIN = 60  # rows above a header: titles, dates, who filled it in
MAX_COLUMNS, MAX_ROWS = 128, 1_048_576  # a used range can be huge for one stray format
MAX_UNPACKED = 1 << 30  # bytes; a zip that unpacks to more is no ledger
MAX_TEXT = 32_767  # what a cell can hold
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # a compound file: .xls, or an encrypted .xlsx
_UNSEEN = re.compile(r"_x000[Dd]_|[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What XML cannot hold, and the carriage return of a form's line ends: a cell's lines end with a line feed alone.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")


class Line(NamedTuple):
    """A row: its number in the sheet (from 1) and its values, without trailing empty ones."""

    number: int
    values: tuple[Any, ...]

    def at(self, place: int | None) -> Any:
        return self.values[place] if place is not None and place < len(self.values) else None


class Table(NamedTuple):
    """A table that was found: which of the forms it has, where each title stands, the rows under its header."""

    sheet: str
    form: int
    places: Mapping[str, int]
    header: int  # the number of the header's last row
    lines: list[Line]
    passed_over: list[str]


# ------------------------------------------------------------------------------------------------------- reading


def read_table(path: Path, forms: Sequence[Collection[str]]) -> Table:
    """The first table of a workbook whose header is one of the forms (each the titles of its columns).

    Raises a sentence for a file that cannot be read, has no such header, or names a column twice.
    """
    with _open(path) as workbook, _reading(path):
        sheets = [(sheet.title, *_find(sheet, forms)) for sheet in workbook.worksheets]
        found = next(((title, header) for title, header, _ in sheets if header is not None), None)
        if found is None:
            titles = "、".join(next(iter(forms), ()))
            raise NotFound("没有找到表头", where=path.name, todo=f"表头应有这些列：{titles}")
        title, header = found
        _demand_single(path, header)
        lines = [line for line in _lines(workbook[title]) if line.number > header.last]
    passed_over = [name for name, _, filled in sheets if name != title and filled]
    return Table(title, header.form, header.places, header.last, lines, passed_over)


def clean(value: Any) -> str:
    """What a cell says as text: no unseen characters, no spaces around it, a whole number without ".0"."""
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _UNSEEN.sub("", str(value)).strip()[:MAX_TEXT]


def squeeze(value: Any) -> str:
    """A label or a number as it is compared: half-width, without any space."""
    return "".join(unicodedata.normalize("NFKC", clean(value)).split())


class _Header(NamedTuple):
    form: int
    places: dict[str, int]
    last: int
    doubled: tuple[str, ...]


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """The workbook, its rows read as they are asked for."""
    _demand_workbook(path)
    with _reading(path):
        workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        yield workbook
    finally:
        workbook.close()


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


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """The library's own errors on a damaged workbook have no common class: each becomes one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that nobody here looks at
            yield
    except NegotiationError:
        raise
    except Exception as error:
        raise NegotiationError(
            f"文件内容无法读取（{type(error).__name__}）", where=path.name, todo="请用表格软件打开并另存为 .xlsx"
        ) from error


def _cells(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows of a sheet with their numbers; what the file says of its own size is not believed."""
    sheet.reset_dimensions()
    yield from enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS), 1)


def _lines(sheet: Any) -> Iterator[Line]:
    for number, cells in _cells(sheet):
        values = [cell.value for cell in cells]
        while values and (values[-1] is None or values[-1] == ""):
            values.pop()
        if values:
            yield Line(number, tuple(values))


def _find(sheet: Any, forms: Sequence[Collection[str]]) -> tuple[_Header | None, bool]:
    """The header of a sheet, if it has one near its top, and whether anything stands there at all."""
    filled = False
    above: _Header | None = None
    for line in _lines(sheet):
        if above is None and line.number > HEADER_WITHIN:
            break
        filled = True
        if above is not None:
            return _joined(above, _header(line, forms)), True
        above = _header(line, forms)
    return above, filled


def _header(line: Line, forms: Sequence[Collection[str]]) -> _Header | None:
    """The line as a header: that of the form of which it has the most titles, if it has enough."""
    found = [_matched(line, number, form) for number, form in enumerate(forms)]
    best = max(found, key=lambda header: len(header.places), default=None)
    return best if best is not None and len(best.places) >= min(3, len(forms[best.form])) else None


def _matched(line: Line, number: int, form: Collection[str]) -> _Header:
    wanted = {_plain(title): title for title in form}
    places: dict[str, int] = {}
    doubled: list[str] = []
    for place, value in enumerate(line.values):
        title = wanted.get(_plain(value))
        if title in places:
            doubled.append(title)
        elif title is not None:
            places[title] = place
    return _Header(number, places, line.number, tuple(doubled))


def _plain(title: Any) -> str:
    """A title without spaces, line breaks and the marks of a required column."""
    return squeeze(title).strip("*:")


def _joined(upper: _Header, lower: _Header | None) -> _Header:
    """A header of two rows: group titles above, columns below."""
    if lower is None or lower.form != upper.form:
        return upper
    return _Header(upper.form, lower.places | upper.places, lower.last, upper.doubled + lower.doubled)


def _demand_single(path: Path, header: _Header) -> None:
    if header.doubled:
        raise NegotiationError(
            f"表头中有两列“{header.doubled[0]}”", where=path.name, todo="请删去或改名其中一列后再导入"
        )


# ------------------------------------------------------------------------------------------------------- copying


def copy_rows(
    source: Path, table: Table, folder: Path, name: str, titles: Sequence[str], notes: Mapping[int, Sequence[str]]
) -> Path:
    """A copy of a table with only the rows in ``notes`` (row number → what to add under ``titles``).

    What stands above the header and all other columns are kept, with their number formats. Returns the file in
    ``folder``; one that is already there is not overwritten: ``-2``, ``-3`` is added to the name.
    """
    copied = BytesIO()
    with _workbook(copied) as workbook, _open(source) as original, _reading(source):
        pen = _Pen(workbook, _sheet_name(table.sheet))
        pen.page.freeze_panes(table.header, 0)
        for row in _copied(original[table.sheet], table.header, titles, notes):
            pen.write(row)
    return _save_beside(copied, folder, name)


def _copied(
    sheet: Any, header: int, titles: Sequence[str], notes: Mapping[int, Sequence[str]]
) -> Iterator[list["Written"]]:
    head: list[Sequence[Any]] = []
    kept: list[int] = []
    for number, cells in _cells(sheet):
        if number < header:
            head.append(cells)
        elif number == header:
            kept = _kept_columns([*head, cells], titles)
            yield from ([_same(above[place]) for place in kept] for above in head)
            yield [_same(cells[place]) for place in kept] + [Written(title, _ADDED) for title in titles]
        elif number in notes:
            yield [_same(cells[place]) for place in kept] + [Written(note, _PLAIN) for note in notes[number]]


def _sheet_name(name: str) -> str:
    """As spreadsheet programs allow it; what other programs wrote may be longer, or hold one of their signs."""
    return re.sub(r"[\[\]:*?/\\]", "　", name)[:31].strip("'")


def _kept_columns(head: Sequence[Sequence[Any]], titles: Sequence[str]) -> list[int]:
    """The columns of the original; those that an earlier copy added are written anew."""
    used = max((place for cells in head for place, cell in enumerate(cells) if clean(cell.value)), default=0)
    return [place for place in range(used + 1) if clean(head[-1][place].value) not in titles]


def _same(cell: Any) -> "Written":
    return Written(cell.value, _PLAIN._replace(num_format=cell.number_format))


def _save_beside(copied: BytesIO, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(1, MAX_ROWS):
        path = folder / (f"{name}.xlsx" if n == 1 else f"{name}-{n}.xlsx")
        try:
            with path.open("xb") as file:
                file.write(copied.getbuffer())
        except FileExistsError:
            continue
        return path
    raise FileExistsError(name)


# ------------------------------------------------------------------------------------------------------- writing

_A3, _A4 = 8, 9
_PIXELS = 7  # of a character's width
_LINE, _HIGHEST = 15, 408  # points
_DATE = "yyyy-mm-dd"


class _Look(NamedTuple):
    """How a cell looks, in the words of the library."""

    font_name: str = "Calibri"
    font_size: int = 11
    bg_color: str = ""
    align: str = ""
    valign: str = ""
    text_wrap: bool = False
    border: int = 0
    border_color: str = ""
    num_format: str = ""
    quote_prefix: bool = False

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if value}


_TITLE = _Look("方正小标宋简体", 18, align="center_across", valign="vcenter")
_NOTE = _TITLE._replace(font_name="楷体", font_size=11)
_TEXT = _Look("仿宋", valign="vcenter", text_wrap=True, border=1, border_color="#9AA5B1")
_FIGURE = _TEXT._replace(align="center")
_DAY = _FIGURE._replace(num_format=_DATE)
_HEAD = _FIGURE._replace(font_name="黑体", bg_color="#E7ECF2")
_PLAIN = _Look()
_ADDED = _Look("黑体", bg_color="#F8E0DC")


class Written(NamedTuple):
    """What stands in a cell, and how it looks."""

    value: Any
    look: _Look


class Column(NamedTuple):
    """A column to be written: its title and its width in characters."""

    title: str
    width: int


class Formula(NamedTuple):
    """What a cell counts from others (``=SUM(B5:B9)``), what comes out, and how that is written.

    A program that only shows a workbook, as on a telephone, shows ``value``; one that counts finds the same.
    """

    text: str
    value: float | str
    num_format: str = ""


class Sheet(NamedTuple):
    """A table on a sheet of its own, with title rows above its header.

    ``form``: an official form, on A4 with merged titles; else a list, on A3 with filters.
    """

    name: str
    titles: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    form: bool = False


def write_table(path: Path, *sheets: Sheet) -> int:
    """Writes tables, ready to print, one sheet after another; returns how many rows the first one has.

    A value is a text, a number, a date or a ``Formula``; a text is never taken for a formula.

    The file appears whole or not at all. Raises a sentence if it cannot be written.
    """
    filled = BytesIO()
    with _workbook(filled) as workbook:
        counts = [_write_sheet(_Pen(workbook, sheet.name), sheet) for sheet in sheets]
    write_whole(path, lambda file: file.write(filled.getbuffer()))
    return counts[0]


def _write_sheet(pen: "_Pen", sheet: Sheet) -> int:
    header, columns = len(sheet.titles) + 1, sheet.columns
    _lay_out(pen.page, header, columns)
    if sheet.form:
        _lay_out_form(pen.page, header, sheet)
    for n, (title, look) in enumerate(zip(sheet.titles, (_TITLE, *[_NOTE] * len(sheet.titles)), strict=False)):
        if sheet.form:
            pen.page.merge_range(n, 0, n, len(columns) - 1, "")
        pen.write([Written(title, look), *(Written("", look) for _ in columns[1:])])
    pen.write([Written(column.title, _HEAD) for column in columns])
    rows = 0
    for row in sheet.rows:
        lines = _lines_of(row, columns)
        if lines > 1:  # Excel makes room for them by itself, LibreOffice and its kin do not
            pen.page.set_row(header + rows, min(lines * _LINE, _HIGHEST))
        pen.write([Written(value, _look_of(value)) for value in row])
        rows += 1
    if not sheet.form:
        pen.page.autofilter(header - 1, 0, header - 1 + rows, len(columns) - 1)
    return rows


@contextmanager
def _workbook(file: BinaryIO) -> Iterator[Workbook]:
    """A workbook whose rows go to disk as they are written. It is in ``file`` when it is left."""
    with TemporaryDirectory() as folder:
        workbook = Workbook(file, {"constant_memory": True, "tmpdir": folder, "nan_inf_to_errors": True})
        try:
            yield workbook
        finally:
            workbook.close()


def _lay_out(page: Worksheet, header: int, columns: Sequence[Column]) -> None:
    for n, column in enumerate(columns):
        page.set_column_pixels(n, n, column.width * _PIXELS)
    for n in range(header - 1):
        page.set_row(n, 20 if n else 30)
    page.freeze_panes(header, 2 if len(columns) > 2 else 0)
    page.set_landscape()
    page.set_paper(_A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(header - 1)
    page.set_footer("&C第 &P 页，共 &N 页")


def _lay_out_form(page: Worksheet, header: int, sheet: Sheet) -> None:
    """As an official form is printed: titles across all columns, room for column titles of several lines, in the
    middle of A4."""
    page.set_paper(_A4)
    page.center_horizontally()
    page.set_margins(left=0.4, right=0.4)  # inches
    longest = max(len(column.title) * 2 / column.width for column in sheet.columns)
    page.set_row(header - 1, 16 * max(2, ceil(longest + 0.2)))


def _lines_of(row: Sequence[Any], columns: Sequence[Column]) -> int:
    """How many lines the longest text of a row takes in its column, in which a Chinese character is two wide."""
    pairs = zip(row, columns, strict=False)
    return max((_lines_in(value, column.width) for value, column in pairs if isinstance(value, str)), default=1)


def _lines_in(text: str, width: int) -> int:
    if "\n" not in text and len(text) * 2 < width:
        return 1
    return sum(max(1, ceil(_wide(line) / (width - 1))) for line in text.split("\n"))


def _wide(line: str) -> int:
    return sum(1 if character.isascii() else 2 for character in line)


def _look_of(value: Any) -> _Look:
    if isinstance(value, date):
        return _DAY
    if isinstance(value, Formula):
        return _FIGURE._replace(num_format=value.num_format)
    return _FIGURE if isinstance(value, int) else _TEXT


class _Pen:
    """Writes a sheet, row by row from above; a look is made up once and shared."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        self.page: Worksheet = workbook.add_worksheet(name)
        self._workbook = workbook
        self._rows = count()
        self._formats: dict[_Look, Format] = {}

    def write(self, cells: Iterable[Written]) -> None:
        """Writes the next row. Raises a sentence below the last one that a sheet can hold."""
        row = next(self._rows)
        if row >= MAX_ROWS:
            where, todo = f"工作表“{self.page.name}”", "请缩小范围（例如按年度），分几次导出"
            raise NegotiationError(f"一张工作表最多{MAX_ROWS}行，写不下全部内容", where=where, todo=todo)
        for column, (value, look) in enumerate(cells):
            self._write(row, column, value, look)

    def _write(self, row: int, column: int, value: Any, look: _Look) -> None:
        """A text is a text, also where it begins like a formula."""
        if isinstance(value, str):
            text = _UNWRITABLE.sub("", value)[:MAX_TEXT]
            quoted = text.startswith(_FORMULA_SIGNS)
            self._write_text(row, column, text, look._replace(quote_prefix=True) if quoted else look)
        elif isinstance(value, Formula):
            self.page.write_formula(row, column, value.text, self._format(look), value.value)
        else:
            self.page.write(row, column, value, self._format(look))

    def _write_text(self, row: int, column: int, text: str, look: _Look) -> None:
        if not text:  # a title runs on over blank cells only
            self.page.write_blank(row, column, None, self._format(look))
        elif text.startswith("<r>"):  # the library would take it for markup of its own
            self.page.write_rich_string(row, column, "<", self._format(_PLAIN), text[1:], self._format(look))
        else:
            self.page.write_string(row, column, text, self._format(look))

    def _format(self, look: _Look) -> Format:
        if look not in self._formats:
            self._formats[look] = self._workbook.add_format(look.said)
        return self._formats[look]


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Lets a file be written; it appears whole or not at all. Raises a sentence if it cannot be written."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            write(file)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise NegotiationError(
            f"文件无法写入（{reason(error)}）", where=str(path), todo="请检查文件夹是否存在、能否写入、磁盘是否已满"
        ) from None
