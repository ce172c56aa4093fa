"""Keeping: ended cases are due by the years of their procedure, kept on with a reason; nothing goes by itself."""

from datetime import date

import pytest

from negotiation.core.errors import FieldError, InvalidTransition
from negotiation.domain.entered import EnteredBy
from negotiation.domain.retention import KeepOn, due_on
from negotiation.services import retention
from negotiation.services.cases import acting, case_history
from negotiation.services.context import UnitOfWork
from tests.conftest import Story, at

BY = EnteredBy("李明", None, 0)


def due(story: Story, day: str) -> list[tuple[str, date, bool]]:
    with story.database.read() as transaction:
        found = retention.due(transaction, story.context, date.fromisoformat(day))
    return [(each.case.no, each.due_on, each.again) for each in found]


def keep(story: Story, until: str, reason: str = "仍在复议", on: str = "2057-02-01") -> None:
    with story.database.write() as transaction:
        work = UnitOfWork(transaction, story.context, at(on))
        retention.keep_on(work, story.no, KeepOn(date.fromisoformat(until), reason), BY)


@pytest.fixture
def ended(story: Story) -> Story:
    return story.submitted("2026-03-02").act("withdraw", "applicant", "2026-03-05", reason="不再需要")


def test_the_years_begin_on_the_first_of_january_after_the_end() -> None:
    assert due_on(date(2026, 3, 5), 30) == due_on(date(2026, 12, 31), 30) == date(2057, 1, 1)


def test_an_ended_case_is_due_after_thirty_years_and_an_open_one_never(ended: Story) -> None:
    no = ended.no
    ended.submitted("2026-03-06")
    assert due(ended, "2056-12-31") == []
    assert due(ended, "2057-01-01") == [(no, date(2057, 1, 1), False)]


def test_a_case_that_is_kept_on_is_due_again_on_that_day_and_follows_from_its_entries(ended: Story) -> None:
    keep(ended, "2067-06-30")
    assert due(ended, "2067-06-29") == []
    assert due(ended, "2067-06-30") == [(ended.no, date(2067, 6, 30), True)]
    assert ended.events()[-1] == ("keep_on", "2057-02-01", "office")
    assert ended.entered(3) == {"until": "2067-06-30", "reason": "仍在复议"}
    with ended.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, ended.context, at("2057-03-01")), ended.no)
        assert case_history.verify(transaction, file) == []


def test_a_review_needs_a_reason_a_day_to_come_and_a_case_that_ended(ended: Story) -> None:
    with pytest.raises(FieldError, match="理由"):
        keep(ended, "2067-06-30", reason=" ")
    with pytest.raises(FieldError, match="不在今天之后"):
        keep(ended, "2057-02-01")
    ended.submitted("2026-03-06")
    with pytest.raises(InvalidTransition, match="尚未办结"):
        keep(ended, "2067-06-30")
