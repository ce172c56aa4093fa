"""The way of a case as a picture: a box for each state, row by row, and an arrow for each way between two of them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from negotiation.domain.rulebook import Procedure
from negotiation.domain.rulebook.diagram import arrows

WIDTH, HEIGHT, ACROSS, DOWN, MARGIN = 176, 38, 208, 92, 20
LONG = 11  # characters that fit into a line of a box


class Box(NamedTuple):
    """A state: where its box is drawn, its title in lines, whose turn it is."""

    key: str
    x: int
    y: int
    lines: tuple[str, ...]
    held_by: str
    ending: bool


class Arrow(NamedTuple):
    """A way from one state to another: the path of its line, and the events that lead there."""

    path: str
    label: str
    back: bool


class StateDiagram(NamedTuple):
    """Everything that is drawn, and how large it is; ``box``: width and height of each box."""

    width: int
    height: int
    box: tuple[int, int]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(rules: Procedure) -> StateDiagram:
    """The states in rows by how many steps they are from the first, and the ways between them."""
    ways = arrows(rules)
    rows = _rows(rules, ways)
    widest = max(len(row) for row in rows)
    boxes = {box.key: box for n, row in enumerate(rows) for box in _boxes(rules, row, n, widest)}
    drawn = tuple(_arrow(rules, boxes[a], boxes[b], titles) for (a, b), titles in ways.items() if a != b)
    width, height = widest * ACROSS + 2 * MARGIN, len(rows) * DOWN + MARGIN
    return StateDiagram(width, height, (WIDTH, HEIGHT), tuple(boxes.values()), drawn)


def _rows(rules: Procedure, ways: Mapping[tuple[str, str], list[str]]) -> list[list[str]]:
    """The states by their distance from the first one, each row in the order of the rulebook; the rest at the end."""
    rows, placed = [[rules.initial]], {rules.initial}
    while True:
        near = [b for (a, b) in ways if a in rows[-1] and b not in placed]
        if not near:
            break
        rows.append([key for key in rules.states if key in near])
        placed.update(near)
    rest = [key for key in rules.states if key not in placed]
    return [*rows, rest] if rest else rows


def _boxes(rules: Procedure, row: list[str], n: int, widest: int) -> Iterator[Box]:
    start = MARGIN + (widest - len(row)) * ACROSS // 2
    for place, key in enumerate(row):
        state = rules.states[key]
        lines = tuple(state.title[i : i + LONG] for i in range(0, len(state.title), LONG))
        yield Box(key, start + place * ACROSS, MARGIN + n * DOWN, lines, state.held_by, bool(state.ending))


def _arrow(rules: Procedure, a: Box, b: Box, titles: list[str]) -> Arrow:
    label = f"{rules.states[a.key].title} → {rules.states[b.key].title}：{'、'.join(titles)}"
    if b.y > a.y:
        return Arrow(_down(a, b), label, back=False)
    return Arrow(_back(a, b), label, back=True)


def _down(a: Box, b: Box) -> str:
    x1, y1, x2, y2 = a.x + WIDTH // 2, a.y + HEIGHT, b.x + WIDTH // 2, b.y
    half = (y2 - y1) // 2
    return f"M{x1} {y1} C{x1} {y1 + half} {x2} {y2 - half} {x2} {y2}"


def _back(a: Box, b: Box) -> str:
    """Up or across: out of the side that is nearer, so that it is seen beside the ways down."""
    right = b.x >= a.x
    x1, x2 = (a.x + WIDTH, b.x + WIDTH) if right else (a.x, b.x)
    y1, y2 = a.y + HEIGHT // 2, b.y + HEIGHT // 2
    out = max(x1, x2) + 28 if right else min(x1, x2) - 28
    return f"M{x1} {y1} C{out} {y1} {out} {y2} {x2} {y2}"
