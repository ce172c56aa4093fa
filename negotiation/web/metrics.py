"""Figures for Prometheus, in its text format: what this process answered and how fast, what the database holds.

Numbers only: neither people nor departments are named. The requests are those of this process since its start.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "negotiation_"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds
Labels = Mapping[str, str]


class Metric(NamedTuple):
    """A figure by its name, what kind it is, what it means, and its values by their labels."""

    name: str
    kind: str
    means: str
    values: Iterable[tuple[Labels, float]]


class Tally:
    """The answers of this process: how many of each status, how long they took."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.within = [0] * (len(BUCKETS) + 1)  # the last: longer than all of them
        self.seconds = 0.0

    def count(self, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.within[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds

    def lines(self) -> Iterator[str]:
        by_status = [({"status": str(status)}, float(count)) for status, count in sorted(self.statuses.items())]
        yield from lines(Metric("http_requests_total", "counter", "Requests answered by this process.", by_status))
        yield from self._histogram()

    def _histogram(self) -> Iterator[str]:
        name = f"{PREFIX}http_request_duration_seconds"
        yield f"# HELP {name} How long this process took to answer."
        yield f"# TYPE {name} histogram"
        total = 0
        for limit, count in zip((*map(str, BUCKETS), "+Inf"), self.within, strict=True):
            total += count
            yield f'{name}_bucket{{le="{limit}"}} {total}'
        yield f"{name}_sum {self.seconds:.6f}"
        yield f"{name}_count {total}"


def one(name: str, kind: str, means: str, value: float) -> Metric:
    """A figure that has one value."""
    return Metric(name, kind, means, [({}, value)])


def lines(metric: Metric) -> Iterator[str]:
    """A figure as Prometheus reads it."""
    name = f"{PREFIX}{metric.name}"
    yield f"# HELP {name} {metric.means}"
    yield f"# TYPE {name} {metric.kind}"
    for labels, value in metric.values:
        inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
        yield f"{name}{f'{{{inside}}}' if inside else ''} {value:.15g}"
