"""The table of the code's shape, each figure with its ceiling and its aim.

``python -m tests.repo.shape`` prints it; with words of a figure's name, the places that it counts. Exit 1 where a
figure is above its ceiling.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.repo.figures import FUNCTION_LINES, PARAMETERS, Function, Shape

ROOT = Path(__file__).parents[2]

# Ceiling and aim. A ceiling may only fall: whoever brings a figure down writes the new one here.
CEILINGS = {
    "top-level names": (11, 13),
    "layers in the import contract": (9, 12),
    "files over 250 lines": (0, 0),
    "functions over 25 lines": (0, 10),
    "functions with 8 parameters or more": (0, 2),
    "untyped rows in signatures": (26, 20),
    "noqa: B008": (0, 0),
    "public functions that raise and do not say so": (0, 0),
    "docstrings that begin with What, Who, The same …": (0, 0),
    "functions that read in two snapshots": (0, 0),
}


@dataclass(frozen=True)
class Figure:
    """A figure of the table: what it counts, place by place; the most that it may be, and what it is to become."""

    name: str
    places: list[str]
    ceiling: int
    aim: int

    @property
    def is_above(self) -> bool:
        return len(self.places) > self.ceiling

    def __str__(self) -> str:
        hint = "  lower the ceiling" if len(self.places) < self.ceiling else ""
        return f"{self.name:52}{len(self.places):>7}{self.ceiling:>9}{self.aim:>6}{hint}"


def figures(root: Path = ROOT) -> list[Figure]:
    """Every figure of a checkout, in the order of the table."""
    counted = _places(Shape(root))
    return [Figure(name, counted[name], *limits) for name, limits in CEILINGS.items()]


def _places(shape: Shape) -> dict[str, list[str]]:
    functions = shape.functions
    return {
        "top-level names": shape.top_level_names,
        "layers in the import contract": shape.layers,
        "files over 250 lines": shape.long_files,
        "functions over 25 lines": _named(each for each in functions if each.lines > FUNCTION_LINES),
        "functions with 8 parameters or more": _named(each for each in functions if each.parameters >= PARAMETERS),
        "untyped rows in signatures": _named(each for each in functions for _ in range(each.untyped_rows)),
        "noqa: B008": shape.depends_in_defaults,
        "public functions that raise and do not say so": _named(each for each in functions if each.raises_unsaid),
        "docstrings that begin with What, Who, The same …": _named(each for each in functions if each.begins_relative),
        "functions that read in two snapshots": _named(each for each in functions if each.snapshots >= 2),
    }


def _named(functions: Iterable[Function]) -> list[str]:
    return [str(each) for each in functions]


def main(wanted: list[str]) -> int:
    """Prints the table, or the places of the figures in whose name a word stands; 1 if one is above its ceiling."""
    counted = figures()
    for each in counted:
        if any(word in each.name for word in wanted):
            print(each.name, *each.places, sep="\n  ")
    if not wanted:
        print(f"{'figure':52}{'now':>7}{'ceiling':>9}{'aim':>6}", *counted, sep="\n")
    return int(any(each.is_above for each in counted))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
