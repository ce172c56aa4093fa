"""A simulated city: departments of every level, and two years of cases of every procedure, through the one door.

Nothing here names a procedure: acts are chosen from the rulebook's own table, so that a new procedure is simulated by
itself. The same seed gives the same city.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any

from negotiation.core.enums import CLOCK, Level
from negotiation.core.errors import NegotiationError
from negotiation.core.local_time import at_local
from negotiation.core.settings import Settings
from negotiation.domain.machine import item_effects
from negotiation.domain.rulebook import STAY, FieldRule, Procedure, Transition
from negotiation.services.cases import acting, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.meetings import outcomes, planning
from negotiation.services.meetings.planning import Plan as MeetingPlan
from negotiation.store import case_writer
from negotiation.store.database import Database
from negotiation.store.departments import add_department
from negotiation.store.transaction import Transaction
from negotiation.worker import yearly_cases

ONE_DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2024, 11, 4), date(2026, 10, 30)
BOOKS_CLOSED = date(2025, 12, 31)  # what happened by then is entered by then: a report of that day knows all of it
REGULATION = date(2025, 8, 1)  # 国务院令第809号 is in force: cases opened from then on run under it
DEPARTMENTS = {
    Level.MUNICIPAL: ("市民政局", "市公安局", "市司法局", "市财政局", "市教育委员会", "市人力资源和社会保障局"),
    Level.DISTRICT: ("东城区人民政府", "朝阳区人民政府", "海淀区人民政府", "通州区人民政府"),
    Level.VERTICAL: ("市税务局", "市气象局"),
    Level.REFERENCE: ("市委组织部", "市高级人民法院"),
    Level.CENTRAL: ("国家统计局北京调查总队",),
}
ITEMS = ("姓名", "公民身份号码", "住址", "婚姻状况", "参保状态")
MAIN_SHARE = 0.55  # of the cases belong to the procedure that heads the report
NAMING_NONE = 0.4  # of the acts that may name data items name none: they apply to all
REOPENED = 0.08  # of the cases that ended


@dataclass(frozen=True, slots=True)
class Plan:
    """The next act on a case and the day on which it happens; which act shows when the day of its entry has come."""

    no: str
    on: date


@dataclass
class City:
    """The city as it lives from day to day: ``many`` cases that people open, and those of the clock."""

    database: Database
    settings: Settings
    seed: int
    many: int
    first: date = FIRST_DAY
    last: date = LAST_DAY

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.agenda: dict[date, list[Plan]] = defaultdict(list)
        self.lived = self.first
        self.known = 0
        self.taken: dict[tuple[str, ...], int] = defaultdict(int)
        with self.database.write() as transaction:
            for level, names in DEPARTMENTS.items():
                for name in names:
                    add_department(transaction, name, level)
            before = self.settings.model_copy(update={"rulebook": "beijing-2017"})
            since = self.settings.model_copy(update={"rulebook": "beijing-2025"})
            self.before, self.since = Context.of(transaction, before), Context.of(transaction, since)
        self.opening = self._openings()

    def context(self, day: date) -> Context:
        """The office on that day, with the rulebook in force then."""
        return self.since if day >= REGULATION else self.before

    def live_until(self, last: date) -> "City":
        """Lets every day pass that has not passed yet, the last one too."""
        while self.lived <= last:
            self._live(self.lived)
            self.lived += ONE_DAY
        return self

    def _openings(self) -> dict[date, int]:
        """How many cases are opened on each day; holidays too, as the platform delivers on every day."""
        days = [self.first + n * ONE_DAY for n in range((self.last - self.first).days - 10)]
        opened: dict[date, int] = defaultdict(int)
        for _ in range(self.many):
            opened[self.chance.choice(days)] += 1
        return opened

    def _live(self, day: date) -> None:
        context = self.context(day)
        if context.calendar.is_working_estimated(day):
            self._sweep(day, time(9, 30))
        with self.database.write() as transaction:
            self._opened_by_the_clock(transaction, day)
            for _ in range(self.opening[day]):
                self._open(transaction, day)
            while self.agenda[day]:
                self._act(transaction, self.agenda[day].pop(), day)
        if day == BOOKS_CLOSED:  # what follows from late paper by itself is entered too
            self._sweep(day, time(18))

    def _sweep(self, day: date, hour: time) -> None:
        timers.run(self.database, self.context(day), at_local(day, hour))

    # -------------------------------------------------------------------------------------------------- openings

    def _opened_by_the_clock(self, transaction: Transaction, day: date) -> None:
        if not yearly_cases.run(transaction, self.context(day), at_local(day, time(9, 45))):
            return
        sql = f'SELECT no FROM "case" WHERE id > {transaction.param} ORDER BY id'
        for (no,) in transaction.rows(sql, [self.known]):
            self._plan(acting.take(UnitOfWork(transaction, self.context(day), at_local(day, time(10))), no), day)
        self._note_known(transaction)

    def _open(self, transaction: Transaction, day: date) -> None:
        context = self.context(day)
        rules = self._procedure(context)
        parties = self.chance.sample(sorted(context.directory.by_name), len(rules.parties))
        raw = {**dict(zip(rules.parties, parties, strict=True)), rules.subject: f"资源{self.chance.randint(1, 400)}"}
        file = opening.open_case(UnitOfWork(transaction, context, at_local(day, time(10))), rules.key, raw)
        case_writer.save(transaction, file.change())
        self._note_known(transaction)
        self.agenda[day].append(Plan(file.no, day))

    def _procedure(self, context: Context) -> Procedure:
        procedures = context.rulebook.procedures
        if self.chance.random() < MAIN_SHARE:
            return procedures[context.rulebook.main_procedure]
        return self.chance.choice([rules for rules in procedures.values() if rules.opening is None])

    def _note_known(self, transaction: Transaction) -> None:
        self.known = transaction.rows('SELECT coalesce(max(id), 0) FROM "case"')[0][0]

    # ------------------------------------------------------------------------------------------------------ acts

    def _act(self, transaction: Transaction, plan: Plan, today: date) -> None:
        """The first lawful act of those that chance proposes; a case on which none is lawful yet waits some days."""
        context, moment = self.context(today), at_local(today, time(10))
        file = acting.take(UnitOfWork(transaction, context, moment), plan.no)
        for row in self._proposed(file):
            on = max(plan.on, file.case.last_on or plan.on)
            raw = self._filled(transaction, file, row, on)
            role = self.chance.choice([role for role in row.by if role != CLOCK])
            try:
                acting.act_on(transaction, file, ActRequest(row.event.key, role=role, actor="模拟", on=on, fields=raw))
            except NegotiationError:
                file = acting.take(UnitOfWork(transaction, context, moment), plan.no)  # as it was before the attempt
                continue
            self.taken[_way(file, row)] += 1
            self._plan(file, today)
            return
        self.agenda[today + 4 * ONE_DAY].append(Plan(plan.no, today + 4 * ONE_DAY))

    def _proposed(self, file: CaseFile) -> Iterator[Transition]:
        """The acts that leave the state, in a random order: what is beside the way of a case is rare, as is what was
        often done before, so that the far ends of every procedure are reached too."""
        rules = file.procedure
        rows = [row for row in rules.from_state(file.state) if set(row.by) != {CLOCK}]
        if file.case.ending:
            rows = [row for row in rows if row.target != STAY]
        while rows:
            chosen = self.chance.choices(rows, [self._weight(file, row) for row in rows])[0]
            rows.remove(chosen)
            yield chosen

    def _weight(self, file: CaseFile, row: Transition) -> float:
        beside = row.event.key in file.procedure.general_events or CLOCK in row.by
        return (0.7 if beside else 25) / (1 + self.taken[_way(file, row)]) ** 0.5

    def _plan(self, file: CaseFile, today: date) -> None:
        """When the next act happens, and when it is entered: early, on the last day, late, as late paper, never."""
        mood = self.chance.random()
        if file.case.ending:
            if mood < REOPENED:
                later = today + self.chance.randint(5, 240) * ONE_DAY
                self.agenda[later].append(Plan(file.no, later))
            return
        if mood < 0.03:
            return
        on, entered = self._timing(file, today, mood)
        entered = min(entered, BOOKS_CLOSED) if on <= BOOKS_CLOSED else entered
        self.agenda[entered].append(Plan(file.no, on))

    def _timing(self, file: CaseFile, today: date, mood: float) -> tuple[date, date]:
        """The day of the next act and the day of its entry, by the term that runs out first."""
        due = min((term.due_on for term in file.case_state.terms if term.runs), default=today + 10 * ONE_DAY)
        left = max((due - today).days, 0)
        before = today + self.chance.randint(0, min(left, 60)) * ONE_DAY
        if mood < 0.15:
            return today, today
        if mood < 0.30:
            return max(due, today), max(due, today)
        if mood < 0.50:
            late = max(due, today) + self.chance.choice((1, 2, 3, 5, 8, 12, 16, 25, 50)) * ONE_DAY
            return late, late
        if mood < 0.62:
            return before, max(due, before) + self.chance.randint(1, 6) * ONE_DAY
        return before, before

    # ---------------------------------------------------------------------------------------------------- fields

    def _filled(self, transaction: Transaction, file: CaseFile, row: Transition, on: date) -> dict[str, Any]:
        """What the form asks, and by chance what it only offers."""
        event, rules = row.event, file.procedure
        keys = [*event.required, *self.chance.sample(event.one_of, min(len(event.one_of), 1))]
        keys += [key for key in event.optional if key not in keys and self._is_offered(rules.fields[key])]
        filled = {key: self._value(transaction, file, rules.fields[key], on) for key in keys}
        filled |= self._items(file, row, on)
        dates = [key for key in event.in_order if filled.get(key)]
        filled |= dict(zip(dates, sorted(filled[key] for key in dates), strict=True))
        rows = (each for each in rules.table.values() if each.event.key == event.key and each.hands_over)
        for items in (each.items for each in rows if each.items is not None):
            filled |= dict.fromkeys(items.verbs.values(), "")  # what is divided is recounted in a test of its own
        return {key: value for key, value in filled.items() if value not in ("", [])}

    def _items(self, file: CaseFile, row: Transition, on: date) -> dict[str, Any]:
        """Which data items an act names: often none, else some of those to which it applies, each in one field."""
        if row.items is None or "ask" in row.items.verbs:
            return {}
        fields = [key for key in row.items.verbs.values() if key]
        named = [item.name for item in item_effects.candidates(row, file.case_state, on) if not item.whole]
        self.chance.shuffle(named)
        if self.chance.random() < NAMING_NONE and len(fields) < 2:
            named = []
        found: dict[str, Any] = {key: [] for key in fields}
        for name in named:
            chosen = self.chance.choice([*fields, ""])
            if chosen:
                found[chosen].append(name)
        return found

    def _is_offered(self, rule: FieldRule) -> bool:
        """Whether an optional field is filled in; a change of a party is rare where the form does not ask for it."""
        often = {"text": 0.1, "department": 0.15, "departments": 0.1, "number": 0.5, "list": 0.7}
        return not rule.counted and self.chance.random() < often.get(rule.kind, 0.4)  # figures are the system's to fill

    def _value(self, transaction: Transaction, file: CaseFile, rule: FieldRule, on: date) -> Any:
        chance, rules = self.chance, file.procedure
        if rule.key == rules.subject:
            return file.subject or "据实填写"
        values: dict[str, Callable[[], Any]] = {
            "choice": lambda: chance.choice(list(rule.choices)),
            "date": lambda: on + chance.randint(2, 45) * ONE_DAY,
            "number": lambda: chance.randint(1, 5),
            "yes_no": lambda: chance.random() < 0.5,
            "department": lambda: self._another(file),
            "departments": lambda: [self._another(file)],
            "list": lambda: chance.sample(ITEMS, chance.randint(1, len(ITEMS))),
            "meeting": lambda: self._met(transaction, file, on),
            "resource": str,  # nothing is catalogued here, and nothing prepared from another case
            "case": str,
        }
        return values[rule.kind]() if rule.kind in values else "据实填写"

    def _met(self, transaction: Transaction, file: CaseFile, on: date) -> str:
        """The meeting of that day on this case alone, where its state is the business of one."""
        kind = file.procedure.states[file.state].agenda
        if not kind:
            return ""
        plan = MeetingPlan(kind, on, "09:00", "会议室", "主持人", [file.no])
        no = planning.plan(transaction, file.context, plan, author="模拟", at=file.at).no
        outcomes.hold(transaction, no, ["与会者"], "", today=on)
        return no

    def _another(self, file: CaseFile) -> str:
        """A department that has no part in the case yet."""
        parties = set(file.case_state.parties.values())
        names = [unit.name for unit in file.context.directory.in_order() if unit.id not in parties]
        return self.chance.choice(names)


def _way(file: CaseFile, row: Transition) -> tuple[str, ...]:
    """Where an act leads, for counting how often cases went there; what stays is told apart by its event."""
    return file.rulebook.id, file.procedure.key, row.event.key if row.target == STAY else row.target
