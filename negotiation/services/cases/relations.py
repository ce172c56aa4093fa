"""The ties of a case, kept as it is opened and acted on: the resource it is about, the case that gave rise to it."""

from negotiation.core.enums import CONTRADICTS, SharingClass
from negotiation.core.errors import FieldError
from negotiation.domain import catalogue, forms
from negotiation.domain.catalogue import Classed, Resource
from negotiation.domain.departments import Directory, tidy_name
from negotiation.domain.fields import Fields, RawFields
from negotiation.domain.rulebook import Procedure
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import case_reader, resources
from negotiation.store.transaction import Transaction

PROVIDER = "provider"


def of_draft(
    transaction: Transaction, rules: Procedure, raw: RawFields, directory: Directory
) -> tuple[Resource | None, RawFields]:
    """The resource that a new case names, and its form with what the catalogue adds to it.

    Raises Advised where its class makes the case needless, FieldError where it is another department's.
    """
    unit = directory.by_name.get(tidy_name(str(raw.get(PROVIDER) or "")))
    resource = _chosen(transaction, rules, raw, unit.id if unit else None)
    if resource is None:
        return None, raw
    catalogue.demand_provider(rules, resource, unit.id if unit else None, directory)
    form = {**raw, **catalogue.filled(rules, raw, resource, directory)}
    catalogue.demand_heeded(rules, resource, form)
    return resource, form


def of_act(
    transaction: Transaction, file: CaseFile, event: str, raw: RawFields, *, live: bool
) -> tuple[Resource | None, RawFields]:
    """The resource of an act on a case and the form with it; history (not ``live``) adds nothing and advises nobody."""
    rules, drafted, provider_id = file.procedure, file.drafted_for(event), file.case_state.parties[PROVIDER]
    if rules.tie is None or not (drafted or raw.get(rules.tie.field)):
        return None, raw
    given = {**drafted, **raw}
    if not live:
        return _of_history(transaction, forms.tidy(given.get(rules.tie.field)), provider_id), raw
    resource = _chosen(transaction, rules, given, provider_id)
    if resource is None:
        return None, raw
    catalogue.demand_provider(rules, resource, provider_id, file.context.directory)
    added = catalogue.filled(rules, given, resource, file.context.directory)
    form = {**raw, **{key: value for key, value in added.items() if key in rules.events[event].fields}}
    if drafted:
        catalogue.demand_heeded(rules, resource, {**given, **form})
    return resource, form


def _chosen(transaction: Transaction, rules: Procedure, given: RawFields, provider_id: int | None) -> Resource | None:
    """The resource that a form names: by code or by name in the field of the code, else by its name and its provider.

    None where the catalogue does not hold it: no application fails because a provider has not catalogued its data.
    Raises FieldError where a name alone is ambiguous.
    """
    if rules.tie is None:
        return None
    named = forms.tidy(given.get(rules.tie.field))
    found = resources.by_code(transaction, named) if named else None
    return found or _called(transaction, rules, named, forms.tidy(given.get(rules.subject)), provider_id)


def _called(
    transaction: Transaction, rules: Procedure, named: str, subject: str, provider_id: int | None
) -> Resource | None:
    alike = resources.by_name(transaction, named or subject) if named or subject else []
    if provider_id is not None or not named:
        alike = [each for each in alike if each.provider_id == provider_id]
    if named and len(alike) > 1 and rules.tie is not None:
        codes = "、".join(each.code for each in alike)
        raise FieldError(
            f"目录中有{len(alike)}个名为“{named}”的资源", field=rules.tie.field, todo=f"请填写代码：{codes}"
        )
    return alike[0] if len(alike) == 1 else None


def _of_history(transaction: Transaction, code: str, provider_id: int) -> Resource | None:
    found = resources.by_code(transaction, code) if code else None
    return found if found is not None and found.provider_id == provider_id else None


def keep(transaction: Transaction, file: CaseFile, fields: Fields, resource: Resource | None) -> None:
    """Puts what a form named into the case."""
    if resource is not None:
        file.tie(resource.id)
    if fields.get(file.procedure.related):
        file.relate(case_reader.id_of(transaction, str(fields[file.procedure.related])))


def classed(transaction: Transaction, file: CaseFile) -> Classed | None:
    """The class by which a case goes: of its resource, while that is its provider's and in use, or of its application
    where it names no resource. What one department catalogued binds no other's answer.
    """
    number, tie = file.resource_id, file.procedure.tie
    if number is None:
        own = file.case_state.flags.get(tie.class_field) if tie is not None else None
        return Classed(SharingClass(str(own)), catalogued=False) if own in list(SharingClass) else None
    found = resources.by_id(transaction, number)
    rules = found.active and found.provider_id == file.case_state.parties[PROVIDER]
    return Classed(found.sharing_class, catalogued=True) if rules else None


def contradiction(transaction: Transaction, file: CaseFile, event: str, fields: Fields) -> dict[str, str]:
    """The note that an event keeps if its answer does not agree with the class as it is now; {} if it agrees."""
    tie = file.procedure.tie
    if tie is None or event not in tie.contradicting:
        return {}
    found = classed(transaction, file)
    note = catalogue.contradiction(file.procedure, found, event, fields) if found is not None else ""
    return {CONTRADICTS: note} if note else {}
