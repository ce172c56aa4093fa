"""/api/v1: for the municipal platform and other programs, with bearer tokens; what people do in pages, as JSON.

Answers are the same facts that the commands give with --json. A refusal is problem+json (RFC 9457) with a sentence.
"""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from negotiation import __version__
from negotiation.core.errors import (
    Conflict,
    DatabaseUnavailable,
    InvalidTransition,
    NegotiationError,
    NotFound,
    WrongRole,
)
from negotiation.core.texts import TextError
from negotiation.web.api import calendar, cases, corrections, departments, report, search
from negotiation.web.api.answers import ANSWERS, OUT_OF_ORDER, TRY_LATER, problem
from negotiation.web.api.auth import Refused
from negotiation.web.statuses import headers_of, put_on_record

NOUNS = (cases, corrections, departments, calendar, report, search)  # the modules with its endpoints
STATUS: dict[type[NegotiationError], int] = {
    TextError: 422, NotFound: 404, Conflict: 409, InvalidTransition: 409, WrongRole: 403, DatabaseUnavailable: 503,
}  # fmt: skip


def create_api() -> FastAPI:
    """The interface as an application of its own; ``state.app_state`` is set once the pages have begun."""
    api = FastAPI(
        title="政务信息资源共享协商 接口",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        responses=ANSWERS,
    )
    for each in NOUNS:
        api.include_router(each.router)
    _answer_errors(api)
    return api


def _answer_errors(api: FastAPI) -> None:
    @api.exception_handler(NegotiationError)
    async def in_a_sentence(_request: Request, error: NegotiationError) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        status = error.status if isinstance(error, Refused) else status
        put_on_record(error)
        if isinstance(error, DatabaseUnavailable):  # what the database answered is for whoever keeps it
            unavailable = problem(status, OUT_OF_ORDER, todo=TRY_LATER)
            unavailable.headers.update(headers_of(error))
            return unavailable
        return problem(
            status, error.what, where=error.where, todo=error.todo, field=error.field, faults=error.by_field_as_json()
        )

    _answer_mistakes(api)


def _answer_mistakes(api: FastAPI) -> None:
    """The answers to what never came to a use case, and to what nobody foresaw."""

    @api.exception_handler(RequestValidationError)
    async def put_wrongly(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return problem(422, "请求的写法有误", where=place, todo="请按 openapi.json 的说明改正", field=place)

    @api.exception_handler(Exception)
    async def unforeseen(_request: Request, _error: Exception) -> Response:
        return problem(500, "程序出错，没有写入任何内容", todo="请稍后重试；如仍出错，请将 X-Request-ID 告知系统管理员")

    @api.exception_handler(HTTPException)
    async def plainly(_request: Request, error: HTTPException) -> Response:
        what = {
            404: "没有这个地址",
            405: "这个地址不能这样使用",
            408: "请求的内容没有及时传完",
            413: "请求的内容太大",
        }.get(error.status_code, "请求无法处理")
        return problem(error.status_code, what)
