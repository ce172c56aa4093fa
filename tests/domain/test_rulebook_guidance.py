"""What somebody who writes a rulebook for the first time is told: the names that there are, the slip that was meant."""

import pytest

from tests.domain.test_rulebook_faults import SHARING, edited, faults_of

SAYS: dict[str, tuple[str, str, str]] = {
    # what was written wrongly: (this text, becomes this, what the fault says)
    "a role": ('by = ["provider"]', 'by = ["providr"]', "没有角色“providr”；是否为“provider”？可用：applicant、"),
    "a figure of the report": (
        'rate = "on_time_rate"', 'rate = "on_time"',
        "没有指标“on_time”；是否为“on_time_rate”？可用：finished_rate、on_time_rate",
    ),
    "an outcome": (
        '{ outcome = "withdrawn", state = "withdrawn" }', '{ outcome = "forgotten", state = "withdrawn" }',
        "可用：agreed、",
    ),
    "a mail": ('notice = "due_soon"', 'notice = "due_sun"', "没有通知模板“due_sun”；是否为“due_soon”？可用："),
    "a letter": ('template = "chase"', 'template = "chaise"', "没有公文模板“chaise”；是否为“chase”？可用："),
    "a term": ('answers = "reply"', 'answers = "replay"', "没有期限“replay”；是否为“reply”？可用："),
    "which items": ('among = "owed"', 'among = "owned"', "没有数据项范围“owned”；是否为“owed”？可用：any、"),
    "a mark that nothing sets": (
        "when = { has_refused = true } }", "when = { has_refuse = true } }",
        "没有标记或字段“has_refuse”；是否为“has_refused”？",
    ),
    "a value that a mark never has": (
        "when = { has_refused = true } }", 'when = { has_refused = "yes" } }',
        "没有取值“yes”，可用：false、true",
    ),
    "a choice of an outcome": (
        "when = { submitted = true }", 'when = { class = "unconditionl" }',
        "没有取值“unconditionl”；是否为“unconditional”？可用：conditional、none、unconditional",
    ),
}  # fmt: skip


LAPSE = ('event = "lapse"\nfrom = "submitted"\nto = "stay"', 'event = "lapse"\nfrom = "submitted"\nto = "agreed"')


@pytest.mark.parametrize("what", SAYS)
def test_the_checker_names_what_there_is_and_what_was_meant(what: str) -> None:
    old, new, says = SAYS[what]
    assert any(says in fault for fault in faults_of(edited(old, new)))


def test_a_lapse_that_leads_somewhere_is_refused_and_pointed_to_what_would_lead_there() -> None:
    """The clock would have recorded it and gone nowhere."""
    faults = faults_of(edited(*LAPSE))
    assert any("on_lapse" in fault and "stay" in fault for fault in faults), faults
    assert all(fault.startswith(SHARING) for fault in faults)
