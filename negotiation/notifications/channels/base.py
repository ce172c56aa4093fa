"""A channel's interface: the email that it takes, and the result that it returns."""

from enum import Enum
from typing import NamedTuple, Protocol


class Letter(NamedTuple):
    """A finished mail: envelope addresses, Message-ID and the message itself."""

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
    """What became of a letter, in an official's words; ``raw``: in the words of the server, for the log."""

    status: DeliveryStatus
    said: str = ""
    raw: str = ""


class Refusal(Exception):
    """A letter that cannot be written or sent; says why. ``raw``: in the words of the program or the server."""

    def __init__(self, said: str, raw: str = "") -> None:
        super().__init__(said)
        self.raw = raw


class Unusable(Refusal):
    """The server or the folder takes nothing now, whatever the letter."""


class Channel(Protocol):
    async def carry(self, letter: Letter) -> DeliveryResult: ...

    async def close(self) -> None: ...
