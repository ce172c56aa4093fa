"""Years of a city at a program that crashes: nothing acknowledged is lost, every notice leaves or says why not, every
lapse stands on its legal day, what is stored follows from what was entered.

A thousand years: ``python -m tests.simulation``.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from tests.simulation.findings import counts, faults
from tests.simulation.lived import lived, record_of
from tests.simulation.mail import MailServer
from tests.simulation.program import settle

NEW_YEAR = date(2026, 12, 31)  # until then a year is lived twice


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with closing(MailServer()) as server:
        yield server


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as 0.2.0 left it."""
    home = tmp_path_factory.mktemp("before")
    settle(home)
    return home


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_of_crashes_leaves_everything_as_it_must_be(
    seed: int, mail: MailServer, before: Path, tmp_path: Path
) -> None:
    with lived(seed, tmp_path, before, mail) as year:
        found, told = faults(year), counts(year)
    print(f"seed {seed}: {dict(told)}")
    assert not found, "\n".join(found[:20])
    assert min(told[each] for each in ("crashes", "jumps of the clock", "lapses", "sent")) > 0


def test_the_same_seed_leaves_the_same_behind(mail: MailServer, before: Path, tmp_path: Path) -> None:
    records = []
    for folder in ("once", "again"):
        with lived(4, tmp_path / folder, before, mail, last=NEW_YEAR) as year:
            records.append(record_of(year))
            assert year.told["crashes"]
    assert records[0] == records[1]
