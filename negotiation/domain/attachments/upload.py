"""Files that come with an act, read and checked.

Knows no database. A file is stored as it came and only ever handed out as a download.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from negotiation.core import texts
from negotiation.domain.attachments.kinds import (
    FIELD,
    MEGABYTE,
    fault,
)
from negotiation.domain.attachments.recognition import recognised
from negotiation.domain.attachments.secrecy import demand_clean, text_of
from negotiation.domain.fields import Proof

LONGEST_NAME = 120


class Upload(NamedTuple):
    """A file that may be stored. ``digest``: SHA-256 of its content; ``size`` in bytes."""

    name: str
    media: str
    size: int
    digest: bytes
    content: bytes


def read_upload(name: str, content: bytes, *, megabytes: int) -> Upload:
    """A file as it came, with a tidy name. Raises FieldError (field ``files``) for a file that may not be stored."""
    name = tidy_name(name)
    _demand_size(name, content, megabytes)
    kind, media = recognised(name, content)
    demand_clean(name, text_of(kind, content))
    return Upload(name, media, len(content), hashlib.sha256(content).digest(), content)


def proofs(numbers: Iterable[int], uploads: Iterable[Upload]) -> list[Proof]:
    """The proof of each file, stored with the act: ``n`` (number), ``name`` and ``sha256``."""
    pairs = zip(numbers, uploads, strict=True)
    return [{"n": n, "name": upload.name, "sha256": upload.digest.hex()} for n, upload in pairs]


def tidy_name(name: str) -> str:
    """A name without folders, line breaks and what file systems forbid; at most 120 characters. Raises FieldError."""
    last = texts.read(re.split(r"[/\\]", name)[-1], texts.CELL, FIELD, "附件的文件名")
    tidy = re.sub(r'[<>:"|?*]', "_", last.replace("\n", "")).strip(" .")
    stem, dot, ending = tidy.rpartition(".") if "." in tidy else (tidy, "", "")
    left = LONGEST_NAME - len(dot + ending)
    return (stem[:left].rstrip() + dot + ending)[:LONGEST_NAME] or "附件"


def _demand_size(name: str, content: bytes, megabytes: int) -> None:
    if not content:
        raise fault(f"附件“{name}”是空的", "请核对文件后重新选择")
    if len(content) > megabytes * MEGABYTE:
        size = f"{len(content) / MEGABYTE:.1f}"
        raise fault(f"附件“{name}”有 {size} MB，超过 {megabytes} MB", "请压缩图片、拆分文件，或改为线下传递并登记")
