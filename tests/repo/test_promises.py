"""What the documents say is held by a test is held by one that is there."""

import re
from pathlib import Path

import pytest

from tests.repo.documents import ROOT

NAMED = re.compile(r"`((?:tests|bench)/[\w/]+\.py)(?:::(test_\w+))?`")
PAGES = ("docs/promises.md", "docs/security.md")


def missing(text: str, root: Path = ROOT) -> list[str]:
    """The tests and files that a text names and that are not there."""
    found = []
    for file, test in NAMED.findall(text):
        path = root / file
        if not path.is_file() or (test and f"def {test}(" not in path.read_text("utf-8")):
            found.append(f"{file}::{test}" if test else file)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_document_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert len(NAMED.findall(text)) > 30
    assert missing(text) == []


def test_every_promise_names_its_test_and_how_often_it_is_tried() -> None:
    rows = [line.split("|") for line in (ROOT / PAGES[0]).read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 30
    assert [row for row in rows if not NAMED.search(row[2]) or not row[3].strip()] == []


def test_a_test_that_is_not_there_is_found() -> None:
    gone = "`tests/repo/test_promises.py::test_gone` `tests/gone.py`"
    assert missing(gone) == ["tests/repo/test_promises.py::test_gone", "tests/gone.py"]
