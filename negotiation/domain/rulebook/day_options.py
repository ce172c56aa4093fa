"""The options of a rulebook that say how certain days are counted."""

from collections.abc import Mapping
from functools import lru_cache

from negotiation.core.day_rules import DayChoice
from negotiation.domain.rulebook.model import Rulebook
from negotiation.domain.rulebook.options import OPTION, Option, is_by_option
from negotiation.domain.rulebook.reader import toml_of

HEAD = "rulebook.toml"


def day_options(book: Rulebook) -> dict[DayChoice, Option]:
    """The open question behind each way of counting days that a rulebook leaves to a choice."""
    return {choice: book.options[key] for choice, key in _named_in(book.source[HEAD]).items() if key in book.options}


@lru_cache(maxsize=64)
def _named_in(head: str) -> Mapping[DayChoice, str]:
    listed = toml_of(head).get("day_choices")
    entries = [each for each in listed if is_by_option(each)] if isinstance(listed, list) else []
    return {choice: str(each[OPTION]) for each in entries for choice in DayChoice if choice in each.values()}
