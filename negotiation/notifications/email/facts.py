"""Frozen facts as the templates read them: dates, days left, and the sentences about a date."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from calendars import Due, WorkingCalendar
from calendars.dates import in_words
from negotiation.core.enums import CalendarLayer
from negotiation.domain.wording import PROVISIONAL, RulerRow, ruler_rows, weekday

STATE_COUNCIL_NUMBER = "国办发"  # the numbers of the State Council's General Office: 国办发, 国办发明电


DATES = (
    "on", "received_on", "started_on", "counts_from", "due_on", "was_due_on", "document_on", "created_on", "since",
)  # fmt: skip


# A notice may speak of no term, or of one that never moved; what its template asks for is there all the same.
NO_TERM: Mapping[str, Any] = {
    "term": "", "term_basis": "", "awaits": "", "days": None, "counted": None, "received_on": None, "started_on": None,
    "counts_from": None, "due_on": None, "official": True, "main": False, "bound": True,
    "template": "", "term_n": None, "version": None, "layer": None,
    "was_due_on": None, "was_official": True, "document": "", "document_title": "", "document_on": None,
    "document_layer": "",
}  # fmt: skip


def ruler_of(said: Mapping[str, Any], calendar: WorkingCalendar) -> list[RulerRow]:
    """Day by day; nothing where an act set the date, or the calendar has changed since the facts were frozen."""
    due: Due | None = said["estimate"]
    if due is None or due.day != said["due_on"]:
        return []
    days = calendar.explain(said["counts_from"], said["counted"])
    firm = date.max if said["official"] else calendar.firm_through
    *rows, last = ruler_rows(days, firm, resumed=said["started_on"] != said["counts_from"])
    return [*rows, last._replace(why="，".join(filter(None, (last.why, "届满日"))))]


def cause_of(said: Mapping[str, Any]) -> str:
    """Why a date moved, up to the date: only what the State Council's General Office issued is said to be its own."""
    number, title = said["document"], said["document_title"].strip("《》")
    named = f"《{title}》（{number}）" if title and number else f"《{title}》" if title else number
    if said["document_layer"] == CalendarLayer.NATIONAL.value and number.startswith(STATE_COUNCIL_NUMBER):
        issued = f"于{in_words(said['document_on'])}" if said["document_on"] else ""
        return f"国务院办公厅{issued}印发{named if title else f'通知（{number}）'}。据此，"
    what = "工作日安排已确定" if said["was_due_on"] == said["due_on"] else "因工作日安排变更"
    return f"{what}（{named}），" if named else f"{what}，"


def until_of(said: Mapping[str, Any]) -> str:
    """A due date as a line of a list says it, with what it was before."""
    due = _day(said["due_on"], said["provisional"])
    if said["was_due_on"] is None:
        return f"{said['term']}至{due}"
    if said["was_due_on"] == said["due_on"]:
        return f"{said['term']}确定于{due}届满"
    before = _day(said["was_due_on"], "" if said["was_official"] else PROVISIONAL)
    return f"{said['term']}由{before}变更为{due}"


def _day(day: date, note: str) -> str:
    return f"{in_words(day)}（{'，'.join(filter(None, (weekday(day), note)))}）"
