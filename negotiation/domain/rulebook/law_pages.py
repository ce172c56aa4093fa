"""Pages of law: article by article what a document asks for, and what carries it. A page is data, one file a document.

A page stands in ``laws/`` of a rulebook's folder, or beside it; the shipped ones are there for every rulebook. It is
found by the number of its document, so that who cites a document has its page. No page changes what a rulebook does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from negotiation.domain.rulebook.reader import Faults, Reader

FOLDER = "laws"


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that some articles lay down, in our words, and what carries it.

    ``rows``: paths of a rulebook (``sharing.terms.reply``), of which each rulebook has at least one. ``feature``: what
    of the program carries it where no row does. ``outside``: why nothing carries it. ``tests``: those that hold it.
    """

    articles: tuple[int, ...]
    says: str
    rows: tuple[str, ...] = ()
    feature: str = ""
    outside: str = ""
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LawPage:
    """The page of a document: its title and number, how many articles it has, its duties in their order."""

    title: str
    number: str
    articles: int
    duties: tuple[Duty, ...] = field(repr=False)

    @property
    def unnamed(self) -> list[int]:
        """The articles of which the page says nothing."""
        named = {article for duty in self.duties for article in duty.articles}
        return [article for article in range(1, self.articles + 1) if article not in named]


def pages_for(folder: Path, shipped: Path) -> dict[str, LawPage]:
    """The pages that a rulebook in ``folder`` finds, by the number of their document; its own prevail.

    ``shipped``: the folder of the shipped rulebooks. Raises RulebookErrors with every fault of a page at once.
    """
    shelves = dict.fromkeys((shipped, folder.parent, folder))
    return {page.number: page for shelf in shelves for page in _read(sorted((shelf / FOLDER).glob("*.toml")))}


def _read(paths: Iterable[Path]) -> list[LawPage]:
    return [page_in(path.read_text(encoding="utf-8"), path.name, str(path.parent)) for path in paths]


def page_in(text: str, name: str, where: str = "") -> LawPage:
    """The page in a text; ``name`` and ``where`` are its file's. Raises RulebookErrors with every fault at once."""
    faults = Faults()
    read = Reader(faults, name, faults.toml(name, text))
    page = LawPage(
        title=read.text("title", needed=True),
        number=read.text("number", needed=True),
        articles=read.number("articles") or 0,
        duties=tuple(_duty(part) for part in read.rows("duties")),
    )
    if page.articles < 1:
        read.fault("articles", "缺少：共有几条")
    for beyond in sorted({n for duty in page.duties for n in duty.articles if not 1 <= n <= page.articles}):
        read.fault("duties", f"没有第{beyond}条：共{page.articles}条")
    read.finish()
    faults.raise_any(where)
    return page


def _duty(read: Reader) -> Duty:
    duty = Duty(
        articles=_articles(read),
        says=read.text("says", needed=True),
        rows=read.names("rows"),
        feature=read.text("feature"),
        outside=read.text("outside"),
        tests=read.names("tests"),
    )
    carried = bool(duty.rows or duty.feature)
    if carried == bool(duty.outside):
        read.fault("outside", "须写明由哪些行（rows）或功能（feature）承担，或者为什么不在系统之内，二者择一")
    read.finish()
    return duty


def _articles(read: Reader) -> tuple[int, ...]:
    """``article = 17``, or several articles that ask for one thing: ``article = [1, 2]``."""
    value = read.optional("article", "number or numbers")
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(type(each) is int for each in listed):
        read.fault("article", "应为条的序号，例如 17，或 [1, 2]")
        return ()
    return tuple(listed)
