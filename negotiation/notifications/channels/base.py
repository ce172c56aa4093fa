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
    """The result of sending an email: ``meaning`` in Chinese for people, ``raw`` in the server's words for the log."""

    status: DeliveryStatus
    meaning: str = ""
    raw: str = ""


class Refusal(Exception):
    """An email that cannot be composed or sent, and why. ``raw``: in the words of the program or the server."""

    def __init__(self, meaning: str, raw: str = "") -> None:
        super().__init__(meaning)
        self.raw = raw


class Unusable(Refusal):
    """The server or the folder takes nothing now, whatever the email."""


class Channel(Protocol):
    """A way out for emails: an open connection, a folder."""

    async def send(self, email: OutgoingEmail) -> DeliveryResult:
        """Sends one email. Raises Unusable for a fault of the channel, Refusal for one of the email."""

    async def close(self) -> None:
        """Closes what is open; the channel is not used again."""
