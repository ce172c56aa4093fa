"""What the desk shows again and again: rows of the list as they were rendered, and figures that were just counted.

A row is kept under all that it shows: the case and its version, who handles it, the day, whose side looks, and the
revisions of calendar and departments. Where one of them changes it is another row; nothing has to be thrown away.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup

from negotiation import listing
from negotiation.casework import Practice
from negotiation.store import handling
from negotiation.store.database import Transaction
from negotiation.store.listing import Counts, Place
from negotiation.vocabulary import OFFICE_ID
from negotiation.web.render import piece

ROWS_KEPT = 20_000  # some 15 MB
COUNTED_ANEW = timedelta(seconds=1)  # what other processes write is seen in the figures after that


class Rows:
    """The rows of the list, as HTML; of those not asked for lately the oldest go first."""

    def __init__(self, most: int = ROWS_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()

    def of(
        self, transaction: Transaction, practice: Practice, places: Sequence[Place], scope: int | None, today: date
    ) -> list[Markup]:
        """The rows of these cases, in their order, as the desk of ``scope`` (None: the office) shows them today."""
        ids = [place.id for place in places]
        handled = handling.names_of(transaction, ids, scope or OFFICE_ID)
        shown = (today, scope, practice.almanac.revision, practice.directory.revision)
        keys = [(place.id, place.version, handled.get(place.id, ""), *shown) for place in places]
        rows = {key[0]: self._kept[key] for key in keys if key in self._kept}
        missing = [case_id for case_id in ids if case_id not in rows]
        for case_id, line in zip(missing, _lines(transaction, practice, missing, scope, today), strict=True):
            key = (case_id, line["version"], line["handler"], *shown)  # it may have moved on since it was found
            rows[case_id] = self._kept[key] = piece("_row.html", {"line": line})
            keys.append(key)
        self._use(keys)
        return [rows[case_id] for case_id in ids]

    def _use(self, keys: Sequence[Hashable]) -> None:
        for key in keys:
            if key in self._kept:
                self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


def _lines(
    transaction: Transaction, practice: Practice, ids: Sequence[int], scope: int | None, today: date
) -> list[listing.Line]:
    return listing.lines_of(transaction.database, practice, ids, today, scope) if ids else []


class Figures:
    """What was counted last for each side that looks: good for a second, and until this process writes something."""

    def __init__(self) -> None:
        self._counted: dict[int | None, tuple[datetime, Counts]] = {}

    def of(self, scope: int | None, at: datetime, count: Callable[[], Counts]) -> Counts:
        """The figures of ``scope``, counted anew by ``count`` where they are too old at the instant ``at``."""
        known = self._counted.get(scope)
        if known is None or not known[0] <= at < known[0] + COUNTED_ANEW:
            known = self._counted[scope] = (at, count())
        return known[1]

    def forget(self) -> None:
        self._counted.clear()
