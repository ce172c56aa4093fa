"""The order in which the entries of a case stand."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from negotiation.domain.machine.entries import Entry, in_order
from negotiation.domain.machine.values import Act


def entry(seq: int, after: int | None = None) -> Entry:
    return Entry(
        seq=seq,
        event="note",
        role="office",
        actor="某甲",
        on=date(2026, 3, 2),
        fields={"text": "已电话核实"},
        parties={"provider": 2},
        replayed=True,
        after_seq=after,
        recorded_at=datetime(2026, 3, 2, tzinfo=UTC),
        side=0,
        calendar_revision=0,
    )


def order(*entries: Entry) -> list[int]:
    return [each.seq for each in in_order(entries)]


def test_entries_stand_by_their_numbers() -> None:
    assert order(entry(1), entry(2), entry(3)) == [1, 2, 3]
    assert order() == []


def test_an_inserted_entry_stands_right_behind_the_one_it_names() -> None:
    assert order(entry(1), entry(2), entry(3), entry(4, after=1)) == [1, 4, 2, 3]


def test_behind_nought_is_before_all_others() -> None:
    assert order(entry(1), entry(2), entry(3, after=0)) == [3, 1, 2]


def test_insertions_can_follow_one_another() -> None:
    assert order(entry(1), entry(2), entry(3, after=1), entry(4, after=3)) == [1, 3, 4, 2]


def test_of_two_behind_the_same_entry_the_later_one_is_nearer() -> None:
    assert order(entry(1), entry(2), entry(3, after=1), entry(4, after=1)) == [1, 4, 3, 2]
    assert order(entry(1), entry(2), entry(3, after=1), entry(4, after=3), entry(5, after=1)) == [1, 5, 3, 4, 2]


def test_what_a_correction_puts_behind_an_entry_is_nearer_than_what_was_put_there_before() -> None:
    moved = entry(3, after=1)._replace(moved_by=5)
    assert order(entry(1), entry(2), moved, entry(4, after=1)) == [1, 3, 4, 2]


@pytest.mark.parametrize("seed", range(20))
def test_a_later_insertion_never_changes_the_order_of_the_earlier_ones(seed: int) -> None:
    draw, entries = Random(seed), list[Entry]()
    before: list[int] = []
    for seq in range(1, 30):
        entries.append(entry(seq, draw.choice([None, *range(seq)])))
        now = order(*entries)
        assert [each for each in now if each != seq] == before
        if entries[-1].after_seq:
            assert now.index(seq) == now.index(entries[-1].after_seq) + 1, "right behind the one it names"
        before = now


def test_an_entry_behind_one_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(ValueError, match=r"\[2\]"):
        in_order([entry(1), entry(2, after=7)])


def test_an_entry_is_decided_on_as_an_act() -> None:
    act = Act("note", "office", date(2026, 3, 2), {"text": "已电话核实"}, {"provider": 2}, replayed=True, seq=1)
    assert entry(1).act == act
