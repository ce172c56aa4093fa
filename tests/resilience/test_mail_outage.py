"""Mail that did not leave: an outage, a silent server, an address that bounces. Real SMTP on 127.0.0.1.

What was not told in time is missed in the open, and one task says how many, which cases and whom to call.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from aiosmtpd.controller import Controller

from negotiation.core.enums import NoticeKind
from negotiation.core.local_time import local_date
from negotiation.domain.notices import NoticeRecord
from negotiation.notifications import dispatcher, office_digest
from negotiation.notifications.dispatcher import DispatchResult
from negotiation.notifications.relevance import Missed, NoLongerRelevant, demand_relevant
from negotiation.services import doctor
from negotiation.services.context import Context
from negotiation.store import case_queries, outbox_list, tasks
from negotiation.store.case_reader import Loaded
from negotiation.store.database import Database
from negotiation.store.tasks import TaskLine
from negotiation.store.unsent import SERVER_TASK
from tests.conftest import JUSTICE, POLICE, Story, at, day
from tests.installed import PATIENCE
from tests.resilience.test_post_server import Server, free_port

FRIDAY = "2026-09-18"  # received; the reply is due on Friday 9 October
DUE, DAY_AFTER = "2026-10-09", "2026-10-10"  # a make-up Saturday
LATE_DUE = "2026-10-13"  # of what was received two working days after FRIDAY: Tuesday 22 September
MONDAY = "2026-10-12"
THREE_WEEKS_LATER = "2026-10-30"


class Post:
    """A mail server that can be switched off and on, and the post that is worked at it."""

    def __init__(self, database: Database, context: Context) -> None:
        self.database, self.context = database, context
        self.server, self.port = Server(), free_port()
        self.controller: Controller | None = None
        url = f"smtp://127.0.0.1:{self.port}"
        context.settings = context.settings.model_copy(update={"smtp_url": url, "smtp_connections": 2})

    def up(self) -> None:
        self.controller = Controller(self.server, hostname="127.0.0.1", port=self.port, ready_timeout=PATIENCE)
        self.controller.start()

    def down(self) -> None:
        if self.controller is not None:
            self.controller.stop()
        self.controller = None

    def work(self, on: str, hour: str = "10:30") -> DispatchResult:
        return dispatcher.run(self.database, self.context, at(on, hour))

    def tasks(self) -> list[TaskLine]:
        """The open tasks about mail."""
        with self.database.read() as transaction:
            return [each for each in tasks.open_tasks(transaction) if each.case_id == 0]

    def titles(self) -> list[str]:
        return [each.title for each in self.tasks()]

    def is_done(self, key: str, on: str) -> bool:
        """A person has done the task."""
        with self.database.write() as transaction:
            return tasks.close(transaction, 0, key, day(on))

    def reminders(self, template: str = "due_today") -> Counter[str]:
        with self.database.read() as transaction:
            sql = f"SELECT state FROM notice WHERE template = '{template}'"
            return Counter(transaction.connection.exec_driver_sql(sql).scalars())

    def digest(self, on: str) -> str:
        """The office's digest of the day, as it arrives."""
        with self.database.write() as transaction:
            assert office_digest.office_digest(transaction, self.context, at(on))
        self.server.taken.clear()
        self.work(on)
        (mail,) = [mail for mail in self.server.taken if "在办事项" in str(mail["Subject"])]
        text = mail.get_body(("plain",))
        assert text is not None
        return str(text.get_content())


@pytest.fixture
def post(database: Database, context: Context) -> Iterator[Post]:
    made = Post(database, context)
    made.up()
    yield made
    made.down()


# ------------------------------------------------------------------------------------------------------------ an outage


def test_of_31_reminders_in_an_outage_of_three_weeks_none_vanishes(story: Story, post: Post) -> None:
    providers = [POLICE] * 20 + [JUSTICE] * 11
    numbers = [story.submitted(FRIDAY, provider=each).no for each in providers]
    post.work(FRIDAY)
    post.down()
    story.sweep(DUE)
    for hour in ("10:30", "10:31", "10:33"):
        post.work(DUE, hour)
    for no in numbers[:3]:
        story.no = no
        story.act("agree", "provider", DUE)
    for moment in _working_hours(story.context, DAY_AFTER, "2026-10-29"):
        story.sweep(local_date(moment).isoformat())
        dispatcher.run(post.database, post.context, moment)
    during = post.titles()
    post.up()
    story.sweep(THREE_WEEKS_LATER)
    for hour in ("10:00", "14:00", "17:00"):
        post.work(THREE_WEEKS_LATER, hour)
    print(f"三周中断，31封届满日提醒：{dict(post.reminders())}；中断中待办{len(during)}项，恢复后{len(post.tasks())}项")
    assert post.reminders() == {"missed": 28, "obsolete": 3}
    assert [title for title in during if title.startswith("邮件未能送出，28封期限提醒在届满日前没有发出")]
    assert len(during) == 2  # that, and the server
    (title,) = post.titles()
    assert [no in title for no in numbers] == [False] * 3 + [True] * 28
    assert [title.count(name) for name in (POLICE, JUSTICE)] == [1, 1]
    assert not set(post.reminders("lapsed")) - {"sent", "digested"}  # what still matters has left


def test_a_reminder_that_was_tried_and_did_not_leave_is_missed_on_the_case_and_for_the_doctor(
    story: Story, post: Post
) -> None:
    story.submitted(FRIDAY)
    post.work(FRIDAY)
    post.down()
    story.sweep(DUE)
    assert post.work(DUE).deferred == 1
    post.up()
    assert post.work(DAY_AFTER) == DispatchResult(0, 0, 0, missed=1)
    with post.database.read() as transaction:
        told = [each for each in case_queries.notices_of(transaction, story.record.id) if each["notice"] == "due_today"]
    assert [(each["state"], each["said"]) for each in told] == [("missed", "届满日前未能发出")]
    assert post.titles() == [f"邮件未能送出，1封期限提醒在届满日前没有发出，请电话告知：{POLICE}（{story.no}）"]
    installed = post.context.settings.model_copy(update={"database_url": post.database.url})
    findings, _ = doctor.examine(installed, at(DAY_AFTER), lambda _url, _seconds: "")
    assert "1封期限提醒在届满日前未能发出" in [each.what for each in findings]


def test_what_was_answered_while_the_mail_was_down_is_obsolete_and_asks_for_nothing(story: Story, post: Post) -> None:
    story.submitted(FRIDAY)
    post.work(FRIDAY)
    post.down()
    story.sweep(DUE)
    post.work(DUE)
    story.act("agree", "provider", DUE)
    post.up()
    assert post.work(DAY_AFTER).missed == 0
    assert post.reminders() == {"obsolete": 1}
    assert post.tasks() == []


def test_a_term_that_its_own_lapse_has_ended_was_missed_and_one_that_an_act_has_ended_was_not(story: Story) -> None:
    story.submitted(FRIDAY)
    story.sweep(DUE)
    (row,) = [each for each in _notices(story) if each.template == "due_today"]
    file = story.file
    (term,) = [each for each in file.case_state.terms if each.n == row.term]
    lapsed = term._replace(lapsed_on=term.due_on, next_on=None)
    by_lapse = Loaded(file.case, (lapsed._replace(ended_on=term.due_on + timedelta(days=1)),))
    by_act = Loaded(file.case, (lapsed._replace(ended_on=day(MONDAY), answered_on=day(MONDAY)),))
    with pytest.raises(Missed):
        demand_relevant(row, row.department_id, NoticeKind.REMINDER, by_lapse, day(MONDAY))
    with pytest.raises(NoLongerRelevant, match="期限已终止") as moot:
        demand_relevant(row, row.department_id, NoticeKind.REMINDER, by_act, day(MONDAY))
    assert not isinstance(moot.value, Missed)


def test_of_a_digest_the_lines_whose_day_has_passed_are_missed_and_the_others_leave(story: Story, post: Post) -> None:
    early = story.submitted(FRIDAY).no
    late = story.submitted("2026-09-22").no
    post.work("2026-09-22")
    post.down()
    story.sweep(DUE)
    post.work(DUE)
    assert (post.reminders(), post.reminders("due_soon")) == ({"digested": 1}, {"digested": 1})
    post.up()
    post.server.taken.clear()
    assert post.work(DAY_AFTER) == DispatchResult(1, 0, 0, missed=1)
    (mail,) = post.server.taken
    text = mail.get_body(("plain",))
    assert text is not None
    assert [no in text.get_content() for no in (early, late)] == [False, True]
    assert (post.reminders(), post.reminders("due_soon")) == ({"missed": 1}, {"digested": 1})
    assert [early in title and late not in title for title in post.titles()] == [True]


def test_an_outage_is_one_task_that_grows_until_a_person_has_called(story: Story, post: Post) -> None:
    first = story.submitted(FRIDAY).no
    second = story.submitted("2026-09-22", provider=JUSTICE).no
    post.work("2026-09-22")
    post.down()
    story.sweep(DUE)
    post.work(DUE)
    post.work(DAY_AFTER)
    (task,) = [each for each in post.tasks() if each.key != SERVER_TASK]
    story.sweep(LATE_DUE)
    post.work(LATE_DUE)
    post.work("2026-10-14")
    grown = [each for each in post.tasks() if each.key == task.key]
    assert [(first in each.title, second in each.title, each.created_on) for each in grown] == [
        (True, True, day(DAY_AFTER))
    ]
    assert post.is_done(task.key, "2026-10-14")
    post.up()
    post.work("2026-10-14", "15:00")
    assert post.tasks() == []


def test_the_offices_digest_names_the_cases_until_the_call_is_done(story: Story, post: Post) -> None:
    story.submitted(FRIDAY)
    post.work(FRIDAY)
    post.down()
    story.sweep(DUE)
    post.work(DUE)
    post.up()
    post.work(DAY_AFTER)
    said = post.digest(MONDAY)
    assert "届满日前未能发出提醒、需电话告知的1件" in said
    assert "【届满日前未能发出提醒，请电话告知】1件" in said
    assert "【未能发出的通知】" not in said
    (task,) = post.tasks()
    assert post.is_done(task.key, MONDAY)
    assert "届满日前未能发出" not in post.digest("2026-10-13")


# -------------------------------------------------------------------------------------------------- a server that waits


@pytest.mark.parametrize("temper", ["down", "451", "452 at the message", "421"])
def test_a_server_that_takes_nothing_is_one_task_after_a_working_day_and_closed_when_mail_flows(
    temper: str, story: Story, post: Post
) -> None:
    for _ in range(3):
        story.submitted(FRIDAY)
    _set(post, temper)
    for hour in ("10:30", "10:31", "17:00"):
        post.work(FRIDAY, hour)
    post.work("2026-09-20", "09:30")  # a make-up Sunday, less than a working day later
    assert post.tasks() == []
    post.work("2026-09-20", "14:00")
    (task,) = post.tasks()
    assert task.key == SERVER_TASK
    assert task.title.startswith("3封通知等了一个工作日以上还没有送出，最早的自2026年9月18日起（")
    assert task.title.endswith(f"请系统管理员检查邮件服务器；急件请先电话告知：{POLICE}3封")
    assert not [no for no in _numbers(story) if no in task.title]  # who keeps the machine reads it, and sees no case
    post.work("2026-09-21", "09:00")
    assert [(each.key, each.created_on) for each in post.tasks()] == [(SERVER_TASK, day("2026-09-20"))]
    _set(post, "kind")
    assert post.work("2026-09-21", "14:00").sent == 3
    assert post.tasks() == []


def test_the_task_of_a_server_that_a_person_has_done_comes_back_on_the_next_day_if_it_still_takes_nothing(
    story: Story, post: Post
) -> None:
    story.submitted(FRIDAY)
    _set(post, "451")
    for on, hour in ((FRIDAY, "10:30"), (FRIDAY, "10:31"), ("2026-09-20", "14:00")):
        post.work(on, hour)
    assert post.is_done(SERVER_TASK, "2026-09-20")
    post.work("2026-09-20", "16:00")
    assert post.tasks() == []
    post.work("2026-09-21")
    assert [each.created_on for each in post.tasks()] == [day("2026-09-21")]


def test_mail_that_was_put_off_once_over_night_is_no_silent_server(story: Story, post: Post) -> None:
    story.submitted(FRIDAY)
    _set(post, "451")
    post.work(FRIDAY, "17:30")
    _set(post, "kind")
    assert post.work("2026-09-20", "09:00").sent == 1
    assert post.tasks() == []


# ------------------------------------------------------------------------------------------------------------ bounces


@pytest.mark.parametrize("where", ["at the recipient", "at the message"])
def test_24_notices_to_an_address_that_bounces_are_one_task_and_another_address_is_another(
    where: str, story: Story, post: Post
) -> None:
    numbers = [story.submitted(FRIDAY).no for _ in range(24)]
    story.submitted(FRIDAY, provider=JUSTICE)
    if where == "at the recipient":
        post.server.on_recipient = lambda _address: "550 5.1.1 no such user"
    else:
        post.server.on_data = lambda: "552 5.2.2 mailbox full"
    assert post.work(FRIDAY).failed == 25
    titles = post.titles()
    print(f"25封退信，两个邮箱：待办{len(titles)}项")
    assert len(titles) == 2
    (police,) = [title for title in titles if POLICE in title]
    assert "a@gaj.gov.cn" in police
    assert "24封通知没有送达" in police
    assert all(no in police for no in numbers)


def test_later_bounces_of_the_address_join_its_open_task_and_after_it_was_done_make_a_new_one(
    story: Story, post: Post
) -> None:
    post.server.on_recipient = lambda _address: "550 5.1.1 no such user"
    first = story.submitted(FRIDAY).no
    post.work(FRIDAY)
    second = story.submitted("2026-09-21").no
    post.work("2026-09-21")
    (task,) = post.tasks()
    assert (first in task.title, second in task.title, task.created_on) == (True, True, day(FRIDAY))
    assert post.is_done(task.key, "2026-09-21")
    third = story.submitted("2026-09-21").no
    post.work("2026-09-21", "11:00")
    (new,) = post.tasks()
    assert [no in new.title for no in (first, second, third)] == [False, False, True]


def test_the_task_of_an_address_is_done_by_itself_when_the_last_of_its_notices_is_sent_again(
    story: Story, post: Post
) -> None:
    post.server.on_recipient = lambda _address: "550 5.1.1 no such user"
    story.submitted(FRIDAY)
    story.submitted(FRIDAY)
    post.work(FRIDAY)
    _set(post, "kind")
    open_tasks = []
    for row in _failed(post.database):
        with post.database.write() as transaction:
            assert dispatcher.resend(transaction, row, at(FRIDAY, "11:00"))
        open_tasks.append(len(post.tasks()))
    assert open_tasks == [1, 0]
    assert post.work(FRIDAY, "11:00").sent == 2


# -------------------------------------------------------------------------------------------------------------- hands


def _set(post: Post, temper: str) -> None:
    post.down()
    post.server = Server()
    if temper == "451":
        post.server.on_recipient = lambda _address: "451 4.7.1 greylisted, try again"
    if temper == "421":
        post.server.on_recipient = lambda _address: "421 4.3.2 shutting down"
    if temper == "452 at the message":
        post.server.on_data = lambda: "452 4.3.1 mail system full"
    if temper != "down":
        post.up()


def _working_hours(context: Context, since: str, until: str) -> Iterator[datetime]:
    """Half past ten and three o'clock of every working day."""
    on = day(since)
    while on <= day(until):
        if context.calendar.is_working(on):
            yield at(on.isoformat(), "10:30")
            yield at(on.isoformat(), "15:00")
        on += timedelta(days=1)


def _notices(story: Story) -> list[NoticeRecord]:
    with story.database.read() as transaction:
        return [each.record for each in outbox_list.kept_of_case(transaction, story.record.id)]


def _failed(database: Database) -> list[NoticeRecord]:
    with database.read() as transaction:
        page = outbox_list.page(transaction, outbox_list.Wanted("failed"))
        return [outbox_list.find(transaction, each["case_id"], each["key"]) for each in page.lines]


def _numbers(story: Story) -> list[str]:
    with story.database.read() as transaction:
        return list(transaction.connection.exec_driver_sql('SELECT no FROM "case"').scalars())
