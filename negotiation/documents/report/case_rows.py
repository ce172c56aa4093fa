"""The tables that list cases one by one (表4–表8).

A row shows a case as it was known at the end of the as-of day, from its events. The answer that stands in it is the one
to the term whose due date stands beside it; 表4 shows the last dispute that was brought up by the end of the period.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from calendars import WorkingCalendar
from negotiation.documents.report.disputes import DISPUTES, Dispute, EventNames, last
from negotiation.documents.report.histories import CaseHistory, Happened
from negotiation.documents.report.rows import Row
from negotiation.documents.report.sources import Gathering
from negotiation.domain.rulebook import Procedure
from negotiation.store import report_cases
from negotiation.store.report_parts import Span

BY_DISPUTES = "coordination"  # the table of cases that were in dispute; the others list whatever was in hand


def tables(gathering: Gathering) -> dict[str, tuple[Row, ...]]:
    """The rows of each table, in the order in which the cases were received."""
    feeds: dict[str, set[str]] = {}
    for rules in gathering.books.every:
        if rules.report.table:
            feeds.setdefault(rules.report.table, set()).add(rules.key)
    return {table: tuple(_rows(gathering, table, procedures)) for table, procedures in feeds.items()}


def _rows(gathering: Gathering, table: str, procedures: set[str]) -> Iterator[Row]:
    transaction, span = gathering.transaction, gathering.span
    disputed = table == BY_DISPUTES
    names = {name for rules in gathering.books.every for name in rules.report.counts.get(DISPUTES, ())}
    which = report_cases.having(span, procedures, names) if disputed else report_cases.in_hand(span, procedures)
    cases = report_cases.cases_of(transaction, span, which)
    if not cases:
        return
    histories = gathering.histories_of(cases, which)
    terms = _latest_terms(gathering, histories, which)
    named: dict[int, EventNames] = {}  # by the identity of the rules, which the gathering keeps
    for case in cases:
        rules = histories[case.id].rules
        if id(rules) not in named:
            named[id(rules)] = EventNames.of(rules)
        listed = _ListedCase(gathering, histories[case.id], terms.get(case.id), named[id(rules)])
        if listed.is_disputed if disputed else listed.was_in_hand:
            yield listed.row(disputed)


def _latest_terms(
    gathering: Gathering, histories: dict[int, CaseHistory], which: report_cases.Condition
) -> dict[int, Any]:
    """The latest main term of each case that counts, as it stood on the as-of day."""
    stored = [(row.case_id, row) for row in report_cases.main_terms_of(gathering.transaction, gathering.span, which)]
    then = gathering.restated
    restated = [
        (case_id, term) for case_id, terms in then.items() if case_id in histories for term in terms if term.main
    ]
    stands = [*((case_id, term) for case_id, term in stored if case_id not in then), *restated]
    return {case_id: term for case_id, term in stands if histories[case_id].counts(term.ended_seq)}


@dataclass
class _ListedCase:
    """A case as its events give it; ``term``: its latest main term; ``named``: the events of its procedure."""

    gathering: Gathering
    history: CaseHistory
    term: Any
    named: EventNames

    @property
    def rules(self) -> Procedure:
        """The procedure under which the case was opened."""
        return self.history.rules

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar of its rulebook."""
        case = self.history.row
        return self.gathering.books.calendar((case.rulebook, case.edition))

    @property
    def span(self) -> Span:
        """The days of the report."""
        return self.gathering.span

    @cached_property
    def events(self) -> list[Happened]:
        """The events that count."""
        return [event for seq, event in self.history.events.items() if self.history.counts(seq)]

    @property
    def was_in_hand(self) -> bool:
        """True for a case that came over, came in or was taken up again in the period."""
        return any(
            interval.begun <= self.span.until and (interval.ended is None or interval.ended >= self.span.since)
            for interval in self.history.counted
        )

    @property
    def is_disputed(self) -> bool:
        """True for a case with an event of a dispute in the period."""
        days, names = self.span, self.named.disputes
        return any(e.event in names and days.since <= e.happened_on <= days.until for e in self.events)

    def row(self, disputed: bool) -> Row:
        """The row of the case; ``disputed``: with the columns of its dispute (表4)."""
        directory, history, as_of = self.gathering.books.context.directory, self.history, self.span.as_of
        counted = history.counted
        answered = _by(self.term.answered_on, as_of) if self.term else None
        row = Row(
            no=history.no,
            procedure=self.rules.key,
            provider=directory.name(history.party("provider", None, as_of)),
            applicant=directory.name(history.party("applicant", None, as_of)),
            subject=history.row.subject,
            state=self.rules.states[history.state].title,
            received_on=history.intervals[0].begun,
            due_on=self.term.due_on if self.term else None,
            answered_on=answered,
            on_time=_on_time(self.term, as_of) if self.term else None,
            answer=self._title(last(self.events, self.named.answers)),
            reported_on=_day(last(self.events, self.named.reports)),
            closed_on=counted[-1].ended if counted else None,
            class_title=self._class(),
        )
        return self._with_dispute(row) if disputed else row

    def _with_dispute(self, row: Row) -> Row:
        dispute = Dispute(self.events, self.named, self.span.until)
        return replace(
            row,
            answer=self._title(dispute.ended) if dispute.ended else row.answer,
            referred_on=_day(dispute.referred),
            accepted_on=_day(dispute.accepted),
            ended_on=_day(dispute.ended),
            days=dispute.days(self.calendar),
            reported_on=_day(dispute.reported),
            deliberated_on=_day(dispute.deliberated),
            deliberation=self._chosen(dispute.deliberated),
            decided_on=_day(dispute.decided),
            decision=self._chosen(dispute.decided),
            decided_by=self._holder_before(dispute.decided),
        )

    def _title(self, event: Happened | None) -> str:
        return self.rules.events[event.event].title if event is not None else ""

    def _class(self) -> str:
        """The class of the case by the last choice among its flags; choices of a dispute do not count."""
        events = [e for e in self.events if e.event not in (*self.named.decides, *self.named.deliberates)]
        titles = [title for event in events for title in self._choices(event) if title]
        return titles[-1] if titles else ""

    def _chosen(self, event: Happened | None) -> str:
        """The decision or advice of an event: the choice among its flags, else the words that its form asks."""
        if event is None:
            return ""
        asked = [key for key in self.rules.events[event.event].required if self.rules.fields[key].kind == "text"]
        return self._choices(event)[-1] or "；".join(str(event.entered[key]) for key in asked if key in event.entered)

    def _holder_before(self, event: Happened | None) -> str:
        """The title of the role that had the case when an event happened."""
        if event is None:
            return ""
        states = [e.state for seq, e in self.history.events.items() if seq < event.seq]
        book = self.gathering.books.by_key[self.history.row.rulebook, self.history.row.edition]
        return book.role_title(self.rules.states[states[-1]].held_by, self.rules)

    def _choices(self, event: Happened) -> list[str]:
        """The choices entered with an event that become flags, in words."""
        entered = event.entered
        fields = [self.rules.fields[key] for key in self.rules.mark_fields if key in entered]
        return [field.choices[entered[field.key]] for field in fields if entered[field.key] in field.choices] or [""]


def _on_time(term: Any, as_of: date) -> bool | None:
    """None where the term runs, or ended unanswered before it was due (撤回)."""
    answered, ended = _by(term.answered_on, as_of), _by(term.ended_on, as_of)
    if answered is not None:
        return bool(answered <= term.due_on)
    passed = _by(term.suspended_on, as_of) is None and term.due_on < (ended or as_of)
    return False if passed else None


def _by(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None


def _day(event: Happened | None) -> date | None:
    return event.happened_on if event is not None else None
