"""One file to unpack, the same for the same contents: names in order, one time, no owner."""

import gzip
import shutil
import tarfile
from pathlib import Path

EPOCH = 1  # no clock that is behind finds files of the future


def write(folder: Path, file: Path) -> None:
    """Writes a folder as ``.tar.gz``, by another name first so that a half of it is never taken for it."""
    partial = file.with_suffix(".partial")
    with (
        partial.open("wb") as out,
        gzip.GzipFile("", "wb", 6, out, mtime=EPOCH) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for each in [folder, *sorted(folder.rglob("*"))]:
            _add(archive, each, each.relative_to(folder.parent))
    shutil.move(partial, file)


def _add(archive: tarfile.TarFile, path: Path, name: Path) -> None:
    entry = archive.gettarinfo(path, str(name))
    entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = EPOCH, 0, 0, "", ""
    entry.mode = 0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644
    if not path.is_file():
        archive.addfile(entry)
        return
    with path.open("rb") as content:
        archive.addfile(entry, content)
