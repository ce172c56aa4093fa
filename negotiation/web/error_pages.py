"""Pages for what goes wrong: a sentence, with the menu for who is signed in and a way back; and a number put right."""

from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from structlog.contextvars import get_contextvars

from negotiation.core.errors import DatabaseUnavailable, NegotiationError
from negotiation.services.permissions import NoSuchCase, meant
from negotiation.web.api import API
from negotiation.web.api.answers import OUT_OF_ORDER, TRY_LATER, problem
from negotiation.web.form_data import is_own
from negotiation.web.limits import BodyRefused
from negotiation.web.pages import lost_forms, signin
from negotiation.web.request_context import (
    ExpiredForm,
    LoginRequired,
    PasswordChangeRequired,
    RequestContext,
    SecondFactorRequired,
    present,
)
from negotiation.web.statuses import headers_of, put_on_record, status_of
from negotiation.web.templating import page


async def _expired_form(request: Request, error: ExpiredForm) -> Response:
    ctx = error.ctx
    return signin.resumed(ctx, await lost_forms.saved(request, ctx.app_state, ctx.person, error.sent))


async def _password_change_required(_request: Request, _error: PasswordChangeRequired) -> Response:
    return RedirectResponse("/password", status_code=303)


async def _second_factor_required(_request: Request, _error: SecondFactorRequired) -> Response:
    return RedirectResponse("/second-factor", status_code=303)


async def _refused(request: Request, error: NegotiationError) -> Response:
    status = status_of(error)
    if isinstance(error, DatabaseUnavailable):  # what the database answered is for whoever keeps it
        unavailable = error_page(request, None, OUT_OF_ORDER, TRY_LATER, status=status)
        unavailable.headers.update(headers_of(error))
        return unavailable
    ctx = await present(request)
    put_on_record(error)
    true = true_address(request, ctx, error) if isinstance(error, NoSuchCase) else ""
    if true:
        return RedirectResponse(true, status_code=303)
    case = "" if isinstance(error, NoSuchCase) else _case_of(request)
    answer = error_page(request, ctx, error.what, error.todo, where=error.where, status=status, case=case)
    answer.headers.update(headers_of(error))
    return answer


async def _body_refused(request: Request, error: BodyRefused) -> Response:
    answer = error_page(request, await present(request), error.what, error.todo, status=error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _http_exception(request: Request, error: HTTPException) -> Response:
    what = {404: "没有这一页", 405: "这一页不能这样使用"}.get(error.status_code, "请求无法处理")
    if request.url.path.startswith(API):  # an address that no mount matches: a line break in it, for example
        return problem(error.status_code, what)
    return error_page(request, await present(request), what, "请从首页进入", status=error.status_code)


async def _invalid_address(request: Request, _error: RequestValidationError) -> Response:
    what, todo = "地址中的年份或编号不是数字", "请改正后重试，或从首页进入"
    return error_page(request, await present(request), what, todo, status=400)


async def unforeseen(request: Request) -> Response:
    """The page for what nobody foresaw."""
    ctx = getattr(request.state, "ctx", None)  # nothing is asked of a database that may be what went wrong
    what, todo = "程序出错，没有写入任何内容", "请返回重试；如仍出错，请告知系统管理员"
    return error_page(request, ctx, what, todo, status=500)


NOT_FOUND = 404
# The answer to each kind of error that a page raises; the nearest kind counts.
HANDLERS: dict[int | type[Exception], Any] = {
    LoginRequired: signin.login_required,
    ExpiredForm: _expired_form,
    PasswordChangeRequired: _password_change_required,
    SecondFactorRequired: _second_factor_required,
    NegotiationError: _refused,
    BodyRefused: _body_refused,
    HTTPException: _http_exception,
    RequestValidationError: _invalid_address,
}


def error_page(
    request: Request,
    ctx: RequestContext | None,
    what: str,
    todo: str,
    *,
    where: str = "",
    status: int = 400,
    case: str = "",
) -> Response:
    """A page that says what is wrong; ``ctx``: of who is signed in, if anybody; ``case``: to which it leads back."""
    number = None if status == NOT_FOUND else get_contextvars().get("request")  # what is not there looks all alike
    facts = {"what": what, "where": where, "todo": todo, "back": _back(request), "case_no": case, "number": number}
    return page("error.html", ctx.facts(**facts) if ctx else {"person": None, "office": "", **facts}, status=status)


def _case_of(request: Request) -> str:
    """The number of the case below whose address a page stands; "" for any other page."""
    parts = str(request.scope["path"]).split("/")
    return parts[2] if parts[:2] == ["", "cases"] and len(parts) > 3 else ""


def _back(request: Request) -> str:
    """The page on which the visitor was before this one; "" if that is not known."""
    came = urlsplit(request.headers.get("referer", ""))
    path = came.path + (f"?{came.query}" if came.query else "")
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return path if is_own(path) and path != here and came.netloc == request.url.netloc else ""


def true_address(request: Request, ctx: RequestContext | None, error: NoSuchCase) -> str:
    """The address of a page of a case whose number was written otherwise: in small letters, without zeros; else ""."""
    begins = f"/cases/{error.no}"
    wanted = str(request.scope["path"])
    if ctx is None or request.method != "GET" or not f"{wanted}/".startswith(f"{begins}/"):
        return ""
    app_state = ctx.app_state
    with app_state.read() as transaction:
        no = meant(transaction, app_state.context, ctx.person, error.no, app_state.clock())
    rest = quote(wanted.removeprefix(begins)) + (f"?{request.url.query}" if request.url.query else "")
    return f"/cases/{quote(no, safe='')}{rest}" if no else ""
