"""A line of the list as a row shows it: with the days it has left, and whose move it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from markupsafe import Markup

from calendars import WorkingCalendar
from negotiation.core.enums import PARTY_ROLES, DeadlineStatus
from negotiation.domain import rulers
from negotiation.domain.days_left import DaysLeft, days_left
from negotiation.domain.rulebook import Procedure
from negotiation.services.case_json import LineJson
from negotiation.services.context import Context
from negotiation.services.moves import above
from negotiation.web.templating import piece


class Move(StrEnum):
    """The side whose move it is, as the fill of a status chip says: who looks, a department, who stands above.

    Of a case that has ended: how it did.
    """

    OURS = "ours"
    THEIRS = "theirs"
    ABOVE = "above"
    CLOSED = "closed"
    GIVEN_UP = "void"


class LineShown(NamedTuple):
    """A line, the working days that it has left, and whose move it is."""

    line: LineJson
    days: DaysLeft
    move: Move
    subject_title: str


class Look(NamedTuple):
    """A look at any number of lines: who looks (None: the office) at the end of which day, and the
    rulebooks, which are read anew each time they are asked."""

    scope: int | None
    name: str
    as_of: date
    calendar: WorkingCalendar
    above: frozenset[str]
    procedures: Mapping[str, Procedure]
    subject_title: str

    @classmethod
    def of(cls, context: Context, scope: int | None, as_of: date) -> "Look":
        calendar, name = context.calendar_of(context.rulebook), context.directory.name(scope)
        return cls(scope, name, as_of, calendar, above(context), context.procedures, context.titles["subject"])


def line_shown(line: LineJson, look: Look) -> LineShown:
    """A line as a side sees it at the end of a day."""
    left = days_left(line["next_due"], DeadlineStatus(line["light"]), look.as_of, look.calendar)
    return LineShown(line, left, whose_move(line, look), look.subject_title)


def whose_move(line: LineJson, look: Look) -> Move:
    """The side whose move it is, by the role that holds the state of a case."""
    role, rules = line["held_by"], look.procedures.get(line["procedure"])
    if not role:
        return Move.GIVEN_UP if rules is not None and rulers.is_given_up(rules, line["state"], {}) else Move.CLOSED
    if role in PARTY_ROLES:
        holder = line["applicant"] if role == PARTY_ROLES[0] else line["provider"]
        return Move.OURS if look.scope is not None and holder == look.name else Move.THEIRS
    if role in look.above:
        return Move.ABOVE
    is_department = rules is not None and role in rules.department_roles  # one that fills a role of its own
    return Move.OURS if look.scope is None and not is_department else Move.THEIRS


def row_of(shown: LineShown, past: str = "", reasons: Sequence[str] = ()) -> Markup:
    """The row of the list; ``past``: the part of an address that keeps a past day; ``reasons``: what came later."""
    return piece("_row.html", {**shown._asdict(), "past": past, "reasons": reasons})
