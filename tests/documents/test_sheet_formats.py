"""Number formats and epochs: what is read is what people see in the cell."""

from datetime import date

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from tests.documents import catalogues
from tests.documents.ledgers import AS_OF, COLUMNS, row

NAMES = list(COLUMNS)
IN_1900, IN_1904 = date(1899, 12, 30), date(1904, 1, 1)
WHOLE_DATES = [
    'yyyy"年"m"月"d"日"',
    "[$-804]yyyy\\年m\\月d\\日;@",
    "[DBNum1][$-804]yyyy年m月d日",
    "m/d/yy",
    "yyyy\\-mm\\-dd",
]
SEEN = [
    (3, '0"年"', "3年"), (3, "0年", "3年"), (6, "#个月", "6个月"), (3, 'General"年"', "3年"), (1.5, '0.0"年"', "1.5年"),
    (3, '"约"0\\年', "约3年"), (12, "000", "012"), (0.5, "0%", "50%"), (0.125, "0.0%", "12.5%"), (3, "0.00", "3.00"),
    (1234567, "#,##0", "1,234,567"), (1234.5, "#,##0.00_ ", "1,234.50"), (3, '[Red]0"年";[Blue]-0"年"', "3年"),
    (-3, '0"年";"前"0"年"', "前3年"), (12, "00-00", "00-12"), (20261231, '0000"-"00"-"00', "2026-12-31"),
    ("长期", '@"有效"', "长期有效"), (3, 1, "3"), (3, 49, "3"), (2.6, 1, "3"), (46752, 57, "2027年12月"),
    (46752, 'yyyy"年"', "2027年"), (46752, 0, "46752"), (True, 0, "TRUE"), (0.1 + 0.2, "General", "0.3"),
]  # fmt: skip
UNCLEAR = [
    "# ?/?",
    "0.00E+00",
    '[>5]0"年";0"月"',
    "[DBNum1]0",
    "[h]:mm",
    "aaaa",
    5,
    44,
    "[$-130000]yyyy/m/d",
    "0!年",
]


@pytest.fixture
def sheet(tmp_path):
    """A ledger of rows; ``formats``: short name → format code or the number of a built-in one, in all rows."""

    def sheet(*rows, is_1904=False, **formats):
        path = tmp_path / "台账.xlsx"
        with Workbook(path, {"date_1904": is_1904}) as book:
            page = book.add_worksheet("台账")
            for column, name in enumerate(NAMES):
                look = book.add_format({"num_format": formats[name]} if name in formats else {})
                page.write(0, column, COLUMNS[name])
                for n, each in enumerate(rows, 1):
                    page.write(n, column, each.get(name), look)
        return path

    return sheet


@pytest.fixture
def period(office):
    """The term of use as it was entered with a case."""
    return lambda no="GX2026-0001": office.json("case", "show", no)["events"][0]["fields"]["period"]


@pytest.mark.parametrize(("value", "code", "seen"), SEEN)
def test_a_text_column_holds_what_people_see(value, code, seen, sheet, bring, period):
    assert bring(sheet(row(period=value), period=code))["imported"] == 1
    assert period() == seen


@pytest.mark.parametrize("code", UNCLEAR)
def test_a_format_that_shows_nobody_knows_what_rejects_the_row(code, sheet, bring):
    done = bring(sheet(row(period=46752), row("GX2026-0002", period="1年"), period=code), status=3)
    assert done["imported"] == 1
    assert [(each["row"], each["column"]) for each in done["rejected"]] == [(2, "使用期限")]
    assert "L2" in done["rejected"][0]["why"]
    assert bring(done["rejected_file"], status=3)["imported"] == 0


@pytest.mark.parametrize(
    ("value", "code"), [(0, '[>=5]"多"0;[<1]"少"0;0'), (-3, '[<1]"不足1年";0"年"'), (0, "[=1]0;0;0")]
)
def test_a_format_with_conditions_is_unclear_whatever_the_number_is(value, code, sheet, bring):
    assert "L2" in bring(sheet(row(period=value), period=code), status=3)["rejected"][0]["why"]


@pytest.mark.parametrize("value", [110108199001011232, 1.1010819900101e17, -(10**15)])
def test_a_number_of_more_digits_than_a_spreadsheet_keeps_rejects_the_row(value, sheet, bring):
    for code in ("General", "0"):
        done = bring(sheet(row(code=value), code=code), status=3)
        assert [(each["column"], "15位" in each["why"]) for each in done["rejected"]] == [("资源代码", True)]
    assert bring(sheet(row(code=999_999_999_999_999)))["imported"] == 1


@pytest.mark.parametrize("value", [1e28, 1.7e308])
def test_a_number_that_nobody_wrote_rejects_its_row_and_not_the_file(value, sheet, bring):
    for code in ("0", "#,##0.00"):
        assert len(bring(sheet(row(code=value), code=code), status=3)["rejected"]) == 1


def test_numbers_and_codes_keep_their_zeros_and_their_letters(sheet, bring, office):
    path = sheet(row(code=1234) | {"no": 12}, row(code=1235) | {"no": 13}, no='"GX2026-"0000', code="000000")
    assert bring(path)["imported"] == 2
    assert {each["no"] for each in office.json("cases")["cases"]} == {"GX2026-0012", "GX2026-0013"}
    assert office.json("case", "show", "GX2026-0012")["events"][0]["fields"]["resource_code"] == "001234"
    assert bring(path)["unchanged"] == 2


@pytest.mark.parametrize("code", [*range(27, 37), *range(50, 59), *WHOLE_DATES])
def test_a_number_in_a_format_of_dates_is_a_date_in_every_column_and_in_every_copy(code, sheet, bring, office, period):
    rows = [row(received=46272, period=46752, replied=46281, answer="同意"), row("GX2026-0002", 46272, kind="按需")]
    done = bring(sheet(*rows, received=code, replied=code, period=code), status=3)
    (case,) = office.json("cases", "--as-of", AS_OF)["cases"]
    assert (case["received"], case["replied"]) == ("2026-09-07", "2026-09-16")
    assert period() in ("2027-12-31", "2027年12月")
    book = load_workbook(done["rejected_file"])
    book.worksheets[0].cell(2, NAMES.index("kind") + 1).value = "有条件共享"
    book.save(done["rejected_file"])
    assert bring(done["rejected_file"])["imported"] == 1
    assert {each["received"] for each in office.json("cases", "--as-of", AS_OF)["cases"]} == {"2026-09-07"}


@pytest.mark.parametrize("code", ["General", 0, 31, 14, "yyyy-mm-dd", '"第"0"天"'])
@pytest.mark.parametrize("is_1904", [True, False])
def test_days_are_counted_by_the_workbooks_own_epoch(is_1904, code, sheet, bring, office):
    zero = IN_1904 if is_1904 else IN_1900
    received, replied = ((day - zero).days for day in (date(2026, 9, 7), date(2026, 9, 16)))
    rows = [row(received=received, replied=replied, answer="同意"), row("GX2026-0002", received, kind="按需")]
    done = bring(sheet(*rows, is_1904=is_1904, received=code, replied=code), status=3)
    (case,) = office.json("cases", "--as-of", AS_OF)["cases"]
    assert (case["received"], case["replied"], case["state"]) == ("2026-09-07", "2026-09-16", "agreed")
    book = load_workbook(done["rejected_file"])
    book.worksheets[0].cell(2, NAMES.index("kind") + 1).value = "有条件共享"
    book.save(done["rejected_file"])
    assert bring(done["rejected_file"])["imported"] == 1
    assert {each["received"] for each in office.json("cases", "--as-of", AS_OF)["cases"]} == {"2026-09-07"}


def test_a_count_of_days_typed_as_text_is_refused_where_the_epoch_is_not_the_usual_one(sheet, bring):
    done = bring(
        sheet(row(received="44810"), row("B-2", "20260907"), row("B-3", "2026年9月7日"), is_1904=True), status=3
    )
    assert (done["imported"], [each["column"] for each in done["rejected"]]) == (2, ["送达日期"])


def test_codes_and_dates_of_the_catalogue_are_read_as_they_are_seen(office, tmp_path):
    rows = [catalogues.row(发布日期=(date(2026, 1, 5) - IN_1904).days)]
    path = tmp_path / "目录.xlsx"
    with Workbook(path, {"date_1904": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, catalogues.TITLES)
        page.write_row(1, 0, [rows[0].get(title) for title in catalogues.TITLES])
        page.write(1, 0, 1234, book.add_format({"num_format": '"11000013/"000000'}))
    assert office.json("resources", "import", str(path))["imported"] == 1
    (found,) = office.json("resources", "list")["resources"]
    assert (found["code"], found["published_on"]) == ("11000013/001234", "2026-01-05")
