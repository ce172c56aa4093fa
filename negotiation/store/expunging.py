"""Destruction on an order (封存清除): the texts and files of a case taken out of every table in which they stand.

Digests stay, so that the chain and the seals still prove what was there. What had a salt loses it: nobody can guess a
short text from its digest then.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, insert, literal, or_, select, update

from negotiation.core.enums import NoticeState
from negotiation.core.errors import Conflict
from negotiation.domain.entered import SEALED
from negotiation.domain.expunging import Erasing, says
from negotiation.domain.notice_facts import SealedFacts
from negotiation.store import search_index
from negotiation.store.columns import CONTENT, NOTICE, PROPOSAL, TASK
from negotiation.store.registers import APART
from negotiation.store.report_editions import digest_of
from negotiation.store.schema.attachments import Attachment
from negotiation.store.schema.keeping import Erasure
from negotiation.store.schema.meetings import MeetingCase
from negotiation.store.schema.report import ReportEdition
from negotiation.store.schema.seals import SealLeaf
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

ATTACHMENT, MEETING_CASE, EDITION = table_of(Attachment), table_of(MeetingCase), table_of(ReportEdition)
LEAF, ERASURE = table_of(SealLeaf), table_of(Erasure)
UNSENT = (NoticeState.WAITING.value, NoticeState.HELD.value)


def erase(transaction: Transaction, case_id: int, erasing: Erasing) -> None:
    """Empties every row that holds what an order means. Raises Conflict while a mail with it is being sent."""
    _contents(transaction, case_id, erasing)
    _files(transaction, case_id, erasing)
    _proposals(transaction, case_id, erasing)
    if erasing.subject:
        _notices(transaction, case_id, erasing)
        _reports(transaction, erasing)
    if erasing.gone.is_whole:
        _meetings(transaction, case_id)
        _tasks(transaction, case_id)
    search_index.expunge(transaction, case_id, erasing.gone.files)
    row = {"case_id": case_id, "seq": erasing.seq, "ordered_at": erasing.at}
    transaction.connection.execute(insert(ERASURE), [row])


def _contents(transaction: Transaction, case_id: int, erasing: Erasing) -> None:
    own = and_(CONTENT.c.case_id == case_id, CONTENT.c.seq.in_(erasing.gone.contents))
    transaction.connection.execute(update(CONTENT).where(own).values(salt=None, body=None, sealed_at=erasing.at))
    _unsalt(transaction, "draft", [f"{case_id}{APART}{seq}" for seq in erasing.gone.contents if seq == 0])


def _files(transaction: Transaction, case_id: int, erasing: Erasing) -> None:
    """The bodies; one that another case of the same letter has too goes on being held by that one."""
    gone = erasing.gone
    own = and_(ATTACHMENT.c.case_id == case_id, ATTACHMENT.c.n.in_(gone.files))
    held = select(ATTACHMENT.c.digest, ATTACHMENT.c.body).where(own, ATTACHMENT.c.body.is_not(None))
    for digest, body in transaction.connection.execute(held).all():
        _hand_on(transaction, case_id, digest, body)
    transaction.connection.execute(update(ATTACHMENT).where(own).values(body=None, sealed_at=erasing.at))
    named = and_(ATTACHMENT.c.case_id == case_id, ATTACHMENT.c.n.in_(gone.names))
    transaction.connection.execute(update(ATTACHMENT).where(named).values(name=SEALED, sealed_at=erasing.at))


def _hand_on(transaction: Transaction, case_id: int, digest: bytes, body: bytes) -> None:
    lacks = and_(ATTACHMENT.c.digest == digest, ATTACHMENT.c.body.is_(None), ATTACHMENT.c.sealed_at.is_(None))
    other = select(ATTACHMENT.c.case_id, ATTACHMENT.c.n).where(lacks, ATTACHMENT.c.case_id != case_id)
    first = transaction.connection.execute(other.order_by(ATTACHMENT.c.case_id, ATTACHMENT.c.n).limit(1)).first()
    if first is not None:
        row = and_(ATTACHMENT.c.case_id == first.case_id, ATTACHMENT.c.n == first.n)
        transaction.connection.execute(update(ATTACHMENT).where(row).values(body=body))


def _proposals(transaction: Transaction, case_id: int, erasing: Erasing) -> None:
    """What was proposed has the words of what was then done: it goes, but for what waits beside a part of the case."""
    own = PROPOSAL.c.case_id == case_id
    if not erasing.gone.is_whole:
        own = and_(own, PROPOSAL.c.decided_at.is_not(None))
    gone = transaction.connection.scalars(select(PROPOSAL.c.n).where(own)).all()
    transaction.connection.execute(update(PROPOSAL).where(own).values(body=None, said=""))
    _unsalt(transaction, "proposal", [f"{case_id}{APART}{n}" for n in gone])


def _notices(transaction: Transaction, case_id: int, erasing: Erasing) -> None:
    """The facts of its mails, and of the digests and lists in which it stands; what waits is not sent."""
    query = select(NOTICE.c.case_id, NOTICE.c.key, NOTICE.c.state).where(_tells(transaction, case_id, erasing))
    rows = transaction.connection.execute(query).all()
    if any(row.state == NoticeState.CLAIMED.value for row in rows):
        raise Conflict("有本案的通知正在发送，没有清除", where=f"案件 {erasing.no}", todo="请十分钟后再复核")
    unsent, said = NOTICE.c.state.in_(UNSENT), says(erasing.basis)
    values = {
        "facts": SealedFacts(erasing.no), "next_try": None, "said": case((unsent, said), else_=NOTICE.c.said),
        "state": case((unsent, NoticeState.OBSOLETE.value), else_=NOTICE.c.state),
    }  # fmt: skip
    for row in rows:
        one = and_(NOTICE.c.case_id == row.case_id, NOTICE.c.key == row.key)
        transaction.connection.execute(update(NOTICE).where(one).values(values))
    _unsalt(transaction, "notice", [f"{row.case_id}{APART}{row.key}" for row in rows])


def _tells(transaction: Transaction, case_id: int, erasing: Erasing) -> ColumnElement[bool]:
    facts = cast(NOTICE.c.facts, String)
    words = [erasing.no, json.dumps(erasing.subject, ensure_ascii=False)[1:-1]]
    mentions = or_(*(_contains(transaction, facts, each) for each in words))
    return or_(NOTICE.c.case_id == case_id, and_(NOTICE.c.case_id == 0, mentions))


def _contains(transaction: Transaction, text: ColumnElement[str], word: str) -> ColumnElement[bool]:
    found = func.instr if transaction.database.is_sqlite else func.strpos
    return found(text, literal(word)) > 0


def _reports(transaction: Transaction, erasing: Erasing) -> None:
    """The name of the case in the tables of published reports; their figures stay, and their own digest too."""
    query = select(EDITION).where(_contains(transaction, EDITION.c.body, erasing.no))
    for row in transaction.connection.execute(query).all():
        content = json.loads(row.body)
        lines = [each for table in content["tables"].values() for each in table if each.get("no") == erasing.no]
        stands = erasing.gone.stands
        if any(each["subject"] != stands for each in lines):
            for each in lines:
                each["subject"] = stands
            _write_edition(transaction, row, json.dumps(content, ensure_ascii=False, sort_keys=True), erasing)


def _write_edition(transaction: Transaction, row: Any, body: str, erasing: Erasing) -> None:
    own = and_(EDITION.c.year == row.year, EDITION.c.edition == row.edition)
    values = {"body": body, "erased_at": erasing.at, "erased_digest": digest_of(body)}
    transaction.connection.execute(update(EDITION).where(own).values(values))


def _meetings(transaction: Transaction, case_id: int) -> None:
    """What was agreed on the case; day and meeting stay."""
    own, there = MEETING_CASE.c.case_id == case_id, (MEETING_CASE.c.agreed, MEETING_CASE.c.who, MEETING_CASE.c.off)
    values = {each.name: case((func.coalesce(each, "") == "", each), else_=SEALED) for each in there}
    transaction.connection.execute(update(MEETING_CASE).where(own).values(values))


def _tasks(transaction: Transaction, case_id: int) -> None:
    """What people were asked to look at in an entry, of which it may cite words."""
    own = and_(TASK.c.case_id == case_id, TASK.c.key.like("event:%"), TASK.c.term.is_(None))
    transaction.connection.execute(update(TASK).where(own).values(title=SEALED))


def _unsalt(transaction: Transaction, kind: str, keys: Sequence[str]) -> None:
    """Takes the salts out of the leaves of what is gone."""
    if keys:
        own = and_(LEAF.c.kind == kind, LEAF.c.key.in_(keys))
        transaction.connection.execute(update(LEAF).where(own).values(salt=None))
