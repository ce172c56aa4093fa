"""The office's day on the terminal."""

from datetime import date

from negotiation.cli import case_tables, console
from negotiation.domain.wording import weekday
from negotiation.services.case_json import DeskJson
from negotiation.services.context import Context

TASKS_SHOWN = 15


def print_desk(answer: DeskJson, day: date, context: Context) -> None:
    """Prints the desk of a day, as ``negotiation.services.desk`` gives it."""
    screen = console.console()
    screen.print(f"{context.office_name}　{day}　{weekday(day)}\n", style="bold")
    for title, lines in answer["sections"].items():
        screen.print(
            case_tables.case_lines(f"{title}　{len(lines)} 件", lines, context.titles) if lines else f"{title}　0 件\n"
        )
    listed = ((line["due"], line) for lines in answer["sections"].values() for line in lines)
    for note in case_tables.provisional_notes(listed):
        screen.print(note)
    tasks = [(each["no"], each["since"], each["title"]) for each in answer["tasks"]]
    screen.print(
        console.table(f"待办　{len(tasks)} 项（截至 {day}）", ("编号", "登记日期", "事项"), tasks[:TASKS_SHOWN])
    )
    if len(tasks) > TASKS_SHOWN:
        screen.print(f"……另有 {len(tasks) - TASKS_SHOWN} 项，见 negotiation tasks")
