"""What an act means, decided in memory: no database, no clock, no mail."""

from collections.abc import Iterator
from datetime import date

from bench.ground import Grounds
from bench.measure import Row, Spread, alternating, at_most, demand
from calendars import WorkingCalendar
from negotiation.domain import rulebook
from negotiation.domain.machine import lifecycle
from negotiation.domain.machine.values import Act, CaseState

ROUNDS, CALLS = 301, 40
APPLICATION = {
    "resource": "常住人口基本信息",
    "use_basis": "《社会救助暂行办法》第五十八条",
    "scenario": "办理低保资格核对",
    "mode": "服务接口",
    "period": "长期",
}


def rows(_grounds: Grounds) -> Iterator[Row]:
    procedure = rulebook.load(rulebook.shipped()["beijing-2017"]).procedure("sharing")
    calendar = WorkingCalendar.official()
    draft = CaseState("draft", 0, None, {}, (), {"applicant": 1, "provider": 2})
    submit = Act("submit", "applicant", date(2026, 9, 18), APPLICATION)
    awaiting = lifecycle.decide(procedure, draft, submit, calendar).after
    agree = Act("agree", "provider", date(2026, 9, 28), {"conditions": "仅限低保资格核对使用"})
    for title, case_state, act, state in (
        ("decide in memory: submit", draft, submit, "awaiting_reply"),
        ("decide in memory: agree", awaiting, agree, "agreed"),
    ):
        yield from _rows(title, procedure, case_state, act, calendar, state)


def _rows(
    title: str, procedure: rulebook.Procedure, case_state: CaseState, act: Act, calendar: WorkingCalendar, state: str
) -> Iterator[Row]:
    step = lifecycle.follow(procedure, case_state, act, calendar)[-1]
    demand(step.after.state == state and bool(step.changed), f"“{act.event}” did not lead to {state} with its terms")

    def decide() -> None:
        for _ in range(CALLS):
            lifecycle.decide(procedure, case_state, act, calendar)

    def follow() -> None:
        for _ in range(CALLS):
            lifecycle.follow(procedure, case_state, act, calendar)

    spreads = [Spread.of([value / CALLS * 1e6 for value in taken]) for taken in alternating(ROUNDS, decide, follow)]
    yield Row(title, "µs", spreads[0], wanted=(at_most(spreads[0], 10, "µs"),))
    yield Row(f"{title}, with lapses looked for", "µs", spreads[1])
