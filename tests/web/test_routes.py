"""Every way into the application × everybody of the cast: what each is answered. A new way without a row fails here.

A row is an address of a route as people meet it, and who is answered what; who is not named finds no such page. A form
is sent with its hidden token and what the row says. Today is 21 September 2026; the civil affairs bureau has applied to
the police on Friday, whose clerk proposes an answer to the chief; a letter to the police and the tax office followed.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from negotiation.core.scopes import Scope
from negotiation.domain.attachments.upload import read_upload
from negotiation.domain.meetings import Meeting
from negotiation.services.accounts import management, tokens
from negotiation.store import attachments, meetings
from negotiation.store.tasks import add_task
from tests.conftest import APPLICATION, CIVIL, POLICE, TAX, Story, admin_at, day
from tests.documents import catalogues
from tests.web.routes import routes
from tests.web_client import PEOPLE, TODAY

ALL = frozenset(PEOPLE)
DEPARTMENTS = frozenset({"civil", "police", "chief", "justice"})
PARTIES = DEPARTMENTS - {"justice"}
PROVIDER = frozenset({"police", "chief"})
OFFICE = frozenset({"office", "director"})
LOOKERS = frozenset({"secretary", "auditor"})
ADMIN = frozenset({"admin"})
THREE = ADMIN | {"guard", "checker"}  # 三员: none sees a case
WORKERS = DEPARTMENTS | OFFICE
CONFIRMERS = frozenset({"guard", "director"})  # of roles and tokens
READERS = OFFICE | LOOKERS  # who sees every case
CASE = PARTIES | OFFICE | LOOKERS  # who sees the case
HANDS_OVER = frozenset({"chief", "director"})
KEEPERS = OFFICE | ADMIN  # of the departments
NO, MATTER, SECOND = "GX2026-0001", "GX2026-0002", "GX2026-0002-1"
MEETING = "HY2026-0001"
TASK, NOTICE = "calendar/2005-12-31", "event:1/new_case/to:2"
MAIL = {"case_id": "1", "key": NOTICE}
SIGNED = {"signed_by": "王局长", "signed_on": TODAY}
FEED = "/calendar/feed/{secret}.ics"
PUBLIC = {"/signin", "/signin/code", "/health", "/metrics", "/openapi.json", "/static/{path}", FEED}


class Row(NamedTuple):
    """An address of a route, who is answered what, and what is sent."""

    method: str
    route: str
    address: str
    answers: Mapping[int, Collection[str]]
    fields: Mapping[str, str] = {}

    def answer(self, login: str, otherwise: int = 404) -> int:
        return next((status for status, logins in self.answers.items() if login in logins), otherwise)


def get(route: str, answers: Collection[str] | Mapping[int, Collection[str]], address: str = "") -> Row:
    """A page, and who sees it."""
    return Row("GET", route, address or route, answers if isinstance(answers, Mapping) else {200: answers})


def post(route: str, answers: Mapping[int, Collection[str]], address: str = "", **fields: str) -> Row:
    """A form that is sent; 303: it was done. 400 and 409: refused in a sentence."""
    return Row("POST", route, address or route, answers, fields)


PAGES = [
    get("/", ALL),  # an administrator is led to what is theirs
    get("/cases", ALL - THREE),
    get("/today", ALL - THREE),
    get("/due", ALL - THREE),
    get("/calendar/proposals/{number:int}", (), "/calendar/proposals/9"),
    get("/accounts", ADMIN),
    get("/accounts/new", ADMIN),
    get("/accounts/people", ADMIN),
    get("/accounts/{account_id:int}", ADMIN, "/accounts/1"),
    get("/accounts/{account_id:int}", (), "/accounts/99"),
    get("/admin-log", {"director", "auditor", "guard", "checker"}),
    get("/admin-log/export", {"director", "auditor", "guard", "checker"}),
    get("/agenda", OFFICE | LOOKERS),
    get("/agenda/export", OFFICE | LOOKERS, "/agenda/export?of=deliberation"),
    get("/apply", WORKERS),
    get("/apply/{procedure}", WORKERS, "/apply/sharing"),
    get("/audit", {"director", "auditor", "checker"}),
    get("/bulk", WORKERS, f"/bulk?act=note&no={NO}"),
    get("/bulk", OFFICE, f"/bulk?act=remind&no={NO}"),
    get("/calendar", ALL),
    get("/cases/{no}", CASE, f"/cases/{NO}"),
    get("/cases/{no}", (), "/cases/GX2026-9999"),
    get(
        "/cases/{no}/acts/{event}",
        {200: OFFICE, 400: LOOKERS | {"civil"} | PROVIDER},  # whose answer waits for their head
        f"/cases/{NO}/acts/agree",
    ),
    get("/cases/{no}/archive", CASE, f"/cases/{NO}/archive"),
    get("/cases/{no}/archive", (), "/cases/GX2026-9999/archive"),
    get("/retention", OFFICE),
    get("/search", ALL - THREE),
    get("/cases/{no}/keep", OFFICE, f"/cases/{NO}/keep"),
    get("/cases/{no}/expunge", OFFICE, f"/cases/{NO}/expunge"),
    get("/cases/{no}/corrections/{seq}", OFFICE, f"/cases/{NO}/corrections/1"),
    get("/cases/{no}/files/{n}", CASE, f"/cases/{NO}/files/1"),
    get("/cases/{no}/handlers", CASE, f"/cases/{NO}/handlers"),
    get("/cases/{no}/letters/{template}", OFFICE, f"/cases/{NO}/letters/chase"),
    get("/cases/{no}/letters/{template}", PROVIDER, f"/cases/{NO}/letters/reply"),
    get("/cases/{no}/letters/{template}", {400: OFFICE}, f"/cases/{NO}/letters/request"),
    get("/cases/{no}/letters/{template}", (), f"/cases/{NO}/letters/nowhere"),
    get("/departments", ALL),
    get("/departments/new", KEEPERS),
    get("/departments/{department_id:int}", ALL, "/departments/1"),
    get("/departments/{department_id:int}/reorganize", OFFICE, "/departments/1/reorganize"),
    get("/export", ALL - THREE),
    get("/grants", CONFIRMERS),
    get("/handover", HANDS_OVER),
    get("/handover/done", HANDS_OVER, f"/handover/done?leaver=2&successor=3&on={TODAY}"),
    get("/handover/done", HANDS_OVER - {"chief"}, f"/handover/done?leaver=5&successor=6&on={TODAY}"),
    get(FEED, (), "/calendar/feed/ngt_unknown.ics"),
    get("/health", ALL),
    get("/help", ALL),
    get("/ledger", OFFICE),
    get("/ledger/{batch:int}", (), "/ledger/9"),
    get("/matters/{no}", CASE, f"/matters/{MATTER}"),
    get("/me", ALL),
    get("/meetings", OFFICE | LOOKERS),
    get("/meetings/new", OFFICE),
    get("/meetings/{no}", CASE, f"/meetings/{MEETING}"),
    get("/meetings/{no}/edit", OFFICE, f"/meetings/{MEETING}/edit"),
    get("/meetings/{no}/letters/{template}", OFFICE, f"/meetings/{MEETING}/letters/minutes"),
    get("/meetings/{no}/letters/{template}", (), f"/meetings/{MEETING}/letters/chase"),
    get("/meetings/{no}/record", OFFICE, f"/meetings/{MEETING}/record"),
    get("/metrics", ALL),
    get("/openapi.json", ALL),
    get("/outbox", READERS),
    get("/outbox/resend", OFFICE, f"/outbox/resend?case_id=1&key={quote(NOTICE)}"),
    get("/outbox/{case_id}/{key:path}", READERS, f"/outbox/1/{NOTICE}"),
    get("/password", ALL),
    get("/print", CASE, f"/print?no={NO}"),
    get("/proposals", WORKERS),
    get("/report", ALL - THREE),
    get("/resources", ALL),
    get("/resources/export", ALL),
    get("/resources/import", OFFICE),
    get("/resources/{resource_id:int}", ALL, "/resources/1"),
    get("/resources/{resource_id:int}", (), "/resources/99"),
    get(
        "/report/{year:int}/cases",
        OFFICE | LOOKERS,
        "/report/2026/cases?procedure=sharing&figure=received&of=total",
    ),
    get(
        "/report/{year:int}/cases",
        OFFICE | LOOKERS | PROVIDER,
        "/report/2026/cases?procedure=sharing&figure=received&of=provider:2",
    ),
    get("/report/{year:int}/files/{kind}", OFFICE | LOOKERS, "/report/2026/files/json"),
    get("/rulebook", ALL),
    get("/rulebook/{book_id}/{procedure}", ALL, "/rulebook/beijing-2017/sharing"),
    get("/rulebook/{book_id}/{procedure}", (), "/rulebook/atlantis/sharing"),
    get("/second-factor", ALL),
    get("/signin", ALL),
    get("/static/{path}", ALL, "/static/desk.css"),
    get("/departments/import", KEEPERS),
    get("/departments/template", KEEPERS),
    get("/papers", OFFICE),
    get("/papers", {200: OFFICE}, f"/papers?no={NO}"),
    get("/setup", KEEPERS),
    get("/status", KEEPERS),
    get("/tasks", READERS | ADMIN),
    get("/tasks/done", OFFICE, f"/tasks/done?case_id=0&key={quote(TASK)}"),
    get("", (), "/nowhere"),
]
FORMS = [
    post("/views", {400: ALL - THREE}),
    post("/views/{view_id:int}/remove", {404: ALL}, "/views/1/remove"),
    post("/accounts/new", {400: ADMIN}),
    post("/accounts/people", {400: ADMIN}),
    post("/accounts/{account_id:int}", {400: ADMIN}, "/accounts/1"),
    post("/accounts/{account_id:int}/deactivate", {303: ADMIN}, "/accounts/1/deactivate"),
    post("/accounts/{account_id:int}/reactivate", {303: ADMIN}, "/accounts/1/reactivate"),
    post("/accounts/{account_id:int}/sessions", {303: ADMIN}, "/accounts/1/sessions"),
    post("/accounts/{account_id:int}/tokens", {400: ADMIN}, "/accounts/1/tokens"),
    post("/accounts/{account_id:int}/tokens/revoke", {400: ADMIN}, "/accounts/1/tokens/revoke", token="没有的"),
    post("/apply/{procedure}", {400: WORKERS}, "/apply/sharing"),
    post("/bulk", {400: WORKERS}, act="note"),
    post("/bulk", {400: OFFICE}, act="remind"),
    post("/calendar/proposals/{number:int}/approve", {404: ALL}, "/calendar/proposals/9/approve"),
    post("/calendar/proposals/{number:int}/return", {404: ALL}, "/calendar/proposals/9/return", said="不对"),
    post("/calendar/proposals/{number:int}/withdraw", {404: ALL}, "/calendar/proposals/9/withdraw"),
    post("/calendar/import", {400: OFFICE}, layer="municipal", text="天气很好"),
    post("/calendar/revocation", {400: OFFICE}, number="9", reason="误收"),
    post("/calendar/revocation/rehearsal", {400: OFFICE}, number="9", reason="误收"),
    post("/calendar/rehearsal", {400: OFFICE}, layer="municipal", text="天气很好"),
    post("/cases/{no}/acts/{event}", {400: CASE}, f"/cases/{NO}/acts/agree"),
    post("/tasks/done-together", {400: OFFICE}),
    post("/drafts/{path:path}", {200: CASE}, f"/drafts/cases/{NO}/acts/agree"),
    post("/drafts/{path:path}", {200: WORKERS}, "/drafts/apply/sharing"),
    post("/cases/{no}/keep", {400: OFFICE}, f"/cases/{NO}/keep"),
    post("/cases/{no}/expunge", {400: OFFICE}, f"/cases/{NO}/expunge"),
    post("/cases/{no}/corrections/{seq}", {400: OFFICE}, f"/cases/{NO}/corrections/1"),
    post("/cases/{no}/handlers", {303: PARTIES | OFFICE, 400: LOOKERS}, f"/cases/{NO}/handlers"),
    post("/cases/{no}/letters/{template}", {200: OFFICE}, f"/cases/{NO}/letters/chase"),
    post("/cases/{no}/letters/{template}", {400: OFFICE}, f"/cases/{NO}/letters/chase", number="京政数[2026]37号"),
    post("/cases/{no}/letters/{template}", {200: PROVIDER}, f"/cases/{NO}/letters/reply"),
    post("/cases/{no}/proposals/{n}/return", {400: CASE}, f"/cases/{NO}/proposals/1/return"),
    post(
        "/cases/{no}/proposals/{n}/approve", {303: {"chief"}, 400: CASE - {"chief"}}, f"/cases/{NO}/proposals/1/approve"
    ),
    post(
        "/cases/{no}/proposals/{n}/withdraw",
        {303: PROVIDER, 400: CASE - PROVIDER},
        f"/cases/{SECOND}/proposals/2/withdraw",
    ),
    post("/departments/import", {400: KEEPERS}),
    post("/departments/preview", {400: KEEPERS}),
    post("/setup/mail", {400: KEEPERS}, email="nobody"),
    post("/clock/confirm", {409: KEEPERS}),
    post("/departments/new", {400: KEEPERS}),
    post("/departments/{department_id:int}", {303: KEEPERS | {"civil"}}, "/departments/1"),
    post("/departments/{department_id:int}/reorganize", {400: OFFICE}, "/departments/1/reorganize", into="市公安局"),
    post("/departments/{department_id:int}/absences", {400: KEEPERS | {"civil"}}, "/departments/1/absences"),
    post(
        "/departments/{department_id:int}/absences/{absence_id:int}/remove",
        {303: KEEPERS | {"civil"}},
        "/departments/1/absences/1/remove",
    ),
    post("/grants/confirm", {400: CONFIRMERS}),
    post("/grants/{number:int}/confirm", {409: CONFIRMERS}, "/grants/9/confirm"),
    post("/grants/{number:int}/refuse", {400: CONFIRMERS}, "/grants/9/refuse"),
    post("/handover", {303: HANDS_OVER}, leaver="2", successor="3"),
    post("/handover", {303: HANDS_OVER - {"chief"}}, leaver="5", successor="6"),
    post("/ledger/import", {400: {"director"}}),
    post("/ledger/preview", {400: OFFICE}),
    post("/ledger/{batch:int}/take-back", {}, "/ledger/9/take-back"),
    post("/me/calendar", {404: ALL}, token="手机日历", scope="calendar"),  # until the office wants it
    post("/me/end", {303: ALL}),
    post("/me/read", {303: ALL}, n="1"),
    post("/me/tokens/revoke", {404: ALL}, token="没有的"),
    post("/meetings/new", {400: OFFICE}),
    post("/meetings/{no}/agreed", {400: OFFICE}, f"/meetings/{MEETING}/agreed"),
    post("/meetings/{no}/cancel", {400: OFFICE}, f"/meetings/{MEETING}/cancel"),
    post("/meetings/{no}/edit", {400: OFFICE}, f"/meetings/{MEETING}/edit"),
    post("/meetings/{no}/hold", {400: OFFICE}, f"/meetings/{MEETING}/hold"),
    post("/meetings/{no}/letters/{template}", {409: OFFICE}, f"/meetings/{MEETING}/letters/minutes"),
    post("/meetings/{no}/letters/{template}", {200: OFFICE}, f"/meetings/{MEETING}/letters/meeting_notice"),
    post("/meetings/{no}/off", {400: OFFICE}, f"/meetings/{MEETING}/off"),
    post("/meetings/{no}/postpone", {400: OFFICE}, f"/meetings/{MEETING}/postpone"),
    post("/meetings/{no}/record", {400: OFFICE}, f"/meetings/{MEETING}/record"),
    post("/outbox/release", {303: OFFICE}),
    post("/outbox/resend", {409: OFFICE}, **MAIL),
    post("/password", {400: ALL}),
    post("/resources/import", {400: OFFICE}),
    post("/resources/preview", {400: OFFICE}),
    post("/proposals/approve", {400: WORKERS}),
    post("/report/{year:int}/publish", {400: {"director"}}, "/report/2026/publish"),
    post("/tasks/done", {303: OFFICE}, case_id="0", key=TASK),
    post("/tasks/reopen", {303: OFFICE}, case_id="0", key=TASK),
    post("/accounts/{account_id:int}/password", {200: ADMIN}, "/accounts/1/password"),
    post("/second-factor/begin", {400: ALL}),
    post("/second-factor/confirm", {400: ALL}),
    post("/second-factor/codes", {400: ALL}),
    post("/second-factor/remove", {400: ALL}),
    post("/accounts/{account_id:int}/second-factor", {400: ADMIN}, "/accounts/1/second-factor"),
    post("/signin", {400: ALL}),
    post("/signin/code", {400: ALL}),
    post("/signout", {303: ALL}),  # the last
]
FIELDS = APPLICATION | {"provider": TAX}
API: list[tuple[Row, Any]] = [
    (Row("GET", "/cases", "/cases", {200: ALL - THREE, 403: THREE}), None),
    (Row("GET", "/search", "/search?q=GX2026", {200: ALL - THREE, 403: THREE}), None),
    (
        Row("POST", "/cases", "/cases", {202: DEPARTMENTS, 400: OFFICE, 403: LOOKERS | THREE}),
        {"procedure": "sharing", "fields": FIELDS, **SIGNED},
    ),
    (Row("GET", "/cases/{no}", f"/cases/{NO}", {200: CASE}), None),
    (
        Row(
            "POST",
            "/cases/{no}/acts/{event}",
            f"/cases/{NO}/acts/note",
            {200: PROVIDER | OFFICE, 403: LOOKERS | {"civil"}},
        ),
        {"by": "provider", "fields": {"text": "已转业务处室"}},
    ),
    (
        Row("POST", "/cases/{no}/corrections", f"/cases/{NO}/corrections", {400: OFFICE}),
        {"reason": "来文日期登记有误", "corrections": [{"seq": 1, "on": "2030-01-01"}]},
    ),
    (Row("GET", "/departments", "/departments", {200: ALL}), None),
    (Row("GET", "/calendar/due", "/calendar/due?start=2026-09-18&n=10", {200: ALL}), None),
    (Row("GET", "/report/{year}", "/report/2026", {200: OFFICE | LOOKERS, 403: DEPARTMENTS | THREE}), None),
    (Row("GET", "/openapi.json", "/openapi.json", {200: ALL}), None),
]


@pytest.fixture
def city(browser_as: Any, database: Any, case: str, story: Story, fake_clock: Any, tmp_path: Path) -> None:
    """What every address of the rows needs: a file, proposals, a matter, a task, a mail, a resource, meetings."""
    catalogues.catalogued(database, story.context, tmp_path, catalogues.row(资源名称="派出所名录"))
    form = {**APPLICATION, **SIGNED, "applicant": CIVIL, "on": TODAY, "reviewed": "yes", "submit": "submit"}
    form["again"] = "yes"  # the police were asked for the same already
    letter = browser_as("civil").get("/apply/sharing").post("/apply/sharing", provider=f"{POLICE}、{TAX}", **form)
    assert letter.url == f"/matters/{MATTER}"
    for no in (NO, SECOND):
        browser_as("police").act(no, "agree", on=TODAY)
    again = browser_as("police").get(f"/cases/{SECOND}")
    again.post(f"/cases/{SECOND}/proposals/1/withdraw")
    again.act(SECOND, "refuse", on=TODAY, reason="涉及个人信息")
    case_id = story.record.id
    with database.write() as transaction:
        add_task(transaction, 0, TASK, "请核对日历", day(TODAY))
        where = ("14:30", "第一会议室", "李副主任")
        meeting = Meeting(1, MEETING, "coordination", day(TODAY), *where, (), "", (), created_at=fake_clock.now)
        meetings.add(transaction, meeting)
        meetings.put_on(transaction, 1, case_id)
        letter_of = read_upload("来文.txt", "来文".encode(), megabytes=1)
        attachments.add(transaction, case_id, [letter_of], "测试", fake_clock.now)


def test_every_way_in_has_its_row(browser_as: Any) -> None:
    written = {(row.method, row.route) for row in PAGES + FORMS if row.route}
    written |= {(row.method, f"/api/v1{row.route}") for row, _ in API}
    assert written == routes(browser_as().client.app)


@pytest.mark.parametrize("login", list(PEOPLE))
def test_everybody_is_answered_as_the_rows_say(browser_as: Any, city: None, login: str) -> None:
    browser = browser_as(login).get("/help")
    found = {row.address: browser.client.get(row.address).status_code for row in PAGES}
    assert found == {row.address: row.answer(login) for row in PAGES}
    sent = [
        browser.client.post(row.address, data={"csrf": browser.csrf, **row.fields}, follow_redirects=False)
        for row in FORMS
    ]
    print(f"{login}: {len(PAGES)} pages and {len(FORMS)} forms asked for")
    named = [(row.address, row.fields) for row in FORMS]
    assert list(zip(named, [each.status_code for each in sent], strict=True)) == [
        (name, row.answer(login)) for name, row in zip(named, FORMS, strict=True)
    ]


@pytest.mark.parametrize("login", list(PEOPLE))
def test_every_program_is_answered_as_the_rows_say(
    browser_as: Any, city: None, database: Any, fake_clock: Any, login: str
) -> None:
    with database.write() as transaction:
        whose, ends = management.find(transaction, login).person.id, fake_clock.now + timedelta(days=1)
        token = tokens.create_token(
            transaction, whose, "平台", tuple(Scope), expires_at=ends, operation=admin_at(fake_clock.now)
        )
    client, headers = browser_as().client, {"Authorization": f"Bearer {token}"}
    asked = [client.request(row.method, f"/api/v1{row.address}", json=body, headers=headers) for row, body in API]
    print(f"{login}: {len(API)} calls of the interface")
    assert [(row.address, each.status_code) for (row, _), each in zip(API, asked, strict=True)] == [
        (row.address, row.answer(login)) for row, _ in API
    ]


def test_who_is_not_signed_in_is_led_to_sign_in_and_changes_nothing(browser_as: Any, city: None) -> None:
    client = browser_as().client
    for row in PAGES + FORMS:
        if row.route and row.route not in PUBLIC:
            answer = client.request(row.method, row.address, data=row.fields or None, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/signin"), row
    public = [row for row in PAGES if row.route in PUBLIC]
    assert [client.get(row.address).status_code for row in public] == [row.answer("office") for row in public]


def test_a_session_is_no_token(browser_as: Any, city: None) -> None:
    """What a browser holds opens the interface to nobody: no other site's page can make it ask."""
    client = browser_as("office").client
    found = {row.address: client.request(row.method, f"/api/v1{row.address}").status_code for row, _ in API}
    assert found == {row.address: 200 if row.route == "/openapi.json" else 401 for row, _ in API}
