"""Drafts letters: the facts, in the form of their template."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.core.enums import LetterKind
from negotiation.core.local_time import local_date
from negotiation.documents.letters import same_letter
from negotiation.documents.letters.addressing import (
    Addressee,
    addressees_of,
    author_of,
    code_of,
    note_of,
    organ_of,
    side_of,
)
from negotiation.documents.letters.case_facts import case_facts, in_paragraphs, we_of
from negotiation.documents.letters.demands import demand_agreed, demand_article, demand_entered, demand_wishes
from negotiation.documents.letters.meeting_facts import meeting_facts
from negotiation.documents.letters.model import CaseFacts, LetterFacts, Meeting
from negotiation.documents.letters.numbering import TITLE_CHARACTERS, blank, read_number
from negotiation.documents.letters.selection import Matter, cited, find_of_meeting
from negotiation.documents.letters.templates import filled, template_file
from negotiation.documents.letters.wishes import Wishes
from negotiation.domain import meetings, wording
from negotiation.services.cases import acting
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.transaction import Transaction


class Draft(NamedTuple):
    """A draft: of which template, the name of its file, its title, and the .docx."""

    template: str
    name: str
    title: str
    content: bytes


class About(NamedTuple):
    """The facts of its cases, or of its meeting; ``case`` and ``field``: of a letter about one case."""

    cases: tuple[CaseFacts, ...]
    case: CaseFacts | None = None
    field: Mapping[str, str] | None = None
    meeting: Meeting | None = None


def write(transaction: Transaction, matter: Matter, wishes: Wishes, at: datetime) -> Draft:
    """The draft of a letter about one case, as the system knows it at the instant ``at``.

    Raises InvalidTransition for what is missing in the case, FieldError for a wish that is missing or cannot be,
    NotFound and NegotiationError for a template that is not there or is wrong, and for an organ without a full name.
    """
    side, today = side_of(matter), local_date(at)
    case, field = case_facts(transaction, matter.file, side, today)
    demand_entered(matter, case, field)
    cases = (case, *same_letter.answered_beside(transaction, matter, side, at))
    return _draft([matter], wishes, at, About(cases, same_letter.with_answers(cases), field))


def write_of_meeting(
    transaction: Transaction,
    context: Context,
    meeting: meetings.Meeting,
    named: str,
    wishes: Wishes,
    at: datetime,
) -> Draft:
    """The draft of a letter of a meeting: to the parties of all its cases, citing the article of each.

    Minutes bear the number that the meeting has on record, unless another is wished for. Raises InvalidTransition for
    a meeting without such a letter, and for minutes of which nothing was agreed; else as ``write``.
    """
    files = [acting.take(UnitOfWork(transaction, context, at), each.no) for each in meeting.on_agenda]
    matters = find_of_meeting(files, meeting, named)
    spoken_of = {each.file.no for each in matters}
    meeting = replace(meeting, items=tuple(each for each in meeting.on_agenda if each.no in spoken_of))
    demand_agreed(matters[0], meeting)
    known = [case_facts(transaction, each.file, side_of(each), local_date(at)) for each in matters]
    if matters[0].letter.kind is LetterKind.MINUTES:
        wishes = wishes._replace(number=wishes.number or meeting.minutes_no)
    about = About(tuple(case for case, _ in known), meeting=meeting_facts(context, meeting))
    return _draft(matters, wishes, at, about)


def _draft(matters: Sequence[Matter], wishes: Wishes, at: datetime, about: About) -> Draft:
    """The letter itself; its form is that of the first matter."""
    file, letter = matters[0]
    to = addressees_of(matters)
    demand_wishes(matters[0], wishes)
    demand_article(matters[0], to, cited(matters, about.field))
    facts = _facts(matters, to, wishes, local_date(at), about)
    content = filled(template_file(letter.template, file.context.settings.home), facts)
    name = f"{about.meeting.no if about.meeting else file.no}-{letter.name}.docx"
    return Draft(letter.template, name, facts.title.replace("\n", ""), content)


def _facts(
    matters: Sequence[Matter], to: Sequence[Addressee], wishes: Wishes, today: date, about: About
) -> LetterFacts:
    file, letter = matters[0]
    on = wishes.on or today
    return LetterFacts(
        number=read_number(wishes.number) or blank(on.year, code_of(matters[0])),
        signer=wording.one_line(wishes.signer),
        title=_title(matters[0], about.cases),
        author=author_of(matters[0]),
        addressees="、".join(each.name for each in to),
        you=file.rulebook.address["notice" if letter.kind is LetterKind.NOTICE else "mail"],
        we=we_of(file.rulebook, letter.sender),
        basis=cited(matters, about.field),
        asks=letter.asks,
        proposal=in_paragraphs(wishes.proposal),
        dated=in_words(on),
        today=in_words(today),
        note=note_of(matters[0], wishes, today),
        case=about.case,
        cases=about.cases,
        field=about.field if about.field is not None else dict.fromkeys(file.procedure.fields, ""),
        meeting=about.meeting,
    )


def _title(matter: Matter, cases: Sequence[CaseFacts]) -> str:
    """The title; one that is longer than a line is broken after its subject (回行时词意完整)."""
    form = matter.letter.title
    organs = {role: organ_of(matter, role) for role in matter.file.rulebook.roles if f"{{{role}}}" in form}
    subject = cases[0].subject + (f"等{len(cases)}项" if len(cases) > 1 else "")
    title = form.format(subject=subject, **organs)
    return title if len(title) <= TITLE_CHARACTERS else form.format(subject=f"{subject}\n", **organs)
