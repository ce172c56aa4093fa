"""Names of the keys of a rulebook as a lawyer reads them, and of their values."""

from collections.abc import Mapping

from negotiation.core.labels import LAYER_TITLES, NOTICE_TITLES

# The tables and lists whose rows are compared one by one, in the order in which a procedure is read.
SECTIONS = {
    "documents": "文件",
    "roles": "角色",
    "options": "选项",
    "states": "状态",
    "terms": "期限",
    "fields": "字段",
    "events": "事件",
    "transitions": "转换",
    "letters": "公文",
    "prepared": "预填",
    "contradictions": "与目录不符",
    "columns": "台账列",
    "steps": "台账步骤",
}
# What is compared as one row, by the table in which it stands; "" is the head of the file.
REMAINDERS = {
    "": "事项",
    "groups": "状态组",
    "report": "年度报告",
    "milestones": "登记日期",
    "items": "数据项",
    "opening": "逐年开立",
    "resource": "资源目录",
    "ledger": "台账",
}
# The names that a value may be of: key → the table in which they have their titles.
NAMES = {
    "held_by": "roles", "bound": "roles", "by": "roles", "entered_by": "roles",
    "required": "fields", "optional": "fields", "one_of": "fields", "requires": "fields", "due_field": "fields",
    "in_order": "fields", "basis_by": "fields", "subject": "fields", "copied": "fields", "needs": "fields",
    "field": "fields", "class_field": "fields", "related": "fields", "law_into": "fields", "words_into": "fields",
    "term": "terms", "answers": "terms", "starts": "terms", "cap": "terms", "stops": "terms", "suspends": "terms",
    "keeps": "terms", "restarts": "terms", "start_field": "fields",
    "after_due": "terms", "before_due": "terms", "late": "terms",
    "event": "events", "events": "events", "proposes": "events",
    "initial": "states", "states": "states", "state": "states", "waiting": "states",
}  # fmt: skip
# The words for values that are no names of the rulebook's own.
VALUES: dict[str, Mapping[str, str]] = {
    "calendar_layer": {layer.value: title for layer, title in LAYER_TITLES.items()},
    "notice": NOTICE_TITLES,
    "kind": {
        "text": "文字", "date": "日期", "list": "清单", "choice": "单选", "department": "部门",
        "departments": "若干部门", "number": "数字", "yes_no": "是或否",
        "resource": "资源", "case": "案件", "meeting": "会议",
    },
}  # fmt: skip
# What is done to data items, which of them, and what they come to.
ITEM_WORDS = {
    "ask": "申请", "agree": "同意", "refuse": "不同意", "accept": "认可", "dispute": "提请协调", "restore": "恢复原状",
    "reopen": "重新答复", "share": "应予共享", "not_share": "不予共享", "supply": "提供", "receive": "收到",
    "object": "重新提供", "withdraw": "撤回", "hand_over": "划出",
    "end": "了结", "open": "待答复", "partly_contested": "部分未同意",
    "contested": "未同意", "owed": "待提供", "owed_by_decision": "经决定待提供", "supplied": "已提供",
    "withdrawn": "全部撤回", "done": "全部了结", "condition": "条件", "reason": "理由", "reason_class": "理由类别",
    "legal_basis": "依据", "keeps": "保留的内容",
}  # fmt: skip
# Which data items a row is about.
SELECTED = {
    "any": "全部", "open": "待答复", "contested": "未同意", "disputed": "争议中", "owed": "待提供",
    "supplied": "已提供", "unsettled": "未了结", "unsupplied": "未提供",
}  # fmt: skip
KEYS_IN = {
    ("documents", "number"): "文号",
    ("letters", "to"): "主送",
    ("letters", "from"): "发文",
    ("letters", "owed"): "催促提供",
    ("transitions", "supply"): "提供",
    ("items", "keeps"): "保留的内容",
}  # where a key means more
KEYS = {
    **ITEM_WORDS,
    "succeeds": "所接续的规则",
    "title": "名称", "name": "文种名称", "basis": "依据", "start_basis": "起算依据", "lapse_basis": "届满处理依据",
    "number": "编号格式", "initial": "起始状态", "subject": "标题字段", "items": "数据项",
    "copied": "抄送字段", "related": "关联案件字段", "document": "文号",
    "in_force_from": "施行日期", "in_force_until": "停止施行日期", "calendar_layer": "日历层级",
    "day_choices": "另行计算的日子",
    "main_procedure": "主要事项", "held_by": "由谁办理", "term": "期限", "ending": "结束方式", "agenda": "会议",
    "uncounted": "尚不计入统计",
    "days": "工作日数", "days_by": "按选项的工作日数", "due_field": "约定日期字段", "at_least": "至少的工作日数",
    "until": "截止月日", "basis_by": "依据所随的选项", "bases": "各选项的依据",
    "bound": "约束对象", "main": "主期限", "start": "起算", "on_lapse": "届满", "proposes": "建议办理",
    "cap": "不超过的期限", "lapse_title": "届满名称", "lapse_task": "届满待办", "reminders": "提醒",
    "lapse_notices": "届满通知",
    "suppress_when": "不通知的情形", "awaits": "所等待的", "kind": "类别", "choices": "选项", "mark": "保留在案件上",
    "by": "由谁", "required": "必填", "optional": "选填", "one_of": "至少填一项", "requires": "必填",
    "required_if": "何时必填", "in_order": "日期先后",
    "approval": "签批", "notify": "通知", "event": "事件", "from": "从", "to": "到", "answers": "答复的期限",
    "starts": "开始的期限", "stops": "终止的期限", "suspends": "中止的期限", "keeps": "继续的期限",
    "lengthens": "延长", "after_due": "届满之后", "before_due": "届满之前", "within": "期限内", "when": "条件",
    "when_says": "不符条件的说明", "unless": "除外", "unless_says": "除外的说明", "set": "记下",
    "limit": "次数", "flag": "计数标记", "by_items": "按数据项核对日期", "among": "针对的数据项",
    "waiting": "等待的状态", "remembers": "可以退回", "history": "仅随台账导入", "task": "待办", "groups": "状态组",
    "template": "模板",
    "states": "状态", "meetings": "会议", "needs": "须已填写", "answered": "写明答复", "asks": "请求",
    "is": "列的内容", "step": "步骤", "field": "字段", "law_into": "依据写入", "events": "事件", "results": "结果",
    "remarks": "备注", "until_ending": "直到办结", "words_into": "原文写入", "says": "内容", "classes": "共享类型",
    "catalogued": "仅凭目录",
    "mentions": "提到", "without": "未填写", "late": "逾期的期限", "fields": "预填内容", "facts": "事实字段",
    "before": "前文", "silent": "未登记", "belated": "逾期登记", "ended": "终止", "after": "届满后工作日数",
    "rate": "指标", "rate_title": "指标名称", "table": "附表", "supply": "提供的期限",
    "outcomes": "结果归类", "counts": "计数", "refusal_class": "理由类别字段", "refusal_reason": "理由字段",
    "days_before": "到期前工作日数", "notice": "通知模板", "month": "月份", "levels": "部门层级", "columns": "列",
    "sheet": "工作表", "actor": "登记人", "class_field": "共享类型字段", "advise": "申请前提示",
    "contradictions": "与目录不符", "steps": "步骤", "anew": "重新开始", "at_most": "至多", "entered_by": "由谁登记",
    "in_meetings": "只在会议上表态", "revision": "修订次数", "version": "版次", "id": "标识", "outcome": "结果",
    "default": "默认", "chosen": "所选", "restarts": "重新计算的期限", "start_field": "起算日期字段",
    "keep_years": "保管年限",
    "start_on_working_day": "起算之日为休息日的视为其后第一个工作日",
    "state": "状态", "cited_as": "引作", "extends": "基础规则", "organs": "机关全称", "offers": "可行使的权利",
    "to_levels": "发往层级", "decided": "告知决定", "moved": "告知改期",
}  # fmt: skip
