"""Reads files that come with an act: what they are is decided by their content, never by their name alone.

Knows no database. A file is kept as it came and only ever handed out as a download; here is decided whether it is kept.
"""

import hashlib
import html
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from negotiation.core import texts
from negotiation.core.errors import FieldError
from negotiation.domain.forms import SECRETS

FIELD = "files"
MEGABYTE = 1024 * 1024
LONGEST_NAME = 120
_OOXML = "application/vnd.openxmlformats-officedocument"


class Upload(NamedTuple):
    """A file that may be kept. ``digest``: SHA-256 of its content; ``size`` in bytes."""

    name: str
    media: str
    size: int
    digest: bytes
    content: bytes


class Kind(NamedTuple):
    """A type of file: how people call it, its media type, the endings that its names may have."""

    title: str
    media: str
    endings: tuple[str, ...]


PDF = Kind("PDF", "application/pdf", ("pdf",))
PNG = Kind("PNG 图片", "image/png", ("png",))
JPEG = Kind("JPEG 图片", "image/jpeg", ("jpg", "jpeg"))
DOCX = Kind("Word 文档", f"{_OOXML}.wordprocessingml.document", ("docx",))
XLSX = Kind("Excel 表格", f"{_OOXML}.spreadsheetml.sheet", ("xlsx",))
PPTX = Kind("PowerPoint 演示文稿", f"{_OOXML}.presentationml.presentation", ("pptx",))
OFD = Kind("OFD 版式文件", "application/ofd", ("ofd",))
DOC = Kind("Word 97 或 WPS 文字", "application/msword", ("doc", "wps"))
XLS = Kind("Excel 97 或 WPS 表格", "application/vnd.ms-excel", ("xls", "et"))
PPT = Kind("PowerPoint 97 或 WPS 演示", "application/vnd.ms-powerpoint", ("ppt", "dps"))
TXT = Kind("文本", "text/plain", ("txt",))
CSV = Kind("CSV 表格", "text/csv", ("csv",))
KINDS = (PDF, OFD, DOCX, XLSX, PPTX, DOC, XLS, PPT, PNG, JPEG, TXT, CSV)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)

_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_ZIP, _ZIP_ENTRY, _COMPOUND = b"PK\x03\x04", b"PK\x01\x02", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
_FOLDERS = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
# Only for the sentence: what is not allowed is refused whether it is known here or not.
_FORBIDDEN = (
    (b"MZ", "可执行程序"), (b"\x7fELF", "可执行程序"), (_ZIP, "压缩包"), (b"Rar!", "压缩包"), (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"), (b"GIF8", "GIF 图片"), (b"BM", "BMP 图片"),
)  # fmt: skip
_MARKUP = ("<!doctype", "<html", "<svg", "<script", "<?xml", "<?php", "<%", "#!", "@echo", "mime-version:")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

# ----------------------------------------------------------------------------------------------------------- reading


def read_upload(name: str, content: bytes, *, megabytes: int) -> Upload:
    """A file as it came, with a tidy name. Raises FieldError (field ``files``) with a sentence for what is not kept."""
    name = tidy_name(name)
    _demand_size(name, content, megabytes)
    kind, media = _recognised(name, content)
    _demand_clean(name, name)
    _demand_clean(name, _text_of(kind, content))
    return Upload(name, media, len(content), hashlib.sha256(content).digest(), content)


def proofs(numbers: Iterable[int], uploads: Iterable[Upload]) -> list[dict[str, Any]]:
    """What an act keeps of its files beside its fields: number, name and SHA-256, by which each can be proved."""
    pairs = zip(numbers, uploads, strict=True)
    return [{"n": n, "name": upload.name, "sha256": upload.digest.hex()} for n, upload in pairs]


def tidy_name(name: str) -> str:
    """A name without folders, line breaks and what file systems forbid; at most 120 characters. Raises FieldError."""
    last = texts.read(re.split(r"[/\\]", name)[-1], texts.CELL, FIELD, "附件的文件名")
    tidy = re.sub(r'[<>:"|?*]', "_", last.replace("\n", "")).strip(" .")
    stem, dot, ending = tidy.rpartition(".") if "." in tidy else (tidy, "", "")
    room = LONGEST_NAME - len(dot + ending)
    return (stem[:room].rstrip() + dot + ending)[:LONGEST_NAME] or "附件"


def _demand_size(name: str, content: bytes, megabytes: int) -> None:
    if not content:
        raise _fault(f"附件“{name}”是空的", "请核对文件后重新选择")
    if len(content) > megabytes * MEGABYTE:
        size = f"{len(content) / MEGABYTE:.1f}"
        raise _fault(f"附件“{name}”有 {size} MB，超过 {megabytes} MB", "请压缩图片、拆分文件，或改为线下传递并登记")


def _fault(what: str, todo: str) -> FieldError:
    return FieldError(what, field=FIELD, todo=todo)


# ------------------------------------------------------------------------------------------------------- recognising


def _recognised(name: str, content: bytes) -> tuple[Kind, str]:
    """The kind that content and name agree on, and its media type."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in ENDINGS:
        raise _fault(f"附件“{name}”的类型不在允许之列", _allowed())
    kinds, charset = _kinds_of(name, content), ""
    if not kinds:
        kinds, charset = (TXT, CSV), _charset(name, content)
    for kind in kinds:
        if ending in kind.endings:
            return kind, f"{kind.media}; charset={charset}" if charset else kind.media
    raise _fault(f"附件“{name}”的扩展名是 .{ending}，内容却是{kinds[0].title}", "请用原来的程序另存，或改正扩展名")


def _allowed() -> str:
    return f"可以上传：{'、'.join(ENDINGS)}；程序、脚本、网页和压缩包不接受"


def _kinds_of(name: str, content: bytes) -> Sequence[Kind]:
    """What the content can be, from its first bytes on; nothing if it may be text or is not allowed."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return (kind,)
    if content.startswith(_ZIP):
        return _packed_kinds(name, content)
    return _compound_kinds(name, content) if content.startswith(_COMPOUND) else ()


def _charset(name: str, content: bytes) -> str:
    """The encoding of a text. Raises FieldError for what is none, or is a program or a page written as one."""
    for charset in ("utf-8", "gb18030"):
        text = _decoded(content, charset)
        if text is not None:
            if text.lstrip("\ufeff \t\r\n").lower().startswith(_MARKUP):
                raise _fault(f"附件“{name}”的内容是网页或脚本，不能上传", _allowed())
            return charset
    title = next((title for magic, title in _FORBIDDEN if content.startswith(magic)), "")
    what = f"附件“{name}”的内容是{title}，不能上传" if title else f"附件“{name}”的内容无法识别"
    raise _fault(what, _allowed() if title else "文本文件请另存为 UTF-8 编码；其他文件可能已损坏，请用原来的程序另存")


def _decoded(content: bytes, charset: str) -> str | None:
    """The text; None if the bytes are none in this encoding, or hold what no text holds."""
    try:
        text = content.decode(charset)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


# -------------------------------------------------------------------------------- packed: docx, xlsx, pptx, OFD

MOST_UNPACKED, MOST_ENTRIES, READ_AT_MOST = 200 * MEGABYTE, 10_000, 20 * MEGABYTE
_MOST_TIMES, _HARMLESS = 50, 10 * MEGABYTE  # what unpacks to little is no bomb, however well it was packed
# zipfile raises any of these over a package that lies about itself.
_BROKEN = (
    zipfile.BadZipFile, struct.error, zlib.error, lzma.LZMAError, ValueError, LookupError, OSError, EOFError,
    OverflowError, RuntimeError,
)  # fmt: skip
_SPOKEN = re.compile(
    r"word/(document|header|footer)\d*\.xml|xl/sharedStrings\.xml|xl/worksheets/[^/]+\.xml|ppt/slides/slide\d+\.xml"
)
_PARAGRAPH_ENDS, _TAG = re.compile(r"</(?:w:p|si|c|a:p)>"), re.compile(r"<[^<>]*>")


def _packed_kinds(name: str, content: bytes) -> Sequence[Kind]:
    """The kind that the names inside a package tell; nothing if it is just an archive."""
    entries = _entries(name, content)
    inside = {entry.filename for entry in entries}
    _demand_harmless(name, len(content), entries)
    if "OFD.xml" in inside:
        return (OFD,)
    if "[Content_Types].xml" not in inside:
        return ()
    return [kind for folder, kind in _FOLDERS.items() if any(each.startswith(folder) for each in inside)]


def _entries(name: str, content: bytes) -> list[zipfile.ZipInfo]:
    if content.count(_ZIP_ENTRY) > MOST_ENTRIES:
        raise _bomb(name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return package.infolist()
    except _BROKEN:
        raise _unreadable(name) from None


def _demand_harmless(name: str, size: int, entries: list[zipfile.ZipInfo]) -> None:
    """No bomb, no lock, no macro, and packed as these formats are (others unpack without a bound)."""
    if sum(entry.file_size for entry in entries) > min(MOST_UNPACKED, max(_MOST_TIMES * size, _HARMLESS)):
        raise _bomb(name)
    packings = {entry.compress_type for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries) or packings - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _unreadable(name)
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise _macro(name)


def _bomb(name: str) -> FieldError:
    return _fault(f"附件“{name}”解压后过大", "请用原来的程序另存，或拆分后上传")


def _unreadable(name: str) -> FieldError:
    return _fault(f"附件“{name}”已加密或损坏，无法读取", "请去掉打开密码，或用原来的程序另存后上传")


def _macro(name: str) -> FieldError:
    return _fault(f"附件“{name}”带有宏，不能上传", "请另存为不带宏的格式（如 .docx、.xlsx）")


def _words_of(content: bytes) -> str:
    """What the main parts of a document say, a line for each paragraph; of a huge one its beginning."""
    words, left = [], READ_AT_MOST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for entry in package.infolist():
                if left > 0 and _SPOKEN.fullmatch(entry.filename):
                    with package.open(entry) as part:
                        read = part.read(left)
                    left -= len(read)
                    words.append(_spoken(read))
    except _BROKEN:
        return "\n".join(words)  # a part that cannot be read says nothing, here as in the program that opens it
    return "\n".join(words)


def _spoken(xml: bytes) -> str:
    """The text between the tags: a mark may be cut in runs, but not across paragraphs."""
    is_wide = xml.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = xml.decode("utf-16" if is_wide else "utf-8", "replace").translate({10: None, 13: None})
    return html.unescape(_TAG.sub("", _PARAGRAPH_ENDS.sub("\n", text)))


# ------------------------------------------------------------------------ compound: the older Office and WPS formats


def _compound_kinds(name: str, content: bytes) -> Sequence[Kind]:
    """The kinds whose streams such a file holds: several, where a text holds a sheet."""
    if _holds(content, "EncryptedPackage"):
        raise _unreadable(name)
    if _holds(content, "_VBA_PROJECT"):
        raise _macro(name)
    return list(dict.fromkeys(kind for stream, kind in _STREAMS.items() if _holds(content, f"{stream}\0")))


def _holds(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in content


# ----------------------------------------------------------------------------------------------------------- secrecy


def _text_of(kind: Kind, content: bytes) -> str:
    """What can cheaply be read of a file: of PDF, OFD and pictures nothing."""
    if kind in (TXT, CSV):
        return _decoded(content, "utf-8") or content.decode("gb18030")
    if kind in (DOCX, XLSX, PPTX):
        return _words_of(content)
    if kind in (DOC, XLS, PPT):  # their text stands at even or odd places, two bytes a character
        return "\n".join(content[start:].decode("utf-16-le", "replace") for start in (0, 1))
    return ""


def _demand_clean(name: str, text: str) -> None:
    """The system is not for classified matter: what bears its mark is refused, however it is spaced."""
    close = re.sub(r"[^\S\n]", "", text)
    for mark in SECRETS:
        if mark in close:
            raise _fault(
                f"附件“{name}”含有“{mark}”字样，不得上传本系统", "请线下办理，并在系统中只登记编号、单位和日期"
            )
