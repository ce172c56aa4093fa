"""Answers that a browser saves as a file: the bytes, their kind, and the name under which they are saved."""

import re
from urllib.parse import quote

from fastapi import Response

from negotiation.core import log

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"
ZIP = "application/zip"
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def saved(content: bytes | None, name: str, media: str = XLSX, **what: object) -> Response:
    """An answer that is saved and never shown in the page, whatever it seems to be.

    Whatever is handed out as a file comes through here, and is put on record: its kind and size, and ``what`` it is.
    """
    log.logger().info("download", media=media, bytes=len(content or b""), **what)
    headers = {"Content-Disposition": disposition(name), "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=media, headers=headers)


def disposition(name: str) -> str:
    """The header by which a browser saves a file under its name (RFC 6266): in ASCII for old ones, whole for others."""
    if _PLAIN.fullmatch(name):
        return f'attachment; filename="{name}"'
    ending = name.rpartition(".")[2]
    plain = f"attachment.{ending}" if ending.isascii() and ending.isalnum() else "attachment"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
