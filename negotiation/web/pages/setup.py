"""开始使用 and, later, 设置: what an installation needs, each with its state and its next step; a mail as a trial."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from negotiation.core.checks import CHECK_STATE_SHAPES, CHECK_STATE_TITLES
from negotiation.core.errors import FieldError, NegotiationError, UsageError
from negotiation.notifications.channels.base import Refusal
from negotiation.notifications.trial_mail import send_trial
from negotiation.services.setup_steps import is_empty, setup_steps
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
ADDRESS = "email"
_PAGES = {
    "ledger": ("/ledger", "导入台账"),
    "departments": ("/departments", "部门"),
    "accounts": ("/accounts", "账户"),
    "calendar": ("/calendar", "日历"),
}


@router.get("/setup")
async def setup(ctx: CurrentRequest) -> Response:
    ctx.demand_page("setup")
    return _setup(ctx, {})


@router.post("/setup/mail")
async def mail(request: Request, ctx: CurrentRequest) -> Response:
    """Sends a mail as a trial, and says what became of it."""
    typed = await form_of(request, ctx)
    ctx.demand_page("setup")
    address, settings = typed.get(ADDRESS, "").strip(), ctx.app_state.settings
    try:
        ctx.demand_texts()
        await send_trial(settings, address, ctx.app_state.clock())
    except Refusal as refused:
        return _setup(
            ctx, typed, error=FieldError(str(refused), field=ADDRESS, todo="请核对后再试；系统管理员可查看日志")
        )
    except (UsageError, FieldError) as fault:
        return _setup(ctx, typed, error=fault)
    sent = f"已向 {address} 发出，请到收件箱查看" if settings.smtp_url else "没有设置邮件服务器，试发邮件存在本机"
    return _setup(ctx, typed, sent=sent)


def begins_here(ctx: RequestContext) -> bool:
    """True for somebody of the office in a home in which nothing has been entered yet."""
    if "setup" not in ctx.pages:
        return False
    with ctx.app_state.read() as transaction:
        return is_empty(transaction, ctx.app_state.context)


def _setup(
    ctx: RequestContext, typed: Mapping[str, str], *, sent: str = "", error: NegotiationError | None = None
) -> Response:
    with ctx.app_state.read() as transaction:
        context, at = ctx.app_state.context, ctx.app_state.clock()
        empty, steps = is_empty(transaction, context), setup_steps(transaction, context, at)
    lines = [
        (each, CHECK_STATE_SHAPES[each.state], CHECK_STATE_TITLES[each.state], _PAGES.get(each.page)) for each in steps
    ]
    facts = ctx.facts(
        title="开始使用" if empty else "设置",
        empty=empty,
        lines=[(each, shape, word, link if each.page in ctx.pages else None) for each, shape, word, link in lines],
        address=typed.get(ADDRESS, ctx.app_state.settings.office_mail),
        sent=sent,
        error=error,
        here="setup",
    )
    return page("setup.html", facts, status=400 if error else 200)
