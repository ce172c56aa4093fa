"""What the documents of the repository hold: their links, their headings, the commands that they show."""

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from typer.main import get_command

from negotiation.cli.main import app

ROOT = Path(__file__).parents[2]
NOT_OURS = {".git", ".venv", "var", "build", "dist", "node_modules"}
SHOWN_AS = {"", "sh", "console", "bash"}  # the languages of blocks that show commands
PROGRAM = ".venv/bin/negotiation"
_FENCE = re.compile(r"^\s*(```+|~~~+)\s*([\w-]*)")
_LINK = re.compile(r"!?\[(?:[^\[\]]|!?\[[^\]]*\]\([^)]*\))*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_CODE = re.compile(r"`[^`]*`")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_SETTING = re.compile(r"[A-Z_]+=.*")
_TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)


class Shown(NamedTuple):
    """A command in a document: the file, its line, its words without settings before it."""

    file: str
    line: int
    words: tuple[str, ...]


def documents(root: Path = ROOT) -> list[Path]:
    """Every Markdown file of the repository."""
    found = []
    for folder, inside, names in os.walk(root):
        inside[:] = [name for name in inside if name not in NOT_OURS and not name.endswith("_cache")]
        found += [Path(folder) / name for name in names if name.endswith(".md")]
    return sorted(found)


def lines(text: str) -> Iterator[tuple[int, str | None, str]]:
    """Each line with its number and the language of the block in which it stands, None in running text."""
    fence, language = "", None
    for number, line in enumerate(text.splitlines(), 1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence, language = mark[1], mark[2]
        elif mark and line.strip() == fence:
            fence, language = "", None
        else:
            yield number, language, line


# ---------------------------------------------------------------------------------------------------------------- links


def headings(text: str) -> list[tuple[int, str]]:
    """The headings of a document: level and words."""
    found = (_HEADING.match(line) for _, language, line in lines(text) if language is None)
    return [(len(each[1]), each[2]) for each in found if each]


def anchors(text: str) -> set[str]:
    """The anchors that the headings of a document get where it is shown; of equal ones the second ends with -1."""
    found: set[str] = set()
    for _, words in headings(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        times = 1
        anchor = name
        while anchor in found:
            anchor, times = f"{name}-{times}", times + 1
        found.add(anchor)
    return found


def dead_links(path: Path) -> list[str]:
    """The relative links of a document that lead nowhere, each with its line."""
    dead = []
    for number, language, line in lines(path.read_text(encoding="utf-8")):
        targets = _LINK.findall(_CODE.sub("", line)) if language is None else []
        dead += [f"{path.name}:{number}: {target}" for target in targets if not _leads_somewhere(path, target)]
    return dead


def _leads_somewhere(path: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True  # another host's address: whether it answers is nothing that this repository decides
    place, _, anchor = target.partition("#")
    there = path if not place else path.parent / place
    if not there.exists():
        return False
    return not anchor or anchor in anchors(there.read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------------------------- commands


def commands(path: Path) -> list[Shown]:
    """The commands ``negotiation`` and ``make`` that a document shows in blocks."""
    shown, begun = [], ""
    for number, language, line in lines(path.read_text(encoding="utf-8")):
        if language not in SHOWN_AS:
            continue
        whole = begun + line.strip().removeprefix("$ ")
        begun = whole.removesuffix("\\") if whole.endswith("\\") else ""
        words = [] if begun else _words(whole)
        if words:
            shown.append(Shown(path.name, number, tuple(words)))
    return shown


def _words(line: str) -> list[str]:
    """The words of a command of ours; none of any other line."""
    if "negotiation" not in line and "make" not in line:
        return []
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a line of a longer text in quotes
        return []
    while words and _SETTING.fullmatch(words[0]):
        del words[0]
    if words and words[0] in (PROGRAM, "negotiation"):
        return ["negotiation", *words[1:]]
    return words if words[:1] == ["make"] else []


def wrong(words: Sequence[str], makefile: str) -> str:
    """What is wrong with a command: the program or the Makefile does not know it; "" if nothing is."""
    if words[0] == "make":
        targets = [word for word in words[1:] if not word.startswith("-") and not _SETTING.fullmatch(word)]
        unknown = sorted(set(targets) - set(_TARGET.findall(makefile)))
        return f"no such target: {', '.join(unknown)}" if unknown else ""
    try:
        _parse(words[1:])
    except Exception as error:  # whatever the command line refuses it with
        return f"{type(error).__name__}: {error}"
    return ""


def _parse(words: Sequence[str]) -> None:
    """Reads a command as the program would, and runs nothing."""
    command: Any = get_command(app)
    rest = list(words)
    while rest and getattr(command, "commands", None) and not rest[0].startswith("-"):
        command = command.commands[rest.pop(0)]
    if "--help" not in rest:
        command.make_context(command.name, rest)


def known_commands() -> set[tuple[str, ...]]:
    """The names of all commands, those of groups with their group."""
    return set(_named(get_command(app), ()))


def _named(command: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    inside = getattr(command, "commands", None)
    if not inside:
        yield above
    for name, each in (inside or {}).items():
        yield from _named(each, (*above, name))
