"""Handlers (经办人) of a case, and the hand-over of all open work of somebody who leaves or moves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import FieldError, InvalidTransition, NegotiationError, NotFound
from negotiation.domain import forms
from negotiation.domain.people import Account
from negotiation.services import assignments, case_view
from negotiation.services.assignments import RANK_TITLES
from negotiation.services.case_json import LineJson
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.offers import title_of
from negotiation.services.permissions import visible
from negotiation.store import assignments as stored
from negotiation.store import case_queries, proposals
from negotiation.store.assignments import Handling, HandOver
from negotiation.store.proposals import Waiting
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()


# ------------------------------------------------------------------------------------------- the handlers of a case


class Handlers(NamedTuple):
    """The facts of the section 经办 of a case, of the visitor's own side alone.

    ``running`` and ``typed``: by rank; ``choices``: account → name, nobody's if the visitor may not choose.
    """

    running: Mapping[int, Handling]
    history: Sequence[Handling]
    choices: Mapping[int, str]
    typed: Mapping[int, int | None]
    titles: Mapping[int, str] = RANK_TITLES
    error: NegotiationError | None = None


def handlers_shown(transaction: Transaction, file: CaseFile, ctx: RequestContext) -> Handlers:
    """The handlers of a case now and before, on the visitor's side; whom the visitor may name."""
    side = ctx.person.side
    known = stored.handlers_of(transaction, file.case_id, side)
    running = {each.rank: each for each in known if each.until is None}
    choices = {each.account_id: each.name for each in running.values()}
    if _may_assign(file, ctx):
        choices |= {each.id: each.name for each in assignments.candidates(transaction, side)}
    typed = {rank: running[rank].account_id if rank in running else None for rank in RANK_TITLES}
    ended = [each for each in known if each.until is not None]
    return Handlers(running, ended, choices if _may_assign(file, ctx) else {}, typed)


def _may_assign(file: CaseFile, ctx: RequestContext) -> bool:
    return not file.ending and assignments.may_assign(ctx.person, file.case_state.parties)


@router.get("/cases/{no}/handlers")
async def handlers_page(no: str, ctx: CurrentRequest) -> Response:
    return _handlers_page(no, ctx, None, None)


@router.post("/cases/{no}/handlers")
async def assign(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Names the handlers of the case on the visitor's side, first and second, and leads back to it.

    Raises NotFound for a case that is not there for this person.
    """
    typed = await form_of(request, ctx)
    wanted = {rank: _account(typed.get(f"handler{rank}", "")) for rank in RANK_TITLES}
    try:
        await ctx.write(lambda transaction: _assign(transaction, ctx, no, wanted))
    except NotFound:
        raise
    except NegotiationError as error:
        return _handlers_page(no, ctx, wanted, error)
    return RedirectResponse(f"/cases/{no}?said=handlers", status_code=303)


def _assign(transaction: Transaction, ctx: RequestContext, no: str, wanted: Mapping[int, int | None]) -> None:
    file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
    if not _may_assign(file, ctx):
        raise InvalidTransition("本案的经办人现在不能由您确定", where=f"案件 {no}", todo="请返回案件页查看")
    assignments.assign(transaction, ctx.person, file.case_id, wanted, ctx.app_state.today())


def _handlers_page(
    no: str, ctx: RequestContext, wanted: Mapping[int, int | None] | None, error: NegotiationError | None
) -> Response:
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        found = handlers_shown(transaction, file, ctx)
    if wanted is not None:
        found = found._replace(typed=wanted, error=error)
    case = {"no": no, "subject": file.subject}
    return page(
        "handlers.html", ctx.facts(case=case, handlers=found, error=error, here="cases"), status=400 if error else 200
    )


def _account(text: str) -> int | None:
    """The account that was chosen; 0, which is nobody's, for what no page offers."""
    return forms.read_number(text) or 0 if text else None


# --------------------------------------------------------------------------------------------------------- hand-over


class RankedLine(LineJson):
    """A line of the list with the rank (经办人, 第二经办人) that somebody has in the case."""

    rank: str


class Work(NamedTuple):
    """The work that is or was handed over: lines of cases, each with its rank, and what waits for the head."""

    lines: Sequence[RankedLine]
    waiting: Sequence[tuple[Waiting, str]]


@router.get("/handover")
async def handover_form(ctx: CurrentRequest, leaver: str = "", successor: str = "") -> Response:
    """The choice of the account that gives and the one that takes; once both are chosen, what would move.

    Nothing is written.
    """
    ctx.demand_page("handover")
    return _form(ctx, {"leaver": leaver, "successor": successor})


@router.post("/handover")
async def hand_over(request: Request, ctx: CurrentRequest) -> Response:
    """Moves all open work, and leads to the list of what moved."""
    typed = await form_of(request, ctx)
    ctx.demand_page("handover")
    leaver, successor = _pair(typed)
    today = ctx.app_state.today()
    try:
        await ctx.write(lambda transaction: assignments.hand_over(transaction, ctx.person, leaver, successor, today))
    except FieldError as error:
        return _form(ctx, typed, error)
    return RedirectResponse(f"/handover/done?leaver={leaver}&successor={successor}&on={today}", status_code=303)


@router.get("/handover/done")
async def handed_over(
    ctx: CurrentRequest,
    leaver: str = "",
    successor: str = "",
    on: str = "",
) -> Response:
    """The list of a hand-over, to be printed and signed; read from who handled what until that day."""
    ctx.demand_page("handover")
    day, ids = _day(on), _pair({"leaver": leaver, "successor": successor})
    with ctx.app_state.read() as transaction:
        gives, takes = assignments.pair(transaction, ctx.person, *ids)
        work = _work(transaction, ctx, gives, stored.handed_over(transaction, *ids, day))
    facts = ctx.facts(
        gives=gives,
        takes=takes,
        of=ctx.app_state.context.name_of(gives.person.department_id),
        on=day,
        work=work,
        here="handover",
    )
    return page("handed_over.html", facts)


def _form(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None = None) -> Response:
    with ctx.app_state.read() as transaction:
        reach = assignments.within_reach(transaction, ctx.person)
        recent = stored.recent_handovers(transaction)
        leavers = assignments.givers(transaction, reach)
        work = None
        if error is None and typed.get("leaver") and typed.get("successor"):
            work, error = _previewed(transaction, ctx, typed)
    # One that was refused stands in the list all the same, so that it comes back as it was chosen.
    receivers = assignments.receivers(reach, "" if error else typed.get("leaver", ""))
    names = {each.person.id: _called(ctx, each) for each in reach}
    facts = ctx.facts(
        typed=typed,
        error=error,
        leavers={each.person.id: names[each.person.id] for each in leavers},
        successors={each.person.id: names[each.person.id] for each in receivers},
        work=work,
        recent=_within(recent, names),
        names=names,
        here="handover",
    )
    return page("handover.html", facts, status=400 if error else 200)


def _previewed(
    transaction: Transaction, ctx: RequestContext, typed: Mapping[str, str]
) -> tuple[Work | None, NegotiationError | None]:
    """The work that would move, or why none may."""
    leaver, successor = _pair(typed)
    gives, takes = assignments.pair(transaction, ctx.person, leaver, successor)
    try:
        assignments.demand_successor(gives, takes)
    except FieldError as error:
        return None, error
    return _work(transaction, ctx, gives, stored.open_work_of(transaction, leaver)), None


def _work(transaction: Transaction, ctx: RequestContext, gives: Account, handled: Iterable[Handling]) -> Work:
    context, today = ctx.app_state.context, ctx.app_state.today()
    ranks = {each.case_id: RANK_TITLES[each.rank] for each in handled}
    lines = case_queries.lines_of(transaction, list(ranks), today)
    shown = case_view.lines_json(transaction, context, lines, today)
    waiting = [
        (each, context.rulebooks.of(transaction, each.rulebook, each.edition))
        for each in proposals.waiting(transaction, None, gives.person.id)
    ]
    return Work(
        [{**row, "rank": ranks[line.id]} for line, row in zip(lines, shown, strict=True)],
        [(each, title_of(book.procedures[each.procedure], each.proposal)) for each, book in waiting],
    )


def _called(ctx: RequestContext, account: Account) -> str:
    person = account.person
    unit = ctx.app_state.context.name_of(person.department_id)
    return f"{unit}　{person.name}（{person.login}）{'' if account.active else '　停用'}"


def _within(recent: Iterable[HandOver], names: Mapping[int, str]) -> list[HandOver]:
    return [each for each in recent if each.leaver in names and each.successor in names]


def _pair(typed: Mapping[str, str]) -> tuple[int, int]:
    return _account(typed.get("leaver", "")) or 0, _account(typed.get("successor", "")) or 0


def _day(text: str) -> date:
    try:
        found = forms.read_date(text)
    except ValueError:
        found = None
    if found is None:
        raise NotFound("没有这次移交", todo="请从移交页进入")
    return found
