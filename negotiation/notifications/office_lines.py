"""Lines of the mails to the office: numbers, resource names, departments and dates only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from negotiation.core.enums import OFFICE_ID
from negotiation.domain.notice_facts import (
    DueFacts,
    EarlierDue,
    OfficeFacts,
    OfficeLine,
    OfficeList,
)
from negotiation.domain.notices import NoticeRecord
from negotiation.services.context import Context
from negotiation.store import outbox
from negotiation.store.digest_queries import OpenTask, Outstanding, Recounted
from negotiation.store.transaction import Transaction

LINES = 50  # of each list in a mail to the office; its count is whole
Listed = Outstanding | OpenTask | Recounted


def add(transaction: Transaction, key: str, template: str, facts: OfficeFacts, at: datetime) -> bool:
    """Adds a notice to the office; False if there is one of that key already."""
    notice = NoticeRecord.of_no_case(key, template, OFFICE_ID, facts, at)
    return outbox.add(transaction, [notice]) == 1


def list_of(
    found: Sequence[Listed], context: Context, transaction: Transaction, count: int | None = None
) -> OfficeList:
    """The first lines of what a query found; ``count``: how many there are in all, where it found only some."""
    lines = tuple(_line(each, context, transaction) for each in found[:LINES])
    return OfficeList(len(found) if count is None else count, lines)


def _line(each: Listed, context: Context, transaction: Transaction) -> OfficeLine:
    if isinstance(each, Recounted):
        line = _line(each.term, context, transaction)
        return replace(line, move=EarlierDue(each.was_due_on, each.was_official))
    line = OfficeLine(
        no=each.no or "",
        subject=each.subject or "",
        applicant=context.directory.name(each.applicant_id),
        provider=context.directory.name(each.provider_id),
    )
    if isinstance(each, OpenTask):
        return replace(line, subject=line.subject if each.no else each.title, created_on=each.created_on)
    return replace(line, term=_due(each, context, transaction))


def _due(each: Outstanding, context: Context, transaction: Transaction) -> DueFacts:
    book = context.rulebooks.of(transaction, each.rulebook, each.edition)
    title = book.procedures[each.procedure].terms[each.kind].title
    layer, choices = book.day_rule
    due = each.counts_from, each.counted, each.due_on, each.official
    return DueFacts(title, layer, *due, day_choices=choices)
