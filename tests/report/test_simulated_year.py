"""The figures of a simulated city of 2,000 cases over all procedures, against a second path that counts its events."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import event

from calendars import WorkingCalendar
from negotiation.settings import Settings
from negotiation.store.database import Database
from tests.conftest import _unhurried
from tests.report.simulated.city import BOOKS_CLOSED, LAST_DAY, City
from tests.report.simulated.clocks import Clock, reply_clocks, supply_clocks
from tests.report.simulated.counting import Period, Tally, tallies
from tests.report.simulated.history import History, histories

MANY = 2000
LAST_YEAR = Period(date(2025, 1, 1), date(2025, 12, 31), LAST_DAY)
LAST_YEAR_AT_ITS_END = LAST_YEAR._replace(as_of=BOOKS_CLOSED)
THIS_YEAR_SO_FAR = Period(date(2026, 1, 1), date(2026, 10, 20), date(2026, 10, 20))
ACROSS_CASES = Period(date(2025, 3, 15), date(2026, 2, 10), date(2026, 2, 20))  # cuts cases in two, and both laws
PERIODS = [LAST_YEAR, LAST_YEAR_AT_ITS_END, THIS_YEAR_SO_FAR, ACROSS_CASES]
CALENDAR = WorkingCalendar.official()


@dataclass(frozen=True)
class Lived:
    """The city after two years, and what was known of it at the end of the first."""

    city: City
    told_then: list[History]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """No test changes its database."""
    folder = tmp_path_factory.mktemp("city")
    database = Database(f"sqlite:///{folder}/negotiation.db")
    event.listen(database.engine, "connect", _unhurried)
    database.prepare()
    city = City(database, Settings(home=folder / "home"), seed=809, many=MANY).live_until(BOOKS_CLOSED)
    told_then = _told(city)
    yield Lived(city.live_until(LAST_DAY), told_then)
    database.close()


def _told(city: City) -> list[History]:
    with city.database.reading() as connection:
        return histories(connection)


@pytest.fixture(scope="module")
def city(lived: Lived) -> City:
    return lived.city


@pytest.fixture(scope="module")
def told(city: City) -> list[History]:
    """Every case as its events tell it."""
    return _told(city)


@pytest.fixture(scope="module")
def levels(city: City) -> dict[str, str]:
    return {unit.name: unit.level.value for unit in city.before.directory.in_order()}


def counted(told: list[History], period: Period, levels: dict[str, str]) -> dict[str, Tally]:
    return tallies(told, period, CALENDAR, levels)


# ------------------------------------------------------------------------------------------------- the city itself


def test_every_event_of_every_procedure_happens_in_the_city(city, told):
    happened = {(each.procedure, entry.event) for each in told for entry in each.entries}
    for practice in (city.before, city.since):
        for rules in practice.rulebook.procedures.values():
            beside = rules.general_events | {"reopen", "remind"}  # a procedure of few cases may be spared one of these
            assert {key for key in rules.events if (rules.key, key) not in happened} <= beside, rules.key
    assert {"withdraw", "transfer", "void", "reopen", "annul_lapse"} <= {event for _, event in happened}


def test_cases_are_answered_early_on_the_last_day_late_and_never(told):
    how = Counter(_how(clock) for each in told for clock in reply_clocks(each, CALENDAR))
    assert min(how[key] for key in ("early", "on the last day", "late", "never", "after a suspension")) >= 20, how


def test_cases_end_in_every_way_and_are_taken_up_again(told):
    ends = Counter(spell.ended.state for each in told for spell in each.all_spells() if spell.ended is not None)
    again = sum(spell.again for each in told for spell in each.all_spells())
    moved = sum(len({entry.provider for entry in each.entries}) > 1 for each in told)
    assert min(ends["closed"], ends["withdrawn"], ends["void"], again, moved) >= 50, (ends, again, moved)


def _how(clock: Clock) -> str:
    if clock.answered is None:
        return "never"
    if clock.paused:
        return "after a suspension"
    return "early" if clock.answered < clock.due else "late" if clock.answered > clock.due else "on the last day"


def test_the_same_seed_makes_the_same_city(told, tmp_path):
    """So that a difference that was found once is found again."""
    database = Database(f"sqlite:///{tmp_path}/again.db")
    database.prepare()
    again = _told(City(database, Settings(home=tmp_path), seed=809, many=MANY).live_until(date(2024, 12, 31)))
    database.close()
    entries = {each.no: each.entries for each in told}
    assert [each.entries for each in again] == [entries[each.no][: len(each.entries)] for each in again]


# ------------------------------------------------------------------------------------------------ the second path


def test_the_terms_counted_again_from_the_events_are_those_of_the_term_table(city, told):
    """Start, due date, answer, end and suspended days of every main term and of every term of supply."""
    kept = _terms(city)
    for each in told:
        for kind, clocks in (("main", reply_clocks(each, CALENDAR)), ("supply", supply_clocks(each, CALENDAR))):
            mine = [_as_row(kind, clock) for clock in clocks]
            rows = kept.get((each.no, kind), [])
            voided = any(
                spell.is_void for spell in each.all_spells()
            )  # their terms are in the table, and count nowhere
            assert (mine == rows) or (voided and set(mine) <= set(rows)), f"{each.no} {kind}: {mine} {rows}"


def _as_row(kind: str, clock: Clock) -> tuple[object, ...]:
    answered = clock.answered if kind == "main" else None  # nothing but its end answers a supply in the table
    days = (clock.started, clock.due, answered, clock.ended)
    return (*(str(day) if day else None for day in days), clock.paused)


def _terms(city: City) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    found: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    sql = (
        "SELECT c.no, t.main, t.started_on, t.due_on, t.answered_on, t.ended_on, t.paused FROM term t "
        "JOIN \"case\" c ON c.id = t.case_id WHERE t.main OR t.kind IN ('supply', 'implementation') ORDER BY c.id, t.n"
    )
    with city.database.reading() as connection:
        for no, main, *row in connection.exec_driver_sql(sql):
            found.setdefault((no, "main" if main else "supply"), []).append(tuple(row))
    return found


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_what_came_in_and_what_went_out_balance_everywhere(told, levels, period):
    """上年结转 + 本年新收 + 划入 = 本年办结 + 划出 + 结转下年, for every procedure, department, level and month."""
    for procedure, tally in counted(told, period, levels).items():
        for scope, counts in tally.counts.items():
            came = counts["carried_over"] + counts["received"] + counts["moved_in"]
            went = counts["closed"] + counts["moved_out"] + counts["carried_forward"]
            assert came == went, f"{procedure} {scope}: {dict(counts)}"


def test_what_last_year_carried_forward_this_year_carried_over(told, levels):
    last = counted(told, LAST_YEAR, levels)
    this = counted(told, THIS_YEAR_SO_FAR._replace(as_of=LAST_DAY), levels)
    for procedure, tally in last.items():
        for scope, counts in tally.counts.items():
            if not scope.startswith("month:"):
                over = this[procedure].counts[scope]["carried_over"]
                assert over == counts["carried_forward"], f"{procedure} {scope}"


def test_last_year_is_the_same_before_and_after_this_year_happened(lived, told, levels):
    """What is known as of a day does not change by what happens later."""
    then = counted(lived.told_then, LAST_YEAR_AT_ITS_END, levels)
    now = counted(told, LAST_YEAR_AT_ITS_END, levels)
    assert {key: tally.counts for key, tally in then.items()} == {key: tally.counts for key, tally in now.items()}
