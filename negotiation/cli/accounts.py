"""Commands of the people: who may sign in, their roles, their passwords, the tokens of programs."""

from datetime import datetime, timedelta
from typing import Annotated, TypedDict

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.operator import by_command
from negotiation.cli.options import Json, choose, emit
from negotiation.core.clock import now
from negotiation.core.enums import AccountRole
from negotiation.core.labels import ACCOUNT_ROLE_TITLES
from negotiation.core.scopes import SCOPE_TITLES, Scope
from negotiation.domain.people import Account
from negotiation.services.accounts import endings, management, second_factor, tokens

app = typer.Typer()

_ROLES = "、".join(f"{key.value}（{title}）" for key, title in ACCOUNT_ROLE_TITLES.items())
_SCOPES = "、".join(f"{key.value}（{title}）" for key, title in SCOPE_TITLES.items())
Roles = Annotated[list[str] | None, typer.Option("--role", help=f"角色，可多次给出：{_ROLES}。", metavar="角色")]
_ONCE = "（只显示这一次，请当面或另行告知本人）"


class AccountJson(TypedDict):
    """An account as scripts read it; ``department`` None: the office."""

    login: str
    name: str
    department: str | None
    roles: list[str]
    active: bool
    must_change: bool
    locked_until: datetime | None
    created_at: datetime


@app.command("list")
def account_list(as_json: Json = False) -> None:
    """全部账户：先办公室，再按部门的既定次序。"""
    cli = CliContext.open()
    with cli.database.read() as transaction:
        listed = [_facts(cli, each) for each in management.accounts_in_order(transaction)]
    rows = [
        (
            each["login"],
            each["name"],
            each["department"] or cli.context.office_name,
            "、".join(ACCOUNT_ROLE_TITLES[AccountRole(role)] for role in each["roles"]),
            _standing(each),
        )
        for each in listed
    ]
    columns = ("登录名", "姓名", "部门", "角色", "状态")
    emit({"accounts": listed}, lambda: console.console().print(console.table("账户", columns, rows)), as_json)


@app.command("add")
def account_add(
    login: str,
    name: Annotated[str, typer.Option("--name", help="姓名。")],
    role: Roles = None,
    department: Annotated[str, typer.Option("--department", help="所属部门；不写即办公室。")] = "",
    as_json: Json = False,
) -> None:
    """建立账户，给出临时密码；本人首次登录时须更改。"""
    cli = CliContext.open()
    unit = cli.context.directory.find(department).id if department else None
    made = management.create_account(
        cli.database,
        login=login,
        name=name,
        roles=_roles(role),
        operation=by_command(now()),
        department_id=unit,
    )
    answer = _shown(cli, made.person.login) | {"password": made.password}
    words = f"已建立账户 {made.person.login}，临时密码（七天内有效）：{made.password}{_ONCE}"
    emit(answer, lambda: console.console().print(words), as_json)


@app.command("set")
def account_set(
    login: str,
    role: Roles = None,
    name: Annotated[str | None, typer.Option("--name", help="姓名。")] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="启用或停用（停用即退出登录）。")] = None,
    as_json: Json = False,
) -> None:
    """更改账户：角色（写出全部角色）、姓名、启用或停用；没写的不变。"""
    cli = CliContext.open()
    roles = _roles(role) if role else None
    with cli.database.write() as transaction:
        found = management.find(transaction, login)
        management.change_account(
            transaction,
            found.person.id,
            operation=by_command(now()),
            name=name,
            roles=roles,
            active=active,
        )
    words = f"已更改：{found.person.login}"
    emit(_shown(cli, login), lambda: console.console().print(words), as_json)


@app.command("password")
def account_password(login: str, as_json: Json = False) -> None:
    """重置为临时密码：解除锁定，结束已有的登录；本人下次登录时须更改。"""
    cli = CliContext.open()
    person = _found(cli, login).person
    new = endings.reset_password(cli.database, person.id, operation=by_command(now()))
    words = f"{person.login} 的临时密码（七天内有效）：{new}{_ONCE}"
    emit({"login": person.login, "password": new}, lambda: console.console().print(words), as_json)


@app.command("totp-reset")
def account_totp_reset(login: str, as_json: Json = False) -> None:
    """重置双因素认证（手机和恢复码都已丢失）：结束已有的登录，下次只凭密码登录。"""
    cli = CliContext.open()
    person = _found(cli, login).person
    with cli.database.write() as transaction:
        second_factor.reset(transaction, person.id, operation=by_command(now()))
    words = f"已重置 {person.login} 的双因素认证，请告知本人"
    emit({"login": person.login, "second_factor": False}, lambda: console.console().print(words), as_json)


@app.command("token")
def account_token(
    login: str,
    name: str,
    scope: Annotated[list[str] | None, typer.Option("--scope", help=f"范围，可多次给出：{_SCOPES}。")] = None,
    days: Annotated[int, typer.Option("--days", help="有效多少天，最多366天。")] = 90,
    as_json: Json = False,
) -> None:
    """为程序签发访问令牌：以该账户的身份，在所列范围内。"""
    cli, at = CliContext.open(), now()
    person = _found(cli, login).person
    scopes: set[Scope] = {choose(Scope, each, SCOPE_TITLES) for each in scope or ()}
    expires_at = at + timedelta(days=max(-1, min(days, 9_999)))  # in a calendar's bounds; the rule says what is wrong
    with cli.database.write() as transaction:
        text = tokens.create_token(
            transaction, person.id, name, scopes, operation=by_command(at), expires_at=expires_at
        )
    answer = {
        "login": person.login,
        "name": name.strip(),
        "scopes": sorted(scopes),
        "expires_at": expires_at,
        "token": text,
    }
    words = f"令牌“{name.strip()}”：{text}{_ONCE}"
    emit(answer, lambda: console.console().print(words, soft_wrap=True), as_json)


@app.command("revoke")
def account_revoke(login: str, name: str, as_json: Json = False) -> None:
    """撤销一个访问令牌，随即失效。"""
    cli = CliContext.open()
    person = _found(cli, login).person
    with cli.database.write() as transaction:
        tokens.revoke_token(transaction, person.id, name, operation=by_command(now()))
    emit({"login": person.login, "revoked": name}, lambda: console.console().print(f"已撤销：{name}"), as_json)


def _roles(given: list[str] | None) -> set[AccountRole]:
    return {choose(AccountRole, each, ACCOUNT_ROLE_TITLES) for each in given or ()}


def _found(cli: CliContext, login: str) -> Account:
    with cli.database.read() as transaction:
        return management.find(transaction, login)


def _shown(cli: CliContext, login: str) -> AccountJson:
    return _facts(cli, _found(cli, login))


def _facts(cli: CliContext, account: Account) -> AccountJson:
    person = account.person
    return {
        "login": person.login,
        "name": person.name,
        "department": cli.context.directory.name(person.department_id) or None,
        "roles": [each.value for each in AccountRole if each in person.roles],
        "active": account.active,
        "must_change": person.must_change,
        "locked_until": account.locked_until if account.is_locked(now()) else None,
        "created_at": account.created_at,
    }


def _standing(facts: AccountJson) -> str:
    if not facts["active"]:
        return "停用"
    if facts["locked_until"]:
        return f"锁定至 {console.words(facts['locked_until'])}"
    return "须更改密码" if facts["must_change"] else "在用"
