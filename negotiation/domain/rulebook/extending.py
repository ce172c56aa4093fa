"""One document upon another: what a rulebook says that only says in what it differs from its base.

What a file says goes; what it does not say is the base's. Tables merge by their keys, lists of rows by the key of the
row (``ROW_KEYS``), lists of names by the name. Nothing falls away that ``remove`` does not name; what is removed and
written again stands where it stood. A new row stands after those of the same name, or after the one that ``follows``
names, or at the end; a new name in a list after the name that is written before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from negotiation.domain.rulebook.options import OPTION, is_by_option
from negotiation.domain.rulebook.reader import Faults, TomlTable, TomlValue
from negotiation.domain.rulebook.removals import Removals, removed

# By what a row of a list is known; a list of any other name is a value, and replaced whole.
ROW_KEYS: dict[str, tuple[str, ...]] = {
    "transitions": ("event", "from"),
    "reminders": ("days_before",),
    "lapse_notices": ("after", "to"),
    "notify": ("to",),
    "letters": ("title",),
    "prepared": ("from",),
    "columns": ("title",),
    "contradictions": ("says",),
    "outcomes": ("outcome", "state", "when"),
    "balances": ("says",),
}
FOLLOWS = "follows"


def row_names(kind: str, row: TomlTable) -> tuple[str, ...]:
    """The names by which a row can be called: its event, title …, then the states, roles or flags of its other keys."""
    first, *others = ROW_KEYS[kind]
    further = [row.get(key, []) for key in others]
    listed = [name for names in further for name in (names if isinstance(names, list | dict) else [names])]
    return (str(row.get(first, "")), *map(str, listed))


def row_key(kind: str, row: TomlTable) -> tuple[str, ...]:
    """The key of a row; a name and the list of this one name are the same key."""
    values = [row.get(key, "") for key in ROW_KEYS[kind]]
    return tuple(repr([value] if isinstance(value, str) else value) for value in values)


@dataclass
class _Place:
    """A row or an entry of a table on its way into the merged one; ``stays`` is False for one that is removed."""

    names: Sequence[str]
    value: Any
    stays: bool = True
    after: str = ""  # what it was placed after

    def is_called(self, name: str) -> bool:
        """True for its first name, and for that name with any of the others: ``refer``, ``refer.refused``."""
        return name in (self.names[0], *(f"{self.names[0]}.{other}" for other in self.names[1:]))


class Extension:
    """Merges the files of a rulebook into those of its base. Faults name the file and the key."""

    def __init__(self, faults: Faults, name: str, base: str) -> None:
        self.faults, self.name, self.base = faults, name, base

    def merged(self, base: TomlTable, own: TomlTable) -> dict[str, TomlValue]:
        """The document that ``own`` makes of ``base``."""
        paths = removed(own.get("remove", []))
        if paths is None:
            self.faults.add(self.name, "remove", "应为路径的列表，例如 terms.reply.start")
        removals = Removals.of(paths or [])
        whole = self._table(base, {key: value for key, value in own.items() if key != "remove"}, removals, "")
        for path in removals.unused:
            self.faults.add(self.name, f"remove（{path}）", f"{self.base} 中没有这一项")
        return whole

    def _table(self, base: TomlTable, own: TomlTable, removals: Removals, path: str) -> dict[str, TomlValue]:
        places = []
        for key, value in base.items():
            if removals.takes(key):
                places.append(_Place([key], own.get(key), stays=key in own))
            else:
                places.append(_Place([key], self._value(value, own, key, removals, path)))
        self._insert(places, [_Place([key], value) for key, value in own.items() if key not in base], path)
        return {place.names[0]: place.value for place in places if place.stays}

    def _value(self, base: Any, own: TomlTable, key: str, removals: Removals, path: str) -> Any:
        """The value of a key of the base, as it is after what ``own`` says of it and ``remove`` takes from it."""
        new, path = own.get(key), f"{path}{key}"
        if new is not None and new == base:
            self.faults.add(self.name, path, f"与 {self.base} 相同，没有改动，可以删去")
            return base
        if isinstance(base, dict) and isinstance(new, dict | None):
            return self._table(base, self._changes(new, path), removals.below(key), f"{path}.")
        if isinstance(base, list) and isinstance(new, list | None):
            return self._list(key, base, new, removals.below(key), path)
        return base if new is None else new

    def _changes(self, new: TomlTable | None, path: str) -> TomlTable:
        if new is not None and not new:
            self.faults.add(self.name, path, "没有写任何改动，可以删去")
        return new or {}

    def _list(self, key: str, base: list[Any], new: list[Any] | None, removals: Removals, path: str) -> list[Any]:
        both = [*base, *(new or [])]
        if key in ROW_KEYS and all(isinstance(each, dict) for each in both):
            return self._rows(key, base, new or [], removals, path)
        if all(isinstance(each, str) or is_by_option(each) for each in both):
            return self._names(base, new, removals, path)
        return base if new is None else new

    def _rows(
        self,
        kind: str,
        base: list[dict[str, TomlValue]],
        new: list[dict[str, TomlValue]],
        removals: Removals,
        path: str,
    ) -> list[Any]:
        changes = {row_key(kind, row): row for row in new}
        if len(changes) < len(new):
            self.faults.add(self.name, path, f"有两行的 {'、'.join(ROW_KEYS[kind])} 相同")
        places = []
        for row in base:
            names, change = row_names(kind, row), changes.pop(row_key(kind, row), None)
            if removals.takes_row(names):
                places.append(_Place(names, change, stays=change is not None))
            else:
                places.append(_Place(names, self._row(kind, row, change, removals.below_row(names), path)))
        self._insert(places, [_Place(row_names(kind, row), row) for row in changes.values()], f"{path}.")
        return [place.value for place in places if place.stays]

    def _row(
        self, kind: str, row: dict[str, TomlValue], change: dict[str, TomlValue] | None, removals: Removals, path: str
    ) -> dict[str, TomlValue]:
        where = f"{path}（{' · '.join(row_names(kind, row))}）"
        news = None if change is None else {key: new for key, new in change.items() if key not in ROW_KEYS[kind]}
        return self._table(row, self._changes(news, where), removals, f"{where}.")

    def _names(self, base: list[Any], new: list[Any] | None, removals: Removals, path: str) -> list[Any]:
        """Names, and tables that stand for one by choice: such a one is removed by the name of its option."""
        names = [name for name in base if not removals.takes(str(name[OPTION] if is_by_option(name) else name))]
        if new is not None and all(name in names for name in new):
            self.faults.add(self.name, path, f"没有 {self.base} 中所没有的名称，可以删去")
        at = len(names)
        for name in new or []:
            if name not in names:
                names.insert(at, name)
            at = names.index(name) + 1
        return names

    def _insert(self, places: list[_Place], fresh: Iterable[_Place], path: str) -> None:
        """Puts each new row or entry where it belongs; those that follow the same one keep their order."""
        for each in fresh:
            follows = each.value.get(FOLLOWS) if isinstance(each.value, dict) else None
            if follows is not None:
                each.value = {key: value for key, value in each.value.items() if key != FOLLOWS}
            each.after = str(follows or each.names[0])
            found = [n for n, place in enumerate(places) if place.is_called(each.after)]
            if follows is not None and not found:
                self.faults.add(self.name, f"{path}{each.names[0]}.{FOLLOWS}", f"没有“{follows}”")
            at = found[-1] + 1 if found else len(places)
            while found and at < len(places) and places[at].after == each.after:
                at += 1
            places.insert(at, each)
