"""The next lawful act of a person in a case, as a link: what is shown most, and filled."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from negotiation.core.enums import REMIND
from negotiation.domain.rulebook import Procedure
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


def next_act(no: str, rules: Procedure, desk: Desk, *, reminds: bool) -> Act:
    """The first act that moves a case on; else to remind (催办) who is to move, or to look at the case."""
    own = moving(rules, desk)
    if own:
        return link_of(no, own[0])
    if reminds:
        return Act("催办", f"/bulk?{urlencode({'act': REMIND, 'no': no})}")
    return Act("查看", f"/cases/{quote(no)}")
