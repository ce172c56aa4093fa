"""The keys that a rulebook may have, as they are read: type, whether needed, allowed values, meaning in one line."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from negotiation.core.day_rules import DayChoice
from negotiation.core.enums import CalendarLayer, LetterKind, Level, SharingClass
from negotiation.domain.lengths import Unit
from negotiation.domain.rulebook.checks.letters import letter_templates
from negotiation.domain.rulebook.checks.names import mail_templates
from negotiation.domain.rulebook.checks.report import COUNTED, RATES, TABLES
from negotiation.domain.rulebook.event_rules import FIELD_KINDS, MILESTONE_COLUMNS
from negotiation.domain.rulebook.head_meanings import HEAD
from negotiation.domain.rulebook.item_rules import KEPT, SELECTORS, STATES
from negotiation.domain.rulebook.model import AGENDAS, END, FLAG, PROPOSE
from negotiation.domain.rulebook.output_rules import OUTCOMES
from negotiation.domain.rulebook.parsing.book import parse
from negotiation.domain.rulebook.procedure_meanings import PROCEDURE
from negotiation.domain.rulebook.reader import Faults
from negotiation.domain.rulebook.term_rules import CONSENT, OPEN_ITEMS, SET_OF_ITEMS

HEAD_FILE = "rulebook.toml"
TYPES = {
    "text": "文字", "number": "整数", "true or false": "true 或 false", "date": "日期", "table": "表",
    "names": "名称", "rows": "行", "value": "值",
}  # fmt: skip


class Key(NamedTuple):
    """A key: ``shape`` with ``*`` for a name that the rulebook gives and ``[]`` for each row of a list."""

    shape: str
    kind: str
    needed: bool
    values: tuple[str, ...]
    meaning: str


class _Heard(Faults):
    """Hears of every key that is read: file and shape → its type and whether it is needed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[tuple[bool, str], tuple[str, bool]] = {}

    def asked(self, file: str, shape: str, kind: str, *, needed: bool) -> None:
        if shape.startswith("report.counts."):
            shape = "report.counts.*"
        self.found[file == HEAD_FILE, shape] = kind, needed


def keys_read(sources: Iterable[Mapping[str, str]], *, head: bool) -> dict[str, tuple[str, bool]]:
    """The keys of rulebook.toml, or of the file of a procedure, that are read of these rulebooks' files."""
    heard = _Heard()
    for source in sources:
        parse(source, faults=heard)
    return {shape: found for (in_head, shape), found in heard.found.items() if in_head == head}


def keys(sources: Iterable[Mapping[str, str]], *, head: bool) -> list[Key]:
    """The keys with their meanings, in the order in which a rulebook is written."""
    read, meanings, values = keys_read(sources, head=head), HEAD if head else PROCEDURE, allowed()
    return [Key(shape, *read[shape], values.get(shape, ()), meanings[shape]) for shape in meanings if shape in read]


@lru_cache(maxsize=1)
def allowed() -> Mapping[str, tuple[str, ...]]:
    """The values that a key may have, where they are not the rulebook's own names."""
    mails, overdue = tuple(sorted(mail_templates())), tuple(f"{each}_overdue" for each in SELECTORS)
    return _FIXED | {
        "terms.*.reminders[].notice": mails,
        "terms.*.lapse_notices[].notice": mails,
        "events.*.notify[].notice": mails,
        "transitions[].items.among": (*SELECTORS, *overdue),
        "letters[].template": tuple(sorted(letter_templates())),
    }


_FIXED: dict[str, tuple[str, ...]] = {
    "calendar_layer": tuple(CalendarLayer),
    "day_choices": tuple(DayChoice),
    "milestones": MILESTONE_COLUMNS,
    "items.keeps": KEPT,
    "items.states": STATES,
    "states.*.ending": ("closed", "void"),
    "states.*.agenda": tuple(AGENDAS),
    "terms.*.unit": tuple(Unit),
    "terms.*.items": (OPEN_ITEMS, SET_OF_ITEMS),
    "terms.*.on_lapse": (FLAG, PROPOSE, END),
    "terms.*.silence": (CONSENT,),
    "fields.*.kind": FIELD_KINDS,
    "resource.advise": tuple(SharingClass),
    "resource.contradictions[].classes": tuple(SharingClass),
    "opening.levels": tuple(Level),
    "letters[].kind": tuple(LetterKind),
    "letters[].meetings": tuple(AGENDAS),
    "report.rate": RATES,
    "report.table": TABLES,
    "report.outcomes[].outcome": tuple(OUTCOMES),
    "report.counts": COUNTED,
    "ledger.columns[].is": ("ordinal", "number", "date", "result", "remark", "document"),
}
