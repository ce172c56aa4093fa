"""The door: signing in and out, and changing one's password."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation import accounts
from negotiation.errors import NegotiationError
from negotiation.web.render import page
from negotiation.web.visit import COOKIE, Visit, form_of, house_of, visit_of

router = APIRouter()


@router.get("/signin")
async def door(request: Request, back: str = "/") -> Response:
    return _door(request, back)


def _door(request: Request, back: str, login: str = "", error: NegotiationError | None = None) -> Response:
    facts = {"office": house_of(request).settings.office_name, "back": _own(back), "login": login, "error": error}
    return page("signin.html", facts, status=400 if error else 200)


@router.post("/signin")
async def come_in(request: Request) -> Response:
    """Leads to where the visitor wanted to go. The same sentence for an unknown name and a wrong password."""
    house, form = house_of(request), await request.form()
    login, password, back = (str(form.get(key, "")) for key in ("login", "password", "back"))
    try:
        signed = await run_in_threadpool(
            accounts.sign_in, house.database, house.settings, login.strip(), password, house.clock()
        )
    except NegotiationError as error:
        return _door(request, back, login, error)
    response = RedirectResponse(_own(back), status_code=303)
    response.set_cookie(
        COOKIE, signed.token, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
    )
    return response


def _own(back: str) -> str:
    """Only a path of this site: nobody is led elsewhere by signing in."""
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"


@router.post("/signout")
async def leave(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008 (FastAPI's way)
    await form_of(request, visit)
    at = visit.house.clock()
    await visit.house.write(lambda transaction: accounts.sign_out(transaction, visit.token, at))
    response = RedirectResponse("/signin", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/password")
async def password_form(visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    return page("password.html", visit.facts(error=None))


@router.post("/password")
async def change_password(request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    form = await form_of(request, visit)

    def refused(error: NegotiationError) -> Response:
        return page("password.html", visit.facts(error=error), status=400)

    if form.get("new", "") != form.get("again", ""):
        return refused(NegotiationError("两次输入的新密码不一致", todo="请重新输入"))
    try:
        await run_in_threadpool(_changed, visit, form)
    except NegotiationError as error:
        return refused(error)
    return RedirectResponse("/", status_code=303)


def _changed(visit: Visit, form: dict[str, Any]) -> None:
    house, old, new = visit.house, form.get("old", ""), form.get("new", "")
    accounts.change_password(house.database, house.settings, visit.person, old, new, house.clock(), keep=visit.token)
