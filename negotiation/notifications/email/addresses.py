"""Recipients, permitted addresses and Message-IDs."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from negotiation.core.texts import is_line


class Recipient(NamedTuple):
    """A department (or the office) by name, and the address to which its mail goes."""

    name: str
    address: str


def message_id_of(case_id: int, key: str, sender: str) -> str:
    """Stable: a notice that is sent twice, after a crash, is one mail to its reader."""
    digest = hashlib.sha256(f"{case_id}/{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def is_allowed(address: str, domains: Iterable[str]) -> bool:
    """True for an address in one of these domains or below it (政务邮箱)."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == allowed.lower() or domain.endswith(f".{allowed.lower()}") for allowed in domains)


def is_header_safe(text: str) -> bool:
    """True for a name or number that can stand in a header: no line break or other control character."""
    return is_line(text)
