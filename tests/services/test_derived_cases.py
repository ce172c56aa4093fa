"""What is stored of a case is what follows from its entries, on either database."""

import pytest

from negotiation.services.cases import acting
from negotiation.services.cases.case_history import verify
from negotiation.services.context import UnitOfWork
from tests.acceptance.steps import WAYS, reach
from tests.conftest import Story, at


def differences(story: Story, on: str) -> list[str]:
    with story.database.read() as transaction:
        return verify(transaction, acting.take(UnitOfWork(transaction, story.context, at(on)), story.no))


@pytest.mark.parametrize("state", ["draft", *WAYS])
def test_a_case_in_any_state_is_what_its_entries_make_it(story: Story, state: str) -> None:
    reach(story, state, **({} if state == "partly_agreed" else {"items": "姓名、住址"}))
    assert differences(story, "2026-04-03") == []
    story.sweep("2026-04-30")
    assert differences(story, "2026-05-06") == []


def test_late_paper_stopped_clocks_and_handed_over_parts_are_derived_too(story: Story) -> None:
    story.submitted("2026-03-02").sweep("2026-03-18")
    story.act("stop_mail", "office", "2026-03-18", reason="已电话联系")
    story.act("transfer", "office", "2026-03-18", provider="市司法局", reason="职责划转")
    story.act("refuse", "provider", "2026-03-13", entered="2026-03-19", reason="依法不予提供")
    assert differences(story, "2026-03-19") == []
