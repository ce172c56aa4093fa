"""The dispatcher: what leaves, when, to whom, and what becomes a task instead. Mail goes into the folder here."""

import email
import email.policy
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from negotiation.core.enums import Duty, Level
from negotiation.core.errors import UsageError
from negotiation.domain.departments import Contact
from negotiation.domain.notice_facts import NoticeFacts
from negotiation.domain.notices import NoticeRecord
from negotiation.notifications import dispatcher, office_digest
from negotiation.notifications.dispatcher import DispatchResult
from negotiation.services.context import Context
from negotiation.store import claims, departments, outbox
from negotiation.store.database import Database
from negotiation.store.departments import changed
from tests.conftest import CIVIL, POLICE, TAX, Story, at, day

FRIDAY = "2026-09-18"  # received; the reply is due on Friday 9 October
THREE_LEFT = "2026-09-29"
DUE = "2026-10-09"
DAY_AFTER = "2026-10-10"  # a make-up Saturday


class Killed(BaseException):
    """The process ends between sending and recording."""


def letters(context: Context) -> list[EmailMessage]:
    """The mails kept in the folder, opened again, by subject."""
    paths = context.settings.mail_folder.glob("*.eml")
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
    return sorted(found, key=lambda mail: str(mail["Subject"]))


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def notices(database: Database) -> dict[str, tuple[str, str]]:
    """Key → (state, said) of every notice; keys of cases are preceded by the case's id."""
    with database.read() as transaction:
        rows = transaction.connection.exec_driver_sql(
            "SELECT case_id, key, state, said FROM notice ORDER BY case_id, key"
        )
        return {f"{case_id}:{key}": (state, said) for case_id, key, state, said in rows}


def states(database: Database) -> list[str]:
    return [state for state, _ in notices(database).values()]


def tasks(database: Database) -> list[str]:
    with database.read() as transaction:
        return [
            row[0] for row in transaction.connection.exec_driver_sql("SELECT title FROM task ORDER BY case_id, key")
        ]


def change_person(database: Database, name: str, duty: Duty, address: str) -> None:
    with database.write() as transaction:
        unit = departments.read_directory(transaction).find(name)
        departments.set_person(transaction, unit.id, Contact(duty, "丙", address, ""))


@pytest.fixture
def sent(database: Database, context: Context) -> Callable[..., DispatchResult]:
    def run(on: str, hour: str = "10:30", **options: Any) -> DispatchResult:
        return dispatcher.run(database, context, at(on, hour), **options)

    return run


# What a mail is


def test_a_new_case_is_told_to_the_clerk_at_once_and_can_be_read_again(
    story: Story, sent: Callable[..., DispatchResult], context: Context
) -> None:
    story.submitted(FRIDAY)
    assert sent(FRIDAY) == DispatchResult(1, 0, 0)
    (mail,) = letters(context)
    assert str(mail["Subject"]) == f"〔来件〕{story.no} 请办理"
    assert mail["To"].addresses[0].addr_spec == "a@gaj.gov.cn"
    assert mail["To"].addresses[0].display_name == POLICE
    assert mail["From"].addresses[0].addr_spec == "noreply@sharing.gov.cn"
    assert mail["From"].addresses[0].display_name == "政务信息资源共享协商系统"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["Date"].datetime == at(FRIDAY, "10:30")
    assert str(mail["Message-ID"]).endswith("@sharing.gov.cn>")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["multipart/alternative", "text/calendar"]
    assert "答复期限为10个工作日，至2026年10月9日（星期五）届满" in text_of(mail)
    assert "答复期限为10个工作日，至2026年10月9日（星期五）届满" in text_of(mail, "html")


def test_no_mail_holds_what_was_applied_for_in_detail_or_why(
    story: Story, sent: Callable[..., DispatchResult], context: Context
) -> None:
    story.submitted(FRIDAY, items="姓名、身份证号", contact="张三 13800000000")
    story.act("refuse", "provider", "2026-09-21", reason="涉及个人隐私")
    sent("2026-09-21")
    for mail in letters(context):
        said = text_of(mail) + text_of(mail, "html")
        assert not [word for word in ("身份证号", "张三", "低保资格", "个人隐私") if word in said]


def test_the_same_notice_sent_again_is_the_same_file_and_the_same_message(
    story: Story, sent: Callable[..., DispatchResult], context: Context, database: Database
) -> None:
    story.submitted(FRIDAY)
    sent(FRIDAY)
    (before,) = letters(context)
    with database.write() as transaction:
        transaction.execute("UPDATE notice SET state = 'waiting', sent_at = NULL, next_try = created_at")
    assert sent(FRIDAY, "11:00").sent == 1
    (after,) = letters(context)
    assert before["Message-ID"] == after["Message-ID"]


# When it leaves


@pytest.mark.parametrize(
    ("on", "hour"),
    [
        ("2026-09-19", "10:00"),  # a Saturday
        ("2026-10-01", "10:00"),  # a holiday
        ("2026-09-21", "08:59"),
        ("2026-09-21", "17:31"),
        ("2026-09-22", "10:00"),  # on the quiet list
    ],
)
def test_nothing_leaves_out_of_hours_on_days_off_or_on_quiet_dates(
    on: str, hour: str, story: Story, sent: Callable[..., DispatchResult], context: Context, database: Database
) -> None:
    story.submitted(FRIDAY)
    context.settings = context.settings.model_copy(update={"quiet_dates": [day("2026-09-22")]})
    assert sent(on, hour) == DispatchResult(0, 1, 0)
    assert states(database) == ["waiting"]
    assert letters(context) == []


@pytest.mark.parametrize(("on", "hour"), [("2026-09-20", "09:00"), ("2026-09-21", "17:30")])
def test_make_up_days_and_both_ends_of_the_day_are_office_hours(
    on: str, hour: str, story: Story, sent: Callable[..., DispatchResult]
) -> None:
    story.submitted(FRIDAY)
    assert sent(on, hour) == DispatchResult(1, 0, 0)


def test_a_limit_leaves_the_rest_waiting_and_progress_is_told(
    story: Story, sent: Callable[..., DispatchResult]
) -> None:
    for _ in range(5):
        story.submitted(FRIDAY)
    told: list[int] = []
    assert sent(FRIDAY, limit=3, progress=told.append) == DispatchResult(3, 2, 0)
    assert sum(told) == 3
    assert sent(FRIDAY) == DispatchResult(2, 0, 0)


# What no longer holds


def test_a_reminder_is_dropped_once_the_reply_is_in(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY)
    sent(FRIDAY)
    story.sweep(THREE_LEFT)
    story.act("refuse", "provider", THREE_LEFT, reason="涉密审查未过")
    assert sent(THREE_LEFT) == DispatchResult(1, 0, 0)  # the reply is told; the reminder is not
    assert ("obsolete", "期限已终止") in notices(database).values()
    assert not [mail for mail in letters(context) if "提醒" in mail["Subject"]]


def test_a_reminder_is_dropped_while_the_term_is_suspended(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY)
    _remind_early(database, story)
    story.act("ask_supplement", "provider", "2026-09-21", materials="使用依据")
    sent("2026-09-21")
    assert ("obsolete", "期限已暂停计时") in notices(database).values()


def test_a_reminder_of_another_due_date_is_dropped(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY)
    _remind_early(database, story, due_on=date(2026, 10, 8))
    sent("2026-09-21")
    assert ("obsolete", "期限已变更") in notices(database).values()


def test_a_reminder_that_waited_past_the_due_date_is_missed_and_asks_for_a_call(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY)
    sent(FRIDAY)
    story.sweep(DUE)
    assert sent(DAY_AFTER) == DispatchResult(0, 0, 0, missed=1)
    assert ("missed", "届满日前未能发出") in notices(database).values()
    assert len(tasks(database)) == 1


def test_a_hint_of_a_lapse_that_was_annulled_is_dropped(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY)
    story.sweep(DAY_AFTER)
    story.act("ask_supplement", "provider", "2026-09-21", entered=DAY_AFTER, materials="使用依据")
    sent("2026-10-12")
    hints = [state for key, (state, _) in notices(database).items() if "/lapsed/" in key]
    assert hints == ["obsolete", "obsolete"]
    assert not [mail for mail in letters(context) if "届满" in mail["Subject"]]


def test_a_case_that_is_void_sends_nothing(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY).act("void", "office", FRIDAY, reason="另行沟通")
    assert sent(FRIDAY) == DispatchResult(0, 0, 0)
    assert set(states(database)) == {"obsolete"}


def test_a_case_whose_mail_is_stopped_is_told_of_by_a_person(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY).act("stop_mail", "office", FRIDAY, reason="另行沟通")
    assert sent(FRIDAY) == DispatchResult(0, 0, 1)
    assert list(notices(database).values()) == [("failed", "本案已停发自动提醒")]
    assert len(tasks(database)) == 1


def test_a_department_whose_mail_is_stopped_is_told_by_a_person(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY)
    with database.write() as transaction:
        unit = departments.read_directory(transaction).find(POLICE)
        departments.set_department(transaction, unit.id, level=None, sort_no=None, mail_stopped=True)
    assert sent(FRIDAY) == DispatchResult(0, 0, 1)
    assert list(notices(database).values()) == [("failed", "该部门已停发自动邮件")]
    assert len(tasks(database)) == 1


def test_a_call_by_hand_is_dropped_if_the_answer_came_first(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY)
    sent(FRIDAY)
    story.act("remind", "office", "2026-09-21")
    story.act("agree", "provider", "2026-09-21")
    assert sent("2026-09-21").sent == 1
    assert ("obsolete", "期限已终止") in notices(database).values()


# To whom


def test_without_an_a_clerk_the_b_clerk_gets_it(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY)
    change_person(database, POLICE, Duty.A, "")
    sent(FRIDAY)
    (mail,) = letters(context)
    assert mail["To"].addresses[0].addr_spec == "b@gaj.gov.cn"


def test_heads_never_get_it_a_person_is_asked_to_call(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY)
    for duty, address in ((Duty.A, ""), (Duty.B, ""), (Duty.SECTION_HEAD, "h@gaj.gov.cn")):
        change_person(database, POLICE, duty, address)
    assert sent(FRIDAY) == DispatchResult(0, 0, 1)
    assert tasks(database) == [f"请电话或发函联系市公安局：〔来件〕{story.no} 请办理（没有登记经办人邮箱）"]
    assert letters(context) == []


@pytest.mark.parametrize("level", ["vertical", "reference", "central"])
def test_the_last_three_levels_get_a_call_instead_of_a_mail(
    level: str, story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY, provider=TAX)
    with database.write() as transaction:
        unit = departments.read_directory(transaction).find(TAX)
        departments.set_department(transaction, unit.id, level=Level(level), sort_no=None, mail_stopped=None)
    assert sent(FRIDAY) == DispatchResult(0, 0, 1)
    (title,) = tasks(database)
    assert title.startswith(f"请电话或发函联系{TAX}：〔来件〕{story.no}")
    assert states(database) == ["failed"]
    assert letters(context) == []


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com",
        "a@evilgov.cn",
        "a@gov.cn.example.com",
        "a@gaj.gov.cn\nBcc: b@example.com",
        "a b@gaj.gov.cn",
        "甲@gaj.gov.cn",
    ],
)
def test_an_address_outside_the_list_or_with_anything_odd_is_refused(
    address: str, story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY)
    change_person(database, POLICE, Duty.A, address)
    assert sent(FRIDAY) == DispatchResult(0, 0, 1)
    (title,) = tasks(database)
    assert "请电话或发函联系市公安局" in title
    assert "\n" not in title
    assert letters(context) == []


@pytest.mark.parametrize("address", ["a@GOV.CN", "a@gaj.beijing.gov.cn"])
def test_the_domain_itself_and_its_subdomains_are_allowed(
    address: str, story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY)
    change_person(database, POLICE, Duty.A, address)
    assert sent(FRIDAY) == DispatchResult(1, 0, 0)


@pytest.mark.parametrize("table", ["case", "department"])
def test_a_line_break_in_a_number_or_a_name_never_reaches_a_header(
    table: str, story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY)
    with database.write() as transaction:
        if table == "department":
            transaction.execute(
                f"UPDATE department SET name = {transaction.param} WHERE name = {transaction.param}",
                ["市公安局\r\nBcc: x@example.com", POLICE],
            )
            changed(transaction)
        else:
            _set_facts(transaction, no="GX2026-0001\r\nBcc: x@example.com")
    assert sent(FRIDAY) == DispatchResult(0, 0, 1)
    assert letters(context) == []
    assert all("\n" not in title for title in tasks(database))


def test_the_office_gets_its_own_and_without_an_address_sees_it_at_the_desk(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY).act("disclaim", "provider", FRIDAY, reason="非本部门")
    assert sent(FRIDAY).sent == 3
    assert "office@sharing.gov.cn" in {mail["To"].addresses[0].addr_spec for mail in letters(context)}
    context.settings = context.settings.model_copy(update={"office_mail": ""})
    story.submitted(FRIDAY).act("disclaim", "provider", FRIDAY, reason="非本部门")
    assert sent(FRIDAY, "10:40").sent == 2
    assert next(said for state, said in notices(database).values() if state == "obsolete").startswith("办公室未设邮箱")


def test_a_notice_whose_facts_do_not_fit_becomes_a_task_and_the_others_leave(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    story.submitted(FRIDAY)
    with database.write() as transaction:
        broken = json.dumps({"no": "GX2026-0001", "on": "that day"})
        transaction.execute(f"UPDATE notice SET facts = {transaction.param}", [broken])
    story.submitted(FRIDAY)
    assert sent(FRIDAY) == DispatchResult(1, 0, 1)
    assert "内容不完整，无法生成" in tasks(database)[0]
    assert "valid" not in tasks(database)[0]  # what the program said is for the log


def test_a_reminder_whose_facts_do_not_fit_stays_out_of_the_digest_and_becomes_a_task(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    numbers = [story.submitted(FRIDAY).no for _ in range(3)]
    sent(FRIDAY)
    story.sweep(THREE_LEFT)
    first = story.record.id - 2
    with database.write() as transaction:
        broken = json.dumps({"no": numbers[0], "term": {}})
        where = f"case_id = {transaction.param} AND kind = 'reminder'"
        transaction.execute(f"UPDATE notice SET facts = {transaction.param} WHERE {where}", [broken, first])
    assert sent(THREE_LEFT) == DispatchResult(1, 0, 1)
    (digest,) = [mail for mail in letters(context) if "汇总" in mail["Subject"]]
    assert [number in text_of(digest) for number in numbers] == [False, True, True]
    (title,) = tasks(database)
    assert numbers[0] in title


def test_a_sender_that_is_no_address_is_said_at_once(context: Context, sent: Callable[..., DispatchResult]) -> None:
    context.settings = context.settings.model_copy(update={"mail_from": "noreply\n@x"})
    with pytest.raises(UsageError, match="发件人邮箱无法使用"):
        sent(FRIDAY)


# Digests


def test_a_days_reminders_to_one_address_are_one_digest_and_acts_leave_alone(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    numbers = [story.submitted(FRIDAY).no for _ in range(3)]
    assert sent(FRIDAY) == DispatchResult(3, 0, 0)
    story.sweep(THREE_LEFT)
    assert sent(THREE_LEFT) == DispatchResult(1, 0, 0)
    (digest,) = [mail for mail in letters(context) if "汇总" in mail["Subject"]]
    assert str(digest["Subject"]) == "〔汇总〕3件事项的期限提醒（2026年9月29日）"
    assert all(number in text_of(digest) and number in text_of(digest, "html") for number in numbers)
    police = context.directory.find(POLICE).id
    known = notices(database)
    assert known[f"0:digest:{police}/2026-09-29/1"][0] == "sent"
    assert [state for key, (state, _) in known.items() if "left:3" in key] == ["digested"] * 3


def test_one_reminder_leaves_as_itself(
    story: Story, sent: Callable[..., DispatchResult], context: Context, database: Database
) -> None:
    story.submitted(FRIDAY)
    sent(FRIDAY)
    story.sweep(THREE_LEFT)
    assert sent(THREE_LEFT) == DispatchResult(1, 0, 0)
    assert f"〔提醒〕{story.no} 将于2026年10月9日届满" in [mail["Subject"] for mail in letters(context)]
    assert "digested" not in states(database)


def test_a_second_digest_of_the_day_is_another_row(
    story: Story, sent: Callable[..., DispatchResult], database: Database
) -> None:
    for _ in range(2):
        story.submitted(FRIDAY)
    story.sweep(THREE_LEFT)
    sent(THREE_LEFT)
    for _ in range(2):
        story.submitted(FRIDAY)
    story.sweep(THREE_LEFT, "11:00")
    sent(THREE_LEFT, "11:01")
    digests = [key for key in notices(database) if key.startswith("0:digest")]
    assert [key.rpartition("/")[2] for key in digests] == ["1", "2"]


def test_the_members_of_a_digest_that_do_not_hold_are_left_out_of_it(
    story: Story, sent: Callable[..., DispatchResult], context: Context
) -> None:
    numbers = [story.submitted(FRIDAY).no for _ in range(3)]
    sent(FRIDAY)
    story.sweep(THREE_LEFT)
    story.act("agree", "provider", THREE_LEFT)
    sent(THREE_LEFT)
    (digest,) = [mail for mail in letters(context) if "汇总" in mail["Subject"]]
    assert "2件" in digest["Subject"]
    assert numbers[2] not in text_of(digest)


def test_a_digest_knows_whose_term_it_speaks_of(
    story: Story, sent: Callable[..., DispatchResult], context: Context
) -> None:
    for _ in range(2):
        story.submitted(FRIDAY)
    story.sweep("2026-10-12")
    sent("2026-10-12")
    said = {
        mail["To"].addresses[0].display_name: text_of(mail) for mail in letters(context) if "汇总" in mail["Subject"]
    }
    assert "【期限已届满】" in said[POLICE]
    assert "未答复不视为同意" in said[POLICE]
    assert "【供了解（期限由对方办理）】" in said[CIVIL]


# A crash between claim and record


def test_a_claim_that_was_never_settled_is_taken_again_after_its_lease(
    story: Story,
    sent: Callable[..., DispatchResult],
    database: Database,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(3):
        story.submitted(FRIDAY)

    def killed(*_arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(dispatcher.DispatchRun, "_settle_one", killed)
        with pytest.raises(Killed):
            sent(FRIDAY)
    before = {mail["Message-ID"] for mail in letters(context)}
    assert before
    assert set(states(database)) == {"claimed"}
    assert sent(FRIDAY, "10:35") == DispatchResult(0, 0, 0)  # somebody may still be at it
    assert sent(FRIDAY, "10:41") == DispatchResult(3, 0, 0)
    assert {mail["Message-ID"] for mail in letters(context)} >= before
    assert len(letters(context)) == 3
    assert set(states(database)) == {"sent"}


CLAIM = """
import sys
from datetime import datetime, timedelta
from negotiation.store import outbox
from negotiation.store.database import Database
moment = datetime.fromisoformat(sys.argv[2])
with Database(sys.argv[1]).write() as transaction:
    print(len(outbox.claim(transaction, moment, moment + timedelta(minutes=10), 100)))
print("claimed", flush=True)
sys.stdin.read()
"""


def freed(database: Database, hour: str) -> int:
    with database.write() as transaction:
        return claims.free(transaction, at(FRIDAY, hour))


def test_what_a_process_had_claimed_is_free_as_soon_as_it_was_killed(
    sent: Callable[..., DispatchResult], story: Story, database: Database
) -> None:
    story.submitted(FRIDAY)
    url = database.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", CLAIM, url, at(FRIDAY, "10:30").isoformat()]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as child:
        assert child.stdout is not None
        assert [child.stdout.readline() for _ in range(2)] == ["1\n", "claimed\n"]
        assert freed(database, "10:31") == 0, "it may still be at it"
        assert sent(FRIDAY, "10:31").sent == 0
        child.kill()
        child.wait()
        assert freed(database, "10:31") == 1
    assert sent(FRIDAY, "10:31").sent == 1


def test_a_digest_whose_sender_was_killed_goes_again_as_the_same_digest(
    story: Story,
    sent: Callable[..., DispatchResult],
    database: Database,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(2):
        story.submitted(FRIDAY)
    sent(FRIDAY)
    story.sweep(THREE_LEFT)

    def killed(*_arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(dispatcher.DispatchRun, "_settle_one", killed)
        with pytest.raises(Killed):
            sent(THREE_LEFT)
    (before,) = [mail["Message-ID"] for mail in letters(context) if "汇总" in mail["Subject"]]
    story.act("agree", "provider", THREE_LEFT)  # one of its two is answered meanwhile
    sent(THREE_LEFT, "10:45")
    (after,) = [mail for mail in letters(context) if "汇总" in mail["Subject"]]
    assert after["Message-ID"] == before
    assert story.no not in text_of(after)


def test_a_refused_digest_asks_for_a_call_only_on_what_is_still_relevant(
    story: Story, sent: Callable[..., DispatchResult], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [story.submitted(FRIDAY).no for _ in range(3)]
    sent(FRIDAY)
    story.sweep(THREE_LEFT)

    def killed(*_arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(dispatcher.DispatchRun, "_settle_one", killed)
        with pytest.raises(Killed):
            sent(THREE_LEFT)
    story.act("agree", "provider", THREE_LEFT)  # the last of its three is answered meanwhile
    with database.write() as transaction:
        unit = departments.read_directory(transaction).find(POLICE)
        departments.set_department(transaction, unit.id, level=None, sort_no=None, mail_stopped=True)
    assert sent(THREE_LEFT, "10:45").failed == 1
    asked = [title for title in tasks(database) if "〔提醒〕" in title]
    assert [number for number in numbers if any(number in title for title in asked)] == numbers[:2]
    assert all(title.startswith(f"请电话或发函联系{POLICE}") for title in asked)


# The office's digest


def test_the_offices_digest_is_made_once_a_working_day(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY, provider=TAX)
    sent(FRIDAY)
    story.sweep(DAY_AFTER)
    assert _office_digest(database, context, at(DAY_AFTER, "08:00")) is False
    assert _office_digest(database, context, at("2026-10-11")) is False
    assert _office_digest(database, context, at(DAY_AFTER)) is True
    assert _office_digest(database, context, at(DAY_AFTER, "11:00")) is False
    sent(DAY_AFTER, "11:00")
    (mail,) = [mail for mail in letters(context) if "在办事项" in mail["Subject"]]
    assert mail["To"].addresses[0].addr_spec == "office@sharing.gov.cn"
    assert "期限已届满、系统尚未登记办理的1件" in text_of(mail)
    assert "新增待办1项" in text_of(mail)
    assert f"{story.no}　常住人口基本信息　{CIVIL} → {TAX}　答复期限至2026年10月9日（星期五）" in text_of(mail)


def test_the_offices_digest_names_the_notices_that_failed(
    story: Story, sent: Callable[..., DispatchResult], database: Database, context: Context
) -> None:
    story.submitted(FRIDAY, provider=TAX)
    sent(FRIDAY)
    assert _office_digest(database, context, at("2026-09-20")) is True
    sent("2026-09-20")
    (mail,) = letters(context)
    assert "未能发出的通知1件" in text_of(mail)
    assert "【未能发出的通知】" in text_of(mail)


# Hands


def _office_digest(database: Database, context: Context, moment: datetime) -> bool:
    with database.write() as transaction:
        return office_digest.office_digest(transaction, context, moment)


def _remind_early(database: Database, story: Story, **changes: Any) -> None:
    """A reminder of the reply term that waits already, so that something can come before it."""
    (row,) = [row for row in _rows(database) if row.template == "new_case"]
    assert isinstance(row.facts, NoticeFacts)
    assert row.facts.term is not None
    facts = replace(row.facts, term=replace(row.facts.term, **changes))
    early = row._replace(
        key="term:8/due:x/left:3/to:2", kind="reminder", template="due_soon", term=8, facts=facts,
        state="waiting", next_try=row.created_at, tries=0,
    )  # fmt: skip
    with database.write() as transaction:
        outbox.add(transaction, [early])


def _rows(database: Database) -> list[NoticeRecord]:
    with database.write() as transaction:
        rows = outbox.claim(transaction, at("2030-01-01"), at("2030-01-01") + timedelta(minutes=1), 100)
        for row in rows:
            outbox.settle(transaction, row, state="waiting", next_try=row.created_at, tries=0)
    return rows


def _set_facts(transaction: Any, **changes: Any) -> None:
    for row in outbox.claim(transaction, at("2030-01-01"), at("2030-01-01"), 100):
        assert isinstance(row.facts, NoticeFacts)
        facts = replace(row.facts, **changes)
        outbox.settle(transaction, row, facts=facts, state="waiting", next_try=row.created_at, tries=0)
