"""The report of a year: all figures for the office, its own for a department; the cases behind each, and the papers."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import AccountRole
from negotiation.core.errors import FieldError, NegotiationError, NotFound, UsageError
from negotiation.core.texts import searched
from negotiation.documents import report
from negotiation.documents.report import export, grids
from negotiation.documents.report.charts import Chart, charts, svg
from negotiation.documents.report.figures import Line, ProcedureFigures, Scope, Span
from negotiation.documents.report.grids import Grid
from negotiation.documents.report.model import Report
from negotiation.documents.report.papers import Wishes, senders
from negotiation.domain import forms
from negotiation.domain.then import KNOWN_ON
from negotiation.web.downloads import DOCX, JSON, XLSX, saved
from negotiation.web.filters import status_of
from negotiation.web.pages.report_query import VIEWS, Asked
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
SHORT = (
    "carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward", "replies_due",
    "replies_on_time", "on_time_rate", "mean_reply", "overdue", "lapsed_to_coordination", "unanswered",
    "to_coordination", "to_deliberation",
)  # fmt: skip
MEDIA = {"xlsx": XLSX, "docx": DOCX, "json": JSON}


@router.get("/report")
async def figures_page(request: Request, ctx: CurrentRequest, year: str = "") -> Response:
    """The figures of a period; a period that cannot be leaves the page, with what was entered and no figures."""
    ctx.demand_page("report")
    try:
        asked = asked_of(request, ctx, _year(year))
        if ctx.person.department_id is None:
            return await run_in_threadpool(_page, ctx, asked)
        found = await run_in_threadpool(_compiled, ctx, asked)
    except (UsageError, FieldError) as fault:
        return _no_figures(ctx, request.query_params, fault)
    return page("report_own.html", ctx.facts(**_shown(ctx, asked), grids=list(_own(ctx, found))))


@router.post("/report/{year:int}/publish")
async def publish(year: int, request: Request, ctx: CurrentRequest) -> Response:
    """Freezes the figures of a year, which is the head's act; where it cannot be, the page says why."""
    typed = await form_of(request, ctx)
    ctx.demand(AccountRole.OFFICE_HEAD)
    app_state, reason = ctx.app_state, typed.get("reason", "")
    try:
        ctx.demand_texts()
        await run_in_threadpool(
            report.publish,
            app_state.database, app_state.context, year, author=ctx.person.name, at=app_state.clock(), reason=reason,
        )  # fmt: skip
    except NegotiationError as error:
        asked = asked_of(request, ctx, year)
        return await run_in_threadpool(_page, ctx, asked, error, reason)
    return RedirectResponse(f"/report?year={year}&said=published#editions", status_code=303)


def _year(text: str) -> int:
    """A year as it was typed; 0 for none. Raises UsageError."""
    year = forms.read_number(text) if text else 0
    if year is None:
        raise UsageError(f"“{text[:20]}”不是年份", where="年份", todo="请从列表中选择年份")
    return year


def _no_figures(ctx: RequestContext, asked: Mapping[str, str], fault: NegotiationError) -> Response:
    years = _years(ctx.app_state.today())
    typed = {key: searched(asked.get(key, "")) for key in ("year", "from", "to", "as_of", KNOWN_ON)}
    facts = ctx.facts(fault=fault, typed=typed, years=years, here="report")
    return page("report_fault.html", facts, status=status_of(fault))


def _page(ctx: RequestContext, asked: Asked, error: NegotiationError | None = None, reason: str = "") -> Response:
    """The office's page: everything of one procedure, and of the others their sums."""
    found = _compiled(ctx, asked)
    chosen = found.procedure(asked.procedure)
    if chosen is None:
        raise NotFound(f"没有办理事项“{asked.procedure}”", todo="请从统计页面选择")
    views = _views(chosen)
    asked = asked if asked.by in views else asked._replace(by=next(iter(views)))
    facts = _shown(ctx, asked) | {
        "found": found,
        "chosen": chosen,
        "grids": _grids(found, chosen, asked.by),
        "charts": _charts(found),
        "views": views,
        "papers": ctx.app_state.context.rulebook.papers.values(),
        "kinds": export.KINDS,
        "editions": report.editions_of(ctx.app_state.database, asked.year),
        "may_publish": AccountRole.OFFICE_HEAD in ctx.person.roles and asked.year < ctx.app_state.today().year,
        "error": error,
        "reason": reason,
    }
    return page("report.html", ctx.facts(**facts), status=400 if error else 200)


@router.get("/report/{year:int}/files/{kind}")
async def paper(year: int, kind: str, request: Request, ctx: CurrentRequest) -> Response:
    """One of the papers of the report; figures that do not balance are not handed out. Raises NotFound."""
    _demand_office(ctx)
    if kind not in export.KINDS:
        raise NotFound("没有这一页", todo="请从统计页面进入")
    wishes = Wishes(*(request.query_params.get(key, "") for key in ("paper", "number", "signer")))
    content = await run_in_threadpool(_paper, ctx, asked_of(request, ctx, year), kind, wishes)
    which = f"-{wishes.paper}" if kind == "docx" and wishes.paper else ""
    return saved(content, f"report-{year}{which}.{kind}", MEDIA[kind])


def _demand_office(ctx: RequestContext) -> None:
    """The figures of all are the office's."""
    ctx.demand_page("report")
    if ctx.person.department_id is not None:
        raise NotFound("没有这一页", todo="请从上方的目录进入")


def asked_of(request: Request, ctx: RequestContext, year: int) -> Asked:
    """The query of an address, with what holds where it says nothing."""
    main = ctx.app_state.context.rulebook.main_procedure
    return Asked.read(dict(request.query_params), year, ctx.app_state.today(), main)


def _compiled(ctx: RequestContext, asked: Asked, *, listed: bool = False) -> Report:
    app_state = ctx.app_state
    return report.report_of(app_state.database, app_state.context, asked.year, asked.span, tables=listed)


def _paper(ctx: RequestContext, asked: Asked, kind: str, wishes: Wishes) -> bytes:
    papers = ctx.app_state.context.rulebook.papers
    if kind == "docx" and papers and not wishes.paper:
        wishes = replace(wishes, paper=next(iter(papers)))
    (sender, *_) = senders(ctx.app_state.context, ctx.app_state.today(), wishes)
    found = _compiled(ctx, asked, listed=True)
    report.demand_balance(found)
    with tempfile.TemporaryDirectory() as folder:
        return export.write_paper(Path(folder), kind, found, sender).read_bytes()


def _shown(ctx: RequestContext, asked: Asked) -> dict[str, object]:
    return {"asked": asked, "years": _years(ctx.app_state.today()), "here": "report"}


def _years(today: date) -> range:
    return range(today.year, max(today.year - 6, 2017), -1)


def _charts(found: Report) -> list[tuple[Chart, Markup]]:
    """The charts of the main procedure, drawn; their template has escaped what people typed."""
    return [(chart, Markup(svg(chart))) for chart in charts(found)]


def _grids(found: Report, chosen: ProcedureFigures, by: str) -> list[Grid]:
    """The tables of a view, as on paper: one view after another keeps each page light."""
    if by == "provider":
        return [grids.by_provider(chosen, SHORT)]
    if by == "applicant":
        return list(grids.by_applicant(chosen, SHORT))
    return [grids.overall(chosen), grids.by_month(chosen), grids.by_procedure(found), *grids.finishing(found)]


def _views(chosen: ProcedureFigures) -> dict[str, str]:
    """The views of a procedure, its parties called as its rules call them."""
    titles = {by: f"按{chosen.parties[by]}" for by in VIEWS if by in chosen.parties}
    return {by: titles.get(by, title) for by, title in VIEWS.items() if by == "overall" or by in titles}


def _own(ctx: RequestContext, found: Report) -> list[Grid]:
    """A department reads its own lines only, those that are nothing too."""
    unit = str(ctx.person.department_id)
    name = ctx.app_state.context.directory.name(ctx.person.department_id)
    found_grids = []
    for each in found.procedures:
        for span, lines in ((Span.PROVIDER, each.providers), (Span.APPLICANT, each.applicants)):
            mine = next((line for line in lines if line.scope.key == unit), None)
            if mine is None and span is Span.APPLICANT:
                continue
            head = each.parties.get(span.value, "")
            line = mine or Line(each.key, Scope(span, unit, name), {}, frozenset(each.lacking))
            found_grids.append(grids.grid_of(each, ("", f"{each.title}　作为{head}", head), SHORT, (line,)))
    return found_grids
