"""Signatures of what a browser holds and nothing stores: by the account's password hash, which a new password ends."""

import hashlib
import hmac

from negotiation.store.accounts import AccountRow


def signature(row: AccountRow, purpose: str, text: str) -> str:
    """The signature of a text for a purpose, 64 hexadecimal digits; one of another purpose never passes for it."""
    return hmac.new(row.password_hash.encode(), f"{purpose} {text}".encode(), hashlib.sha256).hexdigest()


def is_signed(row: AccountRow, purpose: str, text: str, given: str) -> bool:
    """True if ``given`` is that signature."""
    return hmac.compare_digest(given, signature(row, purpose, text))
