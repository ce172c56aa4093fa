"""Acts on many cases: each foreseen without being saved, then done in a savepoint of its own, each with an outcome.

The form of the preview carries the version of each case that was seen: what a person did to a case since then leaves
that case alone, so that a form sent twice does nothing twice.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from negotiation.core.errors import Conflict, NegotiationError
from negotiation.domain import forms
from negotiation.domain.fields import RawFields
from negotiation.domain.people import Person
from negotiation.domain.planned_mail import PlannedMail
from negotiation.services.cases import acting
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context
from negotiation.services.permissions import OpenAct, visible
from negotiation.store import case_reader
from negotiation.store.transaction import Transaction

# The preview's fields for each case, its number behind: the tick, whose value is the version that was seen; its place.
CASE, SHOWN = "case:", "shown:"


MailsOf = Callable[[Transaction, Context, CaseFile], Sequence[PlannedMail]]


class Preview(NamedTuple):
    """A case before the act: as it stands, what would be sent, or why it cannot be done (``refused``)."""

    no: str
    subject: str = ""
    parties: str = ""
    state: str = ""
    version: int = 0
    mails: Sequence[PlannedMail] = ()
    refused: str = ""


class Done(NamedTuple):
    """The outcome for a case: what was done, or why it was not."""

    no: str
    subject: str = ""
    done: str = ""
    refused: str = ""


def foresee(
    transaction: Transaction,
    context: Context,
    person: Person,
    number: str,
    at: datetime,
    would_send: Callable[[CaseFile], Sequence[PlannedMail]],
) -> Preview:
    """A case as it stands, and what ``would_send`` says of its file, which is never saved."""
    try:
        file = visible(transaction, context, person, number, at)
    except NegotiationError as error:
        return Preview(number, refused=error.sentence)
    seen = _as_it_stands(file, context)
    try:
        return seen._replace(mails=would_send(file))
    except NegotiationError as error:
        return seen._replace(refused=error.sentence)


def _as_it_stands(file: CaseFile, context: Context) -> Preview:
    case, names = file.case, context.directory
    parties = f"{names.name(case.applicant_id)} → {names.name(case.provider_id)}"
    return Preview(case.no, case.subject, parties, file.procedure.states[case.state].title, case.version)


def tried(
    transaction: Transaction,
    file: CaseFile,
    person: Person,
    act: OpenAct,
    on: date,
    raw: RawFields,
    mails_of: MailsOf,
) -> Sequence[PlannedMail]:
    """The mails that an act would send, by ``mails_of`` of its file; none for one that is proposed to the head.

    Raises NegotiationError if it cannot be done.
    """
    acting.perform(transaction, file, ActRequest(act.event.key, role=act.role, actor=person.name, on=on, fields=raw))
    return () if act.to_sign else mails_of(transaction, file.context, file)


def named(typed: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The numbers in the names of fields, with the values of these."""
    return {key.removeprefix(prefix): value for key, value in typed.items() if key.startswith(prefix)}


def each_done(
    transaction: Transaction,
    context: Context,
    person: Person,
    at: datetime,
    seen: Mapping[str, str],
    work: Callable[[CaseFile], str],
) -> list[Done]:
    """Each case by its number, at the version that was seen; ``work`` does it and says what was done, in a word.

    Each has a savepoint of its own: what cannot be done to one is named, and the others are not touched by it.
    """

    def done(number: str, version: str) -> Done:
        subject = ""
        try:
            with transaction.savepoint():
                file = visible(transaction, context, person, number, at)
                subject = file.subject
                _demand_seen(transaction, file, version)
                return Done(number, subject, work(file))
        except NegotiationError as error:
            return Done(number, subject, refused=error.sentence)

    return [done(number, version) for number, version in seen.items()]


def _demand_seen(transaction: Transaction, file: CaseFile, version: str) -> None:
    """Events of the clock since the preview do not matter; those of a person must be seen first."""
    if case_reader.acted_since(transaction, file.case, forms.read_number(version) or 0):
        raise Conflict("预览之后本案已有新的办理，本次没有办理", todo="请查看案件后再决定")
