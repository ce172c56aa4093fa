"""XML parsed piece by piece: a part of a workbook may be larger than memory."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat

_CHUNK = 1 << 16
Start = Callable[[str, Mapping[str, str]], None]  # of an element: its local name, its attributes
OfText = Callable[[str], object]


def parsed(file: IO[bytes], start: Start, *, end: OfText | None = None, text: OfText | None = None) -> Iterator[None]:
    """Parses XML piece by piece, and calls with local names; after each piece the caller has its turn.

    Raises ValueError for a document type declaration, ExpatError for what is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    while chunk := file.read(_CHUNK):
        parser.Parse(chunk)
        yield
    parser.Parse(b"", True)
    yield


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _refuse(*_declared: Any) -> None:
    raise ValueError("a document type declaration")  # no workbook has one; entities are declared there
