"""What the terminal shows: tables in Chinese, lights in words as well as colour, days drawn as a person would."""

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
from negotiation.core.enums import DeadlineStatus, ItemAnswer, NoticeState
from negotiation.core.labels import (
    DAY_KINDS,
    DEADLINE_STATUS_SHAPES,
    DEADLINE_STATUS_TITLES,
    ITEM_ANSWER_TITLES,
    NOTICE_STATE_TITLES,
    NOTICE_TITLES,
)
from negotiation.core.local_time import local
from negotiation.domain.terms import awaited
from negotiation.domain.wording import weekday
from negotiation.services import case_view

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
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return str(value)


def light(value: str) -> Text:
    shape, colour = DEADLINE_STATUS_SHAPES[DeadlineStatus(value)]
    return Text(f"{shape} {DEADLINE_STATUS_TITLES[DeadlineStatus(value)]}".strip(), style=colour)


def due(day: date | None, official: bool) -> str:
    """A due date, with the mark of what is not yet official."""
    if day is None:
        return ""
    return f"{day}" if official else f"{day}（暂定）"


def provisional(calendar: WorkingCalendar, due: Due) -> str:
    """A date that is not official, with the range in which it will fall."""
    spread = f"，可能在 {due.earliest} 至 {due.latest} 之间" if due.earliest != due.latest else ""
    return f"{awaited(calendar, due.day)}（目前推算 {due.day}{spread}）"


def provisional_notes(lines: Iterable[dict[str, Any]], due_key: str = "due") -> list[str]:
    """Under a table: what each date in it that is marked 暂定 waits for, and its range; each date once."""
    return list(dict.fromkeys(f"{line[due_key]}：{line['awaits']}" for line in lines if line["awaits"]))


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


def case_lines(title: str, lines: Iterable[dict[str, Any]]) -> Table:
    """Cases line by line; a term answered late, or still owed after its day, is marked beside its date."""
    rows: list[tuple[Any, ...]] = [
        (
            line["no"],
            light(line["light"]),
            line["state_title"],
            line["applicant"],
            line["provider"],
            line["subject"],
            line["received"],
            due(line["due"], line["official"]) + (" 逾期" if line["overdue"] and not _by_reference(line) else ""),
            line["next_due"],
            line["closed"],
        )
        for line in lines
    ]
    columns = ["编号", "灯", "状态", "使用部门", "提供部门", "资源名称", "收到", "答复期限", "本环节至", "办结"]
    if not any(row[-1] for row in rows):  # among open cases the last column would be empty
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return table(title, columns, rows, whole=(*columns[:3], *columns[6:]))


def _by_reference(line: dict[str, Any]) -> bool:
    """Bodies to which the rules apply by reference are never called 逾期 (809号令第四十三条)."""
    return bool(line["light"] == DeadlineStatus.REFERENCE.value)


def case_tables(case: dict[str, Any], titles: dict[str, str]) -> Iterator[Table | Text]:
    """A case for the terminal: its facts, terms, items, history, tasks and what may be done now."""
    holder = titles.get(case["held_by"], case["held_by"])
    yield Text(f"{case['no']}  {case['subject']}", style="bold")
    yield Text.assemble(
        f"{' → '.join(filter(None, (case['applicant'], case['provider'])))}　状态：{case['state_title']}",
        f"　由{holder}办理　" if holder else "　",
        light(case["light"]),
    )
    yield Text(f"规则：{case['law']}")
    yield table(
        "期限",
        ("期限", "开始", "工作日", "到期", "状况", "依据"),
        [
            (
                t["title"],
                t["started_on"],
                t["days"] or t["dated"],
                "恢复计时后确定" if t["pauses"] else due(t["due_on"], t["official"]),
                case_view.term_status(t),
                case_view.basis(t["basis"]),
            )
            for t in case["terms"]
        ],
    )
    yield from map(Text, provisional_notes((t for t in case["terms"] if t["runs"]), "due_on"))
    if case["items"]:
        answers = [(item["name"], ITEM_ANSWER_TITLES[ItemAnswer(item["answer"])]) for item in case["items"]]
        yield table("数据项", ("名称", "答复"), answers)
    yield table(
        "办理过程",
        ("序", "日期", "事项", "办理", "登记时间", "依据", "内容"),
        [
            (
                e["seq"],
                e["happened_on"],
                e["title"],
                e["actor"],
                e["recorded_at"],
                case_view.basis(e["basis"]),
                _fields(e),
            )
            for e in case["events"]
        ],
    )
    if case["tasks"]:
        yield table("待办", ("登记日期", "事项"), [(task["since"], task["title"]) for task in case["tasks"]])
    if case["notices"]:
        yield table(
            "通知",
            ("通知", "发往", "状态", "地址", "发出时间"),
            [
                (
                    NOTICE_TITLES.get(n["notice"], n["notice"]),
                    n["to"] or "领导小组办公室",
                    _notice_state(n["state"]),
                    n["address"],
                    n["sent_at"],
                )
                for n in case["notices"]
            ],
        )
    acts = [(a["event"], a["title"], "、".join(titles.get(by, by) for by in a["by"])) for a in case["acts"]]
    yield table("现在可以办理", ("事件", "名称", "由谁"), acts)
    for act in case["acts_later"]:
        yield Text(f"{act['title']}：{due(act['since'], act['official'])}起可办")
    for row in case["waiting"]:
        yield Text(f"待签批：{row['title']}（{row['author']}提出，待{row['head_of']}负责人签批）")


def _notice_state(state: str) -> str:
    return NOTICE_STATE_TITLES[NoticeState(state)]


def _fields(event: dict[str, Any]) -> str:
    return "\n".join(f"{title}：{text}" for title, text in event["shown"].items())


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Any]:
    """A progress bar on stderr for long work; yields a function that takes how many were done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done=1: bar.advance(task, done)
