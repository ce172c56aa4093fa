"""Nothing that cannot succeed is offered, on the page of a case, in a terminal and to a program alike.

What is refused without a form is said why; what will be possible on a known day says from when.
"""

import re
from typing import Any

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.scopes import Scope
from negotiation.core.settings import Settings
from negotiation.services.accounts import management, tokens
from negotiation.store.database import Database
from tests.cli.terminal import by
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, admin_at, at
from tests.web.test_approval_pages import FORM
from tests.web_client import TODAY

FRIDAY, DUE, AFTER = "2026-09-18", "2026-10-09", "2026-10-12"
SIGNED = {"signed_by": "王局长", "signed_on": TODAY}


def offered(browser_as: Any, login: str, no: str) -> set[str]:
    """The acts whose buttons somebody has in a case; those entered for a party as role:act."""
    page = browser_as(login).get(f"/cases/{no}").page
    found = re.findall(rf'href="/cases/{no}/acts/(\w+)\?as=(\w+)"', page)
    return {f"{role}:{event}" if login == "office" and role in ("applicant", "provider") else event
            for event, role in found}  # fmt: skip


def open_acts(terminal: Any, story: Story, monkeypatch: pytest.MonkeyPatch, today: str) -> set[str]:
    """The acts that a terminal lists today."""
    monkeypatch.setenv("NEGOTIATION_DATABASE_URL", story.database.url)
    for module in ("options", "case"):
        monkeypatch.setattr(f"negotiation.cli.{module}.now", lambda: at(today))
    return {each["event"] for each in terminal.json("case", "show", story.no)["acts"]}


class TestUnderTheRegulation:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"rulebook": "beijing-2025"})

    @pytest.fixture
    def case(self, story: Story) -> str:
        story.submitted(FRIDAY, **{"class": "conditional", "scope": "本部门"})
        return story.no

    def test_an_extension_is_granted_or_declined_only_when_one_was_asked(
        self, browser_as: Any, case: str, story: Story, terminal: Any, monkeypatch: Any
    ) -> None:
        decisions = {"grant_extension", "decline_extension"}
        assert not offered(browser_as, "office", case) & decisions
        refused = browser_as("office").get(f"/cases/{case}/acts/grant_extension")
        assert (refused.status, "没有待批的延期申请" in refused.page) == (400, True)
        assert 'name="more_days"' not in refused.page
        story.act("request_extension", "provider", TODAY, reason="涉及多个处室")
        assert offered(browser_as, "office", case) >= decisions
        assert open_acts(terminal, story, monkeypatch, TODAY) >= decisions
        story.act("grant_extension", "office", TODAY, more_days="5")
        assert not offered(browser_as, "office", case) & decisions
        assert "request_extension" not in offered(browser_as, "police", case)
        assert not open_acts(terminal, story, monkeypatch, TODAY) & (decisions | {"request_extension"})

    def test_an_extension_is_no_longer_asked_after_the_term_but_its_paper_of_before_is_entered(
        self, browser_as: Any, case: str, story: Story, fake_clock: Any
    ) -> None:
        assert "request_extension" in offered(browser_as, "police", case)
        fake_clock.now = at(AFTER)
        story.sweep(AFTER)
        assert "request_extension" not in offered(browser_as, "police", case)
        assert "provider:request_extension" in offered(browser_as, "office", case)
        refused = browser_as("police").get(f"/cases/{case}/acts/request_extension")
        assert (refused.status, "已于 2026-10-09 届满" in refused.page) == (400, True)
        browser_as("office").act(
            case,
            "request_extension",
            **{"as": "provider"},
            on=DUE,
            reason="涉及多个处室",
            **SIGNED | {"signed_on": DUE},
        )
        assert ("request_extension", DUE, "provider") in story.events()

    def test_coordination_is_asked_for_once_the_term_has_passed_and_the_page_says_from_when(
        self, browser_as: Any, case: str, story: Story, fake_clock: Any, terminal: Any, monkeypatch: Any
    ) -> None:
        assert "refer" not in offered(browser_as, "civil", case)
        assert "refer" not in open_acts(terminal, story, monkeypatch, TODAY)
        page = re.sub(r"<[^>]+>", "", browser_as("civil").get(f"/cases/{case}").page)
        assert "申请协调处理：2026年10月10日起可办" in page
        assert "申请协调处理：2026-10-10起可办" in terminal.run("case", "show", story.no)[1]
        early = browser_as("civil").get(f"/cases/{case}/acts/refer")
        assert (early.status, "答复期限至 2026-10-09 届满" in early.page) == (400, True)
        assert '<form class="card"' not in early.page
        fake_clock.now = at(AFTER)
        assert "refer" in offered(browser_as, "civil", case), "before the sweep has come"
        story.sweep(AFTER)
        assert "refer" in offered(browser_as, "civil", case)
        assert "起可办" not in browser_as("civil").get(f"/cases/{case}").page
        browser_as("civil").act(case, "refer", on=AFTER)
        assert story.state == "referred"

    def test_a_program_reads_the_same(self, browser_as: Any, case: str, database: Database, fake_clock: Any) -> None:
        read = program(browser_as, database, fake_clock, "civil")
        answer = read(f"/cases/{case}")
        assert {each["event"] for each in answer["acts"]}.isdisjoint({"refer", "grant_extension", "resume_mail"})
        assert [(each["event"], each["since"]) for each in answer["acts_later"]] == [("refer", "2026-10-10")]


class TestUnderTheMeasures:
    def test_reminders_are_stopped_once_and_go_on_only_if_they_were(
        self, browser_as: Any, case: str, story: Story, terminal: Any, monkeypatch: Any
    ) -> None:
        assert offered(browser_as, "office", case) & {"stop_mail", "resume_mail"} == {"stop_mail"}
        refused = browser_as("office").get(f"/cases/{case}/acts/resume_mail")
        assert (refused.status, "自动提醒没有停发" in refused.page) == (400, True)
        browser = browser_as("office").get(f"/cases/{case}")
        browser.post(f"/cases/{case}/acts/resume_mail", version="1", on=TODAY, reviewed="yes")
        assert browser.status == 400
        assert "resume_mail" not in [event for event, _, _ in story.events()]
        browser_as("office").act(case, "stop_mail", on=TODAY, reason="另行沟通")
        assert offered(browser_as, "office", case) & {"stop_mail", "resume_mail"} == {"resume_mail"}
        assert open_acts(terminal, story, monkeypatch, TODAY) & {"stop_mail", "resume_mail"} == {"resume_mail"}
        assert "自动提醒已经停发" in terminal.error(
            "case", "act", story.no, "stop_mail", "--by", "office", "--on", TODAY, "--field", "reason=再停", status=1
        )["what"]  # fmt: skip
        browser_as("office").act(case, "resume_mail", on=TODAY)
        assert offered(browser_as, "office", case) & {"stop_mail", "resume_mail"} == {"stop_mail"}

    def test_supplements_are_asked_for_within_five_days_by_paper_of_those_days_later(
        self, browser_as: Any, case: str, fake_clock: Any
    ) -> None:
        fake_clock.now = at("2026-09-29")
        assert "ask_supplement" in offered(browser_as, "police", case), "its paper may be of an earlier day"
        fake_clock.now = at(AFTER)
        assert "ask_supplement" not in offered(browser_as, "police", case)
        assert "provider:ask_supplement" in offered(browser_as, "office", case)

    def test_while_an_answer_waits_no_other_is_offered_and_the_page_says_for_whom(
        self, browser_as: Any, case: str, story: Story
    ) -> None:
        answers = {"agree", "agree_partly", "refuse", "disclaim"}
        assert offered(browser_as, "police", case) >= answers
        browser_as("police").act(case, "agree", on=TODAY)
        for login in ("police", "chief"):
            assert not offered(browser_as, login, case) & answers
            assert (
                "本案已有待签批的“答复：同意共享”（police某提出，待市公安局负责人签批）"
                in browser_as(login).get(f"/cases/{case}").page
            )
        assert "note" in offered(browser_as, "police", case)
        assert {f"provider:{each}" for each in answers} <= offered(browser_as, "office", case), "a letter is a letter"
        assert "待签批" not in browser_as("office").get(f"/cases/{case}").page
        refused = browser_as("police").get(f"/cases/{case}/acts/refuse")
        assert (refused.status, "已有待签批的" in refused.page) == (400, True)
        browser = browser_as("police").get(f"/cases/{case}")
        fields = {"on": TODAY, "reviewed": "yes", "version": "1", "reason": "涉及个人信息", **SIGNED}
        assert browser.post(f"/cases/{case}/acts/refuse", **fields).status == 400
        assert story.state == "awaiting_reply"
        browser_as("police").get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/withdraw")
        assert offered(browser_as, "police", case) >= answers

    def test_what_waits_is_said_in_a_terminal_and_stands_before_another_answer(
        self, browser_as: Any, case: str, story: Story, terminal: Any, monkeypatch: Any
    ) -> None:
        browser_as("police").act(case, "agree", on=TODAY)
        assert "refuse" not in open_acts(terminal, story, monkeypatch, TODAY)
        said = terminal.run("case", "show", case)[1]
        assert "待签批：答复：同意共享（police某提出，待市公安局负责人签批）" in said
        refused = terminal.error(
            "case", "act", case, "refuse", *by("provider", TODAY), "--field", "reason=涉密", status=1
        )
        assert "已有待签批的" in refused["what"]
        assert story.state == "awaiting_reply"

    def test_what_waits_in_a_house_is_told_to_its_own_programs_only(
        self, browser_as: Any, case: str, database: Database, fake_clock: Any
    ) -> None:
        browser_as("police").act(case, "agree", on=TODAY)
        own, other = (
            program(browser_as, database, fake_clock, login)(f"/cases/{case}") for login in ("police", "civil")
        )
        assert [each["title"] for each in own["waiting"]] == ["答复：同意共享"]
        assert "refuse" not in {each["event"] for each in own["acts"]}
        assert other["waiting"] == []
        assert "refuse" in {each["event"] for each in other["acts"]}

    def test_what_needs_a_meeting_waits_until_one_was_held(self, browser_as: Any, story: Story, case: str) -> None:
        story.act("refuse", "provider", "2026-09-18", reason="涉及个人信息").act("refer", "applicant", "2026-09-18")
        for event in ("accept_referral", "fail", "report_up"):
            story.act(event, "office", "2026-09-18")
        assert offered(browser_as, "office", case) & {"decide", "remit", "defer"} == {"defer"}  # that none was held
        assert "登记审议结果" in browser_as("office").get(f"/cases/{case}").page
        story.met("2026-09-18")
        assert offered(browser_as, "office", case) >= {"decide", "remit", "defer"}

    def test_a_proposal_that_can_no_longer_take_effect_is_not_signed_and_says_why(
        self, browser_as: Any, case: str, story: Story
    ) -> None:
        browser_as("police").act(case, "agree", on=TODAY)
        assert "/proposals/1/approve" in browser_as("chief").get(f"/cases/{case}").page
        story.act("withdraw", "applicant", TODAY)
        page = browser_as("chief").get(f"/cases/{case}").page
        assert "/proposals/1/approve" not in page
        assert "/proposals/1/return" in page
        assert "现在不能签批：案件现为“已撤回”，不能办理“答复：同意共享”" in page
        assert 'name="pick"' not in browser_as("chief").get("/proposals").page

    def test_a_proposal_is_tried_on_the_day_on_which_it_could_be_signed(
        self, browser_as: Any, case: str, story: Story, fake_clock: Any
    ) -> None:
        """Five working days are over: signed today, the supplement would be asked for too late."""
        fake_clock.now = at("2026-09-29")
        browser = browser_as("police").act(case, "ask_supplement", on="2026-09-21", materials="使用范围说明")
        needs_signing = story.file.procedure.events["ask_supplement"].approval
        assert (browser.status, story.state) == ((400, "awaiting_reply") if needs_signing else (200, "supplementing"))


class TestWhatWaitsForTheHead:
    def test_every_application_of_a_letter_is_shown_whole(self, browser_as: Any) -> None:
        letter = ("files", ("来函.txt", "商请共享。".encode(), "text/plain"))
        browser = browser_as("civil").get("/apply/sharing")
        asked = {"provider": f"{POLICE}、{JUSTICE}", "items": "姓名、住址", "submit": "submit", **FORM}
        browser._read(browser.client.post("/apply/sharing", data={"csrf": browser.csrf, **asked}, files=[letter]))
        head(browser_as, browser)
        page = browser.get("/proposals").page
        for no, provider in (("GX2026-0001-1", POLICE), ("GX2026-0001-2", JUSTICE)):
            card = next(part for part in page.split("<section") if f">{no}<" in part)
            said = " ".join(re.sub(r"<[^>]+>", " ", card).split())
            assert f"{CIVIL} → {provider}" in said
            entered = (
                "常住人口基本信息",
                "《社会救助暂行办法》第五十八条",
                "办理低保资格核对",
                "服务接口",
                "长期",
                "姓名、住址",
            )
            for text in (*entered, "civil某", "2026-09-21 10:00", "提出申请"):
                assert text in said, text
            assert re.search(rf'href="/cases/{no}/files/1">来函.txt<', card)
        on_the_case = browser.get("/cases/GX2026-0001-2").page.partition("待签批")[2].partition("</section>")[0]
        for text in (JUSTICE, "《社会救助暂行办法》第五十八条", "姓名、住址", "来函.txt", "civil某"):
            assert text in on_the_case, text

    def test_an_answer_is_shown_with_its_items_its_files_and_its_author(self, browser_as: Any, case: str) -> None:
        browser = browser_as("police").get(f"/cases/{case}/acts/agree")
        form = {"csrf": browser.csrf, "version": browser.hidden("version"), "on": TODAY, "reviewed": "yes"}
        form["doc_no"] = "京公函〔2026〕12号"
        letter = ("files", ("复函.txt", "经研究，同意共享。".encode(), "text/plain"))
        browser._read(browser.client.post(f"/cases/{case}/acts/agree", data=form, files=[letter]))
        for path in ("/proposals", f"/cases/{case}"):
            page = browser_as("chief").get(path).page.partition('aria-labelledby="p-')[2].partition("</section>")[0]
            for text in ("答复：同意共享", f"{CIVIL} → {POLICE}", "京公函〔2026〕12号", "姓名、住址", "police某"):
                assert text in page, (path, text)
            assert f'href="/cases/{case}/files/1">复函.txt<' in page


def head(browser_as: Any, browser: Any) -> None:
    """The applicant's head sits down at that browser."""
    app_state = browser.client.app.state.app_state
    unit = app_state.context.directory.find(CIVIL).id
    management.create_account(
        app_state.database, login="civil-head", name="civil-head某", roles={AccountRole.HEAD}, department_id=unit,
        password="正确的马 蓝色电池 订书钉", operation=admin_at(app_state.clock()),
    )  # fmt: skip
    browser.post("/signin", login="civil-head", password="正确的马 蓝色电池 订书钉", back="/")


def program(browser_as: Any, database: Database, fake_clock: Any, login: str) -> Any:
    """Reads as a program of somebody of the cast."""
    with database.write() as transaction:
        whose = management.find(transaction, login).person.id
        token = tokens.create_token(
            transaction,
            whose,
            "平台",
            tuple(Scope),
            expires_at=at("2026-12-01"),
            operation=admin_at(fake_clock.now),
        )
    client = browser_as().client
    return lambda path: client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}).json()
