"""A law as a rulebook cites it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A law that a rulebook cites: its title and its number."""

    title: str
    number: str

    def cited(self, article: str) -> str:
        """An article with the title and the number of its document."""
        return f"《{self.title}》（{self.number}）{article}"


def document_of(basis: str, documents: Mapping[str, Document], own: Document) -> tuple[Document, str]:
    """The document in which a basis stands, and its article; ``own``: that of a rulebook that cites no other."""
    for name, document in documents.items():
        if basis.startswith(name):
            return document, basis.removeprefix(name)
    return own, basis
