"""Probable duplicates: the same department asks the same department for the same data again.

They are pointed out before a case is opened and refused to nobody: one may have its reasons.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, TypedDict

from negotiation.core.errors import FieldError
from negotiation.domain.fields import names_in
from negotiation.domain.matters import LATELY, Asked
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import case_reader, relations
from negotiation.store.transaction import Transaction


class DuplicateJson(TypedDict):
    """A case in which the same was asked for, as programs read it; ``of``: the case, or the number it would have."""

    of: str
    no: str
    subject: str
    state: str
    state_title: str
    received: date | None
    closed: date | None


class Duplicate(NamedTuple):
    """A case in which the same was asked for: open (``closed`` None), or ended lately; ``of``: the new one."""

    of: str
    no: str
    subject: str
    state: str
    state_title: str
    received: date | None
    closed: date | None

    @property
    def says(self) -> str:
        """The remark, as a sentence without its stop."""
        since = f"，{self.received} 收到" if self.received else ""
        until = f"，{self.closed} 办结" if self.closed else ""
        return f"疑似重复：{self.no}（{self.state_title}{since}{until}）已就“{self.subject}”向同一部门申请"

    def as_json(self) -> DuplicateJson:
        """The keys for programs."""
        return {
            "of": self.of, "no": self.no, "subject": self.subject, "state": self.state,
            "state_title": self.state_title, "received": self.received, "closed": self.closed,
        }  # fmt: skip


class Repeated(FieldError):
    """What is to be opened was probably opened already; ``cases``: where. Whoever says so may go on all the same."""

    def __init__(self, cases: Sequence[Duplicate], field: str) -> None:
        what = "；".join(each.says for each in cases)
        super().__init__(what, field=field, todo="请先查看；确需另行申请的，请注明后再提交", command="注明：--again")
        self.cases = tuple(cases)


def of_file(
    transaction: Transaction, file: CaseFile, *, scope: int | None = None, on: date | None = None
) -> list[Duplicate]:
    """The other cases in which the same is asked for as in this one, new or stored.

    ``scope``: the department that asks, which is shown its own alone; ``on``: the day on which it is asked for.
    """
    asked = asked_by(transaction, file)
    if asked.applicant is None or not (asked.subject or asked.resource_id):
        return []
    key, since = file.procedure.key, (on or file.today) - LATELY
    rows = relations.between(transaction, key, asked.applicant, asked.provider, since, scope)
    others = [row for row in rows if row.id != file.case_id and asked.overlaps(_asked(transaction, file, asked, row))]
    return [_duplicate(transaction, file, row) for row in others]


def demand_once(transaction: Transaction, files: Sequence[CaseFile]) -> None:
    """Raises FieldError where one letter asks the same department for the same data in two of its parts."""
    earlier: list[tuple[int, Asked]] = []
    for n, file in enumerate(files, 1):
        asked = asked_by(transaction, file)
        twice = next((m for m, other in earlier if asked.overlaps(other)), None)
        if twice is not None:
            what = f"第{twice}项和第{n}项向同一部门申请同一数据（{file.subject}）"
            raise FieldError(what, field=file.procedure.subject, todo="请合并为一项，或写明不同的数据项")
        earlier.append((n, asked))


def asked_by(transaction: Transaction, file: CaseFile) -> Asked:
    """The data that a case asks for: by its items, or by its draft as long as it was not handed in."""
    parties = file.case_state.parties
    file.read_draft(transaction)
    drafted = names_in((file.draft or {}).get(file.procedure.items)) if not file.case_state.items else ()
    named = {item.name for item in file.case_state.items if item.is_asked}
    return Asked(
        parties.get("applicant"), parties["provider"], file.subject, file.resource_id, frozenset(named or drafted)
    )


def _asked(transaction: Transaction, file: CaseFile, asked: Asked, row: Any) -> Asked:
    """What a stored case between the same two departments asks for."""
    drafted = row.received_on is None
    listed = case_reader.read_draft(transaction, row.id).get(file.procedure.items) if drafted else None
    items = frozenset(names_in(listed)) if drafted else relations.items_asked(transaction, row.id)
    return asked._replace(subject=row.subject, resource_id=row.resource_id, items=items)


def _duplicate(transaction: Transaction, file: CaseFile, row: Any) -> Duplicate:
    book = file.context.rulebooks.of(transaction, row.rulebook, row.edition)
    title = book.procedure(file.procedure.key).states[row.state].title
    return Duplicate(file.no, row.no, row.subject, row.state, title, row.received_on, row.closed_on)
