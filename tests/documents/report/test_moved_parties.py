"""Who gave a case to whom is known by its day: 划入, 划出."""

import pytest

from tests.acceptance.steps import NAMES
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, Story


def moved(story: Story) -> list[tuple[int, str, str, str, str]]:
    rows = story.rows("moved_party", "seq, role, from_id, to_id, happened_on", "seq, role")
    return [(seq, role, NAMES[given], NAMES[taken], str(on)) for seq, role, given, taken, on in rows]


@pytest.fixture
def handed_on(story: Story) -> Story:
    """Asked of the police, who disclaim; assigned to justice; both parts are transferred later."""
    story.submitted("2026-03-02").act("disclaim", "provider", "2026-03-05", reason="该数据由市司法局掌握")
    story.act("assign", "office", "2026-03-06", provider=JUSTICE)
    story.act("transfer", "office", "2026-03-10", reason="机构改革", provider=CHAOYANG, entered="2026-03-12")
    return story.act("transfer", "office", "2026-03-16", reason="机构改革", applicant=POLICE)


WHAT_MOVED = [
    (3, "provider", POLICE, JUSTICE, "2026-03-06"),
    (4, "provider", JUSTICE, CHAOYANG, "2026-03-10"),
    (5, "applicant", CIVIL, POLICE, "2026-03-16"),
]


def test_an_assignment_and_a_transfer_say_who_gave_and_who_took_on_the_day_it_happened(handed_on: Story) -> None:
    assert moved(handed_on) == WHAT_MOVED


def test_an_act_that_leaves_the_parties_as_they_are_moves_nothing(story: Story) -> None:
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-05")
    story.act("transfer", "office", "2026-03-06", reason="更正", provider=POLICE)
    assert moved(story) == []
