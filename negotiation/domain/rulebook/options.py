"""Open questions of law as named options: the article that leaves each open, its choices, its default, what is chosen.

A value of a procedure's file may depend on one: ``suspends = { option = "supplement_clock", suspend = ["reply"] }`` is
the list where ``suspend`` is chosen, and not there otherwise. All of that is settled while a rulebook is read: the
engine sees plain values, and a term or a row knows by which option each came. A choice is part of the version.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from negotiation.domain.rulebook.reader import Faults, Reader, TomlTable, TomlValue

OPTION = "option"  # the key of a table that stands for a value by choice
SETTLED = "(options)"  # in a term or a row that was settled: key → the option by which its value came
_REMEMBERS = re.compile(r"terms\.[^.]+\.|transitions\[\d+\]\.")


@dataclass(frozen=True, slots=True)
class Option:
    """An open question: ``basis`` is the article that leaves it open; ``choices`` have each their words."""

    key: str
    title: str
    basis: str
    choices: Mapping[str, str]
    default: str
    chosen: str

    @property
    def is_default(self) -> bool:
        """True where the installation keeps to what is shipped."""
        return self.chosen == self.default

    @property
    def says(self) -> str:
        """The choice as it stands beside a date that it bears on."""
        return f"按本办公室规定：{self.choices.get(self.chosen, '')}（选项“{self.title}”）"


def read_options(head: Reader) -> dict[str, Option]:
    """The options of rulebook.toml, each with what is chosen: its default where nothing is."""
    return {key: _option(key, part) for key, part in head.sections("options").items()}


def _option(key: str, read: Reader) -> Option:
    choices, default = read.table("choices", needed=True), read.text("default", needed=True)
    option = Option(
        key=key,
        title=read.text("title", needed=True),
        basis=read.text("basis", needed=True),
        choices={str(choice): str(words) for choice, words in choices.items()},
        default=default,
        chosen=read.text("chosen") or default,
    )
    if len(choices) < 2:
        read.fault("choices", "应有两个以上的选择，各有说明")
    for name, value in (("default", option.default), ("chosen", option.chosen)):
        if value not in option.choices:
            read.fault(name, f"没有选择“{value}”，可用：{'、'.join(option.choices)}")
    read.finish()
    return option


def is_by_option(value: TomlValue) -> TypeGuard[dict[str, TomlValue]]:
    """True of a table that stands for a value by choice."""
    return isinstance(value, dict) and isinstance(value.get(OPTION), str)


def settled(document: TomlTable, options: Mapping[str, Option], faults: Faults, name: str) -> dict[str, TomlValue]:
    """A document with the values that the choices give; a fault for an option or a choice that there is not."""
    return _Settling(options, faults, name).table(document, "")


def as_chosen(document: TomlTable, options: Mapping[str, Option]) -> dict[str, TomlValue]:
    """A document of a sound rulebook with the values that the choices give, and nothing of how they came."""
    return _Settling(options, Faults(), "", remembers=False).table(document, "")


@dataclass(frozen=True)
class _Settling:
    options: Mapping[str, Option]
    faults: Faults
    name: str
    remembers: bool = True

    def table(self, table: TomlTable, path: str) -> dict[str, TomlValue]:
        found: dict[str, TomlValue] = {}
        by: dict[str, TomlValue] = {}
        for key, value in table.items():
            if is_by_option(value):
                by[key] = value[OPTION]
            for each in self._values(value, f"{path}{key}"):
                found[key] = each
        return found | {SETTLED: by} if by and self.remembers and _REMEMBERS.fullmatch(path) else found

    def _values(self, value: TomlValue, path: str) -> Iterator[TomlValue]:
        """The value that stands here: itself, settled, or that of the choice; none where the choice has none."""
        if is_by_option(value):
            yield from self._chosen(value, path)
        elif isinstance(value, dict):
            yield self.table(value, f"{path}.")
        elif isinstance(value, list):
            yield [each for n, one in enumerate(value, 1) for each in self._values(one, f"{path}[{n}]")]
        else:
            yield value

    def _chosen(self, table: TomlTable, path: str) -> Iterator[TomlValue]:
        option = self.options.get(str(table[OPTION]))
        if option is None:
            self.faults.add(self.name, path, f"没有选项“{table[OPTION]}”：请写在 rulebook.toml 的 [options] 中")
            return
        for choice in table:
            if choice != OPTION and choice not in option.choices:
                known = "、".join(option.choices)
                self.faults.add(self.name, path, f"选项“{option.key}”没有选择“{choice}”，可用：{known}")
        if option.chosen in table:
            yield from self._values(table[option.chosen], path)
