"""Forms as they are read: fields, each text as it is kept, and files; and what was typed where the session ended before
the form was sent.

Such a form proves by its token that it came from a page of a session of the same person, which is over now. What was
typed then stands on a page of the new session and is sent again by a click: without the new session's own token nothing
is written. The secrecy review is confirmed again by who signed in; what becomes of its files: ``web.pages.lost_forms``.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from negotiation.core import texts
from negotiation.core.errors import NegotiationError
from negotiation.core.texts import Kind, TextError
from negotiation.web.limits import BACK, FIELDS, FILES_AT_ONCE, BodyRefused

CSRF_FIELD, TICK = "csrf", "reviewed"
# Passwords stand on no page, and who is out need not leave again.
NOT_KEPT = ("/password", "/signout", "/second-factor/begin")
WAS = "was:"  # before the name of a field: its value when the form was made, which is only compared
Fields = list[tuple[str, str]]
Files = list[tuple[str, bytes]]


class Unreadable(NegotiationError):
    """A form that is none, or that brings too many files at once."""


class Sent(NamedTuple):
    """The fields of a form in their order, what is wrong with texts that cannot be kept (then they are good for giving
    the form back, and for nothing else), and the files that were chosen (name, content)."""

    fields: Fields
    faults: list[TextError]
    files: Files


async def read_form(request: Request, most_files: int = 0, kinds: Mapping[str, Kind] = {}) -> Sent:
    """The fields and files of a form; ``kinds``: of fields that take more or less than others of their name.

    Raises Unreadable, BodyRefused.
    """
    try:
        async with request.form(max_files=most_files) as form:
            pairs = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
            chosen = [each for _, each in form.multi_items() if isinstance(each, UploadFile)]
            # A browser sends an empty file without a name for a field in which none was chosen.
            files = [(each.filename or "", await each.read()) for each in chosen if each.filename or each.size]
            return Sent(*_read(pairs, kinds), files)
    except BodyRefused:
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


def _read(pairs: Fields, kinds: Mapping[str, Kind]) -> tuple[Fields, list[TextError]]:
    """The fields as they are kept, or as a page can give them back; and the faults."""
    fields, faults = [], []
    for key, value in pairs:
        try:
            fields.append((texts.read(key, texts.NAME, ""), _kept(key, value, kinds)))
        except TextError as fault:
            faults.append(fault)
            fields.append((texts.shown(key), texts.shown(value)))
    return fields, faults


def _kept(key: str, value: str, kinds: Mapping[str, Kind]) -> str:
    """A value as it is kept. What a form held when it was made is only compared: it is what stands already."""
    if key.startswith(WAS):
        return texts.shown(texts.tidied(value))
    return texts.read(value, kinds.get(key) or texts.kind_of(key), key)


class SavedForm(BaseModel):
    """A form as it was typed: where it was sent, the token that it bore, the fields in their order, the names of its
    files that are held, and of those to be chosen again."""

    path: str
    csrf: str
    fields: Fields
    held: list[str] = []
    lost: list[str] = []

    @classmethod
    def of(cls, request: Request, fields: Fields) -> "SavedForm":
        path, query = quote(request.url.path, safe="/"), request.url.query
        typed = [(key, value) for key, value in fields if key not in (CSRF_FIELD, TICK)]
        return cls(path=f"{path}?{query}" if query else path, csrf=joined(fields).get(CSRF_FIELD, ""), fields=typed)

    @classmethod
    def read(cls, text: str) -> "SavedForm | None":
        """The form in a text that came back from the browser, None for a text that holds none."""
        try:
            kept = cls.model_validate_json(text)
        except ValidationError:
            return None
        return kept if is_own(kept.path) else None

    def as_text(self) -> str:
        """For a hidden field; "" if the sign-in page would refuse so much."""
        text = self.model_dump_json()
        return text if len(quote_plus(text)) < FIELDS * 3 // 4 else ""


def is_own(path: str) -> bool:
    """True for a path of this site: nobody is led elsewhere by signing in."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
