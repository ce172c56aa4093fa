"""A meeting is planned on cases of the agenda, and changed while it is only planned."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import Conflict, FieldError, NegotiationError
from negotiation.domain import forms
from negotiation.domain.meetings import Meeting
from negotiation.domain.rulebook import AGENDAS
from negotiation.services import agenda
from negotiation.services.case_json import CaseJson
from negotiation.services.meetings import planning
from negotiation.services.meetings.planning import Plan
from negotiation.store import meetings as store
from negotiation.store.transaction import Transaction
from negotiation.web.pages.inputs import demand_reviewed
from negotiation.web.pages.meetings import VERSION, day_of, status_of, version_of
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
FIRST = next(iter(AGENDAS))
NUMBERS = "no"


@router.get("/meetings/new")
async def blank(request: Request, ctx: CurrentRequest, kind: str = FIRST) -> Response:
    """A new meeting on the cases that were ticked on the agenda."""
    ctx.demand(*ACT_AS_OFFICE)
    typed = {"kind": kind, NUMBERS: "、".join(request.query_params.getlist(NUMBERS))}
    return await run_in_threadpool(_plan_form, ctx, typed, None, None)


@router.post("/meetings/new")
async def plan(request: Request, ctx: CurrentRequest) -> Response:
    """Plans it; nobody is written to: the notice of a meeting is a letter of its own, after approval."""
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)

    def planned(transaction: Transaction) -> Meeting:
        demand_reviewed(typed)
        author, at = ctx.person.name, ctx.app_state.clock()
        return planning.plan(transaction, ctx.app_state.context, _wanted(typed), author=author, at=at)

    try:
        made = await ctx.write(planned)
    except NegotiationError as error:
        return await run_in_threadpool(_plan_form, ctx, typed, error, None)
    return RedirectResponse(f"/meetings/{made.no}?said=planned", status_code=303)


@router.get("/meetings/{no}/edit")
async def edit_form(no: str, ctx: CurrentRequest) -> Response:
    ctx.demand(*ACT_AS_OFFICE)
    with ctx.app_state.read() as transaction:
        meeting = store.find(transaction, no)
    return await run_in_threadpool(_plan_form, ctx, _as_planned(meeting), None, meeting)


@router.post("/meetings/{no}/edit")
async def edit(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Changes a planned meeting; if somebody did so before, what was typed comes back."""
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)

    def amended(transaction: Transaction) -> Meeting:
        demand_reviewed(typed)
        seen, at = version_of(typed.get(VERSION)), ctx.app_state.clock()
        return planning.amend(transaction, ctx.app_state.context, no, _wanted(typed), at=at, seen=seen)

    with ctx.app_state.read() as transaction:
        meeting = store.find(transaction, no)
    try:
        await ctx.write(amended)
    except NegotiationError as error:
        return await run_in_threadpool(_plan_form, ctx, typed, error, meeting)
    return RedirectResponse(f"/meetings/{no}?said=meeting", status_code=303)


def _wanted(typed: Mapping[str, str]) -> Plan:
    day = day_of(typed, "on")
    if day is None:
        raise FieldError("须填写日期", field="on", todo="请补填召开日期")
    listed = forms.read_list(typed.get(NUMBERS, ""))
    kind, at, place, chair = (typed.get(key, "") for key in ("kind", "at", "place", "chair"))
    return Plan(kind, day, at, place, chair, listed)


def _as_planned(meeting: Meeting) -> dict[str, str]:
    facts = {"kind": meeting.kind, "on": meeting.on.isoformat(), "at": meeting.at, "place": meeting.place}
    listed = "、".join(item.no for item in meeting.items)
    return facts | {"chair": meeting.chair, NUMBERS: listed, VERSION: str(meeting.version)}


def _plan_form(
    ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None, meeting: Meeting | None
) -> Response:
    """``meeting``: the one that is changed; None for a new one. If it was overtaken, it is shown as it is now."""
    kind = typed.get("kind", "")
    facts = ctx.facts(
        meeting=meeting,
        stored=_as_planned(meeting) if meeting else {},
        title=AGENDAS.get(kind, ""),
        choices=_choices(ctx, kind, forms.read_list(typed.get(NUMBERS, ""))),
        typed={"kind": "", VERSION: "", **typed},
        ticked="reviewed" in typed,
        conflict=isinstance(error, Conflict),
        error=error,
        here="meetings",
    )
    return page("meeting_plan.html", facts, status=status_of(error))


def _choices(ctx: RequestContext, kind: str, chosen: Sequence[str]) -> dict[str, str]:
    """The cases that may be put on the list: the agenda, and what was chosen besides, in words."""
    app_state = ctx.app_state
    found: dict[str, str] = {}
    if kind in AGENDAS:
        with app_state.read() as transaction:
            lines = agenda.matters(transaction, app_state.context, kind, app_state.clock())
        found = {line.case["no"]: _in_words(line.case) for line in lines}
    return {no: found.get(no, no) for no in chosen} | found


def _in_words(case: CaseJson) -> str:
    parties = " → ".join(filter(None, (case["applicant"], case["provider"])))
    return f"{case['no']}　{case['subject']}　{parties}"
