"""The log of the pages: what each line says, that nothing entered stands in one, and that a fault leads to its line."""

import re
import stat
from typing import Any

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.scopes import Scope
from negotiation.domain.people import AccountError
from negotiation.services.accounts import management, tokens
from negotiation.web.pages import task_groups
from tests.conftest import admin_at, at
from tests.log_lines import LogLines
from tests.web.test_routes import API, FORMS, NO, PAGES
from tests.web.test_routes import city as city  # noqa: PLC0414 - the fixture of that file
from tests.web_client import PASSWORD

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the log knows no database
SECRET = "密语Xq7zT"
NAMES = re.compile(r'<(?:input|select|textarea)[^>]* name="([^"]+)"')


def test_each_request_has_a_number_and_a_line_with_who_whence_and_how_it_went(browser_as: Any, log_lines: LogLines):
    browser = browser_as("office")
    answer = browser.client.get("/cases/GX2026-9999?q=x")
    line = log_lines.of("request")[-1]
    assert line["request"] == answer.headers["x-request-id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/cases/{no}", 404)
    assert (line["account"], line["address"]) == (5, "127.0.0.1")
    assert line["ms"] > 0
    assert len({each["request"] for each in log_lines.of("request")}) == len(log_lines.of("request"))


def test_a_sign_in_is_on_record_however_it_went(browser_as: Any, log_lines: LogLines):
    browser = browser_as()
    for login, password in (("office", PASSWORD), ("nobody", PASSWORD), ("chief", "错")):
        browser.client.cookies.clear()
        browser.post("/signin", login=login, password=password)
    for _ in range(5):
        browser.post("/signin", login="chief", password="错")
    found = [(each["outcome"], each.get("account")) for each in log_lines.of("sign_in")]
    assert found == [("ok", 5), *[("failed", None)] * 6, ("throttled", None)]
    assert {each["subject"] for each in log_lines.of("wrong_proof")} == {3}


def test_what_was_refused_is_on_record_with_the_reason(browser_as: Any, case: str, log_lines: LogLines):
    justice = browser_as("justice").get("/help")
    justice.get(f"/cases/{NO}")
    justice.get("/accounts")
    justice.client.post("/signout", data={"csrf": "another's"})
    justice.client.post("/signout", data={"csrf": justice.csrf}, headers={"Origin": "https://evil.example"})
    justice.client.get("/api/v1/cases", headers={"Authorization": "Bearer ngt_wrong"})
    refused = [(each["why"], each.get("account")) for each in log_lines.of("refused")]
    assert refused == [
        ("NoSuchCase", 4), ("NotFound", 4), ("InvalidCsrfToken", 4), ("OwnOrigin", None), ("Refused", None),
    ]  # fmt: skip


def test_whatever_leaves_as_a_file_is_on_record(browser_as: Any, city: None, log_lines: LogLines):
    office = browser_as("office")
    for address in (f"/cases/{NO}/files/1", f"/cases/{NO}/archive", "/export", "/agenda/export?of=deliberation"):
        assert office.get(address).status == 200
    assert [each["account"] for each in log_lines.of("download")] == [5] * 4
    first = log_lines.of("download")[0]
    assert (first["case"], first["file"], first["bytes"]) == (1, 1, 6)
    (archive,) = log_lines.of("case_exported")
    assert (archive["case"], archive["to"], len(archive["sha256"])) == (1, 5, 64)


def test_who_read_which_case_is_on_record_with_the_request(browser_as: Any, case: str, log_lines: LogLines):
    office = browser_as("office")
    office.get(f"/cases/{case}").get("/print?no=" + case).get("/tasks")
    browser_as("justice").get(f"/cases/{case}")
    pages = {"/cases/{no}", "/print", "/tasks"}
    read = [(each["route"], each.get("account"), each.get("cases")) for each in log_lines.of("request")]
    assert [each for each in read if each[0] in pages] == [
        ("/cases/{no}", 5, [1]), ("/print", 5, [1]), ("/tasks", 5, None), ("/cases/{no}", 4, None),
    ]  # fmt: skip


def test_administration_is_on_record_once_it_is_written(browser_as: Any, database: Any, log_lines: LogLines):
    admin = browser_as("admin").get("/accounts/1")
    admin.post("/accounts/1/deactivate")
    admin.get("/accounts/1").post("/accounts/1/reactivate")
    changed = [each for each in log_lines.of("administration") if each["act"] in ("停用账户", "启用账户")]
    assert [(each["subject"], each["account"]) for each in changed] == [(1, 9), (1, 9)]
    assert {each["request"] for each in changed} <= {each["request"] for each in log_lines.of("request")}
    with pytest.raises(AccountError), database.write() as transaction:  # the last administrator
        management.change_account(transaction, 9, operation=admin_at(at("2026-09-21")), active=False)
    assert [each["act"] for each in log_lines.of("administration")][-1] == "启用账户"


def test_a_token_is_on_record_by_its_owner_and_never_by_its_text(
    database: Any, log_lines: LogLines, cheap_hashes: None
):
    now, ends = at("2026-09-21"), at("2026-10-21")
    roles = {AccountRole.OFFICE_CLERK}
    made = management.create_account(database, login="platform", name="平台", roles=roles, operation=admin_at(now))
    with database.write() as transaction:
        owner, scopes = made.person.id, {Scope.READ}
        text = tokens.create_token(transaction, owner, SECRET, scopes, operation=admin_at(now), expires_at=ends)
    issued = log_lines.of("administration")[-1]
    assert (issued["act"], issued["subject"]) == ("签发令牌", made.person.id)
    assert text not in log_lines.text
    assert made.password not in log_lines.text
    assert SECRET not in log_lines.text


def test_nothing_that_was_entered_stands_in_the_log(browser_as: Any, city: None, log_lines: LogLines):
    """Every form is sent with what must not be kept in each field that any page has, by those who may send most."""
    for login in ("director", "admin", "chief"):
        browser = browser_as(login)
        pages = [browser.client.get(row.address).text for row in PAGES]
        names = {name for page in pages for name in NAMES.findall(page)} - {"csrf"}
        csrf = browser.get("/help").csrf
        for row in PAGES:
            browser.client.get(row.address, params=dict.fromkeys(sorted(names), SECRET))
            browser.client.get(f"{row.address}/{SECRET}")
        for row in FORMS:
            if row.route not in ("/signout", "/accounts/{account_id:int}/deactivate"):
                filled = {**dict.fromkeys(names, SECRET), **row.fields, "csrf": csrf}
                browser.client.post(row.address, data=filled)
                files = {"files": (f"{SECRET}.txt", SECRET.encode())}
                browser.client.post(row.address, data=filled, files=files)
        for row, body in API:
            headers = {"Authorization": f"Bearer {SECRET.encode().hex()}", "Cookie": "a=b"}
            browser.client.request(
                row.method, f"/api/v1{row.address}", json={"fields": SECRET, **(body or {})}, headers=headers
            )
    assert len(log_lines.of("request")) > 1000
    assert SECRET not in log_lines.text
    assert SECRET.encode().hex() not in log_lines.text
    assert PASSWORD not in log_lines.text


def test_an_error_that_nobody_foresaw_leads_from_the_page_to_its_line(
    browser_as: Any, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_args: object, **_named: object) -> None:
        raise ValueError(f"cannot read {SECRET}")

    office = browser_as("office")
    monkeypatch.setattr(task_groups, "page", fail)
    answer = office.client.get("/tasks")
    number = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert f"请求编号 {number}" in answer.text
    assert "Traceback" not in answer.text
    (line,) = log_lines.of("error")
    assert (line["request"], line["error"], line["account"]) == (number, "ValueError", 5)
    assert any(place.endswith(" fail") for place in line["traceback"])
    assert SECRET not in log_lines.text


def test_the_log_is_its_owners_alone(browser_as: Any, log_lines: LogLines):
    browser_as().get("/signin")
    (path,) = log_lines.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(log_lines.folder.stat().st_mode) == 0o700


def test_a_program_is_answered_with_a_problem_whose_line_says_where(
    browser_as: Any, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_args: object) -> None:
        raise ValueError(SECRET)

    client = browser_as().client
    monkeypatch.setattr(client.app.state.api, "openapi", fail)
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["title"] == "程序出错，没有写入任何内容"
    (line,) = log_lines.of("error")
    assert line["request"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text + log_lines.text
