"""The departments: who they are, their level, their clerks. Small, and read whole."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from negotiation.errors import NotFound
from negotiation.store.cases import next_number
from negotiation.store.database import Transaction
from negotiation.vocabulary import LEVELS_WITHOUT_MAIL, Duty, Level

# Levels are guessed from names when a ledger brings a department nobody knows yet; the office corrects them.
_VERTICAL = ("税务局", "气象局", "海关", "通信管理局", "邮政管理局", "地震局", "银保监局", "证监局", "国家安全局")
_REFERENCE = ("市委", "区委", "人大常委会", "政协", "法院", "检察院", "纪委", "监委")
_CENTRAL = ("国家", "国务院", "中央", "中共中央")


@dataclass(frozen=True, slots=True)
class Person:
    """A clerk or head of a department."""

    duty: Duty
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A department as the rest of the program knows it; ``people`` by duty."""

    id: int
    name: str
    level: Level
    sort_no: int
    mail_stopped: bool
    people: Mapping[Duty, Person] = field(default_factory=dict)

    @property
    def gets_mail(self) -> bool:
        """Departments of the last three levels are written to or telephoned by a person."""
        return self.level not in LEVELS_WITHOUT_MAIL

    @property
    def clerk(self) -> Person | None:
        """Who receives automatic mail: A 角, else B 角. Never a head."""
        for duty in (Duty.A, Duty.B):
            person = self.people.get(duty)
            if person is not None and person.email:
                return person
        return None


class Directory:
    """All departments, by id and by name."""

    def __init__(self, departments: Iterable[Unit], revision: int = 0) -> None:
        self.revision = revision
        self.by_id = {each.id: each for each in departments}
        self.by_name = {each.name: each for each in self.by_id.values()}

    def in_order(self) -> list[Unit]:
        """All departments in the official order, in which every list prints."""
        return sorted(self.by_id.values(), key=lambda each: (each.sort_no, each.id))

    def name(self, department_id: int | None) -> str:
        found = self.by_id.get(department_id or -1)
        return found.name if found else ""

    def resembles(self, name: str) -> bool:
        """Whether a name looks like a slip for one that is known: a part of it, or nearly the same."""
        part = any(name in known or known in name for known in self.by_name)
        return part or bool(difflib.get_close_matches(name, self.by_name, n=1, cutoff=0.9))

    def find(self, name: str) -> Unit:
        """A department by its name. NotFound suggests names that look alike."""
        wanted = tidy_name(name)
        if wanted in self.by_name:
            return self.by_name[wanted]
        alike = difflib.get_close_matches(wanted, self.by_name, n=3, cutoff=0.5)
        advice = f"是否为：{'、'.join(alike)}？" if alike else ""
        raise NotFound(f"没有名为“{wanted}”的部门", todo=advice + "可用 negotiation department set 登记新部门")


def read_directory(transaction: Transaction) -> Directory:
    """All departments with their people."""
    revision = int(transaction.rows(f"SELECT {REVISION}")[0][0])  # first: what changes meanwhile is read again
    people: dict[int, dict[Duty, Person]] = {}
    for department_id, duty, name, email, phone in transaction.rows(
        "SELECT department_id, duty, name, email, phone FROM clerk"
    ):
        people.setdefault(department_id, {})[Duty(duty)] = Person(Duty(duty), name, email, phone)
    rows = transaction.rows("SELECT id, name, level, sort_no, mail_stopped FROM department")
    units = (
        Unit(id, name, Level(level), sort_no, bool(stopped), people.get(id, {}))
        for id, name, level, sort_no, stopped in rows
    )
    return Directory(units, revision)


# Stands beside the calendar's revision: who holds the departments in memory reads them again when it has moved.
REVISION = "(SELECT coalesce(max(last), 0) FROM counter WHERE name = 'directory')"


def changed(transaction: Transaction) -> None:
    """The departments are not what they were: every process reads them again."""
    next_number(transaction, "directory")


def add_department(transaction: Transaction, name: str, level: Level | None = None) -> Unit:
    """Registers a department under the end of the official order; the level is guessed from the name unless given."""
    mark = transaction.mark
    number = next_number(transaction, "department")  # who registers at the same time waits here for the other
    new = Unit(number, tidy_name(name), level or guess_level(name), number * 10, mail_stopped=False)
    transaction.execute(
        "INSERT INTO department (id, name, level, sort_no, mail_stopped, active) "
        f"VALUES ({mark}, {mark}, {mark}, {mark}, {mark}, {mark}) ON CONFLICT (name) DO NOTHING",
        [new.id, new.name, new.level.value, new.sort_no, False, True],
    )
    changed(transaction)
    return read_directory(transaction).by_name[new.name]


def set_department(
    transaction: Transaction, department_id: int, *, level: Level | None, sort_no: int | None, mail_stopped: bool | None
) -> None:
    """Changes what is given of a department; None leaves it as it is."""
    given = {"level": level and level.value, "sort_no": sort_no, "mail_stopped": mail_stopped}
    for column, value in given.items():
        if value is not None:
            transaction.execute(
                f"UPDATE department SET {column} = {transaction.mark} WHERE id = {transaction.mark}",
                [value, department_id],
            )
    changed(transaction)


def set_person(transaction: Transaction, department_id: int, person: Person) -> None:
    """Registers who has a duty in a department."""
    mark = transaction.mark
    transaction.execute(
        f"INSERT INTO clerk (department_id, duty, name, email, phone) VALUES ({mark}, {mark}, {mark}, {mark}, {mark}) "
        "ON CONFLICT (department_id, duty) DO UPDATE SET "
        "name = excluded.name, email = excluded.email, phone = excluded.phone",
        [department_id, person.duty.value, person.name, person.email, person.phone],
    )
    changed(transaction)


def guess_level(name: str) -> Level:
    """The level that a department's name suggests."""
    name = tidy_name(name)
    if name.endswith(("区人民政府", "区政府", "开发区管理委员会", "开发区管委会")):
        return Level.DISTRICT
    for level, endings in ((Level.VERTICAL, _VERTICAL), (Level.REFERENCE, _REFERENCE)):
        if any(ending in name for ending in endings):
            return level
    return Level.CENTRAL if name.startswith(_CENTRAL) else Level.MUNICIPAL


def tidy_name(name: str) -> str:
    """A name without the spaces that spreadsheets collect."""
    return "".join(name.split())
