"""Head and foot of a letter: who writes, to whom it goes, by which full names, whom the reader may ask."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import OFFICE_ID, PARTY_ROLES, Duty, LetterKind
from negotiation.core.errors import NegotiationError
from negotiation.documents.letters.selection import Matter, addressed
from negotiation.documents.letters.wishes import Wishes
from negotiation.domain import wording
from negotiation.domain.departments import Department


class Addressee(NamedTuple):
    """An organ that a letter goes to, and the department that it is, if it is one."""

    name: str
    unit: Department | None


def addressees_of(matters: Sequence[Matter]) -> list[Addressee]:
    """The organs that it goes to, each once, departments in the official order, others by their full names."""
    file, letter = matters[0]
    parties = {unit.id for each in matters for unit in addressed(each.file, each.letter)}
    units = [unit for unit in file.context.directory.in_order() if unit.id in parties]
    organs = [organ_of(matters[0], role) for role in letter.to if role not in PARTY_ROLES]
    return [*(Addressee(unit.name, unit) for unit in units), *(Addressee(name, None) for name in organs)]


def organ_of(matter: Matter, role: str) -> str:
    """The full name of the organ with a role. Raises NegotiationError while the rulebook gives none."""
    book = matter.file.rulebook
    if role not in book.organs:
        raise NegotiationError(
            f"不知道“{book.role_title(role)}”的全称，不能起草“{matter.letter.name}”",
            where=f"规则 {book.id}",
            todo=f"公文须用机关全称或规范化简称：请在规则的 rulebook.toml 中写明 [organs] 的 {role}",
        )
    return book.organs[role]


def side_of(matter: Matter) -> int:
    """The department that writes, 0 for the office."""
    return matter.file.case_state.parties.get(matter.letter.sender, OFFICE_ID)


def author_of(matter: Matter) -> str:
    """The full name of who writes. Raises NegotiationError while the office has none."""
    context, side = matter.file.context, side_of(matter)
    if side == OFFICE_ID and not context.settings.office_name:
        raise NegotiationError(
            f"没有设置本办公室的全称，不能起草“{matter.letter.name}”",
            where="设置 office_name",
            todo="公文落款须用机关全称：请在 settings.toml 写明 office_name，或设置 NEGOTIATION_OFFICE_NAME",
        )
    return context.name_of(side)


def code_of(matter: Matter) -> str:
    """机关代字 of the office's letters; "" where none is set, and for the letters of departments."""
    return matter.file.context.settings.office_code if side_of(matter) == OFFICE_ID else ""


def note_of(matter: Matter, wishes: Wishes, today: date) -> str:
    """附注: the person at the receiving organ whom it is for, whom to ask, and the number to telephone.

    Raises NegotiationError for a 请示 whose reader would not know whom to telephone.
    """
    attention, contact = wording.one_line(wishes.attention), wording.one_line(wishes.contact)
    phone = _phone(matter, today)
    if matter.letter.kind is LetterKind.REQUEST and not phone:
        raise NegotiationError(
            "请示须在附注处注明联系人的姓名和电话，没有设置本办公室的电话",
            where="设置 office_phone",
            todo="请在 settings.toml 写明 office_phone，或设置 NEGOTIATION_OFFICE_PHONE",
        )
    parts = [("请转", attention), ("联系人：", contact), ("联系电话：", phone)]
    said = [f"{before}{text}" for before, text in parts if text]
    return f"（{'；'.join(said)}）" if said else ""


def _phone(matter: Matter, today: date) -> str:
    """The telephone of the office, or of the clerk of the department that writes."""
    unit = matter.file.context.directory.by_id.get(side_of(matter))
    if unit is None:
        return matter.file.context.settings.office_phone
    clerk = unit.on_duty(Duty.A, today)
    return clerk.phone if clerk else ""
