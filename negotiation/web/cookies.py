"""The cookies: the session, and the marks by which a browser is known at the next sign-in.

Where the public address is https they bear ``__Host-``: a browser takes them from this host alone, over TLS alone, and
no neighbour under the same domain can set them.
"""

from fastapi import Request, Response

from negotiation.core.settings import Settings
from negotiation.services.accounts.known_browsers import LASTS, with_mark
from negotiation.services.accounts.sessions import SignedIn

SESSION, MARKS = "session", "known"


def session_cookie(settings: Settings) -> str:
    """The name of the cookie that holds the session."""
    return _name(SESSION, settings)


def marks_in(request: Request, settings: Settings) -> str:
    """The marks that a browser holds; "" for none."""
    return request.cookies.get(_name(MARKS, settings), "")


def keep_session(response: Response, request: Request, settings: Settings, signed: SignedIn) -> None:
    """Gives the browser its session, until it is closed, and the mark by which it is known from now on."""
    secure = settings.behind_tls or request.url.scheme == "https"
    response.set_cookie(_name(SESSION, settings), signed.token, httponly=True, samesite="lax", secure=secure, path="/")
    marks, age = with_mark(marks_in(request, settings), signed.mark), int(LASTS.total_seconds())
    response.set_cookie(
        _name(MARKS, settings), marks, max_age=age, httponly=True, samesite="strict", secure=secure, path="/"
    )


def drop_session(response: Response, request: Request, settings: Settings) -> None:
    """Takes the session from the browser; it stays known."""
    secure = settings.behind_tls or request.url.scheme == "https"
    response.delete_cookie(_name(SESSION, settings), path="/", secure=secure, httponly=True, samesite="lax")


def _name(name: str, settings: Settings) -> str:
    return f"__Host-{name}" if settings.behind_tls else name
