"""Corrections for programs: entries of a case corrected and struck in one act, previewed or written."""

from fastapi import APIRouter, Response

from negotiation.core.errors import FieldError
from negotiation.core.scopes import Scope
from negotiation.domain.entered import EnteredBy
from negotiation.services.cases import corrections
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.cases.corrections import Corrected
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import visible
from negotiation.store.transaction import Transaction
from negotiation.web.api.auth import Called, Caller
from negotiation.web.api.cases import case_answer
from negotiation.web.api.schemas import NewRewriting

router = APIRouter()


@router.post("/cases/{no}/corrections", summary="更正和撤销登记")
async def rewrite(no: str, new: NewRewriting, caller: Called) -> Response:
    """Corrects and strikes entries of the own side (of the office: all), and recounts what follows from them.

    The answer is the case, with what moved (``was``, ``now``) and who had been told otherwise. Who is not the head of
    the side that entered them may preview (``dry_run``), and is refused otherwise.
    """
    caller.demand(Scope.ACT)
    done = await caller.app_state.write(lambda transaction: _rewritten(transaction, caller, no, new))
    return case_answer(caller, no, beside=corrections.as_json(done))


def _rewritten(transaction: Transaction, caller: Caller, no: str, new: NewRewriting) -> Corrected:
    app_state, person = caller.app_state, caller.person
    work = UnitOfWork(transaction, app_state.context, app_state.clock())
    file = visible(transaction, work.context, person, no, work.at)
    if not new.corrections and not new.strikes:
        raise FieldError("没有写明更正或撤销哪一项登记", field="corrections", todo="请写明 corrections 或 strikes")
    right = tuple(Correction(each.seq, each.on, each.fields) for each in new.corrections)
    named = {each.seq for each in right} | set(new.strikes)
    role = corrections.role_of(transaction, file, person, named)
    by = EnteredBy(person.name, person.id, person.side, caller.token)
    changes = Changes(new.reason, by, role, right, tuple(new.strikes), new.version)
    return corrections.rewrite(work, no, changes, signer=person, write=not new.dry_run)
