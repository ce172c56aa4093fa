"""Signatures on paper: who consented to an application or a reply, and when (条例第十一、二十条)."""

from datetime import date
from typing import NamedTuple

from negotiation.core.enums import ATTACHED, SIGNED_BY, SIGNED_ON, AccountRole, Duty
from negotiation.core.errors import DateError, FieldError
from negotiation.domain import forms
from negotiation.domain.fields import Fields
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import accounts
from negotiation.store.transaction import Transaction

_OPTIONS = "--signed-by 签批人 --signed-on 日期"


class Signature(NamedTuple):
    """The person who approved an act, and the day: on the paper that is entered, or here."""

    by: str
    on: date


def signature_of(by: str, on: date | None) -> Signature | None:
    """The signature that was entered with a paper; None where there is none. Raises FieldError for half of one."""
    by = by.strip()
    if not by and on is None:
        return None
    if not by or on is None:
        missing, title = (SIGNED_ON, "签批日期") if by else (SIGNED_BY, "签批人")
        todo = f"请补填“{title}”；来文只盖章、未署签批人的，签批人写“来文盖章”"
        raise FieldError("签批人和签批日期须一并填写", field=missing, todo=todo, command=_OPTIONS)
    return Signature(by, on)


def stands(transaction: Transaction, file: CaseFile, side: int, signature: Signature, beside: Fields) -> bool:
    """True if a department's own paper may be entered as signed: it is attached, and a registered head signed it.

    ``beside``: what is kept with the act. A head is one of the directory (部门负责人) or of an account in use.
    """
    return ATTACHED in beside and signature.by in _heads(transaction, file, side)


def _heads(transaction: Transaction, file: CaseFile, side: int) -> set[str]:
    unit = file.context.directory.by_id.get(side)
    listed = unit.people.get(Duty.DEPARTMENT_HEAD) if unit is not None else None
    signing = (each for each in accounts.accounts_of_side(transaction, side) if AccountRole.HEAD in each.roles)
    return {each.name for each in signing if each.active} | ({listed.name} if listed and listed.name else set())


def signed_on_paper(file: CaseFile, signature: Signature, on: date) -> Fields:
    """The fields of an approval that was given on paper (条例第十一、二十条), for an act of the day ``on``.

    Raises DateError for one after the act, or before the application was received.
    """
    forms.demand_clean(signature.by, SIGNED_BY)
    received = file.received_on
    if signature.on > on:
        raise DateError(
            f"签批日期 {signature.on} 晚于办理日期 {on}", field=SIGNED_ON, todo="先签批、后发出；请核对两个日期"
        )
    if received is not None and signature.on < received:
        what = f"签批日期 {signature.on} 早于收到申请的日期 {received}"
        raise DateError(what, field=SIGNED_ON, todo="请照来文核对签批日期")
    return {SIGNED_BY: signature.by, SIGNED_ON: signature.on}


def unsigned(title: str) -> FieldError:
    """The fault of a department's paper of which nobody says who consented to it, and when (条例第十一、二十条)."""
    return FieldError(
        f"“{title}”是单位负责人签批后发出的来文，须填写签批人和签批日期",
        field=SIGNED_BY,
        todo="请照来文填写；来文只盖章、未署签批人的，请写“来文盖章”",
        command=_OPTIONS,
    )
