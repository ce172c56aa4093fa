"""A seal as it leaves the system: in a digest, in a published report, to be kept elsewhere."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SealFacts:
    """A seal as it leaves the system: its number and day, of how many entries, their root in base64, and the note."""

    n: int
    sealed_on: date
    size: int
    root: str
    note: str
