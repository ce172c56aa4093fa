"""The figures of a simulated city of 2,000 cases over all procedures, against a second path that counts its events.

Both paths know of a day that is over only what had happened by it: a term stands as it stood then, and so does a case.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import event

from calendars import WorkingCalendar
from negotiation.core.settings import Settings
from negotiation.documents.report import cases_behind, compiler, publishing
from negotiation.documents.report.books import Books
from negotiation.documents.report.days import Days
from negotiation.documents.report.definitions import DEFINITIONS, Part
from negotiation.documents.report.figure_cases import cases_among
from negotiation.documents.report.figures import TOTAL, Line
from negotiation.documents.report.model import Report
from negotiation.documents.report.rows import Row
from negotiation.documents.report.sources import Gathering
from negotiation.store import migrate, report_cache
from negotiation.store.database import Database
from tests.conftest import MEASURES, _unhurried, at
from tests.documents.report.simulated.adding import Tally, tallies
from tests.documents.report.simulated.city import BOOKS_CLOSED, LAST_DAY, City
from tests.documents.report.simulated.clocks import Clock
from tests.documents.report.simulated.comparing import differences
from tests.documents.report.simulated.counting import Case, Period
from tests.documents.report.simulated.history import History, histories
from tests.documents.report.simulated.items import NOT_SHARED, SHARED
from tests.documents.report.simulated.kept import as_row, terms_kept, texts
from tests.documents.report.simulated.listing import TABLES, Listed, is_listed, listed

MANY, SEED = 2000, 3
LAST_YEAR = Period(date(2025, 1, 1), date(2025, 12, 31), LAST_DAY)
LAST_YEAR_AT_ITS_END = LAST_YEAR._replace(as_of=BOOKS_CLOSED)
THIS_YEAR_SO_FAR = Period(date(2026, 1, 1), date(2026, 10, 20), date(2026, 10, 20))
ACROSS_CASES = Period(date(2025, 3, 15), date(2026, 2, 10), date(2026, 2, 20))  # cuts cases in two, and both laws
PERIODS = [LAST_YEAR, LAST_YEAR_AT_ITS_END, THIS_YEAR_SO_FAR, ACROSS_CASES]
CALENDAR = WorkingCalendar.official()
DAYS = ("provider", "applicant", "received_on", "due_on", "answered_on", "on_time", "closed_on")
COLUMNS = dict.fromkeys(TABLES, DAYS) | {
    "coordination": (*DAYS, "referred_on", "accepted_on", "ended_on", "days", "reported_on", "decided_on"),
    "rectifications": (*DAYS, "reported_on"),
}
ADDS_UP_BY_MONTH = (
    "received", "reopened", "closed", "closed_agreed", "closed_withdrawn", "replies_due", "replies_on_time", "replies",
    "reply_days", "overdue", "supplies_due", "supplies", "to_coordination", "coordinations_ended", "refusals", "issued",
)  # fmt: skip
ADDS_UP = (*ADDS_UP_BY_MONTH, "carried_over", "carried_forward", "unanswered", "unanswered_1_5", "overdue_6_10")


@dataclass(frozen=True)
class Lived:
    """The city after two years; what was known of it at the end of the first, and the report of that day."""

    city: City
    told_then: list[History]
    report_then: Report


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """No test changes its database."""
    folder = tmp_path_factory.mktemp("city")
    database = Database(f"sqlite:///{folder}/negotiation.db")
    event.listen(database.engine, "connect", _unhurried)
    migrate.prepare(database)
    city = City(database, Settings(home=folder / "home", rulebook=MEASURES), seed=SEED, many=MANY).live_until(
        BOOKS_CLOSED
    )
    told_then, report_then = _told(city), compiled(city, LAST_YEAR_AT_ITS_END)
    yield Lived(city.live_until(LAST_DAY), told_then, report_then)
    database.close()


def _told(city: City) -> list[History]:
    with city.database.read() as transaction:
        return histories(transaction)


def compiled(city: City, period: Period) -> Report:
    return compiler.compiled(city.database, city.since, period.since.year, Days(*period[:3]))


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
    for context in (city.before, city.since):
        for rules in context.rulebook.procedures.values():
            beside = rules.general_events | {"reopen", "remind", "close_undone"}  # few cases may be spared one of these
            beside |= rules.events.keys() - {row.event.key for row in rules.table.values() if not row.history}
            assert {key for key in rules.events if (rules.key, key) not in happened} <= beside, rules.key
    assert {"withdraw", "transfer", "void", "reopen", "annul_lapse"} <= {event for _, event in happened}


def test_cases_are_answered_early_on_the_last_day_late_and_never(told):
    how = Counter(_how(clock) for each in told for clock in Case(each, CALENDAR).replies)
    assert min(how[key] for key in ("early", "on the last day", "late", "never", "after a suspension")) >= 20, how


def test_cases_end_in_every_way_and_are_taken_up_again(told):
    ends = Counter(
        interval.ended.state for each in told for interval in each.all_intervals() if interval.ended is not None
    )
    again = sum(interval.again for each in told for interval in each.all_intervals())
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
    migrate.prepare(database)
    again = _told(
        City(database, Settings(home=tmp_path, rulebook=MEASURES), seed=SEED, many=MANY).live_until(date(2024, 12, 31))
    )
    database.close()
    entries = {each.no: each.entries for each in told}
    assert [each.entries for each in again] == [entries[each.no][: len(each.entries)] for each in again]


# ------------------------------------------------------------------------------------------------ the second path


def test_the_terms_counted_again_from_the_events_are_those_of_the_term_table(city, told):
    """Start, due date, answer, end and suspended days of every main term and of every term of supply."""
    with city.database.read() as transaction:
        kept = terms_kept(transaction)
    for each in told:
        case = Case(each, CALENDAR)
        for kind, clocks in (("main", case.replies), ("supply", case.supplies)):
            mine = [as_row(clock) for clock in clocks]
            rows = kept.get((each.no, kind), [])
            voided = any(
                interval.is_void for interval in each.all_intervals()
            )  # their terms are in the table, and count nowhere
            assert (mine == rows) or (voided and set(mine) <= set(rows)), f"{each.no} {kind}: {mine} {rows}"


def test_the_items_followed_again_from_the_events_are_those_of_the_item_table(city, told):
    """What was asked for, the last answer to it, its day and the day of supply."""
    answers = {"": "asked", SHARED: "decided_share", NOT_SHARED: "decided_not_share"}
    with city.database.read() as transaction:
        sql = (
            'SELECT c.no, i.name, i.answer, i.answered_on, i.supplied_on FROM item i JOIN "case" c ON c.id = i.case_id '
            "ORDER BY c.id, i.n"
        )
        kept: dict[str, list[tuple[object, ...]]] = {}
        for no, *row in transaction.connection.exec_driver_sql(sql):
            kept.setdefault(no, []).append(tuple(row))
    for each in told:
        life = Case(each, CALENDAR).life
        if life is not None and each.all_intervals():
            mine = [
                (item.name, answers.get(item.answer, item.answer), *texts(item.answered, item.supplied))
                for item in life.items
            ]
            assert mine == kept[each.no], each.no


# ----------------------------------------------------------------------------------------------- the two together


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_every_cell_of_the_report_is_what_the_events_tell(city, told, levels, period):
    """Overall, by provider, by applicant, by level and by month, of every procedure."""

    def behind(line: Line, figure: str) -> set[str]:
        return set(cases_behind(city.database, city.since, Days(*period[:3]), line.procedure, figure, line.scope))

    report = compiled(city, period)
    found = differences(report, counted(told, period, levels), behind)
    assert not found, "\n".join(found)
    assert len(report.procedures) >= 9
    assert not report.imbalances


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_the_cases_of_the_tables_are_listed_with_the_days_of_their_events(city, told, period):
    report = compiled(city, period)
    for table, procedure in TABLES.items():
        cases = [Case(each.as_of(period.as_of), CALENDAR) for each in told if each.procedure == procedure]
        mine = {case.history.no: listed(case, table, period) for case in cases if is_listed(case, table, period)}
        rows = {row.no: row for row in report.rows(table)}
        assert rows.keys() == mine.keys(), f"{table}: {sorted(rows.keys() ^ mine.keys())}"
        assert not (found := list(_unlike(rows, mine, table))), "\n".join(found)


def _unlike(rows: dict[str, Row], mine: dict[str, Listed], table: str) -> Iterator[str]:
    """The columns that a table has and that say something else."""
    for no, row in rows.items():
        for name in COLUMNS[table]:
            reported, told = getattr(row, name), getattr(mine[no], name)
            if reported != told:
                yield f"{table} · {no} · {name}: 报告 {reported}，事件 {told}"


def test_each_number_opens_the_cases_that_the_events_name(city, told, levels):
    days, main = Days(*THIS_YEAR_SO_FAR[:3]), city.since.rulebook.main_procedure
    cases = counted(told, THIS_YEAR_SO_FAR, levels)[main].cases
    with city.database.read() as transaction:
        facts = Gathering(transaction, Books.read(city.since, transaction), days.span(detail=True))
        for key, definition in DEFINITIONS.items():
            for part in Part if definition.denominator else (Part.NUMERATOR,):
                named = {no for name in definition.counts_of(part) for no in cases["total", name]}
                opened = cases_among(facts, main, key, TOTAL, part)
                assert set(opened) == named, f"{key} {part}: {sorted(set(opened) ^ named)}"


# --------------------------------------------------------------------------------------------------- what must hold


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


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_departments_levels_and_months_add_up_to_the_whole(told, levels, period):
    for procedure, tally in counted(told, period, levels).items():
        for span in ("provider", "level", "month"):
            parts: Counter[str] = Counter()
            for scope, counts in tally.counts.items():
                if scope.startswith(f"{span}:"):
                    parts.update(counts)
            for name in ADDS_UP_BY_MONTH if span == "month" else ADDS_UP:
                assert parts[name] == tally.counts["total"][name], f"{procedure} {span} {name}"


def test_last_year_is_the_same_before_and_after_this_year_happened(lived, told, levels):
    """What is known as of a day does not change by what happens later, on either path."""
    then = counted(lived.told_then, LAST_YEAR_AT_ITS_END, levels)
    now = counted(told, LAST_YEAR_AT_ITS_END, levels)
    assert {key: tally.counts for key, tally in then.items()} == {key: tally.counts for key, tally in now.items()}
    report = compiled(lived.city, LAST_YEAR_AT_ITS_END)
    assert dict(_cells(report)) == dict(_cells(lived.report_then))
    assert report.tables == lived.report_then.tables


@pytest.mark.parametrize("period", [LAST_YEAR, THIS_YEAR_SO_FAR], ids=str)
def test_counted_block_by_block_and_kept_it_is_the_same_report(city, period, monkeypatch):
    monkeypatch.setattr(report_cache, "BLOCK", 64)
    asked = (city.database, city.since, period.since.year, Days(*period[:3]))
    once, kept = (publishing.report_of(*asked, tables=False) for _ in range(2))
    assert once == kept == publishing.report_of(*asked, tables=False, from_rows=True)


def test_publishing_a_year_changes_none_of_its_numbers(city):
    before = compiled(city, LAST_YEAR)
    noon = at(str(LAST_DAY), "12:00")
    publishing.publish(city.database, city.since, LAST_YEAR.since.year, author="办公室负责人", at=noon)
    after = publishing.report_of(city.database, city.since, LAST_YEAR.since.year, Days(*LAST_YEAR[:3]))
    assert after.published is not None
    assert after.differences == ()
    assert (after.procedures, after.tables, after.moved) == (before.procedures, before.tables, before.moved)


def _cells(report: Report) -> Iterator[tuple[tuple[str, str, str], int]]:
    for procedure in report.procedures:
        for line in procedure.lines:
            for name, n in line.counts.items():
                if n:
                    yield (procedure.key, line.scope.text, name), n
