"""The outbox: each mail and what became of it, as its reader sees it, and sent again or let go by a click."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ACT_AS_OFFICE, OFFICE_ID, NoticeState
from negotiation.core.errors import Conflict, FieldError, NegotiationError, NotFound, UsageError
from negotiation.core.texts import searched
from negotiation.domain import forms
from negotiation.domain.notice_facts import Facts
from negotiation.domain.notices import NoticeRecord
from negotiation.notifications import dispatcher
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.email.mime import Words
from negotiation.notifications.relevance import facts_now
from negotiation.store import case_reader, outbox, outbox_list
from negotiation.store.numbers import GREATEST_ID
from negotiation.store.outbox_list import Cursor, Page, Wanted
from negotiation.web.filters import named_departments, status_of
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
FILTERS = ("state", "department", "text")
HELD_SHOWN = 200
NOTHING = Page([], None)
AGAIN = (NoticeState.FAILED, NoticeState.SENT)


class Opened(NamedTuple):
    """A notice that is read in the page of its case: its key, its subject, and its text or why there is none."""

    key: str
    subject: str
    text: str


@router.get("/outbox")
async def list_page(request: Request, ctx: CurrentRequest) -> Response:
    """The newest first; those that wait for a click on top. A faulty filter leaves the page, with nothing listed."""
    ctx.demand_page("outbox")
    asked = {key: searched(request.query_params.get(key, "")) for key in FILTERS}
    after = request.query_params.get("after", "")
    with ctx.app_state.read() as transaction:
        held = outbox_list.page(transaction, Wanted(NoticeState.HELD.value), limit=HELD_SHOWN)
        try:
            wanted, place = _wanted(ctx, asked), Cursor.read(after) if after else None
        except (FieldError, UsageError) as fault:
            return _page(ctx, asked, Wanted(), held, fault=fault)
        found = outbox_list.page(transaction, wanted, place)
    return _page(ctx, asked, wanted, held, found=found, later=bool(after))


def _page(
    ctx: RequestContext,
    asked: Mapping[str, str],
    wanted: Wanted,
    held: Page,
    *,
    found: Page = NOTHING,
    later: bool = False,
    fault: NegotiationError | None = None,
) -> Response:
    kept, directory = {key: value for key, value in asked.items() if value}, ctx.app_state.context.directory
    facts = ctx.facts(
        notices=found.lines,
        held=held.lines,
        asked=asked,
        fault=fault,
        named=named_departments(directory, asked["department"], wanted.departments),
        departments=[unit.name for unit in directory.in_order()],
        next=f"/outbox?{urlencode({**kept, 'after': found.next.text})}" if found.next else "",
        first=f"/outbox?{urlencode(kept)}" if later else "",
        may_send=ctx.person.acts_as_office,
        may_read=ctx.person.sees_all_cases,
        here="outbox",
    )
    return page("outbox.html", facts, status=status_of(fault))


def _wanted(ctx: RequestContext, asked: Mapping[str, str]) -> Wanted:
    """The notices that the address asks for. Raises FieldError for a state or department that there is not."""
    if asked["state"] and asked["state"] not in list(NoticeState):
        raise FieldError("没有这种通知状态", field="state", todo="请从列表中选择")
    return Wanted(asked["state"], _departments(ctx, asked["department"]), asked["text"])


def _departments(ctx: RequestContext, text: str) -> tuple[int, ...]:
    """The departments that are meant; the office by its name or a part of it, where no department has that."""
    if not text:
        return ()
    office, found = ctx.app_state.context.office_name, ctx.app_state.context.directory.matching(text)
    if text == office or (text in office and not found):
        return (OFFICE_ID,)
    return tuple(unit.id for unit in found or ctx.app_state.context.directory.demand_matching(text))


@router.post("/outbox/release")
async def release(request: Request, ctx: CurrentRequest) -> Response:
    """Releases the notices that waited for a person to confirm them."""
    await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    at = ctx.app_state.clock()
    await ctx.write(lambda transaction: outbox.release(transaction, at))
    return RedirectResponse("/outbox?said=released", status_code=303)


# ---------------------------------------------------------------------------------------------------------- sent again


@router.get("/outbox/resend")
async def resend_form(ctx: CurrentRequest, case_id: str = "", key: str = "") -> Response:
    """The question whether a mail that was sent is to be sent again."""
    ctx.demand(*ACT_AS_OFFICE)
    return _whole(ctx, _notice(ctx, case_id, key), confirm=True)


@router.post("/outbox/resend")
async def resend(request: Request, ctx: CurrentRequest) -> Response:
    """Has a failed notice wait again at once; one that was sent, once it is confirmed.

    Raises Conflict for a notice in another state.
    """
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    row, at = _notice(ctx, typed.get("case_id", ""), typed.get("key", "")), ctx.app_state.clock()
    if row.state == NoticeState.SENT and not typed.get("confirmed"):
        asked = urlencode({"case_id": row.case_id, "key": row.key})
        return RedirectResponse(f"/outbox/resend?{asked}", status_code=303)
    if not await ctx.write(lambda transaction: dispatcher.resend(transaction, row, at)):
        raise Conflict("只有未能发出的和已发的通知可以重发", todo="请返回“通知”页查看现在的状态")
    return RedirectResponse(f"/outbox/{row.case_id}/{quote(row.key)}?said=resent", status_code=303)


# ------------------------------------------------------------------------------------------------------- one of them


@router.get("/outbox/{case_id}/{key:path}")
async def one(case_id: str, key: str, ctx: CurrentRequest) -> Response:
    """A notice with its words; of a case, so for those who may see every case."""
    ctx.demand_page("outbox")
    return _whole(ctx, _notice(ctx, case_id, key))


def _notice(ctx: RequestContext, case_id: str, key: str) -> NoticeRecord:
    number = forms.read_number(case_id, GREATEST_ID)
    if not ctx.person.sees_all_cases or number is None:
        raise NotFound("没有这封通知", todo="请从“通知”页进入")
    with ctx.app_state.database.read() as transaction:
        return outbox_list.find(transaction, number, key.replace("\0", ""))


def _whole(ctx: RequestContext, row: NoticeRecord, *, confirm: bool = False) -> Response:
    reader = ctx.app_state.context.name_of(row.department_id)
    words, fault = _words(ctx, row, reader)
    facts = ctx.facts(
        row=row,
        no=row.no,
        reader=reader,
        words=words,
        fault=fault,
        may_resend=ctx.person.acts_as_office and row.state in AGAIN,
        confirm=confirm and row.state == NoticeState.SENT,
        here="outbox",
    )
    return page("letter.html", facts)


def notice_opened(ctx: RequestContext, case_id: int, key: str) -> Opened | None:
    """The notice of a case that its page was asked to open, for who may see every case; None where it asks for none."""
    if not key or not ctx.person.sees_all_cases:
        return None
    row = _notice(ctx, str(case_id), key)
    words, fault = _words(ctx, row, ctx.app_state.context.name_of(row.department_id))
    return Opened(key, words.subject if words else "", words.text if words else fault)


def _words(ctx: RequestContext, row: NoticeRecord, reader: str) -> tuple[Words | None, str]:
    """The notice as the post writes it, as of the day of its sending; or why it cannot be written."""
    context = ctx.app_state.context
    at = row.sent_at or ctx.app_state.clock()
    writer = Composer(context.settings, context.calendar_by, at, context.office_name)
    try:
        unit = context.directory.by_id.get(row.department_id)
        signs_in = unit is None or unit.signs_in
        return writer.words(row.template, _facts(ctx, row), reader, signs_in=signs_in), ""
    except UNWRITABLE:
        return None, dispatcher.UNWRITTEN


def _facts(ctx: RequestContext, row: NoticeRecord) -> Facts:
    with ctx.app_state.read() as transaction:
        found = case_reader.load_many(transaction, [row.case_id]) if row.case_id else []
    return facts_now(row, found[0].terms if found else ())
