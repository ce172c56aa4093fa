"""A mail that would be sent, before anything is done."""

from typing import NamedTuple


class PlannedMail(NamedTuple):
    """A notice as it would be sent now; without an ``address`` none is, and ``instead`` names what is done."""

    department: str
    address: str
    subject: str
    instead: str = ""
