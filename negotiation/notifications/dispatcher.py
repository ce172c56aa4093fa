"""The dispatcher: claims waiting notices, drops the irrelevant, has the rest composed and sent, records the results.

At least once: a claim is a lease, and a notice that was sent but not recorded goes again under the same Message-ID.
Nothing leaves outside office hours; no transaction is open while a server is waited for.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from negotiation.core.addresses import is_address
from negotiation.core.enums import NoticeState
from negotiation.core.errors import UsageError
from negotiation.core.local_time import local_date
from negotiation.domain.notices import NoticeRecord
from negotiation.domain.wording import one_line
from negotiation.notifications import unsent
from negotiation.notifications.channels.base import DeliveryResult, DeliveryStatus, OutgoingMessage, Refusal
from negotiation.notifications.channels.pool import ChannelPool
from negotiation.notifications.channels.registry import MEDIA
from negotiation.notifications.email.addresses import message_id_of
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.screening import NOTICE_TASK, Delivery, Screening
from negotiation.services.cases.timers import in_office_hours
from negotiation.services.context import Context
from negotiation.store import outbox
from negotiation.store.database import Database
from negotiation.store.tasks import close_tasks
from negotiation.store.transaction import Transaction
from negotiation.store.unsent import told_by

BATCH = 200  # notices claimed at a time
DEPARTMENTS = 20  # departments whose reminders are claimed at a time
LEASE = timedelta(minutes=10)
PASS_SECONDS = 300  # a pass claims nothing more after this: its leases are counted from its beginning
LONGEST_WAIT = timedelta(hours=4)
FINAL = (DeliveryStatus.REFUSED, DeliveryStatus.BOUNCED)
UNWRITTEN = "通知所依据的内容不完整，无法生成"

Progress = Callable[[int], None]
OnReply = Callable[["ServerReply"], None]


class ServerReply(NamedTuple):
    """A mail server's (or the program's) reply about one notice: its meaning, and ``raw`` in its own words."""

    case_id: int
    key: str
    address: str
    meaning: str
    raw: str


class DispatchResult(NamedTuple):
    """The result of a run: mails that left, notices that still wait, notices that cannot be sent and became a task.

    ``trouble`` is a sentence about the mail server where that is why they wait; ``missed``: reminders whose day passed.
    """

    sent: int
    deferred: int
    failed: int
    trouble: str = ""
    missed: int = 0


def run(
    database: Database,
    context: Context,
    at: datetime,
    *,
    limit: int = 10_000,
    progress: Progress | None = None,
    on_reply: OnReply | None = None,
) -> DispatchResult:
    """Sends what may go at the instant ``at``, up to ``limit`` notices; ``progress`` gets the count of those
    just settled, ``on_reply`` the server's reply to each.

    Raises UsageError for a sender or server that cannot be used, DatabaseUnavailable if nothing can be recorded.
    """
    with database.read() as transaction:
        context.refresh(transaction)
    this = DispatchRun(
        database, context, at, limit, progress or (lambda _count: None), on_reply or (lambda _reply: None)
    )
    if in_office_hours(context, at):
        asyncio.run(this.work())
    return this.result()


# --------------------------------------------------------------------------------------------------------- a pass


class DispatchRun:
    """One run over the outbox at one instant. Raises UsageError for a sender that is no address."""

    def __init__(
        self, database: Database, context: Context, at: datetime, limit: int, progress: Progress, on_reply: OnReply
    ) -> None:
        if not is_address(context.settings.mail_from):
            raise UsageError("发件人邮箱无法使用", where="NEGOTIATION_MAIL_FROM", todo="请写成 名称@域名")
        self.database = database
        self.context = context
        self.at = at
        self.left = limit
        self.progress = progress
        self.composer = Composer(context.settings, context.calendar_by, at, context.office_name)
        self.sent = self.later = self.failed = self.missed = 0
        self.trouble = ""
        self.on_reply = on_reply

    def result(self) -> DispatchResult:
        """The result, with the task about a server that takes nothing; what still waits counts as deferred."""
        with self.database.write() as transaction:
            waiting = outbox.count_waiting(transaction, self.at)
            if in_office_hours(self.context, self.at):
                unsent.watch_server(transaction, self.context, self.at, flows=self.sent > 0)
        return DispatchResult(self.sent, self.later + waiting, self.failed, self.trouble, self.missed)

    async def work(self) -> None:
        """Claims and sends until nothing is left that may go now, or no channel works."""
        pool = ChannelPool(self.context.settings)
        ends = asyncio.get_running_loop().time() + PASS_SECONDS
        try:
            while self.left > 0 and pool.works and asyncio.get_running_loop().time() < ends:
                deliveries = await asyncio.to_thread(self._claim)
                if deliveries is None:
                    break
                await self._deliver(pool, deliveries)
        finally:
            await pool.close()
        if self.later:
            self.trouble = pool.trouble

    def _claim(self) -> list[Delivery] | None:
        """The next notices that may leave; None when none is left. One short transaction."""
        until = self.at + LEASE
        with self.database.write() as transaction:
            self.context.refresh(transaction)
            screening = Screening(transaction, self.context, self.composer, until)
            rows = outbox.claim(transaction, self.at, until, min(BATCH, self.left))
            deliveries = screening.alone(rows)
            if not rows:
                rows = outbox.claim_reminders(transaction, self.at, until, DEPARTMENTS)
                deliveries = screening.together(rows)
            if screening.told:
                unsent.tell(screening)
        self.left -= len(rows)
        self.failed += screening.failed
        self.missed += screening.missed
        self.progress(len(rows) - len(deliveries))
        return deliveries if rows else None

    async def _deliver(self, pool: ChannelPool, deliveries: list[Delivery]) -> None:
        """Sends a batch; the result of each message is recorded while the next is under way."""
        answers: asyncio.Queue[tuple[Delivery, DeliveryResult] | None] = asyncio.Queue()
        recording = asyncio.create_task(self._record(answers))

        def settled(delivery: Delivery, answer: DeliveryResult) -> None:
            if recording.done():
                recording.result()  # the database is gone: nothing more leaves unrecorded
            answers.put_nowait((delivery, answer))

        try:
            await pool.send(deliveries, self._write, settled)
        finally:
            answers.put_nowait(None)
            await recording

    def _write(self, delivery: Delivery) -> OutgoingMessage:
        row = delivery.row
        try:
            return MEDIA[delivery.recipient.medium].compose(self.composer, row, delivery.recipient)
        except UNWRITABLE as error:
            raise Refusal(UNWRITTEN, one_line(f"{type(error).__name__}: {error}")) from error

    async def _record(self, answers: "asyncio.Queue[tuple[Delivery, DeliveryResult] | None]") -> None:
        """Records the results, those that are known at once together."""
        while True:
            group = [await answers.get()]
            while not answers.empty():
                group.append(answers.get_nowait())
            known = [each for each in group if each is not None]
            if known:
                await asyncio.to_thread(self._settle, known)
                self.progress(len(known))
            if len(known) < len(group):
                return

    def _settle(self, known: list[tuple[Delivery, DeliveryResult]]) -> None:
        with self.database.write() as transaction:
            screening = Screening(transaction, self.context, self.composer, self.at)
            for delivery, answer in known:
                self._settle_one(screening, delivery, answer)
            if screening.told:
                unsent.tell(screening)
        self.sent += sum(answer.status is DeliveryStatus.SENT for _, answer in known)
        self.later += sum(answer.status is DeliveryStatus.LATER for _, answer in known)
        self.failed += sum(answer.status in FINAL for _, answer in known)

    def _settle_one(self, screening: Screening, delivery: Delivery, answer: DeliveryResult) -> None:
        row = delivery.row
        if answer.raw:
            self.on_reply(ServerReply(row.case_id, row.key, delivery.recipient.address, answer.meaning, answer.raw))
        about = {
            "address": delivery.recipient.address,
            "message_id": message_id_of(row.case_id, row.key, self.context.settings.mail_from),
            "said": answer.meaning,
        }
        if answer.status is DeliveryStatus.REFUSED:
            screening.fail(row, answer.meaning)
        elif answer.status is DeliveryStatus.BOUNCED:
            screening.bounce(row, **about)
        elif answer.status is DeliveryStatus.LATER:
            screening.settle(row, NoticeState.WAITING, next_try=self.at + wait(row.tries), **about)
        else:
            screening.settle(row, NoticeState.SENT, sent_at=self.at, **about)


def resend(transaction: Transaction, row: NoticeRecord, at: datetime) -> bool:
    """Sends a failed or sent notice again on a person's demand; False if it is neither any more.

    It leaves under the same Message-ID, if it is still relevant. The tasks that asked for a call instead are done.
    """
    if not outbox.wait_again(transaction, row.case_id, row.key, at):
        return False
    for line in row.lines:
        close_tasks(transaction, line.case_id, [NOTICE_TASK + line.key], local_date(at))
    if row.digest_key and not told_by(transaction, row.digest_key):
        close_tasks(transaction, 0, [row.digest_key], local_date(at))
    return True


def wait(tries: int) -> timedelta:
    """The wait after the n-th try: 1, 2, 4 … minutes, at most four hours."""
    return min(timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST_WAIT)
