"""What is stored of a case otherwise than it follows from its entries, in words: for whoever verifies the record."""

from collections.abc import Iterator, Mapping
from typing import Any

from negotiation.core.labels import ITEM_ANSWER_TITLES
from negotiation.domain.case_record import CaseRecord
from negotiation.domain.items import Item
from negotiation.domain.machine.values import CaseState
from negotiation.domain.terms import Term
from negotiation.services.cases.case_file import CaseFile

# What follows from no entry: the registers of the seals cover it.
NOT_DERIVED = frozenset(
    {"head", "version", "resource_id", "related_id", "batch", "copied", "matter", "drafted_by"}
)  # fmt: skip
UNCOMPARED = frozenset({"next_on", "rung"})  # the clock's own, of a term
CASE_TITLES: Mapping[str, str] = {
    "id": "内部编号", "no": "编号", "procedure": "事项", "rulebook": "规则", "edition": "规则版本", "state": "状态",
    "applicant_id": "需求部门", "provider_id": "提供部门", "subject": "案由", "flags": "标记",
    "last_on": "上一环节日期",
    "back_state": "提请之前的状态", "back_on": "提请之前的日期", "back_seq": "提请的事件", "handed_on": "划转日期",
    "received_on": "收到日期", "replied_on": "答复日期", "referred_on": "提请协调日期", "accepted_on": "受理日期",
    "coordinated_on": "协调办结日期", "reported_on": "报请审议日期", "decided_on": "决定日期", "closed_on": "办结日期",
    "ending": "办结情形", "reopened": "重新办理次数", "due_on": "届满日", "official": "日期已确定", "owed": "尚待答复",
    "late": "逾期", "next_due": "下一届满日", "suspended": "中止", "items": "数据项数", "opened_at": "开立时刻",
}  # fmt: skip
TERM_TITLES: Mapping[str, str] = {
    "n": "编号", "kind": "种类", "main": "主期限", "department_id": "责任部门", "started_on": "起算日", "days": "天数",
    "counts_from": "计算起点", "counted": "计入天数", "due_on": "届满日", "official": "日期已确定",
    "suspended_on": "中止日", "frozen": "中止时剩余天数", "paused": "已中止天数", "lapsed_on": "届满登记日",
    "answered_on": "答复日", "ended_on": "终止日", "ended_seq": "终止的事件", "items": "数据项", "basis": "依据",
    "struck_seq": "撤销的事件",
}  # fmt: skip
ITEM_TITLES: Mapping[str, str] = {
    "n": "序号", "name": "名称", "code": "编码", "whole": "全部数据", "answer": "答复", "stage": "环节",
    "condition": "共享条件", "reason": "理由", "reason_class": "理由类别", "legal_basis": "依据",
    "answered_on": "答复日", "answered_seq": "答复的事件",
    "since_on": "应提供起始日", "since_seq": "应提供起始的事件", "term_n": "所属期限",
    "supplied_on": "提供日", "supplied_seq": "提供的事件", "supplied_by": "提供部门", "received_on": "确认收到日",
    "received_seq": "确认收到的事件",
}  # fmt: skip
_DEPARTMENTS = frozenset({"applicant_id", "provider_id", "department_id", "supplied_by"})
_STATES = frozenset({"state", "back_state"})


def differences(file: CaseFile, record: CaseRecord, anew: CaseState) -> Iterator[str]:
    """A sentence for each difference between a case as it is stored and what follows: its record, terms, items."""
    for title, kept, right in _unlike(file, CASE_TITLES, file.base_record, record):
        yield f"{title}：登记为 {kept}，按办理记录应为 {right}"
    yield from _terms(file, anew)
    stored, found = ({item.n: item for item in items} for items in (file.case_state.items, anew.items))
    for n in sorted(stored.keys() | found.keys()):
        yield from _one(file, f"数据项{n}", ITEM_TITLES, stored.get(n), found.get(n))


def _terms(file: CaseFile, anew: CaseState) -> Iterator[str]:
    stored, found = file.case_state.standing_terms, anew.standing_terms
    for n in sorted(stored.keys() | found.keys()):
        term = stored.get(n) or found[n]
        rule = file.procedure.terms.get(term.kind)
        what = f"{rule.title if rule is not None else term.kind}（{n}）"
        unlike = list(_one(file, what, TERM_TITLES, stored.get(n), found.get(n)))
        yield from unlike
        if not unlike and term.is_looked_at_late:
            yield f"{what}：届满日 {term.due_on}，系统却到 {term.next_on} 才检查"


def _one(
    file: CaseFile, what: str, titles: Mapping[str, str], stored: Term | Item | None, found: Term | Item | None
) -> Iterator[str]:
    if stored is None or found is None:
        yield f"{what}：登记{'无' if stored is None else '有'}，按办理记录应{'无' if found is None else '有'}"
        return
    for title, kept, right in _unlike(file, titles, stored, found):
        yield f"{what}的{title}：登记为 {kept}，按办理记录应为 {right}"


def _unlike(file: CaseFile, titles: Mapping[str, str], one: Any, other: Any) -> Iterator[tuple[str, str, str]]:
    for key, kept, right in zip(one._fields, one, other, strict=True):
        if kept != right and key not in NOT_DERIVED | UNCOMPARED:
            yield titles[key], _plain(file, key, kept), _plain(file, key, right)


def _plain(file: CaseFile, key: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value in ("", (), {}):
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        fields = file.procedure.fields
        named = ((fields[mark].title if mark in fields else mark, each) for mark, each in sorted(value.items()))
        return "；".join(f"{title} {_plain(file, '', each)}" for title, each in named)
    return _named(file, key, value) or str(value)


def _named(file: CaseFile, key: str, value: Any) -> str:
    """The name of what a value stands for; "" where it stands for itself."""
    if key in _DEPARTMENTS:
        return file.context.directory.name(value)
    if key in _STATES and value in file.procedure.states:
        return file.procedure.states[value].title
    return ITEM_ANSWER_TITLES.get(value, "") if key == "answer" else ""
