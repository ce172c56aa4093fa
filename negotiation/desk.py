"""The office's day: what is overdue, what is due soon, what the office and the leading group hold, open tasks."""

from datetime import date
from typing import Any

from negotiation import show, views
from negotiation.casework import Practice
from negotiation.store import queries
from negotiation.store.database import Database
from negotiation.vocabulary import PARTY_ROLES, Light
from negotiation.words import weekday

SECTIONS = {Light.OVERDUE.value: "逾期", Light.DUE_SOON.value: "临期"}
TASKS_SHOWN = 15


def desk(database: Database, practice: Practice, day: date) -> dict[str, Any]:
    """The desk: sections of cases, most urgent first, and the number of open tasks."""
    with database.reading() as connection:
        lines = queries.list_cases(connection, day)
        tasks = queries.tasks_of(connection)
    sections: dict[str, list[dict[str, Any]]] = {title: [] for title in SECTIONS.values()}
    ordered = sorted(lines, key=lambda line: line.next_due or date.max)
    for row in views.lines_json(database, practice, ordered, day):
        if row["light"] in SECTIONS:
            sections[SECTIONS[row["light"]]].append(row)
        if row["held_by"] and row["held_by"] not in PARTY_ROLES:
            sections.setdefault(row["state_title"], []).append(row)
    return {"as_of": day, "sections": sections, "tasks": tasks}


def tell(answer: dict[str, Any], day: date) -> None:
    screen = show.console()
    screen.print(f"领导小组办公室　{day}　{weekday(day)}\n", style="bold")
    for title, lines in answer["sections"].items():
        screen.print(show.case_lines(f"{title}　{len(lines)} 件", lines) if lines else f"{title}　0 件\n")
    listed = (line for lines in answer["sections"].values() for line in lines)
    for note in show.provisional_notes(listed):
        screen.print(note)
    tasks = [(each["no"], each["since"], each["title"]) for each in answer["tasks"]]
    screen.print(show.table(f"待办　{len(tasks)} 项（截至 {day}）", ("编号", "登记日期", "事项"), tasks[:TASKS_SHOWN]))
    if len(tasks) > TASKS_SHOWN:
        screen.print(f"……另有 {len(tasks) - TASKS_SHOWN} 项，见 negotiation tasks")
