"""A new application, from a page or from a program: by a department in its own name, by the office in any."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from negotiation import casework
from negotiation.accounts import Person
from negotiation.errors import FieldFault
from negotiation.store import cases
from negotiation.store.database import Transaction
from negotiation.web.house import House
from negotiation.web.rights import first_event


def apply_for(
    transaction: Transaction,
    house: House,
    person: Person,
    procedure: str,
    raw: Mapping[str, Any],
    on: date,
    *,
    submit: bool,
) -> str:
    """Opens a case of these fields as a draft, and hands it in at once if ``submit``; its number."""
    own = house.practice.directory.name(person.department_id)
    if own and raw.get("applicant") != own:
        raise FieldFault("只能以本单位的名义申请", field="applicant", todo=f"使用部门应为“{own}”")
    at = house.clock()
    file = casework.open_case(transaction, house.practice, procedure, raw, at=at, on=on)
    cases.save(transaction, file.change())
    no: str = file.row["no"]
    if submit:
        casework.act(
            transaction, house.practice, no, first_event(file.procedure).key,
            role="applicant", actor=person.name, on=on, at=at,
        )  # fmt: skip
    return no
