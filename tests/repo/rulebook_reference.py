"""``docs/rulebook.md``: every file, table and key of a rulebook, as it is read. ``make docs`` writes it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from negotiation.core.labels import LETTER_KIND_TITLES
from negotiation.domain.lengths import Unit
from negotiation.domain.rulebook import OUTCOMES, SECTIONS, load, shipped
from negotiation.domain.rulebook.checks.fields import SIDES
from negotiation.domain.rulebook.checks.report import COUNTED, RATES, TABLES
from negotiation.domain.rulebook.event_rules import FIELD_KINDS
from negotiation.domain.rulebook.extending import ROW_KEYS
from negotiation.domain.rulebook.item_rules import KEPT, SELECTORS, STATES
from negotiation.domain.rulebook.reference import keys_read
from negotiation.domain.rulebook.smallest import smallest
from tests.repo.rulebook_meanings import DEFAULTS, HEAD, PROCEDURE

PAGE = Path(__file__).parents[2] / "docs" / "rulebook.md"
VALUES = {
    "KINDS": FIELD_KINDS,
    "LETTERS": [kind.value for kind in LETTER_KIND_TITLES],
    "RATES": RATES,
    "TABLES": TABLES,
    "OUTCOMES": list(OUTCOMES),
    "SECTIONS": list(SECTIONS),
    "OWN": [f"{side}.{count}" for side, counts in SIDES.items() for count in counts],
    "COUNTED": COUNTED,
    "KEPT": KEPT,
    "COMES": STATES,
    "SELECTORS": SELECTORS,
    "UNITS": [unit.value for unit in Unit],
}
INTRODUCTION = """<!-- generated from the reader: make docs -->
# The files of a rulebook

A rulebook is a folder of TOML: `rulebook.toml`, and a file for each procedure. This page says how one is made from a
text of law in an hour, and then names every key. `negotiation rulebook keys [PART]` prints the same keys in Chinese.

"""
IN_AN_HOUR = (Path(__file__).parent / "rulebook_hour.txt").read_text("utf-8")
EXTENDING = """## A rulebook that extends another

| key | where | meaning |
|---|---|---|
| `extends` | `rulebook.toml` | The base: a folder beside this one, a rulebook of the home, or one that is shipped. |
| `[cited_as]` | `rulebook.toml` | Document of the base (short name, or number) → how its articles are cited here. |
| `remove` | any file | Paths of what falls away: `terms.reply.start`, `procedures.opening-plan`. |
| `follows` | a new row | The row after which it stands; by default after those of its name, or at the end. |

What a file says goes; what it does not say is the base's. A value replaces the base's. Tables merge by their keys,
lists of names by the name: a new one stands after the name that is written before it. Rows of a list are known by
their keys:

{rows}

Any other list is a value. Nothing falls away that `remove` does not name; what is removed and written again is new
and stands where it stood. A document that is removed takes with it the procedures that rest on it. What changes
nothing is a fault.

What is loaded and stored is the whole. The **version** is joined from the base's and one's own (`5.2` is the second
of its own upon the fifth of the base), and the revisions of all files are added up behind it (`5.2-1`). Whoever
changes a file of a version in use raises the `revision` of that file, or the `version` in `rulebook.toml`, and
nothing else: every rulebook that extends it has a new version by that. A case keeps the version under which it was
opened, whole, in the database.
"""


def keys(*, head: bool) -> dict[str, tuple[str, bool]]:
    """The keys of rulebook.toml, or of the file of a procedure, that are read of the shipped rulebooks."""
    return keys_read([load(folder).source for folder in shipped().values()], head=head)


def _table(meanings: Mapping[str, str], read: Mapping[str, tuple[str, bool]], shapes: list[str]) -> str:
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for shape in shapes:
        kind, needed = read[shape]
        default = DEFAULTS.get(shape, "needed" if needed else "")
        lines.append(f"| `{shape}` | {kind} | {default} | {_meaning(meanings[shape])} |")
    return "\n".join(lines)


def _meaning(text: str) -> str:
    for name, values in VALUES.items():
        text = text.replace(name, ", ".join(f"`{value}`" for value in values))
    return text


def generated() -> str:
    """The page as it has to stand in the repository."""
    files = smallest("my-town", date(2026, 1, 1))
    hour = IN_AN_HOUR.replace("{head}", files["rulebook.toml"]).replace("{procedure}", files["sharing.toml"])
    parts = [INTRODUCTION + hour + "## rulebook.toml\n\n" + _table(HEAD, keys(head=True), list(HEAD)) + "\n"]
    read = keys(head=False)
    tables = dict.fromkeys(shape.split(".")[0].removesuffix("[]") for shape in PROCEDURE)
    plain = [name for name in tables if not any(shape.startswith((f"{name}.", f"{name}[")) for shape in PROCEDURE)]
    parts.append("## The file of a procedure\n\n" + _table(PROCEDURE, read, plain) + "\n")
    for name in tables:
        shapes = [each for each in PROCEDURE if each == name or each.startswith((f"{name}.", f"{name}["))]
        if name not in plain:
            parts.append(f"### {name}\n\n" + _table(PROCEDURE, read, shapes) + "\n")
    rows = "\n".join(f"* `{name}`: {', '.join(f'`{key}`' for key in known)}" for name, known in ROW_KEYS.items())
    return "\n".join(parts) + "\n" + EXTENDING.format(rows=rows)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(generated(), encoding="utf-8")
