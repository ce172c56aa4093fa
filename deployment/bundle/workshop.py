"""A place in which one source package is built for one target, with a compiler that knows no newer glibc."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deployment.bundle.sources import Sources
from deployment.bundle.target import Target

ZIG = Path(sysconfig.get_path("purelib")) / "ziglang" / "zig"  # of its wheel
ALWAYS = "-O2 -fPIC -g0"
# The compiler's default stops a program at what C leaves undefined, and refuses to name the hour of the build: these
# sources were not written for the one, and the hour is the same each time (SOURCE_DATE_EPOCH).
COMPILER = "-target {} -fno-sanitize=undefined -Wno-error=date-time"


class Failed(Exception):
    """A step of a build that ended with an error; its words lie in the log that is named."""


@dataclass(frozen=True)
class Workshop:
    """The tree of a source, the folder into which libraries go, and how commands are run in it."""

    target: Target
    tree: Path
    prefix: Path
    log: Path

    def run(self, *command: str, **variables: str) -> None:
        """Runs a command in the tree, with the compiler of the target. Raises Failed, with the place of its output."""
        tools = self.prefix / "tools"
        known = {"CC": f"{tools}/cc", "CXX": f"{tools}/c++", "AR": f"{tools}/ar", "RANLIB": f"{tools}/ranlib"}
        environment = os.environ | known | {"CFLAGS": ALWAYS, "SOURCE_DATE_EPOCH": "1", "LC_ALL": "C"} | variables
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            ended = subprocess.run(command, cwd=self.tree, env=environment, stdout=log, stderr=log, check=False)
        if ended.returncode:
            raise Failed(f"{command[0]} ended with {ended.returncode}: see {self.log}")

    def make(self, *targets: str, **variables: str) -> None:
        """Runs make on all cores. Raises Failed."""
        self.run("make", f"-j{os.cpu_count()}", *targets, **variables)


def built(package: str, build: Callable[[Workshop], None], target: Target, folder: Path) -> Workshop:
    """The workshop of a source package once it is built there; what was built before is not built again.

    Raises Failed, and NoSource where the source cannot be had.
    """
    place = folder / target.name
    shop = Workshop(target, place / "trees" / package, place / "prefix", place / f"{package}.log")
    stamp = place / f"{package}.built"
    if not stamp.exists():
        source = Sources(folder / "sources").fetch(package)
        _lay_out(shop, source)
        build(shop)
        stamp.write_text(f"{source.stem}\n", "utf-8")
    return shop


def _lay_out(shop: Workshop, source: Path) -> None:
    """The tree as Debian ships it, before its patches where the recipe chooses among them; the tools of the target."""
    shutil.rmtree(shop.tree, ignore_errors=True)
    shop.tree.parent.mkdir(parents=True, exist_ok=True)
    patches = ["--skip-patches"] if source.name.startswith("python") else []
    command = ["dpkg-source", *patches, "--no-check", "-x", str(source), str(shop.tree)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in ("tools", "lib", "include"):
        (shop.prefix / name).mkdir(parents=True, exist_ok=True)
    compiler = COMPILER.format(shop.target.compiler_target)
    for name, options in (("cc", compiler), ("c++", compiler), ("ar", ""), ("ranlib", "")):
        tool = shop.prefix / "tools" / name
        tool.write_text(f'#!/bin/sh\nexec {ZIG} {name} {options} "$@"\n', "utf-8")
        tool.chmod(0o755)
