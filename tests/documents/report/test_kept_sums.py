"""What was counted of a block of cases is kept, and counted again as soon as anything it rests on is another."""

import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import select

import negotiation
from calendars import Arrangement
from negotiation.core.enums import CalendarLayer
from negotiation.core.errors import DatabaseUnavailable
from negotiation.documents import report
from negotiation.documents.report import cache, compiler
from negotiation.services.calendar import import_notice
from negotiation.services.context import Context
from negotiation.store import report_cache
from negotiation.store.database import Database
from tests.conftest import CHAOYANG, POLICE, Story, at, day
from tests.documents.report.year import again, said, year_of


@pytest.fixture(autouse=True)
def two_cases_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_cache, "BLOCK", 2)


@pytest.fixture
def city(database: Database, context: Context) -> list[Story]:
    """Six cases in four blocks, as their ids run from 1."""
    return [again(database, context).submitted("2026-03-02") for _ in range(6)]


def counted_anew(story: Story, as_of: str = "2027-02-01", year: int = 2026) -> list[int]:
    """The first ids of the blocks that would be counted now."""
    days = report.Days(*report.period(year, day(as_of), None, None), day(as_of))
    with story.database.read() as transaction:
        _, fresh = compiler.compiled_in(transaction, story.context, year, days)
    return [each.first_id for each in fresh]


def from_rows(story: Story, as_of: str = "2027-02-01") -> object:
    days = report.Days(*report.period(2026, day(as_of), None, None), day(as_of))
    found = report.report_of(story.database, story.context, 2026, days, from_rows=True)
    return report.as_json(found)


def test_nothing_is_counted_twice_while_nothing_happens(city):
    assert counted_anew(city[0]) == [0, 2, 4, 6]
    year_of(city[0])
    assert counted_anew(city[0]) == []


def test_an_act_has_its_block_counted_again_and_no_other(city):
    year_of(city[0])
    city[2].act("agree", "provider", "2026-03-05")
    assert counted_anew(city[0]) == [2]
    found = year_of(city[0])
    assert said(found.main.total, "replies_on_time", "replies_due", "unanswered") == ("1", "6", "5")
    assert report.as_json(found) == from_rows(city[0])


def test_a_new_case_has_its_block_counted_again(city, database, context):
    year_of(city[0])
    again(database, context).submitted("2026-03-02")
    assert counted_anew(city[0]) == [6]
    assert year_of(city[0]).main.total.counts["received"] == 7


def test_what_happened_to_a_case_tells_the_same_from_sums_and_from_rows(city):
    """A transfer, a reopening, a withdrawal, a void case, a refusal: whatever a report tells goes through a sum."""
    city[0].act("transfer", "office", "2026-03-04", reason="职责调整", provider=CHAOYANG)
    city[1].act("agree", "provider", "2026-03-05").act("supply", "provider", "2026-03-20")
    city[1].act("reopen", "office", "2026-04-01", reason="数据有误", reopen_to="supply")
    city[2].act("withdraw", "applicant", "2026-03-05")
    city[3].act("void", "office", "2026-03-05", reason="重复登记")
    city[4].act("agree", "provider", "2026-03-30")
    kept = [report.as_json(year_of(city[0])) for _ in range(2)]
    assert kept[0] == kept[1] == from_rows(city[0])
    assert any("划出" in note for note in year_of(city[0]).notes)


def test_a_term_that_passes_overnight_is_counted_again_in_the_morning(city):
    """Due on Monday 16 March: unanswered it is late from the 17th on, though nobody has done anything."""
    assert said(year_of(city[0], as_of="2026-03-16").main.total, "replies_due", "overdue") == ("0", "0")
    assert said(year_of(city[0], as_of="2026-03-17").main.total, "replies_due", "overdue") == ("6", "6")


def test_as_of_days_between_two_due_dates_are_told_by_one_sum(city):
    year_of(city[0], as_of="2026-04-01", since="2026-01-01", until="2026-03-31")
    with city[0].database.read() as transaction:
        held = transaction.connection.execute(select(report_cache.SUM.c.holds_from, report_cache.SUM.c.holds_to)).all()
    assert {(str(first), str(last)) for first, last in held} == {("2026-03-17", "9999-12-31")}


def test_a_day_off_that_is_found_out_later_has_all_of_it_counted_again(city):
    """The answers are given and no term runs: only how many working days they took is another."""
    for each in city:
        each.act("agree", "provider", "2026-03-05").act("supply", "provider", "2026-03-20")
    assert said(year_of(city[0]).main.total, "mean_reply") == ("3.0",)
    day_off(city[0], "2026-03-04")
    assert counted_anew(city[0]) == [0, 2, 4, 6]
    assert said(year_of(city[0]).main.total, "mean_reply") == ("2.0",)


def day_off(story: Story, on: str) -> None:
    arrangement = Arrangement(2026, "京政办发〔2026〕3号", day("2026-02-20"), {day(on): "市级安排"}, {})
    import_notice.run(
        story.database,
        story.context,
        import_notice.ImportRequest("市级安排", arrangement, CalendarLayer.MUNICIPAL, "测试", at("2026-04-01")),
    )
    with story.database.write() as transaction:
        story.context.refresh(transaction)


def test_a_body_that_is_only_referred_to_from_now_on_is_counted_again(city, database, context):
    assert said(year_of(city[0]).main.total, "overdue") == ("6",)
    with database.write() as transaction:
        transaction.execute(f"UPDATE department SET level = 'reference' WHERE name = '{POLICE}'")
        transaction.execute("UPDATE counter SET last = last + 1 WHERE name = 'directory'")
        context.refresh(transaction)
    assert said(year_of(city[0]).main.total, "overdue") == ("0",)


def test_another_way_of_counting_finds_no_sum_of_this_one(city, monkeypatch):
    year_of(city[0])
    monkeypatch.setattr(cache, "_code", lambda: b"counts otherwise")
    assert counted_anew(city[0]) == [0, 2, 4, 6]


def test_what_is_published_is_counted_from_the_cases_whatever_the_sums_say(city):
    year_of(city[0])
    alter_sums(city[0])
    assert year_of(city[0]).main.total.counts["received"] == 60
    report.publish(city[0].database, city[0].context, 2026, author="办公室主任", at=at("2027-02-01"))
    differences = {each.place: (each.published, each.now) for each in year_of(city[0]).differences}
    assert differences["共享申请 · 合计 · 本年新收"] == ("6", "60")


def alter_sums(story: Story) -> None:
    """Somebody writes ten times as many cases into the sums, past the program."""
    with story.database.write() as transaction:
        for first, body in transaction.rows("SELECT first_id, body FROM report_sum"):
            told = json.loads(body)
            for heaps in told["tally"].values():
                for *_, counts in heaps:
                    counts |= {name: 10 * many for name, many in counts.items()}
            param = transaction.param
            sql = f"UPDATE report_sum SET body = {param} WHERE first_id = {param}"
            transaction.execute(sql, [json.dumps(told, ensure_ascii=False), first])


def test_a_database_that_cannot_be_written_to_is_reported_on_all_the_same(city, monkeypatch, caplog):
    def refused(*_: object) -> None:
        raise DatabaseUnavailable("数据库是只读的，无法写入")

    monkeypatch.setattr(report_cache, "keep", refused)
    with caplog.at_level(logging.WARNING):
        assert year_of(city[0]).main.total.counts["received"] == 6
    assert "未能留存" in caplog.text
    assert "只读" in caplog.text


def test_only_periods_that_begin_with_a_year_are_kept(city):
    year_of(city[0], since="2026-02-01")
    with city[0].database.read() as transaction:
        assert transaction.connection.execute(select(report_cache.SUM)).all() == []


def test_the_code_that_decides_a_sum_is_found_where_it_stands():
    home = Path(negotiation.__file__).parent
    assert [pattern for pattern in cache.COUNTING if not list(home.glob(pattern))] == []
