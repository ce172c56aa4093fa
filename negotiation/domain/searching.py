"""Words that people look for (查找), and texts as they are compared with them: pure, alike on either database.

A text is compared in half width, in small letters and without blanks, so that neither a line that a program broke nor
a full-width number hides a word. An index of bigrams narrows (人口信息 is 人口, 口信, 信息); the text itself decides.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from negotiation.core.texts import searched

MOST_WORDS = 8
MOST_GRAMS = 40_000  # of a case: what its row of the index can hold on PostgreSQL is a megabyte
MOST_IN_FILE = 200_000  # characters of a file that are looked through: a book of four hundred pages
BEFORE, AFTER = 30, 60  # characters around a word that was found
_RUN = re.compile(r"[^\W_]+")
_BLANKS = re.compile(r"\s+")
_FULL_WIDTH = 0xFEE0  # what a full-width sign is away from its own


class PassageKind(StrEnum):
    """Where in a case a text stands."""

    CASE = "case"  # number, subject, departments, resource
    ENTRY = "entry"
    FILE = "file"
    MEETING = "meeting"


class Passage(NamedTuple):
    """A text of a case and where it stands: the number of the entry or file, and its day.

    ``title``: the event of the entry, the name of the file, the number of the meeting.
    """

    kind: PassageKind
    n: int
    title: str
    text: str
    on: date | None = None


class Piece(NamedTuple):
    """A piece of an excerpt; ``found``: it is a word that was looked for."""

    text: str
    found: bool


def compared(text: str) -> str:
    """The text as it is compared."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def words_in(typed: str) -> tuple[str, ...]:
    """The words of a search as they are compared, each once, at most ``MOST_WORDS``.

    What has neither letter nor digit is none: signs mean nothing, here and to the databases.
    """
    words = (compared(each) for each in searched(typed).split())
    return tuple(dict.fromkeys(each for each in words if _RUN.search(each)))[:MOST_WORDS]


def grams(text: str) -> Iterator[str]:
    """The bigrams of a text as it is compared, and the last sign of each run alone: each sign begins one."""
    for run in _RUN.findall(text):
        yield from (run[at : at + 2] for at in range(len(run)))


def grams_asked(word: str) -> list[str]:
    """The bigrams that a text has if it has the word; of a run of one sign that sign, which begins one of them."""
    pairs = (run[at : at + 2] for run in _RUN.findall(word) for at in range(max(len(run) - 1, 1)))
    return list(dict.fromkeys(pairs))


def indexed(texts: Iterable[str]) -> list[str]:
    """The bigrams under which texts are found, each once, the first ones first."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(grams(text)))
        if len(found) >= MOST_GRAMS:
            break
    return list(found)[:MOST_GRAMS]


def excerpt(text: str, words: Sequence[str]) -> list[Piece]:
    """The words found in a text as it was entered, with what stands around the first; nothing where none is there."""
    expression = re.compile("|".join(_as_entered(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    first = expression.search(text)
    if first is None:
        return []
    begins, ends = max(first.start() - BEFORE, 0), min(first.end() + AFTER, len(text))
    return [*_cut(begins > 0), *_pieces(text[begins:ends], expression), *_cut(ends < len(text))]


def _pieces(text: str, expression: re.Pattern[str]) -> Iterator[Piece]:
    at = 0
    for found in expression.finditer(text):
        yield Piece(text[at : found.start()], found=False)
        yield Piece(found.group(), found=True)
        at = found.end()
    yield Piece(text[at:], found=False)


def _cut(is_cut: bool) -> list[Piece]:
    return [Piece("…", found=False)] if is_cut else []


def _as_entered(word: str) -> str:
    """The expression of a word as it may have been entered: in either width, in either case, with blanks in it."""
    return r"\s*".join(map(_sign, word))


def _sign(sign: str) -> str:
    own = re.escape(sign)
    return f"[{own}{chr(ord(sign) + _FULL_WIDTH)}]" if "!" <= sign <= "~" else own
