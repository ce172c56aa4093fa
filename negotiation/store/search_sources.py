"""The texts of cases in which people search, each with the place where it stands: read anew from where they are kept.

What only its author's side may read is not among them: proposals, the files that no recorded entry names, and drafts
once they were handed in.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from negotiation.core.enums import ATTACHED
from negotiation.domain.entered import SEALED, TARGET, VALUES, Data, readable
from negotiation.domain.expunging import DRAFT, texts_of
from negotiation.domain.fields import proofs_in
from negotiation.domain.searching import Passage, PassageKind
from negotiation.store.columns import APPLICANT, CASE, CONTENT, COPIED, DEPARTMENT, EVENT, PROVIDER
from negotiation.store.schema.attachments import Attachment
from negotiation.store.schema.meetings import Meeting, MeetingCase
from negotiation.store.schema.resources import Resource
from negotiation.store.schema.search import FileText
from negotiation.store.schema.types import table_of
from negotiation.store.transaction import Transaction

ATTACHMENT, FILE_TEXT, RESOURCE = table_of(Attachment), table_of(FileText), table_of(Resource)
MEETING, MEETING_CASE = table_of(Meeting), table_of(MeetingCase)
Found = Iterator[tuple[int, Passage]]


def passages(transaction: Transaction, ids: Sequence[int]) -> dict[int, list[Passage]]:
    """The texts of these cases by their ids; of a case that is gone there is no key."""
    found: dict[int, list[Passage]] = {}
    for case_id, passage in _of_cases(transaction, ids):
        found[case_id] = [passage]
    entries = _entries(transaction, ids)
    named = {(each.case_id, proof["n"]) for each in entries for proof in proofs_in(each.fields.get(ATTACHED))}
    for some in (_of_entries(entries), _of_meetings(transaction, ids), _of_files(transaction, ids, named)):
        for case_id, passage in some:
            found[case_id].append(passage)
    return found


def parties(transaction: Transaction, ids: Sequence[int]) -> dict[int, set[int]]:
    """The departments that may see each of these cases, by its id, and at times one more: the list decides."""
    query = select(CASE.c.id, CASE.c.applicant_id, CASE.c.provider_id, CASE.c.drafted_by).where(CASE.c.id.in_(ids))
    found = {case_id: {each for each in sides if each} for case_id, *sides in transaction.connection.execute(query)}
    copied = select(COPIED.c.case_id, COPIED.c.department_id).where(COPIED.c.case_id.in_(ids))
    for case_id, department_id in transaction.connection.execute(copied):
        found[case_id].add(department_id)
    return found


def _of_cases(transaction: Transaction, ids: Sequence[int]) -> Found:
    """Number and subject, departments and resource as they are called now."""
    query = (
        select(
            CASE.c.id, CASE.c.no, CASE.c.subject, APPLICANT.c.name, PROVIDER.c.name, RESOURCE.c.name, RESOURCE.c.code
        )
        .outerjoin(APPLICANT, APPLICANT.c.id == CASE.c.applicant_id)
        .join(PROVIDER, PROVIDER.c.id == CASE.c.provider_id)
        .outerjoin(RESOURCE, RESOURCE.c.id == CASE.c.resource_id)
        .where(CASE.c.id.in_(ids))
    )
    copied = _copied(transaction, ids)
    for case_id, *texts in transaction.connection.execute(query):
        yield case_id, Passage(PassageKind.CASE, 0, "", "　".join(filter(None, [*texts, *copied.get(case_id, ())])))


def _copied(transaction: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(COPIED.c.case_id, DEPARTMENT.c.name).join(DEPARTMENT, DEPARTMENT.c.id == COPIED.c.department_id)
    found: dict[int, list[str]] = {}
    for case_id, name in transaction.connection.execute(query.where(COPIED.c.case_id.in_(ids))):
        found.setdefault(case_id, []).append(name)
    return found


class _Entry(NamedTuple):
    case_id: int
    seq: int
    event: str
    on: date | None
    fields: Mapping[str, Any]


def _entries(transaction: Transaction, ids: Sequence[int]) -> list[_Entry]:
    """Every entry with texts; number 0 is the draft, until the case is received."""
    stands = or_(CONTENT.c.seq != DRAFT, CASE.c.received_on.is_(None))
    query = (
        select(CONTENT.c.case_id, CONTENT.c.seq, EVENT.c.event, EVENT.c.happened_on, EVENT.c.data, CONTENT.c.body)
        .join(CASE, CASE.c.id == CONTENT.c.case_id)
        .outerjoin(EVENT, and_(EVENT.c.case_id == CONTENT.c.case_id, EVENT.c.seq == CONTENT.c.seq))
        .where(CONTENT.c.case_id.in_(ids), CONTENT.c.body.is_not(None), stands)
        .order_by(CONTENT.c.case_id, CONTENT.c.seq)
    )
    rows = transaction.connection.execute(query)
    return [_Entry(row[0], row[1], row[2] or "", row[3], _texts(row.data or {}, row.body)) for row in rows]


def _texts(data: Data, body: str) -> Data:
    """What was entered as texts: a choice is stored by its key, which nobody has read or typed."""
    return readable({key: part for key, part in data.items() if key != VALUES}, body)


def _of_entries(entries: Sequence[_Entry]) -> Found:
    for each in entries:
        texts = texts_of(value for key, value in each.fields.items() if key not in (ATTACHED, TARGET))
        if text := "\n".join(one for one in texts if one != SEALED):
            yield each.case_id, Passage(PassageKind.ENTRY, each.seq, each.event, text, each.on)


def _of_meetings(transaction: Transaction, ids: Sequence[int]) -> Found:
    """What was agreed on each case, and the number of the minutes."""
    texts = (MEETING.c.minutes_no, MEETING_CASE.c.agreed, MEETING_CASE.c.who, MEETING_CASE.c.off)
    query = select(MEETING_CASE.c.case_id, MEETING.c.held_on, MEETING.c.no, *texts)
    query = query.join(MEETING, MEETING.c.id == MEETING_CASE.c.meeting_id).where(MEETING_CASE.c.case_id.in_(ids))
    for case_id, on, no, *found in transaction.connection.execute(query.order_by(MEETING.c.id)):
        yield case_id, Passage(PassageKind.MEETING, 0, no, "\n".join([no, *filter(None, found)]), on)


def _of_files(transaction: Transaction, ids: Sequence[int], named: set[tuple[int, int]]) -> Found:
    same = and_(FILE_TEXT.c.case_id == ATTACHMENT.c.case_id, FILE_TEXT.c.n == ATTACHMENT.c.n)
    query = (
        select(ATTACHMENT.c.case_id, ATTACHMENT.c.n, ATTACHMENT.c.name, FILE_TEXT.c.body)
        .outerjoin(FILE_TEXT, same)
        .where(ATTACHMENT.c.case_id.in_(ids), ATTACHMENT.c.name != SEALED)
        .order_by(ATTACHMENT.c.case_id, ATTACHMENT.c.n)
    )
    for case_id, n, name, body in transaction.connection.execute(query):
        if (case_id, n) in named:
            yield case_id, Passage(PassageKind.FILE, n, name, f"{name}\n{body or ''}")
