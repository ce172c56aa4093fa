"""The part of docs/sharing.md that is drawn from the rulebook: diagram and table of terms. ``make docs`` writes it."""

from pathlib import Path

from negotiation.domain import rulebook
from negotiation.domain.rulebook.diagram import mermaid, terms_table

PAGE = Path(__file__).parents[2] / "docs" / "sharing.md"
BEGIN, END = "<!-- generated from the rulebook: make docs -->", "<!-- /generated -->"


def generated() -> str:
    book = rulebook.load(rulebook.shipped()["beijing-2017"])
    rules = book.procedures[book.main_procedure]
    diagram, terms = f"```mermaid\n{mermaid(rules)}\n```", terms_table(book, rules)
    return f"{BEGIN}\n\n## States\n\n{diagram}\n\n## Terms\n\n{terms}\n\n{END}"


def with_generated(text: str) -> str:
    before, rest = text.split(BEGIN)
    return before + generated() + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(with_generated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
