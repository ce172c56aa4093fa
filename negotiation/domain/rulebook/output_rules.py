"""Rules of what comes out: official letters, the annual report, cases opened each year."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.core.enums import LetterKind
from negotiation.domain.fields import Flags

WITHDRAWN = "withdrawn"
# How a case ended, as the annual report adds cases up; `done` where its rulebook says nothing.
OUTCOMES = {
    "agreed": "同意共享",
    "partly": "部分同意",
    "decided_share": "决定共享",
    "deliberated_share": "审议应予共享",
    "refused": "不同意共享",
    "decided_not_share": "决定不予共享",
    "deliberated_not_share": "审议不予共享",
    "no_data": "经核实无此数据",
    "handed_up": "移送共同上级主管部门",
    "done": "办理完毕",
    "ended": "结束办理",
    WITHDRAWN: "撤回",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that the clock opens each year for each unit of these levels, on the first working day of a month.

    ``event``: by which it is handed in at once; ``field``: the text that is prefilled with the unit's own figures.
    """

    month: int
    levels: tuple[str, ...]
    event: str
    subject: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class LetterRule:
    """An official letter that may be drafted of a case, or of a meeting that spoke of it.

    ``template``: its file under ``templates/letters``; ``kind``: of ``LetterKind``; ``title``: with {subject};
    ``sender`` and ``to``: roles, ``to`` empty for minutes; ``states``: in which it may be drafted, or ``meetings``: of
    which sessions (``AGENDAS``) it is drawn up; ``needs``: the fields that must have been entered; ``answered``: it
    gives the answer; ``basis_by``: the choice on which its article depends; ``after_due``: the term that must have
    passed; ``asks``: what a 请示 asks its addressee to do.
    """

    template: str
    name: str
    kind: LetterKind
    title: str
    sender: str
    to: tuple[str, ...]
    basis: str
    states: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    answered: bool = False
    after_due: str = ""
    asks: str = ""
    basis_by: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """The outcome of a case that ended in ``state`` (any, if empty) with the flags ``when``."""

    outcome: str
    state: str
    when: Flags

    def holds(self, state: str, flags: Flags) -> bool:
        """True of a case in this state with these flags."""
        return self.state in ("", state) and all(flags.get(key) == value for key, value in self.when.items())


@dataclass(frozen=True, slots=True)
class ReportRule:
    """The rules by which the annual report counts a procedure.

    ``rate``: the figure that it is judged by, and ``rate_title`` its name there; ``table``: which of the tables that
    list cases one by one its cases stand in; ``supply``: the terms in which data are supplied; ``counts``: figure → the
    events that it counts; ``refusal_class``: the field with the class of a refusal's reason, and ``refusal_reason`` the
    one with the reason itself.
    """

    rate: str = "on_time_rate"
    rate_title: str = "按时答复率"
    table: str = ""
    supply: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRule, ...] = ()
    counts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refusal_class: str = ""
    refusal_reason: str = ""

    def outcome(self, state: str, flags: Flags) -> str:
        """The outcome of a case that ended so: that of the first rule that holds, or ``done``."""
        return next((rule.outcome for rule in self.outcomes if rule.holds(state, flags)), "done")
