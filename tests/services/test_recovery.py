"""A true history that was spoiled as offices do it, and mended with the product's own acts, is the true one again.

A thousand mistakes of each kind: ``python -m tests.services.recovery``.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pytest

from negotiation.store.database import Database
from tests.conftest import emptied
from tests.services.recovery.lived import YEARS, Lived, lived_in
from tests.services.recovery.plan import KINDS
from tests.services.recovery.truth import INTO_809, UNDER_809

SEED = 18


class City(NamedTuple):
    """So many cases in a database, over these days; ``each``: mistakes of each kind that it has at least."""

    engine: str
    cases: int
    each: int
    days: tuple[date, date] = UNDER_809


CITIES = {
    "sqlite": City("sqlite", 520, 20),
    "postgresql": City("postgresql", 150, 1),
    "a new law begins": City("sqlite", 160, 4, INTO_809),
}


@pytest.fixture(scope="module", params=CITIES)
def city(request: pytest.FixtureRequest) -> City:
    return CITIES[request.param]


@pytest.fixture(scope="module")
def lived(city: City, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """No test changes its database."""
    folder = tmp_path_factory.mktemp("recovery")
    if city.engine == "sqlite":
        yield from lived_in(folder, SEED, city.cases, city.days)
    else:
        prepared: Database = request.getfixturevalue("prepared_postgres")
        yield Lived.of(emptied(prepared), folder, SEED, city.cases, city.days)


def test_each_kind_of_mistake_was_made_often_enough(lived: Lived, city: City) -> None:
    made = {kind: lived.desk.made[kind] for kind in KINDS}
    assert min(made.values()) >= city.each, made


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
