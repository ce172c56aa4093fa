"""Reads one procedure from its file and has it checked."""

from collections.abc import Collection, Mapping

from negotiation.rulebook.checks import check
from negotiation.rulebook.model import Procedure
from negotiation.rulebook.output_rules import Opening
from negotiation.rulebook.parsing.events_table import read_event, read_table
from negotiation.rulebook.parsing.ledger import read_ledger
from negotiation.rulebook.parsing.letters import read_letter
from negotiation.rulebook.parsing.relations import read_prepared, read_tie
from negotiation.rulebook.parsing.report import read_report
from negotiation.rulebook.parsing.states_terms import read_field, read_state, read_term
from negotiation.rulebook.reader import Reader


def read_procedure(
    read: Reader, roles: tuple[str, ...], laws: Collection[str], in_meetings: Mapping[str, str]
) -> Procedure | None:
    """A shape that no rule foresaw (a number where a table belongs) is a fault of the file, not of the program."""
    try:
        return _procedure(read, roles, laws, in_meetings)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        read.fault("结构", f"写法与规则格式不符（{type(error).__name__}：{error}）")
        return None


def _procedure(
    read: Reader, roles: tuple[str, ...], laws: Collection[str], in_meetings: Mapping[str, str]
) -> Procedure:
    states = {key: read_state(key, part) for key, part in read.sections("states").items()}
    groups = {key: tuple(value) for key, value in read.table("groups").items()}
    groups["open"] = tuple(key for key, state in states.items() if not state.ending)
    groups["any"] = tuple(states)
    events = {key: read_event(key, part) for key, part in read.sections("events").items()}
    procedure = Procedure(
        key=read.text("id", needed=True),
        title=read.text("title", needed=True),
        revision=read.number("revision") or 0,
        basis=read.text("basis", needed=True),
        number=read.text("number", needed=True),
        initial=read.text("initial", needed=True),
        subject=read.text("subject"),
        items=read.text("items"),
        agreed_items=read.text("agreed_items"),
        copied=read.text("copied"),
        states=states,
        terms={key: read_term(key, part) for key, part in read.sections("terms").items()},
        fields={key: read_field(key, part) for key, part in read.sections("fields").items()},
        events=events,
        table=read_table(read, events, groups),
        milestones=read.table("milestones"),
        ledger=read_ledger(read),
        opening=read_opening(read),
        tie=read_tie(read),
        related=read.text("related"),
        prepared=read_prepared(read),
        letters=tuple(read_letter(part, groups) for part in read.rows("letters")),
        report=read_report(read),
    )
    read.finish()
    check(procedure, read, roles, groups, laws, in_meetings)
    return procedure


def read_opening(read: Reader) -> Opening | None:
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
