"""Passwords: their rules, their hashes. Knows no account and no database.

Hashing takes a tenth of a second and 64 MiB: never inside a transaction, never on the loop that serves pages.
"""

import secrets
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from negotiation.domain.people import AccountError
from negotiation.services.accounts.strength import weakness

PARAMETERS: Parameters = RFC_9106_LOW_MEMORY  # argon2id; others apply to each password at its next sign-in
SHORTEST, LONGEST, DISTINCT = 12, 200, 3
_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # read out over the telephone: no i, l, o, 0, 1


def temporary_password(login: str) -> str:
    """Sixteen characters by chance (79 bits) in four groups, none of them easily mistaken for another."""
    while True:
        password = four_groups()
        if not password_faults(password, login):
            return password


def four_groups() -> str:
    """Sixteen characters by chance in four groups of four."""
    return in_groups("".join(secrets.choice(_UNMISTAKABLE) for _ in range(16)))


def in_groups(text: str) -> str:
    """The characters in groups of four."""
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def demand_password(password: str, login: str, old: str | None = None, own: Collection[str] = ()) -> None:
    """Raises AccountError that names every rule the password breaks; the arguments are those of ``password_faults``."""
    faults = password_faults(password, login, old, own)
    if faults:
        raise AccountError(
            "密码不合要求：" + "；".join(faults), field="password", todo="请另设密码，可用几个不相干的词连成一句"
        )


def password_faults(password: str, login: str, old: str | None = None, own: Collection[str] = ()) -> list[str]:
    """Every rule that a password breaks, each as a short sentence.

    ``old``: the one it takes the place of; ``own``: words that are near to whoever chooses it.
    """
    text = _tidy(password)
    plain = text.casefold()
    rules = (
        (len(text) < SHORTEST, f"至少{SHORTEST}个字符（现有{len(text)}个）"),
        (len(text) > LONGEST, f"至多{LONGEST}个字符"),
        (len(set(plain)) < DISTINCT, f"至少有{DISTINCT}个不同的字符"),
        (bool(login) and (plain == login or (len(login) >= 4 and login in plain)), "不得包含登录名"),
        (old is not None and text == _tidy(old), "不得与原密码相同"),
    )
    faults = [sentence for broken, sentence in rules if broken]
    weak = weakness(plain, (login, *own)) if not faults else ""  # what is no password at all need not be guessed
    return [*faults, weak] if weak else faults


def _tidy(password: str) -> str:
    """The characters, however the input method wrote them (full-width letters are no others)."""
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(PARAMETERS)


def hashed(password: str) -> str:
    """The argon2id hash to keep, with its salt and parameters in it."""
    return _hasher().hash(encoded(_tidy(password)))


def matches(password_hash: str, password: str) -> bool:
    """True if it is the password of that hash; one that is too long to be any costs no more than others."""
    try:
        return _hasher().verify(password_hash, encoded(_tidy(password)[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """True if it was made with other parameters than those of today."""
    return _hasher().check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """Verified where there is no account or no password yet, so that the answer takes as long as elsewhere."""
    return hashed(secrets.token_urlsafe(32))


def first_password(login: str, name: str, password: str | None, *, is_given_later: bool) -> tuple[str, str]:
    """The password of a new account and its hash: the one that was given, else a temporary one; "", with a hash that no
    password has, where that is to be given later. Raises AccountError for a password that cannot be."""
    if password is None and is_given_later:
        return "", nobodys_hash()
    given = password if password is not None else temporary_password(login)
    demand_password(given, login, own=(name,))
    return given, hashed(given)


def encoded(text: str) -> bytes:
    """Half a character, as only a broken program sends it, is no error: it is merely wrong."""
    return text.encode("utf-8", "surrogatepass")
