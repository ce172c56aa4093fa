"""The key ``remove`` of a file that extends another: paths of keys and names, joined by dots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Removals:
    """The paths below one table; ``used`` gathers those that named something, for all tables of a file."""

    paths: Sequence[tuple[str, tuple[str, ...]]] = ()  # as written, and what of it is left here
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, written: Iterable[str]) -> "Removals":
        """The paths of a file, as they are written: ``terms.reply.days_by``."""
        return cls([(path, tuple(path.split("."))) for path in written])

    def takes(self, key: str) -> bool:
        """True if a path ends at this key, and remembers that it named something."""
        ending = [path for path, rest in self.paths if rest == (key,)]
        self.used.update(ending)
        return bool(ending)

    def below(self, key: str) -> "Removals":
        """The paths that go on below a key."""
        return Removals([(path, rest[1:]) for path, rest in self.paths if len(rest) > 1 and rest[0] == key], self.used)

    def takes_row(self, names: Sequence[str]) -> bool:
        """True if a path ends at a row of these names: at its first, or at any other after the first."""
        whole = self.takes(names[0])
        return any([whole, *[self.below(names[0]).takes(name) for name in names[1:]]])

    def below_row(self, names: Sequence[str]) -> "Removals":
        """The paths that go on below a row: ``event.key``, or ``event.state.key`` where an event has several rows."""
        first = self.below(names[0])
        return Removals([*first.paths, *[path for name in names[1:] for path in first.below(name).paths]], self.used)

    @property
    def unused(self) -> list[str]:
        """The paths that named nothing, as they are written."""
        return [path for path, _ in self.paths if path not in self.used]


def removed(value: Any) -> list[str] | None:
    """The paths written under ``remove``; None where they are no list of texts."""
    paths = [value] if isinstance(value, str) else value
    return paths if isinstance(paths, list) and all(isinstance(path, str) for path in paths) else None
