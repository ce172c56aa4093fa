"""Where a request comes from: what changes something is taken from pages of this site alone, or from a program.

A browser says by ``Sec-Fetch-Site`` whether the page that sends is of the same origin; an older one names that page in
``Origin`` or ``Referer``. A program sends none of them. The mark in every form is demanded besides.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from negotiation.core import log
from negotiation.core.settings import Settings
from negotiation.web.api import API
from negotiation.web.api.answers import problem
from negotiation.web.error_pages import error_page

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # methods that change nothing
WHAT, TODO = "这张表单不是从本系统的页面提交的，没有写入任何内容", "请直接打开本系统的页面，重新填写后提交"


class OwnOrigin:
    """Around the application: a request that another site's page makes a browser send is refused unread."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["method"] not in SAFE:
            headers = Headers(scope=scope)
            page = headers.get("origin", headers.get("referer"))
            site = headers.get("sec-fetch-site") or (_named(page, headers, scope) if page is not None else "none")
            app = app if site in ("same-origin", "none") else _refuse
        await app(scope, receive, send)


def _named(page: str, headers: Headers, scope: Scope) -> str:
    """The site of the page that an older browser names, in the words of a newer one."""
    settings: Settings = scope["app"].state.app_state.settings
    return "same-origin" if _is_ours(page, headers.get("host", ""), settings) else "cross-site"


def _is_ours(page: str, host: str, settings: Settings) -> bool:
    """True if an address is below the one under which this site is asked, or below its public one."""
    try:
        named, public = urlsplit(page), urlsplit(settings.base_url)
    except ValueError:
        return False
    return named.netloc.lower() in (host.lower(), public.netloc.lower()) and named.scheme in ("http", "https")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    log.logger().info("refused", why=OwnOrigin.__name__)
    if scope["path"].startswith(API):
        await problem(403, WHAT, todo=TODO)(scope, receive, send)
    else:
        await error_page(Request(scope), None, WHAT, TODO, status=403)(scope, receive, send)
