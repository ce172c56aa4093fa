"""Whose data they are, and whose dispute it is: 条例 arts. 19 and 28, under both rulebooks of the regulation."""

import pytest

from negotiation.core.errors import InvalidTransition
from negotiation.core.settings import Settings
from negotiation.store.database import Database
from tests.acceptance.steps import refused
from tests.conftest import JUSTICE, Story, settle_in


@pytest.fixture(params=("national-2025", "beijing-2025"))
def story(request: pytest.FixtureRequest, database: Database, settings: Settings) -> Story:
    """A story under either rulebook."""
    story = Story(database, settle_in(database, settings.model_copy(update={"rulebook": request.param})))
    return story.submitted("2025-09-22", scope="低保审核岗位", **{"class": "有条件共享"})


def test_a_binding_assignment_closes_the_way_of_not_ours__article_19(story: Story) -> None:
    story.act("disclaim", "provider", "2025-09-23", reason="不归口本部门")
    story.act("assign", "office", "2025-09-24", provider=JUSTICE, binding="是")
    assert story.state == "awaiting_reply"
    with refused(story, InvalidTransition, "数源部门已经确定"):
        story.act("disclaim", "provider", "2025-09-25", reason="不归口本部门")


def test_a_dispute_across_levels_is_handed_up_and_ends_here__article_28(story: Story) -> None:
    story.act("refuse", "provider", "2025-09-26", reason="超出提供部门职责范围")
    story.act("refer", "applicant", "2025-09-28")
    story.act("accept_referral", "office", "2025-09-29")
    story.act("fail", "office", "2025-09-30")
    story.act("hand_up", "office", "2025-10-09", authority="省级政务数据共享主管部门", reason="跨层级")
    assert story.state == "closed"
    assert not [term for term in story.file.case_state.terms if term.ended_on is None]
