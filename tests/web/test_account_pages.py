"""Accounts, departments, handlers and hand-over in the browser, on both databases.

Today is 21 September 2026. The civil affairs bureau has applied; the police provide. ``chief`` heads the police,
``director`` the office; ``admin`` keeps the accounts.
"""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from negotiation.core.enums import AccountRole, Duty
from negotiation.core.scopes import Scope
from negotiation.domain.departments import Contact
from negotiation.services.accounts import management, tokens
from negotiation.services.context import Context
from negotiation.store import proposals
from negotiation.store.database import Database
from negotiation.store.departments import set_person
from negotiation.store.proposals import ProposalRow
from tests.conftest import CIVIL, JUSTICE, POLICE, Story, admin_at, at
from tests.web_client import PASSWORD, PEOPLE, TODAY, Browser, FakeClock


@pytest.fixture
def number(database: Database) -> Any:
    """The number of an account."""

    def number(login: str) -> int:
        with database.read() as transaction:
            return management.find(transaction, login).person.id

    return number


@pytest.fixture
def zhao(database: Database, context: Context, browser_as: Any, fake_clock: FakeClock) -> int:
    """A second clerk of the police."""
    made = management.create_account(
        database,
        login="zhao",
        name="赵六",
        roles={AccountRole.CLERK},
        department_id=context.directory.by_name[POLICE].id,
        password=PASSWORD,
        operation=admin_at(fake_clock.now),
    )
    return made.person.id


@pytest.fixture
def watch(database: Database, browser_as: Any, fake_clock: FakeClock) -> int:
    """A second security administrator."""
    roles = {AccountRole.SECURITY_ADMINISTRATOR}
    made = management.create_account(
        database, login="watch", name="卫七", roles=roles, password=PASSWORD, operation=admin_at(fake_clock.now)
    )
    return made.person.id


def secret_of(page: str) -> str:
    found = re.search(r"<code>([^<]+)</code>", page)
    assert found
    return found[1]


def fault_beside(browser: Browser, field: str) -> bool:
    return bool(re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', browser.page)) and "没有提交" in browser.page


# ------------------------------------------------------------------------------------------------------ who sees what

ADMINISTRATOR, HANDS_OVER = {"admin"}, {"director", "chief"}
KEEPS_DEPARTMENTS = {"admin", "office", "director"}
ALLOWED = {
    "/accounts": ADMINISTRATOR,
    "/accounts/new": ADMINISTRATOR,
    "/accounts/1": ADMINISTRATOR,
    "/handover": HANDS_OVER,
    "/departments": set(PEOPLE),
    "/departments/1": set(PEOPLE),
    "/departments/new": KEEPS_DEPARTMENTS,
    "/departments/99": set(),
    "/departments/99999999999999999999": set(),
    "/accounts/99999999999999999999": set(),
    "/handover/done": set(),
}
POSTS = {
    "/accounts/new": ADMINISTRATOR,
    "/accounts/1": ADMINISTRATOR,
    "/accounts/1/deactivate": ADMINISTRATOR,
    "/accounts/1/reactivate": ADMINISTRATOR,
    "/accounts/1/password": ADMINISTRATOR,
    "/accounts/1/sessions": ADMINISTRATOR,
    "/accounts/1/tokens": ADMINISTRATOR,
    "/accounts/1/tokens/revoke": ADMINISTRATOR,
    "/departments/new": KEEPS_DEPARTMENTS,
    "/departments/1": {*KEEPS_DEPARTMENTS, "civil"},
    "/departments/1/absences": {*KEEPS_DEPARTMENTS, "civil"},
    "/departments/1/absences/1/remove": {*KEEPS_DEPARTMENTS, "civil"},
}


@pytest.mark.parametrize("login", list(PEOPLE))
def test_every_page_of_the_people_answers_every_role_as_it_should(
    browser_as: Any, context: Context, login: str
) -> None:
    assert context.directory.by_name[CIVIL].id == 1
    browser = browser_as(login)
    found = {path: browser.get(path).status for path in ALLOWED}
    assert found == {path: 200 if login in allowed else 404 for path, allowed in ALLOWED.items()}


@pytest.mark.parametrize("login", [each for each in PEOPLE if each != "admin"])
def test_a_form_of_the_people_is_there_for_those_alone_who_may_send_it(browser_as: Any, login: str) -> None:
    """An empty form may be wrong (400) or do what needs no field; to others it does not exist (404).

    The administrator, for whom all of it is there, signs people out and in: tested below, one by one.
    """
    browser = browser_as(login)
    found = {path: browser.get("/help").post(path).status for path in POSTS}
    assert {path for path, status in found.items() if status != 404} == {
        path for path, allowed in POSTS.items() if login in allowed
    }


@pytest.mark.parametrize("path", list(ALLOWED))
def test_nobody_sees_them_without_signing_in(browser_as: Any, path: str) -> None:
    assert browser_as().get(path).url == "/signin"


# ---------------------------------------------------------------------------------------------------------- accounts


def confirmed(browser_as: Any, login: str = "guard") -> Browser:
    """The security administrator, or who is named, confirms all that waits."""
    browser: Browser = browser_as(login).get("/grants")
    while waits := re.search(r'action="(/grants/\d+/confirm)"', browser.page):
        assert browser.post(waits[1]).status == 200
        browser.get("/grants")
    return browser


def test_the_first_password_is_shown_once_to_who_confirms_and_not_to_who_made_the_account(browser_as: Any) -> None:
    admin, guard = browser_as("admin").get("/accounts/new"), browser_as("guard")
    admin.post("/accounts/new", login="Wang", name="王五", department=POLICE, roles=["clerk", "head"])
    own = admin.url
    assert "<code>" not in admin.page
    assert "待确认角色" in admin.get("/accounts?text=王五").page
    known_to_admin = secret_of(admin.get(own).post(f"{own}/password").page)
    assert browser_as().post("/signin", login="wang", password=known_to_admin, back="/").url == "/signin"
    waits = re.search(r'action="(/grants/\d+/confirm)"', guard.get("/grants").page)
    assert waits
    password = secret_of(guard.post(waits[1]).page.partition("临时密码</dt>")[2])
    assert password not in guard.get("/grants").page
    assert "部门经办人、部门负责人" in admin.get("/accounts?text=王五").page
    assert browser_as().post("/signin", login="wang", password=known_to_admin, back="/").url == "/signin"
    assert browser_as().post("/signin", login="wang", password=password, back="/").url == "/password"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"login": "police"}, "login"),
        ({"login": "x"}, "login"),
        ({"name": " "}, "name"),
        ({"department": "市天文局"}, "department"),
    ],
)
def test_a_wrong_account_comes_back_with_what_was_typed(browser_as: Any, wrong: dict[str, str], field: str) -> None:
    fields: dict[str, Any] = {"login": "wang", "name": "王五", "department": POLICE, "roles": ["clerk"]} | wrong
    browser = browser_as("admin").get("/accounts/new").post("/accounts/new", **fields)
    assert browser.status == 400
    assert fault_beside(browser, field)
    assert "王五" in browser.page or field == "name"
    assert re.search(r'value="clerk" checked', browser.page)


@pytest.mark.parametrize(
    ("roles", "says"), [([], "至少要有一个角色"), (["auditor"], "部门的账户不能是审计"), (["x"], "没有这个选项")]
)
def test_roles_that_do_not_go_together_are_refused(browser_as: Any, roles: list[str], says: str) -> None:
    browser = browser_as("admin").get("/accounts/new")
    browser.post("/accounts/new", login="wang", name="王五", department=POLICE, roles=roles)
    assert (browser.status, says in browser.page) == (400, True)


def test_the_list_is_narrowed_by_login_name_and_department(browser_as: Any, zhao: int) -> None:
    browser = browser_as("admin")
    assert "赵六" in browser.get("/accounts?text=zhao").page
    assert "赵六" in browser.get("/accounts?text=公安 赵").page
    assert "赵六" not in browser.get("/accounts?text=民政").page


def test_name_and_roles_are_changed(browser_as: Any, zhao: int) -> None:
    browser = browser_as("admin").get(f"/accounts/{zhao}")
    browser.post(f"/accounts/{zhao}", name="赵七", roles=["head"])
    assert (browser.status, browser.url) == (200, f"/accounts/{zhao}")
    assert "赵七" in browser.page
    assert "审计" not in browser.page  # not a role that this account could have
    refused = browser.post(f"/accounts/{zhao}", name="赵八")
    assert (refused.status, "至少要有一个角色" in refused.page, "赵八" in refused.page) == (400, True, True)


def test_who_leaves_is_signed_out_and_comes_in_again_only_when_reactivated(browser_as: Any, zhao: int) -> None:
    leaver, admin = browser_as("zhao"), browser_as("admin").get(f"/accounts/{zhao}")
    assert leaver.get("/").url == "/"
    admin.post(f"/accounts/{zhao}/deactivate")
    assert "停用" in admin.page
    assert leaver.get("/").url == "/signin"
    assert browser_as("zhao").url == "/signin"
    admin.post(f"/accounts/{zhao}/reactivate")
    assert browser_as("zhao").url == "/signin", "who takes over a forgotten account has it confirmed first"
    confirmed(browser_as)
    assert browser_as("zhao").url == "/"


def test_the_last_administrator_stays(browser_as: Any, number: Any) -> None:
    path = f"/accounts/{number('admin')}"
    browser = browser_as("admin").get(path).post(f"{path}/deactivate")
    assert (browser.status, "最后一个在用的系统管理员" in browser.page) == (400, True)


def test_a_reset_password_is_shown_once_and_ends_every_session(browser_as: Any, zhao: int) -> None:
    open_page, admin = browser_as("zhao"), browser_as("admin").get(f"/accounts/{zhao}")
    password = secret_of(admin.post(f"/accounts/{zhao}/password").page)
    assert password not in admin.get(f"/accounts/{zhao}").page
    assert open_page.get("/").url == "/signin"
    assert browser_as("zhao").url == "/signin"
    assert browser_as().post("/signin", login="zhao", password=password, back="/").url == "/password"


def test_sessions_are_ended_but_not_the_one_that_asks_for_it(browser_as: Any, zhao: int, number: Any) -> None:
    other, admin = browser_as("zhao"), browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}/sessions")
    assert other.get("/").url == "/signin"
    own = f"/accounts/{number('admin')}"
    elsewhere = browser_as("admin")
    assert admin.get(own).post(f"{own}/sessions").url == own
    assert elsewhere.get("/accounts").url == "/signin"


def test_a_token_is_shown_once_and_works_until_it_is_revoked(
    browser_as: Any, zhao: int, database: Database, fake_clock: FakeClock
) -> None:
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}/tokens", token="市级平台", scopes=["read", "act"], expires_at="2026-12-31")
    text = secret_of(admin.page)

    def bearer() -> Any:
        with database.read() as transaction:
            return tokens.token_of(transaction, text, fake_clock.now)

    assert bearer() is None  # not confirmed
    assert "待确认" in admin.get(f"/accounts/{zhao}").page
    confirmed(browser_as)
    assert bearer().scopes == {Scope.READ, Scope.ACT}
    page = admin.get(f"/accounts/{zhao}").page
    assert text not in page
    assert "市级平台" in page
    assert "2026-12-31 23:59" in page
    admin.post(f"/accounts/{zhao}/tokens/revoke", token="市级平台")
    assert "已撤销" in admin.page
    assert bearer() is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"token": ""}, "token"),
        ({"expires_at": "2026-09-20"}, "expires_at"),
        ({"expires_at": "9999-12-31"}, "expires_at"),
        ({"expires_at": "0001-01-01"}, "expires_at"),
        ({"expires_at": "明天"}, "expires_at"),
    ],
)
def test_a_wrong_token_is_refused_beside_its_field(
    browser_as: Any, zhao: int, wrong: dict[str, str], field: str
) -> None:
    fields: dict[str, Any] = {"token": "市级平台", "scopes": ["read"], "expires_at": "2026-12-31"} | wrong
    browser = browser_as("admin").get(f"/accounts/{zhao}").post(f"/accounts/{zhao}/tokens", **fields)
    assert browser.status == 400
    assert fault_beside(browser, field)
    assert "没有令牌" in browser.page


# ------------------------------------------------------------------------------------------------------- departments


def page_of(context: Context, name: str) -> str:
    return f"/departments/{context.directory.by_name[name].id}"


def test_the_office_keeps_all_of_a_department(browser_as: Any, context: Context) -> None:
    path = page_of(context, POLICE)
    fields = {"level": "central", "sort_no": "5", "mail_stopped": "yes", "department_head-name": "局长"}
    fields |= {"A-name": "孙八", "A-email": "sun@gaj.gov.cn", "A-phone": "010-8"}
    browser = browser_as("office").get(path).post(path, **fields)
    assert (browser.status, browser.url) == (200, path)
    assert "自动邮件已停发" in browser.page
    listed = browser.get("/departments").page
    assert "局长" in listed
    assert "sun@gaj.gov.cn" in listed
    assert listed.index(POLICE) < listed.index(CIVIL)
    browser.get(path).post(path, **{**fields, "mail_stopped": "", "level": "municipal"})
    assert "自动邮件发给经办人" in browser.page


def test_a_department_keeps_its_clerks_and_nothing_else_of_itself(browser_as: Any, context: Context) -> None:
    path = page_of(context, POLICE)
    page = browser_as("chief").get(path).page
    assert 'name="sort_no"' not in page
    fields = {"A-name": "孙八", "A-email": "sun@gaj.gov.cn", "level": "central", "sort_no": "1", "mail_stopped": "yes"}
    browser = browser_as("police").get(path).post(path, **fields, **{"department_head-name": "严九"})
    assert "孙八" in browser.page
    assert "市级部门" in browser.page
    assert "自动邮件发给经办人" in browser.page
    assert "严九" not in browser.page


def test_addresses_are_for_the_office_and_the_department_itself(browser_as: Any, context: Context) -> None:
    path = page_of(context, POLICE)
    for login, seen in (("office", True), ("auditor", True), ("police", True), ("civil", False)):
        assert ("a@gaj.gov.cn" in browser_as(login).get(path).page) is seen
        assert ("a@gaj.gov.cn" in browser_as(login).get("/departments").page) is seen


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"A-email": "孙八 <sun@gaj.gov.cn>"}, "A-email"),
        ({"B-phone": "1" * 101}, "B-phone"),
        ({"sort_no": "第一"}, "sort_no"),
        ({"sort_no": "99999999999"}, "sort_no"),
        ({"sort_no": "9" * 5_000}, "sort_no"),
        ({"level": "最高"}, "level"),
    ],
)
def test_a_wrong_entry_comes_back_and_nothing_is_written(
    browser_as: Any, context: Context, wrong: dict[str, str], field: str
) -> None:
    path = page_of(context, POLICE)
    fields = {"level": "district", "sort_no": "7", "A-name": "孙八", "A-email": "sun@gaj.gov.cn"} | wrong
    browser = browser_as("office").get(path).post(path, **fields)
    assert browser.status == 400
    assert fault_beside(browser, field)
    assert 'value="孙八"' in browser.page
    assert "孙八" not in browser.get(path).page


@pytest.mark.parametrize("address", ["sun@example.com", "a@gov.cn.evil.com", "sun@notgov.cn"])
def test_an_address_outside_the_allowed_domains_is_refused_at_entry(
    browser_as: Any, context: Context, address: str
) -> None:
    path = page_of(context, POLICE)
    browser = browser_as("police").get(path).post(path, **{"A-name": "孙八", "A-email": address})
    assert (browser.status, fault_beside(browser, "A-email")) == (400, True)
    assert f"“{address}”不在允许的政务邮箱域名内" in browser.page
    away = {"duty": "A", "since": TODAY, "until": TODAY, "name": "丁某", "email": address}
    assert browser.get(path).post(f"{path}/absences", **away).status == 400
    assert address not in browser.get(path).page


def test_an_address_that_stood_before_it_was_outside_is_pointed_out_and_hinders_nothing(
    browser_as: Any, context: Context, database: Database
) -> None:
    unit, path = context.directory.by_name[POLICE], page_of(context, POLICE)
    with database.write() as transaction:
        set_person(transaction, unit.id, Contact(Duty.A, "甲", "a@example.com", ""))
    browser = browser_as("police").get(path).post(path, **{"A-name": "孙八", "A-email": "a@example.com"})
    assert browser.status == 200
    assert "孙八" in browser.page
    assert "“a@example.com”不在允许的政务邮箱域名内" in browser.page


def test_a_new_department_stands_last_until_the_office_says_otherwise(browser_as: Any) -> None:
    browser = browser_as("office").get("/departments/new").post("/departments/new", name=" 延庆区 人民政府", level="")
    assert browser.url.startswith("/departments/")
    assert "延庆区人民政府" in browser.page
    listed = browser.get("/departments").page
    assert listed.index(JUSTICE) < listed.index("延庆区人民政府")
    again = browser.get("/departments/new").post("/departments/new", name="延庆区人民政府", level="")
    assert (again.status, fault_beside(again, "name")) == (400, True)
    assert fault_beside(browser.get("/departments/new").post("/departments/new", name=" ", level=""), "name")


# ---------------------------------------------------------------------------------------------------------- handlers


def test_each_side_names_its_handlers_on_the_page_of_the_case_and_sees_its_own_alone(
    browser_as: Any, case: str, zhao: int, number: Any
) -> None:
    browser = browser_as("police").get(f"/cases/{case}")
    browser.post(f"/cases/{case}/handlers", handler1=number("police"), handler2=zhao)
    assert (browser.status, browser.url) == (200, f"/cases/{case}")
    assert re.search(rf'<option value="{zhao}" selected>赵六', browser.page)
    assert "赵六" not in browser_as("civil").get(f"/cases/{case}").page
    assert "赵六" not in browser_as("office").get(f"/cases/{case}").page
    browser.post(f"/cases/{case}/handlers", handler1=zhao, handler2="")
    assert "police某，2026-09-21 至 2026-09-21（police某确定）" in browser.page


def test_who_may_not_handle_it_is_refused_beside_the_field_and_the_choice_comes_back(
    browser_as: Any, case: str, zhao: int, number: Any
) -> None:
    browser = browser_as("police").get(f"/cases/{case}")
    browser.post(f"/cases/{case}/handlers", handler1=zhao, handler2=zhao)
    assert (browser.status, fault_beside(browser, "handler2")) == (400, True)
    assert len(re.findall(rf'<option value="{zhao}" selected>', browser.page)) == 2
    browser.post(f"/cases/{case}/handlers", handler1=number("civil"), handler2="x")
    assert (browser.status, fault_beside(browser, "handler1")) == (400, True)


def test_the_auditor_reads_who_handles_it_and_names_nobody(browser_as: Any, case: str, number: Any) -> None:
    browser_as("office").get(f"/cases/{case}").post(f"/cases/{case}/handlers", handler1=number("office"), handler2="")
    browser = browser_as("auditor").get(f"/cases/{case}")
    assert "经办人：office某" in browser.page
    assert browser.post(f"/cases/{case}/handlers", handler1="", handler2="").status == 400
    assert "经办人：office某" in browser_as("auditor").get(f"/cases/{case}").page
    assert browser_as("justice").get(f"/cases/{case}/handlers").status == 404


def test_nobody_is_named_for_a_case_that_is_closed(browser_as: Any, case: str, story: Story, number: Any) -> None:
    story.act("withdraw", "applicant", TODAY)
    browser = browser_as("police").get(f"/cases/{case}")
    assert 'name="handler1"' not in browser.page
    assert browser.get("/help").post(f"/cases/{case}/handlers", handler1=number("police")).status == 400


# --------------------------------------------------------------------------------------------------------- hand-over


@pytest.fixture
def handled(browser_as: Any, case: str, number: Any) -> str:
    """The case, handled by the clerk of the police."""
    browser_as("police").get(f"/cases/{case}").post(f"/cases/{case}/handlers", handler1=number("police"), handler2="")
    return case


@pytest.mark.parametrize("login", ["chief", "director"])
def test_open_work_is_listed_moved_and_the_list_can_be_opened_again(
    browser_as: Any, handled: str, zhao: int, number: Any, login: str
) -> None:
    leaver = number("police")
    browser = browser_as(login).get(f"/handover?leaver={leaver}&successor={zhao}")
    assert handled in browser.page
    assert "待答复" in browser.page
    assert "2026-10-09" in browser.page
    assert re.search(
        rf'<option value="{leaver}" selected>', browser_as("police").get(f"/cases/{handled}").page
    )  # not yet
    browser.post("/handover", leaver=leaver, successor=zhao)
    assert browser.url == "/handover/done"
    assert handled in browser.page
    assert "赵六" in browser.page
    assert re.search(rf'<option value="{zhao}" selected>', browser_as("police").get(f"/cases/{handled}").page)
    again = re.search(r'href="(/handover/done\?[^"]+)"', browser.get("/handover").page)
    assert again
    assert handled in browser.get(again[1].replace("&amp;", "&")).page


@pytest.mark.parametrize(("event", "title"), [("agree", "答复：同意共享"), ("correct_entry", "更正登记")])
def test_acts_of_the_leaver_that_wait_for_the_head_are_named(
    browser_as: Any, handled: str, story: Story, zhao: int, number: Any, database: Database, event: str, title: str
) -> None:
    leaver, record = number("police"), story.record
    with database.write() as transaction:
        waiting = ProposalRow(
            record.id, 1, event, "provider", record.provider_id, record.version, None, leaver, "police某", at(TODAY)
        )
        proposals.add(transaction, waiting)
    page = browser_as("chief").get(f"/handover?leaver={leaver}&successor={zhao}").page
    assert "尚待签批" in page
    assert title in page
    assert title in browser_as("chief").get("/proposals").page


def test_the_list_says_that_the_administrator_deactivates_the_leaver(
    browser_as: Any, handled: str, zhao: int, number: Any
) -> None:
    leaver, address = number("police"), f"/handover/done?leaver={number('police')}&successor={zhao}&on={TODAY}"
    chief = browser_as("chief").get("/handover").post("/handover", leaver=leaver, successor=zhao)
    assert "请系统管理员停用其账户" in chief.page
    browser_as("admin").get(f"/accounts/{leaver}").post(f"/accounts/{leaver}/deactivate")
    assert browser_as("police").url == "/signin"
    assert "请系统管理员停用其账户" not in chief.get(address).page


def test_the_page_of_an_account_says_that_work_must_be_handed_over_first(
    browser_as: Any, handled: str, zhao: int, number: Any
) -> None:
    leaver = number("police")
    admin = browser_as("admin").get(f"/accounts/{leaver}")
    assert "经办 1 个在办案件" in admin.page
    browser_as("director").get("/handover").post("/handover", leaver=leaver, successor=zhao)
    assert "个在办案件" not in admin.get(f"/accounts/{leaver}").page


def test_a_head_hands_over_within_the_own_department_alone(
    browser_as: Any, handled: str, zhao: int, number: Any
) -> None:
    chief = browser_as("chief").get("/handover")
    assert "赵六" in chief.page
    assert "civil某" not in chief.page
    assert chief.post("/handover", leaver=number("civil"), successor=number("civil")).status == 404
    assert chief.get(f"/handover?leaver={number('office')}&successor={number('director')}").status == 404


def test_a_successor_of_another_house_is_refused_and_the_choice_comes_back(
    browser_as: Any, handled: str, number: Any
) -> None:
    leaver, stranger = number("police"), number("civil")
    for browser in (
        browser_as("director").get(f"/handover?leaver={leaver}&successor={stranger}"),
        browser_as("director").get("/handover").post("/handover", leaver=leaver, successor=stranger),
    ):
        assert (browser.status, fault_beside(browser, "successor")) == (400, True)
        assert "不在同一单位" in browser.page
        assert re.search(rf'<option value="{stranger}" selected>', browser.page)
        assert "将要移交" not in browser.page


# -------------------------------------------------------------------------------------------------- the log of it all


def test_what_an_administrator_does_stands_in_the_log_and_is_found_there(browser_as: Any, zhao: int) -> None:
    admin = browser_as("admin")
    secret = secret_of(admin.get(f"/accounts/{zhao}").post(f"/accounts/{zhao}/password").page)
    checker = browser_as("checker")
    page = checker.get("/admin-log?kind=password").page
    assert page.count("重置密码") == 1
    assert "admin某" in page
    assert secret not in checker.get("/admin-log").page
    assert "没有符合条件的记录" in checker.get("/admin-log?until=2026-09-20").page
    assert checker.get("/admin-log?since=2026-13-01").status == 400


def test_the_log_is_handed_out_as_a_sheet_of_what_was_found(browser_as: Any, zhao: int) -> None:
    answer = browser_as("guard").client.get("/admin-log/export?text=建立账户")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    acts = [row[4] for row in sheet.iter_rows(values_only=True)]
    assert acts[1] == "事项"
    assert {*acts[2:]} == {"建立账户"}
    assert len(acts) == 2 + len(PEOPLE) + 1


# ------------------------------------------------------------------------------------------------- the second person


def test_roles_that_are_given_wait_for_a_second_person_and_those_taken_do_not(
    browser_as: Any, zhao: int, database: Database
) -> None:
    def roles() -> list[str]:
        with database.read() as transaction:
            return sorted(management.account(transaction, zhao).person.roles)

    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}", name="赵六", roles=["clerk", "head"])
    assert roles() == ["clerk"]
    assert "待确认：部门经办人、部门负责人" in admin.page
    desk = browser_as("director").get("/grants")
    assert "现为：部门经办人" in desk.page
    confirmed(browser_as, "director")
    assert roles() == ["clerk", "head"]
    admin.post(f"/accounts/{zhao}", name="赵六", roles=["head"])
    assert roles() == ["head"]
    acts = [each for each in ("提请确认", "确认", "更改角色") if each in browser_as("checker").get("/admin-log").page]
    assert acts == ["提请确认", "确认", "更改角色"]


def test_nobody_confirms_what_he_asked_for_or_what_is_for_himself(browser_as: Any, watch: int) -> None:
    browser_as("admin").get(f"/accounts/{watch}").post(f"/accounts/{watch}", name="卫七", roles=["office_clerk"])
    guard = browser_as("watch").get("/grants")
    assert "关于自己账户的，不能自己确认" in guard.page
    assert "/confirm" not in guard.page
    asked = re.search(r'action="/grants/(\d+)/confirm"', browser_as("director").get("/grants").page)
    assert asked
    refused = guard.get("/help").post(f"/grants/{asked[1]}/confirm")
    assert (refused.status, "不能自己确认" in refused.page) == (400, True)
    for login in ("admin", "checker", "office", "auditor", "chief"):
        assert browser_as(login).get("/help").post(f"/grants/{asked[1]}/confirm").status == 404
    assert confirmed(browser_as, "director").status == 200
    assert browser_as("watch").get("/grants").status == 404


@pytest.mark.parametrize(("days", "hindered"), [(0, True), (7, True), (8, False)])
def test_who_set_the_password_of_the_second_person_is_not_confirmed_by_them(
    browser_as: Any, zhao: int, number: Any, fake_clock: FakeClock, days: int, hindered: bool
) -> None:
    guard = number("guard")
    temporary = secret_of(browser_as("admin").get(f"/accounts/{guard}").post(f"/accounts/{guard}/password").page)
    posing, new = browser_as(), "河流 茶杯 雨伞 十一月"
    posing.post("/signin", login="guard", password=temporary, back="/")
    posing.get("/password").post("/password", old=temporary, new=new, again=new)
    fake_clock.now += timedelta(days=days)
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}", name="赵六", roles=["clerk", "head"])
    posing.get("/signin").post("/signin", login="guard", password=new, back="/")
    assert ("提请人刚为您设过密码" in posing.get("/grants").page) is hindered
    asked = re.search(r'action="/grants/(\d+)/confirm"', browser_as("director").get("/grants").page)
    assert asked
    assert posing.get("/help").post(f"/grants/{asked[1]}/confirm").status == (400 if hindered else 200)


def test_what_is_refused_needs_a_reason_and_comes_to_nothing(
    browser_as: Any, zhao: int, database: Database, fake_clock: FakeClock
) -> None:
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}/tokens", token="市级平台", scopes=["act"], expires_at="2026-12-31")
    text = secret_of(admin.page)
    guard = browser_as("guard").get("/grants")
    number = re.search(r'action="(/grants/\d+)/refuse"', guard.page)
    assert number
    assert guard.post(f"{number[1]}/refuse", said=" ").status == 400
    assert "没有待确认的事项" in guard.post(f"{number[1]}/refuse", said="用途不明").page
    assert guard.post(f"{number[1]}/confirm").status == 409
    assert "已撤销" in admin.get(f"/accounts/{zhao}").page
    with database.read() as transaction:
        assert tokens.token_of(transaction, text, fake_clock.now) is None
    assert "用途不明" in browser_as("checker").get("/admin-log?kind=token").page


def test_a_token_that_only_reads_waits_too_as_who_issues_it_sees_no_case(
    browser_as: Any, zhao: int, database: Database, fake_clock: FakeClock
) -> None:
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}/tokens", token="看板", scopes=["read", "report"], expires_at="2026-12-31")
    text = secret_of(admin.page)
    with database.read() as transaction:
        assert tokens.token_of(transaction, text, fake_clock.now) is None
    confirmed(browser_as)
    with database.read() as transaction:
        assert tokens.token_of(transaction, text, fake_clock.now)


def test_the_only_security_administrator_is_not_put_out(browser_as: Any, number: Any) -> None:
    guard = number("guard")
    admin = browser_as("admin").get(f"/accounts/{guard}").post(f"/accounts/{guard}/deactivate")
    assert (admin.status, "最后一个在用的安全管理员" in admin.page) == (400, True)
    admin.post(f"/accounts/{guard}", name="guard某", roles=["office_clerk"])
    assert (admin.status, "最后一个在用的安全管理员" in admin.page) == (400, True)


@pytest.mark.parametrize("way", ["deactivate", ""])
def test_an_administrator_is_put_out_or_loses_the_role_once_a_second_person_confirms(
    browser_as: Any, watch: int, way: str
) -> None:
    admin, open_page = browser_as("admin").get(f"/accounts/{watch}"), browser_as("watch")
    admin.post(f"/accounts/{watch}/{way}" if way else f"/accounts/{watch}", name="卫七", roles=["office_clerk"])
    assert "由安全管理员或办公室负责人确认" in admin.page
    assert open_page.get("/grants").status == 200, "all is as it was"
    assert "关于自己账户的，不能自己确认" in open_page.page
    confirmed(browser_as)
    assert open_page.get("/grants").url == ("/signin" if way else "/grants")
    assert open_page.status == (200 if way else 404)
    listed = admin.get("/accounts?text=watch").page.partition("<tbody>")[2]
    assert ("停用" in listed, "办公室经办人" in listed) == ((True, False) if way else (False, True))


def test_two_who_ask_to_be_rid_of_each_other_leave_one(browser_as: Any, watch: int, number: Any) -> None:
    for account in (watch, number("guard")):
        browser_as("admin").get(f"/accounts/{account}").post(f"/accounts/{account}/deactivate")
    director = browser_as("director").get("/grants")
    first, second = re.findall(r'action="(/grants/\d+/confirm)"', director.page)
    assert director.post(first).status == 200
    assert (director.post(second).status, "最后一个在用的安全管理员" in director.page) == (400, True)


def test_a_later_request_takes_the_place_of_one_that_waits(browser_as: Any, zhao: int) -> None:
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}", name="赵六", roles=["clerk", "head"])
    admin.post(f"/accounts/{zhao}", name="赵六", roles=["head"])
    page = browser_as("guard").get("/grants").page
    assert "1 项" in page
    assert "<strong>部门负责人</strong>" in page


# ------------------------------------------------------------------------------------------------------ one's own


def test_a_reset_and_a_new_token_are_told_to_their_owner_until_he_has_taken_note(
    browser_as: Any, zhao: int, fake_clock: FakeClock
) -> None:
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}/tokens", token="看板", scopes=["read"], expires_at="2026-12-31")
    owner = browser_as("zhao").get("/")
    assert "您的账户有变动" in owner.page
    assert "admin某 签发令牌" in owner.page
    owner.post("/me/read", n=owner.hidden("n"))
    assert "您的账户有变动" not in owner.get("/").page
    mine = owner.get("/me").page
    assert all(words in mine for words in ("看板", "admin某", "签发令牌"))
    assert "您的账户有变动" not in browser_as("police").get("/").page


def test_the_owner_revokes_a_token_that_acts_in_his_name(
    browser_as: Any, zhao: int, database: Database, fake_clock: FakeClock
) -> None:
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}/tokens", token="看板", scopes=["read"], expires_at="2026-12-31")
    text, owner = secret_of(admin.page), browser_as("zhao").get("/me")
    assert "已撤销" in owner.post("/me/tokens/revoke", token="看板").page
    with database.read() as transaction:
        assert tokens.token_of(transaction, text, fake_clock.now) is None
    assert owner.post("/me/tokens/revoke", token="看板").status == 404


@pytest.mark.parametrize("way", ["reset", "changed", "ended"])
def test_every_token_ends_with_the_password_and_at_the_owners_word(
    browser_as: Any, zhao: int, database: Database, fake_clock: FakeClock, way: str
) -> None:
    admin = browser_as("admin").get(f"/accounts/{zhao}")
    admin.post(f"/accounts/{zhao}/tokens", token="看板", scopes=["read"], expires_at="2026-12-31")
    text, owner, elsewhere = secret_of(admin.page), browser_as("zhao").get("/me"), browser_as("zhao")
    new = "另外的马 黄色电池 回形针"
    if way == "reset":
        admin.get(f"/accounts/{zhao}").post(f"/accounts/{zhao}/password")
    elif way == "changed":
        owner.get("/password").post("/password", old=PASSWORD, new=new, again=new)
    else:
        owner.post("/me/end")
    with database.read() as transaction:
        assert tokens.token_of(transaction, text, fake_clock.now) is None
    assert elsewhere.get("/me").url == "/signin"
    assert owner.get("/me").url == ("/signin" if way == "reset" else "/me")
