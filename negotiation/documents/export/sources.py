"""What an archive is made of, read once: the case with its chain, files, terms stage by stage, rules and calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from negotiation.core.enums import ATTACHED, ProposalState
from negotiation.documents.export.stages import Stage, stages_of
from negotiation.domain.entered import readable
from negotiation.domain.fields import Fields, proofs_in
from negotiation.domain.people import Person
from negotiation.domain.rulebook import Rulebook
from negotiation.domain.sent_notice import SentNotice
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.event_laws import EventLaws, laws_of
from negotiation.store import attachments, audit, case_reader, event_lines, proposals
from negotiation.store.attachments import AttachmentRow
from negotiation.store.audit import Recorded
from negotiation.store.transaction import Transaction


@dataclass(frozen=True)
class KeptFile:
    """A file of the case without its body; ``seq``: of the event with which it came, None where that was sealed."""

    row: AttachmentRow
    seq: int | None

    @property
    def member(self) -> str:
        """Its path in the archive: plain letters, whatever its name is; of one that was sealed, of a statement."""
        if self.row.sealed_at is not None:
            return f"files/{self.row.n}-sealed.txt"
        ending = self.row.name.rpartition(".")[2].lower()
        return f"files/{self.row.n}.{ending if ending.isascii() and ending.isalnum() else 'bin'}"


@dataclass(frozen=True)
class Sources:
    """All that is known of a case, for its archive. ``draft``: of one that was not handed in yet."""

    file: CaseFile
    reader: str
    events: Sequence[Recorded]
    files: Sequence[KeptFile]
    notices: Sequence[SentNotice]
    stages: Mapping[int, Sequence[Stage]]
    laws: EventLaws
    draft: Fields

    @property
    def books(self) -> list[Rulebook]:
        """Every rulebook by which the case has gone, by its name."""
        found = {book.name: book for book in (self.file.rulebook, self.laws.own, *self.laws.books.values())}
        return [found[name] for name in sorted(found)]

    @property
    def pages(self) -> list[int]:
        """The revisions of the calendar with which its terms were counted."""
        return sorted({each.page for stages in self.stages.values() for each in stages if each.page is not None})


def read_sources(
    transaction: Transaction, file: CaseFile, person: Person | None, notices: Sequence[SentNotice]
) -> Sources:
    """All that is known of a case, as far as a person may know it; None: whoever keeps the machine.

    A department gets the mails that went to it, the office all of them. Raises Unfit.
    """
    side = None if person is None or person.is_office else person.department_id
    events = audit.recorded_of(transaction, file.case_id)
    return Sources(
        file,
        file.context.name_of(side),
        events,
        _files(transaction, file, events),
        [each for each in notices if side in (None, each.record.department_id)],
        stages_of(transaction, file),
        laws_of(transaction, file, event_lines.events_of(transaction, file.case_id)),
        {} if events else case_reader.read_draft(transaction, file.case_id),
    )


def _files(transaction: Transaction, file: CaseFile, events: Sequence[Recorded]) -> list[KeptFile]:
    """The files that came with an act. What was only proposed is no part of the case."""
    came = {proof["n"]: each.record.seq for each in events for proof in proofs_of(each)}
    rows = attachments.list_of(transaction, file.case_id)
    unsent = {
        proof["n"]
        for row in proposals.of_case(transaction, file.case_id)
        if row.state != ProposalState.APPROVED
        for proof in proofs_in(row.entered["beside"].get(ATTACHED))
    }
    return [KeptFile(row, came.get(row.n)) for row in rows if row.n in came or row.n not in unsent]


def proofs_of(each: Recorded) -> Sequence[Mapping[str, object]]:
    """The files that an event names; none where it was sealed."""
    return proofs_in(readable(each.record.data, each.body).get(ATTACHED)) if each.body is not None else ()
