"""The terminal: tables in Chinese, days drawn as a person would."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from calendars import Day, Due, WorkingCalendar
from negotiation.core.labels import (
    DAY_KINDS,
)
from negotiation.core.local_time import local
from negotiation.domain.terms import awaited
from negotiation.domain.wording import weekday

_WIDTH_OF_A_FILE = 140  # a pipe has no width; a table that is cut in it would lose words


def console() -> Console:
    """The terminal, for what people read."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    return Console(width=width, highlight=False, soft_wrap=False, markup=False)  # what people typed is no markup


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, whole: Iterable[str] = ()) -> Table:
    """A plain table; an empty cell for None. The columns named in ``whole`` are never broken over two lines."""
    made = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(words(cell)) for cell in row))
    return made


def words(value: Any) -> str:
    """A value as a cell of a table shows it; instants in Beijing time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return str(value)


def due(day: date | None, official: bool) -> str:
    """A due date, with the mark of what is not yet official."""
    if day is None:
        return ""
    return f"{day}" if official else f"{day}（暂定）"


def provisional(calendar: WorkingCalendar, due: Due) -> str:
    """A date that is not official, with the range in which it will fall."""
    spread = f"，可能在 {due.earliest} 至 {due.latest} 之间" if due.earliest != due.latest else ""
    return f"{awaited(calendar, due.day)}（目前推算 {due.day}{spread}）"


def ruler(days: Iterable[Day]) -> Table:
    """The days of a term one by one: counted ones numbered, skipped ones with their reason and document number."""
    rows = [
        (
            each.ordinal if each.ordinal is not None else "–",
            each.date,
            weekday(each.date),
            DAY_KINDS.get(each.kind, each.kind),
            " ".join(filter(None, (each.name if each.kind != "weekend" else "", each.source))),
        )
        for each in days
    ]
    return table("计算明细", ("第几日", "日期", "星期", "类别", "依据"), rows)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Any]:
    """A progress bar on stderr for long work; yields a function that takes how many were done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done=1: bar.advance(task, done)
