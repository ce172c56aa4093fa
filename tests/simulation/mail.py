"""A mail server of every temper, on 127.0.0.1, with a mailbox behind it; and a port at which nobody answers."""

import asyncio
import email
import email.policy
import socket
from email.message import EmailMessage
from enum import StrEnum
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from tests.installed import PATIENCE

SHORTLY = 0.02  # seconds for which a server hangs


class Temper(StrEnum):
    """What a server does on a day."""

    GOOD = "good"
    DOWN = "down"
    BUSY = "4xx"
    REFUSES = "5xx"
    DROPS = "takes and drops"
    HANGS = "hangs and drops"


BAD = tuple(temper for temper in Temper if temper is not Temper.GOOD)


class Mail(NamedTuple):
    """A mail that was taken."""

    message_id: str
    to: str
    subject: str
    text: str


class MailServer:
    """Takes mail by its temper of the day."""

    def __init__(self) -> None:
        self.temper, self.taken = Temper.GOOD, list[Mail]()
        self.drops = 0  # mails taken of which the sender was told nothing
        self._unheard = socket.socket()
        self._unheard.bind(("127.0.0.1", 0))  # and never listened at
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE)
        self._controller.start()

    @property
    def url(self) -> str:
        """Where mail goes today."""
        own, nobody = self._controller.port, self._unheard.getsockname()[1]
        return f"smtp://127.0.0.1:{nobody if self.temper is Temper.DOWN else own}"

    def empty(self) -> None:
        """Forgets all that was taken."""
        self.temper, self.drops = Temper.GOOD, 0
        self.taken.clear()

    def close(self) -> None:
        self._controller.stop()
        self._unheard.close()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's names
        if self.temper is Temper.BUSY:
            return "451 4.7.1 try again later"
        if self.temper is Temper.REFUSES:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.temper is Temper.HANGS:
            await asyncio.sleep(SHORTLY)
        if self.temper is not Temper.HANGS:
            self.taken.append(_read(envelope))
        if self.temper in (Temper.HANGS, Temper.DROPS):
            self.drops += self.temper is Temper.DROPS
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"


def _read(envelope: Envelope) -> Mail:
    content = envelope.original_content
    assert content is not None
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text = mail.get_body(("plain",))
    assert text is not None
    return Mail(str(mail["Message-ID"]), envelope.rcpt_tos[0], str(mail["Subject"]), str(text.get_content()))
