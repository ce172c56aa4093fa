"""Screens claimed notices, inside the transaction that claimed them: no longer true, nobody to send it to, to be put
together with others, or ready to leave. What a person must do instead becomes a task.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any, NamedTuple

from negotiation.core.enums import OFFICE_ID, QUIET, NoticeKind, NoticeState
from negotiation.domain.notices import DigestLine, NoticeRecord
from negotiation.domain.terms import Term
from negotiation.domain.wording import one_line
from negotiation.notifications.channels.base import Refusal
from negotiation.notifications.email.addresses import Recipient
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.recipients import NoLongerRelevant, recipient_of, stopped
from negotiation.services.context import Context
from negotiation.store import case_reader, outbox
from negotiation.store.case_reader import Loaded
from negotiation.store.tasks import renew_tasks
from negotiation.store.transaction import Transaction

NOTICE_TASK = "notice/"  # the key of a task about a notice that could not be sent
REMINDER_BY_HAND = "reminder"  # 催办: an act, but true only while its term runs
IDS_ASKED_AT_ONCE = 1000


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
        self.failed = 0

    def alone(self, rows: list[NoticeRecord]) -> list[Delivery]:
        """Those of the notices that still hold and can be sent."""
        ids = {line.case_id for row in rows for line in row.lines}
        self.cases = {
            loaded.row["id"]: loaded
            for chunk in _chunks(sorted(ids - {0}), IDS_ASKED_AT_ONCE)
            for loaded in case_reader.load_many(self.transaction, chunk)
        }
        return [delivery for row in rows if (delivery := self._consider(row)) is not None]

    def together(self, rows: list[NoticeRecord]) -> list[Delivery]:
        """A department's reminders of the day: one leaves as itself, two or more as one digest."""
        deliveries: list[Delivery] = []
        for _, group in groupby(self.alone(rows), key=lambda delivery: delivery.row.department_id):
            of_one = list(group)
            deliveries += of_one if len(of_one) == 1 else [self._digest(of_one)]
        return deliveries

    def _consider(self, row: NoticeRecord) -> Delivery | None:
        relevant = row
        try:
            relevant = self.relevant(row)
            return Delivery(relevant, self.recipient(relevant))
        except NoLongerRelevant as why:
            self.settle(row, NoticeState.OBSOLETE, said=str(why))
        except Refusal as why:
            self.fail(relevant, str(why))
            self.failed += 1
        return None

    def recipient(self, row: NoticeRecord) -> Recipient:
        """The recipient of a notice. Raises Refusal and NoLongerRelevant as ``recipient_of`` does."""
        return recipient_of(row, self.context, self.composer.today)

    def settle(self, row: NoticeRecord, state: NoticeState, **changes: Any) -> None:
        """Records a notice's new state; it is not tried again unless ``next_try`` says when."""
        outbox.settle(self.transaction, row, state=state.value, **{"next_try": None, **changes})

    # ------------------------------------------------------------------------------------------ does it still hold

    def relevant(self, row: NoticeRecord) -> NoticeRecord:
        """The notice with what its case knows now; of a digest, the lines that are still relevant.

        Raises NoLongerRelevant if nothing is, Refusal where a person must write or call.
        """
        if row.case_id:
            loaded = self._case_of(row.lines[0], row.department_id, row.kind)
            return replace(row, facts=facts_now(row, loaded.terms))
        if "members" not in row.facts:
            return row
        members = [line.to_json() for line in row.lines if self._line_is_relevant(line, row.department_id)]
        if not members:
            raise NoLongerRelevant("所列事项均已办理或变更")
        return replace(row, facts={**row.facts, "members": members})

    def _line_is_relevant(self, line: DigestLine, department_id: int) -> bool:
        try:
            self._case_of(line, department_id, NoticeKind.REMINDER)
        except NoLongerRelevant:
            return False
        return True

    def _case_of(self, line: DigestLine, department_id: int, kind: str) -> Loaded:
        """The case of a notice. Raises NoLongerRelevant, or Refusal, where nothing may be sent about it."""
        loaded = self.cases.get(line.case_id)
        if loaded is None or loaded.row["ending"] == "void":
            raise NoLongerRelevant("案件已作废")
        if loaded.row["flags"].get(QUIET):
            raise stopped(kind, "本案已停发自动提醒")
        parties = (loaded.row["applicant_id"], loaded.row["provider_id"], OFFICE_ID)
        if kind == NoticeKind.REMINDER and department_id not in parties:
            raise NoLongerRelevant("该部门已不是本案的办理部门")
        if kind == NoticeKind.REMINDER or (line.template == REMINDER_BY_HAND and "due_on" in line.facts):
            self._demand_term_runs(line, kind, _term_of(line, loaded.terms))
        return loaded

    def _demand_term_runs(self, line: DigestLine, kind: str, term: Term | None) -> None:
        """A reminder holds while its term runs unanswered to the same day; a lapse hint, while the lapse stands."""
        if term is None or term.ended_on is not None or term.answered_on is not None:
            raise NoLongerRelevant("期限已终止")
        if term.suspended_on is not None:
            raise NoLongerRelevant("期限已暂停计时")
        if term.due_on.isoformat() != line.facts["due_on"]:
            raise NoLongerRelevant("期限已变更")
        if "/lapsed/" in line.key:
            if term.lapsed_on is None:
                raise NoLongerRelevant("届满登记已更正")
        # A date that moved is worth knowing also after it has passed.
        elif kind == NoticeKind.REMINDER and term.due_on < self.composer.today and "was_due_on" not in line.facts:
            raise NoLongerRelevant("届满日已过")

    # ------------------------------------------------------------------------------------------------- failed

    def fail(self, row: NoticeRecord, why: str) -> None:
        """A notice that cannot be sent: a person is asked to call or write, on each case that it speaks of."""
        self.settle(row, NoticeState.FAILED, said=why)
        today = self.composer.today
        tasks = [
            (line.case_id, NOTICE_TASK + line.key, self._title(row, line, why), line.term, today, None)
            for line in row.lines
        ]
        renew_tasks(self.transaction, tasks)

    def _title(self, row: NoticeRecord, line: DigestLine, why: str) -> str:
        if row.department_id == OFFICE_ID:
            return f"未能发到办公室邮箱：{self._about(line)}（{why}）"
        name = one_line(self.context.directory.name(row.department_id)) or "有关部门"
        return f"请电话或发函联系{name}：{self._about(line)}（{why}）"

    def _about(self, line: DigestLine) -> str:
        try:
            return self.composer.subject(line.template, line.facts, "")
        except UNWRITABLE:
            return one_line(
                str(line.facts.get("no", ""))
            )  # the notice itself cannot be written: the number says enough

    # ------------------------------------------------------------------------------------------------- digests

    def _digest(self, deliveries: list[Delivery]) -> Delivery:
        """A department's reminders as one notice, frozen here; its members say which digest carries them."""
        first = deliveries[0]
        department = first.row.department_id
        members = [line.to_json() for delivery in deliveries for line in delivery.row.lines]
        facts = {"address": first.row.facts["address"], "members": members}
        key = outbox.next_digest(self.transaction, department, self.composer.today)
        waiting = NoticeRecord.of_no_case(key, "digest", department, facts, self.composer.at)
        digest = replace(waiting, state=NoticeState.CLAIMED.value, next_try=self.until, tries=1)
        outbox.add(self.transaction, [digest])
        for delivery in deliveries:
            self.settle(delivery.row, NoticeState.DIGESTED, digest_key=key, address=first.recipient.address)
        return Delivery(digest, first.recipient)


def _chunks(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, size)):
        yield chunk


def facts_now(row: NoticeRecord, terms: tuple[Term, ...]) -> dict[str, Any]:
    """The facts of a notice, and of its term: is it the main one of the case, does it bind the recipient."""
    term = _term_of(row.lines[0], terms)
    known = {} if term is None else {"main": term.main, "bound": term.department_id in (None, row.department_id)}
    return {**row.facts, **known}


def _term_of(line: DigestLine, terms: tuple[Term, ...]) -> Term | None:
    """The term that a notice speaks of: by its number, else (an act) the running one with its dates."""
    if line.term is not None:
        return next((term for term in terms if term.n == line.term), None)
    dates = (line.facts.get("started_on"), line.facts.get("due_on"))
    running = (term for term in terms if term.ended_on is None)
    return next((term for term in running if (term.started_on.isoformat(), term.due_on.isoformat()) == dates), None)
