"""Restoration of an archive into an empty home and an empty database: all of it, or nothing."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from negotiation.core.environment import SETTINGS_FILE
from negotiation.core.errors import DatabaseUnavailable, NegotiationError
from negotiation.core.log import FOLDER
from negotiation.core.settings import Settings
from negotiation.core.whole_file import OWNER_ONLY, write_whole
from negotiation.services.backup import reading
from negotiation.services.backup.home_files import OLD_LOG, OWN_BACKUPS, STAGE
from negotiation.services.backup.making import BLOCK, size_and_digest
from negotiation.services.backup.manifest import DATABASE, HOME, Manifest
from negotiation.services.backup.stage import staged
from negotiation.store import backups_made, copies, migrate
from negotiation.store.backups_made import Backup
from negotiation.store.copies import SQLITE, Copied
from negotiation.store.database import Database

RESTORED_SETTINGS = "settings.restored.toml"  # beside settings that were there before
_MAY_BE_THERE = {SETTINGS_FILE, FOLDER, OLD_LOG, OWN_BACKUPS, STAGE}  # in a home that counts as empty
_ENGINES = {copies.SQLITE: "SQLite", copies.POSTGRESQL: "PostgreSQL"}


class Restored(NamedTuple):
    """An archive that was restored: the number of files, the revision of the schema now, where settings were put."""

    manifest: Manifest
    files: int
    revision: str
    settings: str


def restore(settings: Settings, database: Database, archive: Path, key: Path | None) -> Restored:
    """Puts an archive back; ``key``: the file of the secret key, for one that is encrypted.

    Raises NegotiationError for a place that is not empty, an archive that is not whole, of another engine or of a
    newer program; nothing is changed then.
    """
    _demand_empty(settings.home, database)
    with staged(settings.home) as stage, reading.opened(archive, key, stage) as opened:
        manifest = opened.manifest
        _demand_fitting(manifest, database, str(archive))
        reading.unpack(opened, stage / "members")
        members = stage / "members"
        _, digest = size_and_digest(archive)
        known = Backup(manifest.made_at, str(archive.absolute()), digest, key is not None)
        _fill(database, members / DATABASE, manifest, settings, known)
        placed = _put_files(members / HOME, settings.home)
        if database.is_sqlite:
            _put_file(members / DATABASE, copies.sqlite_file(database))
    return Restored(manifest, len(manifest.members) - 1, migrate.HEAD, placed)


def _demand_empty(home: Path, database: Database) -> None:
    copies.demand_empty(database)
    own = {each.name for each in _beside(copies.sqlite_file(database))} if database.is_sqlite else set()
    found = sorted({each.name for each in home.iterdir()} - _MAY_BE_THERE - own) if home.is_dir() else []
    if found:
        raise NegotiationError(
            f"安装位置不是空的（已有 {'、'.join(found[:5])}），没有恢复",
            where=str(home),
            todo="备份只恢复到空的位置",
            command="NEGOTIATION_HOME 指向一个新的文件夹",
        )


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + end) for end in ("", "-wal", "-shm"))


def _demand_fitting(manifest: Manifest, database: Database, where: str) -> None:
    """Raises DatabaseUnavailable for another engine, or a revision that this program does not know."""
    if manifest.engine != copies.engine_of(database):
        here = _ENGINES[copies.engine_of(database)]
        raise DatabaseUnavailable(
            f"备份来自 {_ENGINES[manifest.engine]}，这里设置的数据库是 {here}",
            where=where,
            todo="两种数据库之间不能恢复，请改正数据库的设置",
            command="NEGOTIATION_DATABASE_URL",
        )
    if not migrate.knows(manifest.revision):
        raise DatabaseUnavailable(
            f"备份的数据库版本是 {manifest.revision}（程序 {manifest.program}），本程序（{migrate.HEAD}）不认识",
            where=where,
            todo="请升级程序后再恢复",
        )


def _fill(database: Database, copy: Path, manifest: Manifest, settings: Settings, known: Backup) -> None:
    """Makes the copy ready where it lies (SQLite) or in the database; it is held against the manifest before."""
    if manifest.engine == SQLITE:
        _demand_as_listed(copies.read_file(copy), manifest)
        with closing(Database(f"sqlite:///{copy.absolute()}")) as staged_copy:
            _make_ready(staged_copy, known)
        return
    listed = Copied(manifest.engine, manifest.engine_version, manifest.revision, manifest.rows)
    copies.load(database, copy, listed, settings.postgres_bin)
    _demand_as_listed(copies.facts_of(database), manifest)
    _make_ready(database, known)


def _demand_as_listed(found: Copied, manifest: Manifest) -> None:
    if found.revision != manifest.revision or dict(found.rows) != manifest.rows:
        raise DatabaseUnavailable("备份中的数据库与清单不符（行数或版本）", todo="请换一份备份")


def _make_ready(database: Database, known: Backup) -> None:
    """Brings it up to date; the archive, which holds all of it, goes on record: no copy of itself was in it."""
    migrate.migrate(database)
    with database.write() as transaction:
        backups_made.add(transaction, known)
    copies.end_sessions(database)


def _put_files(source: Path, home: Path) -> str:
    """Moves the files into the home; returns the name under which settings were put, "" where there were none."""
    placed = ""
    for each in sorted(source.iterdir()) if source.is_dir() else ():
        name = each.name
        if name == SETTINGS_FILE:
            placed = name = RESTORED_SETTINGS if (home / name).exists() else name
        if (home / name).is_dir():  # the log, in which this process writes already
            _put_days(each, home / name)
        else:
            each.rename(home / name)
    return placed


def _put_days(source: Path, log: Path) -> None:
    """Puts the days of a log before what was written into them here since; who writes goes on behind both."""
    for each in source.iterdir():
        own = log / each.name
        if own.exists():
            own.write_bytes(each.read_bytes() + own.read_bytes())
        else:
            each.rename(own)


def _put_file(copy: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    for each in _beside(target):
        each.unlink(missing_ok=True)
    with copy.open("rb") as source:
        write_whole(target, lambda out: shutil.copyfileobj(source, out, BLOCK), mode=OWNER_ONLY)
