"""An archive read again: nothing of it is believed until the digests agree."""

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from negotiation.core.errors import NegotiationError, UsageError, reason
from negotiation.services.backup import encryption
from negotiation.services.backup.making import BLOCK, SEAL, digest_of
from negotiation.services.backup.manifest import BROKEN_TODO, DATABASE, FORMAT, NAME, Manifest, Member, read

_LONGEST_MANIFEST = 64 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Archive(NamedTuple):
    """An archive whose digest and manifest were checked."""

    packed: zipfile.ZipFile
    manifest: Manifest
    where: str


@contextmanager
def opened(path: Path, key: Path | None, stage: Path) -> Iterator[Archive]:
    """An archive, decrypted into a folder where need be; its digest, manifest and list of members have been checked.

    Raises NegotiationError for what is no whole archive of this program, UsageError where a key is missing.
    """
    with _plain(path, key, stage) as file:
        _demand_whole(file, str(path))
        try:
            packed = zipfile.ZipFile(file)
        except _UNREADABLE:
            raise _broken("备份的目录不能读取", str(path)) from None
        with packed:
            yield Archive(packed, _manifest(packed, str(path)), str(path))


@contextmanager
def _plain(path: Path, key: Path | None, stage: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise NegotiationError(f"不能读取备份（{reason(error)}）", where=str(path), todo="请检查路径和权限") from None
    with file:
        encrypted = file.read(len(encryption.MAGIC)) == encryption.MAGIC
        file.seek(0)
        if not encrypted:
            yield file
            return
        if key is None:
            raise UsageError("这份备份是加密的，需要私钥", where=str(path), todo="请用 --key 给出私钥文件")
        with (stage / "archive").open("w+b") as plain:
            encryption.decrypt(file, plain, key)
            yield plain


def _demand_whole(file: BinaryIO, where: str) -> None:
    """Raises NegotiationError for a file that is no archive, cut short, or altered by a byte."""
    file.seek(0)
    if file.read(2) != b"PK":
        raise NegotiationError("这不是备份文件", where=where, todo="请给出 negotiation backup 生成的文件")
    end = file.seek(0, os.SEEK_END) - SEAL
    file.seek(max(end, 0))
    if file.read(SEAL) != digest_of(file, end).encode():
        raise _broken("备份不完整或已被改动（摘要不符）", where)


def _manifest(packed: zipfile.ZipFile, where: str) -> Manifest:
    entries = packed.infolist()
    names = [each.filename for each in entries]
    if NAME not in names or packed.getinfo(NAME).file_size > _LONGEST_MANIFEST:
        raise NegotiationError("这不是备份文件（没有清单）", where=where, todo="请给出 negotiation backup 生成的文件")
    try:
        manifest = read(packed.read(NAME), where)
    except _UNREADABLE:
        raise _broken("备份的清单不能读取", where) from None
    if manifest.format != FORMAT:
        todo = "请升级程序后再恢复"
        raise NegotiationError(f"备份的格式是 {manifest.format}，本程序只认识 {FORMAT}", where=where, todo=todo)
    sizes = {each.name: each.size for each in manifest.members}
    found = {each.filename: each.file_size for each in entries if each.filename != NAME and _is_file(each)}
    if sizes != found or len(names) != len(found) + 1 or len(sizes) != len(manifest.members) or DATABASE not in sizes:
        raise _broken("备份中的文件与清单不符", where)
    return manifest


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """True for a plain file: neither a folder nor a link to another place."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return not entry.is_dir() and kind in (0, stat.S_IFREG)


def unpack(archive: Archive, folder: Path) -> None:
    """Writes every member below a folder, under its name. Raises NegotiationError where a digest is another one."""
    for member in archive.manifest.members:
        path = folder / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            os.fchmod(out.fileno(), 0o600)
            try:
                same = _copy(archive.packed, member, out)
            except _UNREADABLE:
                same = False
        if not same:
            raise _broken(f"备份中的 {member.name} 不完整或已被改动", archive.where)


def _copy(packed: zipfile.ZipFile, member: Member, out: BinaryIO) -> bool:
    digest, left = hashlib.sha256(), member.size
    with packed.open(member.name) as source:
        while left >= 0 and (block := source.read(BLOCK)):
            digest.update(block)
            left -= len(block)
            out.write(block)
    return left == 0 and digest.hexdigest() == member.sha256


def _broken(what: str, where: str) -> NegotiationError:
    return NegotiationError(what, where=where, todo=BROKEN_TODO)
