"""The cases behind a number of the report: exactly those that it counts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import Level
from negotiation.core.errors import NotFound
from negotiation.documents.report.definitions import DEFINITIONS, Part
from negotiation.documents.report.figure_cases import cases_behind
from negotiation.documents.report.figures import TOTAL, Scope, Span
from negotiation.services import case_list
from negotiation.services.case_json import HandledLine
from negotiation.web.pages.report import asked_of
from negotiation.web.pages.report_query import Asked
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()
OF_A_PAGE = 100
PARTS = {Part.NUMERATOR: "计入的案件", Part.DENOMINATOR: "分母的案件"}


class CasesQuery(BaseModel):
    """The number that is meant: figure, scope and part; ``after``: the last case of the page before."""

    figure: str = ""
    of: str = Span.TOTAL.value
    part: str = Part.NUMERATOR.value
    after: str = ""


@router.get("/report/{year:int}/cases")
async def cases_page(
    year: int, request: Request, ctx: CurrentRequest, query: Annotated[CasesQuery, Query()]
) -> Response:
    """A page of them in the order of their numbers. Raises NotFound for a figure, a part or a scope unknown here."""
    ctx.demand_page("report")
    asked, scope = asked_of(request, ctx, year), _scope(ctx, query.of)
    if query.figure not in DEFINITIONS or query.part not in PARTS:
        raise _no_such()
    definition, part = DEFINITIONS[query.figure], Part(query.part)
    nos = await run_in_threadpool(_behind, ctx, asked, query.figure, scope, part)
    here = [no for no in nos if no > query.after][:OF_A_PAGE]
    facts = ctx.facts(
        asked=asked,
        definition=definition,
        procedure=_title(ctx, asked.procedure),
        scope=scope,
        part_title=PARTS[part] if definition.denominator else "",
        many=len(nos),
        lines=await run_in_threadpool(_lines, ctx, here),
        next=_next(request, here, nos),
        here="report",
    )
    return page("report_cases.html", facts)


def _next(request: Request, here: list[str], nos: list[str]) -> str:
    """The query of the page after this one; "" on the last."""
    return str(request.url.include_query_params(after=here[-1]).query) if here and here[-1] != nos[-1] else ""


def _no_such() -> NotFound:
    return NotFound("没有这个统计数字", todo="请从统计页面的数字进入")


def _scope(ctx: RequestContext, text: str) -> Scope:
    """The scope of a line, from its address; a department's own lines only are there for it."""
    span, _, key = text.partition(":")
    titles = _titles(ctx).get(span)
    own = ctx.person.department_id
    if titles is None or (own is not None and (span not in (Span.PROVIDER, Span.APPLICANT) or key != str(own))):
        raise _no_such()
    title = key if span == Span.MONTH else titles.get(key)
    if title is None:
        raise _no_such()
    return Scope(Span(span), key, title)


def _titles(ctx: RequestContext) -> dict[str, dict[str, str]]:
    units = {str(unit.id): unit.name for unit in ctx.app_state.context.directory.in_order()}
    return {
        Span.TOTAL: {"": TOTAL.title},
        Span.PROVIDER: units,
        Span.APPLICANT: units,
        Span.LEVEL: {level.value: ctx.app_state.context.level_title(level) for level in Level},
        Span.MONTH: {},
    }


def _title(ctx: RequestContext, procedure: str) -> str:
    rules = ctx.app_state.context.rulebook.procedures.get(procedure)
    return rules.title if rules else procedure


def _behind(ctx: RequestContext, asked: Asked, figure: str, scope: Scope, part: Part) -> list[str]:
    app_state = ctx.app_state
    return cases_behind(app_state.database, app_state.context, asked.span, asked.procedure, figure, scope, part)


def _lines(ctx: RequestContext, nos: list[str]) -> list[HandledLine]:
    app_state = ctx.app_state
    with app_state.read() as transaction:
        return case_list.lines_numbered(
            transaction, app_state.context, nos, app_state.today(), ctx.person.department_id
        )
