"""Seals: once a day all that stands in the registers and the heads of all cases are signed, outside the database.

The key stands in a file of its own, under the home unless ``seal_key`` names another place; it is made at the first
seal. Each seal is kept as a file too: whoever has an old one can tell what was changed since, whoever has the database.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.core.signed_notes import Checkpoint, Ed25519Signer, signed
from negotiation.store import seals
from negotiation.store.database import Database
from negotiation.store.seals import SealRecord

OWNER_ONLY = 0o600


class Sealed(NamedTuple):
    """A seal that was made: the file that holds it, and the line by which others verify it."""

    record: SealRecord
    file: Path
    verifier: str


def seal(database: Database, settings: Settings, at: datetime) -> Sealed:
    """Seals what stands now, in the database and in a file. Raises NegotiationError where none can be written."""
    signer = _signer(settings)
    with database.write() as transaction:
        seals.lock(transaction)
        before = seals.last_seal(transaction)
        n = before.n + 1 if before is not None else 1
        tree = seals.grown(transaction, n, at)
        note = signed(Checkpoint(signer.name, tree.size, tree.root), signer)
        record = SealRecord(n, at, tree.size, tree.root, note)
        seals.add(transaction, record)
        kept = seals.all_seals(transaction)
    for each in kept:  # and those whose file a crash or a full disk left out
        if not file_of(settings, each).exists():
            _write(file_of(settings, each), each.note)
    return Sealed(record, file_of(settings, record), signer.verifier)


def seal_of_today(database: Database, settings: Settings, at: datetime) -> Sealed | None:
    """The seal of the day, at the first call of it; None where it is sealed already."""
    with database.read() as transaction:
        last = seals.last_seal(transaction)
    if last is not None and local_date(last.sealed_at) >= local_date(at):
        return None
    return seal(database, settings, at)


def file_of(settings: Settings, record: SealRecord) -> Path:
    """The file of a seal, by its day and number."""
    return settings.home / "seals" / f"{local_date(record.sealed_at)}-{record.n:05}.txt"


def key_file(settings: Settings) -> Path:
    """The file of the key."""
    return settings.seal_key or settings.home / "keys" / "seal.key"


def verifier_of(settings: Settings) -> str:
    """The line by which seals are verified; "" before the first. Raises NegotiationError for a key that is none."""
    file = _public(settings)
    return file.read_text("utf-8").strip() if file.exists() else ""


def _public(settings: Settings) -> Path:
    return key_file(settings).with_suffix(".pub")


def _signer(settings: Settings) -> Ed25519Signer:
    file = key_file(settings)
    if file.exists():
        signer = Ed25519Signer.read(file.read_text("utf-8"))
    else:
        signer = Ed25519Signer.new()
        _write(file, signer.line + "\n")
    if not _public(settings).exists():
        _write(_public(settings), signer.verifier + "\n")
    return signer


def _write(file: Path, text: str) -> None:
    """Writes a file that only its owner reads, whole or not at all."""
    half = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half.touch(OWNER_ONLY)
        half.write_text(text, "utf-8")
        half.replace(file)
    except OSError as error:
        raise NegotiationError(
            "封印文件没有写成", where=f"{file}：{error.strerror}", todo="请核对磁盘空间和目录权限"
        ) from None
