"""The web process: routes, errors and middlewares put together over one state."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from importlib.resources import files as packaged

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from negotiation import __version__
from negotiation.core.clock import now
from negotiation.core.settings import Settings
from negotiation.store import migrate
from negotiation.store.database import Database
from negotiation.web import health
from negotiation.web.api import API
from negotiation.web.api.app import create_api
from negotiation.web.app_state import AppState
from negotiation.web.error_pages import HANDLERS
from negotiation.web.limits import BodyLimit
from negotiation.web.metrics import Tally
from negotiation.web.origins import OwnOrigin
from negotiation.web.pages import (
    accounts,
    accounts_in_bulk,
    act_form,
    admin_log,
    agenda,
    application_form,
    approvals,
    assignments,
    attachments,
    bulk,
    calendar,
    calendar_proposals,
    case,
    case_export,
    case_list,
    case_month,
    clock,
    corrections,
    department_import,
    departments,
    desk,
    drafts,
    expunge,
    grants,
    ledger,
    letters,
    meeting_changes,
    meeting_outcomes,
    meeting_plan,
    meetings,
    new_account,
    office,
    outbox,
    own_account,
    papers,
    reorganization,
    report,
    report_cases,
    resources,
    retention,
    saved_views,
    search,
    second_factor,
    setup,
    signin,
    status,
    subscriptions,
    task_groups,
    tasks,
    tokens,
)
from negotiation.web.request_log import RequestLog
from negotiation.web.security_headers import SecurityHeaders

PAGES = (  # tried in this order: the busiest first
    desk,
    drafts,
    case_list,
    case_month,
    case,
    act_form,
    search,
    corrections,
    application_form,
    signin,
    second_factor,
    bulk,
    papers,
    agenda,
    meeting_plan,
    meeting_changes,
    meeting_outcomes,
    meetings,
    tasks,
    task_groups,
    outbox,
    attachments,
    case_export,
    expunge,
    letters,
    approvals,
    calendar,
    calendar_proposals,
    department_import,
    departments,
    reorganization,
    assignments,
    accounts,
    accounts_in_bulk,
    new_account,
    tokens,
    grants,
    own_account,
    subscriptions,
    resources,
    retention,
    saved_views,
    ledger,
    report,
    report_cases,
    office,
    admin_log,
    clock,
    status,
    setup,
    health,
)


def create_app(settings: Settings, database: Database, *, clock: Callable[[], datetime] = now) -> FastAPI:
    """The application over a database that is ready; ``clock`` is asked once for each request."""
    return application(opening(settings, database, clock))


def opening(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Callable[[], AppState]:
    """The function that opens the state over a database; it raises for a database that is not ready."""

    def opened() -> AppState:
        migrate.demand(database, migrate.revision(database))
        return AppState.open(settings, database, clock)

    return opened


def application(opened: Callable[[], AppState]) -> FastAPI:
    """All pages and the interface for programs, put together, which takes FastAPI a tenth of a second.

    Each time that it begins it opens a state, and closes it when it ends.
    """
    app = FastAPI(
        title="政务信息资源共享协商",
        version=__version__,
        lifespan=_lifespan(opened),
        exception_handlers=HANDLERS,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.api, app.state.tally = create_api(), Tally()
    _add_routes(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(OwnOrigin)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)  # outside of the other: a refusal bears the headers too
    return app


def _lifespan(opened: Callable[[], AppState]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.app_state = app.state.api.state.app_state = app_state = opened()
        try:
            yield
        finally:
            app_state.close()

    return lifespan


def _add_routes(app: FastAPI) -> None:
    for each in PAGES:
        app.include_router(each.router)
    app.mount(API, app.state.api)
    app.add_api_route("/openapi.json", described)
    app.mount("/static", StaticFiles(directory=str(packaged("negotiation.web") / "static")), name="static")


def described(request: Request) -> Response:
    """The interface for programs as it describes itself.

    A function of its own: FastAPI remembers every endpoint, and one made here would keep each application alive.
    """
    api: FastAPI = request.app.state.api
    return JSONResponse(api.openapi() | {"servers": [{"url": API}]})
