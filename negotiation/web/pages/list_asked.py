"""The list of cases as an address asks for it: the names of its filters, the cases wanted, the address of a list."""

from collections.abc import Mapping
from urllib.parse import urlencode

from negotiation.core.texts import searched
from negotiation.services import case_filters
from negotiation.services.case_filters import FILTERS
from negotiation.store.case_list.conditions import Wanted
from negotiation.web.request_context import RequestContext

OPEN, CLOSED_TOO = "open", "all"  # the page shows open cases alone, unless the others are asked for
# By their names in the page's address; what is overdue is asked for there by its deadline status.
NAMES = (*(each.name for each in FILTERS if each.name not in (OPEN, "overdue")), CLOSED_TOO)


def wanted_by(ctx: RequestContext, asked: Mapping[str, str]) -> Wanted:
    """The cases that an address asks for, closed ones only if asked for; a department's own cases only.

    Raises FieldError.
    """
    ctx.demand_page("desk")
    given = {name: asked.get(name, "") for name in NAMES} | {OPEN: "" if asked.get(CLOSED_TOO) else "1"}
    return case_filters.read_wanted(ctx.app_state.context, given, scope=ctx.person.department_id)


def kept_of(asked: Mapping[str, str], names: tuple[str, ...] = NAMES) -> dict[str, str]:
    """The filters of an address that are filled, and nothing else of it."""
    return {key: searched(asked[key]) for key in names if asked.get(key)}


def address(kept: Mapping[str, str], path: str = "/cases") -> str:
    """The address of the list, or of another page of it, with these filters."""
    return f"{path}?{urlencode(kept)}" if kept else path
