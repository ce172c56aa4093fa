"""The interface for other systems: tokens and what they are good for, cases opened and answered, refusals."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from negotiation.core.enums import AccountRole
from negotiation.core.scopes import Scope
from negotiation.domain.people import Person
from negotiation.services import approvals
from negotiation.services.accounts import management, passwords, tokens
from negotiation.services.case_filters import FILTERS
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from negotiation.store import proposals
from tests.conftest import APPLICATION, CIVIL, JUSTICE, POLICE, admin_at, at
from tests.services.test_accounts import CHEAP

NOW = at("2026-09-21")
FIELDS = APPLICATION | {"provider": POLICE}
SIGNED = {"signed_by": "王局长", "signed_on": "2026-09-21"}
OPENED = {"procedure": "sharing", "fields": FIELDS, **SIGNED}


@pytest.fixture
def program(database, context, settings, shared_app, monkeypatch):
    """A program with a token of somebody of the cast."""
    monkeypatch.setattr(passwords, "PARAMETERS", CHEAP)
    app = shared_app.of(settings, database, lambda: NOW)
    with TestClient(app, base_url="http://testserver") as client:

        def program(login, *scopes, days=30):
            unit = {"civil": CIVIL, "police": POLICE, "justice": JUSTICE}.get(login)
            department = context.directory.by_name[unit].id if unit else None
            role = AccountRole.CLERK if unit else AccountRole(login)
            made = management.create_account(
                database,
                login=login,
                name=f"{login}的程序",
                roles={role},
                department_id=department,
                operation=admin_at(NOW),
            )
            with database.write() as transaction:
                token = tokens.create_token(
                    transaction,
                    made.person.id,
                    "平台",
                    scopes or tuple(Scope),
                    expires_at=NOW + timedelta(days=days),
                    operation=admin_at(NOW),
                )
            return Program(client, token)

        yield program


@pytest.fixture
def signed(database, context):
    """The head of a department, who signs what its program put forward for a case, and for each of a matter."""

    def signed(*numbers: str) -> None:
        for no in numbers:
            with database.write() as transaction:
                work = UnitOfWork(transaction, context, NOW)
                row = next(each for each in proposals.of_case(transaction, acting.take(work, no).case_id))
                head = Person(99, "head", "王局长", row.department_id, frozenset({AccountRole.HEAD}), must_change=False)
                approvals.approve(work, head, no, row.n)

    return signed


class Program:
    def __init__(self, client: TestClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str, status: int = 200) -> Any:
        return self._read(self.client.get(f"/api/v1{path}", headers=self.headers), status)

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        return self._read(self.client.post(f"/api/v1{path}", json=body, headers=self.headers), status)

    def _read(self, response: Any, status: int) -> Any:
        assert response.status_code == status, response.text
        if status >= 400:
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["title"]
        return response.json()


def test_an_application_is_opened_answered_and_read_by_programs(program, signed):
    civil, police = program("civil"), program("police")
    signed(civil.post("/cases", OPENED, 202)["no"])
    case = civil.get("/cases/GX2026-0001")
    assert (case["state"], case["due"], case["applicant"]) == ("awaiting_reply", "2026-10-12", CIVIL)
    act = {"by": "provider", "version": case["version"], **SIGNED}
    assert police.post(f"/cases/{case['no']}/acts/agree", act, 202)["state"] == "awaiting_reply"
    signed(case["no"])
    assert police.get(f"/cases/{case['no']}")["state"] == "agreed"
    assert civil.get(f"/cases/{case['no']}")["events"][-1]["actor"] == "police的程序"


def test_an_act_of_a_program_bears_its_account_its_side_and_its_token(program, signed, database, context):
    civil, police = program("civil"), program("police")
    case = civil.post("/cases", OPENED, 202)
    signed(case["no"])
    police.post(f"/cases/{case['no']}/acts/agree", {"by": "provider", **SIGNED}, 202)
    signed(case["no"])
    with database.read() as transaction:
        found = transaction.connection.exec_driver_sql("SELECT account_id, side, token FROM event ORDER BY seq").all()
    sides = [context.directory.find(name).id for name in (CIVIL, POLICE)]
    assert [tuple(each) for each in found] == [(1, sides[0], 1), (2, sides[1], 2)]
    last = civil.get(f"/cases/{case['no']}")["events"][-1]
    assert last["program"] == "由程序“平台”代填，令牌签发人测试"


def test_what_nobody_signed_waits_for_the_head_of_its_department(program, signed):
    civil, police = program("civil"), program("police")
    drafted = civil.post("/cases", {"procedure": "sharing", "fields": FIELDS}, 202)
    assert drafted["state"] == "draft"
    case = civil.post("/cases", OPENED, 202)
    signed(case["no"])
    assert police.post(f"/cases/{case['no']}/acts/agree", {"by": "provider"}, 202)["state"] == "awaiting_reply"
    half = police.post(f"/cases/{case['no']}/acts/agree", {"by": "provider", "signed_by": "王局长"}, 400)
    assert half["field"] == "signed_on"


def test_one_letter_to_two_providers_is_one_matter(program):
    fields = FIELDS | {"provider": [POLICE, JUSTICE]}
    made = program("civil").post("/cases", {**OPENED, "fields": fields}, 202)
    assert made == {"matter": "GX2026-0001", "cases": ["GX2026-0001-1", "GX2026-0001-2"]}


def test_a_marked_text_is_refused_from_a_program_too(program):
    fields = FIELDS | {"scenario": "见附件（机密 ★ 1年）"}
    assert program("civil").post("/cases", {**OPENED, "fields": fields}, 400)["field"] == "scenario"


def test_without_a_good_token_nothing_is_answered(program, database):
    stranger = Program(program("civil").client, "ngt_nothing")
    for path in ("/cases", "/departments", "/calendar/due?start=2026-09-18&n=10", "/report/2026"):
        stranger.get(path, 401)
    expired = program("police", days=1)
    assert expired.get("/departments")["departments"]


def test_a_token_is_good_for_its_scopes_only(program):
    reader = program("civil", Scope.READ)
    reader.get("/cases")
    reader.post("/cases", {"procedure": "sharing", "fields": FIELDS}, 403)
    reader.get("/report/2026", 403)


def test_a_department_s_program_sees_its_own_cases_only(program, signed):
    civil, justice = program("civil"), program("justice")
    no = civil.post("/cases", OPENED, 202)["no"]
    signed(no)
    assert [case["no"] for case in civil.get("/cases")["cases"]] == [no]
    assert justice.get("/cases")["cases"] == []
    justice.get(f"/cases/{no}", 404)
    justice.post(f"/cases/{no}/acts/agree", {"by": "provider"}, 404)


def test_an_act_in_another_s_role_or_at_the_wrong_time_is_refused(program, signed):
    civil = program("civil")
    no = civil.post("/cases", OPENED, 202)["no"]
    signed(no)
    civil.post(f"/cases/{no}/acts/agree", {"by": "provider"}, 403)
    civil.post(f"/cases/{no}/acts/accept", {"by": "applicant"}, 409)
    civil.post(f"/cases/{no}/acts/withdraw", {"by": "applicant", "version": 99}, 409)
    civil.post(f"/cases/{no}/acts/withdraw", {"by": "applicant", "on": "2026-09-30"}, 400)


def test_a_wrong_field_is_named(program):
    problem = program("civil").post("/cases", {"procedure": "sharing", "fields": FIELDS | {"provider": "市公安"}}, 400)
    assert (problem["field"], "市公安局" in problem["todo"]) == ("provider", True)


@pytest.mark.parametrize("body", [{}, {"procedure": 1}, {"procedure": "sharing", "fields": "x"}, []])
def test_a_request_put_wrongly_says_where(program, body):
    assert program("civil").post("/cases", body, 422)["where"]


def test_a_department_cannot_apply_for_another_nor_an_auditor_at_all(program):
    body = {"procedure": "sharing", "fields": FIELDS | {"applicant": JUSTICE}}
    program("civil").post("/cases", body, 400)
    program("auditor").post("/cases", body, 403)


def test_the_pages_of_a_list_follow_by_cursor(program):
    civil = program("civil")
    numbers = [civil.post("/cases", OPENED, 202)["no"] for _ in range(3)]
    first = civil.get("/cases?limit=2&sort=no")
    second = civil.get(f"/cases?limit=2&sort=no&cursor={first['cursor']}")
    assert [case["no"] for case in first["cases"] + second["cases"]] == numbers
    assert second["cursor"] is None
    civil.get("/cases?cursor=broken", 400)
    civil.get("/cases?limit=0", 422)


def test_a_due_date_is_proved_day_by_day(program):
    answer = program("civil").get("/calendar/due?start=2026-09-18&n=10&layer=national")
    assert (answer["due"], answer["official"], len(answer["days"])) == ("2026-10-09", True, 21)
    program("police").get("/calendar/due?start=1990-01-01&n=10", 400)


def test_the_figures_of_a_year_are_for_the_office(program):
    program("civil").get("/report/2026", 403)
    assert program("office_clerk").get("/report/2026")["procedures"]["sharing"]["received"] == 0


def test_the_description_names_every_route(program):
    paths = program("civil").client.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths) == {
        "/cases", "/cases/{no}", "/cases/{no}/acts/{event}", "/cases/{no}/corrections", "/departments",
        "/calendar/due", "/report/{year}", "/search",
    }  # fmt: skip


def test_the_list_takes_every_filter_that_is_declared(program):
    paths = program("civil").client.get("/api/v1/openapi.json").json()["paths"]
    described = {each["name"] for each in paths["/cases"]["get"]["parameters"]}
    assert described == {each.name for each in FILTERS} | {"cursor", "limit", "as_of", "known_on"}
    assert {"state", "light", "department", "text", "since", "until", "open", "sort"} <= described


CORRECTED = {"reason": "来文日期登记有误", "corrections": [{"seq": 2, "on": "2026-09-18"}]}


@pytest.fixture
def answered(program):
    """A case that the office's program opened on 18 September, with a refusal that it entered as of the 21st."""
    office = program("office_head")
    new = OPENED | {"on": "2026-09-18", "fields": FIELDS | {"applicant": CIVIL}}
    case = office.post("/cases", new | {"signed_on": "2026-09-18"}, 201)
    act = {"by": "provider", "on": "2026-09-21", "fields": {"reason": "涉及隐私"}, **SIGNED}
    return office, office.post(f"/cases/{case['no']}/acts/refuse", act)["no"]


def test_a_correction_is_previewed_and_written_by_a_program(answered):
    office, no = answered
    before = office.get(f"/cases/{no}")
    seen = office.post(f"/cases/{no}/corrections", CORRECTED | {"dry_run": True, "version": 2})
    assert (seen["was"]["replied"], seen["now"]["replied"]) == ("2026-09-21", "2026-09-18")
    assert office.get(f"/cases/{no}") == before
    done = office.post(f"/cases/{no}/corrections", CORRECTED)
    assert (done["replied"], done["version"], done["was"], done["now"]) == ("2026-09-18", 3, seen["was"], seen["now"])
    assert [each["corrected"] for each in done["events"]] == [False, True, False]
    assert {"notice", "to", "due"} <= done["told"][0].keys()


def test_a_program_strikes_what_was_a_mistake(answered):
    office, no = answered
    done = office.post(f"/cases/{no}/corrections", {"reason": "登记错了案件", "strikes": [2]})
    assert (done["state"], done["replied"]) == ("awaiting_reply", None)


def test_a_program_corrects_only_what_its_person_may_sign(answered, program):
    office, no = answered
    clerk = program("office_clerk")
    clerk.post(f"/cases/{no}/corrections", CORRECTED | {"dry_run": True})
    assert "负责人签批" in clerk.post(f"/cases/{no}/corrections", CORRECTED, 403)["title"]
    police, justice = program("police"), program("justice")
    assert "没有可以更正的第2项登记" in police.post(f"/cases/{no}/corrections", CORRECTED, 404)["title"]
    justice.post(f"/cases/{no}/corrections", CORRECTED, 404)
    assert office.get(f"/cases/{no}")["version"] == 2


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (CORRECTED | {"reason": " "}, 400, "更正须写明理由"),
        (CORRECTED | {"corrections": []}, 400, "没有写明更正或撤销哪一项"),
        (CORRECTED | {"version": 1}, 409, "已有新的办理"),
        ({"reason": "有误", "corrections": [{"seq": 2, "on": "2027-01-01"}]}, 400, "在今天"),
        ({"reason": "有误", "corrections": [{"seq": 2, "on": "2026-09-18"}] * 2}, 409, "第2项更正了两次"),
        ({"reason": "有误", "strikes": [9]}, 404, "本案没有第9项登记"),
        ({"reason": "有误", "strikes": [1]}, 409, "不能单独撤销"),
        ({"reason": "有误", "strikes": ["甲"]}, 422, "写法有误"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(answered, body, status, sentence):
    office, no = answered
    assert sentence in office.post(f"/cases/{no}/corrections", body, status)["title"]
    assert office.get(f"/cases/{no}")["version"] == 2


def test_a_program_reads_a_case_and_the_list_as_they_were(answered):
    office, no = answered
    office.post(f"/cases/{no}/corrections", CORRECTED)
    then = office.get(f"/cases/{no}?as_of=2026-09-20")
    assert (then["state"], then["as_of"], then["acts"]) == ("refused", "2026-09-20", [])
    (line,) = office.get("/cases?as_of=2026-09-20&state=refused")["cases"]
    assert (line["no"], line["replied"]) == (no, "2026-09-18")
    assert "还没有任何案件" in office.get("/cases?known_on=2026-09-20", 400)["title"]
    assert "还没有编号为" in office.get(f"/cases/{no}?known_on=2026-09-20", 404)["title"]
    for query in ("as_of=2026-09-22", "known_on=2027-01-01"):
        assert "尚未到来" in office.get(f"/cases/{no}?{query}", 400)["title"]
        assert "尚未到来" in office.get(f"/cases?{query}", 400)["title"]
    office.get("/cases?known_on=昨天", 422)


def test_a_program_reads_the_figures_of_a_past_day(answered):
    office, no = answered
    office.post(f"/cases/{no}/corrections", CORRECTED)
    now = office.get("/report/2026")
    assert (now["known_on"], now["changes"], now["as_of"]) == (None, [], "2026-09-21")
    assert "还没有任何案件" in office.get("/report/2026?known_on=2026-09-20", 400)["title"]
    assert "尚未到来" in office.get("/report/2026?known_on=2026-09-22", 400)["title"]
    assert office.get("/report/2026?as_of=2026-09-18")["as_of"] == "2026-09-18"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cases", OPENED | {"due_on": "2026-12-31"}),
        ("/cases", OPENED | {"signed_bye": "王局长"}),
        ("/cases/GX2026-0001/acts/agree", {"by": "provider", "singed_by": "王局长"}),
        ("/cases/GX2026-0001/corrections", {"reason": "误", "corrections": [{"seq": 1, "day": "2026-09-18"}]}),
    ],
)
def test_a_key_that_is_not_known_is_refused_and_named(program, path, body):
    problem = program("civil").post(path, body, 422)
    assert problem["field"].rpartition(".")[2] in {"due_on", "signed_bye", "singed_by", "day"}


def test_a_head_is_answered_as_a_get_without_its_body(program):
    civil = program("civil")
    for path in ("/cases", "/departments", "/cases/GX2026-9999"):
        asked, headed = (getattr(civil.client, way)(f"/api/v1{path}", headers=civil.headers) for way in ("get", "head"))
        assert (headed.status_code, headed.content) == (asked.status_code, b"")
        assert headed.headers["content-length"] == str(len(asked.content))
    assert (civil.client.head("/health").status_code, civil.client.head("/signin").status_code) == (200, 200)
