"""The context of a request: the session in the cookie, what its person may see and do, the token on every form."""

import asyncio
import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from structlog.contextvars import bind_contextvars

from negotiation.core import log
from negotiation.core.enums import ACT_AS_OFFICE, DEPARTMENT_ROLES, AccountRole
from negotiation.core.errors import DatabaseUnavailable, NegotiationError, NotFound, refuse
from negotiation.core.texts import Kind, TextError
from negotiation.domain.administration import AdminRecord
from negotiation.domain.entered import EnteredBy
from negotiation.domain.people import Person
from negotiation.services import assignments
from negotiation.services.accounts import own, second_factor, sessions
from negotiation.services.accounts.attempts import Caller
from negotiation.services.accounts.grants import may_confirm
from negotiation.services.administration import Operation, author_of
from negotiation.services.unattended import CONFIRM_CLOCK
from negotiation.store.transaction import Transaction
from negotiation.web.app_state import AppState
from negotiation.web.form_data import CSRF_FIELD, NOT_KEPT, Files, Sent, is_own, joined, read_form
from negotiation.web.limits import FILES_AT_ONCE
from negotiation.web.said import SAID, sentence_of

T = TypeVar("T")
SECOND_FACTOR = ("/second-factor", "/second-factor/begin", "/second-factor/confirm")
APPLY = DEPARTMENT_ROLES | ACT_AS_OFFICE
AUDIT = {AccountRole.AUDITOR, AccountRole.OFFICE_HEAD, AccountRole.AUDIT_ADMINISTRATOR}
_BEGINS = {"accounts": "/accounts", "grants": "/grants", "audit": "/audit", "help": "/help"}
LOG = AUDIT | {AccountRole.SECURITY_ADMINISTRATOR}


class LoginRequired(Exception):
    """Nobody is signed in: the visitor is led to the sign-in page, and then back to where they wanted to go."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back
        self.location = f"/signin?back={quote(back, safe='/')}"


class PasswordChangeRequired(Exception):
    """A temporary password opens only the page on which it is changed."""


class SecondFactorRequired(Exception):
    """A role that the office wants to sign in with a second factor opens only the page on which one is set up."""


class InvalidCsrfToken(NegotiationError):
    """A form that did not come from a page of this session."""


class ExpiredForm(Exception):
    """A form of an earlier session of the same person: nothing was done, and what was typed is not lost."""

    def __init__(self, ctx: "RequestContext", sent: Sent) -> None:
        super().__init__()
        self.ctx, self.sent = ctx, sent


@dataclass(frozen=True)
class RequestContext:
    """A request of somebody who is signed in; ``faults``: of the texts of its form; ``said``: what was done before."""

    app_state: AppState
    person: Person
    csrf: str
    token: str
    faults: list[TextError] = field(default_factory=list)
    said: str = ""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Does the work on the one writer. Raises TextError, with nothing written, if a text of the form is none."""
        refuse(self.faults)
        return await self.app_state.write(work)

    def demand_texts(self) -> None:
        """Raises what is wrong with a form whose texts cannot be kept: for what is not done by ``write``."""
        refuse(self.faults)

    def demand(self, *roles: str) -> None:
        """Raises NotFound without one of the roles: pages of other offices' work do not exist for this person."""
        if not self.person.roles.intersection(roles):
            raise NotFound("没有这一页", todo="请从上方的目录进入")

    @property
    def author(self) -> EnteredBy:
        """This person, as the one who does it."""
        return author_of(self.person)

    @property
    def operation(self) -> Operation:
        """This person, as the one who administers now."""
        return Operation(self.author, self.app_state.clock())

    @property
    def caller(self) -> Caller:
        """This person, where a password or code is demanded anew: the session has tries of its own."""
        return Caller("", self.person.login, self.csrf)

    @property
    def pages(self) -> set[str]:
        """The pages that this person's menu shows; what it does not show is not there for them."""
        person, shown = self.person, {"departments", "resources", "calendar", "rulebook", "help"}
        shown |= {"desk", "report"} if person.sees_all_cases or not person.is_office else set()
        shown |= {"apply"} if APPLY & person.roles else set()
        shown |= {"proposals"} if APPLY & person.roles else set()
        shown |= {"ledger", "papers"} if person.acts_as_office else set()
        shown |= {"tasks"} if person.is_office and (person.sees_all_cases or person.manages_accounts) else set()
        shown |= {"outbox", "agenda", "meetings"} if person.is_office and person.sees_all_cases else set()
        shown |= {"handover"} if assignments.may_hand_over(person) else set()
        shown |= {"accounts"} if person.manages_accounts else set()
        shown |= {"grants"} if may_confirm(person) else set()
        shown |= {"status", "setup"} if person.manages_accounts or person.acts_as_office else set()
        shown |= {"audit"} if AUDIT & person.roles else set()
        return shown | ({"admin_log"} if LOG & person.roles else set())

    def demand_page(self, key: str) -> None:
        """Raises NotFound for a page that the menu of this person does not show."""
        if key not in self.pages:
            raise NotFound("没有这一页", todo="请从上方的目录进入")

    @property
    def first_page(self) -> str:
        """The page on which the work of somebody begins who sees no case."""
        return next(path for key, path in _BEGINS.items() if key in self.pages)

    def told(self) -> list[AdminRecord]:
        """The acts of others on this person's account that they have not taken note of."""
        with self.app_state.read() as transaction:
            return own.unread(transaction, self.person)

    def facts(self, **more: Any) -> dict[str, object]:
        """The facts that every page of a signed-in person shows, and those that this one shows besides."""
        app_state = self.app_state
        return {
            "person": self.person,
            "unit": app_state.context.name_of(self.person.department_id),
            "office": app_state.context.office_name,
            "titles": app_state.context.titles,
            "csrf": self.csrf,
            "today": app_state.today(),
            "pages": self.pages,
            "here": "",
            "told": (),
            "said": sentence_of(self.said),
            "alert": app_state.alerts.at(app_state.clock()) if self.person.is_office else None,
            "may_confirm_clock": not CONFIRM_CLOCK.isdisjoint(self.person.roles),
            **more,
        }


def app_state_of(request: Request) -> AppState:
    app_state: AppState = request.app.state.app_state
    return app_state


async def request_context(request: Request) -> RequestContext:
    """The context of a request of somebody who is signed in.

    Raises LoginRequired without a living session, PasswordChangeRequired while its password is temporary,
    SecondFactorRequired while the office demands one that is not there.
    """
    app_state = app_state_of(request)
    at, token = app_state.clock(), request.cookies.get(app_state.session_cookie, "")
    demanded = app_state.settings.second_factor_roles
    with app_state.read() as transaction:
        session = sessions.session_of(transaction, token, at, app_state.settings) if token else None
        missing = session and demanded and second_factor.is_missing(transaction, app_state.settings, session.person)
    if session is None:
        raise LoginRequired(_back(request))
    bind_contextvars(account=session.person.id)
    if session.renew:
        await _renew(app_state, token, at)
    ctx = RequestContext(app_state, session.person, session.csrf, token, said=request.query_params.get(SAID, ""))
    if session.person.must_change and request.url.path not in ("/password", "/signout"):
        raise PasswordChangeRequired
    if missing and request.url.path not in ("/password", "/signout", *SECOND_FACTOR):
        raise SecondFactorRequired
    request.state.ctx = ctx
    return ctx


async def _renew(app_state: AppState, token: str, at: datetime) -> None:
    """Notes that a session is in use, unless the database is held by others: a page that only reads is given then too.

    By the writer itself, as no figure changes by it.
    """
    with suppress(DatabaseUnavailable, TimeoutError):
        async with asyncio.timeout(sessions.LOCK_SECONDS):
            await app_state.writer.write(lambda inside: sessions.renew(inside, token, at))


CurrentRequest = Annotated[RequestContext, Depends(request_context)]


async def present(request: Request) -> RequestContext | None:
    """The context of who is signed in, None for nobody, where something else has gone wrong already."""
    known: RequestContext | None = getattr(request.state, "ctx", None)
    if known is not None:
        return known
    try:
        return await request_context(request)
    except (LoginRequired, PasswordChangeRequired, SecondFactorRequired, NegotiationError):
        return None


def _back(request: Request) -> str:
    """The address to go to after signing in: the page that was asked for, or the page of the form that was sent."""
    path = request.url.path if request.method == "GET" else urlsplit(request.headers.get("referer", "")).path
    return path if is_own(path) else "/"


async def form_of(request: Request, ctx: RequestContext, kinds: Mapping[str, Kind] = {}) -> dict[str, str]:
    """The fields of a form that came from a page of this session; several ticks under one name are joined.

    Texts that cannot be kept stand there too, to be given back with the form: nothing is written then. Raises
    InvalidCsrfToken; ExpiredForm for a form of this person's that is older than the session; Unreadable; BodyRefused.
    """
    return _checked(request, ctx, await read_form(request, kinds=kinds))


async def upload_of(request: Request, ctx: RequestContext) -> tuple[dict[str, str], Files]:
    """The fields of a form with files (multipart/form-data), read as by ``form_of``; name and content of each file."""
    sent = await read_form(request, FILES_AT_ONCE)
    return _checked(request, ctx, sent), sent.files


def _checked(request: Request, ctx: RequestContext, sent: Sent) -> dict[str, str]:
    """The fields of a form that bears this session's token; what is wrong with its texts is noted on the context."""
    fields = joined(sent.fields)
    token = fields.pop(CSRF_FIELD, "")
    if hmac.compare_digest(token.encode(), ctx.csrf.encode()):
        ctx.faults.extend(sent.faults)
        return fields
    with ctx.app_state.read() as transaction:
        if request.url.path not in NOT_KEPT and sessions.had_csrf_token(transaction, ctx.person, token):
            raise ExpiredForm(ctx, sent)
    log.logger().info("refused", why=InvalidCsrfToken.__name__)
    raise InvalidCsrfToken("这张表单已失效，没有提交", todo="请返回上一页，刷新后重新提交")
