"""Who is away, who stands in, and to whom the mail goes meanwhile; entered in the browser, on both databases.

On Friday, 18 September 2026 the police receive an application; their A 角 is a@gaj.gov.cn, their B 角 b@gaj.gov.cn.
"""

import email
import email.policy
import re
from collections.abc import Callable
from typing import Any

import pytest

from negotiation.core.enums import Duty
from negotiation.core.errors import FieldError
from negotiation.core.settings import Settings
from negotiation.domain.departments import Contact
from negotiation.notifications import dispatcher
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import doctor
from negotiation.services.context import Context
from negotiation.store import departments
from negotiation.store.database import Database
from tests.conftest import JUSTICE, POLICE, Story, at, day, settle_in

FRIDAY = "2026-09-18"
STAND_IN = "c@gaj.gov.cn"


@pytest.fixture
def away(database: Database, context: Context) -> Callable[..., None]:
    """Somebody of the police is away; ``stand_in``: an address."""

    def away(duty: Duty, since: str, until: str, stand_in: str = "") -> None:
        register(database, duty, since, until, stand_in)

    return away


def register(database: Database, duty: Duty, since: str, until: str, stand_in: str = "") -> None:
    with database.write() as transaction:
        unit = departments.read_directory(transaction).find(POLICE)
        person = Contact(duty, "丁", stand_in, "010-4") if stand_in else None
        departments.add_absence(transaction, unit.id, duty, day(since), day(until), person)


@pytest.fixture
def mailed(database: Database, context: Context, story: Story) -> Callable[[], list[str]]:
    """To whom the mail about a new case went; where to nobody, what the office is asked to do."""

    def mailed() -> list[str]:
        story.submitted(FRIDAY)
        dispatcher.run(database, context, at(FRIDAY, "10:30"))
        paths = context.settings.mail_folder.glob("*.eml")
        letters = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
        found = [str(letter["To"].addresses[0].addr_spec) for letter in letters]
        return found or [title for title, _ in story.tasks()]

    return mailed


# ----------------------------------------------------------------------------------------------------- to whom it goes


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ([], "a@gaj.gov.cn"),
        ([(Duty.A, "2026-09-14", "2026-09-17", STAND_IN)], "a@gaj.gov.cn"),
        ([(Duty.A, "2026-09-19", "2026-09-30", STAND_IN)], "a@gaj.gov.cn"),
        ([(Duty.A, "2026-09-14", FRIDAY, STAND_IN)], STAND_IN),
        ([(Duty.A, FRIDAY, "2026-09-30", STAND_IN)], STAND_IN),
        ([(Duty.A, FRIDAY, FRIDAY)], "b@gaj.gov.cn"),
        ([(Duty.B, FRIDAY, FRIDAY)], "a@gaj.gov.cn"),
        ([(Duty.A, FRIDAY, FRIDAY), (Duty.B, FRIDAY, FRIDAY, STAND_IN)], STAND_IN),
    ],
    ids=str,
)
def test_mail_goes_to_who_has_the_duty_on_that_day(
    away: Callable[..., None], mailed: Callable[[], list[str]], absences: list[Any], expected: str
) -> None:
    for absence in absences:
        away(*absence)
    assert mailed() == [expected]


def test_where_nobody_stands_in_a_person_is_asked_to_call(
    away: Callable[..., None], mailed: Callable[[], list[str]], story: Story
) -> None:
    away(Duty.A, FRIDAY, FRIDAY)
    away(Duty.B, FRIDAY, FRIDAY)
    (task,) = mailed()
    assert task == f"请电话或发函联系市公安局：〔来件〕{story.no} 请办理（经办人外出，没有可收邮件的代办人）"


def test_an_address_that_may_not_be_written_to_may_not_stand_in_either(
    away: Callable[..., None], mailed: Callable[[], list[str]]
) -> None:
    away(Duty.A, FRIDAY, FRIDAY, "c@example.com")
    (task,) = mailed()
    assert "不在允许的政务邮箱域名内" in task


def test_doctor_names_the_department_that_nobody_can_be_mailed_in_today(sqlite: Database, settings: Settings) -> None:
    settle_in(sqlite, settings)
    register(sqlite, Duty.A, FRIDAY, FRIDAY)
    register(sqlite, Duty.B, FRIDAY, FRIDAY)
    installed = settings.model_copy(update={"database_url": sqlite.url})

    def silent(on: str) -> list[str]:
        findings, _ = doctor.examine(installed, at(on), trouble_of)
        return [each.what for each in findings if POLICE in each.what]

    assert silent("2026-09-17") == []
    assert len(silent(FRIDAY)) == 1


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-09-21", "2026-09-21"),
        ("2026-09-01", "2026-09-14"),
        ("2026-09-18", "2026-09-30"),
        ("2026-09-01", "2026-10-31"),
    ],
)
def test_nobody_is_away_twice_on_one_day(away: Callable[..., None], since: str, until: str) -> None:
    away(Duty.A, "2026-09-14", "2026-09-25")
    with pytest.raises(FieldError, match="重叠"):
        away(Duty.A, since, until)
    away(Duty.B, since, until)
    away(Duty.A, "2026-11-02", "2026-11-03")


def test_an_absence_does_not_end_before_it_begins(away: Callable[..., None]) -> None:
    with pytest.raises(FieldError, match="起止日期颠倒"):
        away(Duty.A, "2026-09-25", "2026-09-24")


# ------------------------------------------------------------------------------------------------------ in the browser


@pytest.fixture
def police(context: Context) -> str:
    """The page of the police."""
    return f"/departments/{context.directory.by_name[POLICE].id}"


def test_a_clerk_enters_an_absence_of_the_own_department_and_everybody_sees_it(browser_as: Any, police: str) -> None:
    fields = {"duty": "A", "since": "2026-09-21", "until": "2026-09-30", "name": "丁某", "email": STAND_IN}
    browser = browser_as("police").get(police).post(f"{police}/absences", **fields)
    assert (browser.status, browser.url) == (200, police)
    assert "（今日外出）" in browser.page
    listed = browser_as("civil").get("/departments").page
    assert "丁某代办" in listed
    assert STAND_IN not in listed
    assert STAND_IN not in browser_as("civil").get(police).page
    assert STAND_IN in browser_as("office").get(police).page


def test_an_absence_may_be_taken_back_and_taking_it_back_twice_does_no_harm(browser_as: Any, police: str) -> None:
    browser = (
        browser_as("office").get(police).post(f"{police}/absences", duty="B", since="2026-09-21", until="2026-09-21")
    )
    remove = re.search(r'action="([^"]+/remove)"', browser.page)
    assert remove
    browser.post(remove[1])
    assert "没有登记外出" in browser.page
    assert browser.post(remove[1]).status == 200


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"until": "2026-09-20"}, "until", "起止日期颠倒"),
        ({"since": "2026-02-30"}, "since", "不是一个存在的日期"),
        ({"since": ""}, "since", "须填写第一天"),
        ({"email": "丁@@gov"}, "email", "不是可用的邮箱地址"),
        ({"duty": "section_head"}, "duty", "须写明谁外出"),
        ({"name": "丁" * 101}, "name", "超过100个字"),
    ],
)
def test_a_wrong_absence_comes_back_with_the_error_beside_its_field(
    browser_as: Any, police: str, wrong: dict[str, str], field: str, says: str
) -> None:
    fields = {"duty": "A", "since": "2026-09-21", "until": "2026-09-30", "name": "丁某", "email": STAND_IN} | wrong
    browser = browser_as("police").get(police).post(f"{police}/absences", **fields)
    assert browser.status == 400
    assert says in browser.page
    assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', browser.page)
    assert f'value="{fields["until"]}"' in browser.page
    assert "没有登记外出" in browser.page


@pytest.mark.parametrize("login", ["civil", "auditor", "secretary"])
def test_others_neither_see_the_form_nor_can_use_it(browser_as: Any, police: str, login: str) -> None:
    browser = browser_as(login).get(police)
    assert "登记外出</h2>" not in browser.page
    assert browser.post(f"{police}/absences", duty="A", since="2026-09-21", until="2026-09-21").status == 404
    assert "没有登记外出" in browser_as("office").get(police).page


def test_an_absence_of_another_department_is_not_removed_by_its_number(
    browser_as: Any, context: Context, police: str
) -> None:
    page = (
        browser_as("police")
        .get(police)
        .post(f"{police}/absences", duty="A", since="2026-09-21", until="2026-09-21")
        .page
    )
    number = re.search(r"/absences/(\d+)/remove", page)
    assert number
    justice = f"/departments/{context.directory.by_name[JUSTICE].id}"
    browser_as("justice").get(justice).post(f"{justice}/absences/{number[1]}/remove")
    assert "（今日外出）" in browser_as("police").get(police).page
