"""Ditto marks, several names in one cell, seals beside a name: how people fill in a column of departments."""

import pytest
from openpyxl import load_workbook

from tests.documents import catalogues
from tests.documents.ledgers import AS_OF, COLUMNS, made, row

NAMES = list(COLUMNS)
MARKS = ["同上", "同前", " 同 上 ", "同上行", "〃", "″", '"', "”", "＂", "''", "〃〃",
    "（同上）", "－〃－", "- ″ -", "’’", "同上，", "与上相同", "仝上", "上同",
]  # fmt: skip
SEVERAL = [
    f"市司法局{between}市水务局" for between in ("、", ",", "，", "/", "；", ";", "\n", " ", "和", "及", "（盖章）、",
    "·", ".", "。", "-", "——", "→", "\\", "_", ":", "<br>", "或", "", "②")
]  # fmt: skip
MANY = ["各区", "各区人民政府", "有关部门", "市司法局等", "市司法局等3家单位"]
NO_NAMES_TOO = ["待定", "未明确", "不详", "暂无", "N/A", "市司法局 张三", "市司法局 2026年", "市司法局*", "null"]
NO_NAMES = ["市司法局（牵头）", "市司法局(主办)", "同左", "同第3行", "如上", "↑", "12", "市司法局【待定】"]
SEALS = [
    "（盖章）",
    "<盖章>",
    "「盖章」",
    "（加盖单位公章）",
    "(签章)",
    "（章）",
    " （盖 章）",
    "（公章）",
    "（已盖章）",
    "盖章",
    "[盖章]",
]
ONE = [
    "市规划和自然资源委员会", "市经济和信息化局", "市住房和城乡建设委员会", "市公安局和平分局", "市文化\n和旅游局",
    "区人民政府", "市科学技术委\n员会", "市民政局市民服务中心", "开发区管理委员会市场监督管理局", "市委",
]  # fmt: skip


@pytest.fixture
def bring(office, tmp_path):
    """Makes a ledger of rows and imports it."""

    def bring(*rows, status=0):
        path = made(tmp_path / "台账.xlsx", rows)
        return office.json("ledger", "import", str(path), "--as-of", AS_OF, status=status)

    return bring


@pytest.fixture
def cases(office):
    return lambda: {each["no"]: each for each in office.json("cases", "--as-of", AS_OF)["cases"]}


@pytest.mark.parametrize("mark", MARKS)
def test_a_ditto_mark_means_what_stands_above_in_any_column(mark, bring, cases):
    first = row("A-1", "2026-09-07", replied="2026-09-16", answer="同意")
    again = {"applicant": mark, "provider": mark, "received": mark, "replied": mark, "answer": mark}
    done = bring(first, row("A-2") | again, row("A-3") | again)
    assert (done["imported"], done["departments_created"]) == (3, [])
    assert {
        (each["applicant"], each["provider"], each["received"], each["replied"], each["state"])
        for each in cases().values()
    } == {("市民政局", "市公安局", "2026-09-07", "2026-09-16", "agreed")}


def test_totals_and_blank_rows_between_are_passed_over(bring, cases):
    done = bring(row("A-1"), {}, {"n": "小计", "no": "1件"}, dict(COLUMNS), row("A-2", applicant="同上"))
    assert (done["imported"], done["departments_created"], done["rejected"]) == (2, [], [])
    assert cases()["A-2"]["applicant"] == "市民政局"


def test_above_the_first_row_there_is_nothing_to_repeat(bring):
    done = bring(row("A-1", provider="同上"), row("A-2"), status=3)
    assert (done["imported"], [(each["row"], each["column"]) for each in done["rejected"]]) == (1, [(4, "提供部门")])
    assert "同上" in done["rejected"][0]["why"]


def test_what_stands_above_counts_also_where_that_row_was_rejected_and_goes_into_the_copy(bring, cases, office):
    rows = [
        row("A-1", kind="按需", provider="市司法局"),
        row("A-2", provider="〃"),
        row("A-3", kind="按需", provider="〃"),
    ]
    done = bring(*rows, status=3)
    assert cases()["A-2"]["provider"] == "市司法局"
    book = load_workbook(done["rejected_file"])
    page = book.worksheets[0]
    assert [page.cell(n, NAMES.index("provider") + 1).value for n in (4, 5)] == ["市司法局", "市司法局"]


@pytest.mark.parametrize("name", SEVERAL)
def test_two_names_in_one_cell_reject_the_row(name, bring):
    done = bring(row("A-1", provider=name), row("A-2"), status=3)
    assert (done["imported"], done["departments_created"]) == (1, [])
    assert [(each["row"], each["column"]) for each in done["rejected"]] == [(4, "提供部门")]
    assert "几个部门" in done["rejected"][0]["why"]


@pytest.mark.parametrize("name", MANY)
def test_a_cell_that_means_several_creates_no_department(name, bring):
    done = bring(row("A-1", provider=name), status=3)
    assert (done["departments_created"], "几个部门" in done["rejected"][0]["why"]) == ([], True)


@pytest.mark.parametrize("name", ["同左", "见右", "如上", "同第3行", "↑"])
def test_a_mark_that_points_elsewhere_is_no_text_in_any_column(name, bring):
    done = bring(row("A-1"), row("A-2", basis=name, scenario=name), status=3)
    assert [(each["row"], each["column"]) for each in done["rejected"]] == [(5, "使用依据")]


@pytest.mark.parametrize("name", NO_NAMES + NO_NAMES_TOO)
def test_what_is_no_name_creates_no_department(name, bring, office):
    done = bring(row("A-1", provider=name), status=3)
    assert (done["imported"], done["departments_created"]) == (0, [])
    assert [(each["row"], each["column"]) for each in done["rejected"]] == [(4, "提供部门")]
    assert len(office.json("department", "list")["departments"]) == 2


@pytest.mark.parametrize("seal", SEALS)
def test_a_seal_beside_a_name_belongs_to_no_name(seal, bring, cases):
    done = bring(row("A-1", provider=f"市司法局{seal}"), row("A-2", applicant="市民政局（盖章）", provider="市司法局"))
    assert (done["imported"], done["departments_created"]) == (2, ["市司法局"])
    assert {each["provider"] for each in cases().values()} == {"市司法局"}


@pytest.mark.parametrize("name", ONE)
def test_a_name_that_holds_an_and_or_runs_over_two_lines_is_one(name, bring):
    assert bring(row("A-1", provider=name))["departments_created"] == ["".join(name.split())]


@pytest.mark.parametrize("name", ["市委编办（市机构编制委员会办公室）", "市互联网信息办公室/市委网信办"])
def test_a_name_that_was_registered_is_a_name_whatever_it_holds(name, bring, office):
    office.json("department", "set", name)
    done = bring(row("A-1", provider=name))
    assert (done["imported"], done["departments_created"]) == (1, [])


def test_it_is_the_same_in_the_catalogue(office, tmp_path):
    rows = [
        catalogues.row("1/1", 提供部门="市公安局（盖章）"), catalogues.row("1/2", 提供部门="同上"),
        catalogues.row("1/3", 提供部门="市公安局、市民政局"),
    ]  # fmt: skip
    done = office.json("resources", "import", str(catalogues.made(tmp_path / "目录.xlsx", rows)), status=3)
    assert (done["imported"], [(each["row"], each["column"]) for each in done["rejected"]]) == (2, [(5, "提供部门")])
    assert {each["provider"] for each in office.json("resources", "list")["resources"]} == {"市公安局"}
