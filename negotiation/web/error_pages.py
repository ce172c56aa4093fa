"""Pages for what goes wrong: a sentence, with the menu for who is signed in and a way back; and a number put right."""

from urllib.parse import quote, urlsplit

from fastapi import Request, Response

from negotiation.services.permissions import NoSuchCase, meant
from negotiation.web.form_data import is_own
from negotiation.web.request_context import RequestContext
from negotiation.web.templating import page


def told(
    request: Request, ctx: RequestContext | None, what: str, todo: str, *, where: str = "", status: int = 400
) -> Response:
    """A page that says what is wrong; ``ctx``: of who is signed in, if anybody."""
    said = {"what": what, "where": where, "todo": todo, "back": _back(request)}
    return page("error.html", ctx.facts(**said) if ctx else {"person": None, "office": "", **said}, status=status)


def _back(request: Request) -> str:
    """The page on which the visitor was before this one; "" if that is not known."""
    came = urlsplit(request.headers.get("referer", ""))
    path = came.path + (f"?{came.query}" if came.query else "")
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return path if is_own(path) and path != here and came.netloc == request.url.netloc else ""


def true_address(request: Request, ctx: RequestContext | None, error: NoSuchCase) -> str:
    """Where a page of a case is, if its number was written in another way: in small letters, without zeros; else ""."""
    begins = f"/cases/{error.no}"
    wanted = str(request.scope["path"])
    if ctx is None or request.method != "GET" or not f"{wanted}/".startswith(f"{begins}/"):
        return ""
    app_state = ctx.app_state
    with app_state.read() as transaction:
        no = meant(transaction, app_state.context, ctx.person, error.no, app_state.clock())
    rest = quote(wanted.removeprefix(begins)) + (f"?{request.url.query}" if request.url.query else "")
    return f"/cases/{quote(no, safe='')}{rest}" if no else ""
