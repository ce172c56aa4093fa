"""The office's form of a ledger: its columns and steps, and which rows of a sheet are cases. Pure.

The form is the rulebook's ``[ledger]``; nothing here names a procedure, a state, an event or a column.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from negotiation.core.enums import PARTY_ROLES
from negotiation.documents.spreadsheets.cell_text import clean, squeeze
from negotiation.documents.spreadsheets.lines import Line
from negotiation.documents.spreadsheets.number_formats import Unclear
from negotiation.domain.departments import Directory
from negotiation.domain.rulebook import Ledger, LedgerColumn, LedgerStep, Procedure

STRUCK_OUT = re.compile(r"[-/\\—–―－／]+$")  # how people strike a cell out
_TOTAL = re.compile(r"(本[页月季年])?(合计|小计|总计|共计|累计)")
NUMBERED = re.compile(r"[\d〇一二三四五六七八九十]")
NOBODY = Directory(())
_BREAK = re.compile(r"\s*[\r\n]+\s*")
_BREAK_IN_WORDS = re.compile(r"(?<=[A-Za-z0-9])\s*[\r\n]+\s*(?=[A-Za-z0-9])")


class Fault(NamedTuple):
    """A fault of a row: under which column, and why, as a sentence."""

    column: str
    why: str


# ------------------------------------------------------------------------------------------------------- the form


@dataclass(frozen=True)
class Form:
    """The form of one procedure; ``places``: where its columns stand in the sheet at hand."""

    rules: Procedure
    ledger: Ledger
    places: Mapping[str, int]

    @cached_property
    def number(self) -> str:
        return next(column.title for column in self.ledger.columns if column.kind == "number")

    @cached_property
    def steps(self) -> tuple[LedgerStep, ...]:
        """The steps in the order of their columns."""
        keys = dict.fromkeys(column.step for column in self.ledger.columns if column.step)
        return tuple(self.ledger.steps[key] for key in keys)

    @cached_property
    def statics(self) -> tuple[LedgerColumn, ...]:
        """The columns that belong to the case and to no later step."""
        return tuple(column for column in self.ledger.columns if column.field and not column.step)

    @cached_property
    def required(self) -> frozenset[str]:
        """The fields that a new case needs: its parties, and what its first event requires."""
        first = {key for event in self.steps[0].events for key in self.rules.events[event].required}
        return frozenset(first | set(PARTY_ROLES))

    @cached_property
    def remark(self) -> LedgerColumn | None:
        return next((column for column in self.statics if column.kind == "remark"), None)

    @cached_property
    def ordinals(self) -> tuple[str, ...]:
        return tuple(column.title for column in self.ledger.columns if column.kind == "ordinal")

    @cached_property
    def parties(self) -> tuple[str, ...]:
        return tuple(column.title for column in self.statics if column.field in PARTY_ROLES)

    @cached_property
    def aside(self) -> frozenset[str]:
        """The columns that alone make no case: people number rows in advance, and write below them."""
        return frozenset((*self.ordinals, *([self.remark.title] if self.remark else [])))

    @cached_property
    def _dates(self) -> Mapping[str, str]:
        return {column.step: column.title for column in self.ledger.columns if column.kind == "date"}

    @cached_property
    def _results(self) -> Mapping[str, str]:
        return {column.step: column.title for column in self.ledger.columns if column.kind == "result"}

    def date_of(self, step: LedgerStep) -> str:
        return self._dates[step.key]

    def result_of(self, step: LedgerStep) -> str:
        """The title of the step's result column, "" if it has none."""
        return self._results.get(step.key, "")

    def fields_of(self, step: LedgerStep) -> tuple[LedgerColumn, ...]:
        return tuple(column for column in self.ledger.columns if column.step == step.key and column.field)

    def columns_of(self, step: LedgerStep) -> frozenset[str]:
        """The titles of all columns of a step."""
        return frozenset(column.title for column in self.ledger.columns if column.step == step.key)

    def column_of(self, field: str, step: LedgerStep) -> str:
        """The column in which a field of a step is written, "" if the form has none."""
        columns = self.fields_of(step) or ()
        return next((column.title for column in (*columns, *self.statics) if column.field == field), "")

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The columns without which a sheet cannot be read; of a date and its result both, if either is there."""
        needed = [self.number, self.date_of(self.steps[0])]
        needed += [column.title for column in self.statics if column.field in self.required]
        for step in self.steps:
            pair = [title for title in (self.date_of(step), self.result_of(step)) if title]
            needed += pair if any(title in self.places for title in pair) else []
        return tuple(dict.fromkeys(needed))

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The needed columns that the sheet at hand lacks."""
        return tuple(title for title in self.needed if title not in self.places)

    def leftmost(self, titles: Iterable[str]) -> str:
        """The one of some columns that stands first in the sheet."""
        return min(titles, key=self._place)

    def _place(self, title: str) -> int:
        return self.places.get(title, len(self.places) + max(self.places.values()))

    def in_order(self, faults: Sequence[Fault]) -> list[Fault]:
        """Of each column the first fault, from the left by the order of the sheet."""
        of_column = {each.column: each for each in reversed(faults)}
        return sorted(of_column.values(), key=lambda each: self._place(each.column))

    def under(self, rules: Procedure) -> "Form":
        """The form of this sheet by the rules of a case, which may read its steps in their own way."""
        return replace(self, rules=rules, ledger=rules.ledger or self.ledger)


# ------------------------------------------------------------------------------------------------- a row of cells


def is_decoration_row(form: Form, line: Line) -> bool:
    """True if a row under the header is no case: blank, a total, a header printed again, who filled the form in."""
    number = squeeze(line.at(form.places[form.number]))
    if number == squeeze(form.number) or _is_total(form, line, number):
        return True
    if isinstance(line.at(form.places[form.number]), Unclear):
        return False  # what stands there cannot be read, but something does
    filled = [title for title, place in form.places.items() if title not in form.aside and cell_text(line.at(place))]
    return not filled or (filled == [form.number] and ":" in number)


def _is_total(form: Form, line: Line, number: str) -> bool:
    if number and not _TOTAL.match(number):
        return any(_TOTAL.match(squeeze(line.at(form.places.get(title)))) for title in form.ordinals)
    if any(cell_text(line.at(form.places.get(title))) for title in form.parties):
        return False  # a row that names a department is a case, whatever its words begin with
    return any(_TOTAL.match(squeeze(value)) for value in line.values if isinstance(value, str))


def cell_text(value: Any, *, whole: bool = False) -> str:
    """The text of a cell, "" if it is struck out; line breaks inside are a narrow column's, unless it is kept whole."""
    text = clean(value)
    if STRUCK_OUT.match(text):
        return ""
    if whole:
        return text.replace("\r\n", "\n")
    return _BREAK.sub("", _BREAK_IN_WORDS.sub(" ", text))
