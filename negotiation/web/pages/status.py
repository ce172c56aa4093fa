"""系统状态: how everything is doing that the system looks after, for the administrator and the office."""

from datetime import date, datetime

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from negotiation import __version__
from negotiation.core.checks import CHECK_STATE_SHAPES, CHECK_STATE_TITLES, CHECKED_TITLES
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import system_checks
from negotiation.services.findings import Check
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import moment, page

router = APIRouter()


@router.get("/status")
async def status(ctx: CurrentRequest) -> Response:
    ctx.demand_page("status")
    checks = await run_in_threadpool(_checks, ctx)
    lines = [
        (CHECKED_TITLES[each.of], each, CHECK_STATE_SHAPES[each.state], CHECK_STATE_TITLES[each.state], _since(each))
        for each in checks
    ]
    facts = {"lines": lines, "version": __version__, "asked": moment(ctx.app_state.clock())}
    return page("status.html", ctx.facts(**facts, here="status"))


def _checks(ctx: RequestContext) -> list[Check]:
    """The mail server is asked now, which takes some seconds where it does not answer."""
    app_state = ctx.app_state
    known = app_state.alerts.checks(app_state.context, app_state.clock())
    return [*known, system_checks.mail_server(app_state.settings, trouble_of)]


def _since(check: Check) -> str:
    if isinstance(check.since, datetime):
        return moment(check.since)
    return check.since.isoformat() if isinstance(check.since, date) else ""
