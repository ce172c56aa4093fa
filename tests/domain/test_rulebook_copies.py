"""A district adapts a copy of the rulebook (第三十四条) and no code; and a version in use never changes."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.errors import FieldError, InvalidTransition, NotFound, RulebookErrors
from negotiation.core.settings import Settings
from negotiation.domain import rulebook
from negotiation.domain.rulebook import from_content, load, parse, shipped
from negotiation.services.cases import opening
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.database import Database
from tests.acceptance.steps import heard, open_tasks, reach, refused, stands
from tests.conftest import CIVIL, POLICE, Story, at, settle_in

BEIJING = shipped()["beijing-2017"]
DOCUMENT = "朝政办发〔2026〕1号"


def install(home: Path, name: str, files: dict[str, str]) -> None:
    """A rulebook in the home of an installation, read as a new process would."""
    folder = home / "rulebooks" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    rulebook.load.cache_clear()


def copied(name: str, *edits: tuple[str, str], version: str = "1") -> dict[str, str]:
    """A copy of the shipped rulebook under another id, with edits."""
    head = (BEIJING / "rulebook.toml").read_text("utf-8").replace('id = "beijing-2017"', f'id = "{name}"')
    files = {"rulebook.toml": re.sub(r'version = ".+"', f'version = "{version}"', head)}
    text = (BEIJING / "sharing.toml").read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return files | {"sharing.toml": text}


def under(database: Database, settings: Settings, name: str, files: dict[str, str]) -> Story:
    """A story that is told under a rulebook of one's own."""
    install(settings.home, name, files)
    own = settings.model_copy(update={"rulebook": name})
    return Story(database, settle_in(database, own))


# ------------------------------------------------------------------------------------------------------ on_lapse


def test_a_district_may_have_the_referral_prepared_for_one_click(database: Database, settings: Settings) -> None:
    files = copied("chaoyang", ('on_lapse = "flag"', 'on_lapse = "propose"\nproposes = "refer"'))
    story = reach(under(database, settings, "chaoyang", files), "awaiting_reply")
    story.sweep("2026-03-17")
    stands(story, "awaiting_reply", "provider", reply="2026-03-16")
    assert [title for title in open_tasks(story) if "建议办理“提请协调”" in title]
    story.act("refer", "applicant", "2026-03-18")
    assert (story.state, open_tasks(story)) == ("referred", [])


def referring(database: Database, settings: Settings) -> Story:
    by_itself = f'on_lapse = "refer"\nlapse_basis = "{DOCUMENT}第八条"'
    return under(database, settings, "chaoyang", copied("chaoyang", ('on_lapse = "flag"', by_itself)))


def test_a_local_document_may_refer_the_silent_case_on_the_next_day_and_no_further(
    database: Database, settings: Settings
) -> None:
    story = reach(referring(database, settings), "awaiting_reply")
    story.sweep("2026-06-01")
    assert story.events() == [
        ("submit", "2026-03-02", "applicant"),
        ("lapse", "2026-03-16", "clock"),
        ("refer", "2026-03-17", "clock"),
        ("lapse", "2026-03-20", "clock"),  # of the three days in which the office accepts
    ]
    stands(story, "referred", "office", admission="2026-03-20")
    assert [row[0] for row in story.rows("event", "basis", "seq")][2] == f"{DOCUMENT}第八条"
    assert heard(story, 3) == {("recorded", "office"), ("recorded", POLICE)}
    assert str(story.record.referred_on) == "2026-03-17"


def test_a_reply_in_time_reaches_such_a_case_once_the_office_has_sent_it_back(
    database: Database, settings: Settings
) -> None:
    story = reach(referring(database, settings), "awaiting_reply")
    story.sweep("2026-03-18")
    story.act("decline_referral", "office", "2026-03-18", reason="期限内已答复")
    story.act("agree", "provider", "2026-03-16", entered="2026-03-18")
    assert [event for event, _, _ in story.events()][-2:] == ["annul_lapse", "agree"]
    assert (story.state, story.record.late) == ("agreed", False)


def test_a_lapse_before_an_act_refers_first_and_the_act_finds_the_case_there(
    database: Database, settings: Settings
) -> None:
    story = reach(referring(database, settings), "awaiting_reply")
    with refused(story, InvalidTransition, "没有可以这样办理的数据项"):
        story.act("refuse", "provider", "2026-03-18", reason="—")
    story.act("agree", "provider", "2026-03-18")  # at any time
    assert [event for event, _, _ in story.events()] == ["submit", "lapse", "refer", "agree"]


def test_who_is_two_of_those_who_are_told_reads_it_once(database: Database, settings: Settings) -> None:
    """The office enters what the leading group decides, and reads what the leading group is told."""
    told = 'notify = [{ to = "office", notice = "recorded" }, { to = "provider", notice = "recorded" }]'
    both = told.replace("]", ', { to = "leading_group", notice = "recorded" }]')
    story = reach(under(database, settings, "chaoyang", copied("chaoyang", (told, both))), "referred")
    assert heard(story) == {("recorded", "office"), ("recorded", POLICE)}


# ------------------------------------------------------------------------------- a small rulebook of one's own

HEAD = """
id = "library"
version = "2026"
title = "借阅办法"
document = "图发〔2026〕1号"
in_force_from = 2026-01-01
main_procedure = "loan"
[roles]
applicant = { title = "借阅方" }
provider = { title = "馆方" }
office = { title = "主管方" }
"""
LOAN = """
id = "loan"
title = "借阅"
basis = "第一条"
number = "JY{year}/{seq:03}"
initial = "draft"
[states]
draft = { title = "草稿", held_by = "applicant", basis = "office" }
asked = { title = "待回复", held_by = "provider", term = "answer", basis = "第二条" }
asking = { title = "待补正", held_by = "applicant", term = "completion", basis = "第三条" }
done = { title = "办结", ending = "closed", basis = "office" }
[milestones]
submit = "received_on"
[terms.answer]
title = "回复期限"
days = 10
main = true
bound = "provider"
basis = "第二条"
reminders = [{ days_before = 3, notice = "due_soon", to = ["provider"] }]
[terms.completion]
title = "补正期限"
days = 10
bound = "applicant"
basis = "第三条"
[fields]
applicant = { title = "借阅方", kind = "department" }
provider = { title = "馆方", kind = "department" }
more = { title = "延长天数", kind = "number" }
[events]
submit = { title = "申请", by = ["applicant"] }
answer = { title = "回复", by = ["provider"] }
ask = { title = "通知补正", by = ["provider"] }
complete = { title = "补正", by = ["applicant"] }
request_extension = { title = "申请延期", by = ["provider"] }
decline_extension = { title = "不同意延期", by = ["office"] }
discontinue = { title = "终止", by = ["office"] }
remind = { title = "提醒", by = ["clock"] }
lapse = { title = "届满", by = ["clock"] }
annul_lapse = { title = "更正", by = ["clock"] }
[events.grant_extension]
title = "同意延期"
by = ["office"]
required = ["more"]
notify = [{ to = "applicant", notice = "recorded" }]
[[transitions]]
event = "submit"
from = "draft"
to = "asked"
basis = "第一条"
[[transitions]]
event = "answer"
from = "asked"
to = "done"
answers = "answer"
basis = "第二条"
[[transitions]]
event = "ask"
from = "asked"
to = "asking"
ASKING
basis = "第三条"
[[transitions]]
event = "complete"
from = "asking"
to = "asked"
basis = "第三条"
[[transitions]]
event = "discontinue"
from = ["asked", "asking"]
to = "done"
basis = "第三条"
[[transitions]]
event = "request_extension"
from = "asked"
to = "stay"
within = { term = "answer", days = 10 }
set = { pending = true }
basis = "第四条"
[[transitions]]
event = "grant_extension"
from = "asked"
to = "stay"
when = { pending = true }
when_says = "没有待批的延期申请"
lengthens = { term = "answer", field = "more", at_most = 10 }
set = { pending = false }
basis = "第四条"
[[transitions]]
event = "decline_extension"
from = "asked"
to = "stay"
when = { pending = true }
when_says = "没有待批的延期申请"
set = { pending = false }
basis = "第四条"
[[transitions]]
event = "remind"
from = ["asked", "asking"]
to = "stay"
basis = "office"
[[transitions]]
event = "lapse"
from = ["asked", "asking"]
to = "stay"
basis = "第二条"
[[transitions]]
event = "annul_lapse"
from = ["asked", "asking"]
to = "stay"
basis = "第二条"
"""


def loan(database: Database, settings: Settings, asking: str = 'suspends = ["answer"]') -> Story:
    """A loan that was asked for on Monday 2 March 2026, under the small rulebook; due on the 16th."""
    story = under(database, settings, "library", {"rulebook.toml": HEAD, "loan.toml": LOAN.replace("ASKING", asking)})
    with database.write() as transaction:
        parties = {"applicant": CIVIL, "provider": POLICE}
        file = opening.open_case(UnitOfWork(transaction, story.context, at("2026-03-02")), "loan", parties)
        case_writer.save(transaction, file.change())
    story.no = file.no
    return story.act("submit", "applicant", "2026-03-02")


def test_one_engine_runs_any_procedure(database: Database, settings: Settings) -> None:
    story = loan(database, settings)
    assert story.no == "JY2026/001"
    stands(story, "asked", "provider", answer="2026-03-16")
    story.sweep("2026-03-11")
    story.sweep("2026-03-20")
    assert [event for event, _, _ in story.events()] == ["submit", "remind", "lapse"]
    story.act("answer", "provider", "2026-03-16", entered="2026-03-20")
    assert (story.state, story.record.late) == ("done", False)


def test_a_suspended_term_goes_on_with_the_days_that_were_left(database: Database, settings: Settings) -> None:
    story = loan(database, settings).act("ask", "provider", "2026-03-05")
    stands(story, "asking", "applicant", completion="2026-03-19")
    story.act("complete", "applicant", "2026-03-18")
    stands(story, "asked", "provider", answer="2026-03-27")


def test_a_restarted_term_is_a_new_one(database: Database, settings: Settings) -> None:
    """信息公开条例第三十条's model."""
    story = loan(database, settings, 'stops = ["answer"]').act("ask", "provider", "2026-03-05")
    stands(story, "asking", "applicant", completion="2026-03-19")
    story.act("complete", "applicant", "2026-03-18")
    stands(story, "asked", "provider", answer="2026-04-01")
    answers = [term for term in story.file.case_state.terms if term.kind == "answer"]
    # Each has its number of the event that starts it, the first and the third.
    assert [(str(term.due_on), term.n) for term in answers] == [("2026-03-16", 8), ("2026-04-01", 24)]


def test_a_term_that_runs_on_lapses_while_the_applicant_completes(database: Database, settings: Settings) -> None:
    """809号令 stops no clock."""
    story = loan(database, settings, 'keeps = ["answer"]').act("ask", "provider", "2026-03-05")
    stands(story, "asking", "applicant", answer="2026-03-16", completion="2026-03-19")
    story.sweep("2026-03-17")
    assert story.events()[-1] == ("lapse", "2026-03-16", "clock")
    story.act("complete", "applicant", "2026-03-18")
    stands(story, "asked", "provider", answer="2026-03-16")
    assert story.file.case_state.terms[0].lapsed_on is not None


# ------------------------------------------------------------------------------------------------------ extension


def test_an_extension_is_asked_granted_and_told_and_runs_from_the_current_due_date(
    database: Database, settings: Settings
) -> None:
    story = loan(database, settings)
    with refused(story, InvalidTransition, "没有待批的延期申请"):
        story.act("grant_extension", "office", "2026-03-12", more=5)
    story.act("request_extension", "provider", "2026-03-12")
    stands(story, "asked", "provider", answer="2026-03-16")  # asking alone extends nothing
    for more, words in (("", "延长天数"), (11, "10"), (0, "1"), (-3, "1"), ("五", "整数")):
        with refused(story, FieldError, words):
            story.act("grant_extension", "office", "2026-03-13", more=more)
    story.act("grant_extension", "office", "2026-03-13", more=5)
    stands(story, "asked", "provider", answer="2026-03-23")  # 17–20, 23 March
    assert str(story.record.due_on) == "2026-03-23"
    assert heard(story) == {("recorded", CIVIL)}
    story.sweep("2026-03-18")  # three days before the new date
    assert story.events()[-1] == ("remind", "2026-03-18", "clock")
    story.sweep("2026-03-23")
    story.sweep("2026-03-24")
    assert story.events()[-1] == ("lapse", "2026-03-23", "clock")


def test_an_extension_that_is_declined_leaves_the_date_alone(database: Database, settings: Settings) -> None:
    story = loan(database, settings).act("request_extension", "provider", "2026-03-12")
    story.act("decline_extension", "office", "2026-03-13")
    stands(story, "asked", "provider", answer="2026-03-16")
    with refused(story, InvalidTransition, "没有待批的延期申请"):
        story.act("grant_extension", "office", "2026-03-13", more=5)


def test_an_extension_asked_in_time_and_granted_after_the_lapse_sets_a_date_that_lapses_in_its_turn(
    database: Database, settings: Settings
) -> None:
    story = loan(database, settings).act("request_extension", "provider", "2026-03-16")
    story.sweep("2026-03-17")
    story.act("grant_extension", "office", "2026-03-18", more=5)
    stands(story, "asked", "provider", answer="2026-03-23")
    assert open_tasks(story) == []
    story.sweep("2026-03-24")
    assert len(open_tasks(story)) == 1
    assert [row for row in story.events() if row[0] == "lapse"] == [
        ("lapse", "2026-03-16", "clock"),
        ("lapse", "2026-03-23", "clock"),
    ]


def test_an_extension_granted_in_time_and_entered_late_undoes_the_lapse(database: Database, settings: Settings) -> None:
    story = loan(database, settings).act("request_extension", "provider", "2026-03-12")
    story.sweep("2026-03-17")
    story.act("grant_extension", "office", "2026-03-13", entered="2026-03-17", more=5)
    assert [event for event, _, _ in story.events()][-2:] == ["annul_lapse", "grant_extension"]
    stands(story, "asked", "provider", answer="2026-03-23")
    assert open_tasks(story) == []


def test_an_extension_is_asked_before_the_term_has_ended(database: Database, settings: Settings) -> None:
    story = loan(database, settings)
    with refused(story, InvalidTransition, "10个工作日"):
        story.act("request_extension", "provider", "2026-03-17")


# ------------------------------------------------------------------------------------------- versions in use


def new_process(database: Database, settings: Settings) -> Context:
    with database.write() as transaction:
        return Context.of(transaction, settings)


def stored(database: Database) -> dict[tuple[str, str], tuple[str, str]]:
    with database.read() as transaction:
        rows = transaction.connection.exec_driver_sql("SELECT rulebook, edition, digest, content FROM rulebook_version")
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def test_the_content_of_a_version_in_use_is_kept_with_its_digest(story: Story) -> None:
    assert stored(story.database) == {}
    story.open("2026-03-02")
    ((digest, content),) = stored(story.database).values()
    assert digest == hashlib.sha256(content.encode()).hexdigest()
    files: dict[str, Any] = json.loads(content)
    assert files == {path.name: path.read_text("utf-8") for path in BEIJING.glob("*.toml")}
    book = load(BEIJING)
    again = from_content(content)
    assert (again.digest, again.procedures, again.roles) == (digest, book.procedures, book.roles)


def test_a_digest_depends_on_the_words_alone() -> None:
    source = {path.name: path.read_text("utf-8") for path in BEIJING.glob("*.toml")}
    turned = dict(reversed(source.items()))
    assert parse(source).digest == parse(turned).digest == load(BEIJING).digest
    edited = source | {"sharing.toml": source["sharing.toml"] + "\n# 注\n"}
    assert parse(edited).digest != parse(source).digest


def test_an_edited_rulebook_of_the_same_version_is_refused_and_the_cases_under_it_go_on(
    database: Database, settings: Settings
) -> None:
    story = under(database, settings, "chaoyang", copied("chaoyang")).submitted("2026-03-02")
    first = story.no
    install(settings.home, "chaoyang", copied("chaoyang", ("days = 10\nbasis", "days = 12\nbasis")))
    with pytest.raises(RulebookErrors, match="version") as caught:
        story.open("2026-03-03")
    assert "chaoyang" in caught.value.where
    assert len(stored(database)) == 1
    story.no = first
    story.act("disclaim", "provider", "2026-03-03", reason="—").act(
        "assign", "office", "2026-03-03", provider="市司法局"
    )
    stands(story, "awaiting_reply", "provider", reply="2026-03-17")


def test_a_case_keeps_its_version_after_a_new_one_is_installed(database: Database, settings: Settings) -> None:
    story = under(database, settings, "chaoyang", copied("chaoyang")).submitted("2026-03-02")
    old = story.no
    newer = copied("chaoyang", ('days = 10\nbasis = "第十七条"', 'days = 5\nbasis = "第十七条"'), version="2")
    install(settings.home, "chaoyang", newer)
    story = Story(database, new_process(database, settings.model_copy(update={"rulebook": "chaoyang"})))
    story.submitted("2026-03-02")
    assert (story.record.edition, str(story.term("reply").due_on)) == ("2", "2026-03-09")
    story.no = old
    assert (story.record.edition, str(story.term("reply").due_on)) == ("1", "2026-03-16")
    story.act("disclaim", "provider", "2026-03-03", reason="—").act(
        "assign", "office", "2026-03-03", provider="市司法局"
    )
    assert str(story.term("reply").due_on) == "2026-03-17"
    assert set(stored(database)) == {("chaoyang", "1"), ("chaoyang", "2")}


def keep_and_fail(story: Story) -> None:
    with story.database.write() as transaction:
        story.context.rulebooks.keep(transaction, load(BEIJING), at("2026-03-02"))
        raise ZeroDivisionError


def test_a_version_whose_first_case_was_rolled_back_is_stored_with_the_next(story: Story) -> None:
    with pytest.raises(ZeroDivisionError):
        keep_and_fail(story)
    assert stored(story.database) == {}
    story.submitted("2026-03-02")
    assert set(stored(story.database)) == {("beijing-2017", load(BEIJING).version)}
    story.context = new_process(story.database, story.context.settings)
    assert story.state == "awaiting_reply"


def test_a_rulebook_that_is_not_installed_is_named_with_those_that_are(story: Story) -> None:
    with pytest.raises(NotFound, match="beijing-2017"):
        story.context.rulebooks.installed(["atlantis"])
