"""Official letters of a case as drafts: a small form, and the .docx as its answer. Nothing is recorded.

The office drafts its own letters, a department those in its own name; each letter's sender stands in the rulebook.
"""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE, UPWARD_KINDS, LetterKind
from negotiation.core.errors import FieldError, InvalidTransition, NegotiationError, NotFound
from negotiation.documents import letters
from negotiation.documents.letters import EXAMPLE, Draft, Matter, Wishes
from negotiation.domain import forms
from negotiation.domain.meetings import Meeting
from negotiation.domain.people import Person
from negotiation.domain.rulebook import LetterRule
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import visible
from negotiation.store import meetings
from negotiation.web.downloads import DOCX, saved
from negotiation.web.pages.inputs import Input
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
NUMBER, SIGNER, ATTENTION, DAY = "number", "signer", "attention", "on"
CONTACT, PROPOSAL = "contact", "proposal"


def letters_offered(file: CaseFile, person: Person, today: date) -> list[LetterRule]:
    """The letters that this person may draft now; the box on the case page."""
    return letters.letters_open(file, today, person.may_act_for(file.case_state.parties))


@router.get("/cases/{no}/letters/{template}")
async def letter_form(no: str, template: str, ctx: CurrentRequest) -> Response:
    return _form(ctx, _matter(ctx, no, template), {}, None)


@router.post("/cases/{no}/letters/{template}")
async def letter(no: str, template: str, request: Request, ctx: CurrentRequest) -> Response:
    """The draft, as a file; or the form again, with what was typed."""
    typed = await form_of(request, ctx)
    matter = _matter(ctx, no, template)
    try:
        draft = await run_in_threadpool(_drafted, ctx, matter, typed)
    except NegotiationError as error:
        return _form(ctx, matter, typed, error)
    return saved(draft.content, draft.name, DOCX)


@router.get("/meetings/{no}/letters/{template}")
async def letter_of_meeting_form(no: str, template: str, ctx: CurrentRequest) -> Response:
    meeting, matter = _of_meeting(ctx, no, template)
    return _form(ctx, matter, {}, None, meeting)


@router.post("/meetings/{no}/letters/{template}")
async def letter_of_meeting(
    no: str,
    template: str,
    request: Request,
    ctx: CurrentRequest,
) -> Response:
    """The draft of a letter of a meeting (协调会议通知, 会议纪要), or the form again with what was typed."""
    typed = await form_of(request, ctx)
    meeting, matter = _of_meeting(ctx, no, template)

    def drafted() -> Draft:
        ctx.demand_texts()
        app_state, wishes = ctx.app_state, _wishes(typed)
        with app_state.read() as transaction:
            return letters.write_of_meeting(
                transaction, app_state.context, meeting, template, wishes, app_state.clock()
            )

    try:
        draft = await run_in_threadpool(drafted)
    except NegotiationError as error:
        return _form(ctx, matter, typed, error, meeting)
    return saved(draft.content, draft.name, DOCX)


def _of_meeting(ctx: RequestContext, no: str, template: str) -> tuple[Meeting, Matter]:
    """The meeting, and its letter as the rulebook of its first case has it. The office alone writes them."""
    ctx.demand(*ACT_AS_OFFICE)
    with ctx.app_state.read() as transaction:
        meeting = meetings.find(transaction, no)
        at = ctx.app_state.clock()
        files = [acting.take(UnitOfWork(transaction, ctx.app_state.context, at), item.no) for item in meeting.items]
    try:
        return meeting, letters.find_of_meeting(files, meeting, template)[0]
    except InvalidTransition:
        raise NotFound("没有这一页", todo="请从会议页进入") from None


def _matter(ctx: RequestContext, no: str, template: str) -> Matter:
    """The case and its letter; to who may not draft it, there is no such page, now or ever."""
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
    try:
        return letters.find_open(file, template, ctx.app_state.today(), ctx.person.may_act_for(file.case_state.parties))
    except NotFound:
        raise NotFound("没有这一页", todo="请从案件页进入") from None


def _drafted(ctx: RequestContext, matter: Matter, typed: Mapping[str, str]) -> Draft:
    ctx.demand_texts()
    wishes = _wishes(typed)
    app_state = ctx.app_state
    with app_state.read() as transaction:
        return letters.write(transaction, matter, wishes, app_state.clock())


def _wishes(typed: Mapping[str, str]) -> Wishes:
    for key in (NUMBER, SIGNER, ATTENTION, CONTACT, PROPOSAL):
        forms.demand_clean(typed.get(key, ""), key)
    try:
        on = forms.read_date(typed.get(DAY, ""))
    except ValueError as error:
        raise FieldError(str(error), field=DAY, todo="请改正后重试") from None
    said = {key: typed.get(key, "") for key in (NUMBER, SIGNER, ATTENTION, CONTACT, PROPOSAL)}
    return Wishes(**said, on=on)


def _form(
    ctx: RequestContext,
    matter: Matter,
    typed: Mapping[str, str],
    error: NegotiationError | None,
    meeting: Meeting | None = None,
) -> Response:
    file, rule = matter
    facts = ctx.facts(
        back=_back(file, meeting),
        letter=rule,
        to="、".join(map(file.rulebook.role_title, rule.to)),
        basis=file.rulebook.cited(rule.basis),
        inputs=_inputs(rule, _beforehand(ctx) | dict(typed), error),
        error=error,
        here="cases",
    )
    status = 200 if error is None else 409 if isinstance(error, InvalidTransition) else 400
    return page("draft.html", facts, status=status)


def _beforehand(ctx: RequestContext) -> dict[str, str]:
    """What the form holds before anybody typed: the day, and who drafts as the one whom the reader may ask."""
    return {DAY: ctx.app_state.today().isoformat(), CONTACT: ctx.person.name}


def _back(file: CaseFile, meeting: Meeting | None) -> tuple[str, str]:
    """The address and the name of the page that the form was opened from."""
    no = file.no
    return (f"/meetings/{meeting.no}", f"会议 {meeting.no}") if meeting else (f"/cases/{no}", no)


def _inputs(rule: LetterRule, typed: Mapping[str, str], error: NegotiationError | None) -> list[Input]:
    signs, asks = rule.kind in UPWARD_KINDS, rule.kind is LetterKind.REQUEST
    return [
        _input(NUMBER, f"发文字号（如 {EXAMPLE}；不填则留空）", "line", typed, error),
        *([_input(SIGNER, "签发人", "line", typed, error, required=True)] if signs else []),
        *([_input(PROPOSAL, "拟办意见", "text", typed, error, required=asks)] if signs else []),
        *([_input(CONTACT, "联系人（印在附注中）", "line", typed, error, required=True)] if asks else []),
        _input(ATTENTION, "请转（对方的处室或人员，可不填）", "line", typed, error),
        _input(DAY, "成文日期", "date", typed, error),
    ]


def _input(
    key: str,
    title: str,
    kind: str,
    typed: Mapping[str, str],
    error: NegotiationError | None,
    *,
    required: bool = False,
) -> Input:
    wrong = error.what if isinstance(error, FieldError) and error.field == key else ""
    return Input(key, title, kind, {}, required, typed.get(key, ""), wrong)
