"""Builds the city: three months lived through day by day by the real engine.

Every act is performed by the engine on its own day, every day has its sweep and its post; no row is made up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from negotiation.core.enums import AccountRole, CalendarLayer, Duty
from negotiation.core.local_time import at_local, local_date
from negotiation.core.settings import Settings
from negotiation.demo import resources
from negotiation.demo.people import (
    ACCOUNTS,
    CLERK,
    DEPARTMENTS,
    MAIL_DOMAIN,
    PASSWORD,
    SILENT,
    DemoAccount,
    application,
    person,
)
from negotiation.demo.scenarios import CASES_IN_STATES, SCENARIOS, SUBMIT, CaseInState, Move, perform
from negotiation.demo.today import begin
from negotiation.domain.departments import Contact
from negotiation.domain.entered import EnteredBy
from negotiation.domain.people import Person
from negotiation.notifications import dispatcher, office_digest
from negotiation.services.accounts import management
from negotiation.services.administration import Operation
from negotiation.services.calendar import import_notice, read_notice
from negotiation.services.cases import acting, opening, timers
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer, departments, migrate
from negotiation.store.database import Database
from negotiation.worker import yearly_cases

DAYS_OF_HISTORY = 90
CASES = 80
Days = Callable[[Sequence[date]], Iterable[date]]
DAY_ENDS = timedelta(hours=1)  # the engine works at ten on each day of the history, so the last one must be past ten


@dataclass(frozen=True)
class City:
    """A city that was built, as of the day at which its history ends."""

    context: Context
    database: Database
    today: date


def build(settings: Settings, at: datetime, days: Days = iter) -> City:
    """A new city in an empty home, lived through up to the instant ``at``.

    ``days`` hands on the days of the history one by one, and may show how far they are.
    """
    database = Database(settings.url)
    migrate.prepare(database)
    context = _settle(database, settings)
    today = local_date(timers.office_moment(context, at - DAY_ENDS))
    people = _open_accounts(database, context, at_local(today - timedelta(days=DAYS_OF_HISTORY), time(8)))
    _live(database, context, people, today, days)
    return City(context, database, today)


# ---------------------------------------------------------------------------------------------------------- people


def _settle(database: Database, settings: Settings) -> Context:
    with database.write() as transaction:
        for n, (name, mailbox) in enumerate(DEPARTMENTS):
            unit = departments.add_department(transaction, name)
            for who in _people(n, mailbox):
                departments.set_person(transaction, unit.id, who)
        context = Context.of(transaction, settings)
        resources.fill(transaction, context)
        return context


def _people(n: int, mailbox: str) -> Iterator[Contact]:
    for rank, duty in enumerate((Duty.A, Duty.B, Duty.DEPARTMENT_HEAD)):
        clerk = duty is not Duty.DEPARTMENT_HEAD and mailbox != SILENT
        address = f"{duty.value.lower()}@{mailbox}.{MAIL_DOMAIN}" if clerk else ""
        yield Contact(duty, person(n * 3 + rank), address, f"010-5555{n:02}{rank:02}")


def _open_accounts(database: Database, context: Context, at: datetime) -> dict[str, Person]:
    """One for each role; a department's clerk or head is the one whom the directory names."""
    return {each.login: _open_account(database, context, each, at) for each in ACCOUNTS}


def _open_account(database: Database, context: Context, account: DemoAccount, at: datetime) -> Person:
    unit = context.directory.by_name[account.department] if account.department else None
    duty = Duty.A if account.role is AccountRole.CLERK else Duty.DEPARTMENT_HEAD
    name = unit.people[duty].name if unit else account.name
    return management.create_account(
        database, login=account.login, name=name, roles={account.role}, operation=Operation(EnteredBy("命令行"), at),
        department_id=unit.id if unit else None, password=PASSWORD,
    ).person  # fmt: skip


# ------------------------------------------------------------------------------------------------------ three months


def _live(database: Database, context: Context, people: Mapping[str, Person], today: date, days: Days) -> None:
    """Every day from the first application to today: what is entered, then the sweep, then the post."""
    first = today - timedelta(days=DAYS_OF_HISTORY)
    diary, announced = _diary(context, first, today), context.calendar.estimate(today, -9).day
    numbers: dict[int, str] = {}
    for day in days([first + timedelta(days=offset) for offset in range(DAYS_OF_HISTORY + 1)]):
        for entry in diary.get(day, []):
            _enter(database, context, numbers, entry, at_local(day, time(9, 30)))
        if day == announced:
            _announce(database, context, context.calendar.estimate(today, -4).day, at_local(day, time(9, 50)))
        if day == today:
            begin(database, context, people, at_local(day, time(9, 45)))
        if context.calendar.is_working_estimated(day):
            _working_day(database, context, at_local(day, time(10)))


def _working_day(database: Database, context: Context, at: datetime) -> None:
    timers.run(database, context, at)
    with database.write() as transaction:
        yearly_cases.run(transaction, context, at)
        office_digest.office_digest(transaction, context, at)
    dispatcher.run(database, context, at)


def _announce(database: Database, context: Context, off: date, at: datetime) -> None:
    """The city declares a day off: running terms move, and those concerned are notified."""
    text = f"放假：{off} 全市重大活动"
    _, arrangement = read_notice.read_text(text, CalendarLayer.MUNICIPAL, context.almanac)
    import_notice.run(
        database, context, import_notice.ImportRequest(text, arrangement, CalendarLayer.MUNICIPAL, CLERK, at)
    )


@dataclass(frozen=True)
class Entry:
    """One entry of a day: which case, which act (None: the draft), when it happened."""

    case: int
    move: Move | None
    on: date
    parties: tuple[tuple[str, str], ...] = ()


def _diary(context: Context, first: date, today: date) -> dict[date, list[Entry]]:
    diary: dict[date, list[Entry]] = {}
    scenarios = [_scenario(context, n, first) for n in range(CASES)]
    scenarios += [_case_in_state(context, CASES + n, each, today) for n, each in enumerate(CASES_IN_STATES)]
    for entered, entry in (each for scenario in scenarios for each in scenario):
        if entered <= today:
            diary.setdefault(entered, []).append(entry)
    return diary


def _scenario(context: Context, n: int, first: date) -> Iterator[tuple[date, Entry]]:
    """The days of one case: handed in on a working day of its own, then each act after the one before."""
    on = context.calendar.estimate(first + timedelta(days=n * (DAYS_OF_HISTORY - 1) // CASES), 1).day
    yield on, Entry(n, SUBMIT, on)
    for move in SCENARIOS[(n * 7 + n // len(SCENARIOS)) % len(SCENARIOS)]:
        on = context.calendar.estimate(on, move.after).day
        yield (context.calendar.estimate(on, move.late).day if move.late else on), Entry(n, move, on)


def _case_in_state(context: Context, n: int, case: CaseInState, today: date) -> Iterator[tuple[date, Entry]]:
    on = context.calendar.estimate(today, -case.begun).day
    yield on, Entry(n, None if case.state == "draft" else SUBMIT, on, case.parties)
    for move in case.moves:
        on = context.calendar.estimate(on, move.after).day
        yield on, Entry(n, move, on)


def _enter(database: Database, context: Context, numbers: dict[int, str], entry: Entry, at: datetime) -> None:
    with database.write() as transaction:
        if entry.case not in numbers:
            raw = application(entry.case) | dict(entry.parties)
            file = opening.open_case(UnitOfWork(transaction, context, at), context.rulebook.main_procedure, raw)
            case_writer.save(transaction, file.change())
            numbers[entry.case] = file.no
        if entry.move is not None:
            file = acting.take(UnitOfWork(transaction, context, at), numbers[entry.case])
            perform(transaction, context, file, entry.move, entry.on)
