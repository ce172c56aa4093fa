"""A case is destroyed by command on an order: previewed, entered by one, confirmed by another, gone from the disk."""

import pytest

from tests.cli.terminal import Terminal
from tests.cli.test_case_export import opened

ORDER = ("--order", "京密〔2026〕3号", "--order-on", "2026-11-20")


@pytest.fixture
def no(office: Terminal) -> str:
    for login, role in (("li", "office_clerk"), ("wang", "office_head")):
        office.json("account", "add", login, "--name", login, "--role", role)
    return opened(office)


def test_one_enters_another_confirms_and_the_words_are_gone(office: Terminal, no: str) -> None:
    preview = office.json("case", "expunge", no, *ORDER)
    assert preview["waits"] is False
    assert any("附件" in line or "文字" in line for line in preview["goes"])
    office.run("backup", str(office.home.parent / "backup.zip"))
    office.json("case", "expunge", no, *ORDER, "--by", "li")
    assert "不能是同一人" not in office.error("case", "expunge", no, "--confirm", "--by", "li", status=1)["what"]
    done = office.json("case", "expunge", no, "--confirm", "--by", "wang")
    assert (done["done"], [each["is_there"] for each in done["backups"]]) == (True, [True])
    case = office.json("case", "show", no)
    assert case["subject"] == "（已封存）"
    assert case["expunged"] == "内容已依京密〔2026〕3号（2026-11-20）封存清除"
    assert office.json("audit", "verify", "--full")["broken"] == []
    assert "办理低保" not in str([office.json("cases"), office.json("report", "2026"), office.json("desk")])
    office.json("ledger", "export", str(office.home.parent / "ledger.xlsx"))
    words = "办理低保".encode()
    files = [each for each in office.home.rglob("*") if each.is_file()]
    assert [each.name for each in files if words in each.read_bytes()] == []


def test_half_an_order_and_a_confirmation_of_none_are_sentences(office: Terminal, no: str) -> None:
    assert "文号和日期" in office.error("case", "expunge", no, "--order", "京密〔2026〕3号", status=2)["what"]
    assert "没有待复核" in office.error("case", "expunge", no, "--confirm", "--by", "wang", status=1)["what"]


def test_what_is_due_is_listed_and_kept_on_with_a_reason(office: Terminal, no: str) -> None:
    office.json("case", "act", no, "withdraw", "--by", "applicant", "--on", "2026-11-23", "--field", "reason=不再需要")
    assert office.json("retention", "--as-of", "2056-12-31")["cases"] == []
    (due,) = office.json("retention", "--as-of", "2057-01-01")["cases"]
    assert (due["no"], due["ended"], due["years"], due["due"]) == (no, "2026-11-23", 30, "2057-01-01")
    office.json("case", "keep", no, "--until", "2077-01-01", "--reason", "仍有查考价值", "--actor", "李明")
    assert office.json("retention", "--as-of", "2057-01-01")["cases"] == []
    assert "1 件" in office.run("retention", "--as-of", "2077-01-01")[1]
