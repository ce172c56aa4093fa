"""Departments and their clerks from a sheet: the empty one is filled in, looked at, and taken in."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from negotiation.core.enums import Duty
from negotiation.store.departments import read_directory
from negotiation.web import sheet_upload
from tests.conftest import CIVIL

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
NEW = ["市体育局", "市级部门", "赵六", "zhao@tyj.gov.cn", "010-6", "钱七", "", ""]


@pytest.fixture
def admin(browser_as):
    return browser_as("admin").get("/departments/import")


def sent(browser, rows, action="preview", **fields):
    """The empty sheet as the page gives it, filled in and sent."""
    book = load_workbook(BytesIO(browser.client.get("/departments/template").content))
    for each in rows:
        book.worksheets[0].append(each)
    kept = BytesIO()
    book.save(kept)
    data = {"csrf": browser.csrf, "reviewed": "yes", **fields}
    return browser._read(
        browser.client.post(f"/departments/{action}", data=data, files={"file": ("表.xlsx", kept.getvalue())})
    )


def known(database, name):
    with database.read() as transaction:
        return read_directory(transaction).by_name.get(name)


def test_a_new_department_is_looked_at_and_then_taken_in_with_its_clerks(admin, database):
    shown = sent(admin, [NEW])
    assert "新增 1 个，更改 0 个，未变 0 个，退回 0 行" in shown.page
    assert known(database, "市体育局") is None
    admin.post("/departments/import", reviewed="yes", kept=shown.hidden("kept"))
    people = known(database, "市体育局").people
    assert (people[Duty.A].name, people[Duty.A].email, people[Duty.B].name) == ("赵六", "zhao@tyj.gov.cn", "钱七")
    assert "未变 1 个" in sent(admin, [NEW]).page


def test_of_a_known_department_an_empty_cell_changes_nothing(admin, database):
    before = known(database, CIVIL).people
    assert "更改 1 个" in sent(admin, [[CIVIL, "", "", "", "010-9", "", "", ""]], "import").page
    after = known(database, CIVIL).people
    assert after[Duty.A] == replace(before[Duty.A], phone="010-9")
    assert after[Duty.B] == before[Duty.B]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (["", "市级部门", "赵六"], "部门", "须填写"),
        (["市体育局", "省级"], "层级", "不是层级"),
        (["市体育局", "", "赵六", "zhao@example.com"], "A角邮箱", "不在允许的政务邮箱域名内"),
        (["市体育局", "", "", "", "", "钱七", "没有"], "B角邮箱", "不是可用的邮箱地址"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_taken(admin, database, row, column, says):
    page = sent(admin, [row, ["市文物局"]], "import").page
    assert f"<td>{column}</td>" in page
    assert says in page
    assert known(database, "市文物局") is not None
    assert known(database, "市体育局") is None


def test_a_department_that_stands_twice_is_told_so(admin):
    assert "是同一部门" in sent(admin, [NEW, ["市体育局"]]).page


def test_another_sheet_is_told_which_columns_are_wanted(admin):
    book, kept = Workbook(), BytesIO()
    book.save(kept)
    data, files = {"csrf": admin.csrf, "reviewed": "yes"}, {"file": ("表.xlsx", kept.getvalue())}
    assert "没有找到表头" in admin.client.post("/departments/preview", data=data, files=files).text


def test_a_sheet_too_large_to_be_carried_on_is_chosen_again_and_imported(browser_as, monkeypatch):
    monkeypatch.setattr(sheet_upload, "LARGEST_KEPT", 0)
    admin = browser_as("admin").get("/departments/import")
    rows = [[CIVIL, "", "", "", "010-9", "", "", ""]]
    shown = sent(admin, rows, "preview").page
    assert "请在下方再次选择该文件后导入" in shown
    assert 'formaction="/departments/import"' in shown
    assert "更改 1 个" in sent(admin, rows, "import").page
