"""Days of a term that begins: from which it counts, and the date that an act, the year or another term sets for it."""

from collections.abc import Mapping
from datetime import date

from calendars import WorkingCalendar
from negotiation.core.errors import FieldError
from negotiation.domain.machine.values import Act, Move
from negotiation.domain.rulebook import TermRule
from negotiation.domain.terms import Term


def start_of(move: Move, rule: TermRule, held: Mapping[int, Term], calendar: WorkingCalendar) -> date:
    """The day from which a term counts: that of the act, or the one in its field; on a day off, by choice, the next.

    What is supplied awaits its receipt since the last of it was, and nothing else was open: a supply is entered late,
    of a day before that on which the rest was settled, and with it the term in which it was. ``held``: the terms of the
    case by number. Raises FieldError for a day after the act.
    """
    rules, act = move.procedure.item_rules, move.act
    start: date = act.fields.get(rule.start_field) or act.on
    if start > act.on:
        title = move.procedure.fields[rule.start_field].title
        raise FieldError(f"{title} {start} 晚于办理日期 {act.on}", field=rule.start_field, todo="请核对日期")
    if rules is not None and move.target == rules.states["supplied"]:
        supplied = (item.supplied_on for item in move.items if item.awaits_receipt)
        over = [term for term in held.values() if term.ended_on is not None and term.struck_seq is None]
        settled = (day for term in over for day in (term.started_on, term.ended_on))
        start = max([start, *(day for day in (*supplied, *settled) if day is not None)])
    if rule.start_on_working_day and not calendar.is_working_estimated(start):
        return calendar.estimate(start, 1).day
    return start


def capped(start: date, cap: Term, calendar: WorkingCalendar) -> tuple[date | None, int]:
    """The working days up to the end of another term; none left is that end itself."""
    days = max(calendar.count_estimated(start, cap.due_on), 0)
    return (None if days else cap.due_on), days


def date_set(rule: TermRule, act: Act, calendar: WorkingCalendar) -> date | None:
    """The date that an act sets for a term, if it may and does; else the date of the year on which it ends.

    Raises FieldError for a date that is missing, or earlier than it may be.
    """
    day: date | None = act.fields.get(rule.due_field) if rule.due_field else None
    if day is None and rule.until is not None:
        day = date(act.on.year, *rule.until)
        return day if day >= act.on else day.replace(year=day.year + 1)
    if day is None and rule.days is None:
        command = f"--field {rule.due_field}=日期"
        raise FieldError(f"须填写{rule.title}的日期", field=rule.due_field, todo="请补填日期", command=command)
    if day is not None and day < act.on:
        raise FieldError(f"{rule.title} {day} 早于办理日期 {act.on}", field=rule.due_field, todo="请核对日期")
    if day is not None and rule.at_least and calendar.count_estimated(act.on, day) < rule.at_least:
        what = f"{rule.title} {day} 距办理日期 {act.on} 不足{rule.at_least}个工作日"
        raise FieldError(what, field=rule.due_field, todo="请改为其后的日期")
    return day
