"""Reads the form of the office's spreadsheet: the table [ledger]."""

from negotiation.domain.rulebook.ledger_rules import Ledger, LedgerColumn, LedgerStep
from negotiation.domain.rulebook.reader import Reader


def read_ledger(read: Reader) -> Ledger | None:
    """The table [ledger]; None where there is none."""
    if "ledger" not in read.rest:
        return None
    part = Reader(read.faults, read.name, read.table("ledger"), "ledger.")
    ledger = Ledger(
        sheet=part.text("sheet", needed=True),
        title=part.text("title", needed=True),
        actor=part.text("actor", needed=True),
        columns=tuple(_ledger_column(column) for column in part.rows("columns")),
        steps={key: _ledger_step(key, step) for key, step in part.sections("steps").items()},
    )
    part.finish()
    return ledger


def _ledger_column(read: Reader) -> LedgerColumn:
    column = LedgerColumn(
        title=read.text("title", needed=True),
        kind=read.text("is") or "field",
        step=read.text("step"),
        field=read.text("field"),
        law_into=read.text("law_into"),
    )
    read.finish()
    return column


def _ledger_step(key: str, read: Reader) -> LedgerStep:
    step = LedgerStep(
        key=key,
        events=read.names("events"),
        results=read.table("results"),
        field=read.text("field"),
        until_ending=read.flag("until_ending"),
        remarks=read.table("remarks"),
        words_into=read.text("words_into"),
        required=read.names("required"),
    )
    read.finish()
    return step
