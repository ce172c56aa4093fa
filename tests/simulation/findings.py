"""What must hold after a simulated year; each that does not is a sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from negotiation.core.enums import ANNUL, CORRECT_ENTRY, STRIKE_ENTRY, NoticeState
from negotiation.core.local_time import at_local, local_date
from negotiation.core.signed_notes import opened
from negotiation.domain.rulebook import STAY
from negotiation.notifications.email.addresses import message_id_of
from negotiation.services.context import UnitOfWork
from negotiation.services.proof import sealing, verification
from negotiation.store.transaction import Transaction
from tests.documents.report.simulated.city import ONE_DAY
from tests.documents.report.simulated.counting import Case
from tests.documents.report.simulated.history import histories
from tests.documents.report.simulated.kept import as_row, terms_kept
from tests.simulation.year import FIRST, Year

AMENDED = (CORRECT_ENTRY, STRIKE_ENTRY)
NIGHT = time(20)


def faults(year: Year) -> list[str]:
    """All that is not as it must be."""
    with year.database.read() as transaction:
        found = [*year.untrue, *_lost(transaction, year), *_mail(transaction, year), *_lapses(transaction, year)]
        return [*found, *_uncounted(transaction, year), *_unproven(transaction, year)]


def counts(year: Year) -> Mapping[str, int]:
    """How much was lived, and how often it was disturbed."""
    with year.database.read() as transaction:
        tables = {"cases": '"case"', "events": "event", "notices": "notice"}
        sizes = {name: transaction.rows(f"SELECT count(*) FROM {table}")[0][0] for name, table in tables.items()}
        sizes["lapses"] = transaction.rows("SELECT count(*) FROM event WHERE event = 'lapse'")[0][0]
        states = dict(transaction.rows("SELECT state, count(*) FROM notice GROUP BY state ORDER BY state"))
    taken = Counter(mail.message_id for mail in year.mail.taken)
    return sizes | states | {"mails": len(taken), "taken again": taken.total() - len(taken)} | dict(year.told)


def _lost(transaction: Transaction, year: Year) -> Iterator[str]:
    """Every head that was acknowledged is there."""
    digests = {
        (key, seq): bytes(digest) for key, seq, digest in transaction.rows("SELECT case_id, seq, digest FROM event")
    }
    for key, (version, head) in year.acknowledged.items():
        if version and digests.get((key, version)) != head:
            yield f"case {key}: its event {version} was acknowledged and is lost"


# --------------------------------------------------------------------------------------------------------------- mail


def _mail(transaction: Transaction, year: Year) -> Iterator[str]:
    """Every notice of the year left once, or says in the open why it did not."""
    columns = "case_id, key, state, said, digest_key, next_try, created_at, sent_at"
    rows = [dict(row) for row in transaction.connection.exec_driver_sql(f"SELECT {columns} FROM notice").mappings()]
    tasks = {(case_id, key) for case_id, key in transaction.rows("SELECT case_id, key FROM task")}
    states = {(row["case_id"], row["key"]): row["state"] for row in rows}
    taken = Counter(mail.message_id for mail in year.mail.taken)
    ids, tomorrow = set(), (year.last + ONE_DAY).isoformat()
    for row in rows:
        ids.add(own := message_id_of(row["case_id"], row["key"], year.program.settings.mail_from))
        was_due = row["created_at"] >= FIRST.isoformat() and (row["next_try"] or "") < tomorrow
        if was_due and not _is_settled(row, taken[own], states, tasks):
            yield f"notice {row['case_id']} {row['key']}: {row['state']} {row['said']} {row['next_try']}"
    yield from (f"a mail of no notice: {each}" for each in taken.keys() - ids)
    full = sum("磁盘" in each for each in year.program.said)
    if taken.total() - len(taken) > year.told["crashes"] + year.mail.drops + full:
        yield f"{taken.total() - len(taken)} mails went again, more than were interrupted"


def _is_settled(row: dict[str, Any], taken: int, states: Mapping[Any, str], tasks: set[tuple[int, str]]) -> bool:
    match row["state"]:
        case NoticeState.SENT:
            return taken > 0
        case NoticeState.DIGESTED:
            return states.get((0, row["digest_key"])) in (NoticeState.SENT, NoticeState.FAILED)
        case NoticeState.MISSED:
            return not row["case_id"] or (0, row["digest_key"]) in tasks
        case NoticeState.FAILED:
            return (0, row["digest_key"]) in tasks or (row["case_id"], f"notice/{row['key']}") in tasks
        case NoticeState.OBSOLETE:
            return bool(row["said"])
    return False


# ------------------------------------------------------------------------------------------------------------- lapses


def _lapses(transaction: Transaction, year: Year) -> Iterator[str]:
    """Every term that has passed has lapsed, once, on its last day, and was recorded when that was over.

    What was corrected is derived anew (``_unproven``), and what a late paper annulled was right until it came; a term
    that was given another day after it had lapsed (另定整改期限) runs to that.
    """
    undoing = sorted({ANNUL, *_giving_days(year)})
    told = transaction.rows(
        "SELECT e.case_id, e.term, e.happened_on, e.recorded_at, t.due_on FROM event e JOIN term t "
        f"ON e.case_id = t.case_id AND e.term = t.n WHERE e.event = 'lapse' AND e.recorded_at >= '{FIRST}' "
        "AND e.case_id NOT IN (SELECT case_id FROM event WHERE event IN (?, ?)) AND NOT EXISTS (SELECT 1 FROM event "
        "later WHERE later.case_id = e.case_id AND coalesce(later.term, e.term) = e.term AND later.seq > e.seq AND "
        f"later.event IN ({', '.join('?' * len(undoing))}))",
        [*AMENDED, *undoing],
    )
    for case_id, n, happened, recorded, due in told:
        if str(happened) != str(due):
            yield f"case {case_id}: term {n} was due on {due}, and lapsed on {happened}"
        if local_date(datetime.fromisoformat(f"{recorded}+00:00")).isoformat() <= str(happened):
            yield f"case {case_id}: term {n} lapsed before {happened} was over"
    for (case_id, n), many in Counter((row[0], row[1]) for row in told).items():
        if many > 1:
            yield f"case {case_id}: term {n} lapsed {many} times"
    moved = "SELECT case_id, n FROM term WHERE lapsed_on <> due_on"
    yield from (f"case {case_id}: term {n} has another day than its lapse" for case_id, n in transaction.rows(moved))
    waits = f"SELECT case_id, n, next_on FROM term WHERE next_on <= '{year.last}' AND ended_on IS NULL"
    yield from (
        f"case {each[0]}: term {each[1]} waits for the clock since {each[2]}" for each in transaction.rows(waits)
    )
    parked = transaction.rows("SELECT case_id, title FROM task WHERE key LIKE 'term:%/parked'")
    yield from (f"case {case_id}: {title}" for case_id, title in parked)


def _giving_days(year: Year) -> set[str]:
    """The events by which a term that runs gets another day."""
    procedures = year.context(year.last).procedures.values()
    rows = [row for rules in procedures for row in rules.table.values()]
    return {row.event.key for row in rows if row.lengthens or (row.starts and row.target == STAY)}


def _uncounted(transaction: Transaction, year: Year) -> Iterator[str]:
    """Every main term and every term of supply is that of the second path, which counts from the events alone."""
    calendar, kept = year.context(year.last).calendar, terms_kept(transaction)
    for each in histories(transaction):
        if any(entry.event in AMENDED for entry in each.entries):
            continue  # the second path knows of no corrections; what was corrected is derived anew below
        case = Case(each, calendar)
        for kind, clocks in (("main", case.replies), ("supply", case.supplies)):
            mine, rows = [as_row(clock) for clock in clocks], kept.get((each.no, kind), [])
            voided = any(interval.is_void for interval in each.all_intervals())
            if mine != rows and not (voided and set(mine) <= set(rows)):
                yield f"{each.no} {kind}: counted {mine}, kept {rows}"


def _unproven(transaction: Transaction, year: Year) -> Iterator[str]:
    """Every case is what its entries make it; chains, files, registers and seals verify, by the first seal too."""
    first = min((year.program.settings.home / "seals").glob("*.txt"))
    verifiers = sealing.verifiers_of(year.program.settings)
    anchor = opened(first.read_text("utf-8"), verifiers)
    work = UnitOfWork(transaction, year.context(year.last), at_local(year.last, NIGHT))
    found = verification.verify(work, verifiers, anchor, full=True)
    yield from (f"{each['no']} {each['seq']}: {each['what']}" for each in found.broken)
