"""The type of a file: decided by its content, in agreement with its name."""

import re
from collections.abc import Sequence

from negotiation.domain.attachments.kinds import CSV, ENDINGS, JPEG, PDF, PNG, TXT, Kind, allowed, fault
from negotiation.domain.attachments.packed import compound_kinds, packed_kinds

_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))


ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


# Only for the sentence: what is not allowed is refused whether it is known here or not.
_FORBIDDEN = (
    (b"MZ", "可执行程序"), (b"\x7fELF", "可执行程序"), (ZIP, "压缩包"), (b"Rar!", "压缩包"), (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"), (b"GIF8", "GIF 图片"), (b"BM", "BMP 图片"),
)  # fmt: skip


_MARKUP = ("<!doctype", "<html", "<svg", "<script", "<?xml", "<?php", "<%", "#!", "@echo", "mime-version:")


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def recognised(name: str, content: bytes) -> tuple[Kind, str]:
    """The kind that content and name agree on, and its media type. Raises FieldError for one that is not allowed."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in ENDINGS:
        raise fault(f"附件“{name}”的类型不在允许之列", allowed())
    kinds, charset = _kinds_of(name, content), ""
    if not kinds:
        kinds, charset = (TXT, CSV), _charset(name, content)
    for kind in kinds:
        if ending in kind.endings:
            return kind, f"{kind.media}; charset={charset}" if charset else kind.media
    raise fault(f"附件“{name}”的扩展名是 .{ending}，内容却是{kinds[0].title}", "请用原来的程序另存，或改正扩展名")


def _kinds_of(name: str, content: bytes) -> Sequence[Kind]:
    """The kinds that the first bytes allow; nothing for a text, or for what is not allowed."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return (kind,)
    if content.startswith(ZIP):
        return packed_kinds(name, content)
    return compound_kinds(name, content) if content.startswith(COMPOUND) else ()


def _charset(name: str, content: bytes) -> str:
    """The encoding of a text. Raises FieldError for what is none, or is a program or a page written as one."""
    for charset in ("utf-8", "gb18030"):
        text = decoded(content, charset)
        if text is not None:
            if text.lstrip("\ufeff \t\r\n").lower().startswith(_MARKUP):
                raise fault(f"附件“{name}”的内容是网页或脚本，不能上传", allowed())
            return charset
    title = next((title for magic, title in _FORBIDDEN if content.startswith(magic)), "")
    what = f"附件“{name}”的内容是{title}，不能上传" if title else f"附件“{name}”的内容无法识别"
    raise fault(what, allowed() if title else "文本文件请另存为 UTF-8 编码；其他文件可能已损坏，请用原来的程序另存")


def decoded(content: bytes, charset: str) -> str | None:
    """The text; None if the bytes are none in this encoding, or hold what no text holds."""
    try:
        text = content.decode(charset)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text
