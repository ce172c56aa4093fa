"""Signing in and out, and changing one's password."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core import log
from negotiation.core.errors import NegotiationError, TryLater
from negotiation.domain.people import WrongProof
from negotiation.services.accounts import attempts, sessions
from negotiation.services.accounts.second_step import show_code
from negotiation.services.accounts.tickets import CodeWanted, holder_of
from negotiation.web.app_state import AppState
from negotiation.web.cookies import drop_session, keep_session, marks_in
from negotiation.web.form_data import NOT_KEPT, SavedForm, is_own, joined, read_form
from negotiation.web.pages.lost_forms import kept_form
from negotiation.web.request_context import (
    CurrentRequest,
    LoginRequired,
    RequestContext,
    app_state_of,
    form_of,
)
from negotiation.web.statuses import headers_of, shown, status_of
from negotiation.web.templating import page

router = APIRouter()


@router.get("/signin")
async def sign_in_page(request: Request, back: str = "/") -> Response:
    return _sign_in_page(request, back)


async def login_required(request: Request, error: LoginRequired) -> Response:
    """Leads to the sign-in page; a form whose session ended before it was sent comes along."""
    is_form = request.method == "POST" and request.url.path not in NOT_KEPT
    form = await kept_form(request, app_state_of(request)) if is_form else None
    kept = form.as_text() if form is not None else ""
    return _sign_in_page(request, error.back, kept=kept) if kept else RedirectResponse(error.location, status_code=303)


def _sign_in_page(
    request: Request, back: str, login: str = "", error: NegotiationError | None = None, kept: str = ""
) -> Response:
    facts = {
        "office": app_state_of(request).context.office_name,
        "back": _own(back),
        "login": login,
        "kept": kept,
        "error": shown(error) if error else None,
    }
    response = page("signin.html", facts, status=status_of(error) if error else 200)
    response.headers.update(headers_of(error) if error else {})
    return response


@router.post("/signin")
async def sign_in_form(request: Request) -> Response:
    """Leads to where the visitor wanted to go. The same sentence for an unknown name and a wrong password."""
    app_state, sent = app_state_of(request), await read_form(request)
    form = joined(sent.fields)
    login, password, back, kept = (form.get(key, "") for key in ("login", "password", "back", "kept"))
    if sent.faults:
        return _sign_in_page(request, back, login, sent.faults[0], kept)
    try:
        signed = await _signed_in(request, app_state, login, password)
    except CodeWanted as wanted:
        return _code_page(request, Half(wanted.ticket, back, kept))
    except NegotiationError as error:
        return _sign_in_page(request, back, login, error, kept)
    return _let_in(request, signed, kept, back)


def _let_in(request: Request, signed: sessions.SignedIn, kept: str, back: str) -> Response:
    app_state = app_state_of(request)
    log.logger().info("sign_in", outcome="ok", account=signed.person.id)
    response = _welcome(RequestContext(app_state, signed.person, signed.csrf, signed.token), kept, _own(back))
    keep_session(response, request, app_state.settings, signed)
    return response


async def _signed_in(request: Request, app_state: AppState, login: str, password: str) -> sessions.SignedIn:
    """The session of who proves who they are. Raises SignInRefused, TooManyTries, Busy."""
    at, settings = app_state.clock(), app_state.settings
    caller = _caller(request, login, at)
    run = app_state.hashing.run if caller.is_known else app_state.hashing.run_for_stranger
    browser = sessions.Browser(caller.is_known, request.cookies.get(app_state.session_cookie, ""))
    with _on_record("password"), app_state.attempts.one(caller, at):
        return await run(sessions.sign_in, app_state.database, settings, login, password, at, browser)


@contextmanager
def _on_record(step: str) -> Iterator[None]:
    """Around a try to sign in: how it failed goes to the log; at which account, if any, is in the line of the try."""
    try:
        yield
    except CodeWanted:
        log.logger().info("sign_in", outcome="code_wanted")
        raise
    except NegotiationError as error:
        log.logger().info("sign_in", outcome="throttled" if isinstance(error, TryLater) else "failed", step=step)
        raise


class Half(NamedTuple):
    """What the form of the second step carries on from the first."""

    ticket: str
    back: str
    kept: str


def _code_page(request: Request, half: Half, error: NegotiationError | None = None) -> Response:
    office = app_state_of(request).context.office_name
    facts = {"office": office, "half": half, "error": shown(error) if error else None}
    response = page("signin_code.html", facts, status=status_of(error) if error else 200)
    response.headers.update(headers_of(error) if error else {})
    return response


@router.post("/signin/code")
async def code_form(request: Request) -> Response:
    """The second step: a code of the second factor. A ticket that is over leads back to the first."""
    app_state, form = app_state_of(request), joined((await read_form(request)).fields)
    half = Half(*(form.get(key, "") for key in Half._fields))
    try:
        with app_state.read() as transaction:
            login = holder_of(transaction, half.ticket, app_state.clock()).login
    except NegotiationError as error:
        return _sign_in_page(request, half.back, error=error, kept=half.kept)
    try:
        signed = await _shown(request, half.ticket, form.get("code", ""), login)
    except NegotiationError as error:
        return _code_page(request, half, error)
    return _let_in(request, signed, half.kept, half.back)


async def _shown(request: Request, ticket: str, code: str, login: str) -> sessions.SignedIn:
    """The session of who shows the code. Raises WrongProof, TooManyTries."""
    app_state = app_state_of(request)
    at, settings = app_state.clock(), app_state.settings
    caller = _caller(request, login, at)
    browser = sessions.Browser(caller.is_known, request.cookies.get(app_state.session_cookie, ""))
    with _on_record("code"), app_state.attempts.one(caller, at):
        found = await app_state.write(lambda inside: show_code(inside, settings, ticket, code, at, browser))
        if isinstance(found, WrongProof):
            raise found
        return found


def _caller(request: Request, login: str, at: datetime) -> attempts.Caller:
    """The caller. Of a crowd of strangers none costs a transaction before it is known whether it is heard at all."""
    app_state, address = app_state_of(request), address_of(request)
    marks = marks_in(request, app_state.settings)
    if not marks:
        return attempts.stranger(address, login)
    with app_state.read() as transaction:
        return attempts.caller_of(transaction, address, login, marks, at)


def address_of(request: Request) -> str:
    """The address from which a request came; behind a proxy on this machine the one that the proxy names."""
    return request.client.host if request.client else ""


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
    log.logger().info("sign_out")
    response = RedirectResponse("/signin", status_code=303)
    drop_session(response, request, ctx.app_state.settings)
    return response


@router.get("/password")
async def password_form(ctx: CurrentRequest) -> Response:
    return page("password.html", ctx.facts(error=None))


@router.post("/password")
async def change_password(request: Request, ctx: CurrentRequest) -> Response:
    form = await form_of(request, ctx)

    def refused(error: NegotiationError) -> Response:
        response = page("password.html", ctx.facts(error=shown(error)), status=status_of(error))
        response.headers.update(headers_of(error))
        return response

    if form.get("new", "") != form.get("again", ""):
        return refused(NegotiationError("两次输入的新密码不一致", todo="请重新输入"))
    try:
        signed = await _changed(ctx, form)
    except NegotiationError as error:
        return refused(error)
    response = RedirectResponse("/", status_code=303)
    keep_session(response, request, ctx.app_state.settings, signed)
    return response


async def _changed(ctx: RequestContext, form: dict[str, str]) -> sessions.SignedIn:
    """The session that takes the place of all others. Raises AccountError, TooManyTries, Busy."""
    ctx.demand_texts()
    app_state, at, old, new = ctx.app_state, ctx.app_state.clock(), form.get("old", ""), form.get("new", "")
    with app_state.attempts.one(ctx.caller, at):
        return await app_state.hashing.run(
            sessions.change_password, app_state.database, app_state.settings, ctx.person, old, new, at
        )
