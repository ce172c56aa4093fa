"""PostgreSQL's own programs pg_dump and pg_restore: found in a version that fits the server, and run."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from negotiation.core.errors import DatabaseUnavailable, NegotiationError

SETTING = "NEGOTIATION_POSTGRES_BIN"
_PACKAGED = ("/usr/lib/postgresql", "/usr/local")  # where distributions put several versions beside each other
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_FULL = "No space left on device"


def find(name: str, folder: str, major: int) -> Path:
    """The program of the lowest version that is not older than ``major``; ``folder``: the only place to look, if set.

    Raises NegotiationError that says which version is missing and where to name it.
    """
    known = {path: _major_of(path) for path in _places(name, folder)}
    fitting = [path for path, version in known.items() if version >= major]
    if fitting:
        return min(fitting, key=known.__getitem__)
    older = "、".join(str(each) for each in sorted({version for version in known.values() if version}))
    found = f"只找到版本 {older}" if older else "没有找到"
    raise NegotiationError(
        f"数据库服务器的版本是 {major}，需要 {major} 或更高版本的 {name}，{found}",
        where=folder or "PATH",
        todo=f"请安装 PostgreSQL {major} 的客户端程序（如 postgresql-client-{major}）",
        command=f"{SETTING} 设为它们所在的文件夹",
    )


def _places(name: str, folder: str) -> Iterator[Path]:
    if folder:
        yield from (path for path in [Path(folder) / name] if path.is_file())
        return
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    for place in _PACKAGED:
        yield from sorted(Path(place).glob(f"*/bin/{name}"))


def _major_of(program: Path) -> int:
    """The major version that a program says it has; 0 for one that cannot be run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = _VERSION.search(said)
    return int(version[1]) if version else 0


def run(program: Path, driver: Any, words: Sequence[str]) -> None:
    """Runs a program on the database of a connection; the password goes by the environment, where nobody sees it.

    Raises DatabaseUnavailable with the program's last words if it does not succeed.
    """
    password = {"PGPASSWORD": driver.info.password} if driver.info.password else {}
    command = [str(program), "--no-password", f"--dbname={driver.info.dsn}", *words]
    done = subprocess.run(command, env=os.environ | password, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return
    if _FULL in done.stderr:
        raise DatabaseUnavailable("磁盘已满，无法写入", where=program.name, todo="请清理磁盘空间后重试")
    said = [line for line in done.stderr.splitlines() if line.strip()]
    last = next((line for line in said if "error:" in line), said[-1] if said else f"退出码{done.returncode}")
    raise DatabaseUnavailable(f"{program.name} 没有完成：{last}", todo="请按这句话检查数据库后重试")
