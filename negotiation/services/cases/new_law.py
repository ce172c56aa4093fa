"""The first day of a new law: the open cases of the rulebook that it succeeds go over to it, by the clock.

What was missed (something was done under the former law since) goes over by a command, today and never backwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.batches import batches
from negotiation.core.errors import Conflict, DateError, NegotiationError
from negotiation.core.local_time import local_date
from negotiation.domain.entered import EnteredBy
from negotiation.domain.rulebook import Rulebook
from negotiation.domain.terms import Term
from negotiation.services.cases import succession
from negotiation.services.cases.acting import file_of
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.recorder import SYSTEM
from negotiation.services.cases.succession import Due
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_queries, case_reader, case_writer
from negotiation.store.case_reader import Loaded
from negotiation.store.database import Database
from negotiation.store.tasks import add_task
from negotiation.store.transaction import Transaction

BATCH = 100


class Moved(NamedTuple):
    """A case that has gone over, or would: its state then, from and to which rulebook, the terms that run on.

    ``on``: the day of the event.
    """

    no: str
    state: str
    before: str
    after: str
    on: date
    terms: tuple[Term, ...]


@dataclass
class Outcome:
    """The cases that went over, and those that could not, each with the reason."""

    moved: list[Moved] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of law as it is carried out. ``missed``: what the clock has missed goes over too, dated today.

    ``actor``: the name under which it is recorded; ``write=False``: it is only rehearsed, before its first day too.
    """

    law: Rulebook
    at: datetime
    actor: str = SYSTEM
    missed: bool = False
    write: bool = True

    @property
    def today(self) -> date:
        return local_date(self.at)


def run(database: Database, context: Context, at: datetime, actor: str = SYSTEM) -> Outcome:
    """Lets the open cases go over whose next law has begun by ``at``; one that cannot is a task for a person."""
    done = Outcome()
    for law in sorted(context.successors.values(), key=lambda law: law.in_force_from):
        if law.in_force_from <= local_date(at):
            part = carry_out(database, context, Change(law, at, actor))
            done.moved += part.moved
            done.left += part.left
    return done


def carry_out(database: Database, context: Context, change: Change) -> Outcome:
    """Carries a change of law out, some hundred cases at a time. Raises DateError before its first day."""
    if change.write and change.today < change.law.in_force_from:
        raise DateError(
            f"规则 {change.law.id} 自 {change.law.in_force_from} 起施行，在此之前不能转入",
            todo="届时系统自动转入；现在可以加 --dry-run 预演",
        )
    done = Outcome()
    with database.read() as transaction:
        ids = case_queries.open_under(transaction, change.law.succeeds)
    for some in batches(ids, BATCH):
        with database.write() if change.write else database.read() as transaction:
            files = list(_decided(transaction, context, some, change, done))
            if change.write:
                _save(transaction, files, change, done)
            else:
                done.moved += [_moved(file, change) for file in files]
    return done


def _decided(
    transaction: Transaction, context: Context, ids: Sequence[int], change: Change, done: Outcome
) -> Iterator[CaseFile]:
    """The files of the cases that have gone over, not written yet."""
    for loaded in case_reader.load_many(transaction, ids, held=change.write):
        try:
            file = _gone_over(transaction, context, loaded, change)
        except NegotiationError as error:  # one case that cannot must not stop the others
            _leave(transaction, loaded, error, change, done)
        else:
            if file is not None:
                yield file


def _gone_over(transaction: Transaction, context: Context, loaded: Loaded, change: Change) -> CaseFile | None:
    file = file_of(UnitOfWork(transaction, context, change.at), loaded)
    file.clock = EnteredBy(change.actor)
    due = _due(file, change)
    if due is None:
        return None
    file.lapse(min(due.on, change.today))
    if file.ending:  # in silence, before the new law began
        return None
    if change.write:
        succession.go_over(transaction, file, due)
    else:
        file.go_over(due.law, due.on)
    return file


def _due(file: CaseFile, change: Change) -> Due | None:
    law = change.law
    if file.rulebook.id != law.succeeds or file.procedure.key not in law.procedures or succession.is_draft(file):
        return None
    if not succession.was_missed(file, law):
        return Due(law, law.in_force_from)
    return Due(law, change.today) if change.missed else None


def _save(transaction: Transaction, files: list[CaseFile], change: Change, done: Outcome) -> None:
    failures = case_writer.save_many(transaction, [file.change() for file in files])
    for file, failure in zip(files, failures, strict=True):
        if failure is None:
            succession.return_proposals(transaction, file)
            done.moved.append(_moved(file, change))
        elif not isinstance(failure, Conflict):  # overtaken: the next round looks again
            raise failure


def _leave(transaction: Transaction, loaded: Loaded, error: NegotiationError, change: Change, done: Outcome) -> None:
    done.left.append((loaded.record.no, error.what))
    if change.write:
        key = f"succession:{change.law.name}"
        add_task(transaction, loaded.record.id, key, f"未能转入新规定：{error.what}", change.today)


def _moved(file: CaseFile, change: Change) -> Moved:
    running = tuple(term for term in file.case_state.terms if term.ended_on is None and term.struck_seq is None)
    return Moved(file.no, file.state, change.law.succeeds, change.law.id, file.steps[-1].on, running)
