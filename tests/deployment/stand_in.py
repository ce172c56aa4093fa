"""A bundle whose programs are stand-ins: a file of entries as the database, and a revision that each program demands.

What is tested is the launcher and the replacement of programs; the programs themselves are tested where they are made.
"""

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deployment.bundle import archive
from deployment.bundle.contents import CARRIED, LAUNCHER, SUMS

# Cuts kill whoever called, as a machine does whose power goes: before or after what the command does.
PROGRAM = """\
import os, json, shutil, signal, sys
from pathlib import Path
revision, (command, *words) = {revision}, sys.argv[1:]
home = Path(os.environ["NEGOTIATION_HOME"]); home.mkdir(exist_ok=True)
database = home / "negotiation.db"
entries = json.loads(database.read_text()) if database.exists() else dict(revision=revision, entries=[])
def cut(when):
    flag = home.parent / "cut"
    if flag.exists() and flag.read_text() == f"{{command}} {{when}}":
        flag.unlink()
        os.kill(os.getppid(), signal.SIGKILL)
        sys.exit(9)
cut("before")
if entries["revision"] > revision and command != "--version": sys.exit("数据库比程序新")
if command == "enter": entries["entries"] += words
if command == "migrate":
    if "broken" in entries["entries"]: sys.exit("不能更新")
    entries["revision"] = revision
if command == "backup":
    shutil.copy(database, words[0]); print(json.dumps(dict(file=words[0])))
elif command == "restore": shutil.copy(words[0], database)
elif command in ("enter", "migrate"): database.write_text(json.dumps(entries))
elif command == "serve": print("desk", home, revision)
elif command == "--version": print(revision)
cut("after")
"""


@dataclass(frozen=True)
class StandIn:
    """An unpacked bundle in a folder of the test."""

    top: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs the launcher as a shell does, from another folder."""
        command = [str(self.top / LAUNCHER), *words]
        return subprocess.run(command, cwd="/", env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False)

    def said(self, *words: str) -> str:
        """What a command that ends well says."""
        ended = self.run(*words)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    @property
    def database(self) -> str:
        return (self.top / "home" / "negotiation.db").read_text("utf-8")

    @property
    def state(self) -> dict[str, bytes]:
        """All that lies in it but the programs, the lock and the backups."""
        found = (each for each in self.top.rglob("*") if each.is_file() and not each.name.endswith((".lock", ".zip")))
        return {str(each.relative_to(self.top)): each.read_bytes() for each in found if "programs" not in each.parts}

    def cut(self, when: str) -> None:
        """Lets the next ``migrate before`` and the like kill whoever runs it."""
        (self.top / "cut").write_text(when, "utf-8")


def packed(folder: Path, revision: int, machine: str) -> Path:
    """The file of a bundle that demands a revision, for a machine."""
    whole = folder / f"negotiation-0.{revision}-{machine}"
    program = whole / "programs" / f"0.{revision}"
    (program / "python/bin").mkdir(parents=True)
    python = program / "python/bin/python3.11"
    script = program / "program.py"
    script.write_text(PROGRAM.format(revision=revision), "utf-8")
    # What the launcher asks of Python: the product is the script, the upgrade is the real one.
    python.write_text(
        "#!/bin/sh\n"
        f'here=${{0%/python/bin/*}}\nexport PYTHONPATH="{CARRIED}"\n'
        f'[ "$2" = negotiation ] && shift 2 && exec {sys.executable} -S "$here/program.py" "$@"\n'
        f'exec {sys.executable} -S "$@"\n',
        "utf-8",
    )
    python.chmod(0o755)
    (program / "MACHINE").write_text(f"{machine}\n", "utf-8")
    shutil.copy(CARRIED / LAUNCHER, program)
    files = sorted(each for each in program.rglob("*") if each.is_file())
    lines = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.relative_to(program)}" for each in files]
    (program / SUMS).write_text("\n".join(lines) + "\n", "utf-8")
    (whole / "current").write_text(f"{program.name}\n", "utf-8")
    shutil.copy(CARRIED / LAUNCHER, whole)
    file = folder / f"{whole.name}.tar.gz"
    archive.write(whole, file)
    return file
