"""The calendars of this installation: the shipped notices and what was imported, layer upon layer, the later deciding.

An almanac never changes; when the database has a newer revision, a new one is read.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from calendars import Arrangement, WorkingCalendar
from calendars.arrangement import in_force
from calendars.day_line import counted_otherwise
from calendars.national import national_arrangements, title_of
from negotiation.core.day_rules import DayChoice, DayRule
from negotiation.core.enums import CalendarLayer
from negotiation.core.labels import LAYER_TITLES
from negotiation.core.local_time import local_date
from negotiation.domain.kept_days import LAYERS, KeptDays, written

WHOLE_YEAR = {"元旦", "春节", "国庆节"}  # a notice that arranges these arranges its year whole


def arranges_its_year(arrangement: Arrangement) -> bool:
    """True if a notice is a yearly one, and not one that amends a few days."""
    return not missing_holidays(arrangement)


def missing_holidays(arrangement: Arrangement) -> list[str]:
    """The holidays that a yearly notice would name and this one does not."""
    names = {part for name in (*arrangement.off.values(), *arrangement.work.values()) for part in name.split("、")}
    return sorted(WHOLE_YEAR - names)


class Document(NamedTuple):
    """The notice that changed the working days: its number (文号, may be empty), title, issue day, and whose it is."""

    no: str
    title: str
    issued: date | None
    layer: CalendarLayer

    @property
    def name(self) -> str:
        """As a sentence calls it: by its number, else by its title."""
        return self.no or (f"《{self.title}》" if self.title else "工作日安排变更")


class ImportedNotice(NamedTuple):
    """An arrangement that was imported, with its title and who entered it when; ``id``: the revision that it made."""

    id: int
    layer: CalendarLayer
    title: str
    arrangement: Arrangement
    author: str
    recorded_at: datetime

    @property
    def name(self) -> str:
        """As a list calls it: 国家：《…的通知》 without the brackets, and its number (文号) if it has one."""
        number = self.arrangement.doc_no
        return f"{LAYER_TITLES[self.layer]}：{self.title}" + (f"（{number}）" if number else "")


class Almanac:
    """The calendars by what is held; with ``kept``, as they were known at that revision, whatever is shipped now.

    ``held``: the imported arrangements that are in force. ``revision``: the number of the newest change it holds.
    """

    def __init__(self, held: Iterable[ImportedNotice] = (), kept: KeptDays | None = None, revision: int = 0) -> None:
        self.held = tuple(held)
        self.revision = revision
        self._kept = kept
        self._calendars: dict[CalendarLayer, WorkingCalendar] = {}
        self._by_rule: dict[DayRule, WorkingCalendar] = {}

    def of(self, layer: CalendarLayer, choices: tuple[DayChoice, ...] = ()) -> WorkingCalendar:
        """The calendar down to a layer: the national one, with the municipal one upon it, with the organ's own.

        ``choices``: as those of a rulebook that counts some of its days otherwise (``DayRule``).
        """
        if choices:
            return self._otherwise(layer, choices)
        if self._kept is not None:
            return self._kept.of(layer)
        if layer not in self._calendars:
            below = LAYERS[: LAYERS.index(layer)]
            if below and not self.imported(layer):
                self._calendars[layer] = self.of(below[-1])
            else:
                self._calendars[layer] = self.known_on(layer, None)
        return self._calendars[layer]

    def _otherwise(self, layer: CalendarLayer, choices: tuple[DayChoice, ...]) -> WorkingCalendar:
        rule = DayRule(layer, choices)
        if rule not in self._by_rule:
            chosen = {choice.value: choice in choices for choice in DayChoice}
            self._by_rule[rule] = WorkingCalendar.of_line(counted_otherwise(self.of(layer).line, **chosen))
        return self._by_rule[rule]

    @property
    def days(self) -> str:
        """The days of every layer as text, to be kept with the revision."""
        return written(self.of) if self._kept is None else self._kept.text

    def made_anew(self) -> "Almanac":
        """The calendars of what is held and what this program ships; this one where they have the same days."""
        anew = Almanac(self.held, revision=self.revision)
        return self if anew.days == self.days else anew

    def known_on(self, layer: CalendarLayer, day: date | None) -> WorkingCalendar:
        """The calendar down to a layer, by what is held and shipped now, as it was known on a day (None: now)."""
        local = [each for below in LAYERS[1 : LAYERS.index(layer) + 1] for each in self.imported(below)]
        return WorkingCalendar.official(known_on=day, extra=self.imported(CalendarLayer.NATIONAL), layers=local)

    def imported(self, layer: CalendarLayer) -> list[Arrangement]:
        """The imported arrangements of a layer that are in force, in the order in which they decide.

        One without a date of issue is the weakest: it decides only where no dated one speaks, and no more once the
        notice of its whole year has come in.
        """
        of_layer = [each.arrangement for each in self.held if each.layer is layer]
        noticed = {each.year for each in of_layer if each.issued and arranges_its_year(each)}
        case_state = [each for each in of_layer if each.issued or each.year not in noticed]
        return in_force(replace(each, issued=each.issued or date.min) for each in case_state)

    def newest(self) -> Document:
        """The document that was issued last of all that are held, shipped or imported."""
        shipped = [
            Document(a.doc_no or "", title_of(a.doc_no), a.issued, CalendarLayer.NATIONAL)
            for a in national_arrangements()
        ]
        imported = [
            Document(
                each.arrangement.doc_no or "",
                each.title,
                each.arrangement.issued or local_date(each.recorded_at),
                each.layer,
            )
            for each in self.held
        ]
        return max([*shipped, *imported], key=lambda document: document.issued or date.min)

    def plus(self, one_more: ImportedNotice) -> "Almanac":
        """As this, with one more arrangement."""
        return Almanac((*self.held, one_more), revision=one_more.id)

    def without(self, revoked: ImportedNotice, revision: int) -> "Almanac":
        """As this at the revision that revokes an arrangement, which then is as if it had never been imported."""
        return Almanac((each for each in self.held if each.id != revoked.id), revision=revision)


SHIPPED = Almanac()
