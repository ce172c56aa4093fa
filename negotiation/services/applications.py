"""A new application, from a page or from a program: by a department in its own name, by the office in any.

One letter may ask several providers: then it is a matter (来文事项), and each provider has a case of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from negotiation.core.enums import ATTACHED
from negotiation.core.errors import FieldError
from negotiation.domain import forms
from negotiation.domain.attachments.upload import Upload, proofs
from negotiation.domain.people import Person
from negotiation.services import approvals
from negotiation.services.approvals import Signature
from negotiation.services.cases import acting, opening
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.services.permissions import first_event
from negotiation.store import attachments, case_writer
from negotiation.store.transaction import Transaction

PROVIDER = "provider"


class Application(NamedTuple):
    """What came of an application: the number of its matter ("" for a single case), its cases, whether it waits."""

    matter: str
    numbers: tuple[str, ...]
    proposed: bool


def apply_for(
    transaction: Transaction,
    context: Context,
    person: Person,
    procedure: str,
    raw: Mapping[str, Any],
    on: date,
    *,
    at: datetime,
    submit: bool,
    signature: Signature | None = None,
    uploads: Sequence[Upload] = (),
) -> Application:
    """Opens a case of these fields as a draft for each provider named, and hands them in at once if ``submit``.

    Without a head's signature they wait for it as drafts. Raises a sentence; nothing is written then.
    """
    rules = context.rulebook_on(on).procedure(procedure)
    own = context.directory.name(person.department_id)
    if own and raw.get(rules.drafter) != own:
        title = rules.fields[rules.drafter].title
        raise FieldError("只能以本单位的名义申请", field=rules.drafter, todo=f"{title}应为“{own}”")
    files = _opened(transaction, context, procedure, raw, on, at)
    for file in files:
        case_writer.save(transaction, file.change())
    if uploads and not submit:
        raise FieldError("草稿不能带附件", field="files", todo="请直接提出申请，或在提交草稿时再上传")
    proposed = [_handed_in(transaction, context, person, file, on, signature, uploads) for file in files if submit]
    return Application(files[0].row["matter"], tuple(file.row["no"] for file in files), any(proposed))


def _opened(
    transaction: Transaction, context: Context, procedure: str, raw: Mapping[str, Any], on: date, at: datetime
) -> Sequence[CaseFile]:
    providers = forms.read_list(raw.get(PROVIDER, ""))
    if len(providers) > 1:
        return opening.open_matter(transaction, context, procedure, raw, providers, at=at, on=on)
    single = {**raw, PROVIDER: providers[0]} if providers else raw
    return [opening.open_case(transaction, context, procedure, single, at=at, on=on)]


def kept(transaction: Transaction, file: CaseFile, uploads: Sequence[Upload], person: Person) -> dict[str, Any]:
    """Keeps the files that come with an act; what its event says of them: their names, sizes and digests."""
    if not uploads:
        return {}
    numbers = attachments.add(transaction, file.row["id"], uploads, person.name, file.at)
    return {ATTACHED: proofs(numbers, uploads)}


def _handed_in(
    transaction: Transaction,
    context: Context,
    person: Person,
    file: CaseFile,
    on: date,
    signature: Signature | None,
    uploads: Sequence[Upload],
) -> bool:
    """Whether the head has to approve it first."""
    taken = acting.take(transaction, context, file.row["no"], at=file.at)
    event, role = first_event(taken.procedure).key, taken.procedure.drafter
    beside = kept(transaction, taken, uploads, person)
    proposal = approvals.enter(
        transaction, taken, person, event, role=role, on=on, raw={}, signature=signature, beside=beside
    )
    return proposal is not None
