"""The desk in a browser under load: the list of fifty of 50,000 cases, and acts, beside the idiomatic web program.

One worker each, on copies of one database; eight connections from another process. Signed in, filters on, page after
page; then each act is a form with its mark, on a case of its own, by a clerk of the department that is asked.
"""

import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from itertools import cycle, islice
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple
from urllib.parse import quote, urlencode

from bench.fill import fill
from bench.ground import BUILD, DEPARTMENTS, Ground, Grounds, morning, settle_in
from bench.load import Answered, Order, drive
from bench.measure import Row, Spread, Wanted, at_most, demand, ratios
from bench.parts.sweep import as_closed, submitted
from negotiation.core.enums import AccountRole
from negotiation.domain.entered import EnteredBy
from negotiation.services.accounts import management
from negotiation.services.accounts.sessions import digest_of
from negotiation.services.administration import Operation
from negotiation.services.context import Context
from negotiation.store import accounts as stored
from negotiation.store.change_statements import Change
from negotiation.store.database import Database

TODAY = date(2026, 6, 10)
STORED, OVERDUE, RUNNING = 50_000, 500, 2_000  # in all; due on each of the ten working days past, and to come
LANES, ROUNDS, LISTS, ACTS = 8, 3, 2_000, 2_000
PEER_EVERY = 8  # the peer needs that much longer: it is asked that much less
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"state": "awaiting_reply", "sort": "no", "descending": "1"},
    {"light": "overdue"},
    {"light": "due_soon", "state": "awaiting_reply"},
    {"sort": "received", "descending": "1", "all": "1"},
    {"text": "GX2026-103"},
)
PAGES = 10  # of each filter
ACT = "ask_supplement"


class Clerk(NamedTuple):
    """Somebody who is signed in: what the cookie holds, and what stands in every form."""

    token: str
    csrf: str


def sqlite_rows(grounds: Grounds) -> Iterator[Row]:
    yield from _rows(grounds.sqlite)


def _rows(ground: Ground) -> Iterator[Row]:
    source = ground.empty("desk")
    context = settle_in(source)
    fill(source, _city(source, context))
    office, clerks = sign_in(source)
    forms = _forms(source, clerks, context.calendar.due(TODAY, -5))
    theirs = ground.copy(source, "desk-idiomatic")
    with served("ours", source) as own, served("idiomatic", theirs) as other:
        yield from _list_rows(own, other, office)
        yield _first_page(own, office)
        yield from _act_rows(own, other, forms)
    done = LANES * (ACTS // LANES) * ROUNDS
    demand(_acts_done(source) == done, f"not every one of {done} acts is in the database")
    for database in (source, theirs):
        database.close()


# ---------------------------------------------------------------------------------------------------------- the city


def _city(database: Database, context: Context) -> Iterator[tuple[Change, int]]:
    """Most are closed and have the lower numbers; others are overdue, or due on each of ten days to come."""
    calendar = context.calendar
    closed = STORED - 10 * (OVERDUE + RUNNING)
    yield as_closed(submitted(database, context, calendar.due(TODAY, -60))), closed
    for n in range(1, 11):
        yield submitted(database, context, calendar.due(TODAY, -10 - n)), OVERDUE
        yield submitted(database, context, calendar.due(TODAY, -n)), RUNNING


def sign_in(database: Database) -> tuple[Clerk, dict[int, Clerk]]:
    """The office's clerk, and one of each department; their sessions are open already."""
    at = morning(TODAY)
    office = management.create_account(
        database,
        login="office",
        name="某办",
        roles={AccountRole.OFFICE_CLERK},
        password="绿色电池 马 订书钉 窗台",
        operation=Operation(EnteredBy("bench"), at),
    ).person
    with database.read() as transaction:
        account = stored.account_by_id(transaction, office.id)
    demand(account is not None, "there is no account")
    assert account is not None
    with database.write() as transaction:
        for n in range(1, DEPARTMENTS + 1):
            person = account._replace(
                id=1000 + n, login=f"clerk{n}", name=f"某{n}", department_id=n, roles=[AccountRole.CLERK.value]
            )
            stored.add_account(transaction, person)
        keys = {0: office.id} | {n: 1000 + n for n in range(1, DEPARTMENTS + 1)}
        clerks = {n: Clerk(f"token-{n}", f"csrf-{n}") for n in keys}
        for n, clerk in clerks.items():
            row = stored.SessionRow(digest_of(clerk.token), keys[n], clerk.csrf, at, at)
            stored.add_session(transaction, row)
    return clerks.pop(0), clerks


def _forms(database: Database, clerks: dict[int, Clerk], since: date) -> list[bytes]:
    """The act on each case that was received within five working days (later it is out of place), by its provider."""
    with database.read() as transaction:
        found = transaction.connection.exec_driver_sql(
            f"SELECT no, provider_id, version FROM \"case\" WHERE received_on >= '{since}' AND ending = '' ORDER BY id"
        ).all()
    return [_form(no, clerks[provider], version) for no, provider, version in found]


def _form(no: str, clerk: Clerk, version: int) -> bytes:
    fields = {"csrf": clerk.csrf, "version": version, "on": TODAY, "reviewed": "yes", "materials": "请补充依据全文"}
    body = urlencode(fields).encode()
    head = (
        f"POST /cases/{quote(no)}/acts/{ACT} HTTP/1.1\r\nHost: desk\r\nCookie: session={clerk.token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _acts_done(database: Database) -> int:
    """Cases with the act as their last event, their version one higher, and the notice of it."""
    with database.read() as transaction:
        return int(
            transaction.connection.exec_driver_sql(
                'SELECT count(*) FROM "case" c JOIN event e ON e.case_id = c.id AND e.seq = c.version '
                f"WHERE e.event = '{ACT}' AND c.state = 'supplementing' "
                "AND EXISTS (SELECT 1 FROM notice n WHERE n.case_id = c.id AND n.template = 'recorded')"
            ).scalar()
            or 0
        )


# -------------------------------------------------------------------------------------------------- what is measured


def _list_rows(own: int, other: int, clerk: Clerk) -> Iterator[Row]:
    pages, others = _asked(own, clerk), _asked(other, clerk)
    ours = [_load(own, _spread(pages, LISTS), 200, b'<td class="number"><a ', 50) for _ in range(ROUNDS)]
    peer = [
        _load(other, _spread(others, LISTS // PEER_EVERY), 200, b'<td class="number"><a ', 50) for _ in range(ROUNDS)
    ]
    yield from _speed("list, 50 of 50,000, c = 8", ours, peer, 1_000, 20)


def _act_rows(own: int, other: int, forms: Sequence[bytes]) -> Iterator[Row]:
    forms = forms[:: max(1, len(forms) // (ACTS * ROUNDS))]  # of all days
    rounds = [forms[n * ACTS : (n + 1) * ACTS] for n in range(ROUNDS)]
    ours = [_load(own, each, 303) for each in rounds]
    peer = [_load(other, each[: ACTS // PEER_EVERY], 303) for each in rounds]
    yield from _speed("act in a form, SQLite FULL, c = 8", ours, peer, 1_500, 15)


def _speed(title: str, ours: list[Answered], peer: list[Answered], wanted: int, slowest: float) -> Iterator[Row]:
    """Requests a second, and the latency that one of a hundred exceeds."""
    fast, other = ([each.per_second for each in side] for side in (ours, peer))
    bound = Wanted(f"≥ {wanted:,} /s", median(fast) >= wanted)
    name = "idiomatic FastAPI + SQLModel"
    details = {"p50_ms": [round(each.p50, 2) for each in ours], "largest_body": max(each.largest for each in ours)}
    yield Row(title, "/s", Spread.of(fast), Spread.of(other), name, ratios(fast, other), (bound,), details)
    late, others = ([each.p99 for each in side] for side in (ours, peer))
    bounds = (at_most(Spread.of(late), slowest, "ms"),)
    yield Row(f"{title}: p99", "ms", Spread.of(late), Spread.of(others), name, ratios(others, late), bounds)


def _first_page(port: int, clerk: Clerk) -> Row:
    """The page, its styles and its script over one connection, as a browser with an empty cache asks for them."""
    taken, size = [], 0
    for _ in range(9):
        connection = HTTPConnection("127.0.0.1", port)
        begun = perf_counter()
        page = _got(connection, "/", clerk)
        parts = re.findall(rb'(?:href|src)="(/static/[^"]+)"', page)
        size = len(page) + sum(len(_got(connection, part.decode(), clerk)) for part in parts)
        taken.append((perf_counter() - begun) * 1e3)
        connection.close()
    spread = Spread.of(taken)
    bounds = (at_most(spread, 200, "ms"), Wanted("≤ 100 kB", size <= 100_000))
    return Row("first page with all it asks for", "ms", spread, wanted=bounds, details={"bytes": size})


def _got(connection: HTTPConnection, path: str, clerk: Clerk) -> bytes:
    connection.request("GET", path, headers={"Cookie": f"session={clerk.token}"})
    answer = connection.getresponse()
    body = answer.read()
    demand(answer.status == 200, f"{path} answers {answer.status}")
    return body


def _asked(port: int, clerk: Clerk) -> list[bytes]:
    """Ten pages of every filter, as their links lead from one to the next."""
    connection = HTTPConnection("127.0.0.1", port)
    found = [page for given in FILTERS for page in _walked(connection, clerk, f"/?{urlencode(given)}")]
    connection.close()
    return [f"GET {path} HTTP/1.1\r\nHost: desk\r\nCookie: session={clerk.token}\r\n\r\n".encode() for path in found]


def _walked(connection: HTTPConnection, clerk: Clerk, path: str) -> Iterator[str]:
    for _ in range(PAGES):
        yield path
        page = _got(connection, path, clerk).decode()
        link = re.search(r'<a href="([^"]+)">下一页', page)
        demand(link is not None, f"{path} has no next page")
        assert link is not None
        path = link[1].replace("&amp;", "&")


def _spread(requests: list[bytes], many: int) -> list[bytes]:
    """The same requests again and again, neighbours far apart."""
    return list(islice(cycle(requests[::7] + requests[1::7] + requests[2::7] + requests[3::7]), many))


def _load(port: int, requests: Sequence[bytes], status: int, mark: bytes = b"", marks: int = 0) -> Answered:
    lanes = [requests[n::LANES] for n in range(LANES)]
    answered = drive(Order(port, lanes, status, mark, marks), BUILD)
    demand(not answered.wrong, f"{len(answered.wrong)} wrong answers, such as: {_first(answered.wrong)}")
    return answered


def _first(lines: Iterable[str]) -> str:
    return next(iter(lines), "")


@contextmanager
def served(who: str, database: Database) -> Iterator[int]:
    """A web process over a database; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    start = (morning(TODAY) + timedelta(minutes=1)).isoformat()
    process = subprocess.Popen([sys.executable, "-m", "bench.served", who, database.url, str(port), start])
    try:
        _await(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        demand(process.poll() is None, "the web process ended")
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    demand(False, "the web process does not answer")
