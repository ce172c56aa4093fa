"""A notice comes in: read, held against what is known, rehearsed, and written in one transaction with all it moves."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from calendars import Arrangement
from calendars.arrangement import in_force, marks_of
from calendars.national import national_arrangements
from calendars.reading import read_arrangement
from calendars.typed import looks_typed
from calendars.unreadable import Unreadable
from negotiation import recount
from negotiation.almanac import Almanac, Document, arranges_its_year, missing_holidays
from negotiation.casework import Practice
from negotiation.clock import local_date
from negotiation.errors import NegotiationError, WrongUse, reason
from negotiation.recount import Past, Recount
from negotiation.store import arrangements
from negotiation.store.arrangements import Held, Revision
from negotiation.store.database import Database, Transaction
from negotiation.vocabulary import LAYER_TITLES, Layer

OTHER_LAYERS = "市级的安排请选 --layer municipal，本单位的选 --layer organ"
CALENDAR = "BEGIN:VCALENDAR"
STATE_NUMBERS = ("国办", "国发", "国函")
_YEAR = re.compile(r"(20\d\d)\s*年")
_ABOUT_YEAR = re.compile(r"关于[^\n]{0,20}?(20\d\d)\s*年")
_NUMBER = re.compile(r"[〔\[［（(【](\d{4})[〕\]］）)】]\s*第?(\d{1,4})\s*号")
_HEAD = 200  # characters in which a notice's own number stands
_TITLE_LINES = 4


class Difference(NamedTuple):
    """A day that the notice has otherwise than what is held; in words what it was and what it becomes."""

    day: date
    was: str
    now: str


@dataclass(frozen=True)
class Import:
    """What a notice says, how it differs from what was held of its year, and what it means for the terms.

    ``held_already``: nothing differs, nothing was or would be written. ``revision``: its number once it is written.
    """

    layer: Layer
    title: str
    arrangement: Arrangement
    differences: tuple[Difference, ...]
    held_already: bool
    recount: Recount
    revision: int | None = None


def read_file(path: Path, layer: Layer, almanac: Almanac, year: int | None = None) -> tuple[str, Arrangement]:
    """The text of a file and the arrangement in it. Raises a sentence that quotes what cannot be read, and its line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongUse(f"不能读取文件（{reason(error)}）", where=str(path), todo="请核对文件名") from None
    return read_text(_decoded(data, path.name), layer, almanac, where=path.name, year=year)


def _decoded(data: bytes, name: str) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
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
    """What an amending notice is read against where imported notices have set days of its year; None: the shipped ones.

    The notice itself, should it be held already, is no part of what it amends.
    """
    named = _ABOUT_YEAR.search(text) or _YEAR.search(text)
    if named is None or not any(each.year == int(named[1]) for each in almanac.imported(layer)):
        return None
    year, number = int(named[1]), _NUMBER.search(text[:_HEAD])
    before = [each for each in _of_year(almanac, layer, year) if number is None or _digits(each) != number.groups()]
    marks = marks_of(in_force(before))
    off = {day: mark.name for day, mark in marks.items() if not mark.working}
    return Arrangement(year, None, None, off, {day: mark.name for day, mark in marks.items() if mark.working})


def _digits(arrangement: Arrangement) -> tuple[str, ...]:
    """Year and number of a document number, as a text may write them in any brackets."""
    found = _NUMBER.search(arrangement.doc_no or "")
    return found.groups() if found else ()


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
        almanac, title, today = practice.almanac, _title(text, arrangement), local_date(at)
        _demand_sound(almanac, layer, arrangement, today)
        _demand_layer(layer, arrangement, title, own_words=looks_typed(text) or CALENDAR in text)
        held = Held(almanac.revision + 1, layer, title, arrangement, author, at)
        after = replace(practice, almanac=almanac.plus(held))
        turned = almanac.of(layer).differences(after.almanac.of(layer))
        found = _compared(almanac, after.almanac, turned, layer, arrangement, title)
        if found.held_already:
            return found
        last = min(today, almanac.of(layer).official_through)
        past = Past(almanac, tuple(day for day in turned if day <= last))
        document = Document(arrangement.doc_no or "", found.title, arrangement.issued, layer)
        counted = recount.run(transaction, after, document, at, past=past, write=not dry_run, progress=progress)
        if not dry_run:
            _write(transaction, held, document, counted, text)
    return replace(found, recount=counted, revision=None if dry_run else held.id)


def _title(text: str, arrangement: Arrangement) -> str:
    """The title that stands at the head of a notice, in one line or broken over a few; else what it arranges."""
    head = "".join(line.strip() for line in text.strip().splitlines()[:_TITLE_LINES])
    found = re.match(r"[^，。；：]{4,80}?的(?:通知|公告)", head)
    return found[0] if found else f"{arrangement.year}年工作日安排"


# ---------------------------------------------------------------------------------------------------- what is refused


def _demand_sound(almanac: Almanac, layer: Layer, new: Arrangement, today: date) -> None:
    """Refuses what would make dates official that are not, or stand in the wrong layer."""
    if new.issued is not None and new.issued > today:
        raise NegotiationError(f"印发日期 {new.issued} 在今天之后", todo="请核对印发日期；通知印发后才能收录")
    unpublished = new.year > almanac.of(Layer.NATIONAL).official_through.year
    if layer is Layer.NATIONAL and unpublished and not arranges_its_year(new):
        missing = "、".join(missing_holidays(new))
        raise NegotiationError(
            f"{new.year}年的全年安排尚未收录，而这份安排没有{missing}：不能据此把全年当作已经公布",
            todo=f"请收录国务院办公厅的全年通知；{OTHER_LAYERS}",
        )


def _demand_layer(layer: Layer, new: Arrangement, title: str, *, own_words: bool) -> None:
    """A notice of the State Council belongs into the national layer, and no other does.

    ``own_words``: typed by hand or out of a calendar file; whose it is then the clerk alone knows.
    """
    number = new.doc_no or ""
    of_state = number.startswith(STATE_NUMBERS) or "国务院" in title.partition("关于")[0]
    if layer is Layer.NATIONAL and not of_state and (number or not own_words):
        raise NegotiationError(f"“{title}”不是国务院印发的通知", todo=OTHER_LAYERS)
    if layer is not Layer.NATIONAL and of_state:
        raise NegotiationError(f"“{title}”是国务院的通知，应收录在国家层级", todo="请选 --layer national")


# ------------------------------------------------------------------------------------------ against what is held


def _compared(
    before: Almanac, after: Almanac, turned: Sequence[date], layer: Layer, new: Arrangement, title: str
) -> Import:
    """What the calendar says otherwise with the notice, day by day, where its year was arranged before."""
    of_year = _of_year(before, layer, new.year)
    differences = tuple(
        Difference(day, _in_words(before, layer, day), _in_words(after, layer, day)) for day in turned if of_year
    )
    known = new.doc_no is None or new.doc_no in {each.doc_no for each in of_year}
    held_already = bool(of_year) and known and not differences
    return Import(layer, title, new, differences, held_already, Recount())


def _of_year(almanac: Almanac, layer: Layer, year: int) -> list[Arrangement]:
    shipped = national_arrangements() if layer is Layer.NATIONAL else ()
    return [each for each in (*shipped, *almanac.imported(layer)) if each.year == year]


def _in_words(almanac: Almanac, layer: Layer, day: date) -> str:
    shown = almanac.of(layer).day(day)
    name = f"（{shown.name}）" if shown.kind in ("holiday", "make-up") and shown.name else ""
    return ("上班" if shown.kind in ("working", "make-up") else "放假") + name


# ------------------------------------------------------------------------------------------------------- writing


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
        f"{LAYER_TITLES[found.layer]}：{found.title}（{arranged.doc_no or '无文号'}）　"
        f"放假{len(arranged.off)}天，上班{len(arranged.work)}天。"
        f"期限变更{len(counted.moved)}项{waits}，由暂定改为确定{len(counted.confirmed)}项，"
        f"涉及已过日期、只请核实{len(counted.findings)}项。"
    )
