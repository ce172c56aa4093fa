"""Counts the cases block by block, and stores the sums of a block until something of the block changes.

The figures of a year read a few stored sums and the blocks that changed since, not every case: what they cost follows
what has happened, and not what is stored. A sum is found by the state of its block as this very connection sees it
(``store/report_cache``), so that no figure ever rests on a block as it was.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import negotiation
from negotiation.core.errors import DatabaseUnavailable
from negotiation.documents.report import moves
from negotiation.documents.report.books import Books
from negotiation.documents.report.moves import Moves
from negotiation.documents.report.sources import Gathering
from negotiation.documents.report.totals import Tally
from negotiation.store import report_cache, report_cases
from negotiation.store.database import Database
from negotiation.store.report_cache import Stamp, Sum
from negotiation.store.report_days import working_days_json

log = logging.getLogger(__name__)


@dataclass
class Counted:
    """The counts of some cases; ``wrong``: the numbers of those whose rows contradict themselves."""

    tally: Tally = field(default_factory=Tally)
    moves: Moves = field(default_factory=dict)
    books: set[tuple[str, str, str]] = field(default_factory=set)  # rulebook, edition, procedure
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, gathering: Gathering) -> "Counted":
        """Counted from the rows themselves."""
        found = cls(Tally(), moves.moves_in(gathering), gathering.rulebooks_used(), gathering.contradictions())
        gathering.count(found.tally)
        return found

    def add(self, text: str) -> None:
        """Adds what was counted of other cases, as ``text`` gives it."""
        counts = json.loads(text)
        self.tally.add(counts["tally"])
        for *key, nos in counts["moves"]:
            self.moves.setdefault(tuple(key), []).extend(nos)
        self.books |= {(id, edition, procedure) for id, edition, procedure in counts["books"]}
        self.wrong += counts["wrong"]

    @property
    def text(self) -> str:
        """The counts as JSON."""
        counts: dict[str, Any] = {
            "tally": self.tally.as_lists,
            "moves": [[*key, nos] for key, nos in self.moves.items()],
            "books": sorted(self.books),
            "wrong": self.wrong,
        }
        return json.dumps(counts, ensure_ascii=False, separators=(",", ":"))


def counted(whole: Gathering) -> tuple[Counted, list[Sum]]:
    """All that is counted in a period, and the sums that were counted anew for it (``keep``).

    Only sums of periods that begin with a year are stored. As of a past day everything is counted from the rows.
    """
    span = whole.span
    if span.past or (span.since.month, span.since.day) != (1, 1):
        return Counted.of(whole), []
    counted_by = _counted_by(whole)
    found, fresh = Counted(), []
    stored = report_cache.stored(whole.transaction, span.since, span.until, span.as_of, counted_by)
    for stamp in report_cache.stamps(whole.transaction):
        if stamp not in stored:
            fresh.append(_sum(whole, stamp, counted_by))
        found.add(stored[stamp] if stamp in stored else fresh[-1].body)
    return found, fresh


def _sum(whole: Gathering, stamp: Stamp, counted_by: str) -> Sum:
    span = whole.span
    days = report_cache.days_held(whole.transaction, stamp.first_id, span.since, span.until, span.as_of)
    body = Counted.of(whole.of_block(report_cache.ids_of(stamp.first_id))).text
    return Sum(stamp.first_id, span.since, span.until, *days, stamp.cases, stamp.versions, counted_by, body)


def keep(database: Database, fresh: list[Sum]) -> None:
    """Stores what was counted anew. A database that cannot be written to stores nothing, and the report stands."""
    if fresh:
        try:
            with database.write() as transaction:
                report_cache.keep(transaction, fresh)
        except DatabaseUnavailable as trouble:
            log.warning("年度报告的分段汇总未能留存，下次须重新统计：%s", trouble)


# ------------------------------------------------------------------------------------------------------ counted by what


def _counted_by(whole: Gathering) -> str:
    """A digest of all that decides what is counted, besides the cases: rulebooks, calendars, bodies that are only
    referred to, and the code itself."""
    digest = hashlib.sha256(_code())
    for part in _decisive(whole.books, whole):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _decisive(books: Books, whole: Gathering) -> Iterator[str]:
    yield from (book.digest for book in books.context.books)
    yield from sorted(book.digest for book in books.by_key.values())
    first = report_cases.first_received(whole.transaction) or whole.span.until
    for calendar, editions in books.calendars:
        yield repr(sorted(editions))
        yield working_days_json(calendar, first, whole.span.until)
    yield repr(sorted(whole.references))


COUNTING = ("documents/report/**/*.py", "domain/rulebook/**/*.py", "store/report_*.py")  # the code that decides a sum


@lru_cache(maxsize=1)
def _code() -> bytes:
    """The text of the modules that count: a program that counts otherwise finds no sum of another one."""
    home = Path(negotiation.__file__).parent
    return b"\0".join(file.read_bytes() for pattern in COUNTING for file in sorted(home.glob(pattern)))
