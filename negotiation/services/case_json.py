"""Keys of a case as scripts read it: of its line in the list, its events, terms and acts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NotRequired, TypedDict

from negotiation.domain.fields import Fields, Proof
from negotiation.store.case_queries import CaseNotice, OpenTask


class ProvisionalJson(TypedDict):
    """The arrangement that a provisional date waits for, and its range; "" and None of an official one."""

    awaits: str
    earliest: date | None
    latest: date | None


class MatterJson(TypedDict):
    """The number of the letter (来文事项) of a case, if that asks for more."""

    matter: NotRequired[str]


class LineJson(ProvisionalJson, MatterJson):
    """A line of the list of cases."""

    no: str
    procedure: str
    state: str
    state_title: str
    held_by: str
    light: str
    applicant: str
    provider: str
    subject: str
    received: date | None
    due: date | None
    official: bool
    overdue: bool
    next_due: date | None
    next_official: bool
    replied: date | None
    closed: date | None


class HandledLine(LineJson):
    """A line of the list with who handles the case, and the version that is shown."""

    handler: str
    version: int


class LinesJson(TypedDict):
    """A page of the list; ``cursor``: where the next one begins, None on the last."""

    as_of: date
    cases: list[HandledLine]
    cursor: str | None


class DifferenceJson(TypedDict):
    """A number of a unit's own figures that the office counted otherwise."""

    field: str
    title: str
    handed_in: int
    counted: int


class EventJson(TypedDict):
    """An event; ``shown`` is what was entered, as the form called it, ``files`` what came with it.

    ``amended_by``: the numbers of the events that corrected or struck it; ``struck``: it does not count any more.
    ``program``: where a program entered it in the actor's name, its token and who issued that, in words.
    ``expunged``: on which order what was entered was destroyed (封存清除), in words; "" where it was not.
    ``differences``: the numbers in which a unit's own figures are others than the office's count of that day.
    """

    seq: int
    on: date
    corrected: bool
    amended_by: list[int]
    struck: bool
    side: int | None
    event: str
    actor: str
    program: str
    role: str
    state: str
    basis: str
    term: int | None
    recorded_at: datetime
    fields: Fields | None
    expunged: str
    title: str
    cited: str
    shown: dict[str, str]
    files: list[Proof]
    differences: list[DifferenceJson]


class LengthJson(TypedDict):
    """The length of a term: ``days`` of its ``unit`` in all, with extensions; ``length`` and ``left``: in words."""

    days: int | None
    unit: str
    length: str | int
    counted: int | None
    frozen: int | None
    left: str


class TermJson(ProvisionalJson, LengthJson):
    """A term; ``dated``: what its date is called if no count gave it.

    ``items``: the names of those that it is about; ``supplies``: they are supplied in it; ``struck``: it never ran.
    ``status``: how it stands, in words, on pages only.
    """

    n: int
    kind: str
    main: bool
    items: list[str]
    started: date
    counts_from: date
    due: date
    official: bool
    suspended: date | None
    paused: int
    lapsed: date | None
    answered: date | None
    ended: date | None
    basis: str
    title: str
    cited: str
    runs: bool
    supplies: bool
    struck: bool
    dated: str
    pauses: bool
    status: NotRequired[str]


class ItemJson(TypedDict):
    """A data item; ``due``: the day by which it is to be answered or supplied.

    ``unobjected``: the day on which the term to object to its supply ended in silence.
    """

    n: int
    name: str
    whole: bool
    answer: str
    stage: str
    reason: str
    reason_class: str
    condition: str
    legal_basis: str
    answered: date | None
    due: date | None
    official: bool
    supplied: date | None
    supplied_by: str
    confirmed: date | None
    unobjected: date | None


class CaseJson(LineJson):
    """A case whole; ``expunged``: on which order its texts were destroyed, in words; "" where they were not."""

    expunged: str
    rulebook: str
    law: str
    version: int
    events: list[EventJson]
    items: list[ItemJson]
    terms: list[TermJson]
    tasks: Sequence[OpenTask]
    notices: Sequence[CaseNotice]


class ActJson(TypedDict):
    """An act with its roles and form."""

    event: str
    title: str
    by: list[str]
    required: list[str]
    optional: list[str]
    basis: str


class LaterJson(ActJson):
    """An act that is open from a known day on; ``official``: whether that day is."""

    since: date
    official: bool


class WaitingJson(TypedDict):
    """An act that waits for a head."""

    event: str
    title: str
    author: str
    proposed_at: datetime
    head_of: str


class ActsJson(TypedDict):
    """The acts open in a case now, those open from a known day on, those that wait for a head."""

    acts: list[ActJson]
    acts_later: list[LaterJson]
    waiting: list[WaitingJson]


class CaseWithActs(CaseJson, ActsJson):
    """A case whole, with what may be done in it."""


class DeskJson(TypedDict):
    """The office's day: sections of cases by their titles, open tasks."""

    as_of: date
    sections: dict[str, list[LineJson]]
    tasks: Sequence[OpenTask]
