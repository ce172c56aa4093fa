"""The facts of a letter, frozen, in the words in which they are printed. Templates name these and nothing else.

Dates read 2026年5月9日. A text that a person entered may have several paragraphs; between them stands a bell (\\a),
which docxtpl turns into a paragraph of the same form.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnteredField:
    """A text that was entered, under the key and the title of its field."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """An act of a party: its day, who did it, its title, what was entered. ``opinion``: the answer, without the word
    答复. ``words``: what was said in it. ``own``: it belongs to this procedure, and is none of those that every case
    may have (办理记录, 职责划转), nor that by which it began, nor the report in which it would be told.
    """

    on: str
    who: str
    title: str
    opinion: str
    said: tuple[EnteredField, ...]
    words: str = ""
    own: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A data item and its answer; ``due``: by when it is to be answered or supplied; "" for what is not yet.

    ``said``: condition, reason and basis of its answer; ``outcome``: what the dispute on it came to, "" where there
    was none; ``owed``: it was agreed, or decided to be shared, and is not supplied.
    """

    name: str
    answer: str
    said: str
    outcome: str
    due: str
    supplied: str
    confirmed: str
    owed: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A row of the ruler: the n-th day, or days that do not count and why."""

    number: str
    days: str
    why: str


@dataclass(frozen=True, slots=True)
class TermFacts:
    """A term. ``days``, ``counted``: working days, empty where an act set the date; ``left``: those still to come.

    ``past``: its last day has passed; ``answered``: the day on which it was answered, or nothing. ``according``: 依据,
    or 参照 for a body that is only bound by reference (809号令第四十三条). ``provisional``: what its date waits for, or
    nothing. ``ruler``: empty if nothing is counted.
    """

    title: str
    basis: str
    according: str
    start: str
    start_basis: str
    started: str
    counts_from: str
    days: str
    counted: str
    due: str
    provisional: str
    past: bool
    left: int
    answered: str
    awaits: str
    ruler: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """A view that was put on record: on which day, whose, in which words."""

    on: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """The way of a dispute, as far as it went: who brought it on which day, by which act, for what reason; when it was
    accepted, on which days there were sessions, until when no agreement was reached and what stays apart.

    ``deliberated``: what those who deliberated said, session by session.
    """

    referred: str
    by: str
    act: str
    reason: str
    accepted: str
    met: str
    ended: str
    apart: str
    deliberated: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a case: its day, whose, its number, what else was entered."""

    on: str
    by: str
    doc_no: str
    said: tuple[EnteredField, ...]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case. ``light``: 正常, 临期 …; ``term``: the one that ``due`` means; ``terms``: those of the annex.

    ``doc_no``: the number of the letter by which it was applied for. ``steps``: what the parties did, in order;
    ``answer``: the provider's, on record or put before its head; ``dispute``, ``decision``; None while there is none.
    ``owed``: the items that are still to be supplied, the resource itself where none were named.
    """

    no: str
    procedure: str
    subject: str
    applicant: str
    provider: str
    state: str
    light: str
    received: str
    doc_no: str
    items: tuple[Item, ...]
    owed: tuple[Item, ...]
    application: tuple[EnteredField, ...]
    term: TermFacts | None
    terms: tuple[TermFacts, ...]
    answer: Step | None
    steps: tuple[Step, ...]
    dispute: Dispute | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A meeting's agreement on one case; ``by`` is empty where it set no date."""

    no: str
    subject: str
    applicant: str
    provider: str
    agreed: str
    who: str
    by: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting; ``kind``: 协调, 审议; ``at``: 上午9:00; ``invited``: the parties of its cases.

    ``absent``: who asked for leave (请假), ``observers``: who sat in (列席); ``moved_from``: day and hour before it was
    put off.
    """

    no: str
    kind: str
    on: str
    weekday: str
    at: str
    place: str
    chair: str
    invited: str
    present: str
    absent: str
    observers: str
    moved_from: str
    items: tuple[Agreed, ...]


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """A letter. ``you``: 贵单位 or 你单位, ``we``: 我办; ``basis``: the articles with their documents, empty where the
    office rules; ``proposal``: what the writer proposes (拟办意见); ``note``: the 附注 in its brackets, or nothing;
    ``dated``: its date; ``today``: as of when the system knows.

    ``case``: of a letter about one case; ``cases``: those of the annex; ``field``: what was entered in that case, by
    the keys of its rulebook, empty where nothing was; ``meeting``: of a letter of a meeting.
    """

    number: str
    signer: str
    title: str
    author: str
    addressees: str
    you: str
    we: str
    basis: str
    asks: str
    proposal: str
    dated: str
    today: str
    note: str
    case: CaseFacts | None
    cases: tuple[CaseFacts, ...]
    field: Mapping[str, str]
    meeting: Meeting | None
