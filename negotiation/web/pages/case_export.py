"""A case as one archive, for whoever may read the case; it opens and verifies without this system."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from negotiation.documents.export import HandedOut, hand_out
from negotiation.notifications import as_sent
from negotiation.services.permissions import visible
from negotiation.web.downloads import ZIP, saved
from negotiation.web.request_context import CurrentRequest, RequestContext

router = APIRouter()


@router.get("/cases/{no}/archive")
async def archive(no: str, ctx: CurrentRequest) -> Response:
    """The archive, as a file. Raises NoSuchCase."""
    made = await run_in_threadpool(_handed_out, ctx, no)
    return saved(made.content, made.name, ZIP)


def _handed_out(ctx: RequestContext, no: str) -> HandedOut:
    app_state = ctx.app_state
    with app_state.read() as transaction:
        file = visible(transaction, app_state.context, ctx.person, no, app_state.clock())
        return hand_out(transaction, file, ctx.person, as_sent.notices_of(transaction, file))
