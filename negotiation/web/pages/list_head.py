"""Parts above the rows of the list of cases and below them: filters, what is filtered, heads, pages."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from markupsafe import Markup

from negotiation.core.errors import NegotiationError
from negotiation.services import case_filters
from negotiation.services.case_filters import FILTERS, Filter
from negotiation.services.case_list import Numbered
from negotiation.services.context import Context
from negotiation.store.case_list.conditions import Sort, Wanted
from negotiation.store.case_list.paging import Cursor
from negotiation.web.filters import named_departments
from negotiation.web.pages.bulk import ASSIGN, offered
from negotiation.web.pages.list_asked import CLOSED_TOO, NAMES, address
from negotiation.web.pages.past import PastShown
from negotiation.web.request_context import RequestContext
from negotiation.web.templating import piece

_ORDER = ("sort", "descending")
# Those that stand folded away until one of them is used.
RARE = ("procedure", "holder", "since", "until", "day", "sort", "descending", "provisional")


class Switch(NamedTuple):
    """One of several views of the list, and whether it is the one shown."""

    title: str
    link: str
    shown: bool


class Chip(NamedTuple):
    """A filter that is on: what it is called, what it says, and the list without it."""

    title: str
    words: str
    without: str


class Above(NamedTuple):
    """The form of the filters, and the beginning of the table: its acts and heads."""

    filters: Markup
    table: Markup


class Turns(NamedTuple):
    """Where the pages before and after this one begin, and each page by its number; ``here``: 0 if it is not known."""

    before: str
    after: str
    numbers: list[tuple[int, str]]
    here: int


class Head(NamedTuple):
    """The head of a column that can order the list; ``direction``: ascending, descending, or empty if it does not."""

    title: str
    link: str
    direction: str


# The columns of the list by which it can be put in order; a click on the one that orders it turns the order round.
ORDERED_BY = (Sort.NO, Sort.SUBJECT, Sort.RECEIVED, Sort.DUE, Sort.NEXT_DUE)


def above(
    ctx: RequestContext, wanted: Wanted, kept: Mapping[str, str], past: PastShown, fault: NegotiationError | None
) -> Above:
    """The parts above the rows; they are kept, as they follow from what was asked for and from who may do what."""
    context, acts = ctx.app_state.context, offered(ctx)
    rules = [book.digest for book in context.books]
    key = (ctx.person.id, *kept.items(), *acts, context.directory.revision, *rules, str(fault or ""))

    def kept_piece(template: str, facts: Callable[[], Mapping[str, object]]) -> Markup:
        fragments = ctx.app_state.fragments
        return fragments.get((template, *key)) or fragments.keep((template, *key), piece(template, facts()))

    return Above(
        kept_piece("_list_head.html", lambda: _filters(ctx, wanted, kept, past, fault)),
        kept_piece(
            "_list_table.html",
            lambda: {
                "titles": context.titles,
                "past": past,
                "heads": _heads(context, wanted, kept),
                "bulk": acts,
                "kept": kept,
            },
        ),
    )


def _filters(
    ctx: RequestContext, wanted: Wanted, kept: Mapping[str, str], past: PastShown, fault: NegotiationError | None
) -> dict[str, object]:
    context = ctx.app_state.context
    return {
        "asked": {name: kept.get(name, "") for name in NAMES},
        "fault": fault,
        "past": past,
        "departments": named_departments(context.directory, kept.get("department", ""), wanted.departments),
        "choices": {each.name: each.choices(context) for each in FILTERS},
        "whose": _whose(ctx, kept) if ASSIGN in offered(ctx) else [],
        "unfolded": past.says or fault or any(kept.get(name) for name in RARE),
    }


def _whose(ctx: RequestContext, kept: Mapping[str, str]) -> list[Switch]:
    """我的 (handled by who looks, first or second) or 全部, for who may handle cases; the other filters stay."""
    own = str(ctx.person.id)
    others = {key: value for key, value in kept.items() if key != "handler"}
    mine = kept.get("handler") == own
    return [
        Switch("我的", address({**others, "handler": own}), mine),
        Switch("全部", address(others), not kept.get("handler")),
    ]


def _heads(context: Context, wanted: Wanted, kept: Mapping[str, str]) -> dict[str, Head]:
    """The columns that can order the list: which does, which way, and where a click leads."""
    return {sort.value: _head(context, sort, wanted, kept) for sort in ORDERED_BY}


def _head(context: Context, sort: Sort, wanted: Wanted, kept: Mapping[str, str]) -> Head:
    now = sort is wanted.sort
    others = {key: value for key, value in kept.items() if key not in ("sort", "descending")}
    turned = {"descending": "1"} if now and not wanted.descending else {}
    direction = ("descending" if wanted.descending else "ascending") if now else ""
    return Head(case_filters.sort_titles(context)[sort], address({**others, "sort": sort.value, **turned}), direction)


def chips(ctx: RequestContext, wanted: Wanted, kept: Mapping[str, str]) -> list[Chip]:
    """The filters that are on, in their order, each with the list without it; the order of the list is none."""
    found = []
    for each in FILTERS:
        if kept.get(each.name) and each.name not in _ORDER:
            without = address({key: text for key, text in kept.items() if key != each.name})
            found.append(Chip(each.title, _said(ctx, each, wanted, kept[each.name]), without))
    if kept.get(CLOSED_TOO):
        found.append(Chip("", "含已办结", address({key: text for key, text in kept.items() if key != CLOSED_TOO})))
    return found


def _said(ctx: RequestContext, of: Filter, wanted: Wanted, typed: str) -> str:
    """A filter in a word or two: the title of what was chosen, or what was typed."""
    if of.is_flag:
        return ""
    if of.name == "handler":
        return "我的" if wanted.handler_id == ctx.person.id else of.words(ctx.app_state.context, wanted)
    return of.choices(ctx.app_state.context).get(typed, typed)


def turns(
    kept: Mapping[str, str], numbered: Numbered, after: str, following: Cursor | None, before_this: str = ""
) -> Turns:
    """The ways to the other pages of the list; ``before_this``: where the page before a page without number begins."""
    links = [address({**kept, "after": start} if start else kept) for start in numbered.starts]
    here = numbered.starts.index(after) + 1 if after in numbered.starts else 0
    back = address({**kept, "after": before_this} if before_this else kept)
    before = back if not here else links[here - 2] if here > 1 else ""
    next_page = address({**kept, "after": following.text}) if following else ""
    return Turns(before, next_page, list(enumerate(links, 1)) if len(links) > 1 else [], here)
