"""A case as it stands, in words that do not depend on the numbers of its events; what each department last heard."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from negotiation.core.enums import LAPSE, NoticeState
from negotiation.domain.machine.clock_numbers import numbers_of
from negotiation.domain.notice_facts import AmendedFacts, AmendedLine, NoticeFacts
from negotiation.domain.notices import CORRECTION, NoticeRecord
from negotiation.domain.terms import NUMBERS, Term
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, stood, verify
from negotiation.services.context import UnitOfWork
from negotiation.store import notices_made
from negotiation.store.transaction import Transaction

Place = Any  # of an event: that of its paper, or what the clock recorded and when
NOT_COMPARED = ("id", "no", "version", "head", "opened_at")


class Standing(NamedTuple):
    """A case without the numbers of its events; ``differs``: what of it does not follow from its entries."""

    record: Mapping[str, Any]
    items: list[Any]
    terms: list[Any]
    lapses: list[Any]
    handovers: list[Any]
    differs: list[str]


class Seen:
    """A case of which the numbers of the events are known: ``seqs``, number → place of the paper."""

    def __init__(self, work: UnitOfWork, no: str, seqs: Mapping[int, int]) -> None:
        self.transaction: Transaction = work.transaction
        self.file: CaseFile = acting.take(work, no)
        self.seqs = seqs
        self.history = history = history_of(work.transaction, self.file)
        self.amendments, self.entries = history.amendments, history.entries
        self.recorded = {each.seq: each.recorded_at for each in history.entries}
        self.corrected = {each.seq: each.target for each in history.amendments if not each.struck}
        known = numbers_of(history.by_clock, 0).known
        self.by_clock = {seq: (event, str(on)) for (event, _, on), seq in known.items()}
        self.lapses = [(self.term_place(term), str(on)) for (event, term, on) in known if event == LAPSE]

    def place(self, seq: int | None) -> Place:
        """The place of an event by its number."""
        seq = self.corrected.get(seq or 0, seq)  # by its correction too an act is told
        return None if seq is None else self.seqs.get(seq, self.by_clock.get(seq, f"?{seq}"))

    def term_place(self, n: int | None) -> Place:
        """The place of a term by its number: that of the event that began it."""
        return None if n is None else (self.place(n // NUMBERS), n % NUMBERS)

    def standing(self) -> Standing:
        """The case as it stands."""
        file, state = self.file, self.file.case_state
        record = {key: value for key, value in file.case._asdict().items() if key not in NOT_COMPARED}
        record["back_seq"] = self.place(record["back_seq"])
        if not any(row.goes_back for row in file.procedure.from_state(state.state)):
            record |= {"back_state": None, "back_on": None, "back_seq": None}  # there is nothing to go back from
        if record["received_on"] is None:  # a draft goes by the law of the day on which it is handed in
            record |= {"rulebook": "", "edition": ""}
        items = [
            item._replace(
                answered_seq=self.place(item.answered_seq),
                since_seq=self.place(item.since_seq),
                supplied_seq=self.place(item.supplied_seq),
                received_seq=self.place(item.received_seq),
                term_n=self.term_place(item.term_n),
            )
            for item in state.items
        ]
        terms = [self._said(term) for term in state.standing_terms.values()]
        param = self.transaction.param
        sql = f"SELECT role, from_id, to_id, happened_on FROM moved_party WHERE case_id = {param}"
        moved = [tuple(map(str, row)) for row in self.transaction.rows(sql, [file.case_id])]
        differs = verify(self.transaction, file)
        return Standing(record, items, sorted(terms, key=str), sorted(self.lapses, key=str), sorted(moved), differs)

    def _said(self, term: Term) -> Any:
        return term._replace(n=self.term_place(term.n), ended_seq=self.place(term.ended_seq), rung=None, next_on=None)

    # ---------------------------------------------------------------------------------------------- who was told what

    @cached_property
    def ran_to(self) -> set[tuple[Place, date]]:
        """The days to which the terms ran at any time, as the acts of the case moved them."""
        states = [step.after for step, _ in stood(self.transaction, self.file, self.history).steps]
        return {(self.term_place(term.n), term.due_on) for state in states for term in state.terms}

    def took_over(self, unit: int, place: Place) -> bool:
        """True if a department was told how the case stands, as it took a part, after this event was recorded."""
        given = {each.seq for each in self.entries if each.parties}
        told = [each for each in notices_made.of_case(self.transaction, self.file.case_id) if each.event_seq in given]
        recorded = [at for seq, at in self.recorded.items() if self.place(seq) == place]
        return any(each.department_id == unit and at <= each.created_at for each in told for at in recorded)

    def words(self) -> "Words":
        """The last word of each department on each event, date and lapse."""
        words = Words()
        for notice in sorted(notices_made.of_case(self.transaction, self.file.case_id), key=_when):
            if notice.state != NoticeState.SENT.value or not isinstance(notice.facts, NoticeFacts):
                continue
            if notice.facts.amended is not None:
                self._say_due(words, notice, notice.facts, anew=False)
                self._amend(words, notice, notice.facts.amended)
                continue
            if notice.template == CORRECTION:
                words.say((notice.department_id, "lapse", self.term_place(notice.term)), None)
            elif notice.event_seq is not None:
                key = (notice.department_id, "event", self.place(notice.event_seq))
                words.say(key, notice.facts.on, notice.facts.event)
            self._say_due(words, notice, notice.facts)
        return words

    def _say_due(self, words: "Words", notice: NoticeRecord, facts: NoticeFacts, *, anew: bool = True) -> None:
        """The term that a mail names runs to that day, or has passed; ``anew=False``: if the reader knew of it."""
        if facts.term is not None:
            kind = "lapse" if "/lapsed/" in notice.key else "due"
            key = (notice.department_id, kind, self.term_place(facts.term.n))
            if anew or key in words.said:
                words.say(key, facts.term.due_on, facts.term.title)

    def _amend(self, words: "Words", notice: NoticeRecord, amended: AmendedFacts) -> None:
        """更正告知 replaces what was said of entries and dates; a term of what never happened is none."""
        unit = notice.department_id
        amendments = [each for each in self.amendments if each.recorded_at == notice.created_at]
        for each in amendments:
            key = (unit, "event", self.place(each.target))
            if key in words.said and (each.struck or each.on is not None):
                words.said[key] = each.on
        for line in amended.entries[len(amendments) :]:  # what the clock let follow
            words.amend((unit, "event"), line, {})
        now = {self.term_place(n): term.due_on for n, term in self.file.case_state.standing_terms.items()}
        for line in amended.terms:
            words.amend((unit, "due"), line, now)
        for line in amended.lapses:
            words.amend((unit, "lapse"), line, {})
        is_out = any(each.parties for each in amendments) and unit not in self.file.case_state.parties.values()
        for key in [key for key in words.said if key[0] == unit and key[1] != "event"]:
            if is_out or key[2] not in now:
                words.said[key] = None


class Words:
    """What was said last: (department, event, due date or lapse, its place) → the day; None where it was taken back."""

    def __init__(self) -> None:
        self.said: dict[Any, date | None] = {}
        self.titles: dict[Any, str] = {}

    def say(self, key: Any, on: date | None, title: str = "") -> None:
        """Says a day anew: it is the last that was said."""
        self.said.pop(key, None)
        self.said[key], self.titles[key] = on, title

    def amend(self, whose: tuple[int, str], line: AmendedLine, now: Mapping[Place, date]) -> None:
        """Another day in the place of one: of several of its title that which was said, or else is so now."""
        keys = [key for key in self.said if key[:2] == whose and self.titles[key] == line.title]
        said = {key for key in keys if self.said[key] == line.was_on}
        is_so = {key for key in keys if key[2] in now and now[key[2]] == line.on}
        if line.since is not None and line.on in now.values():  # the mail says which of several is meant
            said &= is_so
        keys = sorted((key for key in keys if key in said | is_so), key=lambda key: (key in said, key in is_so))
        if keys:
            self.said[keys[-1]] = line.on


def _when(notice: NoticeRecord) -> tuple[Any, int]:
    """The order in which mails were made: by their instant, those of one instant by their event."""
    return notice.created_at, notice.event_seq or 0


def untrue(truth: Seen, seen: Seen, days: Mapping[int, date]) -> Iterator[str]:
    """What a department believes of a case that is not so, and what it was told of in truth and never heard.

    ``days``: of the papers of the case, by their places. Who took a part over hears in the place of who gave it.
    """
    right, words = truth.words().said, seen.words().said
    terms = {truth.term_place(n): term for n, term in truth.file.case_state.standing_terms.items()}
    heirs = _heirs(truth.standing().handovers)
    for (unit, kind, place), day in words.items():
        if day is None or right.get((unit, kind, place)) == day:
            continue
        if kind == "event":
            is_so = days.get(place) == day or (place in truth.by_clock.values() and place[1] == str(day))
        else:
            term = terms.get(place)
            is_so = (place, day) in truth.ran_to if kind == "due" else term is not None and day == term.lapsed_on
        if not is_so:
            yield f"{unit} believes {kind} {place} {day}, it is {right.get((unit, kind, place))}"
    for (unit, kind, place), day in right.items():
        if kind == "event" and day is not None:
            units = (unit, *heirs.get(str(unit), ()))
            heard = any(words.get((each, kind, place)) for each in units)
            if not heard and not any(seen.took_over(each, place) for each in units):
                yield f"{unit} was never told of {kind} {place} {day}"


def _heirs(handovers: list[Any]) -> dict[str, set[int]]:
    """The departments to which a department gave a part, and those to which these gave it in turn."""
    given: dict[str, set[int]] = {}
    for _ in handovers:
        for _role, giver, taker, _on in handovers:
            given.setdefault(giver, set()).update({int(taker), *given.get(taker, ())})
    return given
