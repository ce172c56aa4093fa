"""A walk through every page that a person's links lead to, one of each kind."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from tests.eyes.served import Seat

NUMBER = re.compile(r"GX\d{4}-\d+(-\d+)?|\d+")
NO_PAGE = re.compile(r"export|/files/|#")  # downloads, and places within a page


def walk(seat: Seat, first: Iterable[str]) -> Iterator[str]:
    """Opens page after page and yields its path while it is open. Two pages that differ in a number are of one kind;
    of the kinds of ``first``, every one is opened."""
    waiting = list(first)
    known = {kind(path) for path in waiting}
    while waiting:
        path = waiting.pop(0)
        seat.go(path)
        for found in links(seat):
            if kind(found) not in known:
                known.add(kind(found))
                waiting.append(found)
        yield path


def links(seat: Seat) -> list[str]:
    """Where the links of the open page lead within the desk."""
    found = seat.page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    absolute = [urljoin(seat.page.url, each) for each in found if not NO_PAGE.search(each)]
    return [each.removeprefix(seat.address) for each in absolute if each.startswith(seat.address)]


def kind(path: str) -> str:
    """A path without its numbers, and the names of what it asks."""
    parts = urlsplit(path)
    asked = "&".join(sorted({key for key, _ in parse_qsl(parts.query)}))
    return f"{NUMBER.sub('…', parts.path)}?{asked}"
