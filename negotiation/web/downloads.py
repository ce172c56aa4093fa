"""Answers that a browser saves as a file: the bytes, their kind, and the name under which they are saved."""

import re
from urllib.parse import quote

from fastapi import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"
ZIP = "application/zip"
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def saved(content: bytes | None, name: str, media: str = XLSX) -> Response:
    """An answer that is saved and never shown in the page, whatever it seems to be."""
    headers = {"Content-Disposition": disposition(name), "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=media, headers=headers)


def disposition(name: str) -> str:
    """The header by which a browser saves a file under its name (RFC 6266): in ASCII for old ones, whole for others."""
    if _PLAIN.fullmatch(name):
        return f'attachment; filename="{name}"'
    ending = name.rpartition(".")[2]
    plain = f"attachment.{ending}" if ending.isascii() and ending.isalnum() else "attachment"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
