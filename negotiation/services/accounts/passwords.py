"""Passwords: their rules, their hashes. Knows no account and no database.

Hashing takes a tenth of a second and 64 MiB: never inside a transaction, never on the loop that serves pages.
"""

import secrets
import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from negotiation.domain.people import AccountError

PARAMETERS: Parameters = RFC_9106_LOW_MEMORY  # argon2id; others apply to each password at its next sign-in
SHORTEST, LONGEST, DISTINCT = 12, 200, 3
_COMMON = frozenset({
    "password1234", "passw0rd1234", "p@ssw0rd1234", "administrator", "admin1234567", "admin@123456", "root12345678",
    "1qaz2wsx3edc", "1qaz@wsx3edc", "qwerty123456", "abc123456789", "a1b2c3d4e5f6", "woaini123456", "woaini5201314",
    "iloveyou1314", "beijing12345", "beijing@2008", "changeme1234", "welcome12345", "zhengwu12345", "zhengwu@2026",
})  # fmt: skip
_SEQUENCES = ("0123456789" * 20, "9876543210" * 20, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # read out over the telephone: no i, l, o, 0, 1
_AT_ONCE = BoundedSemaphore(4)  # however many guess at once, hashing takes no more than 256 MiB


def temporary_password(login: str) -> str:
    """Sixteen characters by chance (79 bits) in four groups, none of them easily mistaken for another."""
    while True:
        groups = ("".join(secrets.choice(_UNMISTAKABLE) for _ in range(4)) for _ in range(4))
        password = "-".join(groups)
        if not password_faults(password, login):
            return password


def demand_password(password: str, login: str, old: str | None = None) -> None:
    """Raises AccountError that names every rule the password breaks."""
    faults = password_faults(password, login, old)
    if faults:
        raise AccountError(
            "密码不合要求：" + "；".join(faults), field="password", todo="请另设密码，可用几个不相干的词连成一句"
        )


def password_faults(password: str, login: str, old: str | None = None) -> list[str]:
    """Every rule that a password breaks, each as a short sentence; ``old``: the one it takes the place of."""
    text = _tidy(password)
    plain = text.casefold()
    rules = (
        (len(text) < SHORTEST, f"至少{SHORTEST}个字符（现有{len(text)}个）"),
        (len(text) > LONGEST, f"至多{LONGEST}个字符"),
        (len(set(plain)) < DISTINCT, f"至少有{DISTINCT}个不同的字符"),
        (_is_common(plain), "不得是常见密码或键盘、数字的顺序"),
        (bool(login) and (plain == login or (len(login) >= 4 and login in plain)), "不得包含登录名"),
        (old is not None and text == _tidy(old), "不得与原密码相同"),
    )
    return [sentence for broken, sentence in rules if broken]


def _is_common(plain: str) -> bool:
    return bool(plain) and (plain in _COMMON or any(plain in sequence for sequence in _SEQUENCES))


def _tidy(password: str) -> str:
    """The characters, however the input method wrote them (full-width letters are no others)."""
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(PARAMETERS)


def hashed(password: str) -> str:
    """The argon2id hash to keep, with its salt and parameters in it."""
    with _AT_ONCE:
        return _hasher().hash(encoded(_tidy(password)))


def matches(password_hash: str, password: str) -> bool:
    """True if it is the password of that hash; one that is too long to be any costs no more than others."""
    with _AT_ONCE:
        try:
            return _hasher().verify(password_hash, encoded(_tidy(password)[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    """True if it was made with other parameters than those of today."""
    return _hasher().check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """Verified where there is no account, so that the answer takes as long as elsewhere."""
    return hashed(secrets.token_urlsafe(32))


def encoded(text: str) -> bytes:
    """Half a character, as only a broken program sends it, is no error: it is merely wrong."""
    return text.encode("utf-8", "surrogatepass")
