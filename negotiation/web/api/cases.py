"""Cases for programs: the list, one case, a new application, an act."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.scopes import Scope
from negotiation.domain.fields import RawFields
from negotiation.domain.then import Then, looking_back
from negotiation.services import acts_view, approvals, case_filters, case_list, case_view
from negotiation.services.applications import Application, NewApplication, apply_for
from negotiation.services.case_json import LinesJson
from negotiation.services.case_then_view import case_then
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.as_known import look_back
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import may_open, offers_for, visible
from negotiation.store.case_list.conditions import Wanted
from negotiation.store.case_writer import conflict
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.api.answers import WAITS, json_answer
from negotiation.web.api.auth import Called, Caller, Refused
from negotiation.web.api.list_query import ListAsked, ListQuery
from negotiation.web.api.schemas import NewAct, NewCase

router = APIRouter()

OF_THE_OFFICE: dict[str, Any] = {"tasks": [], "notices": []}  # what the parties are not shown of a case


@router.get("/cases", summary="案件列表")
async def list_cases(caller: Called, asked: ListAsked) -> Response:
    """A page of the cases that the token's person may see; ``cursor`` of the answer leads to the next one.

    A person who sees no case is refused: 403.
    """
    caller.demand(Scope.READ)
    person, app_state = caller.person, caller.app_state
    if person.is_office and not person.sees_all_cases:
        raise Refused(403, "这个账号不看案件", "请换用办公室或部门的账号")
    wanted = case_filters.read_wanted(app_state.context, asked.filters, scope=person.department_id)
    then = looking_back(asked.as_of, asked.known_on, app_state.today())
    return json_answer(await run_in_threadpool(_lines, caller, wanted, asked, then))


def _lines(caller: Caller, wanted: Wanted, asked: ListQuery, then: Then | None) -> LinesJson:
    app_state = caller.app_state
    context, day = app_state.context, app_state.today()
    with app_state.read(temporary=then is not None) as transaction:
        if then is not None:
            work = UnitOfWork(transaction, context, app_state.clock())
            context, day = look_back(work, then, scope=wanted.scope).context, then.day
        return case_list.lines(transaction, context, wanted, day, asked.cursor, asked.limit)


@router.get("/cases/{no}", summary="一个案件")
async def one_case(no: str, caller: Called, as_of: date | None = None, known_on: date | None = None) -> Response:
    """A case as it stands; with ``as_of`` what had happened by the end of that day, as is known now, with ``known_on``
    what had been recorded by then. A day to come, or one before the case began, is refused."""
    caller.demand(Scope.READ)
    then = looking_back(as_of, known_on, caller.app_state.today())
    return case_answer(caller, no) if then is None else _case_then(caller, no, then)


def _case_then(caller: Caller, no: str, then: Then) -> Response:
    app_state = caller.app_state
    with app_state.read(temporary=True) as transaction:
        work = UnitOfWork(transaction, app_state.context, app_state.clock())
        visible(transaction, work.context, caller.person, no, work.at)
        case = case_then(work, no, then).json
    return json_answer(case if caller.person.is_office else {**case, **OF_THE_OFFICE})


def case_answer(
    caller: Caller, no: str, status: int = 200, *, beside: Mapping[str, object] = MappingProxyType({})
) -> Response:
    """A case as it stands now, for its program; ``beside``: what an act came to, besides."""
    app_state = caller.app_state
    with app_state.read() as transaction:
        file = visible(transaction, app_state.context, caller.person, no, app_state.clock())
        acts = acts_view.acts_json(file, *offers_for(transaction, file, caller.person))
        case = {**case_view.case_json(transaction, file, app_state.context, app_state.today()), **acts}
    shown = case if caller.person.is_office else case | OF_THE_OFFICE
    return json_answer({**shown, **beside}, status)


@router.post("/cases", summary="登记申请", status_code=201, responses=WAITS)
async def open_case(new: NewCase, caller: Called) -> Response:
    """A department's program applies for its department; the office's for any. Others are refused.

    ``duplicates`` of the answer, if there are any: the cases in which the same was asked for already.
    """
    caller.demand(Scope.ACT)
    app_state, person = caller.app_state, caller.person
    rules = app_state.context.rulebook_on(new.on or app_state.today()).procedure(new.procedure)
    if not may_open(person, rules):
        raise Refused(403, "这个账号不办理案件", "请换用办公室经办人或部门的账号")

    def opened(transaction: Transaction) -> Application:
        own = app_state.context.directory.name(person.department_id)
        fields: RawFields = {rules.drafter: own, **new.fields} if own else dict(new.fields)
        on = new.on or app_state.today()
        wanted = NewApplication(
            new.procedure, fields, on, new.submit, new.signature,
            token=caller.token, resources=new.resources, again=True,
        )  # fmt: skip
        return apply_for(UnitOfWork(transaction, app_state.context, app_state.clock()), person, wanted)

    return _opened(caller, await app_state.write(opened))


def _opened(caller: Caller, made: Application) -> Response:
    """The case that was opened, or the matter with its cases."""
    status = 202 if made.proposed else 201
    known = {"duplicates": [each.as_json() for each in made.duplicates]} if made.duplicates else {}
    if made.matter:
        return json_answer({"matter": made.matter, "cases": list(made.numbers), **known}, status)
    return case_answer(caller, made.numbers[0], status, beside=known)


@router.post("/cases/{no}/acts/{event}", summary="办理", responses=WAITS)
async def act(no: str, event: str, new: NewAct, caller: Called) -> Response:
    """One act in a role that the token's person has in the case; 202 if it waits for the head's approval.

    Another role, or a version that is no longer the case's, is refused.
    """
    caller.demand(Scope.ACT)
    proposed = await caller.app_state.write(lambda transaction: _enter(transaction, caller, no, event, new))
    return case_answer(caller, no, 202 if proposed else 200)


def _enter(transaction: Transaction, caller: Caller, no: str, event: str, new: NewAct) -> ProposalRow | None:
    app_state, person = caller.app_state, caller.person
    file = visible(transaction, app_state.context, person, no, app_state.clock())
    if new.version not in (None, file.version):
        raise conflict(no)
    on = new.on or app_state.today()
    request = ActRequest(event, role=new.by, actor=person.name, on=on, fields=new.fields, token=caller.token)
    return approvals.enter(transaction, file, person, request, signature=new.signature)
