"""The program of another file, laid out beside those that are there once it is known to be whole."""

import hashlib
import os
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from .installation import Bundle, Refused, demand_done

SUMS, MACHINE = "SHA256SUMS", "MACHINE"


def unpacked(bundle: Bundle, file: Path) -> str:
    """The name of the program in a file, which now lies beside the others, whole and able to run here."""
    place = bundle.top / "programs" / ".unpacking"
    shutil.rmtree(place, ignore_errors=True)
    try:
        name = _unpack(file, place)
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        shutil.rmtree(place, ignore_errors=True)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "不是完整的安装文件"
        raise Refused(f"不能展开 {file}（{reason}）", "请重新取得文件，并检查磁盘空间") from None
    _check(place, file)
    if not bundle.program(name).exists():
        place.rename(bundle.program(name))
    demand_done(bundle.run(name, "--version"), "新的程序不能在这台机器上启动，仍用原来的程序")
    return name


def _unpack(file: Path, place: Path) -> str:
    """Lays out what is below ``programs/NAME/`` in an archive, and returns that name."""
    name = ""
    with tarfile.open(file, "r:gz") as archive:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            if ".." in parts or not (member.isfile() or member.isdir()):
                raise tarfile.ReadError(member.name)
            content = archive.extractfile(member)
            if content is None or parts[1:2] != ("programs",):
                continue
            name = parts[2]
            path = place.joinpath(*parts[3:])
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as out:
                shutil.copyfileobj(content, out)
            path.chmod(member.mode & 0o755)
    if not name:
        raise tarfile.ReadError(str(file))
    return name


def _check(place: Path, file: Path) -> None:
    """Raises Refused for a file that is missing or not what its digest says, and for a program of another machine."""
    again = "请重新取得文件"
    if not (place / SUMS).is_file():
        raise Refused(f"{file} 不是本程序的安装文件", again)
    for line in (place / SUMS).read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = place / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise Refused(f"{file} 中的 {name} 缺失或已损坏", again)
    machine = (place / MACHINE).read_text("utf-8").strip()
    if machine != os.uname().machine:
        raise Refused(f"{file} 用于 {machine} 处理器，这台机器是 {os.uname().machine}", "请取得用于这台机器的文件")
