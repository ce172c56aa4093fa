"""Questions of every check: is a name known, and which templates are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from negotiation import template_folder
from negotiation.domain.rulebook.document import Document
from negotiation.domain.rulebook.options import Option
from negotiation.domain.rulebook.reader import Reader


@dataclass(frozen=True, slots=True)
class HeadNames:
    """The names that rulebook.toml gives: its roles, the short names of its documents, who speaks only in meetings.

    ``in_meetings``: the roles that say nothing outside of a meeting, each with the role that enters it. ``seats``: the
    roles that one department fills in every case, with its name. ``document``: the number of the rules' own document.
    ``options``: the open questions of law, each with what is chosen.
    """

    roles: tuple[str, ...]
    laws: Mapping[str, Document]
    in_meetings: Mapping[str, str]
    seats: Mapping[str, str]
    document: str
    options: Mapping[str, Option] = field(default_factory=dict)


def unknown(read: Reader, key: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    """Adds a fault under ``key`` for each of ``names`` that is not ``known``, with those that are."""
    known = tuple(known)
    for name in names:
        if name not in known:
            read.fault(key, no_such(kind, name, known))


def no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """The sentence on a name that stands for nothing: the nearest there is, and all that there are."""
    known = sorted({str(each) for each in known if each})
    if not known:
        return f"没有{kind}“{name}”，也没有定义其他{kind}"
    near = get_close_matches(str(name), known, 1)
    meant = f"；是否为“{near[0]}”？" if near else "，"
    return f"没有{kind}“{name}”{meant}可用：{'、'.join(known)}"


@lru_cache(maxsize=1)
def mail_templates() -> frozenset[str]:
    """The names of the mail templates that come with the product."""
    return frozenset(path.name.removesuffix(".txt") for path in template_folder("mail").glob("*.txt"))
