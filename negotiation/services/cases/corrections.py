"""Correction of what was entered on a case: several entries corrected and struck in one act, previewed or written."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from negotiation.core.enums import OFFICE, OFFICE_ID
from negotiation.core.errors import NegotiationError, NotFound, WrongRole
from negotiation.domain.machine.amendments import Amendment, History
from negotiation.domain.machine.derivation import Unfit
from negotiation.domain.machine.entries import Entry
from negotiation.domain.people import Person
from negotiation.services.cases import acting, amendment_notices, rewriting
from negotiation.services.cases.amendment_notices import Told
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.case_history import history_of, standing_in
from negotiation.services.cases.changes import Changes, amendments_of, entries_of
from negotiation.services.cases.restatement import Moved, moved_by
from negotiation.services.cases.rewriting import Entering, Rewritten
from negotiation.services.context import UnitOfWork
from negotiation.store import case_writer
from negotiation.store.transaction import Transaction

_MOST_OFFERED = 20  # entries that are offered to be struck besides


class Corrected(NamedTuple):
    """A case after a correction: its file, what moved, and who had been told otherwise.

    ``file`` of a preview holds the case as it would be; nothing of it was written.
    """

    file: CaseFile
    moved: Moved
    told: Sequence[Told]


def rewrite(
    work: UnitOfWork, no: str, changes: Changes, *, signer: Person | None = None, write: bool = True
) -> Corrected:
    """Corrects and strikes entries of a case, and brings it to what follows; without ``write`` it is only previewed.

    Raises a sentence for what cannot be changed; one that names the first entry that no longer fits, and offers to
    strike what hangs on it; Conflict if the case has moved on since ``changes.seen_version``; WrongRole where the
    ``signer`` is not the head of the side that entered what is changed.
    """
    file = acting.take(work, no)
    if changes.seen_version is not None and changes.seen_version != file.version:
        raise case_writer.conflict(no)
    try:
        done = correct(work.transaction, file, changes, signer if write else None)
    except NegotiationError as error:
        error.where = error.where or f"案件 {no}"
        raise
    if write:
        case_writer.save(work.transaction, file.change())
    return done


def open_to(transaction: Transaction, file: CaseFile, person: Person) -> list[Entry]:
    """The entries that stand and that a person may see corrected: of their own side, for the office all."""
    if not person.may_act_for(file.case_state.parties):
        return []
    entries = standing_in(file, history_of(transaction, file))
    return [each for each in entries if person.side in (OFFICE_ID, each.side)]


def role_of(transaction: Transaction, file: CaseFile, person: Person, named: Collection[int]) -> str:
    """The role in which a person asks to change the entries of these numbers. Raises NotFound for one not theirs."""
    own = {each.seq: each for each in open_to(transaction, file, person)}
    if person.side == OFFICE_ID and own:
        return OFFICE
    strange = sorted(set(named) - own.keys())
    if strange or not named:
        raise not_open(strange[0] if strange else 0)
    return own[min(named)].role


def not_open(seq: int) -> NotFound:
    """The error for an entry that is none, or another side's: the same to the letter."""
    return NotFound(f"没有可以更正的第{seq}项登记", todo="请从案件的办理过程进入")


def correct(transaction: Transaction, file: CaseFile, changes: Changes, signer: Person | None) -> Corrected:
    """Corrects entries in the file of a case without writing it. Raises as ``rewrite`` does."""
    history = history_of(transaction, file)
    amendments = amendments_of(file, history, standing_in(file, history), changes)
    added = entries_of(file, changes, file.version + 1 + len(amendments))
    try:
        anew = rewriting.rewritten(transaction, file, history, amendments, added)
    except Unfit as unfit:
        if added:
            raise (unfit if unfit.entry.seq <= file.version else unfit.error) from None
        raise _offering(transaction, file, history, amendments, unfit) from None
    if signer is not None:
        demand_signer(file, signer, anew)
    moved = moved_by(file, anew)
    told = amendment_notices.told_otherwise(transaction, file, anew)
    facts = amendment_notices.amended_facts(file, anew, told)
    rewriting.record(
        transaction, file, anew, Entering(changes.by, changes.role, changes.reason.strip(), changes.signed_by)
    )
    amendment_notices.notify(transaction, file, anew, facts, told)
    return Corrected(file, moved, told)


def _offering(
    transaction: Transaction, file: CaseFile, history: History, amendments: Sequence[Amendment], unfit: Unfit
) -> Unfit:
    """The same error, offering to strike with the entry what else would not fit; as it is if that is not enough."""
    besides = strikes_besides(transaction, file, history, amendments, unfit)
    if besides:
        numbers = "、".join(map(str, besides))
        unfit.todo = "；".join(filter(None, (f"该项也有误的，可一并撤销第{numbers}项", unfit.error.todo)))
        unfit.command = f"--strike {','.join(map(str, besides))}"
    return unfit


def strikes_besides(
    transaction: Transaction, file: CaseFile, history: History, amendments: Sequence[Amendment], unfit: Unfit
) -> list[int]:
    """The entries that must be struck too, for these amendments to be lawful; [] if no strike makes them so."""
    given = list(amendments)
    found: list[int] = []
    while len(found) < _MOST_OFFERED and unfit.entry.seq not in {each.target for each in given}:
        found.append(unfit.entry.seq)
        given.append(amendments[0]._replace(seq=given[-1].seq + 1, target=unfit.entry.seq, struck=True))
        try:
            rewriting.rewritten(transaction, file, history, given)
        except Unfit as another:
            unfit = another
        else:
            return found
    return []


def demand_signer(file: CaseFile, person: Person, rewriting: Rewritten) -> None:
    """Demands the head of the side that entered each of the entries: the office's for the office. Raises WrongRole."""
    for amendment in rewriting.amendments:
        side = rewriting.history.right(amendment.target).side or OFFICE_ID
        if person.side != side or not person.is_head:
            raise _not_theirs(file, amendment.target, side)


def demand_own(transaction: Transaction, file: CaseFile, person: Person, changes: Changes) -> None:
    """Demands somebody of the side that entered each of the entries, to prepare a correction. Raises WrongRole."""
    entered = {each.seq: each.side or OFFICE_ID for each in history_of(transaction, file).entries}
    for seq in changes.targets:
        if entered.get(seq, person.side) != person.side:
            raise _not_theirs(file, seq, entered[seq])


def _not_theirs(file: CaseFile, seq: int, side: int) -> WrongRole:
    whose = file.context.name_of(side or None)
    return WrongRole(f"第{seq}项由{whose}登记，更正和撤销由{whose}负责人签批", todo="请由该单位的负责人签批")


def as_json(done: Corrected) -> dict[str, Any]:
    """The outcome of a correction as scripts read it: ``was``, ``now`` and who had been told otherwise."""
    return {"was": done.moved.was, "now": done.moved.now, "told": [each._asdict() for each in done.told]}
