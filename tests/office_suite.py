"""LibreOffice, in which letters and papers are opened as those who receive them do: without repair, printed, computed.

Needs LibreOffice and poppler, which ``make test`` installs on Debian. Without them these tests are skipped by name;
with CI=true that is a failure. Fonts that are not here are substituted: what is held is where the words stand.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest


class OfficeSuite:
    """Its own folder, ``profile``, is made by the first document, and is nobody's at home."""

    def __init__(self, profile: Path) -> None:
        missing = [name for name in ("soffice", "pdftotext") if not shutil.which(name)]
        if missing:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"not installed: {', '.join(missing)} (as root, make test installs them on Debian)")
        self.profile = profile

    def converted(self, document: Path, kind: str, folder: Path) -> Path:
        """The document as it is opened, computed and saved again in a folder: ``pdf`` or ``xlsx``."""
        out = folder / f"as-{kind}"
        home = f"-env:UserInstallation={self.profile.as_uri()}"
        _run("soffice", "--headless", "--norestore", home, "--convert-to", kind, "--outdir", str(out), str(document))
        return out / f"{document.stem}.{kind}"

    def lines(self, document: Path, folder: Path) -> list[list[str]]:
        """What a person reads in the lines of each page when it is printed, without blanks."""
        text = _run("pdftotext", "-layout", str(self.converted(document, "pdf", folder)), "-")
        pages = text.split("\f")[:-1]
        return [[re.sub(r"\s", "", line) for line in page.splitlines() if line.strip()] for page in pages]

    def pages(self, document: Path, folder: Path) -> list[str]:
        """The same without the breaks of its lines."""
        return ["".join(page) for page in self.lines(document, folder)]


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout


@pytest.fixture(scope="session")
def office_suite(tmp_path_factory: pytest.TempPathFactory) -> OfficeSuite:
    return OfficeSuite(tmp_path_factory.mktemp("soffice"))
