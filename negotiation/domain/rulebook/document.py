"""A law as a rulebook cites it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A law that a rulebook cites: its title and its number."""

    title: str
    number: str

    def cited(self, article: str) -> str:
        """An article with the title and the number of its document."""
        return cited(self.title, self.number, article)


def cited(title: str, number: str, article: str) -> str:
    """An article with the title and the number of its document."""
    return f"《{title}》（{number}）{article}"
