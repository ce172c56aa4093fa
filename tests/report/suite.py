"""The office suite in which the report's documents are opened, as those who receive them do.

Needs LibreOffice and poppler, which ``make test`` installs on Debian. Without them these tests are skipped by name;
with CI=true that is a failure.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def converted(document: Path, kind: str, folder: Path) -> Path:
    """The document as LibreOffice opens it, computes it and saves it again: ``pdf`` or ``xlsx``."""
    demand("soffice")
    out = folder / f"as-{kind}"
    command = [
        "soffice", "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to", kind, "--outdir", str(out), str(document),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return out / f"{document.stem}.{kind}"


def text_of(pdf: Path) -> str:
    """What a person reads in a PDF, without the breaks of its lines."""
    demand("pdftotext")
    command = ["pdftotext", "-layout", str(pdf), "-"]
    said = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
    return "".join(said.split())


def demand(program: str) -> None:
    if shutil.which(program) is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(f"not installed: {program} (as root, make test installs it on Debian)")
