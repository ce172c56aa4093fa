"""Files that are packed: docx, xlsx, pptx and OFD in a ZIP; the older Office and WPS formats in a compound file."""

import html
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence

from negotiation.core.errors import FieldError
from negotiation.domain.attachments.kinds import DOC, DOCX, MEGABYTE, OFD, PPT, PPTX, XLS, XLSX, Kind, fault

_ZIP_ENTRY = b"PK\x01\x02"


_STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}


_FOLDERS = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}


MOST_UNPACKED, MOST_ENTRIES, READ_AT_MOST = 200 * MEGABYTE, 10_000, 20 * MEGABYTE


_MOST_TIMES, _HARMLESS = 50, 10 * MEGABYTE  # what unpacks to little is no bomb, however well it was packed


# zipfile raises any of these over a package that lies about itself.
_BROKEN = (
    zipfile.BadZipFile, struct.error, zlib.error, lzma.LZMAError, ValueError, LookupError, OSError, EOFError,
    OverflowError, RuntimeError,
)  # fmt: skip


_TEXT_PARTS = re.compile(
    r"word/(document|header|footer)\d*\.xml|xl/sharedStrings\.xml|xl/worksheets/[^/]+\.xml|ppt/slides/slide\d+\.xml"
    r"|(?:.*/)?Pages/[^/]+/Content\.xml"  # OFD (GB/T 33190), whose text stands in TextCode
)


_PARAGRAPH_ENDS, _TAG = re.compile(r"</(?:w:p|si|c|a:p|ofd:TextObject)>"), re.compile(r"<[^<>]*>")


def packed_kinds(name: str, content: bytes) -> Sequence[Kind]:
    """The kind by the names inside a package; nothing for a mere archive.

    Raises FieldError for a package that is encrypted, broken, too large once unpacked, or has a macro.
    """
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
    return fault(f"附件“{name}”解压后过大", "请用原来的程序另存，或拆分后上传")


def _unreadable(name: str) -> FieldError:
    return fault(f"附件“{name}”已加密或损坏，无法读取", "请去掉打开密码，或用原来的程序另存后上传")


def _macro(name: str) -> FieldError:
    return fault(f"附件“{name}”带有宏，不能上传", "请另存为不带宏的格式（如 .docx、.xlsx）")


def words_of(content: bytes) -> str:
    """The text of the main parts of a document, a line for each paragraph; of a huge one its beginning."""
    words, left = [], READ_AT_MOST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for entry in package.infolist():
                if left > 0 and _TEXT_PARTS.fullmatch(entry.filename):
                    with package.open(entry) as part:
                        read = part.read(left)
                    left -= len(read)
                    words.append(_text_between_tags(read))
    except _BROKEN:
        return "\n".join(words)  # a part that cannot be read is not shown by the program that opens it either
    return "\n".join(words)


def _text_between_tags(xml: bytes) -> str:
    """The text between the tags: a mark may be cut in runs, but not across paragraphs."""
    is_wide = xml.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = xml.decode("utf-16" if is_wide else "utf-8", "replace").translate({10: None, 13: None})
    return html.unescape(_TAG.sub("", _PARAGRAPH_ENDS.sub("\n", text)))


def compound_kinds(name: str, content: bytes) -> Sequence[Kind]:
    """The kinds whose streams a compound file holds: several, where a text holds a sheet.

    Raises FieldError for one that is encrypted or has a macro.
    """
    if _holds(content, "EncryptedPackage"):
        raise _unreadable(name)
    if _holds(content, "_VBA_PROJECT"):
        raise _macro(name)
    return list(dict.fromkeys(kind for stream, kind in _STREAMS.items() if _holds(content, f"{stream}\0")))


def _holds(content: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in content
