"""A notice comes in: read, held against what is known, rehearsed, and written in one transaction with all it moves."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from calendars import Arrangement
from calendars.arrangement import HALF_DAY, STOPPAGE
from calendars.formats.manual import looks_typed
from calendars.formats.reading import is_calendar
from calendars.notice.balance import Reckoning
from negotiation.core.enums import OFFICE_ID, AdminKind, CalendarLayer
from negotiation.core.local_time import local_date
from negotiation.domain.administration import AdminAct
from negotiation.domain.entered import EnteredBy
from negotiation.domain.working_days import Almanac, Document, ImportedNotice
from negotiation.services import recount
from negotiation.services.administration import Operation
from negotiation.services.calendar import checks, shipped
from negotiation.services.calendar.checks import of_year
from negotiation.services.context import Context
from negotiation.services.recount import Recount
from negotiation.services.recount_findings import Past
from negotiation.store import calendar_notices
from negotiation.store.calendar_notices import Revision
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction

_TITLE_LINES = 4


class Difference(NamedTuple):
    """A day that the notice has otherwise than what is held; in words what it was and what it becomes."""

    day: date
    was: str
    now: str


class DayRead(NamedTuple):
    """A day as it was read: ``what`` becomes of it (放假, 上班, 停止办公), its name, and in words what held before.

    ``turns``: whether people work on it where they did not, or the other way round.
    """

    day: date
    what: str
    name: str
    was: str
    turns: bool


@dataclass(frozen=True)
class Import:
    """An arrangement as read, its differences from that held of its year, and its effect on the terms.

    ``days``: all that was read, in order. ``kept``: days on which a whole year says nothing, or otherwise, and what is
    held goes on to decide. ``reckoning``: the balance of a whole national year. ``freed``, ``worked``: the days that it
    turns, which of an amending notice need not balance. ``almanac``: as it is, or would be, with the notice.
    ``held_already``: nothing differs, nothing was or would be written. ``revision``: its number once it is written.
    """

    layer: CalendarLayer
    title: str
    arrangement: Arrangement
    days: tuple[DayRead, ...]
    differences: tuple[Difference, ...]
    kept: tuple[Difference, ...]
    held_already: bool
    almanac: Almanac
    freed: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    reckoning: Reckoning | None = None
    recount: Recount = field(default_factory=Recount)
    revision: int | None = None

    @property
    def net(self) -> int:
        """Days off given more than taken."""
        return len(self.freed) - len(self.worked)


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """An arrangement to import for a layer; ``text`` is stored as its source, ``at`` is the moment of the import."""

    text: str
    arrangement: Arrangement
    layer: CalendarLayer
    author: str
    at: datetime
    account_id: int | None = None


def run(
    database: Database,
    context: Context,
    request: ImportRequest,
    *,
    dry_run: bool = False,
    progress: recount.Progress = lambda _: None,
    also: Callable[[Transaction], object] = lambda _: None,
) -> Import:
    """Imports an arrangement, or rehearses it (``dry_run``): all of it or nothing, and with it what is done ``also``.

    ``progress`` gets the number of cases that were counted again. Raises NegotiationError for an arrangement that is
    not sound, or of another layer.
    """
    with shipped.changing(database, context, request.at, write=not dry_run) as (transaction, current):
        found = _imported(transaction, current, request, dry_run=dry_run, progress=progress)
        if not dry_run:
            also(transaction)
        return found


def _imported(
    transaction: Transaction,
    context: Context,
    request: ImportRequest,
    *,
    dry_run: bool,
    progress: recount.Progress,
) -> Import:
    found, notice, turned = _checked(context.almanac, request)
    if found.held_already:
        return found
    past = Past.turned(context.almanac, request.layer, turned, local_date(request.at))
    document = Document(request.arrangement.doc_no or "", found.title, request.arrangement.issued, request.layer)
    after = replace(context, almanac=found.almanac)
    counted = recount.run(transaction, after, document, request.at, past=past, write=not dry_run, progress=progress)
    if not dry_run:
        _write(transaction, notice, found.almanac, counted, request.text)
        by = EnteredBy(request.author, request.account_id, OFFICE_ID)
        Operation(by, request.at).record(transaction, AdminAct(AdminKind.IMPORT, "收录放假调休安排", notice.name))
    return replace(found, recount=counted, revision=None if dry_run else notice.id)


def _checked(almanac: Almanac, request: ImportRequest) -> tuple[Import, ImportedNotice, Sequence[date]]:
    """The import before anything is counted again, the notice to be written, and the days that it turns."""
    layer, arrangement = request.layer, request.arrangement
    title, feed = _title(request.text, arrangement), is_calendar(request.text)
    reckoning = checks.demand_sound(almanac, layer, arrangement, local_date(request.at))
    checks.demand_layer(layer, arrangement, title, own_words=looks_typed(request.text) or feed)
    notice = ImportedNotice(almanac.revision + 1, layer, title, arrangement, request.author, request.at)
    after = almanac.plus(notice)
    turned = almanac.of(layer).differences(after.of(layer))
    checks.demand_no_silent_turn(almanac, layer, arrangement, turned, feed=feed)
    found = _compared(almanac, after, turned, layer, arrangement, title)
    return replace(found, reckoning=reckoning), notice, turned


def _title(text: str, arrangement: Arrangement) -> str:
    """The title that stands at the head of a notice, in one line or broken over a few; else what it arranges."""
    head = "".join(line.strip() for line in text.strip().splitlines()[:_TITLE_LINES])
    found = re.match(r"[^，。；：]{4,80}?的(?:通知|公告)", head)
    return found[0] if found else f"{arrangement.year}年工作日安排"


# ------------------------------------------------------------------------------------------ against what is held


def _compared(
    before: Almanac, after: Almanac, turned: Sequence[date], layer: CalendarLayer, new: Arrangement, title: str
) -> Import:
    """The differences that the notice makes, day by day, where its year was arranged before."""
    held = of_year(before, layer, new.year)
    differences = differences_of(before, after, layer, turned) if held else ()
    kept = tuple(
        Difference(day, _in_words(before, layer, day), "未提及，仍按原安排")
        for day in checks.otherwise(before, layer, new)
        if day not in turned
    )
    known = new.doc_no is None or new.doc_no in {each.doc_no for each in held}
    held_already = bool(held) and known and not differences
    whole = {day: name for day, name in new.work.items() if HALF_DAY not in name}
    freed, worked = (tuple(day for day in turned if day in days) for days in (new.off, whole))
    read = _as_read(before, layer, new, turned)
    return Import(layer, title, new, read, differences, kept, held_already, after, freed, worked)


def differences_of(
    before: Almanac, after: Almanac, layer: CalendarLayer, turned: Iterable[date]
) -> tuple[Difference, ...]:
    """The days that a change turns, in words what each was and what it becomes."""
    return tuple(Difference(day, _in_words(before, layer, day), _in_words(after, layer, day)) for day in turned)


def _as_read(before: Almanac, layer: CalendarLayer, new: Arrangement, turned: Sequence[date]) -> tuple[DayRead, ...]:
    named = sorted([*new.off.items(), *new.work.items()])
    return tuple(
        DayRead(day, _what(new, day), name, _in_words(before, layer, day), day in turned) for day, name in named
    )


def _what(new: Arrangement, day: date) -> str:
    if day in new.work:
        return HALF_DAY if HALF_DAY in new.work[day] else "上班"
    return STOPPAGE if STOPPAGE in new.off[day] else "放假"


def _in_words(almanac: Almanac, layer: CalendarLayer, day: date) -> str:
    """放假（元旦）, 上班: what holds of a day; 推算 where no arrangement of it is published."""
    calendar = almanac.of(layer)
    shown = calendar.day(day)
    name = f"（{shown.name}）" if shown.kind in ("holiday", "make-up") and shown.name else ""
    if shown.kind == "stoppage" or HALF_DAY in (shown.name or ""):
        return shown.name or STOPPAGE
    word = ("上班" if shown.kind in ("working", "make-up") else "放假") + name
    return word if day <= calendar.official_through else f"推算{word}"


# ------------------------------------------------------------------------------------------------------- writing


def _write(transaction: Transaction, new: ImportedNotice, almanac: Almanac, counted: Recount, text: str) -> None:
    revision = Revision(new.id, new.name, new.author, new.recorded_at, *counted.counts)
    calendar_notices.add_revision(transaction, revision, almanac.days)
    calendar_notices.add_arrangement(transaction, new, text)
    transaction.log("calendar_imported", revision=new.id, layer=new.layer)
