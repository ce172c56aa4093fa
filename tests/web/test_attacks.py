"""The desk under attack: by who wants to see or do what they may not, to lose the work of others, or to make a date
look other than it is.

Today is 21 September 2026, ten in the morning. The civil affairs bureau applies, the police provide, justice looks on.
"""

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook

from negotiation.core.enums import AccountRole
from negotiation.core.scopes import Scope
from negotiation.domain.meetings import Meeting
from negotiation.services.accounts import management, tokens
from negotiation.store import meetings, triggers
from tests.conftest import CIVIL, JUSTICE, POLICE, TAX, Story, admin_at, at, day, everything
from tests.web.routes import routes
from tests.web_client import PASSWORD, TODAY, Browser

SIGNED = {"signed_by": "王局长", "signed_on": TODAY}
FORM = {
    "applicant": CIVIL,
    "resource": "常住人口基本信息", "use_basis": "《社会救助暂行办法》第五十八条", "scenario": "办理低保资格核对",
    "mode": "服务接口", "period": "长期", "on": TODAY, "reviewed": "yes",
}  # fmt: skip


def number_of(database: Any, login: str) -> int:
    """The number of an account."""
    with database.read() as transaction:
        return management.find(transaction, login).person.id


def program(browser_as: Any, database: Any, fake_clock: Any, login: str, *scopes: Scope) -> Any:
    """Asks the interface with a token of one of the cast."""
    client = browser_as().client
    with database.write() as transaction:
        ends, whose = fake_clock.now + timedelta(days=30), management.find(transaction, login).person.id
        token = tokens.create_token(
            transaction,
            whose,
            f"平台{login}",
            scopes or tuple(Scope),
            expires_at=ends,
            operation=admin_at(fake_clock.now),
        )
    headers = {"Authorization": f"Bearer {token}"}
    return lambda method, path, **more: client.request(method, f"/api/v1{path}", headers=headers, **more)


# ------------------------------------------------------------------------------------------------ who sees what


def test_a_case_of_others_and_one_that_there_is_not_are_answered_alike(browser_as, case):
    browser, nothing = browser_as("justice"), "GX2026-0099"
    for path in ("/cases/{}", "/cases/{}/acts/agree", "/cases/{}/handlers", "/cases/{}/files/1", "/print?no={}"):
        one, other = (browser.client.get(path.format(no)) for no in (case, nothing))
        assert (one.status_code, one.text) == (other.status_code, other.text.replace(nothing, case)), path
    browser.get("/help")
    for path in ("/cases/{}/acts/agree", "/cases/{}/handlers", "/cases/{}/proposals/1/approve"):
        data = {"csrf": browser.csrf}
        one, other = (browser.client.post(path.format(no), data=data) for no in (case, nothing))
        assert (one.status_code, one.text) == (other.status_code, other.text.replace(nothing, case)), path


def test_a_program_of_a_department_reads_neither_tasks_nor_mails_of_the_office(
    browser_as, database, fake_clock, case, story
):
    fake_clock.now = at("2026-10-10")
    story.sweep("2026-10-10")
    seen = program(browser_as, database, fake_clock, "police")("GET", f"/cases/{case}").json()
    assert (seen["tasks"], seen["notices"]) == ([], [])
    office = program(browser_as, database, fake_clock, "office")("GET", f"/cases/{case}").json()
    assert office["tasks"]
    assert office["notices"]


def test_nobody_finds_out_what_a_clerk_of_another_house_handles(browser_as, database, case):
    office, other = number_of(database, "office"), number_of(database, "police")
    browser_as("office").get(f"/cases/{case}").post(f"/cases/{case}/handlers", handler1=str(office))
    browser_as("police").get(f"/cases/{case}").post(f"/cases/{case}/handlers", handler1=str(other))
    assert case in browser_as("office").get(f"/?handler={office}").page
    assert case not in browser_as("police").get(f"/?handler={office}").page
    assert case not in browser_as("civil").get(f"/?handler={other}").page
    assert case not in browser_as("office").get(f"/?handler={other}").page


def test_after_a_transfer_the_former_provider_sees_nothing_of_the_case_anywhere(browser_as, database, case, story):
    """Its head neither signs nor reads on; what its clerk proposed is not a window into another department's case."""
    chief, clerk = number_of(database, "chief"), number_of(database, "police")
    browser_as("police").get(f"/cases/{case}").post(f"/cases/{case}/handlers", handler1=str(clerk))
    browser_as("police").act(case, "agree", on=TODAY)
    story.act("transfer", "office", TODAY, provider=JUSTICE, reason="职责划转")
    for login in ("police", "chief"):
        browser = browser_as(login)
        for path in ("/", "/?all=1", "/proposals", f"/handover?leaver={clerk}&successor={chief}", "/help"):
            assert case not in browser.get(path).page, (login, path)
        assert browser.get("/help").post(f"/cases/{case}/proposals/1/approve").status == 404
        assert browser.get("/help").post("/proposals/approve", pick=f"{case}/1").status == 200
    assert "<strong>0</strong>待签批" in browser_as("chief").get("/").page
    assert story.state == "awaiting_reply"


@pytest.mark.parametrize("login", ["admin", "guard", "checker"])
def test_none_of_the_three_administrators_sees_a_case_its_number_or_a_party(
    browser_as, database, case, story, fake_clock, login
):
    fake_clock.now = at("2026-10-10")
    story.sweep("2026-10-10")
    clerk, chief = number_of(database, "police"), number_of(database, "chief")
    browser_as("police").get(f"/cases/{case}").post(f"/cases/{case}/handlers", handler1=str(clerk))
    with database.write() as transaction, triggers.lifted(transaction):
        transaction.execute("UPDATE event SET actor = '他人' WHERE seq = 1")  # a fault that the verification names
    browser = browser_as(login)
    hidden = ("/outbox", f"/handover?leaver={clerk}&successor={chief}", "/export", "/agenda", "/report", "/proposals",
              f"/matters/{case}", f"/print?no={case}", "/departments/1/reorganize")  # fmt: skip
    assert {path: browser.get(path).status for path in hidden} == dict.fromkeys(hidden, 404)
    seen = [browser.get(path) and path for path in ("/", *_menu(browser.page)) if case in browser.get(path).page]
    assert seen == []
    assert "常住人口基本信息" not in "".join(browser.get(path).page for path in ("/", "/tasks", "/audit", "/admin-log"))


def _menu(page):
    return re.findall(r'<li><a href="([^"]+)"', page.partition("<nav")[2].partition("</nav>")[0])


def test_how_much_others_have_open_is_not_told_to_a_department(browser_as, story, fake_clock):
    fake_clock.now = at("2026-12-22")
    story.submitted("2026-12-21", provider=JUSTICE)
    assert "项在办期限为暂定" in browser_as("office").get("/calendar?year=2027").page
    assert "项在办期限为暂定" not in browser_as("police").get("/calendar?year=2027").page


# ------------------------------------------------------------------------------------------------------- approval


def test_who_wrote_a_date_into_the_past_does_not_sign_in_the_past(browser_as, case, story, fake_clock):
    """A head who enters today what was sent on Monday signs today, unless the paper bears another signature."""
    fake_clock.now = at("2026-09-24")
    browser_as("chief").act(case, "agree", on=TODAY)
    assert "签批日期：2026-09-24" in browser_as("chief").get(f"/cases/{case}").page


def test_nobody_signed_an_answer_before_the_application_was_received(browser_as, case, story):
    browser = browser_as("police").act(case, "agree", on=TODAY, signed_by="王局长", signed_on="2026-09-17")
    assert (browser.status, story.state) == (400, "awaiting_reply")
    assert "王局长" in browser.page


def test_a_department_does_not_undo_its_own_lapse(browser_as, case, story, fake_clock):
    """Who was late sends the paper to the office, which enters it: “请告知文号、日期，我办即行补登”."""
    fake_clock.now = at("2026-10-13")
    story.sweep("2026-10-13")
    for login in ("police", "chief"):
        late = {"on": "2026-10-08", "signed_by": "王局长", "signed_on": "2026-10-08", "doc_no": "京公函〔2026〕12号"}
        browser = browser_as(login).act(case, "agree", **late)
        assert (browser.status, story.state) == (400, "awaiting_reply")
        assert "办公室" in browser.page
        assert "京公函〔2026〕12号" in browser.page
    assert "annul_lapse" not in [event for event, _, _ in story.events()]
    browser_as("office").act(
        case, "agree", on="2026-10-08", **{"as": "provider"}, signed_by="王", signed_on="2026-10-08"
    )
    page = browser_as("civil").get(f"/cases/{case}").page
    assert "更正：期限内已答复" in page
    assert "office某" in page
    assert "登记于 2026-10-13" in page


def test_the_head_signs_what_was_seen_and_nothing_that_came_meanwhile(browser_as, case, story):
    browser_as("police").act(case, "refuse", on=TODAY, reason="涉及个人信息")
    head = browser_as("chief").get(f"/cases/{case}")
    seen = head.hidden("version")
    story.act("note", "applicant", TODAY, text="已取得本人授权")
    head.post(f"/cases/{case}/proposals/1/approve", version=seen)
    assert (head.status, story.state) == (409, "awaiting_reply")
    several = browser_as("chief").get("/proposals")
    pick = several.hidden("pick")
    story.act("note", "applicant", TODAY, text="另附授权书")
    several.post("/proposals/approve", pick=pick)
    assert "没有签批" in several.page
    assert story.state == "awaiting_reply"
    head.get(f"/cases/{case}")
    head.post(f"/cases/{case}/proposals/1/approve", version=head.hidden("version"))
    assert story.state == "refused"


def test_what_is_returned_to_a_clerk_bears_no_secret_either(browser_as, case, story):
    browser_as("police").act(case, "agree", on=TODAY)
    browser = browser_as("chief").get(f"/cases/{case}").post(f"/cases/{case}/proposals/1/return", said="见机密★文件")
    assert browser.status == 400
    assert "机密★" not in browser_as("police").get(f"/cases/{case}").page


def test_a_program_enters_no_secret_as_the_signer_either(browser_as, database, fake_clock, case, story):
    body = {"by": "provider", "on": TODAY, "signed_by": "机密★", "signed_on": TODAY}
    assert (
        program(browser_as, database, fake_clock, "police")("POST", f"/cases/{case}/acts/agree", json=body).status_code
        == 400
    )
    assert story.state == "awaiting_reply"


@pytest.mark.parametrize(
    "as_role", ["office", "applicant", "provider", "clock", "leading_group", "office、provider", "x"]
)
@pytest.mark.parametrize("login", ["police", "civil", "justice", "secretary", "auditor", "admin"])
def test_no_role_is_taken_by_writing_it_into_the_form(browser_as, database, case, login, as_role):
    browser = browser_as(login).get("/help")
    before = everything(database)
    fields = {"version": "1", "reviewed": "yes", "on": TODAY, "as": as_role, "reason": "无", "provider": JUSTICE}
    for event in ("transfer", "void", "lapse", "annul_lapse", "recount", "stop_mail", "accept_referral", "decide"):
        assert browser.post(f"/cases/{case}/acts/{event}", **fields).status in (400, 404), event
    assert everything(database) == before


def test_two_heads_who_sign_at_once_sign_once(browser_as, case, story):
    browser_as("police").act(case, "agree", on=TODAY)
    one, other = (browser_as("chief").get(f"/cases/{case}") for _ in range(2))
    path = f"/cases/{case}/proposals/1/approve"
    assert [one.post(path).status, other.post(path).status] == [200, 409]
    assert [event for event, _, _ in story.events()].count("agree") == 1


def test_who_is_deactivated_signs_nothing_with_a_page_that_is_still_open(browser_as, database, case, story, fake_clock):
    browser_as("police").act(case, "agree", on=TODAY)
    head = browser_as("chief").get(f"/cases/{case}")
    asked = program(browser_as, database, fake_clock, "chief")
    with database.write() as transaction:
        management.deactivate(
            transaction, management.find(transaction, "chief").person.id, operation=admin_at(fake_clock.now)
        )
    head.post(f"/cases/{case}/proposals/1/approve")
    assert "登录" in head.page
    assert asked("GET", f"/cases/{case}").status_code == 401
    assert story.state == "awaiting_reply"


def test_who_is_no_head_any_more_signs_nothing(browser_as, database, case, story, fake_clock):
    browser_as("police").act(case, "agree", on=TODAY)
    head = browser_as("chief").get(f"/cases/{case}")
    with database.write() as transaction:
        whose = management.find(transaction, "chief").person.id
        management.change_account(transaction, whose, roles={AccountRole.CLERK}, operation=admin_at(fake_clock.now))
    assert head.post(f"/cases/{case}/proposals/1/approve").status == 400
    assert story.state == "awaiting_reply"


def test_a_copied_department_reads_and_does_nothing(browser_as, database):
    browser = browser_as("civil").get("/apply/sharing")
    browser.post("/apply/sharing", provider=POLICE, copied=JUSTICE, submit="submit", **FORM, **SIGNED)
    no = browser.url.rpartition("/")[2]
    justice = browser_as("justice").get(f"/cases/{no}")
    assert justice.status == 200
    before = everything(database)
    version = {"version": "1", "reviewed": "yes", "on": TODAY, "text": "知悉", "reason": "无"}
    for event in ("note", "agree", "refuse", "withdraw", "remind", "refer"):
        assert justice.get("/help").post(f"/cases/{no}/acts/{event}", **version).status == 400, event
    assert justice.get("/help").post(f"/cases/{no}/handlers", handler1="1").status == 400
    bulk = {"act": "note", "text": "知悉", "reviewed": "yes", f"case:{no}": "1", f"shown:{no}": ""}
    assert "没有办理 1 件" in justice.get("/help").post("/bulk", **bulk).page
    assert everything(database) == before


# ------------------------------------------------------------------------------------- the session and its forms


def posts(app: Any) -> list[str]:
    """Every address to which the pages send something, with a value for each of its parts."""
    parts = {"no": "GX2026-0001", "event": "agree", "procedure": "sharing"}
    found = sorted(path for method, path in routes(app) if method == "POST" and not path.startswith("/api/"))
    return [re.sub(r"\{(\w+)(:\w+)?\}", lambda part: parts.get(part[1], "1"), path) for path in found]


@pytest.mark.parametrize("login", ["chief", "office", "admin"])
def test_no_form_of_another_site_changes_anything(browser_as, database, case, login):
    browser = browser_as(login)
    before = everything(database)
    paths = [path for path in posts(browser.client.app) if path != "/signin"]
    assert len(paths) > 25
    for path in paths:
        for token in ({}, {"csrf": ""}, {"csrf": "x" * 43}):
            assert browser.client.post(path, data=token).status_code == 400, path
    assert everything(database) == before


def test_no_other_site_signs_somebody_in(browser_as):
    """Who is signed in as the attacker would type their own case into the attacker's account."""
    client = browser_as().client
    data = {"login": "justice", "password": PASSWORD, "back": "/"}
    answer = client.post("/signin", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "session" not in client.cookies
    assert client.post("/signin", data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert "session" in client.cookies


def test_a_session_is_new_at_every_sign_in_and_its_cookie_is_for_this_site_alone(browser_as):
    client = browser_as().client
    client.cookies.set("session", "chosen-by-somebody-else")
    answer = client.post("/signin", data={"login": "police", "password": PASSWORD, "back": "/"}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "chosen-by-somebody-else" not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    secure = browser_as().client
    secure.base_url = "https://testserver"
    answer = secure.post("/signin", data={"login": "police", "password": PASSWORD, "back": "/"}, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


def test_passwords_are_not_carried_along_when_a_session_has_ended(browser_as, fake_clock):
    browser = browser_as("police").get("/password")
    fake_clock.now += timedelta(hours=3)
    browser.post("/password", old=PASSWORD, new="另一句很长很长的密码 紫色帆船", again="另一句很长很长的密码 紫色帆船")
    assert "登录" in browser.page
    assert PASSWORD not in unescape(browser.page)
    assert "紫色帆船" not in browser.page


def test_who_signs_out_too_late_is_not_signed_out_again_after_signing_in(browser_as, fake_clock):
    browser = browser_as("police").get("/")
    fake_clock.now += timedelta(hours=3)
    browser.post("/signout")
    browser.post("/signin", login="police", password=PASSWORD, back="/", kept=_kept(browser))
    assert "继续刚才的表单" not in browser.page


def _kept(browser: Browser) -> str:
    found = re.search(r'name="kept" value="([^"]*)"', browser.page)
    return unescape(found[1]) if found else ""


def test_signing_out_and_a_new_password_end_what_others_hold(browser_as):
    one, other = browser_as("police"), browser_as("police")
    stolen = dict(one.client.cookies)
    one.get("/password").post(
        "/password", old=PASSWORD, new="另一句很长很长的密码 紫色帆船", again="另一句很长很长的密码 紫色帆船"
    )
    assert one.get("/").status == 200
    assert other.get("/").url == "/signin"
    one.get("/help").post("/signout")
    thief = browser_as()
    thief.client.cookies.update(stolen)
    assert thief.get("/").url == "/signin"


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil.example", "/\r\nSet-Cookie: a=b",
     "http:evil.example",
     " //evil.example", "/%5cevil.example", "/.//evil.example", "///evil.example", "data:text/html,x"],
)  # fmt: skip
def test_no_address_leads_out_of_the_site(browser_as, back):
    browser = browser_as()
    answer = browser.client.post(
        "/signin", data={"login": "police", "password": PASSWORD, "back": back}, follow_redirects=False
    )
    location = answer.headers["location"]
    assert re.match(r"/(?![/\\])", location), location
    assert "a" not in browser.client.cookies
    shown = unescape(browser.client.get("/signin", params={"back": back}).text)
    assert f'value="{back}"' not in shown or back.startswith(("/%5c", "/.//"))


# -------------------------------------------------------------------------------------------------- what is typed

SCRIPT = "<script>alert(1)</script>"
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil")')


def test_nothing_that_people_type_is_ever_markup(browser_as, database, fake_clock):
    """Every page that shows a name, a reason, a file, a remark."""
    admin = browser_as("admin").get("/departments/new")
    admin.post("/departments/new", name=f"{SCRIPT}局")
    unit = admin.url.rpartition("/")[2]
    admin.post(f"/departments/{unit}", level="municipal", sort_no="1", **{"A-name": SCRIPT, "A-phone": SCRIPT})
    admin.post(f"/departments/{unit}/absences", duty="A", since=TODAY, until=TODAY, name=SCRIPT)
    admin.get("/accounts/new").post("/accounts/new", login="evil", name=SCRIPT, roles="office_clerk")
    evil = number_of(database, "evil")
    guard = browser_as("guard").get("/grants")
    asked = guard.page
    guard.post("/grants/1/confirm")
    admin.get(f"/accounts/{evil}").post(
        f"/accounts/{evil}/tokens", token=SCRIPT, scopes="read", expires_at="2026-12-01"
    )
    office = browser_as("office").get("/apply/sharing")
    files = [("files", (f"{SCRIPT}.txt", b"x", "text/html"))]
    keys = ("resource", "use_basis", "scenario", "mode", "period", "items", "remark", "contact")
    fields = dict.fromkeys(keys, SCRIPT)
    data = {"csrf": office.csrf, **FORM, **fields, "applicant": f"{SCRIPT}局", "provider": POLICE, "submit": "submit",
            "signed_by": SCRIPT, "signed_on": TODAY}  # fmt: skip
    office._read(office.client.post("/apply/sharing", data=data, files=files))
    assert office.status == 200, office.page
    no = office.url.rpartition("/")[2]
    office.post(f"/cases/{no}/handlers", handler1=str(evil))
    browser_as("police").act(no, "refuse", on=TODAY, reason=SCRIPT, doc_no=SCRIPT)
    browser_as("chief").get(f"/cases/{no}").post(f"/cases/{no}/proposals/1/return", said=SCRIPT)
    browser_as("police").act(no, "refuse", on=TODAY, reason=SCRIPT, doc_no=SCRIPT)
    notice = f"放假：2026-09-28 {SCRIPT}\n上班：2026-10-11 {SCRIPT}\n"
    office.get("/calendar").post("/calendar/rehearsal", layer="municipal", text=notice)
    pages = [office.page, office.get("/calendar").post("/calendar/import", layer="municipal", text=notice).page]
    paths = ("/", f"/?text={SCRIPT}", f"/cases/{no}", f"/cases/{no}/handlers", "/calendar?year=2026", "/departments",
             f"/departments/{unit}", "/outbox", f"/print?no={no}", f"/bulk?act=note&no={no}", f"/cases/{SCRIPT}",
             f"/cases/{no}/acts/note", "/tasks", f"/tasks?text={SCRIPT}", f"/outbox?text={SCRIPT}", "/report",
             "/apply/sharing", f"/matters/{SCRIPT}", f"/?state={SCRIPT}", f"/?department={SCRIPT}")  # fmt: skip
    pages += [asked, *(browser_as("office").get(path).page for path in paths)]
    for login, path in (("chief", "/proposals"), ("chief", f"/cases/{no}"), ("admin", "/accounts"),
                        ("admin", f"/accounts/{evil}"),
                        ("admin", f"/accounts?text={SCRIPT}"), ("chief", "/handover"),
                        ("checker", "/admin-log")):  # fmt: skip
        pages.append(browser_as(login).get(path).page)
    assert not [page[:200] for page in pages if SCRIPT in page]
    assert sum("&lt;script&gt;" in page for page in pages) > 15


def test_no_cell_of_a_spreadsheet_is_a_formula(browser_as, story):
    for text in FORMULAS:
        Story(story.database, story.context).submitted("2026-09-18", resource=text)
    content = browser_as("office").client.get("/export").content
    cells = [cell for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row]
    shown = {
        cell.value: cell
        for cell in cells
        if isinstance(cell.value, str) and cell.value.strip() in map(str.strip, FORMULAS)
    }
    assert len(shown) >= len(FORMULAS) - 1
    assert {cell.data_type for cell in shown.values()} == {"s"}


def test_a_sign_that_no_page_and_no_sheet_can_hold_breaks_neither(browser_as, story, monkeypatch):
    monkeypatch.setattr(
        "negotiation.domain.forms.sound", lambda _, raw: dict(raw)
    )  # entered before texts were looked at
    story.submitted("2026-09-18", resource="常住\x08人口\x1b\ufffe信息\ud7ff")
    office = browser_as("office")
    assert office.client.get("/export").status_code == 200
    assert office.get(f"/cases/{story.no}").status == 200


def test_a_very_long_name_of_a_resource_does_not_spoil_the_list(browser_as):
    browser = browser_as("civil").get("/apply/sharing")
    browser.post("/apply/sharing", provider=POLICE, submit="submit", **{**FORM, "resource": "长" * 5_000}, **SIGNED)
    assert browser.status == 400
    assert "长" * 5_000 in browser.page


LONG_NUMBER = "9" * 5_000


@pytest.mark.parametrize("address", [
    "/cases/%00", "/cases/%00/acts/agree", "/cases/%00/files/1", "/cases/%00/handlers", "/print?no=%00", "/matters/%00",
    "/tasks/done?case_id=0&key=%00", "/bulk?act=note&no=%00", f"/departments/{LONG_NUMBER}", f"/accounts/{LONG_NUMBER}",
    "/calendar?year=x", "/calendar?year=99999999999999999999", "/report?year=%00", "/report?year=9999",
    "/agenda?of=%00",
    "/?text=%00", "/?after=%00", "/?handler=99999999999999999999", "/outbox?after=W10", "/outbox/0/%00", "/apply/%00",
    f"/cases/{'x' * 20_000}", "/cases/%ED%A0%80", "/cases/GX2026-0001/files/%D9%A3", "/outbox?department=%00",
])  # fmt: skip
def test_an_address_that_no_page_offers_is_answered_in_a_sentence(browser_as, case, address):
    answer = browser_as("office").client.get(address)
    assert answer.status_code < 500, answer.text[-400:]
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(("path", "fields"), [
    ("/cases/{}/acts/agree", {"version": LONG_NUMBER, "on": TODAY, "reviewed": "yes"}),
    ("/cases/{}/acts/agree", {"version": "²", "on": "99999-99-99", "reviewed": "yes"}),
    ("/bulk", {"act": "note", "text": "x", "reviewed": "yes", "case:{}": LONG_NUMBER, "shown:{}": ""}),
    ("/cases/{}/proposals/x/approve", {}),
    ("/cases/{}/proposals/99999999999999999999/approve", {}),
    (f"/departments/{LONG_NUMBER}", {}),
    (f"/departments/1/absences/{LONG_NUMBER}/remove", {}),
    ("/tasks/done", {"case_id": "0", "key": "\0"}),
    ("/outbox/resend", {"case_id": LONG_NUMBER, "key": "x"}),
    ("/handover", {"leaver": LONG_NUMBER, "successor": "1"}),
])  # fmt: skip
def test_a_form_that_no_page_offers_is_answered_in_a_sentence(browser_as, database, case, path, fields):
    browser = browser_as("office").get("/help")
    data = {"csrf": browser.csrf, **{key.format(case): value for key, value in fields.items()}}
    answer = browser.client.post(path.format(case), data=data)
    assert answer.status_code < 500, answer.text[-400:]
    assert answer.headers["content-type"].startswith("text/html")


def test_thousands_of_ticks_are_refused_in_a_sentence(browser_as, case):
    browser = browser_as("office").get("/help")
    many = [f"GX2026-{n:04}" for n in range(3_000)]
    for answer in (
        browser.client.get("/print", params={"no": many}),
        browser.client.get("/bulk", params={"act": "note", "no": many}),
        browser.client.post("/bulk", data={"csrf": browser.csrf, "act": "note", **{f"shown:{no}": "" for no in many}}),
        browser.client.post("/proposals/approve", data={"csrf": browser.csrf, "pick": [f"{no}/1" for no in many]}),
    ):
        assert answer.status_code == 400
        assert "件" in answer.text


# -------------------------------------------------------------------------------------------- two at one moment


def test_a_form_that_is_sent_twice_does_nothing_twice(browser_as, case, story, database):
    browser = browser_as("police").get(f"/cases/{case}/acts/note")
    version = browser.hidden("version")
    note = {"version": version, "text": "已转业务处室", "on": TODAY, "reviewed": "yes"}
    browser.post(f"/cases/{case}/acts/note", **note)
    assert browser.get("/help").post(f"/cases/{case}/acts/note", **note).status == 409
    assert [event for event, _, _ in story.events()].count("note") == 1


def test_who_keeps_a_department_does_not_undo_what_another_wrote_meanwhile(browser_as, context):
    unit = context.directory.find(POLICE).id
    stale, other = browser_as("office").get(f"/departments/{unit}"), browser_as("police").get(f"/departments/{unit}")
    other.post(f"/departments/{unit}", **{**first_form(other.page), "A-email": "new@gaj.gov.cn"})
    stale.post(f"/departments/{unit}", **{**first_form(stale.page), "level": "municipal", "B-phone": "010-9"})
    assert stale.status == 200
    for words in ("new@gaj.gov.cn", "010-9"):
        assert words in browser_as("police").get(f"/departments/{unit}").page


def first_form(page: str) -> dict[str, str]:
    """What the first form of the page's main part would send if nobody typed anything."""
    form = re.search(r"<main.*?(<form.*?</form>)", page, re.DOTALL)
    assert form
    inputs = (dict(re.findall(r'(\w+)="([^"]*)"', each)) for each in re.findall(r"<input[^>]*>", form[1]))
    return {each["name"]: unescape(each["value"]) for each in inputs if each["type"] != "checkbox"}


# ------------------------------------------------------------------------------------------------ wrong information


def test_a_date_that_is_not_official_is_nowhere_shown_as_official(browser_as, story, fake_clock):
    """Whatever term it is of: here the supply term reaches the year that is not published."""
    fake_clock.now = at("2026-12-22")
    story.submitted("2026-12-01").act("agree", "provider", "2026-12-21")
    assert not story.term("supply").official
    due = str(story.term("supply").due_on)
    for login, path in (("police", f"/cases/{story.no}"), ("police", "/cases"), ("police", f"/print?no={story.no}")):
        page = re.sub(
            r'<section class="panel ruler".*?</section>', "", browser_as(login).get(path).page, flags=re.DOTALL
        )
        page = re.sub(r'<time datetime="[^"]*">([^<]*)</time>', r"\1", page)
        assert due in page
        for found in re.finditer(due, page):
            assert "暂定" in page[found.end() : found.end() + 60], (path, page[found.start() - 60 : found.end() + 60])
    cells = [
        [cell.value for cell in row]
        for row in load_workbook(io.BytesIO(browser_as("office").client.get("/export").content))
        .worksheets[0]
        .iter_rows()
    ]
    line = next(row for row in cells if row[0] == story.no)
    assert any("暂定" in str(value) for value in line)


def test_the_export_does_not_say_that_the_cases_of_another_are_one_s_own(browser_as, database, case):
    clerk = number_of(database, "police")
    browser_as("police").get(f"/cases/{case}").post(f"/cases/{case}/handlers", handler1=str(clerk))
    content = browser_as("chief").client.get(f"/export?handler={clerk}").content
    texts = {str(cell.value) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row}
    assert not [text for text in texts if "经办人：本人" in text]


def tiles(page: str) -> dict[str, tuple[int, str]]:
    found = re.findall(r'<a href="([^"]+)">([^<]+)</a> <strong>(\d+)</strong></li>', page)
    return {title: (int(number), unescape(link)) for link, title, number in found}


@pytest.mark.parametrize("login", ["office", "police", "civil", "chief", "auditor"])
def test_every_number_on_top_is_that_of_the_list_behind_it(browser_as, story, database, fake_clock, login):
    fake_clock.now = at("2026-12-21")
    for opened, provider, steps in (
        ("2026-11-20", POLICE, ()), ("2026-12-16", POLICE, ()), ("2026-12-07", JUSTICE, ()), ("2026-12-18", TAX, ()),
        ("2026-12-01", POLICE, ("agree",)), ("2026-12-02", POLICE, ("disclaim",)),
        ("2026-12-03", POLICE, ("ask_supplement",)),
        ("2026-12-04", POLICE, ("refuse", "refer")), ("2026-12-04", POLICE, ("withdraw",)),
    ):  # fmt: skip
        other = Story(database, story.context).submitted(opened, provider=provider)
        for event in steps:
            role = "applicant" if event in ("refer", "withdraw") else "provider"
            fields = {"disclaim": {"reason": "无"}, "refuse": {"reason": "无"}, "ask_supplement": {"materials": "证明"}}
            other.act(event, role, opened, **fields.get(event, {}))
    Story(database, story.context).open("2026-12-20")
    story.sweep("2026-12-21")
    browser_as("police").act("GX2026-0002", "agree", on="2026-12-21")
    browser = browser_as(login).get("/")
    found = tiles(browser.page)
    assert found["在办"][0] > 0
    for title, (number, link) in found.items():
        page = browser.get(link).page
        listed = '<section class="card proposal"' if link == "/proposals" else '<td class="number"><a href="/cases/'
        assert page.count(listed) == number, (title, link)


def test_a_case_is_due_today_until_midnight_and_late_afterwards(browser_as, case, fake_clock):
    browser = browser_as("police")
    for moment, light in ((("2026-10-09", "23:59"), "今日届满"), (("2026-10-10", "00:00"), "逾期")):
        fake_clock.now = at(*moment)
        browser.get("/signin").post("/signin", login="police", password=PASSWORD, back="/")
        rows = re.findall(r"<tr>.*?</tr>", browser.get("/cases").page, re.DOTALL)
        assert [light in row for row in rows if case in row] == [True]
        assert light in browser.get(f"/cases/{case}").page


def test_a_meeting_of_others_is_answered_as_one_that_is_not_there(browser_as, case, story):
    no, where = "HY2026-0001", ("14:30", "第一会议室", "李副主任")
    with story.database.write() as transaction:
        meeting = Meeting(1, no, "coordination", day(TODAY), *where, (), "", (), created_at=at(TODAY))
        meetings.add(transaction, meeting)
        meetings.put_on(transaction, 1, story.record.id)
    assert browser_as("civil").get(f"/meetings/{no}").status == 200
    browser = browser_as("justice")
    hidden, none = (browser.get(f"/meetings/{each}") and browser.page for each in (no, "HY2026-9999"))
    assert hidden.replace(no, "HY2026-9999") == none
