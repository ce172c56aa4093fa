"""The papers in which the report goes up: to whom, under which title and article, with which number and signer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calendars.dates import in_words
from negotiation.core import texts
from negotiation.core.errors import UsageError
from negotiation.documents.letters.numbering import blank, read_number
from negotiation.domain.rulebook import OFFICE_BASIS, SECTIONS, PaperRule
from negotiation.services.context import Context

ADDRESSEE_UNKNOWN = "【主送机关】"


@dataclass(frozen=True, slots=True)
class Wishes:
    """The wishes of a person for the papers: which one, its number, who signs; what is empty stays blank."""

    paper: str = ""
    number: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """A paper with the body that reports and the one it reports to, its day (in words), and the home of its template.

    ``title`` with {year} and ``subject`` are empty where the rulebook names no paper: then it tells of the main
    procedure. ``basis``: its article with the document, or nothing.
    """

    office: str
    addressee: str
    day: str
    home: Path
    key: str = ""
    name: str = ""
    title: str = ""
    subject: str = ""
    basis: str = ""
    sections: tuple[str, ...] = tuple(SECTIONS)
    number: str = ""
    signer: str = ""


def senders(context: Context, today: date, wishes: Wishes) -> list[Sender]:
    """The papers of today's rulebook, or the one that is wished for.

    Raises UsageError for a paper that it does not name, and for a number that two would bear; FieldError for a number
    that is none.
    """
    rules = list(context.rulebook.papers.values())
    known = "、".join(f"{each.key}（{each.name}）" for each in rules)
    chosen = [each for each in rules if wishes.paper in ("", each.key)]
    if wishes.paper and not chosen:
        raise UsageError(f"没有报告稿“{wishes.paper}”", todo=f"可用：{known or '规则没有写明报告稿，请不填'}")
    if wishes.number.strip() and len(chosen) > 1:
        raise UsageError(f"报告有{len(chosen)}种文稿，不能同用一个文号", todo=f"请选定一种：{known}", command="--paper")
    return list(_senders(context, chosen, today, wishes)) or [_plain(context, today, wishes)]


def _senders(context: Context, rules: list[PaperRule], today: date, wishes: Wishes) -> Iterator[Sender]:
    book, plain = context.rulebook, _plain(context, today, wishes)
    for rule in rules:
        yield Sender(
            office=_full_name(context, rule.sender),
            addressee=_full_name(context, rule.to),
            day=plain.day,
            home=plain.home,
            key=rule.key,
            name=rule.name,
            title=rule.title,
            subject=rule.subject,
            basis="" if rule.basis == OFFICE_BASIS else book.cited(rule.basis),
            sections=rule.sections,
            number=plain.number,
            signer=plain.signer,
        )


def _full_name(context: Context, role: str) -> str:
    """The full name of an organ, as a paper that goes up bears it; until it is set a place to fill in (GB/T 9704)."""
    name = context.settings.office_name if role == "office" else context.rulebook.organs.get(role)
    return name or f"【{context.rulebook.role_title(role)}全称】"


def _plain(context: Context, today: date, wishes: Wishes) -> Sender:
    number, home = read_number(wishes.number) or blank(today.year), context.settings.home
    signer = texts.read(wishes.signer, texts.NAME, "signer", "签发人").strip()
    return Sender(_full_name(context, "office"), ADDRESSEE_UNKNOWN, in_words(today), home, number=number, signer=signer)
