"""An import of the ledger is a batch: it is listed, and taken back whole while nobody has acted on its cases."""

import email
import tempfile
from dataclasses import replace
from datetime import date
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

from negotiation.core.enums import OFFICE, OFFICE_ID, AccountRole
from negotiation.core.errors import Conflict, FieldError, InvalidTransition, NotFound, WrongRole
from negotiation.documents.ledger import exporter
from negotiation.documents.ledger.outcome import Correcting
from negotiation.documents.report import compiler, json_output
from negotiation.documents.report.days import Days
from negotiation.domain.entered import EnteredBy
from negotiation.domain.people import Person
from negotiation.domain.then import Then
from negotiation.notifications import dispatcher
from negotiation.services import case_list, import_batches
from negotiation.services.case_view import case_json
from negotiation.services.cases import as_known, corrections
from negotiation.services.cases.changes import Changes
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.import_batches import TakeBackRequest, TakenBack
from negotiation.services.permissions import visible
from negotiation.store import import_batches as batches
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.database import Database
from tests.conftest import CIVIL, JUSTICE, POLICE, at, day
from tests.documents.ledgers import (
    REASON,
    brought_in,
    counts,
    events,
    facts,
    items_of,
    made,
    read_back,
    refused,
    row,
    state,
    stored,
)
from tests.documents.test_ledger_export import another, lawful_rows

NO = "GX2026-0001"
WHY = "导入了旧台账"
KNOWN = refused(
    referred="2026-09-21", coordination="未达成一致", coordinated="2026-10-12", reported="2026-10-14",
    decision="应予共享", decided="2026-10-30", closed="2026-11-10",
)  # fmt: skip


@pytest.fixture
def take_back(database, context):
    """A function that takes an import back."""

    def take_back(batch: int = 1, on: str = "2026-11-23", **asked: Any) -> TakenBack:
        given: dict[str, Any] = {"reason": WHY, "by": EnteredBy("王岩", side=OFFICE_ID), "at": at(on)} | asked
        return import_batches.take_back(database, context, TakeBackRequest(batch, **given))

    return take_back


# -------------------------------------------------------------------------------------------------------- a batch


def test_an_import_is_a_batch_with_its_file_and_its_counts(enter, database):
    done = enter([refused(), row("B-2"), row("B-3", kind="?")])
    with database.read() as transaction:
        (batch,) = batches.read_all(transaction)
    assert (done.batch, batch.id, batch.file, batch.author, batch.as_of) == (
        1,
        1,
        "made.xlsx",
        "命令行",
        day("2026-11-20"),
    )
    assert len(batch.digest) == 64
    assert batch[7:12] == (2, 0, 0, 0, 1)
    assert stored(database, "event WHERE batch = 1") == stored(database, "event") == 3


def test_whatever_a_further_import_writes_belongs_to_it(enter, database, context, tmp_path):
    enter([refused()])
    path = made(tmp_path / "second.xlsx", [refused(replied="2026-09-18", remark="已核", referred="2026-09-21")])
    assert brought_in(database, context, path, correcting=Correcting("误填")).batch == 2
    assert stored(database, "event WHERE batch = 2") == stored(database, "event WHERE seq > 2") == 4
    assert enter([refused()]).batch == 3
    assert stored(database, "event WHERE batch = 3") == 0


def test_a_dry_run_is_no_batch(database, context, tmp_path):
    path = made(tmp_path / "dry.xlsx", [row(f"F-{n}") for n in range(130)])
    assert brought_in(database, context, path, dry_run=True).batch is None
    assert stored(database, "import_batch") == 0
    assert brought_in(database, context, path).batch == 1
    assert stored(database, "event WHERE batch = 1") == 130


# ----------------------------------------------------------------------------------------------------- taken back


def test_every_entry_of_a_batch_is_struck_and_the_numbers_are_kept(enter, take_back, stands, database):
    enter([KNOWN, row("B-2")])
    done = take_back()
    assert [(each.no, each.struck, each.empty) for each in done.cases] == [(NO, 9, True), ("B-2", 1, True)]
    assert (stands(), stands("B-2")) == ([], [])
    assert stored(database, '"case"') == 2
    assert stored(database, "task WHERE done_on IS NULL") == 0
    assert stored(database, "term WHERE next_on IS NOT NULL AND struck_seq IS NULL") == 0
    with database.read() as transaction:
        (batch,) = batches.read_all(transaction)
    assert (batch.taken_back_at, batch.taken_back_by, batch.reason) == (at("2026-11-23"), "王岩", WHY)


def reported(database: Database, context: Context) -> object:
    """The figures of the year, told in JSON."""
    days = Days(day("2026-01-01"), day("2026-12-31"), day("2027-01-10"))
    return json_output.as_json(compiler.compiled(database, context, 2026, days))


def test_what_was_taken_back_is_in_no_list_no_export_and_no_report(enter, take_back, database, context, tmp_path):
    enter([row("C-3")])
    before = reported(database, context)
    enter([KNOWN, row("B-2")])
    assert reported(database, context) != before
    take_back(2)
    assert list(facts(database)) == ["C-3"]
    assert reported(database, context) == before
    path = tmp_path / "out.xlsx"
    assert exporter.export_file(database, context, path, as_of=day("2026-11-23")) == 1
    assert [line[1] for line in read_back(path)[3:]] == ["C-3"]


def test_what_was_known_before_it_was_taken_back_is_still_known(enter, take_back, database, context):
    enter([refused()])
    take_back()
    assert [_listed(database, context, day(each)) for each in ("2026-11-20", "2026-11-23")] == [[(NO, "refused")], []]


def _listed(database: Database, context: Context, known_on: date) -> list[tuple[str, str]]:
    """The list of cases as it was known on a day."""
    with database.read(temporary=True) as transaction:
        work = as_known.look_back(UnitOfWork(transaction, context, at("2026-11-24")), Then(known_on=known_on))
        found = case_list.every_case(transaction, work.context, Wanted(), known_on)
    return [(line.no, line.state) for line in found]


def test_nobody_but_the_office_sees_what_was_taken_back_and_its_page_says_so(enter, take_back, database, context):
    enter([refused()])
    take_back()
    applicant = context.directory.by_name[CIVIL].id
    theirs = Person(7, "mz", "赵民", applicant, frozenset({AccountRole.HEAD}), must_change=False)
    ours = Person(2, "wy", "王岩", None, frozenset({AccountRole.OFFICE_HEAD}), must_change=False)
    with database.read() as transaction:
        with pytest.raises(NotFound):
            visible(transaction, context, theirs, NO, at("2026-11-24"))
        file = visible(transaction, context, ours, NO, at("2026-11-24"))
        shown = case_json(transaction, file, context, day("2026-11-24"))
    assert (shown["state_title"], shown["received"]) == ("登记已撤回", None)
    assert [each["struck"] for each in shown["events"]] == [True, True, False, False]


def test_the_same_sheet_again_goes_on_with_the_same_cases(enter, take_back, stands, database):
    enter([KNOWN, row("B-2")])
    before = facts(database), items_of(database), stands()
    take_back()
    assert counts(enter([KNOWN, row("B-2")], as_of="2026-11-23")) == (2, 0, 0, 0)
    assert (facts(database), items_of(database), stands()) == before
    assert stored(database, '"case"') == 2
    assert counts(enter([KNOWN, row("B-2")], as_of="2026-11-23")) == (0, 0, 2, 0)
    take_back(2)
    assert stands() == []


def test_the_mended_sheet_goes_on_with_other_parties_another_day_and_another_law(enter, take_back, stands, database):
    enter([row(received="2025-08-11", applicant=JUSTICE, replied="2025-08-15", answer="同意")])
    take_back()
    mended = row(received="2025-07-11", provider="市水务局", replied="2025-07-15", answer="不予共享", reason=REASON)
    assert counts(enter([mended], as_of="2026-11-23")) == (1, 0, 0, 0)
    assert facts(database)[NO][1] == day("2025-07-11")
    assert facts(database)[NO][7:9] == (CIVIL, "市水务局")
    assert stands() == [("submit", "2025-07-11"), ("refuse", "2025-07-15")]
    assert stored(database, "\"case\" WHERE rulebook = 'beijing-2017'") == 1


def test_a_case_that_was_there_before_keeps_what_it_had(enter, take_back, stands, database):
    enter([refused()])
    enter([refused(referred="2026-09-21", remark="已核"), row("B-2")])
    done = take_back(2)
    assert [(each.no, each.struck, each.empty) for each in done.cases] == [(NO, 3, False), ("B-2", 1, True)]
    assert stands() == [("submit", "2026-09-10"), ("refuse", "2026-09-17")]
    assert state(database) == "refused"
    take_back(1)  # what came after it was taken back itself
    assert stands() == []


def test_a_draft_that_the_ledger_handed_in_is_a_draft_again(enter, take_back, story, database):
    story.open("2026-11-02")
    enter([row(story.no, "2026-11-03", period="长期", kind=None)])
    assert [each.empty for each in take_back().cases] == [False]
    assert facts(database)[story.no][:2] == ("draft", None)


def test_what_an_import_corrected_is_as_it_was(enter, take_back, stands, database, context, tmp_path):
    enter([KNOWN])
    before = facts(database), items_of(database), sorted(stands())
    mended = KNOWN | {
        "replied": "2026-09-18", "reason": "目录类别为不予共享", "coordination": "协调一致", "reported": None,
        "decision": None, "decided": None,
    }  # fmt: skip
    path = made(tmp_path / "mended.xlsx", [mended])
    assert brought_in(database, context, path, correcting=Correcting("误填")).corrected == 1
    assert state(database) == "closed"
    assert ("settle", "2026-10-12") in stands()
    take_back(2)
    assert (facts(database), items_of(database), sorted(stands())) == before


def test_what_was_entered_again_as_it_was_belongs_to_the_import_that_had_written_it(
    enter, take_back, stands, database, context, tmp_path
):
    enter([refused()])
    corrects = brought_in(database, context, made(tmp_path / "emptied.xlsx", [row(received="2026-09-10")]),
                          correcting=Correcting("误填"))  # fmt: skip
    assert (corrects.batch, stands()) == (2, [("submit", "2026-09-10")])
    take_back(2)
    assert stands() == [("submit", "2026-09-10"), ("refuse", "2026-09-17")]
    assert [(each.struck, each.empty) for each in take_back(1).cases] == [(2, True)]
    assert (stands(), facts(database)) == ([], {})


def open_tasks(database: Database) -> int:
    return stored(database, "task WHERE done_on IS NULL AND title = '历史逾期待核'")


def test_history_that_a_correction_leaves_past_is_given_to_a_person_and_so_is_it_when_that_is_taken_back(
    enter, take_back, database, context, tmp_path
):
    enter([refused()])
    assert open_tasks(database) == 1  # the applicant has said nothing
    emptied = made(tmp_path / "emptied.xlsx", [row(received="2026-09-10")])
    for batch in (2, 3):
        assert brought_in(database, context, emptied, correcting=Correcting("误填")).batch == batch
        assert (state(database), open_tasks(database)) == ("awaiting_reply", 1)
        take_back(batch)
        assert (state(database), open_tasks(database)) == ("refused", 1)
    take_back(1)
    assert open_tasks(database) == 0


def test_history_that_a_person_strikes_leaves_a_task_for_what_is_past(enter, database, context):
    enter([row(received="2026-03-02", replied="2026-03-09", answer="同意", closed="2026-03-16")])
    assert open_tasks(database) == 0
    changes = Changes("登记错了案件", EnteredBy("王岩", side=OFFICE_ID), OFFICE, strikes=(2, 3, 4))
    with database.write() as transaction:
        corrections.rewrite(UnitOfWork(transaction, context, at("2026-11-23")), NO, changes)
    assert (state(database), open_tasks(database)) == ("awaiting_reply", 1)


def test_what_the_clock_did_since_is_no_act_and_goes_with_it(enter, take_back, story, stands, database):
    enter([row(received="2026-11-16")], as_of="2026-11-18")
    story.sweep("2026-12-07")
    assert ("lapse", "2026-11-30") in events(database)
    take_back(on="2026-12-08")
    assert stands() == []
    assert facts(database, "2026-12-08") == {}


def test_who_was_told_of_a_lapse_is_told_that_it_was_taken_back(enter, take_back, story, context, database):
    enter([row(received="2026-11-16")], as_of="2026-11-18")
    story.sweep("2026-12-01")
    dispatcher.run(database, context, at("2026-12-01"))
    story.no = NO
    done = take_back(on="2026-12-08")
    assert [(each.to, each.waiting) for each in done.cases[0].told] == [(POLICE, False), (CIVIL, True)]
    dispatcher.run(database, context, at("2026-12-08"))
    kept = [email.message_from_bytes(path.read_bytes()) for path in context.settings.mail_folder.glob("*.eml")]
    subjects = [str(make_header(decode_header(each["Subject"]))) for each in kept]
    assert f"〔更正〕{NO} 原登记有更正" in subjects
    assert story.notices() == [("lapsed", 2, "sent"), ("lapsed_note", 1, "obsolete"), ("amended", 2, "sent")]


def test_a_rehearsal_writes_nothing(enter, take_back, stands, database):
    enter([refused()])
    before = stored(database, "event"), facts(database)
    assert [each.struck for each in take_back(dry_run=True).cases] == [2]
    assert (stored(database, "event"), facts(database)) == before
    take_back()
    assert stands() == []


def held(database: Database, no: str = NO) -> object:
    """How a case stands, as people see it."""
    return facts(database).get(no), items_of(database, no)


@settings(max_examples=20)
@given(lawful_rows(), lawful_rows())
def test_any_row_that_is_mended_stands_as_if_told_so_at_first_and_taken_back_as_before(prepared_sqlite, one, other):
    first = row(NO, **one)
    mended = {**row(NO, **other), "received": first["received"]}  # of one law
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        database, office = another(prepared_sqlite, home / "here")
        done = brought_in(database, office, made(home / "0.xlsx", [first, mended | {"no": "F-1"}]))
        assume(done.imported == 2)
        before, wanted = held(database), held(database, "F-1")
        again = brought_in(database, office, made(home / "1.xlsx", [mended]), correcting=Correcting("误填"))
        assert again.rejected == []
        assert held(database) == wanted
        asked = TakeBackRequest(2, WHY, EnteredBy("王岩", side=OFFICE_ID), at("2026-11-23"))
        if again.unchanged == 0:
            import_batches.take_back(database, office, asked)
            assert held(database) == before
        import_batches.take_back(database, office, replace(asked, batch=1))
        assert facts(database) == {}
        database.close()


# ------------------------------------------------------------------------------------------------------- bad input


def test_once_somebody_has_acted_it_is_refused_naming_the_cases_and_nothing_changes(
    enter, take_back, story, stands, database
):
    enter([refused(), row("B-2")])
    story.no = NO
    story.act("refer", "applicant", "2026-11-20")
    before = stored(database, "event")
    with pytest.raises(Conflict, match=f"已有人办理其中的案件：{NO}，"):
        take_back()
    assert stored(database, "event") == before
    assert stands("B-2") == [("submit", "2026-10-26")]


def test_a_later_import_that_stands_is_taken_back_first(enter, take_back):
    enter([refused()])
    enter([refused(referred="2026-09-21")])
    with pytest.raises(Conflict, match="先撤回后来的导入") as refused_it:
        take_back()
    assert refused_it.value.todo
    take_back(2)
    take_back(1)


def test_what_is_no_batch_what_was_taken_back_and_what_wrote_nothing_are_sentences(enter, take_back):
    with pytest.raises(NotFound, match="没有第7次导入"):
        take_back(7)
    enter([refused()])
    enter([refused()])
    with pytest.raises(InvalidTransition, match="没有写入任何登记"):
        take_back(2)
    with pytest.raises(FieldError, match="理由"):
        take_back(reason=" ")
    take_back()
    with pytest.raises(Conflict, match="已经撤回"):
        take_back()


def test_the_head_of_the_office_signs(enter, take_back, stands):
    enter([refused()])
    clerk = Person(1, "ls", "李石", None, frozenset({AccountRole.OFFICE_CLERK}), must_change=False)
    with pytest.raises(WrongRole, match="负责人签批"):
        take_back(signer=clerk)
    assert len(stands()) == 2
    take_back(signer=Person(2, "wy", "王岩", None, frozenset({AccountRole.OFFICE_HEAD}), must_change=False))
    assert stands() == []
