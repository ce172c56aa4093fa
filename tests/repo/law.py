"""``docs/law.md``: the pages of law with what carries each duty in the shipped rulebooks. ``make docs`` writes it."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from negotiation.domain.rulebook import Rulebook, load, shelf, shipped
from negotiation.domain.rulebook.coverage import CarriedDuty, Coverage, CoveredLaw, Row, coverage, spans_of
from negotiation.domain.rulebook.law_pages import pages_for

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "law.md"
INTRODUCTION = """<!-- generated from the pages of law and the rulebooks: make docs -->
# The law, article by article

Every article of the two documents that the shipped rulebooks follow: what it asks for, in our words; the rows of the
rulebooks that carry it, or what of the program does; the tests that hold it. What nothing carries says why. The duties
stand in `negotiation/rulebooks/laws/`, one file a document; the articles on which rows rest stand in the rulebooks.

`negotiation rulebook coverage beijing-2025` prints the same for one rulebook, and names what is wanting: an article
without a word, a duty without a row, a row without a duty. A rulebook of one's own brings its page in `laws/` of its
folder ([writing a rulebook](writing-a-rulebook.md#a-page-of-law)).
"""
HEAD = "| article | duty | carried by | held by |\n|---|---|---|---|"


def coverages() -> dict[str, tuple[Rulebook, Coverage]]:
    """The coverage of each shipped rulebook, by its id."""
    books = {name: (load(folder), pages_for(folder, shelf())) for name, folder in shipped().items()}
    return {name: (book, coverage(book, pages)) for name, (book, pages) in books.items()}


@lru_cache(maxsize=1)
def known_tests() -> dict[str, Path]:
    """Every test of the repository by its name, with its file."""
    found: dict[str, Path] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.setdefault(node.name, path)
    return found


def _row(path: str, laws: list[CoveredLaw], rows: dict[str, Row]) -> str:
    """A row with its title; and on what it rests, where that is another document."""
    row = rows[path]
    others = [each for each in row.cited if not any(each.startswith(law.document.cited("")) for law in laws)]
    rests = f"（{'、'.join(others)}）" if others and len(others) == len(row.cited) else ""
    return f"{row.title}{rests} `{path}`"


def _cells(n: int, laws: list[CoveredLaw]) -> str:
    """A duty as a line of the table: its rows as the first rulebook that has them says them."""
    carried: list[CarriedDuty] = [law.duties[n] for law in laws]
    duty, rows = carried[0].duty, {row.path: row for each in reversed(carried) for row in each.rows}
    by = [_row(path, laws, rows) for path in duty.rows if path in rows]
    by += [duty.feature] if duty.feature else []
    tests = [f"[{name}](../{known_tests()[name].relative_to(ROOT)})" for name in duty.tests]
    cells = (spans_of(duty.articles), duty.says, "<br>".join(by) or f"outside: {duty.outside}", "<br>".join(tests))
    return f"| {' | '.join(cells)} |"


OPEN = """## Open questions

They are [options](writing-a-rulebook.md#options) of the rulebooks; the choice that is shipped stands first.
"""
OPEN_HEAD = "| option | in | article | choices |\n|---|---|---|---|"


def _options() -> Iterator[str]:
    for name, (book, _) in coverages().items():
        for key, each in book.options.items():
            choices = [each.choices[each.default], *(words for at, words in each.choices.items() if at != each.default)]
            yield f"| {each.title} `{key}` | `{name}` | {book.cited(each.basis)} | {'<br>'.join(choices)} |"


def _sections() -> Iterator[str]:
    found: dict[str, list[CoveredLaw]] = {}
    ids: dict[str, list[str]] = {}
    for name, (_, each) in coverages().items():
        for law in each.laws:
            found.setdefault(law.document.number, []).append(law)
            ids.setdefault(law.document.number, []).append(f"`{name}`")
    for number, laws in found.items():
        page = laws[0].page
        assert page is not None, number
        yield f"## {page.number}\n\n{page.title}, {page.articles} articles; in {' and '.join(ids[number])}.\n"
        yield "\n".join([HEAD, *(_cells(n, laws) for n in range(len(page.duties)))]) + "\n"
    yield OPEN
    yield "\n".join([OPEN_HEAD, *_options()]) + "\n"


def generated() -> str:
    """The page as it has to stand in the repository."""
    return "\n".join([INTRODUCTION, *_sections()])


if __name__ == "__main__":
    PAGE.write_text(generated(), encoding="utf-8")
