"""Acts as forms made from the rulebook's fields: POST, then back to the case. A new procedure needs no new page."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from negotiation import casework, forms, views
from negotiation.casework import CaseFile
from negotiation.errors import DateFault, FieldFault, NegotiationError, NotFound, OutOfPlace
from negotiation.rulebook import EventRule, FieldRule, Procedure
from negotiation.store import queries
from negotiation.store.database import Transaction
from negotiation.vocabulary import CLOCK, PARTY_ROLES
from negotiation.web.applying import apply_for
from negotiation.web.cases import OpenAct, acts_open
from negotiation.web.render import page
from negotiation.web.rights import first_event, visible
from negotiation.web.visit import Visit, form_of, visit_of

router = APIRouter()
DAY, TICK, VERSION = "on", "reviewed", "version"
# 国家秘密 and what else must not be entered here (DOMAIN of a system that is not for classified matter).
SECRETS = ("秘密★", "机密★", "绝密★", "内部资料")


class Input(NamedTuple):
    """A field of a form: what it is called, how it is asked, what was typed, what is wrong with it."""

    key: str
    title: str
    kind: str
    choices: Mapping[str, str]
    required: bool
    value: str
    error: str


# ------------------------------------------------------------------------------------------------------------- an act


@router.get("/cases/{no}/acts/{event}")
async def act_form(no: str, event: str, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    with visit.house.looking() as transaction:
        file = visible(transaction, visit.house, visit.person, no)
    return _form(visit, file, _open(file, visit, event), {}, None)


@router.post("/cases/{no}/acts/{event}")
async def act(no: str, event: str, request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """Does it and leads back to the case; or gives the form back, with what was typed and what is wrong."""
    typed = await form_of(request, visit)
    house, at = visit.house, visit.house.clock()

    def done(transaction: Transaction) -> CaseFile:
        file = visible(transaction, visit.house, visit.person, no)
        role = _open(file, visit, event).role
        _demand_seen(file, typed, visit)
        _demand_clean(typed)
        return casework.act(
            transaction, house.practice, no, event,
            role=role, actor=visit.person.name, on=_day(typed, visit), at=at, raw=_raw(file.procedure, typed),
        )  # fmt: skip

    try:
        await house.write(done)
    except NotFound:
        raise
    except NegotiationError as error:
        with house.looking() as transaction:
            file = visible(transaction, visit.house, visit.person, no)
        return _form(visit, file, _open_or_gone(file, visit, event), typed, error)
    return RedirectResponse(f"/cases/{no}", status_code=303)


def _open(file: CaseFile, visit: Visit, event: str) -> OpenAct:
    """The act, if this person may do it now."""
    for each in acts_open(file, visit):
        if each.event.key == event:
            return each
    if event not in file.procedure.events:
        raise NotFound("没有这一页", todo="请从案件页进入")
    state, title = file.procedure.states[file.row["state"]].title, file.procedure.events[event].title
    raise OutOfPlace(f"案件现为“{state}”，您不能办理“{title}”", where=f"案件 {file.row['no']}", todo="请返回案件页查看")


def _open_or_gone(file: CaseFile, visit: Visit, event: str) -> OpenAct:
    """The act even where it is no longer possible: what was typed is given back all the same."""
    try:
        return _open(file, visit, event)
    except OutOfPlace:
        return OpenAct(file.procedure.events[event], "")


class Stale(NegotiationError):
    """Somebody else acted while the form was being filled in."""


def _demand_seen(file: CaseFile, typed: Mapping[str, str], visit: Visit) -> None:
    """What the clock did meanwhile does not matter to a form; what a person did, its author must see first."""
    if _meanwhile(file, typed, visit):
        raise Stale("您填写期间，案件有了新的办理（见下）；所填内容均已保留", todo="请看过后再决定是否提交")


def _meanwhile(file: CaseFile, typed: Mapping[str, str], visit: Visit) -> list[dict[str, Any]]:
    """What people did on a case after the version that the form was made for."""
    seen = int(typed[VERSION]) if typed.get(VERSION, "").isdigit() else file.row["version"]
    if seen >= file.row["version"]:
        return []
    with visit.house.database.reading() as connection:
        events = queries.events_of(connection, file.row["id"])
    terms = file.standing.terms
    return [
        {"title": views.event_title(file.procedure, each, terms), "actor": each.actor, "on": each.happened_on}
        for each in events
        if each.seq > seen and each.role != CLOCK
    ]


def _demand_clean(typed: Mapping[str, str]) -> None:
    """The tick of the secrecy review, and no text that says of itself that it does not belong here."""
    for key, text in typed.items():
        for mark in SECRETS:
            if mark in text:
                raise FieldFault(
                    f"所填内容含有“{mark}”字样，不得录入本系统",
                    field=key,
                    todo="请线下办理，并在系统中只登记编号、单位和日期",
                )
    if not typed.get(TICK):
        raise FieldFault("须确认已进行保密审查", field=TICK, todo="请勾选保密审查的确认")


def _day(typed: Mapping[str, str], visit: Visit) -> date:
    try:
        return forms.read_date(typed.get(DAY, "")) or visit.house.today()
    except ValueError as error:
        raise FieldFault(str(error), field=DAY) from None


def _raw(procedure: Procedure, typed: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in typed.items() if key in procedure.fields and text.strip()}


def _form(
    visit: Visit, file: CaseFile, act: OpenAct, typed: Mapping[str, str], error: NegotiationError | None
) -> Response:
    facts = visit.facts(
        case={"no": file.row["no"], "subject": file.row["subject"], "version": file.row["version"]},
        act=act,
        basis=_basis(file, act.event),
        inputs=_inputs(file.procedure, act.event.required, act.event.optional, typed, error),
        items=_items(file, act.event, visit),
        chosen=(typed.get(file.procedure.agreed_items) or "").split("、"),
        items_field=file.procedure.agreed_items,
        on=typed.get(DAY) or visit.house.today().isoformat(),
        on_error=error.what if error and (isinstance(error, DateFault) or _field_of(error) == DAY) else "",
        ticked=bool(typed.get(TICK)),
        error=error,
        meanwhile=_meanwhile(file, typed, visit) if isinstance(error, Stale) else [],
        here="desk",
    )
    return page("act.html", facts, status=200 if error is None else 409 if isinstance(error, Stale) else 400)


def _basis(file: CaseFile, event: EventRule) -> str:
    row = file.procedure.table.get((file.row["state"], event.key))
    return file.rulebook.cited(row.basis) if row else ""


def _items(file: CaseFile, event: EventRule, visit: Visit) -> list[str]:
    """The data items of the application, where the act answers them one by one."""
    if file.procedure.agreed_items not in event.fields:
        return []
    with visit.house.database.reading() as connection:
        return [name for name, _ in queries.items_of(connection, file.row["id"])]


def _inputs(
    procedure: Procedure,
    required: tuple[str, ...],
    optional: tuple[str, ...],
    typed: Mapping[str, str],
    error: NegotiationError | None,
) -> list[Input]:
    keys = [key for key in (*required, *optional) if key != procedure.agreed_items]
    return [_input(procedure.fields[key], key in required, typed, error) for key in keys]


def _input(rule: FieldRule, required: bool, typed: Mapping[str, str], error: NegotiationError | None) -> Input:
    wrong = error.what if error is not None and _field_of(error) == rule.key else ""
    return Input(rule.key, rule.title, rule.kind, rule.choices, required, typed.get(rule.key, ""), wrong)


def _field_of(error: NegotiationError | None) -> str:
    return error.field if isinstance(error, FieldFault) else ""


# ------------------------------------------------------------------------------------------------- a new application


@router.get("/apply/{procedure}")
async def application_form(procedure: str, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    visit.demand_page("apply")
    own = visit.house.practice.directory.name(visit.person.department_id)
    return _application(visit, procedure, {"applicant": own} if own else {}, None)


@router.post("/apply/{procedure}")
async def apply(procedure: str, request: Request, visit: Visit = Depends(visit_of)) -> Response:  # noqa: B008
    """Keeps a draft, or hands the application in at once."""
    typed = await form_of(request, visit)
    visit.demand_page("apply")
    house, submit = visit.house, typed.get("submit") == "submit"

    def opened(transaction: Transaction) -> str:
        _demand_clean(typed)
        raw = _raw(_procedure(visit, procedure), typed)
        return apply_for(transaction, house, visit.person, procedure, raw, _day(typed, visit), submit=submit)

    try:
        no = await house.write(opened)
    except NegotiationError as error:
        return _application(visit, procedure, typed, error)
    return RedirectResponse(f"/cases/{no}", status_code=303)


def _procedure(visit: Visit, key: str) -> Procedure:
    return visit.house.practice.rulebook.procedure(key)


def _application(visit: Visit, procedure: str, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    rules = _procedure(visit, procedure)
    first = first_event(rules)
    inputs = _inputs(rules, (*PARTY_ROLES, *first.required), first.optional, typed, error)
    facts = visit.facts(
        rules=rules,
        inputs=inputs,
        departments=[unit.name for unit in visit.house.practice.directory.in_order()],
        fixed="applicant" if visit.person.department_id is not None else "",
        on=typed.get(DAY) or visit.house.today().isoformat(),
        ticked=bool(typed.get(TICK)),
        error=error,
        here="apply",
    )
    return page("apply.html", facts, status=400 if error else 200)
