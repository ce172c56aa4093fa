"""What ``doctor`` looks at: database, rulebooks, calendar, mail, departments; each finding says what to do."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from calendars import WorkingCalendar
from negotiation import rulebook
from negotiation.clock import local_date
from negotiation.errors import NegotiationError, RulebookFaults
from negotiation.settings import Settings
from negotiation.store import queries
from negotiation.store.database import Database
from negotiation.store.directory import read_directory

# 次年安排一般在10月下旬至12月中旬公布 (DOMAIN: notices since 2007): from November on its absence is worth a word.
_NOTICE_EXPECTED_FROM_MONTH = 11


@dataclass(frozen=True)
class Finding:
    """Something to mend (serious) or to know."""

    serious: bool
    what: str
    todo: str


def examine(settings: Settings, at: datetime) -> tuple[list[Finding], dict[str, Any]]:
    """All findings, and the facts beside them. Changes nothing."""
    today = local_date(at)
    findings: list[Finding] = []
    facts: dict[str, Any] = {"home": str(settings.home), "today": today.isoformat()}
    findings += _home(settings)
    findings += _rulebooks(settings)
    findings += _calendar(today, facts)
    findings += _mail(settings)
    findings += _database(settings, today, facts)
    return findings, facts


def _home(settings: Settings) -> list[Finding]:
    if settings.home.exists() and not os.access(settings.home, os.W_OK):
        return [Finding(True, f"不能写入 {settings.home}", "请检查文件夹的权限")]
    return []


def _rulebooks(settings: Settings) -> list[Finding]:
    findings = []
    folders = rulebook.available(settings.home)
    for folder in folders.values():
        try:
            rulebook.load(folder)
        except RulebookFaults as error:
            findings.append(
                Finding(True, f"规则 {folder.name} 有{len(error.faults)}处问题", f"negotiation rulebook check {folder}")
            )
    if settings.rulebook not in folders:
        findings.append(Finding(True, f"没有规则 {settings.rulebook}", "请检查 NEGOTIATION_RULEBOOK"))
    return findings


def _calendar(today: date, facts: dict[str, Any]) -> list[Finding]:
    through = WorkingCalendar.official().official_through
    facts["calendar_official_through"] = through.isoformat()
    if through < today:
        return [Finding(True, f"节假日安排只到 {through}", "请升级程序，或导入国务院办公厅的通知")]
    if through.year == today.year and today.month >= _NOTICE_EXPECTED_FROM_MONTH:
        year = today.year + 1
        return [Finding(False, f"{year}年节假日安排尚未收录，跨年的期限为暂定", "通知公布后请升级程序或导入通知")]
    return []


def _mail(settings: Settings) -> list[Finding]:
    findings = []
    if not settings.smtp_url:
        findings.append(
            Finding(False, f"没有设置邮件服务器，邮件只存于 {settings.mail_folder}", "请设置 NEGOTIATION_SMTP_URL")
        )
    if not settings.office_mail:
        findings.append(Finding(False, "没有设置办公室的邮箱，办公室收不到每日汇总", "请设置 NEGOTIATION_OFFICE_MAIL"))
    return findings


def _database(settings: Settings, today: date, facts: dict[str, Any]) -> list[Finding]:
    try:
        database = Database(settings.url)
        facts["database"] = database.place
        revision = facts["database_revision"] = database.revision()
        if revision is None:
            return [Finding(False, "数据库还是空的", "第一条命令会自动建立；也可运行 negotiation migrate")]
        database.demand(revision)
        return _contents(database, today, facts)
    except NegotiationError as error:
        return [Finding(True, str(error), error.todo)]


def _contents(database: Database, today: date, facts: dict[str, Any]) -> list[Finding]:
    findings = []
    with database.reading() as connection:
        facts |= queries.counts(connection)
        oldest = queries.oldest_unswept(connection)
    with database.looking() as transaction:
        units = read_directory(transaction).in_order()
    if oldest is not None and oldest < today:
        facts["oldest_unswept"] = oldest.isoformat()
        findings.append(
            Finding(False, f"有期限自 {oldest} 起待检查", "请运行 negotiation sweep，或启动 negotiation worker")
        )
    silent = [unit.name for unit in units if unit.gets_mail and unit.clerk is None]
    if silent:
        names = "、".join(silent[:5]) + ("等" if len(silent) > 5 else "")
        findings.append(
            Finding(
                False,
                f"{len(silent)}个部门没有经办人邮箱：{names}",
                "negotiation department set 部门 --duty A --email …",
            )
        )
    if facts["notices_failed"]:
        findings.append(Finding(False, f"{facts['notices_failed']}封通知未能发出", "请看 negotiation tasks"))
    return findings
