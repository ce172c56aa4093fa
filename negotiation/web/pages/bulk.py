"""One act on many cases: chosen in the list, looked at before it is done, then done to each case on its own.

The address of the preview names the cases; its form carries the version of each that was seen
(``negotiation.services.bulk``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from negotiation.core.enums import NOTE, OFFICE_ID, PARTY_ROLES, REMIND
from negotiation.core.errors import FieldError, NegotiationError, NotFound, UsageError
from negotiation.domain import forms
from negotiation.domain.planned_mail import PlannedMail
from negotiation.domain.rulebook import EventRule
from negotiation.notifications.preview import mails_of
from negotiation.services import approvals, assignments, case_list
from negotiation.services.assignments import RANK_TITLES
from negotiation.services.bulk import CASE, SHOWN, Done, Preview, each_done, foresee, named, tried
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.permissions import act_open
from negotiation.store.transaction import Transaction
from negotiation.web.pages.inputs import demand_reviewed
from negotiation.web.pages.list_asked import wanted_by
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
MOST = 200
ASSIGN = "assign"
TITLES = {ASSIGN: "指派经办人", NOTE: "批量记录", REMIND: "催办"}
TEXT, RANK, ACCOUNT = "text", "rank", "account"
MATCHING = "matching"


class Order(NamedTuple):
    """An act to be done to each of the cases; ``wanted``: rank → account, for handlers."""

    act: str
    text: str = ""
    wanted: Mapping[int, int | None] = {}


def offered(ctx: RequestContext) -> dict[str, str]:
    """The acts that this person may do to many cases at once: those that the rulebook gives to one of their roles."""
    person = ctx.person
    roles = person.may_act_for(dict.fromkeys(PARTY_ROLES, person.department_id or OFFICE_ID))
    procedures = ctx.app_state.context.procedures.values()
    given = {
        key for rules in procedures for key in TITLES if key in rules.events and {*rules.events[key].by} & {*roles}
    }
    return {key: title for key, title in TITLES.items() if key in given or (key == ASSIGN and roles)}


# ------------------------------------------------------------------------------------------------------- the preview


@router.get("/bulk")
async def preview(request: Request, ctx: CurrentRequest, act: str = "") -> Response:
    """Each chosen case, whether the act is possible, and what would be sent. Nothing is written."""
    _demand_offered(ctx, act)
    numbers = demand_some(await run_in_threadpool(chosen, ctx, request.query_params))
    return await run_in_threadpool(_preview, ctx, act, numbers, {}, None)


def chosen(ctx: RequestContext, asked: QueryParams) -> list[str]:
    """The numbers that are ticked in the list; or of all that its filters find, on whichever page (``matching``)."""
    if not asked.get(MATCHING):
        return asked.getlist("no")
    with ctx.app_state.read() as transaction:
        wanted, context = wanted_by(ctx, asked), ctx.app_state.context
        return case_list.numbers(transaction, context, wanted, ctx.app_state.today(), MOST)


def _demand_offered(ctx: RequestContext, act: str) -> None:
    ctx.demand_page("desk")
    if act not in offered(ctx):
        raise NotFound("没有这一页", todo="请从“案件”勾选，选择办理事项")


def demand_some(given: Iterable[str]) -> list[str]:
    """The chosen numbers, each once. Raises UsageError if there is none, or too many for one page."""
    numbers = list(dict.fromkeys(number for number in given if number))
    if not numbers:
        raise UsageError("没有选择案件", todo="请返回“案件”，勾选后再办理")
    if len(numbers) > MOST:
        raise UsageError(f"选择的超过{MOST}件，一次最多{MOST}件", todo="请返回“案件”，用筛选分几次办理")
    return numbers


def _preview(
    ctx: RequestContext, act: str, numbers: Iterable[str], typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    with ctx.app_state.read() as transaction:
        foreseen = [_foreseen(transaction, ctx, act, number) for number in numbers]
        people = assignments.candidates(transaction, ctx.person.side) if act == ASSIGN else []
    facts = ctx.facts(
        act=act,
        title=TITLES[act],
        foreseen=foreseen,
        possible=sum(not each.refused for each in foreseen),
        mails=any(each.mails for each in foreseen),
        dropped={number for number in numbers if typed and CASE + number not in typed},
        ranks=RANK_TITLES,
        people=people,
        typed={key: typed.get(key, "") for key in (TEXT, RANK, ACCOUNT)},
        ticked="reviewed" in typed,
        error=error,
        field=error.field if isinstance(error, FieldError) else "",
        here="cases",
    )
    return page("bulk.html", facts, status=400 if error else 200)


def _foreseen(transaction: Transaction, ctx: RequestContext, act: str, number: str) -> Preview:
    def would_send(file: CaseFile) -> Sequence[PlannedMail]:
        return _would_send(transaction, ctx, file, act)

    return foresee(transaction, ctx.app_state.context, ctx.person, number, ctx.app_state.clock(), would_send)


def _would_send(transaction: Transaction, ctx: RequestContext, file: CaseFile, act: str) -> Sequence[PlannedMail]:
    """Tries the act on the file, which is never saved."""
    if act == ASSIGN:
        _demand_assigns(ctx, file)
        return ()
    open_act = act_open(transaction, file, ctx.person, act)
    return tried(
        transaction, file, ctx.person, open_act, ctx.app_state.today(), _raw(open_act.event, "（预览）"), mails_of
    )


def _demand_assigns(ctx: RequestContext, file: CaseFile) -> None:
    if file.ending:
        raise UsageError("本案已办结", todo="办结的案件不再指派经办人")
    if not assignments.may_assign(ctx.person, file.case_state.parties):
        raise UsageError("本案没有您所在一方的经办人", todo="抄送的案件由主办部门办理")


def _raw(event: EventRule, text: str) -> dict[str, str]:
    """The one text of a bulk act fills whatever the event must have."""
    return dict.fromkeys(event.required, text)


# ---------------------------------------------------------------------------------------------------------- it is done


@router.post("/bulk")
async def bulk(request: Request, ctx: CurrentRequest) -> Response:
    """Does it to each ticked case, and names what became of each; a form that is wrong comes back as it was."""
    typed = await form_of(request, ctx)
    act = typed.get("act", "")
    _demand_offered(ctx, act)
    seen, shown = named(typed, CASE), demand_some(named(typed, SHOWN))
    try:
        demand_some(seen)
        order = _order(act, typed)
        done = await ctx.write(lambda transaction: _each_done(transaction, ctx, seen, order))
    except (FieldError, UsageError) as error:
        return await run_in_threadpool(_preview, ctx, act, shown, typed, error)
    facts = ctx.facts(title=TITLES[act], done=done, back="/cases", back_to="案件", here="cases")
    return page("bulk_done.html", facts)


def _each_done(transaction: Transaction, ctx: RequestContext, seen: Mapping[str, str], order: Order) -> list[Done]:
    def work(file: CaseFile) -> str:
        return _carry_out(transaction, ctx, order, file)

    return each_done(transaction, ctx.app_state.context, ctx.person, ctx.app_state.clock(), seen, work)


def _order(act: str, typed: Mapping[str, str]) -> Order:
    """The order that the form of the preview gives. FieldError for what is missing."""
    if act == ASSIGN:
        return Order(act, wanted={_rank(typed.get(RANK, "")): _account(typed.get(ACCOUNT, ""))})
    if act == NOTE and not typed.get(TEXT, "").strip():
        raise FieldError("须写明办理记录", field=TEXT, todo="请补填后提交")
    if act == NOTE:
        demand_reviewed(typed)
    return Order(act, text=typed.get(TEXT, "").strip())


def _rank(text: str) -> int:
    if text not in map(str, RANK_TITLES):
        raise FieldError("须选择经办人或第二经办人", field=RANK, todo="请选择")
    return int(text)


def _account(text: str) -> int | None:
    """The account that was chosen; ``none`` says in so many words that nobody is to handle the cases."""
    if text == "none":
        return None
    number = forms.read_number(text)
    if number is None:
        raise FieldError("须选择一人", field=ACCOUNT, todo="请选择；不再指派的，请选“（不指派）”")
    return number


def _carry_out(transaction: Transaction, ctx: RequestContext, order: Order, file: CaseFile) -> str:
    """Carries the order out on one case; what was done, in a word."""
    today = ctx.app_state.today()
    if order.act == ASSIGN:
        _demand_assigns(ctx, file)
        assignments.assign(transaction, ctx.person, file.case_id, order.wanted, today)
        return "已指派"
    act = act_open(transaction, file, ctx.person, order.act)
    proposed = approvals.enter(
        transaction,
        file,
        ctx.person,
        ActRequest(order.act, role=act.role, actor=ctx.person.name, on=today, fields=_raw(act.event, order.text)),
    )
    return "已提请签批" if proposed else "已办理"
