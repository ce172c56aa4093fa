"""The catalogue comes in as .xlsx: classes by their label and never by a number, each rejected row with its reason."""

from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from negotiation.core.errors import NegotiationError, NotFound, UsageError
from negotiation.documents.resource_sheet import importer
from negotiation.store.resource_list import Wanted
from tests.conftest import CIVIL, POLICE, day, everything
from tests.documents.catalogues import LAW, TITLES, brought_in, counts, faults, held, made, row

CODED = (*TITLES, "共享类型代码")
ONE, TWO, THREE = "11000013/000001", "11000013/000002", "11000013/000003"


@pytest.fixture
def bring(database, context, tmp_path):
    """Makes a sheet of rows and imports it."""

    def bring(rows, *, dry_run: bool = False, **shape):
        return brought_in(database, context, made(tmp_path / "目录.xlsx", rows, **shape), dry_run=dry_run)

    return bring


# --------------------------------------------------------------------------------------------------- taken in


def test_a_resource_comes_in_with_all_its_metadata(bring, database, context):
    assert counts(bring([row()])) == (1, 0, 0, 0)
    found = held(database)[ONE]
    assert context.directory.name(found.provider_id) == POLICE
    assert (found.sharing_class, found.items) == ("conditional", ("姓名", "住址"))
    assert (found.published_on, found.active) == (day("2026-01-05"), True)


def test_a_second_import_says_what_is_new_what_changed_and_what_did_not(bring, database):
    bring([row(ONE), row(TWO, 资源名称="户籍登记信息")])
    again = bring([row(ONE), row(TWO, 资源名称="户籍登记信息", 更新周期="每月"), row(THREE, 资源名称="居住证信息")])
    assert counts(again) == (1, 1, 1, 0)
    assert held(database)[TWO].update_cycle == "每月"


def test_what_a_sheet_does_not_name_stays_and_what_is_retired_is_kept(bring, database):
    bring([row(ONE), row(TWO, 资源名称="户籍登记信息")])
    bring([row(TWO, 资源名称="户籍登记信息", 状态="停用")], titles=(*TITLES, "状态"))
    assert {code: each.active for code, each in held(database).items()} == {ONE: True, TWO: False}


def test_a_dry_run_gives_the_same_answer_and_writes_nothing(bring, database, settings):
    before = everything(database)
    done = bring([row(ONE), row(TWO, 共享类型="2")], dry_run=True)
    assert (counts(done), done.rejected_file) == ((1, 0, 0, 1), None)
    assert everything(database) == before
    assert not (settings.home / "rejected").exists()


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("无条件共享", "unconditional"),
        ("无条件共享类", "unconditional"),
        ("无条件", "unconditional"),
        ("1-无条件共享", "unconditional"),
        (" 有条件\n共享类 ", "conditional"),
        ("有条件共享类（2）", "conditional"),
        ("3．不予共享类", "none"),
        ("不予共享", "none"),
    ],
)
def test_a_class_is_known_by_its_label_however_it_is_written(bring, database, label, key):
    assert counts(bring([row(共享类型=label, 不予共享依据=LAW)])) == (1, 0, 0, 0)
    assert held(database)[ONE].sharing_class == key


def test_the_titles_of_the_guide_are_known(bring, database):
    guide = {
        "信息资源代码": ONE,
        "信息资源名称": "常住人口基本信息",
        "信息资源分类": "基础信息资源",
        "信息资源提供方": POLICE,
        "信息资源格式": "数据库",
        "信息项信息": "姓名",
        "共享类型": "有条件共享",
        "更新周期": "每日",
    }
    assert counts(bring([guide], titles=tuple(guide))) == (1, 0, 0, 0)
    assert held(database)[ONE].category == "基础信息资源"


# ---------------------------------------------------------------------------------------------- numbers of classes


def test_another_systems_numbers_are_held_to_themselves_and_the_label_decides(bring, database):
    rows = [
        row(ONE, 共享类型="无条件共享", 共享类型代码="0"),
        row(TWO, 资源名称="户籍登记信息", 共享类型="有条件共享", 共享类型代码="1"),
        row(THREE, 资源名称="身份证信息", 共享类型="不予共享", 共享类型代码="2", 不予共享依据=LAW),
    ]
    assert counts(bring(rows, titles=CODED)) == (3, 0, 0, 0)
    assert [each.sharing_class for each in held(database).values()] == ["unconditional", "conditional", "none"]


def test_swapped_numbers_are_refused_row_by_row(bring, database):
    rows = [
        row(ONE, 共享类型="无条件共享", 共享类型代码=1),
        row(TWO, 资源名称="户籍登记信息", 共享类型="有条件共享", 共享类型代码=3),
        row(THREE, 资源名称="身份证信息", 共享类型="不予共享", 共享类型代码=2, 不予共享依据=LAW),
    ]
    done = bring(rows, titles=CODED)
    assert faults(done) == [(4, "共享类型代码"), (5, "共享类型代码")]
    assert "代码“3”为不予共享，名称为有条件共享，两者矛盾" in done.rejected[0].why
    assert list(held(database)) == [ONE]


def test_a_number_that_contradicts_the_other_rows_of_its_own_sheet_is_refused(bring):
    rows = [
        row(ONE, 共享类型="无条件共享", 共享类型代码="0"),
        row(TWO, 资源名称="户籍登记信息", 共享类型="无条件共享", 共享类型代码="0"),
        row(THREE, 资源名称="居住证信息", 共享类型="有条件共享", 共享类型代码="0"),
    ]
    assert faults(bring(rows, titles=CODED)) == [(5, "共享类型代码")]


@pytest.mark.parametrize("titles", [TITLES, tuple(each for each in CODED if each != "共享类型")])
def test_a_sheet_that_only_numbers_its_classes_is_refused_whole(bring, database, titles):
    rows = [row(ONE, 共享类型=1, 共享类型代码=1), row(TWO, 资源名称="户籍登记信息", 共享类型="2", 共享类型代码=2)]
    with pytest.raises(UsageError, match="只有代码，没有名称") as caught:
        bring(rows, titles=titles)
    assert "无条件共享、有条件共享、不予共享" in caught.value.todo
    assert held(database) == {}


def test_a_row_that_only_numbers_its_class_is_refused_among_rows_that_name_it(bring):
    done = bring([row(ONE), row(TWO, 资源名称="户籍登记信息", 共享类型="2")])
    assert faults(done) == [(4, "共享类型")]
    assert "只有代码“2”" in done.rejected[0].why


# -------------------------------------------------------------------------------------------------- rows rejected


def test_what_is_not_shared_must_name_its_law__article_16(bring):
    done = bring([row(共享类型="不予共享")])
    assert faults(done) == [(3, "不予共享依据")]
    assert "须写明法律" in done.rejected[0].why


def test_an_unknown_department_is_refused_with_those_that_look_alike(bring):
    done = bring([row(提供部门="市公安厅")])
    assert faults(done) == [(3, "提供部门")]
    assert POLICE in done.rejected[0].why


def test_a_code_that_stands_twice_is_refused_the_second_time(bring, database):
    done = bring([row(ONE), row(ONE, 资源名称="另一资源")])
    assert [(each.row, each.why) for each in done.rejected] == [(4, f"代码 {ONE} 与第 3 行重复，请核对")]
    assert held(database)[ONE].name == "常住人口基本信息"


def test_a_formula_without_a_saved_result_is_an_empty_cell_and_says_so(bring):
    done = bring([row(资源名称='=CONCATENATE("常住","人口")')])
    assert faults(done) == [(3, "资源名称")]
    assert "公式" in done.rejected[0].why


def test_the_error_of_a_formula_is_named(bring):
    done = bring([row(更新周期="#N/A")])
    assert faults(done) == [(3, "更新周期")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"资源代码": None}, "资源代码"),
        ({"共享类型": "酌情共享"}, "共享类型"),
        ({"共享方式": "拷盘"}, "共享方式"),
        ({"发布日期": "去年"}, "发布日期"),
        ({"摘要": "机密★10年"}, "摘要"),
        ({"资源名称": "长" * 301}, "资源名称"),
        ({"资源名称": None, "共享类型": "酌情共享"}, "资源名称"),
    ],
)
def test_a_row_is_refused_under_its_first_faulty_column(bring, cells, column):
    assert faults(bring([row(**cells)])) == [(3, column)]


def test_all_that_is_wrong_with_a_row_is_told_at_once(bring):
    done = bring([row(资源名称=None, 共享类型="酌情共享", 发布日期="去年")])
    (rejected,) = done.rejected
    assert [each.column for each in rejected.faults] == ["资源名称", "共享类型", "发布日期"]
    page: Any = load_workbook(done.rejected_file).active
    assert all(title in page.cell(3, page.max_column).value for title in ("“共享类型”：", "“发布日期”："))


def test_the_rejected_rows_can_be_mended_in_their_own_file_and_brought_in(bring, database, context):
    done = bring([row(ONE), row(TWO, 资源名称="户籍登记信息", 提供部门="市公安厅")])
    book = load_workbook(done.rejected_file)
    page: Any = book.active
    assert [cell.value for cell in page[2]][-2:] == ["退回列", "退回原因"]
    page.cell(3, TITLES.index("提供部门") + 1).value = POLICE
    book.save(done.rejected_file)
    assert counts(brought_in(database, context, done.rejected_file)) == (1, 0, 0, 0)
    assert set(held(database)) == {ONE, TWO}


# ------------------------------------------------------------------------------------------------ no such sheet


def test_an_empty_sheet_is_no_catalogue(database, context, tmp_path):
    Workbook().save(tmp_path / "empty.xlsx")
    with pytest.raises(NotFound, match="没有找到表头") as caught:
        brought_in(database, context, tmp_path / "empty.xlsx")
    assert "资源代码" in caught.value.todo


def test_a_header_without_rows_brings_nothing_and_breaks_nothing(bring):
    assert counts(bring([])) == (0, 0, 0, 0)


def test_columns_without_which_nothing_can_be_read_are_named(bring):
    with pytest.raises(UsageError, match="“资源代码”"):
        bring([row()], titles=[title for title in TITLES if title != "资源代码"])


def test_what_is_no_workbook_is_said_in_a_sentence(database, context, tmp_path):
    (tmp_path / "目录.xlsx").write_text("不是表格", "utf-8")
    with pytest.raises(NegotiationError, match=r"不是 \.xlsx"):
        brought_in(database, context, tmp_path / "目录.xlsx")


# ------------------------------------------------------------------------------------------------------ out again


def test_what_is_exported_can_be_imported_again_and_changes_nothing(bring, database, context, tmp_path):
    bring([row(ONE), row(TWO, 资源名称="@户籍登记", 共享类型="不予共享", 不予共享依据=LAW, 发布日期=None)])
    before, out = everything(database), tmp_path / "out.xlsx"
    assert importer.export_file(database, out, Wanted(retired=True), on=day("2026-09-21")) == 2
    assert counts(brought_in(database, context, out)) == (0, 0, 2, 0)
    assert everything(database) == before


# ------------------------------------------------------------------------------------------------------- commands


def test_the_commands_import_list_show_and_export(office, tmp_path):
    path = made(tmp_path / "目录.xlsx", [row(ONE), row(TWO, 资源名称="低保信息", 提供部门=CIVIL, 共享类型="2")])
    dry = office.json("resources", "import", str(path), "--dry-run", status=3)
    assert (dry["imported"], dry["rejected_file"]) == (1, None)
    done = office.json("resources", "import", str(path), status=3)
    assert [(each["row"], each["column"]) for each in done["rejected"]] == [(4, "共享类型")]
    assert done["rejected_file"]
    assert office.json("resources", "import", str(path), status=3)["unchanged"] == 1
    (one,) = office.json("resources", "list", "--department", POLICE, "--class", "有条件共享")["resources"]
    assert (one["code"], one["class"], one["provider"]) == (ONE, "conditional", POLICE)
    assert office.json("resources", "list", "--class", "none")["resources"] == []
    assert office.json("resources", "show", ONE)["cases"] == []
    assert "X1" in office.error("resources", "show", "X1", status=1)["what"]
    assert office.json("resources", "export", str(tmp_path / "out.xlsx")) == {"rows": 1}
    code, out, _ = office.run("resources", "list")
    assert (code, "共 1 条" in out) == (0, True)
    assert office.error("resources", "list", "--class", "酌情", status=2)["todo"]
