"""The clerks of both sides of a case, with whom to telephone; a number is shown to the office and to its own unit."""

from typing import NamedTuple

from negotiation.core.enums import OFFICE_ID, Duty
from negotiation.core.labels import DUTY_TITLES
from negotiation.domain.departments import Contact, Department
from negotiation.domain.people import Person
from negotiation.services.cases.case_file import CaseFile


class ContactShown(NamedTuple):
    """A person of a unit with a part in a case; ``phone``: "" where the reader may not know it."""

    unit: str
    duty: str
    name: str
    phone: str


def contacts_of(file: CaseFile, reader: Person) -> list[ContactShown]:
    """The people of each side, A 角 first."""
    units = [file.context.directory.by_id.get(each) for each in dict.fromkeys(file.case_state.parties.values())]
    return [
        _shown(unit, unit.people[duty], reader)
        for unit in units
        if unit is not None
        for duty in (Duty.A, Duty.B)
        if duty in unit.people
    ]


def _shown(unit: Department, contact: Contact, reader: Person) -> ContactShown:
    phone = contact.phone if reader.side in (OFFICE_ID, unit.id) else ""
    return ContactShown(unit.name, DUTY_TITLES[contact.duty], contact.name, phone)
