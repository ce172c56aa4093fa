"""The agenda of coordination and of deliberation: the cases that a session is to speak of, what is disputed in each.

Which states these are, which event answered and which referred, each case's own rulebook says.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.errors import UsageError
from negotiation.core.local_time import local_date
from negotiation.domain.rulebook import AGENDAS
from negotiation.services import case_view, event_view
from negotiation.services.case_json import CaseJson, EventJson, TermJson
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.item_lines import ItemLine, item_lines
from negotiation.store import case_reader, meetings
from negotiation.store.meetings import Place
from negotiation.store.transaction import Transaction

UNANSWERED = "提供部门未答复"
DATES = {"收到": "received_on", "提请协调": "referred_on", "受理": "accepted_on", "报请审议": "reported_on"}


class Entry(NamedTuple):
    """An entry of a party: the event, its day, and what was entered, by the titles of the form."""

    title: str
    on: date | None = None
    fields: Mapping[str, str] = {}

    @property
    def in_words(self) -> str:
        return "\n".join([self.title, *(f"{title}：{text}" for title, text in self.fields.items())])


class Matter(NamedTuple):
    """A line of the agenda: ``case`` as ``views`` gives it, its dates, the answer, why it was referred, its items."""

    case: CaseJson
    dates: Mapping[str, date | None]
    disputed: Entry
    referral: Entry | None
    due: TermJson | None
    items: Sequence[ItemLine]


def title_of(agenda: str) -> str:
    """协调, 审议. Raises UsageError if there is no such agenda."""
    if agenda not in AGENDAS:
        raise UsageError(f"没有“{agenda}”这种议程", todo="可用：" + "、".join(AGENDAS.values()))
    return AGENDAS[agenda]


def matters(transaction: Transaction, context: Context, agenda: str, at: datetime) -> list[Matter]:
    """The business of a session at the instant ``at``; what is due first stands first."""
    wanted = [place for place in meetings.places(transaction) if _belongs(transaction, context, place, agenda)]
    loaded = case_reader.load_many(transaction, found) if (found := meetings.open_in(transaction, wanted)) else []
    files = [acting.file_of(UnitOfWork(transaction, context, at), each) for each in loaded]
    return [_matter(file, case_view.case_json(transaction, file, context, local_date(at))) for file in files]


def _belongs(transaction: Transaction, context: Context, place: Place, agenda: str) -> bool:
    book = context.rulebooks.of(transaction, place.rulebook, place.edition)
    return book.procedures[place.procedure].states[place.state].agenda == agenda


def _matter(file: CaseFile, case: CaseJson) -> Matter:
    history = event_view.history(file, case["events"])
    answers = [event for event, how in history if how.answers]
    referrals = [event for event, how in history if how.remembers]
    running = [term for term in case["terms"] if term["runs"]]
    return Matter(
        case,
        {title: getattr(file.case, column) for title, column in DATES.items()},
        _entry(answers[-1]) if answers else Entry(UNANSWERED),
        _entry(referrals[-1]) if referrals else None,
        min(running, key=lambda term: term["due"], default=None),
        item_lines(file),
    )


def _entry(event: EventJson) -> Entry:
    return Entry(event["title"], event["on"], event["shown"])
