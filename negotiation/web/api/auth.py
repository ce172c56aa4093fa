"""The programs that ask: the token of each, and what it permits."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from negotiation.core.errors import WrongRole
from negotiation.core.scopes import Scope
from negotiation.services.accounts import tokens
from negotiation.services.accounts.tokens import Bearer
from negotiation.web.app_state import AppState
from negotiation.web.bearers import put_to_use


class Refused(WrongRole):
    """No token, or none that is good for this."""

    def __init__(self, status: int, what: str, todo: str) -> None:
        super().__init__(what, todo=todo)
        self.status = status


class Caller:
    """The program that asks: the id of its token, its person, and what the token is good for."""

    def __init__(self, app_state: AppState, bearer: Bearer) -> None:
        self.app_state, self.token = app_state, bearer.id
        self.person, self.scopes = bearer.person, bearer.scopes

    def demand(self, scope: Scope) -> None:
        """Raises Refused (403) if the token is not good for a scope."""
        if scope not in self.scopes:
            raise Refused(403, f"令牌没有权限“{scope.value}”", "请由系统管理员另发令牌")


TOKEN = HTTPBearer(auto_error=False, description="由系统管理员发给的令牌")


Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(TOKEN)]


async def caller_of(request: Request, shown: Shown) -> Caller:
    """The program of a request, by its bearer token. Raises Refused (401) for none or one that is not good."""
    app_state: AppState = request.app.state.app_state
    text, at = shown.credentials.strip() if shown else "", app_state.clock()
    with app_state.read() as transaction:
        bearer = tokens.token_of(transaction, text, at) if text else None
    if bearer is None:
        raise Refused(401, "没有有效的令牌", "请在 Authorization 中写 Bearer 和令牌；令牌由系统管理员发给")
    await put_to_use(app_state, bearer, text, at)
    return Caller(app_state, bearer)


Called = Annotated[Caller, Depends(caller_of)]
