"""What a process pays before its first answer: commands, the calendars' import and the index of twenty years."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory

from bench.ground import Grounds
from bench.measure import Row, Spread, alternating, at_most, demand, ratios
from calendars import WorkingCalendar

IMPORT = "import time; t = time.perf_counter(); import calendars; print(time.perf_counter() - t)"

ROUNDS = 7
BARE = ("-c", "pass")
HELP = ("--help",)
DUE = ("calendar", "due", "2026-09-18", "5")
CASES = ("cases",)
# A command's words, whether its home has a database, and its bound: as many bare interpreters, of 20 ms each on an idle
# machine, as are 0.3 s or (with the database) 0.6 s. A busy machine slows both sides.
COMMANDS = ((HELP, False, 15), (DUE, False, 15), (DUE, True, 30), (CASES, True, 30))


def rows(_grounds: Grounds) -> Iterator[Row]:
    with TemporaryDirectory() as without, TemporaryDirectory() as home:
        _process(home, "-m", "negotiation", "migrate")()
        for words, has_database, bound in COMMANDS:
            yield _command(home if has_database else without, words, bound, "" if has_database else ", no database")
    imported = Spread.of([float(subprocess.check_output([sys.executable, "-c", IMPORT])) * 1e3 for _ in range(7)])
    yield Row("import calendars", "ms", imported, wanted=(at_most(imported, 60, "ms"),))

    calendar = WorkingCalendar.official()
    demand(calendar.official_through.year - calendar.since.year >= 20, "the index is shorter than twenty years")
    (taken,) = alternating(15, WorkingCalendar.official)
    spread = Spread.of([value * 1e3 for value in taken])
    yield Row("index of twenty years", "ms", spread, wanted=(at_most(spread, 5, "ms"),))


def _command(home: str, words: tuple[str, ...], bound: float, remark: str) -> Row:
    """The time from the start of a command's process to its end, and how many bare interpreters it lasts."""
    command, bare = _process(home, "-m", "negotiation", *words), _process(home, *BARE)
    command()  # once for the files that are compiled and cached
    ours, peer = alternating(ROUNDS, command, bare)
    times = ratios(ours, peer)
    return Row(
        f"negotiation {' '.join(words[:2])}{remark}",
        "s",
        Spread.of(ours),
        peer=Spread.of(peer),
        peer_name="python -c pass",
        wanted=(at_most(times, bound, "× python -c pass"),),
        ratio=times,
    )


def _process(home: str, *words: str) -> Callable[[], object]:
    environment = os.environ | {"NEGOTIATION_HOME": home}
    return lambda: subprocess.run([sys.executable, *words], env=environment, capture_output=True, check=True)
