"""Seals: once a day all that stands in the registers and the heads of all cases are signed, outside the database.

The key stands in a file of its own, under the home unless ``seal_key`` names another place; it is made at the first
seal, and no backup holds it. Each seal is kept as a file too, and so are the public keys: whoever has an old seal can
tell what was changed since, whoever has the database.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from negotiation.core import log_chain
from negotiation.core.errors import NegotiationError, reason
from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.core.signed_notes import Checkpoint, Ed25519Signer, opened, signed
from negotiation.core.whole_file import OWNER_ONLY, write_whole
from negotiation.store import seals
from negotiation.store.database import Database
from negotiation.store.seals import SealRecord


class Sealed(NamedTuple):
    """A seal that was made: the file that holds it, and the line by which others verify it."""

    record: SealRecord
    file: Path
    verifier: str


def seal(database: Database, settings: Settings, at: datetime, *, new_key: bool = False) -> Sealed:
    """Seals what stands now, in the database and in a file.

    ``new_key``: with another key, as the one before is lost. Raises NegotiationError for a key that is not there, or is
    none, and for a file that cannot be written.
    """
    signer = _signer(settings, new_key=new_key)
    with database.write() as transaction:
        seals.lock(transaction)
        before = seals.last_seal(transaction)
        n = before.n + 1 if before is not None else 1
        tree = seals.grown(transaction, n, at, log_chain.head(settings.home))
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


def verifiers_of(settings: Settings) -> list[str]:
    """The lines by which the seals are verified, one for each key that was ever used; none before the first.

    Raises NegotiationError for a file that cannot be read.
    """
    file = _public(settings)
    try:
        return file.read_text("utf-8").split() if file.exists() else []
    except (OSError, UnicodeDecodeError):
        raise NegotiationError(
            "封印的公钥不能读取", where=str(file), todo="请从别处留存的公钥恢复，或用 --public 写明"
        ) from None


def kept_heads(settings: Settings, verifiers: list[str]) -> tuple[list[Checkpoint], list[str]]:
    """The heads in the files of the seals, and a sentence for each file that is not as it was written."""
    heads, wrong = list[Checkpoint](), list[str]()
    for file in sorted(_public(settings).parent.glob("*.txt")):
        try:
            heads.append(opened(file.read_text("utf-8"), verifiers)._replace(origin=f"封印文件 {file.name}"))
        except (NegotiationError, OSError, UnicodeDecodeError):
            wrong.append(f"封印文件 {file.name} 已被改动，或不能读取")
    return heads, wrong


def _public(settings: Settings) -> Path:
    return settings.home / "seals" / "seal.pub"


def _signer(settings: Settings, *, new_key: bool) -> Ed25519Signer:
    """The key; made at the first seal, and anew if somebody says that it is lost."""
    file, known = key_file(settings), verifiers_of(settings)
    if file.exists():
        signer = Ed25519Signer.read(file.read_text("utf-8"))
    elif known and not new_key:
        raise NegotiationError(
            "封印的密钥不在",
            where=str(file),
            todo="请放回密钥文件；密钥已丢失的，用 audit seal --new-key 另立，原有封印仍可核验",
        )
    else:
        signer = Ed25519Signer.new()
        _write(file, signer.line + "\n")
    if signer.verifier not in known:
        _write(_public(settings), "\n".join((*known, signer.verifier)) + "\n")
    return signer


def _write(file: Path, text: str) -> None:
    """Writes a file that only its owner reads, whole or not at all."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NegotiationError(
            f"不能建立文件夹（{reason(error)}）", where=str(file.parent), todo="请核对目录权限"
        ) from None
    write_whole(file, lambda out: out.write(text.encode()), mode=OWNER_ONLY)
