"""A new application, from a page or from a program: by a department in its own name, by the office in any.

One letter may ask for several resources of several departments: then it is a matter (来文事项), entered once, and each
resource of each department has a case of its own. Its files are held once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import ATTACHED
from negotiation.core.errors import FieldError
from negotiation.domain import matters
from negotiation.domain.attachments.upload import Upload, proofs
from negotiation.domain.fields import Fields, RawFields
from negotiation.domain.people import Person
from negotiation.domain.rulebook import Procedure
from negotiation.services import approvals, duplicates
from negotiation.services.cases import acting, opening
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.services.duplicates import Duplicate, Repeated
from negotiation.services.permissions import first_event
from negotiation.services.signatures import Signature
from negotiation.store import attachments, case_writer
from negotiation.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NewApplication:
    """A form as entered on the day ``on``, to be handed in or left a draft; ``signature``: of a head, on its paper.

    ``token``: with which a program enters it. ``resources``: what the letter asks for besides, each with the fields
    that a resource has for itself. ``again``: it is opened though the same was asked for already.
    """

    procedure: str
    fields: RawFields
    on: date
    submit: bool
    signature: Signature | None = None
    uploads: Sequence[Upload] = ()
    token: int | None = None
    resources: Sequence[RawFields] = ()
    again: bool = False


class Application(NamedTuple):
    """The result of an application: the number of its matter ("" for a single case), its cases, whether it waits.

    ``duplicates``: the cases in which the same was asked for already.
    """

    matter: str
    numbers: tuple[str, ...]
    proposed: bool
    duplicates: tuple[Duplicate, ...] = ()


def apply_for(work: UnitOfWork, person: Person, new: NewApplication) -> Application:
    """Opens a case as a draft for each resource and provider named, and hands them in at once if ``new.submit``.

    Without a head's signature they wait for it as drafts. Raises a sentence, Repeated where the same was asked for
    already and that is not said; nothing is written then.
    """
    context = work.context
    rules = context.rulebook_on(new.on).procedure(new.procedure)
    _demand_own(context, person, rules, new)
    files = opened(work, rules, new)
    known = tuple(
        each
        for file in files
        for each in duplicates.of_file(work.transaction, file, scope=person.department_id, on=new.on)
    )
    if known and not new.again:
        raise Repeated(known, rules.subject)
    for file in files:
        case_writer.save(work.transaction, file.change())
    if new.uploads and not new.submit:
        raise FieldError("草稿不能带附件", field="files", todo="请直接提出申请，或在提交草稿时再上传")
    proposed = [_handed_in(work, person, file.no, new) for file in files if new.submit]
    return Application(files[0].case.matter, tuple(file.no for file in files), any(proposed), known)


def _demand_own(context: Context, person: Person, rules: Procedure, new: NewApplication) -> None:
    own = context.directory.name(person.department_id)
    if own and new.fields.get(rules.drafter) != own:
        title = rules.fields[rules.drafter].title
        raise FieldError("只能以本单位的名义申请", field=rules.drafter, todo=f"{title}应为“{own}”")


def opened(work: UnitOfWork, rules: Procedure, new: NewApplication) -> Sequence[CaseFile]:
    """The drafts of an application, not yet saved: one, or those of a matter. Raises FieldError."""
    parts = matters.parts_of(rules, new.fields, new.resources)
    if len(parts) > 1:
        return opening.open_matter(work, new.procedure, parts, on=new.on)
    return [opening.open_case(work, new.procedure, parts[0].raw, on=new.on)]


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
