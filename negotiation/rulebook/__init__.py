"""The law as data: loads a rulebook, checks all of it, and hands out frozen values.

A rulebook is a folder of TOML: ``rulebook.toml`` and one file for each procedure. Nothing here asks the clock or the
database, and nothing outside ``rulebooks/`` names a procedure, a state or an event.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from negotiation.errors import NotFound, RulebookFaults
from negotiation.rulebook.building import parse
from negotiation.rulebook.ties import TERM_FACTS, Contradiction, Prepared, Tie
from negotiation.rulebook.values import (
    AGENDAS,
    BACK,
    FLAG,
    MEETING,
    MILESTONE_COLUMNS,
    OFFICE_BASIS,
    OUTCOMES,
    PROPOSE,
    STAY,
    WITHDRAWN,
    Document,
    EventRule,
    FieldRule,
    Ledger,
    LedgerColumn,
    LedgerStep,
    LetterRule,
    NoticeRule,
    Opening,
    OutcomeRule,
    Procedure,
    Reminder,
    ReportRule,
    Rulebook,
    Start,
    StateRule,
    TermRule,
    Transition,
)

__all__ = [
    "AGENDAS", "BACK", "FLAG", "MEETING", "MILESTONE_COLUMNS", "OFFICE_BASIS", "OUTCOMES", "PROPOSE", "STAY",
    "TERM_FACTS", "WITHDRAWN", "Contradiction", "Document", "EventRule", "FieldRule", "Ledger", "LedgerColumn",
    "LedgerStep", "LetterRule", "NoticeRule", "Opening", "OutcomeRule", "Prepared", "Procedure", "Reminder",
    "ReportRule", "Rulebook", "Start", "StateRule", "TermRule", "Tie", "Transition", "available", "from_content",
    "load", "parse", "shipped",
]  # fmt: skip


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Path]:
    """The rulebooks that come with the product: id → folder."""
    root = Path(str(files("negotiation") / "rulebooks"))
    found = {folder.name: folder for folder in sorted(root.iterdir()) if (folder / "rulebook.toml").exists()}
    return MappingProxyType(found)


def available(home: Path) -> dict[str, Path]:
    """The rulebooks of an installation: those shipped and those installed under ``home/rulebooks``, which prevail."""
    own = home / "rulebooks"
    folders = sorted(own.iterdir()) if own.is_dir() else []
    return dict(shipped()) | {folder.name: folder for folder in folders if (folder / "rulebook.toml").exists()}


@lru_cache(maxsize=64)
def load(folder: Path) -> Rulebook:
    """The rulebook in a folder. Raises RulebookFaults with every fault at once, NotFound if there is none."""
    if not (folder / "rulebook.toml").is_file():
        raise NotFound("没有找到 rulebook.toml", where=str(folder), todo="请给出规则所在的文件夹")
    source = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            source[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise RulebookFaults([f"{path.name}：不是 UTF-8 编码的文本"], where=str(folder)) from None
    return _read(json.dumps(source, ensure_ascii=False, sort_keys=True), str(folder))


def from_content(content: str) -> Rulebook:
    """The rulebook that the database keeps as ``Rulebook.content``."""
    return _read(content, "数据库中的规则")


def _read(content: str, where: str) -> Rulebook:
    try:
        return _parsed(content)
    except RulebookFaults as bad:
        raise RulebookFaults(bad.faults, where=where) from None


@lru_cache(maxsize=64)
def _parsed(content: str) -> Rulebook:
    """Each text once: what the database keeps is mostly what is installed, and a tenth of a second is long."""
    return parse(json.loads(content))
