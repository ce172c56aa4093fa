"""The annual report over a hundred thousand cases of two years: every figure, by department, level, procedure, month.

Five lives in the shares of a city; a start on every working day, answers early, on the last day and late. Each pair of
departments occurs, so that nothing is counted together that a city would not have together.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from bench.fill import fill
from bench.ground import DEPARTMENTS, Ground, Grounds, morning, settle_in
from bench.measure import Row, Spread, at_most, demand, seconds, undisturbed
from bench.parts.decide import APPLICATION
from bench.parts.lives import ENTERED
from negotiation import casework, report
from negotiation.casework import Practice
from negotiation.store.cases import Change
from negotiation.store.database import Database

CASES, ROUNDS = 100_000, 7
LIVES = {  # the acts after the submission → of a hundred cases
    ("agree", "supply"): 55,
    ("refuse", "accept"): 15,
    ("refuse", "refer", "accept_referral", "settle", "supply"): 10,
    ("ask_supplement", "supplement", "agree_partly", "accept", "supply"): 10,
    ("agree",): 10,
}
FIRST, YEAR = date(2025, 1, 6), (date(2026, 1, 1), date(2026, 12, 31))
AS_OF = date(2027, 12, 31)  # when all of it is known
WEEKS = 100
PACES = (3, 10, 13)  # working days from one act to the next


def sqlite_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.sqlite, 0.15)


def postgres_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.postgres, 0.05)


def _rows(ground: Ground, wanted: float) -> Iterator[Row]:
    database = ground.empty("report")
    practice = settle_in(database)
    fill(database, _city(database, practice))
    _mix(database)
    compiled = partial(report.compiled, database, practice, 2026, *YEAR, AS_OF, tables=False)
    found = compiled()
    counts = found.main.total.counts
    received = CASES * sum(_start(week) >= YEAR[0] for week in range(WEEKS)) // WEEKS
    demand(not found.imbalances and counts["received"] == received, f"{ground.name}: {counts}")
    with undisturbed():
        taken = Spread.of([seconds(compiled) for _ in range(ROUNDS)])
    database.close()
    yield Row(f"annual report over {CASES:,} cases, {ground.name}", "s", taken, wanted=(at_most(taken, wanted, "s"),))


def _city(database: Database, practice: Practice) -> Iterator[tuple[Change, int]]:
    for week in range(WEEKS):
        for n, (acts, share) in enumerate(LIVES.items()):
            pace = PACES[0] if "ask_supplement" in acts else PACES[(week + n) % len(PACES)]  # within five days
            change = lived(database, practice, _start(week), acts, pace)
            yield change, CASES * share // 100 // WEEKS


def _start(week: int) -> date:
    return FIRST + timedelta(weeks=week, days=week % 5)


def lived(database: Database, practice: Practice, day: date, acts: tuple[str, ...], pace: int) -> Change:
    """What stands in the database after a life: one case with all its rows."""
    names = list(practice.directory.by_name)
    raw: dict[str, Any] = APPLICATION | {"applicant": names[0], "provider": names[1]}
    with database.writing() as transaction:
        file = casework.open_case(transaction, practice, "sharing", raw, at=morning(AS_OF))
        for n, event in enumerate(("submit", *acts)):
            on = practice.calendar.estimate(day, n * pace).day if n else day
            role = next(role for role in file.procedure.events[event].by if role != "clock")
            raw = ENTERED.get(event, {})
            casework.perform(transaction, file, event, role=role, actor="某甲", on=on, raw=raw, clock=False)
        return file.change()


def _mix(database: Database) -> None:
    """Every provider is asked by every other department."""
    asks = f"id / {DEPARTMENTS} - id / {DEPARTMENTS**2} * {DEPARTMENTS} + 1"  # no per cent: a driver's placeholder
    chosen = f"CASE WHEN {asks} <> provider_id THEN {asks} WHEN provider_id = 1 THEN 2 ELSE provider_id - 1 END"
    with database.writing() as transaction:
        transaction.execute(f'UPDATE "case" SET applicant_id = {chosen}')
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
