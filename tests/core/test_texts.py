"""Texts from outside: what a text may hold is the same on pages, over the API, on the command line and in sheets.

What nobody sees is tidied, what another machine cannot show is refused with its character, and everything else stands
as it was entered: the characters of names that GB 18030-2022 has beyond the BMP too.
"""

import email.policy
import io
import json
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from docx import Document
from openpyxl import load_workbook

from negotiation.core.enums import Duty
from negotiation.core.scopes import Scope
from negotiation.documents.ledger import exporter
from negotiation.domain.departments import Contact
from negotiation.notifications import dispatcher, ics
from negotiation.services.accounts import management, tokens
from negotiation.store.departments import add_department, set_person
from tests.conftest import APPLICATION, CIVIL, POLICE, Story, admin_at, at, day, everything
from tests.documents import catalogues
from tests.documents.ledgers import COLUMNS, brought_in, facts, faults, made, row
from tests.documents.letters.steps import written
from tests.notifications.test_ics import ENTRY
from tests.web.routes import routes
from tests.web.test_routes import API, FORMS, NO, SIGNED, Row, city  # noqa: F401 (a fixture)
from tests.web_client import PEOPLE, TODAY, Browser

BAD = {
    "half a character": ("张\ud800三", "U+D800"),
    "NUL": ("张\0三", "U+0000"),
    "a control character": ("张\x07三", "U+0007"),
    "a bidirectional override": ("张\u202e三", "U+202E"),
    "an isolate": ("张\u2067三", "U+2067"),
    "a private character": ("张\ue123三", "U+E123"),
    "a private character of plane 15": ("张\U000f0001三", "U+F0001"),
    "no character": ("张\uffff三", "U+FFFF"),
    "no character of plane 2": ("张\U0002ffff三", "U+2FFFF"),
    "a tag": ("张\U000e0041三", "U+E0041"),
}
SOME = ("half a character", "NUL", "a bidirectional override", "a private character")
# 𬱖 䶮 㛃 𪚥 𠮷 and two of extensions H and I, newer than the tables of some Pythons; one with a variation selector.
NAME = "𬱖䶮㛃𪚥𠮷\U00031350\U0002ebf0葛\U000e0100"
AS_ENTERED = "ＡＢＣ①㈱ e\u0301 \uf900 ½"  # NFC and NFKC would change each of these
UNSEEN = "一\t二\u200b三\u200d四\ufeff五\u00ad六\r\n七\u2028八\x0b九"
TIDIED = "一 二三四五六\n七\n八\n九"
BESIDE = ("session", "account", "token", "report_sum")  # what a sign-in itself writes, and what can be counted again


def kept(database: Any) -> dict[str, list[str]]:
    return {table: rows for table, rows in everything(database).items() if table not in BESIDE}


def sent(browser: Browser, path: str, **fields: str) -> Any:
    """The form as a program would send it: halves of characters too."""
    body = urlencode({"csrf": browser.csrf, **fields}, errors="surrogatepass")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return browser.client.post(path, content=body, headers=headers, follow_redirects=False)


# ------------------------------------------------------------------------------------------------ every way in


def a_login(found: Row) -> str:
    """Somebody who is let in there."""
    return next((login for login in PEOPLE if found.answer(login) < 404), "office")


@pytest.mark.parametrize("text", [*(BAD[each][0] for each in SOME), "a" * 1_000_000], ids=[*SOME, "long"])
def test_no_form_takes_what_is_no_text(browser_as: Any, city: None, database: Any, text: str) -> None:  # noqa: F811
    assert {each.route for each in FORMS} == {
        path for method, path in routes(browser_as().client.app) if method == "POST"
    } - {f"/api/v1{each.route}" for each, _ in API}
    people = {login: browser_as(login).get("/help") for login in {a_login(each) for each in FORMS}}
    before, answers = kept(database), {}
    for each in FORMS:
        for key in {"text", *each.fields} - {"case_id", "key", "into", "layer"}:
            answer = sent(people[a_login(each)], each.address, **{**each.fields, key: text})
            answers[each.address, key] = answer.status_code
            assert "Traceback" not in answer.text
    assert {pair: status for pair, status in answers.items() if status not in (400, 404, 409, 413)} == {}
    assert kept(database) == before


@pytest.mark.parametrize("text", [*(BAD[each][0] for each in BAD), "长" * 20_000], ids=[*BAD, "long"])
def test_no_program_sends_what_is_no_text(
    browser_as: Any,
    city: None,  # noqa: F811
    database: Any,
    fake_clock: Any,
    text: str,
) -> None:
    with database.write() as transaction:
        whose, ends = management.find(transaction, "police").person.id, at("2026-10-21")
        token = tokens.create_token(
            transaction, whose, "平台", tuple(Scope), expires_at=ends, operation=admin_at(fake_clock.now)
        )
    client, before = browser_as().client, kept(database)
    new, act = (f"/api/v1{address}" for address in ("/cases", f"/cases/{NO}/acts/note"))
    fields = APPLICATION | {"provider": CIVIL, "applicant": POLICE}
    for path, body, field in (
        (new, {"procedure": "sharing", "fields": fields | {"scenario": text}}, "scenario"),
        (new, {"procedure": "sharing", "fields": fields | {"items": ["姓名", text]}}, "items"),
        (new, {"procedure": text, "fields": fields}, "procedure"),
        (new, {"procedure": "sharing", "fields": fields, **SIGNED, "signed_by": text}, "signed_by"),
        (act, {"by": "provider", "fields": {"text": text}}, "text"),
        (act, {"by": text, "fields": {"text": "已转"}}, "by"),
    ):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = client.post(path, content=json.dumps(body), headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
        assert answer.json()["field"].endswith(field)
        assert answer.json()["todo"]
    assert kept(database) == before


@pytest.mark.parametrize("address", ["/?text=", "/resources?text=", "/accounts?text=", "/tasks?text=", "/outbox?text="])
@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%E2%80%AE", "%EE%84%A3", "a" * 60_000], ids=[*SOME, "long"])
def test_what_is_no_text_is_looked_for_in_vain(browser_as: Any, case: str, address: str, text: str) -> None:
    assert browser_as("admin" if "accounts" in address else "office").client.get(address + text).status_code < 500


# ------------------------------------------------------------------------------------- on pages: what was typed is back


FORMS_OF_PAGES = {
    "act": ("police", f"/cases/{NO}/acts/refuse", "reason"),
    "application": ("civil", "/apply/sharing", "scenario"),
    "department": ("office", "/departments/new", "name"),
    "person": ("office", "/departments/1", "A-name"),
    "rename": ("office", "/departments/1/reorganize", "name"),
    "account": ("admin", "/accounts/new", "name"),
    "login": ("admin", "/accounts/new", "login"),
    "meeting": ("office", "/meetings/new", "place"),
    "letter": ("office", f"/cases/{NO}/letters/chase", "attention"),
    "sign-in": ("", "/signin", "login"),
}


@pytest.mark.parametrize("which", FORMS_OF_PAGES)
def test_the_form_comes_back_with_what_was_typed_and_the_sentence(browser_as: Any, case: str, which: str) -> None:
    login, path, field = FORMS_OF_PAGES[which]
    browser = browser_as(login).get(path)
    answer = sent(browser, path, reviewed="yes", **{field: "张\ue123三"})
    assert answer.status_code == 400
    assert "U+E123" in answer.text
    assert "请改用标准汉字" in answer.text
    assert "张\ue123三" in answer.text


def test_an_arrangement_that_is_pasted_comes_back_too(browser_as: Any) -> None:
    answer = sent(
        browser_as("office").get("/calendar"), "/calendar/rehearsal", layer="municipal", text="通知\ue123正文"
    )
    assert answer.status_code == 400
    assert "U+E123" in answer.text
    assert "通知\ue123正文" in answer.text


def test_a_name_has_one_line(browser_as: Any, database: Any) -> None:
    before = kept(database)
    browser = browser_as("office").get("/departments/new").post("/departments/new", name="市民政局\n市公安局")
    assert browser.status == 400
    assert "只能写一行" in browser.page
    assert kept(database) == before


# ------------------------------------------------------------------------------------------------ as it was entered


def entered(story: Story, seq: int) -> dict[str, Any]:
    return story.entered(seq)


@pytest.mark.parametrize(("typed", "stands"), [(AS_ENTERED, AS_ENTERED), (UNSEEN, TIDIED), (NAME, NAME)])
def test_a_text_stands_as_it_was_entered(story: Story, browser_as: Any, case: str, typed: str, stands: str) -> None:
    browser_as("police").act(NO, "note", on=TODAY, text=typed)
    assert entered(story, 2)["text"] == stands


def test_items_and_people_of_a_meeting_stand_as_they_were_entered(story: Story, browser_as: Any) -> None:
    story.submitted("2026-09-18", items="ＡＢＣ、①、Ⅳ类")
    with story.database.read() as transaction:
        names = [each[0] for each in transaction.connection.exec_driver_sql("SELECT name FROM item ORDER BY n")]
    assert names == ["ＡＢＣ", "①", "Ⅳ类"]


def test_a_file_keeps_its_name(story: Story, browser_as: Any, case: str) -> None:
    name = f"{NAME}e\u0301\uf900.txt"
    browser = browser_as("police").get(f"/cases/{NO}/acts/note")
    fields = {"csrf": browser.csrf, "version": browser.hidden("version"), "reviewed": "yes", "text": "附函"}
    browser.client.post(f"/cases/{NO}/acts/note", data=fields, files={"files": (name, "来文".encode())})
    with story.database.read() as transaction:
        assert [each[0] for each in transaction.connection.exec_driver_sql("SELECT name FROM attachment")] == [name]


# -------------------------------------------------------------------- characters beyond the BMP, through every way


def test_a_name_beyond_the_bmp_goes_through_pages_search_and_programs(
    browser_as: Any, database: Any, context: Any
) -> None:
    office = browser_as("office").get("/departments/new").post("/departments/new", name=f"{NAME}局")
    assert f"{NAME}局" in office.page
    form = {**APPLICATION, **SIGNED, "applicant": CIVIL, "reviewed": "yes", "submit": "submit", "on": TODAY}
    form |= {"resource": f"{NAME}信息"}
    civil = browser_as("civil").get("/apply/sharing").post("/apply/sharing", provider=f"{NAME}局", **form)
    assert civil.status == 200
    assert f"{NAME}信息" in office.get(f"/?text={quote(NAME)}").page
    sheet = load_workbook(io.BytesIO(office.client.get("/export").content)).worksheets[0]
    values = [cell.value for cells in sheet.iter_rows() for cell in cells]
    assert f"{NAME}信息" in values
    assert f"{NAME}局" in values


def test_it_goes_through_a_ledger_and_back(database: Any, context: Any, tmp_path: Any) -> None:
    asked = row(resource=f"{NAME}信息", applicant=CIVIL, scenario=f"{NAME}办理", remark=NAME)
    assert brought_in(database, context, made(tmp_path / "made.xlsx", [asked])).imported == 1
    assert facts(database)["GX2026-0001"][9] == f"{NAME}信息"
    exporter.export_file(database, context, tmp_path / "out.xlsx", as_of=day("2026-11-20"))
    cells = [cell.value for cells in load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows() for cell in cells]
    assert {f"{NAME}信息", f"{NAME}办理", NAME} <= set(cells)
    again = brought_in(database, context, tmp_path / "out.xlsx")
    assert (again.imported, again.updated, again.unchanged) == (0, 0, 1)


def test_it_stands_in_letters_mails_and_calendars(story: Story, settings: Any) -> None:
    with story.database.write() as transaction:
        unit = add_department(transaction, f"{NAME}局")
        set_person(transaction, unit.id, Contact(Duty.A, NAME, "c@mzj.gov.cn", ""))
        story.context.refresh(transaction)
    story.submitted("2026-09-18", resource=f"{NAME}信息", provider=f"{NAME}局")
    draft = written(story, "chase", "2026-10-12", attention=f"{NAME}处")
    letter = "\n".join(each.text for each in Document(io.BytesIO(draft.content)).paragraphs)
    assert f"{NAME}信息" in letter
    assert f"{NAME}处" in letter
    dispatcher.run(story.database, story.context, at("2026-09-18"))
    files = [each.read_bytes() for each in mail_of(settings)]
    mails: list[Any] = [message_from_bytes(each, policy=email.policy.default) for each in files]
    assert any(f"{NAME}局" in mail["To"] for mail in mails)
    assert any(f"{NAME}信息" in mail.get_body(("plain",)).get_content() for mail in mails)
    entry = ENTRY._replace(subject=f"{NAME}信息", provider=f"{NAME}局")
    calendar = ics.calendar([entry], name=NAME, at=at("2026-09-18"), domain="sharing.gov.cn", organizer="")
    assert f"{NAME}信息" in calendar.decode().replace("\r\n ", "")


def mail_of(settings: Any) -> Iterator[Any]:
    yield from settings.mail_folder.glob("*.eml")


# ------------------------------------------------------------------------------------------------------------ sheets

IN_SHEETS = {
    each: BAD[each] for each in BAD if each not in ("half a character", "NUL", "a control character", "no character")
}


@pytest.mark.parametrize("which", IN_SHEETS)
@pytest.mark.parametrize("column", ["resource", "scenario", "remark", "no", "provider"])
def test_a_row_with_what_is_no_text_is_rejected_with_its_column(
    database: Any, context: Any, tmp_path: Any, which: str, column: str
) -> None:
    text, code = IN_SHEETS[which]
    done = brought_in(database, context, made(tmp_path / "made.xlsx", [row(**{column: text}), row("GX2026-0002")]))
    assert (done.imported, [each[1] for each in faults(done)]) == (1, [COLUMNS[column]])
    assert code in done.rejected[0].why


@pytest.mark.parametrize("column", ["资源名称", "摘要", "信息项"])
def test_so_is_a_resource(database: Any, context: Any, tmp_path: Any, column: str) -> None:
    rows = [catalogues.row(**{column: "张\ue123三"}), catalogues.row("11000013/000002")]
    done = catalogues.brought_in(database, context, catalogues.made(tmp_path / "made.xlsx", rows))
    assert (done.imported, [each.column for each in done.rejected]) == (1, [column])
    assert "U+E123" in done.rejected[0].why


def test_what_nobody_sees_in_a_cell_is_tidied_and_the_number_is_folded_in_width_alone(
    database: Any, context: Any, tmp_path: Any
) -> None:
    asked = row("ＧＸ２０２６〔①〕 号", scenario="一\t二\u200b三_x000D_\n四", period="１年")
    assert brought_in(database, context, made(tmp_path / "made.xlsx", [asked])).imported == 1
    found = facts(database)["GX2026〔①〕号"]
    assert found
    with database.read() as transaction:
        bodies = "".join(each[0] or "" for each in transaction.connection.exec_driver_sql("SELECT body FROM content"))
    assert "一 二三四" in bodies
    assert "１年" in bodies


# ------------------------------------------------------------------------------------------------------------ commands


@pytest.mark.parametrize("which", [each for each in BAD if each not in ("half a character", "NUL")])
@pytest.mark.parametrize(
    "words",
    [
        ("account", "add", "zhang", "--role", "office_clerk", "--name"),
        ("department", "set", "市民政局", "--duty", "A", "--person"),
        ("department", "set"),
        ("case", "open", "sharing", "--field"),
    ],
    ids=" ".join,
)
def test_a_command_names_the_parameter_and_writes_nothing(office: Any, which: str, words: tuple[str, ...]) -> None:
    text, code = BAD[which]
    error = office.error(*words, f"scenario={text}" if words[0] == "case" else text, status=2)
    assert code in error["what"]
    assert ("选项" in error["what"]) or ("参数“名称”" in error["what"])
    assert text not in office.run("department", "list", "--json")[1]
