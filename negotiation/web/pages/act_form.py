"""Acts as forms made from the rulebook's fields: POST, then back to the case. A new procedure needs no new page."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import ATTACHED, CLOCK
from negotiation.core.errors import InvalidTransition, NegotiationError, NotFound, all_at_once
from negotiation.domain import catalogue, forms
from negotiation.domain.rulebook import MEETING, EventRule, basis_of
from negotiation.services import approvals, event_view
from negotiation.services.applications import kept
from negotiation.services.cases import relations
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.own_figures import counted_now
from negotiation.services.event_laws import laws_of
from negotiation.services.permissions import OpenAct, act_open, role_for, visible
from negotiation.store import case_reader, event_lines
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.held_files import HeldFiles
from negotiation.web.limits import in_words
from negotiation.web.pages.drafts import draft_of
from negotiation.web.pages.form_files import HELD, NO_FILES, FormFiles, files_of
from negotiation.web.pages.inputs import (
    ROLE,
    VERSION,
    department_names,
    entry_of,
    entry_shown,
    fault_in,
    fields_entered,
    inputs_of,
    signing_inputs,
)
from negotiation.web.pages.item_choices import fields_apart, item_table
from negotiation.web.pages.meeting_field import filled, meeting_choices
from negotiation.web.pages.reply_form import ANSWER, reply_entered, reply_form
from negotiation.web.pages.returned import RETURNED, carried, returned_shown, typed_again, with_carried
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.said import ENTERED
from negotiation.web.templating import page

router = APIRouter()


@router.get("/cases/{no}/acts/{event}")
async def act_form(no: str, event: str, request: Request, ctx: CurrentRequest) -> Response:
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        try:
            act = act_open(transaction, file, ctx.person, event, request.query_params.get(ROLE, ""))
        except InvalidTransition as error:
            return _not_now(ctx, file, event, error)
        asked = request.query_params
        typed = typed_again(transaction, file, ctx.person, asked)
        if asked.get(MEETING):
            typed |= filled(transaction, file, act.event, asked[MEETING])
    draft = draft_of(ctx, request.url.path, asked) if MEETING not in asked else None
    if draft is not None:
        return _form(ctx, file, act, draft.typed, None, draft.held, draft.at)
    return _form(ctx, file, act, typed, None)


def _not_now(ctx: RequestContext, file: CaseFile, event: str, error: NegotiationError) -> Response:
    """The reason why an act cannot be done, in place of a form that would be filled in for nothing."""
    facts = ctx.facts(
        case={"no": file.no, "subject": file.subject},
        title=file.procedure.events[event].title,
        error=error,
        here="cases",
    )
    return page("not_now.html", facts, status=400)


@router.post("/cases/{no}/acts/{event}")
async def act(no: str, event: str, request: Request, ctx: CurrentRequest) -> Response:
    """Does it, or proposes it to the head, and leads back to the case; or gives the form back, with what was typed.

    Raises NotFound for a case or an act that is not there for this person.
    """
    typed, chosen = await upload_of(request, ctx)
    files = await files_of(ctx, no, typed, chosen) if chosen or HELD in typed else NO_FILES
    try:
        proposed = await ctx.write(lambda transaction: _enter(transaction, ctx, no, event, typed, files))
    except NotFound:
        raise
    except NegotiationError as error:
        return _again(ctx, no, event, typed, error, await files.keep())
    files.entered()
    return RedirectResponse(f"/cases/{no}?said={'proposed' if proposed else ENTERED}", status_code=303)


def _enter(
    transaction: Transaction, ctx: RequestContext, no: str, event: str, typed: Mapping[str, str], files: FormFiles
) -> ProposalRow | None:
    """Enters the act of the form; the proposal, if it waits for the head."""
    file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
    _demand_seen(transaction, file, typed)
    entry = entry_of(typed, ctx.app_state.today())
    faults, fields = [*entry.faults, *files.faults], fields_entered(file.procedure, typed)
    with all_at_once(faults):
        if any(key.startswith(f"{ANSWER}[") for key in typed):
            event, fields, unanswered = reply_entered(file, event, typed)
            faults += unanswered
        extra = kept(transaction, file, files.uploads, ctx.person)
        if RETURNED in typed:
            extra = with_carried(extra, ATTACHED, carried(transaction, file, ctx.person, typed))
        act = ActRequest(
            event,
            role=typed.get(ROLE) or role_for(file, ctx.person, event),
            actor=ctx.person.name,
            on=entry.on,
            fields=fields,
            extra=extra,
        )
        proposed = approvals.enter(transaction, file, ctx.person, act, signature=entry.signature)
    return proposed  # noqa: RET504 - before it, what is wrong with the form is raised


def _again(
    ctx: RequestContext, no: str, event: str, typed: Mapping[str, str], error: NegotiationError, held: HeldFiles | None
) -> Response:
    """The form with the error and all that was typed, even where the act is no longer possible."""
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        try:
            act = act_open(transaction, file, ctx.person, event, typed.get(ROLE, ""))
        except InvalidTransition as reason:  # it tells more than what is wrong with a field
            act, error = OpenAct(file.procedure.events[event], "", paper=False, to_sign=False), reason
    return _form(ctx, file, act, typed, error, held)


class Stale(NegotiationError):
    """Somebody else acted while the form was being filled in."""


def _demand_seen(transaction: Transaction, file: CaseFile, typed: Mapping[str, str]) -> None:
    """Raises Stale if a person acted since the form was made; what the clock did does not matter to it."""
    if case_reader.acted_since(transaction, file.case, _seen(file, typed)):
        raise Stale("您填写期间，案件有了新的办理（见下）；所填内容均已保留", todo="请看过后再决定是否提交")


def _seen(file: CaseFile, typed: Mapping[str, str]) -> int:
    """The version that the form was made for."""
    seen, version = forms.read_number(typed.get(VERSION, "")), int(file.version)
    return version if seen is None else seen


def _meanwhile(file: CaseFile, typed: Mapping[str, str], ctx: RequestContext) -> list[dict[str, object]]:
    """The acts of people on a case after the version that the form was made for."""
    with ctx.app_state.database.read() as transaction:
        events = event_lines.events_of(transaction, file.case_id)
        laws = laws_of(transaction, file, events)
    return [
        {
            "title": event_view.event_title(laws.rules_of(each.seq), each, file.case_state.terms),
            "actor": each.actor,
            "on": each.happened_on,
        }
        for each in events
        if each.seq > _seen(file, typed) and each.role != CLOCK
    ]


def _form(
    ctx: RequestContext,
    file: CaseFile, act: OpenAct, typed: Mapping[str, str], error: NegotiationError | None,
    held: HeldFiles | None = None, saved_at: datetime | None = None,
) -> Response:  # fmt: skip
    row = file.procedure.table.get((file.state, act.event.key))
    own = _own_figures(ctx, file, act)
    typed = {**{key: str(number) for key, number in own.items()}, **typed}
    reply = reply_form(file, row, typed, error)
    asked = reply.event if reply else act.event
    inputs = inputs_of(file.procedure, asked, typed, error, apart=fields_apart(row))
    facts = ctx.facts(
        **_about(ctx, file, act, own),
        inputs=[each._replace(choices=meeting_choices(ctx, file)) if each.kind == MEETING else each for each in inputs],
        signing=signing_inputs(act, typed, error),
        items=None if reply else item_table(file, row, typed),
        reply=reply,
        **entry_shown(ctx, typed, error),
        reply_error=fault_in(error, ANSWER),
        held=held,
        returned=returned_shown(ctx, file, typed),
        saved_at=saved_at,
        meanwhile=_meanwhile(file, typed, ctx) if isinstance(error, Stale) else [],
    )
    return page("act.html", facts, status=200 if error is None else 409 if isinstance(error, Stale) else 400)


def _own_figures(ctx: RequestContext, file: CaseFile, act: OpenAct) -> Mapping[str, int]:
    """The unit's own figures of today, for an act that hands them in."""
    with ctx.app_state.read() as transaction:
        return counted_now(transaction, file, act.event.key, ctx.app_state.today())


def _about(ctx: RequestContext, file: CaseFile, act: OpenAct, own: Mapping[str, int]) -> dict[str, object]:
    """The facts of the act's form that do not depend on what was typed."""
    return {
        "here": "cases",
        "case": {"no": file.no, "subject": file.subject, "version": file.version},
        "act": act,
        "role": file.role_title(act.role) if act.role else "",
        "basis": _basis(file, act.event),
        "departments": department_names(ctx),
        "limits": in_words(ctx.app_state.settings),
        "cautions": _cautions(ctx, file, act.event),
        "own": [(file.procedure.fields[key].title, number) for key, number in own.items()],
    }


def _basis(file: CaseFile, event: EventRule) -> str:
    row = file.procedure.table.get((file.state, event.key))
    return file.rulebook.cited(basis_of(row, file.procedure.fields, file.case_state.flags)) if row else ""


def _cautions(ctx: RequestContext, file: CaseFile, event: EventRule) -> list[tuple[str, str]]:
    """Points in which this act would not agree with the resource's class, with their basis: shown, never refused."""
    with ctx.app_state.read() as transaction:
        classed = relations.classed(transaction, file)
    found = catalogue.cautions(file.procedure, classed, event.key) if classed is not None else []
    return [(text, file.rulebook.cited(basis)) for text, basis in found]
