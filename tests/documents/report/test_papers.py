"""All papers of a report in one folder: all of them or none, and what was there before stays until they are."""

import json
from pathlib import Path

import pytest

from negotiation.core.errors import NegotiationError
from negotiation.documents.report.export import write_papers
from negotiation.documents.report.json_output import as_json
from negotiation.documents.report.papers import Sender
from tests.documents.report import made

PAPERS = {"report-2026.xlsx", "report-2026.docx", "report-2026.json"}
CHARTS = {f"report-2026-{key}.svg" for key in ("flow", "outcomes", "on_time", "lateness", "coordination")}


def sent(home: Path) -> list[Sender]:
    return [Sender("领导小组办公室", "领导小组", "2027年1月15日", home)]


def test_the_folder_is_made_and_holds_all_of_them(tmp_path):
    folder = tmp_path / "送审" / "2026"
    written = write_papers(folder, made.report(), sent(tmp_path))
    assert {path.name for path in folder.iterdir()} == {path.name for path in written} == PAPERS | CHARTS
    assert json.loads((folder / "report-2026.json").read_text(encoding="utf-8")) == as_json(made.report())


def test_where_one_cannot_be_written_those_of_last_time_stay(tmp_path):
    folder, home = tmp_path / "out", tmp_path / "home"
    write_papers(folder, made.report(), sent(home))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (home / "report").mkdir(parents=True)
    (home / "report" / "annual.docx").write_text("不是文档", "utf-8")
    with pytest.raises(NegotiationError):
        write_papers(folder, made.nothing(), sent(home))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(NegotiationError) as caught:
        write_papers(tmp_path / "out", made.report(), sent(tmp_path))
    assert "不能写入" in caught.value.what
    assert str(tmp_path / "out") in caught.value.where
