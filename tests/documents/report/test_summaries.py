"""37号第二十九条: each unit sums up its year by the end of November, in numbers beside the office's own count."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from negotiation.core.enums import OFFICE_ID
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.documents.report.document import write_document
from negotiation.documents.report.papers import Wishes, senders
from negotiation.documents.report.unit_figures import own_figures
from negotiation.documents.report.workbook import write_sheets
from negotiation.domain.entered import EnteredBy
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.context import UnitOfWork
from negotiation.services.event_laws import laws_of
from negotiation.services.event_view import events_json
from negotiation.store import event_lines
from negotiation.worker import yearly_cases
from tests.acceptance.steps import refused
from tests.cli.terminal import Terminal, by
from tests.conftest import CIVIL, POLICE, Story, at, day
from tests.documents.report.year import of, year_of

PROVIDED, APPLIED = "作为提供部门", "作为使用部门"


@pytest.fixture
def unit(story: Story) -> Story:
    """The summary of the police, called for on 8 October: two cases came in September, one of them is supplied."""
    story.context.figures_of = own_figures
    for on in ("2026-09-01", "2026-09-02"):
        Story(story.database, story.context).submitted(on).act("agree", "provider", "2026-09-07")
    supplied = Story(story.database, story.context).submitted("2026-09-03").act("agree", "provider", "2026-09-07")
    supplied.act("supply", "provider", "2026-09-10").act("confirm", "applicant", "2026-09-11")
    with story.database.write() as transaction:
        yearly_cases.run(transaction, story.context, at("2026-10-08"))
    return summary(story, POLICE)


def summary(story: Story, name: str) -> Story:
    """The summary of a unit."""
    with story.database.read() as transaction:
        found = transaction.connection.exec_driver_sql(
            'SELECT c.no, d.name FROM "case" c JOIN department d ON d.id = c.provider_id '
            "WHERE c.procedure = 'annual-summary'"
        )
        numbers = {unit: no for no, unit in found}
    other = Story(story.database, story.context)
    other.no = numbers[name]
    return other


def handed_in(story: Story) -> Any:
    """The last event by which figures were handed in, as programs read it."""
    with story.database.read() as transaction:
        file = acting.take(UnitOfWork(transaction, story.context, at("2026-12-01")), story.no)
        events = event_lines.events_of(transaction, file.case_id)
        told = list(events_json(events, file, laws_of(transaction, file, events)))
    return [each for each in told if each["event"] in ("confirm", "revise")][-1]


def numbers(story: Story) -> dict[str, int]:
    return {key: n for key, n in handed_in(story)["fields"].items() if isinstance(n, int)}


# ---------------------------------------------------------------------------------------- filled from its own cases


def test_what_a_unit_confirms_are_the_figures_of_the_report_as_provider_and_as_applicant(unit):
    unit.act("confirm", "provider", "2026-11-16")
    other = summary(unit, CIVIL).act("confirm", "provider", "2026-11-16")
    found = year_of(unit, until="2026-11-16", as_of="2026-11-16")
    for story, name, side, word in (
        (unit, POLICE, "providers", "provided"),
        (other, CIVIL, "applicants", "applied"),
    ):
        line = of(found, name, side)
        for key in ("carried_over", "received", "closed", "carried_forward"):
            assert numbers(story)[f"{word}_{key}"] == line.counts.get(key, 0), key
    assert numbers(unit)["provided_received"] == 3
    assert numbers(unit)["provided_closed"] == 1
    assert numbers(other)["applied_received"] == 3
    assert handed_in(unit)["differences"] == []


def test_the_figures_are_counted_anew_until_they_are_handed_in_and_not_after(unit):
    Story(unit.database, unit.context).submitted("2026-11-02")
    unit.act("confirm", "provider", "2026-11-16")
    assert numbers(unit)["provided_received"] == 4
    Story(unit.database, unit.context).submitted("2026-11-17")
    assert numbers(unit)["provided_received"] == 4


# ------------------------------------------------------------------------------------------------------ they balance


def test_numbers_that_do_not_balance_are_refused_with_both_sums(unit):
    says = "作为提供部门的数字不平衡：上年结转0＋本年新收5＋划入0＝5，本年办结1＋划出0＋结转下年2＝3，相差2"
    with refused(unit, FieldError, says):
        unit.act("revise", "provider", "2026-11-16", provided_received=5)
    assert unit.state == "awaiting_summary"


def test_a_correction_of_the_entry_must_balance_too(unit):
    unit.act("revise", "provider", "2026-11-16", provided_received=5, provided_carried_forward=4)
    seq = len(unit.events())
    right = (Correction(seq, fields={"provided_received": "6"}),)
    changes = Changes("登记有误", EnteredBy("测试", side=OFFICE_ID), "office", right)
    with pytest.raises(NegotiationError, match="不平衡"), unit.database.write() as transaction:
        corrections.rewrite(UnitOfWork(transaction, unit.context, at("2026-11-17")), unit.no, changes)


def test_a_number_below_nothing_is_refused(unit):
    with refused(unit, FieldError, "“作为提供部门：划入”为-1，件数不能小于0"):
        unit.act("revise", "provider", "2026-11-16", provided_moved_in=-1)


# ------------------------------------------------------------------------------------------------------- who differs


def test_where_a_unit_counts_otherwise_both_sides_see_it(unit):
    unit.act("revise", "provider", "2026-11-16", provided_received=5, provided_carried_forward=4)
    event = handed_in(unit)
    assert event["differences"] == [
        {"field": "provided_received", "title": f"{PROVIDED}：本年新收", "handed_in": 5, "counted": 3},
        {"field": "provided_carried_forward", "title": f"{PROVIDED}：结转下年", "handed_in": 4, "counted": 2},
    ]
    assert event["shown"]["与系统统计不同"] == (f"{PROVIDED}：本年新收 报5，系统3；{PROVIDED}：结转下年 报4，系统2")
    assert event["shown"][f"{PROVIDED}：本年新收"] == "5"
    assert event["shown"][f"{PROVIDED}：上年结转"] == "0"


def test_it_is_returned_for_correction_with_a_reason_and_a_term(unit):
    unit.act("revise", "provider", "2026-11-16", provided_received=5, provided_carried_forward=4)
    with refused(unit, FieldError, "须填写“理由”"):
        unit.act("send_back", "office", "2026-11-17")
    unit.act("send_back", "office", "2026-11-17", reason="新收与台账不符")
    assert unit.state == "returned"
    assert [str(term.due_on) for term in unit.file.case_state.terms if term.kind == "amendment"] == ["2026-11-24"]
    unit.act("confirm", "provider", "2026-11-20").act("receive", "office", "2026-11-23")
    assert unit.state == "closed"
    assert handed_in(unit)["differences"] == []
    assert not unit.record.late


# ------------------------------------------------------------------------------------------------------ added up


def annex(story: Story, folder: Path) -> list[dict[str, Any]]:
    write_sheets(year_of(story), folder / "r.xlsx")
    sheet = load_workbook(folder / "r.xlsx", data_only=True)["附表4"]
    heads = [str(cell.value) for cell in sheet[3]]
    return [dict(zip(heads, line, strict=True)) for line in sheet.iter_rows(min_row=4, values_only=True)]


def test_the_report_adds_them_up_and_says_who_differs(unit, tmp_path):
    unit.act("revise", "provider", "2026-11-16", provided_received=5, provided_carried_forward=4)
    summary(unit, CIVIL).act("confirm", "provider", "2026-11-16")
    total, *units = annex(unit, tmp_path)
    assert [each["报送单位"] for each in units] == [CIVIL, POLICE]
    assert (total["报送单位"], total[f"{PROVIDED}：本年新收"], total[f"{APPLIED}：本年新收"]) == ("合计", 5, 3)
    assert total["与系统统计不同"] == "1家"
    assert units[0]["与系统统计不同"] == "—"
    assert units[1]["与系统统计不同"].startswith(f"{PROVIDED}：本年新收 报5，系统3")
    (sender,) = senders(unit.context, day("2027-01-15"), Wishes())
    write_document(year_of(unit), sender, tmp_path / "r.docx")
    text = "\n".join(each.text for each in Document(str(tmp_path / "r.docx")).paragraphs)
    assert f"已报送数据的单位2家，其中1家与系统统计不同（{POLICE}），汇总见附件附表4。" in text
    assert "2026年度附表4　各单位年度总结数据汇总" in text


def test_while_nobody_has_handed_in_the_annex_says_so_and_is_not_listed(unit, tmp_path):
    assert annex(unit, tmp_path) == [{"报送单位": "本年度未发生", "报送": None, "与系统统计不同": None}]


# ------------------------------------------------------------------------------------------------- by command line


def plain(mail: EmailMessage) -> str:
    """The text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_by_command_line_they_are_checked_and_the_mail_says_how_many_differ(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NEGOTIATION_HOME", str(tmp_path / "home"))
    for name in ("NEGOTIATION_DATABASE_URL", "NEGOTIATION_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NEGOTIATION_OFFICE_MAIL", "office@sharing.gov.cn")
    office = Terminal(tmp_path / "home", monkeypatch, capsys)
    office.at(at("2026-11-02"))
    office.json("department", "set", POLICE)
    office.json("yearly")
    no = next(each["no"] for each in office.json("cases")["cases"] if each["no"].startswith("ZJ"))
    on = by("provider", "2026-11-02")
    error = office.error("case", "act", no, "revise", *on, "--field", "provided_received=2", status=1)
    assert "不平衡" in error["what"]
    done = office.json(
        "case", "act", no, "revise", *on, "--field", "provided_received=2", "--field", "provided_closed=2"
    )
    assert done["events"][-1]["differences"][0] == {
        "field": "provided_received", "title": f"{PROVIDED}：本年新收", "handed_in": 2, "counted": 0,
    }  # fmt: skip
    office.json("post")
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in tmp_path.rglob("*.eml")]
    (text,) = [body for body in map(plain, mails) if "更正并报送" in body]
    assert "报送的数字中有2项与系统统计不同，请登录系统核对。" in text
    assert "报2" not in text
