"""Values of forms: as they come in, as they are read, and what a case keeps of them."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict


class Proof(TypedDict):
    """A file that came with an event, as its content tells of it; ``sha256`` in hexadecimal digits."""

    n: int
    name: str
    sha256: str


FieldValue = str | int | bool | date | list[str] | list[Proof] | None
FlagValue = str | int | bool | None

RawFields = Mapping[str, object]  # the fields of a form as somebody, or a program, entered them
Fields = Mapping[str, FieldValue]  # the same when they were read
Flags = Mapping[str, FlagValue]  # the fields that a case keeps (``mark``), and what rows of the table set


def names_in(value: FieldValue) -> list[str]:
    """The names in a field that takes several; none if it is empty."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def proofs_in(value: FieldValue) -> list[Proof]:
    """The files that an event names; none if no file came with it."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def count_in(value: FlagValue) -> int:
    """The number in a flag that counts; 0 as long as there is nothing to count."""
    return value if isinstance(value, int) else 0
