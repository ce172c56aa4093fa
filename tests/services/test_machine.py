"""A machine that takes lawful and unlawful steps, lets days pass, enters late paper and crashes before a commit.

After every step the whole database is held against the law: NEGOTIATION_SOAK=100000 lets it run that many steps.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from negotiation.core.enums import CLOCK, MeetingState
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings
from negotiation.domain import event_chain, terms
from negotiation.domain.event_chain import GENESIS, EventRecord, content_digest, event_digest
from negotiation.domain.items import Item as DataItem
from negotiation.domain.machine import clock_events, term_effects
from negotiation.domain.machine.item_effects import candidates
from negotiation.domain.meetings import Meeting
from negotiation.domain.rulebook import FieldRule, load, shipped
from negotiation.services import offers
from negotiation.services.cases import acting, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_history import verify
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer, meetings
from negotiation.store.database import Database
from negotiation.store.schema.cases import Case, Content, Event, Item
from negotiation.store.schema.cases import Counter as CounterTable
from negotiation.store.schema.notices import Notice
from negotiation.store.schema.rulebooks import RulebookVersion
from negotiation.store.schema.tasks import Task
from negotiation.store.schema.terms import Term
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction
from tests.acceptance.plain_items import SUPPLYING, owed, state_by_items, terms_hold
from tests.conftest import APPLICATION, CHAOYANG, CIVIL, JUSTICE, POLICE, TAX, at, empty, settle_in

MODELS = (
    Case, Event, Content, Term, Item, Notice, Task,
    CounterTable, RulebookVersion,
)  # fmt: skip
IN_ORDER = {model: select(table_of(model)).order_by(*table_of(model).primary_key) for model in MODELS}
ONE_DAY = timedelta(days=1)
START, END = date(2026, 3, 2), date(2026, 10, 16)  # thirty working days later every day is still published
# The notice on 2026, by hand.
OFF = {date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5), date(2026, 6, 19), date(2026, 9, 25)}
OFF |= {date(2026, 10, day) for day in (1, 2, 5, 6, 7)}
MADE_UP = {date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)}
RAW = {
    "reason": "依法办理", "materials": "使用范围说明", "text": "已电话沟通", "decision": "share", "reopen_to": "reply",
    "provider": JUSTICE,
}  # fmt: skip
RARELY = {"note", "transfer", "void", "withdraw", "remind", "stop_mail", "resume_mail"}
FURTHER = {"ask_supplement", "refer", "accept_referral", "fail", "report_up", "decide"}
# On its list is every case: what is said in the leading group's name needs a meeting.
SITTING = Meeting(
    1, "HY2026-0001", "deliberation", START, "14:30", "第一会议室", "王副市长", (CIVIL,), "", (), MeetingState.HELD,
    created_at=at("2026-03-02"),
)  # fmt: skip
HOURS = ["03:00", "09:00", "12:00", "17:30", "22:00"]


def works(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF)


def plain_due(start: date, n: int) -> date:
    """The n-th working day after the start, by going from day to day; for 0 the first working day from the start on."""
    day = start if n else start - ONE_DAY
    for _ in range(n or 1):
        day += ONE_DAY
        while not works(day):
            day += ONE_DAY
    return day


def plain_count(after: date, until: date) -> int:
    """How many working days lie after the one day, up to and including the other."""
    return sum(works(after + n * ONE_DAY) for n in range(1, (until - after).days + 1))


class Crash(Exception):
    """The process dies between write and commit."""


class Office(RuleBasedStateMachine):
    """An office with a few cases, and a day that it is."""

    database: Database
    context: Context
    procedure = "sharing"

    def __init__(self) -> None:
        super().__init__()
        with self.database.write() as transaction:
            empty(transaction, keeping=("clerk", "department"))
            meetings.add(transaction, SITTING)
        self.today = START
        self.seen = self.snapshot()

    # ------------------------------------------------------------------------------------------------ what happens

    @initialize()
    def begin(self) -> None:
        self.open("姓名、住址", POLICE)

    @rule(items=st.sampled_from(["", "姓名、住址"]), provider=st.sampled_from([POLICE, CHAOYANG, TAX]))
    def open(self, items: str, provider: str) -> None:
        if len(self.seen["case"]) < 4:
            with self.database.write() as transaction:
                parties = {"applicant": CIVIL, "provider": provider} | ({"items": items} if self.law.items else {})
                raw = {key: value for key, value in (APPLICATION | parties).items() if key in self.law.fields}
                file = opening.open_case(UnitOfWork(transaction, self.context, self.now()), self.procedure, raw)
                case_writer.save(transaction, file.change())
                meetings.put_on(transaction, SITTING.id, file.case_id)
                if items:
                    first = next(row.event for row in self.law.from_state("draft") if row.moves)
                    acting.act(
                        UnitOfWork(transaction, self.context, self.now()),
                        file.no,
                        ActRequest(
                            first.key, role=first.by[0], actor="测试", on=self.today, fields=self.filled(first.key)
                        ),
                    )

    @rule(random=st.randoms(use_true_random=False))
    def business_goes_on(self, random: Random) -> None:
        """Eight lawful acts on as many days, with a sweep on some of them."""
        for _ in range(8):
            case = random.choice(self.seen["case"])
            events = self.by_hand(case["state"])
            onward = [each for each in events if each not in RARELY]
            event = random.choice(onward * 3 + [each for each in onward if each in FURTHER] * 6 + events)
            role = random.choice([role for role in self.law.events[event].by if role != CLOCK])
            self.act(
                case, event, role, max(self.today - random.choice([0, 0, 0, 2]) * ONE_DAY, case["last_on"] or START)
            )
            self.the_law_holds()
            self.days_pass(random.choice([0, 0, 1, 2, 5]))
            if random.random() < 0.25:
                self.the_sweep_runs(random.choice(HOURS))
                self.the_law_holds()

    @rule(data=st.data(), role=st.sampled_from(["applicant", "provider", "office", "clock", "leading_group", "x"]))
    def perhaps_unlawful(self, data: st.DataObject, role: str) -> None:
        case = data.draw(st.sampled_from(self.seen["case"]))
        event = data.draw(st.sampled_from([*self.law.events, "nonsense"]))
        on = self.today + data.draw(st.integers(-40, 3)) * ONE_DAY
        fields = data.draw(st.sampled_from([None, {}, {"reason": "  "}, {"supply_by": "2026-02-30"}, {"secret": "1"}]))
        self.act(case, event, role, on, fields)

    @rule(data=st.data())
    def late_paper(self, data: st.DataObject) -> None:
        late = [term for term in self.seen["term"] if term["lapsed_on"] and not term["ended_on"]]
        if late:
            term = data.draw(st.sampled_from(late))
            case = self.case(term["case_id"])
            event = data.draw(st.sampled_from(self.by_hand(case["state"])))
            role = next(role for role in self.law.events[event].by if role != CLOCK)
            self.act(case, event, role, term["lapsed_on"] - data.draw(st.integers(0, 4)) * ONE_DAY)

    @rule(data=st.data(), supply_by=st.integers(0, 40))
    def a_date_is_set(self, data: st.DataObject, supply_by: int) -> None:
        case, event = self.pick(data)
        set_by_act = {rule.due_field for rule in self.law.terms.values()} & set(self.law.events[event].fields)
        if set_by_act:
            role = self.law.events[event].by[0]
            own = dict.fromkeys(set_by_act, (self.today + supply_by * ONE_DAY).isoformat())
            self.act(case, event, role, self.today, self.filled(event) | own)

    @rule(data=st.data())
    def what_is_offered_can_be_done(self, data: st.DataObject) -> None:
        """On some day that it could bear, with a form that is filled in; nothing of it is kept."""
        case = data.draw(st.sampled_from(self.seen["case"]))
        found = [each for each in self.offered(case) if each.why is None]
        offer = data.draw(st.sampled_from(found))
        event = offer.row.event.key
        with self.database.read() as transaction:
            file = acting.take(UnitOfWork(transaction, self.context, self.now()), case["no"])
        days = offers.days_to_try(file.case_state, self.today)
        refusals = [self.tried(case, event, offer.by[0], on) for on in days]
        assert None in refusals, (case, event, refusals)
        assert self.snapshot() == self.seen

    def tried(self, case: dict[str, Any], event: str, role: str, on: date) -> NegotiationError | None:
        """Why an act is refused, None if it is taken; in either case nothing is written."""
        try:
            with pytest.raises(Crash), _Crashing(self.database).write() as transaction:
                self.act_in(transaction, case, event, role, on, None)
        except NegotiationError as error:
            return error
        return None

    @rule(days=st.sampled_from([1, 1, 2, 3, 7, 14, 30, 90]))
    def days_pass(self, days: int) -> None:
        self.today = min(self.today + days * ONE_DAY, END)

    @rule(hour=st.sampled_from(HOURS))
    def the_sweep_runs(self, hour: str) -> None:
        swept = timers.run(self.database, self.context, self.now(hour))
        assert (swept.parked, swept.troubles) == (0, [])
        reminding = works(self.today) and "09:00" <= hour <= "17:30"
        for term in self.rows(Term):
            if term["next_on"] is not None and term["next_on"] <= self.today:
                assert not reminding, f"missed: {term}"
                assert term["due_on"] >= self.today, f"missed: {term}"
        again = timers.run(self.database, self.context, self.now(hour))
        assert (again.acted, again.reminded, again.parked) == (0, 0, 0)

    @rule()
    def the_sweep_crashes_before_its_commit(self) -> None:
        with pytest.raises(Crash):
            timers.run(_Crashing(self.database), self.context, self.now("12:00"))  # type: ignore[arg-type]
        assert self.snapshot() == self.seen

    @rule(data=st.data())
    def an_act_crashes_before_its_commit(self, data: st.DataObject) -> None:
        case, event = self.pick(data)
        with pytest.raises((Crash, NegotiationError)), _Crashing(self.database).write() as transaction:
            self.act_in(transaction, case, event, self.law.events[event].by[0], self.today, None)
        assert self.snapshot() == self.seen

    @rule(data=st.data())
    def one_act_fails_in_its_savepoint_and_another_stands(self, data: st.DataObject) -> None:
        case, other = self.seen["case"][0], data.draw(st.sampled_from(self.seen["case"]))
        with self.database.write() as transaction:
            try:
                with transaction.savepoint():
                    self.act_in(transaction, case, "note", "office", self.today, {"text": "写了又撤销"})
                    raise Crash
            except Crash:
                pass
            self.act_in(transaction, other, "note", "office", self.today, {"text": "写了"})
        events = [(event["case_id"], event["event"]) for event in self.rows(Event)[len(self.seen["event"]) :]]
        notes = Counter(event["event"] for event in self.rows(Event))["note"]
        assert notes == Counter(event["event"] for event in self.seen["event"])["note"] + 1, events

    # ------------------------------------------------------------------------------------------------ what must hold

    @invariant()
    def the_law_holds(self) -> None:
        now = self.snapshot()
        for case in now["case"]:
            events = [event for event in now["event"] if event["case_id"] == case["id"]]
            terms = [term for term in now["term"] if term["case_id"] == case["id"]]
            self.chain_holds(case, events, now)
            self.is_derived(case)
            if any(event["after_seq"] is not None for event in events):
                continue  # its events do not stand in their order any more: what was derived holds
            self.events_hold(case, events)
            self.terms_hold(case, terms)
            ended_in_silence = any(event["event"] == "end_unconfirmed" for event in self.moving(events)[-1:])
            rows = [item for item in now["item"] if item["case_id"] == case["id"]]
            self.items_hold(case, rows, terms, "supplied" if ended_in_silence else case["state"])
            if any(row.suspends for row in self.law.table.values()):
                self.pauses_hold(events, [term for term in terms if term["kind"] == "reply"])
            self.notices_hold(case, [each for each in now["notice"] if each["case_id"] == case["id"]])
            of_terms = [each for each in now["task"] if each["case_id"] == case["id"] and each["term"] is not None]
            for task in (each for each in of_terms if each["done_on"] is None):
                term = next(term for term in terms if term["n"] == task["term"])
                assert term["lapsed_on"], f"an open task of a term that has not lapsed: {task}"
                assert not term["ended_on"], f"an open task of a term that has ended: {task}"
        before = {(term["case_id"], term["n"]): term for term in self.seen["term"]}
        for event in now["event"]:
            if (
                event["event"] == "lapse"
                and event not in self.seen["event"]
                and (event["case_id"], event["term"]) in before
            ):
                term = before[event["case_id"], event["term"]]
                assert event["happened_on"] == term["due_on"], "a lapse is dated by law"
                assert event["happened_on"] < self.today
        self.seen = now

    def is_derived(self, case: dict[str, Any]) -> None:
        """What is stored is what the entries, the law and the calendar make of the case."""
        with self.database.read() as transaction:
            file = acting.take(UnitOfWork(transaction, self.context, self.now()), case["no"])
            assert verify(transaction, file) == []

    def chain_holds(self, case: dict[str, Any], events: list[dict[str, Any]], now: dict[str, Any]) -> None:
        assert [event["seq"] for event in events] == list(range(1, case["version"] + 1))
        head = GENESIS
        for event in events:
            head = event_digest(head, case["no"], EventRecord(**event))
            assert head == event["digest"]
        assert head == case["head"]
        digests = {event["seq"]: event["content_digest"] for event in events}
        for content in (each for each in now["content"] if each["case_id"] == case["id"] and each["seq"]):
            assert content_digest(content["salt"], content["body"]) == digests.pop(content["seq"])
            assert json.loads(content["body"])
        assert set(digests.values()) <= {None}
        assert case["state"] == (events[-1]["state"] if events else "draft")

    def events_hold(self, case: dict[str, Any], events: list[dict[str, Any]]) -> None:
        kept = {reached: column for reached, column in self.law.milestones.items() if reached != "ending"}
        dates: dict[str, date] = {}
        for event, was in zip(events, ["draft", *(event["state"] for event in events)], strict=False):
            reached = (event["event"], event["state"] if event["state"] != was else "")
            dates |= {kept[key]: event["happened_on"] for key in reached if key in kept}
        receipts = [e["happened_on"] for e in events if kept.get(e["event"]) == "received_on"]
        dates |= {"received_on": receipts[0]} if receipts else {}  # what is passed on again was received before
        answered = dates.pop("replied_on", None)  # on the day of the last answer: see ``items_hold``
        assert case["replied_on"] is None or answered is not None
        dates.pop("closed_on", None)  # on the day on which it ended, by whichever event: see below
        columns = set(kept.values()) - {"replied_on", "closed_on"}
        assert {column: case[column] for column in columns} == dict.fromkeys(columns) | dates
        ended = [event["happened_on"] for event in self.moving(events) if event["state"] in self.endings]
        assert case["closed_on"] == (ended[-1] if case["state"] in self.endings else None)

    @staticmethod
    def moving(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The events that led to another state."""
        states = ["draft", *(event["state"] for event in events)]
        return [event for event, was in zip(events, states, strict=False) if event["state"] != was]

    def terms_hold(self, case: dict[str, Any], terms: list[dict[str, Any]]) -> None:
        assert len({term["n"] for term in terms}) == len(terms)
        open_kinds = Counter(term["kind"] for term in terms if term["ended_on"] is None)
        alone = [n for kind, n in open_kinds.items() if kind not in SUPPLYING]
        assert not alone or max(alone) == 1, "at most one running term of a kind, but of sets of items"
        assert not (open_kinds and case["state"] in self.endings), "what has ended keeps no clock"
        for term in terms:
            if term["counted"] is not None:
                assert term["due_on"] == plain_due(term["counts_from"], term["counted"])
            assert term["lapsed_on"] in (None, term["due_on"])
            runs = term["ended_on"] is None and term["suspended_on"] is None
            assert (term["next_on"] is not None) == (runs and term["lapsed_on"] is None)
        running = [term for term in terms if term["ended_on"] is None and term["suspended_on"] is None]
        main = [term for term in terms if term["main"]]
        answered = [(term["answered_on"] or term["ended_on"], term["due_on"]) for term in main]
        assert case["due_on"] == (main[-1]["due_on"] if main else None)
        assert case["owed"] == bool(main and main[-1] in running and main[-1]["answered_on"] is None)
        assert case["late"] == any(day is not None and day > due for day, due in answered)
        assert case["next_due"] == min((term["due_on"] for term in running), default=None)
        assert case["suspended"] == any(term["suspended_on"] and not term["ended_on"] for term in terms)

    def items_hold(
        self, case: dict[str, Any], rows: list[dict[str, Any]], terms: list[dict[str, Any]], comes_to: str
    ) -> None:
        """The state is what the items come to; what is owed or open has its one term, and nothing else has any.

        ``comes_to``: what the applicant never confirmed stays so in its items, though in its silence the case ended. A
        case that was void, or whose parties became one department, ends whatever its items had come to.
        """
        merged_away = case["state"] in self.endings and case["flags"].get("merged_away")
        if not rows or case["state"] in {"draft", "void"} or merged_away:
            return
        items = [DataItem(**{key: row[key] for key in DataItem._fields}) for row in rows]
        assert state_by_items(self.law, items, case["state"]) == comes_to or case["flags"].get("no_data")
        if case["state"] in self.endings:
            assert not any(item.stage in ("disputed", "contested", "open") or owed(item) for item in items)
        else:
            terms_hold(case["state"], items, [SimpleNamespace(**term) for term in terms])
        for item in items:
            agreed_on = item.answered_on or date.max
            assert not item.supplied_on or agreed_on <= item.supplied_on, "supplied before it was agreed"

    def pauses_hold(self, events: list[dict[str, Any]], replies: list[dict[str, Any]]) -> None:
        """Ten working days for a reply, and those besides that the applicant took for its supplements."""
        asked, paused = START, 0
        for event in events:
            if event["event"] == "ask_supplement":
                asked = event["happened_on"]
            elif event["event"] == "supplement":
                paused += plain_count(asked, event["happened_on"])
        assert sum(term["paused"] for term in replies) == paused
        for term in replies:
            assert plain_count(term["started_on"], term["due_on"]) == 10 + term["paused"]

    def notices_hold(self, case: dict[str, Any], notices: list[dict[str, Any]]) -> None:
        assert not (notices and case["received_on"] is None), "nobody hears of a draft"
        keys = Counter(notice["key"] for notice in notices)
        spoken = Counter(
            (notice["template"], notice["term"], notice["facts"].term.due_on, notice["department_id"])
            for notice in notices
            if notice["kind"] == "reminder"
        )
        assert not notices or max(keys.values()) == 1
        assert not spoken or max(spoken.values()) == 1, "the same thing is said once"

    # ------------------------------------------------------------------------------------------------ by which means

    @property
    def endings(self) -> set[str]:
        return {key for key, state in self.law.states.items() if state.ending}

    @property
    def law(self) -> Any:
        return self.context.rulebook.procedure(self.procedure)

    def by_hand(self, state: str) -> list[str]:
        return [row.event.key for row in self.law.from_state(state) if set(row.event.by) != {CLOCK}]

    def now(self, hour: str = "10:00") -> datetime:
        return at(self.today.isoformat(), hour)

    def rows(self, *models: Any) -> list[dict[str, Any]]:
        return [row for rows in self.snapshot(models).values() for row in rows]

    def snapshot(self, models: tuple[Any, ...] = MODELS) -> dict[str, list[dict[str, Any]]]:
        """All rows by table, as the types of the tables read them."""
        with self.database.read() as transaction:
            return {
                model.__tablename__: [dict(row) for row in transaction.connection.execute(query).mappings()]
                for model, query in ((model, IN_ORDER[model]) for model in models)
            }

    def case(self, case_id: int) -> dict[str, Any]:
        return next(case for case in self.seen["case"] if case["id"] == case_id)

    def pick(self, data: st.DataObject) -> tuple[dict[str, Any], str]:
        """A case, and an event that its state allows; rather one that leads on than one that ends it."""
        case = data.draw(st.sampled_from(self.seen["case"]))
        events = self.by_hand(case["state"])
        return case, data.draw(st.sampled_from([*(event for event in events if event not in RARELY), *events]))

    def filled(self, event: str, case: dict[str, Any] | None = None, on: date | None = None) -> dict[str, str]:
        rule = self.law.events[event]
        raw = {key: RAW.get(key) or self.entered(self.law.fields[key]) for key in (*rule.required, *rule.one_of)}
        return raw | (self.naming(event, case, on or self.today) if case else {})

    def naming(self, event: str, case: dict[str, Any], on: date) -> dict[str, str]:
        """The first item that an act may name, and the rest in its other field; on every other day all, unnamed."""
        row = self.law.table.get((case["state"], event))
        if row is None or row.items is None or "ask" in row.items.verbs:
            return {}
        with self.database.read() as transaction:
            file = acting.take(UnitOfWork(transaction, self.context, self.now()), case["no"])
        names = [item.name for item in candidates(row, file.case_state, on)]
        keys = [key for key in row.items.verbs.values() if key]
        needed = bool(keys) and (keys[0] in row.event.required or len(row.items.verbs) > 1) and row.items.by == ""
        if not names or not keys or (names[0].startswith("〈") and not needed):
            return {}
        if names[0].startswith("〈"):
            return {keys[0]: names[0]} if keys[0] in row.event.required else {}
        if not needed and on.toordinal() % 2:
            return {}
        return {keys[0]: names[0]} | ({keys[1]: "、".join(names[1:])} if keys[1:] and names[1:] else {})

    def entered(self, field: FieldRule) -> str:
        """What somebody types into a field of that kind."""
        kinds = {
            "choice": next(iter(field.choices), ""),
            "date": (self.today + 45 * ONE_DAY).isoformat(),
            "number": "3",
            "meeting": SITTING.no,
        }
        return kinds.get(field.kind, "" if field.key == "applicant" else "据实填写")

    def act(self, case: dict[str, Any], event: str, role: str, on: date, fields: dict[str, str] | None = None) -> None:
        """An act that is lawful or refused; refused, it changes nothing whatsoever."""
        refusal = None
        possible = {each.row.event.key for each in self.offered(case) if each.why is None}
        try:
            with self.database.write(single_statement=True) as transaction:
                self.act_in(transaction, case, event, role, on, fields)
        except NegotiationError as error:
            refusal = error
        if refusal is not None:
            assert refusal.what
            assert self.snapshot() == self.seen, f"refused ({refusal}), and yet changed"
        else:
            assert event in possible, f"{event} was not offered, and yet taken"

    def offered(self, case: dict[str, Any]) -> list[offers.Offer]:
        with self.database.read() as transaction:
            file = acting.take(UnitOfWork(transaction, self.context, self.now()), case["no"])
            return offers.offers(transaction, file, self.today)

    def act_in(
        self, transaction: Transaction, case: dict[str, Any], event: str, role: str, on: date, fields: Any
    ) -> None:
        if fields is None:
            fields = self.filled(event, case, on) if event in self.law.events else {}
        acting.act(
            UnitOfWork(transaction, self.context, self.now()),
            case["no"],
            ActRequest(event, role=role, actor="测试", on=on, fields=fields),
        )


class _Crashing:
    """A database on which every transaction dies just before its commit."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self.database.write() as transaction:
            yield transaction
            raise Crash


STEPS = 20
SOAK = int(os.environ.get("NEGOTIATION_SOAK", "0"))


def run(database: Database, installed: Settings, examples: int, *phases: Phase) -> None:
    office = type("Office", (Office,), {"database": database, "context": settle_in(database, installed)})
    run_state_machine_as_test(
        office,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not SOAK,  # every run of the suite takes the same steps; the long run takes new ones
            database=None,
            phases=phases or tuple(Phase),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_the_law_holds(database: Database, settings: Settings) -> None:
    run(database, settings, max(SOAK // STEPS, 12))


LAW = [(name, key) for name, folder in shipped().items() for key in load(folder).procedures]


@pytest.mark.parametrize(("rulebook", "procedure"), [law for law in LAW if law != ("beijing-2017", "sharing")])
def test_the_law_holds_in_every_procedure(rulebook: str, procedure: str, sqlite: Database, settings: Settings) -> None:
    """Not as many ways as above, but each of them a long one: a handful of examples would hardly get anywhere."""
    context = settle_in(sqlite, settings.model_copy(update={"rulebook": rulebook}))
    office = type("Office", (Office,), {"database": sqlite, "context": context, "procedure": procedure})()
    random = Random(2026)
    for _ in range(max(SOAK // STEPS, 8)):
        office.open("是", random.choice([POLICE, CHAOYANG, TAX]))
        office.the_law_holds()
        office.business_goes_on(random)
        office.days_pass(random.choice([1, 7, 14]))
        office.the_sweep_runs("10:00")
        office.the_law_holds()
    done = {event["event"] for event in office.seen["event"]}
    assert len(done & {key for key, rule in office.law.events.items() if set(rule.by) != {CLOCK}}) >= 6
    assert "lapse" in done


# --------------------------------------------------------------------------------------- the machine itself can fail


def _undated(*args: Any) -> Iterator[Any]:
    for step in _LAPSE(*args):
        yield step._replace(on=step.on + ONE_DAY)


def _never_ending(*_args: Any) -> bool:
    return False


def _unchained(*_args: Any) -> bytes:
    return bytes(32)


def _unresumed(_rule: Any, term: Any, *_args: Any) -> Any:
    return term._replace(suspended_on=None, frozen=None, next_on=term.due_on)


_LAPSE = clock_events.lapse
BROKEN = {
    "a lapse dated by the sweep": (clock_events, "lapse", _undated),
    "a term that its answer does not end": (term_effects, "ends", _never_ending),
    "a chain that does not bind": (event_chain, "event_digest", _unchained),
    "a supplement that gives no days back": (terms, "resumed", _unresumed),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_machine_notices(what: str, sqlite: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, broken = BROKEN[what]
    monkeypatch.setattr(where, name, broken)
    with pytest.raises((AssertionError, KeyError)):
        run(sqlite, settings, 200, Phase.generate)
