"""The shape of the code in figures, counted from its text: how long files and functions are, what a signature says,
whether a docstring names what is raised. Imports nothing of what it counts.

Migrations are left out: they are written once and never read again.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGES = ("negotiation", "calendars")
FILE_LINES, FUNCTION_LINES, PARAMETERS = 250, 25, 8
READS = frozenset({"reading", "looking", "stepping", "read"})  # what opens a snapshot of the database to read in

_UNTYPED = re.compile(r"dict\[str, Any\]|Mapping\[str, Any\]|tuple\[Any, \.\.\.\]")
_RELATIVE = re.compile(r"(What|Who|Whether|Which|Where|How|The same)\b")
_SAYS_SO = re.compile(r"[Rr]aise|Error|refused")
_DEPENDS_IN_DEFAULT = re.compile(r"noqa: B008")


@dataclass(frozen=True)
class Function:
    """A function or method: the file in which it stands, relative to the root, and its syntax."""

    file: Path
    node: ast.FunctionDef | ast.AsyncFunctionDef

    def __str__(self) -> str:
        return f"{self.file}:{self.node.lineno} {self.node.name}"

    @property
    def lines(self) -> int:
        """From ``def`` to the last line; decorators are not counted."""
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1

    @property
    def parameters(self) -> int:
        """Without ``self`` and ``cls``, without ``*args`` and ``**fields``."""
        named = self.node.args.posonlyargs + self.node.args.args
        bound = bool(self.node.args.args) and self.node.args.args[0].arg in ("self", "cls")
        return len(named) + len(self.node.args.kwonlyargs) - bound

    @property
    def untyped_rows(self) -> int:
        """Annotations in which a row travels as a dictionary or a tuple that says nothing of its fields."""
        given = self.node.args.args + self.node.args.kwonlyargs
        notes = [*(each.annotation for each in given), self.node.returns]
        return sum(note is not None and bool(_UNTYPED.search(ast.unparse(note))) for note in notes)

    @property
    def doc(self) -> str:
        """The docstring; empty where there is none."""
        return ast.get_docstring(self.node) or ""

    @property
    def is_public(self) -> bool:
        """True unless the name begins with an underscore."""
        return not self.node.name.startswith("_")

    @property
    def raises_unsaid(self) -> bool:
        """True for a public function with a ``raise`` in it whose docstring names no error and no refusal."""
        raises = any(isinstance(each, ast.Raise) for each in ast.walk(self.node))
        return self.is_public and raises and not _SAYS_SO.search(self.doc)

    @property
    def begins_relative(self) -> bool:
        """True for a public function whose docstring begins with a relative clause instead of a noun or a verb."""
        return self.is_public and bool(_RELATIVE.match(self.doc))

    @property
    def snapshots(self) -> int:
        """How many snapshots of the database it opens to read in: ``with … .reading()`` and the like in its own body,
        functions inside it apart.

        Two or more put one answer together from two states of the database. A transaction that writes is no such
        snapshot: what was read before it is checked again in it. Whoever calls a function that opens one is not seen.
        """
        return sum(_reads(each) for each in _own_body(self.node))


def _own_body(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _own_body(child)


def _reads(node: ast.AST) -> bool:
    opened = node.context_expr if isinstance(node, ast.withitem) else None
    return isinstance(opened, ast.Call) and isinstance(opened.func, ast.Attribute) and opened.func.attr in READS


@dataclass(frozen=True)
class Shape:
    """A checkout, by its root."""

    root: Path

    @cached_property
    def texts(self) -> dict[Path, str]:
        """The text of each file by its path relative to the root."""
        files = (each for package in PACKAGES for each in sorted((self.root / package).rglob("*.py")))
        kept = (each for each in files if "migrations" not in each.parts)
        return {each.relative_to(self.root): each.read_text(encoding="utf-8") for each in kept}

    @cached_property
    def functions(self) -> list[Function]:
        """Every function and method, those inside others too."""
        return [
            Function(file, node)
            for file, text in self.texts.items()
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    @property
    def top_level_names(self) -> list[str]:
        """Modules and folders right inside ``negotiation``."""
        inside = (self.root / "negotiation").iterdir()
        kept = (each for each in inside if each.suffix == ".py" or each.is_dir())
        return sorted(each.name for each in kept if not each.name.startswith(("_", ".")))

    @property
    def long_files(self) -> list[str]:
        """Files of more than 250 lines."""
        lengths = {file: len(text.splitlines()) for file, text in self.texts.items()}
        return [f"{file}: {lines} lines" for file, lines in lengths.items() if lines > FILE_LINES]

    @property
    def depends_in_defaults(self) -> list[str]:
        """Lines whose default value calls a function, which ruff was told to let pass."""
        return [
            f"{file}:{number}"
            for file, text in self.texts.items()
            for number, line in enumerate(text.splitlines(), 1)
            if _DEPENDS_IN_DEFAULT.search(line)
        ]

    @property
    def layers(self) -> list[str]:
        """Lines of the import contract's layers; siblings that share a line count as one."""
        tools = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
        contracts = tools["importlinter"]["contracts"]
        return [line for each in contracts if each["type"] == "layers" for line in each["layers"]]
