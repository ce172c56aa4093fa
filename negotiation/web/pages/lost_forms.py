"""Forms whose session was over when they were sent: kept, with their files, until their author has signed in again.

A form proves by its mark that it came from a page of a session of that author, also where the browser no longer has
the cookie. Of a form without such a mark nothing is read beyond its beginning, in which the mark stands.
"""

import re
from contextlib import suppress

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Message

from negotiation.core.errors import NegotiationError
from negotiation.domain.people import Person
from negotiation.services.accounts import sessions
from negotiation.web.app_state import AppState
from negotiation.web.form_data import CSRF_FIELD, SavedForm, Sent, Unreadable, joined, read_form
from negotiation.web.held_files import about_of
from negotiation.web.limits import FILES_AT_ONCE, BodyRefused
from negotiation.web.pages.form_files import HELD, files_for

_MARK = re.compile(rf'(?:^|&){CSRF_FIELD}=|name="{CSRF_FIELD}"\r\n\r\n'.encode())
_TOKEN = re.compile(rb"[\w%.-]{1,200}")


async def kept_form(request: Request, app_state: AppState) -> SavedForm | None:
    """The form that a request brings, if it is of somebody who once signed in here; None of any other."""
    owner, request = await _owner_of(request, app_state)
    if owner is None:
        return None
    with suppress(Unreadable, BodyRefused, ClientDisconnect):
        return await saved(request, app_state, owner, await read_form(request, FILES_AT_ONCE))
    return None


async def saved(request: Request, app_state: AppState, owner: Person, sent: Sent) -> SavedForm:
    """A form as it is sent again later. Its files are held, where they are of a case or an application; of what
    cannot be held, and of other forms, the names are told."""
    form, about, names = (
        SavedForm.of(request, sent.fields),
        about_of(request.url.path),
        [name for name, _ in sent.files],
    )
    if not about or not sent.files:
        return form.model_copy(update={"lost": names})
    try:
        files = await files_for(app_state.settings, owner.id, about, joined(sent.fields), sent.files)
        held = await files.keep()
    except NegotiationError:
        return form.model_copy(update={"lost": names})
    kept = held.names() if held is not None else []
    fields = [each for each in form.fields if each[0] != HELD] + ([(HELD, held.token)] if held is not None else [])
    lost = [name for name in names if name not in kept]
    return form.model_copy(update={"fields": fields, "held": kept, "lost": lost})


async def _owner_of(request: Request, app_state: AppState) -> tuple[Person | None, Request]:
    """Whose session that of the cookie was, else of whose pages the form is; and the request, not yet read."""
    cookie = request.cookies.get(app_state.session_cookie, "")
    mark, request = await _mark_of(request)
    with app_state.read() as transaction:
        return sessions.owner_of(transaction, cookie) or sessions.author_of_form(transaction, mark), request


async def _mark_of(request: Request) -> tuple[str, Request]:
    """The mark in the beginning of a body, "" for none; and the request as it was before it was looked into."""
    try:
        first = await request.receive()
    except BodyRefused:
        return "", request
    body = bytes(first.get("body", b""))
    begins = _MARK.search(body)
    found = _TOKEN.match(body, begins.end()) if begins else None
    waiting: list[Message] = [first]

    async def receive() -> Message:
        return waiting.pop() if waiting else await request.receive()

    return found[0].decode() if found else "", Request(request.scope, receive)
