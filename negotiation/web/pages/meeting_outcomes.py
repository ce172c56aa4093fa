"""The outcome of a meeting, recorded: an act on each of its cases, chosen, looked at, then done to each on its own.

Which acts these are, and what their forms ask, each case's own rulebook says; the meeting fills in its number, the date
that it set and what was agreed. They happen on the meeting's day; what the head must approve is proposed.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ACT_AS_OFFICE
from negotiation.core.errors import InvalidTransition, UsageError
from negotiation.domain.meetings import Agreed, Meeting
from negotiation.domain.planned_mail import PlannedMail
from negotiation.domain.rulebook import Procedure
from negotiation.notifications.preview import mails_of
from negotiation.services import approvals
from negotiation.services.bulk import CASE, Done, Preview, each_done, foresee, named, tried
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.meetings import acts
from negotiation.services.permissions import OpenAct, acts_open, visible
from negotiation.store import meetings as store
from negotiation.store.transaction import Transaction
from negotiation.web.request_context import CurrentRequest, RequestContext, form_of
from negotiation.web.templating import page

router = APIRouter()
ACT = "act:"  # the choice for a case, its number behind


class Offer(NamedTuple):
    """An act that a meeting may come to for a case, with all that its form must have; ``value``: event/choice/…"""

    value: str
    title: str
    act: OpenAct
    raw: Mapping[str, str]


class Choice(NamedTuple):
    """A case of the meeting that is still to be recorded: its acts, those that need no form of their own (``offers``),
    the one that was chosen, what would follow from it."""

    item: Agreed
    state: str
    acts: Sequence[OpenAct]
    offers: Sequence[Offer]
    chosen: Offer | None
    foreseen: Preview | None


# ------------------------------------------------------------------------------------------------------- the preview


@router.get("/meetings/{no}/record")
async def preview(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Each case that is still to be recorded; of those chosen, what would be sent. Nothing is written."""
    ctx.demand(*ACT_AS_OFFICE)
    return await run_in_threadpool(_page, ctx, no, named(request.query_params, ACT))


def _page(ctx: RequestContext, no: str, chosen: Mapping[str, str]) -> Response:
    with ctx.app_state.read() as transaction:
        meeting = store.find(transaction, no)
        choices = [
            _choice(transaction, ctx, meeting, item, chosen.get(item.no, ""))
            for item in meeting.on_agenda
            if item.seq is None
        ]
    facts = ctx.facts(
        meeting=meeting,
        choices=choices,
        chosen=[each for each in choices if each.chosen],
        possible=[each for each in choices if each.foreseen and not each.foreseen.refused],
        mails=any(each.foreseen and each.foreseen.mails for each in choices),
        here="meetings",
    )
    return page("meeting_record.html", facts)


def _choice(transaction: Transaction, ctx: RequestContext, meeting: Meeting, item: Agreed, wanted: str) -> Choice:
    file = visible(transaction, ctx.app_state.context, ctx.person, item.no, ctx.app_state.clock())
    found = list(_offers(transaction, file, ctx, meeting, item))
    chosen = next((each for each in found if each.value == wanted), None)
    state = file.procedure.states[file.state].title
    foreseen = _foreseen(transaction, ctx, meeting, item, chosen) if chosen else None
    return Choice(item, state, _acts(transaction, file, ctx), found, chosen, foreseen)


def _foreseen(transaction: Transaction, ctx: RequestContext, meeting: Meeting, item: Agreed, chosen: Offer) -> Preview:
    def would_send(file: CaseFile) -> Sequence[PlannedMail]:
        return tried(transaction, file, ctx.person, chosen.act, meeting.on, chosen.raw, mails_of)

    app_state = ctx.app_state
    return foresee(transaction, app_state.context, ctx.person, item.no, app_state.clock(), would_send)


# -------------------------------------------------------------------------------------------------------- the offers


def _acts(transaction: Transaction, file: CaseFile, ctx: RequestContext) -> list[OpenAct]:
    """The acts that this person may record on a case with a meeting."""
    found = acts_open(transaction, file, ctx.person)
    return [act for act in found if file.procedure.takes_meeting(act.event) and not act.paper]


def _offers(
    transaction: Transaction, file: CaseFile, ctx: RequestContext, meeting: Meeting, item: Agreed
) -> Iterator[Offer]:
    """Those of which the form asks no more than the meeting says, and choices."""
    rules = file.procedure
    for act in _acts(transaction, file, ctx):
        filled = acts.entered(rules, act.event, meeting, item)
        missing = [key for key in (*act.event.required, *_choice_of_items(file, act)) if key not in filled]
        if all(rules.fields[key].choices for key in missing):
            yield from _offered(rules, act, filled, missing)


def _choice_of_items(file: CaseFile, act: OpenAct) -> tuple[str, ...]:
    """The choice by which an act says what is done to all the data items: its form asks for it unless it names them."""
    row = file.procedure.table.get((file.state, act.event.key))
    return (row.items.by,) if row is not None and row.items is not None and row.items.by else ()


def _offered(rules: Procedure, act: OpenAct, filled: Mapping[str, str], missing: Sequence[str]) -> Iterator[Offer]:
    """The act once for each way of choosing what it leaves open."""
    for chosen in product(*(rules.fields[key].choices.items() for key in missing)):
        raw = {**filled, **{key: value for key, (value, _) in zip(missing, chosen, strict=True)}}
        words = "、".join(label for _, label in chosen)
        title = f"{act.event.title}：{words}" if words else act.event.title
        yield Offer("/".join([act.event.key, *(value for value, _ in chosen)]), title, act, raw)


# ---------------------------------------------------------------------------------------------------------- it is done


@router.post("/meetings/{no}/record")
async def record(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """Records it for each ticked case, and names what became of each. Raises UsageError if none was ticked."""
    typed = await form_of(request, ctx)
    ctx.demand(*ACT_AS_OFFICE)
    wanted, seen = named(typed, ACT), named(typed, CASE)
    if not seen:
        raise UsageError("没有选择案件", where=f"会议 {no}", todo="请返回，选择办理事项并预览后再确认")
    app_state = ctx.app_state

    def recorded(transaction: Transaction) -> list[Done]:
        def work(file: CaseFile) -> str:
            return _recorded(transaction, ctx, no, file, wanted)

        return each_done(transaction, app_state.context, ctx.person, app_state.clock(), seen, work)

    done = await ctx.write(recorded)
    facts = ctx.facts(title="登记会议结果", done=done, back=f"/meetings/{no}", back_to=f"会议 {no}", here="meetings")
    return page("bulk_done.html", facts)


def _recorded(transaction: Transaction, ctx: RequestContext, no: str, file: CaseFile, wanted: Mapping[str, str]) -> str:
    """Records it on a case; what was done, in a word.

    The meeting is read again: what was agreed may have been corrected since the preview.
    """
    meeting, number = store.find(transaction, no), file.no
    item = meeting.item(number)
    found = (
        _offers(transaction, file, ctx, meeting, item)
        if item is not None and item.seq is None and not item.off
        else iter(())
    )
    offer = next((each for each in found if each.value == wanted.get(number)), None)
    if offer is None:
        raise InvalidTransition("这次会议对本案没有这一办理事项", todo="请返回会议页重新选择")
    proposed = approvals.enter(
        transaction,
        file,
        ctx.person,
        ActRequest(offer.act.event.key, role=offer.act.role, actor=ctx.person.name, on=meeting.on, fields=offer.raw),
    )
    return "已提请签批" if proposed else "已办理"
