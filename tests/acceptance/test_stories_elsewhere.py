"""The stories told at the pages and by a program: to the day, as at the terminal, and refused with the same sentences.

What the databases could make of them differently is told at the terminal, on both.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.settings import Settings
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.acceptance import test_story_clocks as clocks
from tests.acceptance import test_story_corrections as corrections
from tests.acceptance import test_story_items as told
from tests.acceptance.desks import PageDesk, ProgramDesk, ProgramOffice, Served, words
from tests.acceptance.test_story_items import A, B, Desk
from tests.conftest import BY_DATE, OFFICE, at
from tests.web_client import FakeClock


@pytest.fixture
def database(sqlite: Database) -> Database:
    return sqlite


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", office_name=OFFICE, office_phone="010-12345678", rulebook=BY_DATE)


@pytest.fixture
def fake_clock() -> FakeClock:
    return FakeClock(at("2026-09-01"))


@pytest.fixture
def served(database: Database, context: Context, fake_clock: FakeClock, browser_as: Any) -> Served:
    return Served(database, context, fake_clock, browser_as)


@pytest.fixture(params=[PageDesk, ProgramDesk], ids=["pages", "program"])
def desk(request: pytest.FixtureRequest, served: Served) -> Desk:
    kind: type[ProgramDesk] = request.param
    return kind(served)


# ------------------------------------------------------------------------------------------ (a), (b), (e), (f), (g)


@pytest.mark.parametrize(
    "story",
    [
        told.test_an_application_is_answered_disputed_and_supplied_in_parts__articles_21_22_28,
        told.test_in_silence_what_was_supplied_ends_on_the_day_after_the_receipt_term,
        told.test_the_government_decides_of_some_items_and_later_of_the_rest__article_28,
        told.test_what_is_not_to_be_shared_at_all_ends_on_the_day_of_the_decision__article_28,
        told.test_an_item_is_withdrawn_and_the_case_goes_on_without_it,
        told.test_what_each_department_supplied_is_its_own_and_the_days_go_over,
        told.test_what_is_not_supplied_lapses_on_the_department_that_has_it_now,
    ],
)
def test_a_story_holds_to_the_day(desk: Desk, story: Callable[[Desk], None]) -> None:
    story(desk)


def test_what_runs_under_the_measures_runs_on_under_the_regulation(desk: ProgramDesk) -> None:
    desk.applied({"items": f"{A}、{B}"}, "2025-07-14").stands("awaiting_reply", reply_of_AB="2025-07-28")
    desk.act("agree_partly", "2025-07-25", items=A, reason="住址另行答复")
    desk.stands("awaiting_reply", reply_of_B="2025-07-28", supply_of_A="2025-09-05")
    desk.swept("2025-08-01").stands("awaiting_reply", supply_of_A="2025-09-05")
    assert desk.term("reply", B)["lapsed"] == "2025-07-28"
    desk.act("agree", "2025-08-05").stands("agreed", supply_of_A="2025-09-05", supply_of_B="2025-09-02")
    assert [desk.term("supply", each)["cited"][-5:] for each in (A, B)] == ["办公室规定", "第二十二条"]
    desk.act("supply", "2025-08-20").stands("supplied", receipt="2025-08-27")


# ------------------------------------------------------------------------------------------------- (c), (d): program


@pytest.fixture
def by_command(served: Served) -> ProgramOffice:
    """In the place of the terminal, for the cases of the stories."""
    return ProgramOffice(served)


def test_a_program_corrects_a_refusal_and_sees_the_past(refused_late: ProgramOffice) -> None:
    corrections.test_a_reply_entered_with_a_wrong_day_was_late_until_it_is_corrected(refused_late)


def test_a_program_sees_a_past_day_by_either_clock(refused_late: ProgramOffice) -> None:
    clocks.test_a_past_day_is_seen_as_it_was_known_then_and_as_it_is_known_now(refused_late)


def test_a_program_is_named_the_entries_that_no_longer_fit(agreed_late: ProgramOffice) -> None:
    error = agreed_late.refused("correct", "5", "--on", "2026-10-14")
    assert "第3项“申请协调处理”不再成立" in error["what"]
    assert "可一并撤销第3、4项" in error["todo"]
    case = agreed_late.correct(5, "--on", "2026-10-14", "--strike", "3,4")
    assert (case["state"], case["overdue"], case["terms"][-1]["struck"]) == ("agreed", False, True)


# -------------------------------------------------------------------------------------------------- (c), (d): pages


def test_a_correction_is_seen_before_and_after_on_the_pages(served: Served) -> None:
    desk = PageDesk(served)
    desk.asked().act("refuse", "2026-10-16", reason="依法不予提供").act("refer", "2026-10-19")
    desk.act("accept_referral", "2026-10-21").stands("in_coordination", coordination="2026-11-11")
    shown = desk.corrected(3, "preview", on="2026-10-14")
    assert "届满日 2026-10-15，答复 2026-10-14，结束 2026-10-14" in shown
    assert "届满日 2026-10-30，结束 2026-10-19 届满日 2026-10-28，结束 2026-10-19" in shown
    assert "2026-10-16 → 2026-10-14" in desk.corrected(3, "enter", on="2026-10-14")
    desk.seen("2026-11-05").stands("in_coordination", coordination="2026-11-11")
    look = served.sign_in("office")
    assert "2026-10-16 答复（逾期）" in words(look.get(f"/cases/{desk.no}?known_on=2026-11-04").page)
    was = words(look.get(f"/cases/{desk.no}?as_of=2026-10-20").page)
    assert "状态： 申请协调处理（待受理）" in was
    assert "由政务数据共享主管部门办理，至 2026-10-22" in was
    assert "10月16日“答复：不同意共享”于11月5日更正为10月14日" in words(look.get("/cases?as_of=2026-10-20").page)
    report = words(look.get("/report?year=2026&known_on=2026-11-04").page)
    assert f"合计 · 按时答复 0 1 {desk.no}" in report


def test_what_was_entered_on_the_wrong_case_is_struck_on_the_page(served: Served) -> None:
    desk = PageDesk(served)
    desk.asked().act("agree", "2026-10-12").act("supply", "2026-10-20").swept("2026-11-02")
    alone = desk.corrected(2, "preview", strike="yes")
    assert "第3项“提供数据”不再成立" in alone
    assert "可一并撤销第3项" in alone
    assert "目前办理环节：办结 → 待答复" in desk.corrected(2, "preview", strike="yes", besides=["3"])
    done = desk.corrected(2, "enter", strike="yes", besides=["3"])
    assert "答复期限 2026-09-24 10 2026-10-15 已届满" in done
    desk.seen("2026-11-05").stands("awaiting_reply")
    assert desk.counted("closed", "carried_forward", "supplies") == [0, 1, 0]
    look = served.sign_in("office")
    assert "状态： 办结" in words(look.get(f"/cases/{desk.no}?known_on=2026-11-04").page)
    assert "状态： 待答复" in words(look.get(f"/cases/{desk.no}?as_of=2026-10-20").page)


# ------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "what", ["one that is answered again", "a supply of what was not agreed", "a supply before anything was agreed"]
)
def test_bad_input_is_a_sentence_and_changes_nothing(desk: Desk, what: str) -> None:
    told.test_bad_input_is_refused_with_a_sentence_and_changes_nothing(desk, what)


def test_an_item_that_is_not_the_case_s_is_refused_to_a_program_too(served: Served) -> None:
    """A form offers the items of the case alone."""
    what = "an item that is not the case's"
    told.test_bad_input_is_refused_with_a_sentence_and_changes_nothing(ProgramDesk(served), what)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"on": "2026-09-01"}, "2026-09-01 案件为“草稿”，不能办理“答复：不同意共享”"),
        ({"on": "2026-11-06"}, "在今天（2026-11-05）之后"),
        ({"on": "昨天"}, "“昨天”不是日期"),
        ({"on": "2026-10-14", "besides": ["2"]}, "第2项是系统依规则得出的结果"),
        ({"on": "2026-10-14", "version": "4"}, "案件在此期间已有新的办理"),
    ],
)
def test_what_cannot_be_corrected_is_a_sentence_on_the_form(served: Served, typed: dict[str, Any], says: str) -> None:
    desk = PageDesk(served)
    desk.asked().act("refuse", "2026-10-16", reason="依法不予提供").act("refer", "2026-10-19")
    desk.act("accept_referral", "2026-10-21")
    before = served.kept()
    for do in ("preview", "enter"):
        assert says in desk.corrected(3, do, **typed)
    assert served.kept() == before
