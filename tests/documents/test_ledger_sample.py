"""The sample ledger comes out as its true answers say, on both databases."""

import json
from datetime import date

import pytest

from negotiation.documents.ledger import exporter
from negotiation.services.cases import timers
from negotiation.store.columns import CASE
from tests.conftest import BY_DATE, at, day
from tests.documents.ledgers import AS_OF, brought_in, counts, facts, faults, stored


@pytest.fixture(params=["beijing-2017", BY_DATE])
def settings(settings, request):
    """Under the Measures alone, and each case under the rules of its day."""
    return settings.model_copy(update={"rulebook": request.param})


@pytest.fixture
def truth(sample):
    return json.loads((sample / "ledger-2026.expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def done(database, context, sample):
    return brought_in(database, context, sample / "ledger-2026.xlsx")


def test_sixty_rows_are_imported_and_the_seven_bad_ones_are_named_by_row_and_column(done, truth):
    assert counts(done) == (60, 0, 0, 7)
    assert sorted(faults(done)) == sorted((each["row"], each["column"]) for each in truth["bad"])


def answered(context, each):
    """The state and the end of a row: under 37号 alone it is the leading group that decides, as 第十七条 says.

    What it decided not to share has ended with its decision: there is nothing to supply.
    """
    if context.rulebook.id != "beijing-2017" or each["state"] != "deliberated":
        return each["state"], each["closed"]
    return ("decided", None) if each["decision"] == "应予共享" else ("closed", each["decided"])


def test_every_good_row_has_the_state_the_due_date_and_the_dates_that_the_answers_list(database, context, done, truth):
    told = {
        no: ((state, closed and closed.isoformat()), received, due, overdue, applicant, provider, subject)
        for no, (state, received, due, _, overdue, _, closed, applicant, provider, subject) in facts(database).items()
    }
    assert told == {
        each["no"]: (
            answered(context, each), date.fromisoformat(each["received"]), date.fromisoformat(each["due"]),
            each["overdue"], each["applicant"], each["provider"], each["resource"],
        )
        for each in truth["good"]
    }  # fmt: skip


def test_the_columns_of_the_case_itself_say_the_same(database, context, done, truth):
    with database.read() as transaction:
        rows = {
            row.no: row
            for row in transaction.connection.execute(CASE.select())  # every column, as the desk reads it
        }
    for each in truth["good"]:
        case = rows[each["no"]]
        overdue = case.late or (case.owed and day(AS_OF) > case.due_on)
        assert (case.state, case.closed_on and case.closed_on.isoformat()) == answered(context, each)
        assert (case.due_on.isoformat(), overdue) == (each["due"], each["overdue"])
        assert (case.replied_on and case.replied_on.isoformat()) == each["replied"]
        assert (case.referred_on and case.referred_on.isoformat()) == each["coordination"]


def test_no_mail_leaves_and_no_lapse_is_written_then_or_by_the_next_sweep(database, context, done):
    assert stored(database, "notice") == 0
    assert timers.run(database, context, at(AS_OF, "23:00")).acted == 0
    assert stored(database, "event WHERE event = 'lapse'") == 0


def test_a_term_that_was_past_leaves_one_task(database, done):
    tasks = stored(database, "task WHERE title = '历史逾期待核' AND done_on IS NULL")
    cases = stored(database, "(SELECT DISTINCT case_id FROM term WHERE ended_on IS NULL AND due_on < '2026-11-20') t")
    assert tasks == cases > 0


def test_the_same_sheet_again_changes_nothing(database, context, done, sample):
    before = facts(database), stored(database, "event"), stored(database, "content"), stored(database, "task")
    again = brought_in(database, context, sample / "ledger-2026.xlsx")
    assert counts(again) == (0, 0, 60, 7)
    assert before == (facts(database), stored(database, "event"), stored(database, "content"), stored(database, "task"))
    assert again.departments_created == []


def test_departments_are_created_in_the_order_of_their_first_appearance(done):
    assert done.departments_created[:3] == ["市城市管理委员会", "市人力资源和社会保障局", "市住房和城乡建设委员会"]
    assert len(set(done.departments_created)) == len(done.departments_created)


def test_a_dry_run_answers_the_same_and_stores_nothing(database, context, sample):
    dry = brought_in(database, context, sample / "ledger-2026.xlsx", dry_run=True)
    nothing = [stored(database, name) for name in ('"case"', "event", "counter", "rulebook_version", "department")]
    assert nothing == [0, 0, 2, 0, 5]  # the five departments of the cast; the counters of their numbers and changes
    assert dry.rejected_file is None
    real = brought_in(database, context, sample / "ledger-2026.xlsx")
    assert (dry.departments_created, dry.rejected, counts(dry)) == (
        real.departments_created,
        real.rejected,
        counts(real),
    )


def test_the_export_comes_back_unchanged(database, context, done, tmp_path):
    path = tmp_path / "out.xlsx"
    assert exporter.export_file(database, context, path, as_of=day(AS_OF)) == 60
    assert counts(brought_in(database, context, path)) == (0, 0, 60, 0)
