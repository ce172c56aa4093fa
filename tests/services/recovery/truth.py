"""True histories: cases of the simulated city, lived as they were, and each read back as the papers of its life."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from negotiation.core.enums import CLOCK
from negotiation.core.local_time import at_local, local_date
from negotiation.domain.machine.amendments import handed_in
from negotiation.domain.machine.derivation import unlived
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.places import is_moving
from negotiation.domain.rulebook import Procedure
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, standing_in
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_reader
from negotiation.store.database import Database
from negotiation.store.outbox import _instant
from negotiation.store.transaction import Transaction
from tests.documents.report.simulated.city import City

UNDER_809 = date(2025, 8, 4), date(2026, 3, 27)  # 国务院令第809号 is in force; over the turn of the year
INTO_809 = date(2025, 6, 2), date(2026, 1, 30)  # most cases are opened under 京政发〔2017〕37号, and end under 809
LETTERS_COME = 90  # days in which cases are opened
ONE_DAY = timedelta(days=1)


class Paper(NamedTuple):
    """A paper of a case: what happened, on which day, and when it came to the office's desk."""

    case: int
    n: int
    event: str
    role: str
    on: date
    came: date
    fields: dict[str, Any]
    moves: bool


@dataclass(frozen=True, slots=True)
class History:
    """A case as it was: the day and the form of its draft, and its papers in the order in which they came.

    ``order``: the places of the papers in the order in which they stand in the file.
    """

    no: str
    seqs: dict[int, int]  # the number of each paper's event → its place
    opened: date
    procedure: Procedure
    draft: dict[str, Any]
    papers: tuple[Paper, ...]
    order: tuple[int, ...]


class TrueCity(City):
    """The city with cases of sharing alone, each of which is told as it happened; its mail leaves every evening."""

    def _openings(self) -> dict[date, int]:
        opened: dict[date, int] = defaultdict(int)
        for _ in range(self.many):
            opened[self.first + self.chance.randrange(LETTERS_COME) * ONE_DAY] += 1
        return opened

    def _procedure(self, context: Context) -> Procedure:
        return context.rulebook.procedures[context.rulebook.main_procedure]

    def _opened_by_the_clock(self, transaction: Transaction, day: date) -> None:
        """None: the yearly cases are no subject here."""

    def _live(self, day: date) -> None:
        super()._live(day)
        post(self.database, day)


def post(database: Database, day: date) -> None:
    """The mail of a day leaves, but for what is no longer true; nobody reads it here."""
    with database.write() as transaction:
        param = transaction.param
        due = f"state = 'waiting' AND next_try <= {param}"
        ends = "t.ended_on IS NULL AND t.answered_on IS NULL AND t.suspended_on IS NULL"
        ends += f" AND notice.key LIKE {param} || CAST(t.due_on AS TEXT) || {param}"
        ends += f" AND (t.lapsed_on IS NOT NULL OR notice.key NOT LIKE {param})"
        runs = f"SELECT 1 FROM term t WHERE t.case_id = notice.case_id AND t.n = notice.term AND {ends}"
        moment = _instant(transaction, at_local(day, time(18)))
        transaction.execute(
            f"UPDATE notice SET state = 'obsolete', next_try = NULL WHERE {due} AND kind = 'reminder' "
            f"AND NOT EXISTS ({runs})",
            [moment, "%/due:", "/%", "%/lapsed/%"],
        )
        transaction.execute(
            f"UPDATE notice SET state = 'sent', sent_at = next_try, next_try = NULL WHERE {due}", [moment]
        )


def histories(city: TrueCity) -> list[History]:
    """Every case of the city that was handed in, read back from its entries; in the order of their numbers."""
    with city.database.read() as transaction:
        nos = [no for (no,) in transaction.rows('SELECT no FROM "case" ORDER BY id')]
        return [_history(transaction, city, no, n) for n, no in enumerate(nos)]


def _history(transaction: Transaction, city: TrueCity, no: str, case: int) -> History:
    record = case_reader.load(transaction, no=no).record
    opened = local_date(record.opened_at)
    work = UnitOfWork(transaction, city.context(opened), at_local(city.last, time(20)))
    file = acting.take(work, no)
    directory = file.context.directory
    recorded = history_of(transaction, file)
    entries = [each for each in recorded.entries if each.role != CLOCK]
    parties = _at_first(transaction, file, entries)
    draft = case_reader.read_draft(transaction, file.case_id)
    named = {role: directory.name(parties[role]) for role in file.procedure.parties}
    papers = tuple(_paper(file.procedure, case, n, entry) for n, entry in enumerate(entries))
    seqs = {entry.seq: n for n, entry in enumerate(entries)}
    order = tuple(seqs[each.seq] for each in standing_in(file, recorded) if each.seq in seqs)
    return History(no, seqs, opened, file.procedure, {**draft, **named}, papers, order)


def _at_first(transaction: Transaction, file: CaseFile, entries: Sequence[Entry]) -> Mapping[str, int]:
    """The parties with which the draft was opened: before it is handed in, parts in it can change hands too."""
    first = handed_in(file.procedure, entries)
    parties = dict(unlived(file.procedure, entries, file.case_state.parties).parties)
    sql = f"SELECT seq, role, from_id FROM moved_party WHERE case_id = {transaction.param} ORDER BY seq DESC"
    moved = transaction.rows(sql, [file.case_id])
    return parties | {role: unit for seq, role, unit in moved if first is None or seq < first.seq}


def _paper(rules: Procedure, case: int, n: int, entry: Entry) -> Paper:
    came = local_date(entry.recorded_at)
    moves = is_moving(rules, entry.event, entry.fields)
    return Paper(case, n, entry.event, entry.role, entry.on, came, dict(entry.fields), moves)
