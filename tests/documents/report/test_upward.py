"""The year's report as it goes up: to the group (37号第二十九条) and to the government (条例第三十八条第二款)."""

from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from negotiation.core.settings import Settings
from tests.cli.terminal import Terminal
from tests.conftest import BY_DATE, settle_in
from tests.documents.report.year import year_of

AS_OF = "2026-11-20"
LEVELS = ["合计", "市级部门", "区", "垂管单位", "参照单位"]


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


def written(office: Terminal, folder: Path, *words: str, year: str = "2026") -> Path:
    office.json("report", year, "--as-of", AS_OF, "--out", str(folder), *words)
    return folder


def lines(path: Path) -> list[str]:
    return [each.text for each in Document(str(path)).paragraphs]


def test_the_report_to_the_group_bears_the_title_of_the_measures_and_the_form_of_a_report(office, tmp_path):
    found = written(
        office, tmp_path / "out", "--paper", "leading_group", "--number", "京政数〔2027〕3号", "--signer", "张三"
    )
    said = lines(found / "report-2026.docx")
    assert said[0] == "京政数〔2027〕3号\t签发人：张三"
    assert said[2] == "2026年度\n政务信息资源共享开放工作年度报告"
    assert said[4] == "市信息化工作领导小组："
    assert said[5].startswith("根据《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第二十九条，现将")
    assert "特此报告。" in said
    assert [path.name for path in found.glob("*.docx")] == ["report-2026.docx"]


def test_the_government_is_told_of_use_and_security(office, tmp_path):
    said = lines(written(office, tmp_path / "out") / "report-2026-government.docx")
    assert said[0].endswith("\t签发人：")
    assert said[2] == "2026年度政务数据共享工作情况报告"
    assert said[4] == "市人民政府："
    assert said[5].startswith("根据《政务数据共享条例》（国务院令第809号）第三十八条第二款，现将")
    headings = [each for each in said if each[:2] in ("三、", "四、", "五、", "六、", "七、", "八、")]
    assert headings == [
        "三、目录与数据质量", "四、共享数据应用情况", "五、安全保障措施", "六、协调审议与整改", "七、存在问题",
        "八、下一步工作安排",
    ]  # fmt: skip
    assert "停用处置：统计期间内未发生。" in said[said.index("五、安全保障措施") :]
    assert said[-2] == "【政务数据共享主管部门全称】"


def test_whoever_reports_signs_with_its_full_name_and_leaves_a_gap_while_none_is_set(office, tmp_path, monkeypatch):
    """GB/T 9704-2012, 7.3.2: 主送机关 and 署名 bear 全称 or 规范化简称."""
    monkeypatch.delenv("NEGOTIATION_OFFICE_NAME", raising=False)
    unset = lines(written(office, tmp_path / "unset", "--paper", "leading_group") / "report-2026.docx")
    assert unset[-2] == "【领导小组办公室全称】"
    monkeypatch.setenv("NEGOTIATION_OFFICE_NAME", "市信息化工作领导小组办公室")
    named = lines(written(office, tmp_path / "named", "--paper", "leading_group") / "report-2026.docx")
    assert named[-2] == "市信息化工作领导小组办公室"


def test_days_are_in_official_form(office, tmp_path):
    text = "\n".join(lines(written(office, tmp_path / "out") / "report-2026.docx"))
    assert "2026年1月1日至2026年11月20日" in text
    assert "2026-11-20" not in text


def test_the_annexes_are_numbered_and_those_without_cases_are_not_among_them(office, tmp_path):
    folder = written(office, tmp_path / "out")
    said = lines(folder / "report-2026.docx")
    begun = next(n for n, each in enumerate(said) if each.startswith("附件："))
    listed = [each.removeprefix("附件：") for each in said[begun : said.index("", begun)]]
    assert [each.partition(". ")[0] for each in listed] == [str(n) for n in range(1, len(listed) + 1)]
    names = [each.partition(". ")[2] for each in listed]
    assert "2026年度表4　协调和审议情况" in names
    assert not [each for each in names if "表7" in each or "表8" in each or "附表3" in each]
    book = load_workbook(folder / "report-2026.xlsx")
    assert set(names) <= {book[name]["A1"].value for name in book.sheetnames}
    for name in ("表5", "表6", "表7", "表8"):
        assert book[name]["A4"].value == "统计期间内未发生"


def test_the_columns_of_the_levels_stay_from_year_to_year(office, tmp_path):
    """In neither year did a district or a body by reference provide anything."""
    for year in ("2025", "2026"):
        folder = written(office, tmp_path / year, year=year)
        sheet = load_workbook(folder / f"report-{year}.xlsx", data_only=True)["表1"]
        assert [cell.value for cell in sheet[3]] == ["指标", *LEVELS]
        assert sheet["D4"].value == 0
        (table, *_) = Document(str(folder / f"report-{year}.docx")).tables
        assert [cell.text for cell in table.rows[0].cells] == ["指标", *LEVELS]


def test_the_word_for_who_asks_is_that_of_the_law_of_the_cases(office, tmp_path):
    book = load_workbook(written(office, tmp_path / "out") / "report-2026.xlsx")
    assert book["表3"]["A1"].value == "2026年度表3　共享申请办理情况（按需求部门）"
    assert [cell.value for cell in book["表4"][3]][:3] == ["编号", "需求部门", "提供部门"]


def test_a_year_under_the_measures_alone_says_user_department(story):
    story.submitted("2026-03-02")
    assert year_of(story).main.parties["applicant"] == "使用部门"


def test_a_paper_that_the_rules_do_not_name_and_a_number_that_two_would_bear_are_refused(office, tmp_path):
    out = str(tmp_path / "out")
    error = office.error("report", "2026", "--as-of", AS_OF, "--out", out, "--paper", "nobody", status=2)
    assert "leading_group（报领导小组）、government（报本级政府）" in error["todo"]
    error = office.error("report", "2026", "--as-of", AS_OF, "--out", out, "--number", "京政数〔2027〕3号", status=2)
    assert "不能同用一个文号" in error["what"]
    wrong = ("--paper", "government", "--number", "京政数(2027)第03号")
    assert (
        "不是公文的发文字号" in office.error("report", "2026", "--as-of", AS_OF, "--out", out, *wrong, status=1)["what"]
    )


def test_under_the_regulation_alone_it_goes_to_the_government_and_to_nobody_else(database, tmp_path):
    context = settle_in(database, Settings(home=tmp_path / "home", rulebook="national-2025"))
    assert [(each.to, each.basis) for each in context.rulebook.papers.values()] == [("government", "第三十八条第二款")]
