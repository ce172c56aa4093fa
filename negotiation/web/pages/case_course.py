"""The course of a case on its page: its way, all its terms on one axis, the rulers of those that run and are over."""

from datetime import date

from negotiation.domain import rulers
from negotiation.domain.rulebook.day_options import day_options
from negotiation.domain.way import way_of
from negotiation.services.cases.case_file import CaseFile
from negotiation.web.pages.case_shown import CaseShown
from negotiation.web.term_axis import axis_of
from negotiation.web.timeline import timeline_of


def course_shown(file: CaseFile, case: CaseShown, today: date) -> dict[str, object]:
    """The facts of a case's page about how it went, and goes on, as of a day."""
    rules, state, calendar = file.procedure, file.case_state, file.calendar
    stood = [(each["on"], each["state"]) for each in case["events"] if not each["struck"] and each["state"]]
    running = rulers.rulers_of(rules, state, calendar, day_options(file.rulebook))
    return {
        "way": way_of(rules, stood, state.flags, today, calendar),
        "axis": axis_of(case["terms"], today),
        "timelines": [timeline_of(each, today) for each in running],
        "past_rulers": [timeline_of(each, today) for each in rulers.past_rulers_of(rules, state, calendar)],
    }
