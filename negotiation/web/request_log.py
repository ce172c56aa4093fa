"""Each request on record: it gets a number, is measured and counted, and its line is written once it was answered.

Where nobody foresaw what went wrong, the line has where, and the page that is shown has the number.
"""

import secrets
from asyncio import CancelledError

from fastapi import Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from negotiation.core import log
from negotiation.core.clock import stopwatch
from negotiation.web.error_pages import unforeseen
from negotiation.web.metrics import Tally

HEADER = b"x-request-id"
LEFT = 499  # the status on record where who asked had gone before the answer, as proxies write it


class RequestLog:
    """Around the application: counts every answer, those that failed too, in the application's ``tally``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        tally: Tally = scope["app"].state.tally  # asked for now: the interface for programs takes its place
        number, status, began = secrets.token_hex(8), 0, stopwatch()
        clear_contextvars()
        log.CASES.set(cases := set[int]())
        bind_contextvars(request=number, method=scope["method"], address=(scope.get("client") or [None])[0])

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, number.encode())]
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        except (Exception, CancelledError) as error:
            status = await _failed(error, status, scope, receive, numbered)
        finally:
            tally.count(status or 500, stopwatch() - began)
            route = getattr(scope.get("route"), "path", None)  # the pattern of the address, never what stood in it
            ms = round((stopwatch() - began) * 1000, 1)
            log.logger().info("request", route=route, status=status or 500, ms=ms, cases=sorted(cases) or None)


async def _failed(error: BaseException, status: int, scope: Scope, receive: Receive, send: Send) -> int:
    """Puts on record what nobody foresaw, and answers with a page unless the answer had begun; returns its status."""
    if isinstance(error, ClientDisconnect):
        return LEFT
    if isinstance(error, CancelledError):  # the server is stopping, and waits no longer
        if not status:
            await Response(status_code=503, headers={"Connection": "close"})(scope, receive, send)
        return status or 503
    log.failure(error)
    if not status:
        await (await unforeseen(Request(scope)))(scope, receive, send)
    return status or 500
