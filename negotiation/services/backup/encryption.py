"""Encryption of archives in the format of age (age-encryption.org/v1), which other programs read as well.

Whoever makes a backup needs the public key alone; the secret one is kept apart, for the day on which it is restored.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from negotiation.core.errors import NegotiationError, UsageError, reason

MAGIC = b"age-encryption.org/"
_SECRET = "AGE-SECRET-KEY-"


class _Faithful:
    """A file whose own error is raised, where the library makes another of it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.error = file, OSError()

    def write(self, data: bytes) -> int:
        """Writes as the file does. Raises OSError."""
        try:
            return self.file.write(data)
        except OSError as error:
            self.error = error
            raise

    def read(self, size: int = -1) -> bytes:
        """Reads as the file does. Raises OSError."""
        try:
            return self.file.read(size)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Nothing is kept back here; the file is flushed by whoever opened it."""


def new_key() -> tuple[str, str]:
    """A new pair of keys: the text of the file of the secret one, and the public one."""
    secret = pyrage.x25519.Identity.generate()
    public = str(secret.to_public())
    return f"# public key: {public}\n{secret}\n", public


def encrypt(plain: BinaryIO, written: BinaryIO, recipients: Sequence[str]) -> None:
    """Encrypts for all of these public keys. Raises UsageError for one that is none, OSError of the file."""
    keys = [_public(each) for each in recipients]
    _run(pyrage.encrypt_io, plain, written, keys)


def decrypt(encrypted: BinaryIO, written: BinaryIO, key: Path) -> None:
    """Decrypts with the secret key in a file. Raises NegotiationError for another key or an altered file, OSError."""
    where = str(getattr(encrypted, "name", ""))
    try:
        _run(pyrage.decrypt_io, encrypted, written, _secrets(key))
    except pyrage.DecryptError as error:
        if "matching keys" in str(error):
            todo = "请用加密时的公钥所对应的私钥文件"
            raise NegotiationError("这个私钥打不开这份备份", where=str(key), todo=todo) from None
        raise NegotiationError("加密的备份不完整或已被改动", where=where, todo="请换一份完整的备份") from None


def _run(work: Callable[..., Any], source: BinaryIO, target: BinaryIO, keys: Sequence[Any]) -> None:
    reader, writer = _Faithful(source), _Faithful(target)
    try:
        work(reader, writer, keys)
    except (OSError, pyrage.EncryptError, pyrage.DecryptError) as error:
        for each in (writer, reader):
            if each.error.errno is not None:
                raise each.error from None
        raise pyrage.DecryptError(str(error)) from None


def _public(key: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        todo = "公钥以 age1 开头，由 negotiation backup-key 生成，请完整复制"
        raise UsageError(f"“{key}”不是公钥", where="NEGOTIATION_BACKUP_RECIPIENTS", todo=todo) from None


def _secrets(path: Path) -> list[Any]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith(_SECRET)] or _none(
            path
        )
    except OSError as error:
        raise NegotiationError(f"不能读取私钥（{reason(error)}）", where=str(path), todo="请检查路径和权限") from None
    except (UnicodeDecodeError, pyrage.IdentityError):
        return _none(path)


def _none(path: Path) -> list[Any]:
    raise UsageError(
        "文件中没有私钥", where=str(path), todo="私钥以 AGE-SECRET-KEY- 开头，由 negotiation backup-key 生成"
    )
