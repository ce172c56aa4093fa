"""Coverage of the law by a rulebook, both ways: which rows carry a duty, and on which article each row rests. Pure.

A row is a path: the procedure, the table, the name in it (``sharing.terms.reply``). Rows of the table of transitions
go under their event, as the law speaks of acts and not of the states in which they happen.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from negotiation.domain.rulebook.document import Document
from negotiation.domain.rulebook.law_pages import Duty, LawPage
from negotiation.domain.rulebook.model import OFFICE_BASIS, Procedure, Rulebook

_ARTICLE = re.compile(r"第([〇零一二三四五六七八九十百\d]+)条")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a rulebook as a lawyer reads it; ``bases``: as they are written, ``cited``: as people read them."""

    path: str
    title: str
    bases: tuple[str, ...]
    cited: tuple[str, ...]

    @property
    def is_state(self) -> bool:
        """True of a state: it says by its article what its acts say by theirs."""
        return self.path.split(".")[1] == "states"


@dataclass(frozen=True, slots=True)
class CarriedDuty:
    """A duty with those of its rows that the rulebook has."""

    duty: Duty
    rows: tuple[Row, ...]

    @property
    def carrier(self) -> str:
        """The carrier of the duty in words: the titles of its rows, what of the program does, or why nothing does."""
        titles = [row.title for row in self.rows] + ([self.duty.feature] if self.duty.feature else [])
        return "；".join(titles) or (f"不在系统之内：{self.duty.outside}" if self.duty.outside else "")

    @property
    def is_open(self) -> bool:
        """True where the page names rows and the rulebook has none of them."""
        return bool(self.duty.rows) and not self.rows and not self.duty.feature


@dataclass(frozen=True, slots=True)
class CoveredLaw:
    """A document that a rulebook cites, its page (None without one) and what rests on each article.

    ``resting``: article → the rows that cite it and that no duty of it names.
    """

    document: Document
    page: LawPage | None
    duties: tuple[CarriedDuty, ...]
    resting: Mapping[int, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All documents of a rulebook, the rows that rest on the office's own rule, and what is wanting, in sentences."""

    laws: tuple[CoveredLaw, ...]
    by_the_office: tuple[Row, ...]
    wanting: tuple[str, ...]


def coverage(book: Rulebook, pages: Mapping[str, LawPage]) -> Coverage:
    """The coverage of the documents that a rulebook cites; ``pages``: by the number of the document."""
    rows = {row.path: row for rules in book.procedures.values() for row in _rows(book, rules)}
    laws = tuple(_covered(document, pages.get(document.number), rows) for document in _documents(book))
    office = tuple(row for row in rows.values() if set(row.bases) == {OFFICE_BASIS})
    return Coverage(laws, office, tuple(fault for law in laws for fault in _wanting(law)))


def _documents(book: Rulebook) -> list[Document]:
    return [*book.documents.values()] or [Document(book.title, book.document)]


def _covered(document: Document, page: LawPage | None, rows: Mapping[str, Row]) -> CoveredLaw:
    duties = page.duties if page else ()
    carried = tuple(CarriedDuty(duty, tuple(rows[path] for path in duty.rows if path in rows)) for duty in duties)
    named = {(article, row.path) for each in carried for article in each.duty.articles for row in each.rows}
    resting: dict[int, list[Row]] = {}
    for row in rows.values():
        for article in dict.fromkeys(_articles_of(document, row)):
            if (article, row.path) not in named:
                resting.setdefault(article, []).append(row)
    return CoveredLaw(document, page, carried, {article: tuple(resting[article]) for article in sorted(resting)})


def _articles_of(document: Document, row: Row) -> Iterator[int]:
    name = document.cited("")
    for basis in row.cited:
        if basis.startswith(name) and (match := _ARTICLE.match(basis.removeprefix(name))):
            yield number_of(match[1])


def _wanting(law: CoveredLaw) -> Iterator[str]:
    """Sentences for what a lawyer would miss: no page, an article without a word, a duty or a row left alone."""
    name = law.document.number
    if law.page is None:
        yield f"{name}：没有法规页，请写在规则文件夹的 laws/ 中"
        return
    for article in law.page.unnamed:
        yield f"{name}第{article}条：法规页没有写明由什么承担，或者为什么不在系统之内"
    for each in law.duties:
        if each.is_open:
            yield f"{name}第{spans_of(each.duty.articles)}条“{each.duty.says}”：规则中没有 {'、'.join(each.duty.rows)}"
    carried = {article for each in law.duties if not each.duty.outside for article in each.duty.articles}
    for article, rows in law.resting.items():
        if article not in carried:
            paths = "、".join(row.path for row in rows)
            yield f"{name}第{article}条：规则中的 {paths} 以它为依据，法规页没有相应的义务"


def spans_of(articles: Iterable[int]) -> str:
    """Articles in words, those that follow each other together: 6–8、10."""
    runs: list[list[int]] = []
    for article in sorted(articles):
        if runs and article == runs[-1][-1] + 1:
            runs[-1].append(article)
        else:
            runs.append([article])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def number_of(numeral: str) -> int:
    """The number of an article: 二十一 → 21, 一百零二 → 102."""
    if numeral.isdecimal():
        return int(numeral)
    total, digit = 0, 0
    for char in numeral.replace("〇", "零"):
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS.index(char)
    return total + digit


# ------------------------------------------------------------------------------------------------ rows of a rulebook


def _rows(book: Rulebook, rules: Procedure) -> Iterator[Row]:
    """The rows of a procedure; what bears one path (the rows of one event) is one row with the bases of all."""
    titles: dict[str, str] = {}
    bases: dict[str, list[str]] = {}
    for path, title, basis in _titled(rules):
        titles[path] = title
        bases.setdefault(path, []).extend([basis] if basis else [])
    for path, title in titles.items():
        found = tuple(dict.fromkeys(bases[path]))
        yield Row(f"{rules.key}.{path}", f"{rules.title}：{title}", found, tuple(book.cited(each) for each in found))


def _titled(rules: Procedure) -> Iterator[tuple[str, str, str]]:
    """Each row of a procedure: its path, its title, its basis ("" of a field none of whose choices has any)."""
    for term in rules.terms.values():
        yield from ((f"terms.{term.key}", term.title, basis) for basis in (term.basis, term.start_basis) if basis)
    for (_, event), row in rules.table.items():
        yield f"events.{event}", rules.events[event].title, row.basis
    for field in rules.fields.values():
        yield from ((f"fields.{field.key}", field.title, basis) for basis in (*field.bases.values(), ""))
    yield from ((f"states.{each.key}", each.title, each.basis) for each in rules.states.values())
    yield from ((f"letters.{each.template}", each.name, each.basis) for each in rules.letters)
    yield from ((f"prepared.{each.source}", "预填", each.basis) for each in rules.prepared)
    if rules.tie is not None:
        yield from ((f"resource.{key}", "申请前提示", advice.basis) for key, advice in rules.tie.advise.items())
        yield from (("resource.contradictions", "与目录不符", each.basis) for each in rules.tie.contradictions)
