"""The city lived day by day, with corrections, late papers and a day off: any past day is seen as it was.

What was stored after a day's sweep and post is what ``known_on`` shows of it ever after; what ``as_of`` shows is what
is counted by hand from the records of today (``plain_past``).
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

from negotiation.core.enums import OFFICE, OFFICE_ID
from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.demo import history, people
from negotiation.domain.entered import EnteredBy
from negotiation.domain.then import Then
from negotiation.services import case_list, case_view
from negotiation.services.cases import acting, corrections
from negotiation.services.cases.as_known import look_back
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import calendar_notices
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction
from tests.conftest import at, day, empty
from tests.demo.plain_past import DayOff, cases_in

TODAY = "2026-09-18"  # a Friday; no holiday of the nation falls between July and then
SNAPSHOTS = 20
WANTED = Wanted(sort=Sort.NO)
DAY_EARLIER = ("agree", "refuse", "supply")  # corrected to the day before
ENDED_BY = ("withdraw", "confirm")  # struck: nothing is planned afterwards
NOT_OF_THE_CASE = ("notices", "tasks")


class Lived(NamedTuple):
    """The city at the end of its life; what was stored on some days: the cases whole, by number."""

    database: Database
    context: Context
    stored: dict[date, dict[str, Any]]
    amended: int


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    home, url = tmp_path_factory.mktemp("home"), ""
    if request.param == "postgresql":
        prepared: Database = request.getfixturevalue("prepared_postgres")
        with prepared.write() as transaction:
            empty(transaction)
        url = prepared.engine.url.render_as_string(hide_password=False)
    own = Settings(home=home, mail_from="noreply@demo.gov.cn", rulebook=people.RULEBOOKS, database_url=url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "DAYS_OF_HISTORY", 55)
        patch.setattr(history, "CASES", 36)
        beside = Beside(own)
        made = history.build(own, at(TODAY, "17:00"), beside.days)
    yield Lived(made.database, made.context, beside.stored, beside.amended)
    made.database.close()
    beside.database.close()


class Beside:
    """A second hand in the life of the city: it corrects and strikes by the day, and keeps what is stored after it."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.database = settings, Database(settings.url)
        self.chance = random.Random(20260918)
        self.stored: dict[date, dict[str, Any]] = {}
        self.amended = 0

    def days(self, days: Sequence[date]) -> Iterable[date]:
        for n, each in enumerate(days):
            yield each
            with self.database.read() as transaction:
                context = Context.of(transaction, self.settings)
            if n % 2:
                self._amend(context, each)
            if n >= len(days) - SNAPSHOTS - 1 and len(self.stored) < SNAPSHOTS:
                with self.database.read() as transaction:
                    self.stored[each] = cases_whole(transaction, context, each)

    def _amend(self, context: Context, on: date) -> None:
        """Corrects or strikes an entry that chance names; what the law refuses is left as it is."""
        with self.database.read() as transaction:
            sql = 'SELECT c.no, e.seq, e.event, e.happened_on FROM event e JOIN "case" c ON c.id = e.case_id'
            named = ", ".join(f"'{each}'" for each in (*DAY_EARLIER, *ENDED_BY))
            rows = transaction.connection.exec_driver_sql(f"{sql} WHERE e.event IN ({named}) ORDER BY 1, 2").all()
        for no, seq, event, happened_on in self.chance.sample(rows, min(3, len(rows))):
            before = (day(happened_on) if isinstance(happened_on, str) else happened_on) - timedelta(days=1)
            right = (Correction(seq, before),) if event in DAY_EARLIER else ()
            strikes = () if right else (seq,)
            changes = Changes("登记有误", EnteredBy("办公室", side=OFFICE_ID), OFFICE, right, strikes)
            try:
                with self.database.write() as transaction:
                    corrections.rewrite(UnitOfWork(transaction, context, at(str(on), "11:00")), no, changes)
            except NegotiationError:
                continue
            self.amended += 1


def cases_whole(transaction: Transaction, context: Context, on: date) -> dict[str, Any]:
    """Every case as scripts read it, with its line of the list; without mails and what people are to look at."""
    lines = case_list.every_case(transaction, context, WANTED, on)
    shown = case_view.lines_json(transaction, context, lines, on)
    work = UnitOfWork(transaction, context, at(str(on), "23:00"))
    found = {}
    for line in shown:
        case: dict[str, Any] = {**case_view.case_json(transaction, acting.take(work, line["no"]), context, on)}
        found[line["no"]] = {"line": line} | {key: part for key, part in case.items() if key not in NOT_OF_THE_CASE}
    return found


def test_what_was_known_on_a_day_is_what_was_stored_after_its_sweep_and_post(lived: Lived) -> None:
    assert len(lived.stored) == SNAPSHOTS
    assert lived.amended > 10
    assert any(
        _is_late(event) for cases in lived.stored.values() for case in cases.values() for event in case["events"]
    )
    for on, stored in lived.stored.items():
        with lived.database.read(temporary=True) as transaction:
            work = look_back(UnitOfWork(transaction, lived.context, at(TODAY, "18:00")), Then(known_on=on))
            known = cases_whole(transaction, work.context, on)
        assert known.keys() == stored.keys(), on
        for no, case in stored.items():
            assert list(differing(case, known[no])) == [], (on, no)


def _is_late(event: Any) -> bool:
    return bool(event["role"] != "clock" and local_date(event["recorded_at"]) > event["on"])


def test_a_past_day_as_it_is_known_now_is_what_is_counted_by_hand(lived: Lived) -> None:
    sql = (
        "SELECT c.no, e.seq, e.event, e.role, e.happened_on, e.data, e.after_seq FROM event e "
        "JOIN \"case\" c ON c.id = e.case_id WHERE c.procedure = 'sharing' ORDER BY c.no, e.seq"
    )
    with lived.database.read() as transaction:
        plain = cases_in(transaction.connection.exec_driver_sql(sql).all())
        off = _day_off(transaction)
    held = 0
    for on in lived.stored:
        with lived.database.read(temporary=True) as transaction:
            work = look_back(UnitOfWork(transaction, lived.context, at(TODAY, "18:00")), Then(as_of=on))
            lines = {line.no: line for line in case_list.every_case(transaction, work.context, WANTED, on)}
        for no, case in plain.items():
            stood = case.stood(on, off)
            if stood is not None:
                line = lines[no]
                assert (line.state, line.received, line.replied) == stood[:3], (on, no)
                if stood.due is not None:
                    assert (line.due, line.overdue) == stood[3:], (on, no)
                    held += 1
    assert held > 200


def _day_off(transaction: Transaction) -> DayOff:
    """The day that the city declared off, as it was entered."""
    (imported,) = calendar_notices.read_imported(transaction)
    (off,) = imported.notice.arrangement.off
    return DayOff(off, local_date(imported.notice.recorded_at))


def differing(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """The places in which two values as JSON has them are different, each with both."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from differing(one.get(key), other.get(key), f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for n, pair in enumerate(zip(one, other, strict=True)):
            yield from differing(*pair, f"{where}[{n}]")
    elif one != other:
        yield f"{where}: {one} / {other}"
