"""Terms that have passed, or want a reminder, act in their turn. Asks ``next_on <= today`` and nothing else.

Lapses are dated by law however late the sweep runs; reminders leave only on working days in office hours.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from negotiation.core.enums import REMIND
from negotiation.core.errors import Conflict
from negotiation.core.local_time import at_local, local, local_date
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.entered import EnteredBy
from negotiation.services.cases import new_law
from negotiation.services.cases.acting import file_of
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_reader, case_writer, due_terms
from negotiation.store.case_reader import Loaded
from negotiation.store.database import Database
from negotiation.store.due_terms import DueTerm
from negotiation.store.tasks import add_task
from negotiation.store.transaction import Transaction

BATCH = 100
Progress = Callable[[int], None]


@dataclass
class Swept:
    """The result of a sweep: lapses recorded, reminders made, terms that could not act and were parked with a task.

    ``moved``: the cases that have gone over to a new law.

    ``actor``: the name under which the clock records it; ``CLOCK_BY_HAND`` where a person named the instant.
    """

    acted: int = 0
    reminded: int = 0
    parked: int = 0
    moved: int = 0
    troubles: list[str] = field(default_factory=list)
    actor: str = SYSTEM


def run(
    database: Database, context: Context, at: datetime, *, actor: str = SYSTEM, progress: Progress | None = None
) -> Swept:
    """Lets every term act that is due by the instant ``at``, in the order of the days on which it should have.

    ``actor``: as of ``Swept``.
    """
    swept = Swept(actor=actor)
    _go_over(database, context, at, swept)
    today = local_date(at)
    reminding = in_office_hours(context, at)
    after: DueTerm | None = None
    while True:
        with database.write() as transaction:
            if after is None:
                context.refresh(transaction)
            due = due_terms.due(transaction, today, reminders=reminding, after=after, limit=BATCH)
            if due:
                _act(transaction, context, due, at, swept)
        if not due:
            return swept
        after = due[-1]
        if progress is not None:
            progress(len(due))


def _go_over(database: Database, context: Context, at: datetime, swept: Swept) -> None:
    """The cases whose next law has begun go over to it, before any term acts that ends under it."""
    done = new_law.run(database, context, at, swept.actor)
    swept.moved, swept.parked = len(done.moved), len(done.left)
    swept.troubles += [f"{no}：{why}" for no, why in done.left]


def in_office_hours(context: Context, at: datetime) -> bool:
    """True while automatic mail may leave: a working day, in office hours, not a quiet date (office rule)."""
    settings, moment = context.settings, local(at)
    in_hours = settings.office_hours_from <= moment.time() <= settings.office_hours_to
    return in_hours and _is_open(context, moment.date())


def office_moment(context: Context, at: datetime) -> datetime:
    """The last instant at or before ``at`` at which automatic mail may leave."""
    settings, moment = context.settings, local(at)
    day: date = moment.date()
    while not in_office_hours(context, at):
        if moment.time() > settings.office_hours_to and moment.date() == day and _is_open(context, day):
            return at_local(day, settings.office_hours_to)
        day -= timedelta(days=1)
        at = at_local(day, settings.office_hours_to)
    return at


def _is_open(context: Context, day: date) -> bool:
    return context.calendar.is_working_estimated(day) and day not in context.settings.quiet_dates


def _act(transaction: Transaction, context: Context, due: list[DueTerm], at: datetime, swept: Swept) -> None:
    """One batch: every case is decided in memory, then all are written, each in its own savepoint."""
    wanted: dict[int, set[int]] = {}
    for term in due:
        wanted.setdefault(term.case_id, set()).add(term.n)
    files: list[CaseFile] = []
    for loaded in case_reader.load_many(transaction, list(wanted)):
        file = _decided(transaction, context, loaded, wanted[loaded.record.id], at, swept)
        if file is not None:
            files.append(file)
    failures = case_writer.save_many(transaction, [file.change() for file in files])
    for file, failure in zip(files, failures, strict=True):
        if failure is None:
            _count(file, swept)
        elif not isinstance(failure, Conflict):  # overtaken: somebody acted meanwhile; the next sweep looks again
            _park(transaction, file.case, wanted[file.case_id], failure, at, swept)


def _decided(
    transaction: Transaction, context: Context, loaded: Loaded, numbers: Iterable[int], at: datetime, swept: Swept
) -> CaseFile | None:
    """The file of a case on which the clock has acted; None if it could not, and was parked."""
    today = local_date(at)
    try:
        file = file_of(UnitOfWork(transaction, context, at), loaded)
        file.clock = EnteredBy(swept.actor)
        file.lapse(today)
        for term in file.case_state.terms:
            if term.n in numbers and term.next_on is not None and term.next_on <= today <= term.due_on:
                file.remind(term, today)
    except Exception as error:  # one case that cannot act must not stop the others
        _park(transaction, loaded.record, numbers, error, at, swept)
        return None
    return file


def _count(file: CaseFile, swept: Swept) -> None:
    swept.acted += sum(step.lapsed is not None for step in file.steps)
    swept.reminded += sum(step.event == REMIND for step in file.steps)


def _park(
    transaction: Transaction, case: CaseRecord, numbers: Iterable[int], error: Exception, at: datetime, swept: Swept
) -> None:
    """A term that cannot act is looked at again tomorrow, and a person is asked to look today."""
    today = local_date(at)
    for n in numbers:
        due_terms.put_off(transaction, case.id, n, today + timedelta(days=1))
        add_task(transaction, case.id, f"term:{n}/parked", f"系统未能自动办理期限事项：{error}", today)
    swept.parked += 1
    swept.troubles.append(f"{case.no}：{error}")
