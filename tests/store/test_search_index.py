"""The index of the search holds what the tables hold, on either database, and forgets what they forget."""

import pytest

from negotiation.domain.searching import words_in
from negotiation.store import search_index
from negotiation.store.database import Database
from negotiation.store.search_index import Looked
from tests.conftest import Story


def found(database: Database, typed: str, scope: int | None = None) -> list[int]:
    """The cases found, the index filled before."""
    with database.write() as transaction:
        while search_index.is_due(transaction):
            search_index.fill(transaction)
        return search_index.find(transaction, Looked(words_in(typed), scope, 100))


@pytest.mark.parametrize(
    "typed",
    [
        "常住人口", "人口", "口", "低保资格核对", "市公安局 低保", "GX2026-0001", "gx2026-0001",
        "ＧＸ２０２６－０００１",
        "《社会救助暂行办法》第五十八条", "2026-0001 民政", "救助 核对 服务",
    ],
)  # fmt: skip
def test_a_case_is_found_by_any_part_of_its_texts(story: Story, typed: str) -> None:
    story.submitted("2026-03-02")
    assert len(found(story.database, typed)) == 1


@pytest.mark.parametrize("typed", ["人员", "市司法局", "人口 司法", "口住", "GX2026-0002"])
def test_a_case_is_not_found_by_what_it_does_not_say(story: Story, typed: str) -> None:
    story.submitted("2026-03-02")
    assert found(story.database, typed) == []
