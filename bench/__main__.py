"""``make bench``: the figures that the design holds the program to, measured here and now, beside limits and peers.

Writes build/bench.json; exit 1 if a row falls short. ``python -m bench step`` measures the parts of that name only.
"""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from time import perf_counter

from rich.console import Console
from rich.table import Table

from bench.ground import BUILD, Grounds
from bench.measure import Row, Spread
from bench.parts import calendar_change, decide, desk, due_date, past, report, search, sign_in, start, step, sweep
from negotiation.core.memory import look_seldom

PARTS: dict[str, Callable[[Grounds], Iterator[Row]]] = {
    "due-date": due_date.rows,
    "decide": decide.rows,
    "step-sqlite": step.sqlite_rows,
    "step-postgresql": step.postgres_rows,
    "sweep-sqlite": sweep.sqlite_rows,
    "sweep-postgresql": sweep.postgres_rows,
    "calendar-change-sqlite": calendar_change.sqlite_rows,
    "calendar-change-postgresql": calendar_change.postgres_rows,
    "report-sqlite": report.sqlite_rows,
    "report-postgresql": report.postgres_rows,
    "past-sqlite": past.sqlite_rows,
    "past-postgresql": past.postgres_rows,
    "search-sqlite": search.sqlite_rows,
    "search-postgresql": search.postgres_rows,
    "start": start.rows,
    "desk-sqlite": desk.sqlite_rows,
    "sign-in": sign_in.rows,
}


def main(names: list[str]) -> int:
    chosen = {key: part for key, part in PARTS.items() if not names or any(name in key for name in names)}
    if not chosen:
        print(f"python -m bench [{' | '.join(PARTS)}]", file=sys.stderr)
        return 2
    look_seldom()  # as the program does
    begun = perf_counter()
    rows: list[Row] = []
    with Grounds.open() as grounds:
        for key, part in chosen.items():
            print(f"{key} …", file=sys.stderr)
            rows += part(grounds)
    taken = perf_counter() - begun
    Console(width=None if sys.stdout.isatty() else 150).print(_table(rows, taken))
    _write(rows, taken)
    return 1 if any(row.falls_short for row in rows) else 0


def _table(rows: list[Row], taken: float) -> Table:
    table = Table(title=f"{_machine()}, measured in {taken:.0f} s: median (range)", title_justify="left")
    for title in ("figure", "ours", "limit or peer", "ratio", "wanted", "verdict"):
        table.add_column(title)
    for row in rows:
        peer = f"{_spread(row.peer)} {row.unit}\n{row.peer_name}" if row.peer else ""
        ratio = f"{_spread(row.ratio)} ×" if row.ratio else ""
        wanted = "\n".join(bound.text for bound in row.wanted)
        table.add_row(row.figure, f"{_spread(row.ours)} {row.unit}", peer, ratio, wanted, _verdict(row))
    return table


def _verdict(row: Row) -> str:
    if not row.wanted:
        return "–"
    return "[red]falls short[/]" if row.falls_short else "[green]reached[/]"


def _spread(spread: Spread) -> str:
    return f"{_number(spread.median)} ({_number(spread.low)}–{_number(spread.high)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores"


def _write(rows: list[Row], taken: float) -> None:
    report = {
        "machine": _machine(),
        "seconds": round(taken, 1),
        "rows": [asdict(row) | {"falls_short": row.falls_short} for row in rows],
    }
    (BUILD / "bench.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
