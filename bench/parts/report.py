"""The annual report over a hundred thousand cases of two years: every figure, by department, level, procedure, month.

Five lives in the shares of a city; a start on every working day, answers early, on the last day and late. Each pair of
departments occurs, so that nothing is counted together that a city would not have together.

What was counted is kept (``negotiation/documents/report/cache.py``), so that three things are told: the report as it is
asked for on most days, after some cases of the newest block have changed, and counted from every row. The last is what
the first one costs once, and again after a change of the calendar or of the program.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.fill import fill
from bench.ground import DEPARTMENTS, Ground, Grounds, morning, settle_in
from bench.measure import Row, Spread, Work, at_most, demand, seconds, undisturbed
from bench.parts.decide import APPLICATION
from bench.parts.lives import ENTERED, ITEMS
from negotiation.documents import report
from negotiation.documents.report.export import write_paper
from negotiation.documents.report.model import Report
from negotiation.documents.report.papers import Wishes, senders
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.change_statements import Change
from negotiation.store.database import Database

CASES, ROUNDS = 100_000, 7
SLOW_ROUNDS = 3
ACTS = 200  # of a day
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
    context = settle_in(database)
    fill(database, _city(database, context))
    _mix(database)
    told = partial(report.report_of, database, context, 2026, report.Days(*YEAR, AS_OF))
    figures, from_rows = partial(told, tables=False), partial(told, tables=False, from_rows=True)
    _demand_all(ground, figures(), from_rows())
    what = f"annual report over {CASES:,} cases, {ground.name}"
    with undisturbed():
        kept = Spread.of([seconds(figures) for _ in range(ROUNDS)])
        after = Spread.of([_after_acts(database, figures) for _ in range(ROUNDS)])
        whole = Spread.of([seconds(from_rows) for _ in range(SLOW_ROUNDS)])
        papers = Spread.of([seconds(partial(_papers, context, told)) for _ in range(SLOW_ROUNDS)])
    database.close()
    yield Row(f"{what}: figures", "s", kept, wanted=(at_most(kept, wanted, "s"),))
    yield Row(f"{what}: after {ACTS} acts", "s", after)
    yield Row(f"{what}: counted from every row", "s", whole)
    yield Row(f"{what}: with .xlsx and .docx", "s", papers, wanted=(at_most(papers, 3, "s"),))


def _demand_all(ground: Ground, kept: Report, from_rows: Report) -> None:
    """Every case is there, and the kept sums tell what the rows tell."""
    counts = kept.main.total.counts
    received = CASES * sum(_start(week) >= YEAR[0] for week in range(WEEKS)) // WEEKS
    demand(not kept.imbalances and counts["received"] == received, f"{ground.name}: {counts}")
    demand(kept == from_rows, f"{ground.name}: the sums tell otherwise than the rows")


def _after_acts(database: Database, figures: Work) -> float:
    """The seconds of a report after the newest cases have changed, each by one version."""
    with database.write() as transaction:
        newest = f'SELECT max(id) - {ACTS} FROM "case"'
        transaction.execute(f'UPDATE "case" SET version = version + 1 WHERE id > ({newest})')
    return seconds(figures)


def _papers(context: Context, told: Callable[[], Report]) -> None:
    """The figures and every table, written as workbook and as document."""
    found, (sender, *_) = told(), senders(context, AS_OF, Wishes())
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("xlsx", "docx"):
            demand(write_paper(Path(folder), kind, found, sender).stat().st_size > 0, kind)


def _city(database: Database, context: Context) -> Iterator[tuple[Change, int]]:
    for week in range(WEEKS):
        for n, (acts, share) in enumerate(LIVES.items()):
            pace = PACES[0] if "ask_supplement" in acts else PACES[(week + n) % len(PACES)]  # within five days
            change = lived(database, context, _start(week), acts, pace)
            yield change, CASES * share // 100 // WEEKS


def _start(week: int) -> date:
    return FIRST + timedelta(weeks=week, days=week % 5)


def lived(database: Database, context: Context, day: date, acts: tuple[str, ...], pace: int) -> Change:
    """What stands in the database after a life: one case with all its rows."""
    names = list(context.directory.by_name)
    items = ITEMS if "agree_partly" in acts else []
    raw: dict[str, Any] = APPLICATION | {"applicant": names[0], "provider": names[1], "items": items}
    with database.write() as transaction:
        file = opening.open_case(UnitOfWork(transaction, context, morning(AS_OF)), "sharing", raw)
        for n, event in enumerate(("submit", *acts)):
            on = context.calendar.estimate(day, n * pace).day if n else day
            role = next(role for role in file.procedure.events[event].by if role != "clock")
            raw = ENTERED.get(event, {})
            acting.perform(
                transaction, file, ActRequest(event, role=role, actor="某甲", on=on, fields=raw), clock=False
            )
        return file.change()


def _mix(database: Database) -> None:
    """Every provider is asked by every other department."""
    asks = f"id / {DEPARTMENTS} - id / {DEPARTMENTS**2} * {DEPARTMENTS} + 1"  # no per cent: a driver's placeholder
    chosen = f"CASE WHEN {asks} <> provider_id THEN {asks} WHEN provider_id = 1 THEN 2 ELSE provider_id - 1 END"
    with database.write() as transaction:
        transaction.execute(f'UPDATE "case" SET applicant_id = {chosen}')
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
