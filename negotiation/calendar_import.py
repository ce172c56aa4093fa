"""A notice comes in: read, held against what is known, rehearsed, and written in one transaction with all it moves."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from calendars import Arrangement
from calendars.arrangement import Mark, marks_of
from calendars.dates import is_weekend
from calendars.national import national_arrangements
from calendars.reading import read_arrangement
from calendars.unreadable import Unreadable
from negotiation import recount
from negotiation.almanac import LAYERS, Almanac, Document
from negotiation.casework import Practice
from negotiation.clock import local_date
from negotiation.errors import NegotiationError, WrongUse
from negotiation.recount import Recount
from negotiation.store import arrangements
from negotiation.store.arrangements import Held, Revision
from negotiation.store.database import Database, Transaction
from negotiation.vocabulary import LAYER_TITLES, Layer

WHOLE_YEAR = {"元旦", "春节", "国庆节"}  # a notice that arranges these arranges its year whole
TAKEN_BACK = "照常"  # the name of a day that an earlier import had turned, and that is plain again
_YEAR = re.compile(r"(20\d\d)\s*年")
_TITLE_LINES = 4


class Difference(NamedTuple):
    """A day that the notice has otherwise than what is held; in words what it was and what it becomes."""

    day: date
    was: str
    now: str
    works: bool


@dataclass(frozen=True)
class Import:
    """What a notice says, how it differs from what was held of its year, and what it means for the terms.

    ``held_already``: nothing differs, nothing was or would be written. ``revision``: its number once it is written.
    """

    layer: Layer
    title: str
    arrangement: Arrangement
    year_held: bool
    differences: tuple[Difference, ...]
    held_already: bool
    recount: Recount
    revision: int | None = None


def read_file(path: Path, layer: Layer, almanac: Almanac, year: int | None = None) -> tuple[str, Arrangement]:
    """The text of a file and the arrangement in it. Raises a sentence that quotes what cannot be read, and its line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongUse(f"不能读取文件（{error.strerror}）", where=str(path), todo="请核对文件名") from None
    return read_text(_decoded(data, path.name), layer, almanac, where=path.name, year=year)


def _decoded(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NegotiationError("不是文本文件", where=name, todo="请把通知正文粘贴到文本文件（.txt）后再导入，或使用 .ics")


def read_text(
    text: str, layer: Layer, almanac: Almanac, *, where: str = "", year: int | None = None
) -> tuple[str, Arrangement]:
    """As ``read_file``, for a text that was pasted or typed."""
    try:
        return text, read_arrangement(text, amends=_amended(text, layer, almanac), year=year)
    except Unreadable as error:
        raise NegotiationError(
            str(error), where=where, todo="请核对原文后重新粘贴；也可按“放假：日期 名称”“上班：日期 名称”的格式手工填写"
        ) from None


def _amended(text: str, layer: Layer, almanac: Almanac) -> Arrangement | None:
    """What an amending notice is read against, where the shipped notices alone do not say: imported ones count too."""
    named = _YEAR.search(text)
    if named is None or not any(
        each.layer is layer and each.arrangement.year == int(named[1]) for each in almanac.held
    ):
        return None
    marks = _marks_held(almanac, layer, int(named[1]))
    off = {day: mark.name for day, mark in marks.items() if not mark.working}
    return Arrangement(int(named[1]), None, None, off, {d: mark.name for d, mark in marks.items() if mark.working})


def run(
    database: Database,
    practice: Practice,
    text: str,
    arrangement: Arrangement,
    layer: Layer,
    *,
    at: datetime,
    author: str,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Import:
    """Imports an arrangement, or rehearses it; ``text`` is kept as its source. All of it or nothing."""
    with database.looking() if dry_run else database.writing() as transaction:
        if not dry_run:
            arrangements.lock(transaction)
        practice.refresh(transaction)
        found = _compared(practice.almanac, layer, arrangement, _title(text, arrangement))
        if found.held_already:
            return found
        held = _to_hold(practice.almanac, found, author, at)
        after = replace(practice, almanac=practice.almanac.plus(held))
        past = _past_changes(practice.almanac, after.almanac, held, local_date(at))
        document = Document(arrangement.doc_no or "", found.title, arrangement.issued, layer)
        counted = recount.run(transaction, after, document, at, past_days=past, write=not dry_run, progress=progress)
        if not dry_run:
            _write(transaction, held, document, counted, text)
    return replace(found, recount=counted, revision=None if dry_run else held.id)


def _title(text: str, arrangement: Arrangement) -> str:
    """The title that stands at the head of a notice, in one line or broken over a few; else what it arranges."""
    head = "".join(line.strip() for line in text.strip().splitlines()[:_TITLE_LINES])
    found = re.match(r"[^，。；：]{4,80}?的(?:通知|公告)", head)
    return found[0] if found else f"{arrangement.year}年工作日安排"


# ------------------------------------------------------------------------------------------ against what is held


def _compared(almanac: Almanac, layer: Layer, new: Arrangement, title: str) -> Import:
    held = _marks_held(almanac, layer, new.year)
    differences = tuple(_differences(almanac, layer, new, held)) if held else ()
    same_document = new.doc_no in _numbers(almanac, layer, new.year)
    return Import(
        layer, title, new, bool(held), differences, bool(held) and same_document and not differences, Recount()
    )


def _of_year(almanac: Almanac, layer: Layer, year: int) -> list[Arrangement]:
    shipped = national_arrangements() if layer is Layer.NATIONAL else ()
    return [each for each in (*shipped, *almanac.imported(layer)) if each.year == year]


def _marks_held(almanac: Almanac, layer: Layer, year: int) -> Mapping[date, Mark]:
    return marks_of(_of_year(almanac, layer, year))


def _numbers(almanac: Almanac, layer: Layer, year: int) -> set[str | None]:
    """The document numbers held of a year; a notice without one is known by its days alone."""
    return {each.doc_no for each in _of_year(almanac, layer, year)} | {None}


def _differences(almanac: Almanac, layer: Layer, new: Arrangement, held: Mapping[date, Mark]) -> list[Difference]:
    says = marks_of([new])
    days = set(says) | (set(held) if _is_whole(almanac, layer, new) else set())
    found = []
    for day in sorted(days):
        was, now = (_works(almanac, layer, day, marks.get(day)) for marks in (held, says))
        if was != now:
            found.append(Difference(day, _in_words(was, held.get(day)), _in_words(now, says.get(day)), now))
    return found


def _is_whole(almanac: Almanac, layer: Layer, new: Arrangement) -> bool:
    """Whether what a notice does not name is thereby plain: a year's whole arrangement, or the same document again."""
    names = {part for name in (*new.off.values(), *new.work.values()) for part in name.split("、")}
    numbers = _numbers(almanac, layer, new.year) - {None}
    return names >= WHOLE_YEAR or new.doc_no in numbers


def _works(almanac: Almanac, layer: Layer, day: date, mark: Mark | None) -> bool:
    """As it is marked in its layer, else as the layer below has it."""
    if mark is not None:
        return mark.working
    if layer is Layer.NATIONAL:
        return not is_weekend(day)
    return almanac.of(LAYERS[LAYERS.index(layer) - 1]).is_working_estimated(day)


def _in_words(works: bool, mark: Mark | None) -> str:
    name = f"（{mark.name}）" if mark is not None and mark.name else ""
    return ("上班" if works else "放假") + name


def _past_changes(before: Almanac, after: Almanac, held: Held, today: date) -> list[date]:
    """The days up to today that a new arrangement turns."""
    was, now = before.of(held.layer), after.of(held.layer)
    named = (*held.arrangement.off, *held.arrangement.work)
    days = sorted(day for day in named if was.since <= day <= min(today, was.official_through))
    return [day for day in days if was.is_working(day) != now.is_working(day)]


# ------------------------------------------------------------------------------------------------------- writing


def _to_hold(almanac: Almanac, found: Import, author: str, at: datetime) -> Held:
    """The arrangement as it is kept: with the days that it takes back, as nothing that was imported is ever removed."""
    new = found.arrangement
    back = [each for each in found.differences if each.day not in new.off and each.day not in new.work]
    off = dict(new.off) | {each.day: TAKEN_BACK for each in back if not each.works}
    work = dict(new.work) | {each.day: TAKEN_BACK for each in back if each.works}
    kept = replace(new, off=off, work=work)
    return Held(almanac.revision + 1, found.layer, found.title, kept, author, at)


def _write(transaction: Transaction, held: Held, document: Document, counted: Recount, text: str) -> None:
    what = f"{LAYER_TITLES[held.layer]}：{document.title}" + (f"（{document.no}）" if document.no else "")
    counts = (len(counted.moved), len(counted.confirmed), len(counted.findings))
    arrangements.add_revision(transaction, Revision(held.id, what, held.author, held.recorded_at, *counts))
    arrangements.add_arrangement(transaction, held, text)


def in_sentences(found: Import) -> str:
    """What an import did or would do, for a person."""
    counted, arranged = found.recount, found.arrangement
    if found.held_already:
        return f"{arranged.year}年的这一安排已经收录，没有差别，未写入任何内容。"
    held = sum(each.held for each in counted.moved)
    waits = f"（其中{held}项提前，确认后才告知）" if held else ""
    return (
        f"{LAYER_TITLES[found.layer]}：{found.title}　放假{len(arranged.off)}天，上班{len(arranged.work)}天。"
        f"期限变更{len(counted.moved)}项{waits}，由暂定改为确定{len(counted.confirmed)}项，"
        f"涉及已过日期、只请核实{len(counted.findings)}项。"
    )
