"""What a form brings: its fields and files; and what was typed where the session ended before the form was sent.

Such a form proves by its mark that it came from a page of a session of the same person, which is over now. What was
typed then stands on a page of the new session and is sent again by a click: without the new session's own mark nothing
is written. Files are chosen again, and the secrecy review is confirmed again by who signed in.
"""

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from negotiation.errors import NegotiationError
from negotiation.web.bounds import BACK, FIELDS, FILES_AT_ONCE, TooLarge

MARK, TICK = "csrf", "reviewed"
NOT_KEPT = ("/password", "/signout")  # passwords stand on no page, and who is out need not leave again
Fields = list[tuple[str, str]]
Files = list[tuple[str, bytes]]


class Unreadable(NegotiationError):
    """A form that is none, or that brings too many files at once."""


async def fields_and_files(request: Request, most_files: int = 0) -> tuple[Fields, Files]:
    """The fields in their order, and the files that were chosen (name, content). Raises Unreadable, TooLarge."""
    try:
        async with request.form(max_files=most_files) as form:
            fields = [(key, _plain(value)) for key, value in form.multi_items() if isinstance(value, str)]
            files = [each for _, each in form.multi_items() if isinstance(each, UploadFile)]
            # A browser sends an empty file without a name for a field in which none was chosen.
            return fields, [(each.filename or "", await each.read()) for each in files if each.filename or each.size]
    except TooLarge:
        raise
    except (HTTPException, UnicodeError):
        todo = f"{BACK}；一次最多上传 {FILES_AT_ONCE} 个附件"
        raise Unreadable("表单不完整，或附件过多，没有写入任何内容", todo=todo) from None


def joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Fields by name; several ticks under one name are joined."""
    found: dict[str, str] = {}
    for key, value in fields:
        found[key] = f"{found[key]}、{value}" if key in found else value
    return found


def _plain(text: str) -> str:
    """Without what no database can keep: NUL, and halves of characters."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


class Kept(BaseModel):
    """What was typed: where it was sent, the mark that the form bore, and the fields in their order."""

    path: str
    mark: str
    fields: Fields

    @classmethod
    def of(cls, request: Request, fields: Fields) -> "Kept":
        path, query = quote(request.url.path, safe="/"), request.url.query
        typed = [(key, value) for key, value in fields if key not in (MARK, TICK)]
        return cls(path=f"{path}?{query}" if query else path, mark=joined(fields).get(MARK, ""), fields=typed)

    @classmethod
    def read(cls, text: str) -> "Kept | None":
        """What came through the door; None for what is nothing of the kind."""
        try:
            kept = cls.model_validate_json(text)
        except ValidationError:
            return None
        return kept if is_own(kept.path) else None

    def as_text(self) -> str:
        """For a hidden field; "" if the door would refuse so much."""
        text = self.model_dump_json()
        return text if len(quote_plus(text)) < FIELDS * 3 // 4 else ""


def is_own(path: str) -> bool:
    """Whether a path is one of this site: nobody is led elsewhere by signing in."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
