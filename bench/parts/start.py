"""What a process pays before its first answer: the calendars' import and the index of twenty years."""

import subprocess
import sys
from collections.abc import Iterator

from bench.ground import Grounds
from bench.measure import Row, Spread, alternating, at_most, demand
from calendars import WorkingCalendar

IMPORT = "import time; t = time.perf_counter(); import calendars; print(time.perf_counter() - t)"


def rows(_grounds: Grounds) -> Iterator[Row]:
    imported = Spread.of([float(subprocess.check_output([sys.executable, "-c", IMPORT])) * 1e3 for _ in range(7)])
    yield Row("import calendars", "ms", imported, wanted=(at_most(imported, 60, "ms"),))

    calendar = WorkingCalendar.official()
    demand(calendar.official_through.year - calendar.since.year >= 20, "the index is shorter than twenty years")
    (taken,) = alternating(15, WorkingCalendar.official)
    spread = Spread.of([value * 1e3 for value in taken])
    yield Row("index of twenty years", "ms", spread, wanted=(at_most(spread, 5, "ms"),))
