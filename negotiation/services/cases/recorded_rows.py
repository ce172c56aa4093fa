"""New rows of a change: its events, each chained to the one before it, and all that is written beside them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from negotiation.core.enums import CORRECT_ENTRY
from negotiation.core.labels import AMENDMENT_TITLES
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.entered import Entered, EnteredBy
from negotiation.domain.event_chain import EventRecord, body_of, chained, content_digest
from negotiation.domain.expunging import Erasing
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.rulebook import STAY, EventRule, Transition
from negotiation.store.records import ContentRecord, MovedRecord


@dataclass
class Rows:
    """New rows of a change, as tuples in the order of the columns of their tables.

    ``head``: the digest of the last event, to which the next is chained.
    """

    head: bytes
    events: list[EventRecord] = field(default_factory=list)
    contents: list[ContentRecord] = field(default_factory=list)
    moved: list[MovedRecord] = field(default_factory=list)
    moved_gone: list[tuple[int, str]] = field(default_factory=list)
    notices: list[NoticeRecord] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    erasing: Erasing | None = None

    def add_event(
        self, case: CaseRecord, step: Step, by: EnteredBy, entered: Entered, at: datetime, after_seq: int | None
    ) -> None:
        """Adds the event of a step, chained to the last one, with what was entered."""
        seq, (data, content) = step.after.version, entered
        digest_of_content = None
        if content:
            salt, text = secrets.token_bytes(16), body_of(content)
            digest_of_content = content_digest(salt, text)
            self.contents.append(ContentRecord(case.id, seq, salt, text))
        record = EventRecord(
            case.id, seq, step.event, by.actor, step.role, step.after.state, step.basis, step.term, step.on, at,
            data, by.account_id, by.side, by.token, after_seq, by.batch, digest_of_content,
        )  # fmt: skip
        event = chained(self.head, case.no, record)
        self.events.append(event)
        self.head = event.digest


def amendment_step(event: EventRecord, case_state: CaseState) -> Step:
    """The step that a correction is, by which its notices are sent: it moves nothing by itself."""
    rule = EventRule(event.event, AMENDMENT_TITLES[CORRECT_ENTRY], (), (), (), (), approval=False, notify=())
    row = Transition(rule, (), case_state.state, STAY, event.basis)
    return Step(event.event, event.role, event.happened_on, event.basis, row, case_state)
