"""Proposals that wait for a head, shown whole: nobody signs what they have not seen (签批)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import ATTACHED, ProposalState
from negotiation.core.errors import NegotiationError
from negotiation.domain.fields import Fields, Proof, proofs_in
from negotiation.domain.machine import item_effects
from negotiation.domain.machine.entries import Entry
from negotiation.domain.people import Person
from negotiation.services import approvals, entered_view, expunge_orders, expunge_view
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, standing_in
from negotiation.services.context import UnitOfWork
from negotiation.services.correction_proposals import changes_of, foreseen, is_correction
from negotiation.services.offers import title_of
from negotiation.services.returned import Change, changes, files_again, returned_before
from negotiation.services.rewriting_view import Preview, preview_of
from negotiation.store import proposals
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.pages.item_choices import fields_apart
from negotiation.web.pages.returned import again_at
from negotiation.web.request_context import RequestContext


class Shown(NamedTuple):
    """A proposal with its case: all that was entered, and the files that came with it.

    ``head``: of whose head it waits; ``remark``, ``by``: why it was returned, and by whom; ``stale``: the case moved
    on since; ``refused``: why it can no longer take effect, "" if it can; ``preview``: what a correction moves;
    ``expunged``: what an order destroys; ``before``: what was returned before it; ``again``: where one that was
    returned is put right, "" where it is not.
    """

    no: str
    n: int
    version: int
    subject: str
    applicant: str
    provider: str
    state: str
    title: str
    author: str
    at: datetime
    head: str
    fields: Mapping[str, str]
    files: Sequence[Proof]
    open: bool
    remark: str
    by: str
    may_sign: bool
    may_withdraw: bool
    stale: bool
    refused: str
    preview: Preview | None
    expunged: expunge_view.Preview | None
    before: "Before | None"
    again: str


class Before(NamedTuple):
    """The proposal that the head returned before this one: what was said, by whom, and what is otherwise now."""

    said: str
    by: str
    changes: Sequence[Change]


def shown(transaction: Transaction, file: CaseFile, row: ProposalRow, ctx: RequestContext) -> Shown:
    """A proposal as its own side sees it."""
    names = ctx.app_state.context
    return Shown(
        no=file.no,
        n=row.n,
        version=file.version,
        subject=file.subject,
        applicant=names.directory.name(file.case.applicant_id),
        provider=names.directory.name(file.case.provider_id),
        state=file.procedure.states[file.state].title,
        title=title_of(file.procedure, row),
        author=row.author,
        at=row.proposed_at,
        head=names.name_of(row.department_id),
        fields=_entered_shown(transaction, file, row),
        files=proofs_in(row.entered["beside"].get(ATTACHED)),
        open=row.state == ProposalState.OPEN,
        remark=row.said,
        by=row.decided_by,
        may_sign=approvals.may_sign(file, ctx.person, row),
        stale=row.version != file.version,
        **_fate(transaction, file, row, ctx)._asdict(),
        **_round(transaction, file, row, ctx)._asdict(),
    )


class _Round(NamedTuple):
    """Steps between the author and the head so far, and those that the side of the author has now."""

    may_withdraw: bool
    before: Before | None
    again: str


def _round(transaction: Transaction, file: CaseFile, row: ProposalRow, ctx: RequestContext) -> _Round:
    may_act = bool(ctx.person.may_act_for(file.case_state.parties))
    is_mendable = may_act and row.state == ProposalState.RETURNED and row.body is not None
    return _Round(may_act, _before(transaction, file, row), again_at(file.no, row) if is_mendable else "")


def _before(transaction: Transaction, file: CaseFile, row: ProposalRow) -> Before | None:
    """What is otherwise in a proposal that waits than in the one that was returned before it."""
    found = proposals.of_case(transaction, file.case_id) if row.state == ProposalState.OPEN else []
    last = returned_before(found, row)
    if last is None:
        return None
    was, now = (_whole(transaction, file, each) for each in (last, row))
    return Before(last.said, last.decided_by, changes(was, now))


def _whole(transaction: Transaction, file: CaseFile, row: ProposalRow) -> Mapping[str, str]:
    """A proposal as lines: which act it is, all that was entered, its files with the beginning of their digests."""
    files = "、".join(f"{each['name']}（{each['sha256'][:8]}）" for each in files_again(row)) or "无"
    return {"办理": title_of(file.procedure, row), **_entered_shown(transaction, file, row), "附件": files}


class _Fate(NamedTuple):
    """What a proposal would come to now: why it cannot take effect, or what a correction would move."""

    refused: str = ""
    preview: Preview | None = None
    expunged: expunge_view.Preview | None = None


def _fate(transaction: Transaction, file: CaseFile, row: ProposalRow, ctx: RequestContext) -> _Fate:
    work = UnitOfWork(transaction, ctx.app_state.context, file.at)
    if row.state != ProposalState.OPEN:
        return _Fate()
    if expunge_orders.is_order(row):
        return _fate_of_order(work, file.no, row, ctx.person)
    if not is_correction(row):
        return _Fate(approvals.hindrance(work, file.no, row))
    found = foreseen(work, file.no, row)
    return _Fate(found.sentence) if isinstance(found, NegotiationError) else _Fate(preview=preview_of(found))


def _fate_of_order(work: UnitOfWork, no: str, row: ProposalRow, person: Person) -> _Fate:
    if person.id == row.author_id:
        return _Fate("登记和复核封存清除的不能是同一人")
    try:
        return _Fate(expunged=expunge_view.preview_of(work, no, expunge_orders.order_of(row)))
    except NegotiationError as error:
        return _Fate(error.sentence)


def _entered_shown(transaction: Transaction, file: CaseFile, row: ProposalRow) -> Mapping[str, str]:
    if row.body is None:
        return {}
    if expunge_orders.is_order(row):
        return expunge_orders.order_of(row).shown
    return _changes_shown(transaction, file, row) if is_correction(row) else _act_shown(transaction, file, row)


def _changes_shown(transaction: Transaction, file: CaseFile, row: ProposalRow) -> Mapping[str, str]:
    """The entries that are corrected, with what is right of them, those that are struck, and why."""
    rules, changes = file.procedure, changes_of(row)
    entries = {each.seq: each for each in standing_in(file, history_of(transaction, file))}
    shown = {}
    for each in changes.corrections:
        was = entries[each.seq].fields if each.seq in entries else {}
        right = {key: str(text) for key, text in each.fields.items() if entered_view.in_words(was.get(key, "")) != text}
        shown["更正"] = _named(file, entries, each.seq)
        shown |= {"日期": str(each.on)} if each.on else {}
        shown |= entered_view.fields_shown(rules, right, file.case_state.item_names)
    struck = "、".join(_named(file, entries, seq) for seq in changes.strikes)
    return shown | ({"撤销": struck} if struck else {}) | {"更正的理由": changes.reason}


def _named(file: CaseFile, entries: Mapping[int, Entry], seq: int) -> str:
    entry = entries.get(seq)
    return f"第{seq}项“{file.procedure.events[entry.event].title}”（{entry.on}）" if entry else f"第{seq}项"


def _act_shown(transaction: Transaction, file: CaseFile, row: ProposalRow) -> Mapping[str, str]:
    return entered_view.fields_shown(file.procedure, _entered(transaction, file, row), file.case_state.item_names)


def _entered(transaction: Transaction, file: CaseFile, row: ProposalRow) -> Fields:
    """The fields that take effect with the signature: those of a draft go along with the event that hands it in, and
    an answer that names no items is one to all of them."""
    file.read_draft(transaction)
    rules, entered = file.procedure, {**file.drafted_for(row.event), **row.entered["fields"]}
    answers = rules.table.get((file.state, row.event))
    fields = fields_apart(answers)
    if answers is None or not fields or any(entered.get(field) for field in fields):
        return entered
    return entered | {fields[0]: [item.name for item in item_effects.candidates(answers, file.case_state, file.today)]}
