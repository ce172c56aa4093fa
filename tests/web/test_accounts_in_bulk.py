"""Accounts for all registered people at once, with slips to cut; today is 21 September 2026."""

import re

import pytest

from negotiation.services.accounts import management
from tests.conftest import CIVIL, POLICE
from tests.web_client import PEOPLE

PEOPLE_OF_EACH = 3  # 甲, 乙 and 王局长 of five departments


@pytest.fixture
def admin(browser_as):
    return browser_as("admin").get("/accounts/people")


def logins(page):
    return dict(re.findall(r'<input id="f-(login-[^"]+)" name="[^"]+" value="([^"]*)"', page))


def made(database):
    with database.read() as transaction:
        known = management.accounts_in_order(transaction)
    return [each for each in known if each.person.login not in PEOPLE]


def slips(page):
    """Login and first password of each slip."""
    return dict(
        re.findall(r"<dt>登录名</dt><dd><code>([^<]+)</code></dd>\n<dt>临时密码</dt><dd><code>([^<]+)</code>", page)
    )


def test_everybody_registered_gets_an_account_and_whoever_made_it_knows_no_password(admin, database):
    offered = logins(admin.page)
    assert len(offered) == 5 * PEOPLE_OF_EACH
    assert {"smzj-j", "smzj-y", "smzj-wjz", "sgaj-j"} <= set(offered.values())
    admin.post("/accounts/people", of=list(offered), **offered)
    assert (admin.url, "待安全管理员或办公室负责人确认" in admin.page, slips(admin.page)) == ("/accounts", True, {})
    assert len(made(database)) == len(offered)
    assert all(each.person.must_change and not each.person.roles for each in made(database))  # 授权 gives the roles
    assert "登记的人都有账户了" in admin.get("/accounts/people").page


def test_a_second_person_confirms_many_at_once_and_hands_out_the_slips_which_sign_in(admin, browser_as):
    offered = logins(admin.page)
    admin.post("/accounts/people", of=list(offered), **offered)
    guard = browser_as("guard").get("/grants")
    waiting = re.findall(r'name="of" value="(\d+)"', guard.page)
    guard.post("/grants/confirm", of=waiting[1:])
    handed = slips(guard.page)
    assert len(set(handed.values())) == len(offered) - 1
    login, password = next(iter(handed.items()))
    clerk = browser_as()
    clerk.post("/signin", login=login, password=password, back="/")
    assert clerk.url == "/password"
    assert "待确认的授权　1 项" in guard.get("/grants").page
    assert not any(secret in guard.page for secret in handed.values())


def test_of_many_one_that_is_decided_by_now_keeps_all_of_them_waiting(admin, browser_as):
    offered = logins(admin.page)
    admin.post("/accounts/people", of=list(offered)[:3], **offered)
    guard = browser_as("guard").get("/grants")
    waiting = re.findall(r'name="of" value="(\d+)"', guard.page)
    guard.post(f"/grants/{waiting[0]}/confirm")
    guard.get("/grants").post("/grants/confirm", of=waiting)
    assert (guard.status, "待确认的授权　2 项" in guard.page) == (409, True)
    assert "没有选择事项" in guard.post("/grants/confirm").page


def test_what_is_wrong_with_logins_is_said_all_at_once_and_nobody_has_an_account(admin, database):
    offered = logins(admin.page)
    first, second, third, *_ = offered
    admin.post("/accounts/people", of=list(offered), **{**offered, first: "", second: "office", third: "有 空格"})
    assert admin.status == 400
    assert admin.page.count('aria-invalid="true"') >= 2
    assert "有2处须改正" in admin.page  # what is no login at all is told before anything is asked of the database
    assert made(database) == []
    admin.post("/accounts/people", of=list(offered), **{**offered, second: "office"})
    assert "登录名“office”已有人使用" in admin.page
    assert made(database) == []
    assert logins(admin.page)[second] == "office"


def test_nobody_ticked_is_a_sentence(admin):
    assert "没有选择人员" in admin.post("/accounts/people", **logins(admin.page)).page


def test_whoever_has_an_account_is_not_offered_another(admin, database, context):
    of_police = [key for key in logins(admin.page) if f"login-{context.directory.by_name[POLICE].id}-" in key]
    admin.post("/accounts/people", of=of_police, **logins(admin.page))
    left = admin.get("/accounts/people").page
    assert CIVIL in left
    assert POLICE not in left
