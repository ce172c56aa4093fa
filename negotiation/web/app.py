"""The web process: routes put together, plain pages for what goes wrong, and the headers of every answer."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.resources import files as packaged

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from negotiation import __version__
from negotiation.core.clock import now
from negotiation.core.errors import Conflict, DatabaseUnavailable, NegotiationError, NotFound
from negotiation.core.settings import Settings
from negotiation.services.permissions import NoSuchCase
from negotiation.store import migrate
from negotiation.store.attachments import Sealed
from negotiation.store.database import Database
from negotiation.web import error_pages, health
from negotiation.web.api.answers import OUT_OF_ORDER, TRY_LATER, problem
from negotiation.web.api.app import create_api
from negotiation.web.app_state import AppState
from negotiation.web.limits import BodyLimit, TooLarge
from negotiation.web.metrics import MeasuredApp, Tally
from negotiation.web.pages import (
    accounts,
    act_form,
    agenda,
    application_form,
    approvals,
    assignments,
    attachments,
    bulk,
    calendar,
    case,
    case_list,
    clock,
    departments,
    letters,
    meeting_outcomes,
    meeting_plan,
    meetings,
    new_account,
    office,
    outbox,
    reorganization,
    report,
    report_cases,
    resources,
    signin,
    tasks,
    tokens,
)
from negotiation.web.request_context import ExpiredForm, LoginRequired, PasswordChangeRequired, present

# Everything comes from here: no page asks another host for anything, and nothing inline is run.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
API = "/api/v1"
STATUS: dict[type[NegotiationError], int] = {NotFound: 404, Conflict: 409, Sealed: 410, DatabaseUnavailable: 503}
KEPT = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
NOT_KEPT = [*KEPT, (b"cache-control", b"no-store")]


def create_app(settings: Settings, database: Database, *, clock: Callable[[], datetime] = now) -> FastAPI:
    """The application over a database that is ready; ``clock`` is asked once for each request."""
    return application(opening(settings, database, clock))


def opening(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Callable[[], AppState]:
    """Opens a house over a database; one that is not ready is refused."""

    def opened() -> AppState:
        migrate.demand(database, migrate.revision(database))
        return AppState.open(settings, database, clock)

    return opened


def application(opened: Callable[[], AppState]) -> FastAPI:
    """All pages and the interface for programs, put together, which takes FastAPI a tenth of a second.

    Each time that it begins it opens a house, and closes it when it ends.
    """

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        app.state.app_state = api.state.app_state = app_state = opened()
        try:
            yield
        finally:
            app_state.close()

    api = create_api()
    app = FastAPI(
        title="政务信息资源共享协商",
        version=__version__,
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    for room in (  # tried in this order: the busiest first
        case_list,
        case,
        act_form,
        application_form,
        signin,
        bulk,
        agenda,
        meeting_plan,
        meeting_outcomes,
        meetings,
        tasks,
        outbox,
        attachments,
        letters,
        approvals,
        calendar,
        departments,
        reorganization,
        assignments,
        accounts,
        new_account,
        tokens,
        resources,
        report,
        report_cases,
        office,
        clock,
        health,
    ):
        app.include_router(room.router)
    app.mount(API, api)
    app.state.api = api
    app.add_api_route("/openapi.json", described)
    app.mount("/static", StaticFiles(directory=str(packaged("negotiation.web") / "static")), name="static")
    _answer_errors(app)
    app.add_middleware(BodyLimit)
    app.state.tally = Tally()
    app.add_middleware(MeasuredApp)
    app.add_middleware(SecurityHeaders)  # outside of the other: a refusal bears the headers too
    return app


def described(request: Request) -> Response:
    """The interface for programs as it describes itself.

    A function of its own: FastAPI remembers every endpoint, and one made here would keep each application alive.
    """
    api: FastAPI = request.app.state.api
    return JSONResponse(api.openapi() | {"servers": [{"url": API}]})


def _answer_errors(app: FastAPI) -> None:
    app.exception_handler(LoginRequired)(signin.login_required)

    @app.exception_handler(ExpiredForm)
    async def once_more(_request: Request, error: ExpiredForm) -> Response:
        return signin.resumed(error.ctx, error.kept)

    @app.exception_handler(PasswordChangeRequired)
    async def to_the_password(_request: Request, _error: PasswordChangeRequired) -> Response:
        return RedirectResponse("/password", status_code=303)

    @app.exception_handler(NegotiationError)
    async def in_a_sentence(request: Request, error: NegotiationError) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        if isinstance(error, DatabaseUnavailable):  # what the database said is for whoever keeps it
            return error_pages.told(request, None, OUT_OF_ORDER, TRY_LATER, status=status)
        ctx = await present(request)
        true = error_pages.true_address(request, ctx, error) if isinstance(error, NoSuchCase) else ""
        if true:
            return RedirectResponse(true, status_code=303)
        return error_pages.told(request, ctx, error.what, error.todo, where=error.where, status=status)

    @app.exception_handler(TooLarge)
    async def too_large(request: Request, error: TooLarge) -> Response:
        return error_pages.told(request, await present(request), error.what, error.todo, status=413)

    @app.exception_handler(HTTPException)
    async def plainly(request: Request, error: HTTPException) -> Response:
        what = {404: "没有这一页", 405: "这一页不能这样使用"}.get(error.status_code, "请求无法处理")
        if request.url.path.startswith(API):  # an address that no mount matches: a line break in it, for example
            return problem(error.status_code, what)
        return error_pages.told(request, await present(request), what, "请从首页进入", status=error.status_code)

    @app.exception_handler(RequestValidationError)
    async def put_wrongly(request: Request, _error: RequestValidationError) -> Response:
        what, todo = "地址中的年份或编号不是数字", "请改正后重试，或从首页进入"
        return error_pages.told(request, await present(request), what, todo, status=400)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, _error: Exception) -> Response:
        ctx = getattr(request.state, "ctx", None)  # nothing is asked of a database that may be what went wrong
        return error_pages.told(
            request, ctx, "程序出错，没有写入任何内容", "请返回重试；如仍出错，请告知系统管理员", status=500
        )


class SecurityHeaders:
    """Around the application: every answer bears the headers, unless it says otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = KEPT if scope["type"] == "http" and scope["path"].startswith("/static/") else NOT_KEPT

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in wanted if each[0] not in own)]
            await send(message)

        await self.app(scope, receive, headed)
