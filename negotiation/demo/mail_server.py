"""A mail server of our own for the demonstration: it keeps each mail as .eml and does not know one of the addresses."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negotiation.core.errors import UsageError

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope

LOOPBACK = "127.0.0.1"


def demand_installed() -> None:
    """Raises UsageError where the library of the mail server is missing; only the demonstration needs it."""
    if find_spec("aiosmtpd") is None:
        raise UsageError("本机没有安装演示所需的组件 aiosmtpd", todo="请运行 pip install 'negotiation[demo]' 安装")


@contextmanager
def serve_mail(folder: Path, unknown: str) -> Iterator[str]:
    """Serves on a free port of this machine until it is left; yields its URL. ``unknown``: refused with 550."""
    server = MailServer(folder, unknown)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="mail-server", daemon=True)
    thread.start()
    server.ready.wait()
    try:
        yield f"smtp://{LOOPBACK}:{server.port}"
    finally:
        server.stop()
        thread.join()


class MailServer:
    """Takes mails for every recipient but one; they are numbered as they come."""

    def __init__(self, folder: Path, unknown: str) -> None:
        self.folder = folder
        self.unknown = unknown
        self.port = 0
        self.ready = threading.Event()
        self._kept = 0

    async def serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self.folder.mkdir(parents=True, exist_ok=True)
        server = await self._loop.create_server(self._session, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self._stop.wait()
        server.close()

    def _session(self) -> "SMTP":
        from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - an extra that only the demonstration needs

        return SMTP(self, hostname="localhost")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, _server: Any, _session: Any, envelope: "Envelope", address: str, _options: Any
    ) -> str:
        if address == self.unknown:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: "Envelope") -> str:  # noqa: N802
        assert envelope.original_content is not None
        self._kept += 1
        (self.folder / f"{self._kept:05}.eml").write_bytes(envelope.original_content)
        return "250 OK"
