"""The next lawful act of a person in a case, as a link: what is shown most, and filled."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from negotiation.core.enums import REMIND
from negotiation.domain.rulebook import Procedure
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.permissions import Desk, OpenAct


class Act(NamedTuple):
    """A link or a button: the words that it says, and where it leads."""

    title: str
    link: str


def moving(rules: Procedure, desk: Desk) -> list[OpenAct]:
    """The acts of a person's own that move a case on, in the rulebook's order; notes and the like are none of them."""
    return [act for act in desk.acts if not act.paper and act.event.key not in rules.general_events]


def link_of(no: str, act: OpenAct) -> Act:
    """The form of an act."""
    return Act(act.event.title, f"/cases/{quote(no)}/acts/{act.event.key}?as={act.role}")


def next_act(file: CaseFile, desk: Desk) -> Act:
    """The holder's first act that leads out of the state; else to remind (催办) who is to move, or to look at it."""
    own = next((act for act in moving(file.procedure, desk) if leads_on(file, act)), None)
    if own is not None:
        return link_of(file.no, own)
    if any(act.event.key == REMIND and not act.paper for act in desk.acts):
        return Act("催办", f"/bulk?{urlencode({'act': REMIND, 'no': file.no})}")
    return Act("查看", f"/cases/{quote(file.no)}")


def leads_on(file: CaseFile, act: OpenAct) -> bool:
    """True for an act of who holds the state, entered by whoever does, that leads to another and undoes nothing."""
    rules, entered_by = file.procedure, file.rulebook.entered_by
    holder, row = rules.states[file.state].held_by, rules.table[file.state, act.event.key]
    holds = entered_by.get(act.role, act.role) == entered_by.get(holder, holder)
    return holds and not row.goes_back and bool({*rules.targets_of(row)} - {file.state})
