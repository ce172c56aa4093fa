"""Values of forms: as they come in, as they are read, and what a case keeps of them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypedDict

from negotiation.core.errors import NegotiationError


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


class Reading(NamedTuple):
    """A form as it was read: its values, the departments that take a part by them (role → id), its faults."""

    fields: dict[str, FieldValue]
    parties: dict[str, int]
    faults: list[NegotiationError]


_OF_ITEM = re.compile(r"[^\[\]]+\[([1-9][0-9]{0,3})\]")


def field_of(key: str) -> str:
    """The field of a key: of one that says it of a single data item (``reason[2]``) what stands before the bracket."""
    return key.partition("[")[0]


def item_of(key: str) -> int | None:
    """The number of the data item of which a key says something (``reason[2]``: 2); None for a field of the act."""
    match = _OF_ITEM.fullmatch(key)
    return int(match[1]) if match else None


def by_item(fields: Mapping[str, FieldValue]) -> dict[int, dict[str, FieldValue]]:
    """Values that single data items have of their own: number of the item → field → value."""
    found: dict[int, dict[str, FieldValue]] = {}
    for key, value in fields.items():
        if (n := item_of(key)) is not None:
            found.setdefault(n, {})[field_of(key)] = value
    return found


def names_in(value: FieldValue) -> list[str]:
    """The names in a field that takes several; none if it is empty."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def proofs_in(value: FieldValue) -> list[Proof]:
    """The files that an event names; none if no file came with it."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def count_in(value: FlagValue) -> int:
    """The number in a flag that counts; 0 as long as there is nothing to count."""
    return value if isinstance(value, int) else 0
