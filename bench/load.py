"""A load generator in a process of its own: a few connections that are kept alive, each asks again once it is answered.

``python -m bench.load FILE`` reads a pickled ``Order`` and prints the ``Answered`` of it as JSON.
"""

import asyncio
import json
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import NamedTuple


class Order(NamedTuple):
    """Who is asked what. ``lanes``: the requests of each connection, in order. ``status``: of every answer.

    ``mark``: what stands ``marks`` times in the body of every answer.
    """

    port: int
    lanes: Sequence[Sequence[bytes]]
    status: int
    mark: bytes = b""
    marks: int = 0


class Answered(NamedTuple):
    """How fast it went: requests a second, latencies in milliseconds, the size of the greatest body in bytes."""

    per_second: float
    p50: float
    p99: float
    largest: int
    wrong: Sequence[str]


def drive(order: Order, folder: Path) -> Answered:
    """Runs the load in another process and waits for it."""
    file = folder / "order.pickle"
    file.write_bytes(pickle.dumps(order))
    said = subprocess.run([sys.executable, "-m", "bench.load", str(file)], check=True, stdout=subprocess.PIPE).stdout
    file.unlink()
    return Answered(**json.loads(said))


class Lane(asyncio.Protocol):
    """One connection: sends a request, takes the answer whole, sends the next."""

    def __init__(self, order: Order, requests: Sequence[bytes]) -> None:
        self.order, self.waiting = order, list(reversed(requests))
        self.done = asyncio.get_running_loop().create_future()
        self.taken: list[float] = []
        self.wrong: list[str] = []
        self.largest = 0
        self._held = b""
        self._wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def _send(self) -> None:
        if not self.waiting:
            self.transport.close()
            return
        self._held, self._wanted, self._begun = b"", 0, perf_counter()
        self.transport.write(self.waiting.pop())

    def data_received(self, data: bytes) -> None:
        self._held += data
        if not self._wanted and (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end].lower()
            self._wanted = end + 4 + int(head.partition(b"content-length:")[2].partition(b"\r")[0])
        if self._wanted and len(self._held) >= self._wanted:
            self.taken.append(perf_counter() - self._begun)
            self._check()
            self._send()

    def _check(self) -> None:
        self.largest = max(self.largest, len(self._held))
        status, found = int(self._held[9:12]), self._held.count(self.order.mark) if self.order.mark else 0
        if (status, found) != (self.order.status, self.order.marks):
            self.wrong.append(f"{status}, {found} marks: {self._held[:2000].decode(errors='replace')}")

    def connection_lost(self, _error: Exception | None) -> None:
        if self.waiting:
            self.wrong.append(f"closed with {len(self.waiting)} requests waiting")
        self.done.set_result(None)


async def run(order: Order) -> Answered:
    """All lanes at once, until each is through."""
    loop = asyncio.get_running_loop()
    lanes = [Lane(order, requests) for requests in order.lanes]
    begun = perf_counter()
    for lane in lanes:
        await loop.create_connection(lambda lane=lane: lane, "127.0.0.1", order.port)  # type: ignore[misc]
    await asyncio.gather(*(lane.done for lane in lanes))
    seconds = perf_counter() - begun
    taken = [each * 1e3 for lane in lanes for each in lane.taken]
    cuts = quantiles(taken, n=100)
    largest = max(lane.largest for lane in lanes)
    return Answered(len(taken) / seconds, cuts[49], cuts[98], largest, [each for lane in lanes for each in lane.wrong])


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(pickle.loads(Path(sys.argv[1]).read_bytes())))._asdict()))
