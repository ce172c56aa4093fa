"""Proposals that wait for a head, shown whole: nobody signs what they have not seen (签批)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from negotiation.core.enums import ATTACHED, ProposalState
from negotiation.domain.fields import Fields, Proof, proofs_in
from negotiation.domain.machine import item_effects
from negotiation.services import approvals, entered_view
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.pages.item_choices import fields_apart
from negotiation.web.request_context import RequestContext


class Shown(NamedTuple):
    """A proposal with its case: all that was entered, and the files that came with it.

    ``head``: of whose head it waits; ``remark``, ``by``: why it was returned, and by whom; ``stale``: the case moved
    on since; ``refused``: why it can no longer take effect, "" if it can.
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


def shown(transaction: Transaction, file: CaseFile, row: ProposalRow, ctx: RequestContext) -> Shown:
    """A proposal as its own side sees it."""
    names, rules, waits = ctx.app_state.context, file.procedure, row.state == ProposalState.OPEN
    return Shown(
        no=file.no,
        n=row.n,
        version=file.version,
        subject=file.subject,
        applicant=names.directory.name(file.case.applicant_id),
        provider=names.directory.name(file.case.provider_id),
        state=rules.states[file.state].title,
        title=rules.events[row.event].title,
        author=row.author,
        at=row.proposed_at,
        head=names.name_of(row.department_id),
        fields=entered_view.fields_shown(rules, _entered(transaction, file, row), file.case_state.item_names),
        files=proofs_in(row.entered["beside"].get(ATTACHED)),
        open=waits,
        remark=row.said,
        by=row.decided_by,
        may_sign=approvals.may_sign(file, ctx.person, row),
        may_withdraw=bool(ctx.person.may_act_for(file.case_state.parties)),
        stale=row.version != file.version,
        refused=approvals.hindrance(UnitOfWork(transaction, names, file.at), file.no, row) if waits else "",
    )


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
