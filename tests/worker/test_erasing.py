"""What an order destroys is gone from every table, file and page: two persons, one order, a search for the words."""

import email
import email.policy
import json
import sqlite3
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import column, make_url, select
from sqlalchemy import table as sqlalchemy_table

from negotiation.core.enums import AccountRole, ProposalState
from negotiation.core.errors import Conflict, FieldError, InvalidTransition, NegotiationError, WrongRole
from negotiation.core.settings import Settings
from negotiation.documents.export import hand_out
from negotiation.documents.report import publishing
from negotiation.documents.report.days import Days
from negotiation.domain.attachments.upload import Upload
from negotiation.domain.expunging import Order
from negotiation.domain.people import Person
from negotiation.notifications import as_sent, dispatcher
from negotiation.services import approvals, case_view, expunge_orders, expunge_view, keeping_checks
from negotiation.services.accounts import management
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from negotiation.services.proof import sealing, verification
from negotiation.services.proof.verification import Findings
from negotiation.store import attachments, erasures, proposals, report_editions
from negotiation.store.database import Database
from negotiation.store.proposals import ProposalRow
from negotiation.store.retention import offline_between
from negotiation.store.schema.whole import METADATA
from negotiation.worker import erasing, indexing
from tests.conftest import Story, admin_at, at, everything

INDEX = sqlalchemy_table("search_case", column("body"))
SECRET = "星光甲字工程"
PASSWORD = "河流 茶杯 雨伞 十一月"
ORDER = Order("京密〔2026〕3号", date(2026, 4, 20))
LATER = at("2026-04-21")
YEAR = Days(date(2026, 1, 1), date(2026, 4, 30), date(2026, 4, 30))


class Office:
    """Li enters, Wang and Zhou are heads; a case whose every text has the words that must go."""

    def __init__(self, story: Story, settings: Settings) -> None:
        self.story, self.settings, self.database = story, settings, story.database
        self.li = self.person("li", "李明", AccountRole.OFFICE_CLERK)
        self.wang = self.person("wang", "王静", AccountRole.OFFICE_HEAD)
        self.zhou = self.person("zhou", "周颖", AccountRole.OFFICE_HEAD)

    def person(self, login: str, name: str, role: AccountRole) -> Person:
        return management.create_account(
            self.database, login=login, name=name, roles={role}, operation=admin_at(at("2026-03-01")), password=PASSWORD
        ).person

    def lives(self) -> None:
        """The case, from its letter to a meeting, with files, mails, a returned proposal and a published report."""
        story = self.story
        story.submitted(
            "2026-03-02", resource=f"{SECRET}登记信息", items=f"{SECRET}姓名、{SECRET}住址", scenario=SECRET
        )
        story.act("refuse", "provider", "2026-03-10", reason=f"{SECRET}不宜提供")
        story.sweep("2026-03-11")
        body = f"{SECRET}".encode()
        upload = Upload(f"{SECRET}来函.txt", "text/plain", len(body), sha256(body).digest(), body)
        case_id = story.record.id
        row = ProposalRow(
            case_id, 1, "note", "office", 0, 1, json.dumps({"fields": {"note": SECRET}, "beside": {}}), self.li.id,
            "李明", at("2026-03-12"), ProposalState.RETURNED.value, "王静", at("2026-03-12"), f"{SECRET}有误",
        )  # fmt: skip
        report = {"tables": {"coordination": [{"no": story.no, "subject": f"{SECRET}登记信息"}]}, "open_at_the_end": {}}
        text = json.dumps(report, ensure_ascii=False)
        with self.database.write() as transaction:
            attachments.add(transaction, case_id, [upload], "李明", at("2026-03-02"))
            proposals.add(transaction, row)
            report_editions.keep(transaction, 2025, text, report_editions.digest_of(text), "王静", at("2026-04-01"), "")
        story.act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
        story.met("2026-04-10", "coordination")
        with self.database.write() as transaction:
            transaction.execute(f"UPDATE meeting_case SET agreed = '{SECRET}应予共享' WHERE case_id = {case_id}")
        dispatcher.run(self.database, story.context, at("2026-04-13"))
        folder = self.settings.home / "rejected"
        folder.mkdir(parents=True)
        with zipfile.ZipFile(folder / "台账-rejected-2026-03-02.xlsx", "w") as sheet:
            sheet.writestr("xl/sharedStrings.xml", f"{story.no} {SECRET}")
        sealing.seal(self.database, self.settings, at("2026-04-15"))

    def enter(self, person: Person, order: Order = ORDER) -> ProposalRow:
        with self.database.write() as transaction:
            return expunge_orders.enter(self.work(transaction), person, self.story.no, order)

    def confirm(self, person: Person, n: int) -> None:
        with self.database.write() as transaction:
            approvals.approve(self.work(transaction), person, self.story.no, n)

    def work(self, transaction: object) -> UnitOfWork:
        return UnitOfWork(transaction, self.story.context, LATER)  # type: ignore[arg-type]

    def in_files(self) -> list[str]:
        """The files of the home, and of SQLite, in which the words stand."""
        places = [each for each in self.settings.home.rglob("*") if each.is_file()]
        if self.database.is_sqlite:
            path = Path(str(make_url(self.database.url).database))
            places += [each for each in path.parent.glob(f"{path.name}*") if each.is_file()]
        return [each.name for each in places if SECRET in _words(each)]


def _words(path: Path) -> str:
    if path.suffix == ".eml":
        parts = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).walk()
        return "".join(str(part.get_content()) for part in parts if part.get_content_maintype() == "text")
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as package:
            return "".join(package.read(name).decode() for name in package.namelist())
    return path.read_bytes().decode(errors="replace")


@pytest.fixture
def office(story: Story, settings: Settings) -> Office:
    made = Office(story, settings)
    made.lives()
    return made


def in_rows(database: Database) -> set[str]:
    """The tables in which the words stand, as text or as bytes."""
    words, spelt = SECRET, repr(SECRET.encode())[2:-1]
    with database.read() as transaction:
        rows = {
            table.name: [repr(tuple(row)) for row in transaction.connection.execute(select(*table.c))]
            for table in (*METADATA.sorted_tables, INDEX)
        }
    return {table for table, found in rows.items() if any(words in row or spelt in row for row in found)}


def test_no_table_file_or_page_has_the_words_and_the_rest_proves_itself(office: Office) -> None:
    tables = {"case", "content", "item", "notice", "attachment", "proposal", "meeting_case", "report_edition"}
    indexing.run(office.database, office.story.context, LATER)
    assert in_rows(office.database) == tables | {"search_case", "file_text"}
    assert len(office.in_files()) >= 3
    row = office.enter(office.li)
    office.confirm(office.wang, row.n)
    assert in_rows(office.database) == set()
    indexing.run(office.database, office.story.context, LATER)
    assert in_rows(office.database) == set()
    assert [each.no for each in erasing.erase(office.database, office.settings, LATER)] == [office.story.no]
    assert office.in_files() == []
    with office.database.read() as transaction:
        assert report_editions.is_intact(report_editions.newest(transaction, 2025))
    assert verified(office).broken == []
    sealing.seal(office.database, office.settings, LATER)
    assert (verified(office).broken, verified(office).changed) == ([], [])


def verified(office: Office) -> Findings:
    with office.database.read() as transaction:
        work = office.work(transaction)
        return verification.verify(work, sealing.verifiers_of(office.settings), None, full=True)


def test_an_order_is_entered_by_one_and_confirmed_by_another(office: Office) -> None:
    row = office.enter(office.wang)
    with pytest.raises(WrongRole, match="不能是同一人"):
        office.confirm(office.wang, row.n)
    with pytest.raises(WrongRole):
        office.confirm(office.li, row.n)
    assert SECRET in office.story.record.subject
    office.confirm(office.zhou, row.n)
    assert office.story.record.subject == "（已封存）"
    assert office.story.events()[-1] == ("expunge", "2026-04-21", "office")


def test_an_order_without_number_of_a_day_to_come_or_for_what_is_not_there_is_refused(office: Office) -> None:
    for order, field in (
        (Order("", date(2026, 4, 20)), "order_no"),
        (Order("京密〔2026〕3号", date(2026, 5, 1)), "order_on"),
        (Order("京密〔2026〕3号", date(2026, 4, 20), entries=(99,)), "entries"),
        (Order("京密〔2026〕3号", date(2026, 4, 20), files=(9,)), "files"),
    ):
        with pytest.raises(FieldError) as refused:
            office.enter(office.li, order)
        assert refused.value.field == field
    with pytest.raises(WrongRole):
        office.enter(office.person("audit", "审计", AccountRole.AUDITOR))


def test_nothing_is_destroyed_while_a_mail_of_the_case_is_being_sent(office: Office) -> None:
    with office.database.write() as transaction:
        transaction.execute(f"UPDATE notice SET state = 'claimed' WHERE case_id = {office.story.record.id}")
    row = office.enter(office.li)
    with pytest.raises(Conflict, match="正在发送"):
        office.confirm(office.wang, row.n)
    assert "attachment" in in_rows(office.database)


def test_a_second_order_on_the_same_finds_nothing_to_destroy(office: Office) -> None:
    office.confirm(office.wang, office.enter(office.li).n)
    with pytest.raises(NegotiationError, match="都已清除"):
        office.enter(office.li)


def test_an_exported_case_verifies_and_has_no_word_of_it(office: Office) -> None:
    office.confirm(office.wang, office.enter(office.li).n)
    with office.database.read() as transaction:
        file = acting.take(office.work(transaction), office.story.no)
        made = hand_out(transaction, file, None, as_sent.notices_of(transaction, file))  # verifies what it hands out
    assert SECRET.encode() not in made.content
    assert "封存清除".encode() in made.content


def test_the_preview_names_what_goes_and_writes_nothing(office: Office) -> None:
    before = everything(office.database)
    with office.database.read() as transaction:
        preview = expunge_view.preview_of(office.work(transaction), office.story.no, ORDER)
    assert any("来函.txt" in line for line in preview.goes)
    assert any("会议" in line for line in preview.goes)
    assert everything(office.database) == before


def test_pages_that_a_reader_still_needs_are_left_for_the_next_time(office: Office) -> None:
    if not office.database.is_sqlite:
        return
    office.confirm(office.wang, office.enter(office.li).n)
    with sqlite3.connect(str(make_url(office.database.url).database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM content").fetchone()
        assert erasing.erase(office.database, office.settings, LATER) == []
        reader.execute("ROLLBACK")
    with office.database.read() as transaction:
        assert [each.no for each in erasures.pending(transaction)] == [office.story.no]
        assert "尚未清除" in keeping_checks.examine(transaction)[0].what
    assert len(erasing.erase(office.database, office.settings, LATER)) == 1
    assert office.in_files() == []


def test_a_case_that_ended_goes_on_on_paper_and_nothing_can_be_entered_in_it(office: Office) -> None:
    running = Order("京密〔2026〕3号", date(2026, 4, 20), offline=True)
    with pytest.raises(InvalidTransition, match="尚在系统中办理"):
        office.enter(office.li, running)
    office.story.act("void", "office", "2026-04-20", reason="转线下办理")
    office.confirm(office.wang, office.enter(office.li, running).n)
    assert (office.story.record.subject, in_rows(office.database)) == ("（线下办理）", set())
    with pytest.raises(InvalidTransition, match="已转线下办理"):
        office.story.act("reopen", "office", "2026-04-21", reason="恢复")
    assert verified(office).broken == []
    with office.database.read() as transaction:
        assert offline_between(transaction, date(2026, 1, 1), date(2026, 12, 31)) == [office.story.no]
        case = case_view.case_json(transaction, office.story.file, office.story.context, date(2026, 4, 21))
    assert case["expunged"] == "内容已依京密〔2026〕3号（2026-04-20）封存清除，本案转线下办理"
    report = publishing.report_of(office.database, office.story.context, 2026, YEAR)
    assert any(f"另有1件转线下办理（{office.story.no}）" in note for note in report.notes)


def test_a_case_that_was_destroyed_before_can_become_a_stub_later(office: Office) -> None:
    office.confirm(office.wang, office.enter(office.li).n)
    office.story.act("void", "office", "2026-04-21", reason="转线下办理")
    office.confirm(office.wang, office.enter(office.li, Order("京密〔2026〕4号", date(2026, 4, 21), offline=True)).n)
    assert office.story.record.subject == "（线下办理）"
    assert verified(office).broken == []


def test_a_draft_with_its_departments_alone_becomes_a_stub(story: Story, settings: Settings) -> None:
    office = Office(story, settings)
    story.open("2026-04-20")
    office.confirm(office.wang, office.enter(office.li, Order("京密〔2026〕3号", date(2026, 4, 20), offline=True)).n)
    record = story.record
    assert (record.no, record.subject, record.received_on) == (story.no, "（线下办理）", None)
    assert verified(office).broken == []
