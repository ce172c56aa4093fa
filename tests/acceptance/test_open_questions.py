"""Questions that the law leaves open, as options of a rulebook: what a choice makes of a date, and what is said of it.

An office chooses in a rulebook of its own that extends a shipped one. Due dates are counted by hand; in 2026 中秋 is
25 September, 国庆 1–7 October, worked are 20 September and 10 October.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from calendars.formats.manual import read_typed
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import FieldError, InvalidTransition, RulebookErrors
from negotiation.core.settings import Settings
from negotiation.domain.rulebook import Rulebook, load, shipped
from negotiation.domain.rulebook.day_options import day_options
from negotiation.domain.rulers import rulers_of
from negotiation.services.calendar import import_notice
from negotiation.services.calendar.import_notice import ImportRequest
from negotiation.store.database import Database
from tests.acceptance.steps import refused
from tests.conftest import APPLICATION, Story, at, settle_in
from tests.documents.export.archives import exported, unpacked

Office = Callable[..., Story]


def written(folder: Path, base: str, **chosen: str) -> Path:
    """A rulebook of an office's own that says nothing but what it chooses."""
    folder.mkdir(parents=True)
    lines = [f'id = "{folder.name}"', 'version = "1"', f'extends = "{base}"', "[options]"]
    lines += [f'{option}.chosen = "{choice}"' for option, choice in chosen.items()]
    (folder / "rulebook.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def office(sqlite: Database, settings: Settings) -> Office:
    """A story under a shipped rulebook, or under one of the office's own that chooses otherwise."""

    def begin(base: str = "beijing-2017", **chosen: str) -> Story:
        if chosen:
            written(settings.home / "rulebooks" / "our-own", base, **chosen)
        rulebook = "our-own" if chosen else base
        return Story(sqlite, settle_in(sqlite, settings.model_copy(update={"rulebook": rulebook})))

    return begin


def said(story: Story) -> str:
    """What stands beside the rulers of a case."""
    found = rulers_of(story.file.procedure, story.file.case_state, story.file.calendar)
    return "\n".join(note for ruler in found for note in ruler.choices)


def due(story: Story, kind: str = "reply") -> str:
    return str(story.term(kind).due_on)


# ------------------------------------------------------------------------------------------- from receipt or sending


def test_by_default_the_reply_counts_from_the_receipt_and_that_is_said(office: Office) -> None:
    story = office().submitted("2026-09-18")
    assert due(story) == "2026-10-09"
    assert "按本办公室规定：自提供部门收文（平台送达）之日起算（选项“答复期限自何时起算”）" in said(story)
    assert "sent_on" not in story.file.procedure.fields


def test_an_office_may_count_the_reply_from_the_day_of_sending(office: Office) -> None:
    story = office(reply_start="sending").submitted("2026-09-18", sent_on="2026-09-16")
    assert due(story) == "2026-09-30"  # 17, 18, 20 (worked), 21, 22, 23, 24, 28, 29, 30 September
    assert "自申请发出之日起算" in said(story)


def test_without_its_day_of_sending_an_application_counts_from_its_own_day(office: Office) -> None:
    assert due(office(reply_start="sending").submitted("2026-09-18")) == "2026-10-09"


def test_what_is_received_was_sent_before(office: Office) -> None:
    story = office(reply_start="sending")
    story.open("2026-09-18", **APPLICATION, sent_on="2026-09-21")
    with refused(story, FieldError, "申请发出日期 2026-09-21 晚于办理日期 2026-09-18"):
        story.act("submit", "applicant", "2026-09-18")


def test_the_regulation_leaves_the_start_of_the_reply_not_open__article_21() -> None:
    for name in ("beijing-2025", "national-2025"):
        assert "reply_start" not in load(shipped()[name]).options


# ----------------------------------------------------------------------------------------------- a start on a day off


def test_by_default_what_is_received_on_a_saturday_counts_from_the_monday(office: Office) -> None:
    story = office().submitted("2026-10-17")
    assert due(story) == "2026-10-30"  # 19–23, 26–30 October
    assert "起算之日为休息日的，自次日起算，不顺延（选项“起算之日为休息日”）" in said(story)


def test_an_office_may_take_it_as_received_on_the_first_working_day_after(office: Office) -> None:
    story = office(day_off_start="working_day").submitted("2026-10-17")
    assert due(story) == "2026-11-02"  # received on 19 October: 20–23, 26–30 October, 2 November
    assert "视为其后第一个工作日" in said(story)


def test_a_start_on_a_working_day_raises_no_question(office: Office) -> None:
    assert "起算之日为休息日" not in said(office().submitted("2026-10-16"))


# ------------------------------------------------------------------------------------------------ the supplement clock


def supplemented(story: Story) -> Story:
    story.submitted("2026-10-12", scope="低保审核岗位", **{"class": "有条件共享"})  # → 10-26
    story.act("ask_supplement", "provider", "2026-10-14", materials="批准文件")  # two days counted, eight left
    return story.act("supplement", "applicant", "2026-10-20", text="已附")


@pytest.mark.parametrize(
    ("base", "chosen", "day"),
    [
        ("beijing-2017", "", "2026-10-30"),  # 21–23, 26–30 October: the eight that were left
        ("beijing-2017", "restart", "2026-11-03"),  # 21–23, 26–30 October, 2, 3 November: ten anew
        ("beijing-2017", "run_on", "2026-10-26"),
        ("beijing-2025", "", "2026-10-26"),  # the regulation stops no clock
        ("beijing-2025", "suspend", "2026-10-30"),
        ("national-2025", "restart", "2026-11-03"),
    ],
)
def test_while_more_is_awaited_the_reply_stands_still_begins_anew_or_runs_on(
    office: Office, base: str, chosen: str, day: str
) -> None:
    story = office(base, **({"supplement_clock": chosen} if chosen else {}))
    assert due(supplemented(story)) == day


def test_what_holds_is_said_while_more_is_awaited(office: Office) -> None:
    story = office(supplement_clock="restart").submitted("2026-10-12")
    assert "补充材料" not in said(story)
    story.act("ask_supplement", "provider", "2026-10-14", materials="批准文件")
    assert "按本办公室规定：补充材料期间暂停计时，补齐后重新计算" in said(story)


# --------------------------------------------------------------------------- silence of the authority on an extension


def told_of_the_lapse(story: Story) -> bool:
    return any(template == "lapsed" for template, _, _ in story.notices())


def unanswered(story: Story) -> Story:
    story.submitted("2026-10-12", scope="低保审核岗位", **{"class": "有条件共享"})
    story.act("request_extension", "provider", "2026-10-22", reason="须会商网信部门")
    story.sweep("2026-10-27")  # the day after both terms ended
    return story


def test_by_default_an_extension_that_nobody_granted_in_time_is_not_granted__article_21(office: Office) -> None:
    story = office("beijing-2025")
    story.submitted("2026-10-12", scope="低保审核岗位", **{"class": "有条件共享"})
    story.act("request_extension", "provider", "2026-10-22", reason="须会商网信部门")
    assert "答复期限届满仍未批复的，视为未延长" in said(story)
    story.sweep("2026-10-27")
    assert told_of_the_lapse(story)
    with refused(story, InvalidTransition, "2026-10-26"):
        story.act("grant_extension", "office", "2026-10-28", more_days="5")


def test_an_office_may_hold_the_mails_and_grant_it_afterwards(office: Office) -> None:
    story = unanswered(office("beijing-2025", extension_silence="pending"))
    assert not told_of_the_lapse(story)
    story.act("grant_extension", "office", "2026-10-28", more_days="5")
    assert due(story) == "2026-11-02"  # 27–30 October, 2 November


# ------------------------------------------------------------------------------------------------------- the mechanism


@pytest.mark.parametrize("name", shipped())
def test_whoever_chooses_what_is_the_default_has_the_same_rules(name: str, tmp_path: Path) -> None:
    book = load(shipped()[name])
    own = load(written(tmp_path / "own", name, **{key: each.default for key, each in book.options.items()}))

    def plain(rules: Rulebook) -> dict[str, object]:
        return {key: (each.terms, each.table, each.fields, each.events) for key, each in rules.procedures.items()}

    assert plain(own) == plain(book)


def test_a_choice_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookErrors, match="没有选择“twice”，可用：suspend、restart、run_on"):
        load(written(tmp_path / "own", "beijing-2017", supplement_clock="twice"))


def test_a_value_by_an_option_that_there_is_not_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "own", "beijing-2017", supplement_clock="restart")
    (folder / "sharing.toml").write_text('terms.reply.start = { option = "gone", a = "—" }\n', encoding="utf-8")
    with pytest.raises(RulebookErrors, match=r"terms\.reply\.start：没有选项“gone”"):
        load(folder)


# ------------------------------------------------------------------------------------- stops of work, halves of days

TYPED = """文号：京政办发〔2026〕9号
印发：2026-08-11
停止办公：2026-08-12 台风
放假半天：2026-08-14 防汛抢险
"""


def taken_in(story: Story) -> Story:
    """An application of Monday 10 August 2026, when the city stops work on Wednesday and frees half of Friday."""
    story.submitted("2026-08-10", scope="低保审核岗位", **{"class": "有条件共享"})
    request = ImportRequest(TYPED, read_typed(TYPED), CalendarLayer.MUNICIPAL, "王五", at("2026-08-11"))
    import_notice.run(story.database, story.context, request)
    with story.database.read() as transaction:
        story.context.refresh(transaction)
    return story


def days_said(story: Story) -> str:
    file = story.file
    found = rulers_of(file.procedure, file.case_state, file.calendar, day_options(file.rulebook))
    return "\n".join([*found[0].choices, *(f"{row.number} {row.why}" for row in found[0].rows)])


def test_by_default_a_stop_of_work_does_not_count_and_half_a_day_off_does(office: Office) -> None:
    story = taken_in(office())
    assert due(story) == "2026-08-25"  # 11, 13, 14, 17, 18, 19, 20, 21, 24, 25 August
    assert "停止办公之日不是工作日，不计入期限（选项“停止办公之日”）" in days_said(story)
    assert "放假半天之日仍为工作日，计入期限（选项“放假半天之日”）" in days_said(story)
    assert "第3日 放假半天（防汛抢险）（京政办发〔2026〕9号）" in days_said(story)


def test_an_office_may_count_a_stop_of_work(office: Office) -> None:
    story = taken_in(office(stoppage="counted"))
    assert due(story) == "2026-08-24"
    assert "第2日 停止办公（台风）" in days_said(story)
    assert "停止办公之日不是法定休息日，仍计入期限" in days_said(story)


@pytest.mark.parametrize("base", ["beijing-2017", "beijing-2025"])
def test_an_office_may_leave_out_half_a_day_off(office: Office, base: str) -> None:
    story = taken_in(office(base, half_day="off"))
    assert due(story) == "2026-08-26"
    assert "不计 放假半天（防汛抢险）" in days_said(story)


def test_no_day_that_is_in_no_term_is_spoken_of(office: Office) -> None:
    assert "停止办公" not in days_said(office().submitted("2026-09-18"))
    assert "放假半天" not in days_said(office().submitted("2026-09-18"))


@pytest.mark.parametrize(("chosen", "counts"), [("stoppage", "counted"), ("half_day", "off")])
def test_what_is_handed_out_says_what_was_chosen_and_holds(office: Office, chosen: str, counts: str) -> None:
    """An archive leaves only if its own program has counted the same days."""
    story = taken_in(office(**{chosen: counts}))
    (term,) = json.loads(unpacked(exported(story, "2026-08-20").content)["terms.json"])
    assert term["due"] == due(story)
    assert term["stages"][-1]["day_choices"] == ["stoppages_work" if chosen == "stoppage" else "half_days_off"]
