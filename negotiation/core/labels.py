"""Words on screen for the members of ``enums``, the kinds of a day and the templates of the notices."""

from negotiation.core.enums import (
    ATTACHED,
    COMES_FROM,
    CONTRADICTS,
    CORRECT_ENTRY,
    COUNTED,
    EXPUNGE,
    EXPUNGE_TITLE,
    GOES_ON,
    KEEP_ON,
    KEEP_ON_TITLE,
    RECOUNT,
    RECOUNT_TITLE,
    SIGNED_AS,
    SIGNED_BY,
    SIGNED_ON,
    STRIKE_ENTRY,
    SUCCESSION,
    SUCCESSION_TITLE,
    TAKE_OVER,
    TAKE_OVER_TITLE,
    AccountRole,
    AdminKind,
    CalendarLayer,
    DeadlineStatus,
    Duty,
    ItemAnswer,
    Job,
    LetterKind,
    Level,
    MeetingState,
    NoticeState,
    SharingClass,
)

DEADLINE_STATUS_TITLES = {
    DeadlineStatus.NORMAL: "正常",
    DeadlineStatus.DUE_SOON: "临期",
    DeadlineStatus.OVERDUE: "逾期",
    DeadlineStatus.SUSPENDED: "暂停计时",
    DeadlineStatus.REFERENCE: "参照",
    DeadlineStatus.NONE: "—",
}
DEADLINE_STATUS_SHAPES = {
    DeadlineStatus.NORMAL: ("●", "green"),
    DeadlineStatus.DUE_SOON: ("▲", "yellow"),
    DeadlineStatus.OVERDUE: ("■", "red"),
    DeadlineStatus.SUSPENDED: ("‖", "cyan"),
    DeadlineStatus.REFERENCE: ("○", "dim"),
    DeadlineStatus.NONE: ("", "dim"),
}
LEVEL_TITLES = {  # where the rulebook does not call them otherwise
    Level.MUNICIPAL: "本级部门",
    Level.DISTRICT: "下级地区",
    Level.VERTICAL: "垂管单位",
    Level.REFERENCE: "参照单位",
    Level.CENTRAL: "上级驻本地单位",
}
DUTY_TITLES = {
    Duty.A: "经办人（A 角）",
    Duty.B: "经办人（B 角）",
    Duty.SECTION_HEAD: "处室负责人",
    Duty.DEPARTMENT_HEAD: "部门负责人",
}
ACCOUNT_ROLE_TITLES = {
    AccountRole.CLERK: "部门经办人",
    AccountRole.HEAD: "部门负责人",
    AccountRole.OFFICE_CLERK: "办公室经办人",
    AccountRole.OFFICE_HEAD: "办公室负责人",
    AccountRole.SECRETARY: "领导小组秘书",
    AccountRole.AUDITOR: "审计",
    AccountRole.ADMINISTRATOR: "系统管理员",
    AccountRole.SECURITY_ADMINISTRATOR: "安全管理员",
    AccountRole.AUDIT_ADMINISTRATOR: "审计管理员",
}
ADMIN_KIND_TITLES = {
    AdminKind.ACCOUNT: "账户",
    AdminKind.ROLES: "角色",
    AdminKind.PASSWORD: "密码",
    AdminKind.SECOND_FACTOR: "双因素认证",
    AdminKind.TOKEN: "令牌",
    AdminKind.SESSION: "登录",
    AdminKind.SETTINGS: "设置",
    AdminKind.DEPARTMENT: "部门和联系人",
    AdminKind.IMPORT: "导入和撤回",
}
LAYER_TITLES = {CalendarLayer.NATIONAL: "国家", CalendarLayer.MUNICIPAL: "市级", CalendarLayer.ORGAN: "本单位"}
DAY_KINDS = {"working": "工作日", "weekend": "周末", "holiday": "放假", "make-up": "补班", "stoppage": "停止办公"}
NOTICE_TITLES = {
    "new_case": "来件",
    "recorded": "办理告知",
    "copied": "抄送",
    "due_soon": "到期前提醒",
    "due_today": "到期当日提醒",
    "lapsed": "届满提示",
    "lapsed_note": "届满告知",
    "reminder": "催办",
    "corrected": "更正告知",
    "amended": "更正告知",
    "moved": "期限变更告知",
    "confirmed": "期限确定告知",
    "meeting_moved": "会议改期告知",
    "digest": "提醒汇总",
    "office_digest": "办公室每日汇总",
    "calendar_missing": "次年安排尚未收录",
    "system_alarm": "系统状态提示",
}
NOTICE_STATE_TITLES = {
    NoticeState.HELD: "待确认",
    NoticeState.WAITING: "待发",
    NoticeState.CLAIMED: "发送中",
    NoticeState.SENT: "已发",
    NoticeState.DIGESTED: "已并入汇总",
    NoticeState.OBSOLETE: "已失效",
    NoticeState.FAILED: "未能发出",
    NoticeState.MISSED: "未及时发出",
}
LETTER_KIND_TITLES = {
    LetterKind.LETTER: "函",
    LetterKind.NOTICE: "通知",
    LetterKind.MINUTES: "纪要",
    LetterKind.REQUEST: "请示",
    LetterKind.REPORT: "报告",
}
MEETING_STATE_TITLES = {
    MeetingState.PLANNED: "待召开",
    MeetingState.HELD: "已召开",
    MeetingState.CANCELLED: "已取消",
}
ITEM_ANSWER_TITLES = {
    ItemAnswer.ASKED: "待答复",
    ItemAnswer.AGREED: "同意提供",
    ItemAnswer.REFUSED: "未同意",
    ItemAnswer.DECIDED_SHARE: "决定应予共享",
    ItemAnswer.DECIDED_NOT_SHARE: "决定不予共享",
    ItemAnswer.WITHDRAWN: "已撤回",
    ItemAnswer.HANDED_OVER: "已划转",
}
SHARING_CLASS_TITLES = {
    SharingClass.UNCONDITIONAL: "无条件共享",
    SharingClass.CONDITIONAL: "有条件共享",
    SharingClass.NONE: "不予共享",
}
AMENDMENT_TITLES = {CORRECT_ENTRY: "更正登记", STRIKE_ENTRY: "撤销登记"}
TAKEN_BACK_TITLE = "登记已撤回"  # in the place of a state, where an import was taken back and nothing stands
OUTSIDE = {
    RECOUNT: RECOUNT_TITLE, SUCCESSION: SUCCESSION_TITLE, TAKE_OVER: TAKE_OVER_TITLE, EXPUNGE: EXPUNGE_TITLE,
    KEEP_ON: KEEP_ON_TITLE,
}  # fmt: skip  # events of no rulebook
BESIDE_TITLES = {
    SIGNED_BY: "签批人", SIGNED_ON: "签批日期", SIGNED_AS: "签批方式", ATTACHED: "附件",
    CONTRADICTS: "与资源目录不一致",
    GOES_ON: "划转的数据项，另案续办", COMES_FROM: "划入的数据项，原案件", COUNTED: "与系统统计不同",
}  # fmt: skip
JOB_TITLES = {
    Job.CALENDAR: "核对日历",
    Job.SWEEP: "检查期限",
    Job.POST: "发送通知",
    Job.YEARLY: "开立年度事项",
    Job.SEAL: "每日封印",
    Job.BACKUP: "定时备份",
    Job.ERASE: "清除封存内容",
    Job.INDEX: "编制检索索引",
    Job.UPKEEP: "系统检查",
}
