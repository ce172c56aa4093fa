"""The report says only what is so: its articles are those of the law at hand, its sentences what the figures say."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from negotiation.core.settings import Settings
from negotiation.documents import report
from negotiation.documents.report import comparison, publishing
from negotiation.documents.report.definitions import DEFINITIONS
from negotiation.documents.report.document import write_document
from negotiation.documents.report.figures import TOTAL
from negotiation.documents.report.model import Report
from negotiation.documents.report.template_facts import Sender
from negotiation.domain import rulebook
from negotiation.domain.rulebook import shipped
from tests.acceptance.steps import asked
from tests.cli.terminal import Terminal
from tests.conftest import BY_DATE, Story, at, day, settle_in
from tests.documents.report.year import again, behind, said, year_of

ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条")
AS_OF = "2026-11-20"
MEASURES, REGULATION = "京政发〔2017〕37号", "条例"
REPLIES = ("应答复", "按时答复率", "本年逾期", "届满未答复、转入协调")


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sample: Path
) -> Terminal:
    """An office that has brought in the sample ledger, under the rules of each day."""
    monkeypatch.setenv("NEGOTIATION_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", BY_DATE)
    for name in ("NEGOTIATION_DATABASE_URL", "NEGOTIATION_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    terminal = Terminal(tmp_path / "home", monkeypatch, capsys)
    terminal.json("ledger", "import", str(sample / "ledger-2026.xlsx"), "--as-of", AS_OF, status=3)
    return terminal


@pytest.fixture
def other(database, context) -> Story:
    return again(database, context)


def printed(office: Terminal, tmp_path: Path, year: int = 2026) -> Path:
    """The papers of a year, in a folder."""
    office.json("report", str(year), "--as-of", AS_OF, "--out", str(tmp_path / "out"))
    return tmp_path / "out"


def sheet(path: Path, name: str) -> list[list[Any]]:
    return [list(line) for line in load_workbook(path, data_only=True)[name].iter_rows(values_only=True)]


def bases(path: Path) -> dict[str, str]:
    """附1: the articles of each figure, by its title."""
    return {str(line[0]): str(line[3]) for line in sheet(path, "附1")[3:]}


def document_of(found: Report, tmp_path: Path) -> str:
    path = tmp_path / "年度报告.docx"
    write_document(found, Sender("本办公室", "领导小组", "2027年1月15日", tmp_path / "home"), path)
    return "\n".join(each.text for each in Document(str(path)).paragraphs)


# ----------------------------------------------------------------------------------------------------- the articles


def test_a_year_under_the_regulation_cites_the_regulation(office, tmp_path):
    """条例第十七条 is the catalogue: the reply is 第二十一条, supply 第二十二条, coordination 第二十八条."""
    told = bases(printed(office, tmp_path) / "report-2026.xlsx")
    assert {told[title] for title in REPLIES} == {"条例第二十一条"}
    assert {told[title] for title in ("应提供", "按时提供率")} == {"条例第二十二条"}
    assert {told[title] for title in ("协商解决率", "协调率", "提请协调", "协调结束", "协调一致率")} == {
        "条例第二十八条"
    }
    assert told["审议率"] == "37号第十七条"
    assert told["完成率"] == "37号第三十三条"
    assert told["平均答复用时"] == "本办公室规定"


def test_the_figures_for_programs_cite_the_same(office):
    found = office.json("report", "2026", "--as-of", AS_OF)
    assert {each["key"]: each["basis"] for each in found["definitions"]}["on_time_rate"] == "条例第二十一条"
    assert "第十七条" not in {each["basis"] for each in found["definitions"]}


def test_a_year_under_the_measures_cites_the_measures(story):
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-04")
    found = year_of(story)
    told = {each.key: found.basis_of(each) for each in found.definitions}
    assert {told[key] for key in ("replies_due", "on_time_rate", "coordination_rate")} == {f"{MEASURES}第十七条"}
    assert told["supply_rate"] == "office"  # 37号 names no term for the supply
    assert told["finished_rate"] == f"{MEASURES}第三十三条"


def test_a_year_that_spans_both_laws_names_both_the_earlier_first(database, tmp_path):
    context = settle_in(database, Settings(home=tmp_path / "home", rulebook=BY_DATE))
    old, new = Story(database, context), Story(database, context)
    old.submitted("2025-07-01").act("agree", "provider", "2025-07-08")
    new.open("2025-09-01", **{"class": "conditional", "scope": "低保"}).act("submit", "applicant", "2025-09-01")
    found = year_of(new, 2025)
    assert found.basis_of(DEFINITIONS["on_time_rate"]) == f"{MEASURES}第十七条；条例第二十一条"
    assert year_of(new, 2025, since="2025-10-01").basis_of(DEFINITIONS["to_coordination"]) == (
        f"{MEASURES}第十七条；条例第二十八条"
    )


def test_the_articles_are_of_the_cases_that_are_counted_and_not_of_another_procedure(database, tmp_path):
    context = settle_in(database, Settings(home=tmp_path / "home", rulebook=BY_DATE))
    old, new = Story(database, context), Story(database, context)
    asked(old, "correction", "doubt", "2025-07-01", doubt="户籍地址有误")
    new.open("2025-09-01", **{"class": "conditional", "scope": "低保"}).act("submit", "applicant", "2025-09-01")
    assert year_of(new, 2025).basis_of(DEFINITIONS["on_time_rate"]) == "条例第二十一条"


def test_a_district_with_articles_of_its_own_shows_its_own(database, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(shipped()["beijing-2017"], home / "rulebooks" / "chaoyang", ignore=shutil.ignore_patterns("_*"))
    head, sharing = (home / "rulebooks" / "chaoyang" / name for name in ("rulebook.toml", "sharing.toml"))
    text = head.read_text("utf-8").replace('id = "beijing-2017"', 'id = "chaoyang"')
    head.write_text(text.replace("京政发〔2017〕37号", "朝政发〔2026〕1号"), "utf-8")
    sharing.write_text(sharing.read_text("utf-8").replace("第十七条", "第六条"), "utf-8")
    rulebook.load.cache_clear()
    story = Story(database, settle_in(database, Settings(home=home, rulebook="chaoyang")))
    story.submitted("2026-03-02")
    found = year_of(story)
    assert found.basis_of(DEFINITIONS["on_time_rate"]) == "朝政发〔2026〕1号第六条"
    assert found.main.basis == "朝政发〔2026〕1号第六条"


def test_no_word_of_the_report_itself_cites_an_article(office, tmp_path):
    """What is written once for all laws can name no article of any."""
    template = Path(__file__).parents[3] / "templates" / "report" / "annual.docx"
    assert not [each.text for each in Document(str(template)).paragraphs if ARTICLE.search(each.text)]
    assert not [each.key for each in DEFINITIONS.values() if ARTICLE.search(each.title + each.counted)]
    folder = printed(office, tmp_path)
    cited = {
        (name, str(cell))
        for name in load_workbook(folder / "report-2026.xlsx").sheetnames
        for line in sheet(folder / "report-2026.xlsx", name)
        for cell in line
        if cell and ARTICLE.search(str(cell))
    }
    assert {name for name, _ in cited} == {"附1", "附2"}
    assert all(cell.startswith(("条例第", "37号第")) for _, cell in cited)


def test_the_term_of_each_procedure_is_told_with_its_own_article_and_short_names_are_explained(office, tmp_path):
    told = [line[:3] for line in sheet(printed(office, tmp_path) / "report-2026.xlsx", "附2")]
    assert ["期限依据", "共享申请", "条例第二十一条"] in told
    assert ["期限依据", "开放需求", "37号第二十条"] in told
    assert ["文件简称", "条例", "《政务数据共享条例》（国务院令第809号）"] in told


# ----------------------------------------------------------------------------------------------------- the sentences


def test_a_reason_that_is_not_classed_is_not_called_missing(office, tmp_path):
    """条例第二十一条: a refusal gives its reasons; the importer rejects those that do not."""
    text = "\n".join(each.text for each in Document(str(printed(office, tmp_path) / "report-2026.docx")).paragraphs)
    assert "答复不同意11件次，按理由分为：未归类11件" in text
    assert "未注明理由" not in text


def test_a_reason_that_is_really_missing_is_called_so(database, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(shipped()["beijing-2017"], home / "rulebooks" / "lax", ignore=shutil.ignore_patterns("_*"))
    head, sharing = (home / "rulebooks" / "lax" / name for name in ("rulebook.toml", "sharing.toml"))
    head.write_text(head.read_text("utf-8").replace('id = "beijing-2017"', 'id = "lax"'), "utf-8")
    refusing = 'required = ["reason"]\noptional = ["items", "reason_class", '
    text = sharing.read_text("utf-8")
    assert refusing in text
    sharing.write_text(text.replace(refusing, 'optional = ["items", "reason", "reason_class", '), "utf-8")
    rulebook.load.cache_clear()
    context = settle_in(database, Settings(home=home, rulebook="lax"))
    stories = [Story(database, context) for _ in range(3)]
    for each, fields in zip(
        stories, ({}, {"reason": "涉密"}, {"reason": "涉密", "reason_class": "other"}), strict=True
    ):
        each.submitted("2026-03-02").act("refuse", "provider", "2026-03-05", **fields)
    said_so = document_of(year_of(stories[0]), tmp_path)
    for words in ("未注明理由1件", "未归类1件", "其他1件"):
        assert words in said_so.partition("按理由分为：")[2]


def test_what_was_never_answered_and_went_to_coordination_is_a_line_of_its_own(office, tmp_path):
    """GX2025-0056, -0057, GX2026-0001, -0015, -0045: due in 2026, never answered, referred instead."""
    folder = printed(office, tmp_path)
    text = "\n".join(each.text for each in Document(str(folder / "report-2026.docx")).paragraphs)
    assert "本年逾期11件，其中逾期答复6件，届满未答复、转入协调5件，期末逾期未答复0件" in text
    found = json.loads((folder / "report-2026.json").read_text("utf-8"))
    assert found["lapsed_to_coordination"] == 5
    assert sum(each["lapsed_to_coordination"] for each in found["by_department"].values()) == 5
    rows = {line[0]: line[1] for line in sheet(folder / "report-2026.xlsx", "表1")}
    parts = ("逾期答复", "届满未答复、转入协调", "届满未答复、因其他办理结束", "期末逾期未答复")
    assert [rows[title] for title in parts] == [6, 5, 0, 0]
    assert rows["本年逾期"] == sum(rows[title] for title in parts)


def test_the_parts_of_what_was_late_add_up_whatever_became_of_it(story, database, context):
    """Answered late; referred and answered after all; withdrawn; referred; nothing: each once, by the year's end."""
    late, answered, withdrawn, referred = story, *(again(database, context) for _ in range(3))
    silent = again(database, context)
    late.submitted("2026-03-02").act("refuse", "provider", "2026-03-20", reason="涉密")  # due on 16 March
    for each in (answered, referred):
        each.submitted("2026-03-02").act("refer", "applicant", "2026-03-18")
    answered.act("agree", "provider", "2026-04-08")
    withdrawn.submitted("2026-03-02").act("withdraw", "applicant", "2026-03-19")
    silent.submitted("2026-03-02")
    keys = ("overdue", "replied_late", "lapsed_to_coordination", "lapsed_otherwise", "unanswered")
    assert said(year_of(late).main.total, *keys) == ("5", "2", "1", "1", "1")
    march = {line.scope.key: line for line in year_of(late).main.months}["2026-03"]
    assert said(march, *keys) == ("5", "1", "2", "1", "1")  # 协调 was under way, and the answer came in April
    assert behind(late, "lapsed_to_coordination", TOTAL) == [referred.no]
    assert behind(late, "lapsed_otherwise", TOTAL) == [withdrawn.no]
    assert behind(late, "replied_late", TOTAL) == sorted([late.no, answered.no])


def test_a_referral_that_was_withdrawn_has_not_gone_to_coordination(story):
    story.submitted("2026-03-02").act("refer", "applicant", "2026-03-18")
    story.act("withdraw_referral", "applicant", "2026-03-20")
    assert said(year_of(story).main.total, "lapsed_to_coordination", "unanswered") == ("0", "1")


def test_what_the_law_at_hand_does_not_have_is_not_counted_as_nought(story, other, tmp_path):
    """37号 knows no extension; a supplement that nobody registered is no figure either."""
    story.submitted("2026-03-02").act("agree", "provider", "2026-03-04")
    text = document_of(year_of(story), tmp_path)
    assert "延期" not in text
    assert "期间内系统未登记补充材料。" in text
    assert "没有分列数据项，不计算数据项满足率" in text
    assert "期间内没有届满的提供期限" in document_of(year_of(story, until="2026-03-10"), tmp_path)
    assert "没有结束的协调" in text
    other.submitted("2026-03-02").act("ask_supplement", "provider", "2026-03-04", materials="清单")
    assert "期间内补充材料1件次。" in document_of(year_of(story), tmp_path)


def test_a_procedure_in_which_nothing_happened_says_so(story, tmp_path):
    story.submitted("2026-03-02")
    assert "整改：本年度未发生。" in document_of(year_of(story), tmp_path)
    assert "整改：统计期间内未发生。" in document_of(year_of(story, until="2026-06-30"), tmp_path)


def test_what_ended_by_the_ledger_alone_is_not_said_to_have_been_decided(office, tmp_path):
    text = "\n".join(each.text for each in Document(str(printed(office, tmp_path) / "report-2026.docx")).paragraphs)
    assert "决定共享" not in text
    assert "审议应予共享2件" in text
    assert "其中2件有审议结果、依台账登记办结，系统中没有登记政府决定，待核实决定及文号。" in text


def test_the_group_and_the_government_stand_apart_where_cases_are_told_one_by_one(database, tmp_path):
    context = settle_in(database, Settings(home=tmp_path / "home", rulebook=BY_DATE))
    story = Story(database, context)
    story.open("2026-03-02", **{"class": "conditional", "scope": "低保"})
    story.act("submit", "applicant", "2026-03-02").act("refuse", "provider", "2026-03-10", reason="涉密")
    story.act("refer", "applicant", "2026-03-23").act("accept_referral", "office", "2026-03-24")
    story.act("fail", "office", "2026-04-02").act("report_up", "office", "2026-04-07")
    story.act("deliberate", "office", "2026-05-12", opinion="建议共享", meeting=story.met("2026-05-12"))
    story.act("submit_up", "office", "2026-05-18")
    story.act("decide", "office", "2026-06-01", decision="not_share", doc_no="京政函〔2026〕9号")
    (row,) = year_of(story).rows("coordination")
    assert (row.deliberated_on, row.deliberation) == (day("2026-05-12"), "建议共享")
    assert (row.decided_on, row.decision, row.decided_by) == (day("2026-06-01"), "不予共享", "本级政府")


def test_under_the_measures_the_decision_is_the_groups_own(story):
    story.submitted("2026-03-02").act("refuse", "provider", "2026-03-10", reason="涉密")
    story.act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
    story.act("fail", "office", "2026-03-20").act("report_up", "office", "2026-03-24")
    story.act("decide", "office", "2026-04-02", decision="share", meeting=story.met("2026-04-02"))
    (row,) = year_of(story).rows("coordination")
    assert (row.deliberated_on, row.deliberation) == (row.decided_on, row.decision) == (day("2026-04-02"), "应予共享")
    assert row.decided_by == "领导小组"


def test_a_year_published_before_a_figure_was_counted_does_not_differ_in_it(story, monkeypatch):
    """What was not counted then was not nothing then."""
    story.submitted("2026-03-02").act("refer", "applicant", "2026-03-18")
    real = report.as_json

    def as_before(found: Any) -> Any:
        content = real(found)
        new = ("replied_late", "lapsed_to_coordination", "lapsed_otherwise")
        content["definitions"] = [each for each in content["definitions"] if each["key"] not in new]
        for line in content["figures"]["sharing"]["lines"].values():
            line["counts"] = {key: n for key, n in line["counts"].items() if key not in new}
        return content

    monkeypatch.setattr(publishing, "as_json", as_before)
    report.publish(story.database, story.context, 2026, author="测试", at=at("2027-01-15"))
    monkeypatch.setattr(publishing, "as_json", real)
    found = year_of(story, as_of="2027-01-15")
    assert found.published is not None
    assert found.differences == ()


def test_every_count_that_differs_is_named_in_words():
    counts = {name for each in DEFINITIONS.values() for name in (*each.numerator, *(each.denominator or ()))}
    titles = {name: comparison.count_title(name) for name in counts}
    assert [title for title in titles.values() if re.search("[a-z]", title)] == []
    assert titles["items_asked"] == "数据项满足率（分母）"
    assert titles["replies_on_time"] == "按时答复"
