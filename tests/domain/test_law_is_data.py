"""No code names a procedure: a new one is a file, and needs no line of code (第三十四条: others have their own)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from negotiation.domain.rulebook import load, shipped

ROOT = Path(__file__).parents[2]
PROCEDURES = {key for folder in shipped().values() for key in load(folder).procedures}
QUOTED = re.compile(r"""["']([^"']*)["']""")


def strings_of(path: Path) -> Iterator[str]:
    """Every string of a program, and every quoted word of a template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from QUOTED.findall(text)
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_code_and_no_template_names_a_procedure() -> None:
    files = [path for room in ("negotiation", "calendars", "templates") for path in (ROOT / room).rglob("*")]
    sources = [path for path in files if path.suffix in (".py", ".html", ".j2", ".txt")]
    assert len(sources) > 100
    found = {f"{path.relative_to(ROOT)}: {text}" for path in sources for text in strings_of(path) if text in PROCEDURES}
    assert found == set()


def test_the_search_itself_finds_a_name(tmp_path: Path) -> None:
    program, page = tmp_path / "a.py", tmp_path / "a.html"
    program.write_text("if key == 'open-demand':\n    pass\n", encoding="utf-8")
    page.write_text('{% if rules.key == "rectification" %}', encoding="utf-8")
    assert PROCEDURES & {*strings_of(program), *strings_of(page)} == {"open-demand", "rectification"}
