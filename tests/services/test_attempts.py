"""Budgets of tries: a stranger uses up their own and nobody else's; a browser in which somebody signed in has its own.

The tries and the quarter of an hour are the shipped settings: five at one account, thirty from one address.
"""

from datetime import datetime, timedelta

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.errors import DatabaseUnavailable, TooManyTries
from negotiation.core.settings import Settings
from negotiation.domain.people import Person, SignInRefused
from negotiation.services.accounts import budgets, known_browsers, management, sessions
from negotiation.services.accounts.attempts import Attempts, Caller, caller_of, network
from negotiation.services.accounts.budgets import Budget
from negotiation.store.accounts import AccountRow, account_by_login
from negotiation.store.database import Database
from tests.conftest import admin_at, at

NINE = at("2026-03-02", "09:00")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
STRANGER, HOME, ELSEWHERE = "203.0.113.9", "10.1.2.3", "198.51.100.7"
SECRET, OTHER = "马匹 电池 订书钉 正确", "河流 茶杯 雨伞 十一月"


@pytest.fixture
def attempts() -> Attempts:
    return Attempts(Settings())


def fail(attempts: Attempts, caller: Caller, when: datetime = NINE) -> None:
    with pytest.raises(SignInRefused), attempts.one(caller, when):
        raise SignInRefused(15)


def refused(attempts: Attempts, caller: Caller, when: datetime = NINE) -> int:
    """After how many seconds somebody may come again, who is not even heard."""
    with pytest.raises(TooManyTries) as caught, attempts.one(caller, when):
        raise AssertionError("it was tried all the same")
    return caught.value.seconds


# -------------------------------------------------------------------------------------------------------- a budget


def test_a_budget_gives_its_tries_at_once_and_the_next_when_its_share_of_the_time_is_over() -> None:
    budget = Budget(5, 15 * MINUTE)
    for _ in range(5):
        assert not budget.wait("li", NINE)
        budget.take("li", NINE)
    assert budget.wait("li", NINE) == 3 * MINUTE
    assert budget.wait("li", NINE + 2 * MINUTE) == MINUTE
    assert not budget.wait("li", NINE + 3 * MINUTE)
    assert not budget.wait("wang", NINE)


def test_a_budget_is_whole_again_after_its_time_and_never_more_than_whole() -> None:
    budget = Budget(2, 10 * MINUTE)
    for when in (NINE, NINE + DAY):
        for _ in range(2):
            assert not budget.wait("li", when)
            budget.take("li", when)
        assert budget.wait("li", when) == 5 * MINUTE


def test_a_try_that_is_given_back_is_there_again() -> None:
    budget = Budget(1, MINUTE)
    budget.take("li", NINE)
    assert budget.wait("li", NINE)
    budget.give_back("li")
    budget.give_back("nobody")
    assert not budget.wait("li", NINE)


def test_ever_new_names_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MOST_KEYS", 3)
    budget = Budget(1, MINUTE)
    for name in ("a", "b", "c", "a", "d"):
        budget.take(name, NINE)
    assert [bool(budget.wait(each, NINE)) for each in "abcd"] == [True, False, True, True]


# --------------------------------------------------------------------------------------------------- who tries, where


def test_five_wrong_passwords_stop_that_address_at_that_account_and_nobody_else(attempts: Attempts) -> None:
    for _ in range(5):
        fail(attempts, Caller(STRANGER, "li"))
    assert refused(attempts, Caller(STRANGER, "li")) == 180
    fail(attempts, Caller(STRANGER, "wang"))
    with attempts.one(Caller(HOME, "li"), NINE):
        pass
    fail(attempts, Caller(STRANGER, "li"), NINE + 3 * MINUTE)


def test_thirty_wrong_passwords_stop_an_address_whatever_logins_it_tries(attempts: Attempts) -> None:
    for n in range(30):
        fail(attempts, Caller(STRANGER, f"login{n}"))
    assert refused(attempts, Caller(STRANGER, "li")) == 30
    with attempts.one(Caller(HOME, "li"), NINE):
        pass


def test_a_known_browser_is_heard_where_a_stranger_at_its_address_has_used_up_everything(attempts: Attempts) -> None:
    for n in range(30):
        fail(attempts, Caller(HOME, f"login{n % 6}"))
    assert refused(attempts, Caller(HOME, "li"))
    known = Caller(HOME, "li", "0123456789abcdef")
    for _ in range(5):
        fail(attempts, known)
    assert refused(attempts, known) == 180  # it has tries of its own, and no more of them


def test_a_right_password_costs_no_try(attempts: Attempts) -> None:
    for _ in range(100):
        with attempts.one(Caller(HOME, "li"), NINE):
            pass
    fail(attempts, Caller(HOME, "li"))


def test_what_could_not_be_looked_at_costs_no_try(attempts: Attempts) -> None:
    for _ in range(40):
        with pytest.raises(DatabaseUnavailable), attempts.one(Caller(HOME, "li"), NINE):
            raise DatabaseUnavailable("数据库被占用")
    fail(attempts, Caller(HOME, "li"))


def test_many_tries_at_once_are_counted_before_the_first_has_failed(attempts: Attempts) -> None:
    running = [attempts.one(Caller(STRANGER, "li"), NINE) for _ in range(6)]
    for each in running[:5]:
        each.__enter__()
    with pytest.raises(TooManyTries):
        running[5].__enter__()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        (HOME, HOME),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_all_addresses_that_one_house_has_in_ipv6_count_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


def test_an_address_may_fail_as_often_as_the_office_says() -> None:
    attempts = Attempts(Settings(sign_in_tries=1, sign_in_address_tries=2, sign_in_lock_minutes=1))
    for login in ("li", "wang"):
        fail(attempts, Caller(HOME, login))
    assert refused(attempts, Caller(HOME, "zhao")) == 30
    assert refused(attempts, Caller(HOME, "li"), NINE + 59 * SECOND) == 1


# ---------------------------------------------------------------------------------------------------- known browsers


@pytest.fixture
def li(database: Database, cheap_hashes: None) -> Person:
    return management.create_account(
        database,
        login="li",
        name="李明",
        roles={AccountRole.OFFICE_CLERK},
        password=SECRET,
        operation=admin_at(NINE),
    ).person


def row_of(database: Database, login: str = "li") -> AccountRow:
    with database.read() as transaction:
        row = account_by_login(transaction, login)
    assert row
    return row


def is_known(database: Database, marks: str, login: str = "li", when: datetime = NINE) -> bool:
    with database.read() as transaction:
        return caller_of(transaction, STRANGER, login, marks, when).is_known


def test_a_browser_is_known_for_half_a_year_by_the_mark_of_its_last_sign_in(
    database: Database, settings: Settings, li: Person
) -> None:
    mark = sessions.sign_in(database, settings, "li", SECRET, NINE).mark
    assert is_known(database, mark)
    assert is_known(database, mark, " LI ", NINE + 180 * DAY)
    assert not is_known(database, mark, when=NINE + 181 * DAY)
    assert not is_known(database, mark, when=NINE - DAY)


def test_a_mark_that_was_made_up_or_altered_or_is_anothers_is_none(
    database: Database, settings: Settings, li: Person
) -> None:
    wang = management.create_account(
        database,
        login="wang",
        name="王芳",
        roles={AccountRole.SECRETARY},
        password=SECRET,
        operation=admin_at(NINE),
    ).person
    mark = sessions.sign_in(database, settings, "li", SECRET, NINE).mark
    number, day, browser, mac = mark.split(".")
    wrong = "0" if mac[0] != "0" else "1"
    for altered in (
        f"{wang.id}.{day}.{browser}.{mac}", f"{number}.{int(day) + 1}.{browser}.{mac}",
        f"{number}.{day}.{browser[::-1]}x.{mac}", f"{number}.{day}.{browser}.{wrong}{mac[1:]}",
        "", "~", "\x00", mark[:-1],
        f"{number}.{day}.{browser}.{'é' * 64}", "9" * 5000, f"{number}.{day}.{browser}.", f"{mark}\n",
    ):  # fmt: skip
        assert not is_known(database, altered), altered
        assert not is_known(database, altered, "wang"), altered
    assert not is_known(database, mark, "wang")
    assert not is_known(database, mark, "nobody")


def test_a_new_password_ends_what_browsers_are_known_by(database: Database, settings: Settings, li: Person) -> None:
    mark = sessions.sign_in(database, settings, "li", SECRET, NINE).mark
    changed = sessions.change_password(database, settings, li, SECRET, OTHER, NINE)
    assert not is_known(database, mark)
    assert is_known(database, changed.mark)


def test_a_browser_keeps_the_marks_of_its_last_four_accounts(database: Database, li: Person) -> None:
    row, marks = row_of(database), ""
    for n in range(1, 7):
        marks = known_browsers.with_mark(marks, known_browsers.mark_of(row._replace(id=n), NINE))
    assert [each.partition(".")[0] for each in marks.split("~")] == ["6", "5", "4", "3"]
    newer = known_browsers.mark_of(row._replace(id=4), NINE)
    assert known_browsers.with_mark(marks, newer).split("~")[0] == newer
    assert [each.partition(".")[0] for each in known_browsers.with_mark(marks, newer).split("~")] == [
        "4",
        "6",
        "5",
        "3",
    ]
    assert known_browsers.with_mark("rubbish~\x00", newer) == newer


def test_a_locked_account_opens_in_a_known_browser_alone(database: Database, settings: Settings, li: Person) -> None:
    for _ in range(settings.sign_in_lock_tries):
        with pytest.raises(SignInRefused):
            sessions.sign_in(database, settings, "li", OTHER, NINE)
    with pytest.raises(SignInRefused):
        sessions.sign_in(database, settings, "li", SECRET, NINE)
    assert sessions.sign_in(database, settings, "li", SECRET, NINE, sessions.Browser(known=True)).person == li
