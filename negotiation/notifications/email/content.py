"""The content of a mail: the names that its templates read, and the due dates of its calendar file."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from datetime import date
from typing import NamedTuple

from calendars import WorkingCalendar
from negotiation.core.day_rules import DayChoice
from negotiation.core.enums import CalendarLayer
from negotiation.domain.notice_facts import (
    AlarmFacts,
    DigestFacts,
    DigestLine,
    Facts,
    MeetingFacts,
    MissingYearFacts,
    NoticeFacts,
    OfficeDigestFacts,
    OfficeLine,
    OfficeList,
    SealedFacts,
    TermFacts,
    UnreadableFacts,
)
from negotiation.domain.wording import one_line
from negotiation.notifications import ics
from negotiation.notifications.email.due_reading import reading_of
from negotiation.notifications.email.layout import OFFICE_LISTS, groups_of
from negotiation.notifications.email.matters import Matter, Names, one_lined
from negotiation.notifications.email.sentences import ruler_of
from negotiation.notifications.ics import Entry

CalendarOf = Callable[[CalendarLayer, tuple[DayChoice, ...]], WorkingCalendar]


class Content(NamedTuple):
    """Names for the templates, and entries for the calendar file."""

    names: Names
    entries: list[Entry]


class ContentReader:
    """Works out the content of mails on the day ``today``; ``calendar_of``: the calendar by which a rulebook counts."""

    def __init__(self, today: date, calendar_of: CalendarOf, base_url: str) -> None:
        self.today = today
        self.calendar_of = calendar_of
        self.base_url = base_url

    def content(self, facts: Facts, case_id: int) -> Content:
        """The content of a notice of this case (0: none). Raises ValueError for facts that cannot be read."""
        match facts:
            case NoticeFacts():
                return self._of_case(self._matter(facts, case_id))
            case DigestFacts():
                return self._of_digest(facts)
            case OfficeDigestFacts():
                return Content(self._office_digest(facts), [])
            case MissingYearFacts():
                return Content(self._missing_year(facts), [])
            case AlarmFacts():
                return Content({**asdict(facts), "link": f"{self.base_url.rstrip('/')}/status"}, [])
            case MeetingFacts():
                return Content(self._meeting(facts), [])
            case SealedFacts():
                raise ValueError("内容已封存清除")
            case UnreadableFacts():
                raise ValueError(facts.fault)

    def _of_case(self, matter: Matter) -> Content:
        term, names = matter.facts.term, dict(matter.names)
        if isinstance(term, TermFacts) and matter.reading is not None:
            names["ruler"] = ruler_of(term, matter.reading, self.calendar_of(term.layer, term.day_choices))
        return Content(names, self._entries([matter]))

    def _of_digest(self, facts: DigestFacts) -> Content:
        members = [self._line(line) for line in facts.members]
        names = {
            "address": one_line(facts.address),
            "members": [member.names for member in members],
            "groups": [(heading, [line.names for line in lines]) for heading, lines in groups_of(members)],
        }
        return Content(names, self._entries(members))

    def _line(self, line: DigestLine) -> Matter:
        return self._matter(line.facts, line.case_id, line.template)

    def _office_digest(self, facts: OfficeDigestFacts) -> Names:
        lists = {key: facts.lists.get(key, OfficeList(0, ())) for key in OFFICE_LISTS}  # an older digest has fewer
        lines = {key: self._office_lines(found) for key, found in lists.items()}
        counts = {f"{key}_count": found.count for key, found in lists.items()}
        groups = [(heading, lines[key], lists[key].count) for key, heading in OFFICE_LISTS.items() if lines[key]]
        beside = {"provisional_count": facts.provisional_count, "seal": facts.seal}
        return {**lines, **counts, "office_groups": groups, **beside, "subject_title": facts.subject_title}

    def _missing_year(self, facts: MissingYearFacts) -> Names:
        waiting = facts.waiting
        lines = {"waiting": self._office_lines(waiting), "waiting_count": waiting.count}
        return {"year": facts.year, "since": facts.since, "subject_title": facts.subject_title, **lines}

    def _meeting(self, facts: MeetingFacts) -> Names:
        names = {each.name: getattr(facts, each.name) for each in fields(facts)}
        return {**names, "link": f"{self.base_url.rstrip('/')}/meetings/{facts.meeting}"}

    def _office_lines(self, found: OfficeList) -> list[Names]:
        return [self._matter(line).names for line in found.lines]

    def _matter(self, facts: NoticeFacts | OfficeLine, case_id: int = 0, template: str = "") -> Matter:
        facts = one_lined(facts)
        term = facts.term
        reading = None if term is None else reading_of(term, self.today, self.calendar_of(term.layer, term.day_choices))
        return Matter(facts, reading, ics.link_of(self.base_url, facts.no), case_id, template)

    def _entries(self, matters: Iterable[Matter]) -> list[Entry]:
        """Dates to come, and those that move an entry made before."""
        return [
            _entry(
                matter, matter.facts, term, ics.alarm_day(self.calendar_of(term.layer, term.day_choices), term.due_on)
            )
            for matter in matters
            if isinstance(matter.facts, NoticeFacts)
            and (term := matter.facts.term) is not None
            and (term.due_on >= self.today or matter.facts.move is not None)
        ]


def _entry(matter: Matter, facts: NoticeFacts, term: TermFacts, alarm_on: date) -> Entry:
    reading = matter.reading
    due = reading.estimate if reading else None
    return Entry(
        case_id=matter.case_id,
        term_n=term.n,
        version=facts.version,
        no=facts.no,
        subject=facts.subject,
        title=term.title,
        basis=term.basis,
        due_on=term.due_on,
        official=reading.official if reading else term.official,
        earliest=due and due.earliest,
        latest=due and due.latest,
        awaited=reading.awaited if reading else "",
        applicant=facts.applicant,
        provider=facts.provider,
        applicant_title=facts.applicant_title,
        provider_title=facts.provider_title,
        subject_title=facts.subject_title,
        link=matter.link,
        alarm_on=alarm_on,
    )
