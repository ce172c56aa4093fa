"""The office's day: what is overdue, what is due soon, what the office and the leading group hold, open tasks."""

from datetime import date

from negotiation.core.enums import DeadlineStatus
from negotiation.services import case_list, case_view
from negotiation.services.case_json import DeskJson, LineJson
from negotiation.services.context import Context
from negotiation.store import case_queries
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.database import Database

SECTIONS = {DeadlineStatus.OVERDUE.value: "逾期", DeadlineStatus.DUE_SOON.value: "临期"}


def desk(database: Database, context: Context, day: date) -> DeskJson:
    """The desk: sections of cases, most urgent first, and the number of open tasks."""
    with database.read() as transaction:
        lines = case_list.every_case(transaction, context, Wanted(sort=Sort.NO), day)
        tasks = case_queries.tasks_of(transaction)
        ordered = sorted(lines, key=lambda line: line.next_due or date.max)
        shown = case_view.lines_json(transaction, context, ordered, day)
        books = [context.rulebooks.of(transaction, line.rulebook, line.edition) for line in ordered]
    sections: dict[str, list[LineJson]] = {title: [] for title in SECTIONS.values()}
    for row, book in zip(shown, books, strict=True):
        if row["light"] in SECTIONS:
            sections[SECTIONS[row["light"]]].append(row)
        if row["held_by"] and row["held_by"] not in book.procedures[row["procedure"]].department_roles:
            sections.setdefault(row["state_title"], []).append(row)
    return {"as_of": day, "sections": sections, "tasks": tasks}
