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

from negotiation.core.errors import RulebookErrors
from negotiation.domain.rulebook.assembly import base_of, extended, read_folder
from negotiation.domain.rulebook.checks.succession import succession_faults
from negotiation.domain.rulebook.document import Document
from negotiation.domain.rulebook.event_rules import (
    BACK,
    ITEMS,
    MEETING,
    STAY,
    EventRule,
    FieldRule,
    Limit,
    Start,
    StateRule,
    Transition,
    basis_of,
)
from negotiation.domain.rulebook.item_rules import ItemEffect, ItemRules
from negotiation.domain.rulebook.ledger_rules import Ledger, LedgerColumn, LedgerStep
from negotiation.domain.rulebook.model import (
    AGENDAS,
    END,
    FLAG,
    MILESTONE_COLUMNS,
    OFFICE_BASIS,
    PROPOSE,
    Procedure,
    Rulebook,
)
from negotiation.domain.rulebook.options import Option
from negotiation.domain.rulebook.output_rules import OUTCOMES, WITHDRAWN, LetterRule, Opening, OutcomeRule, ReportRule
from negotiation.domain.rulebook.parsing.book import parse
from negotiation.domain.rulebook.reader import Faults
from negotiation.domain.rulebook.relations import TERM_FACTS, Contradiction, Prepared, Tie
from negotiation.domain.rulebook.term_rules import OPEN_ITEMS, NoticeRule, Reminder, TermRule

__all__ = [
    "AGENDAS", "BACK", "END", "FLAG", "ITEMS", "MEETING", "MILESTONE_COLUMNS", "OFFICE_BASIS", "OPEN_ITEMS", "OUTCOMES",
    "PROPOSE", "STAY", "TERM_FACTS", "WITHDRAWN", "Contradiction", "Document", "EventRule", "FieldRule",
    "ItemEffect", "ItemRules", "Ledger", "LedgerColumn", "LedgerStep", "LetterRule", "Limit", "NoticeRule", "Opening",
    "Option",
    "OutcomeRule", "Prepared", "Procedure", "Reminder", "ReportRule", "Rulebook", "Start", "StateRule", "TermRule",
    "Tie", "Transition", "available", "base_of", "basis_of", "demand_successor", "from_content", "load", "parse",
    "shelf", "shipped",
]  # fmt: skip


def shelf() -> Path:
    """The folder of the rulebooks that come with the product, and of their pages of law."""
    return Path(str(files("negotiation") / "rulebooks"))


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Path]:
    """The rulebooks that come with the product: id → folder."""
    found = {folder.name: folder for folder in sorted(shelf().iterdir()) if (folder / "rulebook.toml").exists()}
    return MappingProxyType(found)


def available(home: Path) -> dict[str, Path]:
    """The rulebooks of an installation: those shipped and those installed under ``home/rulebooks``, which prevail."""
    own = home / "rulebooks"
    folders = sorted(own.iterdir()) if own.is_dir() else []
    return dict(shipped()) | {folder.name: folder for folder in folders if (folder / "rulebook.toml").exists()}


@lru_cache(maxsize=64)
def load(folder: Path, home: Path | None = None) -> Rulebook:
    """The rulebook in a folder, whole: what it extends is read too.

    Its base is looked for beside the folder, among the rulebooks of ``home`` and among those shipped. Raises
    RulebookErrors with every fault at once, NotFound if there is none.
    """
    texts = read_folder(folder)
    base = base_of(folder, available(home) if home else shipped())
    if base is None:
        return _read(json.dumps(texts, ensure_ascii=False, sort_keys=True), str(folder))
    faults = Faults()
    whole = extended(_sound(base, home).source, texts, faults)
    try:
        book = _read(json.dumps(whole, ensure_ascii=False, sort_keys=True), str(folder))
    except RulebookErrors as bad:
        faults.list += [_located(fault, texts, base.name) for fault in bad.faults]
    faults.raise_any(str(folder))
    return book


def _sound(base: Path, home: Path | None) -> Rulebook:
    """A base without fault: nothing can be laid upon one that has any."""
    try:
        return load(base, home)
    except RulebookErrors as bad:
        raise RulebookErrors([f"{base.name}/{fault}" for fault in bad.faults], where=str(base)) from None


def _located(fault: str, own: Mapping[str, str], base: str) -> str:
    """A fault with the name of its file, which is the base's where the rulebook has none of this name."""
    return fault if fault.partition(" · ")[0] in own else f"{base}/{fault}"


def demand_successor(book: Rulebook, folder: Path, home: Path) -> None:
    """Raises RulebookErrors if the rulebook that it succeeds is not installed, or has a state that is nothing here."""
    folders = available(home)
    if not book.succeeds:
        return
    if book.succeeds not in folders:
        raise RulebookErrors([f"rulebook.toml · succeeds.id：没有规则“{book.succeeds}”"], where=str(folder))
    faults = succession_faults(load(folders[book.succeeds], home), book)
    if faults:
        raise RulebookErrors(faults, where=str(folder))


def from_content(content: str) -> Rulebook:
    """The rulebook that the database keeps as ``Rulebook.content``."""
    return _read(content, "数据库中的规则")


def _read(content: str, where: str) -> Rulebook:
    try:
        return _parsed(content)
    except RulebookErrors as bad:
        raise RulebookErrors(bad.faults, where=where) from None


@lru_cache(maxsize=64)
def _parsed(content: str) -> Rulebook:
    """Each text once: what the database keeps is mostly what is installed, and a tenth of a second is long."""
    return parse(json.loads(content))
