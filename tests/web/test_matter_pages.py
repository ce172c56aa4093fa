"""One letter that asks for several resources, by page and by program; probable duplicates before they are opened."""

import hashlib

import pytest

from tests.conftest import CIVIL, JUSTICE, POLICE
from tests.web.test_api import FIELDS, OPENED, program, signed  # noqa: F401 (fixtures)
from tests.web.test_approval_pages import FORM, SIGNED

SCAN = ("来文.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
FURTHER = {
    "provider[1]": POLICE, "resource[1]": "户籍登记信息", "items[1]": "户籍地址、户主",
    "provider[2]": JUSTICE, "resource[2]": "法律援助信息",
}  # fmt: skip


def applied(browser, files=(), **fields):
    browser.get("/apply/sharing")
    data = {"csrf": browser.csrf, "provider": POLICE, "submit": "submit", **FORM, **SIGNED, **fields}
    papers = [("files", each) for each in files or [SCAN]]
    return browser._read(browser.client.post("/apply/sharing", data=data, files=papers))


def test_a_letter_with_three_resources_of_two_departments_is_entered_on_one_form(browser_as):
    page = applied(browser_as("civil"), **FURTHER)
    assert page.url == "/matters/GX2026-0001"
    assert "向2个部门申请，共3案" in page.page
    for words in ("GX2026-0001-3", "户籍登记信息", "法律援助信息"):
        assert words in page.page
    second = browser_as("civil").get("/cases/GX2026-0001-2").page
    assert "户籍地址" in second
    assert "GX2026-0001-3" in second, "the page of a case names the others of its letter"


def test_the_form_offers_a_further_resource_and_keeps_what_was_typed(browser_as):
    browser = browser_as("civil").get("/apply/sharing")
    assert "provider[1]" not in browser.page
    browser.post("/apply/sharing", provider=POLICE, **FORM, submit="more")
    assert 'name="provider[1]"' in browser.page
    assert FORM["scenario"] in browser.page
    browser.post("/apply/sharing", provider=POLICE, **FORM, **{"provider[1]": JUSTICE}, submit="more")
    assert JUSTICE in browser.page
    assert 'name="provider[2]"' in browser.page


def test_a_further_resource_that_was_left_blank_is_none(browser_as):
    page = applied(browser_as("civil"), **{"provider[1]": "", "resource[1]": " "})
    assert page.url == "/cases/GX2026-0001"


def test_a_fault_stands_beside_the_resource_that_has_it_and_nothing_is_opened(browser_as):
    page = applied(browser_as("civil"), **{**FURTHER, "provider[2]": "市公安"})
    assert page.status == 400
    assert 'aria-describedby="f-provider[2]-e"' in page.page
    assert browser_as("civil").get("/matters/GX2026-0001").status == 404


def test_the_files_of_a_letter_are_held_once_and_read_from_each_of_its_cases(browser_as, database):
    applied(browser_as("civil"), files=[SCAN], **FURTHER)
    with database.read() as transaction:
        held = transaction.rows("SELECT count(body), count(*), count(DISTINCT digest) FROM attachment")[0]
    assert tuple(held) == (1, 3, 1)
    for n, login in ((1, "police"), (2, "police"), (3, "justice")):
        given = browser_as(login).client.get(f"/cases/GX2026-0001-{n}/files/1")
        assert given.content == SCAN[1]
    digest = hashlib.sha256(SCAN[1]).hexdigest()[:16]
    assert digest in browser_as("justice").get("/cases/GX2026-0001-3").page


def test_a_file_of_another_letter_is_held_by_that_letter(browser_as, database):
    applied(browser_as("civil"), files=[SCAN], **FURTHER)
    applied(browser_as("civil"), files=[SCAN], **FURTHER, again="yes")
    with database.read() as transaction:
        assert transaction.rows("SELECT count(body) FROM attachment")[0][0] == 2


def test_a_department_sees_the_cases_of_a_letter_that_are_its_own(browser_as):
    applied(browser_as("civil"), **FURTHER)
    justice = browser_as("justice").get("/matters/GX2026-0001").page
    assert "法律援助信息" in justice
    assert "户籍登记信息" not in justice


# ---------------------------------------------------------------------------------------------- probable duplicates


def test_what_was_asked_for_already_is_pointed_out_with_links_and_goes_on_with_a_tick(browser_as, case):
    browser = applied(browser_as("civil"))
    assert f'<a href="/cases/{case}">{case}</a>' in browser.page
    assert "仍要另行申请" in browser.page
    assert browser_as("civil").get("/cases/GX2026-0002").status == 404
    went_on = applied(browser_as("civil"), again="yes")
    assert went_on.url == "/cases/GX2026-0002"


def test_a_draft_is_held_against_what_was_asked_for_too(browser_as, case):
    assert case in applied(browser_as("civil"), submit="draft").page
    assert browser_as("civil").get("/cases/GX2026-0002").status == 404


@pytest.mark.parametrize("other", [{"provider": JUSTICE}, {"resource": "户籍登记信息"}])
def test_another_resource_or_another_department_is_no_duplicate(browser_as, case, other):
    assert applied(browser_as("civil"), **other).url == "/cases/GX2026-0002"


def test_a_program_is_told_in_a_field_and_refused_nothing(program, signed):  # noqa: F811
    civil = program("civil")
    first = civil.post("/cases", OPENED, 202)
    assert "duplicates" not in first
    signed(first["no"])
    second = civil.post("/cases", OPENED, 202)
    assert [(each["no"], each["state"]) for each in second["duplicates"]] == [(first["no"], "awaiting_reply")]


def test_a_program_enters_a_letter_with_several_resources_at_once(program, signed):  # noqa: F811
    further = [{"provider": POLICE, "resource": "户籍登记信息"}, {"provider": JUSTICE, "resource": "法律援助信息"}]
    made = program("civil").post("/cases", {**OPENED, "resources": further}, 202)
    assert made == {"matter": "GX2026-0001", "cases": [f"GX2026-0001-{n}" for n in (1, 2, 3)]}
    signed(*made["cases"])
    third = program("justice").get("/cases/GX2026-0001-3")
    assert (third["subject"], third["matter"], third["applicant"]) == ("法律援助信息", "GX2026-0001", CIVIL)
    assert FIELDS["resource"] != third["subject"]
