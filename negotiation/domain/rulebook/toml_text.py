"""Writes a document as TOML, the same document always as the same text: what the database keeps is compared by it."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeGuard

from negotiation.domain.rulebook.reader import TomlTable, TomlValue

SECTIONS = ("states", "terms", "events")  # each of their rows is a section of its own; others are rows of one section
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(document: TomlTable) -> str:
    """The text of a file, without comments: values first, then a section for each table, one for each row of a list."""
    values = {key: value for key, value in document.items() if not isinstance(value, dict) and not _are_rows(value)}
    parts = ["\n".join(_lines(values))]
    for key, value in document.items():
        if isinstance(value, dict):
            parts += _sections(key, value)
        elif _are_rows(value):
            parts += ["\n".join([f"[[{_key(key)}]]", *_lines(row)]) for row in value]
    return "\n\n".join(parts) + "\n"


def _sections(key: str, table: TomlTable) -> Iterator[str]:
    rows = {name: row for name, row in table.items() if isinstance(row, dict)}
    if key not in SECTIONS or len(rows) < len(table):
        yield "\n".join([f"[{_key(key)}]", *_lines(table)])
        return
    for name, row in rows.items():
        yield "\n".join([f"[{_key(key)}.{_key(name)}]", *_lines(row)])


def _lines(table: TomlTable) -> list[str]:
    return [f"{_key(key)} = {_many(value) if _are_rows(value) else _value(value)}" for key, value in table.items()]


def _many(rows: Sequence[TomlValue]) -> str:
    """A short list of rows on one line, a longer one with a line for each row."""
    line = _value([*rows])
    if len(line) <= 100:
        return line
    return "[\n" + "".join(f"  {_value(row)},\n" for row in rows) + "]"


def _value(value: TomlValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    return str(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _are_rows(value: TomlValue) -> TypeGuard[list[dict[str, TomlValue]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
