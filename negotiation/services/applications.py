"""A new application, from a page or from a program: by a department in its own name, by the office in any.

One letter may ask several providers: then it is a matter (来文事项), and each provider has a case of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import ATTACHED
from negotiation.core.errors import FieldError
from negotiation.domain import forms
from negotiation.domain.attachments.upload import Upload, proofs
from negotiation.domain.fields import Fields, RawFields
from negotiation.domain.people import Person
from negotiation.services import approvals
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.permissions import first_event
from negotiation.services.signatures import Signature
from negotiation.store import attachments, case_writer
from negotiation.store.transaction import Transaction

PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class NewApplication:
    """A form as entered on the day ``on``, to be handed in or left a draft; ``signature``: of a head, on its paper.

    ``token``: with which a program enters it.
    """

    procedure: str
    fields: RawFields
    on: date
    submit: bool
    signature: Signature | None = None
    uploads: Sequence[Upload] = ()
    token: int | None = None


class Application(NamedTuple):
    """The result of an application: the number of its matter ("" for a single case), its cases, whether it waits."""

    matter: str
    numbers: tuple[str, ...]
    proposed: bool


def apply_for(work: UnitOfWork, person: Person, new: NewApplication) -> Application:
    """Opens a case as a draft for each provider named, and hands them in at once if ``new.submit``.

    Without a head's signature they wait for it as drafts. Raises a sentence; nothing is written then.
    """
    context = work.context
    rules = context.rulebook_on(new.on).procedure(new.procedure)
    own = context.directory.name(person.department_id)
    if own and new.fields.get(rules.drafter) != own:
        title = rules.fields[rules.drafter].title
        raise FieldError("只能以本单位的名义申请", field=rules.drafter, todo=f"{title}应为“{own}”")
    files = _opened(work, new)
    for file in files:
        case_writer.save(work.transaction, file.change())
    if new.uploads and not new.submit:
        raise FieldError("草稿不能带附件", field="files", todo="请直接提出申请，或在提交草稿时再上传")
    proposed = [_handed_in(work, person, file.no, new) for file in files if new.submit]
    return Application(files[0].case.matter, tuple(file.no for file in files), any(proposed))


def _opened(work: UnitOfWork, new: NewApplication) -> Sequence[CaseFile]:
    providers = forms.read_list(new.fields.get(PROVIDER, ""))
    if len(providers) > 1:
        return opening.open_matter(work, new.procedure, new.fields, providers, on=new.on)
    single = {**new.fields, PROVIDER: providers[0]} if providers else new.fields
    return [opening.open_case(work, new.procedure, single, on=new.on)]


def kept(transaction: Transaction, file: CaseFile, uploads: Sequence[Upload], person: Person) -> Fields:
    """Keeps the files that come with an act; what its event says of them: their names, sizes and digests."""
    if not uploads:
        return {}
    numbers = attachments.add(transaction, file.case_id, uploads, person.name, file.at)
    return {ATTACHED: proofs(numbers, uploads)}


def _handed_in(work: UnitOfWork, person: Person, no: str, new: NewApplication) -> bool:
    """True if the head has to approve it first."""
    file = acting.take(work, no)
    event, role = first_event(file.procedure).key, file.procedure.drafter
    extra = kept(work.transaction, file, new.uploads, person)
    request = ActRequest(event, role=role, actor=person.name, on=new.on, extra=extra, token=new.token)
    return approvals.enter(work.transaction, file, person, request, new.signature) is not None
