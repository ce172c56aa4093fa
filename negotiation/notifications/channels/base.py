"""A channel's interface: the email that it takes, and the result that it returns."""

from enum import Enum
from typing import NamedTuple, Protocol


class OutgoingEmail(NamedTuple):
    """A composed email: envelope addresses, Message-ID and the message itself."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


class DeliveryStatus(Enum):
    """LATER: may be tried again; REFUSED: it will never be taken."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"


class DeliveryResult(NamedTuple):
    """The result of sending an email: ``said`` in Chinese for people, ``raw`` in the server's words for the log."""

    status: DeliveryStatus
    said: str = ""
    raw: str = ""


class Refusal(Exception):
    """An email that cannot be composed or sent, and why. ``raw``: in the words of the program or the server."""

    def __init__(self, said: str, raw: str = "") -> None:
        super().__init__(said)
        self.raw = raw


class Unusable(Refusal):
    """The server or the folder takes nothing now, whatever the email."""


class Channel(Protocol):
    async def send(self, email: OutgoingEmail) -> DeliveryResult: ...

    async def close(self) -> None: ...
