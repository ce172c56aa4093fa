"""The departments: who they are, their level, their clerks and who stands in for them, what became of them."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from negotiation.core.enums import Duty, Level
from negotiation.core.errors import FieldError, NotFound, UnknownName
from negotiation.domain.initials import are_initials, initials

# Levels are guessed from names when a ledger brings a department nobody knows yet; the office corrects them.
_DISTRICT = (
    "区人民政府", "区政府", "县人民政府", "县政府", "旗人民政府", "乡人民政府", "镇人民政府", "街道办事处",
    "开发区管理委员会", "开发区管委会",
)  # fmt: skip
_VERTICAL = ("税务局", "气象局", "海关", "通信管理局", "邮政管理局", "地震局", "银保监局", "证监局", "国家安全局")
_REFERENCE = ("市委", "区委", "人大常委会", "政协", "法院", "检察院", "纪委", "监委")
_CENTRAL = ("国家", "国务院", "中央", "中共中央")
SUGGESTED = 8  # names of departments in a sentence


@dataclass(frozen=True, slots=True)
class Contact:
    """A clerk or head of a department."""

    duty: Duty
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Days, first and last included, on which who has a duty is away; ``stand_in`` (None: nobody) has it then."""

    id: int
    duty: Duty
    since: date
    until: date
    stand_in: Contact | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Department:
    """A department as the rest of the program knows it; ``people`` by duty, ``absences`` by their first day.

    ``signs_in``: somebody there has an account; else its papers are entered by the office.
    """

    id: int
    name: str
    level: Level
    sort_no: int
    mail_stopped: bool
    people: Mapping[Duty, Contact] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    active: bool = True
    signs_in: bool = True

    def clerk_on(self, day: date) -> Contact | None:
        """The recipient of automatic mail on a day: A 角 or who stands in, else B 角 or who stands in. Never a head."""
        on_duty = (self.on_duty(duty, day) for duty in (Duty.A, Duty.B))
        return next((person for person in on_duty if person is not None and person.email), None)

    def on_duty(self, duty: Duty, day: date) -> Contact | None:
        """The person who has a duty on a day: the one it was given to, or who stands in while that one is away."""
        away = self.away(duty, day)
        return away.stand_in if away else self.people.get(duty)

    def away(self, duty: Duty, day: date) -> Absence | None:
        """The absence from a duty on a day."""
        return next((each for each in self.absences if each.duty is duty and each.covers(day)), None)


@dataclass(frozen=True, slots=True)
class Reorganization:
    """A change of name, or the end of a department; ``into_id``: which it became part of, None where only renamed."""

    department_id: int
    into_id: int | None
    name_before: str
    name_after: str
    happened_on: date
    doc_no: str = ""

    @property
    def says(self) -> str:
        """As a note under the figures of the year."""
        day = f"{self.happened_on.year}年{self.happened_on.month}月{self.happened_on.day}日"
        how = "更名为" if self.into_id is None else "并入"
        return f"{self.name_before}自{day}起{how}{self.name_after}" + (f"（{self.doc_no}）" if self.doc_no else "")


class Directory:
    """All departments, by id and by name; ``changes``: which of them were renamed or became part of others.

    ``gone``: by their ids, those that became part of another one, and how.
    """

    def __init__(
        self, departments: Iterable[Department], revision: int = 0, changes: Iterable[Reorganization] = ()
    ) -> None:
        self.revision = revision
        self.by_id = {each.id: each for each in departments}
        self.by_name = {each.name: each for each in self.by_id.values()}
        self.changes = tuple(changes)
        merged = {each.department_id: each for each in self.changes if each.into_id}
        self.gone = {id: each for id, each in merged.items() if id in self.by_id and not self.by_id[id].active}

    @cached_property
    def _ordered(self) -> tuple[Department, ...]:
        return tuple(sorted(self.by_id.values(), key=lambda each: (each.sort_no, each.id)))

    def in_order(self) -> tuple[Department, ...]:
        """All departments in the official order, in which every list prints."""
        return self._ordered

    def active(self) -> list[Department]:
        """The departments that can take a part in a new case, in the official order."""
        return [unit for unit in self.in_order() if unit.active]

    def changes_of(self, department_id: int) -> list[Reorganization]:
        """The reorganizations of a department, and of those that became part of it."""
        return [each for each in self.changes if department_id in (each.department_id, each.into_id)]

    def demand_active(self, department_id: int, field: str) -> None:
        """Raises FieldError for a department that has become part of another one."""
        if (into := self.gone.get(department_id)) is not None:
            raise FieldError(into.says, field=field, todo=f"请改为“{self.name(into.into_id)}”")

    def name(self, department_id: int | None) -> str:
        found = self.by_id.get(department_id or -1)
        return found.name if found else ""

    def resembles(self, name: str) -> bool:
        """True if a name looks like a slip for one that is known: a part of it, or nearly the same."""
        part = any(name in known or known in name for known in self.by_name)
        return part or bool(difflib.get_close_matches(name, self.by_name, n=1, cutoff=0.9))

    def find(self, name: str) -> Department:
        """A department by its name, or by one that it had before.

        Raises NotFound, which suggests the names of which it is a part, else those that look alike: who enters a
        department names it whole, as what is entered is never guessed.
        """
        wanted = tidy_name(name)
        if found := self._whole(wanted):
            return found
        alike = [unit.name for unit in self.matching(wanted)] or self._alike(wanted)
        advice = f"是否为：{'、'.join(alike[:SUGGESTED])}？" if alike else "请核对名称"
        raise NotFound(
            f"没有名为“{wanted}”的部门", todo=advice, command="没有登记过的部门用 negotiation department set 登记"
        )

    def seats(self, filled: Mapping[str, str]) -> dict[str, int]:
        """The departments that fill roles (role → name) and are registered: by the name that each has or had, and where
        it became part of another one, that."""
        into = {change.department_id: change.into_id for change in self.changes if change.into_id is not None}
        found = {role: unit.id for role, name in filled.items() if (unit := self._whole(tidy_name(name)))}
        while any(unit in into for unit in found.values()):
            found = {role: into.get(unit, unit) for role, unit in found.items()}
        return found

    def matching(self, text: str) -> list[Department]:
        """The departments that who looks for one means, in the official order: the one of that name, now or before;
        else those with the text in a name that they have or had, else in the initials of their name (mzj)."""
        wanted = tidy_name(text)
        if found := self._whole(wanted):
            return [found]
        former = {change.department_id for change in self._renamed() if _is_part(wanted, change.name_before)}
        named = [unit for unit in self.in_order() if _is_part(wanted, unit.name) or unit.id in former]
        return named or self._by_initials(wanted.lower())

    def _by_initials(self, text: str) -> list[Department]:
        return [unit for unit in self.in_order() if text in initials(unit.name)] if are_initials(text) else []

    def demand_matching(self, text: str, field: str = "department") -> list[Department]:
        """As ``matching``. Raises UnknownName, of the filter ``field``, if there is none."""
        if found := self.matching(text):
            return found
        alike = self._alike(tidy_name(text))
        advice = f"是否为：{'、'.join(alike)}？" if alike else "请换用名称中的几个字"
        raise UnknownName(f"没有名称中含“{tidy_name(text)}”的部门", field=field, todo=advice)

    def _whole(self, name: str) -> Department | None:
        renamed = (self.by_id[change.department_id] for change in self._renamed() if change.name_before == name)
        return self.by_name.get(name) or next(renamed, None)

    def _renamed(self) -> list[Reorganization]:
        return [change for change in self.changes if change.into_id is None]

    def _alike(self, name: str) -> list[str]:
        return difflib.get_close_matches(name, self.by_name, n=3, cutoff=0.5)


def guess_level(name: str) -> Level:
    """The level that a department's name suggests."""
    name = tidy_name(name)
    if name.endswith(_DISTRICT):
        return Level.DISTRICT
    for level, endings in ((Level.VERTICAL, _VERTICAL), (Level.REFERENCE, _REFERENCE)):
        if any(ending in name for ending in endings):
            return level
    return Level.CENTRAL if name.startswith(_CENTRAL) else Level.MUNICIPAL


def _is_part(text: str, name: str) -> bool:
    """True if a text is a part of a name; 民政 is none of 某区人民政府."""
    whole = "人民" in text or "政府" in text
    return text in (name if whole else name.replace("人民政府", "人 民 政府"))


def tidy_name(name: str) -> str:
    """A name without the spaces that spreadsheets collect."""
    return "".join(name.split())
