"""Sixty who post sign-ins at once, again and again, beside somebody who asks for a page.

The crowd is in another process, from one address, at logins that do not exist; the budget of the address is lifted, so
that the places for hashing alone stand between the crowd and the desk. Hashes are those of the product.
"""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import quantiles
from time import perf_counter, sleep
from urllib.parse import urlencode

from bench.ground import BUILD, Grounds, settle_in
from bench.load import Order, drive
from bench.measure import Row, Spread, at_most, demand
from bench.parts.desk import served, sign_in

CROWD, EACH, ROUNDS = 60, 4, 3
BETWEEN = 0.01  # seconds from one page to the next: somebody reads, and does not flood
LIFTED = {"NEGOTIATION_SIGN_IN_ADDRESS_TRIES": "10000"}


def rows(grounds: Grounds) -> Iterator[Row]:
    database = grounds.sqlite.empty("sign-in")
    settle_in(database)
    clerk, _ = sign_in(database)
    os.environ |= LIFTED
    try:
        with served("ours", database) as port, ThreadPoolExecutor(1) as beside:
            found = [_round(port, clerk.token, beside, n) for n in range(ROUNDS)]
    finally:
        for name in LIFTED:
            del os.environ[name]
    database.close()
    yield _row(found)


def _round(port: int, token: str, beside: ThreadPoolExecutor, n: int) -> tuple[list[float], Counter[str]]:
    """Latencies of the page in milliseconds while the crowd is there, and how its posts were answered."""
    lanes = [[_post(f"nobody-{n}-{lane}-{each}") for each in range(EACH)] for lane in range(CROWD)]
    crowd = beside.submit(drive, Order(port, lanes, 0), BUILD)  # no status is expected: each answer is handed back
    taken = []
    connection = HTTPConnection("127.0.0.1", port)
    while not crowd.done():
        begun = perf_counter()
        connection.request("GET", "/help", headers={"Cookie": f"session={token}"})
        answer = connection.getresponse()
        answer.read()
        demand(answer.status == 200, f"the page answers {answer.status}")
        taken.append((perf_counter() - begun) * 1e3)
        sleep(BETWEEN)
    connection.close()
    return taken, Counter(each[:3] for each in crowd.result().wrong)


def _post(login: str) -> bytes:
    body = urlencode({"login": login, "password": "wrong wrong wrong wrong", "back": "/"}).encode()
    head = "POST /signin HTTP/1.1\r\nHost: desk\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _row(found: list[tuple[list[float], Counter[str]]]) -> Row:
    late = [quantiles(taken, n=100)[98] for taken, _ in found]
    answers: Counter[str] = sum((each for _, each in found), Counter())
    demand(set(answers) == {"400", "503"}, f"the crowd was answered {dict(answers)}")
    worst = max(max(taken) for taken, _ in found)
    details = {"answers": dict(answers), "pages": [len(taken) for taken, _ in found], "slowest_ms": round(worst, 1)}
    bounds = (at_most(Spread.of(late), 100, "ms"),)
    return Row("a page beside 60 sign-ins at once: p99", "ms", Spread.of(late), wanted=bounds, details=details)
