"""/api/v1: for the municipal platform and other programs, with bearer tokens; what people do in pages, as JSON.

Answers are the same facts that the commands give with --json. A refusal is problem+json (RFC 9457) with a sentence.
"""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field, model_validator
from starlette.exceptions import HTTPException

from negotiation import __version__
from negotiation.core import texts
from negotiation.core.enums import Layer, Scope
from negotiation.core.errors import (
    Conflict,
    DatabaseUnavailable,
    FieldError,
    InvalidTransition,
    NegotiationError,
    NotFound,
    WrongRole,
)
from negotiation.core.labels import LAYER_TITLES
from negotiation.core.texts import TextError
from negotiation.documents import report
from negotiation.domain.people import Person
from negotiation.services import approvals, case_list, case_view
from negotiation.services.accounts import tokens
from negotiation.services.applications import Application, NewApplication, apply_for
from negotiation.services.approvals import Signature
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import may_open, offers_for, visible
from negotiation.store.case_writer import conflict
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.app_state import AppState

STATUS: dict[type[NegotiationError], int] = {
    TextError: 422, NotFound: 404, Conflict: 409, InvalidTransition: 409, WrongRole: 403, DatabaseUnavailable: 503,
}  # fmt: skip
PROBLEM = "application/problem+json"
OUT_OF_ORDER, TRY_LATER = "数据库暂时不能使用，没有写入任何内容", "请稍后重试；如仍不能使用，请告知系统管理员"
OF_THE_OFFICE: dict[str, Any] = {"tasks": [], "notices": []}  # what the parties are not shown of a case


class Refused(NegotiationError):
    """No token, or none that is good for this."""

    def __init__(self, status: int, what: str, todo: str) -> None:
        super().__init__(what, todo=todo)
        self.status = status


class Problem(BaseModel):
    """What is wrong (title), where, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    where: str = ""
    todo: str = ""
    field: str = ""


class Entered(BaseModel):
    """What a program sends: every text of it, however deep, is read by the one rule for texts from outside."""

    @model_validator(mode="before")
    @classmethod
    def read_texts(cls, sent: Any) -> Any:
        """Raises TextError with the field."""
        return texts.read_all(sent)


class Signed(Entered):
    """Who approved it (签批), and when. Without them an act that needs approval waits for the head: 202."""

    signed_by: str = Field("", max_length=80)
    signed_on: date | None = None

    @property
    def signature(self) -> Signature | None:
        if bool(self.signed_by.strip()) != (self.signed_on is not None):
            missing = "signed_on" if self.signed_by.strip() else "signed_by"
            raise FieldError("签批人和签批日期须一并填写", field=missing, todo="请补填另一项")
        return Signature(self.signed_by.strip(), self.signed_on) if self.signed_on else None


class NewCase(Signed):
    """An application: the procedure and its fields as a form would have them; ``submit``: handed in at once.

    Several names under ``provider`` make one matter (来文事项) and a case for each.
    """

    procedure: str = Field(max_length=80)
    fields: dict[str, str | list[str]]
    on: date | None = None
    submit: bool = True


class NewAct(Signed):
    """An act: who does it (a role of the rulebook), when it happened, the form's fields, the version that was seen."""

    by: str = Field(max_length=80)
    on: date | None = None
    fields: dict[str, str | list[str]] = {}
    version: int | None = None


class Caller:
    """The program that asks: its person, and what its token is good for."""

    def __init__(self, app_state: AppState, person: Person, scopes: frozenset[Scope]) -> None:
        self.app_state, self.person, self.scopes = app_state, person, scopes

    def demand(self, scope: Scope) -> None:
        if scope not in self.scopes:
            raise Refused(403, f"令牌没有权限“{scope.value}”", "请由系统管理员另发令牌")


TOKEN = HTTPBearer(auto_error=False, description="由系统管理员发给的令牌")
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(TOKEN)]


async def caller_of(request: Request, shown: Shown) -> Caller:
    app_state: AppState = request.app.state.app_state
    text, at = shown.credentials.strip() if shown else "", app_state.clock()
    with app_state.read() as transaction:
        bearer = tokens.token_of(transaction, text, at) if text else None
    if bearer is None:
        raise Refused(401, "没有有效的令牌", "请在 Authorization 中写 Bearer 和令牌；令牌由系统管理员发给")
    if bearer.renew:
        await app_state.write(lambda transaction: tokens.token_used(transaction, text, at))
    return Caller(app_state, bearer.person, bearer.scopes)


Called = Annotated[Caller, Depends(caller_of)]
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {PROBLEM: {}}, "description": words}
    for status, words in {
        400: "所填内容有误", 401: "没有有效的令牌", 403: "没有权限", 404: "没有", 409: "与案件现状不符",
        413: "请求的内容太大", 422: "请求的写法有误", 503: "数据库暂不可用",
    }.items()
}  # fmt: skip


WAITS: dict[int | str, dict[str, Any]] = {202: {"description": "已送签：负责人签批后生效"}}


def create_api() -> FastAPI:
    """The interface as an application of its own, under /api/v1; ``state.house`` is set once the pages have begun."""
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


# -------------------------------------------------------------------------------------------------------------- cases


async def list_cases(
    caller: Called,
    state: str = "",
    light: str = "",
    department: str = "",
    text: str = "",
    since: str = "",
    until: str = "",
    open: bool = False,
    sort: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """A page of the cases that the token's person may see; ``cursor`` of the answer leads to the next one."""
    caller.demand(Scope.READ)
    person, app_state = caller.person, caller.app_state
    if person.is_office and not person.sees_all_cases:
        raise Refused(403, "这个账号不看案件", "请换用办公室或部门的账号")
    asked = {
        "state": state, "light": light, "department": department, "text": text, "since": since, "until": until,
        "open": "1" if open else "", "sort": sort,
    }  # fmt: skip
    wanted = case_list.read_wanted(app_state.context, asked, scope=person.department_id)
    with app_state.read() as transaction:
        return _json(case_list.lines(transaction, app_state.context, wanted, app_state.today(), cursor, limit))


async def one_case(no: str, caller: Called) -> Response:
    caller.demand(Scope.READ)
    return _case(caller, no)


def _case(caller: Caller, no: str, status: int = 200) -> Response:
    app_state = caller.app_state
    with app_state.read() as transaction:
        file = visible(transaction, app_state.context, caller.person, no, app_state.clock())
        acts = case_view.acts_json(file, *offers_for(transaction, file, caller.person))
        case = case_view.case_json(transaction, file, app_state.context, app_state.today()) | acts
    return _json(case if caller.person.is_office else case | OF_THE_OFFICE, status)


async def open_case(new: NewCase, caller: Called) -> Response:
    """A department's program applies for its department; the office's for any."""
    caller.demand(Scope.ACT)
    app_state, person = caller.app_state, caller.person
    rules = app_state.context.rulebook_on(new.on or app_state.today()).procedure(new.procedure)
    if not may_open(person, rules):
        raise Refused(403, "这个账号不办理案件", "请换用办公室经办人或部门的账号")

    def opened(transaction: Transaction) -> Application:
        own = app_state.context.directory.name(person.department_id)
        fields: dict[str, Any] = {rules.drafter: own, **new.fields} if own else dict(new.fields)
        on = new.on or app_state.today()
        wanted = NewApplication(new.procedure, fields, on, new.submit, new.signature)
        return apply_for(UnitOfWork(transaction, app_state.context, app_state.clock()), person, wanted)

    made = await app_state.write(opened)
    status = 202 if made.proposed else 201
    if made.matter:
        return _json({"matter": made.matter, "cases": list(made.numbers)}, status)
    return _case(caller, made.numbers[0], status)


async def act(no: str, event: str, new: NewAct, caller: Called) -> Response:
    """One act in a role that the token's person has in the case; 202 if it waits for the head's approval."""
    caller.demand(Scope.ACT)
    app_state, person = caller.app_state, caller.person

    def done(transaction: Transaction) -> ProposalRow | None:
        file = visible(transaction, app_state.context, person, no, app_state.clock())
        if new.by not in approvals.roles_of(file, person):
            raise WrongRole(f"这个账号不能以“{new.by}”的身份办理", where=f"案件 {no}", todo="请核对 by")
        if new.version not in (None, file.row["version"]):
            raise conflict(no)
        return approvals.enter(
            transaction,
            file,
            person,
            ActRequest(event, role=new.by, actor=person.name, on=new.on or app_state.today(), fields=new.fields),
            signature=new.signature,
        )

    return _case(caller, no, 202 if await app_state.write(done) else 200)


# --------------------------------------------------------------------------------------------------------- the rest


async def departments(caller: Called) -> Response:
    """In the official order."""
    caller.demand(Scope.READ)
    units = caller.app_state.context.directory.in_order()
    return _json({"departments": [{"name": each.name, "level": each.level.value} for each in units]})


async def due(
    caller: Called, start: date, n: Annotated[int, Query(ge=-500, le=500)], layer: Layer = Layer.MUNICIPAL
) -> Response:
    """The n-th working day after a day, day by day with its documents."""
    caller.demand(Scope.READ)
    calendar = caller.app_state.context.almanac.of(layer)
    try:
        found, days = calendar.estimate(start, n), calendar.explain(start, n)
    except ValueError as error:
        raise FieldError(str(error), field="start", todo="请核对日期和天数") from None
    answer = {"start": start, "n": n, "layer": LAYER_TITLES[layer], "due": found.day, "official": found.official}
    answer |= {"earliest": found.earliest, "latest": found.latest, "days": [each._asdict() for each in days]}
    return _json(answer)


async def yearly(year: Annotated[int, "年份"], caller: Called) -> Response:
    """The figures of a year, of every procedure."""
    caller.demand(Scope.REPORT)
    app_state, today = caller.app_state, caller.app_state.today()
    if not caller.person.sees_all_cases:
        raise Refused(403, "全市的数据只提供给办公室", "请换用办公室的账号")
    first, last = report.period(year, today, None, None)
    found = report.report_of(app_state.database, app_state.context, year, first, last, today, tables=False)
    content = report.as_json(found)
    beside = {key: content[key] for key in ("figures", "imbalances", "published", "differences")}
    return _json({"year": year, "procedures": report.by_procedure(found)} | beside)


# --------------------------------------------------------------------------------------------------------- answers


def _json(answer: dict[str, Any], status: int = 200) -> Response:
    return Response(case_view.as_text(answer), status_code=status, media_type="application/json")


def problem(status: int, what: str, **more: str) -> JSONResponse:
    """A refusal as programs read it (RFC 9457)."""
    body = Problem(title=what, status=status, **more).model_dump()
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body, status_code=status, media_type=PROBLEM, headers=headers)


def _answer_errors(api: FastAPI) -> None:
    @api.exception_handler(NegotiationError)
    async def in_a_sentence(_request: Request, error: NegotiationError) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        status = error.status if isinstance(error, Refused) else status
        field = error.field if isinstance(error, FieldError) else ""
        if isinstance(error, DatabaseUnavailable):  # what the database said is for whoever keeps it
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
