"""Sentences about a due date, and the ruler of its days."""

from datetime import date

from calendars import WorkingCalendar
from calendars.dates import in_words
from negotiation.core.enums import CalendarLayer
from negotiation.domain.lengths import days_of
from negotiation.domain.notice_facts import DueFacts, EarlierDue, MoveFacts, TermFacts
from negotiation.domain.wording import PROVISIONAL, RulerRow, ruler_rows, weekday
from negotiation.notifications.email.due_reading import DueReading

STATE_COUNCIL_NUMBER = "国办发"  # the numbers of the State Council's General Office: 国办发, 国办发明电


def ruler_of(term: TermFacts, reading: DueReading, calendar: WorkingCalendar) -> list[RulerRow]:
    """Day by day; nothing where an act set the date, or the calendar has changed since the facts were frozen."""
    if term.counted is None or reading.estimate is None or reading.estimate.day != term.due_on:
        return []
    days = days_of(term.counts_from, term.counted, calendar)
    firm = date.max if reading.official else calendar.firm_through
    *rows, last = ruler_rows(days, firm, resumed=term.started_on != term.counts_from)
    return [*rows, last._replace(why="，".join(filter(None, (last.why, "届满日"))))]


def cause_of(move: MoveFacts, due_on: date) -> str:
    """Why a date moved, up to the date: only what the State Council's General Office issued is called its own."""
    number, title = move.document, move.document_title.strip("《》")
    named = f"《{title}》（{number}）" if title and number else f"《{title}》" if title else number
    if move.document_layer == CalendarLayer.NATIONAL and number.startswith(STATE_COUNCIL_NUMBER):
        issued = f"于{in_words(move.document_on)}" if move.document_on else ""
        return f"国务院办公厅{issued}印发{named if title else f'通知（{number}）'}。据此，"
    what = "工作日安排已确定" if move.was_due_on == due_on else "因工作日安排变更"
    return f"{what}（{named}），" if named else f"{what}，"


def until_of(term: DueFacts, move: EarlierDue | None, provisional: str) -> str:
    """A due date in a line of a list, with the date before."""
    due = _day(term.due_on, provisional)
    if move is None:
        return f"{term.title}至{due}"
    if move.was_due_on == term.due_on:
        return f"{term.title}确定于{due}届满"
    before = _day(move.was_due_on, "" if move.was_official else PROVISIONAL)
    return f"{term.title}由{before}变更为{due}"


def _day(day: date, note: str) -> str:
    return f"{in_words(day)}（{'，'.join(filter(None, (weekday(day), note)))}）"
