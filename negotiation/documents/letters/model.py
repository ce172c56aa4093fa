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
    """An act of a party: its day, its title, what was entered. ``opinion``: the answer, without the word 答复."""

    on: str
    title: str
    opinion: str
    said: tuple[EnteredField, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A data item and its answer; ``due``: by when it is to be answered or supplied; "" for what is not yet.

    ``outcome``: what the dispute on it came to, "" where there was none.
    """

    name: str
    answer: str
    outcome: str
    due: str
    supplied: str
    confirmed: str


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
class NoticeFacts:
    """A notice that the system sent of the case: the day, to whom, of which kind."""

    on: str
    to: str
    kind: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case. ``light``: 正常, 临期 …; ``term``: the one that ``due`` means; ``terms``: those of the annex.

    ``steps``: what the parties did, in order; ``referral``: those from the referral on; ``answer``: the provider's, on
    record or put before its head; None while there is none.
    """

    no: str
    procedure: str
    subject: str
    applicant: str
    provider: str
    state: str
    light: str
    received: str
    items: tuple[Item, ...]
    application: tuple[EnteredField, ...]
    term: TermFacts | None
    terms: tuple[TermFacts, ...]
    answer: Step | None
    steps: tuple[Step, ...]
    referral: tuple[Step, ...]
    notices: tuple[NoticeFacts, ...]


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
    """A meeting; ``kind``: 协调, 审议."""

    no: str
    kind: str
    on: str
    weekday: str
    at: str
    place: str
    chair: str
    present: str
    items: tuple[Agreed, ...]


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """A letter. ``you``: 贵单位 or 你单位; ``basis``: the articles with their documents, empty where the office rules;
    ``note``: the 附注 in its brackets, or nothing; ``dated``: its date; ``today``: as of when the system knows.

    ``case``: of a letter about one case; ``cases``: those of the annex; ``field``: what was entered in that case, by
    the keys of its rulebook, empty where nothing was; ``meeting``: of a letter of a meeting.
    """

    number: str
    signer: str
    title: str
    author: str
    addressees: str
    you: str
    basis: str
    asks: str
    dated: str
    today: str
    note: str
    case: CaseFacts | None
    cases: tuple[CaseFacts, ...]
    field: Mapping[str, str]
    meeting: Meeting | None
