"""Reads tables of TOML key by key, with their types, and gathers every fault with its file and key."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from negotiation.core.errors import RulebookErrors

TomlValue: TypeAlias = "str | int | float | bool | date | list[TomlValue] | dict[str, TomlValue]"
TomlTable: TypeAlias = Mapping[str, TomlValue]  # a document, or a table in one

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
KINDS = {str: "text", int: "number", bool: "true or false", date: "date", dict: "table"}


@lru_cache(maxsize=128)
def toml_of(text: str) -> TomlTable:
    """The document in a text, read once: a base and what extends it are read of the same files. Nobody changes it.

    Raises tomllib.TOMLDecodeError.
    """
    return tomllib.loads(text)


def table_in(document: TomlTable, key: str) -> dict[str, TomlValue]:
    """The table under a key; an empty one where nothing or something else stands there, which its reader says."""
    found = document.get(key)
    return found if isinstance(found, dict) else {}


class Faults:
    """Gathers faults, so that one run of the checker names them all."""

    def __init__(self) -> None:
        self.list: list[str] = []

    def add(self, name: str, key: str, what: str) -> None:
        """Add a fault of a file, under its key."""
        self.list.append(f"{name} · {key}：{what}")

    def asked(self, file: str, shape: str, kind: str, *, needed: bool) -> None:
        """Hears of each key that is read: the reference of the keys is written by this."""

    def toml(self, name: str, text: str) -> dict[str, TomlValue]:
        """The document in a text; an empty one, and a fault, where it is no TOML."""
        try:
            return dict(toml_of(text))
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            at = f"第{place[1]}行第{place[2]}列" if place else "文件末尾"
            what = _PLACE.sub("", str(error)).replace("(at end of document)", "").strip()
            self.add(name, "TOML", f"{at}不符合 TOML 的写法（{what}）；改正之后再检查其余内容")
            return {}

    def documents(self, texts: Mapping[str, str], where: str = "") -> dict[str, dict[str, TomlValue]]:
        """The documents in the texts of a folder. What stands in a file that cannot be read nobody knows.

        So RulebookErrors is raised with the files that are no TOML, and with nothing that would follow from it.
        """
        found = {name: self.toml(name, text) for name, text in texts.items()}
        self.raise_any(where)
        return found

    def raise_any(self, where: str) -> None:
        """Raise RulebookErrors with all that were found, if any; ``where`` is the folder."""
        if self.list:
            raise RulebookErrors(self.list, where=where)


class Reader:
    """Reads keys of one table, with their types; what is left at the end is a key nobody knows."""

    def __init__(self, faults: Faults, name: str, table: TomlTable, path: str = "", shape: str = "") -> None:
        self.faults, self.name, self.path, self.shape = faults, name, path, shape or path
        self.rest = dict(table)

    def fault(self, key: str, what: str) -> None:
        """Add a fault of this table, under one of its keys."""
        self.faults.add(self.name, f"{self.path}{key}", what)

    def optional(self, key: str, kind: str = "value") -> Any:
        """The value of a key, taken as it is; None if it is not there. ``kind`` is what it should be, in a word."""
        return self._taken(key, kind)

    def _taken(self, key: str, kind: str, *, needed: bool = False) -> Any:
        self.faults.asked(self.name, f"{self.shape}{key}", kind, needed=needed)
        return self.rest.pop(key, None)

    def _typed(self, key: str, kind: type, words: str, *, needed: bool) -> Any:
        value = self._taken(key, KINDS[kind], needed=needed)
        if value is None:
            if needed:
                self.fault(key, "缺少")
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(key, f"应为{words}")
            return None
        return value

    def text(self, key: str, *, needed: bool = False) -> str:
        """Take a text; "" if it is not there."""
        text: str | None = self._typed(key, str, "文字", needed=needed)
        if needed and text is not None and not text.strip():
            self.fault(key, "不能为空")
        return text or ""

    def number(self, key: str) -> int | None:
        """Take a whole number; None if it is not there."""
        value: int | None = self._typed(key, int, "整数", needed=False)
        return value

    def flag(self, key: str) -> bool:
        """Take a true or false; False if it is not there."""
        return bool(self._typed(key, bool, "true 或 false", needed=False))

    def day(self, key: str) -> date | None:
        """Take a date; None if it is not there."""
        value: date | None = self._typed(key, date, "日期", needed=False)
        return value

    def table(self, key: str, *, needed: bool = False) -> dict[str, Any]:
        """Take a table as it is; an empty one if it is not there."""
        return self._typed(key, dict, "表", needed=needed) or {}

    def names(self, key: str) -> tuple[str, ...]:
        """Take a name or a list of names; () if it is not there."""
        value = self._taken(key, "names")
        if value is None:
            return ()
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            self.fault(key, "应为名称或名称的列表")
            return ()
        return tuple(listed)

    def rows(self, key: str) -> list["Reader"]:
        """Take a list of tables, a reader for each."""
        value = self._taken(key, "rows")
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fault(key, "应为表的列表")
            return []
        shape = f"{self.shape}{key}[]."
        return [Reader(self.faults, self.name, row, f"{self.path}{key}[{n}].", shape) for n, row in enumerate(value, 1)]

    def sections(self, key: str) -> dict[str, "Reader"]:
        """Take a table of tables: name → a reader for each."""
        value = self.table(key)
        found = {}
        for name, table in value.items():
            if isinstance(table, dict):
                path, shape = f"{self.path}{key}.{name}.", f"{self.shape}{key}.*."
                found[name] = Reader(self.faults, self.name, table, path, shape)
            else:
                self.fault(f"{key}.{name}", "应为表")
        return found

    def finish(self) -> None:
        """Add a fault for each key that nobody took."""
        for key in self.rest:
            self.fault(key, "不认识的键")
