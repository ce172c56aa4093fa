"""Drafts letters: addressees, forms of address, and what must be there before one can be written."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from calendars.dates import in_words
from negotiation.core.enums import OFFICE_ID, PARTY_ROLES, UPWARD_KINDS, Duty, LetterKind
from negotiation.core.errors import FieldError, InvalidTransition, NegotiationError
from negotiation.core.labels import LETTER_KIND_TITLES
from negotiation.core.local_time import local_date
from negotiation.documents.letters import same_letter
from negotiation.documents.letters.case_facts import Visibility, case_facts
from negotiation.documents.letters.model import Agreed, CaseFacts, LetterFacts, Meeting
from negotiation.documents.letters.numbering import blank, read_number
from negotiation.documents.letters.selection import Matter, find_of_meeting
from negotiation.documents.letters.templates import filled, template_file
from negotiation.domain import meetings, wording
from negotiation.domain.departments import Department
from negotiation.domain.rulebook import AGENDAS, OFFICE_BASIS
from negotiation.services.cases import acting
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store.transaction import Transaction

TITLE_CHARACTERS = 20  # of 22 pt in 156 mm


class Wishes(NamedTuple):
    """The wishes of a person for a draft: its number, its signer (上行文 only), the person at the organ
    addressed whom it is for, its date; what is empty stays blank, the date is today's."""

    number: str = ""
    signer: str = ""
    attention: str = ""
    on: date | None = None


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


class Addressee(NamedTuple):
    """An organ that a letter goes to, and the department that it is, if it is one."""

    name: str
    unit: Department | None


def write(transaction: Transaction, matter: Matter, wishes: Wishes, at: datetime) -> Draft:
    """The draft of a letter about one case, as the system knows it at the instant ``at``.

    Raises InvalidTransition for what is missing in the case, FieldError for a wish that cannot be, NotFound and
    NegotiationError for a template that is not there or is wrong.
    """
    to = _addressees([matter])
    case, field = case_facts(transaction, matter.file, _visibility(matter, to), local_date(at))
    _demand_entered(matter, case, field)
    cases = (case, *same_letter.answered_beside(transaction, matter, _visibility(matter, to), at))
    return _draft([matter], to, wishes, at, About(cases, same_letter.with_answers(cases), field))


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
    a meeting without such a letter; else as ``write``.
    """
    files = [acting.take(UnitOfWork(transaction, context, at), each.no) for each in meeting.items]
    matters = find_of_meeting(files, meeting, named)
    to = _addressees(matters)
    known = [case_facts(transaction, each.file, _visibility(each, to), local_date(at)) for each in matters]
    if matters[0].letter.kind is LetterKind.MINUTES:
        wishes = wishes._replace(number=wishes.number or meeting.minutes_no)
    about = About(tuple(case for case, _ in known), meeting=_meeting(meeting))
    return _draft(matters, to, wishes, at, about)


def _draft(matters: Sequence[Matter], to: Sequence[Addressee], wishes: Wishes, at: datetime, about: About) -> Draft:
    """The letter itself; its form is that of the first matter."""
    file, letter = matters[0]
    _demand_signer(matters[0], wishes)
    _demand_article(matters[0], to, _basis(matters))
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
        number=read_number(wishes.number) or blank(on.year),
        signer=wording.one_line(wishes.signer),
        title=_title(letter.title, about.cases),
        author=_author(matters[0]),
        addressees="、".join(each.name for each in to),
        you=file.rulebook.address["notice" if letter.kind is LetterKind.NOTICE else "mail"],
        basis=_basis(matters),
        asks=letter.asks,
        dated=in_words(on),
        today=in_words(today),
        note=_note(matters[0], wishes, today),
        case=about.case,
        cases=about.cases,
        field=about.field if about.field is not None else dict.fromkeys(file.procedure.fields, ""),
        meeting=about.meeting,
    )


# ------------------------------------------------------------------------------------------------- head and foot


def _title(form: str, cases: Sequence[CaseFacts]) -> str:
    """The title; one that is longer than a line is broken after its subject (回行时词意完整)."""
    subject = cases[0].subject + (f"等{len(cases)}项" if len(cases) > 1 else "")
    title = form.format(subject=subject)
    return title if len(title) <= TITLE_CHARACTERS else form.format(subject=f"{subject}\n")


def _basis(matters: Sequence[Matter]) -> str:
    """The articles with their documents, each once; nothing where the office itself rules."""
    cited = [file.rulebook.cited(letter.basis) for file, letter in matters if letter.basis != OFFICE_BASIS]
    return "、".join(dict.fromkeys(cited))


def _addressees(matters: Sequence[Matter]) -> list[Addressee]:
    """The organs that it goes to, each once, departments in the official order."""
    file, letter = matters[0]
    parties = {each.file.case_state.parties.get(role) for each in matters for role in each.letter.to}
    units = [unit for unit in file.context.directory.in_order() if unit.id in parties]
    organs = [file.rulebook.role_title(role) for role in letter.to if role not in PARTY_ROLES]
    return [*(Addressee(unit.name, unit) for unit in units), *(Addressee(name, None) for name in organs)]


def _visibility(matter: Matter, to: Sequence[Addressee]) -> Visibility:
    """The mails that it may name: every one to the office and its superiors, to a party its own."""
    side = _side(matter)
    addressed = frozenset(each.unit.id for each in to if each.unit is not None)
    return Visibility(side, (frozenset({side}) if side else addressed) if addressed else None)


def _side(matter: Matter) -> int:
    return matter.file.case_state.parties.get(matter.letter.sender, OFFICE_ID)


def _author(matter: Matter) -> str:
    return matter.file.context.name_of(_side(matter))


def _note(matter: Matter, wishes: Wishes, today: date) -> str:
    """附注: the person at the receiving organ whom it is for, and the number to telephone."""
    attention, phone = wording.one_line(wishes.attention), _phone(matter, today)
    parts = [f"请转{attention}" if attention else "", f"联系电话：{phone}" if phone else ""]
    return f"（{'；'.join(filter(None, parts))}）" if any(parts) else ""


def _phone(matter: Matter, today: date) -> str:
    """The telephone of the office, or of the clerk of the department that writes."""
    unit = matter.file.context.directory.by_id.get(_side(matter))
    if unit is None:
        return matter.file.context.settings.office_phone
    clerk = unit.on_duty(Duty.A, today)
    return clerk.phone if clerk else ""


def _meeting(meeting: meetings.Meeting) -> Meeting:
    return Meeting(
        no=meeting.no,
        kind=AGENDAS[meeting.kind],
        on=in_words(meeting.on),
        weekday=wording.weekday(meeting.on),
        at=meeting.at,
        place=wording.one_line(meeting.place),
        chair=wording.one_line(meeting.chair),
        present="、".join(map(wording.one_line, meeting.present)),
        items=tuple(_agreed(each) for each in meeting.items),
    )


def _agreed(item: meetings.Agreed) -> Agreed:
    texts = {key: wording.one_line(getattr(item, key)) for key in Agreed.__slots__ if key != "by"}
    return Agreed(**texts, by=in_words(item.by) if item.by else "")


# ---------------------------------------------------------------------------------------------- what is demanded


def _demand_signer(matter: Matter, wishes: Wishes) -> None:
    """上行文应当标注签发人姓名 (党政机关公文处理工作条例第九条); other kinds bear none."""
    kind, signer = matter.letter.kind, wishes.signer.strip()
    if kind in UPWARD_KINDS and not signer:
        raise FieldError(f"{LETTER_KIND_TITLES[kind]}须标注签发人", field="signer", todo="请填写签发人姓名")
    if kind not in UPWARD_KINDS and signer:
        title = LETTER_KIND_TITLES[kind]
        raise FieldError(f"{title}不标注签发人", field="signer", todo="请不填签发人；只有请示和报告标注")


def _demand_article(matter: Matter, to: Sequence[Addressee], basis: str) -> None:
    """Checks the form for districts: no subordinates of the office, they get a 函, or a 通知 that cites its article."""
    districts = [each.name for each in to if each.unit is not None and each.unit.level.notice_cites_article]
    if matter.letter.kind is LetterKind.NOTICE and districts and not basis:
        raise NegotiationError(
            f"发往{districts[0]}的通知须引用条文，“{matter.letter.name}”没有条文依据",
            where=_where(matter.file),
            todo="请改用函，或在规则中写明其依据的条文",
        )


def _demand_entered(matter: Matter, case: CaseFacts, field: Mapping[str, str]) -> None:
    """Checks that what the letter must contain has been entered, or waits for the head."""
    file, letter = matter
    missing = [file.procedure.fields[key].title for key in letter.needs if not field[key]]
    if letter.answered and case.answer is None:
        missing.append("答复意见")
    if missing:
        raise InvalidTransition(
            f"起草“{letter.name}”须先登记：{'、'.join(missing)}",
            where=_where(file),
            todo="请先在案件页办理（送签即可），再起草",
        )


def _where(file: CaseFile) -> str:
    return f"案件 {file.no}"
