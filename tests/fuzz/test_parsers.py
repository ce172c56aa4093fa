"""Every parser of what comes from outside, under inputs that nobody would think of: a result or a sentence, never else.

NEGOTIATION_FUZZ: inputs for each (100 unless set; ``make soak`` gives 100,000). Requests to the interface are fuzzed
from its own description (``tests/web/test_api_fuzz.py``), texts of notices also in ``tests/calendars``.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import Phase, given, settings
from pydantic import ValidationError

from calendars.formats.errors import Unreadable
from negotiation import template_folder
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings
from negotiation.documents.letters import templates
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.conftest import settle_in
from tests.documents import catalogues, ledgers
from tests.fuzz.inputs import archives_like
from tests.fuzz.parsers import PARSERS

MANY = int(os.environ.get("NEGOTIATION_FUZZ", "100"))
SENTENCES = (NegotiationError, Unreadable, ValidationError)
IN_TEST = MANY <= 100  # the same inputs each time
FUZZING = settings(
    max_examples=MANY, database=None, derandomize=IN_TEST, phases=[Phase.generate] if IN_TEST else list(Phase)
)


@pytest.mark.parametrize("name", PARSERS)
def test_every_input_ends_in_a_result_or_in_a_sentence(name: str) -> None:
    parser, told = PARSERS[name], Counter[str]()

    @FUZZING
    @given(parser.inputs)
    def read(value: Any) -> None:
        told[_outcome(parser.read, value)] += 1

    read()
    print(f"{name}: {dict(told)}")
    assert told["read"]


def _outcome(read: Callable[[Any], object], value: Any) -> str:
    """Raises whatever is neither."""
    said = "a result"
    try:
        read(value)
    except SENTENCES as refusal:
        said = str(refusal).strip()
    assert said, "a refusal without a word"
    return "read" if said == "a result" else "refused"


# ------------------------------------------------------------------------------------------------------------- files


@pytest.fixture(scope="module")
def office(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Context]]:
    """An office into which nothing is written here."""
    home = tmp_path_factory.mktemp("office")
    (home / "negotiation.db").write_bytes(prepared_sqlite.read_bytes())
    own = Settings(home=home)
    database = Database(own.url)
    yield database, settle_in(database, own)
    database.close()


def _fuzz(right: Path, read: Callable[[Path], object]) -> None:
    """Files like the right one are taken in or refused."""
    told, content, file = Counter[str](), right.read_bytes(), right.with_name(f"altered-{right.name}")

    @FUZZING
    @given(archives_like(content))
    def take_in(altered: bytes) -> None:
        file.write_bytes(altered)
        told[_outcome(read, file)] += 1

    take_in()
    print(f"{right.name}: {dict(told)}")
    assert min(told["read"], told["refused"]) > 0


def test_every_sheet_of_the_catalogue_is_taken_in_or_refused(office: tuple[Database, Context], tmp_path: Path) -> None:
    right = catalogues.made(tmp_path / "catalogue.xlsx", [catalogues.row()])
    _fuzz(right, lambda file: catalogues.brought_in(*office, file, dry_run=True))


@pytest.mark.parametrize(
    "declared", ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY a "aa"><!ENTITY b "&a;&a;">']
)
def test_a_sheet_that_declares_entities_is_refused(
    office: tuple[Database, Context], tmp_path: Path, declared: str
) -> None:
    right = catalogues.made(tmp_path / "right.xlsx", [catalogues.row()])
    with ZipFile(right) as archive, ZipFile(tmp_path / "declared.xlsx", "w") as written:
        for name in archive.namelist():
            text = archive.read(name).decode()
            head, _, rest = text.partition("<worksheet ")
            with_entity = f"{head}<!DOCTYPE worksheet [{declared}]><worksheet {rest}" if rest else text
            written.writestr(name, with_entity)
    with pytest.raises(NegotiationError, match="无法读取"):
        catalogues.brought_in(*office, tmp_path / "declared.xlsx", dry_run=True)


def test_every_ledger_is_taken_in_or_refused(office: tuple[Database, Context], tmp_path: Path) -> None:
    right = ledgers.made(tmp_path / "ledger.xlsx", [ledgers.refused()])
    _fuzz(right, lambda file: ledgers.brought_in(*office, file, dry_run=True))


def test_every_template_of_a_letter_is_sound_or_named_faulty(tmp_path: Path) -> None:
    right = tmp_path / "chase.docx"
    right.write_bytes((template_folder("letters") / "chase.docx").read_bytes())
    _fuzz(right, lambda file: templates.demand_sound(file, ["text", "reason"]))
