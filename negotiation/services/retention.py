"""到期待审: ended cases whose years have passed, for a person to review; nothing is destroyed by itself.

A review comes to one of two: the case is kept on, with the reason, or destroyed on an order (封存清除).
"""

from datetime import date
from typing import NamedTuple

from negotiation.core.batches import batches
from negotiation.core.enums import KEEP_ON, KEEP_ON_TITLE, OFFICE
from negotiation.core.errors import InvalidTransition
from negotiation.domain import forms, retention
from negotiation.domain.entered import Entered, EnteredBy
from negotiation.domain.retention import REASON, KeepOn
from negotiation.domain.rulebook import OFFICE_BASIS, EventRule
from negotiation.domain.rulebook.keeping_rules import KEPT_AT_MOST
from negotiation.services.cases import acting
from negotiation.services.cases.amending_steps import own_step
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import case_writer
from negotiation.store import retention as kept
from negotiation.store.columns import IDS_ASKED_AT_ONCE
from negotiation.store.retention import Ended, Fate
from negotiation.store.transaction import Transaction

_RULE = EventRule(KEEP_ON, KEEP_ON_TITLE, (), (), (), (), approval=False, notify=())


class Due(NamedTuple):
    """A case to be reviewed: since when it is due, and its procedure's title; ``again``: it was kept on before."""

    case: Ended
    title: str
    years: int
    due_on: date
    again: bool


def due(transaction: Transaction, context: Context, as_of: date) -> list[Due]:
    """The cases that are to be reviewed by a day, what is due first on top."""
    newest = date(as_of.year - KEPT_AT_MOST.start, 12, 31)
    found: list[Due] = []
    for some in batches(kept.ended_by(transaction, newest), IDS_ASKED_AT_ONCE):
        fates = kept.fates(transaction, [each.id for each in some])
        reviewed = ((each, fates.get(each.id, Fate())) for each in some)
        lines = (_due(transaction, context, each, fate) for each, fate in reviewed if not fate.is_gone)
        found += [each for each in lines if each.due_on <= as_of]
    return sorted(found, key=lambda each: (each.due_on, each.case.id))


def _due(transaction: Transaction, context: Context, case: Ended, fate: Fate) -> Due:
    rules = context.rulebooks.of(transaction, case.rulebook, case.edition).procedure(case.procedure)
    by_rule = retention.due_on(case.ended_on, rules.keep_years)
    return Due(case, rules.title, rules.keep_years, fate.until or by_rule, fate.until is not None)


def keep_on(work: UnitOfWork, no: str, decided: KeepOn, by: EnteredBy) -> CaseFile:
    """Records that a case was reviewed and is kept until another day.

    Raises FieldError for a day that is past or a missing reason, InvalidTransition for a case that has not ended.
    """
    file = acting.take(work, no)
    decided.demand_sound(file.today)
    forms.demand_clean(decided.reason, REASON)
    if not file.ending:
        raise InvalidTransition("案件尚未办结，没有保管期限", where=f"案件 {no}", todo="请在办结后办理")
    after = file.case_state
    step = own_step(after, after.version + 1, _RULE, file)._replace(role=OFFICE, basis=OFFICE_BASIS)
    file.record_event(step, by, Entered(decided.as_data, {REASON: decided.reason.strip()}))
    file.case_state = step.after
    case_writer.save(work.transaction, file.change())
    return file
