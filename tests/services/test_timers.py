"""The sweep: what it does on which day, what it makes up for after downtime, and that nothing fires twice."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from typing import Any, cast

import pytest

from negotiation.core.errors import Conflict, NegotiationError
from negotiation.domain import terms
from negotiation.services.cases import acting, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer, change_statements
from negotiation.store.database import Database
from tests.conftest import POLICE, Story, at, day, everything


def events(story: Story, *kinds: str) -> list[tuple[str, str]]:
    return [(event, on) for event, on, _ in story.events() if event in kinds]


def rungs(story: Story) -> list[tuple[str, str]]:
    return events(story, "remind", "lapse")


def city(story: Story, number: int, on: str = "2026-03-02") -> list[str]:
    """So many cases that were received on one day."""
    return [story.submitted(on).no for _ in range(number)]


def all_events(database: Database, kind: str) -> Counter[int]:
    with database.read() as transaction:
        rows = transaction.connection.exec_driver_sql(f"SELECT case_id FROM event WHERE event = '{kind}'")
        return Counter(row[0] for row in rows)


# ------------------------------------------------------------------------------------------------------ the ladder


def test_a_day_without_a_rung_does_nothing(story: Story) -> None:
    story.submitted("2026-03-02")
    before = everything(story.database)
    for on in ("2026-03-02", "2026-03-03", "2026-03-10"):
        swept = story.sweep(on)
        assert (swept.acted, swept.reminded, swept.parked) == (0, 0, 0)
    assert everything(story.database) == before


def test_the_ladder_stands_three_working_days_before_and_on_the_day_and_the_lapse_after_it(story: Story) -> None:
    story.submitted("2026-03-02")  # due on Monday the 16th; 12, 13 and 16 March are left on the 11th
    done = [story.sweep(f"2026-03-{n:02}") for n in range(9, 20)]
    assert rungs(story) == [("remind", "2026-03-11"), ("remind", "2026-03-16"), ("lapse", "2026-03-16")]
    assert [(each.reminded, each.acted) for each in done if each.reminded or each.acted] == [(1, 0), (1, 0), (0, 1)]


def test_a_missed_rung_is_made_up_for_on_the_next_working_day_and_a_passed_one_is_passed_over(story: Story) -> None:
    story.submitted("2026-03-02").sweep("2026-03-13")
    assert rungs(story) == [("remind", "2026-03-13")]  # one working day is left
    story.sweep("2026-03-16")
    assert rungs(story) == [("remind", "2026-03-13"), ("remind", "2026-03-16")]
    story.submitted("2026-03-02").sweep("2026-03-16")
    assert rungs(story) == [("remind", "2026-03-16")]  # one letter, not two, on the last day
    assert [row[0] for row in story.notices()] == ["new_case", "due_today"]


def test_a_rung_leaves_once_however_often_the_sweep_runs(story: Story) -> None:
    story.submitted("2026-03-02")
    for hour in ("09:00", "09:01", "12:00", "17:30"):
        story.sweep("2026-03-11", hour)
    assert rungs(story) == [("remind", "2026-03-11")]


@pytest.mark.parametrize(("on", "hour"), [("2026-03-11", "08:59"), ("2026-03-11", "17:31"), ("2026-03-11", "00:00")])
def test_reminders_leave_in_office_hours_only(story: Story, on: str, hour: str) -> None:
    story.submitted("2026-03-02").sweep(on, hour)
    assert rungs(story) == []
    story.sweep("2026-03-11", "09:00" if hour < "09:00" else "17:30")
    assert rungs(story) == [("remind", "2026-03-11")]


@pytest.mark.parametrize("off", ["2026-09-25", "2026-09-26", "2026-09-27"])
def test_no_reminder_leaves_on_a_day_off_nor_on_a_weekend(story: Story, off: str) -> None:
    story.submitted("2026-09-14")  # due on the 28th: 15–18, 20 (a Sunday), 21–24, 28 September
    assert str(story.term("reply").next_on) == "2026-09-22"
    story.sweep(off)
    assert rungs(story) == []


def test_a_make_up_sunday_is_a_working_day_for_reminders_too(story: Story) -> None:
    story.submitted("2026-09-09").sweep("2026-09-20")  # due on the 22nd: 10, 11, 14–18, 20 (a Sunday), 21, 22 September
    assert rungs(story) == [("remind", "2026-09-20")]


def test_a_quiet_date_waits_for_the_next_day(story: Story) -> None:
    story.context.settings.quiet_dates.append(date(2026, 3, 11))
    story.submitted("2026-03-02").sweep("2026-03-11")
    assert rungs(story) == []
    story.sweep("2026-03-12")
    assert rungs(story) == [("remind", "2026-03-12")]


def test_a_lapse_is_recorded_on_quiet_dates_weekends_and_at_night(story: Story) -> None:
    story.context.settings.quiet_dates.append(date(2026, 3, 17))
    story.submitted("2026-03-02").sweep("2026-03-17", "03:00")
    assert rungs(story) == [("lapse", "2026-03-16")]
    story.submitted("2026-03-06").sweep("2026-03-21", "23:00")  # due on Friday the 20th, swept on the Saturday
    assert rungs(story) == [("lapse", "2026-03-20")]


def test_the_last_office_moment_before_an_instant(context: Context) -> None:
    assert timers.office_moment(context, at("2026-03-11", "10:15")) == at("2026-03-11", "10:15")
    assert timers.office_moment(context, at("2026-03-11", "20:00")) == at("2026-03-11", "17:30")
    assert timers.office_moment(context, at("2026-03-11", "08:00")) == at("2026-03-10", "17:30")
    assert timers.office_moment(context, at("2026-10-04", "12:00")) == at("2026-09-30", "17:30")
    context.settings.quiet_dates.append(date(2026, 9, 30))
    assert timers.office_moment(context, at("2026-10-04", "12:00")) == at("2026-09-29", "17:30")


def test_office_hours_may_be_set(story: Story) -> None:
    story.context.settings.office_hours_from = time(8, 0)
    story.submitted("2026-03-02").sweep("2026-03-11", "08:00")
    assert rungs(story) == [("remind", "2026-03-11")]


# ------------------------------------------------------------------------------------------------------ catching up


def test_after_months_of_downtime_everything_is_recorded_in_order_and_on_its_day(story: Story) -> None:
    story.submitted("2026-03-02").act("agree_partly", "provider", "2026-03-10", reason="—")
    first = story.no
    second = story.submitted("2026-02-02").no
    swept = story.sweep("2026-11-16")
    assert (swept.acted, swept.reminded, swept.parked) == (3, 0, 0)
    assert rungs(story) == [("lapse", "2026-02-14")]  # a make-up Saturday: 3–6, 9–14 February
    assert story.no == second
    story.no = first
    assert rungs(story) == [("lapse", "2026-03-24"), ("lapse", "2026-04-22")]
    seqs = [row[0] for row in story.rows("event", "seq", "seq")]
    assert seqs == [1, 2, 3, 4]
    assert not [row for row in story.notices() if row[0].startswith("due")]  # nobody is reminded of what has passed


def test_a_sweep_longer_than_a_batch_reaches_everyone(story: Story) -> None:
    city(story, 2 * timers.BATCH + 5)
    seen: list[int] = []
    swept = timers.run(story.database, story.context, at("2026-03-20"), progress=seen.append)
    assert swept.acted == sum(seen) == 2 * timers.BATCH + 5
    assert set(all_events(story.database, "lapse").values()) == {1}
    assert story.sweep("2026-03-20").acted == 0


# ------------------------------------------------------------------------------------------------------ parking


def failing(number: str, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The clock cannot act on this one case."""
    real = CaseFile.lapse

    def lapse(self: CaseFile, on: date) -> Any:
        if self.no == number:
            raise error
        return real(self, on)

    monkeypatch.setattr(CaseFile, "lapse", lapse)


def test_a_case_that_cannot_act_is_parked_with_a_task_while_the_others_go_on(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, last = city(story, 3)
    failing(broken, monkeypatch, ZeroDivisionError("除以零"))
    swept = story.sweep("2026-03-17")
    assert (swept.acted, swept.parked) == (2, 1)
    assert swept.troubles == [f"{broken}：除以零"]
    for number, lapsed in ((first, True), (broken, False), (last, True)):
        story.no = number
        assert bool(rungs(story)) is lapsed
    story.no = broken
    assert [title for title, done in story.tasks() if done is None] == ["系统未能自动办理期限事项：除以零"]
    assert story.sweep("2026-03-17").parked == 0  # it is looked at again tomorrow
    assert story.sweep("2026-03-18").parked == 1
    assert len(story.tasks()) == 1
    monkeypatch.undo()
    story.sweep("2026-03-19")
    assert rungs(story) == [("lapse", "2026-03-16")]


def test_a_case_that_cannot_be_written_is_parked_while_the_others_are_written(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, broken, _ = city(story, 3)
    real = CaseFile.change

    def change(self: CaseFile) -> change_statements.Change:
        made, nothing = real(self), cast(str, None)
        return made._replace(record=made.record._replace(state=nothing)) if self.no == broken else made

    monkeypatch.setattr(CaseFile, "change", change)
    swept = story.sweep("2026-03-17")
    assert (swept.acted, swept.parked) == (2, 1)
    monkeypatch.undo()
    story.no = broken
    assert rungs(story) == []
    assert len(story.tasks()) == 1
    assert story.sweep("2026-03-18").acted == 1


def test_a_case_whose_row_cannot_be_bound_does_not_take_the_sweep_down(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, broken, _ = city(story, 3)
    real = CaseFile.change

    def change(self: CaseFile) -> change_statements.Change:
        made, unbound = real(self), cast(str, object())
        return made._replace(record=made.record._replace(flags={"x": unbound})) if self.no == broken else made

    monkeypatch.setattr(CaseFile, "change", change)
    swept = story.sweep("2026-03-17")
    assert (swept.acted, swept.parked) == (2, 1)


# ------------------------------------------------------------------------------------------------------ two at once


def at_once(*jobs: Any) -> list[BaseException]:
    """Runs the jobs in threads that start together; returns what they raised."""
    gate, raised = threading.Barrier(len(jobs)), []

    def run(job: Any) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.fixture
def second(story: Story) -> Iterator[Story]:
    """Another process on the same database."""
    database = Database(story.database.url)
    with database.write() as transaction:
        context = Context.of(transaction, story.context.settings)
    yield Story(database, context)
    database.close()


def test_two_sweeps_at_once_fire_nothing_twice(story: Story, second: Story) -> None:
    city(story, 150)
    totals = Counter[str]()

    def swept(each: Story, on: str) -> None:
        done = each.sweep(on)
        totals.update(acted=done.acted, reminded=done.reminded, parked=done.parked)

    for on in ("2026-03-11", "2026-03-16", "2026-03-17"):
        assert at_once(*(lambda each=each, on=on: swept(each, on) for each in (story, second))) == []
    assert dict(totals) == {"acted": 150, "reminded": 300, "parked": 0}
    assert set(all_events(story.database, "lapse").values()) == {1}
    assert set(all_events(story.database, "remind").values()) == {2}


def test_a_sweep_and_an_act_at_once_neither_lose_nor_double(story: Story, second: Story) -> None:
    numbers = city(story, 60)

    def refer_all() -> None:
        for no in numbers:
            while True:
                try:
                    second.no = no
                    second.act("refer", "applicant", "2026-03-17")
                    break
                except Conflict:
                    continue

    assert at_once(lambda: story.sweep("2026-03-17"), refer_all) == []
    assert all_events(story.database, "refer") == all_events(story.database, "lapse")
    assert set(all_events(story.database, "lapse").values()) == {1}
    for no in numbers[::20]:
        story.no = no
        assert [event for event, _, _ in story.events()] == ["submit", "lapse", "refer"]
        assert [done for _, done in story.tasks()] != [None]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_case_that_another_worker_holds_is_left_to_it(story: Story, second: Story) -> None:
    held, free = city(story, 2)
    with second.database.write() as transaction:
        transaction.execute('SELECT 1 FROM "case" WHERE no = %s FOR UPDATE', [held])
        assert story.sweep("2026-03-17").acted == 1
    story.no = held
    assert rungs(story) == []
    assert story.sweep("2026-03-17").acted == 1
    story.no = free
    assert rungs(story) == [("lapse", "2026-03-16")]


def test_two_who_take_one_case_from_the_desk_cannot_both_act_on_it(story: Story) -> None:
    story.submitted("2026-03-02")
    with story.database.write() as transaction:
        mine, yours = (
            acting.take(UnitOfWork(transaction, story.context, at("2026-03-10")), story.no) for _ in range(2)
        )
        for file, event in ((mine, "agree"), (yours, "refuse")):
            acting.perform(
                transaction,
                file,
                ActRequest(
                    event,
                    role="provider",
                    actor="测试",
                    on=day("2026-03-10"),
                    fields={} if event == "agree" else {"reason": "—"},
                ),
            )
        case_writer.save(transaction, mine.change())
    before = everything(story.database)
    with pytest.raises(Conflict, match="未写入任何内容"), story.database.write() as transaction:
        case_writer.save(transaction, yours.change())
    with pytest.raises(Conflict), story.database.write(single_statement=True) as transaction:
        case_writer.save(transaction, yours.change())
    assert everything(story.database) == before
    assert story.state == "agreed"


def test_of_many_changes_the_overtaken_one_alone_is_not_written(story: Story) -> None:
    first, conflict, last = city(story, 3)
    with story.database.write() as transaction:
        files = [
            acting.take(UnitOfWork(transaction, story.context, at("2026-03-10")), no) for no in (first, conflict, last)
        ]
    story.no = conflict
    story.act("note", "office", "2026-03-10", text="先到一步")
    for file in files:
        with story.database.write() as transaction:
            acting.perform(transaction, file, ActRequest("agree", role="provider", actor="测试", on=day("2026-03-10")))
    with story.database.write() as transaction:
        befell = case_writer.save_many(transaction, [file.change() for file in files])
    assert [type(each) for each in befell] == [type(None), Conflict, type(None)]
    states = []
    for no in (first, conflict, last):
        story.no = no
        states.append(story.state)
    assert states == ["agreed", "awaiting_reply", "agreed"]


def test_one_act_at_once_by_two_processes_is_done_once(story: Story, second: Story) -> None:
    story.submitted("2026-03-02")
    second.no = story.no

    def agree(each: Story) -> None:
        each.act("agree", "provider", "2026-03-10")

    raised = at_once(lambda: agree(story), lambda: agree(second))
    assert len(raised) == 1
    assert isinstance(raised[0], NegotiationError)
    assert [event for event, _, _ in story.events()] == ["submit", "agree"]


def test_an_actor_who_saw_an_older_version_is_told_so(story: Story) -> None:
    story.submitted("2026-03-02")
    seen = story.record.version
    story.act("note", "office", "2026-03-03", text="已电话沟通")
    before = everything(story.database)
    with pytest.raises(Conflict, match=story.no), story.database.write(single_statement=True) as transaction:
        acting.act(
            UnitOfWork(transaction, story.context, at("2026-03-03")),
            story.no,
            ActRequest("agree", role="provider", actor="测试", on=day("2026-03-03"), seen_version=seen),
        )
    assert everything(story.database) == before


def test_numbers_given_out_at_once_are_all_different(story: Story, second: Story) -> None:
    numbers: list[str] = []
    jobs = [lambda each=each: numbers.extend(each.open("2026-03-02").no for _ in range(20)) for each in (story, second)]
    assert at_once(*jobs) == []
    assert sorted(numbers) == [f"GX2026-{n:04}" for n in range(1, 41)]


def test_every_step_of_the_clock_obeys_the_one_door(story: Story) -> None:
    """The clock's events are events like others: chained, with a basis, the clock as their actor."""
    story.submitted("2026-03-02").sweep("2026-03-11")
    story.sweep("2026-03-17")
    rows = story.rows("event", "event, actor, role, basis", "seq")
    assert [tuple(row) for row in rows[1:]] == [
        ("remind", "系统", "clock", "office"),
        ("lapse", "系统", "clock", "第十七条"),
    ]
    assert story.record.version == 3
    assert [name for name, unit, _ in story.notices() if unit == 2] == ["new_case", "due_soon", "lapsed"]
    assert POLICE in str(story.rows("notice", "facts", "key")[0][0])


def test_a_term_that_was_answered_meanwhile_reminds_nobody(story: Story) -> None:
    story.submitted("2026-03-02").act("refuse", "provider", "2026-03-05", reason="—")
    story.sweep("2026-03-11")
    assert rungs(story) == []
    story.sweep("2026-03-16")  # three working days before the applicant's own date, the 19th
    assert [row[:2] for row in story.notices() if row[0].startswith("due")] == [("due_soon", 1)]


def test_the_ladder_of_the_law_is_the_one_in_the_rulebook(story: Story) -> None:
    rule = story.submitted("2026-03-02").file.procedure.terms["reply"]
    days = [str(terms.reminder_day(rung, day("2026-10-09"), story.context.calendar)) for rung in rule.reminders]
    assert days == ["2026-09-29", "2026-10-09"]
