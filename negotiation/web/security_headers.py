"""The headers of every answer: what a page may load, and that none but its reader keeps it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Everything comes from here: no page asks another host for anything, and nothing inline is run.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CACHED = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
NOT_CACHED = [*CACHED, (b"cache-control", b"no-store")]
TLS_ALONE = (b"strict-transport-security", b"max-age=31536000")  # a year; of other hosts below it nothing is said


class SecurityHeaders:
    """Around the application: every answer bears the headers, unless it says otherwise itself.

    A HEAD is asked as a GET; its answer is the headers alone (RFC 9110, 9.3.2).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = CACHED if scope["path"].startswith("/static/") else NOT_CACHED
        if scope["app"].state.app_state.behind_tls:
            wanted = [*wanted, TLS_ALONE]

        only_headers = scope["method"] == "HEAD"

        async def headed(message: Message) -> None:
            if only_headers and message["type"] == "http.response.body":
                message["body"] = b""
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in wanted if each[0] not in own)]
            await send(message)

        await self.app({**scope, "method": "GET"} if only_headers else scope, receive, headed)
