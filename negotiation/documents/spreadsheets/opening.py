"""A workbook opened, whatever its name says: .xlsx, .xls (and .et, where it holds one), .ods or text (.csv)."""

import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from python_calamine import CalamineWorkbook, PasswordError

from negotiation.core.errors import NegotiationError, NotFound, reason
from negotiation.documents.spreadsheets.cells import Workbook
from negotiation.documents.spreadsheets.other_workbook import OtherWorkbook
from negotiation.documents.spreadsheets.text_table import TextTable
from negotiation.documents.spreadsheets.workbook import PackagedWorkbook

MAX_UNPACKED = 1 << 30  # bytes; a zip that unpacks to more is no ledger
_COMPOUND = b"\xd0\xcf\x11\xe0"  # .xls, or an encrypted .xlsx
_PACKAGE = b"PK"
_SAVE_AS = "请用表格软件打开并另存为 .xlsx"


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """The workbook in a file. Raises NotFound, and NegotiationError for what is no workbook, also while it is read."""
    start = _start(path)
    try:
        if start.startswith(_PACKAGE) and not _is_open_document(path):
            with zipfile.ZipFile(path) as archive:
                yield PackagedWorkbook(archive)
        elif start.startswith((_PACKAGE, _COMPOUND)):
            with closing(CalamineWorkbook.from_path(path)) as book:
                yield OtherWorkbook(book)
        else:
            yield TextTable(path)
    except NegotiationError:
        raise
    except zipfile.BadZipFile:
        raise NegotiationError("文件不是 .xlsx，或已损坏", where=path.name, todo=_SAVE_AS) from None
    except Exception as error:  # what a damaged file does to the readers of its parts has no common class
        raise _unreadable(path, error, is_compound=start == _COMPOUND) from error


def _unreadable(path: Path, error: Exception, *, is_compound: bool) -> NegotiationError:
    if is_compound or isinstance(error, PasswordError):
        todo = "请去掉打开密码，另存为 .xlsx 后再导入"
        return NegotiationError("文件已加密或已损坏", where=path.name, todo=todo)
    return NegotiationError(f"文件内容无法读取（{type(error).__name__}）", where=path.name, todo=_SAVE_AS)


def _start(path: Path) -> bytes:
    """The first bytes of a file. Raises NotFound or NegotiationError for one that cannot be read."""
    if path.is_dir() or not path.exists():
        raise NotFound("没有这个文件", where=str(path), todo="请核对文件名和路径")
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError as error:
        raise NegotiationError(
            f"文件无法读取（{reason(error)}）", where=path.name, todo="请检查文件的读取权限"
        ) from None


def _is_open_document(path: Path) -> bool:
    """True for an OpenDocument package. Raises NegotiationError for one that unpacks to too much."""
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise NegotiationError("文件解压后过大", where=path.name, todo="请只保留要导入的工作表后另存")
        return "mimetype" in archive.namelist()
