"""Opening of cases: a draft for each provider, numbered by its year, and its way out of the database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from negotiation.core.errors import FieldError
from negotiation.core.local_time import local_date
from negotiation.domain import forms
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.event_chain import GENESIS
from negotiation.domain.fields import RawFields
from negotiation.domain.matters import Part, resource_fields
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.services import duplicates
from negotiation.services.cases import relations
from negotiation.services.cases.acting import demand_past
from negotiation.services.cases.case_file import CaseFile, demand_distinct
from negotiation.services.context import UnitOfWork
from negotiation.store.case_reader import Loaded
from negotiation.store.numbers import next_id, next_number
from negotiation.store.transaction import Transaction


def open_case(
    work: UnitOfWork, procedure: str, raw: RawFields, *, no: str = "", on: date | None = None, batch: int | None = None
) -> CaseFile:
    """A new case as a draft, under the rulebook that is in force on ``on`` (a date; default the day of ``at``).

    It is numbered by the year of that day unless ``no`` is given. ``raw`` holds the form's fields as entered, both
    parties among them. What an import (``batch``) opens is the office's draft. Raises FieldError or DateError; nothing
    is written before the file is saved.
    """
    day = _begun(on, work.at)
    book = work.context.rulebook_on(day)
    number = no or _next_number(work.transaction, book.procedure(procedure), day.year)
    file = _opened(work, book, procedure, raw, number, batch=batch)
    if not no:  # history may speak of a department that is another's part today
        _demand_active(file)
    return file


def begin_again(work: UnitOfWork, loaded: Loaded, raw: RawFields, *, on: date, batch: int) -> CaseFile:
    """A case that was taken back, begun again by an import under its number and the rulebook of its day.

    ``raw``: its parties. Raises FieldError or DateError; nothing is written before the file is saved.
    """
    before, book = loaded.record, work.context.rulebook_on(_begun(on, work.at))
    rules = book.procedure(before.procedure)
    _, parties = forms.read_fields(rules, None, raw, work.context.directory)
    _demand_parties(rules, parties)
    work.context.rulebooks.keep(work.transaction, book, work.at)
    blank = _blank(before.id, before.no, book, rules, parties, before.opened_at, batch)
    file = CaseFile(work.context, book, loaded, at=work.at)
    file.begin_again(blank._replace(version=before.version, copied=before.copied))
    return file


def open_matter(work: UnitOfWork, procedure: str, parts: Sequence[Part], *, on: date | None = None) -> list[CaseFile]:
    """One letter that asks for several resources or several departments (来文事项): a draft for each of its ``parts``.

    They are numbered …-1, …-2 under it, and each has its own term. Raises FieldError, of a further resource with its
    number (``provider[1]``); nothing is written before the files are saved.
    """
    day = _begun(on, work.at)
    book = work.context.rulebook_on(day)
    rules = book.procedure(procedure)
    matter = _next_number(work.transaction, rules, day.year)
    own, files = resource_fields(rules), list[CaseFile]()
    for n, part in enumerate(parts, 1):
        try:
            files.append(_opened(work, book, procedure, part.raw, f"{matter}-{n}", matter=matter))
            _demand_active(files[-1])
        except FieldError as error:
            if part.n and error.field in own:
                error.field, error.where = f"{error.field}[{part.n}]", f"第{n}项资源"
            raise
    duplicates.demand_once(work.transaction, files)
    return files


def _begun(on: date | None, at: datetime) -> date:
    """The day of a new case. Raises DateError for one that is yet to come: its number would be of another year."""
    day = on or local_date(at)
    demand_past(day, at)
    return day


def _opened(
    work: UnitOfWork,
    rulebook: Rulebook,
    procedure: str,
    raw: RawFields,
    no: str,
    *,
    matter: str = "",
    batch: int | None = None,
) -> CaseFile:
    transaction, context, at = work
    rules, directory = rulebook.procedure(procedure), context.directory
    resource, raw = relations.of_draft(transaction, rules, forms.sound(rules, raw), directory)
    fields, parties = forms.read_fields(rules, None, raw, directory)
    _demand_parties(rules, parties)
    context.rulebooks.keep(transaction, rulebook, at)
    record = _blank(next_id(transaction), no, rulebook, rules, parties, at, batch)._replace(matter=matter)
    file = CaseFile(context, rulebook, Loaded(record, ()), at=at, new=True)
    file.draft = fields
    file.note_facts(fields)
    relations.keep(transaction, file, fields, resource)
    return file


def _demand_active(file: CaseFile) -> None:
    for role, department in file.case_state.parties.items():
        file.context.directory.demand_active(department, role)


def _demand_parties(rules: Procedure, parties: Mapping[str, int]) -> None:
    for role in rules.parties:
        if role not in parties:
            title = rules.fields[role].title
            raise FieldError(f"须写明“{title}”", field=role, todo=f"请补填“{title}”", command=f"--field {role}=…")
    demand_distinct(parties, parties)


def _next_number(transaction: Transaction, rules: Procedure, year: int) -> str:
    return rules.number_for(year, next_number(transaction, f"{rules.key}/{year}"))


_NOTHING_YET = CaseRecord(
    id=0, no="", procedure="", rulebook="", edition="", state="", version=0, applicant_id=None, provider_id=0,
    subject="", matter="", copied=0, drafted_by=None, resource_id=None, related_id=None, batch=None, flags={},
    last_on=None, back_state=None, back_on=None, back_seq=None, handed_on=None, received_on=None, replied_on=None,
    referred_on=None, accepted_on=None, coordinated_on=None, reported_on=None, decided_on=None, closed_on=None,
    ending="", reopened=0, due_on=None, official=True, owed=False, late=False, next_due=None, suspended=False, items=0,
    opened_at=datetime.min.replace(tzinfo=UTC), head=GENESIS,
)  # fmt: skip


def _blank(
    case_id: int,
    no: str,
    rulebook: Rulebook,
    rules: Procedure,
    parties: Mapping[str, int],
    at: datetime,
    batch: int | None,
) -> CaseRecord:
    """The record of a new case; what an import opens is nobody's draft but the office's."""
    return _NOTHING_YET._replace(
        id=case_id,
        no=no,
        procedure=rules.key,
        rulebook=rulebook.id,
        edition=rulebook.version,
        state=rules.initial,
        applicant_id=parties.get("applicant"),
        provider_id=parties["provider"],
        drafted_by=parties.get(rules.drafter) if batch is None else None,
        batch=batch,
        opened_at=at,
    )
