"""Words in numbers and texts, found alike by both databases."""

from sqlalchemy import ColumnElement, and_, func, literal_column, or_

from negotiation.domain import case_numbers
from negotiation.store.columns import CASE

BY_CODE_POINT = "C"  # PostgreSQL's name for the order of text that SQLite always has
_ESCAPE = "\\"


def number_matches(dialect: str, word: str, *, begins: bool = True) -> ColumnElement[bool]:
    """The number begins with a word, as it was typed or as numbers are spelt; or it ends with it.

    What is quickly seen is looked at first, so that few numbers are read as an expression.
    """
    beginnings = dict.fromkeys((word, case_numbers.beginning(word))) if begins else ()
    found = [like(dialect, CASE.c.no, f"{literally(each)}%") for each in beginnings]
    if not (expression := case_numbers.tail(word)):
        return or_(*found)
    digits = case_numbers.last_digits(word)
    ends = or_(*(like(dialect, CASE.c.no, f"%{digits}{after}") for after in case_numbers.AFTER))
    has = (func.instr if dialect == "sqlite" else func.strpos)(CASE.c.no, digits) > literal_column("0")
    return and_(has, or_(*found, and_(ends, CASE.c.no.regexp_match(expression))))


def like(dialect: str, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """LIKE that takes a for A, and no other letter for another: as SQLite means it of itself."""
    if dialect == "sqlite":
        return column.like(pattern, escape=_ESCAPE)
    return column.collate(BY_CODE_POINT).ilike(pattern, escape=_ESCAPE)


def literally(word: str) -> str:
    """A word in a pattern, where nothing of it stands for anything else."""
    for sign in (_ESCAPE, "%", "_"):
        word = word.replace(sign, _ESCAPE + sign)
    return word
