"""A mail that would be sent, before anything is done."""

from typing import NamedTuple


class PlannedMail(NamedTuple):
    """A notice as the post would send it now; without an ``address`` none leaves, and ``instead`` says what comes."""

    department: str
    address: str
    subject: str
    instead: str = ""
