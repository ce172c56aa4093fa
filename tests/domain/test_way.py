"""The way of a case: the states that it went through, how many working days in each, and where its holder may bring it.

Received on Friday 2026-09-18; refused on Monday the 21st. Sunday the 20th is worked (补班); 25 to 27 September are off.
"""

from negotiation.domain.way import Way, way_of
from negotiation.services import case_view
from tests.conftest import Story, day


def way(story: Story, on: str) -> Way:
    """The way of the story's case as of a day."""
    file = story.file
    with story.database.read() as transaction:
        case = case_view.case_json(transaction, file, story.context, day(on))
    stood = [(each["on"], each["state"]) for each in case["events"]]
    found = way_of(file.procedure, stood, file.case_state.flags, day(on), file.calendar)
    assert found is not None
    return found


def test_each_state_has_its_days_and_the_last_counts_up_to_today(story):
    story.submitted("2026-09-18").act("refuse", "provider", "2026-09-21", reason="涉及隐私")
    stages = way(story, "2026-09-28").stages
    assert [(each.title, str(each.since), each.days) for each in stages] == [
        ("待答复", "2026-09-18", 2),
        ("不同意共享", "2026-09-21", 4),
    ]
    assert [each.until for each in stages] == [day("2026-09-21"), None]


def test_ahead_is_what_its_holder_may_do_to_bring_it_further_and_not_how_it_is_given_up(story):
    story.submitted("2026-09-18")
    ahead = way(story, "2026-09-21").ahead
    assert "答复：不同意共享" in ahead
    assert not {"撤回申请", "作废", "办理记录"} & set(ahead)


def test_a_case_that_is_over_counts_no_further(story):
    story.submitted("2026-09-18").act("withdraw", "applicant", "2026-09-21")
    found = way(story, "2026-12-01")
    assert (found.stages[-1].days, list(found.ahead)) == (None, [])
