"""Sorts claimed notices, inside the transaction that claimed them: no longer true, nobody to send it to, to be put
together with others, or ready to leave. What a person must do instead becomes a task.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby, islice
from typing import Any, NamedTuple

from negotiation.core.addresses import is_address
from negotiation.core.enums import OFFICE_ID, QUIET, Duty, NoticeKind, NoticeState
from negotiation.core.labels import LEVEL_TITLES
from negotiation.domain.terms import Term
from negotiation.domain.wording import one_line
from negotiation.notifications.channels.pool import Refusal
from negotiation.notifications.email.composer import UNWRITABLE, Recipient, Writer, is_allowed, is_header_safe
from negotiation.services.context import Context
from negotiation.store import case_reader, outbox
from negotiation.store.case_reader import Loaded
from negotiation.store.outbox import NoticeRow
from negotiation.store.tasks import renew_tasks
from negotiation.store.transaction import Transaction

NOTICE_TASK = "notice/"  # the key of a task about a notice that could not be sent
REMINDER_BY_HAND = "reminder"  # 催办: an act, but true only while its term runs
IDS_ASKED_AT_ONCE = 1000


class Delivery(NamedTuple):
    """A claimed notice that may leave, and to whom."""

    row: NoticeRow
    recipient: Recipient


class NoLongerRelevant(Exception):
    """A notice that no longer holds; says why."""


class Screening:
    """Decides on claimed notices, inside the transaction that claimed them: dropped, failed, put together, or sent."""

    def __init__(self, transaction: Transaction, context: Context, writer: Writer, until: datetime) -> None:
        self.transaction = transaction
        self.context = context
        self.writer = writer
        self.until = until
        self.cases: dict[int, Loaded] = {}
        self.failed = 0

    def alone(self, rows: list[NoticeRow]) -> list[Delivery]:
        """Those of the notices that still hold and can be sent."""
        ids = {row["case_id"] for row in rows}
        ids |= {line["case_id"] for row in rows for line in row["facts"].get("members", ())}
        self.cases = {
            loaded.row["id"]: loaded
            for chunk in _chunks(sorted(ids - {0}), IDS_ASKED_AT_ONCE)
            for loaded in case_reader.load_many(self.transaction, chunk)
        }
        return [delivery for row in rows if (delivery := self._consider(row)) is not None]

    def together(self, rows: list[NoticeRow]) -> list[Delivery]:
        """A department's reminders of the day: one leaves as itself, two or more as one digest."""
        deliveries: list[Delivery] = []
        for _, group in groupby(self.alone(rows), key=lambda delivery: delivery.row["department_id"]):
            of_one = list(group)
            deliveries += of_one if len(of_one) == 1 else [self._digest(of_one)]
        return deliveries

    def _consider(self, row: NoticeRow) -> Delivery | None:
        try:
            return Delivery(row, self.weigh(row))
        except NoLongerRelevant as why:
            self.settle(row, NoticeState.OBSOLETE, said=str(why))
        except Refusal as why:
            self.fail(row, str(why))
            self.failed += 1
        return None

    def weigh(self, row: NoticeRow) -> Recipient:
        """To whom a notice may leave now. Obsolete if it no longer holds, Refusal where a person must write or call."""
        self._demand_holds(row)
        return self._recipient(row)

    def settle(self, row: NoticeRow, state: NoticeState, **changes: Any) -> None:
        """Records a notice's new state; it is not tried again unless ``next_try`` says when."""
        outbox.settle(self.transaction, row, state=state.value, **{"next_try": None, **changes})

    # ------------------------------------------------------------------------------------------ does it still hold

    def _demand_holds(self, row: NoticeRow) -> None:
        if row["case_id"]:
            self._demand_case_holds(row)
        elif "members" in row["facts"]:
            lines = [line for line in row["facts"]["members"] if self._line_holds(row, line)]
            if not lines:
                raise NoLongerRelevant("所列事项均已办理或变更")
            row["facts"] = row["facts"] | {"members": lines}

    def _line_holds(self, digest: NoticeRow, line: Mapping[str, Any]) -> bool:
        member = {**line, "department_id": digest["department_id"], "kind": NoticeKind.REMINDER, "facts": dict(line)}
        member["term"] = line["term_n"]
        try:
            self._demand_case_holds(member)
        except NoLongerRelevant:
            return False
        return True

    def _demand_case_holds(self, row: NoticeRow) -> None:
        loaded = self.cases.get(row["case_id"])
        if loaded is None or loaded.row["ending"] == "void":
            raise NoLongerRelevant("案件已作废")
        if loaded.row["flags"].get(QUIET):
            raise self._stopped(row, "本案已停发自动提醒")
        term = _term_of(row, loaded.terms)
        if row["kind"] == NoticeKind.REMINDER:
            self._demand_party(row, loaded)
        if row["kind"] == NoticeKind.REMINDER or (row["template"] == REMINDER_BY_HAND and "due_on" in row["facts"]):
            self._demand_term_holds(row, term)
        row["facts"] = as_written(row, loaded.terms)

    def _demand_party(self, row: NoticeRow, loaded: Loaded) -> None:
        parties = (loaded.row["applicant_id"], loaded.row["provider_id"], OFFICE_ID)
        if row["department_id"] not in parties:
            raise NoLongerRelevant("该部门已不是本案的办理部门")

    def _demand_term_holds(self, row: NoticeRow, term: Term | None) -> None:
        """A reminder holds while its term runs unanswered to the same day; a lapse hint, while the lapse stands."""
        if term is None or term.ended_on is not None or term.answered_on is not None:
            raise NoLongerRelevant("期限已终止")
        if term.suspended_on is not None:
            raise NoLongerRelevant("期限已暂停计时")
        if term.due_on.isoformat() != row["facts"]["due_on"]:
            raise NoLongerRelevant("期限已变更")
        if "/lapsed/" in row["key"]:
            if term.lapsed_on is None:
                raise NoLongerRelevant("届满登记已更正")
        elif row["kind"] == NoticeKind.REMINDER and term.due_on < self.writer.today and not _tells_a_move(row):
            raise NoLongerRelevant("届满日已过")

    # ------------------------------------------------------------------------------------------------- to whom

    def _recipient(self, row: NoticeRow) -> Recipient:
        """The clerk's address (A 角, else B 角, or who stands in), or the office's.

        Raises Refusal where a person must write or call.
        """
        recipient = self._office() if row["department_id"] == OFFICE_ID else self._clerk(row)
        if not is_header_safe(recipient.name) or not is_header_safe(row["facts"].get("no", "")):
            raise Refusal("名称或编号中有换行等控制字符，请改正后联系")
        if not is_address(recipient.address):
            raise Refusal(f"邮箱“{one_line(recipient.address)}”无法使用，请核对")
        if not is_allowed(recipient.address, self.context.settings.mail_domains):
            raise Refusal(f"邮箱“{recipient.address}”不在允许的政务邮箱域名内")
        return recipient

    def _office(self) -> Recipient:
        settings = self.context.settings
        if not settings.office_mail:
            raise NoLongerRelevant("办公室未设邮箱，请在台账中查看")
        return Recipient(settings.office_name, settings.office_mail)

    @staticmethod
    def _stopped(row: NoticeRow, why: str) -> NoLongerRelevant | Refusal:
        """A reminder that was stopped is dropped; an act must reach its reader all the same, through a person."""
        return NoLongerRelevant(why) if row["kind"] == NoticeKind.REMINDER else Refusal(why)

    def _clerk(self, row: NoticeRow) -> Recipient:
        unit = self.context.directory.by_id.get(row["department_id"])
        if unit is None:
            raise Refusal("没有这个部门")
        if unit.mail_stopped:
            raise self._stopped(row, "该部门已停发自动邮件")
        if not unit.level.gets_mail:
            raise Refusal(f"{LEVEL_TITLES[unit.level]}，不发自动邮件")
        clerk = unit.clerk_on(self.writer.today)
        if clerk is None:
            away = any(unit.away(duty, self.writer.today) for duty in (Duty.A, Duty.B))
            raise Refusal("经办人外出，没有可收邮件的代办人" if away else "没有登记经办人邮箱")
        return Recipient(unit.name, clerk.email.strip(" "))

    # ------------------------------------------------------------------------------------------------- failed

    def fail(self, row: NoticeRow, why: str) -> None:
        """A notice that cannot be sent: a person is asked to call or write, on each case that it speaks of."""
        self.settle(row, NoticeState.FAILED, said=why)
        today = self.writer.today
        lines = row["facts"].get("members") or [{**row, **row["facts"], "term_n": row["term"]}]
        tasks = [
            (line["case_id"], NOTICE_TASK + line["key"], self._title(row, line, why), line["term_n"], today, None)
            for line in lines
        ]
        renew_tasks(self.transaction, tasks)

    def _title(self, row: NoticeRow, line: Mapping[str, Any], why: str) -> str:
        if row["department_id"] == OFFICE_ID:
            return f"未能发到办公室邮箱：{self._about(line, row)}（{why}）"
        name = one_line(self.context.directory.name(row["department_id"])) or "有关部门"
        return f"请电话或发函联系{name}：{self._about(line, row)}（{why}）"

    def _about(self, line: Mapping[str, Any], row: NoticeRow) -> str:
        try:
            return self.writer.subject(line["template"], line if "members" in row["facts"] else row["facts"], "")
        except UNWRITABLE:
            return one_line(str(line.get("no", "")))  # the notice itself cannot be written: the number says enough

    # ------------------------------------------------------------------------------------------------- digests

    def _digest(self, deliveries: list[Delivery]) -> Delivery:
        """A department's reminders as one notice, frozen here; its members say which digest carries them."""
        first = deliveries[0]
        department = first.row["department_id"]
        members = [_line(delivery.row) for delivery in deliveries]
        facts = {"address": first.row["facts"]["address"], "members": members}
        key = outbox.next_digest(self.transaction, department, self.writer.today)
        digest = blank(key, "digest", department, facts, self.writer.at)
        digest |= {"state": NoticeState.CLAIMED.value, "next_try": self.until, "tries": 1}
        outbox.add(self.transaction, [tuple(digest.values())])
        for delivery in deliveries:
            self.settle(delivery.row, NoticeState.DIGESTED, digest_key=key, address=first.recipient.address)
        return Delivery(digest, first.recipient)


def _tells_a_move(row: Mapping[str, Any]) -> bool:
    """Where a date has moved it is worth knowing also after it has passed."""
    return "was_due_on" in row["facts"]


def _chunks(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, size)):
        yield chunk


def as_written(row: NoticeRow, terms: tuple[Term, ...]) -> dict[str, Any]:
    """The facts of a notice, and what the terms of its case tell: is its term the main one, does it bind its reader."""
    term = _term_of(row, terms)
    known = {} if term is None else {"main": term.main, "bound": term.department_id in (None, row["department_id"])}
    return {**row["facts"], **known}


def _term_of(row: NoticeRow, terms: tuple[Term, ...]) -> Term | None:
    """The term that a notice speaks of: by its number, else (an act) the running one with its dates."""
    if row["term"] is not None:
        return next((term for term in terms if term.n == row["term"]), None)
    facts = row["facts"]
    dates = (facts.get("started_on"), facts.get("due_on"))
    running = (term for term in terms if term.ended_on is None)
    return next((term for term in running if (term.started_on.isoformat(), term.due_on.isoformat()) == dates), None)


def _line(row: NoticeRow) -> dict[str, Any]:
    """A notice as a line of a digest: its facts, and by what it can be found and checked again."""
    facts: dict[str, Any] = row["facts"]
    return facts | {
        "case_id": row["case_id"],
        "key": row["key"],
        "template": row["template"],
        "term_n": row["term"],
    }


def blank(key: str, template: str, department_id: int, facts: Mapping[str, Any], at: datetime) -> NoticeRow:
    """A notice that belongs to no case, waiting; its keys are the columns of the table, in their order."""
    return {
        "case_id": 0, "key": key, "kind": NoticeKind.DIGEST.value, "template": template,
        "department_id": department_id, "term": None, "facts": dict(facts), "state": NoticeState.WAITING.value,
        "created_at": at, "next_try": at, "tries": 0, "address": "", "message_id": "", "said": "", "sent_at": None,
        "digest_key": "",
    }  # fmt: skip
