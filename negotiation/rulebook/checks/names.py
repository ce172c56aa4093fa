"""What every check asks: whether a name is known, and which templates there are."""

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from negotiation.rulebook.reader import Reader


def unknown(read: Reader, key: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    known = set(known)
    for name in names:
        if name not in known:
            read.fault(key, f"没有{kind}“{name}”")


@lru_cache(maxsize=1)
def mail_templates() -> frozenset[str]:
    folder = Path(str(files("templates") / "mail"))
    return frozenset(path.name.removesuffix(".txt") for path in folder.glob("*.txt"))
