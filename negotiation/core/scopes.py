"""What a program may do with a token, and how it is called on screen."""

from enum import StrEnum


class Scope(StrEnum):
    """The rights of a program with a token, within what its account may do.

    The last two are of calendar programs, which know nothing but an address: all that binds the unit, or one's own.
    """

    READ = "read"
    ACT = "act"
    REPORT = "report"
    CALENDAR = "calendar"
    OWN_CALENDAR = "own_calendar"


CALENDAR_SCOPES = frozenset({Scope.CALENDAR, Scope.OWN_CALENDAR})
SCOPE_TITLES = {
    Scope.READ: "读取",
    Scope.ACT: "办理",
    Scope.REPORT: "报告",
    Scope.CALENDAR: "日历（本单位全部期限）",
    Scope.OWN_CALENDAR: "日历（本人经办的期限）",
}
