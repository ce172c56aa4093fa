"""The finding of an examination."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something to mend (serious) or to know."""

    serious: bool
    what: str
    todo: str
