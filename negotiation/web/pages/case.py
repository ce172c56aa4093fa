"""One case as people see it: whose turn it is and until when, the days one by one, what happened, what may be done."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import ProposalState
from negotiation.core.errors import FieldError, NegotiationError, NotFound
from negotiation.core.labels import MEETING_STATE_TITLES
from negotiation.domain.rulebook import AGENDAS
from negotiation.domain.then import Then
from negotiation.services import approvals, case_view, entered_view
from negotiation.services.case_json import CaseJson, EventJson
from negotiation.services.case_then_view import case_then
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import Desk, NoSuchCase, application_fields, desk_of, visible
from negotiation.store import case_reader, meetings, proposals, relations
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.lines import Look, line_shown
from negotiation.web.next_act import leads_on, moving
from negotiation.web.pages.assignments import handlers_shown
from negotiation.web.pages.attachments import files_of
from negotiation.web.pages.bulk import chosen, demand_some
from negotiation.web.pages.case_course import course_shown
from negotiation.web.pages.case_relations import relations_shown, resource_of
from negotiation.web.pages.case_shown import CaseShown, case_in_words
from negotiation.web.pages.contacts import contacts_of
from negotiation.web.pages.corrections import correctable
from negotiation.web.pages.done import said_of
from negotiation.web.pages.letters import letters_offered
from negotiation.web.pages.outbox import notice_opened
from negotiation.web.pages.past import PastShown, past_shown, read_past
from negotiation.web.pages.proposed import Shown, shown
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.templating import page

router = APIRouter()
PEOPLE = "people"  # the history without the acts of the clock
# Facts of the page of a past day: what is to be done, and what is prepared from a case, is today's.
LISTS = ("acts", "moving", "general_acts", "papers", "later", "letters", "proposals", "meetings", "related")
NOTHING_TO_DO: dict[str, object] = dict.fromkeys((*LISTS, "correctable"), ()) | {
    "first": None,
    "waits": "",
    "done": None,
}


@router.get("/cases/{no}")
async def case_page(no: str, request: Request, ctx: CurrentRequest) -> Response:
    """A case as it stands, or as it was on the day that the address asks for; where that cannot be, it says why.

    Raises NoSuchCase.
    """
    asked = request.query_params
    fault: NegotiationError | None = None
    try:
        then = read_past(asked, ctx.app_state.today())
        if then is not None:
            return _past_page(no, asked, ctx, then)
    except NoSuchCase:
        raise
    except (FieldError, NotFound) as refused:
        fault = refused
    return _page_of_today(no, asked, ctx, fault)


def _page_of_today(no: str, asked: Mapping[str, str], ctx: RequestContext, fault: NegotiationError | None) -> Response:
    """A case as it stands, with all that this person may do; ``fault``: why it is not shown as of a day."""
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, no, ctx.app_state.clock())
        desk = desk_of(transaction, file, ctx.person)
        case = case_view.case_json(transaction, file, ctx.app_state.context, ctx.app_state.today())
        facts = _stored(transaction, file, ctx, case) | {**_acts(file, desk), "later": desk.later, "waits": desk.waits}
    facts |= _offered(ctx, file, case, asked)
    return _shown_page(
        ctx, file, ctx.app_state.today(), past_shown(asked, None, fault=fault), facts, asked.get("history", "")
    )


def _offered(ctx: RequestContext, file: CaseFile, case: CaseJson, asked: Mapping[str, str]) -> dict[str, object]:
    """The act that led to the page, the letters that may be drafted, the notice that the address asks to open."""
    done = said_of(ctx, case_in_words(file, case), correctable(file, ctx.person, case["events"]))
    opened = notice_opened(ctx, file.case_id, asked.get("notice", ""))
    return {**done, "letters": letters_offered(file, ctx.person, ctx.app_state.today()), "opened": opened}


def _acts(file: CaseFile, desk: Desk) -> dict[str, object]:
    """The acts of a person: those that move the case on, the rare ones, the letters that the office enters.

    ``first``: the one that leads on, if there is one; it alone is filled.
    """
    moves = moving(file.procedure, desk)
    first = next((act for act in moves if leads_on(file, act)), None)
    return {
        "acts": desk.acts,
        "first": first,
        "moving": sorted(moves, key=lambda act: act is not first),
        "general_acts": [act for act in desk.acts if not act.paper and act not in moves],
        "papers": [act for act in desk.acts if act.paper],
    }


def _past_page(no: str, asked: Mapping[str, str], ctx: RequestContext, then: Then) -> Response:
    """A case as it was, for whoever may see it today: nothing can be done in it. Raises NotFound before it began."""
    with ctx.app_state.read(temporary=True) as transaction:
        work = UnitOfWork(transaction, ctx.app_state.context, ctx.app_state.clock())
        visible(transaction, work.context, ctx.person, no, work.at)
        file, case = case_then(work, no, then)
        facts = _stored(transaction, file, ctx, case) | NOTHING_TO_DO
        facts["files"] = [each for each in files_of(transaction, file.case_id, ctx.person) if each.added_at < file.at]
    return _shown_page(ctx, file, then.day, past_shown(asked, then, case["entered_later"]), facts)


def _shown_page(
    ctx: RequestContext, file: CaseFile, day: date, past: PastShown, facts: Mapping[str, object], shown_only: str = ""
) -> Response:
    case = cast(CaseShown, facts["case"])
    line = line_shown(case, Look.of(ctx.app_state.context, ctx.person.department_id, day))
    every = ctx.facts(
        **facts,
        past=past,
        roles=file.role_title,
        copied=[ctx.app_state.context.directory.name(each) for each in _only_copied(file)],
        general=file.procedure.general_events,
        **course_shown(file, case, day),
        agendas=AGENDAS,
        meeting_states=MEETING_STATE_TITLES,
        people_only=past.query == "" and shown_only == PEOPLE,
        move=line.move,
        days=line.days,
        contacts=contacts_of(file, ctx.person),
        here="cases",
    )
    return page("case.html", every, status=400 if past.fault else 200)


def _stored(transaction: Transaction, file: CaseFile, ctx: RequestContext, case: CaseJson) -> dict[str, object]:
    """The facts of the page that are read beside the case itself, in its own snapshot."""
    case_id = file.case_id
    return {
        "case": case_in_words(file, case),
        "correctable": correctable(file, ctx.person, case["events"]),
        "application": _application(transaction, file, case["events"]),
        "files": files_of(transaction, case_id, ctx.person),
        "proposals": _proposals(transaction, file, ctx),
        "handlers": handlers_shown(transaction, file, ctx),
        "resource": resource_of(transaction, file),
        "meetings": meetings.of_case(transaction, case_id),
        "related": relations.related_cases(transaction, file.case, ctx.person.department_id),
        "relations": relations_shown(transaction, file, case, ctx),
        "opened": None,
    }


def _application(transaction: Transaction, file: CaseFile, events: Sequence[EventJson]) -> dict[str, str]:
    """The application as entered: the draft, and what was added when it was handed in."""
    handed_in = events[0]["fields"] if events else None
    fields = {**case_reader.read_draft(transaction, file.case_id), **(handed_in or {})}
    asked = application_fields(file.procedure)
    return entered_view.fields_shown(file.procedure, {key: fields[key] for key in asked if key in fields})


def _proposals(transaction: Transaction, file: CaseFile, ctx: RequestContext) -> list[Shown]:
    """The proposals that wait for the head, and the one returned last; of one's own department only."""
    found = [row for row in proposals.of_case(transaction, file.case_id) if approvals.may_read(ctx.person, row)]
    return [
        shown(transaction, file, row, ctx) for row in found if row.state == ProposalState.OPEN or row == _newest(found)
    ]


def _newest(found: list[ProposalRow]) -> ProposalRow | None:
    return found[0] if found and found[0].state == ProposalState.RETURNED else None


@router.get("/print")
async def printed(request: Request, ctx: CurrentRequest) -> Response:
    """The chosen cases one after another, each beginning a sheet of paper."""
    ctx.demand_page("desk")
    numbers = demand_some(await run_in_threadpool(chosen, ctx, request.query_params))
    found = await run_in_threadpool(lambda: [_whole(ctx, number) for number in numbers])
    return page("print.html", ctx.facts(cases=found, here="cases"))


def _whole(ctx: RequestContext, number: str) -> CaseShown:
    with ctx.app_state.read() as transaction:
        file = visible(transaction, ctx.app_state.context, ctx.person, number, ctx.app_state.clock())
        return case_in_words(file, case_view.case_json(transaction, file, ctx.app_state.context, ctx.app_state.today()))


@router.get("/matters/{no}")
async def matter_page(no: str, ctx: CurrentRequest) -> Response:
    """One letter (来文事项) and the case of each provider that it asks. Raises NotFound for a number without cases."""
    ctx.demand_page("desk")
    app_state, today = ctx.app_state, ctx.app_state.today()
    with app_state.read() as transaction:
        found = relations.matter_cases(transaction, no.replace("\0", ""), today, ctx.person.department_id)
        if not found:
            raise NotFound(f"没有编号为“{no}”的来文事项", todo="请核对编号")
        lines = case_view.lines_json(transaction, app_state.context, found, today)
    return page("matter.html", ctx.facts(no=no, lines=lines, here="cases"))


def _only_copied(file: CaseFile) -> list[int]:
    """The departments that the case is copied to, without those that have a part in it."""
    return [each for each in file.copied if each not in file.case_state.parties.values()]
