"""The desk's list: every filter, every order, every page size; whose cases a person sees; the figures above it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.core.enums import DeadlineStatus, Level
from negotiation.core.errors import NegotiationError, UsageError
from negotiation.services import case_filters, case_list, case_view
from negotiation.services.context import Context
from negotiation.store import accounts as account_rows
from negotiation.store import assignments
from negotiation.store.accounts import AccountRow
from negotiation.store.case_list import counts, query
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.case_list.paging import Cursor
from negotiation.store.case_queries import CaseLine
from negotiation.store.codec import codec
from negotiation.store.database import Database
from negotiation.store.departments import changed
from negotiation.store.schema.cases import Case
from negotiation.store.transaction import Transaction
from tests.case_lines import every_line
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, TAX, Story, at, day

TODAY = day("2026-09-16")  # a Wednesday; the 19th and 20th are a weekend, the 20th is worked
SUBJECTS = ("常住人口基本信息", "婚姻登记", "a-100%_x", 'B\'); DROP TABLE "case"; --', "Ａ类\\名录", "a-1000yx", "")
STATES = ("draft", "awaiting_reply", "referred", "supplementing", "closed")
CASES = 40
FIRST, SECOND, FORMER = 1, 2, 3  # accounts

Row = dict[str, Any]


class City(list[Row]):
    """Cases as the table holds them."""

    def __repr__(self) -> str:
        return f"{len(self)} cases"  # what fails is told in a line, not in forty


@pytest.fixture
def city(database: Database, context: Context) -> City:
    """Forty cases with many ties, many dates missing, parties of every kind; as the table holds them."""
    with database.write() as transaction:
        transaction.execute(f"UPDATE department SET level = '{Level.REFERENCE}' WHERE name = '{JUSTICE}'")
        changed(transaction)
        context.refresh(transaction)
    story = Story(database, context).open("2026-09-01")
    pattern = story.record._asdict()
    draw = Random(17)
    rows = City(_drawn(draw, pattern, context, n) for n in range(CASES))
    table = codec(Case, database.dialect)
    params = ", ".join([database.param] * len(table.columns))
    with database.write() as transaction:
        transaction.execute(f"DELETE FROM content WHERE case_id = {pattern['id']}")
        transaction.execute(f'DELETE FROM "case" WHERE id = {pattern["id"]}')
        for row in rows:
            transaction.execute(
                f"INSERT INTO {table.name} ({', '.join(table.quoted)}) VALUES ({params})",
                table.bind(tuple(row.values())),
            )
        _handle(transaction)
    return rows


def _handle(transaction: Transaction) -> None:
    """Three accounts: one is the first of some cases, one the second of others, and one handled all of them once."""
    for number in (FIRST, SECOND, FORMER):
        row = AccountRow(number, f"a{number}", "某", None, ["office_clerk"], "", False, True, at("2026-09-01"))
        account_rows.add_account(transaction, row)
    for case_id in range(1, CASES + 1):
        handlers = _handlers(case_id)
        for rank, account in ((1, FORMER), (1, None), *((each, each) for each in handlers)):
            assignments.assign(transaction, case_id, 0, rank, account, on=TODAY, by="某")


def _handlers(case_id: int) -> list[int]:
    """Who handles a case now: each account in the rank of its number."""
    return [each for each in (FIRST, SECOND) if case_id % (each + 2) == 0]


def _drawn(draw: Random, pattern: Row, context: Context, n: int) -> Row:
    applicant, provider = draw.sample([unit.id for unit in context.directory.in_order()], 2)
    state = draw.choice(STATES)
    runs = state not in ("draft", "closed") and draw.random() < 0.8
    return pattern | {
        "id": n + 1,
        "no": f"GX2026-{(n * 7) % CASES:04}" if n % 5 else f"gx2025-{n:04}",
        "state": state,
        "ending": "closed" if state == "closed" else "",
        "applicant_id": applicant,
        "drafted_by": applicant,
        "provider_id": provider,
        "subject": draw.choice(SUBJECTS),
        "received_on": None if state == "draft" else TODAY - timedelta(days=draw.randrange(6)),
        "due_on": None if state == "draft" else TODAY + timedelta(days=draw.randrange(-3, 3)),
        "next_due": TODAY + timedelta(days=draw.randrange(-4, 9)) if runs else None,
        "suspended": state == "supplementing" and not runs,
    }


def walked(database: Database, wanted: Wanted, context: Context, size: int) -> list[CaseLine]:
    """All pages of a list, each asked for by the text of the cursor before it."""
    soon, lines, after = case_list.last_day_soon(context, TODAY), [], None
    with database.read() as transaction:
        while True:
            page = query.page(transaction, wanted, TODAY, soon, after, size)
            assert len(page.lines) == size or page.next is None
            lines += page.lines
            if page.next is None:
                return lines
            after = Cursor.read(page.next.text, wanted)


# ------------------------------------------------------------------------------------------------- the same by hand


def expected(rows: list[Row], wanted: Wanted, context: Context) -> list[int]:
    """The ids of the cases wanted, in order, as a person would pick and sort them."""
    column = {Sort.RECEIVED: "received_on", Sort.DUE: "due_on"}.get(wanted.sort, wanted.sort.value)
    found = [row for row in rows if all(_holds(row, wanted, context))]
    dated = [row for row in found if row[column] is not None]
    dated.sort(key=lambda row: (row[column], row["id"]), reverse=wanted.descending)
    undated = sorted((row["id"] for row in found if row[column] is None), reverse=wanted.descending)
    return [row["id"] for row in dated] + undated


def _holds(row: Row, wanted: Wanted, context: Context) -> Iterator[bool]:
    parties = (row["applicant_id"], row["provider_id"])
    yield wanted.scope in (None, parties[0]) or (wanted.scope == parties[1] and row["received_on"] is not None)
    yield not wanted.departments or bool({*wanted.departments} & {*parties})
    handled = wanted.handler_id in _handlers(row["id"]) and wanted.scope is None  # by the office, which tells no other
    yield wanted.handler_id is None or handled
    yield wanted.state in ("", row["state"])
    yield wanted.procedure in ("", row["procedure"])
    yield wanted.held is None or (row["procedure"], row["state"]) in wanted.held
    yield wanted.deadline_status in (None, _deadline_status(row, context))
    yield wanted.since is None or (row["received_on"] is not None and row["received_on"] >= wanted.since)
    yield wanted.until is None or (row["received_on"] is not None and row["received_on"] <= wanted.until)
    yield wanted.day is None or (row["next_due"] == wanted.day and row["ending"] == "")
    yield not wanted.open_only or row["ending"] == ""
    yield not wanted.provisional
    names = [_plainly(context.directory.name(party)) for party in parties]
    for word in _plainly(wanted.text).split():
        part = word in _plainly(row["subject"]) or any(word in name for name in names)
        yield part or _plainly(row["no"]).startswith(word)


def _plainly(text: str) -> str:
    """a for A and no other letter for another: Ａ, which Python would fold too, is looked for as it was typed."""
    return "".join(each.lower() if each.isascii() else each for each in text)


def _deadline_status(row: Row, context: Context) -> DeadlineStatus:
    if row["next_due"] is None:
        return DeadlineStatus.SUSPENDED if row["suspended"] else DeadlineStatus.NONE
    if not context.directory.by_id[row["provider_id"]].level.bound_by_terms:
        return DeadlineStatus.REFERENCE
    if row["next_due"] < TODAY:
        return DeadlineStatus.OVERDUE
    return (
        DeadlineStatus.DUE_SOON
        if context.calendar.count_estimated(TODAY, row["next_due"]) <= 3
        else DeadlineStatus.NORMAL
    )


DEPARTMENTS = st.none() | st.integers(1, 5)
DAYS = st.none() | st.integers(-6, 0).map(lambda n: TODAY + timedelta(days=n))
WORDS = ("GX2026-00", "gx2025", "人口", "公安", "市", "a-1", "A-100%", "_x", "%", "\\", "'", "DROP table", "没有", "ａ")
HELD = ((), (("sharing", "referred"),), (("sharing", "awaiting_reply"), ("sharing", "draft"), ("other", "referred")))
SORTED: dict[str, st.SearchStrategy[Any]] = {"sort": st.sampled_from(Sort), "descending": st.booleans()}
NARROWED: dict[str, st.SearchStrategy[Any]] = {
    "procedure": st.sampled_from(("sharing", "other")),
    "state": st.sampled_from(STATES),
    "departments": st.lists(st.integers(1, 5), max_size=3).map(tuple),
    "held": st.sampled_from(HELD),
    "handler_id": st.sampled_from((FIRST, SECOND, FORMER)),
    "deadline_status": st.sampled_from(DeadlineStatus),
    "since": DAYS,
    "until": DAYS,
    "day": DAYS,
    "text": st.sampled_from(WORDS),
    "open_only": st.booleans(),
    "scope": DEPARTMENTS,
}


@given(wanted=st.builds(Wanted, **SORTED), size=st.integers(1, 7))
def test_walking_the_pages_shows_each_case_once_and_in_order(
    database: Database, context: Context, city: City, wanted: Wanted, size: int
) -> None:
    assert [line.id for line in walked(database, wanted, context, size)] == expected(city, wanted, context)


@given(
    wanted=st.fixed_dictionaries(SORTED, optional=NARROWED).map(lambda chosen: Wanted(**chosen)), size=st.integers(1, 7)
)
def test_filters_together_find_what_a_person_would_pick(
    database: Database, context: Context, city: City, wanted: Wanted, size: int
) -> None:
    assert [line.id for line in walked(database, wanted, context, size)] == expected(city, wanted, context)


@pytest.mark.parametrize(
    "narrowed",
    [
        *({"deadline_status": status} for status in DeadlineStatus),
        *({"state": state} for state in STATES),
        *({"text": word} for word in ("GX2026-00", "gx2025", "人口", "公安", "a-100%", "A-1", "DROP table")),
        {"departments": (2,)},
        {"departments": (2, 4)},
        {"handler_id": FIRST},
        {"handler_id": SECOND},
        {"held": HELD[2]},
        {"since": TODAY - timedelta(days=2)},
        {"until": TODAY - timedelta(days=2)},
        {"day": TODAY + timedelta(days=2)},
        {"open_only": True},
        {"scope": 3},
    ],
    ids=str,
)
def test_each_filter_alone_finds_some_and_leaves_some(
    database: Database, context: Context, city: City, narrowed: Row
) -> None:
    wanted = Wanted(**narrowed)
    found = [line.id for line in walked(database, wanted, context, 50)]
    assert found == expected(city, wanted, context)
    assert 0 < len(found) < CASES


@given(
    wanted=st.fixed_dictionaries(SORTED, optional=NARROWED).map(lambda chosen: Wanted(**chosen)), size=st.integers(1, 7)
)
def test_the_way_back_leads_over_the_same_pages(
    database: Database, context: Context, city: City, wanted: Wanted, size: int
) -> None:
    soon, dialect = case_list.last_day_soon(context, TODAY), database.dialect
    with database.read() as transaction:
        starts: list[Cursor | None] = [None]
        page = query.page(transaction, wanted, TODAY, soon, None, size)
        while page.next is not None:
            back = query.place_before(transaction.rows, dialect, wanted, TODAY, soon, page.next, size)
            begins = starts[-1]
            assert (back and back.id) == (begins and begins.id)
            starts.append(page.next)
            page = query.page(transaction, wanted, TODAY, soon, page.next, size)


def test_the_days_of_a_month_count_what_their_lists_have(database: Database, context: Context, city: City) -> None:
    soon, wanted = case_list.last_day_soon(context, TODAY), Wanted(departments=(2, 4))
    since, until = TODAY - timedelta(days=2), TODAY + timedelta(days=5)
    with database.read() as transaction:
        counted = counts.count_by_day(transaction, wanted, TODAY, soon, since, until)
    days = [since + timedelta(days=n) for n in range(8)]
    listed = {each: len(expected(city, replace(wanted, day=each), context)) for each in days}
    assert counted == {each: many for each, many in listed.items() if many}
    assert sum(counted.values()) > 1


@given(as_of=st.dates(date(2026, 8, 1), date(2027, 3, 1)), offset=st.integers(-20, 20))
def test_the_light_that_is_filtered_by_is_the_light_that_is_shown(
    database: Database, context: Context, city: City, as_of: date, offset: int
) -> None:
    moved = codec(Case, database.dialect).bind_value("next_due", as_of + timedelta(days=offset))
    with database.write() as transaction:
        param = database.param
        transaction.execute(f'UPDATE "case" SET next_due = {param} WHERE next_due IS NOT NULL AND id < 20', [moved])
    soon = case_list.last_day_soon(context, as_of)
    with database.read() as transaction:
        shown = {
            line.id: case_view.deadline_status_of(line, context.calendar, as_of)
            for line in every_line(transaction, as_of)
        }
        for status in DeadlineStatus:
            found = {line.id for line in query.page(transaction, Wanted(deadline_status=status), as_of, soon).lines}
            assert found == {case_id for case_id, its in shown.items() if its is status}


def test_a_page_goes_on_after_its_place_though_lines_came_and_went(
    database: Database, context: Context, city: City
) -> None:
    wanted, soon = Wanted(sort=Sort.NO), case_list.last_day_soon(context, TODAY)
    order = expected(city, wanted, context)
    with database.read() as transaction:
        first = query.page(transaction, wanted, TODAY, soon, limit=10)
    with database.write() as transaction:
        transaction.execute(f"""UPDATE "case" SET no = 'ZZ' || no WHERE id IN ({order[0]}, {order[9]})""")
    with database.read() as transaction:
        second = query.page(transaction, wanted, TODAY, soon, first.next, limit=10)
    assert [line.id for line in second.lines] == order[10:20]


# --------------------------------------------------------------------------------------------------- whose cases


def seen_by(database: Database, context: Context, name: str, **narrowed: Any) -> list[str]:
    wanted = Wanted(scope=context.directory.find(name).id, **narrowed)
    with database.read() as transaction:
        return [line["no"] for line in case_list.lines(transaction, context, wanted, TODAY)["cases"]]


def test_a_draft_is_seen_by_the_applicant_and_the_office_alone(
    database: Database, context: Context, story: Story
) -> None:
    no = story.open("2026-09-15").no
    assert seen_by(database, context, CIVIL) == [no]
    assert seen_by(database, context, POLICE) == []
    story.act("withdraw", "applicant", "2026-09-15")  # what was never handed in, they never see
    assert seen_by(database, context, POLICE) == []
    with database.read() as transaction:
        assert len(case_list.lines(transaction, context, Wanted(), TODAY)["cases"]) == 1


def test_a_case_is_seen_by_its_two_parties_whatever_else_is_asked_for(
    database: Database, context: Context, story: Story
) -> None:
    no = story.submitted("2026-09-15").no
    police = context.directory.find(POLICE).id
    for name in (CIVIL, POLICE):
        assert seen_by(database, context, name) == [no]
    for name in (JUSTICE, CHAOYANG, TAX):
        assert seen_by(database, context, name) == []
        assert seen_by(database, context, name, departments=(police,)) == []
        assert seen_by(database, context, name, text="公安", state="awaiting_reply") == []


@given(scope=st.integers(1, 5))
def test_the_figures_are_those_of_the_lines_that_are_seen(
    database: Database, context: Context, city: City, scope: int
) -> None:
    for whose in (None, scope):
        with database.read() as transaction:
            figures = case_list.counts(transaction, context, whose, TODAY)

        def many(whose: int | None = whose, **narrowed: Any) -> int:
            return len(expected(city, Wanted(scope=whose, open_only=True, **narrowed), context))

        assert (figures["open"], figures["overdue"], figures["due_soon"]) == (
            many(), many(deadline_status=DeadlineStatus.OVERDUE), many(deadline_status=DeadlineStatus.DUE_SOON),
        )  # fmt: skip
        assert figures["by_state"] == {state: n for state in STATES if (n := many(state=state))}


def test_dates_of_the_unpublished_year_and_tasks_are_counted_and_found(
    database: Database, context: Context, story: Story
) -> None:
    story.submitted("2026-09-01").sweep("2026-09-17")
    late = story.no
    no = story.submitted("2026-12-21").no
    story.sweep("2026-12-22")
    with database.read() as transaction:
        figures = case_list.counts(transaction, context, None, day("2026-12-22"))
    assert (figures["provisional"], figures["tasks"], figures["overdue"]) == (1, 1, 1)
    with database.read() as transaction:
        of_police = case_list.counts(transaction, context, context.directory.find(POLICE).id, day("2026-12-22"))
    assert (of_police["provisional"], of_police["tasks"], of_police["overdue"]) == (1, 0, 1)
    with database.read() as transaction:
        (line,) = case_list.lines(transaction, context, Wanted(provisional=True), day("2026-12-22"))["cases"]
    assert (line["no"], line["official"]) == (no, False)
    assert "待国务院办公厅公布2027年节假日安排后确定" in line["awaits"]
    assert late != no


# ---------------------------------------------------------------------------------------------- what was asked for


def cursor_of(*said: Any) -> str:
    return Cursor(*said).text


BROKEN = (
    "", "x", "!!!", "AAAA", "W10", "bnVsbA", "e30", "[]", "W1tbW1tb" * 300, "字", "\0",
    cursor_of(Sort.NO, False, "GX", -1), cursor_of(Sort.NO, False, "GX", 2**63), cursor_of(Sort.NO, False, None, 1),
    cursor_of(Sort.NO, False, "a\0", 1), cursor_of(Sort.DUE, False, "yesterday", 1), cursor_of(Sort.DUE, 1, None, 1),
    cursor_of(Sort.DUE, False, 5, 1), cursor_of(Sort.DUE, False, None, True), cursor_of(Sort.DUE, False, None, "1"),
)  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_cursor_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="翻页标记无法识别"):
        Cursor.read(text, Wanted())


@given(st.text(max_size=60))
def test_no_text_for_a_cursor_does_more_than_be_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Cursor.read(text, Wanted())


def test_a_cursor_of_another_order_is_refused() -> None:
    text = Cursor(Sort.DUE, False, TODAY, 3).text
    assert Cursor.read(text, Wanted(sort=Sort.DUE)) == Cursor(Sort.DUE, False, TODAY, 3)
    for wanted in (Wanted(sort=Sort.DUE, descending=True), Wanted(sort=Sort.RECEIVED)):
        with pytest.raises(UsageError, match="另一种排序"):
            Cursor.read(text, wanted)


def test_what_is_wanted_is_read_from_the_words_of_a_form(context: Context) -> None:
    given = {
        "procedure": "共享申请", "state": "待答复", "department": POLICE, "holder": "领导小组办公室",
        "handler": " 12 ", "light": "临期", "provisional": "1", "since": "2026年9月1日", "until": "2026-09-30",
        "text": "人口\0", "open": "on", "sort": "收到", "descending": "是", "after": "…",
    }  # fmt: skip
    wanted = case_filters.read_wanted(context, given, scope=None)
    held = wanted.held or ()
    assert ("sharing", "in_coordination") in held
    assert ("sharing", "awaiting_reply") not in held
    assert wanted == Wanted(
        "sharing", "awaiting_reply", (context.directory.find(POLICE).id,), held, 12, DeadlineStatus.DUE_SOON, True,
        day("2026-09-01"), day("2026-09-30"), "人口", True, None, Sort.RECEIVED, True,
    )  # fmt: skip
    by_key = {"state": "awaiting_reply", "holder": "office", "department": str(wanted.departments[0]), "sort": "no"}
    assert case_filters.read_wanted(context, by_key, scope=2) == Wanted(
        state="awaiting_reply", held=held, departments=wanted.departments, sort=Sort.NO, scope=2
    )
    assert case_filters.read_wanted(context, {}, scope=None) == Wanted()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("procedure", "审批"), ("state", "等待"), ("department", "市天文局"), ("holder", "群众"), ("light", "红"),
        ("provisional", "也许"), ("since", "2026-02-30"), ("until", "昨天"), ("sort", "id; DROP"), ("open", "x"),
        ("department", "99"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_refused_with_a_sentence(context: Context, key: str, text: str) -> None:
    with pytest.raises(NegotiationError) as told:
        case_filters.read_wanted(context, {key: text}, scope=None)
    assert told.value.todo


@given(st.dictionaries(st.sampled_from(("text", "handler", "state", "department", "since")), st.text()))
def test_whatever_is_typed_finds_something_or_is_refused_with_a_sentence(
    database: Database, context: Context, given: dict[str, str]
) -> None:
    try:
        wanted = case_filters.read_wanted(context, given, scope=None)
    except NegotiationError as refused:
        sentence = refused
    else:
        with database.read() as transaction:
            assert case_list.lines(transaction, context, wanted, TODAY)["cases"] == []
        return
    assert sentence.what
    assert sentence.todo
