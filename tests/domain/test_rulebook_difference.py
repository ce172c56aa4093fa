"""In what one rulebook differs from another, as a lawyer reads it: procedure, row, article, old → new."""

import re
from pathlib import Path

import pytest

from negotiation.core.enums import CalendarLayer
from negotiation.domain.rulebook import load, shipped
from negotiation.domain.rulebook.difference import Detail, Difference, difference
from negotiation.domain.rulebook.event_rules import FIELD_KINDS
from negotiation.domain.rulebook.key_titles import VALUES
from tests.cli.terminal import Terminal

MEASURES = "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）"
READ_IN_WORDS = (("字段", "类别"), ("事项", "日历层级"), ("事件", "通知"), ("期限", "提醒"))
REGULATION = "《政务数据共享条例》（国务院令第809号）"


@pytest.fixture(scope="module")
def found() -> list[Difference]:
    return difference(load(shipped()["beijing-2017"]), load(shipped()["beijing-2025"]))


def row(found: list[Difference], procedure: str, section: str, title: str) -> Difference:
    (each,) = [each for each in found if (each.procedure, each.section, each.row) == (procedure, section, title)]
    return each


def test_a_changed_term_says_what_it_was_and_is_and_by_which_article(found: list[Difference]) -> None:
    each = row(found, "目录更新", "期限", "目录更新期限")
    assert (each.change, each.basis) == ("changed", f"{REGULATION}第十七条")
    assert Detail("工作日数", "15", "10") in each.details
    assert Detail("依据", f"{MEASURES}第九条", f"{REGULATION}第十七条") in each.details


def test_an_added_row_says_all_of_itself_and_a_removed_one_is_named(found: list[Difference]) -> None:
    added = row(found, "共享申请", "转换", "经协调未达成一致（待报审议）、已审议（待报政府决定） · 报请决定")
    assert (added.change, added.details[2]) == ("added", Detail("到", "", "待本级政府决定"))
    assert row(found, "共享申请", "字段", "仍要申请的理由").change == "removed"


def test_what_a_row_does_to_data_items_is_read_in_words(found: list[Difference]) -> None:
    (row_of_decision,) = [each for each in found if each.row == "待本级政府决定 · 登记决定"]
    (items,) = [each.new for each in row_of_decision.details if each.what == "数据项"]
    fields, choices = "应予共享：应予共享的数据项，不予共享：不予提供的数据项", "应予共享：应予共享，不予共享：不予共享"
    assert items == f"{fields}，针对的数据项：争议中，按决定，{choices}"


def test_a_role_that_is_called_otherwise_is_one_difference_and_not_one_of_each_row(found: list[Difference]) -> None:
    assert row(found, "规则", "角色", "需求部门").details == (Detail("名称", "使用部门", "需求部门"),)
    assert not [each for each in found if each.procedure == "共享申请" and each.row == "草稿"]


def test_what_is_only_cited_by_another_name_is_no_difference(found: list[Difference]) -> None:
    """第二十条 there and 37号第二十条 here are one article."""
    assert not [each for each in found if each.procedure == "汇聚豁免"]
    assert {each.procedure for each in found} < {
        "规则",
        *(p.title for p in load(shipped()["beijing-2025"]).procedures.values()),
    }


def test_a_procedure_that_only_one_has_is_one_line(found: list[Difference]) -> None:
    each = row(found, "停用处置", "事项", "停用处置")
    assert (each.change, each.basis, each.details) == ("added", f"{REGULATION}第二十七条", ())


@pytest.mark.parametrize("name", shipped())
def test_a_rulebook_does_not_differ_from_itself_or_from_what_the_database_keeps(name: str) -> None:
    book = load(shipped()[name])
    assert difference(book, book) == []


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.setenv("NEGOTIATION_HOME", str(tmp_path / "home"))
    return Terminal(tmp_path / "home", monkeypatch, capsys)


def test_the_command_compares_with_the_base_or_with_any_other(terminal: Terminal) -> None:
    answer = terminal.json("rulebook", "show", "national-2025", "--diff")
    versions = [load(shipped()[name]).version for name in ("beijing-2025", "national-2025")]
    assert [answer["base"], answer["base_version"], answer["version"]] == ["beijing-2025", *versions]
    assert {each["change"] for each in answer["differences"]} == {"added", "changed", "removed"}
    assert terminal.json("rulebook", "show", "national-2025", "--diff", "beijing-2017")["base"] == "beijing-2017"
    code, out, _ = terminal.run("rulebook", "show", "beijing-2025", "--diff")
    assert code == 0
    for words in ("增加", "修改", "删除", "期限：目录更新期限", "工作日数：15 → 10"):
        assert words in out
    assert "没有不同" in terminal.run("rulebook", "show", "beijing-2017", "--diff", "beijing-2017")[1]


def test_what_stands_alone_is_compared_with_nothing_unless_it_is_named(terminal: Terminal) -> None:
    assert "不以其他规则为基础" in terminal.error("rulebook", "show", "beijing-2017", "--diff", status=2)["what"]
    assert "--diff" in terminal.error("rulebook", "show", "beijing-2017", "beijing-2025", status=2)["todo"]


@pytest.mark.parametrize("name", ["beijing-2025", "national-2025"])
def test_groups_kinds_of_fields_layers_and_notices_are_read_by_their_titles(name: str) -> None:
    base = {"beijing-2025": "beijing-2017", "national-2025": "beijing-2025"}[name]
    words = [
        word
        for each in difference(load(shipped()[base]), load(shipped()[name]))
        for detail in each.details
        if each.section == "状态组" or (each.section, detail.what) in READ_IN_WORDS
        for word in (detail.old, detail.new)
    ]
    assert words
    assert not [word for word in words if re.search("[a-z]", word)]


def test_every_kind_of_field_and_every_layer_has_a_word() -> None:
    assert set(VALUES["kind"]) == set(FIELD_KINDS)
    assert set(VALUES["calendar_layer"]) == set(CalendarLayer)
