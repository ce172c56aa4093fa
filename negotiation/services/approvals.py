"""签批: an act that the rulebook marks takes effect when the head approves; until then it is a proposal."""

from dataclasses import replace
from datetime import date, datetime

from negotiation.core.enums import SIGNED_AS, SIGNED_BY, SIGNED_ON, AccountRole, ProposalState
from negotiation.core.errors import Conflict, DateError, FieldError, NegotiationError, NotFound, WrongRole, all_at_once
from negotiation.core.local_time import local_date
from negotiation.domain import forms
from negotiation.domain.fields import Fields
from negotiation.domain.people import Person
from negotiation.domain.rulebook import Procedure
from negotiation.services import correction_proposals, expunge_orders, offers
from negotiation.services.cases import acting, succession
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.signatures import Signature, signed_on_paper, stands, unsigned
from negotiation.store import case_reader, proposals
from negotiation.store.proposals import ProposalRow
from negotiation.store.transaction import Transaction


def roles_of(file: CaseFile, person: Person) -> tuple[str, ...]:
    """The roles as which a person acts in a case: their own, those for which they enter what others decided, and for
    the office the parties', whose paper it enters (the law counts with the paper's date, not with the click)."""
    own = person.may_act_for(file.case_state.parties)
    entered = tuple(role for role, by in file.rulebook.entered_by.items() if by in own)
    return (*own, *entered, *(file.procedure.department_roles if own and person.is_office else ()))


def enters_paper(rules: Procedure, person: Person, role: str) -> bool:
    """True if an act in that role is a department's paper, entered by the office."""
    return person.is_office and role in rules.department_roles


def signs_for(rules: Procedure, person: Person, role: str) -> bool:
    """True for the head whose approval an act in that role needs. Nobody here signs a department's paper."""
    if role in rules.department_roles:
        return not person.is_office and AccountRole.HEAD in person.roles
    return AccountRole.OFFICE_HEAD in person.roles


# ------------------------------------------------------------------------------------------------------ acts come in


def enter(
    transaction: Transaction, file: CaseFile, person: Person, request: ActRequest, signature: Signature | None = None
) -> ProposalRow | None:
    """An act on a case by somebody who is signed in: done at once (None), or proposed if the head must approve it.

    ``signature``: who signed the paper that is entered, and when; the head's own act signs itself. A proposal happens
    on the day of its approval. Raises NegotiationError for an act that is not lawful, or a paper without signature.
    """
    request = replace(request, account_id=person.id, side=person.side)
    rule, role = file.procedure.events.get(request.event), request.role
    _demand_role(file, person, role)
    _demand_in_time(file, person, request.event, request.on)
    if rule is None or not rule.approval:
        acting.act_on(transaction, file, request)
        return None
    if not enters_paper(file.procedure, person, role):
        offers.demand_none_waits(transaction, file, role)
    signed = _signed(transaction, file, person, request, signature)
    if signed:
        acting.act_on(transaction, file, replace(request, extra={**request.extra, **signed}))
        return None
    if enters_paper(file.procedure, person, role):
        with all_at_once([unsigned(rule.title)]):  # it is told with all else that is wrong
            acting.perform(transaction, file, request)
    return _propose(transaction, file, person, request)


def is_in_time(file: CaseFile, person: Person, event: str, on: date) -> bool:
    """True if a person may enter an event as of that day.

    A party that let a term pass cannot itself enter an earlier answer: the office enters that paper, as the mails
    announce: “如已答复，请告知文号、日期，我办即行补登”.
    """
    if person.is_office or event in file.procedure.general_events:
        return True
    owed = [each for each in file.case_state.terms if each.department_id == person.department_id and each.runs]
    return not any(on <= each.due_on < file.today for each in owed)


def _demand_role(file: CaseFile, person: Person, role: str) -> None:
    if role not in roles_of(file, person):
        what = f"这个账号不能以“{file.role_title(role)}”的身份办理"
        raise WrongRole(what, where=f"案件 {file.no}", todo="请核对办理的身份")


def _demand_in_time(file: CaseFile, person: Person, event: str, on: date) -> None:
    if not is_in_time(file, person, event, on):
        raise DateError(
            f"期限已届满，不能由本单位登记为 {on} 办理",
            todo="届满前已书面办理的，请把文号和日期告知办公室，由办公室补登；否则请填今天的日期",
        )


def _signed(
    transaction: Transaction, file: CaseFile, person: Person, request: ActRequest, signature: Signature | None
) -> Fields:
    """The fields of an approval that its event keeps: of the paper, or of the head who does it here and now; none for
    what waits for the head.

    A department's clerk needs the paper and a registered head's name on it; its program always waits for the head.
    """
    is_head = signs_for(file.procedure, person, request.role)
    if not person.is_office and request.token is not None:
        return {}
    if signature is None:
        return {SIGNED_BY: person.name, SIGNED_ON: file.today} if is_head else {}
    if not (person.is_office or is_head or stands(transaction, file, person.side, signature, request.extra)):
        return {}
    by = "由办公室登记" if person.is_office else "由经办人填报"
    return {**signed_on_paper(file, signature, request.on), SIGNED_AS: f"来文签批（{by}）"}


def _propose(transaction: Transaction, file: CaseFile, person: Person, request: ActRequest) -> ProposalRow:
    """Keeps an act for the head; it is tried first, so that its author is refused and not the head."""
    case_id, version = file.case_id, file.version
    n, at = proposals.next_n(transaction, case_id), file.at
    body = proposals.packed(request.fields, request.extra)
    day = max(request.on, local_date(at))  # that of the approval; a day to come is refused as it is
    acting.perform(transaction, file, replace(request, on=day, extra={}))  # and is never saved
    row = ProposalRow(
        case_id, n, request.event, request.role, person.side, version, body,
        author_id=person.id, author=person.name, proposed_at=at, token=request.token,
    )  # fmt: skip
    proposals.add(transaction, row)
    return row


# ------------------------------------------------------------------------------------------------- the head decides


def approve(
    work: UnitOfWork, person: Person, no: str, n: int, *, seen: int | None = None
) -> tuple[CaseFile, ProposalRow]:
    """The proposal takes effect, today, as the act of its author, with the head's signature beside it.

    ``seen``: the version of the case that the head read. Raises a sentence if the case no longer allows it, if people
    acted on it since then, or if this person does not sign for that side.
    """
    file = acting.take(work, no)
    if seen is not None and case_reader.acted_since(work.transaction, file.case, seen):
        raise Conflict("您查看之后案件有了新的办理，没有签批", where=f"案件 {no}", todo="请看过办理过程后再签批")
    row = _open_proposal(work.transaction, file, n)
    _demand_signer(file, person, row)
    if expunge_orders.is_order(row):
        _decided(work.transaction, row, ProposalState.APPROVED, person, work.at)
        return expunge_orders.confirm(work, no, row, person), row
    _demand_same_law(file)
    _decided(work.transaction, row, ProposalState.APPROVED, person, work.at)
    if correction_proposals.is_correction(row):
        correction_proposals.confirm(work, no, row, person)
        return file, row
    today = local_date(work.at)
    beside = row.entered["beside"] | {SIGNED_BY: person.name, SIGNED_ON: today}
    acting.act_on(work.transaction, file, replace(ActRequest.of_proposal(row, today), extra=beside))
    return file, row


def _demand_same_law(file: CaseFile) -> None:
    """Raises Conflict for a case that a new law rules from today on: the clock is to return the proposal."""
    if succession.due_by_clock(file, file.today) is not None:
        todo = "请退回，由经办人按现行的表单重新提出"
        raise Conflict("案件自今日起适用新规定，没有签批", where=f"案件 {file.no}", todo=todo)


def hindrance(work: UnitOfWork, no: str, row: ProposalRow) -> str:
    """Why a proposal can no longer take effect; "" if it can be approved now. Nothing is written."""
    file = acting.take(work, no)
    try:
        acting.perform(work.transaction, file, ActRequest.of_proposal(row, local_date(work.at)))
    except NegotiationError as error:
        return error.sentence
    return ""


def send_back(work: UnitOfWork, person: Person, no: str, n: int, reason: str) -> ProposalRow:
    """The head returns a proposal with a reason; nothing happens to the case.

    Raises WrongRole for anybody else, FieldError without a reason, NotFound or Conflict if it waits no longer.
    """
    file = acting.take(work, no)
    row = _open_proposal(work.transaction, file, n)
    _demand_signer(file, person, row)
    if not reason.strip():
        raise FieldError("退回须写明意见", field="said", todo="请写明需要修改什么")
    forms.demand_clean(reason, "said")
    _decided(work.transaction, row, ProposalState.RETURNED, person, work.at, reason.strip())
    return row


def withdraw(work: UnitOfWork, person: Person, no: str, n: int) -> ProposalRow:
    """Its own side takes a proposal back before it was signed.

    Raises WrongRole for another side, NotFound or Conflict if it waits no longer.
    """
    file = acting.take(work, no)
    row = _open_proposal(work.transaction, file, n)
    if not may_read(person, row) or not person.may_act_for(file.case_state.parties):
        raise WrongRole("这件事不是本单位提出的", where=f"案件 {no}", todo="请由提出的单位撤回")
    _decided(work.transaction, row, ProposalState.WITHDRAWN, person, work.at)
    return row


def may_read(person: Person, row: ProposalRow) -> bool:
    """True for a proposal of the person's own side, and for the auditor, who reads everything."""
    return person.side == row.department_id or AccountRole.AUDITOR in person.roles


def may_sign(file: CaseFile, person: Person, row: ProposalRow) -> bool:
    """True for the head who approves or returns that proposal."""
    is_theirs = person.side == row.department_id and row.role in roles_of(file, person)
    return is_theirs and signs_for(file.procedure, person, row.role)


def _demand_signer(file: CaseFile, person: Person, row: ProposalRow) -> None:
    if not may_sign(file, person, row):
        raise WrongRole("这件事不由您签批", where=f"案件 {file.no}", todo="请由该单位的负责人签批")


def _open_proposal(transaction: Transaction, file: CaseFile, n: int) -> ProposalRow:
    row = next((each for each in proposals.of_case(transaction, file.case_id) if each.n == n), None)
    if row is None:
        raise NotFound("没有这件待签批的事项", where=f"案件 {file.no}", todo="请从“签批”页进入")
    if row.state != ProposalState.OPEN:
        raise _settled(file.no)
    return row


def _decided(
    transaction: Transaction, row: ProposalRow, state: ProposalState, person: Person, at: datetime, reason: str = ""
) -> None:
    if not proposals.decide(transaction, row, state, by=person.name, at=at, reason=reason):
        raise _settled("")


def _settled(no: str) -> Conflict:
    return Conflict("这件事已经签批、退回或撤回", where=f"案件 {no}" if no else "", todo="请重新查看案件")
