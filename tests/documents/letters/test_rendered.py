"""Each letter as a page: opened by LibreOffice without repair, printed, and read back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from negotiation.documents.letters import Draft
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.conftest import Story, settle_in
from tests.documents.letters.page import INSTEAD
from tests.documents.letters.steps import SIGNED, answered, disputed, met, of_meeting, overdue, rectifying, written
from tests.installed import FONTS_CONF
from tests.office_suite import OfficeSuite, printed_lines

Pages = Callable[[Draft], list[str]]


@pytest.fixture
def pages(office_suite: OfficeSuite, tmp_path: Path) -> Pages:
    def printed(draft: Draft) -> list[str]:
        source = tmp_path / "letter.docx"
        source.write_bytes(draft.content)
        return office_suite.pages(source, tmp_path)

    return printed


@pytest.fixture
def context(sqlite: Database, settings: Any) -> Context:
    """What is printed is the same on either database."""
    return settle_in(sqlite, settings)


@pytest.fixture
def story(sqlite: Database, context: Context) -> Story:
    return Story(sqlite, context)


def test_a_chasing_letter_is_one_page_and_its_annex_begins_another(story: Story, pages: Pages) -> None:
    found = pages(written(overdue(story), "chase", "2026-10-12"))
    assert len(found) == 2
    first, ruler = found
    assert first.startswith("草稿，未经签批不得印发〔2026〕号关于商请答复常住人口基本信息共享申请的函市公安局：")
    assert first.endswith("领导小组办公室2026年10月12日（联系电话：010-12345678）—1—")
    assert ruler.startswith("草稿，未经签批不得印发附件期限计算明细")
    assert "第10日2026年10月9日（星期五）" in ruler
    assert ruler.endswith("—2—")


def test_a_reply_is_one_page_and_its_items_another(story: Story, pages: Pages) -> None:
    found = pages(written(answered(story), "reply", "2026-09-30"))
    assert len(found) == 2
    assert "姓名同意提供2026年11月17日" in found[1]
    assert "市公安局2026年9月30日" in found[0]


def test_a_notice_of_rectification_and_the_report_on_it_are_one_page_each(story: Story, pages: Pages) -> None:
    notice = pages(written(rectifying(story), "rectify", "2026-10-26"))
    assert "特此通知。" in notice[0]
    assert "2026年10月26日（联系电话" in notice[0]
    assert len(notice) == 1
    report = pages(written(story, "rectify_report", "2026-12-01", signer="韩主任"))
    assert report[0].startswith("草稿，未经签批不得印发〔2026〕号签发人：韩主任")
    assert "2026年12月1日" in report[0]
    assert len(report) == 1


def test_the_foot_of_a_longer_letter_never_stands_alone(story: Story, pages: Pages) -> None:
    """A request with all its facts needs a second page: its last sentence is there with the signature."""
    found = pages(written(disputed(story), "request", "2026-10-27", **SIGNED))
    assert len(found) == 3
    assert "妥否，请批示。附件：数据项情况表市信息化工作领导小组办公室2026年10月27日（联系人：周颖；" in found[1]


@pytest.fixture
def one_of_each(story: Story, tmp_path: Path) -> list[Path]:
    """Each letter with the facts of its story, as a file."""
    told = {
        "chase": lambda: written(overdue(story), "chase", "2026-10-12"),
        "reply": lambda: written(answered(story), "reply", "2026-09-30"),
        "request": lambda: written(disputed(story), "request", "2026-10-27", **SIGNED),
        "meeting_notice": lambda: of_meeting(story, met(story), "meeting_notice", "2026-11-09"),
        "minutes": lambda: of_meeting(story, met(story), "minutes", "2026-11-09"),
        "rectify": lambda: written(rectifying(story), "rectify", "2026-10-26"),
        "rectify_report": lambda: written(story, "rectify_report", "2026-12-01", signer="韩主任"),
    }
    paths = [tmp_path / f"{name}.docx" for name in told]
    for path, tell in zip(paths, told.values(), strict=True):
        path.write_bytes(tell().content)
    return paths


@pytest.mark.parametrize("family", ["Noto Serif CJK SC", "Noto Sans CJK SC", "DejaVu Sans"])
def test_a_letter_has_as_many_pages_in_whatever_stands_in_for_its_font(
    one_of_each: list[Path], office_suite: OfficeSuite, tmp_path: Path, family: str
) -> None:
    """The last of them has no characters, and figures a quarter wider than those of 仿宋: hardly any are wider."""
    fonts = told_to_take(family, tmp_path / "fonts.conf")
    printed = office_suite.all_converted(one_of_each, "pdf", tmp_path / "printed", FONTCONFIG_FILE=str(fonts))
    assert {pdf.stem: len(printed_lines(pdf)) for pdf in printed} == {
        "chase": 2, "reply": 2, "request": 3, "meeting_notice": 2, "minutes": 1, "rectify": 1, "rectify_report": 1,
    }  # fmt: skip


def told_to_take(family: str, path: Path) -> Path:
    """The fonts of the tests, of which this one stands in for every font that a letter names."""
    edit = f'<edit name="family" mode="assign" binding="strong"><string>{family}</string></edit>'
    named = "".join(f'<match><test name="family"><string>{name}</string></test>{edit}</match>' for name in INSTEAD)
    path.write_text(f"<fontconfig><include>{FONTS_CONF}</include>{named}</fontconfig>", "utf-8")
    return path


@pytest.mark.parametrize("kind", ["meeting_notice", "minutes"])
def test_the_letters_of_a_meeting_open_and_print(
    story: Story, sqlite: Database, context: Context, pages: Pages, kind: str
) -> None:
    story.submitted("2026-09-18").act("refuse", "provider", "2026-09-30", reason="涉及个人信息")
    story.act("refer", "applicant", "2026-10-09").act("accept_referral", "office", "2026-10-12")
    found = pages(of_meeting(story, met(story), kind, "2026-11-09"))
    assert found[0].startswith("草稿，未经签批不得印发")
    assert "2026年11月9日" in "".join(found)
    assert "附件" not in "".join(found)


def test_a_line_holds_28_characters_and_a_page_22_lines(
    story: Story, office_suite: OfficeSuite, tmp_path: Path
) -> None:
    """Of a text without figures and punctuation, whose characters are all of one width."""
    story.submitted("2026-09-18").act("refuse", "provider", "2026-09-30", reason="数" * 1200)
    draft = tmp_path / "letter.docx"
    draft.write_bytes(written(story, "reply", "2026-09-30").content)
    words = office_suite.lines(draft, tmp_path)[1]
    full = [line for line in words if set(line) == {"数"}]
    assert {len(line) for line in full} == {28}
    assert words == ["草稿，未经签批不得印发", *["数" * 28] * 22, "—2—"]
