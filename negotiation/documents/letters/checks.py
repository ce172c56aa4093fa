"""Looks through templates before anybody writes with them: each against the fields of the procedures that use it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from negotiation.documents.letters.templates import faults_of, template_file
from negotiation.domain.rulebook import Rulebook
from negotiation.domain.rulebook.checks.letters import letter_templates


def faults_of_rulebook(book: Rulebook, home: Path) -> list[str]:
    """The names that its letters ask for and their procedures do not have, each with file and key of the rulebook."""
    return [
        f"{rules.key}.toml · letters（{letter.name}）：{fault}"
        for rules in book.procedures.values()
        for letter in rules.letters
        for fault in faults_of(template_file(letter.template, home), rules.fields)
    ]


def templates_in_use(home: Path) -> list[Path]:
    """The templates that letters are written with, and all others in the office's folder of them."""
    own = sorted((home / "letters").glob("*.docx"))
    return [*own, *(path for path in _shipped(home) if path not in own)]


def _shipped(home: Path) -> Iterator[Path]:
    return (template_file(name, home) for name in sorted(letter_templates()))


def faults_of_file(path: Path, books: Iterable[Rulebook]) -> list[str]:
    """The faults of a template for any procedure that uses one of its name; of one that none uses, the names that no
    procedure knows. Raises NegotiationError if the file is no .docx."""
    procedures = [rules for book in books for rules in book.procedures.values()]
    users = [rules.fields for rules in procedures if any(each.template == path.stem for each in rules.letters)]
    asked = users or [{key: rule for rules in procedures for key, rule in rules.fields.items()}]
    return list(dict.fromkeys(fault for fields in asked for fault in faults_of(path, fields)))
