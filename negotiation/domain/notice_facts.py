"""Facts of notices: the content of a mail, frozen when its notice is made. The store turns them into JSON and back.

They are the number, the resource name, dates and their article; never reasons, data items or personal data. Those that
every step makes are not locked by ``frozen``, with which a dataclass takes four times as long to make.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from negotiation.core.day_rules import DayChoice
from negotiation.core.enums import CalendarLayer
from negotiation.domain.seal_facts import SealFacts

NO_SUBJECT = "事项名称"  # where no field of the rulebook says what its cases are about


@dataclass(slots=True)
class DueFacts:
    """A due date: the ``counted``-th working day of ``layer`` after ``counts_from``; None where an act set the date.

    ``day_choices``: what its rulebook counts otherwise.
    """

    title: str
    layer: CalendarLayer
    counts_from: date
    counted: int | None
    due_on: date
    official: bool
    day_choices: tuple[DayChoice, ...] = field(default=(), kw_only=True)


@dataclass(slots=True)
class TermFacts(DueFacts):
    """A term of a case: its number ``n``, its article, ``days`` working days in all, what it awaits.

    ``silence``: what it means that nothing is answered, ``consent`` or not; ``next``: what the side that waits can do.
    ``offers``: what the applicant may do in it besides.
    ``main`` and ``bound`` are filled in at sending: is it the main term of the case, does it bind the recipient.
    """

    n: int
    basis: str
    awaits: str
    days: int | None
    started_on: date
    offers: str = ""
    main: bool = False
    bound: bool = True
    silence: str = ""
    consent: bool = False
    next: str = ""


@dataclass(frozen=True, slots=True)
class EarlierDue:
    """A due date before the calendar changed it."""

    was_due_on: date
    was_official: bool


@dataclass(frozen=True, slots=True)
class MoveFacts(EarlierDue):
    """A due date before it was changed, and the document (文号, 标题, 印发日期) that changed it."""

    document: str
    document_title: str
    document_on: date | None
    document_layer: CalendarLayer


@dataclass(frozen=True, slots=True)
class AmendedLine:
    """What was registered or due, by its title: the day that was said, and that which is right; None: it is no more.

    ``since``: the day from which it was counted, said where two terms of one title were due on one day.
    """

    title: str
    was_on: date | None
    on: date | None
    since: date | None = None
    item_count: "ItemCount | None" = None


@dataclass(frozen=True, slots=True)
class AmendedFacts:
    """A correction of what was entered: the entries, the terms whose date is another, the lapses that were none."""

    entries: tuple[AmendedLine, ...]
    terms: tuple[AmendedLine, ...]
    lapses: tuple[AmendedLine, ...]


@dataclass(frozen=True, slots=True)
class ItemCount:
    """Number of the data items that a notice is about, of how many that were applied for: a mail never names one."""

    about: int
    of: int


@dataclass(slots=True)
class NoticeFacts:
    """A case after the act ``event`` of the day ``on``, and the term that the notice names.

    ``address``: the words by which the mail addresses its reader. ``version``: the case's, it rises with each event.
    ``item_count``: None where no data items are named, or but one. ``differing``: how many numbers of a unit's own
    figures the office counted otherwise; a mail never gives one. ``applicant_title``, ``provider_title``,
    ``subject_title``: what its law calls the parties, and that by which the case is called.
    """

    no: str
    subject: str
    procedure: str
    applicant: str
    provider: str
    event: str
    on: date
    received_on: date | None
    state: str
    basis: str
    address: str
    version: int
    term: TermFacts | None = None
    move: MoveFacts | None = None
    amended: AmendedFacts | None = None
    item_count: ItemCount | None = None
    applicant_title: str = ""
    provider_title: str = ""
    subject_title: str = "资源名称"
    differing: int = 0


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A reminder as a line of a digest: its case, key, template, term and frozen facts."""

    case_id: int
    key: str
    template: str
    term: int | None
    facts: NoticeFacts

    @property
    def no(self) -> str:
        """The number of its case."""
        return self.facts.no


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """A department's reminders of a day."""

    address: str
    members: tuple[DigestLine, ...]


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """A line of a list for the office: a case with its due date, or a task with the day on which it was created."""

    no: str
    subject: str
    applicant: str
    provider: str
    term: DueFacts | None = None
    move: EarlierDue | None = None
    created_on: date | None = None


@dataclass(frozen=True, slots=True)
class OfficeList:
    """The first lines of a list, and how many it has in all."""

    count: int
    lines: tuple[OfficeLine, ...]


@dataclass(frozen=True, slots=True)
class OfficeDigestFacts:
    """Open work of the office by list, how many running terms are provisional, and the newest seal."""

    lists: dict[str, OfficeList]
    provisional_count: int
    subject_title: str = "资源名称"
    seal: SealFacts | None = None


@dataclass(frozen=True, slots=True)
class MissingYearFacts:
    """The year whose arrangement is missing on the day ``since``, and the terms that wait for it."""

    year: int
    since: date
    waiting: OfficeList
    subject_title: str = "资源名称"


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting that was put off, for a department whose cases it speaks of: its number, its kind (协调, 审议), the day
    and hour that were said, those that hold (None: it was cancelled), the names of the resources.
    """

    meeting: str
    kind: str
    was_on: date
    was_at: str
    on: date | None
    at: str
    place: str
    subjects: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """Something of the system that is not as it should be: what is looked after, how it stands since which day, what to
    do; ``over``: it is as it should be again.
    """

    alarm: str
    what: str
    todo: str
    since: date
    over: bool = False


@dataclass(frozen=True, slots=True)
class UnreadableFacts:
    """Facts that cannot be read back, and why; ``no``: the number of the case, as far as it is known."""

    no: str
    fault: str


@dataclass(frozen=True, slots=True)
class SealedFacts:
    """Facts that were destroyed on an order (封存清除); ``sealed``: the number of the case that it named."""

    sealed: str


OfficeFacts: TypeAlias = OfficeDigestFacts | MissingYearFacts | AlarmFacts
Facts: TypeAlias = NoticeFacts | DigestFacts | OfficeFacts | MeetingFacts | SealedFacts | UnreadableFacts
