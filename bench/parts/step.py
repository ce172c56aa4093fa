"""The durable step: load, decide, write, commit, beside the driver alone writing the very same rows.

Copies of one database: on the first the steps are rehearsed and what they write is kept; on the others the product
takes them, the driver replays what was kept, and so does the ORM. Afterwards all hold the same rows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from statistics import mean, median
from typing import Any, NamedTuple

from bench.ground import Ground, Grounds, settle_in
from bench.measure import Row, Spread, Wanted, at_least, demand, ratios, seconds, undisturbed
from bench.parts import orm
from bench.parts.lives import LIVES, Deed, Written, draft, rehearse, take_step
from negotiation.store.database import Database

ROUNDS, CASES = 60, 3  # cases of each life in a round
STEPS = CASES * sum(map(len, LIVES))  # in a round
ORM_EVERY = 6  # rounds: the ORM needs that much longer
TABLES = ('"case"', "event", "content", "term", "item", "notice", "task")
COMPARED = (
    'SELECT id, state, version, last_on, received_on, replied_on, closed_on, due_on, next_due, late FROM "case"',
    "SELECT case_id, seq, event, role, state, basis, term, happened_on FROM event",
    "SELECT case_id, n, kind, due_on, next_on, rung, answered_on, ended_on, ended_seq FROM term",
    "SELECT case_id, key, template, department_id, state FROM notice",
    "SELECT case_id, n, name, answer FROM item",
)
Take = Callable[[int], None]
Replay = Callable[[Any, Written], None]


class Side(NamedTuple):
    """Somebody who takes the steps, each by its number; ``every`` n-th round only."""

    name: str
    take: Take
    every: int = 1


def sqlite_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.sqlite, "raw sqlite3, the same statements", 0.67, _replay_on_sqlite, orm_wanted=6)


def postgres_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.postgres, "raw psycopg, one prepared call", 0.7, _replay_on_postgres)


def _rows(
    ground: Ground, peer: str, wanted: float, replay: Replay, *, orm_wanted: float | None = None
) -> Iterator[Row]:
    source = ground.empty("step")
    context = settle_in(source)
    deeds = draft(source, context, ROUNDS * CASES)
    ours, raw, mapped = (ground.copy(source, f"step-{name}") for name in ("ours", "raw", "orm"))
    written = rehearse(source, context, deeds)
    connection, engine = ground.raw(raw), orm.engine_of(mapped)
    by_orm = Side(f"SQLModel {version('sqlmodel')} ORM", lambda n: orm.take_step(engine, written[n]), ORM_EVERY)
    by_driver = Side(peer, lambda n: replay(connection, written[n]))
    taken = _alternating(Side("ours", lambda n: take_step(ours, context, deeds[n])), by_driver, by_orm)
    connection.close()
    engine.dispose()
    demand(_contents(ours) == _contents(source), f"{ground.name}: the steps did not write what they were to write")
    demand(_contents(raw) == _contents(source), f"{ground.name}: the driver alone did not write the same rows")
    demand(_events(mapped) == STEPS * ROUNDS // ORM_EVERY, f"{ground.name}: the ORM did not take its steps")
    title = f"durable step, {ground.name}"
    yield _row(title, by_driver, taken, (wanted, ""), deeds)
    yield _row(title, by_orm, taken, (orm_wanted, "the ORM") if orm_wanted else None, deeds)
    for database in (source, ours, raw, mapped):
        database.close()


def _alternating(*sides: Side) -> dict[str, dict[int, list[float]]]:
    """The seconds of each step, by side and round; the sides take turns, and take turns in going first."""
    taken: dict[str, dict[int, list[float]]] = defaultdict(dict)
    with undisturbed():
        for number in range(ROUNDS):
            steps = range(number * STEPS, (number + 1) * STEPS)
            for side in sides if number % 2 else reversed(sides):
                if number % side.every == 0:
                    taken[side.name][number] = [_timed(side.take, step) for step in steps]
    return taken


def _timed(take: Take, step: int) -> float:
    return seconds(lambda: take(step))


def _row(
    title: str, peer: Side, taken: dict[str, dict[int, list[float]]], wanted: tuple[float, str] | None,
    deeds: Sequence[Deed],
) -> Row:  # fmt: skip
    rounds = sorted(taken[peer.name])
    own = [1 / mean(taken["ours"][number]) for number in rounds]
    other = [1 / mean(taken[peer.name][number]) for number in rounds]
    ratio = ratios(own, other)
    return Row(
        title,
        "steps/s",
        Spread.of(own),
        Spread.of(other),
        peer.name,
        ratio,
        _bounds(ratio, wanted),
        {name: _by_event(taken[name], deeds) for name in ("ours", peer.name)},
    )


def _bounds(ratio: Spread, wanted: tuple[float, str] | None) -> tuple[Wanted, ...]:
    return (at_least(ratio, *wanted),) if wanted else ()


def _by_event(rounds: dict[int, list[float]], deeds: Sequence[Deed]) -> dict[str, float]:
    """The median of each kind of step, in microseconds."""
    events: dict[str, list[float]] = defaultdict(list)
    for number, taken in rounds.items():
        for deed, value in zip(deeds[number * STEPS :], taken, strict=False):
            events[deed.event].append(value)
    return {event: round(median(values) * 1e6, 1) for event, values in events.items()}


def _replay_on_sqlite(connection: Any, written: Written) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for sql, values in written.statements:
        connection.execute(sql, values)
    connection.execute("COMMIT")


def _replay_on_postgres(connection: Any, written: Written) -> None:
    ((sql, values),) = written.statements
    connection.execute(sql, values, prepare=True)


def _contents(database: Database) -> list[list[str]]:
    with database.read() as transaction:
        counts = [
            [str(transaction.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar())] for table in TABLES
        ]
        return counts + [sorted(map(repr, transaction.connection.exec_driver_sql(query))) for query in COMPARED]


def _events(database: Database) -> int:
    with database.read() as transaction:
        return int(transaction.connection.exec_driver_sql("SELECT count(*) FROM event").scalar() or 0)
