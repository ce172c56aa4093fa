"""In what one rulebook differs from another, as a lawyer reads it: by procedure and row, with the article, old and new.

Both are compared as they are loaded, whole: it does not matter which of them is written as an extension of which.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from negotiation.domain.rulebook.event_rules import BACK, ITEMS, STAY
from negotiation.domain.rulebook.extending import ROW_KEYS, row_key
from negotiation.domain.rulebook.item_rules import KEPT, OVERDUE
from negotiation.domain.rulebook.item_rules import STATES as ITEM_STATES
from negotiation.domain.rulebook.key_titles import KEYS, KEYS_IN, NAMES, REMAINDERS, SECTIONS, SELECTED, VALUES
from negotiation.domain.rulebook.model import Rulebook
from negotiation.domain.rulebook.options import as_chosen
from negotiation.domain.rulebook.reader import TomlTable, table_in, toml_of

Change = Literal["added", "changed", "removed"]
HEAD = "rulebook.toml"
CITED = ("basis", "start_basis", "lapse_basis")
UNCOMPARED = ("id", "version", "revision")  # each rulebook has its own
ORDER = ("", *SECTIONS, *REMAINDERS)
WHOLE = ("groups", "items")  # whose names are their own: one that is called as a section is none
ALL_ITEMS = "全部"
NO_ONE = "（无）"
STATES = {STAY: "状态不变", BACK: "退回原环节", ITEMS: "依数据项而定", "open": "未结束的各状态", "any": "各状态"}


@dataclass(frozen=True, slots=True)
class Detail:
    """A changed value of a row: the title of its key, the old text and the new one; "" where there is none."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that only one of two rulebooks has, or that differs; ``basis``: its article as the newer one cites it."""

    procedure: str
    section: str
    row: str
    change: Change
    basis: str
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a file: by the titles of its keys each value, once as it is compared and once as it is read."""

    section: str
    title: str
    basis: str
    values: Mapping[str, tuple[Any, str]]


def difference(old: Rulebook, new: Rulebook) -> list[Difference]:
    """Every difference between two rulebooks: the head first, then each procedure, in the order of the newer one."""
    before, after = _Reading(old).files(), _Reading(new).files()
    found: list[Difference | None] = []
    for name in dict.fromkeys([HEAD, *after, *before]):
        was, now, title = before.get(name, {}), after.get(name, {}), _title(new, old, name)
        if was and now:
            keys = sorted(dict.fromkeys([*now, *was]), key=lambda key: ORDER.index(key[0]))
            found += [_compared(title, was.get(key), now.get(key)) for key in keys]
        else:
            found.append(_of_procedure(title, was or now, "removed" if was else "added"))
    return [each for each in found if each is not None]


def _title(new: Rulebook, old: Rulebook, name: str) -> str:
    for book in (new, old):
        if name in book.source and name != HEAD:
            return book.procedures[str(toml_of(book.source[name])["id"])].title
    return "规则"


def _of_procedure(title: str, rows: Mapping[Any, _Row], change: Change) -> Difference:
    """A whole procedure that only one of the two has: its rows are not listed, it is read by itself."""
    head = rows["", ""]
    return Difference(title, REMAINDERS[""], title, change, head.basis, ())


def _compared(procedure: str, old: _Row | None, new: _Row | None) -> Difference | None:
    """The difference of two rows, None if there is none."""
    row = new or old
    was, now = (each.values if each else {} for each in (old, new))
    nothing = (None, "")
    pairs = [(what, was.get(what, nothing), now.get(what, nothing)) for what in dict.fromkeys([*now, *was])]
    details = tuple(
        Detail(what, one[1], other[1]) for what, one, other in pairs if one[0] != other[0] and one[1] != other[1]
    )
    if row is None or not details:
        return None
    change: Change = "added" if old is None else "removed" if new is None else "changed"
    return Difference(procedure, row.section, row.title, change, row.basis, details)


def _title_in(row: object, otherwise: str) -> str:
    return str(row.get("title", otherwise)) if isinstance(row, Mapping) else otherwise


def _selected(selector: str) -> str:
    """Data items in words: 未同意, 待提供（已届满）."""
    word = SELECTED.get(selector.removesuffix(OVERDUE), selector)
    return f"{word}（已届满）" if selector.endswith(OVERDUE) else word


class _Reading:
    """A rulebook as rows of text: names under their titles, each article with its document."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.documents = {name: as_chosen(toml_of(text), book.options) for name, text in book.source.items()}
        self.titles: dict[str, Mapping[str, str]] = {"roles": book.roles}
        self.choices: dict[str, Mapping[str, Any]] = {}

    def files(self) -> dict[str, dict[tuple[str, str], _Row]]:
        """The rows of each file, by section and key."""
        return {name: dict(self._rows(document)) for name, document in self.documents.items()}

    def _rows(self, document: TomlTable) -> Iterator[tuple[tuple[str, str], _Row]]:
        for kind in ("states", "terms", "fields", "events"):
            self.titles[kind] = {key: _title_in(row, key) for key, row in table_in(document, kind).items()}
        fields = table_in(document, "fields")
        self.choices = {key: table_in(row, "choices") for key, row in fields.items() if isinstance(row, dict)}
        values = {key: value for key, value in document.items() if key not in (*SECTIONS, *REMAINDERS, *UNCOMPARED)}
        yield ("", ""), self._row("", REMAINDERS[""], _title_in(document, ""), values)
        for key, value in document.items():
            if key in SECTIONS:
                yield from self._section(key, value)
            elif key in REMAINDERS:
                yield from self._remainder(key, table_in(document, key))

    def _remainder(self, key: str, table: TomlTable) -> Iterator[tuple[tuple[str, str], _Row]]:
        sections = {} if key in WHOLE else {name: value for name, value in table.items() if name in SECTIONS}
        rest = {name: value for name, value in table.items() if name not in sections}
        yield (key, ""), self._row(key, REMAINDERS[key], REMAINDERS[key], rest)
        for name, value in sections.items():
            yield from self._section(name, value)

    def _section(self, kind: str, rows: Any) -> Iterator[tuple[tuple[str, str], _Row]]:
        if isinstance(rows, dict):
            for key, row in rows.items():
                yield (kind, key), self._row(kind, SECTIONS[kind], _title_in(row, key), row)
            return
        for row in rows:
            key = "、".join(row_key(kind, row)) if kind in ROW_KEYS else str(row)
            yield (kind, key), self._row(kind, SECTIONS[kind], self._called(kind, row), row)

    def _called(self, kind: str, row: TomlTable) -> str:
        """The name of a row of a list: 待答复 · 答复：同意共享, or its title."""
        if kind == "transitions":
            return f"{self._text('from', row.get('from', ''), kind)} · {self._text('event', row['event'], kind)}"
        return str(row.get("title") or row.get("says") or row.get("from", ""))

    def _row(self, kind: str, section: str, title: str, row: TomlTable) -> _Row:
        values = {
            KEYS_IN.get((kind, key)) or KEYS.get(key, key): (self._comparable(key, value), self._text(key, value, kind))
            for key, value in row.items()
        }
        basis = str(row.get("basis", ""))
        return _Row(section, title, self.book.cited(basis) if basis else "", values)

    def _comparable(self, key: str, value: Any) -> Any:
        """A value with its articles by their documents: who only calls a document otherwise says the same of it."""
        if isinstance(value, dict):
            return {name: self._comparable(CITED[0] if key == "bases" else name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._comparable(key, each) for each in value]
        return self.book.cited(value) if key in CITED else value

    def _text(self, key: str, value: Any, kind: str) -> str:
        """A value in words, by the key under which it stands."""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(self._text(key, each, kind) for each in value) or NO_ONE
        if isinstance(value, dict) and key == "choices":
            return "、".join(value.values())
        if isinstance(value, dict):
            return self._in_words(key, value, kind)
        if key in CITED:
            return self.book.cited(value)
        return self._named(key, str(value), kind)

    def _in_words(self, key: str, table: TomlTable, kind: str) -> str:
        if (key, kind) == ("items", "transitions"):
            return "，".join(self._on_items(table))
        if key == "bases":
            return "，".join(self.book.cited(str(basis)) for basis in table.values())
        parts = [f"{self._key(key, name, kind)}：{self._text(name, each, kind)}" for name, each in table.items()]
        return f"（{'，'.join(parts)}）" if key in ROW_KEYS else "，".join(parts)

    def _on_items(self, effect: TomlTable) -> Iterator[str]:
        """The words for what a row does to data items: the field of each verb, and the words of each choice."""
        for name, value in effect.items():
            if isinstance(value, dict):
                chosen = str(value["field"])
                yield f"按{self.titles['fields'].get(chosen, chosen)}"
                for choice, verb in value.items():
                    if choice != "field":
                        yield f"{self.choices.get(chosen, {}).get(choice, choice)}：{KEYS.get(str(verb), verb)}"
            elif name == "among":
                names = value if isinstance(value, list) else [value]
                yield f"{KEYS[name]}：{'、'.join(_selected(str(each)) for each in names)}"
            else:
                yield f"{KEYS.get(name, name)}：{self.titles['fields'].get(str(value), str(value)) or ALL_ITEMS}"

    def _key(self, key: str, name: str, kind: str) -> str:
        return KEYS.get(name) or self._named(key, name, kind)

    def _named(self, key: str, name: str, kind: str) -> str:
        """A name under its title; what has none stands as it is written."""
        if kind == "groups" or (kind == "transitions" and key in ("from", "to")):
            return STATES.get(name) or self.titles["states"].get(name, name)
        if kind == "items" and key in ITEM_STATES:
            return self.titles["states"].get(name, name)
        if kind == "items" and key in KEPT:
            return self.titles["fields"].get(name, name)
        if key in ("to", "from", "by"):
            return self.book.role_title(name)
        words = VALUES.get(key) or self.titles.get(NAMES.get(key, ""), {})
        return words.get(name, name)
