"""The words of what the system looks after, and of how it is doing, with those on screen."""

from enum import StrEnum


class CheckState(StrEnum):
    """How something that the system looks after is doing; a word and a shape on the screen, a colour only beside them.

    HINT: to know, or to be seen to on occasion; FAULT: to be seen to now.
    """

    GOOD = "good"
    HINT = "hint"
    FAULT = "fault"


class Checked(StrEnum):
    """What the system looks after: one list for ``doctor``, /health, the page 系统状态 and the alarms."""

    SWEEP = "sweep"
    POST = "post"
    UNDELIVERED = "undelivered"
    MAIL_SERVER = "mail_server"
    DISK = "disk"
    BACKUP = "backup"
    SEAL = "seal"
    CALENDAR = "calendar"
    DATABASE = "database"


CHECK_STATE_TITLES = {CheckState.GOOD: "正常", CheckState.HINT: "注意", CheckState.FAULT: "异常"}
CHECK_STATE_SHAPES = {CheckState.GOOD: "●", CheckState.HINT: "▲", CheckState.FAULT: "■"}
CHECKED_TITLES = {
    Checked.SWEEP: "期限检查",
    Checked.POST: "通知发送",
    Checked.UNDELIVERED: "未送达的通知",
    Checked.MAIL_SERVER: "邮件服务器",
    Checked.DISK: "磁盘",
    Checked.BACKUP: "备份",
    Checked.SEAL: "封印",
    Checked.CALENDAR: "节假日安排",
    Checked.DATABASE: "数据库",
}
