"""《办法》第三十四条: a district makes its own measures after this model. Terms, organs and names differ; no code does.

通州区: the reply within 7 working days, 区数据局 as office, 区政府 decides alone, numbers in its own form.
"""

import email
import email.policy
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, by

FIELDS = (
    "applicant=区民政局", "provider=区公安分局", "resource=常住人口基本信息", "class=有条件共享", "scope=低保审核",
    "use_basis=《社会救助暂行办法》第五十八条", "scenario=办理低保资格核对", "mode=服务接口", "period=长期",
)  # fmt: skip
OWN_HEAD = {
    'id = "beijing-2025"': 'id = "tongzhou"',
    'title = "《政务数据共享条例》及《北京市政务信息资源管理办法（试行）》"': 'title = "通州区政务数据共享管理办法"',
    'document = "国务院令第809号、京政发〔2017〕37号"': 'document = "通政发〔2026〕1号"',
    "in_force_from = 2025-08-01": "in_force_from = 2026-01-01",
    'office = { title = "领导小组办公室" }': 'office = { title = "区数据局" }',
    'leading_group = { title = "领导小组"': 'leading_group = { title = "区数据工作专班"',
    'government = { title = "本级政府"': 'government = { title = "区政府"',
    'provider = { title = "提供部门" }': 'provider = { title = "数据提供单位" }',
}
OWN_RULES = {
    'number = "GX{year}-{seq:04}"': 'number = "通共{year}-{seq:03}"',
    'bound = "provider"\nitems = "open"\ndays = 10': 'bound = "provider"\nitems = "open"\ndays = 7',
    'title = "待领导小组审议"': 'title = "待专班审议"',
}


def edited(path: Path, changes: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for was, becomes in changes.items():
        assert text.count(was) == 1, was
        text = text.replace(was, becomes)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def district(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Copied, edited, checked, installed, named in the settings: what the README tells a district to do."""
    folder = terminal.home / "rulebooks" / "tongzhou"
    terminal.json("rulebook", "copy", "beijing-2025", str(folder))
    edited(folder / "rulebook.toml", OWN_HEAD)
    edited(folder / "sharing.toml", OWN_RULES)
    assert terminal.json("rulebook", "check", str(folder))["ok"] is True
    monkeypatch.setenv("NEGOTIATION_RULEBOOK", "tongzhou")
    monkeypatch.setenv("NEGOTIATION_OFFICE_NAME", "区数据局")
    for name in ("区民政局", "区公安分局"):
        terminal.json("department", "set", name, "--duty", "A", "--person", "甲", "--email", "a@tz.gov.cn")
    return terminal


def handed_in(district: Terminal) -> str:
    words = [word for field in FIELDS for word in ("--field", field)]
    no: str = district.json("case", "open", "sharing", "--on", "2026-09-18", *words)["no"]
    district.json("case", "act", no, "submit", *by("applicant", "2026-09-18"))
    return no


def test_its_cases_have_its_numbers_and_its_terms(district):
    no = handed_in(district)
    assert no == "通共2026-001"
    (line,) = district.json("cases")["cases"]
    assert line["due"] == "2026-09-29"  # 7 working days, 中秋 on Friday the 25th


def test_its_organs_speak_under_their_own_names(district):
    no = handed_in(district)
    _, shown, _ = district.run("case", "show", no)
    assert "数据提供单位" in shown
    assert "通政发〔2026〕1号" in district.run("rulebook", "show", "tongzhou")[1]
    assert district.json("post", "--at", "2030-01-07T10:00")["sent"] > 0
    for path in (district.home / "mail").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        assert "区数据局" in body.get_content()
        assert "领导小组" not in body.get_content()


def test_before_its_measures_were_in_force_nothing_is_opened_under_them(district):
    words = [word for field in FIELDS for word in ("--field", field)]
    what = district.error("case", "open", "sharing", "--on", "2025-12-31", *words, status=1)["what"]
    assert "通州区政务数据共享管理办法" in what


def test_its_year_has_its_figures(district):
    handed_in(district)
    report = district.json("report", "2026", "--as-of", "2026-09-30")
    assert (report["received"], report["replies_due"], report["replies_on_time"]) == (1, 1, 0)
