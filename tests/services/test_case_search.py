"""What people look for is found: a case by its number however it is written, by who handles it, when it has closed; a
department by a part of its name. Where something is wrong with what was asked, the page stays and says so."""

import re
from urllib.parse import quote

import pytest

from negotiation.store import assignments
from negotiation.store.codec import codec
from negotiation.store.departments import add_department
from negotiation.store.numbers import next_id
from negotiation.store.schema.cases import Case
from tests.cli.terminal import Terminal, by
from tests.cli.test_commands import APPLICATION, submitted
from tests.conftest import CIVIL, POLICE, Story, day
from tests.web.test_attacks import program

TWELFTH, THIRD = "京数协〔2026〕12号", "2026（共享）第3号"  # as an office numbers its own
OTHERS = ("GX2026-0129", "GX2026-0291", "GX2026-0100-2", "京数协〔2026〕112号")


def numbered(story: Story, *numbers: str) -> None:
    """The case of a story again, under other numbers."""
    table, pattern = codec(Case, story.database.dialect), story.record
    params = ", ".join([story.database.param] * len(table.columns))
    with story.database.write() as transaction:
        for no in numbers:
            row = pattern._replace(id=next_id(transaction), no=no, version=0)
            sql = f"INSERT INTO {table.name} ({table.listed}) VALUES ({params})"
            transaction.execute(sql, table.bind(row))


@pytest.fixture
def numbers(story: Story) -> Story:
    """GX2026-0001, and cases of other numbers beside it."""
    story.submitted("2026-09-15")
    numbered(story, "GX2026-0029", "GX2026-0100-1", TWELFTH, THIRD, *OTHERS)
    return story


def listed(page: str) -> list[str]:
    """The numbers in the rows of the list, in its order."""
    return re.findall(r'<td class="number"><a href="[^"]+">([^<]+)</a>', page)


# ---------------------------------------------------------------------------------------------------- by its number


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("0029", ["GX2026-0029"]),
        ("29", ["GX2026-0029"]),
        ("２９", ["GX2026-0029"]),
        ("ＧＸ2026-0029", ["GX2026-0029"]),
        ("ＧＸ２０２６－００２９", ["GX2026-0029"]),
        ("gx2026-0029", ["GX2026-0029"]),
        ("GX2026-29", ["GX2026-0029"]),
        ("gx2026-29", ["GX2026-0029"]),
        ("2026-29", ["GX2026-0029"]),
        ("GX 2026 - 0029", ["GX2026-0029"]),
        ("2026 29", ["GX2026-0029"]),
        ("GX2026—0029", ["GX2026-0029"]),
        ("0100-1", ["GX2026-0100-1"]),
        ("100-1", ["GX2026-0100-1"]),
        ("gx2026-100-1", ["GX2026-0100-1"]),
        ("0100", ["GX2026-0100-1", "GX2026-0100-2"]),
        ("12号", [TWELFTH]),
        ("12", [TWELFTH]),
        ("〔2026〕12号", [TWELFTH]),
        ("[2026]12号", [TWELFTH]),
        ("京数协（2026）12号", [TWELFTH]),
        ("第3号", [THIRD]),
        ("2026(共享)第3号", [THIRD]),
        ("GX2026-00", ["GX2026-0001", "GX2026-0029"]),
        ("129", ["GX2026-0129"]),
        ("9", []),
    ],
)
def test_a_number_is_found_however_it_is_written(browser_as, numbers, typed, found):
    assert sorted(listed(browser_as("office").get(f"/?sort=no&text={quote(typed)}").page)) == sorted(found)


def test_a_number_that_was_typed_whole_stands_first(browser_as, numbers):
    numbered(numbers, "GX2026-0100", "A2026-0029")
    browser = browser_as("office")
    assert listed(browser.get("/?sort=no&descending=1&text=gx2026-100").page)[0] == "GX2026-0100"
    assert len(listed(browser.page)) == 3
    assert listed(browser.get("/?sort=no&descending=1&text=29").page) == ["GX2026-0029", "A2026-0029"]


def test_a_search_with_a_number_and_words_needs_both(browser_as, numbers):
    browser = browser_as("office")
    assert listed(browser.get(f"/?text={quote('0029 公安')}").page) == ["GX2026-0029"]
    assert listed(browser.get(f"/?text={quote('0029 天文')}").page) == []


@pytest.mark.parametrize("typed", ["gx2026-0029", "GX2026-29", "ＧＸ2026-0029", "0029"])
def test_the_address_of_a_case_leads_to_the_true_one(browser_as, numbers, typed):
    browser = browser_as("office").get(f"/cases/{quote(typed)}")
    assert (browser.status, browser.url) == (200, "/cases/GX2026-0029")
    assert browser_as("office").get(f"/cases/{quote(typed)}/acts/note").url == "/cases/GX2026-0029/acts/note"


def test_an_address_that_may_mean_several_or_one_of_others_leads_nowhere(browser_as, numbers):
    assert browser_as("office").get("/cases/0100").status == 404
    client = browser_as("justice").client
    hidden, unknown = (client.get(f"/cases/{no}") for no in ("gx2026-29", "gx2026-777"))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text.replace("gx2026-29", "…") == unknown.text.replace("gx2026-777", "…")
    assert browser_as("admin").get("/cases/gx2026-0029").url == "/cases/gx2026-0029"


# ------------------------------------------------------------------------------------------------- closed, handled


@pytest.fixture
def closed(story: Story) -> str:
    """A case that has been withdrawn, beside one that has not."""
    story.submitted("2026-09-14", resource="婚姻登记").act("withdraw", "applicant", "2026-09-15", reason="不再需要")
    gone = story.no
    story.submitted("2026-09-15")
    return gone


@pytest.mark.parametrize("typed", ["GX2026-0001", "gx2026-1"])
def test_an_exact_number_leads_to_a_case_that_is_closed(browser_as, closed, typed):
    browser = browser_as("office").get(f"/?text={typed}")
    assert f'href="/cases/{closed}"' in browser.page
    assert "编号相符" in browser.page


def test_an_exact_number_leads_to_a_case_whatever_else_is_asked_for(browser_as, closed):
    assert f'href="/cases/{closed}"' in browser_as("office").get(f"/?light=overdue&text={closed}").page
    assert f'href="/cases/{closed}"' not in browser_as("justice").get(f"/?text={closed}").page


@pytest.mark.parametrize("typed", ["婚姻", "0001", "1", "婚姻 公安"])
def test_a_search_that_finds_nothing_open_says_how_many_closed_cases_match(browser_as, closed, typed):
    browser = browser_as("office").get(f"/?text={quote(typed)}")
    assert listed(browser.page) == []
    assert "已办结的有 1 件" in browser.page
    link = re.search(r'<a href="([^"]+)">连同已办结的一并查看', browser.page)
    assert link
    assert listed(browser.get(link[1].replace("&amp;", "&")).page) == [closed]


def test_other_filters_count_the_closed_cases_too(browser_as, closed):
    assert "已办结的有 1 件" in browser_as("office").get(f"/?until=2026-09-14&department={quote(POLICE)}").page
    assert "已办结的有" not in browser_as("office").get(f"/?text={quote('天文')}").page


def test_a_case_is_found_by_the_name_of_its_handler_on_one_s_own_side(browser_as, closed, story):
    browser, case_id = browser_as("office"), story.record.id
    with story.database.write() as transaction:
        account = transaction.rows("SELECT id FROM account WHERE login = 'office'")[0][0]
        assignments.assign(transaction, case_id, 0, 1, account, on=day("2026-09-15"), by="某")
    assert listed(browser.get(f"/?text={quote('office某')}").page) == [story.no]
    assert listed(browser_as("civil").get(f"/?text={quote('office某')}").page) == []


# ------------------------------------------------------------------------------------------------------ departments


@pytest.fixture
def city(numbers: Story) -> Story:
    with numbers.database.write() as transaction:
        add_department(transaction, "丰台区民政局")
    return numbers


def test_a_department_is_found_by_a_part_of_its_name(browser_as, city):
    browser = browser_as("office").get(f"/?text=0029&department={quote('公安')}")
    assert listed(browser.page) == ["GX2026-0029"]
    assert POLICE in browser.page
    assert 'value="公安"' in browser.page


def test_several_departments_of_a_part_are_all_meant_and_named(browser_as, city):
    browser = browser_as("office").get(f"/?text=0029&department={quote('民政')}")
    assert listed(browser.page) == ["GX2026-0029"]
    assert re.search(r'class="found">[^<]*市民政局、[^<]*丰台区民政局', browser.page)
    for path in ("/outbox", "/resources"):
        browser.get(f"{path}?department={quote('民政')}")
        assert browser.status == 200
        assert "市民政局、丰台区民政局" in browser.page


def test_a_former_name_is_found_by_a_part_too(browser_as, city):
    director = browser_as("director").get("/departments/2/reorganize")
    director.post("/departments/2/reorganize", name="市公共安全局", on="2026-09-21", reviewed="yes")
    browser = browser_as("office").get(f"/?text=0029&department={quote('公安')}")
    assert listed(browser.page) == ["GX2026-0029"]
    assert "市公共安全局" in browser.page


@pytest.mark.parametrize("path", ["/", "/export", "/outbox", "/resources", "/resources/export"])
def test_a_department_that_is_not_there_leaves_the_page_with_a_sentence_beside_its_field(browser_as, city, path):
    browser = browser_as("office").get(f"{path}?department={quote('天文')}&text={quote('人口')}")
    assert browser.status == 200
    assert 'aria-label="目录"' in browser.page
    assert 'value="天文"' in browser.page
    assert 'value="人口"' in browser.page
    assert re.search(r'id="department-e"[^>]*>没有名称中含“天文”的部门', browser.page)
    assert "negotiation " not in browser.page


def test_who_enters_a_department_is_offered_those_of_which_it_is_a_part(browser_as, city):
    fields = {
        "applicant": CIVIL,
        "provider": "民政",
        "resource": "人口",
        "on": "2026-09-21",
        "reviewed": "yes",
        "submit": "submit",
    }
    browser = browser_as("civil").get("/apply/sharing").post("/apply/sharing", **fields)
    assert browser.status == 400
    assert "是否为：市民政局、丰台区民政局？" in browser.page
    assert "民政</textarea>" in browser.page or 'value="民政"' in browser.page
    assert "negotiation " not in browser.page


# ---------------------------------------------------------------------------------------------- what cannot be asked

FAULTY = [
    "/?since=2026-02-30", "/?until=昨天", "/?since=2026-09-20&until=2026-09-01", "/?state=x", "/?light=x", "/?sort=x",
    "/?holder=x", "/?procedure=x", "/?handler=x", "/?after=x", "/?provisional=x", "/export?since=x", "/agenda?of=x",
    "/outbox?state=x", "/outbox?after=x", "/resources?class=x", "/resources?sort=x", "/resources?after=x",
    "/report?year=x", "/report?year=1", "/report?from=2026-02-30", "/report?from=2026-09-20&to=2026-09-01",
    "/report/2026/cases?figure=x", "/report/2026/cases?figure=received&from=x", "/calendar?year=x", "/meetings/x",
    "/tasks/done?case_id=x&key=x", "/departments/99", "/nowhere", "/cases/x", "/apply/x", "/matters/x", "/outbox/1/x",
]  # fmt: skip


@pytest.mark.parametrize("address", FAULTY)
def test_whatever_is_wrong_with_an_address_the_menu_stays(browser_as, story, address):
    browser = browser_as("office").get(address)
    assert 400 <= browser.status < 500
    assert 'aria-label="目录"' in browser.page
    assert 'href="/help"' in browser.page


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/?since=2026-02-30&text=abc", ["2026-02-30", "abc"]),
        ("/?until=zuotian&department=abc", ["zuotian", "abc"]),
        ("/outbox?state=x&text=abc", ["abc"]),
        ("/resources?class=x&text=abc", ["abc"]),
        ("/report?from=2026-02-30&to=2026-03-01", ["2026-02-30", "2026-03-01"]),
        ("/report?year=x&as_of=2026-03-01", ["2026-03-01"]),
    ],
)
def test_what_was_entered_beside_a_fault_is_kept(browser_as, story, address, kept):
    page = browser_as("office").get(address).page
    assert all(f'value="{text}"' in page for text in kept)


def test_an_error_page_leads_back_and_shows_nobody_else_a_menu(browser_as, story):
    client = browser_as("office").client
    page = client.get("/nowhere", headers={"referer": "http://testserver/tasks?text=a"}).text
    assert '<a href="/tasks?text=a">← 返回上一页</a>' in page
    assert "返回上一页" not in client.get("/nowhere", headers={"referer": "https://elsewhere.cn/x"}).text
    assert 'aria-label="目录"' not in browser_as().get("/nowhere").page


# --------------------------------------------------------------------------------------------------------- programs


def test_programs_find_by_the_same_words_and_read_by_the_true_number_only(browser_as, numbers, fake_clock):
    asked = program(browser_as, numbers.database, fake_clock, "office")
    for typed in ("29", "gx2026-29"):
        assert [each["no"] for each in asked("GET", f"/cases?text={typed}").json()["cases"]] == ["GX2026-0029"]
    assert len(asked("GET", f"/cases?limit=200&department={quote('公安')}").json()["cases"]) == 9
    assert asked("GET", f"/cases?department={quote('天文')}").status_code == 404
    assert asked("GET", "/cases/gx2026-0029").status_code == 404
    assert asked("GET", "/cases/GX2026-0029").status_code == 200


def test_programs_walk_from_what_was_typed_whole_to_the_rest(browser_as, numbers, fake_clock):
    numbered(numbers, "GX2026-0100")
    asked, found, cursor = program(browser_as, numbers.database, fake_clock, "office"), [], ""
    while True:
        answer = asked("GET", f"/cases?limit=1&sort=no&text=GX2026-0100&cursor={cursor}").json()
        found += [each["no"] for each in answer["cases"]]
        if not (cursor := answer["cursor"] or ""):
            break
    assert found == ["GX2026-0100", "GX2026-0100-1", "GX2026-0100-2"]


# ------------------------------------------------------------------------------------------------- the command line


@pytest.mark.parametrize("typed", ["gx2026-0001", "GX2026-1", "ＧＸ2026-0001", "0001", "1", "2026-1"])
def test_a_command_takes_a_number_however_it_is_written(office: Terminal, typed: str) -> None:
    no = submitted(office)
    assert office.json("case", "show", typed)["no"] == no
    assert office.json("case", "act", typed, "agree", *by("provider", "2026-09-21"))["no"] == no
    assert office.json("letter", "list", typed)["letters"] is not None


def test_a_command_does_not_guess_between_several(office: Terminal) -> None:
    submitted(office)
    application = [word for field in APPLICATION for word in ("--field", field)]
    office.json("case", "open", "sharing", "--on", "2025-09-18", *application)
    error = office.error("case", "act", "0001", "agree", *by("provider"), status=1)
    assert "GX2025-0001、GX2026-0001" in error["what"]
    error = office.error("case", "act", "777", "agree", *by("provider"), status=1)
    assert "没有编号为“777”的案件" in error["what"]
    assert "negotiation cases" in error["todo"]


def test_a_part_of_a_department_s_name_is_enough_for_the_list(office: Terminal) -> None:
    submitted(office)
    office.json("department", "set", "丰台区民政局")
    answer = office.json("cases", "--department", "民政")
    assert len(answer["cases"]) == 1
    assert answer["departments"] == ["市民政局", "丰台区民政局"]
    assert "市民政局、丰台区民政局" in office.run("cases", "--department", "民政")[1]
    assert "没有名称中含“天文”的部门" in office.error("cases", "--department", "天文", status=1)["what"]


def test_the_command_line_still_says_which_command_and_which_field(office: Terminal) -> None:
    no = submitted(office)
    error = office.error("case", "act", no, "refuse", *by("provider", "2026-09-21"), status=1)
    assert "--field reason=…" in error["todo"]
    assert (
        "negotiation department set" in office.error("department", "rename", "市天文局", "市气象局", status=1)["todo"]
    )
