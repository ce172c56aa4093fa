"""更正登记 and 撤销登记: an entry of a case corrected or struck, shown before it is done with all that it moves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import CLOCK, OFFICE, OFFICE_ID
from negotiation.core.errors import FieldError, NegotiationError, NotFound
from negotiation.domain import forms
from negotiation.domain.entered import EnteredBy
from negotiation.domain.machine.entries import Entry
from negotiation.domain.people import Person
from negotiation.services.case_json import EventJson
from negotiation.services.cases import corrections
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.changes import Changes, Correction
from negotiation.services.cases.corrections import Corrected
from negotiation.services.context import UnitOfWork
from negotiation.services.entered_view import in_words
from negotiation.services.permissions import visible
from negotiation.services.rewriting_view import Preview, preview_of
from negotiation.store.transaction import Transaction
from negotiation.web.pages.inputs import DAY, VERSION, demand_reviewed, department_names, inputs_of, read_day
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.templating import page

router = APIRouter()

REASON, STRIKE, BESIDES, DO = "reason_of_correction", "strike", "besides", "do"


class Shown(NamedTuple):
    """An entry of the history, as the form names it."""

    seq: int
    title: str
    on: date


def correctable(file: CaseFile, person: Person, events: Sequence[EventJson]) -> set[int]:
    """The numbers of the entries that this person's side may have corrected: its own, and for the office all."""
    if not person.may_act_for(file.case_state.parties):
        return set()
    entered = [each for each in events if each["role"] != CLOCK and not each["struck"]]
    known = [each for each in entered if each["event"] in file.procedure.events]
    return {each["seq"] for each in known if person.side in (OFFICE_ID, each["side"])}


@router.get("/cases/{no}/corrections/{seq}")
async def correction_form(no: str, seq: int, ctx: CurrentRequest) -> Response:
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        entries = corrections.open_to(transaction, file, ctx.person)
    entry = _entry(entries, seq)
    return _form(ctx, file, entry, entries, _as_typed(file, entry), None, None)


@router.post("/cases/{no}/corrections/{seq}")
async def correct(no: str, seq: int, request: Request, ctx: CurrentRequest) -> Response:
    """Shows what a correction would move, or does it; whoever may not sign it is told who may. Raises NotFound."""
    typed, _ = await upload_of(request, ctx)
    done: Corrected | None = None
    error: NegotiationError | None = None
    try:
        demand_reviewed(typed)
        write = typed.get(DO) == "enter"
        done = await ctx.write(lambda transaction: _rewrite(transaction, ctx, no, seq, typed, write=write))
        if write:
            return RedirectResponse(f"/cases/{no}", status_code=303)
    except NotFound:
        raise
    except NegotiationError as refused:
        error = refused
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        entries = corrections.open_to(transaction, file, ctx.person)
    return _form(ctx, file, _entry(entries, seq), entries, typed, preview_of(done) if done else None, error)


def _rewrite(
    transaction: Transaction, ctx: RequestContext, no: str, seq: int, typed: Mapping[str, str], *, write: bool
) -> Corrected:
    at = ctx.app_state.clock()
    file = visible(transaction, ctx.app_state.context, ctx.person, no, at)
    entry = _entry(corrections.open_to(transaction, file, ctx.person), seq)
    changes = _changes(ctx, file, entry, typed)
    work = UnitOfWork(transaction, ctx.app_state.context, at)
    return corrections.rewrite(work, no, changes, signer=ctx.person, write=write)


def _changes(ctx: RequestContext, file: CaseFile, entry: Entry, typed: Mapping[str, str]) -> Changes:
    """What the form asks for. Raises FieldError for a text that is no day, or no number of an entry."""
    besides = [forms.read_number(each) for each in forms.read_list(typed.get(BESIDES))]
    if None in besides:
        raise FieldError("一并撤销的项不是序号", field=BESIDES, todo="请重新勾选")
    strikes = tuple(number for number in besides if number is not None)
    asked = file.procedure.events[entry.event].fields
    right = Correction(entry.seq, read_day(typed, DAY), {key: typed[key] for key in asked if key in typed})
    struck = bool(typed.get(STRIKE))
    return Changes(
        reason=typed.get(REASON, ""),
        by=EnteredBy(ctx.person.name, ctx.person.id, ctx.person.side),
        role=OFFICE if ctx.person.side == OFFICE_ID else entry.role,
        corrections=() if struck else (right,),
        strikes=(entry.seq, *strikes) if struck else strikes,
        seen_version=forms.read_number(typed.get(VERSION, "")),
    )


def _entry(entries: list[Entry], seq: int) -> Entry:
    found = next((each for each in entries if each.seq == seq), None)
    if found is None:
        raise corrections.not_open(seq)
    return found


def _as_typed(file: CaseFile, entry: Entry) -> dict[str, str]:
    """The form as it is first shown: the entry as it stands."""
    typed = {key: in_words(value) for key, value in entry.fields.items()}
    return typed | {DAY: entry.on.isoformat(), VERSION: str(file.version)}


def _shown(file: CaseFile, entry: Entry) -> Shown:
    return Shown(entry.seq, file.procedure.events[entry.event].title, entry.on)


def _form(
    ctx: RequestContext,
    file: CaseFile,
    entry: Entry,
    entries: list[Entry],
    typed: Mapping[str, str],
    preview: Preview | None,
    error: NegotiationError | None,
) -> Response:
    facts = ctx.facts(
        case={"no": file.no, "subject": file.subject, "version": typed.get(VERSION) or file.version},
        entry=_shown(file, entry),
        inputs=inputs_of(file.procedure, file.procedure.events[entry.event], typed, error),
        departments=department_names(ctx),
        on=typed.get(DAY, ""),
        reason=typed.get(REASON, ""),
        struck=bool(typed.get(STRIKE)),
        others=[_shown(file, each) for each in entries if each != entry],
        besides=forms.read_list(typed.get(BESIDES)),
        ticked=bool(typed.get("reviewed")),
        preview=preview,
        error=error,
        here="desk",
    )
    return page("correction.html", facts, status=400 if error else 200)
