"""Cases on the terminal: lists of them, and one with its terms, history and notices."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from negotiation.cli.console import due, table
from negotiation.core.enums import DeadlineStatus, ItemAnswer, NoticeState
from negotiation.core.labels import (
    DEADLINE_STATUS_SHAPES,
    DEADLINE_STATUS_TITLES,
    ITEM_ANSWER_TITLES,
    NOTICE_STATE_TITLES,
    NOTICE_TITLES,
)
from negotiation.services import case_view


def light(value: str) -> Text:
    shape, colour = DEADLINE_STATUS_SHAPES[DeadlineStatus(value)]
    return Text(f"{shape} {DEADLINE_STATUS_TITLES[DeadlineStatus(value)]}".strip(), style=colour)


def provisional_notes(lines: Iterable[dict[str, Any]], due_key: str = "due") -> list[str]:
    """Under a table: what each date in it that is marked 暂定 waits for, and its range; each date once."""
    return list(dict.fromkeys(f"{line[due_key]}：{line['awaits']}" for line in lines if line["awaits"]))


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
