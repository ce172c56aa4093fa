"""The web process: routes put together, plain pages for what goes wrong, and the headers of every answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from negotiation import __version__
from negotiation.casework import Practice
from negotiation.clock import now
from negotiation.errors import DatabaseTrouble, NegotiationError, NotFound, Overtaken
from negotiation.settings import Settings
from negotiation.store.database import Database
from negotiation.web import acts, approving, bulk, calendar_pages, cases, departments, desk, handlers, health, office, people, signin
from negotiation.web.api import create_api
from negotiation.web.house import House
from negotiation.web.render import page
from negotiation.web.visit import PasswordFirst, SignInFirst

# Everything comes from here: no page asks another host for anything, and nothing inline is run.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATUS: dict[type[NegotiationError], int] = {NotFound: 404, Overtaken: 409, DatabaseTrouble: 503}


Called = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings, database: Database, *, clock: Callable[[], datetime] = now) -> FastAPI:
    """The application over a database that is ready; ``clock`` is asked once for each request."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        database.demand(database.revision())
        with database.looking() as transaction:
            app.state.house = House(settings, database, Practice.of(transaction, settings), clock)
        yield

    app = FastAPI(
        title="政务信息资源共享协商",
        version=__version__,
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    for room in (signin, desk, bulk, cases, acts, approving, calendar_pages, departments, handlers, people, office, health):
        app.include_router(room.router)
    app.mount("/api/v1", create_api(lambda: app.state.house))
    app.mount("/static", StaticFiles(directory=str(files("negotiation.web") / "static")), name="static")
    _answer_errors(app)
    app.middleware("http")(_with_headers)
    return app


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(SignInFirst)
    async def to_the_door(_request: Request, error: SignInFirst) -> Response:
        return RedirectResponse(error.location, status_code=303)

    @app.exception_handler(PasswordFirst)
    async def to_the_password(_request: Request, _error: PasswordFirst) -> Response:
        return RedirectResponse("/password", status_code=303)

    @app.exception_handler(NegotiationError)
    async def in_a_sentence(_request: Request, error: NegotiationError) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        return page("error.html", {"what": error.what, "where": error.where, "todo": error.todo}, status=status)

    @app.exception_handler(HTTPException)
    async def plainly(_request: Request, error: HTTPException) -> Response:
        what = {404: "没有这一页", 405: "这一页不能这样使用"}.get(error.status_code, "请求无法处理")
        return page("error.html", {"what": what, "where": "", "todo": "请从首页进入"}, status=error.status_code)

    @app.exception_handler(Exception)
    async def unforeseen(_request: Request, _error: Exception) -> Response:
        facts = {"what": "程序出错，没有写入任何内容", "where": "", "todo": "请返回重试；如仍出错，请告知系统管理员"}
        return page("error.html", facts, status=500)


async def _with_headers(request: Request, call_next: Called) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
