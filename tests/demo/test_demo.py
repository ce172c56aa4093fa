"""The demonstration: the city shows what a newcomer is promised, and its desk runs until it is told to stop."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from negotiation.core.local_time import at_local
from negotiation.core.settings import Settings
from negotiation.demo import history, people
from negotiation.demo.history import City
from negotiation.demo.mail_server import serve_mail
from negotiation.demo.processes import free_port
from negotiation.documents.export import hand_out
from negotiation.notifications import as_sent
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from tests.conftest import at
from tests.documents.export.archives import unpacked
from tests.installed import PATIENCE


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The city as it stands on Monday, 23 November 2026: the notice of 2027 is not out."""
    home = tmp_path_factory.mktemp("home")
    with serve_mail(home / "mail", people.REFUSED) as smtp_url:
        own = Settings(home=home, smtp_url=smtp_url, mail_from="noreply@demo.gov.cn", rulebook=people.RULEBOOKS)
        made = history.build(own, at("2026-11-23"))
        yield made
        made.database.close()


def asked(built: City, sql: str) -> list[tuple]:
    with built.database.read() as transaction:
        return [tuple(row) for row in transaction.connection.execute(text(sql))]


def test_a_case_stands_in_every_state_that_the_rulebook_has(built):
    rules = built.context.rulebook.procedure(built.context.rulebook.main_procedure)
    standing = asked(built, f"SELECT DISTINCT state FROM \"case\" WHERE procedure = '{rules.key}'")
    assert {state for (state,) in standing} == set(rules.states)


def test_the_clock_opened_what_every_unit_owes_each_year(built):
    """第二十九条 年度总结, 第二十条 开放计划: one of each for every municipal department and district."""
    units = [unit for unit in built.context.directory.in_order() if unit.level in ("municipal", "district")]
    opened = asked(built, "SELECT procedure, count(*) FROM \"case\" WHERE no LIKE 'ZJ%' OR no LIKE 'JHKF%' GROUP BY 1")
    assert opened == [("annual-summary", len(units)), ("opening-plan", len(units))]


def test_its_cases_are_about_the_resources_of_its_catalogue(built):
    assert asked(built, "SELECT count(*) FROM resource") == [(len(people.RESOURCES) + 2,)]
    tied = asked(built, 'SELECT c.subject, r.name FROM "case" c JOIN resource r ON r.id = c.resource_id')
    assert len(tied) > 50
    assert all(subject == name for subject, name in tied)


def test_some_dates_wait_for_the_notice_of_the_next_year(built):
    waiting = asked(built, "SELECT due_on FROM term WHERE NOT official AND ended_on IS NULL")
    assert any(day.startswith("2027-") for (day,) in waiting)


def test_the_mail_server_refused_an_address_and_a_person_has_a_task(built):
    assert asked(built, "SELECT 1 FROM notice WHERE said LIKE '邮箱不存在%' AND state = 'failed'")
    assert asked(built, "SELECT 1 FROM task WHERE title LIKE '%邮箱不存在%'")


def test_dates_were_moved_and_those_concerned_were_told(built):
    moved = asked(built, "SELECT state FROM notice WHERE template = 'moved'")
    assert moved
    assert ("waiting",) not in moved


def test_a_reply_that_was_entered_late_undid_a_lapse(built):
    assert asked(built, "SELECT 1 FROM event WHERE event = 'annul_lapse'")


def test_three_proposals_wait_for_their_heads_and_a_letter_asked_three_departments(built):
    waiting = asked(built, "SELECT event FROM proposal WHERE state = 'open'")
    assert Counter(event for (event,) in waiting) == Counter(["submit", "agree", "accept_referral"])
    assert len(asked(built, "SELECT 1 FROM \"case\" WHERE matter <> '' AND state = 'awaiting_reply'")) == 3


def test_the_leading_group_met_for_whatever_was_said_in_its_name_and_a_meeting_is_ahead(built):
    said = asked(built, "SELECT case_id, seq FROM event WHERE event = 'deliberate'")
    assert said
    assert set(said) <= set(asked(built, "SELECT case_id, seq FROM meeting_case WHERE seq IS NOT NULL"))
    assert asked(built, f"SELECT count(*) FROM meeting WHERE state = 'planned' AND held_on > '{built.today}'") == [(1,)]


def test_every_open_case_has_a_handler_in_the_office(built):
    (count,) = asked(built, "SELECT count(*) FROM \"case\" WHERE ending = ''")[0]
    assert asked(built, "SELECT count(*) FROM handler WHERE department_id = 0 AND rank = 1") == [(count,)]


def test_every_mail_that_was_sent_is_in_the_folder(built):
    (sent,) = asked(built, "SELECT count(*) FROM notice WHERE state = 'sent'")[0]
    assert len(list((built.context.settings.home / "mail").glob("*.eml"))) == sent > 0


def test_every_case_of_the_city_can_leave_and_its_terms_are_counted_again_by_a_stranger(built):
    """What is handed out has passed the check that goes along; here are extensions, notices, corrections, handovers."""
    counted: Counter[str] = Counter()
    for (no,) in asked(built, 'SELECT no FROM "case"'):
        with built.database.read() as transaction:
            file = acting.take(UnitOfWork(transaction, built.context, at("2026-11-23")), no)
            made = hand_out(transaction, file, None, as_sent.notices_of(transaction, file))
        terms = json.loads(unpacked(made.content)["terms.json"])
        counted.update(stage["title"] for term in terms for stage in term["stages"])
    assert {"起算", "延长", "重算", "定为"} <= counted.keys()


def test_nothing_in_the_city_lies_in_the_future(built):
    now = at_local(built.today, at("2026-11-23").time().replace(hour=12))
    assert asked(built, f"SELECT count(*) FROM event WHERE happened_on > '{built.today}'") == [(0,)]
    assert asked(built, f"SELECT count(*) FROM event WHERE recorded_at > '{now:%Y-%m-%d %H:%M}'") == [(0,)]


# ---------------------------------------------------------------------------------------------------- as it runs


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert free_port(taken) > taken


@pytest.fixture
def demonstration(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"NEGOTIATION_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "negotiation", "demo", "--port", "0", "--json"]
    running = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True
    )
    yield running
    with suppress(ProcessLookupError):  # it left nothing behind
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def test_its_desk_is_open_to_every_account_and_all_of_it_ends_when_told(demonstration, tmp_path):
    told = json.loads("".join(iter(demonstration.stdout.readline, "}\n")) + "}")
    for account in told["accounts"]:
        with httpx2.Client(base_url=told["address"], follow_redirects=True, timeout=PATIENCE) as browser:
            entered = {"login": account["login"], "password": told["password"], "back": "/"}
            page = browser.post("/signin", data=entered)
            assert "退出" in page.text, account["login"]
    again = [sys.executable, "-m", "negotiation", "demo", "--build-only"]
    refused = subprocess.run(
        again, env=os.environ | {"NEGOTIATION_HOME": str(tmp_path)}, capture_output=True, encoding="utf-8", check=False
    )
    assert (refused.returncode, "演示正在运行" in refused.stderr) == (2, True)
    demonstration.send_signal(signal.SIGTERM)
    assert demonstration.wait(PATIENCE) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(demonstration.pid, 0)
