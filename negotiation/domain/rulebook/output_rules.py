"""Rules of what comes out: official letters, the annual report, cases opened each year."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.core.enums import LetterKind, Level
from negotiation.domain.fields import Flags

WITHDRAWN, MERGED = "withdrawn", "merged"
UNASKED = (WITHDRAWN, MERGED)  # nothing was to be had any more: they stand in no rate
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
    MERGED: "合并后无须共享",
    "done": "办理完毕",
    "ended": "结束办理",
    WITHDRAWN: "撤回",
}


USE, SECURITY = "use", "security"
SECTIONS = {
    "quality": "目录与数据质量",
    "opening": "开放情况",
    USE: "共享数据应用情况",
    SECURITY: "安全保障措施",
    "putting_right": "整改和总结",
}
"""The sections of the year's report in which a procedure can be told of, beside the one that heads it."""


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
    passed; ``asks``: what a 请示 asks its addressee to do. ``to_levels``: to departments of which levels it goes
    (empty: all); ``decided``: it tells the decision, ``owed``: it asks for what was agreed and is not supplied,
    ``moved``: it tells the new day of a meeting that was put off.
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
    to_levels: tuple[Level, ...] = ()
    decided: bool = False
    owed: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class PaperRule:
    """A paper in which the year's report goes up, each to one body.

    ``name``: what the office calls it; ``title``: with {year}; ``subject``: the work it tells of; ``sender``, ``to``:
    roles; ``basis``: its article, or ``office``; ``sections``: those it has beside what all have (of ``SECTIONS``).
    """

    key: str
    name: str
    title: str
    subject: str
    sender: str
    to: str
    basis: str
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """A rule that numbers of a form add up: the sum of ``of`` is the sum of ``equals``; ``says``: of what they are."""

    says: str
    of: tuple[str, ...]
    equals: tuple[str, ...]


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
    list cases one by one its cases stand in; ``section``: of which part of the text it is told in (``SECTIONS``);
    ``supply``: the terms in which data are supplied; ``counts``: figure → the events that it counts;
    ``refusal_class``: the field with the class of a refusal's reason, and ``refusal_reason`` the one with the reason;
    ``balances``: which numbers of a unit's own figures must add up.
    """

    rate: str = "on_time_rate"
    rate_title: str = "按时答复率"
    table: str = ""
    section: str = ""
    supply: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRule, ...] = ()
    counts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refusal_class: str = ""
    refusal_reason: str = ""
    balances: tuple[Balance, ...] = ()

    def outcome(self, state: str, flags: Flags) -> str:
        """The outcome of a case that ended so: that of the first rule that holds, or ``done``."""
        return next((rule.outcome for rule in self.outcomes if rule.holds(state, flags)), "done")
