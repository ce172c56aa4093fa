"""A channel's interface: the recipient and the message that it takes, and the result that it returns."""

from enum import Enum
from typing import NamedTuple, Protocol


class Recipient(NamedTuple):
    """A department (or the office) by name, and the address that it has in a medium of the registry.

    ``signs_in`` False: nobody there has an account, and no link is of use.
    """

    name: str
    address: str
    medium: str = "mail"
    signs_in: bool = True


class OutgoingMessage(NamedTuple):
    """A composed message: sender's and recipient's address, an id that stays the same, and the content."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


class DeliveryStatus(Enum):
    """LATER: may be tried again; REFUSED: it will never be taken; BOUNCED: nor will another to that address."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    BOUNCED = "bounced"


class DeliveryResult(NamedTuple):
    """The result of sending a message: ``meaning`` in Chinese for people, ``raw`` in the server's words for the log."""

    status: DeliveryStatus
    meaning: str = ""
    raw: str = ""


class Refusal(Exception):
    """A message that cannot be composed or sent, and why. ``raw``: in the words of the program or the server."""

    def __init__(self, meaning: str, raw: str = "") -> None:
        super().__init__(meaning)
        self.raw = raw


class Unusable(Refusal):
    """The server or the folder takes nothing now, whatever the message."""


class Channel(Protocol):
    """A way out for messages: an open connection, a folder."""

    async def send(self, message: OutgoingMessage) -> DeliveryResult:
        """Sends one message. Raises Unusable for a fault of the channel, Refusal for one of the message."""

    async def close(self) -> None:
        """Closes what is open; the channel is not used again."""
