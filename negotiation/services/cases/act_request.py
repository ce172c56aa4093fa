"""Request to act on a case: one object from a page, a program or an import to the engine."""

from dataclasses import dataclass, field
from datetime import date

from negotiation.domain.entered import EnteredBy
from negotiation.domain.fields import Fields, RawFields
from negotiation.domain.rulebook import Procedure, Rulebook
from negotiation.store.proposals import ProposalRow


@dataclass(frozen=True, slots=True)
class ActRequest:
    """An event, by whom and in which role, and the fields as entered.

    ``on``: the day on which it happened (Asia/Shanghai). ``extra``: what no form of the rulebook asks and the event
    keeps all the same (who signed, which files came with it). ``seen_version``: the version of the case that the
    actor saw. ``account_id``, ``side``, ``token`` and ``batch``: who enters it, as of ``EnteredBy``.
    """

    event: str
    role: str
    actor: str
    on: date
    fields: RawFields = field(default_factory=dict)
    extra: Fields = field(default_factory=dict)
    seen_version: int | None = None
    account_id: int | None = None
    side: int | None = None
    token: int | None = None
    batch: int | None = None

    @classmethod
    def of_proposal(cls, row: ProposalRow, on: date) -> "ActRequest":
        """The act that was proposed, as its author's, on the day of its approval."""
        return cls(
            row.event,
            role=row.role,
            actor=row.author,
            on=on,
            fields=row.entered["fields"],
            account_id=row.author_id,
            side=row.department_id,
            token=row.token,
        )

    def role_under(self, book: Rulebook, procedure: Procedure) -> str:
        """The role in which the act is recorded.

        An organ that does not enter its own acts is their author where the law gives them to it, whoever enters them
        (条例第二十一、二十八条 name the competent authority); else they are those of the role that enters for it.
        """
        event, by = procedure.events.get(self.event), book.entered_by
        enters, allowed = by.get(self.role, self.role), event.by if event is not None else ()
        for role in (self.role, enters, *allowed):
            if role in allowed and by.get(role, role) == enters:
                return role
        return enters

    @property
    def entered_by(self) -> EnteredBy:
        """The person or program that enters the act."""
        return EnteredBy(self.actor, self.account_id, self.side, self.token, self.batch)
