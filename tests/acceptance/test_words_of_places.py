"""The words of other places: nothing of another stands in their mails and reports, and their own stand there."""

import email
import email.policy
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from negotiation.documents import case_list_sheet
from negotiation.documents.report.compiler import compiled
from negotiation.documents.report.days import Days
from negotiation.documents.report.export import write_papers
from negotiation.documents.report.papers import Wishes, senders
from negotiation.notifications import dispatcher
from negotiation.store.case_list.conditions import Wanted
from tests.acceptance.other_places import Place, lived_year, settled
from tests.conftest import at
from tests.foreign import FOREIGN, OF_BEIJING


@pytest.fixture
def place(database, tmp_path):
    return lambda name: Place(database, settled(database, tmp_path / "home", name), name)


@pytest.mark.parametrize("name", FOREIGN)
def test_no_word_of_another_place_stands_in_its_mails(place, name):
    """All that a year sends: each paragraph is its rulebook's, or is true everywhere."""
    here = place(name)
    lived_year(here, seed=3, cases=12)
    on = date(2026, 1, 1)
    while on <= date(2026, 12, 31):
        dispatcher.run(here.database, here.context, at(str(on)))
        on += timedelta(days=1)
    mails = [words_of(path) for path in (here.context.settings.home / "mail").glob("*.eml")]
    assert len(mails) > 20
    assert [word for word in OF_BEIJING if any(word in mail for mail in mails)] == []
    assert any(here.book.role_title("provider") in mail for mail in mails)
    assert all(here.book.role_title("office") in mail for mail in mails)
    called = here.rules.fields[here.rules.subject].title
    assert any(f"{called}：" in mail for mail in mails)


@pytest.mark.parametrize("name", FOREIGN)
def test_no_word_of_another_place_stands_in_its_report(place, name, tmp_path):
    here = place(name)
    lived_year(here, seed=3, cases=12)
    on = date(2026, 12, 31)
    report = compiled(here.database, here.context, 2026, Days(date(2026, 1, 1), on, on))
    written = write_papers(tmp_path / "out", report, senders(here.context, on, Wishes()))
    papers = [Document(str(path)) for path in written if path.suffix == ".docx"]
    said = "\n".join(text.text or "" for paper in papers for text in paper.element.body.iter(qn("w:t")))
    assert here.rules.title in said
    assert [word for word in OF_BEIJING if word in said] == []


@pytest.mark.parametrize("name", FOREIGN)
def test_its_own_words_head_the_columns_of_its_lists(place, name, tmp_path):
    """What it calls what its cases are about, and their parties, in the list that is taken out of the system."""
    here = place(name)
    here.opened("2026-03-02")
    path = tmp_path / "list.xlsx"
    assert case_list_sheet.export(here.database, here.context, Wanted(), date(2026, 3, 3), path) == 1
    said = [cell for row in load_workbook(path).worksheets[0].values for cell in row]
    titles = [here.rules.fields[key].title for key in (here.rules.subject, "applicant", "provider")]
    assert [title for title in titles if title not in said] == []
    assert not {"资源名称", "使用部门"}.intersection(said)


@pytest.mark.parametrize("folder", FOREIGN.values(), ids=FOREIGN)
def test_the_rules_of_another_place_are_written_in_150_lines(folder):
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.toml")) <= 150


def words_of(path: Path) -> str:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")


def test_a_mail_on_silence_says_what_it_means_there(place):
    hailing = place("hailing")
    hailing.opened("2026-03-02")
    for on in ("2026-03-12", "2026-03-18"):
        hailing.sweep(on)
        dispatcher.run(hailing.database, hailing.context, at(on, "11:00"))
    mails = [words_of(path) for path in (hailing.context.settings.home / "mail").glob("*.eml")]
    says = "依据《海陵县政务信息共享实施细则》（海政发〔2026〕3号）第七条，届满未答复的，视为同意。"
    assert sum(says in mail for mail in mails) == 1  # before the end, to whoever is silent
    assert sum("届满未答复，视为同意" in mail for mail in mails) == 2  # afterwards, to both
    assert not any("不视为同意" in mail for mail in mails)
