"""Who may sign in, and how they prove it: nothing is told to a guesser, nothing is kept that opens a door."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from argon2 import Parameters, PasswordHasher
from argon2.low_level import Type
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session as Reading

from negotiation.core.enums import ADMINISTRATORS, AccountRole
from negotiation.core.errors import DatabaseUnavailable, NegotiationError, NotFound
from negotiation.core.scopes import Scope
from negotiation.core.settings import Settings
from negotiation.domain.people import AccountError, Person, SignInRefused
from negotiation.services.accounts import endings, management, passwords, role_rules, sessions, tokens
from negotiation.services.accounts.sessions import Session, SignedIn
from negotiation.services.accounts.tokens import Bearer
from negotiation.services.context import Context
from negotiation.store import accounts as rows
from negotiation.store.accounts import AccountRow, SessionRow, TokenRow
from negotiation.store.database import Database
from negotiation.store.schema import accounts as schema
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction
from tests.cli.terminal import Terminal
from tests.conftest import CIVIL, JUSTICE, POLICE, admin_at, at, everything

CHEAP = Parameters(Type.ID, version=19, salt_len=16, hash_len=32, time_cost=1, memory_cost=8, parallelism=1)
NINE = at("2026-03-02", "09:00")
SECRET, OTHER = "马匹 电池 订书钉 正确", "河流 茶杯 雨伞 十一月"
MINUTE = timedelta(minutes=1)
PARTIES = {"applicant": 1, "provider": 2}


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "PARAMETERS", CHEAP)
    passwords.nobodys_hash.cache_clear()
    yield
    passwords.nobodys_hash.cache_clear()


class Office:
    """An office with one clerk, Li, who has already chosen a password."""

    def __init__(self, database: Database, settings: Settings, context: Context) -> None:
        self.database = database
        self.settings = settings.model_copy(update={"sign_in_lock_tries": 5})
        self.ids = {name: unit.id for name, unit in context.directory.by_name.items()}
        self.li = self.hire("li", AccountRole.OFFICE_CLERK)

    def hire(self, login: str, *roles: AccountRole, of: str = "", password: str = SECRET) -> Person:
        made = management.create_account(
            self.database, login=login, name="李明", roles=roles, password=password,
            department_id=self.ids[of] if of else None, operation=admin_at(NINE),
        )  # fmt: skip
        return made.person

    def sign_in(self, when: datetime = NINE, password: str = SECRET, login: str = "li") -> SignedIn:
        return sessions.sign_in(self.database, self.settings, login, password, when)

    def refused(self, when: datetime = NINE, password: str = OTHER, login: str = "li") -> str:
        """The whole of what somebody is told who is not let in."""
        with pytest.raises(SignInRefused) as caught:
            self.sign_in(when, password, login)
        return str(caught.value.as_json())

    def fails(self, times: int, when: datetime = NINE) -> None:
        for _ in range(times):
            self.refused(when)

    def open(self, token: str, when: datetime = NINE) -> Session | None:
        with self.database.read() as transaction:
            return sessions.session_of(transaction, token, when, self.settings)

    def write(self, work: Callable[[Transaction], Any]) -> Any:
        with self.database.write() as transaction:
            return work(transaction)

    def row(self, login: str = "li") -> AccountRow:
        with self.database.read() as transaction:
            row = rows.account_by_login(transaction, login)
        assert row
        return row

    def token(self, name: str = "平台", *scopes: Scope, days: int = 90) -> str:
        ends = NINE + timedelta(days=days)
        chosen = scopes or (Scope.READ,)
        text: str = self.write(
            lambda t: tokens.create_token(t, self.li.id, name, chosen, expires_at=ends, operation=admin_at(NINE))
        )
        return text

    def bearer(self, text: str, when: datetime = NINE) -> Bearer | None:
        with self.database.read() as transaction:
            return tokens.token_of(transaction, text, when)


@pytest.fixture
def office(database: Database, settings: Settings, context: Context) -> Office:
    return Office(database, settings, context)


@contextmanager
def fault(field: str, words: str) -> Iterator[None]:
    """A refusal beside that field, with these words in it and advice."""
    with pytest.raises(AccountError, match=words) as caught:
        yield
    assert caught.value.field == field
    assert caught.value.todo


# ------------------------------------------------------------------------------------------------------- sign-in


def test_who_signs_in_is_known_by_the_session(office: Office) -> None:
    signed = office.sign_in()
    session = office.open(signed.token)
    assert session is not None
    assert (session.person, session.csrf, session.renew) == (signed.person, signed.csrf, False)
    assert (session.person.login, set(session.person.roles)) == ("li", {AccountRole.OFFICE_CLERK})
    assert not session.person.must_change


@pytest.mark.parametrize("typed", ["LI", " li ", "ｌｉ"])
def test_capitals_spaces_and_full_width_letters_make_no_other_login(office: Office, typed: str) -> None:
    assert office.sign_in(login=typed).person == office.li


def test_full_width_letters_make_no_other_password(office: Office) -> None:
    office.hire("wang", AccountRole.AUDITOR, password="staple battery 42")
    assert office.sign_in(login="wang", password="ｓｔａｐｌｅ　ｂａｔｔｅｒｙ　４２").person.login == "wang"


def test_the_answer_is_the_same_for_an_unknown_login_a_wrong_password_a_locked_and_an_inactive_account(
    office: Office,
) -> None:
    gone, locked = office.hire("gone", AccountRole.AUDITOR), office.hire("locked", AccountRole.AUDITOR)
    office.write(lambda t: management.deactivate(t, gone.id, operation=admin_at(NINE)))
    office.write(lambda t: rows.change_account(t, locked.id, locked_until=NINE + MINUTE))
    answers = {
        office.refused(),
        office.refused(login="nobody"),
        office.refused(login="gone", password=SECRET),
        office.refused(login="locked", password=SECRET),
        office.refused(login="no such\x00login"),
        office.refused(login="\ud800", password="\ud800"),
        office.refused(password=""),
        office.refused(password="长" * 100_000),
    }
    assert len(answers) == 1
    assert "重试" in answers.pop()


def test_each_refusal_verifies_exactly_one_hash(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.hire("locked", AccountRole.AUDITOR)
    office.write(lambda t: rows.change_account(t, office.row("locked").id, locked_until=NINE + MINUTE))
    office.refused(login="nobody")  # the hash that stands in is made once in a process
    verified: list[str] = []

    def counted(password_hash: str, password: str) -> bool:
        verified.append(password_hash)
        return passwords.matches(password_hash, password)

    monkeypatch.setattr(sessions, "matches", counted)
    for login in ("li", "nobody", "locked"):
        office.refused(login=login)
    assert len(verified) == 3
    assert all(each.startswith("$argon2id$v=19$m=8,t=1,p=1$") for each in verified)


def test_no_transaction_is_open_while_a_password_is_hashed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    hashings: list[int] = []

    def watched(name: str) -> Callable[..., Any]:
        begin = getattr(office.database, name)

        @contextmanager
        def transaction(**how: Any) -> Iterator[Transaction]:
            with begin(**how) as inside:
                opened.append(name)
                yield inside
            opened.remove(name)

        return transaction

    def hasher() -> PasswordHasher:
        hashings.append(len(opened))
        return PasswordHasher.from_parameters(passwords.PARAMETERS)

    for name in ("read", "write"):
        monkeypatch.setattr(office.database, name, watched(name))
    monkeypatch.setattr(passwords, "_hasher", hasher)
    office.refused()
    office.refused(login="nobody")
    office.hire("wang", AccountRole.SECRETARY)
    monkeypatch.setattr(passwords, "PARAMETERS", replace(CHEAP, time_cost=2))
    office.sign_in()
    endings.reset_password(office.database, office.li.id, operation=admin_at(NINE))
    assert len(hashings) >= 6
    assert set(hashings) == {0}


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(office: Office) -> None:
    office.fails(4)
    office.sign_in()
    office.fails(5)
    office.refused(password=SECRET)
    office.refused(NINE + MINUTE - timedelta(seconds=1), SECRET)
    office.sign_in(NINE + MINUTE)


def test_the_lock_doubles_with_each_failure_up_to_a_quarter_of_an_hour_and_ends_with_success(office: Office) -> None:
    office.fails(4)
    when, lengths = NINE, []
    for _ in range(7):
        office.fails(1, when)
        until = office.row().locked_until
        assert until
        lengths.append((until - when) // MINUTE)
        when = until
    assert lengths == [1, 2, 4, 8, 15, 15, 15]
    office.sign_in(when)
    assert (office.row().failures, office.row().locked_until) == (0, None)
    office.fails(4, when)
    assert office.row().locked_until is None


def test_who_guesses_at_a_locked_account_does_not_make_the_lock_longer(office: Office) -> None:
    office.fails(50)
    assert office.row().failures == 5
    office.sign_in(NINE + MINUTE)


def test_a_lock_ends_no_session_that_is_open(office: Office) -> None:
    signed = office.sign_in()
    office.fails(5)
    assert office.open(signed.token)


def test_the_tries_and_the_longest_lock_are_the_offices_own(office: Office) -> None:
    office.settings = office.settings.model_copy(update={"sign_in_lock_tries": 2, "sign_in_lock_minutes": 3})
    office.fails(2)
    office.fails(1, NINE + MINUTE)
    office.fails(1, NINE + 3 * MINUTE)
    assert office.row().locked_until == NINE + 6 * MINUTE
    assert "最长3分钟" in office.refused()


def test_two_who_sign_in_at_once_have_a_session_each(office: Office) -> None:
    first, second = at_once(office.sign_in, 2)
    assert first.token != second.token
    assert first.csrf != second.csrf
    assert office.open(first.token)
    assert office.open(second.token)


def test_of_many_guesses_at_once_each_is_counted_until_the_account_is_locked(office: Office) -> None:
    at_once(office.refused, 8)
    assert office.row().failures == 5
    office.refused(password=SECRET)


def at_once(work: Callable[[], Any], times: int) -> list[Any]:
    """What several threads return that begin together."""
    together = Barrier(times)

    def begin(_n: int) -> Any:
        together.wait()
        return work()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin, range(times)))


# ------------------------------------------------------------------------------------------------------ sessions


def test_an_idle_session_ends_at_the_minute(office: Office) -> None:
    token = office.sign_in().token
    assert office.open(token, NINE + 60 * MINUTE - timedelta(seconds=1))
    assert office.open(token, NINE + 60 * MINUTE) is None


def test_a_session_in_use_is_renewed_at_most_once_a_minute_and_ends_after_twelve_hours(office: Office) -> None:
    token, when = office.sign_in().token, NINE
    for _ in range(12):
        when += 59 * MINUTE
        session = office.open(token, when)
        assert session
        assert session.renew
        with office.database.write() as transaction:
            sessions.renew(transaction, token, when)
        session = office.open(token, when + timedelta(seconds=59))
        assert session
        assert not session.renew
    twelve = NINE + timedelta(hours=12)
    assert office.open(token, twelve - timedelta(seconds=1))
    assert office.open(token, twelve) is None


def test_the_limits_of_a_session_are_the_offices_own(office: Office) -> None:
    office.settings = office.settings.model_copy(update={"session_idle_minutes": 5})
    assert office.open(office.sign_in().token, NINE + 5 * MINUTE) is None
    office.settings = office.settings.model_copy(update={"session_idle_minutes": 600, "session_hours": 1})
    assert office.open(office.sign_in().token, NINE + 60 * MINUTE) is None


def test_who_signs_out_is_out_and_nobody_else(office: Office) -> None:
    first, second = office.sign_in().token, office.sign_in().token
    office.write(lambda t: sessions.sign_out(t, first, NINE + MINUTE))
    office.write(lambda t: sessions.sign_out(t, first, NINE + 2 * MINUTE))
    assert (office.open(first), bool(office.open(second))) == (None, True)
    with office.database.read() as transaction:
        found = rows.session_with_account(transaction, sessions.digest_of(first))
    assert found
    assert found[0].ended_at == NINE + MINUTE


def test_signing_out_everywhere_ends_every_session_of_the_account_alone(office: Office) -> None:
    office.hire("wang", AccountRole.SECRETARY)
    tokens, other = [office.sign_in().token for _ in range(3)], office.sign_in(login="wang").token
    office.write(lambda t: endings.end_everything(t, office.li.id, operation=admin_at(NINE)))
    assert [office.open(each) for each in tokens] == [None] * 3
    assert office.open(other)


def test_a_new_role_holds_from_the_next_page_on(office: Office) -> None:
    token = office.sign_in().token
    office.write(
        lambda t: management.change_account(
            t, office.li.id, roles={AccountRole.AUDITOR}, name="李红", operation=admin_at(NINE)
        )
    )
    session = office.open(token)
    assert session
    assert (set(session.person.roles), session.person.name) == ({AccountRole.AUDITOR}, "李红")


@example_settings(max_examples=50)
@given(text=st.text())
def test_no_random_string_opens_a_session_or_speaks_for_anybody(office: Office, text: str) -> None:
    with office.database.read() as transaction:
        for each in (text, "ngt_" + text):
            assert sessions.session_of(transaction, each, NINE, office.settings) is None
            assert tokens.token_of(transaction, each, NINE) is None


def test_a_session_is_no_token_a_token_no_session_and_a_digest_neither(office: Office) -> None:
    session, token = office.sign_in().token, office.token()
    assert office.open(token) is None
    assert office.bearer(session) is None
    assert office.bearer("ngt_" + session) is None
    assert office.open(sessions.digest_of(session).hex()) is None


# ----------------------------------------------------------------------------------------------------- passwords


def test_a_new_password_ends_every_session_and_opens_a_new_one(office: Office) -> None:
    here, there = office.sign_in().token, office.sign_in().token
    new = sessions.change_password(office.database, office.settings, office.li, SECRET, OTHER, NINE)
    assert office.open(new.token)
    assert office.open(here) is None
    assert office.open(there) is None
    office.refused(password=SECRET)
    office.sign_in(password=OTHER)


def test_a_wrong_old_password_changes_nothing_and_counts_as_a_wrong_sign_in(office: Office) -> None:
    token = office.sign_in().token
    for _ in range(5):
        with fault("old", "原密码不正确"):
            sessions.change_password(office.database, office.settings, office.li, "错", OTHER, NINE)
    with fault("old", "原密码不正确"):  # the right one, but too late
        sessions.change_password(office.database, office.settings, office.li, SECRET, OTHER, NINE)
    assert office.row().failures == 5
    assert office.open(token)


def test_a_temporary_password_must_be_changed_at_the_first_sign_in(office: Office) -> None:
    made = management.create_account(
        office.database, login="wang", name="王芳", roles={AccountRole.SECRETARY}, operation=admin_at(NINE)
    )
    signed = office.sign_in(login="wang", password=made.password)
    assert signed.person.must_change
    sessions.change_password(office.database, office.settings, signed.person, made.password, OTHER, NINE)
    assert not office.sign_in(login="wang", password=OTHER).person.must_change


def test_a_temporary_password_that_was_given_out_a_week_ago_opens_nothing(office: Office) -> None:
    made = management.create_account(
        office.database, login="wang", name="王芳", roles={AccountRole.SECRETARY}, operation=admin_at(NINE)
    )
    week = NINE + timedelta(days=7)
    assert office.sign_in(week, made.password, "wang").person.must_change
    assert office.refused(week + timedelta(seconds=1), made.password, "wang") == office.refused(NINE, OTHER, "nobody")
    new = endings.reset_password(office.database, made.person.id, operation=admin_at(week))
    assert office.sign_in(week + timedelta(days=7), new, "wang").person.must_change


def test_an_administrators_temporary_password_unlocks_the_account_and_ends_its_sessions(office: Office) -> None:
    token = office.sign_in().token
    office.fails(5)
    new = endings.reset_password(office.database, office.li.id, operation=admin_at(NINE))
    assert office.open(token) is None
    office.refused(password=SECRET)
    assert office.sign_in(password=new).person.must_change
    with pytest.raises(NotFound):
        endings.reset_password(office.database, 999, operation=admin_at(NINE))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "至少12个字符"),
        ("只有十一个字符的密码啊", "现有11个"),
        ("长" * 100 + "短句" * 51, "至多200个字符"),
        ("abababababababab", "3个不同的字符"),
        ("123456789012", "太容易猜到"),
        ("AbcDefGhIjKlMn", "字母的顺序"),
        ("Password1234", "常见密码"),
        ("office-zhangsan-7", "不得包含登录名"),
        (SECRET, "不得与原密码相同"),
    ],
)
def test_a_weak_password_is_refused_with_what_is_missing(password: str, words: str) -> None:
    assert any(words in each for each in passwords.password_faults(password, "zhangsan", SECRET))


def test_every_fault_of_a_password_is_told_at_once(office: Office) -> None:
    with fault("password", "至少12个字符（现有4个）；至少有3个不同的字符"):
        office.hire("wang", AccountRole.SECRETARY, password="1111")


def test_a_good_password_has_no_fault() -> None:
    assert passwords.password_faults(SECRET, "li", OTHER) == []


def test_no_temporary_password_is_weak_or_given_twice() -> None:
    given_out = {passwords.temporary_password("li") for _ in range(200)}
    assert len(given_out) == 200
    assert not any(passwords.password_faults(each, "li") for each in given_out)


def test_a_password_is_hashed_again_when_the_parameters_have_changed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = office.row().password_hash
    office.sign_in()
    assert office.row().password_hash == old
    monkeypatch.setattr(passwords, "PARAMETERS", replace(CHEAP, time_cost=2))
    office.refused()
    assert office.row().password_hash == old
    at_once(office.sign_in, 3)
    assert "t=2" in office.row().password_hash
    office.sign_in()


def test_what_the_product_hashes_with_is_argon2id_of_the_recommended_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert passwords.hashed(SECRET).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_password_that_was_changed_while_it_was_verified_counts_as_it_is_now(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def verified(password_hash: str, password: str) -> bool:
        right = passwords.matches(password_hash, password)
        if not calls:
            office.write(lambda t: rows.change_account(t, office.li.id, password_hash=passwords.hashed(OTHER)))
        calls.append(password)
        return right

    monkeypatch.setattr(sessions, "matches", verified)
    office.refused(password=SECRET)
    assert len(calls) == 2


# ---------------------------------------------------------------------------------------------- what is not kept


def test_no_password_no_session_and_no_token_stands_anywhere_in_the_database(office: Office) -> None:
    signed, token = office.sign_in(), office.token()
    temporary = endings.reset_password(
        office.database, office.hire("wang", AccountRole.SECRETARY).id, operation=admin_at(NINE)
    )
    with office.database.read() as transaction:
        assert sessions.session_of(transaction, signed.token, NINE, office.settings)
    kept = str(everything(office.database))
    assert "李明" in kept
    for secret in (SECRET, signed.token, token, token.removeprefix("ngt_"), temporary):
        assert secret not in kept
        assert secret.encode().hex() not in kept


# -------------------------------------------------------------------------------------------------------- tokens


def test_a_token_speaks_for_its_account_within_its_scopes_until_it_expires(office: Office) -> None:
    text = office.token("平台", Scope.ACT, Scope.READ)
    assert text.startswith("ngt_")
    bearer = office.bearer(text, NINE + timedelta(days=90) - timedelta(seconds=1))
    assert bearer
    assert (bearer.person, set(bearer.scopes)) == (office.li, {Scope.READ, Scope.ACT})
    assert office.bearer(text, NINE + timedelta(days=90)) is None


def test_the_use_of_a_token_is_written_at_most_once_a_minute(office: Office) -> None:
    text = office.token()
    bearer = office.bearer(text)
    assert bearer
    assert bearer.renew
    office.write(lambda t: tokens.token_used(t, text, NINE))
    soon, later = office.bearer(text, NINE + timedelta(seconds=59)), office.bearer(text, NINE + MINUTE)
    assert soon
    assert later
    assert (soon.renew, later.renew) == (False, True)
    with office.database.read() as transaction:
        assert [each.used_at for each in tokens.tokens_of(transaction, office.li.id)] == [NINE]


def test_a_revoked_token_speaks_for_nobody_and_its_name_is_free_again(office: Office) -> None:
    text, other = office.token("平台"), office.token("报表")
    with fault("name", "已有名为“平台”"):
        office.token("平台")
    office.write(lambda t: tokens.revoke_token(t, office.li.id, "平台", operation=admin_at(NINE)))
    assert office.bearer(text) is None
    assert office.bearer(other)
    with pytest.raises(NotFound, match="平台"):
        office.write(lambda t: tokens.revoke_token(t, office.li.id, "平台", operation=admin_at(NINE)))
    assert office.bearer(office.token("平台"))


@pytest.mark.parametrize("days", [-1, 0, 367, 9999])
def test_a_token_lasts_a_year_at_most(office: Office, days: int) -> None:
    with fault("expires_at", "一天到一年"):
        office.token(days=days)


def test_a_token_needs_a_scope_a_name_and_an_active_account(office: Office) -> None:
    def made(name: str, *scopes: Scope) -> Any:
        ends = NINE + timedelta(days=1)
        return office.write(
            lambda t: tokens.create_token(t, office.li.id, name, scopes, expires_at=ends, operation=admin_at(NINE))
        )

    with fault("scopes", "至少要有一个范围"):
        made("平台")
    with fault("name", "名称"):
        made(" ", Scope.READ)
    office.write(lambda t: management.deactivate(t, office.li.id, operation=admin_at(NINE)))
    with fault("login", "已停用"):
        made("平台", Scope.READ)


# ------------------------------------------------------------------------------------------------------ accounts


def test_who_is_deactivated_is_out_at_once_loses_every_token_and_stays_in_the_list(office: Office) -> None:
    signed, token = office.sign_in(), office.token()
    office.write(lambda t: management.deactivate(t, office.li.id, operation=admin_at(NINE)))
    assert office.open(signed.token) is None
    assert office.bearer(token) is None
    with office.database.read() as transaction:
        assert [each.active for each in management.accounts_in_order(transaction)] == [False]
    office.write(lambda t: management.change_account(t, office.li.id, active=True, operation=admin_at(NINE)))
    assert office.open(signed.token) is None
    assert office.bearer(token) is None
    office.sign_in()


def test_an_account_is_listed_in_the_official_order_of_departments_the_office_first(office: Office) -> None:
    for login, department in (("si", JUSTICE), ("gong", POLICE), ("min", CIVIL)):
        office.hire(login, AccountRole.CLERK, of=department)
    office.hire("wang", AccountRole.AUDITOR)
    with office.database.write() as transaction:
        transaction.execute(f"UPDATE department SET sort_no = 1 WHERE id = {office.ids[JUSTICE]}")
        listed = management.accounts_in_order(transaction)
    assert [each.person.login for each in listed] == ["li", "wang", "si", "min", "gong"]


@pytest.mark.parametrize(
    ("department", "roles", "words"),
    [
        (None, set(), "至少要有一个角色"),
        (1, set(), "至少要有一个角色"),
        (None, {AccountRole.CLERK}, "办公室的账户不能是部门经办人"),
        (None, {AccountRole.OFFICE_CLERK, AccountRole.HEAD}, "办公室的账户不能是部门负责人"),
        (1, {AccountRole.OFFICE_CLERK}, "部门的账户不能是办公室经办人"),
        (1, {AccountRole.CLERK, AccountRole.ADMINISTRATOR}, "部门的账户不能是系统管理员"),
        (None, {AccountRole.AUDITOR, AccountRole.OFFICE_HEAD}, "不能兼任办公室负责人"),
    ],
)
def test_roles_that_do_not_go_together_are_refused(department: int | None, roles: set[AccountRole], words: str) -> None:
    with fault("roles", words):
        role_rules.demand_roles(department, roles)


def test_an_account_may_have_every_role_of_its_house_but_those_that_are_separate() -> None:
    role_rules.demand_roles(1, {AccountRole.CLERK, AccountRole.HEAD})
    role_rules.demand_roles(
        None,
        {AccountRole.OFFICE_CLERK, AccountRole.OFFICE_HEAD, AccountRole.SECRETARY},
    )


def test_roles_are_checked_when_an_account_is_changed_too(office: Office) -> None:
    with fault("roles", "部门经办人"), office.database.write() as transaction:
        management.change_account(
            transaction, office.li.id, name="新名", roles={AccountRole.CLERK}, operation=admin_at(NINE)
        )
    assert (office.row().name, office.row().roles) == ("李明", ["office_clerk"])


@pytest.mark.parametrize("login", ["", "a", "two words", "a\nb", "名" * 65, "a/b", "\x00\x00"])
def test_a_login_that_cannot_be_one_is_refused(office: Office, login: str) -> None:
    with fault("login", "不能作登录名"):
        office.hire(login, AccountRole.SECRETARY)


def test_a_login_is_given_out_once(office: Office) -> None:
    before = everything(office.database)
    with fault("login", "已有人使用"):
        office.hire("Li", AccountRole.SECRETARY)
    assert everything(office.database) == before


def test_an_account_needs_a_name_and_a_department_that_is_there(office: Office) -> None:
    with fault("name", "姓名"), office.database.write() as transaction:
        management.change_account(transaction, office.li.id, name="  ", operation=admin_at(NINE))
    with pytest.raises(NotFound, match="部门"):
        management.create_account(
            office.database,
            login="x1",
            name="某",
            roles={AccountRole.CLERK},
            department_id=999,
            operation=admin_at(NINE),
        )


def test_an_account_that_is_not_there_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound, match="nobody"):
        office.write(lambda t: management.find(t, "nobody"))
    with pytest.raises(NotFound):
        office.write(lambda t: management.deactivate(t, 999, operation=admin_at(NINE)))


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_the_last_who_holds_an_administrators_role_stays(office: Office, role: AccountRole) -> None:
    first = office.hire("admin", role)
    for change in ({"active": False}, {"roles": {AccountRole.OFFICE_CLERK}}):
        with fault("roles", "最后一个"), office.database.write() as transaction:
            management.change_account(transaction, first.id, **change, operation=admin_at(NINE))
    office.hire("second", role)
    office.write(lambda t: management.deactivate(t, first.id, operation=admin_at(NINE)))
    assert not office.row("admin").active


def test_every_refusal_is_a_sentence_of_the_house() -> None:
    assert issubclass(SignInRefused, NegotiationError)
    assert issubclass(AccountError, NegotiationError)


# -------------------------------------------------------------------------------------------- who may do what


def person(department: int | None, *roles: AccountRole) -> Person:
    return Person(1, "x", "某", department, frozenset(roles), must_change=False)


@pytest.mark.parametrize(
    ("who", "acts_as", "sees"),
    [
        (person(1, AccountRole.CLERK), ("applicant",), True),
        (person(2, AccountRole.HEAD), ("provider",), True),
        (person(3, AccountRole.CLERK, AccountRole.HEAD), (), False),
        (person(None, AccountRole.OFFICE_CLERK), ("office",), True),
        (person(None, AccountRole.OFFICE_HEAD), ("office",), True),
        (person(None, AccountRole.SECRETARY), (), True),
        (person(None, AccountRole.AUDITOR), (), True),
        (person(None, AccountRole.ADMINISTRATOR), (), False),
        (person(None, AccountRole.ADMINISTRATOR, AccountRole.OFFICE_CLERK), ("office",), True),
        (person(1), (), False),
        (person(None), (), False),
    ],
)
def test_who_acts_as_whom_and_who_sees_a_case(who: Person, acts_as: tuple[str, ...], sees: bool) -> None:
    assert (who.may_act_for(PARTIES), who.may_see(PARTIES)) == (acts_as, sees)


def test_only_the_administrator_manages_accounts() -> None:
    able = {role for role in AccountRole if person(None, role).manages_accounts}
    assert able == {AccountRole.ADMINISTRATOR}


def test_a_department_with_no_part_in_a_case_without_parties_sees_nothing() -> None:
    assert not person(1, AccountRole.CLERK).may_see({})
    assert person(1, AccountRole.CLERK).may_act_for({"applicant": 1, "provider": 1}) == ("applicant", "provider")


# ------------------------------------------------------------------------------------------------------ the rows


def test_the_orm_finds_every_column_that_the_driver_wrote(database: Database) -> None:
    account = AccountRow(7, "li", "李", None, ["auditor"], "$x", True, False, NINE, 3, NINE + MINUTE)
    session = SessionRow(b"s" * 32, 7, "c", NINE, NINE + MINUTE, NINE + 2 * MINUTE)
    token = TokenRow(3, b"t" * 32, 7, "平台", ["read"], NINE, NINE + MINUTE, NINE + 2 * MINUTE, NINE + 3 * MINUTE)
    with database.write() as transaction:
        assert rows.add_account(transaction, account)
        rows.add_session(transaction, session)
        rows.add_token(transaction, token)
        assert rows.session_with_account(transaction, session.digest) == (session, account)
        assert rows.token_with_account(transaction, token.digest) == (token, account)
    with database.read() as transaction, Reading(bind=transaction.connection) as reading:
        for model, row in ((schema.Account, account), (schema.Session, session), (schema.Token, token)):
            assert list(row._fields) == [column.name for column in table_of(model).columns]
            (one,) = reading.execute(select(model)).scalars().all()
            assert tuple(getattr(one, name) for name in row._fields) == tuple(row)
            late = [name for name in row._fields if name.endswith(("_at", "_until"))]
            for name in late:
                assert reading.execute(select(model).where(getattr(model, name) == getattr(row, name))).one()


def test_no_session_belongs_to_nobody(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable), database.write() as transaction:
        rows.add_session(transaction, SessionRow(b"s" * 32, 99, "c", NINE, NINE))


def test_a_session_is_found_by_its_key(sqlite: Database) -> None:
    with sqlite.read() as transaction:
        plan = transaction.rows(
            "EXPLAIN QUERY PLAN SELECT 1 FROM session o JOIN account a ON a.id = o.account_id WHERE o.digest = x'00'"
        )
    assert [str(step[-1]).split()[0] for step in plan] == ["SEARCH", "SEARCH"]


# ------------------------------------------------------------------------------------------------------ commands


ACCOUNT = {"login", "name", "department", "roles", "active", "must_change", "locked_until", "created_at"}


@pytest.fixture
def hired(terminal: Terminal) -> Terminal:
    """A terminal of an installation with a department and an account."""
    terminal.json("department", "set", CIVIL)
    terminal.json("account", "add", "Zhang", "--name", "张三", "--department", CIVIL, "--role", "clerk")
    return terminal


def test_a_new_account_is_told_with_its_temporary_password_once(terminal: Terminal) -> None:
    made = terminal.json("account", "add", "Li", "--name", "李明", "--role", "office_clerk", "--role", "办公室负责人")
    assert set(made) == ACCOUNT | {"password"}
    assert (made["login"], made["department"], made["roles"]) == ("li", None, ["office_clerk", "office_head"])
    assert (made["active"], made["must_change"], made["locked_until"]) == (True, True, None)
    assert passwords.password_faults(made["password"], "li") == []
    (listed,) = terminal.json("account", "list")["accounts"]
    assert listed == {key: value for key, value in made.items() if key != "password"}


def test_people_read_who_may_sign_in_as_what(hired: Terminal) -> None:
    _, out, _ = hired.run("account", "list")
    assert all(words in out for words in ("zhang", "张三", CIVIL, "部门经办人", "须更改密码"))
    hired.run("account", "set", "zhang", "--inactive")
    assert "停用" in hired.run("account", "list")[1]


def test_an_account_is_changed_by_a_command_and_what_is_not_given_stays(hired: Terminal) -> None:
    changed = hired.json("account", "set", "ZHANG", "--role", "clerk", "--role", "head", "--name", "张四")
    assert (changed["roles"], changed["name"], changed["active"]) == (["clerk", "head"], "张四", True)
    changed = hired.json("account", "set", "zhang", "--inactive")
    assert (changed["roles"], changed["name"], changed["active"]) == (["clerk", "head"], "张四", False)
    assert hired.json("account", "set", "zhang", "--active")["active"] is True


def test_a_temporary_password_is_given_again(hired: Terminal) -> None:
    first, second = (hired.json("account", "password", "zhang") for _ in range(2))
    assert first["login"] == "zhang"
    assert first["password"] != second["password"]
    code, out, _ = hired.run("account", "password", "zhang")
    assert code == 0
    assert "只显示这一次" in out


def test_a_token_is_given_and_revoked(hired: Terminal) -> None:
    made = hired.json("account", "token", "zhang", "平台", "--scope", "read", "--scope", "办理", "--days", "30")
    assert set(made) == {"login", "name", "scopes", "expires_at", "token"}
    assert (made["login"], made["name"], made["scopes"]) == ("zhang", "平台", ["act", "read"])
    assert made["token"].startswith("ngt_")
    assert "已有名为" in hired.error("account", "token", "zhang", "平台", "--scope", "read", status=1)["what"]
    assert hired.json("account", "revoke", "zhang", "平台") == {"login": "zhang", "revoked": "平台"}
    _, out, _ = hired.run("account", "token", "zhang", "平台", "--scope", "read")
    assert "ngt_" in out


@pytest.mark.parametrize(
    ("words", "status", "what"),
    [
        (("add", "zhang", "--name", "某", "--role", "auditor"), 1, "已有人使用"),
        (("add", "x1", "--name", "某", "--role", "clerk"), 1, "办公室的账户不能是部门经办人"),
        (("add", "x1", "--name", "某", "--department", CIVIL, "--role", "auditor"), 1, "部门的账户不能是审计"),
        (("add", "x1", "--name", "某"), 1, "至少要有一个角色"),
        (("add", "x1", "--name", "某", "--role", "king"), 2, "king"),
        (("add", "x1", "--name", "某", "--department", "无此局", "--role", "clerk"), 1, "无此局"),
        (("add", "x1", "--role", "auditor"), 2, "缺少选项 --name"),
        (("set", "nobody", "--inactive"), 1, "nobody"),
        (("password", "nobody"), 1, "nobody"),
        (("token", "zhang", "平台"), 1, "至少要有一个范围"),
        (("token", "zhang", "平台", "--scope", "all"), 2, "all"),
        (("token", "zhang", "平台", "--scope", "read", "--days", "0"), 1, "一天到一年"),
        (("token", "zhang", "平台", "--scope", "read", "--days", "99999999999"), 1, "一天到一年"),
        (("token", "zhang", "平台", "--scope", "read", "--days", "-99999999999"), 1, "一天到一年"),
        (("revoke", "zhang", "平台"), 1, "平台"),
    ],
)
def test_a_command_that_cannot_be_says_why(hired: Terminal, words: tuple[str, ...], status: int, what: str) -> None:
    error = hired.error("account", *words, status=status)
    assert what in error["what"]
    assert error["todo"]
