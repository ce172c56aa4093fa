"""The second factor: codes of a telephone whose clock may be off by half a minute, none taken twice; recovery codes.

The codes of this secret are worked out by a second implementation of RFC 6238, a few lines below.
"""

import base64
import hashlib
import hmac
import struct
from datetime import datetime, timedelta

import pytest

from negotiation.core.enums import AccountRole
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings
from negotiation.domain.people import AccountError, Person, SignInRefused, WrongProof
from negotiation.services.accounts import management, second_factor, sessions, tickets
from negotiation.services.accounts.second_step import show_code
from negotiation.services.accounts.sessions import STRANGER, Browser, SignedIn
from negotiation.services.accounts.tickets import CodeWanted
from negotiation.store import accounts as rows
from negotiation.store import second_factors
from negotiation.store.database import Database
from tests.conftest import admin_at, at, everything

NINE = at("2026-03-02", "09:00")
STEP, MINUTE = timedelta(seconds=30), timedelta(minutes=1)
SECRET, OTHER = "马匹 电池 订书钉 正确", "河流 茶杯 雨伞 十一月"


def shown_by_telephone(secret: str, when: datetime) -> str:
    """The six digits of RFC 6238 (SHA-1, half minutes) at an instant."""
    step = struct.pack(">Q", int(when.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


class Desk:
    """Li, a clerk of the office, and what Li does about the second factor."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings
        self.li: Person = management.create_account(
            database,
            login="li",
            name="李明",
            roles={AccountRole.OFFICE_CLERK},
            password=SECRET,
            operation=admin_at(NINE),
        ).person
        self.secret = ""

    def set_up(self, when: datetime = NINE) -> list[str]:
        """Sets it up; the recovery codes."""
        with self.database.write() as transaction:
            second_factor.offer(transaction, self.li)
            self.secret = second_factor.standing(transaction, self.li, "办公室").secret
        with self.database.write() as transaction:
            return second_factor.confirm(transaction, self.li, self.code(when), when)

    def code(self, when: datetime) -> str:
        return shown_by_telephone(self.secret, when)

    def ticket(self, when: datetime = NINE, password: str = SECRET) -> str:
        with pytest.raises(CodeWanted) as caught:
            sessions.sign_in(self.database, self.settings, "li", password, when)
        return caught.value.ticket

    def show(self, code: str, when: datetime, ticket: str = "", browser: Browser = STRANGER) -> SignedIn | WrongProof:
        given = ticket or self.ticket(when)
        with self.database.write() as transaction:
            return show_code(transaction, self.settings, given, code, when, browser)

    def comes_in(self, code: str, when: datetime, ticket: str = "") -> bool:
        return isinstance(self.show(code, when, ticket), SignedIn)


@pytest.fixture
def desk(database: Database, settings: Settings, cheap_hashes: None) -> Desk:
    return Desk(database, settings)


# ----------------------------------------------------------------------------------------------------------- set up


def test_it_is_in_force_once_a_first_code_was_shown_and_not_before(desk: Desk) -> None:
    with desk.database.write() as transaction:
        second_factor.offer(transaction, desk.li)
    sessions.sign_in(desk.database, desk.settings, "li", SECRET, NINE)
    with pytest.raises(WrongProof, match="验证码不正确"), desk.database.write() as transaction:
        second_factor.confirm(transaction, desk.li, "000000", NINE)
    sessions.sign_in(desk.database, desk.settings, "li", SECRET, NINE)
    desk.set_up()
    assert desk.comes_in(desk.code(NINE + MINUTE), NINE + MINUTE)


def test_a_telephone_reads_the_secret_the_login_and_the_office(desk: Desk) -> None:
    with desk.database.write() as transaction:
        second_factor.offer(transaction, desk.li)
        found = second_factor.standing(transaction, desk.li, "办公室")
    assert found.uri.startswith("otpauth://totp/")
    assert f"secret={found.secret}" in found.uri
    assert ":li?" in found.uri
    desk.set_up()
    with desk.database.read() as transaction:
        later = second_factor.standing(transaction, desk.li, "办公室")
    assert (later.secret, later.uri, later.codes_left, later.confirmed_at) == ("", "", 10, NINE)


def test_who_has_one_is_offered_no_other_and_nothing_is_confirmed_that_was_not_offered(desk: Desk) -> None:
    with pytest.raises(AccountError, match="没有待确认"), desk.database.write() as transaction:
        second_factor.confirm(transaction, desk.li, "000000", NINE)
    desk.set_up()
    with pytest.raises(AccountError, match="已启用"), desk.database.write() as transaction:
        second_factor.offer(transaction, desk.li)
    with pytest.raises(AccountError, match="没有待确认"), desk.database.write() as transaction:
        second_factor.confirm(transaction, desk.li, desk.code(NINE + MINUTE), NINE + MINUTE)


# ------------------------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_half_a_minute_off_and_no_more(desk: Desk, off: int, taken: bool) -> None:
    desk.set_up()
    when = NINE + 10 * MINUTE
    assert desk.comes_in(desk.code(when + off * STEP), when) is taken


def test_no_code_is_taken_twice_nor_an_earlier_one_after_it(desk: Desk) -> None:
    desk.set_up()
    assert not desk.comes_in(desk.code(NINE), NINE)  # it confirmed
    when = NINE + 10 * MINUTE
    assert desk.comes_in(desk.code(when), when)
    assert not desk.comes_in(desk.code(when), when + STEP)
    assert not desk.comes_in(desk.code(when - STEP), when)
    assert desk.comes_in(desk.code(when + STEP), when)


def test_a_code_may_be_typed_with_the_space_that_telephones_show(desk: Desk) -> None:
    desk.set_up()
    when = NINE + MINUTE
    code = desk.code(when)
    assert desk.comes_in(f" {code[:3]} {code[3:]} ", when)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "验证码", "\ud800", "\x00", "１２３４５６", "9" * 9_999]
)
def test_what_is_no_code_is_refused_in_a_sentence(desk: Desk, code: str) -> None:
    desk.set_up()
    refused = desk.show(code, NINE + MINUTE)
    assert isinstance(refused, WrongProof)
    assert refused.field == "code"
    assert "验证码" in refused.what
    assert refused.todo


def test_a_recovery_code_is_good_once_and_only_its_digest_is_kept(desk: Desk) -> None:
    codes = desk.set_up()
    assert len(set(codes)) == 10
    kept = str(everything(desk.database))
    assert not any(each in kept for each in codes)
    assert desk.comes_in(codes[3].upper().replace("-", " "), NINE + MINUTE)  # as people copy it
    assert not desk.comes_in(codes[3], NINE + MINUTE)
    with desk.database.read() as transaction:
        assert second_factors.codes_left(transaction, desk.li.id) == 9


def test_new_recovery_codes_end_the_former_ones(desk: Desk) -> None:
    old, when = desk.set_up(), NINE + MINUTE
    with pytest.raises(WrongProof), desk.database.write() as transaction:
        second_factor.new_codes(transaction, desk.li, "000000", when)
    with desk.database.write() as transaction:
        new = second_factor.new_codes(transaction, desk.li, desk.code(when), when)
    assert not desk.comes_in(old[0], when)
    assert desk.comes_in(new[0], when)


def test_a_recovery_code_of_another_account_is_none(desk: Desk) -> None:
    desk.set_up()
    li, desk.li = (
        desk.li,
        management.create_account(
            desk.database,
            login="wang",
            name="王芳",
            roles={AccountRole.OFFICE_CLERK},
            password=SECRET,
            operation=admin_at(NINE),
        ).person,
    )
    others = desk.set_up()
    desk.li = li
    assert not desk.comes_in(others[0], NINE + MINUTE)


# ------------------------------------------------------------------------------------------------- between the steps


def test_a_right_password_alone_opens_nothing_and_writes_nothing(desk: Desk) -> None:
    desk.set_up()
    before = everything(desk.database)
    desk.ticket()
    assert everything(desk.database) == before
    with pytest.raises(SignInRefused):
        sessions.sign_in(desk.database, desk.settings, "li", OTHER, NINE)


def test_the_second_step_is_open_for_ten_minutes_and_for_the_password_that_was_shown(desk: Desk) -> None:
    desk.set_up()
    ticket, late = desk.ticket(), NINE + 10 * MINUTE
    for wrong, when in ((ticket, late), (ticket[:-1] + "x", NINE), ("", NINE), ("\x00", NINE), (f"{ticket}0", NINE)):
        with pytest.raises(NegotiationError, match="十分钟"), desk.database.read() as transaction:
            tickets.holder_of(transaction, wrong, when)
    moment = late - timedelta(seconds=1)
    sessions.change_password(desk.database, desk.settings, desk.li, SECRET, OTHER, NINE)
    with pytest.raises(NegotiationError, match="十分钟"):
        desk.show(desk.code(moment), moment, ticket)
    assert desk.comes_in(desk.code(moment), moment, ticket=desk.ticket(password=OTHER))


def test_wrong_codes_are_counted_and_lock_the_account_as_wrong_passwords_do(desk: Desk) -> None:
    desk.set_up()
    desk.settings = desk.settings.model_copy(update={"sign_in_lock_tries": 3})
    ticket = desk.ticket()
    for _ in range(5):
        assert not desk.comes_in("000000", NINE + MINUTE, ticket=ticket)
    with desk.database.read() as transaction:
        row = rows.account_by_login(transaction, "li")
    assert row
    assert (row.failures, row.locked_until) == (3, NINE + 2 * MINUTE)
    when = NINE + MINUTE
    locked = desk.show(desk.code(when), when, ticket)
    assert isinstance(locked, WrongProof)
    assert isinstance(desk.show(desk.code(when), when, ticket, Browser(known=True)), SignedIn)


def test_a_password_that_is_right_again_and_again_forgives_no_wrong_code(desk: Desk) -> None:
    desk.set_up()
    for n in range(1, 4):
        assert not desk.comes_in("000000", NINE + MINUTE)
        with desk.database.read() as transaction:
            row = rows.account_by_login(transaction, "li")
        assert row
        assert row.failures == n


def test_who_was_deactivated_between_the_steps_is_not_let_in(desk: Desk) -> None:
    desk.set_up()
    ticket = desk.ticket()
    with desk.database.write() as transaction:
        management.deactivate(transaction, desk.li.id, operation=admin_at(NINE))
    assert not desk.comes_in(desk.code(NINE + MINUTE), NINE + MINUTE, ticket=ticket)


# ----------------------------------------------------------------------------------------------------- required, ended


def test_the_office_demands_it_of_roles_and_of_nobody_else(desk: Desk) -> None:
    wanted = Settings(second_factor_roles=[AccountRole.OFFICE_CLERK])
    with desk.database.read() as transaction:
        assert second_factor.is_missing(transaction, wanted, desk.li)
        assert not second_factor.is_missing(transaction, desk.settings, desk.li)
    desk.set_up()
    with desk.database.read() as transaction:
        assert not second_factor.is_missing(transaction, wanted, desk.li)


def test_it_is_ended_by_a_code_but_not_where_the_office_demands_it(desk: Desk) -> None:
    desk.set_up()
    when, wanted = NINE + MINUTE, Settings(second_factor_roles=[AccountRole.OFFICE_CLERK])
    with pytest.raises(AccountError, match="不能停用"), desk.database.write() as transaction:
        second_factor.remove(transaction, wanted, desk.li, desk.code(when), when)
    with pytest.raises(WrongProof), desk.database.write() as transaction:
        second_factor.remove(transaction, desk.settings, desk.li, "000000", when)
    with desk.database.write() as transaction:
        second_factor.remove(transaction, desk.settings, desk.li, desk.code(when), when)
    sessions.sign_in(desk.database, desk.settings, "li", SECRET, when)


def test_a_reset_ends_it_its_codes_and_every_session(desk: Desk) -> None:
    codes = desk.set_up()
    signed = desk.show(codes[0], NINE)
    assert isinstance(signed, SignedIn)
    with desk.database.write() as transaction:
        second_factor.reset(transaction, desk.li.id, operation=admin_at(NINE))
    with desk.database.read() as transaction:
        assert sessions.session_of(transaction, signed.token, NINE, desk.settings) is None
        assert second_factors.codes_left(transaction, desk.li.id) == 0
    sessions.sign_in(desk.database, desk.settings, "li", SECRET, NINE)
    with pytest.raises(AccountError, match="未启用双因素认证"), desk.database.write() as transaction:
        second_factor.reset(transaction, desk.li.id, operation=admin_at(NINE))
