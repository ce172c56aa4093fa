"""Rules of another place: what they do not say is left out of the report and named, and is never 0 without a word."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from negotiation.core.settings import Settings
from negotiation.documents import report
from negotiation.documents.report.document import write_document
from negotiation.documents.report.model import Report
from negotiation.documents.report.papers import Wishes, senders
from negotiation.documents.report.workbook import write_sheets
from negotiation.domain import rulebook
from negotiation.domain.rulebook import shipped
from tests.conftest import Story, day, settle_in
from tests.documents.report.year import year_of

RATES = ("satisfied_rate", "coordinations_ended", "negotiated_rate")


def elsewhere(database, tmp_path: Path, *changes: tuple[str, str]) -> Story:
    """A case under a district's copy of the Measures, in whose file of the procedure these texts were replaced."""
    folder = tmp_path / "home" / "rulebooks" / "elsewhere"
    shutil.copytree(shipped()["beijing-2017"], folder, ignore=shutil.ignore_patterns("_*"))
    head, sharing = folder / "rulebook.toml", folder / "sharing.toml"
    text = re.sub(r"(?ms)^# The year's report.*?(?=^\[address\])", "", head.read_text("utf-8"))
    head.write_text(text.replace('id = "beijing-2017"', 'id = "elsewhere"'), "utf-8")
    text = sharing.read_text("utf-8")
    for old, new in changes:
        assert re.search(old, text), old
        text = re.sub(old, new, text)
    sharing.write_text(text, "utf-8")
    rulebook.load.cache_clear()
    return Story(database, settle_in(database, Settings(home=tmp_path / "home", rulebook="elsewhere")))


def coordinated(story: Story) -> Story:
    """Refused, referred and coordinated."""
    story.submitted("2026-03-02").act("refuse", "provider", "2026-03-10", reason="涉密")
    return story.act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")


def papers(found: Report, story: Story, tmp_path: Path) -> tuple[str, list[list[Any]], dict[str, Any]]:
    """The text, the remarks (附2) and table 1, and the figures for programs."""
    (sender,) = senders(story.context, day("2027-01-15"), Wishes())
    write_document(found, sender, tmp_path / "r.docx")
    write_sheets(found, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx", data_only=True)
    rows = [list(line) for name in ("表1", "附2") for line in book[name].iter_rows(values_only=True)]
    return "\n".join(each.text for each in Document(str(tmp_path / "r.docx")).paragraphs), rows, report.as_json(found)


OUTCOMES = (r"(?ms)^outcomes = \[.*?^\]", "outcomes = []")
AGENDA = (r'(?m)^agenda = "coordination"\n', "")
ACCEPTED = (r'(?m)^\w+ = "accepted_on"\n', "")


@pytest.mark.parametrize(
    ("change", "figures", "titles", "why"),
    [
        (OUTCOMES, ("satisfied_rate", "satisfied_strict_rate"), ("需求满足率",), "规则没有写明哪些结果为同意"),
        (
            AGENDA,
            ("coordinations_ended", "settled_rate", "mean_coordination"),
            ("协调结束", "协调一致率"),
            "规则没有写明何为协调中、何为协调结束",
        ),
        (ACCEPTED, ("negotiated_rate", "coordination_rate"), ("协商解决率", "协调率"), "规则没有写明何为受理协调"),
    ],
)
def test_a_figure_that_the_rules_say_nothing_of_is_left_out_and_named(database, tmp_path, change, figures, titles, why):
    story = elsewhere(database, tmp_path, change)
    coordinated(story)
    found = year_of(story)
    text, rows, content = papers(found, story, tmp_path)
    assert not [title for title in titles if title in text]
    shown = {str(row[0]) for row in rows}
    assert not shown.intersection(titles)
    named = next(row for row in rows if row[0] == "未列指标" and row[2] == why)
    assert all(title in str(named[1]) for title in titles)
    counted = content["figures"]["sharing"]
    for figure in figures:
        assert figure not in counted["lines"]["total"]["figures"]
        assert counted["lacking"][figure]["why"] == why
        assert counted["lacking"][figure]["keys"]


def test_what_the_rules_say_is_there(database, tmp_path):
    story = elsewhere(database, tmp_path)
    coordinated(story)
    assert not set(RATES) & set(year_of(story).main.lacking)


def test_rules_that_name_no_paper_tell_of_their_main_procedure_and_leave_the_addressee_open(database, tmp_path):
    story = elsewhere(database, tmp_path)
    text, _, _ = papers(year_of(coordinated(story)), story, tmp_path)
    assert "2026年度共享申请办理情况报告" in text
    assert "【主送机关】：" in text
    assert "领导小组：" not in text
    assert "现将2026年1月1日至2026年12月31日共享申请办理情况报告如下。" in text


def test_the_rate_is_called_as_the_rules_call_it_in_the_main_table_and_in_the_text(database, tmp_path):
    story = elsewhere(database, tmp_path, (r'rate_title = "按时答复率"', 'rate_title = "按期核准率"'))
    text, rows, _ = papers(year_of(coordinated(story)), story, tmp_path)
    assert "按期核准率为" in text
    shown = [str(row[0]) for row in rows]
    assert "按期核准率" in shown
    assert "按时答复率" not in shown[: shown.index("期末逾期未答复")]


def test_only_tables_that_a_procedure_feeds_are_there(database, tmp_path):
    story = Story(database, settle_in(database, Settings(home=tmp_path / "home", rulebook="national-2025")))
    found = year_of(story)
    write_sheets(found, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    titles = [book[name]["A1"].value for name in book.sheetnames]
    assert titles[3:6] == [
        "2026年度表4　协调和审议情况",
        "2026年度表5　目录更新情况、校核更正情况",
        "2026年度表6　整改情况",
    ]
    assert not [title for title in titles if "开放需求" in title or "总结" in title]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('to = "leading_group"', 'to = "nobody"', "report.leading_group.to：没有角色“nobody”"),
        ("{year}年度政务", "年度政务", "report.leading_group.title：须写明年度"),
        ('sections = ["quality"', 'sections = ["quantity"', "report.leading_group.sections：没有部分“quantity”"),
    ],
)
def test_a_paper_is_checked_with_the_rulebook(old, new, fault):
    files = dict(rulebook.load(shipped()["beijing-2017"]).source)
    text = (shipped()["beijing-2017"] / "rulebook.toml").read_text("utf-8")
    assert old in text
    files["rulebook.toml"] = text.replace(old, new)
    with pytest.raises(Exception, match="leading_group") as caught:
        rulebook.parse(files)
    assert fault in str(caught.value)
