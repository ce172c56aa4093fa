"""The files of a case, one by one: always as a download, never shown, to whoever may see the case."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ATTACHED, ProposalState
from negotiation.core.errors import NotFound
from negotiation.domain import forms
from negotiation.domain.fields import proofs_in
from negotiation.domain.people import Person
from negotiation.services import approvals
from negotiation.services.permissions import visible
from negotiation.store import attachments, proposals
from negotiation.store.attachments import AttachmentRow
from negotiation.store.transaction import Transaction
from negotiation.web.downloads import saved
from negotiation.web.request_context import CurrentRequest, RequestContext

router = APIRouter()


@router.get("/cases/{no}/files/{n}")
async def download(no: str, n: str, ctx: CurrentRequest) -> Response:
    row = await run_in_threadpool(_taken, ctx, no, n)
    return saved(row.body, row.name, row.media, case=row.case_id, file=row.n)


def _taken(ctx: RequestContext, no: str, n: str) -> AttachmentRow:
    number = forms.read_number(n) or 0
    with ctx.app_state.read() as transaction:
        case_id = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock()).case_id
        if number in only_proposed(transaction, case_id, ctx.person):
            raise NotFound("没有这个附件", todo="请从案件页进入")
        return attachments.read(transaction, case_id, number)


def files_of(transaction: Transaction, case_id: int, person: Person) -> list[AttachmentRow]:
    """The files of a case that this person may see, without their bodies."""
    hidden = only_proposed(transaction, case_id, person)
    return [row for row in attachments.list_of(transaction, case_id) if row.n not in hidden]


def only_proposed(transaction: Transaction, case_id: int, person: Person) -> set[int]:
    """The numbers of files of acts that another department only proposed: until its head approves, nothing was sent.

    An act names its files under ``ATTACHED``, as ``files.proofs`` writes them.
    """
    return {
        proof["n"]
        for row in proposals.of_case(transaction, case_id)
        if row.state != ProposalState.APPROVED and not approvals.may_read(person, row)
        for proof in proofs_in(row.entered["beside"].get(ATTACHED))
    }
