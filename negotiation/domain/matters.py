"""Letters that ask for several resources (来文事项): one form for each resource and department; what is asked twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from negotiation.core.errors import FieldError
from negotiation.domain import forms
from negotiation.domain.fields import RawFields, field_of, item_of
from negotiation.domain.rulebook import Procedure

PROVIDER = "provider"
MOST = 50  # resources and departments of one letter
LATELY = timedelta(days=180)  # [office] what ended not longer ago is pointed out when the same is asked for again
_MARKS = str.maketrans("", "", "《》〈〉“”\"'‘’（）()")


class Part(NamedTuple):
    """A resource that a letter asks for, of one department: its form, and its number in the letter (0: the first)."""

    n: int
    raw: RawFields


class Asked(NamedTuple):
    """The data that a case asks for: ``items`` none where it asks for all of the resource."""

    applicant: int | None
    provider: int
    subject: str
    resource_id: int | None
    items: frozenset[str]

    def overlaps(self, other: "Asked") -> bool:
        """True if both ask the same department for the same data in whole or in part."""
        if (self.applicant, self.provider) != (other.applicant, other.provider):
            return False
        is_same = self.resource_id is not None and self.resource_id == other.resource_id
        named = is_same or (bool(self.subject) and _plain(self.subject) == _plain(other.subject))
        return named and (not self.items or not other.items or not self.items.isdisjoint(other.items))


def resource_fields(rules: Procedure) -> tuple[str, ...]:
    """The fields of a form that each resource of a letter has for itself, in the order in which they are asked."""
    tie = rules.tie
    own = [PROVIDER, rules.subject, *((tie.field, tie.class_field, *sorted(tie.reasons)) if tie else ()), rules.items]
    return tuple(dict.fromkeys(key for key in own if key in rules.fields))


def parts_of(rules: Procedure, shared: RawFields, resources: Sequence[RawFields]) -> list[Part]:
    """The forms of a letter: one for each resource and department; the rest of the form holds for all.

    ``shared`` is the form of the first resource. Raises FieldError for more than a letter can have.
    """
    own = resource_fields(rules)
    common = {key: value for key, value in shared.items() if key not in own}
    found = [Part(n, raw) for n, raw in enumerate((shared, *({**common, **each} for each in resources)))]
    parts = [each for part in found for each in _each_provider(part)]
    if len(parts) > MOST:
        raise FieldError(f"一件来文至多登记{MOST}项，给出了{len(parts)}项", field=PROVIDER, todo="请分几次登记")
    return parts


def _each_provider(part: Part) -> Iterator[Part]:
    providers = forms.read_list(part.raw.get(PROVIDER, ""))
    if not providers:
        yield part
    for name in providers:
        yield Part(part.n, {**part.raw, PROVIDER: name})


def resources_in(typed: Mapping[str, str], own: Sequence[str]) -> dict[int, dict[str, str]]:
    """The further resources of a form as it was typed (``provider[1]``): number → field → text, blanks among them."""
    found: dict[int, dict[str, str]] = {}
    for key, text in typed.items():
        n = item_of(key)
        if n is not None and n <= MOST and field_of(key) in own:
            found.setdefault(n, {})[field_of(key)] = text
    return dict(sorted(found.items()))


def _plain(name: str) -> str:
    return "".join(name.split()).translate(_MARKS).casefold()
