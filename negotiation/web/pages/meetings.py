"""Meetings: the list, a meeting with its cases, who was present, what was agreed.

A department sees of a meeting when and where its own cases are spoken of, and what came of these; nothing of others'.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE, MeetingState
from negotiation.core.errors import Conflict, FieldError, NegotiationError, NotFound
from negotiation.core.labels import MEETING_STATE_TITLES
from negotiation.documents import letters
from negotiation.domain import forms
from negotiation.domain.meetings import Agreed, Meeting
from negotiation.domain.rulebook import AGENDAS, LetterRule
from negotiation.services.bulk import named
from negotiation.services.cases import acting
from negotiation.services.context import UnitOfWork
from negotiation.services.item_lines import ItemLine, item_lines
from negotiation.services.meetings import outcomes, view
from negotiation.services.meetings.outcomes import Beside
from negotiation.services.permissions import visible
from negotiation.store import meetings as store
from negotiation.store.transaction import Transaction
from negotiation.web.form_data import WAS
from negotiation.web.pages.inputs import demand_reviewed
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
VERSION = "version"
# The fields of the form of what was agreed, the number of the case behind; SEEN: the version of the line that was read.
TEXT, WHO, BY, SEEN = "agreed:", "who:", "by:", "seen:"
PEOPLE = ("present", "absent", "observers")  # 出席, 请假, 列席


# ---------------------------------------------------------------------------------------------------------- the list


@router.get("/meetings")
async def list_page(ctx: CurrentRequest, kind: str = "", state: str = "", year: str = "") -> Response:
    """The latest first; narrowed by kind, state and year."""
    ctx.demand_page("meetings")
    asked = forms.read_number(year, 9999) or None
    with ctx.app_state.read() as transaction:
        found = store.listed(transaction, _known(kind, AGENDAS), _known(state, MEETING_STATE_TITLES), asked)
    facts = ctx.facts(
        meetings=found,
        kinds=AGENDAS,
        states={key.value: title for key, title in MEETING_STATE_TITLES.items()},
        typed={"kind": kind, "state": state, "year": str(asked or "")},
        error=None,
        may_plan=ctx.person.acts_as_office,
        here="meetings",
    )
    return page("meetings.html", facts)


def _known(text: str, known: Mapping[Any, str]) -> str:
    return text if text in known else ""


# ------------------------------------------------------------------------------------------------------- one meeting


class Line(NamedTuple):
    """A case of a meeting as its reader may see it; ``event``: by which it was recorded, "" before.

    ``disputed``: its data items that are, or were, in dispute.
    """

    item: Agreed
    event: str
    disputed: Sequence[ItemLine]


@router.get("/meetings/{no}")
async def meeting_page(no: str, ctx: CurrentRequest) -> Response:
    return _meeting_page(ctx, no, {}, None)


def _meeting_page(ctx: RequestContext, no: str, typed: Mapping[str, str], error: NegotiationError | None) -> Response:
    with ctx.app_state.read() as transaction:
        meeting = store.find(transaction, no)
        lines = _lines(transaction, ctx, meeting)
        drafts = _letters(transaction, ctx, meeting)
    if not lines and "meetings" not in ctx.pages:
        raise store.no_such(no)
    facts = ctx.facts(
        meeting=meeting,
        lines=lines,
        waiting=[each for each in lines if not each.event and not each.item.off],
        kind=AGENDAS[meeting.kind],
        state=MEETING_STATE_TITLES[meeting.state],
        whole="meetings" in ctx.pages,
        invited=view.invited(ctx.app_state.context, meeting),
        may_plan=ctx.person.acts_as_office,
        letters=drafts,
        planned=meeting.state is MeetingState.PLANNED,
        held=meeting.state is MeetingState.HELD,
        **_forms(ctx, meeting, typed),
        conflict=isinstance(error, Conflict),
        error=error,
        here="meetings",
    )
    return page("meeting.html", facts, status=status_of(error))


def _forms(ctx: RequestContext, meeting: Meeting, typed: Mapping[str, str]) -> dict[str, object]:
    """The facts of the forms: as they stand, what was typed in them, and which was ticked."""
    agreed = _as_agreed(meeting)
    return {"was": agreed, "typed": {**_as_held(ctx, meeting), **agreed, **typed}, "ticked": _ticked(typed)}


def _letters(transaction: Transaction, ctx: RequestContext, meeting: Meeting) -> list[LetterRule]:
    """The letters that may be drafted from it: each once, by the rulebook of the first case that knows it."""
    if not ctx.person.acts_as_office:
        return []
    context, at = ctx.app_state.context, ctx.app_state.clock()
    files = (acting.take(UnitOfWork(transaction, context, at), item.no) for item in meeting.on_agenda)
    return [each.letter for each in letters.letters_of_meeting(files, meeting)]


def _lines(transaction: Transaction, ctx: RequestContext, meeting: Meeting) -> list[Line]:
    """All of it for the office; a department's own cases, and what was agreed for them once it was recorded."""
    return [line for item in meeting.items if (line := _line(transaction, ctx, item)) is not None]


def _line(transaction: Transaction, ctx: RequestContext, item: Agreed) -> Line | None:
    try:
        file = visible(transaction, ctx.app_state.context, ctx.person, item.no, ctx.app_state.clock())
    except NotFound:
        return None
    event = store.event_of(transaction, item.case_id, item.seq) if item.seq is not None else ""
    disputed = [line for line in item_lines(file) if line.disputed]
    return Line(item, file.procedure.events[event].title if event else "", disputed)


def _as_held(ctx: RequestContext, meeting: Meeting) -> dict[str, str]:
    """The form of who was present: until it was filled in, who is invited."""
    people = meeting.present or view.invited(ctx.app_state.context, meeting)
    others = {"absent": "\n".join(meeting.absent), "observers": "\n".join(meeting.observers)}
    return {"present": "\n".join(people), "minutes_no": meeting.minutes_no, **others}


def _as_agreed(meeting: Meeting) -> dict[str, str]:
    """The form of what was agreed: until it was filled in, the provider is to do it."""
    facts: dict[str, str] = {}
    for item in meeting.items:
        by = item.by.isoformat() if item.by else ""
        facts |= {f"{TEXT}{item.no}": item.agreed, f"{WHO}{item.no}": item.who or item.provider, f"{BY}{item.no}": by}
    return facts


def _ticked(typed: Mapping[str, str]) -> str:
    """The form whose secrecy review was ticked."""
    return typed.get("form", "") if "reviewed" in typed else ""


# ----------------------------------------------------------------------------------------------- held, agreed, given up


@router.post("/meetings/{no}/hold")
async def hold(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """It took place; sent again, who was present and the number of the minutes are corrected."""
    typed = await form_of(request, ctx)
    people, absent, observers = (forms.read_list(typed.get(key, "")) for key in PEOPLE)
    number, today, seen = typed.get("minutes_no", ""), ctx.app_state.today(), version_of(typed.get(VERSION))
    beside = Beside(absent, observers)
    return await changed(ctx, no, typed, lambda transaction: outcomes.hold(
        transaction, no, people, number, today=today, beside=beside, seen=seen
    ))  # fmt: skip


@router.post("/meetings/{no}/agreed")
async def agreed(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Writes what was agreed for each case: the lines that are other than they stand, all of them or none."""
    typed = await form_of(request, ctx)

    def written(transaction: Transaction) -> None:
        touched = _touched(typed)
        for case in dict.fromkeys(case for prefix in (TEXT, WHO, BY) for case in named(touched, prefix)):
            text, who, by = typed.get(TEXT + case, ""), typed.get(WHO + case, ""), day_of(typed, BY + case)
            outcomes.agree(transaction, no, case, text, who, by, seen=version_of(typed.get(SEEN + case)))

    return await changed(ctx, no, typed, written)


def _touched(typed: Mapping[str, str]) -> dict[str, str]:
    """The fields that were changed: who did not mean a line does not undo what somebody else wrote there."""
    return {key: value for key, value in typed.items() if value.split() != typed.get(WAS + key, "—").split()}


async def changed(
    ctx: RequestContext, no: str, typed: Mapping[str, str], work: Callable[[Transaction], object]
) -> Response:
    """Does it and leads back to the meeting; or gives all its forms back, with what was typed and what is wrong.

    Raises NotFound for a meeting that is not there.
    """
    ctx.demand(*ACT_AS_OFFICE)

    def reviewed(transaction: Transaction) -> None:
        demand_reviewed(typed)
        work(transaction)

    try:
        await ctx.write(reviewed)
    except NotFound:
        raise
    except NegotiationError as error:
        return await run_in_threadpool(_meeting_page, ctx, no, _touched(typed), error)
    return RedirectResponse(f"/meetings/{no}?said=meeting", status_code=303)


def day_of(typed: Mapping[str, str], key: str) -> date | None:
    """The day in a field of a form, None if it is empty. Raises FieldError for a text that is no day."""
    try:
        return forms.read_date(typed.get(key, ""))
    except ValueError as error:
        raise FieldError(str(error), field=key, todo="请改正后重试") from None


def version_of(text: str | None) -> int:
    """The version that a form was made for; a form without one has seen nothing."""
    return forms.read_number(text or "") or 0


def status_of(error: NegotiationError | None) -> int:
    return 200 if error is None else 409 if isinstance(error, Conflict) else 400
