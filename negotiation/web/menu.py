"""The menu beside every page: its groups and entries in their order; a person is shown those of their own pages."""

from typing import NamedTuple


class Entry(NamedTuple):
    """An entry of the menu: where it leads, what it is called, and for which of a person's pages it is shown.

    ``here``: what a page calls itself that stands under this entry. ``key``: the letter that, after g, leads there.
    """

    path: str
    title: str
    page: str
    here: str
    key: str


def _entry(path: str, title: str, page: str, here: str = "", key: str = "") -> Entry:
    return Entry(path, title, page, here or page, key)


MENU = (
    ("", (
        _entry("/", "工作台", "desk", key="d"),
        _entry("/cases", "案件", "desk", "cases", key="c"),
        _entry("/apply", "新申请", "apply", key="n"),
        _entry("/papers", "登记来文", "papers", key="p"),
        _entry("/proposals", "签批", "proposals", key="s"),
        _entry("/tasks", "待办", "tasks", key="t"),
    )),
    ("协调", (
        _entry("/agenda", "议程", "agenda"),
        _entry("/meetings", "会议", "meetings"),
        _entry("/outbox", "通知", "outbox"),
        _entry("/report", "统计", "report"),
    )),
    ("台账", (
        _entry("/departments", "部门", "departments"),
        _entry("/resources", "资源", "resources"),
        _entry("/ledger", "台账", "ledger"),
        _entry("/calendar", "日历", "calendar"),
        _entry("/handover", "移交", "handover"),
    )),
    ("系统", (
        _entry("/accounts", "账户", "accounts"),
        _entry("/grants", "授权", "grants"),
        _entry("/rulebook", "规则", "rulebook"),
        _entry("/audit", "核验", "audit"),
        _entry("/admin-log", "管理日志", "admin_log"),
        _entry("/status", "系统状态", "status"),
        _entry("/setup", "设置", "setup"),
        _entry("/help", "帮助", "help", key="h"),
    )),
)  # fmt: skip
