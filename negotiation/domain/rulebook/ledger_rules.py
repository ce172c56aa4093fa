"""The form of the office's spreadsheet, as a rulebook gives it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column of the office's spreadsheet: ``kind`` is ordinal, number, date, result, remark, document (the number
    of a paper; the last two are fields too) or field."""

    title: str
    kind: str
    step: str
    field: str
    law_into: str


@dataclass(frozen=True, slots=True)
class LedgerStep:
    """The meaning, as events, of the cells of one step of the spreadsheet.

    ``field``: the field that a result sets, and ``words_into`` the one that takes the words of the result as they
    stand; ``required``: the fields whose cells must be filled where the step has happened.
    """

    key: str
    events: tuple[str, ...]
    results: Mapping[str, str]
    field: str
    until_ending: bool
    remarks: Mapping[str, str]
    words_into: str = ""
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The form of the office's spreadsheet for one procedure."""

    sheet: str
    title: str
    actor: str
    columns: tuple[LedgerColumn, ...]
    steps: Mapping[str, LedgerStep]
