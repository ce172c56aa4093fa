"""Each case goes by the rules of its day: 《条例》 is in force since 2025-08-01, and stands above the Measures."""

import pytest

from negotiation.core.errors import DateError, NotFound
from negotiation.documents.ledger import exporter, importer
from negotiation.documents.ledger.outcome import ImportRequest
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import doctor
from negotiation.services.cases import acting, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from tests.conftest import APPLICATION, BY_DATE, CIVIL, POLICE, at, day

ASKED = {"applicant": CIVIL, "provider": POLICE, "class": "有条件共享", "scope": "低保审核"} | APPLICATION


@pytest.fixture
def settings(settings, request):
    return settings.model_copy(update={"rulebook": getattr(request, "param", BY_DATE)})


def opened(database, context, on: str, entered: str = "2026-03-02"):
    with database.write() as transaction:
        file = opening.open_case(UnitOfWork(transaction, context, at(entered)), "sharing", ASKED, on=day(on))
        acting.perform(transaction, file, ActRequest("submit", role="applicant", actor="张三", on=day(on)))
        case_writer.save(transaction, file.change())
        return file


def supply_term(database, context, no: str, on: str):
    with database.write() as transaction:
        file = acting.act(
            UnitOfWork(transaction, context, at("2026-03-02")),
            no,
            ActRequest("agree", role="provider", actor="李四", on=day(on)),
        )
        return file.case_state.term("supply")


def test_the_last_day_of_july_2025_still_belongs_to_the_measures(database, context):
    assert opened(database, context, "2025-07-31").rulebook.id == "beijing-2017"


def test_from_the_first_of_august_2025_the_regulation_rules(database, context):
    assert opened(database, context, "2025-08-01").rulebook.id == "beijing-2025"


def test_a_term_goes_by_the_rules_of_the_day_on_which_it_starts(database, context):
    """809 第二十二条: supply within 20 working days; the Measures are silent, and the office's rule says 30."""
    before, across = opened(database, context, "2025-07-30"), opened(database, context, "2025-07-30")
    after = opened(database, context, "2025-08-01")
    assert supply_term(database, context, before.no, "2025-07-31").days == 30
    assert supply_term(database, context, across.no, "2025-08-06").days == 20
    assert supply_term(database, context, after.no, "2025-08-06").days == 20


def test_before_the_measures_there_was_no_rule(database, context):
    with pytest.raises(DateError, match="2017-12-27"):
        opened(database, context, "2017-12-26")


@pytest.mark.parametrize("settings", ["beijing-2017"], indirect=True)
def test_where_nothing_followed_a_rulebook_that_ended_it_is_applied_further_and_doctor_says_so(
    database, context, settings
):
    no = opened(database, context, "2026-03-02").no
    told = found(database, settings)
    assert any("已于 2025-07-31 停止施行" in each for each in told)
    assert any(no in each and "beijing-2017" in each for each in told)


def test_doctor_has_nothing_to_say_of_cases_under_the_rules_of_their_day(database, context, settings):
    opened(database, context, "2025-07-31")
    opened(database, context, "2025-08-01")
    timers.run(database, context, at("2026-03-02"))
    assert not any("施行" in each for each in found(database, settings))


def found(database, settings) -> list[str]:
    own = settings.model_copy(update={"database_url": database.engine.url.render_as_string(hide_password=False)})
    findings, _ = doctor.examine(own, at("2026-03-02"), trouble_of)
    return [each.what for each in findings]


@pytest.mark.parametrize("settings", ["beijing-2017,atlantis"], indirect=True)
def test_a_rulebook_that_is_not_there_is_named(settings, sqlite):
    with sqlite.read() as transaction, pytest.raises(NotFound, match="atlantis"):
        _ = Context.of(transaction, settings).rulebook
    assert any("atlantis" in each for each in found(sqlite, settings))


def test_rows_of_one_ledger_go_each_by_the_rules_of_their_day(database, context, tmp_path):
    for on in ("2025-07-31", "2025-08-01"):
        opened(database, context, on)
    sheet = tmp_path / "台账.xlsx"
    assert exporter.export_file(database, context, sheet, as_of=day("2026-03-02")) == 2
    done = importer.import_file(database, context, sheet, ImportRequest(day("2026-03-02"), at("2026-03-02")))
    assert (done.unchanged, done.rejected) == (2, [])
