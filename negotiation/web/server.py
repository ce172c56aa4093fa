"""The server below the application: what it does with who is slow, who opens too many connections, and when it ends.

uvicorn waits for ever for a request that never becomes whole, and for as long as one hangs when it is told to stop.
"""

import asyncio
import logging
from collections.abc import Callable
from types import FrameType

from fastapi import FastAPI
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from negotiation.core.ending import end_by_force
from negotiation.domain.initials import initials

HEAD_SECONDS = 20  # from the connection, or the last answer on it, to the end of the next request's head
LARGEST_HEAD = 64 * 1024  # bytes
CONNECTIONS = 700  # at once; beyond it requests are answered 503, and somewhat further connections are closed
FROM_ONE_ADDRESS = 200  # connections at once; a proxy on this machine may have all of them
LOOPBACK = ("127.0.0.1", "::1")
# What uvicorn says of clients, by how it begins: the log has a line of each request that is one.
OF_CLIENTS = (
    "Invalid HTTP request",
    "Exceeded concurrency",
    "Unsupported upgrade",
    "No supported WebSocket",
    "Cancel ",
)
FINISH_SECONDS = 4  # in which requests that were begun are finished once it is told to stop


class BoundedProtocol(HttpToolsProtocol):
    """One connection. While no request is being answered it has some seconds to send the head of the next."""

    _head: asyncio.TimerHandle | None = None
    _came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()
        if self._is_one_too_many():
            transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None and not getattr(self.cycle, "more_body", False):  # else: the rest of a body
            self._came += len(data)
            if self._came > LARGEST_HEAD:
                self.transport.close()

    def on_headers_complete(self) -> None:
        self._head_is_there()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete:  # else the next one is being answered already
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._head_is_there()
        self._head = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _head_is_there(self) -> None:
        if self._head is not None:
            self._head.cancel()
        self._head, self._came = None, 0

    def _is_one_too_many(self) -> bool:
        if len(self.connections) > CONNECTIONS + FROM_ONE_ADDRESS:
            return True
        own = self.client[0] if self.client else ""
        return own not in LOOPBACK and sum(_address(each) == own for each in self.connections) > FROM_ONE_ADDRESS


def _address(connection: object) -> str:
    client: tuple[str, int] | None = getattr(connection, "client", None)
    return client[0] if client else ""


class EndingServer(Server):
    """A server that ends within ten seconds of the signal, whatever hangs; ``on_end`` is called at the signal."""

    def __init__(self, config: Config, on_end: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_end = on_end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            end_by_force()
            self._on_end()
        super().handle_exit(sig, frame)


def _is_for_the_keeper(record: logging.LogRecord) -> bool:
    """False for what any client can have said on the terminal, as often as it likes, and for the end of slow ones."""
    return not record.getMessage().startswith(OF_CLIENTS)


def serve(app: FastAPI, host: str, port: int, on_end: Callable[[], object]) -> None:
    """Serves the pages until a signal. Raises SystemExit if they cannot be."""
    config = Config(
        app,
        host=host,
        port=port,
        http=BoundedProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_for_the_keeper)
    server = EndingServer(config, on_end)
    initials(app.title)  # its tables are read before anybody waits for a page
    server.run()
    if not server.started:
        raise SystemExit(1)  # it has said why
