"""What a machine that watches may ask without signing in: whether it lives, what waits and since when; no names."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from negotiation import __version__
from negotiation.core.settings import Settings
from negotiation.notifications import dispatcher
from negotiation.store import migrate
from negotiation.store.database import Database
from negotiation.web import create_app
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, at

FRIDAY = "2026-09-18"
SAMPLE = re.compile(r'^([a-z_]+)((?:\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})?) ([0-9.e+-]+|\+Inf)$')


def facts(browser_as) -> dict:
    return browser_as().client.get("/health").json()


def figures(browser_as) -> dict[str, float]:
    """Every sample of /metrics, by its name and labels; each belongs to a figure that was declared above it."""
    answer = browser_as().client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text.endswith("\n")
    declared, found = set(), {}
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            assert kind in ("counter", "gauge", "histogram")
            assert name not in declared
            declared.add(name)
        elif not line.startswith("# HELP "):
            sample = SAMPLE.match(line)
            assert sample, line
            assert {sample[1], re.sub(r"_(bucket|sum|count)$", "", sample[1])} & declared, line
            assert sample[1] + sample[2] not in found
            found[sample[1] + sample[2]] = float(sample[3])
    return found


# -------------------------------------------------------------------------------------------------------------- health


def test_an_idle_house_is_well_and_says_what_it_is(browser_as):
    found = facts(browser_as)
    assert found["ok"] is True
    assert (found["version"], found["schema_revision"]) == (__version__, migrate.HEAD)
    assert (found["oldest_unswept_term"], found["oldest_unsent_mail_seconds"]) == (None, None)


def test_a_term_that_the_clock_has_not_looked_at_is_named_by_its_day(browser_as, case, fake_clock, story):
    assert facts(browser_as)["oldest_unswept_term"] is None
    fake_clock.now = at("2026-10-12")
    assert facts(browser_as)["oldest_unswept_term"] == "2026-09-29"
    story.sweep("2026-10-12")
    assert facts(browser_as)["oldest_unswept_term"] is None


def test_the_oldest_mail_that_did_not_leave_is_known_by_its_age(browser_as, case, fake_clock, database, context):
    fake_clock.now = at(FRIDAY, "10:15")
    assert facts(browser_as)["oldest_unsent_mail_seconds"] == 15 * 60
    dispatcher.run(database, context, at(FRIDAY, "10:16"))
    assert facts(browser_as)["oldest_unsent_mail_seconds"] is None


@pytest.mark.parametrize(
    ("day", "since"), [("2026-10-31", None), ("2026-11-01", "2026-11-01"), ("2027-01-04", "2026-11-01")]
)
def test_next_years_calendar_is_missed_from_november_on(browser_as, fake_clock, day, since):
    fake_clock.now = at(day)
    found = facts(browser_as)
    assert found["calendar_official_through"] == "2026-12-31"
    assert found["next_year_official"] is False
    assert found["next_year_missed_since"] == since


# ------------------------------------------------------------------------------------------------------- no database


@pytest.fixture
def broken(settings: Settings, tmp_path: Path):
    """A desk whose database was destroyed while it served."""
    path = tmp_path / "lost.db"
    database = Database(f"sqlite:///{path}")
    migrate.prepare(database)
    app = create_app(settings, database, clock=lambda: at("2026-09-21"))
    with TestClient(app, client=("127.0.0.1", 50000)) as client:
        database.close()
        for beside in tmp_path.glob("lost.db*"):
            beside.unlink()
        path.write_bytes(b"this was a database once" * 100)
        yield client


def test_without_its_database_it_is_not_well_and_says_so_in_a_sentence(broken):
    answer = broken.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "version": __version__, "what": "文件不是数据库"}


def test_without_its_database_the_figures_of_the_process_are_told_all_the_same(broken):
    broken.get("/health")
    text = broken.get("/metrics").text
    assert "\nnegotiation_database_up 0\n" in text
    assert 'negotiation_http_requests_total{status="503"} 1' in text
    assert "negotiation_cases_open" not in text


# ------------------------------------------------------------------------------------------------------------- figures


def test_the_figures_count_what_the_desk_shows(browser_as, fake_clock, story, database, context):
    story.submitted("2026-09-01").act("refuse", "provider", "2026-09-10", reason="涉及个人信息")
    Story(database, context).submitted(FRIDAY, provider=JUSTICE)
    Story(database, context).submitted(FRIDAY, provider=POLICE).act("withdraw", "applicant", "2026-09-21")
    fake_clock.now = at("2026-09-21")
    found = figures(browser_as)
    assert found['negotiation_cases_open{light="normal"}'] == 1
    assert found['negotiation_cases_open{light="due_soon"}'] == 1
    assert found['negotiation_cases_open{light="overdue"}'] == 0
    assert found["negotiation_steps_total"] == 5
    assert found["negotiation_terms_running"] == 2
    assert found["negotiation_notices_failed"] == 0
    assert found["negotiation_notices_waiting"] == 5
    assert found["negotiation_oldest_unsent_notice_seconds"] == (at("2026-09-21") - at("2026-09-01")) / timedelta(
        seconds=1
    )
    assert found["negotiation_database_up"] == 1
    ends = datetime.fromtimestamp(found["negotiation_calendar_official_through_timestamp_seconds"], UTC)
    assert ends == at("2027-01-01", "00:00")


def test_an_overdue_case_its_task_and_an_unswept_term_are_counted(browser_as, case, fake_clock, story):
    fake_clock.now = at("2026-10-12")
    assert figures(browser_as)["negotiation_oldest_unswept_term_days"] == 13
    story.sweep("2026-10-12")
    found = figures(browser_as)
    assert found["negotiation_oldest_unswept_term_days"] == 0
    assert found['negotiation_cases_open{light="overdue"}'] == 1
    assert found["negotiation_tasks_open"] == 1


def test_every_answer_of_the_process_is_counted_and_timed(browser_as):
    before = figures(browser_as)
    browser = browser_as("office")
    for path in ("/help", "/nowhere", "/static/desk.css"):
        browser.get(path)
    after = figures(browser_as)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more('negotiation_http_requests_total{status="404"}') == 1
    assert more('negotiation_http_requests_total{status="303"}') == 1  # signing in
    assert more('negotiation_http_requests_total{status="200"}') == 4  # the desk, two pages, and /metrics before
    assert more("negotiation_http_request_duration_seconds_count") == 6
    assert after['negotiation_http_request_duration_seconds_bucket{le="+Inf"}'] == sum(
        count for name, count in after.items() if name.startswith("negotiation_http_requests_total")
    )
    limits = [count for name, count in after.items() if "_bucket" in name]
    assert limits == sorted(limits)
    assert after["negotiation_http_request_duration_seconds_sum"] > 0


def test_nobody_is_named_to_who_has_not_signed_in(browser_as, case, story, fake_clock):
    fake_clock.now = at("2026-10-12")
    story.sweep("2026-10-12")
    for path in ("/health", "/metrics"):
        text = browser_as().client.get(path).text
        for name in (case, CIVIL, POLICE, "gov.cn", "常住人口"):
            assert name not in text


# ------------------------------------------------------------------------------------------------------- who may watch


def from_elsewhere(browser_as) -> TestClient:
    return TestClient(browser_as().client.app, client=("198.51.100.7", 1234))


def test_a_stranger_hears_whether_it_is_well_and_no_more(browser_as):
    stranger = from_elsewhere(browser_as)
    answer = stranger.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert stranger.get("/metrics").status_code == 404


def test_who_shows_the_token_may_watch_and_then_nobody_else(browser_as, settings):
    settings.monitor_token = "a1B2c3D4e5F6g7H8i9J0k1L2"
    stranger = from_elsewhere(browser_as)
    shown = {"Authorization": f"Bearer {settings.monitor_token}"}
    assert "schema_revision" in stranger.get("/health", headers=shown).json()
    assert stranger.get("/metrics", headers=shown).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {settings.monitor_token}x"}):
        assert stranger.get("/metrics", headers=wrong).status_code == 404
        assert browser_as().client.get("/health", headers=wrong).json() == {"ok": True}


def test_health_says_that_another_has_migrated(browser_as, database):
    client = browser_as().client
    with database.write() as transaction:
        transaction.execute("UPDATE alembic_version SET version_num = '0099_later'")
    answer = client.get("/health")
    assert (answer.status_code, "0099_later" in answer.json()["what"]) == (503, True)
    database.demanded = ""
    with database.write() as transaction:
        transaction.execute(f"UPDATE alembic_version SET version_num = '{migrate.HEAD}'")
