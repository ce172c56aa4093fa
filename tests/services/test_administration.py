"""The administration's log: every act on accounts, departments, settings and imports, in one chain."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from negotiation.core.enums import OFFICE_ROLES, AccountRole, AdminKind, Duty, Level
from negotiation.core.errors import FieldError, NotFound
from negotiation.core.scopes import Scope
from negotiation.core.settings import Settings
from negotiation.domain.administration import AdminRecord
from negotiation.domain.departments import Contact
from negotiation.domain.people import AccountError, Person
from negotiation.services import department_keeping
from negotiation.services.accounts import endings, management, role_rules, separation, sessions, tokens
from negotiation.services.admin_log import read_wanted
from negotiation.services.context import Context
from negotiation.services.settings_record import record_settings
from negotiation.store import accounts as rows
from negotiation.store import administration
from negotiation.store.administration import ENTRY, Wanted
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction
from tests.conftest import POLICE, admin_at, at
from tests.store.test_altered_columns import altered

NINE = at("2026-03-02", "09:00")
SECRET, OTHER = "马匹 电池 订书钉 正确", "河流 茶杯 雨伞 十一月"


@pytest.fixture
def li(database: Database, context: Context, cheap_hashes: None) -> Person:
    return management.create_account(
        database, login="li", name="李明", roles={AccountRole.OFFICE_CLERK}, password=SECRET, operation=admin_at(NINE)
    ).person


def entries(database: Database, **wanted: Any) -> list[AdminRecord]:
    with database.read() as transaction:
        return administration.entries(transaction, Wanted(**wanted))


def written(database: Database, work: Callable[[Transaction], Any]) -> Any:
    with database.write() as transaction:
        return work(transaction)


def test_an_entry_says_by_whom_when_on_whom_and_what_it_was_and_is(database: Database, li: Person) -> None:
    later, roles = at("2026-03-03"), {AccountRole.OFFICE_CLERK, AccountRole.OFFICE_HEAD}
    written(database, lambda t: management.change_account(t, li.id, operation=admin_at(later), roles=roles))
    made, changed = reversed(entries(database))
    assert (made.author, made.recorded_at, made.act, made.subject) == ("测试", NINE, "建立账户", "li 李明")
    assert ("角色", "", "办公室经办人") in made.changes
    assert (changed.recorded_at, changed.kind, changed.act) == (later, AdminKind.ROLES, "更改角色")
    assert changed.changes == [("角色", "办公室经办人", "办公室经办人、办公室负责人")]


def test_passwords_tokens_and_sessions_are_on_record_without_any_secret(
    database: Database, settings: Settings, li: Person
) -> None:
    temporary = endings.reset_password(database, li.id, admin_at(NINE))
    sessions.change_password(database, settings, li, temporary, OTHER, NINE)
    ends = at("2026-06-01")
    token = written(
        database, lambda t: tokens.create_token(t, li.id, "平台", [Scope.READ], admin_at(NINE), expires_at=ends)
    )
    written(database, lambda t: tokens.revoke_token(t, li.id, "平台", admin_at(NINE)))
    written(database, lambda t: endings.end_everything(t, li.id, admin_at(NINE)))
    found = [(each.act, each.author) for each in reversed(entries(database))]
    assert found == [
        ("建立账户", "测试"), ("重置密码", "测试"), ("本人更改密码", "李明"),
        ("签发令牌", "测试"), ("撤销令牌", "测试"), ("结束全部登录和令牌", "测试"),
    ]  # fmt: skip
    everything = repr(entries(database))
    assert not any(secret in everything for secret in (SECRET, OTHER, temporary, token))


def test_an_act_that_fails_leaves_no_entry_and_an_entry_no_gap(database: Database, li: Person) -> None:
    def two(transaction: Transaction) -> None:
        management.change_account(transaction, li.id, operation=admin_at(NINE), name="李红")
        management.change_account(transaction, 999, operation=admin_at(NINE), name="无")

    with pytest.raises(NotFound):
        written(database, two)
    written(database, lambda t: management.change_account(t, li.id, operation=admin_at(NINE), name="李宏"))
    assert [(each.n, each.act) for each in reversed(entries(database))] == [(1, "建立账户"), (2, "更改账户")]


def test_a_change_of_nothing_is_no_entry(database: Database, li: Person) -> None:
    written(database, lambda t: management.change_account(t, li.id, operation=admin_at(NINE), name="李明"))
    assert len(entries(database)) == 1


def test_departments_and_their_clerks_are_on_record(database: Database, context: Context) -> None:
    unit = context.directory.find(POLICE)
    person = Contact(Duty.A, "王五", "wang@gaj.gov.cn", "010-9")
    written(database, lambda t: department_keeping.change(t, context, unit, admin_at(NINE), level=Level.DISTRICT))
    written(database, lambda t: department_keeping.appoint(t, unit, person, admin_at(NINE)))
    level, clerk = reversed(entries(database))
    assert level.changes == [("层级", "市级部门", "区")]
    assert clerk.subject == f"{POLICE} 经办人（A 角）"
    assert ("姓名", "甲", "王五") in clerk.changes


def test_other_settings_are_on_record_without_a_password_when_a_process_starts(database: Database) -> None:
    record_settings(database, Settings(), admin_at(NINE))
    assert entries(database) == []
    given: dict[str, Any] = {"smtp_url": "smtp://bot:geheim@mail.gov.cn:25", "session_hours": 8}
    for _ in range(2):
        record_settings(database, Settings(**given), admin_at(NINE))
    record_settings(database, Settings(), admin_at(NINE))
    back, first = entries(database)
    assert ("NEGOTIATION_SESSION_HOURS", "", "8") in first.changes
    assert ("NEGOTIATION_SESSION_HOURS", "8", "") in back.changes
    assert "smtp://mail.gov.cn:25" in first.became
    assert "geheim" not in repr(entries(database))


def test_entries_are_found_by_kind_person_words_and_period(database: Database, li: Person) -> None:
    later = at("2026-03-05")
    written(database, lambda t: management.change_account(t, li.id, operation=admin_at(later), name="李宏"))
    with database.read() as transaction:

        def found(**asked: str) -> list[int]:
            return [each.n for each in administration.entries(transaction, read_wanted(asked))]

        assert found() == [2, 1]
        assert found(person="李宏") == [2]
        assert found(text="办公室经办人") == [1]
        assert found(since="2026-03-03") == [2]
        assert found(until="2026-03-02") == [1]
        assert found(kind="账户") == found(kind="account") == [2, 1]
        assert found(kind="令牌") == []
    with pytest.raises(FieldError, match="没有“密钥”这一类"):
        read_wanted({"kind": "密钥"})


def test_roles_of_one_person_that_are_separated_now_are_kept_and_named(sqlite: Database, li_of_sqlite: int) -> None:
    with sqlite.write() as transaction:
        assert separation.findings(transaction) == []
        mixed = ["office_head", "administrator"]
        rows.change_account(transaction, li_of_sqlite, roles=mixed)
        assert management.account(transaction, li_of_sqlite).person.roles == {*mixed}
        assert [each.what for each in separation.findings(transaction)] == ["这些账户兼有应当分立的角色：li"]
        with pytest.raises(AccountError, match="相互分立"):
            management.change_account(
                transaction, li_of_sqlite, operation=admin_at(NINE), roles={*map(AccountRole, mixed)}
            )


THREE = [AccountRole.ADMINISTRATOR, AccountRole.SECURITY_ADMINISTRATOR, AccountRole.AUDIT_ADMINISTRATOR]


@pytest.mark.parametrize("role", [*THREE, AccountRole.AUDITOR])
def test_the_three_administrators_and_the_auditor_are_nothing_else(role: AccountRole) -> None:
    role_rules.demand_roles(None, {role})
    for other in OFFICE_ROLES - {role}:
        with pytest.raises(AccountError):
            role_rules.demand_roles(None, {role, other})


@pytest.mark.parametrize("column", ENTRY.columns.keys())
def test_an_entry_that_was_altered_breaks_the_chain(sqlite: Database, li_of_sqlite: int, column: str) -> None:
    with sqlite.write() as transaction:
        row = transaction.connection.execute(select(ENTRY).order_by(ENTRY.c.n)).mappings().first()
        assert row is not None
        value = row[column] if row[column] is not None else 7
        changed = altered(value) if value != 7 else 7
        transaction.connection.execute(update(ENTRY).where(ENTRY.c.n == row["n"]).values({column: changed}))
        assert list(administration.broken_links(transaction)) != []


@pytest.fixture
def li_of_sqlite(sqlite: Database, cheap_hashes: None) -> int:
    made = management.create_account(
        sqlite, login="li", name="李明", roles={AccountRole.OFFICE_CLERK}, operation=admin_at(NINE)
    )
    with sqlite.write() as transaction:
        management.change_account(transaction, made.person.id, operation=admin_at(NINE), name="李宏")
    return made.person.id


@pytest.mark.parametrize("which", ["n = 1", "n = 2", "n > 0"])
def test_an_entry_that_was_taken_away_is_missed(sqlite: Database, li_of_sqlite: int, which: str) -> None:
    with sqlite.write() as transaction:
        assert list(administration.broken_links(transaction)) == []
        transaction.execute(f"DELETE FROM admin_entry WHERE {which}")
        assert list(administration.broken_links(transaction)) != []


def test_what_changed_is_kept_as_json_with_its_words_in_order(database: Database, li: Person) -> None:
    assert json.loads(entries(database)[0].became) == {
        "单位": "办公室", "姓名": "李明", "状态": "在用", "角色": "办公室经办人"
    }  # fmt: skip
