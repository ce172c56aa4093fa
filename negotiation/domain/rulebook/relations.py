"""Ties of a procedure to the catalogue of resources and to other procedures, as frozen values."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from negotiation.domain.fields import Fields, Flags


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice to an applicant before a case is opened; ``field``: in which they say why they apply all the same."""

    says: str
    field: str
    basis: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer that does not agree with the class of the resource; ``says`` what it does, without a subject.

    ``catalogued``: only the catalogue's own class counts, not that of the application. ``when``: fields with these
    values; ``mentions``: texts that contain these words; ``without``: fields left empty.
    """

    events: tuple[str, ...]
    classes: tuple[str, ...]
    says: str
    basis: str
    when: Flags
    mentions: Mapping[str, str]
    without: tuple[str, ...]
    catalogued: bool = False

    def about(self, event: str, sharing_class: str) -> bool:
        """True of an event and a class that it speaks of."""
        return event in self.events and sharing_class in self.classes

    def holds(self, fields: Fields) -> bool:
        """True of an answer with these fields."""
        return (
            all(fields.get(key) == value for key, value in self.when.items())
            and all(words in str(fields.get(key, "")) for key, words in self.mentions.items())
            and not any(fields.get(key) for key in self.without)
        )


@dataclass(frozen=True, slots=True)
class Tie:
    """The tie of a procedure to the catalogue: how its cases name a resource, and what follows from its class.

    ``field`` holds its code; ``class_field`` ("" if there is none) is set to its class. ``advise`` by class.
    """

    field: str
    class_field: str
    advise: Mapping[str, Advice]
    contradictions: tuple[Contradiction, ...]

    contradicting: frozenset[str] = dataclasses.field(init=False)  # the events that may not agree with the class

    def __post_init__(self) -> None:
        """Works out once what every step asks."""
        object.__setattr__(self, "contradicting", frozenset(key for row in self.contradictions for key in row.events))

    @property
    def reasons(self) -> frozenset[str]:
        """The fields in which somebody who was advised against it says why they apply all the same."""
        return frozenset(each.field for each in self.advise.values())


@dataclass(frozen=True, slots=True)
class Prepared:
    """From which late cases the office may prepare a case of this procedure, and what its form then says.

    ``source``: their procedure; ``late``: the terms of which one has to be late; ``fields``: field → text with names of
    facts in braces. ``facts`` is the field of the facts: ``before``, then for each late term ``silent`` (nothing is
    registered), ``belated`` (registered after its end) or ``ended``, then ``after``.
    """

    source: str
    late: tuple[str, ...]
    fields: Mapping[str, str]
    facts: str
    before: str
    silent: str
    belated: str
    ended: str
    after: str
    basis: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All its texts, in which facts are named."""
        return (*self.fields.values(), self.before, self.silent, self.belated, self.ended, self.after)


# What a text of ``Prepared`` may name: of the case, and of a late term.
CASE_FACTS = ("no", "subject", "applicant", "provider", "received", "today")
TERM_FACTS = ("term", "due", "awaits", "answered", "ended")
