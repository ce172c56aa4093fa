"""What every part measures with: spreads of short rounds, and the rows of the table."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

Work = Callable[[], Any]


class Spread(NamedTuple):
    """The median of some rounds, with their range."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


class Wanted(NamedTuple):
    """A bound that a row has to keep, in words, and whether it does."""

    text: str
    holds: bool


@dataclass(frozen=True)
class Row:
    """A row of the table; without ``wanted`` it has no verdict.

    ``ratio``: how much better ours is than the limit or the peer; how much longer where ``wanted`` is a bound above.
    """

    figure: str
    unit: str
    ours: Spread
    peer: Spread | None = None
    peer_name: str = ""
    ratio: Spread | None = None
    wanted: tuple[Wanted, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def falls_short(self) -> bool:
        return not all(bound.holds for bound in self.wanted)


def at_most(ours: Spread, bound: float, unit: str) -> Wanted:
    return Wanted(f"≤ {bound:g} {unit}", ours.median <= bound)


def at_least(ratio: Spread, bound: float, what: str = "") -> Wanted:
    return Wanted(f"≥ {bound:,g} × {what}".rstrip(), ratio.median >= bound)


def seconds(work: Work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def alternating(rounds: int, *sides: Work) -> list[list[float]]:
    """The seconds of each side in each round; the sides take turns, and take turns in going first."""
    taken: list[list[float]] = [[] for _ in sides]
    with undisturbed():
        for n in range(rounds):
            order = range(len(sides)) if n % 2 == 0 else reversed(range(len(sides)))
            for side in order:
                taken[side].append(seconds(sides[side]))
    return taken


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Round against round: what slows the machine for a while slows both sides."""
    return Spread.of([one / other for one, other in zip(above, below, strict=True)])


@contextmanager
def undisturbed() -> Iterator[None]:
    """What was made before is not collected in the middle of a round."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def demand(holds: bool, sentence: str) -> None:
    """No figure without the work: whoever did not do it is not compared."""
    if not holds:
        raise SystemExit(f"bench: {sentence}")
