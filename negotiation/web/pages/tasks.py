"""Tasks that a person must look at: the office's tasks, done with a word on record in the history of their case."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ACT_AS_OFFICE, NOTE
from negotiation.core.errors import Conflict, FieldError, NegotiationError, NotFound
from negotiation.domain import forms
from negotiation.services import approvals
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.permissions import act_open, visible
from negotiation.store import tasks
from negotiation.store.numbers import GREATEST_ID
from negotiation.store.tasks import TaskLine
from negotiation.store.transaction import Transaction
from negotiation.web.pages.inputs import demand_reviewed
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
CASE, KEY, REMARK = "case_id", "key", "remark"


@router.get("/tasks/done")
async def done_form(ctx: CurrentRequest, case_id: str = "", key: str = "") -> Response:
    ctx.demand(*ACT_AS_OFFICE)
    return _form(ctx, {CASE: case_id, KEY: key}, None)


def _form(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    facts = ctx.facts(
        task=_task(ctx, typed),
        remark=typed.get(REMARK, ""),
        ticked="reviewed" in typed,
        error=error,
        field=error.field if isinstance(error, FieldError) else "",
        here="tasks",
    )
    return page("task_done.html", facts, status=400 if error else 200)


def _task(ctx: RequestContext, typed: Mapping[str, str]) -> TaskLine:
    """The task that an address or a form names by its case and key. Raises NotFound."""
    number = forms.read_number(typed.get(CASE, ""), GREATEST_ID)
    if number is None:
        raise NotFound("没有这项待办", todo="请从“待办”页进入")
    with ctx.app_state.database.read() as transaction:
        return tasks.find(transaction, number, typed.get(KEY, ""))


@router.post("/tasks/done")
async def done(request: Request, ctx: CurrentRequest) -> Response:
    """Closes a task that a person has done; of a case, their remark goes into its history.

    Raises Conflict for a task that is closed.
    """
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    task = _task(ctx, typed)
    try:
        await ctx.write(lambda transaction: close(transaction, ctx, task, typed))
    except FieldError as error:
        return _form(ctx, typed, error)
    return RedirectResponse("/tasks?said=closed", status_code=303)


def close(transaction: Transaction, ctx: RequestContext, task: TaskLine, typed: Mapping[str, str]) -> None:
    """Closes a task with the remark that was typed. Raises FieldError without one, Conflict if it is closed."""
    if task.no:
        _demand_remark(typed)
    if not tasks.close(transaction, task.case_id, task.key, ctx.app_state.today()):
        raise Conflict("这项待办已经办结", todo="请返回“待办”页查看")
    _put_on_record(transaction, ctx, task, f"待办已办：{typed.get(REMARK, '').strip()}")


def _demand_remark(typed: Mapping[str, str]) -> None:
    if not typed.get(REMARK, "").strip():
        raise FieldError("须写明如何办理的", field=REMARK, todo="例如：已电话联系某某，答复本周内回函")
    demand_reviewed(typed)


@router.post("/tasks/reopen")
async def reopen(request: Request, ctx: CurrentRequest) -> Response:
    """Opens again a task that was closed today by mistake. Raises Conflict for any other."""
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    task = _task(ctx, typed)
    await ctx.write(lambda transaction: _reopen(transaction, ctx, task))
    return RedirectResponse("/tasks?said=reopened", status_code=303)


def _reopen(transaction: Transaction, ctx: RequestContext, task: TaskLine) -> None:
    if not tasks.reopen(transaction, task.case_id, task.key, ctx.app_state.today()):
        raise Conflict("只能恢复今天办结的待办", todo="请返回“待办”页查看")
    _put_on_record(transaction, ctx, task, "待办恢复")


def _put_on_record(transaction: Transaction, ctx: RequestContext, task: TaskLine, text: str) -> None:
    """In the history of the case, if the task is of one and its rulebook knows notes.

    Not the task's title: departments read the history, and what the office is asked to do is the office's own.
    """
    if task.no is None:
        return
    file = visible(transaction, ctx.app_state.context, ctx.person, task.no, ctx.app_state.clock())
    if NOTE not in file.procedure.events:
        return
    act = act_open(transaction, file, ctx.person, NOTE)
    raw = dict.fromkeys(act.event.required, text)
    approvals.enter(
        transaction,
        file,
        ctx.person,
        ActRequest(NOTE, role=act.role, actor=ctx.person.name, on=ctx.app_state.today(), fields=raw),
    )
