"""A version of a shipped rulebook says for ever what it said when it was given out, however its files are written.

``editions/`` holds the content of each version as it was read from its files; a version that follows brings its own.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from negotiation.domain.rulebook import load, shipped

EDITIONS = Path(__file__).parent / "editions"
GIVEN_OUT = {"beijing-2017": "6", "beijing-2025": "6.3", "national-2025": "6.3.2"}  # with 0.2.0
# In these the order of the keys is what people see: buttons, forms, columns. In any other table it means nothing.
IN_ORDER = ("states", "terms", "fields", "events", "choices", "steps", "roles")


def comparable(value: Any, *, in_order: bool = False) -> Any:
    """A value with its tables as lists of pairs: sorted where their order says nothing."""
    if isinstance(value, dict):
        pairs = [[key, comparable(each, in_order=key in IN_ORDER)] for key, each in value.items()]
        return pairs if in_order else sorted(pairs, key=lambda pair: str(pair[0]))
    return [comparable(each) for each in value] if isinstance(value, list) else str(value)


def parts(files: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """Each table or value at the top of each file, so that a difference is named by its place."""
    return {
        (name, key): comparable(value, in_order=key in IN_ORDER)
        for name, document in files.items()
        for key, value in document.items()
        if (name, key) != ("rulebook.toml", "version")
    }


@pytest.mark.parametrize("name", GIVEN_OUT)
def test_a_version_that_was_given_out_never_changes(name: str) -> None:
    kept = json.loads((EDITIONS / f"{name}.json").read_text("utf-8"))["files"]
    book = load(shipped()[name])
    then, today = parts(kept), parts({file: tomllib.loads(text) for file, text in book.source.items()})
    changed = [place for place in {**then, **today} if then.get(place) != today.get(place)]
    assert book.version != GIVEN_OUT[name] or not changed, changed
