"""更正登记 and 撤销登记: an entry of a case corrected or struck, shown before it is done with all that it moves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from negotiation.core.enums import CLOCK, OFFICE, OFFICE_ID
from negotiation.core.errors import FieldError, NegotiationError, NotFound, all_at_once
from negotiation.domain import forms
from negotiation.domain.fields import field_of, item_of
from negotiation.domain.machine.entries import Entry
from negotiation.domain.people import Person
from negotiation.services import correction_proposals
from negotiation.services.case_json import EventJson
from negotiation.services.cases import corrections
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.changes import Changes, Correction, demand_reason
from negotiation.services.cases.corrections import Corrected
from negotiation.services.context import UnitOfWork
from negotiation.services.correction_proposals import changes_of, is_correction
from negotiation.services.entered_view import in_words
from negotiation.services.permissions import visible
from negotiation.services.rewriting_view import Preview, preview_of
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.pages.inputs import (
    DAY,
    TICK,
    VERSION,
    Input,
    department_names,
    fault_in,
    input_of,
    inputs_of,
    read_day,
    unreviewed,
)
from negotiation.web.pages.returned import RETURNED, returned_shown, row_of
from negotiation.web.request_context import CurrentRequest, RequestContext, upload_of
from negotiation.web.said import ENTERED
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
async def correction_form(no: str, seq: int, request: Request, ctx: CurrentRequest) -> Response:
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        entries = corrections.open_to(transaction, file, ctx.person)
        returned = row_of(transaction, file, ctx.person, request.query_params)
    entry = _entry(entries, seq)
    typed = _as_typed(file, entry) | (_as_returned(returned, seq) if returned is not None else {})
    typed |= {STRIKE: "yes"} if STRIKE in request.query_params else {}
    return _form(ctx, file, entry, entries, typed, None, None)


@router.post("/cases/{no}/corrections/{seq}")
async def correct(no: str, seq: int, request: Request, ctx: CurrentRequest) -> Response:
    """Shows what a correction would move, does it, or proposes it to the head of the side. Raises NotFound."""
    typed, _ = await upload_of(request, ctx)
    done: Corrected | None = None
    error: NegotiationError | None = None
    try:
        if typed.get(DO) == "enter":
            proposed = await ctx.write(lambda transaction: _enter(transaction, ctx, no, seq, typed))
            return RedirectResponse(f"/cases/{no}?said={'proposed' if proposed else ENTERED}", status_code=303)
        done = await ctx.write(lambda transaction: _foreseen(transaction, ctx, no, seq, typed))
    except NotFound:
        raise
    except NegotiationError as refused:
        error = refused
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        entries = corrections.open_to(transaction, file, ctx.person)
    return _form(ctx, file, _entry(entries, seq), entries, typed, preview_of(done) if done else None, error)


def _foreseen(transaction: Transaction, ctx: RequestContext, no: str, seq: int, typed: Mapping[str, str]) -> Corrected:
    faults: list[NegotiationError] = list(unreviewed(typed))
    with all_at_once(faults):
        changes, work = _asked(transaction, ctx, no, seq, typed, faults)
        done = corrections.rewrite(work, no, changes, write=False)
    return done  # noqa: RET504 - before it, what is wrong with the form is raised


def _enter(
    transaction: Transaction, ctx: RequestContext, no: str, seq: int, typed: Mapping[str, str]
) -> ProposalRow | None:
    faults: list[NegotiationError] = list(unreviewed(typed))
    with all_at_once(faults):
        changes, work = _asked(transaction, ctx, no, seq, typed, faults)
        proposed = correction_proposals.enter(work, ctx.person, no, changes)
    return proposed  # noqa: RET504 - before it, what is wrong with the form is raised


def _asked(
    transaction: Transaction,
    ctx: RequestContext,
    no: str,
    seq: int,
    typed: Mapping[str, str],
    faults: list[NegotiationError],
) -> tuple[Changes, UnitOfWork]:
    at = ctx.app_state.clock()
    file = visible(transaction, ctx.app_state.context, ctx.person, no, at)
    entry = _entry(corrections.open_to(transaction, file, ctx.person), seq)
    changes = _changes(ctx, file, entry, typed, faults)
    demand_reason(changes.reason, field=REASON)
    return changes, UnitOfWork(transaction, ctx.app_state.context, at)


def _changes(
    ctx: RequestContext, file: CaseFile, entry: Entry, typed: Mapping[str, str], faults: list[NegotiationError]
) -> Changes:
    """The changes that the form asks for; a text that is no number of an entry is a fault. Raises FieldError for one
    that is no day: nothing would be left to correct."""
    besides = [forms.read_number(each) for each in forms.read_list(typed.get(BESIDES))]
    if None in besides:
        faults.append(FieldError("一并撤销的项不是序号", field=BESIDES, todo="请重新勾选"))
    strikes = tuple(number for number in besides if number is not None)
    asked = file.rules_of(entry).events[entry.event].fields
    fields = {key: text for key, text in typed.items() if field_of(key) in asked}
    right = Correction(entry.seq, read_day(typed, DAY), fields)
    struck = bool(typed.get(STRIKE))
    return Changes(
        reason=typed.get(REASON, ""),
        by=ctx.author,
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


def _as_returned(row: ProposalRow, seq: int) -> dict[str, str]:
    """The form of a correction that the head returned, as it was filled in."""
    if not is_correction(row):
        return {}
    changes = changes_of(row)
    right = next((each for each in changes.corrections if each.seq == seq), Correction(seq))
    besides = "、".join(str(each) for each in changes.strikes if each != seq)
    typed = {key: str(text) for key, text in right.fields.items()} | {RETURNED: str(row.n), REASON: changes.reason}
    typed |= {DAY: right.on.isoformat()} if right.on else {}
    return typed | {BESIDES: besides} | ({STRIKE: "yes"} if seq in changes.strikes else {})


def _inputs(file: CaseFile, entry: Entry, typed: Mapping[str, str], error: NegotiationError | None) -> list[Input]:
    """The fields of the entry's form, and those that it has of single data items."""
    rules, names = file.rules_of(entry), file.case_state.item_names
    rows = [rules.rule_of_item(key, names.get(item_of(key) or 0, "")) for key in typed]
    own = [input_of(rule, False, typed, error) for rule in rows if rule is not None]
    return [*inputs_of(rules, rules.events[entry.event], typed, error), *own]


def _shown(file: CaseFile, entry: Entry) -> Shown:
    return Shown(entry.seq, file.rules_of(entry).events[entry.event].title, entry.on)


def _form(
    ctx: RequestContext,
    file: CaseFile,
    entry: Entry,
    entries: list[Entry],
    typed: Mapping[str, str],
    preview: Preview | None,
    error: NegotiationError | None,
) -> Response:
    side = entry.side or OFFICE_ID  # whose head signs; the office may look at what others entered
    facts = ctx.facts(
        case={"no": file.no, "subject": file.subject, "version": typed.get(VERSION) or file.version},
        entry=_shown(file, entry),
        inputs=_inputs(file, entry, typed, error),
        departments=department_names(ctx),
        signs=ctx.person.is_head,
        signed_by="" if side == ctx.person.side else file.context.name_of(side or None),
        others=[_shown(file, each) for each in entries if each != entry],
        **_as_it_was(typed, error),
        preview=preview,
        returned=returned_shown(ctx, file, typed),
        here="cases",
    )
    return page("correction.html", facts, status=400 if error else 200)


def _as_it_was(typed: Mapping[str, str], error: NegotiationError | None) -> dict[str, object]:
    """Texts and ticks of the form beside the fields of the entry, and what is wrong with it."""
    faults = {"error": error, "reason_error": fault_in(error, REASON)}
    texts = {"on": typed.get(DAY, ""), "reason": typed.get(REASON, ""), "besides": forms.read_list(typed.get(BESIDES))}
    return faults | texts | {"struck": bool(typed.get(STRIKE)), "ticked": bool(typed.get(TICK))}
