"""Which sheets of a workbook are read: all that people see and that have the header; and strict Open XML."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from tests.documents import catalogues
from tests.documents.ledgers import AS_OF, COLUMNS, made, row

STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships":
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
}  # fmt: skip
NAMES = list(COLUMNS)


@pytest.fixture
def book(tmp_path):
    """A workbook of sheets: name → rows; ``hidden``: how some are hidden; ``lacking``: sheet → columns it lacks."""

    def book(sheets, *, hidden=None, lacking=None, doubled=()):
        made = Workbook()
        made.remove(made.worksheets[0])
        for name, rows in sheets.items():
            page = made.create_sheet(name)
            page.sheet_state = (hidden or {}).get(name, "visible")
            names = [each for each in NAMES if each not in (lacking or {}).get(name, ())]
            names += ["remark"] if name in doubled else []
            if isinstance(rows, str):
                page.append([rows])
                continue
            page.append([COLUMNS[each] for each in names])
            for each in rows:
                page.append([each.get(column) for column in names])
        made.save(tmp_path / "台账.xlsx")
        return tmp_path / "台账.xlsx"

    return book


def test_all_months_are_read_as_one_table_and_the_instructions_are_named(book, bring, office):
    sheets = {"填表说明": "每行一件", "1月": [row("A-1")], "2月": [row("A-2"), row("A-3")], "3月": []}
    done = bring(book(sheets))
    assert done["imported"] == 3
    assert (done["sheets_read"], done["sheets_not_read"]) == (["1月", "2月", "3月"], ["填表说明"])
    assert [each["no"] for each in office.json("cases")["cases"]] == ["A-1", "A-2", "A-3"]
    assert bring(book(sheets))["unchanged"] == 3


def test_a_number_that_stands_on_two_sheets_is_named_with_both(book, bring):
    done = bring(book({"1月": [row("A-1")], "2月": [row("A-2"), row("A-1")]}), status=3)
    assert [(each["sheet"], each["row"], each["column"]) for each in done["rejected"]] == [("2月", 3, "申请编号")]
    assert "工作表“1月”第 2 行" in done["rejected"][0]["why"]


def test_the_copy_of_the_rejected_rows_has_a_sheet_for_each_and_is_imported_as_it_is(book, bring):
    sheets = {"1月": [row("A-1", kind="按需")], "2月": [row("A-2")], "3月": [row("A-3", kind="按需"), row("A-4")]}
    done = bring(book(sheets), status=3)
    copy = load_workbook(done["rejected_file"])
    assert copy.sheetnames == ["1月", "3月"]
    for page in copy.worksheets:
        page.cell(2, NAMES.index("kind") + 1).value = "有条件共享"
    copy.save(done["rejected_file"])
    assert (bring(done["rejected_file"])["imported"], bring(book({"全部": [row("A-3")]}))["unchanged"]) == (2, 1)


@pytest.mark.parametrize("how", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_the_command_says_so(how, book, bring, office):
    done = bring(book({"旧": [row("A-1")], "新": [row("A-2")]}, hidden={"旧": how}), status=3)
    assert (done["imported"], done["sheets_read"], done["sheets_not_read"]) == (1, ["新"], ["旧"])
    assert "隐藏" in done["why_not_read"]["旧"]
    _, out, _ = office.run("ledger", "import", str(book({"旧": [row("A-1")], "新": []}, hidden={"旧": how})))
    assert "旧（工作表是隐藏的" in out


def test_a_hidden_list_of_choices_is_harmless(book, bring):
    done = bring(book({"台账": [row("A-1")], "选项": "同意"}, hidden={"选项": "hidden"}))
    assert (done["imported"], done["sheets_not_read"]) == (1, ["选项"])


def test_rows_and_columns_that_a_filter_hides_belong_to_the_table(book, bring):
    path = book({"台账": [row("A-1"), row("A-2")]})
    edited = load_workbook(path)
    page = edited.worksheets[0]
    page.row_dimensions[3].hidden = page.column_dimensions["D"].hidden = True
    edited.save(path)
    assert bring(path)["imported"] == 2


@pytest.mark.parametrize("lacking", ["no", "provider", "received", "answer"])
def test_a_sheet_that_lacks_a_column_is_named_while_the_others_are_read(lacking, book, bring):
    path = book({"1月": [row("A-1")], "2月": [row("A-2")]}, lacking={"2月": [lacking]})
    done = bring(path, status=3)
    assert (done["imported"], done["sheets_not_read"]) == (1, ["2月"])
    assert f"“{COLUMNS[lacking]}”" in done["why_not_read"]["2月"]


def test_a_sheet_with_a_doubled_column_is_named_while_the_others_are_read(book, bring):
    done = bring(book({"1月": [row("A-1")], "2月": [row("A-2")]}, doubled=["1月"]), status=3)
    assert (done["imported"], done["sheets_not_read"]) == (1, ["1月"])
    assert "两列“备注”" in done["why_not_read"]["1月"]


def test_a_column_under_a_title_that_the_form_does_not_know_is_named(book, bring, office):
    path = book({"1月": [row("A-1")], "2月": [row("A-2")]})
    changed = load_workbook(path)
    header = {cell.value: cell for cell in changed["2月"][1]}
    header["办结日期"].value = "办结时间"
    changed.save(path)
    done = bring(path)
    assert done["columns_not_read"] == {"2月": ["办结时间"]}
    _, told, _ = office.run("ledger", "import", str(path), "--as-of", AS_OF)
    assert "“2月”中没有读取的列" in told
    assert "办结时间" in told


def test_where_no_sheet_can_be_read_the_sentence_says_why_and_where_was_looked(book, office):
    words = ("ledger", "import", str(book({"旧": [row("A-1")], "说明": "甲"}, hidden={"旧": "hidden"})))
    assert "隐藏" in office.error(*words, status=2)["what"]
    words = ("ledger", "import", str(book({"说明": "甲", "附件": "乙"})))
    error = office.error(*words, status=1)
    assert "没有找到表头" in error["what"]
    assert "说明、附件" in error["todo"]


def test_what_the_office_exports_is_imported_without_complaint(book, bring, office, tmp_path):
    bring(book({"台账": [row("A-1")]}))
    office.json("ledger", "export", str(tmp_path / "out.xlsx"))
    assert bring(tmp_path / "out.xlsx")["unchanged"] == 1


@pytest.mark.parametrize("same", [True, False])
def test_a_header_printed_again_is_passed_over_only_if_its_columns_stand_as_above(same, office, tmp_path):
    """Else the rows below it would be read under the wrong titles: who asks and who provides, say."""
    names = list(NAMES)
    if not same:
        names[3], names[4] = names[4], names[3]
    below = dict(zip(NAMES, (COLUMNS[name] for name in names), strict=True))
    path = made(tmp_path / "台账.xlsx", [row("A-1"), below, row("A-2")])
    done = office.json("ledger", "import", str(path), "--as-of", AS_OF, status=0 if same else 1)
    assert done["imported"] == 2 if same else "第 5 行" in done["error"]["what"]


def test_the_sheets_of_a_catalogue_are_all_read_too(office, tmp_path):
    path = catalogues.made(tmp_path / "目录.xlsx", [catalogues.row("1/1"), catalogues.row("1/2")])
    edited = load_workbook(path)
    page = edited.copy_worksheet(edited.worksheets[0])
    page.title, page["A3"] = "公安局", "1/3"
    edited.create_sheet("旧目录").sheet_state = "hidden"
    edited.save(path)
    done = office.json("resources", "import", str(path), status=3)
    assert (done["imported"], done["sheets_read"][1]) == (3, "公安局")
    assert [(each["sheet"], each["row"], each["column"]) for each in done["rejected"]] == [("公安局", 4, "资源代码")]


def test_strict_open_xml_is_read_dates_and_all(bring, office, tmp_path):
    path = made(tmp_path / "strict.xlsx", [row(received=46272, replied="2026-09-16", answer="同意")])
    held = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            for usual, strict in STRICT.items():
                content = content.replace(usual.encode(), strict.encode())
            content = content.replace(b' t="n"><v>46272</v>', b' t="d"><v>2026-09-07T00:00:00</v>')
            new.writestr(part, content)
    assert bring(path)["imported"] == 1
    (case,) = office.json("cases", "--as-of", AS_OF)["cases"]
    assert (case["received"], case["replied"], case["state"]) == ("2026-09-07", "2026-09-16", "agreed")
