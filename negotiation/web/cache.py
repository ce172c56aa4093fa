"""Caches of what the desk shows again and again: rendered pieces of it, and figures that were just counted.

A piece is kept under all that it shows. A row of the list: the case and its version, who handles it, the day, whose
side looks, the revisions of calendar and departments. Where one of them changes it is another piece; nothing has to be
thrown away.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import OFFICE_ID
from negotiation.services import case_list
from negotiation.services.context import Context
from negotiation.services.workbench import DeskFigures
from negotiation.store import assignments
from negotiation.store.case_list.paging import Place
from negotiation.store.transaction import Transaction
from negotiation.web.lines import Look, line_shown, row_of

ROWS_KEPT = 20_000  # some 15 MB
COUNTED_ANEW = timedelta(seconds=1)  # what other processes write is seen in the figures after that


class Fragments:
    """Pieces of HTML, so many at the most: of those not asked for lately the oldest go first."""

    def __init__(self, most: int = ROWS_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()

    def get(self, key: Hashable) -> Markup | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, made: Markup) -> Markup:
        self._kept[key] = made
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return made


def rows(
    kept: Fragments,
    transaction: Transaction,
    context: Context,
    places: Sequence[Place],
    scope: int | None,
    today: date,
) -> Markup:
    """The rows of these cases in their order, as the desk of ``scope`` (None: the office) shows them today."""
    ids = [place.id for place in places]
    handled = assignments.names_of(transaction, ids, scope or OFFICE_ID)
    shown = (scope, today, context.almanac.revision, context.directory.revision)
    made = {place.id: kept.get((place.id, place.version, handled.get(place.id, ""), *shown)) for place in places}
    missing = [case_id for case_id, row in made.items() if row is None]
    lines = case_list.lines_of(transaction, context, missing, today, scope) if missing else []
    look = Look.of(context, scope, today)
    for case_id, line in zip(missing, lines, strict=True):
        key = (case_id, line["version"], line["handler"], *shown)  # as it is now: it may have moved on since
        made[case_id] = kept.keep(key, row_of(line_shown(line, look)))
    return Markup("".join(row for row in made.values() if row is not None))


class Figures:
    """Figures counted last for each side that looks: good for a second, and until this process writes something.

    Counting takes long, so it is done beside the loop; who comes in the meantime sees the figures from before.
    """

    def __init__(self) -> None:
        self._counted: dict[int | None, tuple[datetime, DeskFigures]] = {}
        self._counting: set[int | None] = set()

    async def of(self, scope: int | None, at: datetime, count: Callable[[], DeskFigures]) -> DeskFigures:
        """The figures of ``scope``, counted anew by ``count`` where they are too old at the instant ``at``."""
        known = self._counted.get(scope)
        if known and (known[0] <= at < known[0] + COUNTED_ANEW or scope in self._counting):
            return known[1]
        counted = self._counted
        self._counting.add(scope)
        try:
            figures = await run_in_threadpool(count)
        finally:
            self._counting.discard(scope)
        counted[scope] = (at, figures)  # where all was forgotten meanwhile, this is too
        return figures

    def forget(self) -> None:
        self._counted = {}
