"""Reads one procedure from its file and has it checked."""

from collections.abc import Mapping

from negotiation.domain.rulebook.checks import check
from negotiation.domain.rulebook.checks.names import HeadNames
from negotiation.domain.rulebook.event_rules import CLOCK_EVENTS, StateRule
from negotiation.domain.rulebook.keeping_rules import KEEP_YEARS
from negotiation.domain.rulebook.model import Procedure
from negotiation.domain.rulebook.output_rules import Opening
from negotiation.domain.rulebook.parsing.events_table import read_event, read_table
from negotiation.domain.rulebook.parsing.items import read_items
from negotiation.domain.rulebook.parsing.ledger import read_ledger
from negotiation.domain.rulebook.parsing.letters import read_letter
from negotiation.domain.rulebook.parsing.relations import read_prepared, read_tie
from negotiation.domain.rulebook.parsing.report import read_report
from negotiation.domain.rulebook.parsing.states_terms import read_field, read_state, read_term
from negotiation.domain.rulebook.reader import Reader

NEEDED = ("title", "basis", "number", "initial")
NAMED = ("subject", "copied", "related")  # fields, each by what it is for


def read_procedure(read: Reader, names: HeadNames) -> Procedure | None:
    """The procedure of a file, checked; None where its shape is one that no rule foresaw.

    A number where a table belongs is a fault of the file, not of the program.
    """
    try:
        return _procedure(read, names)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        read.fault("结构", f"写法与规则格式不符（{type(error).__name__}：{error}）")
        return None


def _procedure(read: Reader, names: HeadNames) -> Procedure:
    states = {key: read_state(key, part) for key, part in read.sections("states").items()}
    groups = _groups(read, states)
    events = {key: read_event(key, part) for key, part in read.sections("events").items()}
    procedure = Procedure(
        key=read.text("id", needed=True),
        revision=read.number("revision") or 0,
        keep_years=KEEP_YEARS if (years := read.number("keep_years")) is None else years,
        states=states,
        terms={key: read_term(key, part, names.options) for key, part in read.sections("terms").items()},
        fields={key: read_field(key, part) for key, part in read.sections("fields").items()},
        events=dict(CLOCK_EVENTS) | events,
        table=read_table(read, events, groups, names.options),
        item_rules=read_items(read, groups),
        milestones=read.table("milestones"),
        ledger=read_ledger(read), opening=_opening(read), tie=read_tie(read),
        prepared=read_prepared(read),
        letters=tuple(read_letter(part, groups) for part in read.rows("letters")),
        report=read_report(read),
        seats=names.seats,
        **_texts(read),
    )  # fmt: skip
    check(procedure, read, names, groups)
    return procedure


def _texts(read: Reader) -> dict[str, str]:
    return {key: read.text(key, needed=key in NEEDED) for key in (*NEEDED, *NAMED)}


def _groups(read: Reader, states: Mapping[str, StateRule]) -> dict[str, tuple[str, ...]]:
    """The names for several states at once; ``open`` and ``any`` are always there."""
    groups = {key: tuple(value) for key, value in read.table("groups").items()}
    groups["open"] = tuple(key for key, state in states.items() if not state.ending)
    groups["any"] = tuple(states)
    return groups


def _opening(read: Reader) -> Opening | None:
    if "opening" not in read.rest:
        return None
    part = Reader(read.faults, read.name, read.table("opening"), "opening.")
    opening = Opening(
        month=part.number("month") or 0,
        levels=part.names("levels"),
        event=part.text("event", needed=True),
        subject=part.text("subject", needed=True),
        field=part.text("field"),
    )
    part.finish()
    return opening
