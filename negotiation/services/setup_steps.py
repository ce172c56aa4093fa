"""开始使用 and, later, 设置: what an installation needs, in the order in which it is done, each with its state.

What is set in the file of the settings stays there: the page says what is set, and what to write to change it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from negotiation.core.addresses import host_of
from negotiation.core.checks import CheckState
from negotiation.core.local_time import local_date
from negotiation.core.settings import Settings
from negotiation.domain.departments import Department
from negotiation.services import host, system_checks
from negotiation.services.context import Context
from negotiation.services.findings import Check
from negotiation.store import accounts, digest_queries, monitoring
from negotiation.store.transaction import Transaction

IN_THE_FILE = "由系统管理员写在设置文件 settings.toml 中，重新启动后生效"


@dataclass(frozen=True)
class SetupStep:
    """A step: its title, how it stands in words, what to do next, and the page on which that is done ("" for none)."""

    title: str
    state: CheckState
    what: str
    todo: str = ""
    page: str = ""

    @classmethod
    def of(cls, title: str, check: Check, page: str = "") -> "SetupStep":
        """The step that a check of the system is."""
        return cls(title, check.state, check.what, check.todo, page)


def is_empty(transaction: Transaction, context: Context) -> bool:
    """True for a home in which nothing has been entered yet: no department and no case."""
    return not context.directory.by_id and not monitoring.has_cases(transaction)


def setup_steps(transaction: Transaction, context: Context, at: datetime) -> list[SetupStep]:
    """The steps at an instant."""
    settings, today = context.settings, local_date(at)
    waiting = digest_queries.count_provisional(transaction)
    calendar = system_checks.calendar(context.almanac, waiting, today)
    return [
        _first_sheet(transaction),
        _departments(list(context.directory.active())),
        _accounts(transaction),
        _office(settings),
        _mail(settings),
        SetupStep.of("节假日安排", calendar, "calendar"),
        SetupStep.of("备份", host.backups(settings, at)),
    ]


def _first_sheet(transaction: Transaction) -> SetupStep:
    if monitoring.has_cases(transaction):
        return SetupStep("台账", CheckState.GOOD, "已有案件", "表格以后仍可再次导入，已有的不会重复", "ledger")
    todo = "把办公室自己的台账放进来，先看结果、不写入：各案是否逾期，表中的到期日对不对"
    return SetupStep("台账", CheckState.HINT, "还没有案件", todo, "ledger")


def _departments(units: list[Department]) -> SetupStep:
    step = partial(SetupStep, "部门和经办人", page="departments")
    if not units:
        return step(CheckState.HINT, "还没有部门", "导入台账时随表登记，也可从表格导入或逐个登记")
    silent = [unit for unit in units if unit.level.gets_mail and not any(each.email for each in unit.people.values())]
    if silent:
        named = "、".join(unit.name for unit in silent[:3]) + ("等" if len(silent) > 3 else "")
        what = f"{len(units)} 个部门，其中 {len(silent)} 个没有经办人邮箱（{named}）"
        return step(CheckState.HINT, what, "从表格导入或逐个填写经办人和政务邮箱，否则收不到提醒，只能电话告知")
    return step(CheckState.GOOD, f"{len(units)} 个部门，都有经办人邮箱")


def _accounts(transaction: Transaction) -> SetupStep:
    active = [each for each in accounts.accounts_in_order(transaction) if each.active]
    units = {each.department_id for each in active} - {None}
    office = sum(each.department_id is None for each in active)
    what = f"办公室 {office} 个账户，" + (f"{len(units)} 个部门有账户" if units else "部门没有账户")
    todo = "部门没有账户也能办：书面来文由办公室登记。需要时由系统管理员按部门登记的人批量开通，打印账户条"
    return SetupStep("账户", CheckState.GOOD, what, todo, "accounts")


def _office(settings: Settings) -> SetupStep:
    step = partial(SetupStep, "办公室名称和文头")
    todo = f"office_name（全称）、office_code（机关代字）{IN_THE_FILE}"
    missing = [name for name, given in _letterhead(settings) if not given]
    if missing:
        return step(CheckState.HINT, f"没有写明{'、'.join(missing)}，公文不能落款、编号", todo)
    return step(CheckState.GOOD, f"{settings.office_name}，{settings.office_code}", f"要更改的，{todo}")


def _letterhead(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "办公室全称", settings.office_name
    yield "机关代字", settings.office_code


def _mail(settings: Settings) -> SetupStep:
    todo = f"smtp_url、mail_from（发件人）、mail_domains（可发往的域名）{IN_THE_FILE}"
    if not settings.smtp_url:
        return SetupStep("邮件服务器", CheckState.HINT, "没有设置邮件服务器，邮件只存在本机", todo)
    what = f"{host_of(settings.smtp_url)}，发件人 {settings.mail_from}"
    return SetupStep("邮件服务器", CheckState.GOOD, what, "可在下方发一封试发邮件")
