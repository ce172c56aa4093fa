"""The catalogue of resources: its list, a resource with its cases, the sheet out, and a sheet in after a preview."""

import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePath
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import FieldError, NegotiationError, NotFound, UsageError
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.documents.resource_sheet import importer
from negotiation.documents.resource_sheet.importer import Imported, Importer
from negotiation.services import case_view, resources
from negotiation.services.case_json import LineJson
from negotiation.services.permissions import may_open
from negotiation.store import resource_list
from negotiation.store import resources as stored
from negotiation.store.resource_list import Cursor, Page, Sort, Wanted
from negotiation.store.transaction import Transaction
from negotiation.web.downloads import saved
from negotiation.web.filters import named_departments, status_of
from negotiation.web.pages.list_head import Head
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.sheet_upload import SheetPage, as_file
from negotiation.web.templating import page

router = APIRouter()
FILTERS = ("text", "department", "class", "retired", "sort", "descending")
SHEET_NAME = "资源目录.xlsx"
NOTHING = Page([], None)


# ---------------------------------------------------------------------------------------------------- the list


@router.get("/resources")
async def list_page(request: Request, ctx: CurrentRequest) -> Response:
    return _list(ctx, dict(request.query_params))


def _list(ctx: RequestContext, asked: Mapping[str, str]) -> Response:
    """The page for what its address asks; where that cannot be, the page with an empty list that says why."""
    with ctx.app_state.read() as transaction:  # the departments as they are now
        count = resource_list.count(transaction)
        try:
            wanted = resources.read_wanted(ctx.app_state.context, asked)
            after = Cursor.read(asked["after"], wanted) if asked.get("after") else None
        except (FieldError, UsageError) as fault:
            return _page(ctx, asked, Wanted(), count, fault=fault)
        found = resource_list.page(transaction, wanted, after)
    return _page(ctx, asked, wanted, count, found)


def _page(
    ctx: RequestContext,
    asked: Mapping[str, str],
    wanted: Wanted,
    count: int,
    found: Page = NOTHING,
    fault: NegotiationError | None = None,
) -> Response:
    kept, directory = {key: asked[key] for key in FILTERS if asked.get(key)}, ctx.app_state.context.directory
    facts = ctx.facts(
        lines=found.lines,
        count=count,
        asked={key: kept.get(key, "") for key in FILTERS},
        fault=fault,
        named=named_departments(directory, kept.get("department", ""), wanted.departments),
        classes=SHARING_CLASS_TITLES,
        heads={sort.value: _head(sort, wanted, kept) for sort in Sort},
        departments=[unit.name for unit in directory.in_order()],
        next=_address({**kept, "after": found.next.text}) if found.next else "",
        first=_address(kept) if asked.get("after") else "",
        export=f"/resources/export?{urlencode(kept)}",
        may_import=ctx.person.acts_as_office,
        here="resources",
    )
    return page("resources.html", facts, status=status_of(fault))


def _address(kept: Mapping[str, str]) -> str:
    return f"/resources?{urlencode(kept)}" if kept else "/resources"


def _head(sort: Sort, wanted: Wanted, kept: Mapping[str, str]) -> Head:
    """A column that can order the list; a click on the one that orders it turns the order round."""
    now = sort is wanted.sort
    others = {key: value for key, value in kept.items() if key not in ("sort", "descending")}
    turned = {"descending": "1"} if now and not wanted.descending else {}
    direction = ("descending" if wanted.descending else "ascending") if now else ""
    return Head(resources.SORT_TITLES[sort], _address({**others, "sort": sort.value, **turned}), direction)


@router.get("/resources/export")
async def export(request: Request, ctx: CurrentRequest) -> Response:
    """The list as a sheet that can be imported again, all pages of it."""
    asked = dict(request.query_params)
    try:
        with ctx.app_state.read():  # the departments as they are now
            wanted = resources.read_wanted(ctx.app_state.context, asked)
    except FieldError:
        return _list(ctx, asked)
    content = await run_in_threadpool(_exported, ctx, wanted)
    return saved(content, f"resources-{ctx.app_state.today().isoformat()}.xlsx")


def _exported(ctx: RequestContext, wanted: Wanted) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SHEET_NAME
        importer.export_file(ctx.app_state.database, path, wanted, on=ctx.app_state.today())
        return path.read_bytes()


# ------------------------------------------------------------------------------------------------- one of them


@router.get("/resources/{resource_id:int}")
async def resource_page(resource_id: int, ctx: CurrentRequest) -> Response:
    """Its metadata, the cases about it that this person may see, and what may be applied for. Raises NotFound."""
    app_state, person = ctx.app_state, ctx.person
    if resource_id >= 2**31:
        raise NotFound("目录中没有这个资源", todo="请从“资源”页进入")
    with app_state.read() as transaction:
        found = stored.by_id(transaction, resource_id)
        lines = _lines(transaction, ctx, found.id) if "desk" in ctx.pages else []
    book = app_state.context.rulebook_on(app_state.today())
    facts = ctx.facts(
        shown=found,
        provider=app_state.context.directory.name(found.provider_id),
        kind=SHARING_CLASS_TITLES[found.sharing_class],
        lines=lines,
        procedures={key: rules.title for key, rules in app_state.context.procedures.items()},
        open=[rules for rules in book.procedures.values() if rules.tie and may_open(person, rules)],
        here="resources",
    )
    return page("resource.html", facts)


def _lines(transaction: Transaction, ctx: RequestContext, resource_id: int) -> list[LineJson]:
    """The cases about a resource that this person may see."""
    context, today = ctx.app_state.context, ctx.app_state.today()
    found = resource_list.cases_of(transaction, resource_id, today, ctx.person.department_id)
    return case_view.lines_json(transaction, context, found, today)


# ------------------------------------------------------------------------------------------- a sheet comes in


@router.get("/resources/import")
async def blank(ctx: CurrentRequest) -> Response:
    return SHEET.form(ctx)


@router.post("/resources/preview")
async def preview(request: Request, ctx: CurrentRequest) -> Response:
    """Shows what a sheet would bring. Nothing is written."""
    return await SHEET.came_in(request, ctx, dry_run=True)


@router.post("/resources/import")
async def take_in(request: Request, ctx: CurrentRequest) -> Response:
    """Imports a sheet; sent twice, it changes nothing the second time."""
    return await SHEET.came_in(request, ctx, dry_run=False)


def _taken_in(ctx: RequestContext, content: bytes, name: str, dry_run: bool) -> Imported:
    app_state = ctx.app_state
    with as_file(content, SHEET_NAME) as path:
        by = Importer(ctx.operation, PurePath(name.replace("\\", "/")).name[-120:])
        return importer.import_file(app_state.database, app_state.context, path, by, dry_run=dry_run)


SHEET = SheetPage("resources_import.html", "resources", "资源目录", ACT_AS_OFFICE, _taken_in)
