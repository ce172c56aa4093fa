"""The parts of an email as bytes (RFC 2045 to 2047)."""

import hashlib
from base64 import encodebytes
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

CALENDAR_FILE = "期限.ics"


CRLF = b"\r\n"


class Words(NamedTuple):
    """A mail as people read it."""

    subject: str
    text: str
    html: str


_TEXT = b'Content-Type: text/plain; charset="utf-8"'


_HTML = b'Content-Type: text/html; charset="utf-8"'


_CALENDAR = (
    b'Content-Type: text/calendar; charset="utf-8"; method="PUBLISH"\r\n'
    b"Content-Disposition: attachment; filename*=utf-8''" + quote(CALENDAR_FILE).encode()  # RFC 2231
)


def body_of(words: Words, calendar: bytes | None, message_id: str) -> bytes:
    """Text and HTML as alternatives; with a calendar file, that pair and the file beside it."""
    boundary = hashlib.sha256(message_id.encode()).hexdigest()[:32].encode()
    readings = _parts(b"alternative", boundary, (_part(_TEXT, _lines(words.text)), _part(_HTML, _lines(words.html))))
    if calendar is None:
        return readings
    return _parts(b"mixed", boundary + b".0", (readings, _part(_CALENDAR, calendar)))


def _parts(kind: bytes, boundary: bytes, parts: Iterable[bytes]) -> bytes:
    """Several parts as one; nothing in base64 looks like their boundary, which has an underscore."""
    inside = b"".join(b"--=_%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return b'Content-Type: multipart/%s; boundary="=_%s"\r\n\r\n%s--=_%s--\r\n' % (kind, boundary, inside, boundary)


def _part(headers: bytes, content: bytes) -> bytes:
    encoded = encodebytes(content).replace(b"\n", CRLF)
    return headers + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded


def _lines(text: str) -> bytes:
    return text.encode().replace(b"\n", CRLF)
