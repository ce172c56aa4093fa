"""工作台: what is to be done today, in the order of consequence; and the same on one sheet of paper."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation.core.checks import CHECKED_TITLES, CheckState
from negotiation.core.enums import ProposalState
from negotiation.services import workbench, workbench_rows
from negotiation.services.case_json import HandledLine
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from negotiation.services.moves import GROUPS
from negotiation.services.offers import title_of
from negotiation.services.permissions import desk_of
from negotiation.services.workbench import DeskFigures
from negotiation.store import case_reader, proposals
from negotiation.store.case_list.conditions import DeskSection
from negotiation.store.proposals import Waiting
from negotiation.store.transaction import Transaction
from negotiation.web import desk_charts
from negotiation.web.lines import LineShown, Look, Move, line_shown
from negotiation.web.next_act import Act, next_act
from negotiation.web.pages.desk_figures import by_state, ordinal
from negotiation.web.pages.returned import again_at
from negotiation.web.pages.setup import begins_here
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()
SHOWN = 15  # rows of a group; the others are one click away


class Row(NamedTuple):
    """A case of the desk, and the next lawful act in it."""

    shown: LineShown
    act: Act


class Paper(NamedTuple):
    """An act that was put forward, returned by the head or waiting to be signed; what to do about it, and where."""

    waiting: Waiting
    title: str
    act: str
    link: str


class Group(NamedTuple):
    """A group of the desk: its anchor, its title, how many it has, what more there is to know; the whole list."""

    key: str
    title: str
    many: int
    rows: Sequence[Row | Paper]
    link: str


@router.get("/")
async def desk_page(request: Request, ctx: CurrentRequest) -> Response:
    """The desk; an address of the list as it was before leads to the list. Who sees no case is led to their work.

    In a home that holds nothing yet, whoever is to set it up is led there.
    """
    if begins_here(ctx):
        return RedirectResponse("/setup", status_code=303)
    if "desk" not in ctx.pages:  # the three administrators see no case
        return RedirectResponse(ctx.first_page, status_code=303)
    if request.url.query:
        return RedirectResponse(f"/cases?{request.url.query}", status_code=303)
    return await _desk(ctx, "desk.html")


@router.get("/today")
async def one_page(ctx: CurrentRequest) -> Response:
    """今日一页: the desk as a sheet of A4, for the head."""
    ctx.demand_page("desk")
    return await _desk(ctx, "today.html")


async def _desk(ctx: RequestContext, template: str) -> Response:
    today, counted = ctx.app_state.today(), await _figures(ctx)
    groups = await run_in_threadpool(_groups, ctx)
    facts = ctx.facts(
        counted=counted,
        groups=groups,
        states=by_state(ctx, counted.counts),
        beside=_beside(ctx, counted),
        needs=await run_in_threadpool(_needs, ctx),
        bars=desk_charts.bars(counted.coming),
        points=desk_charts.points(counted.weeks),
        ordinal=ordinal(ctx, today),
        told=ctx.told(),
        here="desk",
    )
    return page(template, facts)


async def _figures(ctx: RequestContext) -> DeskFigures:
    app_state, scope = ctx.app_state, ctx.person.department_id

    def count() -> DeskFigures:
        with app_state.database.read() as transaction:  # beside the loop: the context is refreshed by the page
            return workbench.figures(transaction, app_state.context, scope, app_state.today())

    return await app_state.figures.of(scope, app_state.clock(), count)


def _groups(ctx: RequestContext) -> list[Group]:
    """The groups in the order of consequence; a case stands in one of them alone."""
    titles = {**GROUPS, DeskSection.HELD: f"待{_us(ctx)}办理"}
    with ctx.app_state.read() as transaction:
        found = [_group(transaction, ctx, section, title) for section, title in titles.items()]
        return [*found, *_put_forward(transaction, ctx)]


def _group(transaction: Transaction, ctx: RequestContext, section: DeskSection, title: str) -> Group:
    """A group of cases; its link lists just those that it counts."""
    context, scope, today = ctx.app_state.context, ctx.person.department_id, ctx.app_state.today()
    found = workbench_rows.group(transaction, context, section, scope, today)
    rows = _rows(transaction, ctx, found.lines)
    return Group(section.value, title, found.many, rows, f"/cases?group={section.value}")


def _put_forward(transaction: Transaction, ctx: RequestContext) -> list[Group]:
    """The acts that were put forward, for who has to do with them: returned to their author, waiting for a head."""
    if "proposals" not in ctx.pages:
        return []
    author = None if ctx.person.is_head else ctx.person.id  # the head signs all of the side, others wait for their own
    returned = _papers(transaction, ctx, proposals.returned(transaction, ctx.person.id))
    signing = _papers(transaction, ctx, proposals.waiting(transaction, ctx.person.side, author))
    return [
        Group("returned", "退回我的", len(returned), returned, "/proposals"),
        Group("signing", "待签批", len(signing), signing, "/proposals"),
    ]


def _us(ctx: RequestContext) -> str:
    return "本办公室" if ctx.person.is_office else "本单位"


def _rows(transaction: Transaction, ctx: RequestContext, lines: Sequence[tuple[int, HandledLine]]) -> list[Row]:
    """The first rows of a group, one's own moves on top, each with its next act."""
    app_state = ctx.app_state
    look = Look.of(app_state.context, ctx.person.department_id, app_state.today())
    shown = [(case_id, line_shown(line, look)) for case_id, line in lines]
    first = dict(sorted(shown, key=lambda each: each[1].move is not Move.OURS)[:SHOWN])
    work = UnitOfWork(transaction, app_state.context, app_state.clock())
    files = [acting.file_of(work, loaded) for loaded in case_reader.load_many(transaction, list(first))]
    return [Row(first[each.case_id], next_act(each, desk_of(transaction, each, ctx.person))) for each in files]


def _papers(transaction: Transaction, ctx: RequestContext, found: Sequence[Waiting]) -> list[Paper]:
    return [_paper(transaction, ctx, each) for each in found]


def _paper(transaction: Transaction, ctx: RequestContext, each: Waiting) -> Paper:
    book = ctx.app_state.context.rulebooks.of(transaction, each.rulebook, each.edition)
    title, row, case = title_of(book.procedure(each.procedure), each.proposal), each.proposal, quote(each.no, safe="")
    is_returned = row.state == ProposalState.RETURNED and row.body is not None
    again = again_at(each.no, row) if is_returned else ""
    return Paper(each, title, "修改后再提", again) if again else Paper(each, title, "查看", f"/cases/{case}")


def _beside(ctx: RequestContext, counted: DeskFigures) -> list[tuple[str, int, str]]:
    """Quiet figures: what else waits, each with the list behind it."""
    counts = counted.counts
    tasks = [("待办", counts["tasks"], "/tasks")] if "tasks" in ctx.pages else []
    grants = [("待确认授权", counts["grants"], "/grants")] if "grants" in ctx.pages else []
    return [
        *tasks,
        *grants,
        ("暂定期限", counts["provisional"], "/cases?provisional=1"),
        ("在办", counts["open"], "/cases"),
    ]


def _needs(ctx: RequestContext) -> list[tuple[str, str, str, str]]:
    """Needs of the system, for who may see its status: title, state, what is wrong, what to do."""
    if "status" not in ctx.pages:
        return []
    found = ctx.app_state.alerts.checks(ctx.app_state.context, ctx.app_state.clock())
    return [
        (CHECKED_TITLES[each.of], each.state.value, each.what, each.todo)
        for each in found
        if each.state is not CheckState.GOOD
    ]
