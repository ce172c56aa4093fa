"""Proof of what hangs on the chains: rows without their case, files and texts against their digests, numbers."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, cast, exists, select, true

from negotiation.core.enums import EXPUNGE
from negotiation.domain.expunging import DRAFT, Expunged, expunged_by
from negotiation.domain.notice_facts import SealedFacts
from negotiation.store.audit import BrokenLink, fault
from negotiation.store.columns import CASE, CONTENT, COPIED, EVENT, HANDLER, ITEM, NOTICE, PROPOSAL, TASK, TERM
from negotiation.store.schema.attachments import Attachment
from negotiation.store.schema.cases import Counter, MovedParty
from negotiation.store.schema.rulebooks import RulebookVersion
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

ATTACHMENT, RULEBOOK, COUNTER = table_of(Attachment), table_of(RulebookVersion), table_of(Counter)
MOVED_PARTY = table_of(MovedParty)
_BELOW = {
    "事件": EVENT, "所填内容": CONTENT, "期限": TERM, "数据项": ITEM, "附件": ATTACHMENT, "抄送": COPIED,
    "职责划转": MOVED_PARTY, "承办人": HANDLER, "待签事项": PROPOSAL, "待办": TASK, "通知": NOTICE,
}  # fmt: skip


class Part(NamedTuple):
    """What of the record is looked at: the conditions on its cases and on its files."""

    cases: ColumnElement[bool]
    files: ColumnElement[bool]


EVERYTHING = Part(true(), true())


def all_ids(transaction: Transaction, part: Part = EVERYTHING) -> list[int]:
    """The ids of all cases of a part."""
    return list(transaction.connection.scalars(select(CASE.c.id).where(part.cases).order_by(CASE.c.id)))


def number_of(transaction: Transaction, case_id: int) -> str:
    """The number of a case; "" for none."""
    return transaction.connection.scalars(select(CASE.c.no).where(CASE.c.id == case_id)).first() or ""


def faults(transaction: Transaction, part: Part = EVERYTHING) -> Iterator[BrokenLink]:
    """Every row without its case, every file and text that differs from its digest, everything sealed for good
    (封存清除) by nobody. Of the files those of a part alone."""
    for title, table in _BELOW.items():
        lost = select(table.c.case_id).where(table.c.case_id > 0, ~exists().where(CASE.c.id == table.c.case_id))
        for number in transaction.connection.scalars(lost.distinct().order_by(table.c.case_id)):
            yield fault(f"{title}所属的案件（内部编号 {number}）不在")
    event = exists().where(EVENT.c.case_id == CONTENT.c.case_id, EVENT.c.seq == CONTENT.c.seq)
    added = select(CASE.c.no, CONTENT.c.seq).join(CASE, CASE.c.id == CONTENT.c.case_id).where(CONTENT.c.seq > 0, ~event)
    for no, seq in transaction.connection.execute(added):
        yield BrokenLink(no=no, seq=seq, what="所填内容没有对应的事件")
    ordered = _ordered(transaction)
    yield from _files(transaction, ordered, part)
    yield from _drafts_and_mails(transaction, ordered)
    texts = select(RULEBOOK.c.rulebook, RULEBOOK.c.edition, RULEBOOK.c.digest, RULEBOOK.c.content)
    for book, edition, digest, content in transaction.connection.execute(texts):
        if hashlib.sha256(content.encode()).hexdigest() != digest:
            yield fault(f"规则 {book} 第{edition}版的文本与其摘要不符")


def _ordered(transaction: Transaction) -> dict[int, list[Expunged]]:
    """What orders have taken away (封存清除), by the id of the case."""
    found: dict[int, list[Expunged]] = {}
    rows = transaction.connection.execute(select(EVENT.c.case_id, EVENT.c.data).where(EVENT.c.event == EXPUNGE))
    for case_id, data in rows:
        found.setdefault(case_id, []).append(expunged_by(data))
    return found


def _drafts_and_mails(transaction: Transaction, ordered: Mapping[int, Sequence[Expunged]]) -> Iterator[BrokenLink]:
    """Drafts and mails that are gone by nobody's order, and drafts that are there against one."""
    drafts = select(CONTENT, CASE.c.no).join(CASE, CASE.c.id == CONTENT.c.case_id).where(CONTENT.c.seq == DRAFT)
    for row in transaction.connection.execute(drafts):
        is_ordered = any(DRAFT in each.contents for each in ordered.get(row.case_id, ()))
        if is_ordered != (row.sealed_at is not None) or (is_ordered and (row.body or row.salt)):
            yield fault("草稿的内容是否封存清除，与案件的办理记录不符", row.no)
    numbers = {number_of(transaction, case_id) for case_id in ordered}
    mails = select(NOTICE.c.facts).where(cast(NOTICE.c.facts, String).like('%"sealed":%'))
    for (facts,) in transaction.connection.execute(mails):
        if isinstance(facts, SealedFacts) and facts.sealed not in numbers:
            yield fault("通知的内容标为封存清除，案件却没有相应的办理记录", facts.sealed)


def _files(transaction: Transaction, ordered: Mapping[int, Sequence[Expunged]], part: Part) -> Iterator[BrokenLink]:
    other = ATTACHMENT.alias("other")
    elsewhere = exists().where(other.c.digest == ATTACHMENT.c.digest, other.c.body.is_not(None))
    query = (
        select(CASE.c.no, *ATTACHMENT.c, elsewhere.label("elsewhere"))
        .join(CASE, CASE.c.id == ATTACHMENT.c.case_id)
        .where(part.files)
        .order_by(ATTACHMENT.c.case_id, ATTACHMENT.c.n)
    )
    for row in transaction.connection.execute(query, execution_options={"yield_per": 20}):
        is_ordered = any(row.n in each.files for each in ordered.get(row.case_id, ()))
        if row.sealed_at is not None and not is_ordered:
            yield fault(f"附件“{row.name}”标为封存清除，案件却没有相应的办理记录", row.no)
        elif is_ordered and (row.sealed_at is None or row.body is not None):
            yield fault(f"附件“{row.name}”已依决定封存清除，却还在", row.no)
        elif row.sealed_at is not None:
            continue
        elif row.body is None and not row.elsewhere:
            yield fault(f"附件“{row.name}”的内容不在", row.no)
        elif row.body is not None and not _is_whole(row):
            yield fault(f"附件“{row.name}”的内容与其摘要不符", row.no)


def _is_whole(row: Any) -> bool:
    return len(row.body) == row.size and hashlib.sha256(row.body).digest() == bytes(row.digest)


def gaps(transaction: Transaction, number_for: Mapping[str, Callable[[int, int], str]]) -> list[str]:
    """The numbers that were given out, or passed over by a ledger that was imported, and that no case bears.

    ``number_for``: of each procedure, how a number is written, by year and place.
    """
    known = {no for (no,) in transaction.connection.execute(select(CASE.c.no))}
    missing = []
    for name, last in transaction.connection.execute(select(COUNTER.c.name, COUNTER.c.last).order_by(COUNTER.c.name)):
        procedure, _, year = name.rpartition("/")
        if procedure in number_for and year.isdigit():
            wanted = (number_for[procedure](int(year), n) for n in range(1, last + 1))
            missing += [no for no in wanted if no not in known and f"{no}-1" not in known]
    return missing
