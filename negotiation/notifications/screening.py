"""Screens claimed notices, inside the transaction that claimed them: no longer true, nobody to send it to, to be put
together with others, or ready to leave. What a person must do instead becomes a task.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from negotiation.core.batches import batches
from negotiation.core.enums import OFFICE_ID, NoticeKind, NoticeState
from negotiation.core.process import OWN
from negotiation.domain.notice_facts import DigestFacts, DigestLine, NoticeFacts
from negotiation.domain.notices import NoticeLine, NoticeRecord
from negotiation.domain.wording import one_line
from negotiation.notifications.channels.base import Recipient, Refusal
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.recipients import recipient_of
from negotiation.notifications.relevance import Missed, NoLongerRelevant, demand_relevant, facts_now
from negotiation.services.context import Context
from negotiation.store import case_reader, outbox, unsent
from negotiation.store.case_reader import Loaded
from negotiation.store.columns import IDS_ASKED_AT_ONCE
from negotiation.store.records import TaskRecord
from negotiation.store.tasks import renew_tasks
from negotiation.store.transaction import Transaction

NOTICE_TASK = "notice/"  # the key of a task about a notice that could not be sent


class Delivery(NamedTuple):
    """A claimed notice that may leave, and to whom."""

    row: NoticeRecord
    recipient: Recipient


class Screening:
    """Decides on claimed notices, inside the transaction that claimed them: dropped, failed, put together, or sent."""

    def __init__(self, transaction: Transaction, context: Context, composer: Composer, until: datetime) -> None:
        self.transaction = transaction
        self.context = context
        self.composer = composer
        self.until = until
        self.cases: dict[int, Loaded] = {}
        self.failed = self.missed = 0
        self.told: dict[str, str] = {}  # tasks over many notices that are to be written: beginning of the key → key

    def alone(self, rows: list[NoticeRecord]) -> list[Delivery]:
        """Those of the notices that are still relevant and can be sent."""
        self.load(rows)
        return [delivery for row in rows if (delivery := self._consider(row)) is not None]

    def load(self, rows: Sequence[NoticeRecord]) -> None:
        """Reads the cases of the notices as they stand."""
        ids = {line.case_id for row in rows for line in row.lines}
        self.cases = {
            loaded.record.id: loaded
            for some in batches(sorted(ids - {0}), IDS_ASKED_AT_ONCE)
            for loaded in case_reader.load_many(self.transaction, some)
        }

    def together(self, rows: list[NoticeRecord]) -> list[Delivery]:
        """A department's reminders of the day: one leaves as itself, two or more as one digest.

        One whose facts cannot be read stays by itself, and becomes a task.
        """
        deliveries: list[Delivery] = []
        for department_id, group in groupby(self.alone(rows), key=lambda delivery: delivery.row.department_id):
            of_one = list(group)
            joined = [delivery for delivery in of_one if isinstance(delivery.row.facts, NoticeFacts)]
            deliveries += [delivery for delivery in of_one if not isinstance(delivery.row.facts, NoticeFacts)]
            deliveries += [self._digest(department_id, joined)] if len(joined) > 1 else joined
        return deliveries

    def _consider(self, row: NoticeRecord) -> Delivery | None:
        relevant = row
        if isinstance(row.facts, DigestFacts) and row.sent_at is None:
            self._settle_lines(row, row.facts.members)
        try:
            relevant = self.relevant(row)
            return Delivery(relevant, recipient_of(relevant, self.context, self.composer.today))
        except Missed as why:
            self._miss(row, str(why))
        except NoLongerRelevant as why:
            self.settle(row, NoticeState.OBSOLETE, said=str(why))
        except Refusal as why:
            self.fail(relevant, str(why))
            self.failed += 1
        return None

    def settle(self, row: NoticeRecord, state: NoticeState, **changes: Any) -> None:
        """Records a notice's new state; it is not tried again unless ``next_try`` names an instant."""
        outbox.settle(self.transaction, row, state=state.value, **{"next_try": None, **changes})

    # ------------------------------------------------------------------------------------------ still relevant?

    def relevant(self, row: NoticeRecord) -> NoticeRecord:
        """The notice with what its case knows now; of a digest, the lines that are still relevant.

        Raises NoLongerRelevant if nothing is, Refusal where a person must write or call.
        """
        if row.case_id:
            case = self.cases.get(row.case_id)
            demand_relevant(row, row.department_id, row.kind, case, self.composer.today)
            return row._replace(facts=facts_now(row, self.cases[row.case_id].terms))
        if not isinstance(row.facts, DigestFacts):
            return row
        faults = [self._fault(line, row.department_id) for line in row.facts.members]
        members = tuple(line for line, fault in zip(row.facts.members, faults, strict=True) if fault is None)
        if not members:
            missed = (fault for fault in faults if isinstance(fault, Missed))
            raise next(missed, NoLongerRelevant("所列事项均已办理或变更"))
        return row._replace(facts=replace(row.facts, members=members))

    def _fault(self, line: DigestLine, department_id: int) -> NoLongerRelevant | None:
        """Why the line of a digest is no longer relevant; None if it is."""
        try:
            case = self.cases.get(line.case_id)
            demand_relevant(line, department_id, NoticeKind.REMINDER, case, self.composer.today)
        except NoLongerRelevant as why:
            return why
        return None

    def still_wanted(self, row: NoticeRecord) -> Sequence[NoticeLine]:
        """The lines of a notice that did not leave of which its reader still has to be told by other means."""
        try:
            return self.relevant(row).lines
        except (Missed, Refusal):
            return row.lines
        except NoLongerRelevant:
            return ()

    # ------------------------------------------------------------------------------------------------- missed

    def _miss(self, row: NoticeRecord, why: str) -> None:
        """Settles a reminder whose day has passed; of a digest the lines are missed. What left before is obsolete."""
        if row.sent_at is not None:
            self.settle(row, NoticeState.OBSOLETE, said=why)
        elif row.case_id:
            self.settle(row, NoticeState.MISSED, said=why, digest_key=self._task(unsent.MISSED_TASKS))
            self.missed += 1
        else:
            self.settle(row, NoticeState.MISSED, said=why)

    def _settle_lines(self, row: NoticeRecord, members: Sequence[DigestLine]) -> None:
        """The lines of a digest that has not left are settled one by one when they are no longer relevant."""
        for line in members:
            fault = self._fault(line, row.department_id)
            if isinstance(fault, Missed):
                key = self._task(unsent.MISSED_TASKS)
                self.missed += unsent.settle_line(self.transaction, line, NoticeState.MISSED, str(fault), key)
            elif fault is not None:
                unsent.settle_line(self.transaction, line, NoticeState.OBSOLETE, str(fault), row.key)

    def _task(self, stem: str) -> str:
        """The key of the task that tells of all such notices; ``unsent.tell`` writes it."""
        if stem not in self.told:
            self.told[stem] = unsent.task_key(self.transaction, stem, self.composer.today)
        return self.told[stem]

    # ------------------------------------------------------------------------------------------------- failed

    def bounce(self, row: NoticeRecord, address: str, **about: Any) -> None:
        """A notice that the server will not take for this address: a person is asked once for all of them."""
        key = self._task(f"{unsent.BOUNCED_TASKS}{address}/")
        self.settle(row, NoticeState.FAILED, digest_key=key, address=address, **about)

    def fail(self, row: NoticeRecord, why: str) -> None:
        """A notice that cannot be sent: a person is asked to call or write, on each of its cases."""
        self.settle(row, NoticeState.FAILED, said=why)
        today = self.composer.today
        tasks = [
            TaskRecord(line.case_id, NOTICE_TASK + line.key, self._title(row, line, why), line.term, today)
            for line in row.lines
        ]
        renew_tasks(self.transaction, tasks)

    def _title(self, row: NoticeRecord, line: NoticeLine, why: str) -> str:
        if row.department_id == OFFICE_ID:
            return f"未能发到办公室邮箱：{self._about(line)}（{why}）"
        name = one_line(self.context.directory.name(row.department_id)) or "有关部门"
        return f"请电话或发函联系{name}：{self._about(line)}（{why}）"

    def _about(self, line: NoticeLine) -> str:
        """The subject of a mail; where it cannot be composed its number is enough."""
        try:
            return self.composer.subject(line.template, line.facts, "")
        except UNWRITABLE:
            return one_line(line.no)

    # ------------------------------------------------------------------------------------------------- digests

    def _digest(self, department_id: int, deliveries: list[Delivery]) -> Delivery:
        """A department's reminders as one notice, frozen here; its members name the digest that carries them."""
        recipient = deliveries[0].recipient
        key = outbox.next_digest(self.transaction, department_id, self.composer.today)
        lines = tuple(line for delivery in deliveries for line in _lines_of(delivery.row))
        facts = DigestFacts(lines[0].facts.address, lines)
        waiting = NoticeRecord.of_no_case(key, "digest", department_id, facts, self.composer.at)
        digest = waiting._replace(state=NoticeState.CLAIMED.value, next_try=self.until, tries=1, claimed_by=OWN)
        outbox.add(self.transaction, [digest])
        for delivery in deliveries:
            self.settle(delivery.row, NoticeState.DIGESTED, digest_key=key, address=recipient.address)
        return Delivery(digest, recipient)


def _lines_of(row: NoticeRecord) -> list[DigestLine]:
    """A reminder as the line of a digest; none where its facts cannot be read."""
    facts = row.facts
    return [DigestLine(row.case_id, row.key, row.template, row.term, facts)] if isinstance(facts, NoticeFacts) else []
