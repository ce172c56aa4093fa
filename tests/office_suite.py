"""LibreOffice, in which letters and papers are opened as those who receive them do: without repair, printed, computed.

Needs LibreOffice and poppler, which ``make test`` installs on Debian. What is held is where the words stand, with the
fonts of ``fonts.conf`` in the place of those that no free system has.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.installed import PATIENCE, needed


class OfficeSuite:
    """Its own folder, ``profile``, is made by the first document, and is nobody's at home."""

    def __init__(self, profile: Path) -> None:
        needed("soffice", "pdftotext")
        self.profile = profile

    def converted(self, document: Path, kind: str, folder: Path) -> Path:
        """The document as it is opened, computed and saved again in a folder: ``pdf`` or ``xlsx``."""
        (made,) = self.all_converted([document], kind, folder / f"as-{kind}")
        return made

    def all_converted(self, documents: list[Path], kind: str, out: Path, **environment: str) -> list[Path]:
        """The same of several at once, into a folder; ``environment``: what the office suite is told otherwise."""
        home = f"-env:UserInstallation={self.profile.as_uri()}"
        options = ("--headless", "--norestore", home, "--convert-to", kind, "--outdir", str(out))
        _run("soffice", *options, *map(str, documents), **environment)
        return [out / f"{document.stem}.{kind}" for document in documents]

    def lines(self, document: Path, folder: Path) -> list[list[str]]:
        """What a person reads in the lines of each page when it is printed, without blanks."""
        return printed_lines(self.converted(document, "pdf", folder))

    def pages(self, document: Path, folder: Path) -> list[str]:
        """The same without the breaks of its lines."""
        return ["".join(page) for page in self.lines(document, folder)]


def printed_lines(pdf: Path) -> list[list[str]]:
    """The lines of each page of a printed document, without blanks."""
    pages = _run("pdftotext", "-enc", "UTF-8", "-layout", str(pdf), "-").split("\f")[:-1]
    return [[re.sub(r"\s", "", line) for line in page.splitlines() if line.strip()] for page in pages]


def _run(*command: str, **environment: str) -> str:
    told = os.environ | environment
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", env=told, timeout=PATIENCE)
    return done.stdout


@pytest.fixture(scope="session")
def office_suite(tmp_path_factory: pytest.TempPathFactory) -> OfficeSuite:
    return OfficeSuite(tmp_path_factory.mktemp("soffice"))
