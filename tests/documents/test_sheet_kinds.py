"""Sheets of every kind that offices keep: what the file holds counts, and not what its name says."""

import csv
import shutil
from datetime import datetime

import pytest
from openpyxl import load_workbook

from negotiation.core.errors import NegotiationError
from tests.conftest import day
from tests.documents.ledgers import AS_OF, COLUMNS, brought_in, counts, facts, faults, row


@pytest.fixture
def database(sqlite):
    return sqlite


@pytest.fixture(scope="module")
def kept_as(office_suite, tmp_path_factory):
    """The sample ledger as other programs save it, by kind."""
    folder = tmp_path_factory.mktemp("kinds")
    source = shutil.copy("tests/sample/ledger-2026.xlsx", folder / "台账.xlsx")
    made = {kind: office_suite.converted(source, kind, folder) for kind in ("xls", "ods")}
    return made | {"csv": as_text(folder / "台账.csv", load_workbook(source).worksheets[0].values)}


def as_text(path, rows, encoding="gb18030", separator=","):
    cells = ((each.date() if isinstance(each, datetime) else each for each in line) for line in rows)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(cells)
    return path


@pytest.mark.parametrize("kind", ["xls", "ods", "csv"])
def test_the_sample_comes_out_the_same_whatever_it_is_saved_as(database, context, kept_as, sample, kind):
    done = brought_in(database, context, kept_as[kind])
    assert (counts(done), done.standing.cases) == ((60, 0, 0, 7), 60)
    assert faults(done) == faults(brought_in(database, context, sample / "ledger-2026.xlsx", dry_run=True))
    assert brought_in(database, context, sample / "ledger-2026.xlsx").unchanged == 60


def test_an_et_that_holds_an_old_workbook_is_read_by_what_it_holds(database, context, kept_as, tmp_path):
    named = shutil.copy(kept_as["xls"], tmp_path / "台账.et")
    assert counts(brought_in(database, context, named, dry_run=True)) == (60, 0, 0, 7)


def text(path, rows, **kept):
    return as_text(path, [COLUMNS.values(), *([each.get(name) for name in COLUMNS] for each in rows)], **kept)


@pytest.mark.parametrize(
    ("encoding", "separator"), [("gb18030", ","), ("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t")]
)
def test_a_text_is_read_in_the_encodings_in_which_programs_write_it(database, context, tmp_path, encoding, separator):
    path = text(tmp_path / "台账.csv", [row("A-1", "2026/9/18")], encoding=encoding, separator=separator)
    assert brought_in(database, context, path).rejected == []
    assert facts(database, AS_OF)["A-1"][1] == day("2026-09-18")


def test_a_long_number_of_which_a_text_has_lost_the_end_is_refused(database, context, tmp_path):
    done = brought_in(database, context, text(tmp_path / "a.csv", [row("A-1", "2026-09-18", code="1.10105E+17")]))
    assert faults(done) == [(2, "资源代码")]
    assert "后几位已丢失" in done.rejected[0].why


def test_words_without_a_table_are_told_so(database, context, tmp_path):
    (tmp_path / "台账.csv").write_text("今天没有台账", "utf-8")
    with pytest.raises(NegotiationError, match="文件不是"):
        brought_in(database, context, tmp_path / "台账.csv")
