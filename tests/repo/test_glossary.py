"""The glossary holds every word: of enums, of rulebooks, of the states and events of the main procedure."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import calendars
import negotiation
from negotiation.domain.rulebook import load, parse, shipped
from negotiation.domain.rulebook.reader import Reader

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
KEYS_OF = "Keys of a rulebook"
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
IN_CODE = re.compile(r"`([^`\n]+)`")
ROOTS = ("negotiation", "calendars")
RUN_ON_IMPORT = re.compile(r"\.(__main__|migrations)\b")
# Keys inside values that are read whole: of `days_by`, `within`, `lengthens`, `limit`, `starts` and `address`.
INNER_KEYS = {"field", "flag", "term", "days", "at_most", "when", "anew", "mail", "notice"}
# Keys of a rulebook that extends another: they are gone before the whole is read.
EXTENDING_KEYS = {"extends", "remove", "follows", "cited_as"}


def _enums() -> list[type[Enum]]:
    """Every enum of the program and of the calendars, wherever it lives."""
    found = {each for name in _modules() for each in vars(import_module(name)).values() if inspect.isclass(each)}
    ours = (each for each in found if issubclass(each, Enum) and each.__module__.split(".")[0] in ROOTS)
    return sorted(ours, key=lambda each: (each.__module__, each.__qualname__))


def _modules() -> Iterator[str]:
    for package in (calendars, negotiation):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not RUN_ON_IMPORT.search(module.name):
                yield module.name


@pytest.mark.parametrize("enum", [pytest.param(each, id=f"{each.__module__}.{each.__name__}") for each in _enums()])
def test_every_enum_stands_in_the_glossary_with_its_members(enum: type[Enum]) -> None:
    name = enum.__name__
    expected = {name, *(f"{name}.{member.name}" for member in enum)}
    assert expected <= _words(), f"docs/glossary.md lacks words of {enum.__module__}"


def test_every_key_of_a_rulebook_stands_in_the_glossary(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _keys_asked(monkeypatch) | INNER_KEYS | EXTENDING_KEYS <= _words(KEYS_OF)


def test_every_state_and_event_of_a_main_procedure_stands_in_the_glossary() -> None:
    for folder in shipped().values():
        book = load(folder)
        procedure = book.procedure(book.main_procedure)
        assert {*procedure.states, *procedure.events} <= _words(), book.id


def test_no_row_of_the_glossary_is_without_its_meaning_or_term() -> None:
    rows = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    bare = [row for row in rows if sum(bool(cell.strip()) for cell in row.split("|")) < 2]
    assert not bare


def _words(section: str = "") -> set[str]:
    """What stands in code marks, in the whole glossary or in one of its sections."""
    _, *parts = SECTION.split(GLOSSARY.read_text("utf-8"))
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    text = sections[section] if section else "".join(parts)
    return set(IN_CODE.findall(text))


class _Asked(dict[str, Any]):
    """A table that notes the keys it is asked for, whether it has them or not."""

    keys_asked: set[str] = set()  # noqa: RUF012 (of all tables together)

    def pop(self, key: str, *default: Any) -> Any:
        self.keys_asked.add(key)
        return super().pop(key, *default)


def _keys_asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys that the reader asks of the tables of the shipped rulebooks: all that it accepts."""
    begun = Reader.__init__

    def begin(self: Reader, *given: Any, **named: Any) -> None:
        begun(self, *given, **named)
        self.rest = _Asked(self.rest)

    monkeypatch.setattr(Reader, "__init__", begin)
    monkeypatch.setattr(_Asked, "keys_asked", set())
    for folder in shipped().values():
        parse(load(folder).source)
    return _Asked.keys_asked
