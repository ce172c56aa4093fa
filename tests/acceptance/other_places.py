"""An office in another place: its rulebook in its home, its departments, cases entered day by day, its
year."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from negotiation.core.enums import CLOCK, Duty
from negotiation.core.errors import NegotiationError
from negotiation.core.settings import Settings
from negotiation.domain.departments import Contact
from negotiation.domain.rulebook import Procedure, Rulebook, load
from negotiation.services.cases import acting, opening, timers
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store.database import Database
from negotiation.store.departments import add_department, set_person
from tests.conftest import Story, at
from tests.domain.test_rulebook_copies import install
from tests.foreign import FOREIGN

ASKS, GIVES, CENTRE = "农业农村局", "自然资源局", "清河区大数据中心"
ONE_DAY = timedelta(days=1)


def settled(database: Database, home: Path, name: str) -> Context:
    """The office of a place, with two departments and whoever fills a role there."""
    files = {path.name: path.read_text("utf-8") for path in FOREIGN[name].glob("*.toml")}
    install(home, name, files)
    settings = Settings(home=home, office_mail="office@place.gov.cn", rulebook=name)
    with database.write() as transaction:
        for unit, mailbox in ((ASKS, "ny"), (GIVES, "zr"), (CENTRE, "dsj")):
            department = add_department(transaction, unit)
            set_person(transaction, department.id, Contact(Duty.A, "甲", f"a@{mailbox}.gov.cn", "1"))
        return Context.of(transaction, settings)


class Place:
    """Cases under the rulebook of another place."""

    def __init__(self, database: Database, context: Context, name: str) -> None:
        self.database, self.context = database, context
        self.book: Rulebook = load(FOREIGN[name])
        self.rules: Procedure = self.book.procedures[self.book.main_procedure]

    def opened(self, on: str, applicant: str = ASKS, provider: str = GIVES, **more: str) -> Story:
        """A case that is handed in on that day, its form filled in."""
        story = Story(self.database, self.context)
        first = next(row.event for row in self.rules.from_state(self.rules.initial) if row.event.required)
        raw = {"applicant": applicant, "provider": provider} | {key: self.filled(key) for key in first.required} | more
        with self.database.write() as transaction:
            file = opening.open_case(UnitOfWork(transaction, self.context, at(on)), self.rules.key, raw)
            case_writer.save(transaction, file.change())
        story.no = file.no
        story.act(first.key, "applicant", on)
        return story

    def filled(self, key: str) -> str:
        rule = self.rules.fields[key]
        return {"choice": next(iter(rule.choices), ""), "number": "3"}.get(rule.kind, "据实填写")

    def act(self, story: Story, event: str, role: str, on: str, entered: str = "") -> Story:
        fields = {key: self.filled(key) for key in self.rules.events[event].required}
        return story.act(event, role, on, entered=entered, **fields)

    def sweep(self, on: str) -> timers.Swept:
        return timers.run(self.database, self.context, at(on))


class Known:
    """What happened to a case of the year, written down by who lived it, and counted here by nobody else."""

    def __init__(self, story: Story, received: date) -> None:
        self.story, self.received = story, received
        self.acts: list[tuple[date, str]] = []
        self.ended: date | None = None


def lived_year(place: Place, seed: int, cases: int = 60) -> list[Known]:
    """A year: cases come in on working days, and every few days somebody does what the rulebook lets them."""
    random, known, day = Random(seed), list[Known](), date(2026, 1, 5)
    while day <= date(2026, 12, 31):
        if place.context.calendar_of(place.book).is_working(day):
            if len(known) < cases and random.random() < 0.14:
                known.append(Known(place.opened(str(day)), day))
            place.sweep(str(day))
            for each in known:
                if each.ended is None and each.received < day and random.random() < 0.12:
                    _acted(place, each, day, random)
            _ended_by_clock(place, known, day)
        day += ONE_DAY
    return known


def _acted(place: Place, each: Known, day: date, random: Random) -> None:
    rows = place.rules.from_state(each.story.state)
    lawful = [row for row in rows if CLOCK not in row.by and row.moves and row.event.key not in ("void", "withdraw")]
    for row in random.sample(lawful, len(lawful)):
        if _taken(place, each, row.event.key, row.by[0], day):
            each.acts.append((day, row.event.key))
            return


def _taken(place: Place, each: Known, event: str, role: str, day: date) -> bool:
    fields = {key: place.filled(key) for key in place.rules.events[event].required}
    try:
        with place.database.write(single_statement=True) as transaction:
            request = ActRequest(event, role=role, actor="测试", on=day, fields=fields)
            acting.act(UnitOfWork(transaction, place.context, at(str(day), "11:00")), each.story.no, request)
    except NegotiationError:
        return False
    return True


def _ended_by_clock(place: Place, known: list[Known], day: date) -> None:
    for each in known:
        if each.ended is None and place.rules.states[each.story.state].ending:
            each.ended = day
