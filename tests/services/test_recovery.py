"""A true history that was spoiled as offices do it, and mended with the product's own acts, is the true one again.

A thousand mistakes of each kind: ``python -m tests.services.recovery``.
"""

from collections.abc import Iterator

import pytest

from negotiation.store.database import Database
from tests.conftest import emptied
from tests.services.recovery.lived import YEARS, Lived, lived_in
from tests.services.recovery.plan import KINDS

EACH = {"sqlite": 20, "postgresql": 1}  # mistakes of each kind
CASES = {"sqlite": 520, "postgresql": 150}
SEED = 18


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """No test changes its database."""
    folder = tmp_path_factory.mktemp("recovery")
    if request.param == "sqlite":
        yield from lived_in(folder, SEED, CASES["sqlite"])
    else:
        prepared: Database = request.getfixturevalue("prepared_postgres")
        yield Lived.of(emptied(prepared), folder, SEED, CASES["postgresql"])


def test_each_kind_of_mistake_was_made_often_enough(lived: Lived) -> None:
    made = {kind: lived.desk.made[kind] for kind in KINDS}
    assert min(made.values()) >= EACH[lived.engine], made


def test_every_mistake_was_mended_by_what_the_product_offers(lived: Lived) -> None:
    assert not lived.stuck()


def test_cases_items_terms_and_lapses_are_those_of_the_true_history(lived: Lived) -> None:
    found = lived.differing()
    assert not found, "\n".join(found[:20])


def test_nobody_is_left_believing_what_is_not_so(lived: Lived) -> None:
    found = lived.believed()
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("year", YEARS)
def test_the_report_counts_the_same_in_every_cell(lived: Lived, year: int) -> None:
    true, entered = lived.counted(year)
    assert true
    assert entered == true
