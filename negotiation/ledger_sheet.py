"""Spreadsheets: finds a table under its header, copies rows out of it, writes one. Knows cells, knows no case."""

import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from negotiation.errors import NegotiationError, NotFound, reason

HEADER_WITHIN = 60  # rows above a header: titles, dates, who filled it in
MAX_COLUMNS, MAX_ROWS = 128, 1_048_576  # a used range can be huge for one stray format
MAX_UNPACKED = 1 << 30  # bytes; a zip that unpacks to more is no ledger
MAX_TEXT = 32_767  # what a cell can hold
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # a compound file: .xls, or an encrypted .xlsx
_UNSEEN = re.compile(r"_x000[Dd]_|[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What XML cannot hold: the library's own list leaves out the last three, on which it stumbles where lxml is installed.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


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
    with _new() as workbook:
        copy: Any = workbook.create_sheet(table.sheet)
        copy.freeze_panes = f"A{table.header + 1}"
        with _open(source) as original, _reading(source):
            for row in _copied(_Pen(copy), original[table.sheet], table.header, titles, notes):
                copy.append(row)
        return _save_beside(workbook, folder, name)


def _copied(
    pen: "_Pen", sheet: Any, header: int, titles: Sequence[str], notes: Mapping[int, Sequence[str]]
) -> Iterator[list[Any]]:
    head: list[Sequence[Any]] = []
    kept: list[int] = []
    for number, cells in _cells(sheet):
        if number < header:
            head.append(cells)
        elif number == header:
            kept = _kept_columns([*head, cells], titles)
            yield from ([_same(pen, above[place]) for place in kept] for above in head)
            yield [_same(pen, cells[place]) for place in kept] + [pen.cell(title, _ADDED) for title in titles]
        elif number in notes:
            yield [_same(pen, cells[place]) for place in kept] + [pen.cell(note, _PLAIN) for note in notes[number]]


def _kept_columns(head: Sequence[Sequence[Any]], titles: Sequence[str]) -> list[int]:
    """The columns of the original; those that an earlier copy added are written anew."""
    used = max((place for cells in head for place, cell in enumerate(cells) if clean(cell.value)), default=0)
    return [place for place in range(used + 1) if clean(head[-1][place].value) not in titles]


def _same(pen: "_Pen", cell: Any) -> Any:
    return None if cell.value is None else pen.cell(cell.value, _PLAIN._replace(number_format=cell.number_format))


def _save_beside(workbook: Workbook, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(1, MAX_ROWS):
        path = folder / (f"{name}.xlsx" if n == 1 else f"{name}-{n}.xlsx")
        try:
            with path.open("xb") as file:
                workbook.save(file)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(name)


# ------------------------------------------------------------------------------------------------------- writing

_A3, _A4 = 8, 9
_DATE = "yyyy-mm-dd"


class _Look(NamedTuple):
    """How a cell looks; None is the workbook's default."""

    font: Font | None = None
    fill: PatternFill | None = None
    alignment: Alignment | None = None
    border: Border | None = None
    number_format: str = "General"


_THIN = Side(style="thin", color="9AA5B1")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_ACROSS = Alignment(horizontal="centerContinuous", vertical="center")
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRAPPED = Alignment(vertical="center", wrap_text=True)
_TITLE = _Look(Font(name="方正小标宋简体", size=18), None, _ACROSS)
_NOTE = _Look(Font(name="楷体", size=11), None, _ACROSS)
_HEAD = _Look(Font(name="黑体", size=11), PatternFill("solid", fgColor="E7ECF2"), _CENTRED, _BOX)
_TEXT = _Look(Font(name="仿宋", size=11), None, _WRAPPED, _BOX)
_FIGURE = _TEXT._replace(alignment=_CENTRED)
_DAY = _FIGURE._replace(number_format=_DATE)
_PLAIN = _Look()
_ADDED = _Look(Font(name="黑体", size=11), PatternFill("solid", fgColor="F8E0DC"))


class Column(NamedTuple):
    """A column to be written: its title and its width in characters."""

    title: str
    width: int


class Formula(NamedTuple):
    """What a cell counts from others (``=SUM(B5:B9)``), and how its number is written."""

    text: str
    number_format: str = "General"


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
    with _new() as workbook:
        counts = [_write_sheet(workbook.create_sheet(sheet.name), sheet) for sheet in sheets]
        write_whole(path, workbook.save)
    return counts[0]


def _write_sheet(page: Any, sheet: Sheet) -> int:
    header, columns, pen = len(sheet.titles) + 1, sheet.columns, _Pen(page)
    _lay_out(page, header, columns)
    if sheet.form:
        _lay_out_form(page, header, sheet)
    for title, look in zip(sheet.titles, (_TITLE, *[_NOTE] * len(sheet.titles)), strict=False):
        page.append([pen.cell(title, look), *(pen.cell("", look) for _ in columns[1:])])
    page.append([pen.cell(column.title, _HEAD) for column in columns])
    count = 0
    for row in sheet.rows:
        page.append([pen.cell(value, _look_of(value)) for value in row])
        count += 1
    if not sheet.form:
        page.auto_filter.ref = f"A{header}:{get_column_letter(len(columns))}{header + count}"
    return count


@contextmanager
def _new() -> Iterator[Workbook]:
    """A workbook whose rows go to disk as they are written; what was not saved is given up quietly."""
    workbook = Workbook(write_only=True)
    try:
        yield workbook
    finally:
        pages: list[Any] = list(workbook.worksheets)
        for page in pages:
            if not page.closed:
                page.close()


def _lay_out(page: Any, header: int, columns: Sequence[Column]) -> None:
    for n, column in enumerate(columns, 1):
        page.column_dimensions[get_column_letter(n)].width = column.width
    page.freeze_panes = f"C{header + 1}" if len(columns) > 2 else f"A{header + 1}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{header}:{header}"
    page.oddFooter.center.text = "第 &P 页，共 &N 页"


def _lay_out_form(page: Any, header: int, sheet: Sheet) -> None:
    """As an official form is printed: merged titles, room for column titles of several lines, in the middle of A4."""
    page.page_setup.paperSize = _A4
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.4  # inches
    for n in range(1, header):
        page.merged_cells.add(f"A{n}:{get_column_letter(len(sheet.columns))}{n}")
        page.row_dimensions[n].height = 30 if n == 1 else 20
    longest = max(len(column.title) * 2 / column.width for column in sheet.columns)
    page.row_dimensions[header].height = 16 * max(2, ceil(longest + 0.2))


def _look_of(value: Any) -> _Look:
    if isinstance(value, date):
        return _DAY
    if isinstance(value, Formula):
        return _FIGURE._replace(number_format=value.number_format)
    return _FIGURE if isinstance(value, int) else _TEXT


class _Pen:
    """Writes the cells of a page; a look is made up once and shared, as making one costs more than a cell."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._styles: dict[tuple[int, str, int, bool], Any] = {}

    def cell(self, value: Any, look: _Look) -> Any:
        """A cell. A text is a text, also where it begins like a formula."""
        cell: Any = WriteOnlyCell(self.page)
        if isinstance(value, str):
            cell.value = _UNWRITABLE.sub("", value)[:MAX_TEXT]
            cell.data_type = "s"
        else:
            cell.value = value.text if isinstance(value, Formula) else value
        quoted = isinstance(value, str) and value.startswith(_FORMULA_SIGNS)
        cell._style = self._style(look, quoted)
        return cell

    def _style(self, look: _Look, quoted: bool) -> Any:
        key = (id(look.font), look.number_format, id(look.alignment), quoted)
        if key not in self._styles:
            cell: Any = WriteOnlyCell(self.page)
            for name, style in look._asdict().items():
                if style is not None:
                    setattr(cell, name, style)
            cell.quotePrefix = quoted
            self._styles[key] = cell._style
        return self._styles[key]


def write_whole(path: Path, write: Callable[[BinaryIO], None]) -> None:
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
