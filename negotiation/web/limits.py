"""Limits of what a request may bring, and how slowly: what is larger is refused before it is taken in, by a page with a
way on."""

import asyncio
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from negotiation.core import texts
from negotiation.core.settings import Settings
from negotiation.domain.attachments.kinds import MEGABYTE
from negotiation.domain.forms import read_number

FILES_AT_ONCE = 10
LONGEST_PATH = 2_000  # characters
FIELDS = MEGABYTE  # bytes: all fields of any form, all that a program sends
PATIENCE = 30  # seconds that a body may take, and as many more as it is long at the slowest rate
SLOWEST = 16 * 1024  # bytes a second
BACK = "请用浏览器的“后退”回到表单，所填内容还在"


class BodyRefused(HTTPException):
    """A body that is not taken in; an HTTPException, which whoever reads a body lets pass."""

    def __init__(self, status: int, what: str, todo: str) -> None:
        super().__init__(status, headers={"Connection": "close"})  # what is still on its way is read by nobody
        self.what, self.todo = f"{what}，没有写入任何内容", todo


class TooLarge(BodyRefused):
    """A request that brings more than is taken in."""

    def __init__(self, todo: str) -> None:
        super().__init__(413, "提交的内容太大", todo)


class TooSlow(BodyRefused):
    """A request whose body does not come to its end in time."""

    def __init__(self) -> None:
        super().__init__(408, "提交的内容没有及时传完", f"{BACK}；请检查网络后重新提交")


class BodyLimit:
    """Around the application: a request is refused by the length that it announces, else while it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["query_string"] = _asked(scope["query_string"])
            scope["path"] = scope["path"][:LONGEST_PATH]  # a longer one is no page's; numbers in it would be unreadable
            receive = _counted(receive, Headers(scope=scope), scope["app"].state.app_state.settings)
        await self.app(scope, receive, send)


def _asked(query: bytes) -> bytes:
    """The query of an address without what no text can hold: nothing is kept of it, so nothing need be refused."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    tidy = [(key, texts.asked(value)) for key, value in pairs]
    return query if tidy == pairs else urlencode(tidy).encode()


def _counted(receive: Receive, headers: Headers, settings: Settings) -> Receive:
    most, todo = FIELDS, f"{BACK}；请缩短后再提交，长的材料请作为附件上传"
    if headers.get("content-type", "").lower().startswith("multipart/form-data"):
        most, todo = FIELDS + _together(settings) * MEGABYTE, f"{BACK}；{in_words(settings)}"
    announced, came, whole = read_number(headers.get("content-length", ""), 2**63) or 0, 0, False
    began = asyncio.get_running_loop().time()

    async def counted() -> Message:
        """Receives the next part of the body. Raises TooLarge once more is announced or has come than may, TooSlow."""
        nonlocal came, whole
        if announced > most:
            raise TooLarge(todo)
        try:
            async with asyncio.timeout_at(None if whole else began + PATIENCE + came / SLOWEST):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        came, whole = came + len(message.get("body", b"")), not message.get("more_body", False)
        if came > most:
            raise TooLarge(todo)
        return message

    return counted


def in_words(settings: Settings) -> str:
    """The limits of what comes with an act, in words."""
    one, together = settings.attachment_megabytes, _together(settings)
    return f"单个附件不超过 {one} MB，一次最多 {FILES_AT_ONCE} 个、合计不超过 {together} MB"


def _together(settings: Settings) -> int:
    return 3 * settings.attachment_megabytes
