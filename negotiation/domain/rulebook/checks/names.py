"""Questions of every check: is a name known, and which templates are there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from negotiation.domain.rulebook.options import Option
from negotiation.domain.rulebook.reader import Reader


@dataclass(frozen=True, slots=True)
class HeadNames:
    """The names that rulebook.toml gives: its roles, the short names of its documents, who speaks only in meetings.

    ``in_meetings``: the roles that say nothing outside of a meeting, each with the role that enters it.
    ``options``: the open questions of law, each with what is chosen.
    """

    roles: tuple[str, ...]
    laws: Collection[str]
    in_meetings: Mapping[str, str]
    options: Mapping[str, Option] = field(default_factory=dict)


def unknown(read: Reader, key: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    """Adds a fault under ``key`` for each of ``names`` that is not ``known``."""
    known = set(known)
    for name in names:
        if name not in known:
            read.fault(key, f"没有{kind}“{name}”")


@lru_cache(maxsize=1)
def mail_templates() -> frozenset[str]:
    """The names of the mail templates that come with the product."""
    folder = Path(str(files("templates") / "mail"))
    return frozenset(path.name.removesuffix(".txt") for path in folder.glob("*.txt"))
