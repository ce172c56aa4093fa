"""A walk through every page that a person's links lead to, one of each kind, and what is looked for on each."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe

from tests.browser.served import Seat

NO_PAGE = re.compile(r"export|/files/|/archive$|/template$|#")  # downloads, and places within a page
NUMBER = re.compile(r"GX\d{4}-\d+(-\d+)?|\d+")
ACT = re.compile(r"/acts/\w+")
KEPT = re.compile(r"/outbox/.*")  # a notice's address is its key

# Notes every element that the keyboard comes to, and whether it then shows that it is there.
WATCH = """() => {
  window.met = new Map();
  document.addEventListener("focusin", ({target}) => {
    const {outlineStyle, outlineWidth} = getComputedStyle(target);
    window.met.set(target, outlineStyle !== "none" && parseFloat(outlineWidth) > 0);
  });
}"""
USED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(each => each.type !== "hidden" && !each.disabled && each.checkVisibility())"""
# A date has a stop for each of its parts, and a table that can be scrolled is one too.
STOPS = f"""() => ({USED})().reduce((sum, each) => sum + (each.type === "date" ? 5 : 1), 2)
  + document.querySelectorAll(".scroll").length"""
MISSED = f"""() => ({USED})().filter(each => !window.met.get(each))
  .map(each => (window.met.has(each) ? "unseen: " : "not reached: ") + each.outerHTML.slice(0, 120))"""


# Each element with its attributes, within those of all elements around it; texts and numbers make no difference.
SHAPES = """() => {
  const said = each => [each.localName, ...[...each.attributes].map(({name, value}) =>
    /^(class|role|type|scope|aria-)/.test(name) ? `${name}=${value.replace(/\\d+/g, "0")}` : name)].join(" ");
  const shapes = new Map([[document.body, ""]]);
  for (const each of document.body.querySelectorAll("*"))
    shapes.set(each, `${shapes.get(each.parentElement)}>${said(each)}`);
  return [...new Set(shapes.values())];
}"""


def walk(seat: Seat, first: Iterable[str], known: Iterable[str] = ()) -> Iterator[str]:
    """Opens page after page and yields its path while it is open: every one of ``first``, and from there one of each
    kind that is not ``known``."""
    waiting = list(first)
    seen = {kind(path) for path in waiting} | set(known)
    while waiting:
        path = waiting.pop(0)
        seat.go(path)
        for found in links(seat):
            if kind(found) not in seen:
                seen.add(kind(found))
                waiting.append(found)
        yield path


def links(seat: Seat) -> list[str]:
    """Where the links of the open page lead within the desk."""
    found = seat.page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    absolute = [urljoin(seat.page.url, each) for each in found if not NO_PAGE.search(each)]
    return [each.removeprefix(seat.address) for each in absolute if each.startswith(seat.address)]


def kind(path: str) -> str:
    """A path without its numbers: pages that differ in nothing else look alike."""
    return KEPT.sub("/outbox/…", NUMBER.sub("…", urlsplit(path).path))


def shapes(seat: Seat) -> set[str]:
    """What the open page is made of: a page made of nothing else than others of its kind is as good as they are. The
    forms of all acts are of one kind."""
    place = ACT.sub("/acts/…", kind(seat.page.url))
    return {f"{place} {shape}" for shape in seat.page.evaluate(SHAPES)}


def violations(seat: Seat) -> list[str]:
    """What axe finds on the open page."""
    found: list[dict[str, Any]] = Axe().run(seat.page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def missed_by_keyboard(seat: Seat) -> list[str]:
    """What the Tab key does not come to on the open page, or comes to unseen; a trap keeps it from all the rest."""
    seat.page.evaluate(WATCH)
    for _ in range(seat.page.evaluate(STOPS)):
        seat.page.keyboard.press("Tab")
    missed: list[str] = seat.page.evaluate(MISSED)
    return missed
