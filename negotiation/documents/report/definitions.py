"""Definitions of the figures of the annual report: the one table, and the words beside it.

A *count* is a number of cases, terms or working days under a name; a *figure* is a ratio of sums of counts, or a sum
alone. ``DEFINITIONS`` is the one table of all figures: the page, the spreadsheet, the document and the list of cases
behind a number are made from it. No score and no ranking is among them.
"""

from dataclasses import dataclass
from enum import StrEnum

from negotiation.documents.report import needs
from negotiation.domain.rulebook import OUTCOMES, UNASKED

CASES, PERCENT, WORKING_DAYS = "件", "%", "工作日"
UNITS = (CASES, PERCENT, WORKING_DAYS)
NOTHING = "—"  # a ratio over nothing is no number

BANDS = {"1_5": "1–5个工作日", "6_10": "6–10个工作日", "over_10": "10个工作日以上"}
ROW_TABLES = {
    "coordination": "表4 协调和审议情况",
    "catalogue": "表5 目录更新情况",
    "corrections": "表5 校核更正情况",
    "demands": "表6 开放需求办理情况",
    "rectifications": "表7 整改情况",
    "summaries": "表8 年度总结报送情况",
}
"""The tables that list cases one by one; a rulebook's ``[report]`` names the one that a procedure feeds."""


class Ground(StrEnum):
    """In which rows of a procedure the articles of a figure stand; ``OFFICE``: the office's own way of counting."""

    OFFICE = "office"
    REPLY = "reply"
    SUPPLY = "supply"
    REFERRAL = "referral"
    COORDINATION = "coordination"
    DELIBERATION = "deliberation"
    FINISHING = "finishing"


class Part(StrEnum):
    """The two sides of a ratio: either opens a list of its own."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition of a figure. ``numerator`` and ``denominator`` name counts that are added up; None: the sum itself.

    ``unit``: 件, % (a ratio of cases or terms) or 工作日 (a mean: working days ÷ how many). ``counted``: how, in words.
    ``ground``: where its articles stand, which each rulebook numbers in its own way (``grounds.cited``).
    """

    key: str
    title: str
    unit: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] | None
    counted: str
    ground: Ground = Ground.OFFICE

    def counts_of(self, part: Part) -> tuple[str, ...]:
        """The counts behind a side of it; a plain sum has a numerator only."""
        return self.numerator if part == Part.NUMERATOR else self.denominator or ()


def _cases(key: str, title: str, counted: str, ground: Ground = Ground.OFFICE) -> Definition:
    """A plain number of cases or terms: the count of the same name."""
    return Definition(key, title, CASES, (key,), None, counted, ground)


def _ended(*outcomes: str) -> tuple[str, ...]:
    return tuple(f"closed_{each}" for each in outcomes)


_SETTLED = _ended(*(each for each in OUTCOMES if each not in UNASKED))  # 办结 − 撤回 − 合并后无须共享
_IN_FULL = _ended("agreed", "decided_share", "deliberated_share")

_OUTCOMES_SAID = dict.fromkeys(
    ("deliberated_share", "deliberated_not_share"), "：台账登记办结，有审议结果而没有登记政府决定"
)
_BY_PROVIDER = "合计、层级和月份按提供部门计"
FINISHED = "finished_rate"  # of procedures that are judged by what is finished, not by what is answered
DEFINITIONS: dict[str, Definition] = {each.key: each for each in (
    # ------------------------------------------------------------------------------------------ what came and went
    _cases("carried_over", "上年结转", "期间开始前收到（或重新办理）、至期间首日前一日仍未办结的"),
    _cases("received", "本年新收", "收到日期在期间内的，另加期间内重新办理的；再次转交、指定提供部门不另计新收"),
    _cases("reopened", "其中重新办理", "期间内由办结、撤回或作废状态重新办理的，计入本年新收"),
    _cases("moved_in", "划入", f"期间内因职责划转、确定提供部门等改由本部门承担的在办案件，"
           f"按数据项划转、另案续办的，划入一方计一件，不计新收；{_BY_PROVIDER}"),
    _cases("closed", "本年办结", "期间内办结和撤回的；作废的不计入任何数字。数据提供后确认收到的，确认之日办结；"
           "期满未提异议的，确认收到期限届满次日办结，因此可比提供晚一周左右，年底提供的可计入下一年度"),
    *(
        _cases(f"closed_{key}", f"办结：{title}", f"期间内办结、结果为“{title}”的{_OUTCOMES_SAID.get(key, '')}")
        for key, title in OUTCOMES.items()
    ),
    _cases("moved_out", "划出", f"期间内因职责划转、确定提供部门等改由其他部门承担的在办案件，"
           f"划转部分数据项、其余仍由本部门办理的，原案件不计划出；{_BY_PROVIDER}"),
    _cases("carried_forward", "结转下年", "至期间最后一日仍未办结的"),
    # ------------------------------------------------------------------------------------------------- the reply
    _cases("replies_due", "应答复", "期限届满日在期间内的主要期限；分项答复的，最后一项答复之日为答复日；"
           "届满日或此前未答复即结束的（撤回）、"
           "截至统计日未答复且未届满（含暂停计时）的不计", Ground.REPLY),
    _cases("replies_on_time", "按时答复", "应答复中，在有效届满日或之前答复的", Ground.REPLY),
    Definition("on_time_rate", "按时答复率", PERCENT, ("replies_on_time",), ("replies_due",),
               "按时答复÷应答复", Ground.REPLY),
    Definition("mean_reply", "平均答复用时", WORKING_DAYS, ("reply_days",), ("replies",),
               "期间内作出的答复（含逾期的）：自起算日至答复日的工作日数之和÷答复数，不含暂停计时，当日答复为0"),
    _cases("overdue", "本年逾期", "应答复中，逾期答复或未答复的，按届满日所在年度计一次；参照单位不计逾期；"
           "等于逾期答复、期末逾期未答复和届满未答复即转入协调、因其他办理结束的之和", Ground.REPLY),
    _cases("replied_late", "逾期答复", "本年逾期中，至期间最后一日已答复的", Ground.REPLY),
    _cases("lapsed_to_coordination", "届满未答复、转入协调",
           "本年逾期中，未答复而在届满后提请（申请）协调，至期间最后一日仍未答复的", Ground.REPLY),
    _cases("lapsed_otherwise", "届满未答复、因其他办理结束",
           "本年逾期中，未答复而在届满后因撤回等其他办理结束的", Ground.REPLY),
    *(
        _cases(f"overdue_{key}", f"本年逾期：{title}",
               "自届满日至答复日的工作日数；未答复而因其他办理结束的至结束日，至期末仍未答复的至期末；不足1日的计入第一档")
        for key, title in BANDS.items()
    ),
    _cases("unanswered", "期末逾期未答复", "本年逾期中，至期间最后一日仍未答复、期限也未因其他办理而结束的",
           Ground.REPLY),
    *(
        _cases(f"unanswered_{key}", f"期末逾期未答复：{title}", "自届满日至期间最后一日的工作日数")
        for key, title in BANDS.items()
    ),
    # ------------------------------------------------------------------------------------------------ the supply
    _cases("supplies_due", "应提供", "届满日在期间内的提供（落实）期限：一次答复、协调或决定同意的数据项为一个期限，"
           "最后一项提供之日为提供日；"
           "排除情形同应答复；重新提供期限不计", Ground.SUPPLY),
    _cases("supplies_on_time", "按时提供", "应提供中，在届满日或之前提供的；台账导入的，以台账所记办结日期为提供日期",
           Ground.SUPPLY),
    Definition("supply_rate", "按时提供率", PERCENT, ("supplies_on_time",), ("supplies_due",), "按时提供÷应提供",
               Ground.SUPPLY),
    Definition("mean_supply", "平均提供用时", WORKING_DAYS, ("supply_days",), ("supplies",),
               "期间内提供的：自起算日至提供日的工作日数之和÷提供数；台账导入的，以台账所记办结日期为提供日期"),
    # ------------------------------------------------------------------------------------------------ the outcome
    Definition("satisfied_rate", "需求满足率", PERCENT, (*_IN_FULL, *_ended("partly")), _SETTLED,
               "（同意＋部分同意＋决定共享＋审议应予共享）÷（办结－撤回－合并后无须共享）"),
    Definition("satisfied_strict_rate", "需求满足率（不含部分同意）", PERCENT, _IN_FULL, _SETTLED,
               "（同意＋决定共享＋审议应予共享）÷（办结－撤回－合并后无须共享）"),
    Definition("negotiated_rate", "协商解决率", PERCENT, ("closed_negotiated",), _SETTLED,
               "办结（不含撤回、合并后无须共享）的案件中，未经受理协调的", Ground.REFERRAL),
    Definition("coordination_rate", "协调率", PERCENT, ("closed_coordinated",), _SETTLED,
               "办结（不含撤回、合并后无须共享）的案件中，经受理协调的（含其后审议的）", Ground.COORDINATION),
    Definition("deliberation_rate", "审议率", PERCENT, ("closed_deliberated",), _SETTLED,
               "办结（不含撤回、合并后无须共享）的案件中，经报请审议（规则不设审议的，为报请决定）的",
               Ground.DELIBERATION),
    # ------------------------------------------------------------------------------- coordination and deliberation
    _cases("to_coordination", "提请协调", "期间内提请（申请）协调的次数", Ground.REFERRAL),
    _cases("to_deliberation", "报请审议（报告领导小组）",
           "期间内报请审议（规则不设审议的，报请决定）的次数；整改为报告领导小组的次数",
           Ground.DELIBERATION),
    _cases("coordinations_ended", "协调结束", "期间内以协调一致或未达成一致结束的协调", Ground.COORDINATION),
    _cases("coordinations_settled", "协调一致", "协调结束中，协调一致的", Ground.COORDINATION),
    Definition("settled_rate", "协调一致率", PERCENT, ("coordinations_settled",), ("coordinations_ended",),
               "协调一致÷协调结束", Ground.COORDINATION),
    Definition("mean_coordination", "平均协调用时", WORKING_DAYS, ("coordination_days",), ("coordinations_ended",),
               "期间内结束的协调：自受理（退回进一步协调的自退回）之日起的工作日数之和÷协调结束数"),
    # --------------------------------------------------------------------------------------- on the way to a reply
    _cases("extensions_asked", "申请延期", "期间内申请延长答复期限的次数"),
    _cases("extensions_granted", "同意延期", "期间内同意延长答复期限的次数"),
    _cases("supplements", "补充材料", "期间内告知补充材料的件次"),
    _cases("refusals", "答复不同意", "期间内作出的不同意答复；按理由类别另列"),
    Definition("items_rate", "数据项满足率", PERCENT, ("items_agreed",), ("items_asked",),
               "期间内办结（不含撤回、合并后无须共享）案件：同意（含决定共享）的数据项÷申请的数据项；撤回的数据项、未分列数据项的申请不计"),
    # ------------------------------------------------------------------------------------------------ rectification
    _cases("issued", "登记（通知）件数", "期间内新收的，不含重新办理"),
    Definition(FINISHED, "完成率", PERCENT, ("finished",), ("issued",),
               "期间内登记（通知）的，至期间最后一日经核实完成的÷登记（通知）件数", Ground.FINISHING),
)}  # fmt: skip

NEEDS: dict[str, needs.Need] = {
    **dict.fromkeys(("received", "reopened", "issued"), needs.RECEIPT),
    **dict.fromkeys(("carried_over", "moved_in", "closed", "moved_out", "carried_forward"), needs.FLOW),
    **dict.fromkeys((f"closed_{key}" for key in OUTCOMES), needs.FLOW),
    **dict.fromkeys(("replies_due", "replies_on_time", "on_time_rate", "mean_reply", "overdue"), needs.REPLY),
    **dict.fromkeys(("replied_late", "lapsed_otherwise", "unanswered"), needs.REPLY),
    **dict.fromkeys((f"{name}_{band}" for name in ("overdue", "unanswered") for band in BANDS), needs.REPLY),
    "lapsed_to_coordination": needs.LATE_COORDINATION,
    **dict.fromkeys(("supplies_due", "supplies_on_time", "supply_rate", "mean_supply"), needs.SUPPLY),
    **dict.fromkeys(("satisfied_rate", "satisfied_strict_rate"), needs.OUTCOMES),
    **dict.fromkeys(("negotiated_rate", "coordination_rate"), needs.ACCEPTANCE),
    **dict.fromkeys(("deliberation_rate", "to_deliberation"), needs.REPORTING),
    "to_coordination": needs.REFERRAL,
    **dict.fromkeys(("coordinations_ended", "coordinations_settled"), needs.COORDINATION),
    **dict.fromkeys(("settled_rate", "mean_coordination"), needs.COORDINATION),
    "extensions_asked": needs.EXTENSIONS_ASKED,
    "extensions_granted": needs.EXTENSIONS_GRANTED,
    "supplements": needs.SUPPLEMENTS,
    "refusals": needs.REFUSALS,
    "items_rate": needs.ITEMS,
    FINISHED: needs.FLOW,
}
"""What each figure needs of the rules: where they lack it, it is left out, and named (``needs``)."""
BALANCE_IN = ("carried_over", "received", "moved_in")
BALANCE_OUT = ("closed", "moved_out", "carried_forward")
REFUSED = "refusals_"  # followed by the class of reason, as the rulebook's choices name it
UNCLASSED, UNREASONED = "", "unreasoned"  # where no class was chosen; where no reason was written either
REFUSALS_UNCLASSED = {UNCLASSED: "未归类", UNREASONED: "未注明理由"}

ENTERED_TITLES = {
    "catalogue_entries": ("目录数", "条"),
    "aggregation_rate": ("汇聚率", "%"),
    "interface_calls": ("接口调用量", "次"),
    "open_datasets": ("开放数据集", "个"),
}
"""Figures that are in no case and a person enters: key → title, unit."""
