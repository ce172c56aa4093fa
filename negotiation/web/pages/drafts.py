"""Drafts that save themselves: what is typed into a form of an act or an application, and its files, until it is sent.

They are held where files of forms are held: a draft of a case goes with its 封存清除, every draft after a week. What is
saved bears no mark of secrecy; the review itself is confirmed when the form is sent.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from negotiation.core.errors import NotFound, refuse
from negotiation.core.local_time import local, local_date
from negotiation.domain import forms
from negotiation.services.permissions import visible
from negotiation.web.held_files import HeldFiles, about_of
from negotiation.web.pages.form_files import HELD, files_for
from negotiation.web.pages.inputs import DAY, TICK
from negotiation.web.pages.returned import RETURNED
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.templating import piece

router = APIRouter()
DROP = "drop"


class _Saved(BaseModel):
    """What is written of a form: its fields, and when."""

    at: datetime
    fields: dict[str, str]


class Draft(NamedTuple):
    """A draft as its form is opened again: what was typed, the files, when it was saved."""

    typed: Mapping[str, str]
    held: HeldFiles
    at: datetime


def draft_of(ctx: RequestContext, path: str, asked: Mapping[str, str]) -> Draft | None:
    """The draft of the form at an address, None if there is none; one that takes up a returned act is another's."""
    held = _held(ctx, path)
    text = held.form()
    try:
        saved = _Saved.model_validate_json(text) if text else None
    except ValidationError:
        return None
    if saved is None or saved.fields.get(RETURNED, "") != asked.get(RETURNED, ""):
        return None
    is_of_its_day = saved.fields.get(DAY) == local_date(saved.at).isoformat()  # as it was first shown
    typed = {key: text for key, text in saved.fields.items() if not (key == DAY and is_of_its_day)}
    return Draft({**typed, HELD: held.token}, held, saved.at)


@router.post("/drafts/{path:path}")
async def save(path: str, request: Request, ctx: CurrentRequest) -> Response:
    """Saves the form at an address as it stands, or lets go of it; answers with its files as they stand in the form.

    Raises NotFound for an address without such a form, FieldError for a text or a file that may not be kept.
    """
    typed, chosen = await upload_of(request, ctx)
    about = _demand_form(ctx, f"/{path}")
    held = _held(ctx, f"/{path}")
    if typed.get(DROP):
        await run_in_threadpool(held.drop)
        return RedirectResponse(f"/{path}", status_code=303)
    ctx.demand_texts()
    for key, text in typed.items():
        forms.demand_clean(text, key)
    files = await files_for(ctx.app_state.settings, ctx.person.id, about, {**typed, HELD: held.token}, chosen)
    refuse(files.faults)
    at = ctx.app_state.clock()
    saved = _Saved(at=at, fields={key: text for key, text in typed.items() if key not in (TICK, HELD)})
    await files.keep()
    await run_in_threadpool(held.keep_form, saved.model_dump_json())
    return JSONResponse({"files": piece("_held.html", {"held": held}), "at": f"{local(at):%H:%M}"})


def _demand_form(ctx: RequestContext, path: str) -> str:
    """The case or the procedure that a form is about. Raises NotFound for one that this person does not fill in."""
    about = about_of(path)
    if not about:
        raise NotFound("没有这一页", todo="请从案件页进入")
    if path.startswith("/apply/"):
        ctx.demand_page("apply")
        return about
    with ctx.app_state.read() as transaction:
        return visible(transaction, ctx.app_state.context, ctx.person, about, ctx.app_state.clock()).no


def _held(ctx: RequestContext, path: str) -> HeldFiles:
    """Where the draft of a form lies: one of each form for each person."""
    mark = hashlib.sha256(path.encode()).hexdigest()[:32]
    return HeldFiles.of(ctx.app_state.settings.home, about_of(path), ctx.person.id, mark)
