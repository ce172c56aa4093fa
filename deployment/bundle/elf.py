"""What the programs and libraries of a folder ask of the C library, by readelf; more than a version is refused.

``python -m deployment.bundle.elf FOLDER`` prints the newest symbol asked for and by which file; 1 where it is too new,
where a file is for another machine, or where a library is wanted that neither glibc nor the folder has.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deployment.bundle.target import GLIBC

SYMBOL = re.compile(r"Name: GLIBC_(\d+(?:\.\d+)+)")
NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
MACHINE = re.compile(r"Machine:\s+(.+)")
# What comes with every glibc of these machines; anything else has to lie in the folder itself.
OF_THE_SYSTEM = re.compile(r"(lib(c|m|dl|pthread|rt|util|resolv|gcc_s)\.so\.\d|ld-linux-[\w-]+\.so\.\d)$")


@dataclass(frozen=True)
class Asked:
    """What one file asks for: the newest version of glibc, the machine, and the libraries by name."""

    file: Path
    glibc: tuple[int, ...]
    machine: str
    libraries: tuple[str, ...]


def asked(folder: Path) -> list[Asked]:
    """Every ELF file of a folder, in the order of their names."""
    return [_read(each) for each in _elf_files(folder)]


def faults(found: list[Asked], ceiling: tuple[int, ...] = GLIBC) -> list[str]:
    """A sentence for each file that such a machine cannot load."""
    carried = {each.file.name for each in found}
    machines = sorted({each.machine for each in found})
    told = [f"files for more than one machine: {', '.join(machines)}"] if len(machines) > 1 else []
    for each in found:
        if each.glibc > ceiling:
            told.append(f"{each.file} asks for glibc {_dotted(each.glibc)}, newer than {_dotted(ceiling)}")
        missing = [name for name in each.libraries if name not in carried and not OF_THE_SYSTEM.match(name)]
        told += [f"{each.file} asks for {name}, which is not carried" for name in missing]
    return told


def newest(found: list[Asked]) -> Asked:
    """The file that asks for the newest glibc."""
    return max(found, key=lambda each: each.glibc)


def _elf_files(folder: Path) -> Iterator[Path]:
    for each in sorted(folder.rglob("*")):
        if each.is_file() and not each.is_symlink():
            with each.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield each


def _read(file: Path) -> Asked:
    command = ["readelf", "--wide", "--file-header", "--dynamic", "--version-info", str(file)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env={"LC_ALL": "C"}).stdout
    versions = [tuple(map(int, each.split("."))) for each in SYMBOL.findall(told)]
    machine = MACHINE.search(told)
    return Asked(file, max(versions, default=(0,)), machine[1] if machine else "", tuple(NEEDED.findall(told)))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def line(found: list[Asked]) -> str:
    """How many files there are, and which asks for the newest glibc."""
    top = newest(found)
    return f"{len(found)} ELF files, the newest symbol GLIBC_{_dotted(top.glibc)} ({top.file.name})"


def main(folder: str) -> int:
    """Prints what a folder asks for; 1 where something of it could not be loaded."""
    found = asked(Path(folder))
    told = faults(found)
    print(line(found), *told, sep="\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
