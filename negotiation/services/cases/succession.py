"""The law of a case: a draft goes by that of the day on which it is handed in, an open case over to its successor.

The clock dates it on the first day of the new law, in front of what happens after it; never backwards, over what was
done under the former law since. A case that has ended goes over when it is taken up again.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from negotiation.core.enums import CLOCK, SUCCESSION
from negotiation.core.errors import DateError
from negotiation.domain.machine.amendments import History, handed_in, takes_up
from negotiation.domain.machine.derivation import Derived
from negotiation.domain.machine.entries import Entry
from negotiation.domain.machine.places import is_moving, place_of
from negotiation.domain.rulebook import STAY, Rulebook
from negotiation.services.cases.act_request import ActRequest
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.recorder import SYSTEM
from negotiation.store import case_queries, proposals
from negotiation.store.transaction import Transaction

ONE_DAY = timedelta(days=1)


class Due(NamedTuple):
    """The law to which a case goes over, and the day."""

    law: Rulebook
    on: date


def is_draft(file: CaseFile) -> bool:
    """True for a case that was not handed in yet."""
    return file.received_on is None and file.state == file.procedure.initial


def as_of_today(file: CaseFile) -> None:
    """Shows a draft by the law of today, under which it would be handed in."""
    if is_draft(file):
        try:
            _draft_under(file, file.context.rulebook_on(file.today))
        except DateError:  # the first of the office's rulebooks is yet to come
            return


def _draft_under(file: CaseFile, law: Rulebook) -> None:
    if law.name != file.rulebook.name and file.procedure.key in law.procedures:
        file.go_by(law)
        file.case_state = file.case_state._replace(state=file.procedure.initial)


def prepare(transaction: Transaction, file: CaseFile, request: ActRequest, *, live: bool) -> None:
    """Brings a case under the law that rules an act, before the act is decided; ``live``: no ledger's history.

    Raises InvalidTransition if that law has no state for the case.
    """
    if is_draft(file):
        if _leads_on(file, request.event):
            _draft_under(file, file.context.rulebook_on(request.on))
        if file.has_other_law:
            file.context.rulebooks.keep(transaction, file.rulebook, file.at)
        return
    while (due := _due_at(file, request)) is not None:
        if not live or not ends_before(file, due):
            go_over(transaction, file, due, live=live)


def ends_before(file: CaseFile, due: Due) -> bool:
    """True if an open case ends in silence before the new law begins: the clock lets pass what was due by then."""
    if file.ending:
        return False
    file.lapse(due.on)
    return bool(file.ending)


def go_over(transaction: Transaction, file: CaseFile, due: Due, *, live: bool = True) -> None:
    """Records that a case goes over to another law; its content is kept as that of any rulebook in use."""
    file.context.rulebooks.keep(transaction, due.law, file.at)
    file.go_over(due.law, due.on, replayed=not live)


def due_by_clock(file: CaseFile, today: date) -> Due | None:
    """The law to which the clock lets an open case go over by today; None where there is none, or it was missed."""
    law = file.context.successor_of(file.rulebook, file.procedure.key, today)
    if law is None or file.ending or is_draft(file) or was_missed(file, law):
        return None
    return Due(law, law.in_force_from)


def was_missed(file: CaseFile, law: Rulebook) -> bool:
    """True if something was done under the former law after the first day of the new one."""
    return file.case_state.last_on is not None and file.case_state.last_on > law.in_force_from


def skipped_change(
    file: CaseFile, history: History, given: Sequence[Entry], derived: Derived, seq: int, *, touched: Collection[int]
) -> Entry | None:
    """The change of law that a case skipped, as it was entered as ended before the new law's first day and had not.

    None where an entry of that day or a later one was made under the former law and stays as it is: never backwards.
    ``given``: the entries that stand; ``seq``: the number of the change; ``touched``: the entries corrected just now.
    """
    changes = [each.law for each in given if each.law is not None]
    now = changes[-1] if changes else history.law or file.rulebook
    rules = now.procedure(file.procedure.key)
    law = file.context.successor_of(now, rules.key, file.today)
    first = handed_in(rules, given)
    if law is None or first is None or first.on >= law.in_force_from:
        return None
    later = [each for each in given if each.on >= law.in_force_from and is_moving(rules, each.event, each.fields)]
    before = [step.after.state for step, _ in derived.steps if step.on < law.in_force_from]
    is_taken_up = not rules.states[before[-1]].ending or any(takes_up(rules, each.event) for each in later)
    if not later or any(each.seq not in touched for each in later) or not is_taken_up:
        return None
    behind = place_of(rules, given, law.in_force_from - ONE_DAY)
    return Entry(
        seq, SUCCESSION, CLOCK, SYSTEM, law.in_force_from, {}, {}, replayed=False, after_seq=behind,
        recorded_at=file.at, side=None, calendar_revision=file.context.almanac.revision, law=law, law_before=now,
    )  # fmt: skip


def _due_at(file: CaseFile, request: ActRequest) -> Due | None:
    if not file.ending:
        return due_by_clock(file, request.on)
    law = file.context.successor_of(file.rulebook, file.procedure.key, request.on)
    return Due(law, request.on) if law is not None and _leads_on(file, request.event) else None


def _leads_on(file: CaseFile, event: str) -> bool:
    """True for an event that hands a draft in, or takes an ended case up again."""
    row = file.procedure.table.get((file.state, event))
    return row is not None and row.target != STAY


def former_law(transaction: Transaction, file: CaseFile, request: ActRequest) -> Rulebook | None:
    """The law of the day of an act that comes late: the case has gone over to another since; else None."""
    last_on = file.case_state.last_on
    if last_on is None or request.on >= last_on:
        return None
    later = [name for on, name in case_queries.changes_of_law(transaction, file.case_id) if on > request.on]
    if not later:
        return None
    law = file.context.rulebooks.named(transaction, later[0])
    return law if is_moving(law.procedure(file.procedure.key), request.event, request.fields) else None


def return_proposals(transaction: Transaction, file: CaseFile) -> None:
    """Returns what waits for its head under the form of the former law, with a sentence."""
    if not any(step.event == SUCCESSION for step in file.steps):
        return
    proposals.return_all(
        transaction,
        file.case_id,
        by=file.clock.actor,
        at=file.at,
        reason=f"本案已改为适用{file.rulebook.law}，原按此前规定填写的内容已退回：请按现行的表单重新提出",
    )
