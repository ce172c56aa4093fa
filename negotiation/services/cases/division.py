"""Division of a case (职责划转 by items): what another department takes over goes on in a case of its own, …-n.

It takes along how its items stand and their terms as they run, and is counted as 划入, never as 新收. What was entered
before the division stays on record in the case from which it came, and can no longer change what was handed over.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from negotiation.core.enums import ATTACHED, COMES_FROM, GOES_ON
from negotiation.core.errors import DateError, InvalidTransition
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.entered import EnteredBy
from negotiation.domain.event_chain import GENESIS
from negotiation.domain.fields import Fields, field_of, proofs_in
from negotiation.domain.machine.derivation import Derived
from negotiation.domain.machine.division import Carried, carried_by
from negotiation.domain.machine.values import CaseState, Step
from negotiation.domain.rulebook import MILESTONE_COLUMNS, Procedure
from negotiation.services.cases.case_file import CaseFile
from negotiation.store import attachments, case_writer, event_lines, relations
from negotiation.store.case_reader import Loaded
from negotiation.store.numbers import next_id
from negotiation.store.transaction import Transaction


def handed_over(step: Step) -> bool:
    """True if data items go on elsewhere by a step."""
    return any(item.is_handed_over for item in step.items)


def goes_on(transaction: Transaction, file: CaseFile, step: Step) -> dict[str, str]:
    """The note that an event keeps of the case in which the items go on that it hands over; {} if it hands over none.

    That case is the next of the letter to which this one belongs, or which begins with it.
    """
    if not handed_over(step):
        return {}
    matter = file.case.matter or file.no
    taken = [int(found[1]) for no in relations.numbered_below(transaction, matter) if (found := _NTH.search(no))]
    return {GOES_ON: f"{matter}-{max(taken, default=0) + 1}"}


_NTH = re.compile(r"-([0-9]+)$")


def divide(
    transaction: Transaction, file: CaseFile, before: CaseState, step: Step, no: str, parties: Mapping[str, int],
    by: EnteredBy,
) -> None:  # fmt: skip
    """Begins the case ``no`` with the items that a step of a file hands over: it is written with the file.

    ``before``: the case until then; ``parties``: who takes the part over, by role.
    """
    record, matter = file.case, file.case.matter or file.no
    file.belong_to(matter)
    days = {column: getattr(record, column) for column in MILESTONE_COLUMNS}
    carried = carried_by(file.procedure, before, step, {**before.parties, **parties}, days)
    loaded = Loaded(_blank(transaction, file, no, matter), ())
    there = CaseFile(file.context, file.rulebook, loaded, at=file.at, new=True)
    application = application_of(transaction, file)
    there.note_facts({key: application[key] for key in (file.procedure.copied,) if key in application})
    there.take_over(carried, step.on, by, {**application, COMES_FROM: file.no})
    file.offspring = there


def _blank(transaction: Transaction, file: CaseFile, no: str, matter: str) -> CaseRecord:
    """The record before the first event, with the parties of the case from which it comes; nobody's draft."""
    others = ("due_on", "next_due", "drafted_by", "batch", "related_id")
    empty: dict[str, Any] = dict.fromkeys((*MILESTONE_COLUMNS, *others))
    return file.case._replace(
        **empty, id=next_id(transaction), no=no, matter=matter, state=file.procedure.initial, version=0, flags={},
        copied=0, last_on=None, back_state=None, back_on=None, back_seq=None, handed_on=None, ending="", reopened=0,
        official=True, owed=False, late=False, suspended=False, items=0, opened_at=file.at, head=GENESIS,
    )  # fmt: skip


def application_of(transaction: Transaction, file: CaseFile) -> Fields:
    """The application as it was entered, with its files: the part of it that every case of the letter shares."""
    file.read_draft(transaction)
    events = event_lines.events_of(transaction, file.case_id)
    entered = {**(file.draft or {}), **((events[0].fields or {}) if events else {})}
    own = {*file.procedure.parties, *file.procedure.item_fields}
    known = {*file.procedure.fields, ATTACHED}
    return {key: value for key, value in entered.items() if field_of(key) in known and field_of(key) not in own}


def save(transaction: Transaction, file: CaseFile, there: CaseFile) -> None:
    """Writes a case, and with it the one in which the items go on: it has the files of the application too, which are
    held once."""
    with transaction.several_statements():
        for each in (file, there):
            case_writer.save(transaction, each.change())
        named = {proof["n"] for proof in proofs_in(application_of(transaction, file).get(ATTACHED))}
        attachments.share(transaction, file.case_id, there.case_id, named)


# ------------------------------------------------------------------------------------- what can no longer be changed


def demand_in_order(step: Step) -> None:
    """Raises DateError for a division that was put in between: what came after it has counted on these items."""
    if handed_over(step):
        what = f"按数据项划转的日期 {step.on} 早于上一办理环节的日期"
        raise DateError(what, todo="请核对日期，照最后一次办理之后的日期登记，或整件划转")


def demand_unmoved(transaction: Transaction, file: CaseFile, before: Derived, after: Derived) -> None:
    """Raises InvalidTransition where a correction would change what was handed over already.

    What goes on in a case that is void was handed over by mistake, and may be taken back.
    """
    rules, void = file.procedure, _taken_back(transaction, file)
    had, has = (
        {seq: each for seq, each in _divisions(rules, derived) if seq not in void} for derived in (before, after)
    )
    if had != has:
        raise InvalidTransition(
            "本案部分数据项已划转、另案续办，不能改动划转前与之有关的登记",
            todo="请在续办的案件中办理；误登的，请先将续办的案件作废，再撤销划转的登记，更正后重新划转",
        )


def _taken_back(transaction: Transaction, file: CaseFile) -> set[int]:
    """The numbers of the divisions of a case of which nothing goes on: the other case is void."""
    events = event_lines.events_of(transaction, file.case_id)
    there = {str(each.fields[GOES_ON]): each.seq for each in events if each.fields and GOES_ON in each.fields}
    return {there[no] for no in relations.void_among(transaction, list(there))}


def _divisions(rules: Procedure, derived: Derived) -> Iterator[tuple[int, tuple[date, Carried]]]:
    """What was handed over, to whom and when, by the number of the event; of what the case is marked with besides, the
    marks of its forms alone."""
    before, days = derived.blank, dict[str, date | None]()
    for step, entry in derived.steps:
        if handed_over(step):
            parties = {**before.parties, **(entry.parties if entry is not None else {})}
            marks = {key: before.flags[key] for key in rules.mark_fields if key in before.flags}
            yield step.after.version, (step.on, carried_by(rules, before, step, parties, days)._replace(flags=marks))
        days = {**days, **step.milestones, "received_on": days.get("received_on") or step.milestones.get("received_on")}
        before = step.after
