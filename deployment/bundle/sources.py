"""Debian's source packages, by apt as this machine is set up: from its mirrors, checked with its keys."""

import subprocess
from pathlib import Path

OWN_INDEX = "deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)"  # apt's format: each Debian archive, as one of sources


class NoSource(Exception):
    """A source package that cannot be had from the archives that apt knows here."""


class Sources:
    """The folder of what was fetched; apt's lists of sources are kept in it, and the machine's own stay untouched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._options = (
            "-o", f"Dir::Etc::SourceList={folder / 'sources.list'}", "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", f"Dir::State::Lists={folder / 'lists'}", "-o", f"Dir::Cache={folder}",
            "-o", "APT::Sandbox::User=root",
        )  # fmt: skip

    def fetch(self, package: str) -> Path:
        """The ``.dsc`` of a source package in its newest version; where a mirror lacks that one, that of one suite.

        Raises NoSource if there is none.
        """
        found = sorted((self._folder / package).glob("*.dsc"))
        if found:
            return found[-1]
        self._update()
        place = self._folder / package
        place.mkdir(exist_ok=True)
        for wanted in (package, *(f"{package}/{suite}" for suite in self._suites())):
            command = ("apt-get", *self._options, "-qq", "source", "--download-only", "--only-source", wanted)
            if subprocess.run(command, cwd=place, check=False).returncode == 0:
                return max(place.glob("*.dsc"))
        raise NoSource(f"{package}: its source cannot be fetched; are Debian's archives among apt's sources?")

    def _update(self) -> None:
        if (self._folder / "lists").exists():
            return
        (self._folder / "lists" / "partial").mkdir(parents=True)
        command = ("apt-get", "indextargets", "--format", OWN_INDEX, "Created-By: Packages", "Origin: Debian")
        lines = sorted(set(_output(*command).splitlines()))
        (self._folder / "sources.list").write_text("\n".join(lines) + "\n", "utf-8")
        subprocess.run(["apt-get", *self._options, "-qq", "update"], check=True)

    def _suites(self) -> list[str]:
        """The suites that apt knows, such as ``bookworm``, in no order that matters."""
        lines = (self._folder / "sources.list").read_text("utf-8").splitlines()
        return sorted({line.split()[2] for line in lines})


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
