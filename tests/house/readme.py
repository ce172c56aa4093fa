"""The part of the README that is drawn from the rulebook: diagram and table of terms. ``make readme`` writes it."""

from pathlib import Path

from negotiation import rulebook
from negotiation.diagram import mermaid, terms_table

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- generated from the rulebook: make readme -->", "<!-- /generated -->"


def generated() -> str:
    book = rulebook.load(rulebook.shipped()["beijing-2017"])
    rules = book.procedures[book.main_procedure]
    return f"{BEGIN}\n\n```mermaid\n{mermaid(rules)}\n```\n\n{terms_table(book, rules)}\n\n{END}"


def with_generated(text: str) -> str:
    before, rest = text.split(BEGIN)
    return before + generated() + rest.split(END)[1]


if __name__ == "__main__":
    README.write_text(with_generated(README.read_text(encoding="utf-8")), encoding="utf-8")
