"""The office's other pages: the law as the engine sees it, verification, help."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from negotiation.core.errors import NotFound
from negotiation.domain.rulebook import Procedure, Rulebook, Transition
from negotiation.domain.rulebook.diagram import length, started
from negotiation.services.case_view import odd_instant
from negotiation.services.permissions import may_open
from negotiation.store import administration, seals
from negotiation.store.audit import broken_links, counts
from negotiation.store.instants import odd_instants
from negotiation.web.request_context import CurrentRequest, RequestContext
from negotiation.web.state_diagram import draw
from negotiation.web.templating import page

router = APIRouter()
SEALS_SHOWN = 30


@router.get("/apply")
async def procedures(ctx: CurrentRequest) -> Response:
    """The form of the one procedure that there is to apply for, else a choice."""
    ctx.demand_page("apply")
    book = ctx.app_state.context.rulebook_on(ctx.app_state.today())
    rules = [each for each in book.procedures.values() if may_open(ctx.person, each)]
    if len(rules) == 1:
        return RedirectResponse(f"/apply/{rules[0].key}", status_code=303)
    return page("choose.html", ctx.facts(procedures=rules, book=book, here="apply"))


@router.get("/rulebook")
async def law(ctx: CurrentRequest) -> Response:
    """The office's rulebooks, each with the days of its force and its procedures."""
    context = ctx.app_state.context
    applied = context.rulebook_on(ctx.app_state.today())
    return page("rulebooks.html", ctx.facts(books=context.books, applied=applied, length=length, here="rulebook"))


@router.get("/rulebook/{book_id}/{procedure}")
async def procedure_page(book_id: str, procedure: str, ctx: CurrentRequest) -> Response:
    """One procedure: its diagram, its terms, who may do what and who is notified."""
    book = _book(ctx, book_id)
    rules = book.procedure(procedure)
    starts = {rule.key: started(book, rule) for rule in rules.terms.values()}
    drawn, general = draw(rules), _general(rules)
    facts = ctx.facts(
        book=book, rules=rules, length=length, starts=starts, drawn=drawn, general=general, here="rulebook"
    )
    return page("rulebook.html", facts)


def _book(ctx: RequestContext, book_id: str) -> Rulebook:
    for book in ctx.app_state.context.books:
        if book.id == book_id:
            return book
    raise NotFound("没有这一页", todo="请从“规则”进入")


def _general(rules: Procedure) -> list[Transition]:
    """A row for each event that nearly every state has."""
    rows: dict[str, Transition] = {}
    for (_, event), row in rules.table.items():
        if event in rules.general_events:
            rows.setdefault(event, row)
    return list(rows.values())


@router.get("/audit")
async def audit(ctx: CurrentRequest) -> Response:
    """The verification of the chains, and the seals; who sees no case learns how many faults there are, not of what."""
    ctx.demand_page("audit")
    with ctx.app_state.database.read() as transaction:
        events, links = counts(transaction)["events"], broken_links(transaction)
        broken = [*links, *administration.broken_links(transaction)]
        remarks = list(odd_instants(transaction, ctx.app_state.clock()))
        kept = seals.all_seals(transaction)[: -SEALS_SHOWN - 1 : -1]
    facts = ctx.facts(
        events=events, broken=broken, remarks=remarks, odd_instant=odd_instant, seals=kept,
        names_cases=ctx.person.sees_all_cases, told=ctx.told(), here="audit",
    )  # fmt: skip
    return page("audit.html", facts)


@router.get("/help")
async def help_page(ctx: CurrentRequest) -> Response:
    return page("help.html", ctx.facts(here="help"))
