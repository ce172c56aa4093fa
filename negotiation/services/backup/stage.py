"""The folder in the home where an archive is put together or taken apart: one at a time, gone afterwards."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from negotiation.core.errors import Conflict, NegotiationError, reason
from negotiation.services.backup.home_files import STAGE


@contextmanager
def staged(home: Path) -> Iterator[Path]:
    """An empty folder that only this process uses and only this user reads.

    Raises Conflict where another backup or restoration is under way, NegotiationError where nothing can be written.
    """
    folder = home / STAGE
    try:
        for each in (home, folder):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(folder):
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        todo = "请检查文件夹能否写入、磁盘是否已满"
        raise NegotiationError(f"文件无法写入（{reason(error)}）", where=str(home), todo=todo) from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder for this process, whose end, however it comes, lets it go; leavings of another go."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not folder.exists() or folder.stat().st_ino != os.fstat(held).st_ino:
            raise BlockingIOError
    except BlockingIOError:
        os.close(held)
        raise Conflict("另一次备份或恢复正在进行", where=str(folder), todo="请等它结束后再试") from None
    try:
        for each in folder.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        yield
    finally:
        os.close(held)
