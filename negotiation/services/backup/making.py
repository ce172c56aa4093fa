"""A backup: the database and the office's own files as one archive, made while the program runs.

The archive is a zip; its comment is the SHA-256 of all that stands before it, so that no byte can be turned unseen.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

import negotiation
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings
from negotiation.core.whole_file import OWNER_ONLY, write_whole
from negotiation.services.backup import encryption, home_files
from negotiation.services.backup.manifest import DATABASE, FORMAT, HOME, NAME, Manifest, Member
from negotiation.services.backup.stage import staged
from negotiation.store import backups_made, copies, migrate
from negotiation.store.backups_made import Backup
from negotiation.store.copies import Copied
from negotiation.store.database import Database

BLOCK = 1 << 20
SEAL = 64  # the length of the comment: a SHA-256 in hexadecimal digits


class Made(NamedTuple):
    """A backup that was made: its size in bytes, its SHA-256; ``not_carried``: names in the home that are not in it."""

    path: Path
    size: int
    sha256: str
    encrypted: bool
    manifest: Manifest
    not_carried: list[str]


def make(settings: Settings, database: Database, target: Path, at: datetime, recipients: Sequence[str]) -> Made:
    """Writes an archive under a name that is still free, encrypted for the public keys, if any are given.

    Raises NegotiationError; nothing of it is left then.
    """
    if target.exists():
        raise NegotiationError("已有同名的文件，没有备份", where=str(target), todo="请另选文件名")
    with staged(settings.home) as stage:
        before = {each.name for each in home_files.carried(settings.home)}  # no seal that the database has not yet
        copied = copies.make(database, stage / DATABASE, settings.postgres_bin)
        with (stage / "archive").open("w+b") as plain:
            manifest = _write(plain, _sources(settings.home, stage, before), copied, at)
            plain.seek(0)
            write_whole(target, partial(_deliver, plain, recipients), mode=OWNER_ONLY)
    size, digest = size_and_digest(target)
    if copied.revision == migrate.HEAD:  # else there is no such record yet
        with database.write() as transaction:
            backups_made.add(transaction, Backup(at, str(target.absolute()), digest, bool(recipients)))
    return Made(target, size, digest, bool(recipients), manifest, home_files.not_carried(settings.home))


class _Source(NamedTuple):
    name: str
    path: Path
    content: bytes | None = None

    def open(self) -> BinaryIO:
        return self.path.open("rb") if self.content is None else BytesIO(self.content)


def _sources(home: Path, stage: Path, before: set[str]) -> Iterator[_Source]:
    yield _Source(DATABASE, stage / DATABASE)
    for each in home_files.carried(home):
        if each.name in before:
            yield _Source(HOME + each.name, each.path, home_files.content(each))


def _write(archive: BinaryIO, sources: Iterator[_Source], copied: Copied, at: datetime) -> Manifest:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        members = tuple(_add(packed, each, at) for each in sources)
        manifest = Manifest(
            format=FORMAT,
            program=negotiation.__version__,
            made_at=at.astimezone(UTC),
            engine=copied.engine,
            engine_version=copied.version,
            revision=copied.revision,
            rows=dict(copied.rows),
            members=members,
        )
        with packed.open(_entry(NAME, at), "w") as out:
            out.write(manifest.as_bytes())
        packed.comment = b"-" * SEAL
    _seal(archive)
    return manifest


def _add(packed: zipfile.ZipFile, source: _Source, at: datetime) -> Member:
    digest, size = hashlib.sha256(), 0
    with source.open() as read, packed.open(_entry(source.name, at), "w", force_zip64=True) as out:
        while block := read.read(BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)
    return Member(name=source.name, size=size, sha256=digest.hexdigest())


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = OWNER_ONLY << 16
    return entry


def _seal(archive: BinaryIO) -> None:
    archive.seek(-SEAL, os.SEEK_END)
    end = archive.tell()
    seal = digest_of(archive, end).encode()
    archive.seek(end)
    archive.write(seal)


def digest_of(file: BinaryIO, length: int) -> str:
    """The SHA-256 of the first ``length`` bytes of a file."""
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (block := file.read(min(BLOCK, length))):
        digest.update(block)
        length -= len(block)
    return digest.hexdigest()


def _deliver(plain: BinaryIO, recipients: Sequence[str], out: BinaryIO) -> None:
    if recipients:
        encryption.encrypt(plain, out, recipients)
    else:
        shutil.copyfileobj(plain, out, BLOCK)


def size_and_digest(path: Path) -> tuple[int, str]:
    """The size of a file in bytes, and its SHA-256."""
    size = path.stat().st_size
    with path.open("rb") as file:
        return size, digest_of(file, size)
