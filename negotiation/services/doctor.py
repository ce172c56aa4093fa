"""Checks of ``doctor``: database, rulebooks, calendar, mail, departments; each finding says what to do."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from typing import NamedTuple

from calendars.national import years_without_a_notice
from negotiation.core.enums import CalendarLayer, Job
from negotiation.core.errors import NegotiationError, RulebookErrors
from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings, file_in_use, unknown_names
from negotiation.domain import rulebook
from negotiation.domain.departments import Department
from negotiation.domain.rulebook import Rulebook
from negotiation.domain.working_days import SHIPPED, Almanac
from negotiation.services import host, keeping_checks, recount, system_checks, unattended
from negotiation.services.accounts import separation
from negotiation.services.calendar.reconcile import disagreements
from negotiation.services.context import Context
from negotiation.services.findings import Finding
from negotiation.services.system_checks import IMPORT_IT, TroubleOf
from negotiation.services.unattended import Watch
from negotiation.store import audit, digest_queries, migrate
from negotiation.store.database import Database
from negotiation.store.heartbeats import Beat
from negotiation.store.instants import OddInstant, odd_instants
from negotiation.store.transaction import Transaction


def examine(settings: Settings, at: datetime, trouble_of: TroubleOf) -> tuple[list[Finding], dict[str, object]]:
    """All findings, and the facts beside them; ``trouble_of`` asks the mail server. Changes nothing."""
    today = local_date(at)
    findings: list[Finding] = []
    facts: dict[str, object] = {"home": str(settings.home), "today": today.isoformat()}
    facts["settings_file"] = str(file_in_use(settings.home) or "没有，只用环境变量")
    findings += _names()
    findings += host.examine(settings, at)
    findings += _rulebooks(settings)
    findings += _packages()
    findings += _mail(settings, trouble_of)
    findings += _database(settings, at, facts)
    return findings, facts


def _names() -> list[Finding]:
    """Variables that are no settings: most are slips of the pen, and what they were to set is not set."""
    return [
        Finding(False, f"没有名为 {name} 的设置，已忽略", f"是否为 {near}？" if near else "请对照 README 核对名称")
        for name, near in unknown_names()
    ]


class ClockReport(NamedTuple):
    """The state of the clock and of the work that follows it; ``remarks``: recorded instants that cannot be."""

    findings: list[Finding]
    beats: Mapping[Job, Beat]
    remarks: list[OddInstant]


def examine_clock(settings: Settings, at: datetime) -> ClockReport:
    """True if the unattended work is done and its clock right, and what was recorded under a wrong one.

    Apart from ``examine``, as it reads every event. Empty where the database cannot be read: that is said there.
    """
    try:
        with closing(Database(settings.url)) as database:
            migrate.demand(database, migrate.revision(database))
            with database.read() as transaction:
                watch = unattended.read(transaction)
                remarks = list(odd_instants(transaction, at))
    except NegotiationError:
        return ClockReport([], {}, [])
    return ClockReport(_unattended(watch, at), watch.beats, remarks)


def _unattended(watch: Watch, at: datetime) -> list[Finding]:
    """The findings of the office's pages. A job that was never done is a hint: nothing may be due yet in a new home."""
    since = datetime.min.replace(tzinfo=UTC)
    alert = unattended.alert(watch, at, since)
    if alert is None:
        return []
    if alert.jump is not None:
        return [Finding(True, alert.what, unattended.CONFIRM_IT)]
    stopped = any(job in watch.beats for job in unattended.silent_jobs(watch, at, since))
    todo = "请运行 negotiation serve（数据库为 PostgreSQL 的，另行运行 negotiation worker）"
    return [Finding(stopped, alert.what, todo)]


def _rulebooks(settings: Settings) -> list[Finding]:
    findings = []
    folders = rulebook.available(settings.home)
    for folder in folders.values():
        try:
            rulebook.load_installed(folder)
        except RulebookErrors as error:
            findings.append(
                Finding(True, f"规则 {folder.name} 有{len(error.faults)}处问题", f"negotiation rulebook check {folder}")
            )
    missing = [each for each in settings.rulebook_ids if each not in folders]
    if missing or not settings.rulebook_ids:
        findings.append(Finding(True, f"没有规则 {'、'.join(missing)}", "请检查 NEGOTIATION_RULEBOOK"))
    return findings


def _out_of_force(transaction: Transaction, books: Iterable[Rulebook], context: Context, today: date) -> list[Finding]:
    """Open cases under a rulebook that was not in force when they came in, or that another has succeeded since."""
    findings = []
    if not context.rulebook_on(today).in_force_on(today):
        ended = f"规则“{context.rulebook.title}”已于 {context.rulebook.in_force_until} 停止施行，新案件仍按它办理"
        findings.append(Finding(False, ended, "请安装现行的规则，并写入 NEGOTIATION_RULEBOOK"))
    for book in books:
        law = context.successors.get(book.id)
        until = date.min if law is not None and law.in_force_from <= today else book.in_force_until
        numbers = audit.opened_outside(transaction, book.id, book.in_force_from, until)
        if numbers:
            named = "、".join(numbers[:5]) + ("等" if len(numbers) > 5 else "")
            what = f"{len(numbers)}件在办案件（{named}）不在规则 {book.id} 的施行期内"
            findings.append(Finding(False, what, _way_over(context, book)))
    return findings


def _way_over(context: Context, book: Rulebook) -> str:
    """What to do with cases under a rulebook that is not in force any more."""
    law = context.successors.get(book.id)
    by_hand = "请逐件核对期限；确须按现行规则办理的，作废后重新登记"
    return by_hand if law is None else f"请先预演，再运行 negotiation rulebook succeed {law.id}"


def _packages() -> list[Finding]:
    """The package of working days against the notices; a year that it brings without a notice has no 文号 to show."""
    findings = [Finding(True, trouble, "请核对通知原文；如通知有误，请告知维护人员") for trouble in disagreements()]
    findings += [
        Finding(False, f"程序所用的日历包已有{year}年，而通知尚未收录，日期没有文号可引", IMPORT_IT)
        for year in years_without_a_notice()
    ]
    return findings


def _calendar(almanac: Almanac, waiting: int, today: date, facts: dict[str, object]) -> list[Finding]:
    """``waiting``: the running terms whose date is provisional."""
    through = almanac.of(CalendarLayer.NATIONAL).official_through
    facts |= {"calendar_official_through": through.isoformat(), "calendar_revision": almanac.revision}
    facts["terms_provisional"] = waiting
    if almanac.made_anew() is not almanac:
        todo = "请运行 negotiation migrate，或启动后台服务：受影响的期限会重新计算，逐案登记"
        return [Finding(False, "本程序带来的日历尚未启用", todo)]
    return system_checks.calendar(almanac, waiting, today).findings


def _stragglers(transaction: Transaction, context: Context, at: datetime) -> list[Finding]:
    """Terms whose date is not what the calendar gives: a worker counts them again within hours."""
    found = recount.run(transaction, context, context.almanac.newest(), at, write=False)
    count = len(found.moved) + len(found.confirmed)
    if not count:
        return []
    return [Finding(False, f"{count}项期限与现行日历不符，尚待重新计算", "请启动 negotiation worker，它会随即处理")]


def _mail(settings: Settings, trouble_of: TroubleOf) -> list[Finding]:
    findings = system_checks.mail_server(settings, trouble_of).findings
    if not settings.office_mail:
        findings.append(Finding(False, "没有设置办公室的邮箱，办公室收不到每日汇总", "请设置 NEGOTIATION_OFFICE_MAIL"))
    return findings


def _database(settings: Settings, at: datetime, facts: dict[str, object]) -> list[Finding]:
    try:
        with closing(Database(settings.url)) as database:
            facts["database"] = database.place
            revision = facts["database_revision"] = migrate.revision(database)
            if revision is None:
                empty = Finding(False, "数据库还是空的", "第一条命令会自动建立；也可运行 negotiation migrate")
                return [*_calendar(SHIPPED, 0, local_date(at), facts), empty]
            migrate.demand(database, revision)
            return _contents(database, settings, at, facts)
    except NegotiationError as error:
        return [Finding(True, str(error), error.todo_at_terminal)]


def _contents(database: Database, settings: Settings, at: datetime, facts: dict[str, object]) -> list[Finding]:
    today = local_date(at)
    with database.read() as transaction:
        facts |= (counts := audit.counts(transaction))
        context = Context.of(transaction, settings)
        units = context.directory.active()
        findings = _calendar(context.almanac, digest_queries.count_provisional(transaction), today, facts)
        findings += _stragglers(transaction, context, at)
        books = context.rulebooks.in_use(transaction)
        findings += _out_of_force(transaction, books, context, today)
        findings += [*system_checks.seal(transaction, today).findings, *separation.findings(transaction)]
        findings += keeping_checks.examine(transaction)
        unswept = system_checks.unswept(transaction, today)
    if unswept is not None:
        facts["oldest_unswept"] = str(unswept.since)
    return [
        *findings,
        *(unswept.findings if unswept else ()),
        *_without_clerk(units, today),
        *system_checks.undelivered(counts).findings,
    ]


def _without_clerk(units: Iterable[Department], today: date) -> list[Finding]:
    silent = [unit.name for unit in units if unit.level.gets_mail and unit.clerk_on(today) is None]
    if not silent:
        return []
    names = "、".join(silent[:5]) + ("等" if len(silent) > 5 else "")
    todo = "negotiation department set 部门 --duty A --email …"
    return [Finding(False, f"{len(silent)}个部门没有经办人邮箱：{names}", todo)]
