"""The architecture's picture is the import contract, and every place it names is there."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "negotiation"
DOCUMENTS = ("docs/architecture.md", "CONTRIBUTING.md", "docs/writing-a-rulebook.md")
PICTURE = re.compile(r"```\n(cli .+?)```", re.DOTALL)
FOLDERS = "core|domain|store|services|notifications|documents|web|cli|worker|demo|calendars|bench|tests|templates"
PLACE = re.compile(rf"`((?:{FOLDERS})/[\w/]+(?:\.[a-z]+)?)`")
MADE_BY_THE_READER = {"notifications/channels/sms.py"}


def test_the_picture_of_the_packages_is_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers" and "cli" in each["layers"])
    picture = PICTURE.search((ROOT / "docs" / "architecture.md").read_text("utf-8"))
    assert picture is not None
    drawn = [re.split(r"\s{2,}", line)[0] for line in picture[1].splitlines()]
    assert drawn == layers


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_that_a_document_names_is_there(document: str) -> None:
    places = set(PLACE.findall((ROOT / document).read_text("utf-8"))) - MADE_BY_THE_READER
    assert not {each for each in places if not _is_there(each)}


def test_a_place_that_is_not_there_is_found() -> None:
    assert _is_there("core/enums")
    assert _is_there("calendars/calendar.py")
    assert not _is_there("core/gone")


def _is_there(place: str) -> bool:
    """Existence of a file or folder below the package or the root; a name in ``.py`` may be a folder by now."""
    paths = (above / place.rstrip("/") for above in (PACKAGE, PACKAGE.parent))
    return any(each.exists() or each.with_suffix("").exists() or each.with_suffix(".py").exists() for each in paths)
