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
    FieldError,
    InvalidTransition,
    NegotiationError,
    NotFound,
    WrongRole,
)
from negotiation.core.texts import TextError
from negotiation.web.api.answers import ANSWERS, OUT_OF_ORDER, TRY_LATER, WAITS, problem
from negotiation.web.api.auth import Refused
from negotiation.web.api.calendar import due
from negotiation.web.api.cases import act, list_cases, one_case, open_case
from negotiation.web.api.departments import departments
from negotiation.web.api.report import yearly

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

    _add_routes(api)
    _answer_errors(api)
    return api


def _add_routes(api: FastAPI) -> None:
    api.get("/cases", summary="案件列表")(list_cases)
    api.post("/cases", summary="登记申请", status_code=201, responses=WAITS)(open_case)
    api.get("/cases/{no}", summary="一个案件")(one_case)
    api.post("/cases/{no}/acts/{event}", summary="办理", responses=WAITS)(act)
    api.get("/departments", summary="部门")(departments)
    api.get("/calendar/due", summary="第 n 个工作日")(due)
    api.get("/report/{year}", summary="年度数据")(yearly)


def _answer_errors(api: FastAPI) -> None:
    @api.exception_handler(NegotiationError)
    async def in_a_sentence(_request: Request, error: NegotiationError) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        status = error.status if isinstance(error, Refused) else status
        field = error.field if isinstance(error, FieldError) else ""
        if isinstance(error, DatabaseUnavailable):  # what the database answered is for whoever keeps it
            return problem(status, OUT_OF_ORDER, todo=TRY_LATER)
        return problem(status, error.what, where=error.where, todo=error.todo, field=field)

    @api.exception_handler(RequestValidationError)
    async def put_wrongly(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return problem(422, "请求的写法有误", where=place, todo="请按 openapi.json 的说明改正", field=place)

    @api.exception_handler(HTTPException)
    async def plainly(_request: Request, error: HTTPException) -> Response:
        what = {404: "没有这个地址", 405: "这个地址不能这样使用", 413: "请求的内容太大"}.get(
            error.status_code, "请求无法处理"
        )
        return problem(error.status_code, what)
