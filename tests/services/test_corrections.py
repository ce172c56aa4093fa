"""Corrections of any history: what they come to, who is told, what stays as it was."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.core.enums import OFFICE, OFFICE_ID, AccountRole
from negotiation.core.errors import InvalidTransition, NegotiationError, WrongRole
from negotiation.core.settings import Settings
from negotiation.domain.entered import EnteredBy
from negotiation.domain.people import Person
from negotiation.services.cases import acting, corrections, rewriting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_history import history_of, standing_in, verify
from negotiation.services.cases.changes import Changes, Correction, amendments_of
from negotiation.services.cases.corrections import Corrected
from negotiation.services.context import UnitOfWork
from negotiation.store import notices_made
from negotiation.store.database import Database
from tests.acceptance.steps import reach
from tests.conftest import CHAOYANG, JUSTICE, POLICE, Story, at, day, settle_in

BY = EnteredBy("测试", side=OFFICE_ID)


def changed(*corrected: Correction, strikes: tuple[int, ...] = (), reason: str = "登记有误") -> Changes:
    return Changes(reason, BY, OFFICE, corrected, strikes)


def rewritten(story: Story, on: str, changes: Changes, *, write: bool = True) -> Corrected:
    with story.database.write() as transaction:
        return corrections.rewrite(UnitOfWork(transaction, story.context, at(on)), story.no, changes, write=write)


def differences(story: Story, on: str) -> list[str]:
    with story.database.read() as transaction:
        return verify(transaction, acting.take(UnitOfWork(transaction, story.context, at(on)), story.no))


def outbox_of(story: Story) -> list[Any]:
    with story.database.read() as transaction:
        return list(notices_made.of_case(transaction, story.record.id))


def facts(story: Story) -> Any:
    """A case without its numbers of events: state, dates, terms."""
    file = story.file
    own = {key: value for key, value in file.case._asdict().items() if key not in ("version", "head")}
    standing = [term for term in file.case_state.terms if term.struck_seq is None]
    return own, [term._replace(next_on=None, rung=None) for term in standing]


# --------------------------------------------------------------------------------------------------- what it comes to


def test_a_corrected_day_and_its_correction_back_leave_the_case_as_it_was(story: Story) -> None:
    reach(story, "in_coordination")
    before = facts(story)
    rewritten(story, "2026-03-20", changed(Correction(2, day("2026-03-09"))))
    assert facts(story) != before
    assert differences(story, "2026-03-20") == []
    rewritten(story, "2026-03-20", changed(Correction(2, day("2026-03-10"))))
    assert facts(story) == before
    assert differences(story, "2026-03-20") == []


def test_an_entry_corrected_to_a_day_before_another_stands_before_it(story: Story) -> None:
    """Refused on the 10th and agreed on the 12th; the agreement came first, so that the refusal has no place."""
    reach(story, "refused").act("note", "office", "2026-03-11", text="已电话沟通")
    story.act("agree", "provider", "2026-03-12")
    with pytest.raises(NegotiationError, match="第2项“答复：不同意共享”不再成立"):
        rewritten(story, "2026-03-20", changed(Correction(4, day("2026-03-09"))))
    rewritten(story, "2026-03-20", changed(Correction(4, day("2026-03-09")), strikes=(2,)))
    assert (story.state, story.record.replied_on) == ("agreed", day("2026-03-09"))
    assert differences(story, "2026-03-20") == []


def test_the_provider_of_a_draft_is_corrected_while_the_wrong_one_has_not_acted(story: Story) -> None:
    story.submitted("2026-03-02")
    rewritten(story, "2026-03-03", changed(Correction(1, None, {"provider": JUSTICE})))
    justice = story.context.directory.by_name[JUSTICE].id
    assert story.record.provider_id == justice
    assert story.term("reply").department_id == justice
    assert differences(story, "2026-03-03") == []
    story.act("agree", "provider", "2026-03-10")
    with pytest.raises(InvalidTransition, match="已经办理过本案"):
        rewritten(story, "2026-03-11", changed(Correction(1, None, {"provider": POLICE})))


def test_a_handover_that_never_was_is_struck_with_its_row(story: Story) -> None:
    story.submitted("2026-03-02").act("transfer", "office", "2026-03-04", provider=JUSTICE, reason="职责划转")
    assert len(story.rows("moved_party", "to_id", "seq")) == 1
    rewritten(story, "2026-03-05", changed(strikes=(2,)))
    assert story.rows("moved_party", "to_id", "seq") == []
    assert story.record.provider_id == story.context.directory.by_name[POLICE].id
    assert differences(story, "2026-03-05") == []


def test_a_lapse_that_a_wrong_clock_wrote_is_taken_back_and_its_term_goes_on(story: Story) -> None:
    story.submitted("2026-03-02").sweep("2026-03-18")
    assert story.term("reply").lapsed_on == day("2026-03-16")
    rewritten(story, "2026-03-10", changed(strikes=(2,)))
    reply = story.term("reply")
    assert (reply.lapsed_on, reply.runs, str(reply.next_on)) == (None, True, "2026-03-11")
    assert differences(story, "2026-03-10") == []
    story.sweep("2026-03-17")
    assert story.term("reply").lapsed_on == day("2026-03-16")


def test_a_text_is_corrected_and_no_date_moves(story: Story) -> None:
    reach(story, "refused")
    done = rewritten(story, "2026-03-20", changed(Correction(2, None, {"reason": "依《个人信息保护法》不予提供"})))
    assert (done.moved.was, done.moved.now) == (
        {"state": "refused", "state_title": "不同意共享", "terms": [], "lapses": [], "items": []},
        {"state": "refused", "state_title": "不同意共享", "terms": [], "lapses": [], "items": []},
    )
    assert differences(story, "2026-03-20") == []


def test_items_are_renamed_by_their_number_wherever_they_are_named(story: Story) -> None:
    story.submitted("2026-03-02", items="姓名、住扯")
    story.act("agree_partly", "provider", "2026-03-10", items="住扯", reason="姓名不宜共享")
    rewritten(story, "2026-03-20", changed(Correction(1, None, {"items": "姓名、住址"})))
    assert [(item.name, item.answer) for item in story.file.case_state.items][1] == ("住址", "agreed")
    assert differences(story, "2026-03-20") == []


def test_items_that_were_never_asked_for_are_gone(story: Story) -> None:
    story.submitted("2026-03-02", items="姓名、住址、电话")
    rewritten(story, "2026-03-20", changed(Correction(1, None, {"items": "姓名"})))
    assert [item.name for item in story.file.case_state.items] == ["姓名"]
    assert differences(story, "2026-03-20") == []


def test_taking_back_all_that_was_entered_leaves_an_empty_draft(story: Story) -> None:
    reach(story, "refused")
    rewritten(story, "2026-03-20", changed(strikes=(1, 2)))
    assert (story.state, story.record.received_on, story.record.due_on) == ("draft", None, None)
    assert differences(story, "2026-03-20") == []


def test_what_was_supplied_before_a_handover_is_credited_to_who_supplied_it_however_late_it_is_entered(
    story: Story,
) -> None:
    reach(story, "agreed").act("transfer", "office", "2026-03-16", provider=JUSTICE, reason="职责划转")
    story.act("supply", "provider", "2026-03-13", entered="2026-03-18")
    police = story.context.directory.by_name[POLICE].id
    assert [item.supplied_by for item in story.file.case_state.items] == [police]
    assert differences(story, "2026-03-18") == []


# ------------------------------------------------------------------------------------------------------- who is told


def test_who_was_told_otherwise_is_told_once_and_what_waits_is_dropped(story: Story) -> None:
    story.submitted("2026-03-02").sweep("2026-03-17")
    mark(story, "lapsed", "sent")
    story.act("refuse", "provider", "2026-03-18", reason="依法不予提供")
    done = rewritten(story, "2026-03-19", changed(Correction(3, day("2026-03-13"))))
    assert {each.notice for each in done.told if not each.waiting} == {"lapsed"}
    made = [template for template, unit, state in story.notices() if (template, state) == ("amended", "waiting")]
    assert made == ["amended"]
    assert ("recorded", "obsolete") in [(template, state) for template, _, state in story.notices()]


def test_a_date_that_ran_only_until_more_days_were_granted_is_corrected_too(
    database: Database, settings: Settings
) -> None:
    """Received on the 22nd, it was due on 11 October when more days were asked for; five were granted: the 17th.

    It was received on the 24th: the 14th, then the 21st. Whoever granted them had read of the 11th.
    """
    story = Story(database, settle_in(database, settings.model_copy(update={"rulebook": "beijing-2025"})))
    story.submitted("2025-09-22", scope="低保审核岗位", **{"class": "有条件共享"})
    story.act("request_extension", "provider", "2025-09-29", reason="须会商网信部门")
    story.act("grant_extension", "competent_authority", "2025-09-29", more_days="5")
    mark(story, "recorded", "sent")
    done = rewritten(story, "2025-09-30", changed(Correction(1, day("2025-09-24"))))
    (asked,) = [each for each in done.told if each.department_id == OFFICE_ID and each.due == day("2025-10-11")]
    assert asked.ran is not None
    (told,) = [each for each in outbox_of(story) if each.template == "amended" and each.department_id == OFFICE_ID]
    assert [(each.was_on, each.on) for each in told.facts.amended.terms if each.title == "答复期限"] == [
        (day("2025-10-11"), day("2025-10-21")), (day("2025-10-17"), day("2025-10-21")),
    ]  # fmt: skip


def test_an_application_entered_behind_a_handover_of_its_draft_is_copied_to_whom_it_names(story: Story) -> None:
    story.open("2026-03-02").act("transfer", "office", "2026-03-05", provider=JUSTICE, reason="职责调整")
    story.act("submit", "applicant", "2026-03-03", entered="2026-03-06", copied=CHAOYANG)
    assert story.record.copied == 1
    assert differences(story, "2026-03-06") == []


def test_nobody_hears_of_a_lapse_on_a_day_that_nobody_could_see(story: Story) -> None:
    reach(story, "agreed")
    before = story.notices()
    rewritten(story, "2026-04-20", changed(strikes=(2,)))
    assert story.term("reply").lapsed_on == day("2026-03-16")
    assert [each for each in story.notices() if each[0].startswith("lapsed")] == [
        each for each in before if each[0].startswith("lapsed")
    ]


def mark(story: Story, template: str, state: str) -> None:
    """These notices have left."""
    with story.database.write() as transaction:
        transaction.execute(f"UPDATE notice SET state = '{state}', next_try = NULL WHERE template = '{template}'")


# ------------------------------------------------------------------------------------------------------- who may sign


@pytest.mark.parametrize(
    ("side", "role", "signs"),
    [
        (None, AccountRole.OFFICE_HEAD, False),
        (2, AccountRole.HEAD, True),
        (2, AccountRole.CLERK, False),
        (1, AccountRole.HEAD, False),
    ],
)
def test_the_head_of_the_side_that_entered_it_signs(
    story: Story, side: int | None, role: AccountRole, signs: bool
) -> None:
    reach(story, "awaiting_reply")
    units = sorted(story.context.directory.by_id)
    police = story.context.directory.by_name[POLICE].id
    own = None if side is None else police if side == 2 else units[0]
    person = Person(1, "x", "某", own, frozenset({role}), must_change=False)
    with story.database.write() as transaction:
        work = UnitOfWork(transaction, story.context, at("2026-03-10"))
        request = ActRequest(
            "refuse", role="provider", actor="某", on=day("2026-03-10"), fields={"reason": "依法"}, side=police
        )
        acting.act(work, story.no, request)
        file = acting.take(work, story.no)
        history = history_of(transaction, file)
        amendments = amendments_of(file, history, standing_in(file, history), changed(Correction(2, day("2026-03-09"))))
        anew = rewriting.rewritten(transaction, file, history, amendments)
        if signs:
            corrections.demand_signer(file, person, anew)
        else:
            with pytest.raises(WrongRole, match="负责人签批"):
                corrections.demand_signer(file, person, anew)


# ------------------------------------------------------------------------------------------------- in any history


@given(seed=st.integers(0, 10**6))
@settings(max_examples=25)
def test_what_was_corrected_follows_from_its_entries_whatever_was_entered(story: Story, seed: int) -> None:
    random = Random(seed)
    reach(story, random.choice(["refused", "referred", "in_coordination", "agreed", "decided", "closed"]))
    entries = [seq for seq, role in ((n, row[2]) for n, row in enumerate(story.events(), 1)) if role != "clock"]
    for _ in range(4):
        seq, on = random.choice(entries), date(2026, 3, random.randint(1, 31))
        one = changed(Correction(seq, on)) if random.random() < 0.7 else changed(strikes=(seq,))
        try:
            rewritten(story, "2026-04-03", one)
        except NegotiationError:
            continue
        assert differences(story, "2026-04-03") == []
