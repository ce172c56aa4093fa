"""Registers: the tables, besides the chains of the cases, whose rows a seal covers, and the digests of their rows.

What is written once is sealed once. What may be changed by right is sealed anew where it differs from its last leaf.
What a register covers is never made less: the seals of before would no longer hold. Another column may be added.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    RowMapping,
    Select,
    String,
    Table,
    cast,
    literal,
    or_,
    select,
    type_coerce,
)

from negotiation.core.enums import NoticeState
from negotiation.core.json_text import canonical
from negotiation.store.columns import ACCOUNT, CASE, CONTENT, COPIED, DEPARTMENT, HANDLER, NOTICE, PROPOSAL, TASK
from negotiation.store.schema.accounts import GrantRequest, RecoveryCode, SecondFactor, Token
from negotiation.store.schema.administration import AdminEntry
from negotiation.store.schema.attachments import Attachment
from negotiation.store.schema.calendar import Arrangement, CalendarProposal, CalendarRevision, Revocation
from negotiation.store.schema.cases import Counter, MovedParty
from negotiation.store.schema.departments import Absence, Clerk, Reorganization
from negotiation.store.schema.heartbeats import ClockJump
from negotiation.store.schema.import_batches import ImportBatch
from negotiation.store.schema.keeping import BackupMade, Erasure
from negotiation.store.schema.meetings import Meeting, MeetingCase
from negotiation.store.schema.report import EnteredFigure, ReportEdition
from negotiation.store.schema.resources import Resource
from negotiation.store.schema.rulebooks import RulebookVersion
from negotiation.store.schema.types import Json, hexadecimal, table_of

CASES = "case"
APART = "/"


@dataclass(frozen=True)
class Register:
    """A table whose rows are sealed.

    ``left_out``: columns that say nothing of the record; ``content``: what can be sealed for good, which has a salted
    digest of its own; ``fixed``: its rows are never changed by right, but for the column ``grows``, whose number is the
    version of its leaves, and for those that ``renewed`` names, given an instant: they may be written anew since
    then; ``busy``: it has new rows every day, which are not worth being named.
    """

    kind: str
    title: str
    table: Table
    fixed: bool = True
    grows: str = ""
    busy: bool = False
    left_out: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()
    where: ColumnElement[bool] | None = None
    renewed: Callable[[datetime], ColumnElement[bool]] | None = None

    @property
    def is_sealed_once(self) -> bool:
        """True where no row ever gets a second leaf."""
        return self.fixed and not self.grows and self.renewed is None

    @property
    def begins_with(self) -> str:
        """The table whose row the first part of a key names: "case", "department"; "" for any other."""
        first = next(iter(self.table.primary_key)).name
        owner = self.table.name if first == "id" else first.removesuffix("_id")
        return owner if owner in ("case", "department") else ""

    @property
    def key(self) -> ColumnElement[str]:
        """The primary key of a row as one text."""
        first, *others = map(_as_text, self.table.primary_key)
        text: ColumnElement[str] = first
        for column in others:
            text = text + literal(APART) + column
        return text

    def rows(self) -> Select[Any]:
        """The rows to be sealed, each with its key."""
        columns = self.table.columns  # JSON as it is stored: what reads it today may read it otherwise tomorrow
        raw = [type_coerce(each, Json).label(each.name) if isinstance(each.type, Json) else each for each in columns]
        query = select(self.key.label("sealed_as"), *raw)
        return query if self.where is None else query.where(self.where)

    def digest(self, row: RowMapping) -> bytes:
        """The SHA-256 of the columns of a row that are neither left out nor content."""
        names = (column.name for column in self.table.columns)
        return _digest(row, (name for name in names if name not in self.left_out | self.content | {self.grows}))

    def is_emptied(self, row: RowMapping) -> bool:
        """True of a row whose content was destroyed: nothing is left of it, or that alone is said."""
        return all(not row[name] or _says_sealed(row[name]) for name in self.content)

    def content_digest(self, row: RowMapping, salt: bytes) -> bytes | None:
        """The salted digest of the content of a row; None where the register has none."""
        return _digest(row, self.content, salt) if self.content else None


def _as_text(column: Column[Any]) -> ColumnElement[str]:
    return hexadecimal(column) if isinstance(column.type, LargeBinary) else cast(column, String)


def _says_sealed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"sealed"}


def _digest(row: RowMapping, names: Iterable[str], salt: bytes = b"") -> bytes:
    columns = {name: row[name] for name in names if row[name]}  # one that is added later changes no earlier digest
    text = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=canonical)
    return hashlib.sha256(salt + text.encode()).digest()


def _all_but(table: Table, *names: str) -> frozenset[str]:
    """The columns of a table that neither belong to its key nor are named."""
    return frozenset(column.name for column in table.columns if not column.primary_key and column.name not in names)


def _sent_again(since: datetime) -> ColumnElement[bool]:
    """Mails that were sent once and, on a person's demand, wait again or have left again since."""
    return or_(NOTICE.c.state != NoticeState.SENT.value, NOTICE.c.sent_at > since)


def _erased(column: ColumnElement[Any]) -> Callable[[datetime], ColumnElement[bool]]:
    """Rows out of which an order (封存清除) has taken a name since."""
    return lambda since: column > since


_COUNTS = ("moved", "confirmed", "findings")
_REVISION = table_of(CalendarRevision)
JUMP = table_of(ClockJump)
ATTACHMENT, EDITION = table_of(Attachment), table_of(ReportEdition)
_SIGNING_IN = frozenset({"failures", "locked_until", "told_up_to"})
_TRIES = frozenset({"tries", "next_try", "claimed_by"})
_SENT, _DONE = NOTICE.c.sent_at.is_not(None), TASK.c.done_on.is_not(None)
_DRAFT, _SALTED = CONTENT.c.seq == 0, frozenset({"salt", "sealed_at"})
_OPENED = _all_but(
    CASE, "no", "procedure", "opened_at", "matter", "drafted_by", "resource_id", "related_id", "copied", "batch"
)
_BODY = frozenset({"body", "sealed_at"})
FILES = Register("attachment", "附件", ATTACHMENT, left_out=_BODY, busy=True, renewed=_erased(ATTACHMENT.c.sealed_at))
REGISTERS = (
    FILES,
    Register(
        "notice",
        "已发通知",
        NOTICE,
        left_out=_TRIES,
        content=frozenset({"facts"}),
        where=_SENT,
        busy=True,
        renewed=_sent_again,
    ),
    Register("task", "已办待办", TASK, fixed=False, where=_DONE, busy=True),
    Register("moved_party", "职责划转", table_of(MovedParty), fixed=False, busy=True),
    Register("rulebook", "规则文本", table_of(RulebookVersion)),
    Register("arrangement", "放假调休安排", table_of(Arrangement)),
    Register("revocation", "安排的撤销", table_of(Revocation)),
    Register("calendar", "日历版本", _REVISION, left_out=frozenset(_COUNTS)),
    Register("report", "年度报告", EDITION, renewed=_erased(EDITION.c.erased_at)),
    Register("figure", "填报数据", table_of(EnteredFigure)),
    Register("reorganization", "机构变动", table_of(Reorganization)),
    Register(
        "draft", "草稿", CONTENT, fixed=False, left_out=_SALTED, content=frozenset({"body"}), where=_DRAFT, busy=True
    ),
    Register("counter", "编号", table_of(Counter), grows="last"),
    Register("opened", "案件的开立", CASE, fixed=False, left_out=_OPENED, busy=True),
    Register("recount", "日历重算的件数", _REVISION, fixed=False, left_out=_all_but(_REVISION, *_COUNTS)),
    Register("department", "部门", DEPARTMENT, fixed=False),
    Register("clerk", "联系人", table_of(Clerk), fixed=False),
    Register("absence", "外出与代办", table_of(Absence), fixed=False),
    Register("account", "账号", ACCOUNT, fixed=False, left_out=_SIGNING_IN),
    Register("token", "令牌", table_of(Token), fixed=False, left_out=frozenset({"used_at"})),
    Register("second_factor", "双因素认证", table_of(SecondFactor), fixed=False, left_out=frozenset({"last_step"})),
    Register("recovery_code", "恢复码", table_of(RecoveryCode), fixed=False),
    Register("grant", "授权申请", table_of(GrantRequest), fixed=False),
    Register("administration", "管理日志", table_of(AdminEntry), busy=True),
    Register("resource", "目录资源", table_of(Resource), fixed=False),
    Register("meeting", "会议", table_of(Meeting), fixed=False),
    Register("meeting_case", "会议议题", table_of(MeetingCase), fixed=False, busy=True),
    Register("handler", "承办人", HANDLER, fixed=False, busy=True),
    Register("copied", "抄送", COPIED, fixed=False, busy=True),
    Register("batch", "导入批次", table_of(ImportBatch), fixed=False),
    Register("proposal", "待签事项", PROPOSAL, fixed=False, content=frozenset({"body", "said"}), busy=True),
    Register("calendar_proposal", "待签的放假调休安排", table_of(CalendarProposal), fixed=False, busy=True),
    Register("clock_jump", "时钟跳变的确认", JUMP, where=JUMP.c.confirmed_at.is_not(None)),
    Register("backup", "备份记录", table_of(BackupMade), busy=True),
    Register("erasure", "封存清除的办理", table_of(Erasure), fixed=False),
)
