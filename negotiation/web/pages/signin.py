"""Signing in and out, and changing one's password."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from negotiation.core.errors import NegotiationError
from negotiation.services.accounts import sessions
from negotiation.web.form_data import NOT_KEPT, SavedForm, Unreadable, is_own, joined, read_form
from negotiation.web.limits import FILES_AT_ONCE, TooLarge
from negotiation.web.request_context import (
    COOKIE,
    CurrentRequest,
    InvalidCsrfToken,
    LoginRequired,
    RequestContext,
    app_state_of,
    form_of,
)
from negotiation.web.templating import page

router = APIRouter()


@router.get("/signin")
async def sign_in_page(request: Request, back: str = "/") -> Response:
    return _sign_in_page(request, back)


async def login_required(request: Request, error: LoginRequired) -> Response:
    """Leads to the sign-in page; a form whose session ended before it was sent comes along."""
    kept = await _kept(request) if request.method == "POST" and request.url.path not in NOT_KEPT else ""
    return _sign_in_page(request, error.back, kept=kept) if kept else RedirectResponse(error.location, status_code=303)


async def _kept(request: Request) -> str:
    """The form, as text, of somebody who once signed in here; of others nothing is even read."""
    with app_state_of(request).read() as transaction:
        owner = sessions.owner_of(transaction, request.cookies.get(COOKIE, ""))
    try:
        return SavedForm.of(request, (await read_form(request, FILES_AT_ONCE)).fields).as_text() if owner else ""
    except (Unreadable, TooLarge, ClientDisconnect):
        return ""


def _sign_in_page(
    request: Request, back: str, login: str = "", error: NegotiationError | None = None, kept: str = ""
) -> Response:
    facts = {
        "office": app_state_of(request).context.office_name,
        "back": _own(back),
        "login": login,
        "kept": kept,
        "error": error,
    }
    return page("signin.html", facts, status=400 if error else 200)


@router.post("/signin")
async def sign_in_form(request: Request) -> Response:
    """Leads to where the visitor wanted to go. The same sentence for an unknown name and a wrong password."""
    app_state, sent = app_state_of(request), await read_form(request)
    form = joined(sent.fields)
    login, password, back, kept = (form.get(key, "") for key in ("login", "password", "back", "kept"))
    if request.headers.get("sec-fetch-site") == "cross-site":  # nobody is signed in by another site's form
        return _sign_in_page(
            request, back, login, InvalidCsrfToken("登录须在本系统的页面上进行", todo="请重新输入账号和密码")
        )
    if sent.fault is not None:
        return _sign_in_page(request, back, login, sent.fault, kept)
    try:
        signed = await run_in_threadpool(
            sessions.sign_in, app_state.database, app_state.settings, login.strip(), password, app_state.clock()
        )
    except NegotiationError as error:
        return _sign_in_page(request, back, login, error, kept)
    response = _welcome(RequestContext(app_state, signed.person, signed.csrf, signed.token), kept, _own(back))
    response.set_cookie(
        COOKIE, signed.token, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
    )
    return response


def _welcome(ctx: RequestContext, kept: str, back: str) -> Response:
    """The page with a form to be sent again, if it is this person's own; else the page they wanted."""
    typed = SavedForm.read(kept) if not ctx.person.must_change else None
    with ctx.app_state.read() as transaction:
        own = typed is not None and sessions.had_csrf_token(transaction, ctx.person, typed.csrf)
    return resumed(ctx, typed) if typed is not None and own else RedirectResponse(back, status_code=303)


def resumed(ctx: RequestContext, kept: SavedForm) -> Response:
    """The page with a form of an earlier session, to be sent in this one. Nothing is done before a click."""
    return page("resume.html", ctx.facts(kept=kept))


def _own(back: str) -> str:
    return back if is_own(back) else "/"


@router.post("/signout")
async def sign_out(request: Request, ctx: CurrentRequest) -> Response:
    await form_of(request, ctx)
    at = ctx.app_state.clock()
    await ctx.write(lambda transaction: sessions.sign_out(transaction, ctx.token, at))
    response = RedirectResponse("/signin", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/password")
async def password_form(ctx: CurrentRequest) -> Response:
    return page("password.html", ctx.facts(error=None))


@router.post("/password")
async def change_password(request: Request, ctx: CurrentRequest) -> Response:
    form = await form_of(request, ctx)

    def refused(error: NegotiationError) -> Response:
        return page("password.html", ctx.facts(error=error), status=400)

    if form.get("new", "") != form.get("again", ""):
        return refused(NegotiationError("两次输入的新密码不一致", todo="请重新输入"))
    try:
        await run_in_threadpool(_changed, ctx, form)
    except NegotiationError as error:
        return refused(error)
    return RedirectResponse("/", status_code=303)


def _changed(ctx: RequestContext, form: dict[str, str]) -> None:
    ctx.demand_texts()
    app_state, old, new = ctx.app_state, form.get("old", ""), form.get("new", "")
    sessions.change_password(
        app_state.database, app_state.settings, ctx.person, old, new, app_state.clock(), keep=ctx.token
    )
