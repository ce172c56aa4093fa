"""The archive of a case by a click: for whoever may read the case, and for nobody else."""

import json
from typing import Any

import pytest

from tests.conftest import CIVIL, POLICE, Story
from tests.documents.export.archives import VERIFIER, loaded, unpacked
from tests.web_client import TODAY

verify = loaded(VERIFIER)


@pytest.mark.parametrize("login", ["civil", "police", "chief", "office", "director", "secretary", "auditor"])
def test_whoever_reads_the_case_finds_the_button_and_gets_an_archive_that_holds(
    browser_as: Any, case: str, login: str
) -> None:
    page = browser_as(login).get(f"/cases/{case}")
    assert f'href="/cases/{case}/archive"' in page.page
    answer = page.client.get(f"/cases/{case}/archive")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert list(verify.archive_faults(answer.content)) == []


@pytest.mark.parametrize("login", ["justice", "admin"])
def test_to_others_there_is_no_such_case(browser_as: Any, case: str, login: str) -> None:
    client = browser_as(login).client
    there, nowhere = (client.get(f"/cases/{no}/archive") for no in (case, "GX2026-9998"))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.text.replace(case, "GX2026-9998") == nowhere.text


def test_a_party_gets_its_own_mails_and_the_office_all(browser_as: Any, case: str) -> None:
    to = {
        login: {
            each["to"]
            for each in json.loads(
                unpacked(browser_as(login).client.get(f"/cases/{case}/archive").content)["notices.json"]
            )
        }
        for login in ("civil", "police", "office", "auditor")
    }
    assert to["civil"] <= {CIVIL}
    assert to["police"] == {POLICE}
    assert to["office"] == to["auditor"] >= {POLICE}


def test_a_file_leaves_with_the_act_that_the_head_approved_and_not_before(browser_as: Any, case: str) -> None:
    clerk = browser_as("police").get(f"/cases/{case}/acts/agree")
    typed = {"csrf": clerk.csrf, "version": clerk.hidden("version"), "reviewed": "yes", "on": TODAY}
    letter = [("files", ("答复函.txt", "同意提供。".encode()))]
    assert clerk.client.post(f"/cases/{case}/acts/agree", data=typed, files=letter).status_code == 200
    for login in ("police", "office"):
        before = unpacked(browser_as(login).client.get(f"/cases/{case}/archive").content)
        assert json.loads(before["files.json"]) == []
        assert "同意提供。" not in "".join(body.decode() for body in before.values())
    chief = browser_as("chief").get(f"/cases/{case}")
    chief.post(f"/cases/{case}/proposals/1/approve", version=chief.hidden("version"))
    after = unpacked(browser_as("office").client.get(f"/cases/{case}/archive").content)
    (file,) = json.loads(after["files.json"])
    assert (file["name"], file["event"], after[file["member"]].decode()) == ("答复函.txt", 2, "同意提供。")


def test_a_draft_is_its_authors_and_a_past_day_is_not_handed_out(
    browser_as: Any, story: Story, case: str, database: Any
) -> None:
    drafted = story.open("2026-09-18").no
    assert browser_as("police").client.get(f"/cases/{drafted}/archive").status_code == 404
    assert browser_as("office").client.get(f"/cases/{drafted}/archive").status_code == 200
    past = browser_as("office").client.get(f"/cases/{case}?as_of=2026-09-19").text
    assert "截至" in past
    assert f"/cases/{case}/archive" not in past


def test_a_case_that_is_not_as_its_entries_make_it_is_refused_in_a_sentence(
    browser_as: Any, case: str, database: Any
) -> None:
    with database.write() as transaction:
        transaction.execute("UPDATE term SET due_on = '2026-12-31'")
    answer = browser_as("office").client.get(f"/cases/{case}/archive")
    assert answer.status_code == 400
    assert "案卷不能导出" in answer.text
