"""A new application as a form made from the rulebook's fields; one letter may ask for several resources."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import NegotiationError, NotFound, all_at_once
from negotiation.domain.fields import item_of
from negotiation.domain.matters import MOST, resource_fields, resources_in
from negotiation.domain.rulebook import EventRule, Procedure
from negotiation.services import approvals
from negotiation.services.applications import Application, NewApplication, apply_for
from negotiation.services.context import UnitOfWork
from negotiation.services.duplicates import Repeated
from negotiation.services.permissions import OpenAct, first_event, may_open
from negotiation.store.transaction import Transaction
from negotiation.web.held_files import HeldFiles
from negotiation.web.limits import in_words
from negotiation.web.pages.case_relations import advice_shown, begun_with, heeded
from negotiation.web.pages.drafts import draft_of
from negotiation.web.pages.form_files import HELD, NO_FILES, files_of
from negotiation.web.pages.inputs import (
    Entry,
    Input,
    department_names,
    entry_of,
    entry_shown,
    fields_entered,
    input_of,
    inputs_of,
    signing_inputs,
)
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.said import ENTERED
from negotiation.web.templating import page

router = APIRouter()
AGAIN, MORE = "again", "more"  # the tick 仍要另行申请, the button 再加一项资源


@router.get("/apply/{procedure}")
async def application_form(procedure: str, request: Request, ctx: CurrentRequest) -> Response:
    """A blank form; or one about a resource (``resource``), or one prepared from a late case (``from``)."""
    ctx.demand_page("apply")
    rules, asked = _procedure(ctx, procedure), request.query_params
    own = ctx.app_state.context.directory.name(ctx.person.department_id)
    begun = begun_with(ctx, rules, asked.get("from", ""), asked.get("resource", ""))
    draft = draft_of(ctx, request.url.path, asked) if not begun else None
    if draft is not None:
        return _application(ctx, procedure, draft.typed, None, draft.held, draft.at)
    return _application(ctx, procedure, ({rules.drafter: own} if own else {}) | begun, None)


@router.post("/apply/{procedure}")
async def apply(procedure: str, request: Request, ctx: CurrentRequest) -> Response:
    """Keeps a draft for each resource and provider, or hands them in: at once, or when the head has approved.

    What was probably asked for already is pointed out first; with a tick it goes on.
    """
    typed, chosen = await upload_of(request, ctx)
    ctx.demand_page("apply")
    app_state, rules = ctx.app_state, _procedure(ctx, procedure)
    files = await files_of(ctx, procedure, typed, chosen) if chosen or HELD in typed else NO_FILES
    if typed.get("submit") == MORE:
        return _application(ctx, procedure, typed, None, await files.keep())

    def opened(transaction: Transaction) -> Application:
        entry = entry_of(typed, app_state.today())
        with all_at_once([*entry.faults, *files.faults]):
            new = replace(_entered(rules, typed, entry), uploads=files.uploads)
            return apply_for(UnitOfWork(transaction, app_state.context, app_state.clock()), ctx.person, new)

    try:
        made = await ctx.write(opened)
    except NegotiationError as error:
        return _application(ctx, procedure, typed, error, await files.keep())
    files.entered()
    return RedirectResponse(_led_to(made, typed), status_code=303)


def _led_to(made: Application, typed: Mapping[str, str]) -> str:
    place = f"/matters/{made.matter}" if made.matter else f"/cases/{made.numbers[0]}"
    said = "proposed" if made.proposed else ENTERED if typed.get("submit") == "submit" else "draft"
    return f"{place}?said={said}"


def _procedure(ctx: RequestContext, key: str) -> Procedure:
    """A procedure that this person may open. Raises NotFound."""
    rules = ctx.app_state.context.rulebook_on(ctx.app_state.today()).procedure(key)
    if not may_open(ctx.person, rules):
        raise NotFound("没有这一页", todo="请从“新申请”进入")
    return rules


def _entered(rules: Procedure, typed: Mapping[str, str], entry: Entry) -> NewApplication:
    """The application as typed. Raises FieldError."""
    further = resources_in(typed, resource_fields(rules)).values()
    return NewApplication(
        rules.key,
        heeded(rules, _of_first(rules, typed), typed),
        entry.on,
        typed.get("submit") == "submit",
        entry.signature,
        resources=[filled for each in further if (filled := {key: text for key, text in each.items() if text.strip()})],
        again=bool(typed.get(AGAIN)),
    )


def _of_first(rules: Procedure, typed: Mapping[str, str]) -> dict[str, str]:
    """The form of the first resource, with what holds for all."""
    return {key: text for key, text in fields_entered(rules, typed).items() if item_of(key) is None}


def _further(
    rules: Procedure, first: EventRule, typed: Mapping[str, str], error: NegotiationError | None
) -> list[tuple[int, list[Input]]]:
    """The inputs of the further resources of a letter, by their numbers: those typed, and one more if asked."""
    own = resource_fields(rules)
    rows = list(resources_in(typed, own))
    if typed.get("submit") == MORE:
        rows.append(max(rows, default=0) + 1)
    asked = [rules.fields[key] for key in own]
    needed = (*rules.parties, *first.required)
    return [
        (n, [input_of(replace(rule, key=f"{rule.key}[{n}]"), rule.key in needed, typed, error) for rule in asked])
        for n in rows[: MOST - 1]
    ]


def _application(
    ctx: RequestContext, procedure: str, typed: Mapping[str, str], error: NegotiationError | None,
    held: HeldFiles | None = None, saved_at: datetime | None = None,
) -> Response:  # fmt: skip
    rules = _procedure(ctx, procedure)
    act = _first_act(ctx, rules, first := first_event(rules))
    facts = ctx.facts(
        rules=rules,
        **advice_shown(ctx, rules, _of_first(rules, typed), typed),
        inputs=inputs_of(rules, first, typed, error, rules.parties),
        further=_further(rules, first, typed, error),
        **_repeated(typed, error),
        departments=department_names(ctx),
        signing=signing_inputs(act, typed, error),
        act=act,
        fixed=rules.drafter if ctx.person.department_id is not None else "",
        **entry_shown(ctx, typed, error),
        limits=in_words(ctx.app_state.settings),
        held=held,
        saved_at=saved_at,
        here="apply",
    )
    return page("apply.html", facts, status=400 if error else 200)


def _repeated(typed: Mapping[str, str], error: NegotiationError | None) -> dict[str, object]:
    """The cases in which the same was asked for already, and whether that is meant."""
    return {"repeated": error.cases if isinstance(error, Repeated) else (), "ticked_again": bool(typed.get(AGAIN))}


def _first_act(ctx: RequestContext, rules: Procedure, first: EventRule) -> OpenAct:
    """Handing in, as this person would do it."""
    role, person = rules.drafter, ctx.person
    to_sign = first.approval and not approvals.signs_for(rules, person, role)
    return OpenAct(first, role, approvals.enters_paper(rules, person, role), to_sign)
