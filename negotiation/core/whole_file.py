"""Files that appear whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from negotiation.core.errors import NegotiationError, reason

OWNER_ONLY = 0o600


def write_whole(path: Path, write: Callable[[BinaryIO], object], *, mode: int | None = None) -> None:
    """Lets a file be written; it appears whole or not at all. ``mode``: its rights, before anything is in it.

    Raises NegotiationError if it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            write(file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise NegotiationError(
            f"文件无法写入（{reason(error)}）", where=str(path), todo="请检查文件夹是否存在、能否写入、磁盘是否已满"
        ) from None
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def remove_file(path: Path) -> None:
    """Removes a file, if it is there. Raises NegotiationError if it cannot be removed."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise NegotiationError(f"文件无法删除（{reason(error)}）", where=str(path), todo="请检查文件夹的权限") from None
