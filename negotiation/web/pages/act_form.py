"""Acts as forms made from the rulebook's fields: POST, then back to the case. A new procedure needs no new page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import CLOCK, SIGNED_BY, SIGNED_ON
from negotiation.core.errors import DateError, FieldError, InvalidTransition, NegotiationError, NotFound
from negotiation.domain import catalogue, forms
from negotiation.domain.attachments.upload import Upload, read_upload
from negotiation.domain.rulebook import MEETING, EventRule, FieldRule, Procedure
from negotiation.services import approvals, case_view
from negotiation.services.applications import Application, NewApplication, apply_for, kept
from negotiation.services.approvals import Signature
from negotiation.services.cases import relations
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import OpenAct, act_open, first_event, may_open, visible
from negotiation.store import case_queries, case_reader
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.form_data import Files
from negotiation.web.limits import in_words
from negotiation.web.pages.case_relations import advice_shown, begun_with, heeded
from negotiation.web.pages.meeting_field import filled, held
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.templating import page

router = APIRouter()
DAY, TICK, VERSION, ROLE, FILES = "on", "reviewed", "version", "as", "files"
STILL, FROM, ABOUT = (
    "still",
    "from",
    "resource",
)  # of an application: 仍要申请; the late case, the resource it begins with


class Input(NamedTuple):
    """A field of a form: what it is called, how it is asked, what was typed, what is wrong with it.

    ``one_of``: what is said of a field of which, or of the others with it, at least one is to be filled.
    """

    key: str
    title: str
    kind: str
    choices: Mapping[str, str]
    required: bool
    value: str
    error: str
    one_of: str = ""


# ------------------------------------------------------------------------------------------------------------- an act


@router.get("/cases/{no}/acts/{event}")
async def act_form(no: str, event: str, request: Request, ctx: CurrentRequest) -> Response:
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        try:
            act = act_open(transaction, file, ctx.person, event, request.query_params.get(ROLE, ""))
        except InvalidTransition as error:
            return _not_now(ctx, file, event, error)
        meeting = request.query_params.get(MEETING, "")
        typed = filled(transaction, file, act.event, meeting) if meeting else {}
    return _form(ctx, file, act, typed, None)


def _not_now(ctx: RequestContext, file: CaseFile, event: str, error: NegotiationError) -> Response:
    """Why an act cannot be done, in place of a form that would be filled in for nothing."""
    facts = ctx.facts(
        case={"no": file.row["no"], "subject": file.row["subject"]},
        title=file.procedure.events[event].title,
        error=error,
        here="desk",
    )
    return page("not_now.html", facts, status=400)


@router.post("/cases/{no}/acts/{event}")
async def act(no: str, event: str, request: Request, ctx: CurrentRequest) -> Response:
    """Does it, or proposes it to the head, and leads back to the case; or gives the form back, with what was typed."""
    typed, chosen = await upload_of(request, ctx)

    def done(transaction: Transaction) -> ProposalRow | None:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        role = act_open(transaction, file, ctx.person, event, typed.get(ROLE, "")).role
        _demand_seen(transaction, file, typed)
        demand_reviewed(typed)
        return approvals.enter(
            transaction,
            file,
            ctx.person,
            ActRequest(
                event,
                role=role,
                actor=ctx.person.name,
                on=_day(typed, ctx),
                fields=_raw(file.procedure, typed),
                extra=kept(transaction, file, uploads, ctx.person),
            ),
            signature=_signature(typed),
        )

    try:
        uploads = await _uploads(chosen, ctx)
        proposed = await ctx.write(done)
    except NotFound:
        raise
    except NegotiationError as error:
        return _again(ctx, no, event, typed, error)
    return RedirectResponse(f"/cases/{no}?said=proposed" if proposed else f"/cases/{no}", status_code=303)


def _again(ctx: RequestContext, no: str, event: str, typed: Mapping[str, str], error: NegotiationError) -> Response:
    """The form with the error and all that was typed, even where the act is no longer possible."""
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        try:
            act = act_open(transaction, file, ctx.person, event, typed.get(ROLE, ""))
        except InvalidTransition:
            act = OpenAct(file.procedure.events[event], "", paper=False, to_sign=False)
    return _form(ctx, file, act, typed, error)


async def _uploads(chosen: Files, ctx: RequestContext) -> list[Upload]:
    """The files that were chosen, looked into away from the loop. Raises FieldError for one that cannot be kept."""
    if not chosen:
        return []
    most = ctx.app_state.settings.attachment_megabytes
    return await run_in_threadpool(lambda: [read_upload(name, content, megabytes=most) for name, content in chosen])


class Stale(NegotiationError):
    """Somebody else acted while the form was being filled in."""


def _demand_seen(transaction: Transaction, file: CaseFile, typed: Mapping[str, str]) -> None:
    """What the clock did meanwhile does not matter to a form; what a person did, its author must see first."""
    if case_reader.acted_since(transaction, file.row, _seen(file, typed)):
        raise Stale("您填写期间，案件有了新的办理（见下）；所填内容均已保留", todo="请看过后再决定是否提交")


def _seen(file: CaseFile, typed: Mapping[str, str]) -> int:
    """The version that the form was made for."""
    seen, version = forms.read_number(typed.get(VERSION, "")), int(file.row["version"])
    return version if seen is None else seen


def _meanwhile(file: CaseFile, typed: Mapping[str, str], ctx: RequestContext) -> list[dict[str, Any]]:
    """What people did on a case after the version that the form was made for."""
    with ctx.app_state.database.read() as transaction:
        events = case_queries.events_of(transaction, file.row["id"])
    return [
        {
            "title": case_view.event_title(file.procedure, each, file.case_state.terms),
            "actor": each.actor,
            "on": each.happened_on,
        }
        for each in events
        if each.seq > _seen(file, typed) and each.role != CLOCK
    ]


def demand_reviewed(typed: Mapping[str, str]) -> None:
    """The tick of the secrecy review stands at every form."""
    for key, text in typed.items():
        forms.demand_clean(text, key)
    if not typed.get(TICK):
        raise FieldError("须确认已进行保密审查", field=TICK, todo="请勾选保密审查的确认")


def _day(typed: Mapping[str, str], ctx: RequestContext) -> date:
    return _read_day(typed, DAY) or ctx.app_state.today()


def _read_day(typed: Mapping[str, str], key: str) -> date | None:
    try:
        return forms.read_date(typed.get(key, ""))
    except ValueError as error:
        raise FieldError(str(error), field=key, todo="请改正后重试") from None


def _signature(typed: Mapping[str, str]) -> Signature | None:
    """Who signed the paper, and when: both or neither."""
    by, on = typed.get(SIGNED_BY, "").strip(), _read_day(typed, SIGNED_ON)
    if by and on is None:
        raise FieldError("填写了签批人，还须填写签批日期", field=SIGNED_ON, todo="请照文件填写签批日期")
    if on is not None and not by:
        raise FieldError("填写了签批日期，还须填写签批人", field=SIGNED_BY, todo="请照文件填写签批人")
    return Signature(by, on) if on is not None else None


def _raw(procedure: Procedure, typed: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in typed.items() if key in procedure.fields and text.strip()}


def _form(
    ctx: RequestContext, file: CaseFile, act: OpenAct, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    inputs = _inputs(file.procedure, act.event, typed, error)
    facts = ctx.facts(
        case={"no": file.row["no"], "subject": file.row["subject"], "version": file.row["version"]},
        act=act,
        role=file.rulebook.role_title(act.role) if act.role else "",
        basis=_basis(file, act.event),
        inputs=[each._replace(choices=held(ctx, file)) if each.kind == MEETING else each for each in inputs],
        departments=_departments(ctx),
        signing=_signing(act, typed, error),
        items=_items(file, act.event, ctx),
        chosen=(typed.get(file.procedure.agreed_items) or "").split("、"),
        items_field=file.procedure.agreed_items,
        on=typed.get(DAY) or ctx.app_state.today().isoformat(),
        on_error=error.what if error and (isinstance(error, DateError) or _field_of(error) == DAY) else "",
        ticked=bool(typed.get(TICK)),
        limits=in_words(ctx.app_state.settings),
        files_error=_wrong(error, FILES),
        error=error,
        cautions=_cautions(ctx, file, act.event),
        meanwhile=_meanwhile(file, typed, ctx) if isinstance(error, Stale) else [],
        here="desk",
    )
    return page("act.html", facts, status=200 if error is None else 409 if isinstance(error, Stale) else 400)


def _signing(act: OpenAct, typed: Mapping[str, str], error: NegotiationError | None) -> list[Input]:
    """On paper, the signer and the date are entered; nothing is asked where nothing needs a signature."""
    if not act.to_sign:
        return []
    kinds = ((SIGNED_BY, "签批人", "line"), (SIGNED_ON, "签批日期", "date"))
    return [
        Input(key, title, kind, {}, act.paper, typed.get(key, ""), _wrong(error, key)) for key, title, kind in kinds
    ]


def _basis(file: CaseFile, event: EventRule) -> str:
    row = file.procedure.table.get((file.row["state"], event.key))
    return file.rulebook.cited(row.basis) if row else ""


def _items(file: CaseFile, event: EventRule, ctx: RequestContext) -> list[str]:
    """The data items of the application, where the act answers them one by one."""
    if file.procedure.agreed_items not in event.fields:
        return []
    with ctx.app_state.database.read() as transaction:
        return [name for name, _ in case_queries.items_of(transaction, file.row["id"])]


def _cautions(ctx: RequestContext, file: CaseFile, event: EventRule) -> list[tuple[str, str]]:
    """In which way this act would not agree with the catalogue: said before it is sent, and no reason to refuse it."""
    with ctx.app_state.read() as transaction:
        resource = relations.ruling(transaction, file)
    found = catalogue.cautions(file.procedure, resource, event.key) if resource is not None else []
    return [(text, file.rulebook.cited(basis)) for text, basis in found]


def _departments(ctx: RequestContext) -> list[str]:
    return [unit.name for unit in ctx.app_state.context.directory.active()]


def _inputs(
    procedure: Procedure,
    event: EventRule,
    typed: Mapping[str, str],
    error: NegotiationError | None,
    parties: Sequence[str] = (),
) -> list[Input]:
    """The fields that an event asks for, after the ``parties`` of a new application."""
    required = (*parties, *event.required)
    keys = [key for key in (*required, *event.optional) if key != procedure.agreed_items]
    found = [_input(procedure.fields[key], key in required, typed, error) for key in keys]
    return [each._replace(one_of=_one_of(procedure, event, each.key)) for each in found]


def _one_of(procedure: Procedure, event: EventRule, key: str) -> str:
    """That of a field and others of its event at least one has to be filled; "" if that does not hold of it."""
    others = "、".join(procedure.fields[each].title for each in event.one_of if each != key)
    return f"与“{others}”至少填一项" if key in event.one_of else ""


def _input(rule: FieldRule, required: bool, typed: Mapping[str, str], error: NegotiationError | None) -> Input:
    return Input(
        rule.key, rule.title, rule.kind, rule.choices, required, typed.get(rule.key, ""), _wrong(error, rule.key)
    )


def _wrong(error: NegotiationError | None, key: str) -> str:
    return error.what if error is not None and _field_of(error) == key else ""


def _field_of(error: NegotiationError | None) -> str:
    return error.field if isinstance(error, FieldError) else ""


# ------------------------------------------------------------------------------------------------- a new application


@router.get("/apply/{procedure}")
async def application_form(procedure: str, request: Request, ctx: CurrentRequest) -> Response:
    """A blank form; or one about a resource (``resource``), or one prepared from a late case (``from``)."""
    ctx.demand_page("apply")
    rules, asked = _procedure(ctx, procedure), request.query_params
    own = ctx.app_state.context.directory.name(ctx.person.department_id)
    begun = begun_with(ctx, rules, asked.get("from", ""), asked.get("resource", ""))
    return _application(ctx, procedure, ({rules.drafter: own} if own else {}) | begun, None)


@router.post("/apply/{procedure}")
async def apply(procedure: str, request: Request, ctx: CurrentRequest) -> Response:
    """Keeps a draft for each provider, or hands them in: at once, or when the head has approved."""
    typed, chosen = await upload_of(request, ctx)
    ctx.demand_page("apply")
    app_state, rules = ctx.app_state, _procedure(ctx, procedure)

    def opened(transaction: Transaction) -> Application:
        demand_reviewed(typed)
        fields, submit = heeded(rules, _raw(rules, typed), typed), typed.get("submit") == "submit"
        new = NewApplication(procedure, fields, _day(typed, ctx), submit, _signature(typed), uploads)
        return apply_for(UnitOfWork(transaction, app_state.context, app_state.clock()), ctx.person, new)

    try:
        uploads = await _uploads(chosen, ctx)
        made = await ctx.write(opened)
    except NegotiationError as error:
        return _application(ctx, procedure, typed, error)
    place = f"/matters/{made.matter}" if made.matter else f"/cases/{made.numbers[0]}"
    return RedirectResponse(f"{place}?said=proposed" if made.proposed else place, status_code=303)


def _procedure(ctx: RequestContext, key: str) -> Procedure:
    """A procedure that this person may open. Raises NotFound."""
    rules = ctx.app_state.context.rulebook_on(ctx.app_state.today()).procedure(key)
    if not may_open(ctx.person, rules):
        raise NotFound("没有这一页", todo="请从“新申请”进入")
    return rules


def _application(
    ctx: RequestContext, procedure: str, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    rules = _procedure(ctx, procedure)
    first = first_event(rules)
    act = _first_act(ctx, rules, first)
    facts = ctx.facts(
        rules=rules,
        **advice_shown(ctx, rules, _raw(rules, typed), typed),
        inputs=_inputs(rules, first, typed, error, rules.parties),
        departments=_departments(ctx),
        signing=_signing(act, typed, error),
        act=act,
        fixed=rules.drafter if ctx.person.department_id is not None else "",
        on=typed.get(DAY) or ctx.app_state.today().isoformat(),
        on_error=error.what if error and (isinstance(error, DateError) or _field_of(error) == DAY) else "",
        ticked=bool(typed.get(TICK)),
        limits=in_words(ctx.app_state.settings),
        files_error=_wrong(error, FILES),
        error=error,
        here="apply",
    )
    return page("apply.html", facts, status=400 if error else 200)


def _first_act(ctx: RequestContext, rules: Procedure, first: EventRule) -> OpenAct:
    """Handing in, as this person would do it."""
    role, person = rules.drafter, ctx.person
    to_sign = first.approval and not approvals.signs_for(person, role)
    return OpenAct(first, role, approvals.enters_paper(person, role), to_sign)
