"""The form of an act that the head returned (退回修改): filled in as it was, with the reason above and its files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlencode

from negotiation.domain import forms
from negotiation.domain.fields import Fields, Proof
from negotiation.domain.people import Person
from negotiation.services import expunge_orders
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.correction_proposals import changes_of, is_correction
from negotiation.services.returned import entered_again, files_again, taken_up
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction
from negotiation.web.pages.form_files import DROPPED
from negotiation.web.pages.inputs import ROLE
from negotiation.web.pages.reply_form import answers_again
from negotiation.web.request_context import RequestContext

RETURNED = "returned"  # the number of the proposal that a form takes up again


class Returned(NamedTuple):
    """A returned proposal above its form: its number, what the head said, who and when, and the files that it had."""

    n: int
    said: str
    by: str
    at: datetime | None
    files: Sequence[str]


def again_at(no: str, row: ProposalRow) -> str:
    """The address of the form in which a returned proposal is put right; "" for an order, which is written anew."""
    if expunge_orders.is_order(row):
        return ""
    case = f"/cases/{quote(no, safe='')}"
    if is_correction(row):
        return f"{case}/corrections/{changes_of(row).targets[0]}?{RETURNED}={row.n}"
    return f"{case}/acts/{row.event}?{urlencode({ROLE: row.role, RETURNED: row.n})}"


def typed_again(transaction: Transaction, file: CaseFile, person: Person, asked: Mapping[str, str]) -> dict[str, str]:
    """The fields with which the form of a returned act begins; none if the address asks for no such act."""
    row = row_of(transaction, file, person, asked)
    if row is None:
        return {}
    typed = entered_again(transaction, file, row)
    return {RETURNED: str(row.n), **typed, **answers_again(file, row.event, typed)}


def row_of(transaction: Transaction, file: CaseFile, person: Person, typed: Mapping[str, str]) -> ProposalRow | None:
    """The returned proposal that a form takes up; None of a form that begins anew."""
    n = forms.read_number(typed.get(RETURNED, ""))
    return taken_up(transaction, file, person, n) if n is not None else None


def carried(transaction: Transaction, file: CaseFile, person: Person, typed: Mapping[str, str]) -> list[Proof]:
    """The files of the returned act that go with the form again."""
    row = row_of(transaction, file, person, typed)
    return files_again(row, forms.read_list(typed.get(DROPPED))) if row is not None else []


def with_carried(extra: Fields, key: str, files: Sequence[Proof]) -> Fields:
    """Fields that an act keeps beside its form, with the files that it had before in front of the new ones."""
    new = extra.get(key)
    return {**extra, key: [*files, *(new if isinstance(new, list) else ())]} if files else extra


def returned_shown(ctx: RequestContext, file: CaseFile, typed: Mapping[str, str]) -> Returned | None:
    """Reason above the form of a returned act, and the files that it carries on; None for any other form."""
    with ctx.app_state.read() as transaction:
        row = row_of(transaction, file, ctx.person, typed)
    if row is None:
        return None
    names = [each["name"] for each in files_again(row, forms.read_list(typed.get(DROPPED)))]
    return Returned(row.n, row.said, row.decided_by, row.decided_at, names)
