"""The ruler beside a case is that of the term of which its sentence speaks: on its page, in print, in a terminal."""

import re
from typing import Any

import pytest

from negotiation.core.settings import Settings
from negotiation.documents.letters import case_facts
from tests.acceptance.steps import drafted
from tests.conftest import Story, day

FRIDAY = "2026-09-18"  # ten working days later: 9 October
ASKED = {"class": "conditional", "scope": "本部门"}  # what 条例第二十条 asks besides
SECTION = re.compile(r'<section class="panel ruler" aria-label="(.+?)计算明细">(.*?)</section>', re.DOTALL)
CELL = re.compile(r'<li class="day .*?title="(\S+) .*?"ordinal">(.+?)<.*?"mark">(.*?)<', re.DOTALL)


def rulers(page: str) -> dict[str, str]:
    """Each ruler of a page under its title."""
    return dict(SECTION.findall(page))


def cells(ruler: str) -> list[tuple[str, str, str]]:
    """Day, ordinal and name of each cell of a ruler."""
    return CELL.findall(ruler)


def words(page: str) -> str:
    return "".join(re.sub(r"<[^>]+>", "", page).split())


def term_row(page: str, title: str) -> list[str]:
    """The last row of the table of terms with that title: start, working days, due, status."""
    rows = re.findall(rf"<tr><td[^>]*>{title}</td>(.+?)</tr>", page)
    return [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", rows[-1])]


class TestUnderTheMeasures:
    def test_an_agreed_date_is_the_ruler_s_last_day_and_nothing_is_numbered(
        self, browser_as: Any, story: Story
    ) -> None:
        coordinated(story).act("settle", "office", "2026-10-27", supply_by="2026-12-25")
        page = browser_as("office").get(f"/cases/{story.no}").page
        found = rulers(page)
        assert list(found) == ["提供期限"]
        assert "约定日期至2026年12月25日（星期五）" in found["提供期限"]
        days = cells(found["提供期限"])
        assert (days[0][0], days[-1]) == ("2026-10-28", ("2026-12-25", "–", "约定日期"))
        assert {ordinal for _, ordinal, _ in days} == {"–"}
        assert "届满" not in found["提供期限"], "the term before it has ended"
        assert "由提供部门办理，至2026-12-25" in words(page)
        assert term_row(page, "提供期限")[1] == "约定日期"

    def test_a_withdrawn_case_shows_no_ruler_and_no_last_day_to_come(self, browser_as: Any, story: Story) -> None:
        story.submitted(FRIDAY).act("withdraw", "applicant", "2026-09-21")
        page = browser_as("office").get(f"/cases/{story.no}").page
        assert rulers(page) == {}
        assert "届满" not in page

    @pytest.mark.parametrize("event", ["withdraw", "void"])
    def test_a_case_that_was_answered_and_then_given_up_shows_none_either(
        self, browser_as: Any, story: Story, event: str
    ) -> None:
        role, fields = ("applicant", {}) if event == "withdraw" else ("office", {"reason": "重复登记"})
        story.submitted(FRIDAY).act("agree", "provider", "2026-09-21").act(event, role, "2026-09-21", **fields)
        assert rulers(browser_as("office").get(f"/cases/{story.no}").page) == {}

    def test_a_finished_case_shows_its_main_term_as_past(self, browser_as: Any, story: Story) -> None:
        story.submitted(FRIDAY).act("agree", "provider", "2026-09-21").act("supply", "provider", "2026-09-21")
        story.act("confirm", "applicant", "2026-09-21")
        ruler = rulers(browser_as("office").get(f"/cases/{story.no}").page)
        assert list(ruler) == ["答复期限（已结束）"]
        assert "届满" not in ruler["答复期限（已结束）"]
        names = {on: name for on, _, name in cells(ruler["答复期限（已结束）"]) if name in ("答复", "末日")}
        assert names == {"2026-09-21": "答复", "2026-10-09": "末日"}

    def test_where_nothing_runs_nothing_is_drawn(self, browser_as: Any, story: Story) -> None:
        story.open(FRIDAY)
        assert rulers(browser_as("office").get(f"/cases/{story.no}").page) == {}

    def test_two_terms_at_once_are_each_named_and_that_of_the_state_comes_first(
        self, browser_as: Any, story: Story
    ) -> None:
        story.submitted(FRIDAY, items="姓名、住址")
        story.act("agree_partly", "provider", "2026-09-21", reason="住址涉及隐私", items="姓名", refused_items="住址")
        own, beside = story.term("consideration").due_on, story.term("supply").due_on
        page = browser_as("office").get(f"/cases/{story.no}").page
        assert list(rulers(page)) == ["确认答复意见期限", "提供期限"]
        assert f"由使用部门办理，至{own}" in words(page)
        assert f"提供期限至{beside}" in words(page)
        printed = words(browser_as("office").get(f"/print?no={story.no}").page)
        assert f"由使用部门办理，至{own}提供期限至{beside}" in printed

    def test_a_suspended_term_ends_on_no_day_that_anybody_knows(self, browser_as: Any, story: Story) -> None:
        story.submitted(FRIDAY).act("ask_supplement", "provider", "2026-09-22", materials="使用范围说明")
        page = browser_as("office").get(f"/cases/{story.no}").page
        ruler = rulers(page)["答复期限"]
        assert "2026年9月22日起暂停计时，已计3个工作日，尚余7个工作日" in ruler
        assert cells(ruler)[-1] == ("2026-09-22", "3", "暂停")
        assert "届满" not in ruler
        assert term_row(page, "答复期限")[1:3] == ["10", "恢复计时后确定"]
        assert next(iter(rulers(page))) == "补充材料期限"

    def test_a_resumed_term_says_that_it_counts_on(self, browser_as: Any, story: Story) -> None:
        story.submitted(FRIDAY).act("ask_supplement", "provider", "2026-09-22", materials="使用范围说明")
        story.act("supplement", "applicant", "2026-09-24", text="已附")
        page = browser_as("office").get(f"/cases/{story.no}").page
        assert "2026年9月24日当日不计，自次日起续计7个工作日" in rulers(page)["答复期限"]
        assert term_row(page, "答复期限")[1] == "10"

    def test_a_date_of_the_year_is_the_law_s_and_not_agreed(self, browser_as: Any, story: Story) -> None:
        drafted(story, "annual-summary", "2026-11-02", topic="年度总结")
        first = next(row.event for row in story.file.procedure.from_state("draft") if row.moves)
        story.act(first.key, first.by[0], "2026-11-02")
        page = browser_as("office").get(f"/cases/{story.no}").page
        assert "规定日期至2026年11月30日（星期一）" in "".join(rulers(page).values())
        assert "约定日期" not in page

    def test_a_terminal_draws_the_same(self, story: Story, terminal: Any, monkeypatch: Any) -> None:
        coordinated(story).act("settle", "office", "2026-10-27", supply_by="2026-12-25")
        monkeypatch.setenv("NEGOTIATION_DATABASE_URL", story.database.url)
        _, said, _ = terminal.run("case", "show", story.no)
        assert "提供期限：约定日期至2026年12月25日（星期五）" in said
        assert "2026-12-25" in said.partition("计算明细")[2]
        story.act("withdraw", "applicant", "2026-10-28")
        assert "计算明细" not in terminal.run("case", "show", story.no)[1]

    def test_an_annex_lists_no_day_that_will_never_come(self, story: Story) -> None:
        story.submitted(FRIDAY)
        assert [term.title for term in annexed(story)] == ["答复期限"]
        story.act("withdraw", "applicant", "2026-09-21")
        assert annexed(story) == ()


class TestUnderTheRegulation:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rulebook": "beijing-2025"})

    def test_an_extended_term_has_the_days_of_its_ruler_everywhere(
        self, browser_as: Any, story: Story, terminal: Any, monkeypatch: Any
    ) -> None:
        story.submitted(FRIDAY, **ASKED).act("request_extension", "provider", "2026-09-21", reason="涉及多个处室")
        story.act("grant_extension", "office", "2026-09-21", more_days="5")
        page = browser_as("office").get(f"/cases/{story.no}").page
        assert term_row(page, "答复期限")[1] == "15"
        assert cells(rulers(page)["答复期限"])[-1][1:] == ("15", "届满")
        assert "<td>15</td>" in browser_as("office").get(f"/print?no={story.no}").page
        assert [term.days for term in annexed(story)] == ["15"]
        monkeypatch.setenv("NEGOTIATION_DATABASE_URL", story.database.url)
        assert [term["days"] for term in terminal.json("case", "show", story.no)["terms"] if term["main"]] == [15]
        _, said, _ = terminal.run("case", "show", story.no)
        assert re.search(r"答复期限\s+2026-09-18\s+15\s", said)

    def test_a_mail_of_an_act_speaks_of_the_term_to_which_it_led(self, story: Story) -> None:
        """The supply of what was agreed runs on, and may end sooner; the referral is about the other."""
        story.submitted(FRIDAY, **ASKED, items="姓名、住址")
        story.act("agree_partly", "provider", "2026-09-21", reason="住址涉及隐私", items="姓名", refused_items="住址")
        story.act("refer", "applicant", "2026-10-12").act("accept_referral", "office", "2026-10-13")
        assert story.term("supply").due_on < story.term("coordination").due_on
        facts = [row[1] for row in story.rows("notice", "template, facts", "created_at, key") if row[0] == "recorded"]
        assert '"title": "协调期限"' in str(facts[-1]).replace("'", '"').replace('":"', '": "')


def coordinated(story: Story) -> Story:
    """In coordination since 9 October 2026."""
    story.submitted(FRIDAY).act("refuse", "provider", "2026-09-21", reason="涉及个人信息")
    return story.act("refer", "applicant", "2026-09-22").act("accept_referral", "office", "2026-10-09")


def annexed(story: Story) -> Any:
    """The terms of the annex of a letter about the case."""
    with story.database.read() as transaction:
        facts, _ = case_facts.case_facts(transaction, story.file, 0, day("2026-09-22"))
    return facts.terms
