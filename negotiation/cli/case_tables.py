"""Cases on the terminal, line by line."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from negotiation.cli.console import due, table
from negotiation.core.enums import DeadlineStatus
from negotiation.core.labels import DEADLINE_STATUS_SHAPES, DEADLINE_STATUS_TITLES
from negotiation.services.case_json import LineJson, ProvisionalJson


def deadline_status(value: str) -> Text:
    """The deadline status (正常, 临期, 逾期 …) as a coloured shape and its title."""
    shape, colour = DEADLINE_STATUS_SHAPES[DeadlineStatus(value)]
    return Text(f"{shape} {DEADLINE_STATUS_TITLES[DeadlineStatus(value)]}".strip(), style=colour)


def provisional_notes(dates: Iterable[tuple[date | None, ProvisionalJson]]) -> list[str]:
    """Under a table: what each date in it that is marked 暂定 waits for, and its range; each date once."""
    return list(dict.fromkeys(f"{due}：{waits['awaits']}" for due, waits in dates if waits["awaits"]))


def case_lines(title: str, lines: Iterable[LineJson], titles: Mapping[str, str]) -> Table:
    """Cases line by line; a term answered late, or still owed after its day, is marked beside its date."""
    rows: list[tuple[Any, ...]] = [
        (
            line["no"],
            deadline_status(line["light"]),
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
    parties = [titles["applicant"], titles["provider"]]
    columns = ["编号", "灯", "状态", *parties, titles["subject"], "收到", "答复期限", "本环节至", "办结"]
    if not any(row[-1] for row in rows):  # among open cases the last column would be empty
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return table(title, columns, rows, whole=(*columns[:3], *columns[6:]))


def _by_reference(line: LineJson) -> bool:
    """Bodies to which the rules apply by reference are never called 逾期 (809号令第四十三条)."""
    return bool(line["light"] == DeadlineStatus.REFERENCE.value)
