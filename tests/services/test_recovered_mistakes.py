"""What the recovery of true histories has found: a mistake of each kind that was not mended, told by itself."""

import pytest

from negotiation.core.errors import FieldError
from negotiation.domain.machine.derivation import Unfit
from negotiation.domain.notice_facts import AmendedLine, ItemCount, NoticeFacts
from negotiation.services.cases.changes import Correction
from negotiation.services.cases.corrections import Corrected
from negotiation.store import notices_made
from tests.conftest import CIVIL, JUSTICE, TAX, Story, day
from tests.services.test_corrections import changed, differences, rewritten


def test_a_note_that_says_the_class_counts_by_its_day_however_late_it_is_entered(story: Story) -> None:
    """The class decides the length of later reply terms: what was said last of it holds, not what was entered last."""
    story.open("2026-03-02").act("submit", "applicant", "2026-03-04", **{"class": "none"})
    story.act("note", "provider", "2026-03-03", entered="2026-03-10", text="目录所列", **{"class": "conditional"})
    assert story.file.case_state.flags["class"] == "none"
    assert differences(story, "2026-03-10") == []


def test_a_paper_of_a_day_before_a_note_that_says_the_class_stands_before_it(story: Story) -> None:
    story.submitted("2026-03-02", **{"class": "none"})
    story.act("note", "provider", "2026-03-12", text="目录所列", **{"class": "conditional"})
    story.act("refuse", "provider", "2026-03-10", entered="2026-03-13", reason="依法不予提供")
    story.act("note", "provider", "2026-03-11", entered="2026-03-16", text="已电话沟通", **{"class": "none"})
    assert (story.state, story.file.case_state.flags["class"]) == ("refused", "conditional")
    assert differences(story, "2026-03-16") == []


def test_a_plain_note_of_an_earlier_day_stands_where_it_was_entered(story: Story) -> None:
    story.submitted("2026-03-02").act("note", "office", "2026-03-01", entered="2026-03-10", text="来电询问")
    assert story.rows("event", "event, after_seq", "seq")[-1] == ("note", None)


def test_a_part_given_to_the_wrong_role_is_corrected_to_the_right_one(story: Story) -> None:
    """The handover of the provider's part was entered as one of the applicant's: both fields are mended at once."""
    story.submitted("2026-03-02").act("transfer", "office", "2026-03-04", applicant=JUSTICE, reason="职责划转")
    rewritten(story, "2026-03-05", changed(Correction(2, None, {"applicant": "", "provider": JUSTICE})))
    by_name = story.context.directory.by_name
    assert (story.record.applicant_id, story.record.provider_id) == (by_name[CIVIL].id, by_name[JUSTICE].id)
    assert [row[0] for row in story.rows("moved_party", "role", "seq")] == ["provider"]
    assert differences(story, "2026-03-05") == []


def test_whose_part_was_never_handed_over_hears_of_what_happened_meanwhile(story: Story) -> None:
    story.submitted("2026-03-02").act("transfer", "office", "2026-03-04", applicant=JUSTICE, reason="职责划转")
    story.act("agree", "provider", "2026-03-10")
    civil = story.context.directory.by_name[CIVIL].id
    assert ("recorded", civil) not in [(template, unit) for template, unit, _ in story.notices()]
    rewritten(story, "2026-03-12", changed(strikes=(2,)))
    assert ("recorded", civil) in [(template, unit) for template, unit, _ in story.notices()]


def test_no_correction_makes_one_department_both_parties_at_any_time(story: Story) -> None:
    story.submitted("2026-03-02").act("transfer", "office", "2026-03-04", applicant=JUSTICE, reason="职责划转")
    story.act("transfer", "office", "2026-03-06", provider=CIVIL, reason="职责划转")
    story.act("transfer", "office", "2026-03-09", provider=TAX, reason="职责划转")
    with pytest.raises(FieldError, match="双方的部门相同"):
        rewritten(story, "2026-03-10", changed(Correction(3, None, {"provider": JUSTICE})))
    with pytest.raises(Unfit, match="第3项“职责划转”不再成立：双方的部门相同"):
        rewritten(story, "2026-03-10", changed(strikes=(2,)))


def test_a_reply_term_that_goes_on_is_of_the_items_that_are_open_again(story: Story) -> None:
    story.submitted("2026-03-02", items="姓名、住址、电话")
    story.sweep("2026-03-17")
    story.act("refer", "applicant", "2026-03-17", items="姓名")
    story.act("refuse", "provider", "2026-03-18", reason="依法不予提供")
    story.act("decline_referral", "office", "2026-03-19", reason="请继续协商")
    assert story.term("reply").items == (1,)


def test_the_mail_says_which_of_two_terms_of_one_title_and_day_is_meant(story: Story) -> None:
    """Two acts of one day started a supply term each; the day of the one alone is corrected."""
    story.submitted("2026-03-02", items="姓名、住址、电话")
    story.act("agree_partly", "provider", "2026-03-10", items="姓名、住址", reason="电话另行答复")
    story.act("agree", "provider", "2026-03-10")
    done = rewritten(story, "2026-03-12", changed(Correction(2, day("2026-03-09"))))
    assert _lines(story, done) == [
        AmendedLine("提供期限", day("2026-04-22"), day("2026-04-21"), day("2026-03-10"), ItemCount(2, 3))
    ]


def test_what_is_asked_for_anew_after_a_strike_bears_its_own_names(story: Story) -> None:
    """The first application was struck, and another handed in on the same case: its first item is another one."""
    story.submitted("2026-03-02", items="婚姻状况")
    rewritten(story, "2026-03-04", changed(strikes=(1,)))
    story.act("submit", "applicant", "2026-03-05", items="姓名、婚姻状况")
    story.act("agree", "provider", "2026-03-10", items="姓名")
    assert [item.name for item in story.file.case_state.items] == ["姓名", "婚姻状况"]
    assert differences(story, "2026-03-10") == []


def _lines(story: Story, done: Corrected) -> list[AmendedLine]:
    with story.database.read() as transaction:
        sent = notices_made.of_case(transaction, done.file.case_id)
    (facts,) = (each.facts for each in sent if each.template == "amended")
    assert isinstance(facts, NoticeFacts)
    assert facts.amended is not None
    return list(facts.amended.terms)
