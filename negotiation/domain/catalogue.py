"""Consequences of the catalogue of resources for a case: what it adds to a form, and what follows from a class.

What each class means in a procedure stands in its rulebook ([resource]). The catalogue informs: it sets a class, it
advises before anything is opened, it points out an answer that does not agree with it; it refuses no answer. From a
resource that is out of use nothing follows: its cases are only listed with it.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from negotiation.core.enums import SharingClass
from negotiation.core.errors import FieldError
from negotiation.core.labels import SHARING_CLASS_TITLES
from negotiation.domain import forms
from negotiation.domain.departments import Directory
from negotiation.domain.fields import Fields, RawFields, by_item
from negotiation.domain.rulebook import Contradiction, Procedure


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the catalogue; the fields are the columns of its table, in their order. ``id`` 0: not stored."""

    id: int
    code: str
    name: str
    category: str
    provider_id: int
    sharing_class: SharingClass
    condition: str
    way: str
    legal_basis: str
    open_attribute: str
    summary: str
    format: str
    items: tuple[str, ...]
    update_cycle: str
    published_on: date | None
    active: bool


class Advised(FieldError):
    """The catalogue knows a shorter way. Nothing was opened; who gives a reason may apply all the same.

    ``basis``: of the advice, as the rulebook writes it.
    """

    def __init__(self, what: str, *, field: str, todo: str, basis: str) -> None:
        super().__init__(what, field=field, todo=todo)
        self.basis = basis


def filled(rules: Procedure, given: RawFields, resource: Resource, directory: Directory) -> dict[str, str]:
    """Values that the catalogue adds: the code, the class, and the name and the provider where they are empty."""
    if rules.tie is None:
        return {}
    more: dict[str, str] = {rules.tie.field: resource.code}
    if rules.tie.class_field and resource.active:
        more[rules.tie.class_field] = resource.sharing_class.value
    known = {rules.subject: resource.name, "provider": directory.name(resource.provider_id)}
    return more | {key: value for key, value in known.items() if key in rules.fields and not given.get(key)}


def demand_provider(rules: Procedure, resource: Resource, provider_id: int | None, directory: Directory) -> None:
    """Raises FieldError for a resource of another department than the one that is asked."""
    if rules.tie is not None and provider_id not in (None, resource.provider_id):
        raise FieldError(
            f"目录中“{resource.name}”（{resource.code}）由{directory.name(resource.provider_id)}提供",
            field=rules.tie.field,
            todo="请核对提供部门；向其他部门申请的，不填资源代码",
        )


# ------------------------------------------------------------------------------------------- what its class means


def demand_heeded(rules: Procedure, resource: Resource, given: RawFields) -> None:
    """Raises Advised where the class of the resource makes a case needless, unless the form says why all the same."""
    advice = rules.tie.advise.get(resource.sharing_class) if rules.tie else None
    if advice is not None and resource.active and not forms.tidy(given.get(advice.field)):
        title = rules.fields[advice.field].title
        what, todo = f"“{resource.name}”（{resource.code}）：{advice.says}", f"请填写“{title}”"
        raise Advised(what, field=advice.field, todo=todo, basis=advice.basis)


class Classed(NamedTuple):
    """The class by which a case goes: of the catalogue, or of its own application where none is catalogued."""

    sharing_class: SharingClass
    catalogued: bool

    @property
    def sentence(self) -> str:
        """The class, and where it stands."""
        where = "资源目录登记为" if self.catalogued else "申请登记的共享类型为"
        return f"{where}“{SHARING_CLASS_TITLES[self.sharing_class]}”"


def cautions(rules: Procedure, classed: Classed, event: str) -> list[tuple[str, str]]:
    """The contradictions of an answer, as sentences for its form before it is sent, each with its basis."""
    rows = _about(rules, classed, event)
    other = "目录" if classed.catalogued else "该类型"
    return [(f"{classed.sentence}：{row.says}的，与{other}不一致。", row.basis) for row in rows]


def contradiction(rules: Procedure, classed: Classed, event: str, fields: Fields) -> str:
    """In which way an answer does not agree with the class; "" if it does."""
    rows = _about(rules, classed, event)
    if not rows:
        return ""
    said = [fields, *({**fields, **own} for own in by_item(fields).values())]
    found = [row.says for row in rows if any(row.holds(each) for each in said)]
    return f"{classed.sentence}，答复{'；'.join(found)}" if found else ""


def _about(rules: Procedure, classed: Classed, event: str) -> list[Contradiction]:
    rows = rules.tie.contradictions if rules.tie else ()
    return [
        row for row in rows if row.about(event, classed.sharing_class) and (classed.catalogued or not row.catalogued)
    ]
