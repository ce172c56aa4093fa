"""A case that ended and was taken up again near a law's first day, told rightly at once or corrected to that.

《条例》 is in force since 2025-08-01, a Friday. Whichever days were typed before, and whether the clock looked before
they were corrected or only afterwards, the case is the same, and so is its law on any day.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from negotiation.core.settings import Settings
from negotiation.domain.then import Then
from negotiation.services.case_then_view import case_then
from negotiation.services.cases.changes import Correction
from negotiation.services.context import UnitOfWork
from negotiation.store.database import Database
from tests.conftest import BY_DATE, OFFICE, Story, at, settle_in
from tests.domain.lived import plain
from tests.services.test_corrections import changed, differences, rewritten

FIRST = date(2025, 8, 1)
NOW = "2025-09-15"
MANY = int(os.environ.get("NEGOTIATION_SOAK", "15"))


class Days(NamedTuple):
    """The days on which the refusal was accepted, and on which the case was taken up again; in days from FIRST."""

    ended: int
    taken_up: int

    def on(self, offset: int) -> str:
        return str(FIRST + timedelta(days=offset))


@pytest.fixture(scope="module")
def office(one_sqlite: tuple[Database, Path], prepared_sqlite: Path, tmp_path_factory: Any) -> Iterator[Any]:
    """A database for all of these cases, each of which is another one's neighbour."""
    folder = tmp_path_factory.mktemp("taken_up")
    path = folder / "negotiation.db"
    path.write_bytes(prepared_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database, settle_in(database, Settings(home=folder, office_name=OFFICE, rulebook=BY_DATE))
    database.close()


def told(office: Any, days: Days, swept: str | None) -> Story:
    """A case that was received in July, refused, ended and taken up again on these days."""
    story = Story(*office).submitted("2025-07-14").act("refuse", "provider", "2025-07-21", reason="涉及个人隐私")
    again = {"reopen_to": "reply", "reason": "法律依据已变化"}
    steps: Any = (("accept", "applicant", days.on(days.ended), {}), ("reopen", "office", days.on(days.taken_up), again))
    for event, role, on, fields in steps:
        if swept is not None and swept < on:
            story.sweep(swept)
        story.act(event, role, on, **fields)
    return story


def entered(story: Story, event: str) -> int:
    return [each for each, _, _ in story.events()].index(event) + 1


def corrected(story: Story, wrong: Days, right: Days) -> None:
    """Both days, in one act or those of them that are wrong."""
    asked = [
        Correction(entered(story, event), FIRST + timedelta(days=day))
        for event, day, was in (("accept", right.ended, wrong.ended), ("reopen", right.taken_up, wrong.taken_up))
        if day != was
    ]
    rewritten(story, NOW, changed(*asked))


def life(story: Story) -> Any:
    """The case, and the law by which it went on each day."""
    laws = []
    for offset in range(-8, 12):
        with story.database.read(temporary=True) as transaction:
            then = Then(as_of=FIRST + timedelta(days=offset))
            seen = case_then(UnitOfWork(transaction, story.context, at(NOW)), story.no, then)
            laws.append((offset, seen.json["rulebook"].split("@")[0]))
    return plain(story.file.case_state), story.record.rulebook, laws


PAIRS = st.tuples(st.integers(-7, 9), st.integers(0, 3)).map(lambda each: Days(each[0], each[0] + each[1]))
BEFORE, WHILE, AFTER = Days(-4, -2), Days(-4, 4), Days(4, 5)  # the case had ended, and was taken up again, on that day


@given(told_as=st.lists(PAIRS, min_size=2, max_size=3), swept=st.sampled_from([None, "2025-08-01", "2025-08-05"]))
@example(told_as=[BEFORE, WHILE], swept=None)
@example(told_as=[BEFORE, WHILE], swept="2025-08-01")
@example(told_as=[WHILE, BEFORE], swept=None)
@example(told_as=[AFTER, WHILE], swept="2025-08-01")
@example(told_as=[WHILE, AFTER], swept=None)
@example(told_as=[WHILE, AFTER, BEFORE, WHILE], swept=None)
@example(told_as=[Days(-5, -3), Days(-3, 0), Days(2, 4)], swept="2025-08-01")
@settings(max_examples=MANY)
def test_it_is_the_same_whichever_days_were_typed_before(office: Any, told_as: list[Days], swept: str | None) -> None:
    true, mended = told(office, told_as[-1], None), told(office, told_as[0], swept)
    for wrong, right in pairwise(told_as):
        if wrong != right:
            corrected(mended, wrong, right)
    for story in (true, mended):
        story.sweep(NOW)
        assert differences(story, NOW) == []
    assert life(mended) == life(true)
