"""Tasks that ask for the same, together: one heading, each case below it, done at once with one word on record."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.core.texts import searched
from negotiation.domain import forms
from negotiation.store import tasks
from negotiation.store.numbers import GREATEST_ID
from negotiation.store.tasks import SHOWN, TaskLine
from negotiation.store.transaction import Transaction
from negotiation.store.unsent import BOUNCED_TASKS, MISSED_TASKS
from negotiation.web.pages.tasks import REMARK, close
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
PICK, GROUP = "pick", "group"


class TaskGroup(NamedTuple):
    """Open tasks that ask for the same; ``picked``: those that are ticked, all of them at first."""

    title: str
    tasks: Sequence[TaskLine]
    picked: Collection[str]


@router.get("/tasks")
async def list_page(ctx: CurrentRequest, text: str = "", newest: str = "") -> Response:
    """The oldest first, unless the newest are asked for; below them what was done today, and can be undone."""
    return _page(ctx, {"text": text, "newest": newest}, None)


@router.post("/tasks/done-together")
async def done_together(request: Request, ctx: CurrentRequest) -> Response:
    """Closes the ticked tasks of a group with one remark, which goes into the history of each case; all or none."""
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    try:
        await ctx.write(lambda transaction: _close(transaction, ctx, typed))
    except NegotiationError as error:
        return _page(ctx, typed, error)
    return RedirectResponse("/tasks?said=closed", status_code=303)


def _close(transaction: Transaction, ctx: RequestContext, typed: Mapping[str, str]) -> None:
    picked = forms.read_list(typed.get(PICK))
    if not picked:
        raise FieldError("没有勾选待办", field=PICK, todo="请勾选已经办理的")
    for each in picked:
        case_id, _, key = each.partition("/")
        close(transaction, ctx, tasks.find(transaction, forms.read_number(case_id, GREATEST_ID) or 0, key), typed)


def _page(ctx: RequestContext, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    ctx.demand_page("tasks")
    text, newest = searched(typed.get("text", "")), typed.get("newest", "")
    with ctx.app_state.database.read() as transaction:
        found = tasks.open_tasks(transaction, text, newest_first=bool(newest))
        done = tasks.done_on(transaction, ctx.app_state.today())
    if not ctx.person.sees_all_cases:  # the administrator: what is of no case, a calendar for example
        found, done = ([each for each in some if _is_of_no_case(each)] for some in (found, done))
    facts = ctx.facts(
        groups=_grouped(found, typed),
        many=len(found),
        done=done,
        text=text,
        newest=newest,
        most=SHOWN,
        may_do=ctx.person.acts_as_office,
        wrong_group=typed.get(GROUP, ""),
        remark=typed.get(REMARK, ""),
        error=error,
        here="tasks",
    )
    return page("tasks.html", facts, status=400 if error else 200)


def _grouped(found: Sequence[TaskLine], typed: Mapping[str, str]) -> list[TaskGroup]:
    """The groups in the order of their first tasks; in the one that was sent what was ticked stays so."""
    rows: dict[str, list[TaskLine]] = {}
    for task in found:
        rows.setdefault(task.asks, []).append(task)
    sent, picked = typed.get(GROUP), forms.read_list(typed.get(PICK))
    return [
        TaskGroup(title, some, picked if title == sent else [f"{each.case_id}/{each.key}" for each in some])
        for title, some in rows.items()
    ]


def _is_of_no_case(task: TaskLine) -> bool:
    return task.no is None and not task.key.startswith((MISSED_TASKS, BOUNCED_TASKS))  # whose titles name cases
