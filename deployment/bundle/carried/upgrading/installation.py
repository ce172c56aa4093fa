"""An unpacked bundle: which program of it runs, where its data is, and what was last done to it."""

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

LAUNCHER, DATABASE = "negotiation", "negotiation.db"


class Refused(Exception):
    """A sentence for whoever upgrades, and what to do."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what}\n怎么办：{todo}")


@dataclass(frozen=True)
class Step:
    """The last upgrade: from which program to which, and the backup of before it (empty: nothing was there)."""

    before: str
    after: str
    backup: str


@dataclass(frozen=True)
class Bundle:
    """An unpacked bundle: its folder, and the home that its launcher chose."""

    top: Path
    home: Path

    @property
    def current(self) -> str:
        """The name of the program that runs."""
        return (self.top / "current").read_text("utf-8").strip()

    @property
    def step(self) -> Step | None:
        """The upgrade that was begun last, if there is a way back from it."""
        file = self.top / "upgrade.json"
        return Step(**json.loads(file.read_text("utf-8"))) if file.exists() else None

    @property
    def is_used(self) -> bool:
        """True where a home is there that has more in it than a folder."""
        return self.home.is_dir() and any(self.home.iterdir())

    def program(self, name: str) -> Path:
        """The folder of a program."""
        return self.top / "programs" / name

    def run(self, name: str, *words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a command of one of the programs, with what it says kept."""
        command = [str(self.program(name) / "python/bin/python3.11"), "-m", "negotiation", *words]
        environment = os.environ | {"NEGOTIATION_HOME": str(home or self.home)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)

    def remember(self, step: Step) -> None:
        """Keeps an upgrade for the way back."""
        write_whole(self.top / "upgrade.json", json.dumps(asdict(step), indent=1).encode())

    def take(self, name: str) -> None:
        """Makes a program the one that runs: its launcher first, and the name of its folder last."""
        write_whole(self.top / LAUNCHER, (self.program(name) / LAUNCHER).read_bytes(), 0o755)
        write_whole(self.top / "current", f"{name}\n".encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One upgrade at a time. Raises Refused while another runs."""
        with (self.top / "upgrade.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Refused("另一个升级正在进行", "请等它结束") from None
            yield


def demand_done(ended: subprocess.CompletedProcess[str], what: str) -> None:
    """Raises Refused with a command's own words, if it did not end well."""
    if ended.returncode:
        raise Refused(what, f"程序说：{(ended.stderr or ended.stdout).strip()}")


def write_whole(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Writes a file whole: by another name, onto the disk, and then in one move."""
    partial = file.with_name(f".{file.name}.partial")
    with partial.open("wb") as out:
        out.write(content)
        os.fchmod(out.fileno(), mode)
        os.fsync(out.fileno())
    partial.replace(file)
