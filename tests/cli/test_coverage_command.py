"""``rulebook coverage``: each article with what carries it, for the shipped rulebooks and for a stranger's."""

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal

HEAD = """id = "{0}"
version = "1"
extends = "national-2025"
title = "某区政务数据共享实施细则"
document = "×政办发〔2026〕1号"
in_force_from = 2026-10-01

[documents]
"条例" = {{ title = "政务数据共享条例", number = "国务院令第809号" }}
"细则" = {{ title = "某区政务数据共享实施细则", number = "×政办发〔2026〕1号" }}

[cited_as]
"国务院令第809号" = "条例"
"""
PAGE = """title = "某区政务数据共享实施细则"
number = "×政办发〔2026〕1号"
articles = 2

[[duties]]
article = 1
says = "总则"
outside = "没有需要逐件办理的事项"

[[duties]]
article = 2
says = "8个工作日内答复"
rows = ["sharing.terms.reply"]
"""


@pytest.fixture
def folder(terminal: Terminal) -> Path:
    """A stranger's rulebook: its reply in eight working days, by article 2 of its own document."""
    folder = terminal.home / "rulebooks" / "my-district"
    folder.mkdir(parents=True)
    (folder / "rulebook.toml").write_text(HEAD.format("my-district"), encoding="utf-8")
    own = 'terms.reply = { days = 8, basis = "细则第二条", start_basis = "细则第二条" }\n'
    (folder / "sharing.toml").write_text(own, encoding="utf-8")
    return folder


def test_it_prints_article_by_article_what_carries_it(terminal: Terminal) -> None:
    status, told, _ = terminal.run("rulebook", "coverage", "national-2025")
    assert status == 0
    assert "政务数据共享条例" in told
    assert "不在系统之内" in told
    assert "共享申请：答复期限" in told


def test_by_default_it_is_the_last_of_the_rulebooks_in_use(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "beijing-2017,beijing-2025")
    assert terminal.json("rulebook", "coverage")["id"] == "beijing-2025"


def test_programs_read_the_rows_of_a_duty_with_their_articles(terminal: Terminal) -> None:
    answer = terminal.json("rulebook", "coverage", "beijing-2025")
    laws = {law["number"]: law for law in answer["laws"]}
    assert (laws["国务院令第809号"]["articles"], laws["京政发〔2017〕37号"]["articles"]) == (44, 37)
    supply = next(each for each in laws["国务院令第809号"]["duties"] if each["articles"] == [22])
    row = next(each for each in supply["rows"] if each["row"] == "sharing.terms.supply")
    assert row["basis"] == ["《政务数据共享条例》（国务院令第809号）第二十二条"]
    assert answer["wanting"] == []


def test_a_stranger_s_document_without_a_page_is_wanting(terminal: Terminal, folder: Path) -> None:
    status, told, _ = terminal.run("rulebook", "coverage", "my-district")
    assert status == 1
    assert "×政办发〔2026〕1号：没有法规页" in told


def test_a_stranger_brings_a_page_of_law(terminal: Terminal, folder: Path) -> None:
    (folder / "laws").mkdir()
    (folder / "laws" / "measures.toml").write_text(PAGE, encoding="utf-8")
    answer = terminal.json("rulebook", "coverage", "my-district")
    own = next(law for law in answer["laws"] if law["number"] == "×政办发〔2026〕1号")
    assert [row["row"] for row in own["duties"][1]["rows"]] == ["sharing.terms.reply"]
    assert answer["wanting"] == []


def test_a_page_at_fault_is_found_by_the_check(terminal: Terminal, folder: Path) -> None:
    (folder / "laws").mkdir()
    (folder / "laws" / "measures.toml").write_text(PAGE.replace("article = 2", "article = 3"), encoding="utf-8")
    status, told, _ = terminal.run("rulebook", "check", str(folder))
    assert status == 1
    assert "没有第3条：共2条" in told


def test_it_lists_the_open_questions_with_what_is_chosen(terminal: Terminal) -> None:
    options = {each["option"]: each for each in terminal.json("rulebook", "coverage", "beijing-2025")["options"]}
    clock = options["supplement_clock"]
    assert (clock["default"], clock["chosen"]) == ("run_on", "run_on")
    assert clock["basis"] == "《政务数据共享条例》（国务院令第809号）第二十一条"
    assert "补充材料期间继续计算" in terminal.run("rulebook", "coverage", "beijing-2025")[1].replace("\n", "")
